"""The verbs, their arguments and their help. Each imports what it needs when it runs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from teladan import __version__
from teladan.cli.background_app import background
from teladan.cli.diagnose_app import diagnosing
from teladan.cli.examples import example as _example
from teladan.cli.exchange_app import practice
from teladan.cli.node.verify import verifying
from teladan.cli.person_app import person
from teladan.cli.problems import CannotRun, reported
from teladan.cli.publish_app import correct, publishing
from teladan.cli.rank_app import ranking
from teladan.cli.record_app import record
from teladan.cli.search_app import searching

app = typer.Typer(
    name="teladan",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="""Evaluate public bodies under published methods, exactly and traceably.

    Exit status: 0 done; 1 something is wrong in the data; 2 could not run.
    """,
    epilog="\b\nExample:\n  teladan evaluate spbe answers.csv",
)


class Listing(StrEnum):
    """How a result is printed."""

    TABLE = "table"
    JSON = "json"


class Printing(StrEnum):
    """How an evaluation is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


Slug = Annotated[
    str,
    typer.Argument(metavar="SLUG", help="Instrument: slug, slug@version, or the path of an instrument.yaml."),
]
File = Annotated[str, typer.Argument(metavar="FILE", help="CSV or XLSX file.")]
Year = Annotated[
    str | None, typer.Option("--edition", metavar="YEAR", help="Edition; without it the newest.")
]
Decimal = Annotated[
    str | None,
    typer.Option(
        "--decimal",
        metavar="MARK",
        help="Decimal mark of the file, point or comma; without it found from the file.",
    ),
]
Ignore = Annotated[
    list[str] | None,
    typer.Option("--ignore", metavar="COLUMN", help="Leave a column out; may be given again."),
]
As = Annotated[Listing, typer.Option("--format", help="How to print.")]
Port = typer.Option("--port", min=1, max=65_535, metavar="PORT", help="Port to listen on.")


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


def _mark(decimal: str | None) -> str | None:
    from teladan.cli.files.decimals import WORDS

    if decimal is not None and decimal not in WORDS:
        raise CannotRun(f"--decimal {decimal!r}: say point or comma")
    return None if decimal is None else WORDS[decimal]


@app.command(epilog=_example("teladan instruments --format json"))
def instruments(form: As = Listing.TABLE) -> None:
    """List the instruments at hand, with their editions."""
    with reported():
        from teladan.cli import output
        from teladan.cli.index import instruments as verb

        found = verb.listed()
        if form is Listing.JSON:
            output.write(output.json_text(verb.as_json(found)))
        else:
            header = ("instrument", "title", "editions", "indicators", "nature")
            output.write(output.table("", header, verb.rows(found), right=(3,)))


@app.command(
    epilog=_example(
        "teladan evaluate spbe@2020 answers.csv --edition 2024",
        "teladan evaluate egdi parts.xlsx --format csv > results.csv",
        "teladan evaluate spbe answers.csv --explain 'Kota Denpasar'",
        "teladan evaluate egdi parts.parquet --out results.parquet",
    )
)
def evaluate(
    slug: Slug,
    file: File,
    *,
    edition: Year = None,
    form: Annotated[Printing, typer.Option("--format", help="How to print.")] = Printing.TABLE,
    explain: Annotated[
        str | None,
        typer.Option(metavar="ORGANISATION", help="Show one organisation down to each answer."),
    ] = None,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Evaluate the rows without a problem too.")
    ] = False,
    decimal: Decimal = None,
    ignore: Ignore = None,
    out: Annotated[
        str | None, typer.Option(metavar="FILE", help="Parquet file for the results of a Parquet file.")
    ] = None,
) -> None:
    """Compute exact results from answers.

    FILE has a column organisation and one per indicator, or the columns
    organisation, indicator and value; a column kind where the instrument asks
    for it. Nothing is printed from a file with problems unless --keep-going.
    A Parquet file may be larger than memory; its results go to --out.
    """
    with reported():
        from teladan.cli.index.evaluate import run

        status = run(
            slug,
            file,
            edition=edition,
            form=form,
            who=explain,
            keep_going=keep_going,
            decimal=_mark(decimal),
            ignore=ignore or (),
            out=out,
        )
    raise typer.Exit(status)


@app.command(
    epilog=_example("teladan check spbe@2020 results.csv --edition 2023", "teladan check egdi parts.csv")
)
def check(
    slug: Slug,
    file: File,
    *,
    edition: Year = None,
    form: As = Listing.TABLE,
    decimal: Decimal = None,
    ignore: Ignore = None,
) -> None:
    """Check whether printed figures can come from the method.

    FILE has a column organisation, columns of any elements and of index with
    the figures as printed, and may have band and kind. Exit status 1 where a
    row is inconsistent or impossible.
    """
    with reported():
        from teladan.cli.index.check import run

        status = run(slug, file, edition=edition, form=form, decimal=_mark(decimal), ignore=ignore or ())
    raise typer.Exit(status)


@app.command(epilog=_example("teladan agree spbe self-assessed.csv assessed.csv"))
def agree(
    slug: Slug,
    one: Annotated[str, typer.Argument(metavar="ONE", help="Answers, as for evaluate.")],
    other: Annotated[str, typer.Argument(metavar="OTHER", help="Other answers to the same.")],
    *,
    form: As = Listing.TABLE,
    decimal: Decimal = None,
    ignore: Ignore = None,
) -> None:
    """Measure how far two sets of answers agree.

    Pairs are formed by organisation and indicator; differences are ONE − OTHER.
    """
    with reported():
        from teladan.cli.index.agree import run

        status = run(slug, one, other, form=form, decimal=_mark(decimal), ignore=ignore or ())
    raise typer.Exit(status)


@app.command(epilog=_example("teladan demo"))
def demo(port: Annotated[int | None, Port] = None) -> None:
    """Show the site with the published results on this machine.

    Takes port 8000, or the next free one.
    """
    with reported():
        from teladan.cli.node import server

        server.demo(port)


@app.command(epilog=_example("teladan serve --host 0.0.0.0 --port 8080 --workers 2"))
def serve(
    host: Annotated[str, typer.Option(metavar="HOST", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, Port] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, metavar="N", help="Processes that answer.")] = 1,
) -> None:
    """Serve the site until interrupted."""
    with reported():
        from teladan.cli.node import server

        server.serve(host, port, workers)


@app.command(epilog=_example("teladan migrate"))
def migrate() -> None:
    """Bring the tables of the database to this version."""
    with reported():
        from teladan.cli.node import server

        server.migrate()


@app.command(epilog=_example("teladan load --published published"))
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
    with reported():
        from teladan.cli.node import server

        server.load(published, publisher, second_publisher, stdin=password_stdin)


@app.command(epilog=_example("teladan doctor"))
def doctor() -> None:
    """Check what a run needs and say what to do.

    Exit status 1 where a check failed.
    """
    with reported():
        from teladan.cli.node import server

        status = server.doctor()
    raise typer.Exit(status)


app.add_typer(ranking)
app.add_typer(diagnosing)
app.add_typer(record)
app.add_typer(background)
app.add_typer(verifying)
app.add_typer(searching)
app.add_typer(publishing)
app.add_typer(correct)
app.add_typer(practice)
app.add_typer(person)
