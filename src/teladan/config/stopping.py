"""Ending within a limit, whatever a thread is stuck in: a job that goes on, a lock that nobody gives back.

A process that was asked to end has `LIMIT` seconds. After them it says so, tells where every thread
stands, and is gone: what it had begun, the next one begins again (the sequencer from what is stored, a job
from its start).
"""

from __future__ import annotations

import _thread
import faulthandler
import os
import signal
import time
from threading import Event

LIMIT = 15.0  # seconds that a process may take to end; config.worker.TO_THE_END is less
STUCK = 2.0  # seconds after the limit: then even an interpreter that runs no thread any more ends


def on_signals(name: str, *, limit: float = LIMIT) -> Event:
    """Return an event that Ctrl-C or a TERM signal sets; the process `name` then ends within `limit` seconds.

    An event may not be set by the handler itself: the main thread may be in the middle of waiting for the
    event, and would wait for its own lock for ever. A thread sets it.
    """
    stop = Event()

    def ask(_number: int, _frame: object) -> None:
        _thread.start_new_thread(end_soon, (stop, name, limit))

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask)
    return stop


def end_soon(stop: Event, name: str, limit: float = LIMIT) -> None:
    """Ask the process `name` to end, and end it where it has not after `limit` seconds.

    Never returns: call it in a thread that does not keep the process alive.
    """
    stop.set()
    faulthandler.dump_traceback_later(limit + STUCK, exit=True, file=2)
    time.sleep(limit)
    os.write(2, f"The {name} did not end in {limit:g} s. It is ended; it stood here:\n".encode())
    faulthandler.dump_traceback(file=2)
    os._exit(1)
