"""A process of its own that SIGKILL takes at a chosen point: nothing is cleaned up behind it.

A point is a named step of the sequencer, or any change of a file below the log's folders (Python's own
audit events tell of each before it happens), so that new steps and new files are covered by themselves.
"""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from typing import TypeVar

from django.db import connection

from teladan.record.sequencer import Blocked
from tests.record.conftest import OwnLog

FILES = frozenset({"os.rename", "os.remove", "os.rmdir", "os.link", "os.mkdir", "os.chmod"})
WRITING = os.O_WRONLY | os.O_RDWR
ENDED, KILLED, FAILED = 0, -signal.SIGKILL, 3
Work = Callable[[Callable[[str], None]], None]
T = TypeVar("T")


def killed_at(number: int, work: Work, folder: str = "") -> tuple[int, list[str]]:
    """Run `work(at)` in a process that is killed at its point `number`, counted from 0.

    `work` names its points by calling `at`; with `folder` every change of a file below it is a point too.
    Returns how the process ended (ENDED where it had fewer points) and the points it came to.
    """
    connection.close()  # of two processes on one connection neither could be trusted
    database = dict(connection.settings_dict)
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # A process of a ring has a thread that listens; the child neither needs it nor its locks.
        warnings.simplefilter("ignore", DeprecationWarning)
        process = os.fork()
    if not process:
        # A browser's event loop, where one runs, is not seen in the child: Django would take up the
        # connection it keeps outside of the loop, which leads elsewhere and is its parent's.
        connection.settings_dict = database
        connection.connection = None
        _child(writing, number, work, folder)
    os.close(writing)
    with os.fdopen(reading, "r") as stream:
        points = stream.read().splitlines()
    _process, status = os.waitpid(process, 0)
    ended = os.waitstatus_to_exitcode(status)
    assert ended in {ENDED, KILLED}, points
    return ended, points


def _child(writing: int, number: int, work: Work, folder: str) -> None:
    left = number

    def at(point: str) -> None:
        nonlocal left
        os.write(writing, f"{point}\n".encode())
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        path = str(arguments[0]) if arguments else ""
        opened = event == "open" and len(arguments) > 2 and int(str(arguments[2] or 0)) & WRITING
        if (event in FILES or opened) and path.startswith(folder):
            at(f"{event} {path.removeprefix(folder)}")

    try:
        if folder:
            sys.addaudithook(hook)
        work(at)
        os._exit(ENDED)
    except BaseException:  # noqa: BLE001  (the parent shows it)
        os.write(writing, traceback.format_exc().encode())
        os._exit(FAILED)


def sequenced(log: OwnLog) -> Work:
    """Return the work of a sequencer that starts and drains the outbox."""

    def work(at: Callable[[str], None]) -> None:
        log.sequencer(at_step=at).drain()

    return work


def patient(work: Callable[[], T]) -> T:
    """Do the work as soon as PostgreSQL has noticed that the session before is gone, and its lock with it."""
    for _ in range(500):
        try:
            return work()
        except Blocked as held:
            if "works on this database" not in str(held):
                raise
            time.sleep(0.02)
    raise AssertionError("The lock of a dead sequencer was never given back.")


def drained(log: OwnLog) -> None:
    """Let a fresh sequencer do everything there is."""
    sequencer = log.sequencer()
    patient(sequencer.drain)
    sequencer.close()
