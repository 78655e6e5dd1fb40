"""The search of the site, brought up to date: by `teladan search-index` and by the worker."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from django.db import transaction
from django.utils import timezone
from procrastinate.exceptions import AlreadyEnqueued

from teladan.search import services
from teladan.search.model import Embedder, Unavailable, embedder
from teladan.search.services import Indexed


def run(told: Callable[[int, int], object] | None = None) -> tuple[Indexed, str]:
    """Index everything; return what was done, and why there are no vectors ("" where there are)."""
    missing = ""
    model: Embedder | None = None
    try:
        model = embedder()
    except Unavailable as reason:
        missing = str(reason)
    return services.index(at=timezone.now(), model=model, told=told), missing


def soon() -> None:
    """Have the worker index what was just loaded, rather than within its five minutes."""
    from teladan.config.tasks import search  # noqa: PLC0415  (tasks need the settings)

    with suppress(AlreadyEnqueued), transaction.atomic():  # refused where it is about to
        search.defer()
