"""From an act to its receipt: places, tiles, checkpoints, one sequencer at a time, a clock that goes on."""

from __future__ import annotations

import ctypes
import json
import mmap
import os
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import psycopg
import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from teladan.config import clock
from teladan.core.log.checkpoint import open_checkpoint
from teladan.core.log.entry import parse
from teladan.core.log.note import Verifier
from teladan.core.log.tiles import entries_path, tile_path, tiles_between, unbundle
from teladan.record import queries
from teladan.record.audit_stretch import Stretch, read_stretch
from teladan.record.database import Database, connected
from teladan.record.disk import Disk, forget
from teladan.record.models import Checkpoint, Entry, Outbox
from teladan.record.sequencer import Blocked, Sequencer, Stopped
from tests.record.acts import SUBJECT, append, audited, root_of_entries, verified
from tests.record.conftest import NODE
from tests.record.faults.killing import patient


def test_an_act_gets_its_receipt(own_log):
    (act,) = append()
    assert (queries.receipt(act), queries.position(act), queries.pending(SUBJECT)) == (None, None, 1)

    assert own_log.sequencer().step() == 2

    assert verified(act) == 2
    entry = queries.entry(1).parsed
    assert (entry.act, entry.sequence, entry.body, entry.node) == (act, 1, {"number": 0}, NODE)
    assert (queries.position(act), queries.pending(), Outbox.objects.count()) == (1, 0, 0)


def test_the_first_entry_names_the_key(own_log):
    own_log.sequencer().step()

    entry = queries.entry(0).parsed
    assert (entry.kind, entry.body) == ("key", {"reason": "first key", "vkey": queries.vkeys()[0]})
    assert (own_log.keys / "record.vkeys").read_text() == f"{queries.vkeys()[0]}\n"


def test_the_steps_stand_in_the_order_that_a_crash_may_cut(own_log):
    append()

    own_log.sequencer().step()

    assert own_log.steps == [
        "connect",
        "start",
        "read outbox",
        "make key",
        "insert entries",
        "delete from outbox",
        "commit",
        "committed",
        "read entries",
        "write tile/entries/000.p/2",
        "write tile/0/000.p/2",
        "read back",
        "check",
        "write vkeys",
        "write signed",
        "insert checkpoint",
        "write checkpoint",
        "remove partial tiles",
    ]


def test_acts_get_places_in_the_order_they_were_written(own_log):
    acts = [*append(3), *append(2)]

    own_log.sequencer().step()

    assert list(Entry.objects.filter(position__gt=0).values_list("act", flat=True)) == acts


def test_the_files_are_those_that_the_format_wants(own_log):
    append(700)
    own_log.sequencer().drain()

    files = {
        path.relative_to(own_log.record).as_posix() for path in own_log.record.rglob("*") if path.is_file()
    }
    tiles = list(tiles_between(0, 701))
    assert files == {
        "checkpoint",
        *(tile_path(*tile) for tile in tiles),
        *(entries_path(index, width) for level, index, width in tiles if level == 0),
    }
    held = unbundle((own_log.record / entries_path(2, 701 - 512)).read_bytes())
    assert [parse(data).sequence for data in held] == list(range(512, 701))
    assert queries.latest().root == root_of_entries()


def test_a_log_grows_step_by_step_to_the_root_of_all_its_entries(own_log):
    sequencer = own_log.sequencer(batch=100)
    for number in (1, 254, 1, 1, 300, 77):
        append(number)
        sequencer.drain()
        assert queries.latest().root == root_of_entries()
    assert queries.latest().size == 635
    assert audited(own_log).findings == []


def test_a_receipt_keeps_its_bytes_while_the_log_grows(own_log):
    (act,) = append()
    sequencer = own_log.sequencer()
    sequencer.drain()
    before = queries.receipt(act)

    append(600)
    sequencer.drain()

    assert queries.receipt(act) == before
    assert verified(act) == 2


def test_partial_tiles_go_when_the_full_one_is_there(own_log):
    sequencer = own_log.sequencer()
    append(254)
    sequencer.drain()
    assert (own_log.record / "tile/0/000.p/255").is_file()

    append(1)
    sequencer.drain()

    assert not (own_log.record / "tile/0/000.p").exists()
    assert not (own_log.record / "tile/entries/000.p").exists()
    assert (own_log.record / "tile/0/000").stat().st_size == 256 * 32


def test_signed_file_checkpoint_file_and_row_say_the_same(own_log):
    append()
    own_log.sequencer().drain()

    row = Checkpoint.objects.get()
    assert own_log.signed.read_text() == (own_log.record / "checkpoint").read_text() == row.note
    found = open_checkpoint(row.note, [Verifier.parse(queries.vkeys()[0])], NODE)
    assert (found.size, found.root) == (row.size, bytes(row.root)) == (2, root_of_entries())


def test_nothing_new_is_not_signed_again(own_log):
    sequencer = own_log.sequencer()
    append()
    assert [sequencer.step(), sequencer.step()] == [2, 0]
    assert Checkpoint.objects.count() == 1


def test_a_new_sequencer_goes_on_where_the_last_one_ended(own_log):
    append(300)
    first = own_log.sequencer()
    first.drain()
    first.close()
    (act,) = append()

    assert own_log.sequencer().step() == 1

    assert (queries.position(act), verified(act)) == (301, 302)


# --- one at a time ----------------------------------------------------------------------------


def test_a_second_sequencer_waits_and_says_so(own_log):
    first, second = own_log.sequencer(), own_log.sequencer()
    first.step()
    append()

    with pytest.raises(Blocked, match="Another sequencer works on this database"):
        second.step()
    first.close()

    assert patient(second.step) == 1


def test_a_running_second_sequencer_says_once_that_it_waits_and_takes_over(own_log):
    first, second = own_log.sequencer(), own_log.sequencer()
    first.step()
    (act,) = append()
    said, stop, waits = [], Event(), Event()

    def say(line):
        said.append(line)
        waits.set()

    running = Thread(target=second.run, args=(stop, 0.02, say))
    running.start()
    assert waits.wait(10)
    first.close()
    for _ in range(500):
        if queries.position(act):
            break
        stop.wait(0.02)
    stop.set()
    running.join(10)

    assert said == ["Another sequencer works on this database: waiting for it to end."]
    assert verified(act) == 2


def test_a_lost_connection_is_made_again_with_its_lock(own_log):
    sequencer = own_log.sequencer()
    sequencer.step()
    (act,) = append()
    with psycopg.connect(own_log.url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )

    with pytest.raises(Blocked, match="The database"):
        sequencer.step()

    assert sequencer.step() == 1
    assert verified(act) == 2
    with pytest.raises(Blocked, match="Another sequencer"):
        own_log.sequencer().step()


def test_a_database_that_is_away_is_said(own_log):
    away = Sequencer(
        "postgresql://nobody@127.0.0.1:1/none",
        home=own_log.home,
        keys=own_log.keys,
        signed=own_log.signed,
        node=NODE,
        clock=own_log.clock,
    )
    with pytest.raises(Blocked, match=r"The database: .* Nothing was signed"):
        away.step()


# --- the clock --------------------------------------------------------------------------------


def test_times_never_go_back_though_the_clock_does(own_log):
    sequencer = own_log.sequencer()
    append()
    sequencer.step()
    own_log.clock.now -= timedelta(seconds=30)
    append()
    sequencer.step()

    times = list(Entry.objects.values_list("time", flat=True))
    assert times == sorted(times)
    first, second = Checkpoint.objects.all()
    assert second.signed_at >= first.signed_at >= times[1]
    assert audited(own_log).findings == []


def test_a_clock_far_behind_the_last_signing_signs_nothing_and_both_times_are_said(own_log):
    sequencer = own_log.sequencer()
    sequencer.step()
    (act,) = append()
    own_log.clock.now -= timedelta(hours=1)

    with pytest.raises(Blocked, match=r"The clock says 2026-11-24T07:.* signed at 2026-11-24T08:00:0"):
        sequencer.step()
    assert (Entry.objects.count(), Checkpoint.objects.count()) == (1, 1)

    own_log.clock.now += timedelta(hours=1)
    sequencer.step()
    assert verified(act) == 2


def test_entries_that_a_clock_set_ahead_has_dated_get_no_company_until_that_time_has_come(own_log):
    """Placed and not signed yet: they are signed with their own time, and nothing is added before it."""
    own_log.sequencer().step()
    own_log.close()
    append()
    own_log.clock.now += timedelta(days=1)

    def crash(step):
        if step == "committed":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        own_log.sequencer(at_step=crash).step()
    own_log.close()
    own_log.clock.now -= timedelta(days=1)
    append()

    with pytest.raises(
        Blocked, match=r"The clock says 2026-11-24T08:.* last checkpoint was signed at 2026-11-25T08:"
    ):
        own_log.sequencer().drain()
    assert Entry.objects.count() == 2

    own_log.clock.now += timedelta(days=1)
    own_log.made[-1].drain()
    assert Entry.objects.count() == queries.latest().size == 3


def test_since_when_acts_wait_is_known_until_they_have_their_receipt(own_log):
    sequencer = own_log.sequencer()
    sequencer.step()
    append(2)
    first, minute = Outbox.objects.first().at, timedelta(seconds=60)
    assert queries.waiting_since(first + minute) is None
    assert queries.waiting_since(first + 2 * minute) == first
    own_log.close()

    def crash(step):
        if step == "committed":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        own_log.sequencer(at_step=crash).step()
    placed = Entry.objects.last().time
    assert queries.waiting_since(placed + 2 * minute) == placed

    own_log.close()
    own_log.sequencer().drain()
    assert queries.waiting_since(placed + 100 * minute) is None


# --- what the web may not do -------------------------------------------------------------------


def test_a_key_that_was_not_made_here_does_not_enter_the_log(own_log):
    from django.db import transaction

    from teladan.record import services

    sequencer = own_log.sequencer()
    sequencer.step()
    with transaction.atomic():
        services.append(
            kind="key",
            subject="key",
            role="operator",
            body={"vkey": queries.vkeys()[0], "reason": "x"},
            at=clock.now(),
        )

    with pytest.raises(Stopped, match="names a key that is not in"):
        sequencer.step()
    assert Entry.objects.count() == 1


def test_what_the_database_changed_since_stops_the_signature(own_log):

    sequencer = own_log.sequencer()
    append(5)
    sequencer.step()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE record_entry DISABLE TRIGGER USER")
        data = json.dumps({"changed": True}).encode()
        cursor.execute("UPDATE record_entry SET data = %s WHERE position = 3", [data])
    append()

    with pytest.raises(Stopped, match="Entry 3 in the table record_entry has changed"):
        sequencer.step()
    assert queries.latest().size == 6


# --- read back from the disk ------------------------------------------------------------------


class Forgetful(Disk):
    """A disk on which one bit of a file is another one than was written."""

    def read_back(self, path):
        content = super().read_back(path)
        return content[:-1] + bytes([content[-1] ^ 1]) if path.parent.name == "000.p" else content


def test_what_the_disk_gives_back_is_looked_at_before_it_is_signed(own_log):
    with pytest.raises(Stopped, match=r"tile/(0|entries)/000.p/1 does not hold what was written"):
        own_log.sequencer(disk=Forgetful()).step()
    assert not own_log.signed.exists()


def resident(path: Path) -> int:
    """Return how many pages of a file the system holds in memory."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
    size = path.stat().st_size
    pages = (ctypes.c_ubyte * -(-size // mmap.PAGESIZE))()
    with path.open("rb") as file:
        at = ctypes.c_void_p(libc.mmap(None, size, mmap.PROT_READ, mmap.MAP_SHARED, file.fileno(), 0))
    try:
        assert libc.mincore(at, ctypes.c_size_t(size), pages) == 0
    finally:
        libc.munmap(at, ctypes.c_size_t(size))
    return sum(page & 1 for page in pages)


@pytest.mark.skipif(not hasattr(os, "posix_fadvise"), reason="this system cannot be asked to forget a file")
def test_a_file_that_is_read_back_is_not_taken_from_memory(tmp_path):
    path = tmp_path / "tile"
    Disk().write(path, b"x" * 65_536)
    if resident(path) == 0:
        pytest.skip("files here are not held in memory")

    forget(path)

    if resident(path) == 16:
        pytest.skip("this file system lies in memory")
    assert resident(path) == 0


# --- the address of the database --------------------------------------------------------------


def test_options_of_the_address_hold_beside_those_of_the_log(own_log):
    """A deployment may need them, for example to name a schema or a limit."""
    url = make_conninfo(own_log.url, options="-c TimeZone=Asia/Jakarta -c work_mem=5MB")

    with connected(url) as own:
        assert own.execute("SELECT current_setting('work_mem')").fetchone() == ("5MB",)
        assert own.execute("SELECT current_setting('TimeZone')").fetchone() == ("UTC",)
    rows = Database(url)
    assert rows.connection.execute("SHOW work_mem").fetchone() == ("5MB",)
    rows.close()


def test_an_audit_reads_through_the_options_of_the_address(own_log):
    append(3)
    own_log.sequencer().drain()
    refused = make_conninfo(own_log.url, options="-c search_path=nowhere")

    with pytest.raises(psycopg.Error):
        read_stretch(refused, own_log.record, NODE, Stretch(0, 4))
    assert read_stretch(own_log.url, own_log.record, NODE, Stretch(0, 4)).findings == []
