"""Giving a restored older database the entries it lacks, from the bundles of the log's own files.

What is taken must, together with what the database holds, give the root of the newest signed checkpoint:
nothing is believed because it lies in a file.
"""

from __future__ import annotations

from pathlib import Path

import psycopg

from teladan.core import tiles
from teladan.core.entry import EntryError, parse
from teladan.core.merkle import Frontier, leaf_hash
from teladan.record import signed as kept_apart
from teladan.record.disk import Disk
from teladan.record.keys import Keys
from teladan.record.log import CHECKPOINT, WIDTH, Log
from teladan.record.rows import PlacedRow, Rows
from teladan.record.stops import Held, Stopped

STRETCH = 65_536  # entries read from the database at a time


def catch_up(url: str, *, home: Path, keys: Path, signed: Path, node: str) -> int:
    """Add what the database lacks, in one transaction; return how many entries that were.

    Acts that wait in the restored outbox and stand in the log already are taken out of it. Raises Stopped
    where the files do not give the signed root, Held where a sequencer runs or the database is away.
    """
    disk = Disk()
    log, own = Log(home / "record", disk), Keys(keys, node, disk)
    try:
        rows = Rows(url)
        try:
            if not rows.lock():
                raise Held("A sequencer works on this database: stop it first.")
            return _caught_up(rows, log, own, signed)
        finally:
            rows.close()
    except psycopg.Error as error:
        raise Held(f"The database: {' '.join(str(error).split())}") from error


def _caught_up(rows: Rows, log: Log, keys: Keys, signed: Path) -> int:
    verifiers = keys.verifiers()
    if not verifiers:
        raise Stopped(f"There is no public key in {keys.folder}: put the key folder back first.")
    found = [
        kept_apart.read(place, keys.node, verifiers, log.disk) for place in (signed, log.path(CHECKPOINT))
    ]
    newest = max((kept.checkpoint for kept in found if kept), key=lambda at: at.size, default=None)
    size = rows.size()
    if newest is None or newest.size <= size:
        return 0
    edge = Frontier()
    for start in range(0, size, STRETCH):
        end = min(start + STRETCH, size)
        edge.extend(leaf_hash(data) for _position, _kind, data, _leaf in rows.entries(start, end))
    if edge.size != size:
        raise Stopped("The table record_entry has gaps: restore another backup, or run teladan audit.")
    placed = _from_files(log, size, newest.size)
    edge.extend(row[5] for row in placed)
    if edge.root() != newest.root:
        raise Stopped(
            f"The {size} entries of the database and the files of {log.folder} do not give the signed root "
            f"of {newest.size} entries: nothing was taken. Run teladan audit to find the place."
        )
    with rows.connection.transaction():
        rows.place(placed)
        rows.connection.execute("DELETE FROM record_outbox WHERE act = ANY(%s)", [[row[1] for row in placed]])
    return len(placed)


def _from_files(log: Log, start: int, end: int) -> list[PlacedRow]:
    """Return the entries [start, end) from the bundles, as rows."""
    placed: list[PlacedRow] = []
    for index in range(start // WIDTH, (end + WIDTH - 1) // WIDTH):
        width = min(WIDTH, end - index * WIDTH)
        for position, data in enumerate(log.entries(index, width), index * WIDTH):
            if position < start:
                continue
            try:
                entry = parse(data)
            except EntryError as error:
                path = log.path(tiles.entries_path(index, width))
                raise Stopped(f"{path}: entry {position}: {error}. Nothing was taken.") from error
            placed.append((position, entry.act, entry.kind, entry.subject, data, leaf_hash(data), entry.time))
    return placed
