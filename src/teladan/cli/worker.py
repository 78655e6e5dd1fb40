"""`teladan worker`: jobs out of the database, until interrupted."""

from __future__ import annotations

import signal
from threading import Event

from teladan.cli.problems import DONE, CannotRun, say
from teladan.cli.server import platform


def run() -> int:
    """Work until Ctrl-C or a TERM signal; a job under way is finished or begins again later."""
    with platform():
        from teladan.config.server import waiting_migrations
        from teladan.config.worker import run as work

        if waiting_migrations():
            raise CannotRun(
                "the tables of the database are not those of this version: run teladan migrate first"
            )
        stop = Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda _number, _frame: stop.set())
        print("Working (Ctrl-C stops it)", flush=True)
        work(stop, say)
    return DONE
