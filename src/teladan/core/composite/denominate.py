"""Dividing what grows with size by a measure of size: trade by GDP, visitors by population."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from teladan.core.composite.data import Table
from teladan.core.composite.errors import CompositeError
from teladan.core.composite.trace import Trace
from teladan.core.composite.tree import Tree

STEP = "denominate"


@dataclass(frozen=True, kw_only=True)
class Denominate:
    """Which indicators are divided by what: `by` goes before the tree's own denominators.

    factors multiply the results (per thousand, per million) and go before the tree's. zero: a
    denominator of 0 (or below) is "refuse"d by name, or makes the value "missing"; a missing
    denominator makes a value missing, and the trace says so.
    """

    by: Mapping[str, str] = field(default_factory=dict)
    factors: Mapping[str, float] = field(default_factory=dict)
    zero: str = "refuse"

    def __post_init__(self) -> None:
        """Refuse an unknown rule and factors that are none."""
        if self.zero not in {"refuse", "missing"}:
            raise CompositeError(STEP, f"{self.zero!r} is not refuse or missing")
        for code, factor in self.factors.items():
            if not (np.isfinite(factor) and factor > 0):
                raise CompositeError(STEP, f"{factor:g} is not a factor above 0", indicator=code)


def denominate(table: Table, tree: Tree, spec: Denominate, trace: Trace) -> Table:
    """Return the table with values divided: x / (denominator / factor)."""
    for code in (*spec.by, *spec.factors):
        table.column(code)
    values = table.values.copy()
    for column, code in enumerate(table.indicators):
        element = tree[code]
        name = spec.by.get(code, element.denominator)
        if not name:
            continue
        if name not in table.denominators:
            raise CompositeError(STEP, f"the table has no denominator {name!r}", indicator=code)
        divisor = np.asarray(table.denominators[name], dtype=np.float64)
        before = values[:, column].copy()
        with np.errstate(invalid="ignore"):
            bad = (divisor <= 0) & ~np.isnan(before)
        if bad.any() and spec.zero == "refuse":
            row = int(np.flatnonzero(bad)[0])
            reason = f"the denominator {name} is {divisor[row]:g}"
            raise CompositeError(STEP, reason, unit=table.place.label(row), indicator=code)
        usable = np.where(divisor > 0, divisor, np.nan)
        factor = spec.factors.get(code, element.factor)
        after = before / (usable / factor)
        lost = np.isnan(after) & ~np.isnan(before)
        rows = np.flatnonzero(~np.isnan(after))
        cells = (rows, np.full(len(rows), column))
        rule = f"divided by {name}" + ("" if factor == 1 else f", times {factor:g}")
        trace.notes(STEP, table.place).cells(rule, cells, before[rows], after[rows])
        rows = np.flatnonzero(lost)
        cells = (rows, np.full(len(rows), column))
        trace.notes(STEP, table.place).cells(
            f"{name} is missing or not above 0", cells, before[rows], after[rows]
        )
        values[:, column] = after
    return table.with_values(values)
