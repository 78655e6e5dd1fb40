"""The arguments and options that several verbs take."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Form(StrEnum):
    """How a result is printed."""

    TABLE = "table"
    JSON = "json"


Format = Annotated[Form, typer.Option("--format", help="How to print.")]

# --- what is computed from a file -------------------------------------------------------------------

Slug = Annotated[
    str,
    typer.Argument(metavar="SLUG", help="Instrument: slug, slug@version, or the path of an instrument.yaml."),
]
SlugOrPipeline = Annotated[
    str,
    typer.Argument(
        metavar="SLUG",
        help="Instrument: slug, slug@version, or the path of an instrument.yaml or of a pipeline.",
    ),
]
File = Annotated[str, typer.Argument(metavar="FILE", help="CSV or XLSX file.")]
Edition = Annotated[
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
Draws = Annotated[int, typer.Option("--draws", min=1, max=10_000_000, metavar="N", help="How many draws.")]
Seed = Annotated[int, typer.Option("--seed", min=0, metavar="N", help="The same seed, the same draws.")]
Vary = Annotated[
    str | None,
    typer.Option(
        "--vary", metavar="FILE", help="What may vary; without it what is usual for the instrument."
    ),
]

# --- what is published, who acts, and why -----------------------------------------------------------

Code = Annotated[str, typer.Argument(metavar="CODE", help="Code of the publication.")]
By = Annotated[str, typer.Option("--by", metavar="EMAIL", help="Who acts; password and code are asked for.")]
Script = Annotated[
    bool,
    typer.Option("--password-stdin", help="Read password and code from two lines of standard input."),
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="The reason, kept with the act.")]
