"""The search of the site, brought up to date: by `teladan search-index` and by the worker."""

from __future__ import annotations

from collections.abc import Callable

from teladan.config import clock
from teladan.search import services
from teladan.search.model import Embedder, Unavailable, embedder
from teladan.search.services import Indexed


def run(
    progress: Callable[[int, int], object] | None = None, stopped: Callable[[], bool] = lambda: False
) -> tuple[Indexed, str]:
    """Index everything, or until `stopped()`; return what was done, and why without vectors, or ""."""
    missing = ""
    model: Embedder | None = None
    try:
        model = embedder()
    except Unavailable as reason:
        missing = str(reason)
    return services.index(at=clock.now(), model=model, progress=progress, stopped=stopped), missing
