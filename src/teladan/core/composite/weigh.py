"""The step that sets weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Integral

import numpy as np

from teladan.core.composite import weights as weighing
from teladan.core.composite.aggregate import Aggregate, aggregate
from teladan.core.composite.data import Table
from teladan.core.composite.errors import CompositeError
from teladan.core.composite.trace import Trace, Vector
from teladan.core.composite.tree import Tree

WAYS = (
    "given",
    "equal",
    "noisy",
    "first component",
    "squared",
    "factors",
    "balance",
    "information",
)


@dataclass(frozen=True, kw_only=True)
class Weigh:
    """Where the weights of some levels come from; without it they are the tree's.

    how: "given" (weights here, by code), "equal", "noisy" (shares by level, seed), "first
    component", "squared" or "factors" (principal components, within each parent), "balance" or
    "information" (correlations of one level with the index). levels: those concerned, all below
    the index when empty; correlation needs exactly one. Data-driven ways stand after normalise, and
    aggregate by the rules of the pipeline's own last step.
    """

    how: str = "given"
    weights: Mapping[str, float] = field(default_factory=dict)
    shares: Mapping[int, float] = field(default_factory=dict)
    seed: int | None = None
    levels: tuple[int, ...] = ()
    importance: Mapping[str, float] = field(default_factory=dict)
    negative: str = "refuse"

    def __post_init__(self) -> None:
        """Refuse an unknown way, and noise without a seed."""
        if self.how not in WAYS:
            raise CompositeError(weighing.STEP, f"{self.how!r} is not one of: {', '.join(WAYS)}")
        if self.how == "noisy" and self.seed is None:
            raise CompositeError(weighing.STEP, "noisy weights need a seed, so that they can be made again")
        if self.seed is not None and (not isinstance(self.seed, Integral) or self.seed < 0):
            raise CompositeError(weighing.STEP, f"{self.seed} is not a seed: a whole number from 0")


def weigh(
    table: Table, tree: Tree, spec: Weigh, rules: Aggregate | None = None
) -> tuple[Tree, dict[str, float]]:
    """Return the tree weighted, and the effective weights (for correlations: the ones reached)."""
    levels = spec.levels or tuple(range(1, tree.root.level))
    for level in levels:
        if not 1 <= level < tree.root.level:
            raise CompositeError(weighing.STEP, f"there is no level {level} below the index")
    if spec.how == "given":
        tree = tree.with_weights(spec.weights)
    elif spec.how == "equal":
        tree = weighing.equal(tree, levels)
    elif spec.how == "noisy":
        random = np.random.Generator(np.random.PCG64(spec.seed))
        tree = weighing.noisy(tree, spec.shares, random)
    elif spec.how in {"balance", "information"}:
        return _by_correlation(table, tree, spec, rules or Aggregate())
    else:
        for level in sorted(levels):
            scores = aggregate(table.values, tree, table.place, rules or Aggregate(), Trace(keep=False))
            weights: dict[str, float] = {}
            for parent in tree.above:
                codes = [child.code for child in parent.children]
                if parent.level == level + 1:
                    values = np.column_stack([scores[code] for code in codes])
                    weights |= weighing.principal(values, codes, spec.how, spec.negative)
            tree = tree.with_weights(weights)
    return tree, weighing.effective(tree)


def _by_correlation(table: Table, tree: Tree, spec: Weigh, rules: Aggregate) -> tuple[Tree, dict[str, float]]:
    if len(spec.levels) != 1:
        raise CompositeError(weighing.STEP, "weights by correlation are sought at one level: say which")
    codes = [element.code for element in tree.at_level(spec.levels[0])]
    if len(codes) < 2:
        raise CompositeError(weighing.STEP, f"level {spec.levels[0]} has one element: nothing to weigh")
    quiet = Trace(keep=False)
    scores = aggregate(table.values, tree, table.place, rules, quiet)
    values = np.column_stack([scores[code] for code in codes])

    def index(weights: Vector) -> Vector:
        tried = tree.with_weights(dict(zip(codes, weights.tolist(), strict=True)))
        return aggregate(table.values, tried, table.place, rules, quiet).index

    importance = spec.importance or None
    weights, reached = weighing.by_correlation(values, codes, index, goal=spec.how, importance=importance)
    return tree.with_weights(weights), reached
