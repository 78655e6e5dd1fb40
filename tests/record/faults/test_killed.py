"""kill -9 between an act's transaction and its checkpoint, at every point there is."""

from __future__ import annotations

import shutil

import psycopg
import pytest
from django.db import connection, transaction

from teladan.config import clock
from teladan.record import queries
from teladan.record.disk import Disk
from teladan.record.keys import Keys
from teladan.record.models import Outbox
from teladan.record.rotation import rotate
from tests.record.acts import append, audited, commit
from tests.record.conftest import NODE
from tests.record.faults.killing import ENDED, KILLED, drained, killed_at, sequenced
from tests.record.faults.whole import assert_receipts, assert_whole


def acts_small(_log):
    """Write three acts."""
    return [*append(2), commit()]


def acts_rotation(log):
    """Write two acts, a new key between them: the old key signs it in, the new one goes on."""
    acts = append(1)
    rotate(Keys(log.keys, NODE, Disk()), "the yearly change", at=clock.now())
    return acts + append(1)


# name -> entries that are signed already, what comes then. 255 and 3 more fill a tile and begin another.
CASES = {"first start": (0, acts_small), "tile": (255, acts_small), "rotation": (255, acts_rotation)}


class Base:
    """A log as it is now, to begin with again and again."""

    def __init__(self, log, size):
        self.log, self.kept = log, log.folder.with_name(f"{log.folder.name}-base")
        self.acts = append(size - 1) if size else []
        if size:
            drained(log)
        log.folder.joinpath("home").mkdir(exist_ok=True)
        shutil.copytree(log.folder, self.kept)
        self.size = size

    def begin(self):
        """Put files and rows back to what they were; return the acts that have their places."""
        self.log.close()
        self.log.made.clear()
        shutil.rmtree(self.log.folder)
        shutil.copytree(self.kept, self.log.folder)
        with psycopg.connect(self.log.url) as admin:
            admin.execute("SET session_replication_role = replica")
            for change in (
                "record_outbox WHERE true",
                "record_commitment WHERE true",
                "record_audit WHERE true",
                f"record_entry WHERE position >= {self.size}",
                f"record_checkpoint WHERE size > {self.size}",
            ):
                admin.execute(f"DELETE FROM {change}")
        return list(self.acts)


def survive(log, case, *, folder="", again=None):
    """Kill at each point in turn, begin again, and hold what comes out; return the points."""
    size, write = CASES[case]
    base = Base(log, size)
    number, ended = 0, KILLED
    while ended == KILLED:
        acts = base.begin() + write(log)
        before = {act: queries.receipt(act) for act in acts[:3]}
        ended, points = killed_at(number, sequenced(log), folder)
        if again is not None and ended == KILLED:
            killed_at(again, sequenced(log), folder)
        try:
            assert audited(log).findings == []
            drained(log)
            assert_whole(log, acts)
            assert_receipts(acts if number == 0 else acts[-4:])
            assert all(kept in {None, queries.receipt(act)} for act, kept in before.items())
            assert audited(log).findings == []
        except AssertionError as error:
            error.add_note(f"killed at point {number}: {points[-1]}")
            raise
        number += 1
    return points


@pytest.mark.parametrize(
    "case", ["first start", "rotation", pytest.param("tile", marks=pytest.mark.more)]
)  # the rotation fills a tile too
def test_after_kill_9_at_every_step_every_act_has_one_entry_and_a_receipt(own_log, case):
    points = survive(own_log, case)

    assert len(points) > 15
    assert {"commit", "committed", "read back", "check", "write signed", "write checkpoint"} <= set(points)
    assert ("promote key" in points) == (case == "rotation")


@pytest.mark.more
@pytest.mark.parametrize("case", CASES)
def test_after_kill_9_at_every_change_of_a_file_too(own_log, case):
    points = survive(own_log, case, folder=str(own_log.folder))

    assert sum(point.startswith("os.rename") for point in points) >= 5
    assert any(point.startswith("open /home/record/tile") for point in points)


@pytest.mark.more
@pytest.mark.parametrize("again", range(0, 24, 6))
def test_after_a_second_kill_during_the_recovery(own_log, again):
    survive(own_log, "rotation", again=again)


# --- the process of the act itself ------------------------------------------------------------


def business(at):
    """An act and what it changes, in one transaction."""
    with transaction.atomic():
        at("begun")
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS business (act uuid)")
            at("changed")
            for act in append(2):
                cursor.execute("INSERT INTO business VALUES (%s)", [act])
            at("acts written")
    at("committed")


def rows_of_business():
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('business')")
        if cursor.fetchone() == (None,):
            return []
        cursor.execute("SELECT act FROM business")
        return [act for (act,) in cursor.fetchall()]


def test_a_process_killed_around_its_commit_leaves_change_and_acts_or_neither(own_log):
    drained(own_log)
    for number, (point, left) in enumerate(
        {"begun": 0, "changed": 0, "acts written": 0, "committed": 2}.items()
    ):
        assert killed_at(number, business) == (
            KILLED,
            ["begun", "changed", "acts written", "committed"][: number + 1],
        )
        assert len(rows_of_business()) == left, point
        drained(own_log)
        acts = rows_of_business()
        assert_whole(own_log, acts)
        assert_receipts(acts)
    assert killed_at(99, business)[0] == ENDED
    assert Outbox.objects.count() == 2
