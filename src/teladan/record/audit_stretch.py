"""One stretch of the log read again: database, bundle and tile side by side. Runs in its own process."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from teladan.core.log.entry import EntryError, parse
from teladan.core.log.merkle import HASH_SIZE, leaf_hash, root_of
from teladan.core.log.tiles import WIDTH, entries_path, tile_path
from teladan.record.database import connected
from teladan.record.disk import Disk
from teladan.record.log import Log
from teladan.record.stops import Stopped

Row = tuple[int, UUID, str, str, bytes, bytes, datetime]
QUERY = (
    "SELECT position, act, kind, subject, data, leaf, time FROM record_entry"
    " WHERE position >= %s AND position < %s ORDER BY position"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference: where, and what. `stops`: nothing is signed while it is there.

    What was lost beside the log (a restored database lacks it for ever) is named, and stops nothing.
    """

    place: str
    message: str
    stops: bool = True


@dataclass(frozen=True, slots=True)
class Stretch:
    """Positions [start, end); `start` begins a tile. What is not signed has no files yet."""

    start: int
    end: int
    signed: bool = True


@dataclass(slots=True)
class StretchFindings:
    """What a stretch gave: findings, the roots of its full tiles as they should be, first and last time."""

    start: int
    findings: list[Finding] = field(default_factory=list)
    roots: list[bytes] = field(default_factory=list)
    mended: dict[int, bytes] = field(default_factory=dict)  # damaged tiles of level 0 as they should be
    changed: set[int] = field(default_factory=set)  # positions whose row is not what was recorded
    first_time: datetime | None = None
    last_time: datetime | None = None

    def add(self, place: str, message: str) -> None:
        """Note a difference."""
        self.findings.append(Finding(place, message))


def read_stretch(url: str, folder: Path, node: str, stretch: Stretch) -> StretchFindings:
    """Read a stretch; raises psycopg.Error or OSError."""
    findings, log = StretchFindings(stretch.start), Log(folder, Disk())
    with connected(url) as connection:
        rows = connection.cursor(binary=True).execute(QUERY, [stretch.start, stretch.end]).fetchall()
    _name_missing(rows, stretch, findings)
    leaves = {row[0]: leaf_hash(row[4]) for row in rows}
    for first in range(stretch.start, stretch.end, WIDTH) if stretch.signed else ():
        width = min(WIDTH, stretch.end - first)
        _tile(log, first, [leaves.get(first + i) for i in range(width)], findings)
    for row in rows:
        if row[0] not in findings.changed:
            _row(row, leaves[row[0]], node, findings)
    return findings


def _name_missing(rows: list[Row], stretch: Stretch, findings: StretchFindings) -> None:
    """Name the positions that have no entry."""
    before = stretch.start - 1
    for position in [*(row[0] for row in rows), stretch.end]:
        if position == before + 2:
            findings.add(_place(before + 1), "The entry is missing.")
        elif position > before + 1:
            findings.add(
                f"table record_entry, positions {before + 1} to {position - 1}", "The entries are missing."
            )
        before = position


def _tile(log: Log, first: int, stored: list[bytes | None], findings: StretchFindings) -> None:
    """Compare the hashes of database, bundle and tile: the one that stands alone is wrong."""
    index, width = first // WIDTH, len(stored)
    bundle, tile = log.path(entries_path(index, width)), log.path(tile_path(0, index, width))
    in_bundle: list[bytes | None] = list(stored)
    in_tile: list[bytes | None] = list(stored)
    try:
        in_bundle = [leaf_hash(data) for data in log.entries(index, width)]
    except Stopped as stopped:
        findings.add(str(bundle), str(stopped))
    on_disk: list[bytes] = []
    try:
        on_disk = log.tile(0, index, width)
        in_tile = list(on_disk)
    except Stopped as stopped:
        findings.add(str(tile), str(stopped))
    if not stored == in_bundle == in_tile:
        for number, (row, held, hashed) in enumerate(zip(stored, in_bundle, in_tile, strict=True)):
            _odd_one(first + number, (row, held, hashed), (str(bundle), str(tile)), findings)
    agreed = [_most(hashes) for hashes in zip(in_tile, in_bundle, stored, strict=True)]
    if agreed != on_disk:
        findings.mended[index] = b"".join(agreed)
    if width == WIDTH:
        findings.roots.append(root_of(agreed))


def _most(hashes: tuple[bytes | None, ...]) -> bytes:
    """Return the hash that two of three agree on, else the first there is."""
    return max((hashed for hashed in hashes if hashed), key=hashes.count, default=bytes(HASH_SIZE))


def _odd_one(
    position: int,
    hashes: tuple[bytes | None, bytes | None, bytes | None],
    files: tuple[str, str],
    findings: StretchFindings,
) -> None:
    row, held, hashed = hashes
    if row is not None and row not in {held, hashed}:
        findings.add(_place(position), "Its bytes are not those that were recorded.")
        findings.changed.add(position)
    if held not in {hashed, row}:
        findings.add(files[0], f"Entry {position} in it is not the one that was recorded.")
    if hashed not in {held, row}:
        findings.add(files[1], f"Its hash of entry {position} is not that of the entry.")


def _row(row: Row, leaf: bytes, node: str, findings: StretchFindings) -> None:
    """Compare the columns of a row with what its bytes say."""
    position, act, kind, subject, data, stored_leaf, time = row
    if bytes(stored_leaf) != leaf:
        findings.add(_place(position), "Its column leaf is not the hash of its bytes.")
    try:
        entry = parse(data)
    except EntryError as error:
        findings.add(_place(position), f"Its bytes are no entry: {error}.")
        return
    if findings.last_time and entry.time < findings.last_time:
        findings.add(_place(position), "Its time is before that of the entry before.")
    findings.first_time, findings.last_time = findings.first_time or entry.time, entry.time
    columns: tuple[tuple[str, Any, Any], ...] = (
        ("position", position, entry.sequence),
        ("act", act, entry.act),
        ("kind", kind, entry.kind),
        ("subject", subject, entry.subject),
        ("time", time, entry.time),
        ("node", node, entry.node),
    )
    for name, column, said in columns:
        if column != said:
            findings.add(_place(position), f"Its {name} is {column}, but its bytes say {said}.")


def _place(position: int) -> str:
    return f"table record_entry, position {position}"
