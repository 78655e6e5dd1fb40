"""Candidates: sets of exact values that give a row just as it is printed.

The sets of `reach` are walked from the index down. At every step only values are taken that the
rest can complete, so the walk never turns back and stops as soon as it has enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING

from teladan.core.consistency.model import CANDIDATES
from teladan.core.consistency.spans import Span, window
from teladan.core.consistency.values import parts_of
from teladan.core.instrument import INDEX, Aggregation, Edition

if TYPE_CHECKING:
    from teladan.core.consistency.plan import Node
    from teladan.core.consistency.reach import Reach, Texts
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
) -> tuple[Candidate, ...]:
    """Return up to five candidates, distinct and rising by index, whose index is in `indices`."""
    fixed: Candidate = {}
    for code in texts:
        only = found[code].values.only
        if only is not None and code != INDEX:
            fixed[code] = only
    walk = _Walk(edition, frozenset(texts) - fixed.keys(), printed, found)
    distinct: dict[tuple[Fraction, ...], Candidate] = {}
    for index in indices.members(printed.get(INDEX)):
        for chosen in islice(walk.down(root, index), TRIES):
            every = fixed | chosen
            candidate = {code: every[code] for code in (INDEX, *texts)}
            distinct.setdefault(tuple(candidate.values()), candidate)
            if len(distinct) == CANDIDATES:
                return tuple(distinct.values())
    return tuple(distinct.values())


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
