"""Questions to the record: the newest checkpoint, an entry's place, its receipt, the ladder."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from teladan.core.log.entry import Entry as ParsedEntry
from teladan.core.log.entry import parse
from teladan.core.log.merkle import inclusion_proof
from teladan.core.log.tlog_proof import TlogProof
from teladan.record.disk import Disk
from teladan.record.log import Log
from teladan.record.models import Audit, Checkpoint, Entry, Outbox
from teladan.record.places import places

LONGEST_WAIT = timedelta(seconds=60)  # from an act to its receipt


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint that got out: size, 32-byte root, the signed note, when it was signed."""

    size: int
    root: bytes
    note: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry in its place."""

    position: int
    act: UUID
    kind: str
    subject: str
    time: datetime
    data: bytes

    @property
    def digest(self) -> str:
        """Return the SHA-256 (hex) of its bytes, by which another entry names it."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def parsed(self) -> ParsedEntry:
        """Return what the bytes say."""
        return parse(self.data)


def latest() -> SignedCheckpoint | None:
    """Return the newest checkpoint, or None before the first."""
    return _signed(Checkpoint.objects.order_by("-size").first())


def ladder(newest: int | None = None, *, before: int | None = None) -> list[SignedCheckpoint]:
    """Return the checkpoints, the newest first: all of them, or so many, or only those of a smaller size."""
    below = Checkpoint.objects.order_by("-size")
    rows = (below if before is None else below.filter(size__lt=before))[:newest]
    return [found for row in rows if (found := _signed(row))]


def rungs() -> int:
    """Count the checkpoints."""
    return Checkpoint.objects.count()


def covering(position: int) -> SignedCheckpoint | None:
    """Return the earliest checkpoint that covers a position, or None while none does."""
    return _signed(Checkpoint.objects.filter(size__gt=position).order_by("size").first())


def position(act: UUID) -> int | None:
    """Return the position of an act's entry once a checkpoint covers it: then there is a receipt."""
    position = Entry.objects.filter(act=act).values_list("position", flat=True).first()
    return position if position is not None and covering(position) else None


def digest(act: UUID) -> str | None:
    """Return the SHA-256 (hex) of an act's entry, or None while it has no place."""
    entry = Entry.objects.filter(act=act).first()
    return _stored(entry).digest if entry else None


def entry(position: int) -> StoredEntry | None:
    """Return the entry at a position, or None where the log does not reach it."""
    found = Entry.objects.filter(position=position).first()
    return _stored(found) if found else None


def entries(subject: str) -> list[StoredEntry]:
    """Return every entry about a subject that has its place, in the order of the log."""
    return [_stored(row) for row in Entry.objects.filter(subject=subject)]


def pending(subject: str = "", *, but: UUID | None = None) -> int:
    """Count the acts about a subject (or all) that no checkpoint covers yet, leaving one out where asked."""
    newest = latest()
    waiting = Outbox.objects.exclude(act=but) if but else Outbox.objects.all()
    placed = Entry.objects.filter(position__gte=newest.size if newest else 0)
    placed = placed.exclude(act=but) if but else placed
    if subject:
        waiting, placed = waiting.filter(subject=subject), placed.filter(subject=subject)
    return waiting.count() + placed.count()


def waiting_since(at: datetime) -> datetime | None:
    """Return since when the oldest act waits for its receipt, where that is longer than it may by `at`.

    An act waits in the outbox, or has its place and no checkpoint that covers it.
    """
    newest = latest()
    waiting = Outbox.objects.order_by("at").values_list("at", flat=True)[:1]
    placed = Entry.objects.filter(position__gte=newest.size if newest else 0).order_by("position")
    since = min([*waiting, *placed.values_list("time", flat=True)[:1]], default=at)
    return since if at - since > LONGEST_WAIT else None


def receipt(act: UUID) -> bytes | None:
    """Return the receipt of an act, a tlog-proof that carries the entry; None while it is pending."""
    position = Entry.objects.filter(act=act).values_list("position", flat=True).first()
    return None if position is None else receipt_at(position)


def receipt_at(position: int) -> bytes | None:
    """Return the receipt of the entry at a position; None while it is pending.

    It proves the entry under the earliest checkpoint that covers it: the same bytes each time, unless
    checkpoints were lost with a restored database. Every receipt given before goes on to hold.
    Raises OSError, TileError or ProofError where the files of the log are damaged.
    """
    checkpoint, entry = covering(position), Entry.objects.filter(position=position).first()
    if checkpoint is None or entry is None:
        return None
    reader = Log(places().log, Disk()).reader(checkpoint.size)
    hashes = inclusion_proof(position, checkpoint.size, reader.node)
    return TlogProof(position, tuple(hashes), checkpoint.note, bytes(entry.data)).text().encode()


def last_audit() -> Audit | None:
    """Return the newest audit that came to its end, or None before the first."""
    return Audit.objects.filter(finished_at__isnull=False).first()


def vkeys() -> list[str]:
    """Return the public keys of the log as lines, the newest first; none before the first checkpoint."""
    newest = latest()
    named = Entry.objects.filter(kind="key", position__lt=newest.size if newest else 0).order_by("-position")
    return [_stored(row).parsed.body["vkey"] for row in named]


def _signed(row: Checkpoint | None) -> SignedCheckpoint | None:
    return SignedCheckpoint(row.size, bytes(row.root), row.note, row.signed_at) if row else None


def _stored(row: Entry) -> StoredEntry:
    return StoredEntry(row.position, row.act, row.kind, row.subject, row.time, bytes(row.data))
