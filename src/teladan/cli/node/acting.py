"""Who acts: a shell is not yet the person its user says to be, so password and code are asked for."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from teladan.cli.node.platform import node
from teladan.cli.problems import CannotRun, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from teladan.registry.models import Person

SCRIPT = "--password-stdin reads password and code from two lines"


def person(email: str, *, stdin: bool) -> Person:
    """Return the person who acts, after asking for password and code (two lines of stdin in scripts).

    Sample persons act only where the site answers to nobody but this machine.
    """
    from teladan.config.clock import unmoved
    from teladan.registry.sign_in import SignInError, verify_person

    password, code = _from_stdin(email) if stdin else _from_terminal(email)
    try:
        actor = verify_person(email, password, code, at=unmoved())
    except SignInError as error:
        raise Refusal([f"refused: {error} (rule: sign-in)"]) from error
    if actor.is_sample and not this_machine_only():
        raise Refusal(
            [f"refused: {email} is a sample person, and the site answers to others (rule: sample-elsewhere)"]
        )
    return actor


def pair(publisher: str | None, second: str | None, *, stdin: bool) -> tuple[Person, Person] | None:
    """Return who prepares and who releases a load; None where the sample persons may do it."""
    if publisher and second:
        return person(publisher, stdin=stdin), person(second, stdin=stdin)
    if publisher or second:
        raise CannotRun("publishing takes two persons: say --publisher and --second-publisher")
    if not this_machine_only():
        raise CannotRun(
            "the site answers to others than this machine, so no sample person publishes here:",
            "say who prepares and who releases: --publisher EMAIL --second-publisher EMAIL",
        )
    return None


def this_machine_only() -> bool:
    """Say whether every host of the site's settings is this machine itself."""
    from django.conf import settings

    from teladan.config.env import LOOPBACK

    hosts = [*settings.ALLOWED_HOSTS, *([settings.TELADAN_ORIGIN] if settings.TELADAN_ORIGIN else [])]
    names = {(urlsplit(host).hostname or "") if "//" in host else host.strip("[]") for host in hosts}
    return names <= {host.strip("[]") for host in LOOPBACK}


def _from_stdin(email: str) -> tuple[str, str]:
    """Read password and code from two lines."""
    password, code = sys.stdin.readline(), sys.stdin.readline()
    if not password.strip() or not code.strip():
        raise CannotRun(f"{SCRIPT} for {email}: there are fewer")
    return password.rstrip("\r\n"), code.strip()


def _from_terminal(email: str) -> tuple[str, str]:
    """Ask at the terminal, showing nothing of what is typed."""
    import getpass
    import warnings

    import typer

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            password = typer.prompt(f"Password of {email}", hide_input=True, err=True)
            code = typer.prompt(f"Code of {email}", hide_input=True, err=True)
    except getpass.GetPassWarning as error:
        raise CannotRun(f"there is no terminal to ask at; {SCRIPT} of standard input") from error
    return str(password), str(code)


@contextmanager
def acting(email: str, *, stdin: bool) -> Iterator[Person]:
    """Set the node up and yield the person who acts."""
    with node():
        yield person(email, stdin=stdin)
