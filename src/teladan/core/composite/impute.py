"""Filling gaps by a declared rule; every filled value stands in the trace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from teladan.core.composite.data import Table
from teladan.core.composite.errors import CompositeError
from teladan.core.composite.panel import fill_series
from teladan.core.composite.trace import Indices, Matrix, Trace, Vector
from teladan.core.composite.tree import Tree

STEP = "impute"
METHODS = ("mean", "median", "constant", "latest", "linear", "nearest", "custom")
FROM = ("column", "group", "row")


@dataclass(frozen=True, kw_only=True)
class Impute:
    """How gaps are filled.

    method: "mean" or "median" of `over`: the indicator's "column", the indicator among the units of
    the same `group`, or the unit's own "row" (its other indicators below the same element of
    `level`, or all where level is 0; brought to 0 … 1 by min-max in their direction before and back
    after). "constant": `value`. In a panel: "latest" value before, at most `reach` times back;
    "linear" between the values before and after; "nearest" as "latest" in between ("constant"
    interpolation of R); both take the nearest value outside the known times. "custom": a function
    of the values (n × p) that returns them filled.
    otherwise: what happens where the rule finds nothing to fill from: "refuse", "missing" (it stays
    missing, noted in the trace), or "column" (the same statistic of the whole indicator).
    only: the indicators concerned; all when empty. each_time: statistics within each time.
    """

    method: str = "mean"
    over: str = "column"
    group: str = ""
    level: int = 0
    value: float = 0.0
    reach: int | None = None
    otherwise: str = "refuse"
    only: tuple[str, ...] = ()
    each_time: bool = True
    function: Callable[[Matrix], Matrix] | None = None

    def __post_init__(self) -> None:
        """Refuse a rule that is not one."""
        if self.method not in METHODS:
            raise CompositeError(STEP, f"{self.method!r} is not one of: {', '.join(METHODS)}")
        if self.over not in FROM:
            raise CompositeError(STEP, f"{self.over!r} is not one of: {', '.join(FROM)}")
        if self.otherwise not in {"refuse", "missing", "column"}:
            raise CompositeError(STEP, f"{self.otherwise!r} is not refuse, missing or column")
        if self.over == "group" and not self.group:
            raise CompositeError(STEP, "filling by group needs the name of a group")
        if (self.method == "custom") != (self.function is not None):
            raise CompositeError(STEP, "a function goes with the method custom, and the other way round")
        if not np.isfinite(self.value):
            raise CompositeError(STEP, f"{self.value} cannot fill a gap")
        if self.reach is not None and self.reach < 1:
            raise CompositeError(STEP, f"a reach of {self.reach} times fills nothing")

    @property
    def rule(self) -> str:
        """Return the rule in words."""
        if self.method in {"mean", "median"}:
            over = f"group {self.group}" if self.over == "group" else self.over
            return f"{self.method} of the {over}"
        return f"the constant {self.value:g}" if self.method == "constant" else self.method


def impute(table: Table, tree: Tree, spec: Impute, trace: Trace) -> Table:
    """Return the table with gaps filled."""
    if spec.over == "group" and spec.group not in table.groups:
        raise CompositeError(STEP, f"the table has no group {spec.group!r}")
    if spec.method in {"latest", "linear", "nearest"} and table.times is None:
        raise CompositeError(STEP, f"{spec.method} needs data of several times")
    before = table.values
    gaps = table.missing
    if spec.only:
        chosen = np.zeros(len(table.indicators), dtype=bool)
        chosen[[table.column(code) for code in spec.only]] = True
        gaps = gaps & chosen
    if not gaps.any():
        return table
    filled = before.copy()
    filled[gaps] = _fill(table, tree, spec)[gaps]
    place = table.place
    open_gaps = gaps & np.isnan(filled)
    trace.notes(STEP, place).where(spec.rule, gaps & ~open_gaps, before, filled)
    if open_gaps.any():
        row, column = np.argwhere(open_gaps)[0]
        code = table.indicators[column]
        if spec.otherwise == "refuse":
            reason = f"nothing to fill a gap from by the {spec.rule} (declare otherwise: missing or column)"
            raise CompositeError(STEP, reason, unit=place.label(int(row)), indicator=code)
        if spec.otherwise == "column":
            statistic = spec.method if spec.method in {"mean", "median"} else "mean"
            whole = np.full(before.shape, np.nan)
            for rows in table.blocks(each_time=spec.each_time):
                whole[rows] = _statistic(before[rows], statistic)
            filled[open_gaps] = whole[open_gaps]
            still = open_gaps & np.isnan(filled)
            if still.any():
                row, column = np.argwhere(still)[0]
                raise CompositeError(STEP, "every value is missing", indicator=table.indicators[column])
            rule = f"{statistic} of the column, nothing to fill from by the {spec.rule}"
            trace.notes(STEP, place).where(rule, open_gaps, before, filled)
        else:
            trace.notes(STEP, place).where(
                f"stays missing: nothing to fill from by the {spec.rule}", open_gaps, before, filled
            )
    return table.with_values(filled)


def _fill(table: Table, tree: Tree, spec: Impute) -> Matrix:
    values = table.values
    if spec.method == "constant":
        return np.full(values.shape, spec.value)
    if spec.method in {"latest", "linear", "nearest"}:
        return _series(table, spec)
    if spec.function is not None:
        filled = np.asarray(spec.function(values.copy()), dtype=np.float64)
        if filled.shape != values.shape or np.isinf(filled).any():
            raise CompositeError(STEP, "the function did not return finite values of the same shape")
        return filled
    filled = np.full(values.shape, np.nan)
    for rows in table.blocks(each_time=spec.each_time):
        if spec.over == "column":
            filled[rows] = _statistic(values[rows], spec.method)
        elif spec.over == "group":
            filled[rows] = _by_group(
                values[rows], [table.groups[spec.group][row] for row in rows], spec.method
            )
        else:
            filled[rows] = _by_row(table, tree, spec, rows)
    return filled


def _statistic(values: Matrix, method: str, axis: int = 0) -> Vector:
    """Return the mean or median of what is there; NaN where nothing is."""
    known = ~np.isnan(values)
    count = known.sum(axis=axis)
    if method == "mean":
        total = np.where(known, values, 0.0).sum(axis=axis)
        mean: Vector = np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0)
        return mean
    statistics = np.full(len(count), np.nan)
    columns = count > 0
    present = values[:, columns] if axis == 0 else values[columns]
    if columns.any():
        statistics[columns] = np.nanmedian(present, axis=axis)
    return statistics


def _by_group(values: Matrix, codes: Sequence[str], method: str) -> Matrix:
    filled = np.full(values.shape, np.nan)
    keys = np.asarray(codes)
    for code in dict.fromkeys(codes):
        if code:
            members = keys == code
            filled[members] = _statistic(values[members], method)
    return filled


def _by_row(table: Table, tree: Tree, spec: Impute, rows: Indices) -> Matrix:
    values = table.values[rows]
    directions = np.array([tree[code].direction for code in table.indicators], dtype=np.float64)
    signed = values * directions
    with np.errstate(invalid="ignore"):
        low, high = np.fmin.reduce(signed, axis=0), np.fmax.reduce(signed, axis=0)
    length = high - low
    level = np.divide(signed - low, length, out=np.full(signed.shape, np.nan), where=length > 0)
    filled = np.full(values.shape, np.nan)
    for codes in _families(table, tree, spec.level):
        columns = [table.column(code) for code in codes]
        middle = _statistic(level[:, columns], spec.method, axis=1)
        filled[:, columns] = (middle[:, None] * length[columns] + low[columns]) * directions[columns]
    return filled


def _families(table: Table, tree: Tree, level: int) -> list[list[str]]:
    if level == 0:
        return [list(table.indicators)]
    elements = tree.at_level(level)
    if level < 2 or not elements:
        raise CompositeError(STEP, f"there is no level {level} above the indicators")
    return [list(tree.leaves(element.code)) for element in elements]


def _series(table: Table, spec: Impute) -> Matrix:
    filled = table.values.copy()
    if table.times is None:
        return filled
    units = np.asarray(table.units)
    all_times = np.unique(table.times)
    for unit in dict.fromkeys(table.units):
        rows = np.flatnonzero(units == unit)
        rows = rows[np.argsort(table.times[rows])]
        for column in np.flatnonzero(np.isnan(filled[rows]).any(axis=0)):
            series = filled[rows, column]
            filled[rows, column] = fill_series(table.times[rows], series, spec.method, spec.reach, all_times)
    return filled
