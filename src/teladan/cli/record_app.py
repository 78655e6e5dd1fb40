"""The arguments and the help of the verbs that keep the record. What they do stands in cli/record.py."""

from __future__ import annotations

from typing import Annotated

import typer

from teladan.cli.examples import example
from teladan.cli.problems import reported

record = typer.Typer()


@record.command(epilog=example("teladan sequencer", "teladan sequencer --once"))
def sequencer(
    *,
    once: Annotated[bool, typer.Option("--once", help="Sign what waits, then stop.")] = False,
    poll: Annotated[
        float, typer.Option("--poll", min=0.1, max=60, metavar="SECONDS", help="Pause between two looks.")
    ] = 1.0,
) -> None:
    """Give acts their places in the record and sign it, until interrupted.

    One at a time: a second one waits. Exit status 1 where what is stored does
    not fit what was signed; nothing is signed then.
    """
    with reported():
        from teladan.cli.node import record as verbs

        verbs.sequencer(once=once, poll=poll)


@record.command(epilog=example("teladan audit"))
def audit() -> None:
    """Read the whole record again and name every difference.

    Exit status 1 where there is one; the sequencer signs nothing until an audit
    finds none.
    """
    with reported():
        from teladan.cli.node import record as verbs

        status = verbs.audit()
    raise typer.Exit(status)


@record.command(epilog=example("teladan key", 'teladan key rotate --reason "the yearly change"'))
def key(
    act: Annotated[
        str | None, typer.Argument(metavar="ACT", help="rotate: bring a new key. Without it: show the keys.")
    ] = None,
    *,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="Why it is changed; it is public.")
    ] = None,
) -> None:
    """Show the public keys of the record, or bring a new one."""
    with reported():
        from teladan.cli.node import record as verbs

        verbs.key(act, reason)


@record.command("catch-up", epilog=example("teladan catch-up"))
def catch_up() -> None:
    """Make database and files of the record whole again, each from the other.

    A restored older database gets the entries it lacks, damaged files are
    written again; only if together they give the signed root.
    """
    with reported():
        from teladan.cli.node import record as verbs

        verbs.catch_up()
