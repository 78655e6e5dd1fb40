"""The audit of this installation, with the comparisons that other rooms bring."""

from __future__ import annotations

from pathlib import Path

from teladan.config import clock
from teladan.config.database import ensure_database
from teladan.config.server import setup
from teladan.record.audit import Audit, Compare, audit
from teladan.record.audit_stretch import Finding
from teladan.record.places import places


def _projection() -> tuple[int, list[Finding]]:
    """Hold the rows that pages read against the published documents."""
    from teladan.publication.queries.audit_rows import (  # noqa: PLC0415  (needs the settings)
        compared_rows,
        projection_differences,
    )

    return compared_rows(), [Finding(*each) for each in projection_differences()]


def _acts() -> tuple[int, list[Finding]]:
    """Hold the rows about publishing and correcting against the acts in the record."""
    from teladan.publication.queries.audit_acts import act_differences, compared_acts  # noqa: PLC0415
    from teladan.publication.queries.audit_desk import desk_differences  # noqa: PLC0415

    return compared_acts(), [Finding(*each) for each in (*act_differences(), *desk_differences())]


def _archives() -> tuple[int, list[Finding]]:
    """Hold the archives that are kept against their own lists. A changed one stops no signing."""
    from teladan.publication.queries.audit_archives import archive_differences  # noqa: PLC0415

    return 0, [Finding(*each, stops=False) for each in archive_differences()]


def _exchange() -> tuple[int, list[Finding]]:
    """Hold the rows of practices and adoptions against their documents and acts."""
    from teladan.exchange.queries.audit import (  # noqa: PLC0415
        compared_exchange,
        exchange_differences,
    )

    return compared_exchange(), [Finding(*each) for each in exchange_differences()]


COMPARE: tuple[Compare, ...] = (_projection, _acts, _archives, _exchange)


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
        clock=clock.now,
        compare=COMPARE,
    )
