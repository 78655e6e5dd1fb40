"""The worker of this installation: takes jobs from the database until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from threading import Event
from typing import Any

from teladan.config.server import setup

POLL = 0.2  # seconds between two looks whether to stop
JOBS = 2.0  # seconds between two looks for jobs, should the database's notice be lost
SIGN_OF_LIFE = 5.0  # seconds between two signs of life; tasks.STALLED is several of them
TO_THE_END = 10  # seconds that a job may still take when the worker stops; then it begins again later


def run(stop: Event, say: Callable[[str], None] = lambda _line: None) -> None:
    """Work until `stop` is set; raise SettingError where there is no database."""
    setup()
    from procrastinate.contrib.django import app  # noqa: PLC0415  (needs the settings)

    # It tells at level info of every job; what goes wrong comes as an error anyway.
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
    with app.replace_connector(connector):
        asyncio.run(_work(app, stop, say))


async def _work(app: Any, stop: Event, say: Callable[[str], None]) -> None:
    from teladan.config.tasks import take_up  # noqa: PLC0415

    async with app.open_async():
        found = await take_up()
        if found:
            say(f"{found} jobs of a worker that was killed begin again.")
        working = asyncio.ensure_future(
            app.run_worker_async(
                install_signal_handlers=False,
                fetch_job_polling_interval=JOBS,
                update_heartbeat_interval=SIGN_OF_LIFE,
                shutdown_graceful_timeout=TO_THE_END,
            )
        )
        while not stop.is_set() and not working.done():  # noqa: ASYNC110  (another thread sets it)
            await asyncio.sleep(POLL)
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
