"""Where a sequencer starts: the right edge recomputed from what is stored, held against what was signed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from teladan.core.log.checkpoint import Checkpoint
from teladan.core.log.entry import parse
from teladan.core.log.merkle import leaf_hash, root_of
from teladan.core.log.note import Signer, Verifier
from teladan.core.log.tiles import WIDTH, entries_path, tile_path
from teladan.record import signed_checkpoint
from teladan.record.database import Database, SignedRow
from teladan.record.keys import HOWTO, KEY, VKEYS, Keys
from teladan.record.log import CHECKPOINT, EMPTY, Edge, Log
from teladan.record.signed_checkpoint import CheckpointNote
from teladan.record.stops import Stopped

WHOLE = 65_536  # entries up to which a start hashes all of them again; beyond, the audit does
HOWTO_RECORD = "docs/howto/run-the-record.md"


@dataclass(slots=True)
class State:
    """What the next step stands on."""

    edge: Edge
    signed: CheckpointNote | None
    signer: Signer | None  # None: lost, until the entry of a new key is signed
    coming: Signer | None
    vkeys: list[str]  # newest first
    rotated: bool = False
    note: str | None = None  # the newest signed note

    def signers(self) -> list[Signer]:
        """Return the keys that sign next: both of a rotation, otherwise the one in use."""
        return [key for key in (self.signer, self.coming if self.rotated else None) if key]

    def after(self, edge: Edge, checkpoint: Checkpoint) -> State:
        """Return the state after a step."""
        assert self.note is not None
        return replace(
            self,
            edge=edge,
            signed=CheckpointNote(self.note, checkpoint),
            signer=self.coming if self.rotated else self.signer,
            coming=None if self.rotated else self.coming,
            rotated=False,
        )


def recovered_state(
    database: Database, log: Log, keys: Keys, signed: Path, at_step: Callable[[str], None]
) -> State:
    """Recompute the right edge and finish what a crash left unfinished; raises Stopped or OSError."""
    size = database.size()
    if (count := database.count()) != size:
        raise Stopped(
            f"The table record_entry has {count} rows, but its last position is {size - 1}. {_audit()}"
        )
    signer, verifiers = keys.signer(), keys.verifiers()
    if signer and not verifiers:
        verifiers = [signer.verifier]
    trusted = signed_checkpoint.read(signed, keys.node, verifiers, log.disk)
    shown = signed_checkpoint.read(log.path(CHECKPOINT), keys.node, verifiers, log.disk)
    row = database.last_checkpoint()
    _refuse_behind(size, [(signed, trusted), (log.path(CHECKPOINT), shown)])
    _refuse_ahead_of_trusted(trusted, row, shown, signed, log)
    edge = _edge(database, log, trusted) if trusted else EMPTY
    if signer is None and size and keys.coming() is None:
        raise Stopped(
            f"The key {keys.folder / KEY} is missing, and the log is not empty. See {HOWTO}, lost key."
        )
    state = State(edge, trusted, signer, keys.coming(), _vkeys(database, keys, edge.size))
    if trusted:
        # A key that was replaced may have signed another end of the log.
        newest = [Verifier.parse(state.vkeys[0])]
        signed_checkpoint.checked(trusted.note, str(signed), keys.node, newest)
        _finish(database, log, trusted, row=row, shown=shown, at_step=at_step)
        _finish_rotation(state, keys, at_step)
    _refuse_other_key(state.signer, state.vkeys, keys)
    log.tidy(database.signed_before(edge.size), edge.size, size)
    log.disk.sweep(signed.parent, signed.name)
    keys.tidy()
    return state


def with_key(state: State, keys: Keys, entries: list[tuple[int, bytes]]) -> State:
    """Return the state for signing a growth that holds these key entries (position, bytes)."""
    next_state = replace(state, signer=keys.signer())
    _refuse_other_key(next_state.signer, state.vkeys, keys)
    for position, data in entries:
        vkey = parse(data).body["vkey"]
        if position < state.edge.size:
            continue
        if next_state.signer is None or next_state.signer.verifier.vkey != vkey:
            coming = keys.coming()
            if coming is None or coming.verifier.vkey != vkey:
                raise Stopped(
                    f"Entry {position} names a key whose secret is not in {keys.folder}. See {HOWTO}."
                )
            next_state = replace(next_state, coming=coming, rotated=True)
        next_state = replace(
            next_state, vkeys=[vkey, *(known for known in next_state.vkeys if known != vkey)]
        )
    if not next_state.signers():
        raise Stopped(
            f"The key {keys.folder / KEY} is missing: nothing can be signed. See {HOWTO}, lost key."
        )
    return next_state


def _refuse_other_key(signer: Signer | None, vkeys: list[str], keys: Keys) -> None:
    """Refuse to sign with a key that the log replaced, or never named."""
    if signer and vkeys and signer.verifier.vkey != vkeys[0]:
        raise Stopped(
            f"{keys.folder / KEY} holds the key {signer.verifier.vkey}, but the log says that "
            f"{vkeys[0]} signs: put that key back. See {HOWTO}."
        )


def _refuse_behind(size: int, checkpoints: list[tuple[Path, CheckpointNote | None]]) -> None:
    for place, signed in checkpoints:
        if signed and signed.checkpoint.size > size:
            raise Stopped(
                f"The database holds {size} entries, but the checkpoint in {place} was signed for "
                f"{signed.checkpoint.size}: an older database was restored. Run teladan catch-up; "
                f"see {HOWTO_RECORD}."
            )


def _refuse_ahead_of_trusted(
    trusted: CheckpointNote | None,
    row: SignedRow | None,
    shown: CheckpointNote | None,
    signed: Path,
    log: Log,
) -> None:
    """Refuse where the checkpoint kept apart is missing, older than what got out, or says otherwise."""
    known = trusted.checkpoint.size if trusted else 0
    places = [("the table record_checkpoint", row.size, row.root)] if row else []
    if shown:
        places.append((str(log.path(CHECKPOINT)), shown.checkpoint.size, shown.checkpoint.root))
    for place, size, root in places:
        if size > known:
            what = f"is of {known} entries" if trusted else "is missing"
            raise Stopped(
                f"The checkpoint kept apart in {signed} {what}, but {place} has one of {size} entries. "
                f"Put the newest back in its place; see {HOWTO_RECORD}."
            )
        if trusted and size == known and root != trusted.checkpoint.root:
            raise Stopped(f"{place} and {signed} have different roots for {size} entries. {_audit()}")


def _edge(database: Database, log: Log, trusted: CheckpointNote) -> Edge:
    """Read the right edge from the tiles and hold it against the signed root.

    Of a small log every entry is hashed again, in the table and in the bundles, of a large one those of
    the last tile.
    """
    size, root = trusted.checkpoint.size, trusted.checkpoint.root
    edge = log.edge(size)
    if edge.root() != root:
        raise Stopped(
            f"{_differing_tile(database, log, edge)} does not fit the signed checkpoint of {size} entries. "
            f"{_audit()}"
        )
    start = 0 if size <= WHOLE else size // WIDTH * WIDTH
    for first in range(start, size, WIDTH):
        width = min(WIDTH, size - first)
        tile = log.tile(0, first // WIDTH, width)
        stored = database.entries(first, first + width)
        for wanted, hashed in enumerate(tile):
            if wanted >= len(stored) or stored[wanted][0] != first + wanted:
                raise Stopped(f"Entry {first + wanted} is missing in the table record_entry. {_audit()}")
            if leaf_hash(stored[wanted][2]) != hashed:
                raise Stopped(
                    f"Entry {first + wanted} in the table record_entry, or its hash in the tiles, has "
                    f"changed since it was signed. {_audit()}"
                )
        bundle = log.path(entries_path(first // WIDTH, width))
        for number, data in enumerate(log.entries(first // WIDTH, width)):
            if leaf_hash(data) != tile[number]:
                raise Stopped(
                    f"Entry {first + number} in {bundle} has changed since it was signed. {_audit()}"
                )
    return edge


def _differing_tile(database: Database, log: Log, edge: Edge) -> str:
    """Name the tile of the right edge that is not what the entries give."""
    for level, hashes in enumerate(edge.levels):
        index, width = edge.size // WIDTH ** (level + 1), len(hashes)
        if not width:
            continue
        span = WIDTH**level
        first = index * WIDTH * span
        leaves = [leaf_hash(data) for _p, _k, data, _l in database.entries(first, first + width * span)]
        wanted = tuple(root_of(leaves[start : start + span]) for start in range(0, len(leaves), span))
        if wanted != hashes:
            return str(log.path(tile_path(level, index, width)))
    return f"The tree of {log.folder}"


def _vkeys(database: Database, keys: Keys, size: int) -> list[str]:
    """Return the public keys of the signed log, newest first, which the file must have."""
    recorded = [vkey for _position, vkey in reversed(database.keys(size))]
    known = keys.vkeys()
    if not known:
        if recorded:
            keys.remember(recorded)
        return recorded
    # A key whose entry is not signed yet may stand in the file already.
    held = {key.verifier.vkey for key in (keys.signer(), keys.coming()) if key}
    newer = known[: len(known) - len(recorded)]
    if known[len(newer) :] != recorded or not held.issuperset(newer):
        raise Stopped(f"{keys.folder / VKEYS} does not hold the keys that the log names. See {HOWTO}.")
    return recorded


def _finish(
    database: Database,
    log: Log,
    trusted: CheckpointNote,
    *,
    row: SignedRow | None,
    shown: CheckpointNote | None,
    at_step: Callable[[str], None],
) -> None:
    """Bring out what was signed before a crash: the row, then the file."""
    if row is None or row.size < trusted.checkpoint.size:
        at_step("insert signed checkpoint")
        last = database.entries(trusted.checkpoint.size - 1, trusted.checkpoint.size)[0][2]
        signed_at = max(parse(last).time, row.signed_at) if row else parse(last).time
        database.add_checkpoint(
            SignedRow(trusted.checkpoint.size, trusted.checkpoint.root, trusted.note, signed_at)
        )
    if shown is None or shown.note != trusted.note:
        at_step("write signed checkpoint")
        log.disk.write(log.path(CHECKPOINT), trusted.note.encode())


def _finish_rotation(state: State, keys: Keys, at_step: Callable[[str], None]) -> None:
    """Put the coming key in use where its entry is signed already."""
    if state.coming and state.coming.verifier.vkey in state.vkeys:
        at_step("promote signed key")
        keys.promote()
        state.signer, state.coming = state.coming, None


def _audit() -> str:
    return "Run teladan audit."
