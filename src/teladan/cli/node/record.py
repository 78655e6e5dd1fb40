"""The verbs that keep the record: sequencer, audit, key, catch-up."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from teladan.cli.node.platform import platform
from teladan.cli.output import count
from teladan.cli.problems import DONE, WRONG_DATA, CannotRun, Refusal, say

if TYPE_CHECKING:
    from collections.abc import Iterator


def sequencer(*, once: bool, poll: float) -> int:
    """Sign what waits, once or until interrupted."""
    with _record():
        from teladan.config.sequencer import run
        from teladan.config.sequencer import sequencer as made

        if once:
            found = made()
            try:
                done = found.drain()
            finally:
                found.close()
            print(f"{count(done, 'entry', 'entries')} signed.")
        else:
            from teladan.config.stopping import on_signals

            run(on_signals("sequencer"), poll, say)
    return DONE


def audit() -> int:
    """Read everything again; 1 where a difference was found."""
    with _record():
        from teladan.config.audit import run

        found = run()
    looked_at = ", ".join(f"{number:,} {what}" for what, number in found.looked_at.items())
    print(f"Read again: {looked_at}.")
    for finding in found.findings:
        print(f"{finding.place}: {finding.message}")
    if not found.findings:
        print("Nothing differs.")
        return DONE
    print(f"{count(found.findings, 'difference')}. Nothing is signed until an audit finds none.")
    return WRONG_DATA


def key(act: str | None, reason: str | None) -> int:
    """Show the public keys, or write a new one into the record."""
    with _record():
        if act is None:
            _show_keys()
        elif act != "rotate":
            raise CannotRun(f"key {act}: say rotate, or nothing to show the keys")
        elif not (reason or "").strip():
            raise CannotRun('key rotate: say why, as in --reason "the yearly change"; it is public')
        else:
            _rotate(str(reason).strip())
    return DONE


def catch_up() -> int:
    """Give the database the entries it lacks, and the log the files it lacks."""
    with _record():
        from teladan.config.sequencer import catch_up as run

        taken, written = run()
    print(
        f"{count(taken, 'entry', 'entries')} taken from the files of the log, "
        f"{count(written, 'file')} written again from the entries."
    )
    return DONE


def _show_keys() -> None:
    from teladan.config.sequencer import own_keys

    found = own_keys().vkeys()
    if not found:
        if own_keys().signer():
            raise CannotRun(
                "record.vkeys is missing beside record.key: put the lines of /record/key back into it; "
                "see docs/howto/keys.md"
            )
        raise CannotRun("there is no key yet: the first run of teladan sequencer makes it")
    for line in found:
        print(line)


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
        except Blocked as held:
            raise CannotRun(str(held)) from held
    sys.stdout.flush()
