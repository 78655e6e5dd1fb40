"""The home page and the search."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from teladan.evaluation import queries
from teladan.portal import home_page, state
from teladan.web.kept import kept

LONGEST = 100  # characters of a search


@kept(token=state.published)
def home(request: HttpRequest) -> HttpResponse:
    """Say what this is; offer the search, the latest editions, the countries and one number explained."""
    context = {
        "cards": home_page.cards(queries.publications()),
        "tiles": home_page.tiles(),
        "chain": home_page.chain(),
    }
    return render(request, "portal/home.html", context)


@kept(token=state.published)
def search(request: HttpRequest) -> HttpResponse:
    """Find organisations, countries and instruments by words of their names in any language."""
    text = request.GET.get("q", "").strip()
    too_long = len(text) > LONGEST
    hits = [] if too_long else home_page.hits(text)
    context = {
        "q": "" if too_long else text,
        "error": _("Write at most %(most)s characters.") % {"most": LONGEST} if too_long else "",
        "hits": hits,
        "full": len(hits) >= queries.MOST_FOUND,
        "instruments": [] if too_long else home_page.instruments_found(text),
        "crumbs": [(_("Search"), None)],
        "hangul": True,
    }
    return render(request, "portal/search.html", context)
