"""What every answer tells the browser, and which requests nobody can answer."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from teladan.web import views

# No script, no inline style, nothing from elsewhere, no frame around us.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def policy(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Add the content security policy and its companions, unless a view set its own."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if settings.DEBUG and response.status_code >= 400:
            return response  # Django's own page of a developer's mistake is styled inline
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response

    return answer


def readable(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Turn away an address with the character NUL: PostgreSQL does not even look for such a code."""

    def answer(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path:
            return views.not_found(request)
        return get_response(request)

    return answer
