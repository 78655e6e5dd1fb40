"""The search of the site, brought up to date: by `teladan search-index` and by the worker."""

from __future__ import annotations

from collections.abc import Callable

from teladan.config import clock
from teladan.search import services
from teladan.search.model import Embedder, Unavailable, embedder
from teladan.search.services import Indexed


def run(progress: Callable[[int, int], object] | None = None) -> tuple[Indexed, str]:
    """Index everything; return what was done, and why there are no vectors ("" where there are)."""
    missing = ""
    model: Embedder | None = None
    try:
        model = embedder()
    except Unavailable as reason:
        missing = str(reason)
    return services.index(at=clock.now(), model=model, progress=progress), missing
