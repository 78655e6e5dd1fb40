"""Everything that may happen to a log, in any order: a hypothesis state machine drives it.

What must hold whatever comes: the signed size never goes back, every checkpoint is consistent with all that
were signed before it, a receipt keeps its bytes, no act is lost or doubled, times never go back.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psycopg
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from teladan.config import clock
from teladan.core.log.checkpoint import Checkpoint, open_checkpoint
from teladan.core.log.entry import parse
from teladan.core.log.merkle import Frontier, leaf_hash
from teladan.core.log.note import Verifier
from teladan.record import queries, services
from teladan.record.catch_up import catch_up
from teladan.record.disk import Disk
from teladan.record.keys import Keys
from teladan.record.models import Checkpoint as CheckpointRow
from teladan.record.models import Commitment, Entry, Outbox
from teladan.record.rotation import rotate
from teladan.record.sequencer import Blocked, Stopped
from tests.record.acts import append, audited, commit
from tests.record.conftest import BEGINNING, NODE, Clock, OwnLog
from tests.record.faults.killing import patient
from tests.record.faults.whole import assert_prefixes, assert_receipts, entries

TABLES = ("outbox", "entry", "checkpoint", "commitment", "audit")


class Crash(BaseException):
    """The process is gone."""


class FaultyDisk(Disk):
    """A disk on which chosen writes fail, counted from now."""

    def __init__(self) -> None:
        self.faults: list[int] = []  # how many writes go well before each fault
        self.error = errno.ENOSPC

    def _put(self, path: Path, content: bytes, mode: int) -> None:
        if self.faults:
            if self.faults[0] == 0:
                self.faults.pop(0)
                raise OSError(self.error, os.strerror(self.error))
            self.faults[0] -= 1
        super()._put(path, content, mode)


class LogMachine(RuleBasedStateMachine):
    """A log, and what a person outside would remember of it."""

    log: OwnLog  # the log of the test, emptied for each example

    @initialize()
    def begin(self) -> None:
        self.log.close()
        self.log.made.clear()
        for folder in (self.log.home, self.log.keys, self.log.signed.parent):
            shutil.rmtree(folder, ignore_errors=True)
        self._sql(*(f"DELETE FROM record_{table}" for table in TABLES))
        self.log.clock, self.log.disk = Clock(BEGINNING), FaultyDisk()
        self.acts: set[UUID] = set()
        self.erased: set[UUID] = set()
        self.remembered: dict[int, bytes] = {}  # size -> root, of everything that was ever signed
        self.receipts: dict[UUID, bytes] = {}
        self.backup: set[UUID] | None = None
        self.safe: set[UUID] = set()  # acts that were signed: the files give them back
        self.restored = False
        self.sequencer = self.log.sequencer(batch=300)

    # --- acts -------------------------------------------------------------------------------

    @rule(count=st.sampled_from([1, 1, 2, 3, 40, 253, 256]))
    def append(self, count: int) -> None:
        self.acts.update(append(count))

    @rule()
    def commit(self) -> None:
        self.acts.add(commit())

    @rule()
    def roll_back(self) -> None:
        with transaction.atomic():
            append(2)
            transaction.set_rollback(True)

    @rule()
    def erase_one(self) -> None:
        found = Commitment.objects.filter(erased_at__isnull=True).first()
        if found:
            with transaction.atomic():
                services.erase(found.act, BEGINNING)
            self.erased.add(found.act)

    @precondition(lambda self: Entry.objects.exists() and not self._coming())
    @rule()
    def rotate(self) -> None:
        if not Outbox.objects.filter(kind="key").exists():
            rotate(Keys(self.log.keys, NODE, Disk()), "a change", at=clock.now())

    # --- the sequencer ----------------------------------------------------------------------

    @rule()
    def step(self) -> None:
        self._try(self.sequencer.step)

    @rule()
    def drain(self) -> None:
        self._try(self.sequencer.drain)

    @rule()
    def restart(self) -> None:
        self.sequencer.close()
        self.sequencer = self.log.sequencer(batch=300)

    @rule(first=st.integers(2, 7), count=st.sampled_from([1, 2, 256, 0]))
    def crash(self, first: int, count: int) -> None:
        """Let the process be gone at one point after another; it has acts to place, mostly."""
        for point in range(first, 20, 6):
            self.acts.update(append(count))
            self._crash(point)
            self.restart()

    def _crash(self, point: int) -> None:
        left = point

        def at_step(_name: str) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise Crash

        self.sequencer.close()
        self.sequencer = self.log.sequencer(batch=300, at_step=at_step)
        with suppress(Crash):
            self._try(self.sequencer.drain)

    @rule(
        first=st.integers(0, 6),
        then=st.none() | st.integers(0, 4),
        error=st.sampled_from([errno.ENOSPC, errno.EIO]),
        restart=st.booleans(),
        count=st.sampled_from([1, 2, 256, 0]),
    )
    def fail(self, first: int, then: int | None, error: int, restart: bool, count: int) -> None:
        """Let a write fail, and another one during the recovery."""
        self.acts.update(append(count))
        self.log.disk.error = error
        self.log.disk.faults = [first] if then is None else [first, then]
        for _ in range(2):
            self._try(self.sequencer.drain, os.strerror(error))
            if restart:
                self.restart()
        self.log.disk.faults = []

    @rule(back=st.sampled_from([30, 5, 50, 3600]))
    def clock_goes_back(self, back: int) -> None:
        self.log.clock.now -= timedelta(seconds=back)
        self.acts.update(append())
        self._try(self.sequencer.drain)

    @rule(on=st.sampled_from([1, 60, 3600]))
    def clock_goes_on(self, on: int) -> None:
        self.log.clock.now += timedelta(seconds=on)

    # --- the database of yesterday ----------------------------------------------------------

    @rule()
    def back_up(self) -> None:
        self._sql(
            "CREATE SCHEMA IF NOT EXISTS backup",
            *(f"DROP TABLE IF EXISTS backup.record_{table}" for table in TABLES),
            *(f"CREATE TABLE backup.record_{table} AS TABLE public.record_{table}" for table in TABLES),
        )
        self.backup = set(self.acts)

    @precondition(lambda self: self.backup is not None and not self._coming())
    @rule()
    def restore(self) -> None:
        assert self.backup is not None
        signed = self._signed()
        kept = Entry.objects.filter(position__lt=signed.size if signed else 0).values_list("act", flat=True)
        self.safe |= set(kept)  # of a database that is behind already, these are not all
        self.acts &= self.backup | self.safe
        self.sequencer.close()
        self._sql(
            *(f"DELETE FROM public.record_{table}" for table in TABLES),
            *(f"INSERT INTO public.record_{table} SELECT * FROM backup.record_{table}" for table in TABLES),
        )
        self.restored, self.receipts = True, {}
        self.restart()

    @precondition(lambda self: self._behind())
    @rule()
    def catch_up(self) -> None:
        self.sequencer.close()
        log = self.log
        patient(lambda: catch_up(log.url, home=log.home, keys=log.keys, signed=log.signed, node=NODE))
        assert not self._behind()

    # --- what must hold -----------------------------------------------------------------------

    @invariant()
    def signed_sizes_never_go_back(self) -> None:
        signed = self._signed()
        if signed:
            assert signed.size >= max(self.remembered, default=0)
            assert self.remembered.setdefault(signed.size, signed.root) == signed.root
        for row in CheckpointRow.objects.all():
            assert self.remembered.setdefault(row.size, bytes(row.root)) == bytes(row.root)

    def teardown(self) -> None:
        self.log.clock.now += timedelta(days=1)
        self.restart()
        if self._behind():
            self.catch_up()
            self.restart()
        patient(self.sequencer.drain)
        self.signed_sizes_never_go_back()
        data = entries()
        assert_prefixes(data)
        edge = Frontier()
        for size, root in sorted(self.remembered.items()):
            edge.extend(leaf_hash(each) for each in data[edge.size : size])
            assert (edge.size, edge.root()) == (size, root)
        placed = [each.act for each in map(parse, data) if each.kind != "key"]
        assert len(placed) == len(set(placed))
        assert set(placed) == self.acts
        some = sorted(self.acts)[:20]
        receipts = assert_receipts({*some, *self.receipts})
        assert {act: receipts[act] for act in self.receipts} == self.receipts
        findings = audited(self.log).findings
        if self.restored:  # salts and contents that came after the backup are gone with it
            findings = [each for each in findings if not each.place.startswith("table record_commitment")]
        assert findings == []
        self.log.close()

    # --- parts --------------------------------------------------------------------------------

    def _try(self, work: Callable[[], int], fault: str = "The clock says") -> None:
        """Let the sequencer work; it is held up by what we did to it and by nothing else."""
        said = ""
        try:
            patient(work)
        except (Blocked, Stopped) as ended:
            said = str(ended)
        if said:
            catching_up = "Run teladan catch-up" in said and self._behind()
            assert catching_up or any(words in said for words in (fault, "The clock says")), said
            return
        for act in sorted(self.acts)[:3]:
            receipt = queries.receipt(act)
            if receipt is not None:
                assert self.receipts.setdefault(act, receipt) == receipt

    def _signed(self) -> Checkpoint | None:
        if not self.log.signed.exists():
            return None
        verifiers = [Verifier.parse(line) for line in Keys(self.log.keys, NODE, Disk()).vkeys()]
        return open_checkpoint(self.log.signed.read_text(), verifiers, NODE)

    def _behind(self) -> bool:
        signed = self._signed()
        return bool(signed and signed.size > Entry.objects.count())

    def _coming(self) -> bool:
        return (self.log.keys / "record.next").exists()

    def _sql(self, *statements: str) -> None:
        with psycopg.connect(self.log.url) as admin:
            admin.execute("SET session_replication_role = replica")
            for statement in statements:
                admin.execute(statement)
