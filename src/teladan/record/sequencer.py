"""The one process that gives acts their places in the log, writes its files and signs it.

A step takes acts from the outbox and ends with a checkpoint that covers them:

    1  database   read the outbox, insert entries with their positions, delete from the outbox; one commit
    2  log        write the tiles and bundles of the growth, read them back, hash the entries again
    3  check      the last signed checkpoint is the beginning of this tree, and the clock goes forward
    4  signed     sign, and keep the new checkpoint apart, before it gets out
    5  database   add the checkpoint; from here on there are receipts
    6  log        replace the file `checkpoint`

Killed anywhere, the next start continues. Whatever does not fit what was signed raises Stopped, and
nothing is signed; what is in the way only now raises Blocked.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from uuid import uuid4

import psycopg

from teladan.core import canonical
from teladan.core.log import entry
from teladan.core.log.checkpoint import Checkpoint
from teladan.core.log.merkle import Frontier, ProofError, consistency_proof, leaf_hash, verify_consistency
from teladan.core.log.tiles import WIDTH, TileError, bundle
from teladan.record import signed_checkpoint
from teladan.record.database import Database, PendingAct, PlacedRow, SignedRow
from teladan.record.disk import Disk
from teladan.record.keys import HOWTO, Keys
from teladan.record.log import CHECKPOINT, Edge, Log, bundles
from teladan.record.start import State, recovered_state, with_key
from teladan.record.stops import Blocked, Stopped

BATCH = 8192  # acts of one step
LONGEST_PAUSE = 10.0  # seconds between two tries of what holds it up
BEGINNING = datetime.min.replace(tzinfo=UTC)
BACKWARDS = timedelta(seconds=60)  # how far the clock may stand behind the last signing
KEY_SUBJECT, KEY_ROLE, FIRST_KEY = "key", "sequencer", "first key"
Say = Callable[[str], None]


class Sequencer:
    """One sequencer; of several on one database, those without the lock wait."""

    def __init__(
        self,
        url: str,
        *,
        home: Path,
        keys: Path,
        signed: Path,
        node: str,
        clock: Callable[[], datetime],
        disk: Disk | None = None,
        batch: int = BATCH,
        at_step: Callable[[str], None] = lambda _step: None,
    ) -> None:
        """Connect to nothing yet.

        `url` is a PostgreSQL address, `home` the folder below which `record/` lies, `keys` the folder of
        the key, `signed` the file of the checkpoint kept apart, `node` the name of the log. `at_step` is
        called with the name of every step before it is taken.
        """
        self._url, self._node, self._clock = url, node, clock
        self._disk = disk or Disk()
        self._log = Log(home / "record", self._disk)
        self._keys = Keys(keys, node, self._disk)
        self._signed = signed
        self._batch, self._at_step = batch, at_step
        self._database: Database | None = None
        self._state: State | None = None

    def run(self, stop: Event, poll: float, say: Say = lambda _line: None) -> None:
        """Take steps until `stop` is set, looking for acts every `poll` seconds; raises Stopped.

        What holds it up is said once, and tried again after longer and longer pauses.
        """
        reported, pause = "", poll
        try:
            while not stop.is_set():
                try:
                    done = self.step()
                    reported, pause = "", poll
                    if done:
                        continue
                except Blocked as blocked:
                    if str(blocked) != reported:
                        reported = str(blocked)
                        say(reported)
                    pause = min(2 * pause, LONGEST_PAUSE)
                stop.wait(pause)
        finally:
            self.close()

    def drain(self) -> int:
        """Take steps until nothing is left; return how many entries were signed.

        Raises Blocked or Stopped.
        """
        total = 0
        while done := self.step():
            total += done
        return total

    def step(self) -> int:
        """Sign what is placed and not signed yet, else the next acts; return how many entries that was.

        Raises Stopped or Blocked; nothing half done is signed, and the next step starts from what is stored.
        """
        try:
            database = self._connected()
            if self._state is None:
                self._at_step("start")
                self._state = recovered_state(database, self._log, self._keys, self._signed, self._at_step)
            state = self._state
            size = database.size()
            if size == state.edge.size:
                size = self._place(database, size)
            if state.signer is None and state.edge.size:
                size = self._place_up_to_key(database, state.edge.size, size)
            done = self._publish(database, state, size) if size > state.edge.size else 0
        except BaseException as error:
            self._state = None
            if isinstance(error, OSError):
                raise Blocked(
                    f"{error.filename or 'a file'}: {error.strerror or error}. Nothing was signed."
                ) from error
            if isinstance(error, psycopg.IntegrityError):
                raise Stopped(f"The database refuses an entry: {' '.join(str(error).split())}") from error
            if isinstance(error, psycopg.Error):
                self.close()
                raise Blocked(f"The database: {' '.join(str(error).split())}. Nothing was signed.") from error
            raise
        return done

    def close(self) -> None:
        """Close the connection, which gives the lock to the next."""
        self._state = None
        if self._database is not None:
            with suppress(psycopg.Error):
                self._database.close()
            self._database = None

    def _connected(self) -> Database:
        if self._database is None:
            self._at_step("connect")
            self._database = Database(self._url)
        if self._state is None and not self._database.lock():
            raise Blocked("Another sequencer works on this database: waiting for it to end.")
        return self._database

    # --- 1: places --------------------------------------------------------------------------

    def _place(self, database: Database, size: int) -> int:
        """Give the next acts of the outbox their positions; return the size of the log then."""
        self._at_step("read outbox")
        waiting = _until_key(database.waiting(self._batch))
        if not waiting and size:
            return size
        self._refuse_clock_behind(database)
        time = max(database.last_time() or BEGINNING, self._now())
        self._refuse_unknown_key(waiting)
        placed: list[PlacedRow] = []
        if not size:
            placed.append(self._first_entry(time))
        text = entry.time_text(time)
        placed += [self._placed(act, size + len(placed) + i, time, text) for i, act in enumerate(waiting)]
        with database.connection.transaction():
            self._at_step("insert entries")
            database.place(placed)
            self._at_step("delete from outbox")
            database.take_out([act.id for act in waiting])
            self._at_step("commit")
        self._at_step("committed")
        return size + len(placed)

    def _place_up_to_key(self, database: Database, signed: int, size: int) -> int:
        """Place acts until a new key has its place: with the old one lost, nothing before can be signed."""
        before = -1
        while size > before and database.keys(size)[-1][0] < signed:
            before, size = size, self._place(database, size)
        return size

    def _placed(self, act: PendingAct, position: int, time: datetime, text: str) -> PlacedRow:
        try:
            data = entry.make(
                act=act.act,
                kind=act.kind,
                node=self._node,
                sequence=position,
                subject=act.subject,
                time=text,
                role=act.role,
                body=act.body,
                actor=act.actor,
                replaces=act.replaces,
            )
            # The body came through the outbox, where the web server may write: read it as anyone will.
            parsed = entry.parse(data)
        except entry.EntryError as error:
            raise Stopped(f"The act {act.act} in the outbox is not an entry: {error}.") from error
        if (parsed.act, parsed.kind, parsed.subject) != (act.act, act.kind, act.subject):
            raise Stopped(f"The act {act.act} in the outbox is not an entry: its body says what it is not.")
        return position, act.act, act.kind, act.subject, data, leaf_hash(data), time

    def _first_entry(self, time: datetime) -> PlacedRow:
        """Return entry 0: the key that signs, made now where there is none."""
        self._at_step("make key")
        vkey = self._keys.make().verifier.vkey
        body = canonical.encode({"vkey": vkey, "reason": FIRST_KEY})
        act = PendingAct(0, uuid4(), "key", KEY_SUBJECT, KEY_ROLE, "", "", body)
        return self._placed(act, 0, time, entry.time_text(time))

    def _refuse_unknown_key(self, waiting: list[PendingAct]) -> None:
        """Let no key into the log but the one that waits in the key folder: only its owner may rotate."""
        for act in waiting:
            if act.kind == "key":
                coming = self._keys.coming()
                if coming is None or not _names_only(act.body, coming.verifier.vkey):
                    raise Stopped(
                        f"The act {act.act} in the outbox names a key that is not in {self._keys.folder}: it "
                        f"was not written by `teladan key rotate` on this machine. See {HOWTO}."
                    )

    # --- 2 to 6: files, checks, signature ----------------------------------------------------

    def _publish(self, database: Database, state: State, size: int) -> int:
        """Write, check and sign the growth of the log to a size, at most a batch of it; return its length."""
        start = state.edge.size // WIDTH * WIDTH
        end = size if state.signer is None else min(size, state.edge.size + self._batch)
        self._refuse_findings(database)
        self._at_step("read entries")
        stored = database.entries(start, end)
        leaves, data = _checked(stored, state.edge, start, end)
        edge, written = state.edge.grown(leaves[state.edge.size - start :])
        bundles_written = dict(bundles(start // WIDTH, data))
        self._write(written, bundles_written)
        checkpoint = Checkpoint(self._node, edge.size, edge.root())
        self._check(state, edge, checkpoint)
        keyed = with_key(state, self._keys, [(p, body) for p, kind, body, _leaf in stored if kind == "key"])
        self._sign(database, keyed, checkpoint, stored[-1][2])
        self._at_step("write checkpoint")
        assert keyed.note is not None
        self._disk.write(self._log.path(CHECKPOINT), keyed.note.encode())
        if keyed.rotated:
            self._at_step("promote key")
            self._keys.promote()
        self._at_step("remove partial tiles")
        self._log.remove_partial([*written, *bundles_written])
        done = edge.size - state.edge.size
        self._state = keyed.after(edge, checkpoint)
        return done

    def _write(self, written: dict[str, bytes], bundles_written: dict[str, list[bytes]]) -> None:
        files = [(name, bundle(entries)) for name, entries in bundles_written.items()] + list(written.items())
        for name, content in files:
            self._at_step(f"write {name}")
            self._disk.write(self._log.path(name), content)
        self._at_step("read back")
        self._log.read_back(written, bundles_written)

    def _check(self, state: State, edge: Edge, checkpoint: Checkpoint) -> None:
        """Hold what is on disk against the tree in memory and against the last signed checkpoint."""
        self._at_step("check")
        node = self._log.reader(edge.size).node
        try:
            root = Frontier.read(edge.size, node).root()
            if state.signed is not None:
                old = state.signed.checkpoint
                proof = consistency_proof(old.size, edge.size, node)
                verify_consistency(old.size, old.root, edge.size, checkpoint.root, proof)
        except (ProofError, TileError, FileNotFoundError) as error:
            raise Stopped(
                f"The files of {self._log.folder} do not continue the signed checkpoint of "
                f"{state.edge.size} entries: {error}. Run teladan audit."
            ) from error
        if root != checkpoint.root:
            raise Stopped(
                f"The tiles of {self._log.folder} give another root for {edge.size} entries than the entries "
                "themselves. Run teladan audit."
            )

    def _sign(self, database: Database, state: State, checkpoint: Checkpoint, last: bytes) -> None:
        self._refuse_clock_behind(database)
        before = database.last_checkpoint()
        at = max(self._now(), entry.parse(last).time, before.signed_at if before else BEGINNING)
        if not database.holds_lock():
            raise Blocked("Another sequencer took over.")
        self._at_step("write vkeys")
        self._keys.remember(state.vkeys)
        self._at_step("write signed")
        state.note = signed_checkpoint.made(checkpoint, state.signers(), state.vkeys)
        self._disk.write(self._signed, state.note.encode())
        self._at_step("insert checkpoint")
        database.add_checkpoint(SignedRow(checkpoint.size, checkpoint.root, state.note, at))

    def _refuse_clock_behind(self, database: Database) -> None:
        before, now = database.last_checkpoint(), self._now()
        if before and now < before.signed_at - BACKWARDS:
            raise Blocked(
                f"The clock says {entry.time_text(now)}, but the last checkpoint was signed at "
                f"{entry.time_text(before.signed_at)}: set the clock. Nothing was signed."
            )

    def _refuse_findings(self, database: Database) -> None:
        found = database.last_audit()
        stopping = [each for each in found[1] if each.get("stops", True)] if found else []
        if found and stopping:
            first, count = stopping[0], len(stopping)
            raise Stopped(
                f"The audit of {entry.time_text(found[0])} found {count} difference{'s' * (count > 1)}, the "
                f"first: {first['place']}: {first['message']} Mend what it names and run teladan audit again."
            )

    def _now(self) -> datetime:
        return self._clock().astimezone(UTC)


def _names_only(body: bytes, vkey: str) -> bool:
    """Say whether the body of a key act names this key, with a reason and nothing else."""
    try:
        value = json.loads(body)
    except ValueError:
        return False
    return isinstance(value, dict) and value.keys() == {"vkey", "reason"} and value["vkey"] == vkey


def _until_key(waiting: list[PendingAct]) -> list[PendingAct]:
    """Return the acts up to and with the first new key: the next key's turn comes with the next step."""
    for number, act in enumerate(waiting):
        if act.kind == "key":
            return waiting[: number + 1]
    return waiting


def _checked(
    stored: list[tuple[int, str, bytes, bytes]], edge: Edge, start: int, end: int
) -> tuple[list[bytes], list[bytes]]:
    """Return leaf hashes and bytes of the stored entries [start, end), hashed again from the bytes.

    Raises Stopped, naming the position, for a gap, for a leaf that is not the hash of its bytes, and for an
    entry before the edge that is no longer the one that was signed.
    """
    signed = edge.levels[0] if edge.levels else ()
    leaves, data = [], []
    for wanted, (position, _kind, content, leaf) in enumerate(stored, start):
        if position != wanted:
            raise Stopped(f"Entry {wanted} is missing in the table record_entry. Run teladan audit.")
        found = leaf_hash(content)
        if found != leaf or (position < edge.size and found != signed[position - start]):
            raise Stopped(
                f"Entry {position} in the table record_entry has changed since it was recorded. "
                "Run teladan audit."
            )
        leaves.append(found)
        data.append(content)
    if start + len(stored) != end:
        raise Stopped(f"Entry {start + len(stored)} is missing in the table record_entry. Run teladan audit.")
    return leaves, data
