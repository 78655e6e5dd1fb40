"""`teladan rank`: a ranking with its uncertainty."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from teladan.cli import output
from teladan.cli.index.research import changed, composite, given, progress, varied
from teladan.cli.problems import DONE
from teladan.core.interface.calls import of_answers, of_print, of_table
from teladan.core.uncertainty.one_at_a_time import SingleEffect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teladan.cli.index.research import Given
    from teladan.core.uncertainty import Assumption, Report

NAMED = 4  # names of those that cannot be told apart, before they are counted


def run(
    slug: str,
    file: str,
    *,
    edition: str | None,
    draws: int,
    seed: int,
    vary_file: str | None,
    form: str,
    decimal: str | None,
    ignore: Sequence[str],
) -> int:
    """Draw and print; return the exit status. Raises CannotRun or WrongData."""
    found = given(slug, file, edition=edition, decimal=decimal, ignore=ignore)
    assumptions = varied(found, vary_file)
    with composite(file):
        report = _drawn(found, assumptions, draws, seed)
        text = as_text(report) if form == "json" else _table(found.heading, report)
    output.write(text)
    return DONE


def _drawn(found: Given, assumptions: tuple[Assumption, ...] | None, draws: int, seed: int) -> Report:
    with progress("Drawing …", draws) as told:
        if found.table is not None:
            return of_table(found.instrument, found.table, assumptions, draws=draws, seed=seed, progress=told)
        if found.rows is not None:
            return of_print(found.instrument, found.rows, draws=draws, seed=seed, progress=told)
        assert found.answers is not None
        return of_answers(found.instrument, found.answers, assumptions, draws=draws, seed=seed, progress=told)


def as_text(report: Report) -> str:
    """Return the JSON of a report in one line."""
    return (
        json.dumps(
            report.as_json(), ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True
        )
        + "\n"
    )


def _table(title: str, report: Report) -> str:
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
    notes += [] if report.trace is None else changed(report.trace)
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
