"""The verbs that run the platform. Django is imported here and nowhere else in the command."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path
from typing import TYPE_CHECKING

from teladan.cli.node.platform import LOOPBACK, platform
from teladan.cli.output import count
from teladan.cli.problems import DONE, WRONG_DATA, CannotRun, Refusal, say

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from teladan.registry.models import Person

PORT = 8000
TRIED = 50  # ports after the default that `demo` looks at


def serve(host: str, port: int, workers: int) -> int:
    """Serve the site until interrupted."""
    with platform():
        if not _is_free(host, port):
            raise CannotRun(f"port {port} of {host} is taken; say --port with another")
        from teladan.config.server import serve as run

        if _waiting():
            raise CannotRun(
                "the tables of the database are not those of this version: run teladan migrate first"
            )
        if host not in LOOPBACK and not os.environ.get("TELADAN_HOSTS"):
            say(
                f"note: on {host} the site still answers only to localhost; name the hosts that visitors "
                "ask for: TELADAN_HOSTS=teladan.example,192.0.2.7 teladan serve …"
            )
        if (powerful := _too_powerful()) is not None:
            say(f"note: {powerful}")
        run(host, port, workers, _announce(f"Teladan serves {_address(host, port)} (Ctrl-C stops it)"))
    return DONE


def migrate() -> int:
    """Bring the tables of the database to this version."""
    with platform():
        _migrate(verbosity=1)
    return DONE


def load(published: Path | None, publisher: str | None, second: str | None, *, stdin: bool) -> int:
    """Load published results into the database; what is there already stays as it is.

    `publisher` prepares and `second` releases, both asked for password and code; without them the sample
    persons act, where the site answers to this machine only.
    """
    if published is not None and not published.is_dir():
        raise CannotRun(f"--published {published}: there is no such folder")
    with platform():
        _setup()
        from teladan.cli.node import acting

        by = acting.pair(publisher, second, stdin=stdin)
        if by is None:
            say("note: sample persons publish, as the site answers to this machine only")
        changed = _load(published, by)
    print(f"{count(changed, 'publication')} new or changed.")
    return DONE


def doctor() -> int:
    """Print each check with its way out; 1 where any failed."""
    from teladan.config.doctor import checks

    found = checks()
    width = max(len(check.name) for check in found)
    for check in found:
        print(f"{'ok ' if check.ok else '-- '} {check.name:<{width}}  {check.message}")
        if not check.ok and check.way_out:
            print(f"    {'':<{width}}  → {check.way_out}")
    failed = sum(not check.ok for check in found)
    print("All is there." if not failed else f"{count(failed, 'check')} failed.")
    return WRONG_DATA if failed else DONE


def demo(port: int | None) -> int:
    """Start the database, load what is published and serve it on this machine."""
    host = "127.0.0.1"
    with platform():
        chosen = _demo_port(host, port)
        # Until the site is served a TERM signal ends this like Ctrl-C, so that the database is stopped too.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        print("Preparing the database …", flush=True)
        _migrate(verbosity=0)
        # What the load publishes is recorded while it goes on.
        with _beside("sequencer", "worker"):
            _load(None)
            _index_soon()
            from teladan.config.server import serve as run

            print("Starting the site …", flush=True)
            line = f"Teladan is at {_address(host, chosen)} (Ctrl-C stops it)"
            run(host, chosen, 1, _announce("\n".join([*_sign_ins(host), line])))
    return DONE


def _sign_ins(host: str) -> list[str]:
    """Return the lines that tell how the demo's sample persons sign in."""
    from teladan.cli.node.person import sign_ins_of_the_demo

    return sign_ins_of_the_demo(host)


def _announce(line: str) -> Callable[[], None]:
    return lambda: print(line, flush=True)


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _waiting() -> int:
    from teladan.config.server import waiting_migrations

    return waiting_migrations()


def _too_powerful() -> str | None:
    """Return what the doctor says of a web server that may change the record, or None."""
    from teladan.config.doctor import record

    check = record()
    return None if check.ok else f"{check.message}. {check.way_out}"


def _beside(*names: str) -> AbstractContextManager[None]:
    from teladan.config.background import beside

    return beside(*names)


def _index_soon() -> None:
    from teladan.config.tasks import soon

    soon()


def _migrate(verbosity: int) -> None:
    from teladan.config.server import setup

    setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=verbosity)
    _grant()


def _grant() -> None:
    """Give the role of the web server its rights, which leave the log alone."""
    from teladan.record import grants

    refused = grants.apply()
    if refused:
        say(f"note: {refused}")


def _load(published: Path | None, by: tuple[Person, Person] | None = None) -> int:
    _setup()
    from teladan.cli.node import exchange
    from teladan.config.clock import now
    from teladan.publication.services import load_all
    from teladan.registry.refusals import Refused

    try:
        changed = load_all(at=now(), root=published, by=by, report=lambda line: print(line, flush=True))
    except Refused as error:
        raise Refusal([f"refused: {error}"]) from error
    exchange.load(published, by)
    return changed


def _setup() -> None:
    from teladan.config.server import setup

    setup()


def _demo_port(host: str, asked: int | None) -> int:
    if asked is not None:
        if not _is_free(host, asked):
            raise CannotRun(f"port {asked} is taken; leave out --port to take the next free one")
        return asked
    for port in range(PORT, PORT + TRIED):
        if _is_free(host, port):
            return port
    raise CannotRun(f"the ports {PORT} to {PORT + TRIED - 1} are all taken; say --port with a free one")


def _is_free(host: str, port: int) -> bool:
    """Say whether a port can be listened on now."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise CannotRun(f"--host {host}: {error.strerror}") from error
    family, kind, protocol, _, address = found[0]
    with socket.socket(family, kind, protocol) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(address)
        except PermissionError as error:
            raise CannotRun(f"you may not listen on port {port}; say --port with one above 1023") from error
        except OSError:
            return False
    return True
