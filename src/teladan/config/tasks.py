"""What the worker does in the background: archives, audit, search, jobs of a worker that was killed.

Each may run again from its start without harm: an archive that is there stays, an audit only adds its
row. A failed try is repeated a few times, later each time.
"""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from django.db import transaction
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued, JobAborted, UniqueViolation
from procrastinate.jobs import Status

from teladan.publication import queries
from teladan.publication.queries import archives

LOG = logging.getLogger(__name__)

AUDIT_AT = "17 2 * * *"  # UTC: nobody publishes then
EVERY_MINUTE = "* * * * *"
STALLED = 30.0  # seconds without a sign of life after which a worker counts as killed
KEPT_JOBS = 30 * 24  # hours that what became of a job can be looked up
NOTE_EVERY = 0.5  # seconds between two notes of how far an archive is
# Tried again after 4, 16, 64 and 256 seconds: a proof comes within a minute, a disk is cleared in some.
RETRY = RetryStrategy(max_attempts=5, exponential_wait=4)


@app.task(name=archives.TASK, pass_context=True, retry=RETRY)
def archive(context: JobContext, code: str, number: int) -> None:
    """Make the ZIP file of a publication, whole under its name or not at all."""
    from teladan.config.server import gather_static  # noqa: PLC0415
    from teladan.portal.archive import CannotArchive, write  # noqa: PLC0415  (pages need the settings)

    # A job's arguments are rows of the database: no path is made of a code that names no publication.
    publication = queries.publication(code)
    if publication is None:
        LOG.error("An archive was asked for of %.100r, which is no publication: nothing was made.", code)
        return
    target = archives.path(publication.code, int(number))
    if target.is_file():
        return
    note = _note_for(publication.code, int(number))
    _clear(target)
    if publication.number != number:
        note({"problem": f"{code} has been corrected since: ask for the archive of its newest publication."})
        return

    def progress(done: int, total: int) -> None:
        if context.should_abort():  # the worker is asked to stop: another one begins again
            raise JobAborted
        note({"done": done, "total": total}, sparing=True)

    gather_static()
    try:
        write(code, target, zipped=True, progress=progress)
    except CannotArchive as problem:
        note({"problem": str(problem)})
        raise
    except OSError as problem:
        note({"problem": f"{problem.filename or target}: {problem.strerror or problem}"})
        raise
    archives.note_path(code, number).unlink(missing_ok=True)


@app.periodic(cron=AUDIT_AT)
@app.task(name="audit", queueing_lock="audit", lock="audit", retry=RETRY)
def audit(timestamp: int) -> None:  # noqa: ARG001  (when it was due)
    """Read the whole record again; its row in the database says what was found."""
    from teladan.config.audit import run  # noqa: PLC0415

    for finding in run().findings:
        LOG.error("The audit found a difference: %s: %s", finding.place, finding.message)


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="take up", queueing_lock="take up", lock="take up")
async def take_up(timestamp: int = 0) -> int:  # noqa: ARG001
    """Give the jobs of killed workers back to the queue; return how many."""
    jobs = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED))
    for job in jobs:
        try:
            await app.job_manager.retry_job(job)
        except UniqueViolation:  # the same waits already: that one does it
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
    await app.job_manager.prune_stalled_workers(STALLED)
    return len(jobs)


@app.periodic(cron="*/5 * * * *")
@app.task(name="search", queueing_lock="search", lock="search", retry=RETRY, pass_context=True)
def search(context: JobContext, timestamp: int = 0) -> None:  # noqa: ARG001
    """Bring passages and their vectors up to date; one that was stopped or killed is gone on with."""
    from teladan.config.search import run  # noqa: PLC0415

    done, _ = run(stopped=context.should_abort)
    if done.written or done.removed or done.embedded:
        LOG.info("Search: %s written, %s removed, %s embedded.", done.written, done.removed, done.embedded)
    if done.waiting and context.should_abort():  # the worker is asked to stop: another one goes on
        raise JobAborted


@app.periodic(cron="47 2 * * *")
@app.task(name="forget jobs", queueing_lock="forget jobs", lock="forget jobs")
async def forget_jobs(timestamp: int) -> None:  # noqa: ARG001
    """Delete what was done or failed a month ago."""
    await app.job_manager.delete_old_jobs(
        nb_hours=KEPT_JOBS, include_failed=True, include_cancelled=True, include_aborted=True
    )


def _note_for(code: str, number: int) -> Callable[..., None]:
    """Return note(values, sparing): says how far an archive is, at most twice a second where sparing."""
    file = archives.note_path(code, number)
    file.parent.mkdir(parents=True, exist_ok=True)
    last = 0.0

    def note(values: dict[str, object], *, sparing: bool = False) -> None:
        nonlocal last
        if sparing and time.monotonic() - last < NOTE_EVERY:
            return
        last = time.monotonic()
        new = file.with_name(f".{file.name}.{os.getpid()}")
        try:
            new.write_text(json.dumps(values), encoding="utf-8")
            new.replace(file)
        except OSError as problem:
            LOG.warning("%s cannot be written: %s", file, problem.strerror)

    return note


def _clear(target: Path) -> None:
    """Remove what killed workers left half written; only one makes an archive at a time."""
    for left in target.parent.glob(f".{target.name}.*.part"):
        left.unlink(missing_ok=True)


def soon() -> None:
    """Have the worker index what was just loaded, rather than within its five minutes."""
    with suppress(AlreadyEnqueued), transaction.atomic():  # refused where it is about to
        search.defer()
