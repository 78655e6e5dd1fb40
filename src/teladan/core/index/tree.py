"""The tree evaluated for organisations with the same lines in effect.

Organisations differ in which lines apply to them and which missing answers are left out. Those
with the same lines form a block, and a block is computed column by column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction

import numpy as np

from teladan.core.index.columns import (
    ExactColumn,
    from_fractions,
    on_common_denominator,
    weighted_sum,
)
from teladan.core.instrument import (
    ADDITIVE,
    Aggregation,
    Edition,
    Element,
    NotApplicable,
    ScaleType,
)
from teladan.core.quantity import Rounding

GEOMETRIC_PRECISION = 50  # decimal digits used inside; `decimal` rounds ln and exp correctly
GEOMETRIC_DIGITS = 30  # significant digits kept: the stated tolerance of a geometric mean


class AggregationError(ValueError):
    """Values that an aggregation is not defined for (a negative one in a geometric mean)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementValues:
    """What one element came to in one block.

    `weight` is its part of the index in effect (None below an element that is not additive),
    `factor` × value is what it adds to the index (None where the tree is not additive above it).
    """

    element: Element
    values: ExactColumn
    weight: Fraction | None
    factor: Fraction | None

    def contribution(self, mode: Rounding) -> ExactColumn | None:
        """Return what the element adds to the index, or None where sums do not apply."""
        return None if self.factor is None else passed_on(self.element, self.values, mode).times(self.factor)


def passed_on(element: Element, values: ExactColumn, mode: Rounding) -> ExactColumn:
    """Return what goes into the parent: the exact values, or the rounded where the rule says so."""
    if element.rounds_inside and element.digits is not None:
        return values.printed(element.digits, mode)
    return values


def leaf_values(element: Element, answers: ExactColumn) -> ExactColumn:
    """Return a leaf's values for its answers: the same, or placed between goalposts."""
    scale = element.scale
    if scale is None or scale.type is not ScaleType.GOALPOSTS:
        return answers
    distinct = {
        n: scale.value_of(Fraction(n) / answers.denominator) for n in set(answers.numerators.tolist())
    }
    return from_fractions([distinct[n] for n in answers.numerators.tolist()])


class Block:
    """One evaluation of the whole tree for the organisations that share the lines in effect."""

    def __init__(
        self, edition: Edition, answers: Mapping[str, ExactColumn], in_effect: frozenset[str]
    ) -> None:
        """Evaluate; `answers` has a column for every leaf in effect."""
        self.edition = edition
        self.in_effect = in_effect
        self.outcomes: dict[str, ElementValues] = {}
        values = self._values(edition.root, answers)
        if values is not None:
            self._weigh(edition.root, values, Fraction(1), Fraction(1))

    def _values(self, element: Element, answers: Mapping[str, ExactColumn]) -> dict[str, ExactColumn] | None:
        """Return the values of the element and all below it by code; None if nothing applies."""
        if element.scale:
            if element.code not in self.in_effect:
                return None
            return {element.code: leaf_values(element, answers[element.code])}
        values: dict[str, ExactColumn] = {}
        parts: dict[str, ExactColumn] = {}
        for child in element.children:
            below = self._values(child, answers)
            if below is not None:
                values |= below
                parts[child.code] = passed_on(child, below[child.code], self.edition.mode)
        if not parts:
            return None
        values[element.code] = aggregate(element, self.weights(element), parts, self._tops(element))
        return values

    def weights(self, element: Element) -> dict[str, Fraction]:
        """Return the weights in effect of an element's children that apply."""
        in_whole = self.edition.not_applicable is NotApplicable.IN_WHOLE
        return {
            child.code: self._weight_below(child) if in_whole else child.weight
            for child in element.children
            if any(leaf.code in self.in_effect for leaf in child.leaves)
        }

    def _weight_below(self, element: Element) -> Fraction:
        if element.scale:
            return element.weight if element.code in self.in_effect else Fraction(0)
        return sum((self._weight_below(child) for child in element.children), Fraction(0))

    def _top(self, element: Element) -> Fraction:
        """Return the points an element summed to weight can reach."""
        whole = element is self.edition.root
        in_whole = self.edition.not_applicable is NotApplicable.IN_WHOLE
        return self._weight_below(element) if in_whole and not whole else element.weight

    def _tops(self, element: Element) -> dict[str, Fraction]:
        """Return the points that an element and its children can reach, by code."""
        return {part.code: self._top(part) for part in (element, *element.children)}

    def _weigh(
        self,
        element: Element,
        values: dict[str, ExactColumn],
        weight: Fraction | None,
        factor: Fraction | None,
    ) -> None:
        self.outcomes[element.code] = ElementValues(
            element=element, values=values[element.code], weight=weight, factor=factor
        )
        weights = self.weights(element)
        total = sum(weights.values(), Fraction(0))
        additive = element.aggregation in ADDITIVE and not (
            element.rounds_inside and element is not self.edition.root
        )
        for child in element.children:
            if child.code not in values:
                continue
            share = weights[child.code] / total
            coefficient = _coefficient(element, child, share, self._top(element), self._top(child))
            self._weigh(
                child,
                values,
                weight * share if additive and weight is not None else None,
                factor * coefficient if additive and factor is not None else None,
            )


def _coefficient(
    element: Element, child: Element, share: Fraction, top: Fraction, child_top: Fraction
) -> Fraction:
    if element.aggregation is not Aggregation.SUM_TO_WEIGHT:
        return share
    summed = child.children and child.aggregation is Aggregation.SUM_TO_WEIGHT
    return top * share / (child_top if summed else child.maximum)


def aggregate(
    element: Element,
    weights: Mapping[str, Fraction],
    parts: Mapping[str, ExactColumn],
    tops: Mapping[str, Fraction] | None = None,
) -> ExactColumn:
    """Return the element's values from its children's (those in `weights` apply).

    `tops` are the points that the element and its children can reach, where not their weights.
    """
    total = sum(weights.values(), Fraction(0))
    shares = {code: weight / total for code, weight in weights.items()}
    rule = element.aggregation
    if rule in ADDITIVE:
        by_code = {part.code: part for part in (element, *element.children)}
        tops = tops or {code: part.weight for code, part in by_code.items()}
        return weighted_sum(
            [
                (
                    _coefficient(element, by_code[code], share, tops[element.code], tops[code]),
                    parts[code],
                )
                for code, share in shares.items()
            ]
        )
    columns = [parts[code] for code in shares]
    if rule is Aggregation.MINIMUM or rule is Aggregation.MEDIAN:
        return _ordered(columns, rule)
    distinct = list(zip(*(_fractions(column) for column in columns), strict=True))
    mean = _harmonic if rule is Aggregation.HARMONIC else _geometric
    table = {row: mean(row, list(shares.values()), element.code) for row in set(distinct)}
    exact = rule is Aggregation.HARMONIC and all(column.exact for column in columns)
    return from_fractions([table[row] for row in distinct], exact=exact)


def _ordered(columns: list[ExactColumn], rule: Aggregation) -> ExactColumn:
    matrix, denominator, bound = on_common_denominator(columns)
    exact = all(column.exact for column in columns)
    ordered = np.sort(matrix, axis=0)
    middle = len(columns) // 2
    if rule is Aggregation.MINIMUM:
        numerators = ordered[0]
    elif len(columns) % 2:
        numerators = ordered[middle]
    else:
        numerators = ordered[middle - 1] + ordered[middle]
        denominator, bound = 2 * denominator, 2 * bound
    return ExactColumn(numerators=numerators, denominator=denominator, bound=bound, exact=exact)


def _fractions(column: ExactColumn) -> list[Fraction]:
    return [Fraction(n) / column.denominator for n in column.numerators.tolist()]


def _harmonic(row: tuple[Fraction, ...], shares: list[Fraction], code: str) -> Fraction:
    _refuse_negative(row, code, "harmonic")
    if 0 in row:
        return Fraction(0)
    return 1 / sum((share / x for share, x in zip(shares, row, strict=True)), Fraction(0))


def _geometric(row: tuple[Fraction, ...], shares: list[Fraction], code: str) -> Fraction:
    _refuse_negative(row, code, "geometric")
    if 0 in row:
        return Fraction(0)
    inside = Context(prec=GEOMETRIC_PRECISION)
    total = Decimal(0)
    for share, x in zip(shares, row, strict=True):
        log = inside.ln(inside.divide(Decimal(x.numerator), Decimal(x.denominator)))
        part = inside.divide(inside.multiply(log, Decimal(share.numerator)), Decimal(share.denominator))
        total = inside.add(total, part)
    return Fraction(Context(prec=GEOMETRIC_DIGITS).plus(inside.exp(total)))


def _refuse_negative(row: tuple[Fraction, ...], code: str, name: str) -> None:
    if min(row) < 0:
        msg = f"{code}: a {name} mean has no value for {min(row)}"
        raise AggregationError(msg)


def combine(edition: Edition, code: str, children: Mapping[str, Fraction]) -> Fraction:
    """Return one element's value from given values of its children, all applying.

    This is how a regulation's own examples are written: "domain 2 with aspects 3, 4 and 3".
    """
    element = edition.elements[code]
    if set(children) != {child.code for child in element.children}:
        msg = f"{code} is made of {', '.join(child.code for child in element.children)}"
        raise ValueError(msg)
    weights = {child.code: child.weight for child in element.children}
    parts = {name: from_fractions([value]) for name, value in children.items()}
    return aggregate(element, weights, parts).at(0)
