"""The steps before and beside them against their definitions, on tables with gaps and ties."""

# ruff: noqa: ARG005  (a definition may not need all that another one does)

from __future__ import annotations

import math
import random
import statistics

import numpy as np
import pytest

from teladan.core.composite import (
    Denominate,
    Element,
    Impute,
    Normalise,
    Pipeline,
    Screen,
    Table,
    Treat,
    Tree,
    Weigh,
    run,
)
from teladan.core.composite.panel import trend
from teladan.core.composite.scales import (
    MinMax,
)
from teladan.core.composite.transforms import BoxCox, Log, Winsorise
from tests.core.composite.random_tables import (
    CODES,
    DIRECTIONS,
    NAN,
    SEEDS,
    cells,
    close,
    each,
    known,
    table,
    tree,
)

# --- before that ------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_denominators(seed):
    given = cells(seed)
    people = np.array([float(1 + i) for i in range(11)])
    people[2] = NAN
    steps = (Denominate(by={"a": "people"}, factors={"a": 1000.0}),)
    found = run(Pipeline(tree=tree(), steps=steps), table(given, denominators={"people": people})).table
    for i, code in enumerate(CODES):
        wanted = given[code]
        if code in "ac":
            factor = 1000 if code == "a" else 1
            wanted = [x / n * factor for x, n in zip(wanted, people.tolist(), strict=True)]
        close(found.values[:, i].tolist(), wanted)


@pytest.mark.parametrize("how", ["mean", "median"])
@pytest.mark.parametrize("seed", SEEDS)
def test_gaps_by_column_group_and_row(how, seed):
    given = cells(seed)
    middle = statistics.fmean if how == "mean" else statistics.median
    group = tuple("xyz"[i % 3] if i else "" for i in range(11))
    made = table(given, groups={"g": group})
    column = run(Pipeline(tree=tree(), steps=(Impute(method=how),)), made).table
    grouped = run(
        Pipeline(tree=tree(), steps=(Impute(method=how, over="group", group="g", otherwise="missing"),)), made
    ).table
    row = run(
        Pipeline(tree=tree(), steps=(Impute(method=how, over="row", level=2, otherwise="missing"),)), made
    ).table
    ends = {c: (min(known(given[c])), max(known(given[c]))) for c in CODES}

    def level(code, x):
        low, high = ends[code]
        return (x - low) / (high - low) if DIRECTIONS[code] > 0 else (high - x) / (high - low)

    for i, code in enumerate(CODES):
        siblings = "abc" if code in "abc" else "de"
        for u in range(11):
            x = given[code][u]
            if not math.isnan(x):
                assert column.values[u, i] == grouped.values[u, i] == row.values[u, i] == x
                continue
            close(column.values[u, i], middle(known(given[code])))
            members = known([given[code][v] for v in range(11) if group[v] == group[u]]) if group[u] else []
            close(grouped.values[u, i], middle(members) if members else NAN)
            levels = [level(c, given[c][u]) for c in siblings if not math.isnan(given[c][u])]
            low, high = ends[code]
            share = middle(levels) if levels else NAN
            back = low + share * (high - low) if DIRECTIONS[code] > 0 else high - share * (high - low)
            close(row.values[u, i], back)


def moments(column):
    """Return skewness and excess kurtosis as Excel's SKEW and KURT do."""
    n, mean, s = len(column), statistics.fmean(column), statistics.stdev(column)
    z = [(x - mean) / s for x in column]
    skew = n / ((n - 1) * (n - 2)) * sum(t**3 for t in z)
    kurt = n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * sum(t**4 for t in z)
    return skew, kurt - 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))


def is_right(column):
    if len(set(column)) == 1:
        return True
    skew, kurt = moments(column)
    return abs(skew) < 2 or kurt < 3.5


def winsorised(column, limit):
    column, moved = list(column), set()
    while not is_right(column) and len(moved) < limit:
        skew, _ = moments(column)
        top = max(column) if skew >= 0 else min(column)
        at = {i for i, x in enumerate(column) if x == top}
        if len(moved | at) > limit:
            break
        rest = [x for x in column if x != top]
        for i in at:
            column[i] = max(rest) if skew >= 0 else min(rest)
        moved |= at
    return column


@pytest.mark.parametrize("seed", SEEDS)
def test_outliers(seed):
    given = cells(seed, count=20)
    chance = random.Random(seed)
    for code in CODES:
        for i in chance.sample(range(20), chance.choice([0, 1, 2, 4])):
            if not math.isnan(given[code][i]):
                given[code][i] = chance.choice([2000.0, -2000.0, 500.0])
    made = table(given)
    limit = chance.choice([1, 2, 5])
    outcome = run(
        Pipeline(tree=tree(), steps=(Treat(stages=(Winsorise(limit=limit), Log(variant="shifted"))),)), made
    )
    listed = {(change.unit, change.indicator) for change in outcome.trace.by("treat")}
    for i, code in enumerate(CODES):
        column = known(given[code])
        wanted = column if is_right(column) else winsorised(column, limit)
        bent = not is_right(wanted)
        if bent:
            low, high = min(column), max(column)
            wanted = [math.log(x - low + 0.01 * (high - low)) for x in column]
        found = outcome.table.values[:, i]
        close(found[~np.isnan(found)].tolist(), wanted)
        names = [f"u{u}" for u, x in enumerate(given[code]) if not math.isnan(x)]
        changed = {u for u, x, y in zip(names, column, wanted, strict=True) if bent or x != y}
        assert {unit for unit, indicator in listed if indicator == code} == changed


LOGS = {
    "plain": lambda x, low, high: math.log(x),
    "plus one": lambda x, low, high: math.log(1 + x),
    "shifted": lambda x, low, high: math.log(x - low + 0.01 * (high - low)),
    "shifted by one": lambda x, low, high: math.log(x - low + 1),
    "GII": lambda x, low, high: math.log((high - 1) * (x - low) / (high - low) + 1),
    "symmetric": lambda x, low, high: math.copysign(math.log(1 + abs(x)), x),
}


@pytest.mark.parametrize("variant", LOGS)
def test_logarithms(variant):
    given = cells(3)
    found = run(
        Pipeline(tree=tree(), steps=(Treat(test=None, stages=(Log(variant=variant),)),)), table(given)
    ).table
    for i, code in enumerate(CODES):
        low, high = min(known(given[code])), max(known(given[code]))
        wanted = each(given[code], lambda x, a=low, b=high: LOGS[variant](x, a, b))
        close(found.values[:, i].tolist(), wanted)


@pytest.mark.parametrize("power", [-1.5, 0.0, 0.5, 2.0])
def test_box_cox(power):
    given = cells(4)
    stage = BoxCox(power=power)
    found = run(Pipeline(tree=tree(), steps=(Treat(test=None, stages=(stage,)),)), table(given)).table
    for i, code in enumerate(CODES):
        low = min(known(given[code]))
        wanted = each(
            given[code],
            lambda x, low=low: ((x - low + 1) ** power - 1) / power if power else math.log(x - low + 1),
        )
        close(found.values[:, i].tolist(), wanted)


@pytest.mark.parametrize("seed", SEEDS)
def test_screening(seed):
    given = cells(seed)
    chance = random.Random(seed)
    for code in "abc":
        for i in chance.sample(range(11), 4):
            given[code][i] = NAN
    given["e"] = [0.0 if i % 2 else x for i, x in enumerate(given["e"])]
    step = Screen(indicators=0.6, units=0.6, nonzero=0.5, keep={"u1": "of our own choice"})
    outcome = run(Pipeline(tree=tree(), steps=(step,)), table(given)).table
    kept = [c for c in CODES if len(known(given[c])) / 11 >= 0.6]
    units = []
    for u in range(11):
        row = known([given[c][u] for c in kept])
        enough = len(row) / len(kept) >= 0.6 and row and sum(x != 0 for x in row) / len(row) >= 0.5
        if enough or u == 1:
            units.append(f"u{u}")
    assert (list(outcome.indicators), list(outcome.units)) == (kept, units)


# --- weights and panels -----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_the_first_component_is_the_direction_of_most_variance(seed):
    chance = np.random.Generator(np.random.PCG64(seed))
    common = chance.normal(size=40)
    values = np.column_stack([common + chance.normal(size=40) * (0.5 + i / 4) for i in range(5)])
    made = Table(units=tuple(f"u{i}" for i in range(40)), indicators=CODES, values=values)
    flat = Tree(root=Element(code="index", children=tuple(Element(code=code) for code in CODES)))
    found = run(Pipeline(tree=flat, steps=(Weigh(how="first component"),)), made).tree
    z = (values - values.mean(axis=0)) / values.std(axis=0, ddof=1)
    _, _, right = np.linalg.svd(z, full_matrices=False)
    wanted = np.abs(right[0]) / np.abs(right[0]).sum()
    close([found[code].weight for code in CODES], wanted.tolist())


def test_balanced_weights_give_equal_correlations_and_information_the_largest_sum():
    chance = np.random.Generator(np.random.PCG64(5))
    common = chance.normal(size=60)
    values = np.column_stack([common * (1 + i) + chance.normal(size=60) * 2 for i in range(3)])
    values = (values - values.mean(axis=0)) / values.std(axis=0)
    made = Table(units=tuple(f"u{i}" for i in range(60)), indicators=("a", "b", "c"), values=values)
    flat = Tree(root=Element(code="index", children=tuple(Element(code=code) for code in "abc")))

    def correlations(weights):
        index = values @ weights
        return [float(np.corrcoef(values[:, i], index)[0, 1]) for i in range(3)]

    def weights_of(how):
        outcome = run(Pipeline(tree=flat, steps=(Weigh(how=how, levels=(1,)),)), made)
        weights = np.array([outcome.tree[code].weight for code in "abc"])
        close(list(outcome.stage("weights").report.values()), correlations(weights))
        return weights

    assert np.ptp(correlations(weights_of("balance"))) < 1e-6
    best = sum(correlations(weights_of("information")))
    for _ in range(300):
        assert sum(correlations(chance.dirichlet(np.ones(3)))) <= best + 1e-9


@pytest.mark.parametrize("seed", SEEDS)
def test_panels_share_parameters_or_not_and_fill_along_time(seed):
    chance = random.Random(seed)
    times = np.array([2001.0, 2002.0, 2004.0, 2005.0] * 3)
    units = tuple(f"u{i // 4}" for i in range(12))
    values = np.array([[round(chance.uniform(1, 9), 1) for _ in CODES] for _ in range(12)])
    flat = Tree(root=Element(code="index", children=tuple(Element(code=code) for code in CODES)))
    made = Table(units=units, indicators=CODES, values=values, times=times)
    common = run(Pipeline(tree=flat, steps=(Normalise(method=MinMax()),)), made).table.values
    own = run(
        Pipeline(tree=flat, steps=(Normalise(method=MinMax(), parameters="each time"),)), made
    ).table.values
    base = run(Pipeline(tree=flat, steps=(Normalise(method=MinMax(), parameters=2001.0),)), made).table.values
    for row in range(12):
        for i in range(5):
            for found, rows in ((common, range(12)), (own, range(row % 4, 12, 4)), (base, range(0, 12, 4))):
                column = [values[r, i] for r in rows]
                wanted = 100 * (values[row, i] - min(column)) / (max(column) - min(column))
                close(found[row, i], wanted)

    gappy = values.copy()
    gappy[1, 0] = gappy[2, 0] = gappy[4, 0] = gappy[11, 0] = NAN
    made = Table(units=units, indicators=CODES, values=gappy, times=times)

    def filled(**how):
        steps = (Impute(otherwise="missing", **how),)
        return run(Pipeline(tree=flat, steps=steps), made).table.values[:, 0].tolist()

    first, last = gappy[0, 0], gappy[3, 0]
    linear = filled(method="linear")
    close(linear[1:3], [first + (last - first) / 4, first + (last - first) * 3 / 4])
    close([linear[4], linear[11]], [gappy[5, 0], gappy[10, 0]])
    latest = filled(method="latest", reach=1)
    close([latest[1], latest[2], latest[4], latest[11]], [first, NAN, NAN, gappy[10, 0]])
    nearest = filled(method="nearest")
    close([nearest[1], nearest[2], nearest[4], nearest[11]], [first, first, gappy[5, 0], gappy[10, 0]])
    assert filled(method="constant", value=3.0)[1] == 3.0

    series = values[:4, 1]
    slope = statistics.linear_regression(times[:4].tolist(), series.tolist()).slope
    close(trend(times[:4], series), slope)
    close(trend(times[:4], series, "percent"), 100 * slope / series[0])
    close(trend(times[:4], series, "growth"), (series[3] / series[0]) ** (1 / 4) - 1)
