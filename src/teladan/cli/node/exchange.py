"""What the verbs of the platform do with the exchange: load it, carry practices out and in."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from teladan.cli.node.acting import acting
from teladan.cli.node.platform import platform
from teladan.cli.output import count
from teladan.cli.problems import DONE, CannotRun, Refusal, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teladan.core.log.note import Verifier
    from teladan.registry.models import Person

STDIN = "-"
MOST = 8_000_000  # bytes of a file that is carried: exchange.carrying.LARGEST, which needs the settings


def load(published: Path | None, by: tuple[Person, Person] | None) -> None:
    """Load practices, adoptions and what is known of cooperation, after the publications.

    Of the persons who publish, the one who is an exchange officer for the whole exchange acts; where
    neither is, practices stay as they are and that is said. Without persons the sample one acts.
    """
    from teladan.cooperation.services import load_cooperation
    from teladan.core import library
    from teladan.exchange import files, rules
    from teladan.exchange.services import load_exchange
    from teladan.registry.refusals import Refused

    root = published or library.shipped("published")
    at = _now()
    officer = next((each for each in by or () if rules.acting_as(each, (rules.OFFICER,), (), at=at)), None)
    if by is not None and officer is None:
        if not files.practices(root):
            return
        say("note: no practice is loaded: neither person is exchange officer for the whole exchange")
        return
    try:
        changed = load_exchange(at=at, root=root, by=officer)
        changed += load_cooperation(root=root)
    except Refused as error:
        raise Refusal([f"refused: {error}"]) from error
    if changed:
        what = count(changed, "practice, adoption or meeting", "practices, adoptions and meetings")
        print(f"loaded {what}", flush=True)


def export(code: str, file: str) -> int:
    """Write a practice with its proof to a file ("-" for standard output)."""
    with platform():
        _setup()
        from teladan.exchange.transfer import export as carried
        from teladan.registry.refusals import Refused

        try:
            data = carried(code)
        except Refused as error:
            raise Refusal([f"refused: {error}"]) from error
        if file == STDIN:
            sys.stdout.buffer.write(data)
        else:
            Path(file).write_bytes(data)
            say(
                f"{file}: {len(data):,} bytes. Whoever imports it needs the key of this record (/record/key)."
            )
    return DONE


def take(file: str, keys: Sequence[str], *, by: str, stdin: bool, accept: str = "") -> int:
    """Import a practice that another node exported, as a read-only copy; say what its record speaks for."""
    verifiers = _verifiers(keys)
    data = _bytes(file)
    with acting(by, stdin=stdin) as person:
        from teladan.exchange.services import carry_in, spoken_for

        practice = carry_in(by=person, data=data, verifiers=verifiers, at=_now(), accept=accept)
        print(
            f"Carried in: {practice.code} from {practice.origin}. It is only read here; its owner revises it."
        )
        print(f"The record of {practice.origin} speaks here for: {', '.join(spoken_for(practice.origin))}.")
    return DONE


def _verifiers(keys: Sequence[str]) -> list[Verifier]:
    """Return the keys that are named: lines, or @ and a file of lines."""
    from teladan.core.log.note import NoteError, parse_vkeys

    found: list[Verifier] = []
    for key in keys:
        try:
            text = Path(key[1:]).read_text(encoding="utf-8") if key.startswith("@") else key
            found += parse_vkeys(text)
        except OSError as error:
            raise CannotRun(f"{key[1:]}: {error.strerror or error}") from error
        except (NoteError, UnicodeDecodeError) as error:
            raise CannotRun(f"--key {key[:80]}: {error}") from error
    if not found:
        raise CannotRun("say the key of the record that it comes from: --key KEY, or --key @FILE")
    return found


def _bytes(file: str) -> bytes:
    """Return what a file holds, one byte more than is taken at most: then it is refused by its size."""
    try:
        if file == STDIN:
            return sys.stdin.buffer.read(MOST + 1)
        with Path(file).open("rb") as stream:
            return stream.read(MOST + 1)
    except OSError as error:
        raise CannotRun(f"{file}: {error.strerror or error}") from error


def _setup() -> None:
    from teladan.config.server import setup

    setup()


def _now() -> datetime:
    from teladan.config.clock import now

    return now()
