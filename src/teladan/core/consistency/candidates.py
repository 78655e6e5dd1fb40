"""Candidates: sets of exact values that give a row just as it is printed.

The sets of `reach` are walked from the index down. At every step only values are taken that the
rest can complete, so the walk never turns back and stops as soon as it has enough.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING

from teladan.core.consistency.model import CANDIDATES, IndexRange
from teladan.core.consistency.spans import Span, window
from teladan.core.consistency.values import parts_of
from teladan.core.instrument import INDEX, Aggregation, Edition

if TYPE_CHECKING:
    from teladan.core.consistency.feasible import Reach, Texts
    from teladan.core.consistency.plan import Node
    from teladan.core.consistency.values import Values

TRIES = 50  # walks differing only in elements that the row does not print

Candidate = dict[str, Fraction]


def candidates(
    edition: Edition,
    root: Node,
    *,
    texts: Texts,
    printed: Mapping[str, Fraction],
    found: Mapping[str, Reach],
    indices: Values,
) -> tuple[tuple[Candidate, ...], bool]:
    """Return up to five candidates, distinct and rising by index, and whether they are all there are.

    Their indices are in `indices`, spread over it where there are more than five.
    """
    fixed: Candidate = {}
    for code in texts:
        only = found[code].values.only
        if only is not None and code != INDEX:
            fixed[code] = only
    walk = _Walk(edition, frozenset(texts) - fixed.keys(), printed, found)
    picked, every_index = _picked(indices, printed.get(INDEX))
    complete = every_index and not any(reach.values.is_continuous for reach in found.values())
    distinct: dict[tuple[Fraction, ...], Candidate] = {}
    ways = deque((index, islice(walk.down(root, index), TRIES)) for index in picked)
    tried = dict.fromkeys(picked, 0)
    # One of each index, then a second of each …: a sixth is looked for to know that it is not there.
    while ways and len(distinct) < CANDIDATES + complete:
        index, way = ways.popleft()
        chosen = next(way, None)
        if chosen is None:
            complete = complete and tried[index] < TRIES
            continue
        tried[index] += 1
        ways.append((index, way))
        values = fixed | chosen
        candidate = {code: values[code] for code in (INDEX, *texts)}
        distinct.setdefault(tuple(candidate.values()), candidate)
    first = list(distinct.values())[:CANDIDATES]
    return tuple(sorted(first, key=lambda each: each[INDEX])), complete and len(distinct) <= CANDIDATES


def index_range(indices: Values, printed: Fraction | None) -> IndexRange:
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


def _picked(indices: Values, printed: Fraction | None) -> tuple[list[Fraction], bool]:
    """Return up to five numbers of the set, rising, and whether they are all of it.

    Where there are more: the ends, the one nearest to the printed figure, and others between.
    """
    count = len(indices.points) + len(indices.spans)
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
    spans = sorted(
        (span.pick(printed) for span in indices.spans),
        key=lambda value: 0 if printed is None else abs(value - printed),
    )
    return sorted([*numbers, *spans[: max(CANDIDATES - len(numbers), 0)]])[:CANDIDATES], False


class _Walk:
    """Walks down the tree, choosing values of the codes that are printed and still open."""

    def __init__(
        self,
        edition: Edition,
        open_codes: frozenset[str],
        printed: Mapping[str, Fraction],
        found: Mapping[str, Reach],
    ) -> None:
        self.edition = edition
        self.open = open_codes
        self.printed = printed
        self.found = found

    def down(self, node: Node, value: Fraction) -> Iterator[Candidate]:
        """Yield what the open elements at and below this one are when it has this value."""
        own = {node.code: value} if node.code in self.open or node.code == INDEX else {}
        if node.below.isdisjoint(self.open):
            yield own
            return
        reach = self.found[node.code]
        if node.element.aggregation is Aggregation.MINIMUM:
            below = self._least(node, value, reach.order, reached=False)
        else:
            below = self._split(node, value, reach, 0)
        for rest in below:
            yield own | rest

    def _split(self, node: Node, total: Fraction, reach: Reach, at: int) -> Iterator[Candidate]:
        """Yield the ways in which the children from order[at] on sum to the total."""
        if not any(self._is_open(node.children[number]) for number in reach.order[at:]):
            yield {}  # the total is known to be reachable, and how makes no difference to the row
            return
        number = reach.order[at]
        child, share = node.children[number], node.shares[number]
        if at == len(reach.order) - 1:
            parts: Iterator[Fraction] = iter((total,))
        else:
            passed = self.found[child.code].passed.times(share, node.denominator)
            likely = self.printed.get(child.code)
            parts = parts_of(
                total, passed, reach.suffixes[at + 1], None if likely is None else likely * share
            )
        for part in parts:
            for rest in self._split(node, total - part, reach, at + 1):
                for one in self._child(child, part / share):
                    yield one | rest

    def _least(
        self, node: Node, value: Fraction, order: tuple[int, ...], *, reached: bool
    ) -> Iterator[Candidate]:
        """Yield the ways in which these children have the value as their minimum."""
        if not order:
            if reached:
                yield {}
            return
        child = node.children[order[0]]
        passed = self.found[child.code].passed
        above = passed.within(Span(value, max(value, passed.hull.high), low_closed=False))
        choices: list[tuple[Iterator[Fraction], bool]] = []
        if passed.holds(value):
            choices.append((iter((value,)), True))
        if reached or self._can_reach(node, value, order[1:]):
            choices.append((above.members(self.printed.get(child.code)), reached))
        for parts, now in choices:
            for part in parts:
                for one in self._child(child, part):
                    for rest in self._least(node, value, order[1:], reached=now):
                        yield one | rest
                if not self._is_open(child):
                    break  # which of its values it has makes no difference to the row

    def _can_reach(self, node: Node, value: Fraction, order: tuple[int, ...]) -> bool:
        return any(self.found[node.children[i].code].passed.holds(value) for i in order)

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
        exact = self.found[child.code].values.within(grid)
        for value in exact.members(self.printed.get(child.code)):
            yield from self.down(child, value)

    def _is_open(self, node: Node) -> bool:
        return node.code in self.open or not node.below.isdisjoint(self.open)
