"""Small studies for tests."""

from __future__ import annotations

import numpy as np

from teladan.core.composite import Aggregate, Element, Normalise, Pipeline, Table, Treat, Tree
from teladan.core.composite.aggregation import Arithmetic, Geometric
from teladan.core.composite.scales import MinMax, ZScore
from teladan.core.composite.transforms import Winsorise
from teladan.core.uncertainty import Choice, Study, Weights


def table(n=12, p=6, *, gaps=0.0, seed=1):
    """Return n units × p indicators of seeded numbers between 1 and 9."""
    random = np.random.Generator(np.random.PCG64(seed))
    values = 1 + 8 * random.random((n, p))
    values[random.random((n, p)) < gaps] = np.nan
    return Table(units=tuple(f"u{i}" for i in range(n)), indicators=codes(p), values=values)


def codes(p=6):
    return tuple(f"x{i}" for i in range(p))


def tree(p=6, branches=2):
    """Return an index of a few elements that share the indicators out."""
    parts = tuple(
        Element(
            code=f"d{j}",
            weight=1.0 + j,
            children=tuple(Element(code=f"x{i}", weight=1.0 + i % 3) for i in range(j, p, branches)),
        )
        for j in range(branches)
    )
    return Tree(root=Element(code="index", children=parts))


RULES = Choice(step="aggregate", options=(Aggregate(rule=Arithmetic()), Aggregate(rule=Geometric())))
SCALES = Choice(
    step="normalise",
    options=(
        Normalise(method=MinMax(lower=1, upper=100)),
        Normalise(method=ZScore(mean=10, sd=2)),
    ),
)
TREATMENTS = Choice(
    step="treat", options=(Treat(stages=(Winsorise(limit=1),)), Treat(stages=(Winsorise(limit=3),)), None)
)
WEIGHTS = Weights(shares={1: 0.25, 2: 0.25})
STEPS = (
    Treat(stages=(Winsorise(limit=1),)),
    Normalise(method=MinMax(lower=1, upper=100)),
    Aggregate(),
)


def study(*assumptions, n=12, p=6, gaps=0.0, steps=STEPS):
    return Study(
        pipeline=Pipeline(tree=tree(p), steps=steps), table=table(n, p, gaps=gaps), assumptions=assumptions
    )


def scores(found):
    """Return all draws of a result: draws × units."""
    return np.vstack([block for _, block in found.drawn.scores.by_unit()]).T


def ranks(found):
    return np.vstack([block for _, block in found.drawn.ranks.by_unit()]).T
