"""Where attempts to sign in are counted: a cache of Django's, in the database, as JSON.

All processes of the server count together, and `add` is one statement, so of two that come at once
only one gets in: a used code is used, on whichever worker. (Django's own database cache keeps
pickles, which whoever writes the table could turn into running code.)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection

from teladan.registry.models import Attempt

LONGEST = timedelta(days=1)
ADD = """
INSERT INTO registry_attempt AS kept (key, value, expires) VALUES (%s, %s::jsonb, %s)
ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires = excluded.expires
WHERE kept.expires <= %s
"""
# Rows that another process deletes at this moment are left to it.
SWEEP = """
DELETE FROM registry_attempt WHERE key IN (
    SELECT key FROM registry_attempt WHERE expires <= %s ORDER BY key LIMIT 200 FOR UPDATE SKIP LOCKED
)
"""


class Attempts(BaseCache):
    """Django's cache interface as far as counting needs it: values are what JSON can hold."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._clock: Callable[[], datetime] = params["OPTIONS"]["clock"]

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep a value where there is none; say whether it was kept."""
        now = self._clock()
        with connection.cursor() as cursor:
            cursor.execute(SWEEP, [now])
            cursor.execute(ADD, [self._digest(key, version), json.dumps(value), self._until(timeout), now])
            return bool(cursor.rowcount)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return what is kept, or the default."""
        found = Attempt.objects.filter(key=self._digest(key, version), expires__gt=self._clock()).values_list(
            "value", flat=True
        )
        return found[0] if found else default

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Keep a value in place of any other."""
        Attempt.objects.bulk_create(
            [Attempt(key=self._digest(key, version), value=value, expires=self._until(timeout))],
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=["value", "expires"],
        )

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget a value; say whether there was one."""
        return bool(Attempt.objects.filter(key=self._digest(key, version)).delete()[0])

    def clear(self) -> None:
        """Forget everything."""
        Attempt.objects.all().delete()

    def _digest(self, key: str, version: int | None) -> str:
        return hashlib.sha256(self.make_key(key, version).encode()).hexdigest()

    def _until(self, timeout: Any) -> datetime:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return self._clock() + (LONGEST if seconds is None else min(timedelta(seconds=seconds), LONGEST))
