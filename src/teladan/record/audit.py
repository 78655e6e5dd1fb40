"""Reading everything again: every entry, tile, bundle, checkpoint, commitment, object and row of the pages.

Each difference is a finding that names its place. The sequencer signs nothing while the last audit has one
that stops it. The secret key is not read: only the sequencer does that, and holds it against the log.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from itertools import pairwise
from pathlib import Path

from teladan.core.log import entry as entries
from teladan.core.log.checkpoint import Checkpoint, CheckpointError
from teladan.core.log.merkle import EMPTY_ROOT, HASH_SIZE, Frontier, ProofError, leaf_hash, root_of
from teladan.core.log.note import NoteError
from teladan.core.log.tiles import WIDTH, HashReader, TileError, entries_path, parse_path, tile_path, unbundle
from teladan.record.audit_keys import LogKeys, log_keys
from teladan.record.audit_stretch import Finding, Stretch, StretchFindings, read_stretch
from teladan.record.database import Database
from teladan.record.disk import TEMPORARY, Disk
from teladan.record.keys import Keys
from teladan.record.log import CHECKPOINT, Log, partial_names
from teladan.record.stops import Stopped

ONE_PROCESS = 20_000  # entries up to which one process reads them
STRETCH = 16_384  # entries that a process reads at a time; whole tiles
Compare = Callable[[], tuple[int, list[Finding]]]


@dataclass(slots=True)
class Audit:
    """What was looked at, and every difference."""

    started_at: datetime
    size: int = 0
    looked_at: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    mended: dict[tuple[int, int], bytes] = field(default_factory=dict)  # damaged tiles as they should be

    notes: dict[str, Checkpoint] = field(default_factory=dict)  # the signed files
    shown: int = 0  # the size that the file `checkpoint` says

    def add(self, place: str, message: str) -> None:
        """Note a difference."""
        self.findings.append(Finding(place, message))

    def findings_at(self, place: Path) -> list[Finding]:
        """Return what was found at a place."""
        return [finding for finding in self.findings if finding.place == str(place)]


def audit(
    url: str,
    *,
    home: Path,
    keys: Path,
    signed: Path,
    node: str,
    clock: Callable[[], datetime],
    compare: Iterable[Compare] = (),
    processes: int | None = None,
) -> Audit:
    """Read everything again and keep the result in the table record_audit.

    `compare` are further comparisons (the rows that pages read), each returning how many rows it read and
    what it found. Raises psycopg.Error or OSError where something cannot be read at all.
    """
    disk = Disk()
    log, key_folder = Log(home / "record", disk), Keys(keys, node, disk)
    database = Database(url)
    try:
        report = Audit(clock())
        keys_of_log, differences = log_keys(database, key_folder)
        report.findings += differences
        signed_size = _files(database, log, keys_of_log, signed=signed, report=report)
        report.size = signed_size
        if signed_size > database.size():
            report.add(
                "table record_entry",
                f"It holds {database.size()} entries, but {signed_size} were signed: teladan catch-up.",
            )
        roots = _entries(database, url, log, node=node, report=report, processes=processes)
        _upper_tiles(log, roots, report)
        _partial_tiles(database, log, report)
        _checkpoints(database, log, keys_of_log, report)
        _commitments(database, report)
        _objects(database, home / "objects", report)
        for comparison in compare:
            number, differences = comparison()
            report.looked_at["rows"] = report.looked_at.get("rows", 0) + number
            report.findings += differences
        _store(database, report, clock())
    finally:
        database.close()
    return report


def _files(database: Database, log: Log, keys_of_log: LogKeys, *, signed: Path, report: Audit) -> int:
    """Return the signed size, of the checkpoint kept apart.

    A sequencer writes the one kept apart, then the row, then the one shown, so that a crash or one at work
    leaves the later ones a step behind. They are read the other way round.
    """
    place = log.path(CHECKPOINT)
    shown = _note(place, keys_of_log, log, report)
    sizes = database.signed_sizes()
    report.shown = shown.size if shown else 0
    trusted = _note(signed, keys_of_log, log, report)
    newest = max([report.shown, *sizes[:1]])
    if newest and trusted is None and not report.findings_at(signed):
        report.add(str(signed), "It is missing.")
    if trusted and trusted.size < newest:
        report.add(str(signed), f"It is of {trusted.size} entries, but {newest} were signed.")
    if sizes[1:] and shown is None and not report.findings_at(place):
        report.add(str(place), "It is missing.")
    reread = (
        _note(place, keys_of_log, log, report) if shown and shown.size < max(sizes[1:], default=0) else None
    )
    if reread and reread.size < sizes[1]:
        report.add(str(place), f"It is of {reread.size} entries, but {sizes[0]} were signed.")
    return max(newest, trusted.size if trusted else 0)


def _note(place: Path, keys_of_log: LogKeys, log: Log, report: Audit) -> Checkpoint | None:
    try:
        checkpoint = keys_of_log.open(log.disk.read(place).decode("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        report.add(str(place), f"It cannot be read: {error}.")
        return None
    except (NoteError, CheckpointError) as error:
        report.add(
            str(place), f"It does not hold a checkpoint of {keys_of_log.node} signed by its key: {error}."
        )
        return None
    report.notes[str(place)] = checkpoint
    return checkpoint


def _entries(
    database: Database, url: str, log: Log, *, node: str, report: Audit, processes: int | None
) -> list[bytes]:
    """Compare entries, leaf column, tiles and bundles; return the roots of the full tiles of level 0."""
    bounds = [(start, min(start + STRETCH, report.size)) for start in range(0, report.size, STRETCH)]
    read = partial(read_stretch, url, log.folder, node)
    stretches = [Stretch(start, end) for start, end in bounds]
    if report.size <= ONE_PROCESS:
        parts = [read(stretch) for stretch in stretches]
    else:
        method = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(processes or os.cpu_count(), mp_context=method) as pool:
            parts = list(pool.map(read, stretches))
    report.findings += [finding for part in parts for finding in part.findings]
    report.mended = {(0, index): tile for part in parts for index, tile in part.mended.items()}
    _times(parts, report)
    beyond = database.size()
    if beyond > report.size:
        report.findings += read(Stretch(report.size, beyond, signed=False)).findings
    report.looked_at |= {
        "entries": beyond,
        "bundles": -(-report.size // WIDTH),
        "tiles": -(-report.size // WIDTH),
    }
    return [root for part in parts for root in part.roots]


def _times(parts: list[StretchFindings], report: Audit) -> None:
    """Hold the first time of every stretch against the last of the one before."""
    for before, after in pairwise(parts):
        if before.last_time and after.first_time and after.first_time < before.last_time:
            report.add(
                f"table record_entry, position {after.start}", "Its time is before that of the entry before."
            )


def _upper_tiles(log: Log, roots: list[bytes], report: Audit) -> None:
    """Hold every tile above level 0 against the roots of the tiles below."""
    level = 1
    while roots:
        above = []
        for start in range(0, len(roots), WIDTH):
            wanted = roots[start : start + WIDTH]
            index = start // WIDTH
            report.looked_at["tiles"] += 1
            try:
                tile = log.tile(level, index, len(wanted))
            except Stopped as stopped:
                report.add(str(log.path(tile_path(level, index, len(wanted)))), str(stopped))
                tile = wanted
                report.mended[level, index] = b"".join(wanted)
            if tile != wanted:
                report.mended[level, index] = b"".join(wanted)
                differing = next(
                    i for i, pair in enumerate(zip(tile, wanted, strict=True)) if pair[0] != pair[1]
                )
                report.add(
                    str(log.path(tile_path(level, index, len(wanted)))),
                    f"Its hash {differing} is not that of the tile below.",
                )
            if len(wanted) == WIDTH:
                above.append(root_of(wanted))
        roots, level = above, level + 1


def _hashes(log: Log, report: Audit, path: str) -> bytes:
    """Return the hashes of a tile, as they should be where the file is damaged and was named already."""
    level, index, width = parse_path(path)
    mended = report.mended.get((level or 0, index))
    return mended[: width * HASH_SIZE] if mended else b"".join(log.tile(level or 0, index, width))


def _partial_tiles(database: Database, log: Log, report: Audit) -> None:
    """Hold every partial tile and bundle of a signed size against the widest tile of its place.

    Others were written for a growth that was never signed: nobody asks for them.
    """
    signed = database.signed_sizes()
    for name in partial_names(signed, report.size):
        # Absent is one that a sequencer at work took away, but only with its tile full.
        level, index, _width = parse_path(name)
        full = entries_path(index) if level is None else tile_path(level, index)
        if not log.path(name).exists() and not log.path(full).exists():
            report.add(str(log.path(name)), "It is missing.")
    for path in sorted(log.path("tile").rglob("*.p/*")):
        if path.name.startswith(TEMPORARY):
            continue
        try:
            level, index, width = parse_path(path.relative_to(log.folder).as_posix())
            content = path.read_bytes()
            reach = min(WIDTH, (report.size >> 8 * (level or 0)) - index * WIDTH)
            ends = {size >> 8 * (level or 0) for size in signed}
            if width >= reach or index * WIDTH + width not in ends:
                continue  # looked at already, or never signed
            report.looked_at["bundles" if level is None else "tiles"] += 1
            wanted = _hashes(log, report, tile_path(level or 0, index, reach))[: width * HASH_SIZE]
            same = b"".join(map(leaf_hash, unbundle(content))) if level is None else content
        except FileNotFoundError:
            continue  # a sequencer at work took it away
        except (TileError, Stopped) as error:
            report.add(str(path), str(error))
            continue
        if same != wanted:
            report.add(str(path), "It is not the beginning of its tile.")


def _checkpoints(database: Database, log: Log, keys_of_log: LogKeys, report: Audit) -> None:
    """Hold every checkpoint against its signatures and against the tree of its size."""
    reader = HashReader(partial(_hashes, log, report), report.size)
    stored = database.connection.execute(
        "SELECT c.size, c.root, c.note, c.signed_at, e.time FROM record_checkpoint c"
        " LEFT JOIN record_entry e ON e.position = c.size - 1 ORDER BY c.size"
    ).fetchall()
    report.looked_at["checkpoints"] = len(stored)
    before = None
    for size, root, note, signed_at, time in stored:
        place = f"table record_checkpoint, size {size}"
        try:
            checkpoint = keys_of_log.open(note)
        except (NoteError, CheckpointError) as error:
            report.add(place, f"Its note does not hold: {error}.")
            continue
        if (checkpoint.size, checkpoint.root) != (size, root):
            report.add(place, "Its row does not say what its note says.")
        if (before and signed_at < before) or (time and signed_at < time):
            report.add(place, "It was signed before its last entry or before the checkpoint before.")
        before = signed_at
        if checkpoint.size > report.size:
            continue
        _tree(place, checkpoint, reader, report)
    for file, checkpoint in report.notes.items():
        if checkpoint.size <= report.size:
            _tree(file, checkpoint, reader, report)
    newest = stored[-1][0] if stored else 0
    if newest < report.shown:
        report.add(
            "table record_checkpoint", f"Its newest is of {newest} entries, but {report.shown} were signed."
        )


def _tree(place: str, checkpoint: Checkpoint, reader: HashReader, report: Audit) -> None:
    """Hold a signed root against the tree of its size."""
    try:
        tree = Frontier.read(checkpoint.size, reader.node).root() if checkpoint.size else EMPTY_ROOT
    except (ProofError, TileError, Stopped) as error:
        report.add(place, f"Its tree cannot be read: {error}.")
        return
    if tree != checkpoint.root:
        report.add(place, "The log has another root at this size: what it signed was rewritten.")


def _commitments(database: Database, report: Audit) -> None:
    """Hold salt and content against the commitments in the log or on the way there.

    Erased ones stay unproved.
    """
    kinds = [kind.name for kind in entries.KINDS.values() if kind.committed]
    number = 0
    # The outbox first: an act that moves meanwhile is read twice rather than not at all.
    for table, order, body in (("outbox", "id", "body"), ("entry", "position", "data")):
        stored = database.connection.execute(
            f"SELECT e.{order}, e.act, e.{body}, c.act IS NOT NULL, c.salt, c.content FROM record_{table} e"  # noqa: S608
            f" LEFT JOIN record_commitment c ON c.act = e.act WHERE e.kind = ANY(%s) ORDER BY e.{order}",
            [kinds],
        )
        for position, act, data, is_stored, salt, content in stored:
            number += 1
            place = f"table record_commitment, act {act}"
            holder = f"{table} {position}" if table == "entry" else "its act in the table record_outbox"
            if not is_stored:
                message = f"It is lost; {holder} commits to it. The log is whole without it."
                report.findings.append(Finding(place, message, stops=False))
            elif salt is not None and not _commits(salt, content, data):
                report.add(place, f"Its salt and content are not what {holder} commits to.")
    report.looked_at["commitments"] = number


def _commits(salt: bytes, content: str, data: bytes) -> bool:
    try:
        value = json.loads(data)
        return entries.commitment(salt, content.encode()) == value.get("body", value)["commitment"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


def _objects(database: Database, folder: Path, report: Audit) -> None:
    """Hold every object against its name, and see that those that publications name are there."""
    number = 0
    for path in sorted(folder.glob("??/*")):
        if path.name.startswith(TEMPORARY):
            continue
        number += 1
        with path.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != path.name:
                report.add(str(path), "Its bytes are not those of its name.")
    report.looked_at["objects"] = number
    stored = database.connection.execute(
        "SELECT position, data FROM record_entry"
        " WHERE kind IN ('publication', 'correction') ORDER BY position"
    )
    for position, data in stored:
        try:
            body = json.loads(data)["body"]
        except (ValueError, KeyError):
            continue  # found with the entries
        for name in ("results", "inputs", "instrument", "uncertainty"):
            digest = body.get(name)
            if isinstance(digest, str) and not (folder / digest[:2] / digest).is_file():
                report.add(
                    str(folder / digest[:2] / digest), f"It is missing: the {name} of entry {position}."
                )


def _store(database: Database, report: Audit, finished: datetime) -> None:
    findings = sorted(report.findings, key=lambda finding: not finding.stops)  # what stops is never cut off
    database.connection.execute(
        "INSERT INTO record_audit (started_at, finished_at, size, looked_at, findings)"
        " VALUES (%s, %s, %s, %s, %s)",
        [
            report.started_at,
            finished,
            report.size,
            json.dumps(report.looked_at),
            json.dumps([asdict(finding) for finding in findings[:1000]]),
        ],
    )
