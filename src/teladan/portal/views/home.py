"""The home page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from teladan.evaluation import queries
from teladan.portal import exchanged_home, home_page, state
from teladan.web.kept import kept


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
