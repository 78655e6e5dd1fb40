"""Each aggregation as an expression, with the weights of what does not apply or is left out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from teladan.core.index.expression.figures import (
    Column,
    ExpressionError,
    Figure,
    Number,
    Term,
    alike,
    approximate,
    linear,
    over,
    scaled,
    size_of,
    where_present,
    whole,
)
from teladan.core.instrument import ADDITIVE, Aggregation, Edition, Element, Missing, NotApplicable

MOST_TOTALS = 20_000  # totals that the weights of one element may have
SMALLEST = 1e-300  # what a zero is taken for before its logarithm is dropped


@dataclass(frozen=True, slots=True, kw_only=True)
class Average:
    """An element's number, and the conditions under which it has none."""

    number: Number
    undefined: list[Column] = field(default_factory=list)


class EffectiveWeights:
    """The weights in effect as whole numbers over one unit, and the totals that are possible."""

    def __init__(self, edition: Edition) -> None:
        """Take the edition's weights."""
        self.edition = edition
        self.in_whole = edition.not_applicable is NotApplicable.IN_WHOLE
        self.unit = math.lcm(*(element.weight.denominator for element in edition.root.walk()))
        self.most = sum(self.of(element) for element in edition.root.walk())
        self._kinds: list[str | None] = [kind.code for kind in edition.kinds] or [None]
        self._below: dict[tuple[str, str | None], frozenset[int]] = {}

    def of(self, element: Element) -> int:
        """Return an element's own weight in units."""
        return int(element.weight * self.unit)

    def below(self, element: Element, kind: str | None) -> frozenset[int]:
        """Return the weights that an element can have among its siblings for a kind (0: it is out)."""
        key = (element.code, kind)
        if key not in self._below:
            self._below[key] = self._weights_below(element, kind)
        return self._below[key]

    def _weights_below(self, element: Element, kind: str | None) -> frozenset[int]:
        if element.scale:
            if element.applies_to is not None and kind not in element.applies_to:
                return frozenset({0})
            may_be_out = element.missing is Missing.LEAVE_OUT
            return frozenset({self.of(element), 0} if may_be_out else {self.of(element)})
        totals = self._sums(element, kind)
        if self.in_whole:
            return totals
        return frozenset(self.of(element) if total else 0 for total in totals)

    def _sums(self, element: Element, kind: str | None) -> frozenset[int]:
        totals = frozenset({0})
        for child in element.children:
            totals = frozenset(t + w for t in totals for w in self.below(child, kind))
            if len(totals) > MOST_TOTALS:
                raise ExpressionError(
                    f"{element.code}: so many answers may be left out that its weights have more than "
                    f"{MOST_TOTALS:,} totals"
                )
        return totals

    def totals(self, element: Element) -> frozenset[int]:
        """Return every total that the weights of an element's children can have."""
        return frozenset[int]().union(*(self._sums(element, kind) for kind in self._kinds))

    def column(self, table: Any, element: Element, figure: Figure) -> Column:
        """Return an element's weight in effect, row by row.

        Under "re-weight in whole" it is the sum of the weights below that are in effect.
        """
        fixed = self.fixed(element)
        if fixed is None:
            return table[weight_name(element)]
        return where_present(table, figure, whole(fixed, self.most), whole(0, self.most))

    def fixed(self, element: Element) -> int | None:
        """Return an element's weight where it applies, None where that is not the same everywhere."""
        seen = frozenset[int]().union(*(self.below(element, kind) for kind in self._kinds)) - {0}
        return max(seen, default=0) if len(seen) < 2 else None

    def largest(self, element: Element) -> int:
        """Return the largest weight that an element can have."""
        return max(max(self.below(element, kind)) for kind in self._kinds)


def weight_name(element: Element) -> str:
    """Return the name of the column that holds an element's weight in effect where that varies."""
    return f"{element.code} weight!"


def average(table: Any, element: Element, parts: Mapping[str, Figure], weights: EffectiveWeights) -> Average:
    """Return an element's number from the figures of its children that go into it."""
    rule = element.aggregation
    if rule in ADDITIVE:
        return Average(number=_additive(table, element, parts, weights))
    if rule is Aggregation.MINIMUM or rule is Aggregation.MEDIAN:
        return Average(number=_ordered(table, list(parts.values()), rule))
    return _logarithmic(table, element, parts, weights)


def total_weight(
    table: Any, element: Element, parts: Mapping[str, Figure], weights: EffectiveWeights
) -> Column | int:
    """Return the total weight of an element's children in effect: a number, or a column of them."""
    varies = any(part.present for part in parts.values())
    if not varies and all(weights.fixed(child) is not None for child in element.children):
        return sum(weights.fixed(child) or 0 for child in element.children)
    total = None
    for child in element.children:
        column = weights.column(table, child, parts[child.code])
        total = column if total is None else total + column
    return total


def _additive(table: Any, element: Element, parts: Mapping[str, Figure], weights: EffectiveWeights) -> Number:
    """Return top / total × the sum of weight × value / maximum.

    The top and the maxima are 1 for a weighted mean. The points that a summed child can reach are its
    weight in effect, so that the two cancel and its value counts as it is.
    """
    summing = element.aggregation is Aggregation.SUM_TO_WEIGHT
    summands = []
    for child in element.children:
        figure, fixed = parts[child.code], weights.fixed(child)
        summed = summing and bool(child.children) and child.aggregation is Aggregation.SUM_TO_WEIGHT
        most = child.maximum if summing and not summed else Fraction(1)
        if summed:
            summands.append(Term(coefficient=Fraction(weights.unit), figure=figure))
        elif fixed is not None:
            summands.append(Term(coefficient=fixed / most, figure=figure))
        else:
            column, largest = weights.column(table, child, figure), weights.largest(child)
            summands.append(Term(coefficient=1 / most, figure=figure, weight=column, most=largest))
    total = total_weight(table, element, parts, weights)
    root = element is weights.edition.root
    reach = Fraction(1)
    if summing:
        if weights.in_whole and not root:
            return scaled(linear(table, summands), Fraction(1, weights.unit))
        reach = element.weight
    if isinstance(total, int):
        shares = [
            Term(coefficient=p.coefficient * reach / total, figure=p.figure, weight=p.weight, most=p.most)
            for p in summands
        ]
        return linear(table, shares)
    return scaled(over(linear(table, summands), total, weights.totals(element)), reach)


def _ordered(table: Any, parts: list[Figure], rule: Aggregation) -> Number:
    import ibis

    columns, denominator, bound, exact = alike(table, parts)
    beyond = whole(bound, bound) if exact else ibis.literal(math.inf, "float64")
    # What does not apply stands behind everything that does.
    columns = [where_present(table, p, column, beyond) for p, column in zip(parts, columns, strict=True)]
    if rule is Aggregation.MINIMUM:
        least = columns[0] if len(columns) == 1 else ibis.least(*columns)
        return Number(column=least, denominator=denominator, bound=bound, exact=exact)
    counts: Any = len(parts)
    if any(part.present for part in parts):
        counts = None
        for part in parts:
            present = where_present(table, part, ibis.literal(1, "int64"), ibis.literal(0, "int64"))
            counts = present if counts is None else counts + present
        counts = ibis.greatest(counts, 1)
    ordered = ibis.array(columns).sort()
    if isinstance(counts, int):
        low, high = ordered[(counts - 1) // 2], ordered[counts // 2]
    else:
        # counts is small: halves of it are exact in float64.
        low, high = (ordered[((counts - present) / 2.0).floor().cast("int64")] for present in (1, 0))
    if not exact:
        return Number(column=(low + high) / 2.0, denominator=1, bound=bound, exact=False)
    return Number(column=low + high, denominator=2 * denominator, bound=2 * bound, exact=True)


def _logarithmic(
    table: Any, element: Element, parts: Mapping[str, Figure], weights: EffectiveWeights
) -> Average:
    """Return a geometric or harmonic mean as float64; 0 where a part is 0, undefined where one is below."""
    import ibis

    geometric = element.aggregation is Aggregation.GEOMETRIC
    total: Any = total_weight(table, element, parts, weights)
    divisor = float(total) if isinstance(total, int) else total.cast("float64").nullif(0.0)
    summed, zero, negative = None, [], []
    for child in element.children:
        figure = parts[child.code]
        value = approximate(table, figure)
        present_value = where_present(table, figure, value, 1.0)
        zero.append(present_value == 0.0)
        negative.append(present_value < 0.0)
        safe = ibis.greatest(present_value, SMALLEST)
        weight = weights.column(table, child, figure).cast("float64")
        term = weight * safe.ln() if geometric else weight / safe
        summed = term if summed is None else summed + term
    assert summed is not None
    column = (summed / divisor).exp() if geometric else divisor / summed
    any_zero = zero[0]
    for condition in zero[1:]:
        any_zero |= condition
    most = math.ceil(max(size_of(part) for part in parts.values()))
    number = Number(column=any_zero.ifelse(0.0, column), denominator=1, bound=most, exact=False)
    return Average(number=number, undefined=negative)
