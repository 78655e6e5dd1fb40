"""Screening, denominators, filling gaps, outliers, overrides, groups."""

from __future__ import annotations

import math

import numpy as np
import pytest

from teladan.core.composite import (
    Aggregate,
    Denominate,
    Element,
    Impute,
    Normalise,
    Override,
    Overrides,
    Pipeline,
    Screen,
    Treat,
    Tree,
    run,
)
from teladan.core.composite.scales import MinMax
from teladan.core.composite.transforms import BoxCox, Custom, Log, SkewKurtosis, Winsorise, _likeliest
from tests.core.composite.small import flat, table_of, two_levels

NONE = math.nan


def after(table, tree, *steps):
    outcome = run(Pipeline(tree=tree, steps=steps), table)
    return outcome.table, outcome


# --- screening -------------------------------------------------------------------------------

GAPPY = {"a": [1, 0, None, None], "b": [1, 0, 3, None], "c": [1, 2, 3, 0], "d": [None, None, None, 4]}


@pytest.mark.parametrize(
    ("screen", "units", "indicators"),
    [
        (Screen(units=0.75), "AB", "abcd"),
        (Screen(units=0.5), "ABCD", "abcd"),
        (Screen(indicators=0.5), "ABCD", "abc"),
        (Screen(indicators=0.5, units=1.0), "AB", "abc"),
        (Screen(units=0.5, zeros="missing"), "AC", "abcd"),
        (Screen(indicators=0.5, zeros="missing"), "ABCD", "bc"),
        (Screen(nonzero=0.5), "ACD", "abcd"),
        (Screen(units=0.75, keep={"D": "host"}, drop={"A": "asked to go"}), "BD", "abcd"),
        (Screen(drop={"d": "another definition"}), "ABCD", "abc"),
    ],
)
def test_what_screening_keeps(screen, units, indicators):
    table, outcome = after(table_of(GAPPY), flat("abcd"), screen)

    assert "".join(table.units) == units
    assert "".join(table.indicators) == "".join(outcome.tree.indicators) == indicators
    gone = {(u, i) for u in "ABCD" for i in "abcd"} - {(u, i) for u in units for i in indicators}
    noted = [(c.unit, c.indicator) for c in outcome.trace.by("screen")]
    assert len(noted) == len(gone)
    assert set(noted) == gone


def test_an_element_without_indicators_left_goes_too_and_steps_follow():
    inner = Element(code="part", children=(Element(code="d"),))
    tree = Tree(root=Element(code="index", children=(Element(code="a"), Element(code="b"), inner)))
    table = table_of({code: GAPPY[code] for code in "abd"})
    outcome = run(
        Pipeline(
            tree=tree,
            steps=(
                Screen(indicators=0.5),
                Impute(only=("d", "b")),
                Normalise(by_indicator={"d": MinMax(upper=1)}),
                Aggregate(by_element={"part": Aggregate().rule}),
            ),
        ),
        table,
    )
    assert outcome.scored.codes == ("a", "b", "index")


# --- denominators ----------------------------------------------------------------------------


def test_values_are_divided_and_scaled():
    table = table_of(
        {"a": [10, 20, None], "b": [1, 2, 3]}, denominators={"people": np.array([5.0, 0.0, 2.0])}
    )
    tree = flat("ab", denominator={"a": "people"}, factor={"a": 100.0})

    made, outcome = after(table, tree, Denominate(zero="missing"))

    assert made.values[:, 0] == pytest.approx([200, NONE, NONE], nan_ok=True)
    assert made.values[:, 1].tolist() == [1, 2, 3]
    assert [(c.unit, c.rule, c.before, c.after) for c in outcome.trace] == [
        ("A", "divided by people, times 100", 10.0, 200.0),
        ("B", "people is missing or not above 0", 20.0, None),
    ]


def test_what_the_step_says_goes_before_the_tree():
    table = table_of({"a": [10.0]}, denominators={"p": np.array([5.0]), "q": np.array([2.0])})
    tree = flat("a", denominator={"a": "p"})
    made, _ = after(table, tree, Denominate(by={"a": "q"}, factors={"a": 3}))
    assert made.values.tolist() == [[15]]


# --- filling gaps ----------------------------------------------------------------------------

HOLES = {"a": [1, None, 6, 2], "b": [10, 20, None, 60]}
SIDES = {"side": ("e", "e", "w", "w")}


@pytest.mark.parametrize(
    ("step", "a", "b"),
    [
        (Impute(), 3, 30),
        (Impute(method="median"), 2, 20),
        (Impute(method="constant", value=7), 7, 7),
        (Impute(over="group", group="side"), 1, 60),
        (Impute(method="median", over="group", group="side"), 1, 60),
        (Impute(over="row"), 2, 60),
        (Impute(method="custom", function=lambda x: np.where(np.isnan(x), -1.0, x)), -1, -1),
    ],
)
def test_gaps_are_filled_by_the_rule(step, a, b):
    table, outcome = after(table_of(HOLES, groups=SIDES), flat("ab"), step)

    assert table.values[1, 0] == pytest.approx(a)
    assert table.values[2, 1] == pytest.approx(b)
    assert [(c.unit, c.indicator, c.before, c.after) for c in outcome.trace] == [
        ("B", "a", None, pytest.approx(a)), ("C", "b", None, pytest.approx(b)),
    ]  # fmt: skip


def test_rows_are_filled_in_the_direction_of_each_indicator():
    # B is worst in b (less is better), so it becomes worst in a.
    table, _ = after(
        table_of({"a": [1, None, 5], "b": [2, 9, 4]}), flat("ab", directions={"b": -1}), Impute(over="row")
    )
    assert table.values[1, 0] == pytest.approx(1)
    table, _ = after(
        table_of({"a": [1, 1, 5], "b": [2, None, 4]}), flat("ab", directions={"b": -1}), Impute(over="row")
    )
    assert table.values[1, 1] == pytest.approx(4)


def test_rows_are_filled_from_the_same_part_of_the_tree():
    parts = (
        Element(code="p", children=(Element(code="a"), Element(code="b"))),
        Element(code="q", children=(Element(code="c"),)),
    )
    tree = Tree(root=Element(code="index", children=parts))
    columns = {"a": [0, None, 10], "b": [0, 10, 5], "c": [10, 0, 5]}
    assert after(table_of(columns), tree, Impute(over="row", level=2))[0].values[1, 0] == 10
    assert after(table_of(columns), tree, Impute(over="row"))[0].values[1, 0] == 5


@pytest.mark.parametrize(("otherwise", "wanted"), [("missing", NONE), ("column", 2.0)])
def test_where_nothing_is_there_to_fill_from(otherwise, wanted):
    table = table_of({"a": [1, 3, None]}, groups={"side": ("e", "e", "")})
    step = Impute(over="group", group="side", otherwise=otherwise)
    made, outcome = after(table, flat("a"), step)

    assert made.values[2, 0] == pytest.approx(wanted, nan_ok=True)
    assert len(outcome.trace) == 1
    assert outcome.trace.of("C", "a")[0].rule.endswith("nothing to fill from by the mean of the group side")


# --- outliers --------------------------------------------------------------------------------

BULK = [1, *range(2, 6), *range(2, 6), *range(2, 6), *range(1, 7), *range(2, 7)]
SKEWED = [*BULK, 90, 200]  # passes the test when both of the last are cut, not after one


def treated(values, **spec):
    table, outcome = after(table_of({"x": values}), flat("x"), Treat(**spec))
    return table.values[:, 0].tolist(), outcome.stage("treat").report[0], outcome.trace


def test_extremes_are_cut_until_the_test_passes():
    values, report, trace = treated(SKEWED, stages=(Winsorise(limit=5),))

    assert values == [*BULK, 6, 6]
    assert [test.passed for test in report.tests] == [False, True]
    assert report.tests[1].points == 2
    assert [(c.unit, c.rule, c.before, c.after) for c in trace] == [
        ("Y", "Winsorised, high end", 90.0, 6.0), ("Z", "Winsorised, high end", 200.0, 6.0),
    ]  # fmt: skip


def test_low_extremes_are_cut_at_the_low_end():
    values, _, trace = treated([-x for x in SKEWED], stages=(Winsorise(),))
    assert values[-2:] == [-6, -6]
    assert {c.rule for c in trace} == {"Winsorised, low end"}


def test_equal_values_move_together_and_never_past_the_limit():
    tied = [*BULK, 200, 200, 200]
    assert treated(tied, stages=(Winsorise(limit=2),), failing="keep")[0] == tied
    like = Winsorise(limit=2, like="COINr 1.1.14")
    assert treated(tied, stages=(like,))[0] == [*BULK, 6, 6, 6]


def test_force_cuts_up_to_the_limit():
    values, _, _ = treated(
        [1, 2, 3, 4, 5, 6, 7, 8, 20, 30], test=None, stages=(Winsorise(limit=2, force=True),)
    )
    assert values[-2:] == [8, 8]


@pytest.mark.parametrize(
    ("combine", "wanted"),
    [(False, math.log(200 - 1 + 0.01 * 199)), (True, math.log(90 - 1 + 0.01 * 89))],
)
def test_the_second_stage_starts_from_the_original_or_from_the_first(combine, wanted):
    stages = (Winsorise(limit=1), Log(variant="shifted"))
    values, report, trace = treated(SKEWED, stages=stages, combine=combine)

    assert report.stage == "log"
    assert values[-1] == pytest.approx(wanted)
    rules = ["Winsorised, high end", "log"] if combine else ["log, and the test still fails"]
    assert [c.rule for c in trace.of("Z", "x")] == rules
    assert report.passed == combine
    assert len(trace.by("treat", "log")) == len(SKEWED)


def test_what_fails_to_the_end_is_kept_put_back_or_refused():
    from teladan.core.composite import CompositeError

    stages = (Winsorise(limit=1),)
    assert treated(SKEWED, stages=stages)[0][-1] == 90
    values, report, trace = treated(SKEWED, stages=stages, failing="original")
    assert (values, report.stage, report.passed, len(trace)) == (SKEWED, "original", False, 0)
    with pytest.raises(CompositeError, match="indicator x: it fails the test after the last stage"):
        treated(SKEWED, stages=stages, failing="refuse")


E1, E2 = 2.0, 8.0


@pytest.mark.parametrize(
    ("stage", "function"),
    [
        (Log(variant="plain"), math.log),
        (Log(variant="plus one"), lambda x: math.log(1 + x)),
        (Log(variant="shifted"), lambda x: math.log(x - 2 + 0.06)),
        (Log(variant="shifted", share=0.5), lambda x: math.log(x - 2 + 3)),
        (Log(variant="shifted by one"), lambda x: math.log(x - 1)),
        (Log(variant="both ways"), lambda x: math.log(x - 2 + 0.06)),
        (Log(variant="GII"), lambda x: math.log(7 * (x - 2) / 6 + 1)),
        (Log(variant="symmetric"), lambda x: math.log(1 + x)),
        (BoxCox(power=2), lambda x: ((x - 1) ** 2 - 1) / 2),
        (BoxCox(power=0), lambda x: math.log(x - 1)),
        (BoxCox(power=0.5, shift=False), lambda x: (x**0.5 - 1) / 0.5),
        (Custom(function=lambda x: x * 2), lambda x: x * 2),
    ],
)
def test_a_bend_by_its_definition(stage, function):
    column = [2, 3, 4, 8]
    assert treated(column, test=None, stages=(stage,))[0] == pytest.approx([function(x) for x in column])


def test_a_log_both_ways_mirrors_a_column_with_low_extremes():
    one, other = (
        treated([sign * x for x in SKEWED], test=None, stages=(Log(variant="both ways"),))[0]
        for sign in (1, -1)
    )
    assert one == pytest.approx([-x for x in other])


def test_force_cuts_at_the_side_of_a_mild_skew():
    stages = (Winsorise(limit=1, force=True),)
    assert treated([1, 2, 3, 4, 5, 6, 7, 8, 9, 12], test=None, stages=stages)[0][-1] == 9
    assert treated([-2, 2, 3, 4, 5, 6, 7, 8, 9, 10], test=None, stages=stages)[0][0] == 2


@pytest.mark.parametrize("power", [-1.5, -0.3, 0.4, 1.0, 2.2])
def test_the_likeliest_power_against_a_grid(power):
    random = np.random.default_rng(8)
    values = (1 + power * random.normal(0.0, 0.1, 400)) ** (1 / power) + 1
    grid = np.linspace(-5, 5, 4001)

    def likelihood(p):
        bent = np.log(values) if p == 0 else (values**p - 1) / p
        return -len(values) / 2 * np.log(bent.var()) + (p - 1) * np.log(values).sum()

    best = grid[int(np.argmax([likelihood(p) for p in grid]))]
    assert _likeliest(values) == pytest.approx(best, abs=2 * (grid[1] - grid[0]))


def test_box_cox_finds_the_power_of_largest_likelihood():
    random = np.random.default_rng(1)
    lognormal = np.exp(random.normal(3, 0.4, 4000))
    tests = treated(lognormal.tolist(), test=None, stages=(BoxCox(shift=False),))[1].tests
    assert abs(tests[-1].skew) < 0.05 < tests[0].skew


def test_single_indicators_are_treated_their_own_way():
    table = table_of({"x": SKEWED, "y": SKEWED, "z": SKEWED})
    spec = Treat(by_indicator={"x": (), "y": (Log(variant="plain"),)})
    made, _ = after(table, flat("xyz"), spec)
    assert made.values[-1].tolist() == pytest.approx([200, math.log(200), 6])


def test_the_test_can_be_set():
    assert treated(SKEWED, test=SkewKurtosis(skew=20), stages=(Winsorise(),))[0] == SKEWED


# --- overrides, groups -----------------------------------------------------------------------


def test_overrides_stand_instead_of_values_and_of_scores():
    tree = two_levels()
    table = table_of({"a": [1, 2], "b": [1, 2], "c": [3, 4], "d": [3, 4]})
    given = Overrides(
        values=(
            Override(unit="A", element="a", value=6, source="letter 1"),
            Override(unit="B", element="q", value=10, source="letter 2"),
            Override(unit="A", element="q", value=None, source="letter 3"),
        )
    )
    outcome = run(Pipeline(tree=tree, steps=(given, Aggregate())), table)

    assert outcome.scored["p"].tolist() == [2, 2]
    assert outcome.scored["q"].tolist() == pytest.approx([NONE, 10], nan_ok=True)
    assert outcome.scored.index.tolist() == [2, 4]
    assert [(c.unit, c.indicator, c.before, c.after, c.rule) for c in outcome.trace.by("override")] == [
        ("A", "a", 1.0, 6.0, "given by letter 1"),
        ("B", "q", 4.0, 10.0, "given by letter 2"),
        ("A", "q", 3.0, None, "given by letter 3"),
    ]


def test_an_override_of_a_score_stays_with_its_unit_when_others_are_screened_out():
    table = table_of({"a": [None, 2, 4], "b": [None, 2, 4]})
    steps = (
        Overrides(values=(Override(unit="C", element="index", value=9, source="letter"),)),
        Screen(units=0.5),
        Aggregate(),
    )
    assert run(Pipeline(tree=flat("ab"), steps=steps), table).scored.index.tolist() == [2, 9]


def test_ranks_within_groups():
    table = table_of({"a": [1, 2, 3, 4, None]}, groups={"side": ("e", "w", "e", "", "w")})
    outcome = run(Pipeline(tree=flat("a"), steps=(Aggregate(),)), table)
    assert outcome.ranks().tolist() == [4, 3, 2, 1, 0]
    assert outcome.group_ranks("side").tolist() == [2, 1, 1, 0, 0]


# --- direction ---------------------------------------------------------------------------------


def test_an_indicator_that_no_step_turned_round_is_noted_value_by_value():
    tree = flat("ab", directions={"b": -1})
    table = table_of({"a": [1, 2, 3], "b": [3, None, 1]})

    _, bare = after(table, tree, Aggregate())
    told = [(c.unit, c.indicator, c.before, c.after) for c in bare.trace.by("aggregate", "less is better")]
    assert told == [("A", "b", 3, 3), ("C", "b", 1, 1)]
    assert bare.scored.index.tolist() == [2, 2, 2]

    _, turned = after(table, tree, Normalise(method=MinMax()), Aggregate())
    assert not turned.trace.by("aggregate", "less is better")
    assert turned.scored.index.tolist() == [0, 50, 100]
