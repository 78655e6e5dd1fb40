"""Treating outliers: test, then one stage after the other until the test passes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from teladan.core.composite.data import Table
from teladan.core.composite.errors import CompositeError
from teladan.core.composite.moments import kurtosis, shape, skewness
from teladan.core.composite.trace import Indices, Mask, Trace, Vector
from teladan.core.composite.transforms import (
    STEP,
    Function,
    Log,
    SkewKurtosis,
    Transform,
    Treatment,
    Winsorise,
)


@dataclass(frozen=True, kw_only=True)
class Treat:
    """How outliers are treated.

    Stages are tried in order on the columns that fail the test, each on the original column
    (combine: on what the stage before left). test None: the stages are applied to every column.
    by_indicator gives single indicators other stages, () for none. each_time: every time of a
    panel by itself; otherwise the pooled columns. failing: what happens to a column that fails
    after the last stage: "keep" the last stage's values, "original", or "refuse".
    """

    test: SkewKurtosis | None = field(default_factory=SkewKurtosis)
    stages: tuple[Treatment, ...] = (Winsorise(limit=5), Log(variant="both ways"))
    combine: bool = False
    by_indicator: Mapping[str, tuple[Treatment, ...]] = field(default_factory=dict)
    each_time: bool = False
    failing: str = "keep"

    def __post_init__(self) -> None:
        """Refuse an unknown rule."""
        if self.failing not in {"keep", "original", "refuse"}:
            raise CompositeError(STEP, f"{self.failing!r} is not keep, original or refuse")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlierTest:
    """The test's view of a column: before any stage (stage ""), and after each."""

    stage: str
    points: int
    skew: float | None
    kurt: float | None
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatedIndicator:
    """What was done to one indicator: every test in order, and the function if its scale was bent."""

    indicator: str
    time: float | None
    tests: tuple[OutlierTest, ...]
    function: Function | None = None

    @property
    def passed(self) -> bool:
        """Return whether what was kept passes the test."""
        return self.tests[-1].passed

    @property
    def stage(self) -> str:
        """Return the stage that the values come from, "" where nothing was done."""
        return self.tests[-1].stage


def treat(table: Table, spec: Treat, trace: Trace) -> tuple[Table, tuple[TreatedIndicator, ...]]:
    """Return the treated table, and for each indicator what was tested and done."""
    for code in spec.by_indicator:
        table.column(code)
    values = table.values.copy()
    reports: list[TreatedIndicator] = []
    for rows in table.blocks(each_time=spec.each_time):
        block = values[rows]
        time = float(table.times[rows[0]]) if spec.each_time and table.times is not None else None
        skews, kurts = skewness(block).tolist(), kurtosis(block).tolist()
        present = ~np.isnan(block)
        for column, code in enumerate(table.indicators):
            stages = spec.by_indicator.get(code, spec.stages)
            first = _tested("", 0, (skews[column], kurts[column]), spec.test)
            inside = present[:, column]
            if stages and spec.test is not None and inside.sum() < 4:
                reason = f"{inside.sum()} values are too few to test for outliers (4 are needed)"
                raise CompositeError(STEP, reason, indicator=code)
            if not stages or (spec.test is not None and first.passed):
                reports.append(TreatedIndicator(indicator=code, time=time, tests=(first,)))
                continue
            cells = _Cells(table=table, column=column, rows=rows[inside], known=block[inside, column])
            made, tests, function = _run(cells, stages, spec, first, trace)
            values[cells.rows, column] = made
            reports.append(TreatedIndicator(indicator=code, time=time, tests=tests, function=function))
    return table.with_values(values), tuple(reports)


def _tested(
    stage: str, points: int, skew_kurt: tuple[float, float], test: SkewKurtosis | None
) -> OutlierTest:
    skew, kurt = skew_kurt
    return OutlierTest(
        stage=stage,
        points=points,
        skew=None if math.isnan(skew) else skew,
        kurt=None if math.isnan(kurt) else kurt,
        passed=(test or SkewKurtosis()).passes(skew, kurt),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cells:
    """The known values of one column in one block, and where they stand."""

    table: Table
    column: int
    rows: Indices
    known: Vector

    @property
    def code(self) -> str:
        return self.table.indicators[self.column]

    def note(self, trace: Trace, rule: str, moved: Mask, change: tuple[Vector, Vector]) -> None:
        at = np.flatnonzero(moved)
        before, after = change
        cells = (self.rows[at], np.full(len(at), self.column))
        trace.notes(STEP, self.table.place).cells(rule, cells, before[at], after[at])


def _run(
    cells: _Cells, stages: tuple[Treatment, ...], spec: Treat, first: OutlierTest, trace: Trace
) -> tuple[Vector, tuple[OutlierTest, ...], Function | None]:
    """Return a column's values after the stages it needs, every test, and the function if it was bent."""
    tests = [first]
    start = cells.known
    done: list[tuple[Vector, Transform]] = []
    for stage in stages:
        transform = _applied(stage, start, spec.test or SkewKurtosis(), cells)
        done = [*done, (start, transform)] if spec.combine else [(start, transform)]
        points = int(np.logical_or.reduce([moved for _, moved in transform.moved]).sum())
        tests.append(_tested(stage.name, points, shape(transform.values), spec.test))
        if spec.test is not None and tests[-1].passed:
            break
        if spec.combine:
            start = transform.values
    if spec.test is not None and not tests[-1].passed and spec.failing != "keep":
        if spec.failing == "refuse":
            raise CompositeError(STEP, "it fails the test after the last stage", indicator=cells.code)
        tests.append(replace(first, stage="original"))
        return cells.known, tuple(tests), None
    failed = spec.test is not None and not tests[-1].passed
    for before, transform in done:
        for name, moved in transform.moved:
            rule = f"{name}, and the test still fails" if failed else name
            cells.note(trace, rule, moved, (before, transform.values))
    functions = [transform.function for _, transform in done if transform.function is not None]
    return done[-1][1].values, tuple(tests), _chain(functions)


def _chain(functions: list[Function]) -> Function | None:
    if not functions:
        return None

    def chained(x: Vector) -> Vector:
        for function in functions:
            x = function(x)
        return x

    return chained


def _applied(stage: Treatment, known: Vector, test: SkewKurtosis, cells: _Cells) -> Transform:
    try:
        transform = stage.apply(known, test)
    except CompositeError as error:
        raise CompositeError(STEP, error.reason, indicator=cells.code) from error
    wrong = ~np.isfinite(transform.values)
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        unit = cells.table.place.label(int(cells.rows[at]))
        hint = f" ({stage.needs})" if stage.needs else ""
        reason = f"{stage.name} has no value for {known[at]:g}{hint}"
        raise CompositeError(STEP, reason, unit=unit, indicator=cells.code)
    return transform
