"""The arguments and the help of the verbs about rankings; cli/rank.py and cli/sensitivity.py do the work."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from teladan.cli.examples import example
from teladan.cli.problems import CannotRun, reported

ranking = typer.Typer()


class Listing(StrEnum):
    """How a result is printed."""

    TABLE = "table"
    JSON = "json"


class Of(StrEnum):
    """What the variance is of."""

    SHIFT = "shift"
    RANK = "rank"
    SCORE = "score"


Slug = Annotated[
    str,
    typer.Argument(
        metavar="SLUG",
        help="Instrument: slug, slug@version, or the path of an instrument.yaml or of a pipeline.",
    ),
]
File = Annotated[str, typer.Argument(metavar="FILE", help="CSV or XLSX file.")]
Year = Annotated[
    str | None, typer.Option("--edition", metavar="YEAR", help="Edition; without it the newest.")
]
Draws = Annotated[int, typer.Option("--draws", min=1, max=10_000_000, metavar="N", help="How many draws.")]
Seed = Annotated[int, typer.Option("--seed", min=0, metavar="N", help="The same seed, the same draws.")]
Vary = Annotated[
    str | None,
    typer.Option(
        "--vary", metavar="FILE", help="What may vary; without it what is usual for the instrument."
    ),
]
As = Annotated[Listing, typer.Option("--format", help="How to print.")]
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


def _mark(decimal: str | None) -> str | None:
    from teladan.cli.files.decimals import WORDS

    if decimal is not None and decimal not in WORDS:
        raise CannotRun(f"--decimal {decimal!r}: say point or comma")
    return None if decimal is None else WORDS[decimal]


@ranking.command(
    epilog=example(
        "teladan rank egdi parts.csv --draws 10000 --seed 1",
        "teladan rank spbe@2020 results.csv --edition 2024 --format json",
        "teladan rank pipeline.yaml data.csv --vary vary.yaml",
    )
)
def rank(
    slug: Slug,
    file: File,
    *,
    edition: Year = None,
    draws: Draws = 1000,
    seed: Seed = 0,
    vary: Vary = None,
    form: As = Listing.TABLE,
    decimal: Decimal = None,
    ignore: Ignore = None,
) -> None:
    """Rank with intervals, and say who cannot be told apart.

    FILE holds the indicators, or printed figures. Under law only the rounding
    of print and measured raters are uncertain; research is a what-if.
    """
    with reported():
        from teladan.cli.index.rank import run

        status = run(
            slug,
            file,
            edition=edition,
            draws=draws,
            seed=seed,
            vary_file=vary,
            form=form,
            decimal=_mark(decimal),
            ignore=ignore or (),
        )
    raise typer.Exit(status)


@ranking.command(
    epilog=example(
        "teladan sensitivity egdi parts.csv --points 1024 --seed 1",
        "teladan sensitivity pipeline.yaml data.csv --vary vary.yaml --of rank --unit KOR",
    )
)
def sensitivity(
    slug: Slug,
    file: File,
    *,
    edition: Year = None,
    points: Annotated[
        int, typer.Option("--points", min=2, max=1_000_000, metavar="N", help="Points of each sample.")
    ] = 512,
    draws: Draws = 1000,
    first: Annotated[
        int, typer.Option("--top", min=1, metavar="K", help="Whose stability is told: the first K.")
    ] = 10,
    seed: Seed = 0,
    vary: Vary = None,
    of: Annotated[Of, typer.Option("--of", help="Whose variance is shared out.")] = Of.SHIFT,
    unit: Annotated[
        str | None, typer.Option("--unit", metavar="ORGANISATION", help="Whose rank or score it is.")
    ] = None,
    form: As = Listing.TABLE,
    decimal: Decimal = None,
    ignore: Ignore = None,
) -> None:
    """Say which assumption moves the ranking, and which element.

    Sobol indices of the assumptions, every element removed once, and how
    stable the first K are. For research: the weights of a law do not vary.
    """
    with reported():
        from teladan.cli.index.sensitivity import run

        status = run(
            slug,
            file,
            edition=edition,
            points=points,
            draws=draws,
            first=first,
            seed=seed,
            vary_file=vary,
            of=of,
            unit=unit,
            form=form,
            decimal=_mark(decimal),
            ignore=ignore or (),
        )
    raise typer.Exit(status)
