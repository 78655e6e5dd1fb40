"""The arguments and the help of the verbs that carry practices. What they do stands in cli/exchange.py."""

from __future__ import annotations

from typing import Annotated

import typer

from teladan.cli.examples import example
from teladan.cli.problems import reported
from teladan.cli.publish_app import By, Script

practice = typer.Typer(
    name="practice",
    no_args_is_help=True,
    help="Carry practices from one node to another, each in one signed file.",
    epilog=example("teladan practice export kor-koneps kor-koneps.json"),
)


@practice.command(epilog=example("teladan practice export kor-koneps kor-koneps.json"))
def export(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Code of the practice.")],
    file: Annotated[str, typer.Argument(metavar="FILE", help="File to write; - for standard output.")],
) -> None:
    """Write a practice with the proof of its entry in the record to one file."""
    with reported():
        from teladan.cli.node import exchange

        exchange.export(code, file)


@practice.command(
    name="import",
    epilog=example("teladan practice import kor-koneps.json --key @korea.vkeys --by officer@example.org"),
)
def take(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="File that another node exported; - for stdin.")
    ],
    *,
    key: Annotated[
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
    with reported():
        from teladan.cli.node import exchange

        exchange.take(file, key, by=by, stdin=password_stdin, accept=accept)
