"""The state that public pages are kept under."""

from __future__ import annotations

from django.http import HttpRequest

from teladan.cooperation.queries.state import state as cooperation_state
from teladan.exchange.queries.state import state as exchange_state
from teladan.publication import queries
from teladan.search.queries import ready
from teladan.web.page import moment
from teladan.web.page_cache import State


def published(_request: HttpRequest, **_kwargs: str) -> State:
    """Return a state that changes with any publication: one short query. A pending proof passes."""
    token, pending = queries.state_and_pending()
    return State(token, passing=pending)


def exchanged(request: HttpRequest, **_kwargs: str) -> State:
    """Return a state that changes with anything the exchange and cooperation show, and with the day.

    The day, because a check-in becomes overdue and a figure older without anyone writing anything.
    """
    token, pending = queries.state_and_pending()
    said, waiting = exchange_state()
    return State(f"{token} {said} {cooperation_state()} {moment(request).date()}", passing=pending or waiting)


def searched(_request: HttpRequest, **_kwargs: str) -> State:
    """Return a state for the search with no question: what the form offers, how far the index is."""
    token, pending = queries.state_and_pending()
    passages, waiting = ready()
    return State(f"{token} {passages} {waiting}", passing=pending or bool(waiting) or not passages)
