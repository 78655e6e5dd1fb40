"""The sets behind the check: what a printed text stands for, sums, minima, limits."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teladan.core.consistency import values as sets
from teladan.core.consistency.intervals import Interval, grid_range, merged, point, window, window_of
from teladan.core.consistency.values import (
    TooManyValuesError,
    ValueSet,
    of_interval,
    of_numbers,
    parts_of,
    sums,
)
from teladan.core.quantity import Rounding, printed, rounded

MODES = list(Rounding)
small = st.fractions(min_value=-3, max_value=3, max_denominator=40)
intervals = st.builds(
    lambda low, length, a, b: Interval(low, low + length, a or not length, b or not length),
    small,
    st.fractions(min_value=0, max_value=2, max_denominator=40),
    st.booleans(),
    st.booleans(),
)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("digits", [0, 1])
def test_a_window_holds_exactly_the_values_that_print_to_it(mode, digits):
    for grid in range(-25, 26):
        stands_for = window(grid, digits, mode)
        for n in range(-320, 321):
            value = Fraction(n, 40 if digits else 8)
            prints = rounded(value, digits, mode) == Fraction(grid, 10**digits)
            assert stands_for.holds(value) == prints, (grid, value)


@settings(deadline=None)
@given(value=small, digits=st.integers(0, 3), mode=st.sampled_from(MODES))
def test_a_value_lies_in_the_window_of_its_own_print(value, digits, mode):
    assert window_of(printed(value, digits, mode), digits, mode).holds(value)


def test_zeros_lost_in_a_spreadsheet_make_no_difference():
    assert window_of("3.4", 2, Rounding.HALF_UP) == window_of("3.40", 2, Rounding.HALF_UP)
    assert window_of("7/2", 2, Rounding.DOWN) == window_of("3.50", 2, Rounding.DOWN)


def test_more_digits_than_declared_are_trusted_to_half_a_unit():
    low, high = Fraction("0.86804"), Fraction("0.86814")

    assert window_of("0.86809", 4, Rounding.HALF_UP) == Interval(low, high)
    assert window_of("0.50000", 4, Rounding.HALF_UP) == Interval(Fraction("0.49995"), Fraction("0.50005"))


def test_without_declared_digits_a_text_stands_for_itself():
    assert window_of("2.5", None, Rounding.HALF_UP) == point(Fraction(5, 2))


@settings(deadline=None)
@given(interval=intervals, digits=st.integers(0, 1), mode=st.sampled_from(MODES))
def test_the_grid_range_of_a_span_is_what_its_numbers_round_to(interval, digits, mode):
    first, last = grid_range(interval, digits, mode)
    inside = [Fraction(n, 1600) for n in range(-4800, 8001, 20) if interval.holds(Fraction(n, 1600))]
    seen = {int(rounded(value, digits, mode) * 10**digits) for value in inside}

    assert not seen or (first <= min(seen) and max(seen) <= last)
    for grid in (first, last):
        assert not window(grid, digits, mode).meet(interval).is_empty


@settings(deadline=None)
@given(st.lists(intervals, max_size=5), small)
def test_merging_spans_keeps_every_number(several, value):
    joined = merged(several)

    assert any(interval.holds(value) for interval in joined) == any(
        interval.holds(value) for interval in several
    )
    for one, two in itertools.pairwise(joined):
        assert one.high <= two.low


points = st.sets(st.integers(-60, 60), max_size=6).map(
    lambda numbers: np.array(sorted(numbers), dtype=np.int64)
)
mixed = st.builds(
    lambda numbers, several: ValueSet(numbers, 20, merged(several)), points, st.lists(intervals, max_size=2)
)


@settings(deadline=None)
@given(mixed, mixed, small)
def test_a_sum_holds_a_number_just_when_some_part_completes_it(one, two, total):
    ways = list(parts_of(total, one, two, None))

    assert bool(ways) == one.plus(two).holds(total)
    for part in ways:
        assert one.holds(part)
        assert two.holds(total - part)


@settings(deadline=None)
@given(mixed, st.integers(0, 2), st.sampled_from(MODES), small)
def test_rounded_sets_hold_what_their_numbers_round_to(values, digits, mode, value):
    after = values.rounded(digits, mode)

    if values.holds(value):
        assert after.holds(rounded(value, digits, mode))
    for number in after.members(None):
        assert not values.within(window(int(number * 10**digits), digits, mode)).is_empty


@settings(deadline=None)
@given(mixed, small, st.fractions(min_value=-2, max_value=2, max_denominator=5).filter(bool))
def test_a_multiplied_set_holds_the_multiplied_numbers(values, value, factor):
    assert values.holds(value) == values.times(factor, 100 * 60).holds(value * factor)


@pytest.mark.parametrize("big", [0, 2**70])
def test_sums_are_the_same_by_sorting_by_bitmap_and_beyond_int64(big):
    random = np.random.default_rng(5)
    one = np.unique(random.integers(0, 3000, 400)).astype(object if big else np.int64) * 7
    two = np.unique(random.integers(0, 900, 60)).astype(object if big else np.int64) * 7 + big

    found = sums(one, two)

    assert found.tolist() == sorted({int(a) + int(b) for a in one for b in two})


def test_sums_far_apart_are_sorted():
    one = np.arange(200, dtype=np.int64) ** 4
    two = np.arange(200, dtype=np.int64) ** 3 * 13

    assert sums(one, two).tolist() == sorted({int(a) + int(b) for a in one for b in two})


def test_a_set_too_large_is_refused_not_listed():
    one = np.arange(3000, dtype=np.int64) ** 4
    two = np.arange(3000, dtype=np.int64) ** 3 * 13

    with pytest.raises(TooManyValuesError):
        sums(one, two)
    with pytest.raises(TooManyValuesError):
        of_interval(Interval(Fraction(0), Fraction(10**6))).rounded(4, Rounding.DOWN)
    far_apart = of_numbers((Fraction(10 * n) for n in range(sets.PIECES + 1)), 1)
    with pytest.raises(TooManyValuesError):
        far_apart.plus(of_interval(Interval(Fraction(0), Fraction(1))))


def test_open_spans_around_points_do_not_close_the_holes():
    points = of_numbers([Fraction(0), Fraction(1)], 1)
    unit = Interval(Fraction(0), Fraction(1), low_closed=False, high_closed=False)

    assert points.plus(of_interval(unit)).intervals == (
        unit,
        Interval(Fraction(1), Fraction(2), False, False),
    )
    assert points.plus(of_interval(Interval(Fraction(0), Fraction(1), False))).intervals == (
        Interval(Fraction(0), Fraction(2), False),
    )
