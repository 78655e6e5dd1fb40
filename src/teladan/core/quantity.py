"""Exact numbers: read from text, rounded where a rule says so, printed as text.

A quantity is a `fractions.Fraction`. Binary floats never enter: 2.675 as a float is already
another number, and a band can hang on it.

>>> exact("1.2415"), exact("1/3"), exact("5")
(Fraction(2483, 2000), Fraction(1, 3), Fraction(5, 1))
>>> printed(exact("3.1925"), 2, Rounding.HALF_UP)
'3.19'
"""

from __future__ import annotations

import math
import re
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

DECIMAL = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
RATIO = re.compile(r"[+-]?\d+/\d+", re.ASCII)
LONGEST = 80  # characters; longer "numbers" are a damaged file, and int() of them is quadratic


class QuantityError(ValueError):
    """A text or value that is not an exact number; the message says why."""


class Rounding(StrEnum):
    """How a value between two printable figures is printed (signs mirrored, as in `decimal`)."""

    HALF_UP = "half up"
    HALF_EVEN = "half even"
    HALF_DOWN = "half down"
    DOWN = "down"
    UP = "up"


def exact(value: object) -> Fraction:
    """Return the exact number of a decimal text, a "p/q" text, an int or a Fraction.

    Raises QuantityError for floats (pass the text they were read from), booleans and other text.
    """
    if isinstance(value, Fraction):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Fraction(value)
    if not isinstance(value, str):
        msg = f"{value!r} is a {type(value).__name__}, not exact: give the number as text"
        raise QuantityError(msg)
    text = value.strip()
    if len(text) > LONGEST:
        msg = f"a number of {len(text)} characters is not read (the limit is {LONGEST})"
        raise QuantityError(msg)
    if DECIMAL.fullmatch(text):
        return Fraction(text)
    if RATIO.fullmatch(text):
        numerator, denominator = text.split("/")
        if int(denominator) == 0:
            msg = f"{text!r} divides by zero"
            raise QuantityError(msg)
        return Fraction(int(numerator), int(denominator))
    msg = f"{value!r} is not a number (write 3.5 or 7/2)"
    raise QuantityError(msg)


def decimals(text: str) -> int:
    """Return how many digits stand after the point of a decimal text ("3.10" has two)."""
    return len(text.strip().partition(".")[2])


def plain_text(value: Fraction) -> str:
    """Return the shortest exact decimal where there is one ("3.1925"), else "p/q".

    >>> plain_text(exact("6385/2000")), plain_text(exact("24/11"))
    ('3.1925', '24/11')
    """
    rest, digits = value.denominator, 0
    for prime in (2, 5):
        count = 0
        while rest % prime == 0:
            rest //= prime
            count += 1
        digits = max(digits, count)
    return decimal_text(int(value * 10**digits), digits) if rest == 1 else str(value)


def decimal_text(scaled: int, digits: int) -> str:
    """Return scaled / 10**digits written with exactly that many digits.

    >>> decimal_text(319, 2), decimal_text(-5, 1), decimal_text(4, 0)
    ('3.19', '-0.5', '4')
    """
    sign, body = ("-" if scaled < 0 else ""), str(abs(scaled)).rjust(digits + 1, "0")
    return f"{sign}{body[:-digits]}.{body[-digits:]}" if digits else sign + body


def rounded(value: Fraction, digits: int, mode: Rounding) -> Fraction:
    """Return the value rounded to `digits` digits after the point under `mode`."""
    scaled = round_ratio(value.numerator * 10**digits, value.denominator, mode)
    return Fraction(scaled, 10**digits)


def printed(value: Fraction, digits: int, mode: Rounding) -> str:
    """Return the value as it is printed: rounded once, with exactly `digits` digits."""
    return decimal_text(round_ratio(value.numerator * 10**digits, value.denominator, mode), digits)


def round_ratio(numerator: int, denominator: int, mode: Rounding) -> int:
    """Return numerator / denominator (positive) rounded to an integer under `mode`."""
    whole, rest = divmod(abs(numerator), denominator)
    if rest and _goes_up(2 * rest, denominator, whole, mode):
        whole += 1
    return -whole if numerator < 0 else whole


def _goes_up(twice_rest: int, denominator: int, whole: int, mode: Rounding) -> bool:
    if mode is Rounding.UP or mode is Rounding.DOWN:
        return mode is Rounding.UP
    if twice_rest != denominator:
        return twice_rest > denominator
    return mode is Rounding.HALF_UP or (mode is Rounding.HALF_EVEN and whole % 2 == 1)


def round_ratios(numerators: NDArray[Any], denominator: int, mode: Rounding) -> NDArray[Any]:
    """Return the integers nearest to numerators / denominator: `round_ratio` for whole columns.

    Works on int64 and on object (Python int) arrays alike; the caller sees to it that
    2 × |numerator| fits the type.
    """
    sizes = np.abs(numerators)
    whole = sizes // denominator
    rest = sizes - whole * denominator
    if mode is Rounding.DOWN:
        up = np.zeros(len(sizes), dtype=bool)
    elif mode is Rounding.UP:
        up = (rest != 0).astype(bool)
    else:
        twice = 2 * rest
        tie = (twice == denominator).astype(bool)
        up = (twice > denominator).astype(bool)
        if mode is Rounding.HALF_UP:
            up |= tie
        elif mode is Rounding.HALF_EVEN:
            up |= tie & (whole % 2 == 1).astype(bool)
    whole = whole + up.astype(whole.dtype)
    signed: NDArray[Any] = np.where((numerators < 0).astype(bool), -whole, whole)
    return signed


def common_denominator(values: Iterable[Fraction]) -> int:
    """Return the least common multiple of the denominators (1 for none)."""
    return math.lcm(*(value.denominator for value in values))
