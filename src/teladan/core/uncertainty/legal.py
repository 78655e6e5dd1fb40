"""The uncertainty that an index under law can state: its weights are law and do not vary.

Of printed figures the rounding is uncertain: any exact index that prints as the row does. Of scores
the raters are, where their disagreement was measured; otherwise the words are "not measured" and no
interval is invented.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from teladan.core.composite.errors import CompositeError
from teladan.core.composite.trace import Indices, Matrix, Vector
from teladan.core.consistency import Checker, Finding, Row, Verdict
from teladan.core.consistency.intervals import window_of
from teladan.core.consistency.values import ValueSet, of_interval
from teladan.core.index import Answers
from teladan.core.instrument import INDEX, Aggregation, Edition
from teladan.core.quantity import exact
from teladan.core.uncertainty.assumptions import Raters
from teladan.core.uncertainty.draws import STEP, Seeded
from teladan.core.uncertainty.report import Report
from teladan.core.uncertainty.run import Drawn, Progress
from teladan.core.uncertainty.what_if import NO_RANKING, Published, cuts_of, exact_ranks, published

NUMBERS = 2_000_000  # numbers of chance held at once
LARGEST = 2**53
NOT_MEASURED = {"assumption": "raters", "code": "raters-not-measured", "text": "raters: not measured"}
FROM_PRINT = {
    "assumption": "rounding",
    "code": "rounding-of-print",
    "text": "rounding of print: every exact index that prints as the row does is as likely as the others",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Possible:
    """The float64 of every exact index a row can have: points, or intervals to draw from."""

    points: Vector
    intervals: Matrix  # 0 or more × (low, high)

    def drawn(self, numbers: Vector) -> Vector:
        """Return an index for each number in [0, 1)."""
        if len(self.intervals):
            length = self.intervals[:, 1] - self.intervals[:, 0]
            ends = np.cumsum(length) / length.sum()
            which = np.minimum(np.searchsorted(ends, numbers, side="right"), len(ends) - 1)
            start = np.concatenate([[0.0], ends[:-1]])[which]
            share = (numbers - start) / (ends[which] - start)
            chosen: Vector = self.intervals[which, 0] + share * length[which]
            return chosen
        if not len(self.points):
            return np.full(len(numbers), np.nan)
        picked: Vector = self.points[(numbers * len(self.points)).astype(np.int64)]
        return picked


def _possible(values: ValueSet | None) -> _Possible:
    if values is None:
        return _Possible(points=np.zeros(0), intervals=np.zeros((0, 2)))
    intervals = [(float(s.low), float(s.high)) for s in values.intervals if s.low < s.high]
    points = [float(Fraction(int(number), values.denominator)) for number in values.points]
    points += [float(s.low) for s in values.intervals if s.low == s.high]
    return _Possible(points=np.array(sorted(points)), intervals=np.array(intervals).reshape(-1, 2))


def printed(
    edition: Edition,
    rows: Sequence[Row],
    *,
    findings: Sequence[Finding] | None = None,
    draws: int = 1000,
    seed: int = 0,
    ranked: bool = True,
    progress: Progress | None = None,
) -> Report:
    """Return the report of printed figures: what their rounding leaves open, and nothing else.

    A row that is inconsistent or impossible counts as it is printed; one whose figures could not be
    decided lies anywhere in what prints so. Both are counted in the assumptions. The nominal rank
    is that of the printed index. findings: of the rows, where they were checked already.
    """
    if findings is None:
        checker = Checker(edition)
        findings = [checker.check(row) for row in rows]
    possible = [
        _possible(_indices(edition, row, finding)) for row, finding in zip(rows, findings, strict=True)
    ]
    source = Seeded(seed, draws)
    count = len(rows)

    def blocks() -> Iterator[tuple[Indices, Matrix]]:
        step = max(1, NUMBERS // count)
        for start in range(0, draws, step):
            which = np.arange(start, min(start + step, draws))
            numbers = source.numbers(0, count, which)
            yield which, np.column_stack([indices.drawn(numbers[:, i]) for i, indices in enumerate(possible)])

    drawn = Drawn([row.organisation for row in rows], draws).fill(blocks(), progress)
    index = [_printed_index(row, finding) for row, finding in zip(rows, findings, strict=True)]
    return Report(
        seed=seed,
        draws=draws,
        assumptions=(dict(FROM_PRINT), *_counted(findings), dict(NOT_MEASURED), *_unranked(ranked)),
        units=drawn.units,
        index=tuple(index),
        rank=exact_ranks([None if text is None else exact(text) for text in index]),
        drawn=drawn,
        cuts=cuts_of(edition),
        ranked=ranked,
    )


def _unranked(ranked: bool) -> list[dict[str, Any]]:
    return [] if ranked else [dict(NO_RANKING)]


def _printed_index(row: Row, finding: Finding) -> str | None:
    text = row.values.get(INDEX, "").strip()
    return None if not text or finding.reason_code in {"not-scored", "band-not-scored"} else text


def _indices(edition: Edition, row: Row, finding: Finding) -> ValueSet | None:
    text = _printed_index(row, finding)
    if finding.indices is not None:
        return finding.indices
    if text is None:
        return None
    if finding.verdict is Verdict.UNDECIDED:
        return of_interval(window_of(text, edition.root.digits, edition.mode))
    value = exact(text)
    return ValueSet(np.array([value.numerator], dtype=object), value.denominator)


def _counted(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    texts = {
        Verdict.IMPOSSIBLE: "cannot come from the method and counts as printed",
        Verdict.INCONSISTENT: "cannot come from the method together and counts as printed",
        Verdict.UNDECIDED: "could not be checked: anywhere in what prints so",
    }
    words = []
    for verdict, text in texts.items():
        names = [finding.organisation for finding in findings if finding.verdict is verdict]
        if names:
            words.append(
                {
                    "assumption": "rounding",
                    "code": f"rows-{verdict.value}",
                    "text": f"{verdict.value}: {len(names)} of the rows, each {text}",
                    "count": len(names),
                    "organisations": names,
                }
            )
    return words


def computed(
    edition: Edition,
    answers: Answers,
    *,
    draws: int = 1000,
    seed: int = 0,
    raters: Raters | None = None,
    ranked: bool = True,
    progress: Progress | None = None,
) -> Report:
    """Return the report of an index computed from scores.

    Without measured raters nothing is uncertain that could be stated: every draw is the exact
    result. With them each level is replaced by what another rater would have given, and the index
    is made again in whole numbers on a common denominator.
    """
    results = published(edition, answers)
    units = list(answers.organisations)
    if raters is None:
        exact_indices = [np.nan if value is None else float(value) for value in results.exact]
        # All draws are the same, so one stands for all.
        drawn = Drawn(units, 1).fill([(np.arange(1), np.array([exact_indices]))], progress)
        words = [
            {
                "assumption": "nothing varies",
                "code": "nothing-varies",
                "text": "computed from scores: exact, nothing rounded away",
            },
            dict(NOT_MEASURED),
        ]
    else:
        blocks = _rated(edition, answers, results, raters, Seeded(seed, draws))
        drawn = Drawn(units, draws).fill(blocks, progress)
        words = [{"assumption": raters.name, "text": raters.text, **raters.as_json()}]
    return Report(
        seed=seed,
        draws=draws,
        assumptions=(*words, *_unranked(ranked)),
        units=tuple(units),
        index=results.index,
        rank=results.rank,
        drawn=drawn,
        cuts=cuts_of(edition),
        ranked=ranked,
    )


def _rated(
    edition: Edition, answers: Answers, nominal: Published, raters: Raters, source: Seeded
) -> Iterator[tuple[Indices, Matrix]]:
    """Yield (which draws, draws × organisations) of indices under other raters' levels."""
    weights, denominator = _whole_weights(edition, answers, nominal)
    codes = [leaf.code for leaf in edition.leaves]
    columns = raters.columns(codes)
    levels = [Fraction(level) for level in raters.levels]
    scale = math.lcm(*(level.denominator for level in levels))
    levels_given = [[answers.columns[code].at(row) for code in codes] for row in range(len(answers))]
    fixed = [
        sum((int(weights[row, i]) * value for i, value in enumerate(values) if i not in columns), Fraction(0))
        for row, values in enumerate(levels_given)
    ]
    unit = math.lcm(scale, *(value.denominator for value in fixed))
    numerators = np.array([int(level * unit) for level in levels], dtype=np.int64)
    start = np.array([int(value * unit) for value in fixed], dtype=np.int64)
    rater_weights = weights[:, columns]
    largest = int(np.abs(numerators).max()) * int(rater_weights.sum(axis=1).max()) + int(np.abs(start).max())
    if largest >= LARGEST:
        raise CompositeError(STEP, "the weights have no common denominator small enough to draw on")
    counted = np.where(rater_weights > 0, np.array(levels_given, dtype=np.float64)[:, columns], np.nan)
    places = raters.places(counted, answers.organisations, [codes[i] for i in columns])
    scored = nominal.rank > 0
    step = max(1, NUMBERS // max(places.size, 1))
    for start_draw in range(0, source.count, step):
        which = np.arange(start_draw, min(start_draw + step, source.count))
        numbers = source.numbers(0, places.size, which).reshape(len(which), *places.shape)
        drawn = numerators[raters.given(np.broadcast_to(places, numbers.shape), numbers)]
        total = (drawn * rater_weights).sum(axis=2) + start
        yield which, np.where(scored, total / (unit * denominator), np.nan)


def _whole_weights(edition: Edition, answers: Answers, nominal: Published) -> tuple[Indices, int]:
    """Return (organisations × indicators, denominator): the weights in effect as whole numbers."""
    for part in edition.root.walk():
        if part.rounds_inside or (part.children and part.aggregation is not Aggregation.ARITHMETIC):
            reason = "raters vary only where every element is a weighted mean without rounding inside"
            raise CompositeError(STEP, reason, indicator=part.code)
    known: dict[tuple[bool, ...], list[Fraction]] = {}
    rows: list[list[Fraction]] = []
    for row in range(len(answers)):
        pattern = tuple(bool(effect[row]) for effect in answers.in_effect.values())
        if pattern not in known:
            elements: Mapping[str, Any] = nominal.results.row(row).elements
            known[pattern] = [elements[leaf.code].weight or Fraction(0) for leaf in edition.leaves]
        rows.append(known[pattern])
    denominator = math.lcm(*(weight.denominator for weights in known.values() for weight in weights))
    return np.array([[int(w * denominator) for w in row] for row in rows], dtype=np.int64), denominator
