"""Bad input gets an error that names step, indicator and unit, or follows a declared rule."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest

from teladan.core.composite import (
    Aggregate,
    CompositeError,
    Denominate,
    Element,
    Impute,
    Normalise,
    Override,
    Overrides,
    Pipeline,
    Screen,
    Table,
    Treat,
    Tree,
    Weigh,
    read_table,
    run,
    trend,
)
from teladan.core.composite.aggregation import Arithmetic, Custom, Generalised, Geometric, Harmonic
from teladan.core.composite.orders import Custom as CustomScale
from teladan.core.composite.orders import FractionOfMax, PercentileRank
from teladan.core.composite.scales import (
    DistanceToMax,
    DistanceToReference,
    DistanceToTarget,
    Goalposts,
    MinMax,
    Scaled,
    ZScore,
)
from teladan.core.composite.transforms import BoxCox, Log, SkewKurtosis, Winsorise
from tests.core.composite.small import flat, table_of

A, B = {"a": [1.0, 2, 3, 4], "b": [5.0, 5, 5, 5]}, {"a": [1.0, 0, 3, 4], "b": [4.0, -3, 2, 1]}


def bend(stage):
    return Treat(test=None, stages=(stage,))


def target(value):
    return Normalise(method=DistanceToTarget(targets={"a": value, "b": 9}))


@pytest.mark.parametrize(
    ("columns", "step", "message"),
    [
        # a constant column
        (A, Normalise(), "normalise: indicator b: every value is 5, so min-max has no range"),
        (A, Normalise(method=ZScore()), "indicator b: every value is 5, so z-score has no range"),
        (A, Normalise(method=DistanceToMax()), "indicator b: every value is 5"),
        (A, Normalise(method=DistanceToReference(unit="A")), "unit A|the reference A, 1, is not better"),
        (A, bend(Log(variant="shifted")), "treat: indicator b: a shifted log needs values that differ"),
        (A, Weigh(how="first component"), "weights: indicator b: the same value everywhere"),
        # all missing
        ({"a": [1, 2], "b": [None, None]}, Normalise(), "normalise: indicator b: every value is missing"),
        ({"a": [1, 2], "b": [None, None]}, Impute(), "impute: indicator b, unit A: nothing to fill"),
        ({"a": [1, 2], "b": [None, None]}, Impute(otherwise="column"), "indicator b: every value is missing"),
        ({"a": [1, 2], "b": [None, None]}, Treat(), "treat: indicator a: 2 values are too few"),
        # negative values to a log, a root, a mean
        (B, bend(Log(variant="plain")), "treat: indicator a, unit B: log has no value for 0"),
        (B, bend(Log(variant="plus one")), "treat: indicator b, unit B: log has no value for -3"),
        (B, bend(BoxCox(shift=False)), "treat: indicator a, unit B: Box-Cox has no value for 0"),
        ({"a": [0.1, 0.9, 1.0]}, bend(Log(variant="GII")), "a GII log would turn values around"),
        (B, Aggregate(rule=Geometric()),
         "aggregate: indicator b, unit B: -3 has no place in a geometric mean"),
        (B, Aggregate(rule=Geometric("zero")), "indicator b, unit B: -3 has no place in a geometric mean"),
        (B, Aggregate(rule=Harmonic("missing")), "indicator b, unit B: -3 has no place in a harmonic mean"),
        (B, Aggregate(rule=Generalised(2)), "indicator b, unit B: -3 has no place in a generalised mean"),
        (B, Normalise(method=Goalposts(posts={"a": (1, 4), "b": (1, 4)}, log=True, cap="none")),
         "normalise: indicator a, unit B: 0 has no logarithm"),
        (B, Normalise(method=Goalposts(posts={"a": (0, 4), "b": (1, 4)}, log=True)),
         "normalise: indicator a: a goalpost on logarithms must be above 0"),
        (B, Normalise(method=FractionOfMax()), "indicator b, unit B: -3 has no place in a fraction"),
        # zero to a geometric or harmonic mean
        ({"a": [1, 0]}, Aggregate(rule=Geometric()),
         "aggregate: indicator a, unit B: 0 has no place in a geo"),
        ({"a": [1, 0]}, Aggregate(rule=Harmonic()),
         "aggregate: indicator a, unit B: 0 has no place in a har"),
        ({"a": [1, 0]}, Aggregate(rule=Generalised(-2)), "0 has no place in a generalised mean of power -2"),
        # one unit
        ({"a": [3]}, Normalise(), "normalise: indicator a: only one unit has a value"),
        ({"a": [3]}, Normalise(method=ZScore()), "only one unit has a value, so z-score has no range"),
        ({"a": [3, None]}, Normalise(method=PercentileRank()), "indicator a: a percentile rank needs two"),
        # targets, references, posts
        (A, target(1), "indicator a: the target, 1, is not better than the worst value, 1"),
        (A, target(0.5), "indicator a: the target, 0.5, is not better than the worst value, 1"),
        (B, Normalise(method=DistanceToTarget()), "indicator a: no target is given"),
        (B, Normalise(method=Goalposts()), "indicator a: no goalposts is given"),
        (B, Normalise(method=DistanceToReference(unit="Q")), "normalise: unit Q: the reference has no row"),
        # overflow
        ({"a": [-1.7e308, 0, 1.7e308]}, Normalise(), "is not finite"),
        ({"a": [1e308, 1], "b": [1e308, 1]}, Aggregate(),
         "arithmetic of values that are all there has no finite"),
        # structure
        (A, Denominate(by={"a": "people"}), "denominate: indicator a: the table has no denominator 'people'"),
        (A, Impute(over="group", group="side"), "impute: the table has no group 'side'"),
        (A, Impute(method="latest"), "impute: latest needs data of several times"),
        (A, Screen(units=1.0, drop={"Q": "why"}),
         "screen: Q is to be kept or dropped, but is not in the table"),
        (A, Screen(drop=dict.fromkeys("AB", "r") | dict.fromkeys("CD", "r")), "screen: no unit has"),
        (A, Normalise(by_indicator={"q": MinMax()}), "indicator q: the table has no such indicator"),
        (A, Aggregate(by_element={"a": Arithmetic()}),
         "aggregate: indicator a: a rule is given for what is not"),
        (A, Aggregate(by_level={3: Arithmetic()}), "aggregate: there is no level 3 to aggregate"),
        (A, Normalise(parameters="each time"), "parameters by time need data of several times"),
        (A, Weigh(how="balance"), "say which"),
        (A, Weigh(how="noisy", seed=1, shares={2: 0.1}), "there is no level 2 below the index"),
        (A, Overrides(values=(Override(unit="Q", element="a", value=1, source="s"),)),
         "override: indicator a, unit Q"),
        (A, Aggregate(rule=Custom(lambda x, _: x)),
         "aggregate: indicator index: the function 'custom' returned"),
        (A, Normalise(method=CustomScale(function=lambda x: x / 0)), "is not finite"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_by_name(columns, step, message):
    pipeline = Pipeline(tree=flat(columns), steps=(step,))
    with pytest.raises(CompositeError) as caught, np.errstate(divide="ignore"):
        run(pipeline, table_of(columns))
    assert any(part in str(caught.value) for part in message.split("|")), str(caught.value)


@pytest.mark.parametrize(
    ("columns", "step", "wanted"),
    [
        (A, Normalise(constant=50), [50, 50, 50, 50]),
        (A, Normalise(method=ZScore(), constant=0), [0, 0, 0, 0]),
    ],
)
def test_a_constant_column_follows_a_declared_rule_and_is_traced(columns, step, wanted):
    outcome = run(Pipeline(tree=flat(columns), steps=(step,)), table_of(columns))
    assert outcome.table.values[:, 1].tolist() == wanted
    assert [c.indicator for c in outcome.trace.by("normalise", "the same value everywhere")] == ["b"] * 4


def test_a_column_of_equal_decimals_is_constant_for_every_test():
    table = table_of({"a": [0.1] * 7, "b": [1, 2, 3, 4, 5, 6, 90]})
    outcome = run(Pipeline(tree=flat("ab"), steps=(Treat(),)), table)
    first = outcome.stage("treat").report[0]
    assert (first.tests[0].skew, first.tests[0].kurt, first.passed) == (None, None, True)
    with pytest.raises(CompositeError, match=r"every value is 0\.1"):
        run(Pipeline(tree=flat("ab"), steps=(Normalise(method=ZScore()),)), table)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: table_of({"a": [1, math.inf]}), "data: indicator a, unit B: infinite value"),
        (lambda: table_of({"a": [1, 2]}, units=["A", "A"]), "data: unit A: this unit is given twice"),
        (lambda: Table(units=("A",), indicators=("a", "a"), values=np.ones((1, 2))),
         "indicator a: this indicator"),
        (lambda: Table(units=("A",), indicators=("a",), values=np.ones((2, 1))),
         "do not fit values of 2 × 1"),
        (lambda: Table(units=(), indicators=("a",), values=np.ones((0, 1))), "at least one unit"),
        (lambda: table_of({"a": [1.0]}, denominators={"p": np.array([math.inf])}),
         "unit A: infinite denominator"),
        (lambda: table_of({"a": [1.0]}, groups={"g": ("x", "y")}), "the group 'g' has 2 entries"),
        (lambda: table_of({"a": [1.0, 2]}, units=["A", "A"], times=np.array([1.0, 1])),
         "unit A in 1: this unit"),
        (lambda: read_table([{"unit": "A", "a": "1,5"}], indicators=["a"]),
         "unit A: '1,5' is not a finite number"),
        (lambda: read_table([{"unit": "A", "a": "inf"}], indicators=["a"]), "'inf' is not a finite number"),
        (lambda: read_table([{"unit": "A", "a": "1_0"}], indicators=["a"]), "'1_0' is not a finite number"),
        (lambda: read_table([{"unit": " ", "a": "1"}], indicators=["a"]), "row 1 has no unit"),
        (lambda: read_table([{"unit": "A"}], indicators=["a"]), "no such column: a"),
        (lambda: Tree(root=Element(code="index")), "the index has no children"),
        (lambda: flat(["a", "a"]), "indicator a: this code is given twice"),
        (lambda: flat("ab", weights={"a": -1}), "indicator a: -1 is not a weight"),
        (lambda: flat("ab", weights={"a": math.nan}), "indicator a: nan is not a weight"),
        (lambda: flat("ab", weights={"a": 0, "b": 0}), "the weights of its children are all zero"),
        (lambda: flat("a", directions={"a": 0}), "indicator a: 0 is not a direction"),
        (lambda: flat("a", goalposts={"a": (2, 2)}), "the goalposts 2 and 2 do not rise"),
        (lambda: Scaled(lower=3, upper=3), "lower below upper"),
        (lambda: MinMax(lower=3, upper=1), "lower below upper"),
        (lambda: ZScore(sd=0), "0 is not a standard deviation"),
        (lambda: Screen(units=1.2), "1.2 is not a share between 0 and 1"),
        (lambda: Screen(keep={"A": ""}), "A is kept or dropped without a reason"),
        (lambda: Winsorise(limit=-1), "a limit of -1 points"),
        (lambda: Winsorise(limit=None, force=True), "would leave one value"),
        (lambda: Winsorise(like="COINr 0.6"), "'COINr 0.6' is not known"),
        (lambda: Override(unit="A", element="a", value=1, source=" "),
         "override: indicator a, unit A: an override"),
        (lambda: Override(unit="A", element="a", value=math.inf, source="s"), "inf is not a finite number"),
        (lambda: Weigh(how="noisy"), "need a seed"),
        (lambda: Weigh(how="noisy", seed=-1), "-1 is not a seed"),
        (lambda: SkewKurtosis(skew=math.nan), "needs two numbers"),
        (lambda: Aggregate(least_data=60), "60 is not a share of data"),
        (lambda: Generalised(math.nan), "needs a power"),
        (lambda: Pipeline(tree=flat("a"), steps=(Aggregate(), Normalise())),
         "aggregate stands once, at the end"),
        (lambda: Pipeline(tree=flat("a"), steps=("aggregate",)), "is not a step"),
        (lambda: Impute(over="group"), "needs the name of a group"),
        (lambda: trend(np.arange(2.0), np.array([0.0, 1]), "growth"), "values above 0"),
    ],
)  # fmt: skip
def test_what_is_no_table_tree_or_step_is_refused_where_it_is_made(make, message):
    with pytest.raises(CompositeError) as caught:
        make()
    assert message in str(caught.value)


def test_denominators_of_zero_are_refused_by_name_unless_declared():
    table = table_of({"a": [10, 20]}, denominators={"p": np.array([1.0, 0.0])})
    with pytest.raises(CompositeError, match="denominate: indicator a, unit B: the denominator p is 0"):
        run(Pipeline(tree=flat("a", denominator={"a": "p"}), steps=(Denominate(),)), table)


def test_a_negative_loading_is_refused_or_weighs_zero():
    table = table_of({"a": [1, 2, 3, 4], "b": [1, 2, 3, 5], "c": [4, 3, 2, 0]})
    with pytest.raises(CompositeError, match="weights: indicator c: its loading on the first component"):
        run(Pipeline(tree=flat("abc"), steps=(Weigh(how="first component"),)), table)
    steps = (Weigh(how="first component", negative="zero"),)
    assert run(Pipeline(tree=flat("abc"), steps=steps), table).tree["c"].weight == 0


def test_a_target_that_a_treatment_cannot_follow_is_refused():
    table = table_of({"a": [1, 2, 3, 4]})
    steps = (bend(Log(variant="shifted")), Normalise(method=DistanceToTarget()))
    with pytest.raises(CompositeError, match="indicator a: the target -5 has no value under the treatment"):
        run(Pipeline(tree=flat("a", target={"a": -5.0}), steps=steps), table)


def test_the_error_says_the_time_of_a_panel():
    table = Table(
        units=("A", "A"), times=np.array([2000.0, 2001.0]), indicators=("a",), values=np.array([[1.0], [0.0]])
    )
    with pytest.raises(CompositeError, match="unit A in 2001: 0 has no place"):
        run(Pipeline(tree=flat("a"), steps=(Aggregate(rule=Geometric()),)), table)


def test_the_error_crosses_a_process_with_its_place():
    error = CompositeError("step", "reason", unit="u", indicator="i")
    again = pickle.loads(pickle.dumps(error))
    assert (again.step, again.reason, again.unit, again.indicator, str(again)) == (
        "step", "reason", "u", "i", str(error),
    )  # fmt: skip
