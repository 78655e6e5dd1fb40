"""The verbs of the site: demo, serve, migrate, load, doctor."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from teladan.cli.examples import example
from teladan.cli.node.platform import LOOPBACK, node, now, platform, refuse_waiting_migrations
from teladan.cli.output import count
from teladan.cli.problems import DONE, WRONG_DATA, CannotRun, reported, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from teladan.registry.models import Person

verbs = typer.Typer()

PORT = 8000
TRIED = 50  # ports after the default that `demo` looks at

Port = typer.Option("--port", min=1, max=65_535, metavar="PORT", help="Port to listen on.")


@verbs.command(epilog=example("teladan demo"))
@reported
def demo(port: Annotated[int | None, Port] = None) -> None:
    """Show the site with the published results on this machine.

    Takes port 8000, or the next free one.
    """
    host = "127.0.0.1"
    with platform():
        chosen = _demo_port(host, port)
        # Until the site is served a TERM signal ends this like Ctrl-C, so that the database is stopped too.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        print("Preparing the database …", flush=True)
        _migrate(verbosity=0)
        from teladan.cli.node.person import sign_ins_of_the_demo
        from teladan.config import background, server, tasks

        # What the load publishes is recorded while it goes on.
        with background.beside("sequencer", "worker"):
            _load(None)
            tasks.soon()
            print("Starting the site …", flush=True)
            line = f"Teladan is at {_address(host, chosen)} (Ctrl-C stops it)"
            ready = _announce("\n".join([*sign_ins_of_the_demo(host), line]))
            server.serve(host, chosen, 1, ready)


@verbs.command(epilog=example("teladan serve --host 0.0.0.0 --port 8080 --workers 2"))
@reported
def serve(
    host: Annotated[str, typer.Option(metavar="HOST", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, Port] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, metavar="N", help="Processes that answer.")] = 1,
) -> None:
    """Serve the site until interrupted."""
    with platform():
        if not _is_free(host, port):
            raise CannotRun(f"port {port} of {host} is taken; say --port with another")
        from teladan.config import server

        refuse_waiting_migrations()
        if host not in LOOPBACK and not os.environ.get("TELADAN_HOSTS"):
            say(
                f"note: on {host} the site still answers only to localhost; name the hosts that visitors "
                "ask for: TELADAN_HOSTS=teladan.example,192.0.2.7 teladan serve …"
            )
        if (powerful := _too_powerful()) is not None:
            say(f"note: {powerful}")
        ready = _announce(f"Teladan serves {_address(host, port)} (Ctrl-C stops it)")
        server.serve(host, port, workers, ready)


@verbs.command(epilog=example("teladan migrate"))
@reported
def migrate() -> None:
    """Bring the tables of the database to this version."""
    with platform():
        _migrate(verbosity=1)


@verbs.command(epilog=example("teladan load --published published"))
@reported
def load(
    published: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Folder of published results; without it Teladan's."),
    ] = None,
    *,
    publisher: Annotated[
        str | None, typer.Option("--publisher", metavar="EMAIL", help="Who prepares what is loaded.")
    ] = None,
    second_publisher: Annotated[
        str | None, typer.Option("--second-publisher", metavar="EMAIL", help="Who releases it.")
    ] = None,
    password_stdin: Annotated[
        bool,
        typer.Option("--password-stdin", help="Read password and code of both from four lines of stdin."),
    ] = False,
) -> None:
    """Load published results into the database.

    One person prepares them and another releases them. Where the site answers
    to this machine only, the sample persons do so.
    """
    if published is not None and not published.is_dir():
        raise CannotRun(f"--published {published}: there is no such folder")
    with node():
        from teladan.cli.node import acting

        by = acting.pair(publisher, second_publisher, stdin=password_stdin)
        if by is None:
            say("note: sample persons publish, as the site answers to this machine only")
        changed = _load(published, by)
    print(f"{count(changed, 'publication')} new or changed.")


@verbs.command(epilog=example("teladan doctor"))
@reported
def doctor() -> int:
    """Check what a run needs and say what to do.

    Exit status 1 where a check failed.
    """
    from teladan.config.doctor import checks

    results = checks()
    width = max(len(check.name) for check in results)
    for check in results:
        print(f"{'ok ' if check.ok else '-- '} {check.name:<{width}}  {check.message}")
        if not check.ok and check.way_out:
            print(f"    {'':<{width}}  → {check.way_out}")
    failed = sum(not check.ok for check in results)
    print("All is there." if not failed else f"{count(failed, 'check')} failed.")
    return WRONG_DATA if failed else DONE


def _announce(line: str) -> Callable[[], None]:
    return lambda: print(line, flush=True)


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _too_powerful() -> str | None:
    """Return what the doctor says of a web server that may change the record, or None."""
    from teladan.config.doctor import record

    check = record()
    return None if check.ok else f"{check.message}. {check.way_out}"


def _migrate(verbosity: int) -> None:
    from teladan.config.server import setup

    setup()
    from django.core.management import call_command

    from teladan.config.older import refuse_older

    refuse_older()

    call_command("migrate", interactive=False, verbosity=verbosity)
    _grant()


def _grant() -> None:
    """Give the role of the web server its rights, which leave the log alone."""
    from teladan.record import grants

    refused = grants.apply()
    if refused:
        say(f"note: {refused}")


def _load(published: Path | None, by: tuple[Person, Person] | None = None) -> int:
    from teladan.cli.node import exchange
    from teladan.publication.services import load_all

    changed = load_all(at=now(), root=published, by=by, report=lambda line: print(line, flush=True))
    exchange.load(published, by)
    return changed


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
    import socket

    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise CannotRun(f"--host {host}: {error.strerror}") from error
    family, kind, protocol, _, address = addresses[0]
    with socket.socket(family, kind, protocol) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
        except PermissionError as error:
            raise CannotRun(f"you may not listen on port {port}; say --port with one above 1023") from error
        except OSError:
            return False
    return True
