"""The sequencer of this installation: the places of the settings and the clock."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event

from teladan.config import clock
from teladan.config.database import ensure_database
from teladan.config.server import setup
from teladan.record.catch_up import catch_up as taken_from_files
from teladan.record.disk import Disk
from teladan.record.keys import Keys
from teladan.record.places import places
from teladan.record.sequencer import Sequencer


def sequencer() -> Sequencer:
    """Return the sequencer; raise SettingError where there is no database."""
    setup()
    from django.conf import settings  # noqa: PLC0415  (set up just now)

    where = places()
    return Sequencer(
        ensure_database(),
        home=Path(settings.TELADAN_HOME),
        keys=where.keys,
        signed=where.signed,
        node=where.node,
        clock=clock.now,
    )


def own_keys() -> Keys:
    """Return the key folder."""
    setup()
    where = places()
    return Keys(where.keys, where.node, Disk())


def rotate(reason: str) -> str:
    """Bring a new key; return its public line. Raises Stopped."""
    keys = own_keys()
    from teladan.record import rotation  # noqa: PLC0415  (needs the settings)

    return rotation.rotate(keys, reason, at=clock.now())


def catch_up() -> tuple[int, int]:
    """Make database and files whole; return how many entries and files. Raises Stopped or Held."""
    setup()
    from django.conf import settings  # noqa: PLC0415

    where = places()
    return taken_from_files(
        ensure_database(),
        home=Path(settings.TELADAN_HOME),
        keys=where.keys,
        signed=where.signed,
        node=where.node,
    )


def run(stop: Event, poll: float, say: Callable[[str], None]) -> None:
    """Give acts their places until `stop` is set; raises Stopped."""
    sequencer().run(stop, poll, say)
