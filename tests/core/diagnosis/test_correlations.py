"""Correlations against their definitions, written out here a second time."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teladan.core.composite import CompositeError
from teladan.core.diagnosis import correlate
from teladan.core.diagnosis.correlations import METHODS, checked, kendall, pearson, spearman
from teladan.core.diagnosis.thresholds import Thresholds

COLUMN = st.lists(st.one_of(st.none(), st.integers(-5, 5)), min_size=3, max_size=12)


def both(x, y):
    return [(a, b) for a, b in zip(x, y, strict=False) if a is not None and b is not None]


def by_definition(x, y):
    """Pearson's r in exact fractions up to the root; None where it is not defined."""
    pairs = [(Fraction(a), Fraction(b)) for a, b in both(x, y)]
    n = len(pairs)
    if n < 3:
        return None
    mx, my = (sum(pair[i] for pair in pairs) / n for i in (0, 1))
    xy = sum((a - mx) * (b - my) for a, b in pairs)
    xx, yy = sum((a - mx) ** 2 for a, _ in pairs), sum((b - my) ** 2 for _, b in pairs)
    return None if not xx or not yy else float(xy) / math.sqrt(xx * yy)


def mean_ranks(values):
    return [sum(w < v for w in values) + Fraction(sum(w == v for w in values) + 1, 2) for v in values]


def rho(x, y):
    pairs = both(x, y)
    return by_definition(*(mean_ranks([pair[i] for pair in pairs]) for i in (0, 1))) if pairs else None


def tau(x, y):
    pairs = both(x, y)
    if len(pairs) < 3:
        return None

    def sign(v):
        return (v > 0) - (v < 0)

    signs = [(sign(a - c), sign(b - d)) for (a, b), (c, d) in combinations(pairs, 2)]
    untied = sum(s != 0 for s, _ in signs) * sum(t != 0 for _, t in signs)
    return sum(s * t for s, t in signs) / math.sqrt(untied) if untied else None


def matrix(*columns):
    n = min(map(len, columns))
    return np.array([[math.nan if c[i] is None else c[i] for c in columns] for i in range(n)], float)


@settings(max_examples=200)
@given(COLUMN, COLUMN)
def test_all_three_are_what_their_definitions_say(x, y):
    found = correlate(matrix(x, y), ["x", "y"])

    for method, definition in (("pearson", by_definition), ("spearman", rho), ("kendall", tau)):
        wanted = definition(x, y)
        r = found.of("x", "y", method)
        assert (r is None) == (wanted is None), method
        assert r == (None if wanted is None else pytest.approx(wanted, abs=1e-12)), method
        assert r == found.of("y", "x", method)
    assert found.n("x", "y") == len(both(x, y))


@given(st.lists(st.tuples(*[st.integers(-40, 40)] * 3), min_size=4, max_size=20))
def test_many_columns_give_what_pairs_give(rows):
    values = np.array(rows, float)
    for method in (pearson, spearman, kendall):
        whole = method(values)
        for i, j in combinations(range(3), 2):
            assert whole[i, j] == pytest.approx(method(values[:, [i, j]])[0, 1], abs=1e-12, nan_ok=True)


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=4, max_size=20))
def test_ranks_do_not_feel_a_rising_function(rows):
    values = np.array(rows, float)
    bent = np.column_stack([np.exp(values[:, 0]), values[:, 1] ** 3])
    for method in (spearman, kendall):
        assert np.array_equal(method(values), method(bent), equal_nan=True)


def test_gaps_are_left_out_pair_by_pair():
    values = matrix([1, 2, 3, 4, None], [2, 4, 6, None, 1], [1, 1, 2, 3, 5])
    found = correlate(values, ["a", "b", "c"])

    assert (found.n("a", "b"), found.n("a", "c"), found.n("b", "c")) == (3, 4, 4)
    assert found.of("a", "b") == pytest.approx(1)
    assert found.of("a", "c") == pytest.approx(np.corrcoef([1, 2, 3, 4], [1, 1, 2, 3])[0, 1])
    assert found.of("b", "c") == pytest.approx(np.corrcoef([2, 4, 6, 1], [1, 1, 2, 5])[0, 1])


def test_what_is_the_same_everywhere_has_none_even_as_decimals():
    values = np.column_stack([np.full(10, 0.1), np.arange(10.0), np.full(10, 1e300)])
    found = correlate(values, ["a", "b", "c"])
    for method in METHODS:
        assert found.of("a", "b", method) is None
        assert found.of("a", "a", method) is None
        assert found.of("b", "b", method) == 1.0


def test_the_largest_and_the_smallest_numbers_do_not_overflow():
    x = np.array([1.0, 2.0, 4.0, 3.0])
    y = np.array([1.0, 3.0, 2.0, 4.0])
    plain = pearson(np.column_stack([x, y]))[0, 1]
    for size in (1e307, 1e-300):
        assert pearson(np.column_stack([x * size, y]))[0, 1] == pytest.approx(plain, abs=1e-12)
    ends = np.array([[-1.7e308, 0.0], [1.7e308, 1.0], [0.0, 2.0]])
    assert np.isfinite(correlate(ends, ["a", "b"]).kendall).all()


def test_blocks_do_not_change_kendall(monkeypatch):
    values = np.random.Generator(np.random.PCG64(4)).integers(0, 6, size=(57, 4)).astype(float)
    values[3, 1] = values[50, 2] = np.nan
    whole = kendall(values)
    monkeypatch.setattr("teladan.core.diagnosis.correlations.CELLS", 300)
    assert np.array_equal(kendall(values), whole)


def test_a_method_that_is_none():
    with pytest.raises(CompositeError, match="'cosine' is not a correlation: pearson, spearman, kendall"):
        checked("cosine")


def test_flags_stand_at_their_thresholds():
    at = Thresholds(negative=-0.4, low=0.3, high=0.92)
    flags = {r: at.of(r) for r in (-0.4, -0.39, 0.29, 0.3, 0.91, 0.92, None)}
    assert flags == {-0.4: "negative", -0.39: "low", 0.29: "low", 0.3: "", 0.91: "", 0.92: "high", None: ""}


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"low": 0.95}, "must rise"),
        ({"high": 1.1}, "must rise"),
        ({"missing": 1.5}, "missing is not a share"),
        ({"far": 1.0}, "far fence"),
        ({"alpha": math.nan}, "alpha is not a finite number"),
        ({"inflation": 0.5}, "1 or more"),
    ],
)
def test_thresholds_that_are_none(given, reason):
    with pytest.raises(CompositeError, match=reason):
        Thresholds(**given)
