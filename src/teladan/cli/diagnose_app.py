"""The arguments and the help of `teladan diagnose`; cli/diagnose.py does the work."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from teladan.cli.examples import example
from teladan.cli.problems import reported
from teladan.cli.rank_app import As, Decimal, File, Ignore, Listing, Slug, Year, _mark

diagnosing = typer.Typer()


class Method(StrEnum):
    """Which correlation flags are read from."""

    PEARSON = "pearson"
    SPEARMAN = "spearman"
    KENDALL = "kendall"


@diagnosing.command(
    epilog=example(
        "teladan diagnose pipeline.yaml data.csv --report diagnosis.html",
        "teladan diagnose egdi parts.csv --correlation spearman --format json",
    )
)
def diagnose(
    slug: Slug,
    file: File,
    *,
    report: Annotated[
        str | None,
        typer.Option("--report", metavar="OUT", help="Write the whole diagnosis as one HTML file."),
    ] = None,
    correlation: Annotated[
        Method, typer.Option("--correlation", help="Which correlation is pointed out.")
    ] = Method.PEARSON,
    edition: Year = None,
    form: As = Listing.TABLE,
    decimal: Decimal = None,
    ignore: Ignore = None,
) -> None:
    """Say what the data and the structure of an index say about each other.

    Gaps and outliers, correlations, principal components, Cronbach's alpha,
    what counts against what it weighs, and what is redundant.
    """
    with reported():
        from teladan.cli.index.diagnose import run

        status = run(
            slug,
            file,
            report=report,
            method=correlation,
            edition=edition,
            form=form,
            decimal=_mark(decimal),
            ignore=ignore or (),
        )
    raise typer.Exit(status)
