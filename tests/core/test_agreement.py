"""Agreement of two raters, exact."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teladan.core.agreement import agree, quadratic_weighted_kappa
from teladan.core.quantity import Rounding, printed

FACTS = Path(__file__).parents[3] / "shared" / "facts"


def rated(*values):
    return {("Denpasar", f"I{n}"): None if v is None else Fraction(v) for n, v in enumerate(values)}


def test_denpasar_2021_self_against_central():
    file = FACTS / "spbe_2021_denpasar_indicator.csv"
    if not file.exists():
        pytest.skip("the shared facts are not beside this project")
    with file.open(encoding="utf-8-sig", newline="") as lines:
        table = list(csv.DictReader(lines))
    one, other = (
        {("Denpasar", line["indicator"]): Fraction(line[column]) for line in table}
        for column in ("self_assessed", "central")
    )

    result = agree(one, other)

    assert (result.n, result.dropped) == (47, 0)
    assert (result.equal, result.lower, result.higher) == (18, 25, 4)
    assert result.exact == Fraction(18, 47)
    assert result.kappa is not None
    assert printed(result.kappa, 2, Rounding.HALF_UP) == "0.55"


def test_pairs_are_formed_by_key_and_the_rest_is_counted():
    one = {("a", "I1"): Fraction(3), ("a", "I2"): Fraction(1), ("b", "I1"): None, ("c", "I1"): Fraction(1)}
    other = {("a", "I2"): Fraction(2), ("a", "I1"): Fraction(3), ("b", "I1"): Fraction(1)}

    result = agree(one, other)

    assert (result.n, result.dropped) == (2, 2)
    assert (result.lower, result.equal, result.higher) == (0, 1, 1)
    assert result.mean_difference == Fraction(-1, 2)


def test_a_value_of_zero_is_a_value():
    assert agree(rated(0, 1), rated(0, 1)).kappa == 1


def test_adjacent_counts_equal_ones_and_halves():
    result = agree(rated(1, 2, "2.5", 1), rated(1, 3, 2, 5))

    assert result.exact == Fraction(1, 4)
    assert result.adjacent == Fraction(3, 4)


def test_kappa_of_a_worked_case():
    # Levels 1 2 3 against 1 3 3: within 1; between all 9 pairs 0+4+4 + 1+1+1 + 4+0+0 = 15.
    assert agree(rated(1, 2, 3), rated(1, 3, 3)).kappa == 1 - Fraction(1 * 3, 15)


def test_without_spread_or_pairs_there_is_no_kappa():
    nothing = agree({}, rated(1))

    assert agree(rated(2, 2), rated(2, 2)).kappa is None
    assert (nothing.n, nothing.dropped) == (0, 1)
    assert (nothing.exact, nothing.adjacent, nothing.mean_difference, nothing.kappa) == (None,) * 4


@settings(deadline=None)
@given(st.lists(st.tuples(st.fractions(0, 5, max_denominator=4), st.integers(1, 5)), max_size=12))
def test_kappa_is_its_definition_over_all_pairs(pairs):
    pairs = [(x, Fraction(y)) for x, y in pairs]
    n = len(pairs)
    every = sum((x - y) ** 2 for x, _ in pairs for _, y in pairs)
    kappa = quadratic_weighted_kappa(pairs)

    if every == 0:
        assert kappa is None
    else:
        assert kappa == 1 - (sum((x - y) ** 2 for x, y in pairs) / Fraction(n)) / (every / Fraction(n * n))
        assert kappa <= 1
