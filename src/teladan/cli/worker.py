"""`teladan worker`: jobs out of the database, until interrupted."""

from __future__ import annotations

from teladan.cli.node.platform import platform
from teladan.cli.problems import DONE, CannotRun, say


def run() -> int:
    """Work until Ctrl-C or a TERM signal; a job under way is finished or begins again later."""
    with platform():
        from teladan.config.server import waiting_migrations
        from teladan.config.stopping import on_signals
        from teladan.config.worker import run as work

        if waiting_migrations():
            raise CannotRun(
                "the tables of the database are not those of this version: run teladan migrate first"
            )
        stop = on_signals("worker")
        print("Working (Ctrl-C stops it)", flush=True)
        work(stop, say)
    return DONE
