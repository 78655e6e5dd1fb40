"""`teladan practice`: practices carried from one node to another; and what `teladan load` brings of them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from teladan.cli.examples import example
from teladan.cli.node.acting import acting
from teladan.cli.node.platform import node, now
from teladan.cli.options import By, Script
from teladan.cli.output import count
from teladan.cli.problems import CannotRun, reported, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teladan.core.log.note import Verifier
    from teladan.registry.models import Person

STDIN = "-"
MOST = 8_000_000  # bytes of a file that is carried: exchange.transfer.LARGEST, which needs the settings

verbs = typer.Typer(
    name="practice",
    no_args_is_help=True,
    help="Carry practices from one node to another, each in one signed file.",
    epilog=example("teladan practice export kor-koneps kor-koneps.json"),
)


@verbs.command(epilog=example("teladan practice export kor-koneps kor-koneps.json"))
@reported
def export(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Code of the practice.")],
    file: Annotated[str, typer.Argument(metavar="FILE", help="File to write; - for standard output.")],
) -> None:
    """Write a practice with the proof of its entry in the record to one file."""
    with node():
        from teladan.exchange import transfer

        data = transfer.export(code)
        if file == STDIN:
            sys.stdout.buffer.write(data)
        else:
            Path(file).write_bytes(data)
            say(
                f"{file}: {len(data):,} bytes. Whoever imports it needs the key of this record (/record/key)."
            )


@verbs.command(
    name="import",
    epilog=example("teladan practice import kor-koneps.json --key @korea.vkeys --by officer@example.org"),
)
@reported
def take(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="File that another node exported; - for stdin.")
    ],
    *,
    keys: Annotated[
        list[str],
        typer.Option("--key", metavar="KEY", help="Key of that node's record, or @ and its file."),
    ],
    by: By,
    accept: Annotated[
        str,
        typer.Option(metavar="COUNTRY", help="Accept the key for this country too (alpha-3 code)."),
    ] = "",
    password_stdin: Script = False,
) -> None:
    """Import a practice of another node as a copy that is only read here.

    Refused where the file is not one of Teladan, where its signature or digest
    fails, where its key was accepted for another country, and where what is
    here is newer. The first file of a key accepts it for that practice's country.
    """
    verifiers = _verifiers(keys)
    data = _bytes(file)
    with acting(by, stdin=password_stdin) as person:
        from teladan.exchange.services import carry_in, spoken_for

        practice = carry_in(by=person, data=data, verifiers=verifiers, at=now(), accept=accept)
        print(
            f"Carried in: {practice.code} from {practice.origin}. It is only read here; its owner revises it."
        )
        print(f"The record of {practice.origin} speaks here for: {', '.join(spoken_for(practice.origin))}.")


def load(published: Path | None, by: tuple[Person, Person] | None) -> None:
    """Load practices, adoptions and what is known of cooperation, after the publications.

    Of the persons who publish, the one who is an exchange officer for the whole exchange acts; where
    neither is, practices stay as they are and that is said. Without persons the sample one acts.
    """
    from teladan.cooperation.services import load_cooperation
    from teladan.core import library
    from teladan.exchange import files, rules
    from teladan.exchange.services import load_exchange

    root = published or library.shipped("published")
    at = now()
    officers = (person for person in by or () if rules.acting_as(person, (rules.OFFICER,), (), at=at))
    officer = next(officers, None)
    if by is not None and officer is None:
        if not files.practices(root):
            return
        say("note: no practice is loaded: neither person is exchange officer for the whole exchange")
        return
    changed = load_exchange(at=at, root=root, by=officer) + load_cooperation(root=root)
    if changed:
        what = count(changed, "practice, adoption or meeting", "practices, adoptions and meetings")
        print(f"loaded {what}", flush=True)


def _verifiers(keys: Sequence[str]) -> list[Verifier]:
    """Return the keys that are named: lines, or @ and a file of lines."""
    from teladan.core.log.note import NoteError, parse_vkeys

    verifiers: list[Verifier] = []
    for key in keys:
        try:
            text = Path(key[1:]).read_text(encoding="utf-8") if key.startswith("@") else key
            verifiers += parse_vkeys(text)
        except OSError as error:
            raise CannotRun(f"{key[1:]}: {error.strerror or error}") from error
        except (NoteError, UnicodeDecodeError) as error:
            raise CannotRun(f"--key {key[:80]}: {error}") from error
    if not verifiers:
        raise CannotRun("say the key of the record that it comes from: --key KEY, or --key @FILE")
    return verifiers


def _bytes(file: str) -> bytes:
    """Return what a file holds, one byte more than is taken at most: then it is refused by its size."""
    try:
        if file == STDIN:
            return sys.stdin.buffer.read(MOST + 1)
        with Path(file).open("rb") as stream:
            return stream.read(MOST + 1)
    except OSError as error:
        raise CannotRun(f"{file}: {error.strerror or error}") from error
