"""`teladan evaluate` of an index that a pipeline makes: scores, ranks, and the life of every value."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from teladan.cli import output
from teladan.cli.index.research import changes_of, engine_errors, read_inputs
from teladan.cli.problems import CannotRun, nearest
from teladan.core.composite import Outcome
from teladan.core.interface.calls import Evaluation, outcome_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from teladan.core.composite.trace import Change

DIGITS = 6  # significant, where no instrument says how many are printed


def evaluate_pipeline(
    slug: str,
    file: str,
    *,
    edition: str | None,
    form: str,
    organisation: str | None,
    decimal: str | None,
    ignore: Sequence[str],
) -> str:
    """Run the pipeline and return what is printed. Raises CannotRun or WrongData."""
    inputs = read_inputs(slug, file, edition=edition, decimal=decimal, ignore=ignore)
    assert inputs.table is not None
    with engine_errors(file):
        evaluation = outcome_of(inputs.instrument, inputs.table)
    if organisation is not None:
        return _explained(inputs.heading, evaluation, organisation, form)
    if form == "json":
        return output.json_line(
            {"results": _results(evaluation), "changes": _outcome(evaluation).trace.reported()}
        )
    header, rows = _rows(evaluation, full=form == "csv")
    if form == "csv":
        return output.csv_text(header, rows)
    right = range(1, len(header) - (1 if any(evaluation.bands) else 0))
    return output.table(inputs.heading, header, rows, right=right, notes=_notes(evaluation))


def _outcome(evaluation: Evaluation) -> Outcome:
    assert isinstance(evaluation.result, Outcome)
    return evaluation.result


def _results(evaluation: Evaluation, organisation: str | None = None) -> list[dict[str, Any]]:
    """Return the rows (of one organisation) as JSON; ranks in groups only where there are ranks."""
    outcome = _outcome(evaluation)
    names = outcome.table.groups if evaluation.rank.any() else ()
    group_ranks = {name: outcome.group_ranks(name).tolist() for name in names}
    return [
        _result(evaluation, row, group_ranks)
        for row, unit in enumerate(evaluation.units)
        if organisation is None or unit == organisation
    ]


def _result(evaluation: Evaluation, row: int, group_ranks: Mapping[str, Sequence[int]]) -> dict[str, Any]:
    """Return one row: every element's score (null where it has none), index, rank, band, groups."""
    outcome = _outcome(evaluation)
    table, scores = outcome.table, outcome.scored
    elements = dict(zip(scores.codes, map(_known, scores.values[row].tolist()), strict=True))
    result: dict[str, Any] = {"organisation": evaluation.units[row]}
    if table.times is not None:
        result["time"] = float(table.times[row])
    result |= {
        "index": _printed(evaluation, row) or _known(float(evaluation.index[row])),
        "rank": int(evaluation.rank[row]) or None,
        "elements": elements,
    }
    if any(evaluation.bands):
        result["band"] = evaluation.bands[row]
    if table.groups:
        result["groups"] = {name: codes[row] or None for name, codes in table.groups.items()}
        result["group_ranks"] = {name: int(ranks[row]) or None for name, ranks in group_ranks.items()}
    return result


def _rows(evaluation: Evaluation, *, full: bool) -> tuple[list[str], list[list[str]]]:
    outcome = _outcome(evaluation)
    table, scores = outcome.table, outcome.scored
    parts = [child.code for child in outcome.tree.root.children]
    codes = [code for code in scores.codes[:-1] if full or code in parts]
    panel, banded = table.times is not None, any(evaluation.bands)
    header = [
        "organisation",
        *(["time"] if panel else []),
        *codes,
        "index",
        "rank",
        *(["band"] if banded else []),
    ]
    nothing = "" if full else output.NOTHING
    rows = []
    for row, unit in enumerate(evaluation.units):
        values = [float(scores[code][row]) for code in codes]
        index = float(evaluation.index[row])
        cells = [unit, *([f"{table.times[row]:g}"] if table.times is not None else [])]
        cells += [_figure(value, full=full) or nothing for value in values]
        cells += [
            _printed(evaluation, row) or _figure(index, full=full) or nothing,
            str(evaluation.rank[row] or nothing),
        ]
        cells += [evaluation.bands[row] or nothing] if banded else []
        rows.append(cells)
    return header, rows


def _printed(evaluation: Evaluation, row: int) -> str | None:
    """Return the index as the instrument prints it; None where it says nothing of print or there is none."""
    return evaluation.printed[row] if evaluation.printed else None


def _figure(value: float, *, full: bool) -> str:
    if math.isnan(value):
        return ""
    return repr(value) if full else f"{value:.{DIGITS}g}"


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _notes(evaluation: Evaluation) -> list[str]:
    return ["Computed in binary64 (1e-9).", *changes_of(_outcome(evaluation).trace)]


# --- one organisation -------------------------------------------------------------------------------


def _explained(heading: str, evaluation: Evaluation, organisation: str, form: str) -> str:
    outcome = _outcome(evaluation)
    known = dict.fromkeys([*evaluation.units, *(change.unit for change in outcome.trace)])
    if organisation not in known:
        raise CannotRun(
            f"--explain {organisation}: there is no such organisation{nearest(organisation, known)}"
        )
    changes = [change for change in outcome.trace if change.unit == organisation]
    if form == "json":
        trace = [_change(change) for change in changes]
        return output.json_line(
            {"organisation": organisation, "results": _results(evaluation, organisation), "trace": trace}
        )
    cells = [
        [
            change.indicator if change.time is None else f"{change.indicator} in {change.time:g}",
            change.step,
            change.rule,
            _shown(change.before),
            _shown(change.after),
        ]
        for change in changes
    ]
    notes = [
        f"Index {_printed(evaluation, row) or _shown(float(evaluation.index[row]))}"
        f", rank {evaluation.rank[row] or output.NOTHING}."
        for row, unit in enumerate(evaluation.units)
        if unit == organisation
    ]
    header = ("indicator", "step", "rule", "from", "to")
    return output.table(f"{organisation} · {heading}", header, cells, right=(3, 4), notes=notes)


def _shown(value: float | None) -> str:
    return output.NOTHING if value is None or math.isnan(value) else f"{value:.{DIGITS}g}"


def _change(change: Change) -> dict[str, Any]:
    rest = {key: value for key, value in change.as_json().items() if key != "organisation"}
    return {"step": change.step, "rule": change.rule, **rest}
