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
from teladan.record.audit_keys import Named, named_keys
from teladan.record.audit_span import Finding, Span, SpanFound, read_span
from teladan.record.disk import TEMPORARY, Disk
from teladan.record.keys import Keys
from teladan.record.log import CHECKPOINT, Log, partial_names
from teladan.record.rows import Rows
from teladan.record.stops import Stopped

ALONE = 20_000  # entries up to which one process reads them
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
        return [found for found in self.findings if found.place == str(place)]


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
    log, own = Log(home / "record", disk), Keys(keys, node, disk)
    rows = Rows(url)
    try:
        found = Audit(clock())
        named, differences = named_keys(rows, own)
        found.findings += differences
        kept = _files(rows, log, named, signed=signed, found=found)
        found.size = kept
        if kept > rows.size():
            found.add(
                "table record_entry",
                f"It holds {rows.size()} entries, but {kept} were signed: teladan catch-up.",
            )
        roots = _entries(rows, url, log, node=node, found=found, processes=processes)
        _upper_tiles(log, roots, found)
        _partial_tiles(rows, log, found)
        _checkpoints(rows, log, named, found)
        _commitments(rows, found)
        _objects(rows, home / "objects", found)
        for comparison in compare:
            number, differences = comparison()
            found.looked_at["rows"] = found.looked_at.get("rows", 0) + number
            found.findings += differences
        _keep(rows, found, clock())
    finally:
        rows.close()
    return found


def _files(rows: Rows, log: Log, named: Named, *, signed: Path, found: Audit) -> int:
    """Return the signed size, of the checkpoint kept apart.

    A sequencer writes the one kept apart, then the row, then the one shown, so that a crash or one at work
    leaves the later ones a step behind. They are read the other way round.
    """
    place = log.path(CHECKPOINT)
    shown = _note(place, named, log, found)
    sizes = rows.signed_sizes()
    found.shown = shown.size if shown else 0
    kept = _note(signed, named, log, found)
    newest = max([found.shown, *sizes[:1]])
    if newest and kept is None and not found.findings_at(signed):
        found.add(str(signed), "It is missing.")
    if kept and kept.size < newest:
        found.add(str(signed), f"It is of {kept.size} entries, but {newest} were signed.")
    if sizes[1:] and shown is None and not found.findings_at(place):
        found.add(str(place), "It is missing.")
    again = _note(place, named, log, found) if shown and shown.size < max(sizes[1:], default=0) else None
    if again and again.size < sizes[1]:
        found.add(str(place), f"It is of {again.size} entries, but {sizes[0]} were signed.")
    return max(newest, kept.size if kept else 0)


def _note(place: Path, named: Named, log: Log, found: Audit) -> Checkpoint | None:
    try:
        said = named.open(log.disk.read(place).decode("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        found.add(str(place), f"It cannot be read: {error}.")
        return None
    except (NoteError, CheckpointError) as error:
        found.add(str(place), f"It does not hold a checkpoint of {named.node} signed by its key: {error}.")
        return None
    found.notes[str(place)] = said
    return said


def _entries(
    rows: Rows, url: str, log: Log, *, node: str, found: Audit, processes: int | None
) -> list[bytes]:
    """Compare entries, leaf column, tiles and bundles; return the roots of the full tiles of level 0."""
    stretches = [(at, min(at + STRETCH, found.size)) for at in range(0, found.size, STRETCH)]
    read = partial(read_span, url, log.folder, node)
    spans = [Span(start, end) for start, end in stretches]
    if found.size <= ALONE:
        answers = [read(span) for span in spans]
    else:
        method = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(processes or os.cpu_count(), mp_context=method) as pool:
            answers = list(pool.map(read, spans))
    found.findings += [finding for answer in answers for finding in answer.findings]
    found.mended = {(0, index): tile for answer in answers for index, tile in answer.mended.items()}
    _times(answers, found)
    beyond = rows.size()
    if beyond > found.size:
        found.findings += read(Span(found.size, beyond, signed=False)).findings
    found.looked_at |= {
        "entries": beyond,
        "bundles": -(-found.size // WIDTH),
        "tiles": -(-found.size // WIDTH),
    }
    return [root for answer in answers for root in answer.roots]


def _times(answers: list[SpanFound], found: Audit) -> None:
    """Hold the first time of every stretch against the last of the one before."""
    for before, after in pairwise(answers):
        if before.last_time and after.first_time and after.first_time < before.last_time:
            found.add(
                f"table record_entry, position {after.start}", "Its time is before that of the entry before."
            )


def _upper_tiles(log: Log, roots: list[bytes], found: Audit) -> None:
    """Hold every tile above level 0 against the roots of the tiles below."""
    level = 1
    while roots:
        above = []
        for start in range(0, len(roots), WIDTH):
            wanted = roots[start : start + WIDTH]
            index = start // WIDTH
            found.looked_at["tiles"] += 1
            try:
                tile = log.tile(level, index, len(wanted))
            except Stopped as stopped:
                found.add(str(log.path(tile_path(level, index, len(wanted)))), str(stopped))
                tile = wanted
                found.mended[level, index] = b"".join(wanted)
            if tile != wanted:
                found.mended[level, index] = b"".join(wanted)
                at = next(i for i, pair in enumerate(zip(tile, wanted, strict=True)) if pair[0] != pair[1])
                found.add(
                    str(log.path(tile_path(level, index, len(wanted)))),
                    f"Its hash {at} is not that of the tile below.",
                )
            if len(wanted) == WIDTH:
                above.append(root_of(wanted))
        roots, level = above, level + 1


def _hashes(log: Log, found: Audit, path: str) -> bytes:
    """Return the hashes of a tile, as they should be where the file is damaged and was named already."""
    level, index, width = parse_path(path)
    mended = found.mended.get((level or 0, index))
    return mended[: width * HASH_SIZE] if mended else b"".join(log.tile(level or 0, index, width))


def _partial_tiles(rows: Rows, log: Log, found: Audit) -> None:
    """Hold every partial tile and bundle of a signed size against the widest tile of its place.

    Others were written for a growth that was never signed: nobody asks for them.
    """
    signed = rows.signed_sizes()
    for name in partial_names(signed, found.size):
        # Absent is one that a sequencer at work took away, but only with its tile full.
        level, index, _width = parse_path(name)
        full = entries_path(index) if level is None else tile_path(level, index)
        if not log.path(name).exists() and not log.path(full).exists():
            found.add(str(log.path(name)), "It is missing.")
    for path in sorted(log.path("tile").rglob("*.p/*")):
        if path.name.startswith(TEMPORARY):
            continue
        try:
            level, index, width = parse_path(path.relative_to(log.folder).as_posix())
            content = path.read_bytes()
            reach = min(WIDTH, (found.size >> 8 * (level or 0)) - index * WIDTH)
            ends = {size >> 8 * (level or 0) for size in signed}
            if width >= reach or index * WIDTH + width not in ends:
                continue  # looked at already, or never signed
            found.looked_at["bundles" if level is None else "tiles"] += 1
            wanted = _hashes(log, found, tile_path(level or 0, index, reach))[: width * HASH_SIZE]
            same = b"".join(map(leaf_hash, unbundle(content))) if level is None else content
        except FileNotFoundError:
            continue  # a sequencer at work took it away
        except (TileError, Stopped) as error:
            found.add(str(path), str(error))
            continue
        if same != wanted:
            found.add(str(path), "It is not the beginning of its tile.")


def _checkpoints(rows: Rows, log: Log, named: Named, found: Audit) -> None:
    """Hold every checkpoint against its signatures and against the tree of its size."""
    reader = HashReader(partial(_hashes, log, found), found.size)
    stored = rows.connection.execute(
        "SELECT c.size, c.root, c.note, c.signed_at, e.time FROM record_checkpoint c"
        " LEFT JOIN record_entry e ON e.position = c.size - 1 ORDER BY c.size"
    ).fetchall()
    found.looked_at["checkpoints"] = len(stored)
    before = None
    for size, root, note, signed_at, time in stored:
        place = f"table record_checkpoint, size {size}"
        try:
            said = named.open(note)
        except (NoteError, CheckpointError) as error:
            found.add(place, f"Its note does not hold: {error}.")
            continue
        if (said.size, said.root) != (size, root):
            found.add(place, "Its row does not say what its note says.")
        if (before and signed_at < before) or (time and signed_at < time):
            found.add(place, "It was signed before its last entry or before the checkpoint before.")
        before = signed_at
        if said.size > found.size:
            continue
        _tree(place, said, reader, found)
    for file, said in found.notes.items():
        if said.size <= found.size:
            _tree(file, said, reader, found)
    newest = stored[-1][0] if stored else 0
    if newest < found.shown:
        found.add(
            "table record_checkpoint", f"Its newest is of {newest} entries, but {found.shown} were signed."
        )


def _tree(place: str, said: Checkpoint, reader: HashReader, found: Audit) -> None:
    """Hold a signed root against the tree of its size."""
    try:
        tree = Frontier.read(said.size, reader.node).root() if said.size else EMPTY_ROOT
    except (ProofError, TileError, Stopped) as error:
        found.add(place, f"Its tree cannot be read: {error}.")
        return
    if tree != said.root:
        found.add(place, "The log has another root at this size: what it signed was rewritten.")


def _commitments(rows: Rows, found: Audit) -> None:
    """Hold salt and content against the commitments in the log or on the way there.

    Erased ones stay unproved.
    """
    kinds = [kind.name for kind in entries.KINDS.values() if kind.committed]
    number = 0
    # The outbox first: an act that moves meanwhile is read twice rather than not at all.
    for table, at, body in (("outbox", "id", "body"), ("entry", "position", "data")):
        stored = rows.connection.execute(
            f"SELECT e.{at}, e.act, e.{body}, c.act IS NOT NULL, c.salt, c.content FROM record_{table} e"  # noqa: S608
            f" LEFT JOIN record_commitment c ON c.act = e.act WHERE e.kind = ANY(%s) ORDER BY e.{at}",
            [kinds],
        )
        for position, act, data, there, salt, content in stored:
            number += 1
            place = f"table record_commitment, act {act}"
            what = f"{table} {position}" if table == "entry" else "its act in the table record_outbox"
            if not there:
                message = f"It is lost; {what} commits to it. The log is whole without it."
                found.findings.append(Finding(place, message, stops=False))
            elif salt is not None and not _commits(salt, content, data):
                found.add(place, f"Its salt and content are not what {what} commits to.")
    found.looked_at["commitments"] = number


def _commits(salt: bytes, content: str, data: bytes) -> bool:
    try:
        value = json.loads(data)
        return entries.commitment(salt, content.encode()) == value.get("body", value)["commitment"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


def _objects(rows: Rows, folder: Path, found: Audit) -> None:
    """Hold every object against its name, and see that those that publications name are there."""
    number = 0
    for path in sorted(folder.glob("??/*")):
        if path.name.startswith(TEMPORARY):
            continue
        number += 1
        with path.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != path.name:
                found.add(str(path), "Its bytes are not those of its name.")
    found.looked_at["objects"] = number
    stored = rows.connection.execute(
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
                found.add(
                    str(folder / digest[:2] / digest), f"It is missing: the {name} of entry {position}."
                )


def _keep(rows: Rows, found: Audit, finished: datetime) -> None:
    kept = sorted(found.findings, key=lambda one: not one.stops)  # what stops is never cut off
    rows.connection.execute(
        "INSERT INTO record_audit (started_at, finished_at, size, looked_at, findings)"
        " VALUES (%s, %s, %s, %s, %s)",
        [
            found.started_at,
            finished,
            found.size,
            json.dumps(found.looked_at),
            json.dumps([asdict(one) for one in kept[:1000]]),
        ],
    )
