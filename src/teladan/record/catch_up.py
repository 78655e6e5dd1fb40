"""Repairing the database and the files of a log, each from the other.

A restored older database gets the entries it lacks from the bundles, and files that are missing or damaged
are written again from the entries. Either way what comes out must give the root of the newest signed
checkpoint: nothing is believed because it lies there.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg

from teladan.core.log import tiles
from teladan.core.log.entry import EntryError, parse
from teladan.core.log.merkle import Frontier, leaf_hash
from teladan.core.log.tiles import WIDTH
from teladan.record import signed_checkpoint
from teladan.record.database import Database, PlacedRow
from teladan.record.disk import Disk
from teladan.record.keys import Keys
from teladan.record.log import CHECKPOINT, EMPTY, Log, bundles, partial_names
from teladan.record.stops import Blocked, Stopped

STRETCH = 65_536  # entries read from the database at a time


def catch_up(url: str, *, home: Path, keys: Path, signed: Path, node: str) -> tuple[int, int]:
    """Add what the database lacks, in one transaction, then write what the files lack; return both numbers.

    Acts that wait in the restored outbox and stand in the log already are taken out of it. Raises Stopped
    where the two do not give the signed root, Blocked where a sequencer runs or the database is away, and
    OSError.
    """
    disk = Disk()
    log, key_folder = Log(home / "record", disk), Keys(keys, node, disk)
    try:
        database = Database(url)
        try:
            if not database.lock():
                raise Blocked("A sequencer works on this database: stop it first.")
            return _caught_up(database, log, key_folder, signed)
        finally:
            database.close()
    except psycopg.Error as error:
        raise Blocked(f"The database: {' '.join(str(error).split())}") from error


def _caught_up(database: Database, log: Log, keys: Keys, signed: Path) -> tuple[int, int]:
    verifiers = keys.verifiers()
    if not verifiers:
        raise Stopped(f"There is no public key in {keys.folder}: put the key folder back first.")
    trusted = signed_checkpoint.read(signed, keys.node, verifiers, log.disk)
    try:
        shown = signed_checkpoint.read(log.path(CHECKPOINT), keys.node, verifiers, log.disk)
    except Stopped:
        if trusted is None:
            raise
        shown = None  # damaged: written again below from the one kept apart
    checkpoints = [trusted, shown]
    newest = max(
        (trusted.checkpoint for trusted in checkpoints if trusted),
        key=lambda checkpoint: checkpoint.size,
        default=None,
    )
    if newest is None:
        return 0, 0
    size = min(database.size(), newest.size)
    edge = Frontier()
    for _start, data in _stretches(database, size):
        edge.extend(map(leaf_hash, data))
    placed = _from_files(log, size, newest.size)
    edge.extend(row[5] for row in placed)
    if edge.root() != newest.root:
        raise Stopped(
            f"The {size} entries of the database and the files of {log.folder} do not give the signed root "
            f"of {newest.size} entries: nothing was taken. Run teladan audit to find the place."
        )
    if placed:
        with database.connection.transaction():
            database.place(placed)
            database.connection.execute(
                "DELETE FROM record_outbox WHERE act = ANY(%s)", [[row[1] for row in placed]]
            )
    written = _written_again(database, log, newest.size) + _partial_again(
        log, newest.size, database.signed_sizes()
    )
    if trusted and shown is None:
        log.disk.write(log.path(CHECKPOINT), trusted.note.encode())
        written += 1
    return len(placed), written


def _stretches(database: Database, size: int) -> Iterator[tuple[int, list[bytes]]]:
    """Yield the entries of the database a stretch at a time; raises Stopped at a gap."""
    for start in range(0, size, STRETCH):
        end = min(start + STRETCH, size)
        stored = database.entries(start, end)
        if [row[0] for row in stored] != list(range(start, end)):
            raise Stopped("The table record_entry has gaps: restore another backup, or run teladan audit.")
        yield start, [row[2] for row in stored]


def _written_again(database: Database, log: Log, size: int) -> int:
    """Write the tiles and bundles of a size that are not as the entries give them; return how many."""
    wanted = {tiles.tile_path(*tile) for tile in tiles.tiles_between(0, size)}
    edge, number = EMPTY, 0
    for start, data in _stretches(database, size):
        edge, grown = edge.grown([leaf_hash(entry) for entry in data])
        files = {name: content for name, content in grown.items() if name in wanted}
        files |= {name: tiles.bundle(held) for name, held in bundles(start // WIDTH, data)}
        for name, content in files.items():
            if _content(log, name) != content:
                log.disk.write(log.path(name), content)
                number += 1
    return number


def _partial_again(log: Log, size: int, signed: list[int]) -> int:
    """Write the older partial tiles and bundles that are missing, or not the beginning of what stands now.

    `signed` are the sizes of which they may be missing: the checkpoints that the database has.
    """
    number = 0
    present = [path.relative_to(log.folder).as_posix() for path in log.path("tile").rglob("*.p/*")]
    for name in sorted({*present, *partial_names(signed, size)}):
        try:
            level, index, width = tiles.parse_path(name)
        except tiles.TileError:
            continue  # a file that a crash left behind
        reach = min(WIDTH, (size >> tiles.HEIGHT * (level or 0)) - index * WIDTH)
        if width >= reach:
            continue
        if level is None:
            wanted = tiles.bundle(log.entries(index, reach)[:width])
        else:
            wanted = b"".join(log.tile(level, index, reach)[:width])
        if _content(log, name) != wanted:
            log.disk.write(log.path(name), wanted)
            number += 1
    return number


def _content(log: Log, name: str) -> bytes | None:
    try:
        return log.read(name)
    except FileNotFoundError:
        return None


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
