"""Data of several times: gaps along a series, common parameters, ranks by time, trends."""

from __future__ import annotations

import math

import numpy as np
import pytest

from teladan.core.composite import Aggregate, Impute, Normalise, Pipeline, Table, Treat, run, trend, trends
from teladan.core.composite.aggregation import Outranking
from teladan.core.composite.orders import Rank
from teladan.core.composite.panel import fill_series
from teladan.core.composite.scales import DistanceToReference
from tests.core.composite.small import flat

NONE = math.nan
TIMES = [2000, 2001, 2002, 2004]


def panel(series):
    """Return a table of {unit: values by time} with one indicator, rows in mixed order."""
    cells = [(u, t, v) for u, values in series.items() for t, v in zip(TIMES, values, strict=True)]
    cells = cells[1::2] + cells[::2]
    return Table(
        units=tuple(u for u, _, _ in cells),
        times=np.array([t for _, t, _ in cells], float),
        indicators=("x",),
        values=np.array([[NONE if v is None else v] for _, _, v in cells], float),
    )


def series_of(table, unit, values=None):
    values = table.values[:, 0] if values is None else values
    found = {t: v for u, t, v in zip(table.units, table.times, values, strict=True) if u == unit}
    return [found[t] for t in TIMES]


@pytest.mark.parametrize(
    ("method", "reach", "wanted"),
    [
        ("latest", None, [NONE, 1, 1, 1]),
        ("latest", 1, [NONE, 1, 1, NONE]),
        ("linear", None, [1, 1, 1, 1]),
        ("nearest", None, [1, 1, 1, 1]),
    ],
)
def test_a_series_with_one_value(method, reach, wanted):
    step = Impute(method=method, reach=reach, otherwise="missing")
    table = run(Pipeline(tree=flat("x"), steps=(step,)), panel({"A": [None, 1, None, None]})).table
    assert series_of(table, "A") == pytest.approx(wanted, nan_ok=True)


def test_linear_follows_the_times_not_the_rows():
    table = panel({"A": [0, None, None, 8], "B": [None, 1, None, 4]})
    outcome = run(Pipeline(tree=flat("x"), steps=(Impute(method="linear"),)), table)

    assert series_of(outcome.table, "A") == [0, 2, 4, 8]
    assert series_of(outcome.table, "B") == [1, 1, 2, 4]
    (change,) = outcome.trace.of("A", "x", 2001.0)
    assert (change.rule, change.time, change.before, change.after) == ("linear", 2001.0, None, 2.0)


def test_nearest_holds_the_value_before():
    values = fill_series(np.array([0.0, 1, 2, 3]), np.array([NONE, 5, NONE, 7]), "nearest")
    assert values.tolist() == [5, 5, 5, 7]


def test_reach_counts_the_times_of_the_panel_even_where_a_unit_has_no_row():
    table = Table(
        units=("A", "A", "B", "B", "B"),
        times=np.array([2000.0, 2002, 2000, 2001, 2002]),
        indicators=("x",),
        values=np.array([[1.0], [NONE], [1], [1], [1]]),
    )
    step = Impute(method="latest", reach=1, otherwise="missing")
    assert math.isnan(run(Pipeline(tree=flat("x"), steps=(step,)), table).table.values[1, 0])


GROWING = {"A": [0, 1, 2, 3], "B": [10, 11, 12, 13], "C": [5, 5, 5, 5]}


@pytest.mark.parametrize(
    ("parameters", "wanted"),
    [
        ("common", [0, 100 / 13, 200 / 13, 300 / 13]),
        ("each time", [0, 0, 0, 0]),
        (2001.0, [-10, 0, 10, 20]),
    ],
)
def test_parameters_in_common_by_time_and_by_a_base(parameters, wanted):
    outcome = run(Pipeline(tree=flat("x"), steps=(Normalise(parameters=parameters),)), panel(GROWING))
    assert series_of(outcome.table, "A") == pytest.approx(wanted)


def test_statistics_are_those_of_the_time_unless_said_otherwise():
    table = panel({"A": [1, 1, 1, 1], "B": [3, 5, 3, 3], "C": [None, None, 2, 2]})
    each = run(Pipeline(tree=flat("x"), steps=(Impute(),)), table).table
    pooled = run(Pipeline(tree=flat("x"), steps=(Impute(each_time=False),)), table).table
    assert series_of(each, "C")[:2] == [2, 3]
    assert series_of(pooled, "C")[:2] == pytest.approx([22 / 10] * 2)


def test_a_reference_is_that_of_each_time():
    steps = (Normalise(method=DistanceToReference(unit="B"), parameters="each time"),)
    table = run(Pipeline(tree=flat("x"), steps=steps), panel(GROWING)).table
    assert series_of(table, "B") == [1, 1, 1, 1]
    assert series_of(table, "C") == pytest.approx([0.5, 0.4, 0.3, 0.2])


def test_ranks_and_comparisons_are_within_a_time():
    outcome = run(Pipeline(tree=flat("x"), steps=(Aggregate(rule=Outranking()),)), panel(GROWING))
    assert series_of(outcome.table, "B", outcome.scored.index) == [2, 2, 2, 2]
    assert series_of(outcome.table, "B", outcome.ranks()) == [1, 1, 1, 1]
    assert series_of(outcome.table, "A", outcome.ranks()) == [3, 3, 3, 3]


def test_outliers_are_found_in_the_pool_or_in_each_time():
    quiet = {chr(65 + i): [i, i, i, i] for i in range(12)}
    wild = {**quiet, "Z": [11, 11, 500, 11]}
    for each_time, count in ((False, 1), (True, 4)):
        steps = (Treat(each_time=each_time),)
        outcome = run(Pipeline(tree=flat("x"), steps=steps), panel(wild))
        assert len(outcome.stage("treat").report) == count
        assert [(c.unit, c.time) for c in outcome.trace.by("treat")] == [("Z", 2002.0)]


def test_ranks_as_scale_within_each_time():
    table = run(
        Pipeline(tree=flat("x"), steps=(Normalise(method=Rank(), parameters="each time"),)), panel(GROWING)
    ).table
    assert series_of(table, "C") == [2, 2, 2, 2]


@pytest.mark.parametrize(
    ("method", "values", "wanted"),
    [
        ("slope", [1, 3, 5, 9], 2),
        ("change", [1, 0, 0, 9], 2),
        ("growth", [1, 9, 9, 16], 1),
        ("percent", [2, 3, 4, 6], 50),
        ("slope", [None, 3, None, 9], 2),
        ("slope", [None, 3, None, None], NONE),
    ],
)
def test_trends_by_their_definition(method, values, wanted):
    numbers = np.array([NONE if v is None else v for v in values], float)
    assert trend(np.array(TIMES, float), numbers, method) == pytest.approx(wanted, nan_ok=True)


def test_trends_of_scores_by_unit_and_of_the_latest_values():
    outcome = run(
        Pipeline(tree=flat("x"), steps=(Aggregate(),)), panel({"A": [0, 0, 2, 6], "B": [3, 2, 1, -1]})
    )
    units, found = trends(outcome.table, outcome.scored.values[:, -1:], "slope")
    by_unit = dict(zip(units, found[:, 0].tolist(), strict=True))
    assert by_unit["B"] == pytest.approx(-1)
    units, found = trends(outcome.table, outcome.scored.values[:, -1:], "slope", latest=2)
    assert dict(zip(units, found[:, 0].tolist(), strict=True))["A"] == pytest.approx(2)
