"""The processes beside the demo's site: started again when killed, and missed by the doctor."""

import os
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from teladan.config import doctor
from teladan.config.background import beside
from teladan.record import services
from teladan.record.models import Audit


def children() -> set[int]:
    """Return the processes that this one started and that still run."""
    found = set()
    for task in Path("/proc/self/task").iterdir():
        for child in (task / "children").read_text().split():
            if b"teladan.config.background" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.add(int(child))
    return found


def until(there: Callable[[], bool]) -> None:
    """Wait until something is so."""
    for _ in range(400):
        if there():
            return
        time.sleep(0.05)
    raise AssertionError("It did not come about in 20 s.")


def test_a_killed_sequencer_is_started_again(own_database, tmp_path, monkeypatch, capfd):
    monkeypatch.setenv("DATABASE_URL", own_database)
    monkeypatch.setenv("TELADAN_HOME", str(tmp_path))
    checkpoint = tmp_path / "record" / "checkpoint"
    with beside("sequencer"):
        until(checkpoint.is_file)
        (first,) = children()
        os.kill(first, signal.SIGKILL)
        until(lambda: bool(children() - {first}))
    assert children() == set()
    assert "The sequencer ended (status -9); it is started again" in capfd.readouterr().err


def act(waiting: timedelta) -> None:
    """Leave an act in the outbox as if since some time."""
    with transaction.atomic():
        services.append(kind="practice", subject="x", role="publisher", body={}, at=timezone.now() - waiting)


def test_the_doctor_misses_a_sequencer(node):
    act(timedelta(seconds=5))
    assert doctor.sequencer().ok
    act(timedelta(minutes=5))

    found = doctor.sequencer()

    assert (found.ok, found.way_out) == (False, "Start teladan sequencer and read what it says.")
    assert found.message.startswith("An act waits since 30")
    node()
    assert doctor.sequencer().ok


def test_the_doctor_names_what_keeps_acts_from_being_signed(node):
    difference = {"place": "table record_entry, position 3", "message": "It has changed.", "stops": True}
    now = timezone.now()
    audit = Audit.objects.create(started_at=now, finished_at=now, size=4, findings=[difference])

    assert "table record_entry, position 3" in doctor.sequencer().message

    Audit.objects.filter(pk=audit.pk).update(findings=[difference | {"stops": False}])
    assert doctor.sequencer().ok
