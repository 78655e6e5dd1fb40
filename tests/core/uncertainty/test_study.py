"""Draws of a pipeline: each is what the engine makes of its parameters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teladan.core.composite import (
    Aggregate,
    CompositeError,
    Element,
    Impute,
    Normalise,
    Override,
    Overrides,
    Pipeline,
    Screen,
    Table,
    Tree,
    Weigh,
    ranks,
    run,
)
from teladan.core.composite.aggregation import (
    Arithmetic,
    Copeland,
    Generalised,
    Geometric,
    Harmonic,
    Maximum,
    Median,
    Minimum,
    Outranking,
)
from teladan.core.composite.scales import MinMax
from teladan.core.uncertainty import Choice, LeaveOut, Raters, Rounding, Study, Weights, batch, vary
from teladan.core.uncertainty import study as study_module
from tests.core.uncertainty import cases

RULES = [
    Arithmetic(),
    Geometric(),
    Geometric(zero="zero"),
    Harmonic(),
    Generalised(power=0.5),
    Generalised(power=-2),
    Generalised(power=1e-9),
    Median(),
    Minimum(),
    Maximum(),
    Copeland(),
    Outranking(),
]
SCALE = Normalise(method=MinMax(lower=1, upper=100))


def same_as_the_engine(study, draws=20, seed=5):
    """Hold every draw against its instance, run by the engine alone."""
    found = vary(study, draws=draws, seed=seed)
    scores, places = cases.scores(found), cases.ranks(found)
    for i in range(draws):
        one = found.draw(i)
        outcome = run(one.pipeline, one.table)
        assert np.array_equal(scores[i], outcome.scored.index[study.rows], equal_nan=True), one.parameters
        assert places[i].tolist() == ranks(outcome.scored.index[study.rows]).tolist()
    return found


@pytest.mark.parametrize("rule", RULES, ids=repr)
@pytest.mark.parametrize("gaps", [0.0, 0.2])
def test_each_rule_gives_what_the_engine_gives(rule, gaps):
    same_as_the_engine(cases.study(cases.WEIGHTS, gaps=gaps, steps=(SCALE, Aggregate(rule=rule))), draws=8)


@pytest.mark.parametrize("count_by", ["count", "weight"])
def test_thresholds_of_missing_data_are_the_engine_s(count_by):
    steps = (SCALE, Aggregate(least_data=0.7, count_by=count_by))
    study = cases.study(cases.WEIGHTS, gaps=0.3, n=30, steps=steps)
    found = same_as_the_engine(study)
    assert np.isnan(cases.scores(found)).any()


def test_all_that_can_vary_at_once():
    left = LeaveOut(codes=("x0", "d1"))
    rounding = Rounding(digits={"x1": 0, "x3": 1}, lowest=1)
    study = cases.study(cases.WEIGHTS, cases.SCALES, cases.RULES, cases.TREATMENTS, left, rounding)
    found = same_as_the_engine(study, draws=60)

    parameters = [found.draw(i).parameters for i in range(60)]
    assert {p["left out"] for p in parameters} == {"nothing", "x0", "d1"}
    assert len({(p["treat"], p["normalise"], p["aggregate"]) for p in parameters}) == 12
    assert {"x1", "x3"} == set(parameters[17]["rounding"])


def test_different_rules_by_element_and_weights_from_the_data():
    tree = cases.tree()
    steps = (SCALE, Weigh(how="first component", negative="zero"), Aggregate(by_element={"d0": Geometric()}))
    study = Study(
        pipeline=Pipeline(tree=tree, steps=steps),
        table=cases.table(),
        assumptions=(cases.WEIGHTS, cases.RULES),
    )
    same_as_the_engine(study)


def test_an_override_of_an_element_holds_in_every_draw():
    override = Override(unit="u3", element="d1", value=99.0, source="a letter")
    study = cases.study(cases.WEIGHTS, steps=(SCALE, Overrides(values=(override,)), Aggregate()))
    same_as_the_engine(study, draws=6)


def test_units_that_screening_drops_in_some_draws_have_no_rank_there():
    screen = Choice(step="screen", options=(Screen(), Screen(units=0.8)))
    study = cases.study(screen, gaps=0.2, steps=(Screen(), SCALE, Aggregate()))
    found = vary(study, draws=40, seed=1)
    gone = found.drawn.scored < 1

    assert gone.any()
    assert not gone.all()
    assert np.isfinite(found.intervals).all()


def test_imputation_may_vary():
    impute = Choice(step="impute", options=(Impute(), Impute(method="median"), None))
    study = cases.study(impute, gaps=0.2, steps=(Impute(), SCALE, Aggregate()))
    same_as_the_engine(study)


def test_of_a_panel_one_time_is_ranked_with_common_parameters():
    one = cases.table(16)
    times = np.repeat([2020.0, 2024.0], 8)
    panel = Table(
        units=tuple(f"u{i % 8}" for i in range(16)),
        indicators=one.indicators,
        values=one.values,
        times=times,
    )
    study = Study(
        pipeline=Pipeline(tree=cases.tree(), steps=cases.STEPS), table=panel, assumptions=(cases.WEIGHTS,)
    )
    found = same_as_the_engine(study)
    assert study.rows.tolist() == list(range(8, 16))
    assert cases.ranks(found).max() == 8
    with pytest.raises(CompositeError, match="no data of the time 1999"):
        Study(pipeline=study.pipeline, table=panel, time=1999)


def test_raters_move_levels_by_what_was_measured():
    levels = Table(units=("a", "b"), indicators=("x",), values=np.array([[1.0], [2.0]]))
    tree = Tree(root=Element(code="index", children=(Element(code="x"),)))
    raters = Raters(levels=(1, 2), counts=((3, 1), (0, 5)), source="forty files of 2024")
    study = Study(pipeline=Pipeline(tree=tree, steps=(Aggregate(),)), table=levels, assumptions=(raters,))
    found = vary(study, draws=4000, seed=2)

    scores = cases.scores(found)
    assert set(scores[:, 1].tolist()) == {2.0}
    assert abs((scores[:, 0] == 2).mean() - 0.25) < 0.03
    assert found.drawn.ahead("b", "a") == pytest.approx(0.75, abs=0.03)


@settings(max_examples=25)
@given(st.integers(0, 2**20), st.integers(1, 40))
def test_seeds_reproduce_and_more_draws_keep_the_first_ones(seed, draws):
    study = cases.study(cases.WEIGHTS, cases.SCALES, n=5, p=4)
    first, again, more = (vary(study, draws=count, seed=seed) for count in (draws, draws, draws + 7))
    assert cases.scores(first).tolist() == cases.scores(again).tolist()
    assert cases.scores(more)[:draws].tolist() == cases.scores(first).tolist()


@settings(max_examples=25)
@given(st.permutations(range(12)), st.integers(0, 99))
def test_the_order_of_units_makes_no_difference(order, seed):
    study = cases.study(cases.WEIGHTS, cases.SCALES, cases.RULES)
    turned = Study(
        pipeline=study.pipeline, table=study.table.rows(np.array(order)), assumptions=study.assumptions
    )
    one, other = (vary(each, draws=10, seed=seed) for each in (study, turned))
    assert np.allclose(cases.scores(one)[:, order], cases.scores(other), rtol=1e-12)
    assert cases.ranks(one)[:, order].tolist() == cases.ranks(other).tolist()


@pytest.mark.parametrize(
    "assumptions",
    [(), (Weights(shares={1: 0.0}),), (Choice(step="aggregate", options=(Aggregate(),)),)],
    ids=["none", "by 0 %", "one option"],
)
def test_where_nothing_varies_intervals_are_one_point(assumptions):
    study = cases.study(*assumptions, n=30)
    found = vary(study, draws=25, seed=3)
    assert found.intervals.tolist() == [[rank] * 3 for rank in found.rank.tolist()]
    assert found.drawn.score_quantiles().tolist() == [[score] * 3 for score in found.index.tolist()]
    assert [found.drawn.not_distinguishable(unit) for unit in found.units] == [()] * 30


@settings(max_examples=30)
@given(st.floats(0.01, 100), st.integers(0, 50))
def test_a_scale_that_is_stretched_changes_no_rank(factor, seed):
    study = cases.study(cases.WEIGHTS, cases.SCALES)
    wider = Study(
        pipeline=study.pipeline,
        table=study.table.with_values(study.table.values * factor),
        assumptions=study.assumptions,
    )
    one, other = (vary(each, draws=10, seed=seed) for each in (study, wider))
    assert np.allclose(cases.scores(one), cases.scores(other), rtol=1e-9)


@settings(max_examples=30)
@given(st.integers(0, 11), st.integers(0, 5), st.floats(0.01, 5), st.integers(0, 50))
def test_a_better_indicator_never_lowers_a_unit(unit, column, more, seed):
    steps = (Aggregate(),)
    study = cases.study(cases.WEIGHTS, steps=steps)
    values = study.table.values.copy()
    values[unit, column] += more
    better = Study(
        pipeline=study.pipeline, table=study.table.with_values(values), assumptions=study.assumptions
    )
    before, after = (cases.ranks(vary(each, draws=10, seed=seed))[:, unit] for each in (study, better))
    assert (after <= before).all()


@pytest.mark.parametrize(
    "rule", [Arithmetic(), Geometric(), Harmonic(), Generalised(power=0.5), Generalised(power=1e-9)], ids=repr
)
def test_the_matrix_product_gives_what_the_engine_gives(rule, monkeypatch):
    study = cases.study(cases.WEIGHTS, n=300, steps=(SCALE, Aggregate(rule=rule)))
    exact = cases.scores(vary(study, draws=30, seed=1))
    monkeypatch.setattr(study_module, "LARGE", 0)
    product = cases.scores(vary(study, draws=30, seed=1))

    assert not np.array_equal(exact, product)  # another path was taken …
    assert np.abs(exact / product - 1).max() < 1e-12  # … to the same figures


@pytest.mark.parametrize("power", [-400, 400])
def test_a_power_too_large_for_one_scale_is_left_to_the_engine(power, monkeypatch):
    """The lowest value to the power 400, against the highest, is 0 in binary64: no mean is left of it."""
    study = cases.study(cases.WEIGHTS, n=30, steps=(SCALE, Aggregate(rule=Generalised(power=power))))
    monkeypatch.setattr(study_module, "LARGE", 0)
    same_as_the_engine(study, draws=4)


def test_memory_above_the_limit_lies_in_a_file():
    study = cases.study(cases.WEIGHTS, cases.SCALES)
    one, other = vary(study, draws=200, seed=1), vary(study, draws=200, seed=1, memory=0)
    assert cases.scores(one).tolist() == cases.scores(other).tolist()
    assert one.intervals.tolist() == other.intervals.tolist()
    assert one.drawn.pairs.matrix()[0, 1:].tolist() == other.drawn.pairs.matrix()[0, 1:].tolist()


def test_a_draw_that_cannot_be_run_is_named():
    zero = Choice(
        step="aggregate", options=(Aggregate(), Aggregate(rule=Geometric())), labels=("plain", "geometric")
    )
    study = cases.study(zero, steps=(Normalise(method=MinMax()), Aggregate()))
    with pytest.raises(
        CompositeError, match=r"0 has no place in a geometric mean.* in draw \d+ \(aggregate: "
    ):
        vary(study, draws=20)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: cases.study(cases.WEIGHTS, cases.WEIGHTS), "weights varies twice"),
        (lambda: cases.study(Weights(shares={3: 0.1})), "no level 3 below the index"),
        (lambda: Weights(shares={1: 1.0}), "not a share"),
        (lambda: Weights(shares={1: 0.1}, how="wide"), "not uniform or normal"),
        (lambda: cases.study(steps=(SCALE,)), "does not end with an aggregation"),
        (lambda: cases.study(Choice(step="impute", options=(Impute(),))), "no step impute"),
        (lambda: Choice(step="impute", options=()), "no options"),
        (lambda: Choice(step="normalise", options=(Aggregate(),)), "aggregate is no option for normalise"),
        (lambda: Choice(step="aggregate", options=(None,)), "cannot be left out"),
        (lambda: cases.study(LeaveOut(codes=("index",))), "the index itself"),
        (lambda: cases.study(LeaveOut(codes=("nothing",))), "no such element"),
        (lambda: cases.study(Rounding(digits={"y": 1})), "no such indicator"),
        (lambda: Raters(levels=(1, 2), counts=((1,),), source="x"), "not 2 × 2"),
        (lambda: Raters(levels=(1,), counts=((1,),), source=" "), "needs its source"),
    ],
)
def test_what_cannot_vary_is_refused(make, reason):
    with pytest.raises(CompositeError, match=reason):
        make()


def test_a_level_that_was_never_scored_twice_is_refused_by_place():
    raters = Raters(levels=(1, 2), counts=((3, 1), (0, 0)), source="forty files")
    with pytest.raises(CompositeError, match="indicator x, unit b: 2 was never scored twice"):
        raters.places(np.array([[1.0], [2.0]]), ("a", "b"), ("x",))
    with pytest.raises(CompositeError, match=r"unit a: 1\.5 is no level"):
        raters.places(np.array([[1.5], [2.0]]), ("a", "b"), ("x",))


def test_normal_weights_stay_within_their_share():
    weights = Weights(shares={1: 0.4}, how="normal")
    numbers = np.random.Generator(np.random.PCG64(1)).random((5000, 6))
    factors = weights.factors(cases.tree(), numbers)
    assert factors.min() >= 0.6
    assert factors.max() <= 1.4
    assert abs(factors.std() - 0.2 * 0.88) < 0.01  # two deviations, cut there


def test_a_power_is_known_only_of_means():
    assert [batch.power_of(rule) for rule in RULES] == [1, 0, 0, -1, 0.5, -2, 1e-9, *[None] * 5]
