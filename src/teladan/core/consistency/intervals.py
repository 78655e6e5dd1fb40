"""Intervals of exact numbers, and which of them a printed text or a band stands for.

>>> window_of("3.40", 2, Rounding.HALF_UP)
Interval(low=Fraction(679, 200), high=Fraction(681, 200), low_closed=True, high_closed=False)
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from teladan.core.quantity import Rounding, decimal_text, decimals, exact, plain_text, rounded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from teladan.core.instrument import Band, Edition


@dataclass(frozen=True, slots=True)
class Interval:
    """All numbers between two ends, each end in (closed) or out (open)."""

    low: Fraction
    high: Fraction
    low_closed: bool = True
    high_closed: bool = True

    @property
    def is_empty(self) -> bool:
        """Tell whether no number lies in the interval."""
        if self.low == self.high:
            return not (self.low_closed and self.high_closed)
        return self.low > self.high

    def holds(self, value: Fraction) -> bool:
        """Tell whether a number lies in the interval."""
        above = value > self.low or (self.low_closed and value == self.low)
        return above and (value < self.high or (self.high_closed and value == self.high))

    def plus(self, other: Interval) -> Interval:
        """Return all sums of a number of this interval and one of the other."""
        return Interval(
            self.low + other.low,
            self.high + other.high,
            self.low_closed and other.low_closed,
            self.high_closed and other.high_closed,
        )

    def times(self, factor: Fraction) -> Interval:
        """Return the interval with every number multiplied (a negative factor turns it round)."""
        if factor >= 0:
            return Interval(self.low * factor, self.high * factor, self.low_closed, self.high_closed)
        return Interval(self.high * factor, self.low * factor, self.high_closed, self.low_closed)

    def taken_from(self, total: Fraction) -> Interval:
        """Return all numbers total - x for x in this interval."""
        return Interval(total - self.high, total - self.low, self.high_closed, self.low_closed)

    def meet(self, other: Interval) -> Interval:
        """Return the numbers in both intervals (maybe none: then the result is empty)."""
        low, low_closed = max((self.low, not self.low_closed), (other.low, not other.low_closed))
        high, high_closed = min((self.high, self.high_closed), (other.high, other.high_closed))
        return Interval(low, high, not low_closed, high_closed)

    def pick(self, preferred: Fraction | None) -> Fraction:
        """Return a number of this interval that is not empty: the preferred one, else the middle."""
        if preferred is not None and self.holds(preferred):
            return preferred
        return (self.low + self.high) / 2


def point(value: Fraction) -> Interval:
    """Return the interval that holds one number only."""
    return Interval(value, value)


def hull(intervals: Iterable[Interval]) -> Interval:
    """Return the smallest interval around all of these (at least one)."""
    every = list(intervals)
    low, low_open = min((s.low, not s.low_closed) for s in every)
    high, high_closed = max((s.high, s.high_closed) for s in every)
    return Interval(low, high, not low_open, high_closed)


def merged(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return the same numbers as few intervals, rising and apart from each other."""
    result: list[Interval] = []
    for interval in sorted(intervals, key=lambda s: (s.low, not s.low_closed)):
        if interval.is_empty:
            continue
        last = result[-1] if result else None
        touching = last is not None and (
            interval.low < last.high
            or (interval.low == last.high and (interval.low_closed or last.high_closed))
        )
        if last is not None and touching:
            high, closed = max((last.high, last.high_closed), (interval.high, interval.high_closed))
            result[-1] = Interval(last.low, high, last.low_closed, closed)
        else:
            result.append(interval)
    return tuple(result)


def window(grid: int, digits: int, mode: Rounding) -> Interval:
    """Return all numbers that are rounded to grid / 10**digits under `mode`.

    >>> window(-5, 0, Rounding.DOWN)
    Interval(low=Fraction(-6, 1), high=Fraction(-5, 1), low_closed=False, high_closed=True)
    """
    if grid < 0:
        return window(-grid, digits, mode).times(Fraction(-1))
    unit = Fraction(1, 10**digits)
    value = grid * unit
    if mode is Rounding.DOWN:
        return (
            Interval(value, value + unit, low_closed=True, high_closed=False)
            if grid
            else (Interval(-unit, unit, low_closed=False, high_closed=False))
        )
    if mode is Rounding.UP:
        return Interval(value - unit, value, low_closed=False) if grid else point(value)
    low, high = value - unit / 2, value + unit / 2
    if mode is Rounding.HALF_EVEN:
        return Interval(low, high, grid % 2 == 0, grid % 2 == 0)
    up = mode is Rounding.HALF_UP
    # Around zero both ends are ties, and both go away from zero (half up) or to it (half down).
    return Interval(low, high, up if grid else not up, not up)


def window_of(text: str, digits: int | None, mode: Rounding) -> Interval:
    """Return the exact values that a printed text can stand for.

    Fewer digits than declared: zeros lost in a spreadsheet ("3.4" is 3.40). More digits than
    declared: a stored figure, trusted to half a unit of the last declared digit on both sides.
    Nothing declared: the value itself. Raises QuantityError for a text that is no number.
    """
    value = exact(text)
    if digits is None:
        return point(value)
    scaled = value * 10**digits
    if scaled.denominator == 1 and ("/" in text or decimals(text) <= digits):
        return window(int(scaled), digits, mode)
    half = Fraction(1, 2 * 10**digits)
    return Interval(value - half, value + half)


def band_window(edition: Edition, band: Band) -> Interval:
    """Return the exact indices that get this band in this edition (the interval may be empty)."""
    last = band is edition.bands[-1]
    digits = edition.root.digits
    if edition.bands_read != "rounded" or digits is None:
        return Interval(band.start, band.end, low_closed=True, high_closed=last)
    first = math.ceil(band.start * 10**digits)
    final = math.floor(band.end * 10**digits) if last else math.ceil(band.end * 10**digits) - 1
    if first > final:
        return Interval(band.start, band.start, low_closed=False, high_closed=False)
    return hull((window(first, digits, edition.mode), window(final, digits, edition.mode)))


def grid_range(interval: Interval, digits: int, mode: Rounding) -> tuple[int, int]:
    """Return the first and last grid value that the numbers of an interval are rounded to."""
    first, last = (int(rounded(end, digits, mode) * 10**digits) for end in (interval.low, interval.high))
    if not interval.low_closed and window(first, digits, mode).high == interval.low:
        first += 1
    if not interval.high_closed and window(last, digits, mode).low == interval.high:
        last -= 1
    return first, last


def print_end(interval: Interval, digits: int | None, mode: Rounding, *, high: bool) -> str:
    """Return how the highest (or lowest) numbers of an interval are printed."""
    if digits is None:
        return plain_text(interval.high if high else interval.low)
    first, last = grid_range(interval, digits, mode)
    return decimal_text(last if high else first, digits)
