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

from teladan.core.consistency.intervals import Interval, hull, point, window_of
from teladan.core.consistency.plan import DECIDABLE, Node, full_marks
from teladan.core.consistency.values import (
    TooManyValuesError,
    ValueSet,
    of_interval,
    of_numbers,
    union,
)
from teladan.core.instrument import INDEX, Aggregation, Edition, NotApplicable

REMEMBERED = 100_000  # remembered elements with one printed value; forgotten all at once beyond
GEOMETRIC_TOLERANCE = Fraction(1, 10**25)  # geometric means are computed to 30 digits, not exactly

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Why a set is only a range around what is possible."""

    code: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FeasibleSet:
    """The values that one element can have.

    `computed` is what its children (or scale) give, `values` what of that prints as the row says,
    `passed` what goes into the parent. `order` lists its children, those with figures of the row
    first; `suffixes[i]` has the sums of what the children from order[i] on pass in.
    """

    computed: ValueSet
    values: ValueSet
    passed: ValueSet
    doubt: Doubt | None = None
    order: tuple[int, ...] = ()
    suffixes: tuple[ValueSet, ...] = ()


class ContradictionError(Exception):
    """A printed value that what is printed below it cannot give."""

    def __init__(self, node: Node, computed: ValueSet) -> None:
        """Keep the element and the values that it could have had."""
        super().__init__(node.code)
        self.node = node
        self.computed = computed


class FeasibleSets:
    """Finds the feasible sets of one plan and remembers those that many rows share."""

    def __init__(self, edition: Edition) -> None:
        """Take the edition that rows are checked against."""
        self.edition = edition
        self._memory: dict[tuple[str, str], FeasibleSet] = {}
        self._windows: dict[tuple[str, str], Interval] = {}

    def window(self, code: str, text: str) -> Interval:
        """Return the exact values a printed text stands for; raises QuantityError."""
        key = (code, text)
        if key not in self._windows:
            if len(self._windows) > REMEMBERED:
                self._windows.clear()
            digits = self.edition.elements[code].digits
            self._windows[key] = window_of(text, digits, self.edition.mode)
        return self._windows[key]

    def unprinted(self, node: Node) -> FeasibleSet:
        """Return the values of an element when nothing is printed at it or below."""
        return self.of(node, {}, {})

    def of(self, node: Node, texts: Texts, below: dict[str, FeasibleSet]) -> FeasibleSet:
        """Return the values of an element in a row, having put those below into `below`.

        Raises ContradictionError where a set is empty.
        """
        text = texts.get(node.code)
        if not node.below.isdisjoint(texts):
            result = self._feasible(node, text, self._computed(node, texts, below))
        else:
            key = (node.code, "" if text is None else text)
            remembered = self._memory.get(key)
            if remembered is None:
                computed = self._computed(node, {}, {}) if text is None else self.unprinted(node)
                remembered = self._feasible(node, text, computed)
                if len(self._memory) > REMEMBERED:
                    self._memory.clear()
                self._memory[key] = remembered
            result = remembered
        below[node.code] = result
        return result

    def _feasible(self, node: Node, text: str | None, combined: FeasibleSet) -> FeasibleSet:
        """Return the feasible set of an element whose children give `combined`."""
        computed, doubt = combined.computed, combined.doubt
        values = computed if text is None else computed.within(self.window(node.code, text))
        if values.is_empty:
            raise ContradictionError(node, computed)
        passed = values
        digits = node.element.digits
        if node.element.rounds_inside and digits is not None and node.code != INDEX:
            try:
                passed = values.rounded(digits, self.edition.mode)
            except TooManyValuesError:
                unit = Fraction(1, 10**digits)
                around = values.hull.plus(Interval(-unit, unit))
                passed = of_interval(around, node.passed_denominator)
                doubt = doubt or _too_many(node)
        return FeasibleSet(
            computed=computed,
            values=values,
            passed=passed,
            doubt=doubt,
            order=combined.order,
            suffixes=combined.suffixes,
        )

    def _computed(self, node: Node, texts: Texts, below: dict[str, FeasibleSet]) -> FeasibleSet:
        if not node.children:
            values = of_numbers(node.numbers, node.denominator)
            if node.interval is not None:
                values = ValueSet(values.points, values.denominator, (node.interval,))
            return FeasibleSet(computed=values, values=values, passed=values)
        parts = [self.of(child, texts, below) for child in node.children]
        doubt = next((part.doubt for part in parts if part.doubt), None)
        doubt_here = self._own_doubt(node, texts)
        if doubt_here is not None:
            return _plain(of_interval(self._around(node, parts), node.denominator), doubt or doubt_here)
        has_figures = [child.code in texts or not child.below.isdisjoint(texts) for child in node.children]
        order = tuple(sorted(range(len(parts)), key=lambda i: not has_figures[i]))
        try:
            return self._combined(node, parts, order, doubt)
        except TooManyValuesError:
            around = self._around(node, parts)
            return _plain(of_interval(around, node.denominator), doubt or _too_many(node))

    def _combined(
        self, node: Node, parts: Sequence[FeasibleSet], order: tuple[int, ...], doubt: Doubt | None
    ) -> FeasibleSet:
        passed = [
            part.passed.times(share, node.denominator) for part, share in zip(parts, node.shares, strict=True)
        ]
        if node.element.aggregation is Aggregation.MINIMUM:
            values = _minimum(passed)
            return FeasibleSet(computed=values, values=values, passed=values, doubt=doubt, order=order)
        suffixes = [passed[order[-1]]]
        for i in reversed(order[:-1]):
            suffixes.append(passed[i].plus(suffixes[-1]))
        suffixes.reverse()
        return FeasibleSet(
            computed=suffixes[0],
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

    def _around(self, node: Node, parts: Sequence[FeasibleSet]) -> Interval:
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
            around = Interval(low - abs(low) * GEOMETRIC_TOLERANCE, high + abs(high) * GEOMETRIC_TOLERANCE)
        # A mean of open ranges may touch its ends only where all children do: closed is safe.
        return Interval(around.low, around.high)

    def _any_marks(self, node: Node) -> list[Interval]:
        """Return ranges of value / full marks where the full marks depend on what is left out."""
        ranges = [point(Fraction(0)), point(Fraction(1))]
        for child in node.children:
            share = self.unprinted(child).values.hull.times(1 / full_marks(child))
            digits = child.element.digits
            if child.element.rounds_inside and digits is not None:
                # Rounded while only its lightest leaf is left: then a unit weighs most.
                unit = Fraction(1, 10**digits) / min(leaf.weight for leaf in child.element.leaves)
                share = share.plus(Interval(-unit, unit))
            ranges.append(share)
        return ranges


def _plain(values: ValueSet, doubt: Doubt) -> FeasibleSet:
    return FeasibleSet(computed=values, values=values, passed=values, doubt=doubt)


def _too_many(node: Node) -> Doubt:
    return Doubt(code="too-many-values", values={"element": node.code})


def _may_be_absent(node: Node, texts: Texts) -> bool:
    """Tell whether nothing shows that the element has a value at all."""
    if node.code in texts or not node.below.isdisjoint(texts):
        return False
    if not node.children:
        return bool(node.omissible)
    return all(_may_be_absent(child, texts) for child in node.children)


def _minimum(parts: Sequence[ValueSet]) -> ValueSet:
    """Return all minima: a number of one set that no other set lies wholly below."""
    values = union(parts)
    lowest = values.hull.low
    for part in parts:
        top = part.hull
        values = values.within(Interval(lowest, top.high, high_closed=top.high_closed))
    return values
