"""The one clock: everything else is handed the time as `at=`.

A request has one moment, set when it comes in; views read it with `teladan.web.page.moment`. TELADAN_CLOCK
moves the clock of all processes of a node by days, `moved` stops it in this process for a test: both only
where the site answers to nobody but this machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from teladan.config import env

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_stopped: datetime | None = None


def now() -> datetime:
    """Return the time, in UTC."""
    return _stopped or unmoved() + days_moved()


def unmoved() -> datetime:
    """Return the time of the machine: an authenticator app shows codes by it, whatever ours is moved to."""
    return datetime.now(UTC)


@contextmanager
def moved(*, to: datetime) -> Iterator[None]:
    """Stop the clock of this process at a time while the block runs."""
    global _stopped  # noqa: PLW0603  (the threads of a test server read it too)
    if not env.read().only_here:
        raise env.SettingError("The clock is moved only where the site answers to nobody but this machine.")
    before, _stopped = _stopped, to.astimezone(UTC)
    try:
        yield
    finally:
        _stopped = before


@cache
def days_moved() -> timedelta:
    """Return how far TELADAN_CLOCK moves the clock."""
    return timedelta(days=env.read().clock)


def stamp(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Give each request the moment at which it came in, as `request.at`."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.at = now()  # type: ignore[attr-defined]
        return get_response(request)

    return answer
