"""What a publication's figures come to: computed from scores, or checked as printed.

Plain values only: no database here. Exact values are "p/q" text, as in the published JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from teladan.core.consistency import Checker, Finding, Row
from teladan.core.index import (
    AnswersError,
    OrganisationResult,
    Results,
    evaluate,
    read_answers,
)
from teladan.core.instrument import ADDITIVE, INDEX, Edition
from teladan.publication.documents.source import Printed, PublicationFile

Elements = dict[str, dict[str, str | None]]


@dataclass(slots=True, kw_only=True)
class RowValues:
    """One organisation's row, ready to be written."""

    organisation: str
    printed_name: str
    kind: str = ""
    index: str = ""
    index_exact: str = ""
    band: str = ""
    rank: str = ""
    scored: bool = True
    elements: Elements = field(default_factory=dict)
    beside: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    scores: dict[str, str] = field(default_factory=dict)
    self_assessed: Elements = field(default_factory=dict)
    verdict: str = ""
    reason: str = ""
    reason_code: str = ""
    reason_values: dict[str, Any] = field(default_factory=dict)
    candidates: list[dict[str, str]] = field(default_factory=list)
    finding: Finding | None = field(default=None, repr=False)  # of printed figures; in no document


def rows_of(source: PublicationFile, edition: Edition | None) -> Iterable[RowValues]:
    """Yield the rows of a publication in the order of its source."""
    if edition is None:
        return map(_as_printed, source.printed)
    if source.kind == "computed":
        return _computed(source, edition)
    checker = Checker(edition)
    return (_reported(row, edition, checker) for row in source.printed)


def _as_printed(row: Printed) -> RowValues:
    return RowValues(
        organisation=row.organisation,
        printed_name=row.name,
        kind=row.kind,
        index=row.index,
        band=row.band,
        rank=row.rank,
        elements={code: {"printed": text} for code, text in row.elements.items()},
        beside=row.beside,
    )


def checked_row(row: Printed) -> Row:
    """Return a printed row as the check reads it."""
    values = {**row.elements, INDEX: row.index}
    return Row(
        organisation=row.organisation,
        values={code: text for code, text in values.items() if text},
        band=row.band or None,
        kind=row.kind or None,
    )


def _reported(row: Printed, edition: Edition, checker: Checker) -> RowValues:
    finding = checker.check(checked_row(row))
    values = _as_printed(row)
    values.finding = finding
    _note(values, finding)
    values.scored = finding.reason_code != "not-scored"
    continuous = any(leaf.scale is not None and leaf.scale.values() is None for leaf in edition.leaves)
    if finding.candidates and not continuous:
        values.candidates = [
            {code: str(value) for code, value in candidate.items()} for candidate in finding.candidates
        ]
        if finding.complete:
            _settle(values, edition)
    return values


def _note(values: RowValues, finding: Finding) -> None:
    values.verdict = str(finding.verdict)
    values.reason = finding.reason
    values.reason_code = finding.reason_code
    values.reason_values = {key: str(value) for key, value in finding.reason_values.items()}


def _settle(values: RowValues, edition: Edition) -> None:
    """Fill in what all candidates agree on: then the printed figure has one exact value.

    Only where the candidates are all there are.
    """
    shares = shares_of(edition)
    for code in {*values.elements, INDEX}:
        found = {candidate.get(code) for candidate in values.candidates}
        if len(found) != 1 or None in found:
            continue
        exact = str(found.pop())
        if code == INDEX:
            values.index_exact = exact
            continue
        entry = values.elements[code]
        entry["exact"] = exact
        share = shares.get(code)
        if share is not None:
            entry["weight"] = str(share)
            entry["contribution"] = str(Fraction(exact) * share)


def shares_of(edition: Edition) -> dict[str, Fraction]:
    """Return each element's part of the index where the whole tree is weighted arithmetic."""
    if any((e.children and e.aggregation not in ADDITIVE) or e.rounds_inside for e in edition.root.walk()):
        return {}
    total = edition.root.weight
    return {element.code: element.weight / total for element in edition.root.walk()}


def _computed(source: PublicationFile, edition: Edition) -> Iterable[RowValues]:
    results = _evaluated(edition, source.scores)
    own = _evaluated(edition, source.answers) if source.answers else None
    own_rows = {} if own is None else {row.organisation: row for row in own.rows()}
    printed = {row.organisation: row for row in source.printed}
    checker = Checker(edition)
    for result in results.rows():
        name = result.organisation
        values = RowValues(
            organisation=name,
            printed_name=printed[name].name if name in printed else name,
            index=result.index.printed or "",
            index_exact="" if result.index.exact is None else str(result.index.exact),
            band=result.band.code if result.band else "",
            scored=result.scored,
            elements=_elements(result),
            answers=source.answers.get(name, {}),
            scores=source.scores[name],
        )
        if name in own_rows:
            values.self_assessed = _elements(own_rows[name])
        if name in printed:
            _compare(values, printed[name], checker)
        yield values


def _evaluated(edition: Edition, long: Mapping[str, Mapping[str, str]]) -> Results:
    names = list(long)
    codes = {code for answers in long.values() for code in answers}
    cells = {code: [long[name].get(code, "") for name in names] for code in codes}
    answers, problems = read_answers(edition, names, cells)
    if problems:
        raise AnswersError(problems, names)
    return evaluate(edition, answers)


def _elements(result: OrganisationResult) -> Elements:
    return {
        code: {
            "printed": element.printed,
            "exact": None if element.exact is None else str(element.exact),
            "weight": None if element.weight is None else str(element.weight),
            "contribution": None if element.contribution is None else str(element.contribution),
        }
        for code, element in result.elements.items()
    }


def _compare(values: RowValues, printed: Printed, checker: Checker) -> None:
    """Hold the computed figures against the printed ones, digit by digit."""
    differ = {
        code: text
        for code, text in {**printed.elements, INDEX: printed.index}.items()
        if text and values.elements[code]["printed"] != text
    }
    if not differ:
        _note(values, checker.check(checked_row(printed)))
        return
    code, text = next(iter(differ.items()))
    computed = values.elements[code]["printed"]
    values.verdict = "inconsistent"
    values.reason_code = "scores-do-not-give"
    values.reason = f"{code} is printed {text}; the scores give {computed}"
    values.reason_values = {"element": code, "value": text, "computed": str(computed)}


BAND = "band"
