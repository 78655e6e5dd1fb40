"""Small tables and trees for tests."""

from __future__ import annotations

import numpy as np

from teladan.core.composite import Aggregate, Element, Normalise, Pipeline, Table, Tree, normalise, run
from teladan.core.composite.trace import Trace


def table_of(columns, *, units=None, **more):
    """Return a table of {indicator: values}; None is missing."""
    values = np.array([[np.nan if v is None else v for v in column] for column in columns.values()], float).T
    names = units or [chr(ord("A") + i) for i in range(len(values))]
    return Table(units=tuple(names), indicators=tuple(columns), values=values, **more)


def flat(codes, *, directions=None, weights=None, **more):
    """Return a tree with all indicators right below the index."""
    children = tuple(
        Element(
            code=code,
            direction=(directions or {}).get(code, 1),
            weight=(weights or {}).get(code, 1.0),
            **{name: given[code] for name, given in more.items() if code in given},
        )
        for code in codes
    )
    return Tree(root=Element(code="index", children=children))


def scaled(method, values, direction=1, **element):
    """Return one column normalised."""
    tree = flat(["x"], directions={"x": direction}, **{name: {"x": v} for name, v in element.items()})
    made, _ = normalise(table_of({"x": values}), tree, Normalise(method=method), Trace())
    return made.values[:, 0].tolist()


def combined(rule, rows, weights=None, **spec):
    """Return the index of rows of normalised values under a rule."""
    columns = {f"x{i}": [row[i] for row in rows] for i in range(len(rows[0]))}
    tree = flat(columns, weights=dict(zip(columns, weights or [1.0] * len(columns), strict=True)))
    outcome = run(Pipeline(tree=tree, steps=(Aggregate(rule=rule, **spec),)), table_of(columns))
    return [None if np.isnan(v) else v for v in outcome.scored.index.tolist()]


def two_levels():
    """Return an index of two parts with two indicators each."""
    parts = (
        Element(code="p", weight=3, children=(Element(code="a"), Element(code="b", weight=4))),
        Element(code="q", children=(Element(code="c"), Element(code="d"))),
    )
    return Tree(root=Element(code="index", children=parts))
