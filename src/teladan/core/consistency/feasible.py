"""Which values each element can have, given what a row prints at and below it.

The sets are exact where the tree can be decided. Where it cannot (geometric means, lines perhaps
left out, too many values to list) they are ranges around everything possible, marked with a
doubt: an empty set proves a contradiction either way, one that is not empty proves consistency
only without a doubt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from teladan.core.consistency.plan import DECIDABLE, Node, full_marks
from teladan.core.consistency.spans import Span, hull, point, window_of
from teladan.core.consistency.values import (
    TooManyValuesError,
    Values,
    of_numbers,
    of_span,
    union,
)
from teladan.core.instrument import INDEX, Aggregation, Edition, NotApplicable

KEPT = 100_000  # remembered elements with one printed value; forgotten all at once beyond
GEOMETRIC_TOLERANCE = Fraction(1, 10**25)  # geometric means are computed to 30 digits, not exactly

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Why a set is only a range around what is possible."""

    code: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reach:
    """The values one element can have.

    `made` is what its children (or scale) give, `values` what of that prints as the row says,
    `passed` what goes into the parent. `order` lists its children, those with figures of the row
    first; `suffixes[i]` has the sums of what the children from order[i] on pass in.
    """

    made: Values
    values: Values
    passed: Values
    doubt: Doubt | None = None
    order: tuple[int, ...] = ()
    suffixes: tuple[Values, ...] = ()


class ContradictionError(Exception):
    """A printed value that what is printed below it cannot give."""

    def __init__(self, node: Node, made: Values) -> None:
        """Keep the element and the values that it could have had."""
        super().__init__(node.code)
        self.node = node
        self.made = made


class Reacher:
    """Finds reaches in one plan and remembers those that many rows share."""

    def __init__(self, edition: Edition) -> None:
        """Start with nothing remembered."""
        self.edition = edition
        self._kept: dict[tuple[str, str], Reach] = {}
        self._windows: dict[tuple[str, str], Span] = {}

    def window(self, code: str, text: str) -> Span:
        """Return the exact values a printed text stands for; raises QuantityError."""
        key = (code, text)
        if key not in self._windows:
            if len(self._windows) > KEPT:
                self._windows.clear()
            digits = self.edition.elements[code].digits
            self._windows[key] = window_of(text, digits, self.edition.mode)
        return self._windows[key]

    def alone(self, node: Node) -> Reach:
        """Return the values of an element when nothing is printed at it or below."""
        return self.reach(node, {}, {})

    def reach(self, node: Node, texts: Texts, found: dict[str, Reach]) -> Reach:
        """Return the values of an element in a row, having put those below into `found`.

        Raises ContradictionError where a set is empty.
        """
        own = texts.get(node.code)
        if not node.below.isdisjoint(texts):
            result = self._reach(node, own, self._made(node, texts, found))
        else:
            key = (node.code, "" if own is None else own)
            kept = self._kept.get(key)
            if kept is None:
                made = self._made(node, {}, {}) if own is None else self.alone(node)
                kept = self._reach(node, own, made)
                if len(self._kept) > KEPT:
                    self._kept.clear()
                self._kept[key] = kept
            result = kept
        found[node.code] = result
        return result

    def _reach(self, node: Node, own: str | None, below: Reach) -> Reach:
        """Return the reach of an element whose children give `below`."""
        made, doubt = below.made, below.doubt
        values = made if own is None else made.within(self.window(node.code, own))
        if values.is_empty:
            raise ContradictionError(node, made)
        passed = values
        digits = node.element.digits
        if node.element.rounds_inside and digits is not None and node.code != INDEX:
            try:
                passed = values.rounded(digits, self.edition.mode)
            except TooManyValuesError:
                unit = Fraction(1, 10**digits)
                around = values.hull.plus(Span(-unit, unit))
                passed = of_span(around, node.passed_denominator)
                doubt = doubt or _too_many(node)
        return Reach(
            made=made,
            values=values,
            passed=passed,
            doubt=doubt,
            order=below.order,
            suffixes=below.suffixes,
        )

    def _made(self, node: Node, texts: Texts, found: dict[str, Reach]) -> Reach:
        if not node.children:
            values = of_numbers(node.numbers, node.denominator)
            if node.span is not None:
                values = Values(values.points, values.denominator, (node.span,))
            return Reach(made=values, values=values, passed=values)
        parts = [self.reach(child, texts, found) for child in node.children]
        doubt = next((part.doubt for part in parts if part.doubt), None)
        own = self._own_doubt(node, texts)
        if own is not None:
            return _plain(of_span(self._around(node, parts), node.denominator), doubt or own)
        given = [child.code in texts or not child.below.isdisjoint(texts) for child in node.children]
        order = tuple(sorted(range(len(parts)), key=lambda i: not given[i]))
        try:
            return self._listed(node, parts, order, doubt)
        except TooManyValuesError:
            around = self._around(node, parts)
            return _plain(of_span(around, node.denominator), doubt or _too_many(node))

    def _listed(
        self, node: Node, parts: Sequence[Reach], order: tuple[int, ...], doubt: Doubt | None
    ) -> Reach:
        passed = [
            part.passed.times(share, node.denominator) for part, share in zip(parts, node.shares, strict=True)
        ]
        if node.element.aggregation is Aggregation.MINIMUM:
            values = _minimum(passed)
            return Reach(made=values, values=values, passed=values, doubt=doubt, order=order)
        suffixes = [passed[order[-1]]]
        for i in reversed(order[:-1]):
            suffixes.append(passed[i].plus(suffixes[-1]))
        suffixes.reverse()
        return Reach(
            made=suffixes[0],
            values=suffixes[0],
            passed=suffixes[0],
            doubt=doubt,
            order=order,
            suffixes=tuple(suffixes),
        )

    def _own_doubt(self, node: Node, texts: Texts) -> Doubt | None:
        aggregation = node.element.aggregation
        if aggregation not in DECIDABLE:
            return Doubt(
                code="cannot-decide",
                values={"element": node.code, "aggregation": aggregation.value},
            )
        absent = sorted(leaf for leaf in node.omissible if leaf not in texts)
        in_whole = self.edition.not_applicable is NotApplicable.IN_WHOLE
        if absent and (in_whole or any(_may_be_absent(c, texts) for c in node.children)):
            return Doubt(
                code="left-out-unknown",
                values={"element": node.code, "leaves": ", ".join(absent)},
            )
        return None

    def _around(self, node: Node, parts: Sequence[Reach]) -> Span:
        """Return a range that holds every value the element can have, whatever is left out."""
        aggregation = node.element.aggregation
        if aggregation is Aggregation.SUM_TO_WEIGHT:
            in_whole = self.edition.not_applicable is NotApplicable.IN_WHOLE
            shares = (
                self._any_marks(node)
                if in_whole and node.omissible
                else [
                    part.passed.hull.times(1 / full_marks(child))
                    for child, part in zip(node.children, parts, strict=True)
                ]
            )
            around = hull(shares).times(node.top)
        else:
            around = hull([part.passed.hull for part in parts])
        if aggregation is Aggregation.GEOMETRIC:
            low, high = around.low, around.high
            around = Span(low - abs(low) * GEOMETRIC_TOLERANCE, high + abs(high) * GEOMETRIC_TOLERANCE)
        # A mean of open ranges may touch its ends only where all children do: closed is safe.
        return Span(around.low, around.high)

    def _any_marks(self, node: Node) -> list[Span]:
        """Return ranges of value / full marks where the full marks depend on what is left out."""
        ranges = [point(Fraction(0)), point(Fraction(1))]
        for child in node.children:
            share = self.alone(child).values.hull.times(1 / full_marks(child))
            digits = child.element.digits
            if child.element.rounds_inside and digits is not None:
                # Rounded while only its lightest leaf is left: then a unit weighs most.
                unit = Fraction(1, 10**digits) / min(leaf.weight for leaf in child.element.leaves)
                share = share.plus(Span(-unit, unit))
            ranges.append(share)
        return ranges


def _plain(values: Values, doubt: Doubt) -> Reach:
    return Reach(made=values, values=values, passed=values, doubt=doubt)


def _too_many(node: Node) -> Doubt:
    return Doubt(code="too-many-values", values={"element": node.code})


def _may_be_absent(node: Node, texts: Texts) -> bool:
    """Tell whether nothing shows that the element has a value at all."""
    if node.code in texts or not node.below.isdisjoint(texts):
        return False
    if not node.children:
        return bool(node.omissible)
    return all(_may_be_absent(child, texts) for child in node.children)


def _minimum(parts: Sequence[Values]) -> Values:
    """Return all minima: a number of one set that no other set lies wholly below."""
    values = union(parts)
    lowest = values.hull.low
    for part in parts:
        top = part.hull
        values = values.within(Span(lowest, top.high, high_closed=top.high_closed))
    return values
