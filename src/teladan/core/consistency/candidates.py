"""Candidates: sets of exact values that give a row just as it is printed.

The feasible sets are walked from the index down. At every step only values are taken that the
rest can complete, so the walk never turns back and stops as soon as it has enough.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING

from teladan.core.consistency.intervals import Interval, window
from teladan.core.consistency.model import CANDIDATES, IndexRange
from teladan.core.consistency.values import parts_of
from teladan.core.instrument import INDEX, Aggregation, Edition

if TYPE_CHECKING:
    from teladan.core.consistency.feasible import FeasibleSet, Texts
    from teladan.core.consistency.plan import Node
    from teladan.core.consistency.values import ValueSet

TRIES = 50  # walks differing only in elements that the row does not print

Candidate = dict[str, Fraction]


def candidates(
    edition: Edition,
    root: Node,
    *,
    texts: Texts,
    printed: Mapping[str, Fraction],
    feasible: Mapping[str, FeasibleSet],
    indices: ValueSet,
) -> tuple[tuple[Candidate, ...], bool]:
    """Return up to five candidates, distinct and rising by index, and whether they are all there are.

    Their indices are in `indices`, spread over it where there are more than five.
    """
    fixed: Candidate = {}
    for code in texts:
        only = feasible[code].values.only
        if only is not None and code != INDEX:
            fixed[code] = only
    tree_walk = _Walk(edition, frozenset(texts) - fixed.keys(), printed, feasible)
    picked, every_index = _picked(indices, printed.get(INDEX))
    complete = every_index and not any(node_set.values.is_continuous for node_set in feasible.values())
    distinct: dict[tuple[Fraction, ...], Candidate] = {}
    walks = deque((index, islice(tree_walk.down(root, index), TRIES)) for index in picked)
    tried = dict.fromkeys(picked, 0)
    # One of each index, then a second of each …: a sixth is looked for to know that it is not there.
    while walks and len(distinct) < CANDIDATES + complete:
        index, walk = walks.popleft()
        values = next(walk, None)
        if values is None:
            complete = complete and tried[index] < TRIES
            continue
        tried[index] += 1
        walks.append((index, walk))
        values = fixed | values
        candidate = {code: values[code] for code in (INDEX, *texts)}
        distinct.setdefault(tuple(candidate.values()), candidate)
    chosen = sorted(list(distinct.values())[:CANDIDATES], key=lambda candidate: candidate[INDEX])
    return tuple(chosen), complete and len(distinct) <= CANDIDATES


def index_range(indices: ValueSet, printed: Fraction | None) -> IndexRange:
    """Return the range of a set of indices that is not empty, with up to five of them by name."""
    around = indices.hull
    named, complete = _picked(indices, printed)
    return IndexRange(
        low=around.low,
        high=around.high,
        low_in=around.low_closed,
        high_in=around.high_closed,
        named=tuple(named),
        complete=complete,
    )


def _picked(indices: ValueSet, printed: Fraction | None) -> tuple[list[Fraction], bool]:
    """Return up to five numbers of the set, rising, and whether they are all of it.

    Where there are more: the ends, the one nearest to the printed figure, and others between.
    """
    count = len(indices.points) + len(indices.intervals)
    if count <= CANDIDATES:
        return sorted(indices.members(printed)), not indices.is_continuous
    number = len(indices.points)
    places = [i * (number - 1) // (CANDIDATES - 1) for i in range(CANDIDATES)] if number else []
    if printed is not None and number:
        near = indices.nearest_point(printed)
        inner = min(range(1, CANDIDATES - 1), key=lambda i: abs(places[i] - near))
        if near not in places:
            places[inner] = near
    numbers = {Fraction(int(indices.points[i]), indices.denominator) for i in places}
    intervals = sorted(
        (interval.pick(printed) for interval in indices.intervals),
        key=lambda value: 0 if printed is None else abs(value - printed),
    )
    return sorted([*numbers, *intervals[: max(CANDIDATES - len(numbers), 0)]])[:CANDIDATES], False


class _Walk:
    """Walks down the tree, choosing values of the codes that are printed and still open."""

    def __init__(
        self,
        edition: Edition,
        open_codes: frozenset[str],
        printed: Mapping[str, Fraction],
        feasible: Mapping[str, FeasibleSet],
    ) -> None:
        self.edition = edition
        self.open = open_codes
        self.printed = printed
        self.feasible = feasible

    def down(self, node: Node, value: Fraction) -> Iterator[Candidate]:
        """Yield what the open elements at and below this one are when it has this value."""
        own = {node.code: value} if node.code in self.open or node.code == INDEX else {}
        if node.below.isdisjoint(self.open):
            yield own
            return
        node_set = self.feasible[node.code]
        if node.element.aggregation is Aggregation.MINIMUM:
            below = self._least(node, value, node_set.order, reached=False)
        else:
            below = self._split(node, value, node_set, 0)
        for rest in below:
            yield own | rest

    def _split(self, node: Node, total: Fraction, node_set: FeasibleSet, start: int) -> Iterator[Candidate]:
        """Yield the ways in which the children from order[start] on sum to the total."""
        if not any(self._is_open(node.children[number]) for number in node_set.order[start:]):
            yield {}  # the total is known to be reachable, and how makes no difference to the row
            return
        number = node_set.order[start]
        child, share = node.children[number], node.shares[number]
        if start == len(node_set.order) - 1:
            parts: Iterator[Fraction] = iter((total,))
        else:
            passed = self.feasible[child.code].passed.times(share, node.denominator)
            likely = self.printed.get(child.code)
            parts = parts_of(
                total, passed, node_set.suffixes[start + 1], None if likely is None else likely * share
            )
        for part in parts:
            for rest in self._split(node, total - part, node_set, start + 1):
                for below_child in self._child(child, part / share):
                    yield below_child | rest

    def _least(
        self, node: Node, value: Fraction, order: tuple[int, ...], *, reached: bool
    ) -> Iterator[Candidate]:
        """Yield the ways in which these children have the value as their minimum."""
        if not order:
            if reached:
                yield {}
            return
        child = node.children[order[0]]
        passed = self.feasible[child.code].passed
        above = passed.within(Interval(value, max(value, passed.hull.high), low_closed=False))
        choices: list[tuple[Iterator[Fraction], bool]] = []
        if passed.holds(value):
            choices.append((iter((value,)), True))
        if reached or self._can_reach(node, value, order[1:]):
            choices.append((above.members(self.printed.get(child.code)), reached))
        for parts, now in choices:
            for part in parts:
                for below_child in self._child(child, part):
                    for rest in self._least(node, value, order[1:], reached=now):
                        yield below_child | rest
                if not self._is_open(child):
                    break  # which of its values it has makes no difference to the row

    def _can_reach(self, node: Node, value: Fraction, order: tuple[int, ...]) -> bool:
        return any(self.feasible[node.children[i].code].passed.holds(value) for i in order)

    def _child(self, child: Node, passed: Fraction) -> Iterator[Candidate]:
        """Yield what is open at and below a child that passes this value to its parent."""
        if not self._is_open(child):
            yield {}
            return
        digits = child.element.digits
        if not child.element.rounds_inside or digits is None:
            yield from self.down(child, passed)
            return
        grid = window(int(passed * 10**digits), digits, self.edition.mode)
        exact = self.feasible[child.code].values.within(grid)
        for value in exact.members(self.printed.get(child.code)):
            yield from self.down(child, value)

    def _is_open(self, node: Node) -> bool:
        return node.code in self.open or not node.below.isdisjoint(self.open)
