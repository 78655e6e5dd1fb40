"""Work on the test database for good, outside of the transaction that a test is wrapped in."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def outside(work: Callable[[], T]) -> T:
    """Return what `work` returns, done on a connection of its own: what it writes is committed."""
    from django.db import connection

    def alone() -> T:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(alone).result()
