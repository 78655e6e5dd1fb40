"""`teladan rank`: a ranking with its uncertainty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from teladan.cli import output
from teladan.cli.examples import example
from teladan.cli.options import (
    Decimal,
    Draws,
    Edition,
    File,
    Form,
    Format,
    Ignore,
    Seed,
    SlugOrPipeline,
    Vary,
)
from teladan.cli.problems import reported

if TYPE_CHECKING:
    from teladan.cli.index.research import Inputs
    from teladan.core.uncertainty import Assumption, Report

verbs = typer.Typer()

NAMED = 4  # names of those that cannot be told apart, before they are counted


@verbs.command(
    epilog=example(
        "teladan rank egdi parts.csv --draws 10000 --seed 1",
        "teladan rank spbe@2020 results.csv --edition 2024 --format json",
        "teladan rank pipeline.yaml data.csv --vary vary.yaml",
    )
)
@reported
def rank(
    slug: SlugOrPipeline,
    file: File,
    *,
    edition: Edition = None,
    draws: Draws = 1000,
    seed: Seed = 0,
    vary: Vary = None,
    form: Format = Form.TABLE,
    decimal: Decimal = None,
    ignore: Ignore = None,
) -> None:
    """Rank with intervals, and say who cannot be told apart.

    FILE holds the indicators, or printed figures. Under law only the rounding
    of print and measured raters are uncertain; research is a what-if.
    """
    from teladan.cli.files.decimals import named_mark
    from teladan.cli.index.research import assumptions_of, engine_errors, read_inputs

    mark = named_mark(decimal)
    inputs = read_inputs(slug, file, edition=edition, decimal=mark, ignore=ignore or ())
    assumptions = assumptions_of(inputs, vary)
    with engine_errors(file):
        report = _drawn(inputs, assumptions, draws, seed)
        text = (
            output.json_line(report.as_json(), sort_keys=True)
            if form is Form.JSON
            else _table(inputs.heading, report)
        )
    output.write(text)


def _drawn(inputs: Inputs, assumptions: tuple[Assumption, ...] | None, draws: int, seed: int) -> Report:
    from teladan.cli.index.research import progress
    from teladan.core.interface.calls import of_answers, of_print, of_table

    instrument = inputs.instrument
    with progress("Drawing …", draws) as advance:
        if inputs.table is not None:
            return of_table(instrument, inputs.table, assumptions, draws=draws, seed=seed, progress=advance)
        if inputs.rows is not None:
            return of_print(instrument, inputs.rows, draws=draws, seed=seed, progress=advance)
        assert inputs.answers is not None
        return of_answers(instrument, inputs.answers, assumptions, draws=draws, seed=seed, progress=advance)


def _table(title: str, report: Report) -> str:
    from teladan.cli.index.research import changes_of
    from teladan.core.uncertainty.one_at_a_time import SingleEffect

    results = report.as_json()["results"]
    order = sorted(
        range(len(results)),
        key=lambda i: (int(report.rank[i]) or len(results) + 1, results[i]["organisation"]),
    )
    header = ["organisation", "index"]
    if report.ranked:
        header += ["rank", "5–95 %", "median"]
    if report.cuts is not None:
        header.append("bands")
    if report.ranked:
        header.append("cannot be told apart from")
    rows = []
    for i in order if report.ranked else range(len(results)):
        result = results[i]
        cells = [result["organisation"], _figure(result["index"])]
        if report.ranked:
            rank = result["rank"]
            cells += [
                _figure(rank["nominal"]),
                f"{_figure(rank['p5'])}–{_figure(rank['p95'])}" if rank["p5"] is not None else output.NOTHING,
                _figure(rank["median"]),
            ]
        if report.cuts is not None:
            cells.append(_bands(result["bands"]))
        if report.ranked:
            cells.append(_names(result["not_distinguishable"]))
        rows.append(cells)
    notes = [f"{report.draws:,} draws, seed {report.seed}."]
    for assumption in report.assumptions:
        notes.append(f"{assumption['text']}.")
        if "moved" in assumption:
            notes.append(f"  {SingleEffect.of(assumption).text}.")
    notes += [] if report.trace is None else changes_of(report.trace)
    return output.table(title, header, rows, right=range(1, 5 if report.ranked else 2), notes=notes)


def _figure(value: str | float | None) -> str:
    """Return a figure as it is printed; a float64 to five digits.

    >>> _figure(3), _figure(2.5), _figure("0.8271"), _figure(None)
    ('3', '2.5', '0.8271', '–')
    """
    if value is None:
        return output.NOTHING
    return f"{value:.5g}" if isinstance(value, float) else str(value)


def _bands(shares: dict[str, float]) -> str:
    ordered = sorted(shares.items(), key=lambda pair: -pair[1])
    if len(ordered) == 1:
        return ordered[0][0]
    return ", ".join(f"{code} {share:.0%}" for code, share in ordered) or output.NOTHING


def _names(names: list[str] | None) -> str:
    if names is None:
        return "not formed"
    if len(names) <= NAMED:
        return ", ".join(names) or output.NOTHING
    return f"{', '.join(names[: NAMED - 1])} and {len(names) - NAMED + 1} more"
