"""The structure of an index: indicators, what they are summed up to, weights and directions.

Weights are relative among the children of one parent. The level of an indicator is 1, that of
another element one more than its highest child's.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from teladan.core.composite.aggregation import Aggregation
from teladan.core.composite.errors import CompositeError

STEP = "tree"


@dataclass(frozen=True, kw_only=True)
class Element:
    """One part of an index; an indicator has no children.

    direction: 1 where more is better, -1 where less is. denominator, target, goalposts (lower,
    upper, in the indicator's own unit) and log (goalposts on logarithms) concern indicators;
    aggregation and least_data (the share of children that must have a value) the others; None
    leaves both to the step.
    """

    code: str
    weight: float = 1.0
    children: tuple[Element, ...] = ()
    direction: int = 1
    denominator: str = ""
    factor: float = 1.0  # what a value is multiplied by when it is divided by its denominator
    target: float | None = None
    goalposts: tuple[float, float] | None = None
    aggregation: Aggregation | None = None
    least_data: float | None = None
    titles: Mapping[str, str] = field(default_factory=dict, compare=False)

    def walk(self) -> Iterator[Element]:
        """Yield this element and all below, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()

    @cached_property
    def level(self) -> int:
        """Return 1 for an indicator, else one more than the highest child's."""
        return 1 + max((child.level for child in self.children), default=0)


@dataclass(frozen=True, kw_only=True)
class Tree:
    """A checked structure. Raises CompositeError for codes given twice and weights that are none."""

    root: Element

    def __post_init__(self) -> None:
        """Check codes, weights, directions and goalposts."""
        seen: set[str] = set()
        for element in self.root.walk():
            code = element.code
            if not code or code in seen:
                raise CompositeError(
                    STEP, "this code is given twice" if code else "an element has no code", indicator=code
                )
            seen.add(code)
            if not (math.isfinite(element.weight) and element.weight >= 0):
                raise CompositeError(STEP, f"{element.weight} is not a weight", indicator=code)
            if element.direction not in {1, -1}:
                raise CompositeError(
                    STEP, f"{element.direction} is not a direction (1 or -1)", indicator=code
                )
            if element.goalposts and not element.goalposts[0] < element.goalposts[1]:
                low, high = element.goalposts
                raise CompositeError(STEP, f"the goalposts {low:g} and {high:g} do not rise", indicator=code)
        for element in self.root.walk():
            if element.children and not sum(child.weight for child in element.children) > 0:
                reason = "the weights of its children are all zero"
                raise CompositeError(STEP, reason, indicator=element.code)
        if not self.root.children:
            raise CompositeError(STEP, "the index has no children", indicator=self.root.code)

    @cached_property
    def elements(self) -> dict[str, Element]:
        """Return every element by its code, parents first."""
        return {element.code: element for element in self.root.walk()}

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """Return the codes of the indicators in the order of the tree."""
        return tuple(element.code for element in self.root.walk() if not element.children)

    @cached_property
    def above(self) -> tuple[Element, ...]:
        """Return what is aggregated, lower levels first (in the order of the tree within a level)."""
        parts = [element for element in self.root.walk() if element.children]
        return tuple(sorted(parts, key=lambda element: element.level))

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Return all codes in the order of the scores: indicators, then what is aggregated."""
        return (*self.indicators, *(element.code for element in self.above))

    @cached_property
    def parents(self) -> dict[str, Element]:
        """Return the parent of every element but the index."""
        return {child.code: parent for parent in self.above for child in parent.children}

    def at_level(self, level: int) -> tuple[Element, ...]:
        """Return the elements of a level in the order of the tree."""
        return tuple(element for element in self.root.walk() if element.level == level)

    def leaves(self, code: str) -> tuple[str, ...]:
        """Return the indicators at or below an element."""
        return tuple(element.code for element in self[code].walk() if not element.children)

    def __getitem__(self, code: str) -> Element:
        """Return an element; raises CompositeError where there is none."""
        try:
            return self.elements[code]
        except KeyError:
            raise CompositeError(STEP, "the tree has no such element", indicator=code) from None

    def with_weights(self, weights: Mapping[str, float]) -> Tree:
        """Return the tree with some weights changed."""
        for code in weights:
            self[code]

        def changed(element: Element) -> Element:
            return replace(
                element,
                weight=float(weights.get(element.code, element.weight)),
                children=tuple(changed(child) for child in element.children),
            )

        return Tree(root=changed(self.root))

    def without(self, codes: frozenset[str]) -> Tree:
        """Return the tree without some elements; a parent left with no child goes too."""
        for code in codes:
            self[code]

        def kept(element: Element) -> Element | None:
            if element.code in codes:
                return None
            if not element.children:
                return element
            children = tuple(child for child in map(kept, element.children) if child is not None)
            return replace(element, children=children) if children else None

        root = kept(self.root)
        if root is None:
            raise CompositeError(STEP, "nothing is left of the index")
        return Tree(root=root)
