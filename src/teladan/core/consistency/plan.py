"""An edition's tree made ready for checking one kind of organisation.

Lines that do not apply are gone, weights are those in effect, and every element knows the
denominator that all its reachable values fit on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from teladan.core.consistency.intervals import Interval
from teladan.core.instrument import (
    ADDITIVE,
    INDEX,
    Aggregation,
    Edition,
    Element,
    Missing,
    NotApplicable,
    ScaleType,
)
from teladan.core.quantity import common_denominator

DECIDABLE = ADDITIVE | {Aggregation.MINIMUM}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Node:
    """One element that applies. Its value is the sum of share × child for additive elements."""

    element: Element
    children: tuple[Node, ...] = ()
    shares: tuple[Fraction, ...] = ()
    denominator: int = 1
    numbers: tuple[Fraction, ...] = ()  # a leaf's finite values …
    interval: Interval | None = None  # … or the range of a continuous one
    top: Fraction = Fraction(0)  # the points an element summed to weight can reach
    below: frozenset[str] = frozenset()  # codes under this one
    omissible: frozenset[str] = frozenset()  # leaves here and below that are left out when missing

    @property
    def code(self) -> str:
        """Return the element's code."""
        return self.element.code

    @property
    def passed_denominator(self) -> int:
        """Return the denominator of what goes into the parent."""
        element = self.element
        if element.rounds_inside and element.digits is not None:
            return int(10**element.digits)
        return self.denominator


def plan(edition: Edition, kind: str | None) -> Node | None:
    """Return the tree for a kind of organisation (None: every line applies)."""
    return _node(edition, edition.root, kind)


def _node(edition: Edition, element: Element, kind: str | None) -> Node | None:
    if element.scale:
        return _leaf(element) if _applies(element, kind) else None
    built = (_node(edition, child, kind) for child in element.children)
    children = tuple(child for child in built if child is not None)
    if not children:
        return None
    weights = [_weight(edition, child) for child in children]
    total = sum(weights, Fraction(0))
    in_whole = edition.not_applicable is NotApplicable.IN_WHOLE
    top = total if in_whole and element.code != INDEX else element.weight
    shares = tuple(
        _share(element, child, weight / total, top) for child, weight in zip(children, weights, strict=True)
    )
    return Node(
        element=element,
        children=children,
        shares=shares,
        denominator=math.lcm(
            *(
                (share / child.passed_denominator).denominator
                for share, child in zip(shares, children, strict=True)
            )
        ),
        top=top,
        below=frozenset().union(*({child.code} | child.below for child in children)),
        omissible=frozenset().union(*(child.omissible for child in children)),
    )


def _applies(leaf: Element, kind: str | None) -> bool:
    return kind is None or leaf.applies_to is None or kind in leaf.applies_to


def _weight(edition: Edition, node: Node) -> Fraction:
    """Return a weight in effect; re-weighting in the whole makes it that of the leaves left."""
    if edition.not_applicable is NotApplicable.IN_WHOLE and node.children:
        return sum((_weight(edition, child) for child in node.children), Fraction(0))
    return node.element.weight


def _share(element: Element, child: Node, share: Fraction, top: Fraction) -> Fraction:
    if element.aggregation is Aggregation.ARITHMETIC:
        return share
    if element.aggregation is Aggregation.SUM_TO_WEIGHT:
        return top * share / full_marks(child)
    return Fraction(1)


def full_marks(child: Node) -> Fraction:
    """Return the value of a child that earns its whole weight where weights are summed."""
    summed = child.children and child.element.aggregation is Aggregation.SUM_TO_WEIGHT
    return child.top if summed else child.element.maximum


def _leaf(element: Element) -> Node:
    scale = element.scale
    assert scale is not None
    extra = {Fraction(0)} if element.missing is Missing.ZERO else set()
    omissible = element.missing is Missing.LEAVE_OUT
    # Goalposts place any number between 0 and 1; a step, if one is given, is of the raw answers.
    finite = None if scale.type is ScaleType.GOALPOSTS else scale.values()
    numbers = tuple(sorted({*(finite or ()), *extra}))
    return Node(
        element=element,
        denominator=common_denominator(numbers),
        numbers=numbers,
        interval=Interval(*scale.value_bounds) if finite is None else None,
        omissible=frozenset({element.code}) if omissible else frozenset(),
    )
