"""An older database, an older disk: refused until what was signed is there again."""

from __future__ import annotations

import shutil

import psycopg
import pytest
from django.db import connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from teladan.record import queries
from teladan.record.catch_up import catch_up
from teladan.record.models import Checkpoint, Commitment, Entry, Outbox
from teladan.record.sequencer import Blocked, Stopped
from tests.record.acts import append, audited, commit, verified
from tests.record.conftest import NODE
from tests.record.faults.killing import drained


class Backup:
    """A copy of the database of a log, to put back later."""

    def __init__(self, log):
        self.log, self.name = log, conninfo_to_dict(log.url)["dbname"]
        self._copy(self.name, f"{self.name}_backup")

    def restore(self):
        self.log.close()
        self._copy(f"{self.name}_backup", self.name)

    def _copy(self, source, target):
        connection.close()
        with psycopg.connect(make_conninfo(self.log.url, dbname="postgres"), autocommit=True) as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {target} WITH (FORCE)")
            admin.execute(f"CREATE DATABASE {target} TEMPLATE {source}")

    def drop(self):
        with psycopg.connect(make_conninfo(self.log.url, dbname="postgres"), autocommit=True) as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {self.name}_backup WITH (FORCE)")


@pytest.fixture
def aged(own_log):
    """Return a log of 401 entries whose database was restored to 301, and the acts after that."""
    append(300)
    own_log.sequencer().drain()
    own_log.close()
    backup = Backup(own_log)
    acts = append(100)
    own_log.sequencer().drain()
    own_log.acts = acts
    backup.restore()
    yield own_log
    backup.drop()


def taken(log):
    return catch_up(log.url, home=log.home, keys=log.keys, signed=log.signed, node=NODE)


def test_a_restored_older_database_signs_nothing_and_names_both_sizes(aged):
    append()

    with pytest.raises(Stopped, match=r"holds 301 entries, but .* signed for 401: .* Run teladan catch-up"):
        aged.sequencer().step()
    assert Entry.objects.count() == 301


def test_catching_up_gives_back_the_entries_and_signing_goes_on(aged):
    assert taken(aged) == (100, 0)

    (act,) = append()
    aged.sequencer().drain()
    assert queries.latest().size == 402
    assert verified(act) == 402
    assert verified(aged.acts[-1]) == 401
    assert audited(aged).findings == []
    aged.close()
    assert taken(aged) == (0, 0)


def test_acts_that_the_backup_held_in_its_outbox_get_no_second_place(own_log):
    own_log.sequencer().step()
    own_log.close()
    acts = append(5)
    backup = Backup(own_log)
    own_log.sequencer().drain()
    backup.restore()
    assert Outbox.objects.count() == 5

    assert taken(own_log) == (5, 0)

    own_log.sequencer().drain()
    assert (Outbox.objects.count(), Entry.objects.count()) == (0, 6)
    assert [queries.position(act) for act in acts] == [1, 2, 3, 4, 5]
    backup.drop()


def test_a_bundle_that_does_not_give_the_signed_root_is_not_taken(aged):
    path = next((aged.record / "tile/entries/001.p").iterdir())
    path.write_bytes(path.read_bytes().replace(b'"number":99', b'"number":98'))

    with pytest.raises(Stopped, match=r"do not give the signed root of 401 entries: nothing was taken"):
        taken(aged)
    assert Entry.objects.count() == 301


def test_a_bundle_that_is_missing_is_named(aged):
    shutil.rmtree(aged.record / "tile/entries/001.p")

    with pytest.raises(Stopped, match=r"tile/entries/001.p/145 is missing"):
        taken(aged)


def test_catching_up_waits_until_no_sequencer_works(own_log):
    own_log.sequencer().step()

    with pytest.raises(Blocked, match="stop it first"):
        taken(own_log)


def test_an_older_database_and_older_signed_file_are_met_by_the_checkpoint_that_got_out(own_log):
    own_log.sequencer().step()
    own_log.close()
    backup, apart = Backup(own_log), own_log.signed.read_bytes()
    append()
    own_log.sequencer().drain()
    backup.restore()
    own_log.signed.write_bytes(apart)

    with pytest.raises(
        Stopped, match=r"holds 1 entries, but the checkpoint in .*record/checkpoint was signed for 2"
    ):
        own_log.sequencer().step()
    backup.drop()


@pytest.mark.parametrize("what", ["is missing", "is of 1 entries"])
def test_a_checkpoint_kept_apart_that_is_lost_or_older_is_put_back_by_a_person(own_log, what):
    own_log.sequencer().step()
    before = own_log.signed.read_bytes()
    append()
    own_log.made[0].drain()
    own_log.close()
    if what == "is missing":
        own_log.signed.unlink()
    else:
        own_log.signed.write_bytes(before)

    with pytest.raises(
        Stopped, match=rf"kept apart in .* {what}, but the table record_checkpoint has one of 2"
    ):
        own_log.sequencer().step()

    shutil.copy(own_log.record / "checkpoint", own_log.signed)
    assert own_log.made[-1].step() == 0


def test_lost_rows_of_checkpoints_come_back_with_the_newest(own_log):
    append()
    own_log.sequencer().drain()
    own_log.close()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE record_checkpoint DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM record_checkpoint")

    own_log.sequencer().step()

    assert Checkpoint.objects.get().note == own_log.signed.read_text()


def test_files_that_are_missing_or_damaged_are_written_again_from_the_entries(own_log):
    append(700)
    own_log.sequencer().drain()
    own_log.close()
    before = {path: path.read_bytes() for path in own_log.record.rglob("*") if path.is_file()}
    shutil.rmtree(own_log.record / "tile/1")
    (own_log.record / "tile/entries/001").write_bytes(b"damaged")

    assert taken(own_log) == (0, 2)

    assert {path: path.read_bytes() for path in own_log.record.rglob("*") if path.is_file()} == before
    assert audited(own_log).findings == []


def test_no_file_is_written_from_entries_that_were_changed(own_log):
    append(20)
    own_log.sequencer().drain()
    own_log.close()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE record_entry DISABLE TRIGGER USER")
        cursor.execute("UPDATE record_entry SET data = '\\x00' WHERE position = 3")
    path = own_log.record / "tile/0/000.p/21"
    path.write_bytes(b"damaged")

    with pytest.raises(Stopped, match="do not give the signed root of 21 entries"):
        taken(own_log)
    assert path.read_bytes() == b"damaged"


def test_damaged_older_partial_files_and_a_damaged_checkpoint_are_written_again(own_log):
    for _time in range(3):
        append(2)
        drained(own_log)
    damaged = [
        own_log.record / name
        for name in ("tile/0/000.p/3", "tile/entries/000.p/3", "tile/entries/000.p/5", "checkpoint")
    ]
    before = [path.read_bytes() for path in damaged]
    for path, content in zip(damaged, before, strict=True):
        path.write_bytes(content[:-2] + bytes([content[-2] ^ 1]) + content[-1:])

    done = catch_up(own_log.url, home=own_log.home, keys=own_log.keys, signed=own_log.signed, node=NODE)

    assert done == (0, 4)
    assert [path.read_bytes() for path in damaged] == before
    assert audited(own_log).findings == []


def test_missing_older_partial_files_are_named_and_written_again(own_log):
    """A receipt stands on the checkpoint that first covered its act, and needs the tiles of that size."""
    acts = []
    for count in (300, 230, 20):  # the log ends at 301, 531 and 551 entries
        acts += append(count)
        drained(own_log)
    names = ("tile/0/002.p/19", "tile/1/000.p/1", "tile/entries/002.p/19")
    gone = [own_log.record / name for name in names]
    before = [path.read_bytes() for path in gone]
    for path in gone:
        path.unlink()

    assert [each.place for each in audited(own_log).findings if "tile" in each.place] == list(map(str, gone))
    with pytest.raises(FileNotFoundError):
        verified(acts[290])
    assert taken(own_log) == (0, 3)

    assert [path.read_bytes() for path in gone] == before
    assert audited(own_log).findings == []
    drained(own_log)
    assert verified(acts[290]) == 301


def test_a_lost_commitment_is_named_and_signing_goes_on(own_log):
    act = commit()
    drained(own_log)
    Commitment.objects.filter(act=act).delete()

    (finding,) = audited(own_log).findings

    assert (finding.place, finding.stops) == (f"table record_commitment, act {act}", False)
    (later,) = append(1)
    drained(own_log)
    assert verified(later) == 3


def test_the_audit_needs_no_secret_key(own_log):
    append(1)
    drained(own_log)
    (own_log.keys / "record.key").unlink()

    assert audited(own_log).findings == []
