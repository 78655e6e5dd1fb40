"""Random tables with gaps and ties, and a tree over them, for methods held against their definitions."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from teladan.core.composite import Element, Table, Tree

CODES = ("a", "b", "c", "d", "e")
DIRECTIONS = {"a": 1, "b": -1, "c": 1, "d": -1, "e": 1}
WEIGHTS = {"a": 1.0, "b": 2.0, "c": 0.5, "d": 3.0, "e": 1.5, "one": 2.0, "two": 1.0}
SEEDS = range(6)
NAN = math.nan


def tree(posts=None, targets=None):
    def leaf(code):
        return Element(
            code=code,
            weight=WEIGHTS[code],
            direction=DIRECTIONS[code],
            denominator="people" if code == "c" else "",
            goalposts=(posts or {}).get(code),
            target=(targets or {}).get(code),
        )

    parts = (
        Element(code="one", weight=2.0, children=tuple(map(leaf, "abc"))),
        Element(code="two", weight=1.0, children=tuple(map(leaf, "de"))),
    )
    return Tree(root=Element(code="index", children=parts))


def cells(seed, *, gaps=True, low=0.5, count=11):
    """Return {code: values}: a third of them repeated values, some missing, never all of a column."""
    chance = random.Random(seed)
    found = {}
    for code in CODES:
        column = [round(chance.uniform(low, 50), 1) for _ in range(count)]
        for i in range(3, count, 3):
            column[i] = column[i - 1]
        if gaps:
            for i in chance.sample(range(count), 2):
                column[i] = NAN
        found[code] = column
    return found


def table(given, **more):
    count = len(next(iter(given.values())))
    return Table(
        units=tuple(f"u{i}" for i in range(count)),
        indicators=CODES,
        values=np.array([given[code] for code in CODES]).T,
        **more,
    )


def known(column):
    return [x for x in column if not math.isnan(x)]


def each(column, function):
    return [NAN if math.isnan(x) else function(x) for x in column]


def close(found, wanted):
    assert found == pytest.approx(wanted, rel=1e-11, abs=1e-11, nan_ok=True)
