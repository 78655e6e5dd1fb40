"""The home page."""

from __future__ import annotations

from django.http import HttpRequest

from teladan.portal import state
from teladan.portal.countries import tiles
from teladan.portal.home import exchange, page
from teladan.publication import queries
from teladan.web.public_page import Answer, public_page


@public_page("portal/home/home.html", token=state.exchanged)
def home(request: HttpRequest) -> Answer:
    """Say what this is; offer the search, the latest editions, the countries and one number explained."""
    return Answer(
        context=lambda: {
            "cards": page.cards(queries.publications()),
            "tiles": tiles.tiles(),
            "chain": page.chain(),
            "exchange": exchange.ways_in(),
        }
    )
