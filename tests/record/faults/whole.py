"""What must be true of a log whatever happened to it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from teladan.core.log import note, tlog_proof
from teladan.core.log.checkpoint import Checkpoint, open_checkpoint
from teladan.core.log.entry import parse
from teladan.core.log.merkle import Frontier, leaf_hash, root_of
from teladan.core.log.tiles import bundle, entries_path, tile_path, tiles_between
from teladan.record import queries
from teladan.record.models import Checkpoint as CheckpointRow
from teladan.record.models import Entry, Outbox
from tests.record.conftest import NODE, OwnLog


def assert_whole(log: OwnLog, acts: Iterable[UUID]) -> None:
    """Hold a drained log against its acts: entries, checkpoints and every file."""
    data = entries()
    placed = [each.act for each in map(parse, data) if each.kind != "key"]
    assert sorted(placed) == sorted(acts)
    assert not Outbox.objects.exists()
    sizes = assert_prefixes(data)
    assert sizes[-1] == len(data)
    newest = CheckpointRow.objects.get(size=sizes[-1]).note
    assert (log.record / "checkpoint").read_text() == log.signed.read_text() == newest
    assert files(log.record) == expected_files(data, sizes) | {"checkpoint": newest.encode()}
    assert sorted(path.name for path in log.keys.iterdir()) == ["record.key", "record.vkeys"]
    assert [path.name for path in log.signed.parent.iterdir()] == ["checkpoint"]


def assert_receipts(acts: Iterable[UUID]) -> dict[UUID, bytes]:
    """Verify the receipt of each act by its bytes alone; return them."""
    verifiers = [note.Verifier.parse(line) for line in queries.vkeys()]
    receipts = {}
    for act in acts:
        receipts[act] = content = queries.receipt(act)
        assert content is not None, act
        receipt = tlog_proof.parse(content)
        assert parse(receipt.extra).act == act
        receipt.verify(receipt.extra, verifiers, NODE)
    return receipts


def assert_prefixes(data: list[bytes]) -> list[int]:
    """Open every signed checkpoint and hold it against the entries there are; return their sizes."""
    verifiers = [note.Verifier.parse(line) for line in queries.vkeys()]
    edge, sizes, signed_at = Frontier(), [], None
    for row in CheckpointRow.objects.order_by("size"):
        found: Checkpoint = open_checkpoint(row.note, verifiers, NODE)
        edge.extend(leaf_hash(each) for each in data[edge.size : found.size])
        assert (found.size, found.root) == (row.size, bytes(row.root)) == (edge.size, edge.root())
        assert row.signed_at >= parse(data[row.size - 1]).time
        assert signed_at is None or signed_at <= row.signed_at
        signed_at = row.signed_at
        sizes.append(found.size)
    times = [parse(each).time for each in data]
    assert times == sorted(times)
    return sizes


def entries() -> list[bytes]:
    """Return the stored bytes of every entry, which must stand in its place."""
    rows = list(Entry.objects.values_list("position", "data"))
    assert [position for position, _data in rows] == list(range(len(rows)))
    return [bytes(data) for _position, data in rows]


def files(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder, hidden ones too."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def expected_files(data: list[bytes], sizes: list[int]) -> dict[str, bytes]:
    """Return the tiles and bundles of a log that was signed at these sizes, made in one go.

    A partial tile is there for every size that was signed, until the full one is.
    """
    made: dict[str, bytes] = {}
    full = len(data) // 256
    leaves = [leaf_hash(each) for each in data]
    for before, size in zip([0, *sizes], sizes, strict=False):
        for level, index, width in tiles_between(before, size):
            span = 256**level
            if width < 256 and index < full // span:
                continue
            first, last = index * 256 * span, (index * 256 + width) * span
            made[tile_path(level, index, width)] = b"".join(
                root_of(leaves[at : at + span]) for at in range(first, last, span)
            )
            if level == 0:
                made[entries_path(index, width)] = bundle(data[first:last])
    return made
