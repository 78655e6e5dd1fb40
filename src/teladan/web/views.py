"""The site's own few answers: the door, and what to say when something is wrong."""

import json
import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, override
from django.views.decorators.http import require_safe

from teladan.web.page import LANGUAGES, looks_like_language

LOG = logging.getLogger(__name__)

# When even the error page fails: three languages, no template, no database.
LAST_RESORT = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Teladan</title>
<h1>Something went wrong here</h1><p>It is not your mistake. Please try again in a few minutes.</p>
<p lang="id">Terjadi kesalahan di sistem kami. Silakan coba lagi beberapa menit lagi.</p>
<p lang="ko">시스템에 오류가 발생했습니다. 잠시 후 다시 시도해 주십시오.</p>
<p><a href="/">Teladan</a></p></html>
"""


@require_safe
def choose_language(request: HttpRequest) -> HttpResponse:
    """Send a visitor of / to the home page in the language their browser prefers."""
    query = request.META.get("QUERY_STRING", "")
    response = HttpResponseRedirect(
        f"/{get_language_from_request(request)}/" + (f"?{query}" if query else "")
    )
    patch_vary_headers(response, ["Accept-Language"])
    return response


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Send browsers that look for an icon beside a data file to the one we have."""
    return HttpResponsePermanentRedirect(static("favicon.svg"))


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Welcome every reader, machines too."""
    return HttpResponse("User-agent: *\nDisallow:\n", content_type="text/plain; charset=utf-8")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that cannot be read."""
    return _error(request, 400, "This request cannot be read.")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address that leads nowhere; where its language is not ours, offer the three."""
    said = exception.args[0] if exception and exception.args else None
    return _error(request, 404, said if isinstance(said, str) else "There is nothing at this address.")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when we failed."""
    return _error(request, 500, "Something went wrong here. Please try again in a few minutes.")


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form without the token that its page had: sent from elsewhere, too old, no cookies."""
    return _error(request, 403, "This form was not accepted.")


def too_many(request: HttpRequest) -> HttpResponse:
    """Answer who asks too often."""
    response = _error(request, 429, "Too many attempts in a short time.")
    response.headers["Retry-After"] = "60"
    return response


def _error(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    """Render web/<status>.html in the language of the address, else of the browser.

    Who asked for data gets the `detail` alone: as JSON under /api/ and at .json, as a line at .csv.
    """
    if request.path.startswith("/api/") or request.path.endswith(".json"):
        text = json.dumps({"detail": detail}, ensure_ascii=False, indent=1) + "\n"
        return _rendered(lambda: HttpResponse(text, "application/json; charset=utf-8", status), status)
    if request.path.endswith(".csv"):
        return _rendered(lambda: HttpResponse(f"{detail}\n", "text/plain; charset=utf-8", status), status)
    first = request.path.removeprefix("/").partition("/")[0]
    language = first if first in LANGUAGES else get_language_from_request(request)
    unknown = first if looks_like_language(first) and first not in LANGUAGES else ""
    return _rendered(lambda: _page(request, status, language, unknown), status)


def _page(request: HttpRequest, status: int, language: str, unknown: str) -> HttpResponse:
    """Render one error page."""
    with override(language):
        return render(request, f"web/{status}.html", {"unknown_language": unknown}, status=status)


def _rendered(make: Callable[[], HttpResponse], status: int) -> HttpResponse:
    """Return what `make` makes, or the last resort: an error page must not fail."""
    try:
        response = make()
    except Exception:
        LOG.exception("The page for error %s could not be rendered", status)
        response = HttpResponse(LAST_RESORT, status=status)
    response.headers["Cache-Control"] = "no-store" if status >= 500 else "no-cache"
    return response
