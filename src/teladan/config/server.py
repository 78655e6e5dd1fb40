"""Serve the site: static files gathered when they changed, then granian."""

import hashlib
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import django
from django.conf import settings

from teladan.config.database import as_role, ensure_database
from teladan.config.env import BOUND
from teladan.config.older import refuse_older

STAMP = "gathered"
THREADS = 4
TO_STOP = 10  # whole seconds that a worker may take to end its answers; then it is killed, and that is logged
POLL = 0.05  # seconds between two looks whether the server listens


def setup() -> None:
    """Start or find the database and set Django up: what every server verb does first."""
    ensure_database()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "teladan.config.settings")
    django.setup()


def waiting_migrations() -> int:
    """Return how many changes of the tables wait for `teladan migrate`.

    Raises Django's database Error, OlderDatabaseError.
    """
    setup()
    refuse_older()
    from django.db import connection  # noqa: PLC0415  (needs the settings)
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def serve(
    host: str = "127.0.0.1",
    port: int = 8000,
    workers: int = 1,
    ready: Callable[[], None] | None = None,
) -> None:
    """Serve the site until interrupted; call `ready` once the site can be reached.

    Raise SettingError when there is no database.
    """
    from granian import Granian  # noqa: PLC0415  (only serving needs it)
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    setup()
    # Sample persons sign in only where nobody else can reach the server: the workers have to know.
    os.environ[BOUND] = settings.TELADAN_BOUND = host
    gather_static()
    _leave_the_log_alone()
    if ready is not None:
        Thread(target=_call_when_listening, args=(host, port, ready), daemon=True).start()
    Granian(
        "teladan.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        log_level=LogLevels.warning,
        websockets=False,
        respawn_failed_workers=True,
        # Without a limit the server waits for ever for a worker that two signals have caught in its own lock.
        workers_kill_timeout=TO_STOP,
    ).serve()


def _leave_the_log_alone() -> None:
    """Let the workers work under the role that cannot change the log, where the database is the embedded one.

    Workers are forked with these settings or started anew with the address of the environment.
    """
    from django.db import connections  # noqa: PLC0415  (needs the settings)

    from teladan.record import grants  # noqa: PLC0415

    address = as_role(grants.WEB_ROLE)
    if address is not None:
        grants.apply()
        connections.close_all()
        connections.settings["default"]["USER"] = grants.WEB_ROLE
        os.environ["DATABASE_URL"] = address


def _call_when_listening(host: str, port: int, ready: Callable[[], None]) -> None:
    """Call `ready` when the port takes a connection; the workers are still starting until then."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104
    while True:
        try:
            socket.create_connection((here, port), timeout=1).close()
        except OSError:
            time.sleep(POLL)
        else:
            ready()
            return


def gather_static() -> bool:
    """Copy, hash and compress the static files into TELADAN_HOME/static; say whether it was needed.

    Without this a page cannot name its stylesheet. Call it before pages are rendered.
    """
    from django.contrib.staticfiles.finders import get_finders  # noqa: PLC0415  (needs the settings)
    from django.core.management import call_command  # noqa: PLC0415

    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            state = Path(storage.path(name)).stat()
            digest.update(f"{name} {state.st_size} {state.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / STAMP
    if stamp.is_file() and stamp.read_text(encoding="ascii") == digest.hexdigest():
        return False
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(digest.hexdigest(), encoding="ascii")
    return True
