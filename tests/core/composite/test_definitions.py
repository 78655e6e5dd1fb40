"""Scales and rules against their definitions written out in plain Python, on tables with gaps and ties."""

# ruff: noqa: ARG005  (a definition may not need all that another one does)

from __future__ import annotations

import math
import statistics

import pytest

from teladan.core.composite import (
    Aggregate,
    Normalise,
    Pipeline,
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
from teladan.core.composite.orders import Borda, FractionOfMax, PercentileRank, Rank
from teladan.core.composite.scales import (
    DistanceToMax,
    DistanceToReference,
    DistanceToTarget,
    Goalposts,
    MinMax,
    Scaled,
    ZScore,
)
from tests.core.composite.random_tables import (
    CODES,
    DIRECTIONS,
    NAN,
    SEEDS,
    WEIGHTS,
    cells,
    close,
    each,
    known,
    table,
    tree,
)

# --- onto a common scale ----------------------------------------------------------------------------


def average_from_below(column, x):
    return (sum(y < x for y in column) + 1 + sum(y <= x for y in column)) / 2


SCALES = {
    "min-max": (
        MinMax(lower=1, upper=100),
        lambda s, c: each(s, lambda x: 1 + 99 * (x - min(known(s))) / (max(known(s)) - min(known(s)))),
    ),
    "z": (
        ZScore(mean=10, sd=2),
        lambda s, c: each(
            s, lambda x: 10 + 2 * (x - statistics.fmean(known(s))) / statistics.stdev(known(s))
        ),
    ),
    "best": (
        DistanceToMax(),
        lambda s, c: each(s, lambda x: 1 - (max(known(s)) - x) / (max(known(s)) - min(known(s)))),
    ),
    "rank": (Rank(), lambda s, c: each(s, lambda x: 1 + sum(y < x for y in known(s)))),
    "rank, average": (Rank(ties="average"), lambda s, c: each(s, lambda x: average_from_below(known(s), x))),
    "rank, max": (Rank(ties="max"), lambda s, c: each(s, lambda x: sum(y <= x for y in known(s)))),
    "borda": (Borda(), lambda s, c: each(s, lambda x: sum(y < x for y in known(s)))),
    "percentile": (
        PercentileRank(),
        lambda s, c: each(s, lambda x: sum(y < x for y in known(s)) / (len(known(s)) - 1)),
    ),
    "fraction": (
        FractionOfMax(),
        lambda s, c: each(
            s, lambda x: x / max(known(s)) if DIRECTIONS[c] > 0 else min(-y for y in known(s)) / -x
        ),
    ),
    "scaled": (
        Scaled(lower=-5, upper=55, to=10),
        lambda s, c: each(s, lambda x: 10 * ((x + 5) if DIRECTIONS[c] > 0 else (55 + x)) / 60),
    ),
    "reference": (
        DistanceToReference(unit="u0", cap=True),
        lambda s, c: each(s, lambda x: min(1, 1 - (s[0] - x) / (s[0] - min(known(s))))),
    ),
}


@pytest.mark.parametrize("name", SCALES)
@pytest.mark.parametrize("seed", SEEDS)
def test_scales(name, seed):
    method, definition = SCALES[name]
    given = cells(seed)
    for code in CODES:  # the reference has values, and is not the worst
        given[code][0] = 49.5 if DIRECTIONS[code] > 0 else 0.6
    found = run(Pipeline(tree=tree(), steps=(Normalise(method=method),)), table(given)).table
    for i, code in enumerate(CODES):
        signed = [DIRECTIONS[code] * x for x in given[code]]
        close(found.values[:, i].tolist(), definition(signed, code))


@pytest.mark.parametrize("seed", SEEDS)
def test_goalposts_and_targets(seed):
    given = cells(seed)
    posts = dict.fromkeys(CODES, (5.0, 40.0))
    for cap, log in (("both", False), ("none", False), ("lower", False), ("upper", True), ("both", True)):
        steps = (Normalise(method=Goalposts(scale=10, cap=cap, log=log)),)
        found = run(Pipeline(tree=tree(posts), steps=steps), table(given)).table
        look = math.log if log else float

        def place(x, code, cap=cap, look=look):
            x = max(x, 5.0) if cap in {"both", "lower"} else x
            x = min(x, 40.0) if cap in {"both", "upper"} else x
            share = (look(x) - look(5.0)) / (look(40.0) - look(5.0))
            return 10 * (share if DIRECTIONS[code] > 0 else 1 - share)

        for i, code in enumerate(CODES):
            close(found.values[:, i].tolist(), each(given[code], lambda x, code=code: place(x, code)))

    targets = {code: 60.0 if DIRECTIONS[code] > 0 else 0.1 for code in CODES}
    found = run(
        Pipeline(tree=tree(targets=targets), steps=(Normalise(method=DistanceToTarget()),)), table(given)
    ).table
    for i, code in enumerate(CODES):
        worst = min(known(given[code])) if DIRECTIONS[code] > 0 else max(known(given[code]))
        wanted = each(given[code], lambda x, w=worst, t=targets[code]: 1 - (t - x) / (t - w))
        close(found.values[:, i].tolist(), wanted)


# --- aggregation ------------------------------------------------------------------------------------


def pairs(part, code, weights):
    """Return {unit: {other: (weight on which it is better, ties half; shared weight)}}."""
    count = len(part[0])
    found = {}
    for i in range(count):
        for j in range(count):
            better = shared = 0.0
            for column, w in zip(part, weights, strict=True):
                if i != j and not math.isnan(column[i]) and not math.isnan(column[j]):
                    shared += w
                    better += w if column[i] > column[j] else w / 2 if column[i] == column[j] else 0.0
            found[i, j] = (better, shared)
    return found


def by_pairs(score):
    def combine(part, weights):
        count, found = len(part[0]), pairs(part, "", weights)
        return [
            NAN
            if all(math.isnan(column[i]) for column in part)
            else sum(score(*found[i, j]) for j in range(count) if found[i, j][1])
            for i in range(count)
        ]

    return combine


def by_row(function):
    def combine(part, weights):
        rows = zip(*part, strict=True)
        there = [[(x, w) for x, w in zip(row, weights, strict=True) if not math.isnan(x)] for row in rows]
        return [function(*zip(*row, strict=True)) if row else NAN for row in there]

    return combine


def power_mean(p):
    return by_row(lambda x, w: (sum(b * a**p for a, b in zip(x, w, strict=True)) / sum(w)) ** (1 / p))


RULES = {
    "arithmetic": (Arithmetic(), by_row(lambda x, w: sum(a * b for a, b in zip(x, w, strict=True)) / sum(w))),
    "geometric": (
        Geometric(),
        by_row(lambda x, w: math.prod(a ** (b / sum(w)) for a, b in zip(x, w, strict=True))),
    ),
    "harmonic": (Harmonic(), power_mean(-1)),
    "power 3": (Generalised(power=3), power_mean(3)),
    "power 0.5": (Generalised(power=0.5), power_mean(0.5)),
    "power -2": (Generalised(power=-2), power_mean(-2)),
    "power 0": (
        Generalised(power=0),
        by_row(lambda x, w: math.prod(a ** (b / sum(w)) for a, b in zip(x, w, strict=True))),
    ),
    "median": (Median(), by_row(lambda x, w: statistics.median(x))),
    "minimum": (Minimum(), by_row(lambda x, w: min(x))),
    "maximum": (Maximum(), by_row(lambda x, w: max(x))),
    "copeland": (Copeland(), by_pairs(lambda b, s: (2 * b > s + 1e-9) - (2 * b < s - 1e-9))),
    "outranking": (Outranking(), by_pairs(lambda b, s: b / s)),
}


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("seed", SEEDS)
def test_rules_by_element_with_gaps_and_thresholds(name, seed):
    rule, definition = RULES[name]
    given = cells(seed)
    given["d"][4] = given["e"][4] = NAN  # an element with nothing below it
    tree_ = tree()
    step = Aggregate(rule=Arithmetic(), by_element={"one": rule, "two": rule}, least_by_level={2: 0.5})
    scores = run(Pipeline(tree=tree_, steps=(step,)), table(given)).scored
    parts = {}
    for parent, codes in (("one", "abc"), ("two", "de")):
        wanted = definition([given[c] for c in codes], [WEIGHTS[c] for c in codes])
        for i in range(len(wanted)):
            there = sum(not math.isnan(given[c][i]) for c in codes)
            if there / len(codes) < 0.5:
                wanted[i] = NAN
        parts[parent] = wanted
        close(scores[parent].tolist(), wanted)
    mean = by_row(lambda x, w: sum(a * b for a, b in zip(x, w, strict=True)) / sum(w))
    close(scores.index.tolist(), mean([parts["one"], parts["two"]], [2.0, 1.0]))
