"""Normalisation and aggregation, each by its definition."""

from __future__ import annotations

import math

import numpy as np
import pytest

from teladan.core.composite import Aggregate, Normalise, Pipeline, Treat, normalise, ranks, run
from teladan.core.composite.aggregation import (
    Arithmetic,
    Copeland,
    Custom,
    Generalised,
    Geometric,
    Harmonic,
    Maximum,
    Median,
    Minimum,
    Outranking,
)
from teladan.core.composite.orders import Borda, FractionOfMax, PercentileRank, Rank, Unchanged
from teladan.core.composite.orders import Custom as CustomScale
from teladan.core.composite.outrank import copeland_scores, outranking, outranking_scores
from teladan.core.composite.scales import (
    DistanceToMax,
    DistanceToReference,
    DistanceToTarget,
    Goalposts,
    MinMax,
    Scaled,
    ZScore,
)
from teladan.core.composite.trace import Trace
from teladan.core.composite.transforms import BoxCox, Log
from tests.core.composite.small import combined, flat, scaled, table_of

X = [2.0, 4.0, 10.0]
SD = math.sqrt(((2 - 16 / 3) ** 2 + (4 - 16 / 3) ** 2 + (10 - 16 / 3) ** 2) / 2)


@pytest.mark.parametrize(
    ("method", "direction", "wanted"),
    [
        (MinMax(), 1, [0, 25, 100]),
        (MinMax(), -1, [100, 75, 0]),
        (MinMax(lower=1, upper=5), 1, [1, 2, 5]),
        (Scaled(lower=0, upper=20), 1, [10, 20, 50]),
        (Scaled(lower=0, upper=20), -1, [90, 80, 50]),
        (Scaled(lower=0, upper=20, to=1), 1, [0.1, 0.2, 0.5]),
        (ZScore(), 1, [(x - 16 / 3) / SD for x in X]),
        (ZScore(mean=10, sd=2), -1, [10 - 2 * (x - 16 / 3) / SD for x in X]),
        (Rank(), 1, [1, 2, 3]),
        (Rank(), -1, [3, 2, 1]),
        (Borda(), 1, [0, 1, 2]),
        (PercentileRank(), 1, [0, 0.5, 1]),
        (DistanceToMax(), 1, [0, 0.25, 1]),
        (DistanceToMax(), -1, [1, 0.75, 0]),
        (DistanceToTarget(targets={"x": 6}), 1, [0, 0.5, 2]),
        (DistanceToTarget(targets={"x": 6}, cap=True), 1, [0, 0.5, 1]),
        (DistanceToTarget(targets={"x": 4}), -1, [8 / 6, 1, 0]),
        (DistanceToReference(unit="B"), 1, [0, 1, 4]),
        (DistanceToReference(unit="B", cap=True), 1, [0, 1, 1]),
        (DistanceToReference(unit="B"), -1, [8 / 6, 1, 0]),
        (FractionOfMax(), 1, [0.2, 0.4, 1]),
        (FractionOfMax(), -1, [1, 0.5, 0.2]),
        (FractionOfMax(like="COINr 1.1.14"), -1, [1, 2, 5]),
        (Goalposts(posts={"x": (0, 8)}), 1, [25, 50, 100]),
        (Goalposts(posts={"x": (0, 8)}, cap="none", scale=1), 1, [0.25, 0.5, 1.25]),
        (Goalposts(posts={"x": (3, 8)}, cap="upper", scale=1), 1, [-0.2, 0.2, 1]),
        (Goalposts(posts={"x": (3, 8)}, cap="lower", scale=1), 1, [0, 0.2, 1.4]),
        (Goalposts(posts={"x": (3, 8)}, cap="lower", scale=1), -1, [1, 0.8, -0.4]),
        (Goalposts(posts={"x": (3, 8)}), -1, [100, 80, 0]),
        (Goalposts(posts={"x": (1, 16)}, log=True, scale=4), 1, [1, 2, math.log2(10)]),
        (Goalposts(posts={"x": (1, 16)}, log=True, scale=4), -1, [3, 2, 4 - math.log2(10)]),
        (Unchanged(), 1, X),
        (Unchanged(), -1, [-2, -4, -10]),
        (CustomScale(function=lambda x: x / 2), -1, [-1, -2, -5]),
    ],
)  # fmt: skip
def test_a_scale_by_its_definition(method, direction, wanted):
    assert scaled(method, X, direction) == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("size", [1e-200, 1e200])
@pytest.mark.parametrize("method", [MinMax(), ZScore(), Rank(), DistanceToMax()])
def test_very_large_and_very_small_units_change_nothing(method, size):
    assert scaled(method, [x * size for x in X]) == pytest.approx(scaled(method, X))


@pytest.mark.parametrize(
    ("ties", "wanted"), [("min", [1, 2, 2, 4]), ("max", [1, 3, 3, 4]), ("average", [1, 2.5, 2.5, 4])]
)
def test_equal_values_share_a_rank(ties, wanted):
    assert scaled(Rank(ties=ties), [1, 5, 5, 7]) == wanted


def test_percentile_ranks_count_the_values_that_are_there():
    found = scaled(PercentileRank(), [1, None, 5, 7])
    assert found[0] == 0
    assert math.isnan(found[1])
    assert found[2:] == [0.5, 1]


def test_targets_and_goalposts_come_from_the_tree():
    assert scaled(DistanceToTarget(), X, target=6.0) == [0, 0.5, 2]
    assert scaled(Goalposts(), X, goalposts=(0.0, 8.0)) == [25, 50, 100]


def test_a_target_follows_its_indicator_through_a_logarithm():
    tree = flat(["x"], target={"x": 100.0})
    table = table_of({"x": [1, 10, 1000]})
    steps = (Treat(test=None, stages=(Log(variant="plain"),)), Normalise(method=DistanceToTarget()))

    outcome = run(Pipeline(tree=tree, steps=steps), table)

    assert outcome.table.values[:, 0] == pytest.approx([0, 0.5, 1.5])


def test_a_target_follows_through_two_treatments():
    columns = [2.0, 9.0, 1025.0]
    steps = (
        Treat(test=None, stages=(Log(variant="plain"),)),
        Treat(test=None, stages=(BoxCox(power=2.0, shift=False),)),
        Normalise(method=DistanceToTarget()),
    )
    outcome = run(Pipeline(tree=flat(["x"], target={"x": 65.0}), steps=steps), table_of({"x": columns}))

    squares = np.log(columns) ** 2
    wanted = (squares - squares[0]) / (math.log(65) ** 2 - squares[0])
    assert outcome.table.values[:, 0] == pytest.approx(wanted)


def test_capped_values_stand_in_the_trace_once():
    trace = Trace()
    tree = flat(["x"], goalposts={"x": (3.0, 8.0)})
    normalise(table_of({"x": X}), tree, Normalise(method=Goalposts()), trace)

    assert [(c.unit, c.rule, c.before, c.after) for c in trace] == [
        ("A", "cut at the worse end", 2.0, 0.0),
        ("C", "cut at the better end", 10.0, 100.0),
        ("B", "goalposts to 0 … 100", 4.0, 20.0),
    ]


def test_parameters_say_what_a_scale_was_fitted_to():
    tree = flat(["x"], directions={"x": -1})
    _, (found,) = normalise(table_of({"x": X}), tree, Normalise(), Trace())
    assert found.parameters == {"x": {"worst": 10.0, "best": 2.0}}
    assert found.method == {"x": "min-max to 0 … 100"}


# --- aggregation -----------------------------------------------------------------------------

ROW = [(2.0, 4.0, 8.0)]


@pytest.mark.parametrize(
    ("rule", "weights", "wanted"),
    [
        (Arithmetic(), [1, 1, 2], 22 / 4),
        (Geometric(), [1, 1, 1], 4),
        (Geometric(), [1, 0, 2], (2 * 64) ** (1 / 3)),
        (Harmonic(), [1, 1, 1], 3 / (1 / 2 + 1 / 4 + 1 / 8)),
        (Harmonic(), [2, 0, 1], 3 / (2 / 2 + 1 / 8)),
        (Generalised(1), [1, 1, 2], 22 / 4),
        (Generalised(0), [1, 1, 1], 4),
        (Generalised(-1), [1, 1, 1], 3 / (1 / 2 + 1 / 4 + 1 / 8)),
        (Generalised(2), [1, 1, 2], math.sqrt((4 + 16 + 128) / 4)),
        (Generalised(-2.5), [1, 1, 2], ((2**-2.5 + 4**-2.5 + 2 * 8**-2.5) / 4) ** (1 / -2.5)),
        (Generalised(0.5), [1, 1, 1], ((2**0.5 + 2 + 8**0.5) / 3) ** 2),
        (Generalised(math.inf), [1, 1, 0], 4),
        (Generalised(-math.inf), [0, 1, 1], 4),
        (Generalised(2000), [1, 1, 1], 8 * (1 / 3) ** (1 / 2000)),
        (Generalised(1e-300), [1, 1, 1], 4),  # near 0 the limit, not the largest or the smallest
        (Generalised(-1e-13), [1, 0, 2], (2 * 64) ** (1 / 3)),
        (Generalised(0.005), [1, 1, 2], ((2**0.005 + 4**0.005 + 2 * 8**0.005) / 4) ** 200),
        (Median(), [1, 1, 9], 4),
        (Minimum(), [0, 1, 1], 2),
        (Maximum(), [1, 1, 0], 8),
        (Custom(lambda x, w: (x * w).max(axis=1)), [1, 3, 1], 12),
    ],
)  # fmt: skip
def test_a_mean_by_its_definition(rule, weights, wanted):
    assert combined(rule, ROW, weights) == pytest.approx([wanted], rel=1e-12)


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        (Arithmetic(), (2 + 2 * 8) / 3),
        (Geometric(), (2 * 64) ** (1 / 3)),
        (Harmonic(), 3 / (1 / 2 + 2 / 8)),
        (Generalised(3), ((8 + 2 * 512) / 3) ** (1 / 3)),
        (Median(), 5),
        (Minimum(), 2),
        (Maximum(), 8),
    ],
)
def test_the_weight_of_a_gap_goes_to_the_others_and_a_row_without_values_is_missing(rule, wanted):
    found = combined(rule, [(2.0, None, 8.0), (None, None, None)], [1, 5, 2])
    assert found == [pytest.approx(wanted), None]


@pytest.mark.parametrize("make", [Geometric, Harmonic, lambda zero: Generalised(-2, zero)])
def test_zeros_follow_what_is_declared(make):
    rows = [(0.0, 4.0), (4.0, 4.0)]
    assert combined(make("zero"), rows) == [0, pytest.approx(4)]
    assert combined(make("missing"), rows) == [pytest.approx(4), pytest.approx(4)]
    assert combined(make("zero"), rows, [0, 1]) == pytest.approx([4, 4])


def test_zeros_that_count_as_missing_stand_in_the_trace_and_against_thresholds():
    table = table_of({"a": [0, 1], "b": [0, 1], "c": [4, 1]})
    steps = (Aggregate(rule=Geometric("missing"), least_data=0.5),)
    outcome = run(Pipeline(tree=flat("abc"), steps=steps), table)

    assert math.isnan(outcome.scored.index[0])
    zeros = outcome.trace.by("aggregate", "a zero counts as missing")
    assert [(c.unit, c.indicator, c.before, c.after) for c in zeros] == [
        ("A", "a", 0.0, None), ("A", "b", 0.0, None),
    ]  # fmt: skip
    assert [c.indicator for c in outcome.trace.by("aggregate", "less than 0.5")] == ["index"]


@pytest.mark.parametrize(
    ("share", "by", "there"), [(0.6, "count", True), (0.7, "count", False), (0.7, "weight", True)]
)
def test_thresholds_by_count_and_by_weight(share, by, there):
    (found,) = combined(Arithmetic(), [(1.0, None, 3.0)], [4, 1, 1], least_data=share, count_by=by)
    assert (found is not None) == there


def test_the_element_s_own_rule_goes_first_then_by_element_then_by_level():
    from teladan.core.composite import Element, Tree

    def part(code, own=None):
        leaves = (Element(code=f"{code}1"), Element(code=f"{code}2"))
        return Element(code=code, children=leaves, aggregation=own)

    tree = Tree(root=Element(code="index", children=(part("a", Minimum()), part("b"), part("c"))))
    table = table_of({code: [float(i)] for i, code in enumerate(tree.indicators, start=1)})
    spec = Aggregate(rule=Arithmetic(), by_level={2: Maximum()}, by_element={"b": Geometric()})

    scores = run(Pipeline(tree=tree, steps=(spec,)), table).scored

    assert [scores[c][0] for c in "abc"] == pytest.approx([1, math.sqrt(12), 6])
    assert scores.index[0] == pytest.approx((1 + math.sqrt(12) + 6) / 3)


# --- outranking ------------------------------------------------------------------------------


def plain_outranking(values, weights):
    n = len(values)
    out = np.full((n, n), np.nan)
    for i in range(n):
        for j in range(n):
            both = [k for k in range(len(weights)) if not np.isnan(values[i, k] + values[j, k])]
            shared = sum(weights[k] for k in both)
            if i != j and shared:
                better = sum(weights[k] for k in both if values[i, k] > values[j, k])
                equal = sum(weights[k] for k in both if values[i, k] == values[j, k])
                out[i, j] = (better + equal / 2) / shared
    return out


@pytest.mark.parametrize("gaps", [False, True])
def test_outranking_and_copeland_against_the_plain_way(gaps):
    random = np.random.default_rng(3)
    values = random.integers(0, 4, size=(12, 5)).astype(float)
    if gaps:
        values[random.random(values.shape) < 0.3] = np.nan
    weights = np.array([1.0, 2.0, 0.5, 1.0, 1.5])
    wanted = plain_outranking(values, weights)

    assert outranking(values, weights) == pytest.approx(wanted, nan_ok=True)
    assert outranking_scores(values, weights) == pytest.approx(np.nansum(wanted, axis=1))
    wins = (wanted > 0.5 + 1e-9).sum(axis=1) - (wanted < 0.5 - 1e-9).sum(axis=1)
    assert copeland_scores(values, weights).tolist() == wins.tolist()


def test_copeland_can_be_called_in_a_pipeline():
    rows = [(3.0, 3.0, 1.0), (2.0, 2.0, 2.0), (1.0, 1.0, 3.0)]
    assert combined(Copeland(), rows) == [2, 0, -2]
    assert combined(Outranking(), rows) == pytest.approx([4 / 3, 1, 2 / 3])


def test_ranks_share_and_skip():
    assert ranks(np.array([5.0, 7, 7, np.nan, 1])).tolist() == [3, 1, 1, 0, 4]
