"""Real processes: two sequencers at once, PostgreSQL restarted, a disk that is really full."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Self
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection

from teladan.core import canonical
from teladan.record import queries
from teladan.record.models import Entry, Outbox
from teladan.record.sequencer import Blocked
from tests.record.acts import append, audited, verified
from tests.record.conftest import NODE
from tests.record.faults.killing import drained, patient
from tests.record.faults.whole import assert_receipts, assert_whole

COMMAND = [sys.executable, "-c", "from teladan.cli import main; main()"]
INSERT = (
    "INSERT INTO record_outbox (act, kind, subject, role, actor, replaces, body, at)"
    " VALUES (%s, 'practice', 'practice/load', 'publisher', '', '', %s, now())"
)


def now() -> datetime:
    """Return the time of the machine, which real processes have too."""
    return datetime.now(UTC)


def until(true: Callable[[], object], what: str, seconds: float = 40) -> None:
    """Wait until something is so."""
    for _ in range(int(seconds / 0.05)):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError(f"In {seconds} s it was never so: {what}")


class Load:
    """A thread that writes acts, each in a transaction of its own, and knows which were acknowledged."""

    def __init__(self, url: str) -> None:
        self.url, self.acts, self.doubtful = url, list[UUID](), set[UUID]()
        self._stop = Event()
        self._thread = Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(0.005):
            try:
                with psycopg.connect(self.url, autocommit=True) as writer:
                    while not self._stop.wait(0.005):
                        self._write(writer)
            except psycopg.OperationalError:
                continue

    def _write(self, writer: psycopg.Connection) -> None:
        act = uuid4()
        self.doubtful.add(act)
        writer.execute(INSERT, [act, canonical.encode({"number": len(self.acts)})])
        self.doubtful.discard(act)
        self.acts.append(act)


@pytest.fixture
def sequencers(own_log, tmp_path: Path) -> Iterator[Callable[[str], subprocess.Popen[bytes]]]:
    """Start `teladan sequencer` on the log; what it says is in a file of its name."""
    own_log.clock = now
    environ = os.environ | {
        "DATABASE_URL": own_log.url,
        "TELADAN_HOME": str(own_log.home),
        "TELADAN_KEYS": str(own_log.keys),
        "TELADAN_SIGNED": str(own_log.signed),
        "TELADAN_NODE": NODE,
        "PYTHONUNBUFFERED": "1",
    }
    started: list[subprocess.Popen[bytes]] = []

    def start(name: str) -> subprocess.Popen[bytes]:
        with (tmp_path / name).open("wb") as said:
            process = subprocess.Popen(
                [*COMMAND, "sequencer", "--poll", "0.1"], env=environ, stdout=said, stderr=said
            )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_of_two_sequencers_started_at_once_one_waits_and_takes_over_after_kill_9(
    own_log, sequencers, tmp_path
):
    waiting = "Another sequencer works on this database"

    def who_waits() -> list[str]:
        return [name for name in ("one", "two") if waiting in (tmp_path / name).read_text()]

    with Load(own_log.url) as load:
        processes = {name: sequencers(name) for name in ("one", "two")}
        until(who_waits, "one of the two waits")
        until(lambda: Entry.objects.count() > 20, "the other one works")
        (second,) = who_waits()
        first = processes.pop("two" if second == "one" else "one")
        first.send_signal(signal.SIGKILL)
        assert first.wait() == -signal.SIGKILL
        size = Entry.objects.count()
        until(lambda: Entry.objects.count() > size + 20, "the second one took over")
    processes[second].send_signal(signal.SIGTERM)
    assert processes[second].wait(20) == 0

    drained(own_log)
    assert load.doubtful == set()
    assert_whole(own_log, load.acts)
    assert_receipts(load.acts[:: max(1, len(load.acts) // 40)])
    assert audited(own_log).findings == []


# --- PostgreSQL -------------------------------------------------------------------------------


@pytest.fixture
def own_server(tmp_path: Path, django_db_blocker, settings) -> Iterator[tuple[str, Path]]:
    """Start a PostgreSQL for this test alone, migrated; its address and its folder."""
    from django.db import connections

    from teladan.config import database

    folder = tmp_path / "pg"
    server = database.embedded(folder)
    server.psql("CREATE DATABASE own")
    url = str(server.get_uri(database="own"))
    environ = os.environ | {"DATABASE_URL": url, "TELADAN_HOME": str(tmp_path / "node")}
    subprocess.run([*COMMAND, "migrate"], env=environ, check=True, stdout=subprocess.DEVNULL)
    with django_db_blocker.unblock():
        default = connections["default"]
        before = dict(default.settings_dict)
        default.close()
        default.settings_dict.update(database.django_settings(url))
        yield url, folder
        default.close()
        default.settings_dict.clear()
        default.settings_dict.update(before)
    server.cleanup()


def postmaster(folder: Path) -> int:
    return int((folder / "postmaster.pid").read_text().splitlines()[0])


def has_ended(process: int) -> bool:
    """Say whether a process is gone, or only waits for its parent to notice."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def restart(folder: Path, number: signal.Signals) -> subprocess.Popen[bytes]:
    """Stop the server as told, and start it again as its owner would."""
    before = postmaster(folder)
    options = (folder / "postmaster.opts").read_text()
    os.kill(before, number)
    # Not its file, which goes first: until the process is gone its memory refuses another server.
    until(lambda: has_ended(before), "it is down")
    return subprocess.Popen(
        shlex.split(options),
        user=folder.stat().st_uid,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.mark.parametrize(
    "how",
    [
        pytest.param(signal.SIGQUIT, id="immediate"),
        pytest.param(signal.SIGINT, id="fast", marks=pytest.mark.more),
    ],
)
def test_postgresql_restarted_under_load_loses_nothing_that_was_acknowledged(
    own_server, settings, tmp_path, how
):
    from tests.record.conftest import OwnLog

    url, folder = own_server
    log = OwnLog(url, tmp_path / "log")
    settings.TELADAN_HOME, settings.TELADAN_KEYS = log.home, log.keys
    settings.TELADAN_SIGNED, settings.TELADAN_NODE = log.signed, NODE
    said, stop = list[str](), Event()
    sequencer = log.sequencer()
    running = Thread(target=sequencer.run, args=(stop, 0.05, said.append))
    with Load(url) as one, Load(url) as two:
        running.start()
        until(lambda: len(one.acts) > 50 and len(two.acts) > 50, "acts are written")
        again = restart(folder, how)
        before = len(one.acts)
        until(lambda: len(one.acts) > before + 50, "acts are written again")
    stop.set()
    running.join(20)
    connection.close()

    drained(log)
    assert any("The database" in line for line in said), said
    acknowledged = {*one.acts, *two.acts}
    placed = set(Entry.objects.exclude(kind="key").values_list("act", flat=True))
    assert acknowledged <= placed <= acknowledged | one.doubtful | two.doubtful
    assert_whole(log, placed)
    assert_receipts(sorted(acknowledged)[::5])
    assert audited(log).findings == []
    again.terminate()
    log.close()
    connection.close()
    again.wait(20)


# --- a full disk ------------------------------------------------------------------------------


@pytest.fixture
def small_disk(own_log) -> Iterator[Path]:
    """Put the log's folder on a disk of a few hundred kilobytes."""
    own_log.record.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=320k", "tmpfs", str(own_log.record)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("Mounting a small disk needs more rights than this user has.")
    yield own_log.record
    subprocess.run(["umount", str(own_log.record)], check=True)


def test_a_disk_that_is_really_full_signs_nothing_and_goes_on_when_there_is_room(own_log, small_disk):
    acts = append(250)
    sequencer = own_log.sequencer()
    patient(sequencer.drain)
    filler = small_disk / "filler"
    room = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize
    filler.write_bytes(b"0" * (room - 8192))
    acts += append(300)
    signed = own_log.signed.read_bytes()

    with pytest.raises(Blocked, match=r"home/record/.*: No space left on device\. Nothing was signed"):
        sequencer.drain()
    with pytest.raises(Blocked, match="No space left on device"):
        sequencer.drain()
    sequencer.close()
    assert own_log.signed.read_bytes() == signed
    assert queries.latest().size == 251
    assert audited(own_log).findings == []

    filler.unlink()
    drained(own_log)
    assert verified(acts[-1]) == 551
    assert Outbox.objects.count() == 0
    assert audited(own_log).findings == []
