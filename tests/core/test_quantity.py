"""Exact numbers: what is read, what is refused, and rounding against Python's own decimal module."""

from __future__ import annotations

import decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teladan.core.quantity import (
    LONGEST,
    QuantityError,
    Rounding,
    common_denominator,
    decimal_text,
    decimals,
    exact,
    plain_text,
    printed,
    round_ratio,
    round_ratios,
    rounded,
)

DECIMAL_MODES = {
    Rounding.HALF_UP: decimal.ROUND_HALF_UP,
    Rounding.HALF_EVEN: decimal.ROUND_HALF_EVEN,
    Rounding.HALF_DOWN: decimal.ROUND_HALF_DOWN,
    Rounding.DOWN: decimal.ROUND_DOWN,
    Rounding.UP: decimal.ROUND_UP,
}
modes = st.sampled_from(list(Rounding))
# Many ties: denominators that make halves at the printed digit.
ratios = st.builds(
    Fraction,
    st.integers(-(10**9), 10**9),
    st.sampled_from([1, 2, 4, 8, 10, 16, 20, 40, 200, 400, 2000, 3, 7, 9, 11, 91, 2**20]),
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3.1925", Fraction(1277, 400)),
        ("1/3", Fraction(1, 3)),
        ("-2/4", Fraction(-1, 2)),
        ("+7", Fraction(7)),
        (" 5 ", Fraction(5)),
        ("5.", Fraction(5)),
        (".5", Fraction(1, 2)),
        ("007.10", Fraction(71, 10)),
        (7, Fraction(7)),
        (Fraction(2, 3), Fraction(2, 3)),
        ("0.1000000000000000055511151231257827", Fraction("0.1000000000000000055511151231257827")),
    ],
)
def test_a_number_is_read_exactly(text, value):
    assert exact(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "x",
        "1e5",
        "1_000",
        "0x10",
        "inf",
        "nan",
        "1.2.3",
        "1/2/3",
        "1/-2",
        "1.5/2",
        "½",
        "٣",
        "１",
        "+",
        ".",
        "/",
        "--1",
        "1 2",
        "1\xa02",
    ],
)
def test_other_texts_are_refused_with_a_way_out(text):
    with pytest.raises(QuantityError) as refused:
        exact(text)
    assert str(refused.value) == f"{text!r} is not a number (write 3.5 or 7/2)"


def test_floats_are_refused_at_the_border():
    with pytest.raises(QuantityError) as refused:
        exact(2.675)
    assert str(refused.value) == "2.675 is a float, not exact: give the number as text"


@pytest.mark.parametrize("value", [True, None, np.float64(1), np.int64(1), decimal.Decimal(1), b"1"])
def test_values_that_are_no_exact_number_are_refused(value):
    with pytest.raises(QuantityError):
        exact(value)


def test_division_by_zero_is_named():
    with pytest.raises(QuantityError, match="'1/0' divides by zero"):
        exact("1/0")


def test_a_number_as_long_as_a_damaged_file_is_not_read():
    assert exact("9" * LONGEST) == 10**LONGEST - 1
    with pytest.raises(QuantityError, match="a number of 81 characters is not read"):
        exact("9" * (LONGEST + 1))


@given(ratios)
def test_an_exact_text_reads_back(value):
    assert exact(plain_text(value)) == value
    assert exact(str(value)) == value


@given(st.integers(-(10**12), 10**12), st.integers(0, 12))
def test_a_decimal_text_has_its_digits_and_reads_back(scaled, digits):
    text = decimal_text(scaled, digits)
    assert decimals(text) == digits
    assert exact(text) == Fraction(scaled, 10**digits)


@given(ratios, st.integers(0, 6), modes)
def test_rounding_is_that_of_the_decimal_module(value, digits, mode):
    # Enough precision to write every denominator here that ends, and to never meet a false tie.
    with decimal.localcontext(decimal.Context(prec=60)):
        written = decimal.Decimal(value.numerator) / decimal.Decimal(value.denominator)
        wanted = written.quantize(decimal.Decimal(1).scaleb(-digits), rounding=DECIMAL_MODES[mode])

    assert rounded(value, digits, mode) == Fraction(wanted)
    assert Fraction(printed(value, digits, mode)) == Fraction(wanted)


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1), st.integers(1, 1000), modes)
def test_whole_columns_round_as_single_numbers_do(numerators, denominator, mode):
    wanted = [round_ratio(n, denominator, mode) for n in numerators]

    small = round_ratios(np.array(numerators, dtype=np.int64), denominator, mode)
    large = round_ratios(np.array(numerators, dtype=object), denominator, mode)

    assert small.dtype == np.int64
    assert small.tolist() == wanted
    assert [int(n) for n in large] == wanted


@given(st.lists(st.integers(-(10**60), 10**60), min_size=1), st.integers(1, 10**40), modes)
def test_columns_beyond_int64_round_as_single_numbers_do(numerators, denominator, mode):
    column = np.empty(len(numerators), dtype=object)
    column[:] = numerators
    rounded_column = round_ratios(column, denominator, mode)
    assert [int(n) for n in rounded_column] == [round_ratio(n, denominator, mode) for n in numerators]


@pytest.mark.parametrize(
    ("mode", "texts"),
    [
        (Rounding.HALF_UP, ("1.09", "-1.09", "1.08")),
        (Rounding.HALF_EVEN, ("1.08", "-1.08", "1.08")),
        (Rounding.HALF_DOWN, ("1.08", "-1.08", "1.07")),
        (Rounding.DOWN, ("1.08", "-1.08", "1.07")),
        (Rounding.UP, ("1.09", "-1.09", "1.08")),
    ],
)
def test_the_pemdi_aspect_under_each_mode(mode, texts):
    values = (Fraction("1.085"), Fraction("-1.085"), Fraction("1.075"))
    assert tuple(printed(value, 2, mode) for value in values) == texts


def test_common_denominator():
    assert common_denominator([Fraction(1, 4), Fraction(5, 6)]) == 12
    assert common_denominator([]) == 1
