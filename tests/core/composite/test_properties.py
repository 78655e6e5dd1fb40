"""What must hold for any data: scale, direction, order of units and indicators, sameness."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from teladan.core.composite import (
    Aggregate,
    Element,
    Impute,
    Normalise,
    Pipeline,
    Table,
    Treat,
    Tree,
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
from teladan.core.composite.orders import Borda, PercentileRank, Rank
from teladan.core.composite.outrank import outranking_scores
from teladan.core.composite.ranks import ascending
from teladan.core.composite.scales import DistanceToMax, MinMax, ZScore
from teladan.core.composite.transforms import Winsorise

RANDOM = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
CODES = "abcde"
SCALES = (
    MinMax(lower=1, upper=100),
    ZScore(mean=100, sd=5),
    Rank(),
    Borda(),
    PercentileRank(),
    DistanceToMax(),
)
RULES = (
    Arithmetic(), Geometric("zero"), Harmonic("zero"), Generalised(2.5), Generalised(-3, "zero"), Median(),
    Minimum(), Maximum(), Outranking(),
)  # fmt: skip


@st.composite
def tables(draw, gaps=True):
    n, p = draw(st.integers(4, 9)), draw(st.integers(2, 5))
    cells = st.integers(-50, 50).map(float)
    cell = st.one_of(cells, cells, cells, st.just(math.nan)) if gaps else cells
    values = np.array(draw(st.lists(st.lists(cell, min_size=p, max_size=p), min_size=n, max_size=n)))
    known = ~np.isnan(values)
    assume((known.sum(axis=0) >= 2).all())
    assume(known.any(axis=1).all())
    assume((np.nanmax(values, axis=0) > np.nanmin(values, axis=0)).all())
    return Table(units=tuple(f"u{i}" for i in range(n)), indicators=tuple(CODES[:p]), values=values)


@st.composite
def trees(draw, codes):
    """Return the indicators in two parts (or one) with weights and directions."""
    cut = draw(st.integers(1, len(codes)))
    parts = [codes[:cut], codes[cut:]] if cut < len(codes) else [codes]

    def leaf(code):
        return Element(
            code=code,
            direction=draw(st.sampled_from([1, -1])),
            weight=draw(st.sampled_from([0.5, 1.0, 2.0, 3.0])),
        )

    children = tuple(
        Element(code=f"p{i}", weight=float(i + 1), children=tuple(leaf(code) for code in part))
        for i, part in enumerate(parts)
    )
    return Tree(root=Element(code="index", children=children))


@st.composite
def cases(draw, gaps=True):
    table = draw(tables(gaps))
    tree = draw(trees(table.indicators))
    steps = (Normalise(method=draw(st.sampled_from(SCALES))), Aggregate(rule=draw(st.sampled_from(RULES))))
    return table, tree, steps


def scores(table, tree, steps):
    return run(Pipeline(tree=tree, steps=steps), table).scored.values


def same(one, other):
    return np.allclose(one, other, rtol=1e-9, atol=1e-9, equal_nan=True)


@RANDOM
@given(cases(), st.data())
def test_units_of_measure_do_not_matter(case, data):
    table, tree, steps = case
    factors = np.array([data.draw(st.sampled_from([0.25, 3.0, 1000.0])) for _ in table.indicators])
    shifts = np.array([data.draw(st.sampled_from([0.0, -7.0, 100.0])) for _ in table.indicators])

    moved = table.with_values(table.values * factors + shifts)

    assert same(scores(table, tree, steps), scores(moved, tree, steps))


@RANDOM
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_units_does_not_matter(case, random):
    table, tree, steps = case
    order = list(range(len(table.units)))
    random.shuffle(order)

    assert same(scores(table, tree, steps)[order], scores(table.rows(np.array(order)), tree, steps))


@RANDOM
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_indicators_does_not_matter(case, random):
    table, tree, steps = case
    parts = [
        Element(
            code=part.code,
            weight=part.weight,
            children=tuple(random.sample(part.children, len(part.children))),
        )
        for part in random.sample(tree.root.children, len(tree.root.children))
    ]
    other = Tree(root=Element(code="index", children=tuple(parts)))
    columns = table.columns(random.sample(table.indicators, len(table.indicators)))

    one = run(Pipeline(tree=tree, steps=steps), table).scored
    two = run(Pipeline(tree=other, steps=steps), columns).scored

    for code in one.codes:
        assert same(one[code], two[code])


@RANDOM
@given(tables(), st.lists(st.sampled_from([0.1, 0.2, 0.3, 0.7]), min_size=5, max_size=5), st.data())
def test_units_that_are_tied_in_outranking_are_so_in_whatever_order_indicators_stand(table, weights, data):
    """Weights of 0.1 add to other last digits in another order."""
    count = len(table.indicators)
    order = data.draw(st.permutations(range(count)))
    given = np.array(weights[:count])

    def ranked(values, weights):
        return ascending(outranking_scores(values, weights)).tolist()

    one, two = ranked(table.values, given), ranked(table.values[:, order], given[list(order)])
    assert str(one) == str(two)


@RANDOM
@given(cases(gaps=False), st.data())
def test_who_gets_better_in_an_indicator_does_not_fall(case, data):
    table, tree, steps = case
    row = data.draw(st.integers(0, len(table.units) - 1))
    column = data.draw(st.integers(0, len(table.indicators) - 1))
    step = data.draw(st.integers(1, 60)) * tree[table.indicators[column]].direction
    values = table.values.copy()
    values[row, column] += step
    assume(np.ptp(values[:, column]) > 0)

    before, after = scores(table, tree, steps), scores(table.with_values(values), tree, steps)

    slack = 1e-9 * np.abs(before[row]).clip(1)
    assert (after[row] >= before[row] - slack).all()
    if isinstance(steps[1].rule, Arithmetic) and isinstance(steps[0].method, ZScore):
        assert after[row, -1] > before[row, -1]


@RANDOM
@given(tables(gaps=False), st.data())
def test_copeland_who_gets_better_does_not_fall_and_scores_sum_to_zero(table, data):
    tree = Tree(root=Element(code="index", children=tuple(Element(code=c) for c in table.indicators)))
    row = data.draw(st.integers(0, len(table.units) - 1))
    values = table.values.copy()
    values[row, 0] += data.draw(st.integers(1, 60))
    steps = (Aggregate(rule=Copeland()),)

    before, after = scores(table, tree, steps)[:, -1], scores(table.with_values(values), tree, steps)[:, -1]

    assert after[row] >= before[row]
    assert before.sum() == after.sum() == 0


@RANDOM
@given(cases())
def test_the_same_again_is_the_same_bytes_with_and_without_a_trace(case):
    table, tree, steps = case
    pipeline = Pipeline(tree=tree, steps=(Impute(), *steps))
    one, two = run(pipeline, table), run(pipeline, table, trace=False)

    assert one.scored.values.tobytes() == two.scored.values.tobytes()
    assert len(two.trace) == 0
    assert sum(c.step == "impute" for c in one.trace) == np.isnan(table.values).sum()


@RANDOM
@given(cases())
def test_nothing_is_missing_in_silence(case):
    table, tree, steps = case
    outcome = run(Pipeline(tree=tree, steps=steps), table)
    noted = {(c.unit, c.indicator) for c in outcome.trace if c.after is None}
    for row, column in np.argwhere(np.isnan(outcome.scored.values)):
        code = outcome.scored.codes[column]
        if tree[code].children:  # an element is missing only where all its children are
            below = [outcome.scored[child.code][row] for child in tree[code].children]
            assert np.isnan(below).all()
        assert (table.units[row], code) in noted


@RANDOM
@given(cases(gaps=False))
def test_means_lie_between_their_parts(case):
    table, tree, steps = case
    assume(not isinstance(steps[1].rule, Outranking))
    found = run(Pipeline(tree=tree, steps=steps), table).scored
    for element in tree.above:
        parts = np.column_stack([found[child.code] for child in element.children])
        slack = 1e-9 * np.abs(parts).max(axis=1).clip(1)
        assert (found[element.code] >= parts.min(axis=1) - slack).all()
        assert (found[element.code] <= parts.max(axis=1) + slack).all()


@RANDOM
@given(st.lists(st.integers(-5, 5).map(float), min_size=4, max_size=25), st.integers(0, 5))
def test_winsorising_keeps_order_and_limit(column, limit):
    table = Table(
        units=tuple(map(str, range(len(column)))), indicators=("x",), values=np.array([column]).T ** 3
    )
    tree = Tree(root=Element(code="index", children=(Element(code="x"),)))
    outcome = run(Pipeline(tree=tree, steps=(Treat(stages=(Winsorise(limit=limit),)),)), table)
    before, after = table.values[:, 0], outcome.table.values[:, 0]

    assert (before != after).sum() <= limit
    assert (after[:, None] >= after[None, :])[before[:, None] >= before[None, :]].all()
    assert len(outcome.trace) == (before != after).sum()


@RANDOM
@given(st.lists(st.one_of(st.integers(0, 4).map(float), st.just(math.nan)), min_size=1, max_size=12))
def test_ranks_against_the_plain_way(values):
    column = np.array(values)
    plain = [0 if math.isnan(v) else 1 + sum(w > v for w in values) for v in values]
    assert ranks(column).tolist() == plain
    for ties, extra in (("max", 1.0), ("average", 0.5)):
        for v, found in zip(values, ascending(column, ties), strict=True):
            if not math.isnan(v):
                equal = sum(w == v for w in values) - 1
                assert found == 1 + sum(w < v for w in values) + equal * extra
