"""The home page and the search."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from teladan.evaluation import queries
from teladan.evaluation.queries import faces
from teladan.portal import exchanged_home, home_page, state
from teladan.portal.faces import as_csv, as_json
from teladan.web.kept import kept

LONGEST = 100  # characters of a search
SEARCH_HEADER = ("organisation", "name", "language", "kind", "country", "region", "region_name")


@kept(token=state.exchanged)
def home(request: HttpRequest) -> HttpResponse:
    """Say what this is; offer the search, the latest editions, the countries and one number explained."""
    context = {
        "cards": home_page.cards(queries.publications()),
        "tiles": home_page.tiles(),
        "chain": home_page.chain(),
        "exchange": exchanged_home.prepare(),
    }
    return render(request, "portal/home.html", context)


@kept(token=state.published)
def search(request: HttpRequest, face: str | None = None) -> HttpResponse:
    """Find organisations, countries and instruments by words of their names in any language.

    As JSON or CSV: the organisations and countries.
    """
    text = request.GET.get("q", "").strip()
    too_long = len(text) > LONGEST
    error = _("Write at most %(most)s characters.") % {"most": LONGEST} if too_long else ""
    if face:
        return _search_face(text, error, face)
    hits = [] if too_long else home_page.hits(text)
    instruments = [] if too_long else home_page.instruments_found(text)
    context = {
        "q": "" if too_long else text,
        "error": error,
        "hits": hits,
        "full": len(hits) >= queries.MOST_FOUND,
        "instruments": instruments,
        "near": home_page.near(text) if text and not (too_long or hits or instruments) else [],
        "crumbs": [(_("Search"), None)],
        "hangul": True,
        "twins": ["json", "csv"] if hits else [],
    }
    return render(request, "portal/search.html", context)


def _search_face(text: str, error: str, face: str) -> HttpResponse:
    if error:
        raise Http404(error)
    value = faces.search_value(text, queries.search(text))
    if face == "json":
        return as_json(value)
    rows = ([row[key] for key in SEARCH_HEADER] for row in value["organisations"])
    return as_csv("search", SEARCH_HEADER, rows)
