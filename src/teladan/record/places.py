"""Where the record's files lie, seen from the platform: the places that the settings name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The log's name and the folders it is kept in."""

    node: str  # the origin of the log, as in teladan.example/record
    log: Path  # checkpoint, tile/…, tile/entries/…
    keys: Path  # record.key, record.vkeys
    signed: Path  # the last signed checkpoint, kept apart


def places() -> Places:
    """Return the places of this installation; needs Django's settings."""
    from django.conf import settings  # noqa: PLC0415  (the sequencer itself needs no Django)

    return Places(
        node=settings.TELADAN_NODE,
        log=Path(settings.TELADAN_HOME) / "record",
        keys=Path(settings.TELADAN_KEYS),
        signed=Path(settings.TELADAN_SIGNED),
    )
