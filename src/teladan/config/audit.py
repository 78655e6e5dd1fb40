"""The audit of this installation, with the comparisons that other rooms bring."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from teladan.config.database import ensure_database
from teladan.config.server import setup
from teladan.record.audit import Audit, Compare, audit
from teladan.record.places import places

# What holds the rows that pages read against the objects they were made from, one for each room.
COMPARE: tuple[Compare, ...] = ()


def run() -> Audit:
    """Read the whole record again; raise SettingError, psycopg.Error or OSError."""
    setup()
    from django.conf import settings  # noqa: PLC0415  (set up just now)

    where = places()
    return audit(
        ensure_database(),
        home=Path(settings.TELADAN_HOME),
        keys=where.keys,
        signed=where.signed,
        node=where.node,
        clock=lambda: datetime.now(UTC),
        compare=COMPARE,
    )
