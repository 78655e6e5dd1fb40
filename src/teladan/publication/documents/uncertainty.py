"""How far a publication's ranking can be trusted, as a document of it (`teladan-uncertainty/1`).

What varies follows the instrument: of printed figures under law the rounding, of scores under law
nothing that was measured, of research its weights and rules ("what if"). A publication that cannot be
drawn has a document that says why. No figure is a float: a share has three digits, as text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from teladan.core.composite import CompositeError
from teladan.core.index import ENGINE, Answers, read_answers
from teladan.core.instrument import Edition, Instrument
from teladan.core.quantity import exact
from teladan.core.uncertainty.legal import computed, printed
from teladan.core.uncertainty.report import Report
from teladan.core.uncertainty.what_if import exact_ranks, what_if
from teladan.publication.documents.rows import RowValues, checked_row
from teladan.publication.documents.source import PublicationFile

UNCERTAINTY = "teladan-uncertainty/1"
SEED = 1
DRAWS = 1000
DIGITS = Decimal("0.001")
PRINTED, COMPUTED, WHAT_IF = "rounding of print", "computed", "what if"
FROM_PARTS = {
    "assumption": "parts",
    "code": "from-printed-parts",
    "text": "every draw is made of the parts as they are printed",
}
NOMINAL = {
    "assumption": "ranking",
    "code": "nominal-of-print",
    "text": "the nominal rank is that of the printed index, where equal figures share the best rank",
}
Value = dict[str, Any]


class CannotDrawError(Exception):
    """A publication without draws: a code, an English sentence, and the values in it."""

    def __init__(self, code: str, text: str, **values: Any) -> None:
        """Keep what is said, in the form in which reasons are published."""
        super().__init__(text)
        self.reason: Value = {"code": code, "text": text, "values": values}


def uncertainty_document(
    source: PublicationFile,
    instrument: Instrument | None,
    edition: Edition | None,
    rows: Sequence[RowValues],
) -> Value:
    """Return the document: rows with ranks, bands and likes, or the reason why there are none."""
    head: Value = {
        "format": UNCERTAINTY,
        "code": source.code,
        "kind": _kind(source, instrument),
        "ranked": instrument is None or instrument.ranking,
        "seed": SEED,
        "engine": ENGINE,
    }
    try:
        report = _report(source, instrument, edition, rows)
    except CannotDrawError as nothing:
        return {**head, "draws": 0, "assumptions": [], "reason": nothing.reason, "rows": []}
    told = {row["organisation"]: _row(row) for row in report.as_json()["results"]}
    return {
        **head,
        "draws": DRAWS,
        "assumptions": [_text(assumption) for assumption in report.assumptions],
        "reason": None,
        "rows": [told.get(row.organisation) or _untold(row.organisation) for row in rows],
    }


def about_of(document: Value) -> Value:
    """Return what a document says of all rows together, as a publication's row keeps it."""
    return {key: document[key] for key in ("kind", "ranked", "draws", "seed", "assumptions", "reason")}


def standings_of(document: Value | None) -> dict[str, Value]:
    """Return {organisation: {rank, bands, not_distinguishable}}; empty without a document or draws."""
    keys = ("rank", "bands", "not_distinguishable")
    return (
        {row["organisation"]: {key: row[key] for key in keys} for row in document["rows"]} if document else {}
    )


def _kind(source: PublicationFile, instrument: Instrument | None) -> str | None:
    if instrument is None:
        return None
    if instrument.nature != "legal":
        return WHAT_IF
    return COMPUTED if source.kind == "computed" else PRINTED


def _report(
    source: PublicationFile,
    instrument: Instrument | None,
    edition: Edition | None,
    rows: Sequence[RowValues],
) -> Report:
    if instrument is None or edition is None:
        raise CannotDrawError("no-method", "the method was not seen: what could vary is not known")
    if len(rows) == 1:
        raise CannotDrawError("one-organisation", "one organisation: no ranking")
    scored = [row for row in rows if row.scored and row.index]
    if len(scored) < 2:
        text = "fewer than two organisations have an index: no ranking"
        raise CannotDrawError("too-few-scored", text, scored=len(scored), listed=len(rows))
    try:
        if instrument.nature != "legal":
            return _what_if(source, instrument, edition, rows)
        if source.kind == "computed":
            answers, _problems = _answers(edition, rows, source.scores)  # none: the results came of them
            return computed(edition, answers, draws=DRAWS, seed=SEED, ranked=instrument.ranking)
        return _of_print(source, instrument, edition, rows)
    except CompositeError as error:
        raise CannotDrawError(
            "cannot-be-drawn", f"it cannot be drawn: {error}", problem=str(error)
        ) from error


def _of_print(
    source: PublicationFile, instrument: Instrument, edition: Edition, rows: Sequence[RowValues]
) -> Report:
    """Return the report of printed figures; each row was checked when the results were made."""
    findings = [row.finding for row in rows if row.finding is not None]
    return printed(
        edition,
        [checked_row(row) for row in source.printed],
        findings=findings,
        draws=DRAWS,
        seed=SEED,
        ranked=instrument.ranking,
    )


def _what_if(
    source: PublicationFile, instrument: Instrument, edition: Edition, rows: Sequence[RowValues]
) -> Report:
    """Return the report of a research index, from its scores or from the parts that were printed.

    Rows that cannot be drawn are left out and named in the assumptions, by why.
    """
    from_print = source.kind != "computed"
    scored = [row for row in rows if row.scored and row.index]
    parts = {row.organisation: _parts(row, edition, from_print=from_print) for row in scored}
    whole = [row for row in scored if all(parts[row.organisation].values())]
    answers, problems = _answers(edition, whole, parts)
    if len(answers) < 2:
        text = "fewer than two organisations have every part on its scale: nothing to draw from"
        raise CannotDrawError("parts-not-printed", text, whole=len(answers), listed=len(rows))
    report = what_if(edition, answers, draws=DRAWS, seed=SEED, ranked=instrument.ranking)
    unscored = [row.organisation for row in rows if row.organisation not in parts]
    partial = [name for name, texts in parts.items() if not all(texts.values())]
    said = [
        *report.assumptions,
        *_left_out("not scored", "without an index", unscored),
        *_left_out("parts not printed", "with an index but not every part", partial),
        *_left_out("parts off scale", "with a part that is not on its scale", list(problems), problems),
    ]
    if not from_print:
        return replace(report, assumptions=tuple(said))
    said.append(dict(FROM_PARTS))
    if instrument.ranking:
        said.append(dict(NOMINAL))
    index = {row.organisation: row.index for row in scored}
    nominal = exact_ranks([exact(index[unit]) for unit in report.units])
    return replace(report, rank=nominal, assumptions=tuple(said))


def _parts(row: RowValues, edition: Edition, *, from_print: bool) -> dict[str, str]:
    """Return the text of each leaf of a row, "" where there is none."""
    if not from_print:
        return {leaf.code: row.scores.get(leaf.code, "") for leaf in edition.leaves}
    return {leaf.code: row.elements.get(leaf.code, {}).get("printed") or "" for leaf in edition.leaves}


def _answers(
    edition: Edition, rows: Sequence[RowValues], given: Mapping[str, Mapping[str, str]]
) -> tuple[Answers, dict[str, str]]:
    """Return the answers of the rows that can be read, and {organisation: what is wrong} of the others."""
    names = [row.organisation for row in rows]
    kinds = [row.kind for row in rows]
    codes = {code: None for name in names for code in given[name]}
    cells = {code: [given[name].get(code, "") for name in names] for code in codes}
    answers, problems = read_answers(edition, names, cells, kinds if all(kinds) else None)
    wrong: dict[str, str] = {}
    for problem in problems:
        wrong.setdefault(names[problem.row], f"{problem.column}: {problem.message}")
    return answers, wrong


def _left_out(
    assumption: str, what: str, organisations: list[str], problems: Mapping[str, str] | None = None
) -> list[Value]:
    if not organisations:
        return []
    value: Value = {
        "assumption": assumption,
        "code": assumption.replace(" ", "-"),
        "text": f"{len(organisations)} {what} left out",
        "count": len(organisations),
        "organisations": organisations,
    }
    return [value if problems is None else value | {"problems": dict(problems)}]


def _row(row: Value) -> Value:
    """Return one row of a report without floats; rank null where no draw gives one."""
    rank = row["rank"]
    drawn = rank is not None and rank["median"] is not None
    return {
        "organisation": row["organisation"],
        "rank": {"nominal": rank["nominal"], **{key: _short(rank[key]) for key in ("p5", "median", "p95")}}
        if drawn
        else None,
        "bands": {code: str(_rounded(share)) for code, share in row["bands"].items()},
        "not_distinguishable": row["not_distinguishable"] if drawn else None,
    }


def _untold(organisation: str) -> Value:
    return {"organisation": organisation, "rank": None, "bands": {}, "not_distinguishable": None}


def _rounded(value: float) -> Decimal:
    return Decimal(value).quantize(DIGITS, rounding=ROUND_HALF_EVEN)


def _short(value: float) -> str:
    """Return a percentile with as many digits as it needs, three at most.

    >>> _short(3.0), _short(12.95), _short(10)
    ('3', '12.95', '10')
    """
    text = str(_rounded(value))
    return text.rstrip("0").rstrip(".")


def _text(value: Any) -> Any:
    """Return an assumption with its floats as text: 0.25 as "0.25"."""
    if isinstance(value, Mapping):
        return {key: _text(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_text(entry) for entry in value]
    return f"{Decimal(repr(value)):f}" if isinstance(value, float) else value
