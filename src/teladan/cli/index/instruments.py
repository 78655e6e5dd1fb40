"""`teladan instruments`: the instruments at hand, with their editions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from teladan.cli import output
from teladan.cli.examples import example
from teladan.cli.options import Form, Format
from teladan.cli.problems import reported

if TYPE_CHECKING:
    from teladan.core.instrument import Instrument

verbs = typer.Typer()

HEADER = ("instrument", "title", "editions", "indicators", "nature")


@verbs.command(epilog=example("teladan instruments --format json"))
@reported
def instruments(form: Format = Form.TABLE) -> None:
    """List the instruments at hand, with their editions."""
    from teladan.cli.index.lookup import everything

    at_hand = everything()
    if form is Form.JSON:
        output.write(output.json_text([_entry(instrument) for instrument in at_hand]))
    else:
        output.write(output.table("", HEADER, [_row(instrument) for instrument in at_hand], right=(3,)))


def _entry(instrument: Instrument) -> dict[str, Any]:
    return {
        "slug": instrument.slug,
        "version": instrument.version,
        "titles": dict(instrument.titles),
        "editions": [edition.year for edition in instrument.editions],
        "indicators": len(instrument.editions[-1].leaves),
        "nature": instrument.nature,
        "ranking": instrument.ranking,
    }


def _row(instrument: Instrument) -> list[str]:
    from teladan.cli.index.lookup import title

    return [
        f"{instrument.slug}@{instrument.version}",
        title(instrument),
        _span([edition.year for edition in instrument.editions]),
        str(len(instrument.editions[-1].leaves)),
        f"{instrument.nature}{'' if instrument.ranking else ', not a ranking'}",
    ]


def _span(years: list[str]) -> str:
    return years[0] if len(years) == 1 else f"{years[0]} … {years[-1]} ({len(years)})"
