"""The home page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from teladan.portal import state
from teladan.portal.countries import tiles
from teladan.portal.home import exchange, page
from teladan.publication import queries
from teladan.web.page_cache import kept


@kept(token=state.exchanged)
def home(request: HttpRequest) -> HttpResponse:
    """Say what this is; offer the search, the latest editions, the countries and one number explained."""
    context = {
        "cards": page.cards(queries.publications()),
        "tiles": tiles.tiles(),
        "chain": page.chain(),
        "exchange": exchange.prepare(),
    }
    return render(request, "portal/home/home.html", context)
