"""The verbs that keep the record: sequencer, audit, key, catch-up."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from teladan.cli.examples import example
from teladan.cli.node.platform import platform
from teladan.cli.output import count
from teladan.cli.problems import DONE, WRONG_DATA, CannotRun, Refusal, reported, say

if TYPE_CHECKING:
    from collections.abc import Iterator

verbs = typer.Typer()


@verbs.command(epilog=example("teladan sequencer", "teladan sequencer --once"))
@reported
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
    with _record():
        from teladan.config import sequencer as config

        if once:
            signer = config.sequencer()
            try:
                signed = signer.drain()
            finally:
                signer.close()
            print(f"{count(signed, 'entry', 'entries')} signed.")
        else:
            from teladan.config.stopping import on_signals

            config.run(on_signals("sequencer"), poll, say)


@verbs.command(epilog=example("teladan audit"))
@reported
def audit() -> int:
    """Read the whole record again and name every difference.

    Exit status 1 where there is one; the sequencer signs nothing until an audit
    finds none.
    """
    with _record():
        from teladan.config.audit import run

        report = run()
    looked_at = ", ".join(f"{number:,} {what}" for what, number in report.looked_at.items())
    print(f"Read again: {looked_at}.")
    for finding in report.findings:
        print(f"{finding.place}: {finding.message}")
    if not report.findings:
        print("Nothing differs.")
        return DONE
    print(f"{count(report.findings, 'difference')}. Nothing is signed until an audit finds none.")
    return WRONG_DATA


@verbs.command(epilog=example("teladan key", 'teladan key rotate --reason "the yearly change"'))
@reported
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
    with _record():
        if act is None:
            _show_keys()
        elif act != "rotate":
            raise CannotRun(f"key {act}: say rotate, or nothing to show the keys")
        elif not (reason or "").strip():
            raise CannotRun('key rotate: say why, as in --reason "the yearly change"; it is public')
        else:
            _rotate(str(reason).strip())


@verbs.command("catch-up", epilog=example("teladan catch-up"))
@reported
def catch_up() -> None:
    """Make database and files of the record whole again, each from the other.

    A restored older database gets the entries it lacks, damaged files are
    written again; only if together they give the signed root.
    """
    with _record():
        from teladan.config.sequencer import catch_up as run

        taken, written = run()
    print(
        f"{count(taken, 'entry', 'entries')} taken from the files of the log, "
        f"{count(written, 'file')} written again from the entries."
    )


def _show_keys() -> None:
    from teladan.config.sequencer import own_keys

    keys = own_keys()
    vkeys = keys.vkeys()
    if not vkeys:
        if keys.signer():
            raise CannotRun(
                "record.vkeys is missing beside record.key: put the lines of /record/key back into it; "
                "see docs/howto/keys.md"
            )
        raise CannotRun("there is no key yet: the first run of teladan sequencer makes it")
    for vkey in vkeys:
        print(vkey)


def _rotate(reason: str) -> None:
    from teladan.config.sequencer import rotate

    vkey = rotate(reason)
    print(vkey)
    say("The new key stands in the outbox of the record. It signs after the sequencer's next step.")


@contextmanager
def _record() -> Iterator[None]:
    """Turn what stops the record into a line and status 1, what holds it up into status 2."""
    from teladan.record.stops import Blocked, Stopped

    with platform():
        try:
            yield
        except Stopped as stopped:
            raise Refusal([str(stopped)]) from stopped
        except Blocked as blocked:
            raise CannotRun(str(blocked)) from blocked
    sys.stdout.flush()
