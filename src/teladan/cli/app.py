"""The command assembled from its verbs; the order here is that of the help."""

from __future__ import annotations

from typing import Annotated

import typer

from teladan import __version__
from teladan.cli.examples import example
from teladan.cli.index import agree, check, diagnose, evaluate, instruments, rank, sensitivity
from teladan.cli.node import (
    background,
    correct,
    erase,
    exchange,
    person,
    publish,
    record,
    search,
    server,
    verify,
)

app = typer.Typer(
    name="teladan",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="""Evaluate public bodies under published methods, exactly and traceably.

    Exit status: 0 done; 1 something is wrong in the data; 2 could not run.
    """,
    epilog=example("teladan evaluate spbe answers.csv"),
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"teladan {__version__}")
        raise typer.Exit


@app.callback()
def teladan(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Start with one of the verbs."""


for module in (
    instruments,
    evaluate,
    check,
    agree,
    server,
    rank,
    sensitivity,
    diagnose,
    record,
    background,
    verify,
    search,
    publish,
    erase,
    correct,
    exchange,
    person,
):
    app.add_typer(module.verbs)
