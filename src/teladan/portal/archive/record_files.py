"""The record's part of an archive: the files that verify.py reads, laid out as on the site.

    record/key  record/checkpoint  record/tile/…  record/proof/<position>  record/object/<sha256>
    record/publication/<code>.json  record/publication/<code>/disclosures.json

The log goes as far as the earliest checkpoint that covers the newest publication of the code. It is the
one its receipt rests on, so that an archive made later has the same log.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from teladan.core.log.merkle import HASH_SIZE
from teladan.core.log.tiles import WIDTH, bundle, entries_path, tile_path, tiles_between, unbundle
from teladan.portal.archive.problems import CannotArchive
from teladan.publication.queries import record
from teladan.record import objects
from teladan.record import queries as log
from teladan.record.models import Checkpoint
from teladan.record.places import places

Value = dict[str, Any]
Files = Iterator[tuple[str, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the record holds of one code: its manifest, and the checkpoint that covers all of it."""

    code: str
    manifest: Value
    size: int
    note: str

    @property
    def newest(self) -> Value:
        """Return the newest publication as the manifest lists it."""
        newest: Value = self.manifest["publications"][-1]
        return newest


def record_of(code: str) -> Record:
    """Return what is archived of a code; raises CannotArchive where a proof is pending."""
    manifest = record.bundle(code)
    if manifest is None:
        raise CannotArchive(f"{code} has not been released into the record yet")
    entries = [each["entry"] for each in manifest["publications"]]
    if None in entries:
        number = manifest["publications"][entries.index(None)]["number"]
        raise CannotArchive(
            f"the proof of {code}, publication {number}, is pending: no signed checkpoint covers it yet; "
            "an archive without its proof would prove nothing. Try again in a minute; if this stays, see "
            "whether `teladan sequencer` runs"
        )
    checkpoint = Checkpoint.objects.filter(size__gt=max(entries)).order_by("size").first()
    if checkpoint is None:  # a proof was there a moment ago
        raise CannotArchive(f"no signed checkpoint covers {code}")
    return Record(code=code, manifest=manifest, size=checkpoint.size, note=checkpoint.note)


def record_files(of: Record) -> Files:
    """Yield every file under record/, the log's tiles last."""
    yield "record/checkpoint", of.note.encode()
    yield "record/key", "".join(f"{vkey}\n" for vkey in log.vkeys()).encode()
    yield f"record/publication/{of.code}.json", _json(of.manifest)
    disclosed = record.disclosures(of.code) or {"disclosures": []}
    yield f"record/publication/{of.code}/disclosures.json", _json(disclosed)
    positions = {each["entry"] for each in of.manifest["publications"]}
    yield from _receipts(positions | {each["position"] for each in disclosed["disclosures"]})
    for digest in sorted(_digests(of.manifest)):
        yield f"record/object/{digest}", object_of(digest)
    yield from _log_files(places().log, of.size)


def object_of(digest: str) -> bytes:
    """Return the bytes of an object, hashed again; raises CannotArchive where they are others or none."""
    try:
        content = objects.get(digest)
    except FileNotFoundError as problem:
        raise CannotArchive(
            f"the object {digest[:80]!r} is not there: run `teladan audit`, which names what is wrong"
        ) from problem
    if hashlib.sha256(content).hexdigest() != digest:
        raise CannotArchive(
            f"{objects.path(digest)} holds other bytes than were published: run `teladan audit`, which names "
            "what is wrong"
        )
    return content


def _receipts(positions: Iterable[int]) -> Files:
    """Yield the receipts of the publications and of every act that was disclosed with them."""
    for position in sorted(positions):
        receipt = log.receipt_at(position)
        if receipt is None:
            raise CannotArchive(f"the receipt of entry {position} is not there: run `teladan audit`")
        yield f"record/proof/{position}", receipt


def _digests(manifest: Value) -> set[str]:
    kinds = ("results", "inputs", "instrument", "uncertainty")
    named = (each[what] for each in manifest["publications"] for what in kinds)
    return {digest for digest in named if digest}


def _log_files(folder: Path, size: int) -> Files:
    """Yield the tiles and bundles of the log as it was at a size."""
    for level, index, width in tiles_between(0, size):
        content = _stored(folder, tile_path(level, index), tile_path(level, index, width), width)
        yield f"record/{tile_path(level, index, width)}", content[: width * HASH_SIZE]
        if level == 0:
            content = _stored(folder, entries_path(index), entries_path(index, width), width)
            if width < WIDTH:
                content = bundle(unbundle(content)[:width])
            yield f"record/{entries_path(index, width)}", content


def _stored(folder: Path, full: str, narrow: str, width: int) -> bytes:
    """Return a file of the log that begins with what is wanted: as it was, else as it has grown since."""
    grown = (path for path in (folder / f"{full}.p").glob("*") if path.name.isdigit())
    wider = sorted((path for path in grown if int(path.name) > width), key=lambda path: int(path.name))
    for path in (folder / narrow, folder / full, *wider):
        try:
            return path.read_bytes()
        except FileNotFoundError:
            continue
    raise CannotArchive(f"{folder / narrow} is not there: run `teladan audit`, which names what is wrong")


def _json(value: Value) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
