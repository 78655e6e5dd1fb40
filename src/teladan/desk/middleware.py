"""Where cookies are read at all: on the signed-in pages and on the way to them, nowhere else."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# The first part of an address after its language.
ROOMS = frozenset({"account", "desk"})


def cookies(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Take the cookies away from every public page; let nobody keep a signed-in one.

    A public page is then the same for everyone, whatever the browser sent, and answers with no cookie
    and no Vary: Cookie; a signed-in page is on no disk and in no proxy.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if not is_signed_in_room(request.path):
            request.META.pop("HTTP_COOKIE", None)
            return get_response(request)
        response = get_response(request)
        response.headers["Cache-Control"] = "no-store, private"
        return response

    return answer


def is_signed_in_room(path: str) -> bool:
    """Say whether an address is one of the desk or of signing in.

    >>> is_signed_in_room("/en/desk/"), is_signed_in_room("/ko/account/login/")
    (True, True)
    >>> is_signed_in_room("/en/results/desk"), is_signed_in_room("/desk/")
    (False, False)
    """
    parts = path.split("/", 3)
    return len(parts) > 3 and parts[2] in ROOMS
