"""`teladan evaluate` of an index that a pipeline makes: scores, ranks, and the life of every value."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from teladan.cli import output
from teladan.cli.index.research import changed, composite, given
from teladan.cli.problems import DONE, CannotRun, nearest
from teladan.core.composite import Outcome
from teladan.core.interface.calls import Evaluation, outcome_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from teladan.core.composite.trace import Change

DIGITS = 6  # significant, where no instrument says how many are printed


def run(
    slug: str,
    file: str,
    *,
    edition: str | None,
    form: str,
    who: str | None,
    decimal: str | None,
    ignore: Sequence[str],
) -> int:
    """Run the pipeline and print; return the exit status. Raises CannotRun or WrongData."""
    found = given(slug, file, edition=edition, decimal=decimal, ignore=ignore)
    assert found.table is not None
    with composite(file):
        made = outcome_of(found.instrument, found.table)
    if who is not None:
        output.write(_explained(found.heading, made, who, form))
    elif form == "json":
        output.write(as_text({"results": _results(made), "changes": _outcome(made).trace.reported()}))
    elif form == "csv":
        header, rows = _rows(made, full=True)
        output.write(output.csv_text(header, rows))
    else:
        header, rows = _rows(made, full=False)
        right = range(1, len(header) - (1 if any(made.bands) else 0))
        output.write(output.table(found.heading, header, rows, right=right, notes=_notes(made)))
    return DONE


def as_text(value: Any) -> str:
    """Return JSON in one line; floats as the shortest text that reads back the same."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def _outcome(made: Evaluation) -> Outcome:
    assert isinstance(made.result, Outcome)
    return made.result


def _results(made: Evaluation, who: str | None = None) -> list[dict[str, Any]]:
    """Return the rows (of one organisation) as JSON; ranks in groups only where there are ranks."""
    outcome = _outcome(made)
    names = outcome.table.groups if made.rank.any() else ()
    group_ranks = {name: outcome.group_ranks(name).tolist() for name in names}
    return [
        _result(made, row, group_ranks) for row, unit in enumerate(made.units) if who is None or unit == who
    ]


def _result(made: Evaluation, row: int, group_ranks: Mapping[str, Sequence[int]]) -> dict[str, Any]:
    """Return one row: every element's score (null where it has none), index, rank, band, groups."""
    outcome = _outcome(made)
    table, scores = outcome.table, outcome.scored
    elements = dict(zip(scores.codes, map(_known, scores.values[row].tolist()), strict=True))
    result: dict[str, Any] = {"organisation": made.units[row]}
    if table.times is not None:
        result["time"] = float(table.times[row])
    result |= {
        "index": made.printed[row] if made.printed and made.printed[row] else _known(float(made.index[row])),
        "rank": int(made.rank[row]) or None,
        "elements": elements,
    }
    if any(made.bands):
        result["band"] = made.bands[row]
    if table.groups:
        result["groups"] = {name: codes[row] or None for name, codes in table.groups.items()}
        result["group_ranks"] = {name: int(ranks[row]) or None for name, ranks in group_ranks.items()}
    return result


def _rows(made: Evaluation, *, full: bool) -> tuple[list[str], list[list[str]]]:
    outcome = _outcome(made)
    table, scores = outcome.table, outcome.scored
    parts = [child.code for child in outcome.tree.root.children]
    codes = [code for code in scores.codes[:-1] if full or code in parts]
    panel, banded = table.times is not None, any(made.bands)
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
    for row, unit in enumerate(made.units):
        values = [float(scores[code][row]) for code in codes]
        index = float(made.index[row])
        printed = made.printed[row] if made.printed else None
        cells = [unit, *([f"{table.times[row]:g}"] if table.times is not None else [])]
        cells += [_figure(value, full=full) or nothing for value in values]
        cells += [printed or _figure(index, full=full) or nothing, str(made.rank[row] or nothing)]
        cells += [made.bands[row] or nothing] if banded else []
        rows.append(cells)
    return header, rows


def _figure(value: float, *, full: bool) -> str:
    if math.isnan(value):
        return ""
    return repr(value) if full else f"{value:.{DIGITS}g}"


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _notes(made: Evaluation) -> list[str]:
    return ["Computed in binary64 (1e-9).", *changed(_outcome(made).trace)]


# --- one organisation -------------------------------------------------------------------------------


def _explained(heading: str, made: Evaluation, who: str, form: str) -> str:
    outcome = _outcome(made)
    known = dict.fromkeys([*made.units, *(change.unit for change in outcome.trace)])
    if who not in known:
        raise CannotRun(f"--explain {who}: there is no such organisation{nearest(who, known)}")
    changes = [change for change in outcome.trace if change.unit == who]
    if form == "json":
        trace = [_change(each) for each in changes]
        return as_text({"organisation": who, "results": _results(made, who), "trace": trace})
    cells = [
        [
            each.indicator if each.time is None else f"{each.indicator} in {each.time:g}",
            each.step,
            each.rule,
            _shown(each.before),
            _shown(each.after),
        ]
        for each in changes
    ]
    notes = [
        f"Index {made.printed[row] if made.printed and made.printed[row] else _shown(float(made.index[row]))}"
        f", rank {made.rank[row] or output.NOTHING}."
        for row, unit in enumerate(made.units)
        if unit == who
    ]
    header = ("indicator", "step", "rule", "from", "to")
    return output.table(f"{who} · {heading}", header, cells, right=(3, 4), notes=notes)


def _shown(value: float | None) -> str:
    return output.NOTHING if value is None or math.isnan(value) else f"{value:.{DIGITS}g}"


def _change(each: Change) -> dict[str, Any]:
    told = {key: value for key, value in each.as_json().items() if key != "organisation"}
    return {"step": each.step, "rule": each.rule, **told}
