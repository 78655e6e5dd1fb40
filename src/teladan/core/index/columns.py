"""Exact numbers by the column: integer numerators over one common denominator.

A column is int64 while a bound proves that no step can overflow, and Python integers (numpy's
object type) beyond that. The arithmetic is the same code either way, so one organisation and a
million go one path.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from teladan.core.quantity import Rounding, decimal_text, round_ratios

DIGITS_OF_INT64 = 18  # decimal digits that always fit
LONGEST_CELL = 20  # characters of a plain decimal of so many digits
FITS = 2**62  # half of int64, so that a value may still be doubled when it is rounded
LARGEST_COMMON = 2**1024  # denominators beyond it cost more, row by row, than fractions do


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactColumn:
    """The values of one element for n organisations: numerators[n] / denominator.

    `bound` is at least every |numerator|. `exact` is False where a method cannot be exact
    (geometric means): those values are decimals of fixed precision, the same on every machine.
    """

    numerators: NDArray[Any]
    denominator: int
    bound: int
    exact: bool = True

    def __len__(self) -> int:
        """Return the number of organisations."""
        return len(self.numerators)

    def at(self, row: int) -> Fraction:
        """Return one organisation's value."""
        number = self.numerators[row]
        whole = number if isinstance(number, Fraction) else int(number)
        return Fraction(whole) / self.denominator

    def of(self, rows: NDArray[np.int64]) -> ExactColumn:
        """Return the values of some organisations."""
        return ExactColumn(
            numerators=self.numerators[rows],
            denominator=self.denominator,
            bound=self.bound,
            exact=self.exact,
        )

    def times(self, factor: Fraction) -> ExactColumn:
        """Return the values multiplied by an exact factor."""
        return weighted_sum([(factor, self)])

    def printed(self, digits: int, mode: Rounding) -> ExactColumn:
        """Return the values rounded to `digits`, over the denominator 10**digits."""
        scaled = _scaled(self, 10**digits)
        numerators = round_ratios(scaled.numerators, self.denominator, mode)
        if numerators.dtype == object:
            numerators = np.array([int(n) for n in numerators], dtype=object)
        bound = scaled.bound // self.denominator + 1
        return ExactColumn(numerators=numerators, denominator=10**digits, bound=bound, exact=self.exact)

    def decimal_texts(self, digits: int) -> list[str]:
        """Return values over 10**digits as text with that many digits."""
        distinct = {n: decimal_text(int(n), digits) for n in set(self.numerators.tolist())}
        return [distinct[n] for n in self.numerators.tolist()]

    def exact_texts(self) -> list[str]:
        """Return "p/q" in lowest terms, or integers, one per organisation."""
        numbers = self.numerators.tolist()
        distinct = {n: str(Fraction(n) / self.denominator) for n in set(numbers)}
        return [distinct[n] for n in numbers]


def from_fractions(numbers: Sequence[Fraction], *, exact: bool = True) -> ExactColumn:
    """Return a column of fractions that share no small denominator (harmonic, geometric, many p/q)."""
    numerators = np.empty(len(numbers), dtype=object)
    numerators[:] = numbers
    bound = math.ceil(max((abs(n) for n in numbers), default=Fraction(0)))
    return ExactColumn(numerators=numerators, denominator=1, bound=bound, exact=exact)


def from_texts(texts: Sequence[str], table: dict[str, Fraction]) -> ExactColumn:
    """Return a column from cells and the number that each distinct cell stands for."""
    denominator = 1
    for value in table.values():
        denominator = math.lcm(denominator, value.denominator)
        if denominator > LARGEST_COMMON:
            return from_fractions([table[text] for text in texts])
    whole = {text: value.numerator * (denominator // value.denominator) for text, value in table.items()}
    bound = max((abs(n) for n in whole.values()), default=0)
    numerators = np.array(list(map(whole.__getitem__, texts)), dtype=np.int64 if bound < FITS else object)
    return ExactColumn(numerators=numerators, denominator=denominator, bound=bound)


def from_decimals(texts: Sequence[str]) -> ExactColumn | None:
    """Return a column of plain decimals read all at once, or None if any cell is something else.

    The cells are read in step, one character after the other, in whole numbers. Signs, "p/q",
    blanks and figures beyond int64 are for `from_texts`, which gives the same values.

    >>> column = from_decimals(["3", "0.25", "1.5"])
    >>> column.numerators.tolist(), column.denominator
    ([300, 25, 150], 100)
    """
    count = len(texts)
    try:
        cells = np.array(texts, dtype=f"S{LONGEST_CELL}")
    except UnicodeEncodeError:
        return None
    characters = np.ascontiguousarray(cells.view(np.uint8).reshape(count, LONGEST_CELL).T)
    if np.count_nonzero(characters) != sum(map(len, texts)):
        return None  # a cell is longer, or holds a NUL
    numerators = np.zeros(count, dtype=np.int64)
    digits, decimals = np.zeros((2, count), dtype=np.int8)
    after = np.zeros(count, dtype=bool)
    for column in characters:
        if not column.any():
            break
        figures = column - ord("0")  # wraps around for what is below "0"
        is_digit = figures < 10
        is_point = column == ord(".")
        if not (is_digit | is_point | (column == 0)).all() or (after & is_point).any():
            return None
        numerators = np.where(is_digit, numerators * 10 + figures, numerators)
        digits += is_digit
        after |= is_point
        decimals += after & is_digit
    most = int(decimals.max(initial=0))
    whole = int((digits - decimals).max(initial=0))
    if not digits.all() or whole + most > DIGITS_OF_INT64:
        return None
    powers = np.array([10**power for power in range(most + 1)], dtype=np.int64)
    numerators *= powers[most - decimals]
    return ExactColumn(numerators=numerators, denominator=10**most, bound=int(numerators.max(initial=0)))


def weighted_sum(parts: Sequence[tuple[Fraction, ExactColumn]]) -> ExactColumn:
    """Return the sum of coefficient × values, exactly."""
    shares = [(coefficient / values.denominator, values) for coefficient, values in parts]
    denominator = math.lcm(*(share.denominator for share, _ in shares))
    factors = [share.numerator * (denominator // share.denominator) for share, _ in shares]
    bound = sum(abs(k) * values.bound for k, (_, values) in zip(factors, shares, strict=True))
    small = max(bound, denominator, *(abs(k) for k in factors)) < FITS
    total: NDArray[Any] | None = None
    for k, (_, values) in zip(factors, shares, strict=True):
        column = values.numerators if small else values.numerators.astype(object)
        total = column * k if total is None else total + column * k
    if total is None:
        msg = "a sum of no parts has no length"
        raise ValueError(msg)
    return ExactColumn(
        numerators=total,
        denominator=denominator,
        bound=bound,
        exact=all(values.exact for _, values in parts),
    )


def on_common_denominator(columns: Sequence[ExactColumn]) -> tuple[NDArray[Any], int, int]:
    """Return (matrix[column, organisation], denominator, bound) for columns to be compared."""
    denominator = math.lcm(*(values.denominator for values in columns))
    scaled = [_scaled(values, denominator // values.denominator) for values in columns]
    bound = max(values.bound for values in scaled)
    return np.stack([values.numerators for values in scaled]), denominator, bound


def _scaled(values: ExactColumn, factor: int) -> ExactColumn:
    bound = values.bound * factor
    column = values.numerators
    if max(bound, factor, values.denominator) >= FITS:
        column = column.astype(object)
    return ExactColumn(
        numerators=column * factor,
        denominator=values.denominator,
        bound=bound,
        exact=values.exact,
    )
