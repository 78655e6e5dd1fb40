"""Sets of exact numbers: points on a common denominator, and intervals between them.

Finite scales give points, continuous ones give intervals, mixed trees both. All operations are exact;
one that would list too many numbers raises TooManyValuesError instead of taking for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, gcd
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from teladan.core.consistency.intervals import Interval, grid_range, hull, merged, point
from teladan.core.quantity import Rounding, round_ratios

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LIMIT = 2_000_000  # points in one set
PIECES = 20_000  # intervals made in one step
PAIRS = 8_000_000  # sums sorted in one step
WORK = 1_000_000_000  # bytes touched in one step on a bitmap
BITMAP = 64_000_000  # bytes of one bitmap
SAFE = 2**61  # numerators below this may be added, subtracted and doubled in int64

Points = NDArray[Any]  # int64, or Python integers (object) where int64 could overflow
NO_POINTS: Points = np.zeros(0, dtype=np.int64)


class TooManyValuesError(Exception):
    """A set too large to be listed."""


@dataclass(frozen=True, slots=True, eq=False)
class ValueSet:
    """The numbers points[n] / denominator (rising, distinct) and all numbers in the intervals."""

    points: Points
    denominator: int
    intervals: tuple[Interval, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether there is no number in the set."""
        return not len(self.points) and not self.intervals

    @property
    def hull(self) -> Interval:
        """Return the smallest interval around a set that is not empty."""
        ends = [self.intervals[0], self.intervals[-1]] if self.intervals else []
        if len(self.points):
            ends += [point(Fraction(int(self.points[end]), self.denominator)) for end in (0, -1)]
        return hull(ends)

    @property
    def only(self) -> Fraction | None:
        """Return the number of a set that has just one, else None."""
        if len(self.points) + len(self.intervals) != 1:
            return None
        around = self.hull
        return around.low if around.low == around.high else None

    @property
    def is_continuous(self) -> bool:
        """Tell whether the set holds more numbers than can be listed."""
        return any(interval.low != interval.high for interval in self.intervals)

    def nearest_point(self, value: Fraction) -> int:
        """Return the place of the point nearest to a number (the set has points)."""
        scaled = value * self.denominator
        after = len(_between(self.points, 1, Interval(Fraction(int(self.points[0])), scaled)))
        places = {max(after - 1, 0), min(after, len(self.points) - 1)}
        return min(places, key=lambda i: abs(int(self.points[i]) - scaled))

    def within(self, interval: Interval) -> ValueSet:
        """Return the numbers that also lie in an interval."""
        intervals = tuple(s for s in (mine.meet(interval) for mine in self.intervals) if not s.is_empty)
        return ValueSet(_between(self.points, self.denominator, interval), self.denominator, intervals)

    def holds(self, value: Fraction) -> bool:
        """Tell whether a number is in the set."""
        return not self.within(point(value)).is_empty

    def times(self, factor: Fraction, denominator: int) -> ValueSet:
        """Return every number multiplied, the points on a denominator that suits them all."""
        share = factor * denominator / self.denominator
        assert share.denominator == 1, "the denominator does not suit"
        points = _fitting(self.points, abs(share.numerator)) * share.numerator
        intervals = [interval.times(factor) for interval in self.intervals]
        if factor < 0:
            points, intervals = points[::-1], intervals[::-1]
        return ValueSet(points, denominator, tuple(intervals))

    def plus(self, other: ValueSet) -> ValueSet:
        """Return all sums of a number of this set and one of the other (same denominator)."""
        assert self.denominator == other.denominator
        intervals: list[Interval] = []
        for points_set, intervals_set in ((self, other), (other, self)):
            for interval in intervals_set.intervals:
                intervals += _smeared(points_set.points, points_set.denominator, interval)
                if len(intervals) > PIECES:
                    raise TooManyValuesError
        if len(self.intervals) * len(other.intervals) > PIECES:
            raise TooManyValuesError
        intervals += [a.plus(b) for a in self.intervals for b in other.intervals]
        return ValueSet(sums(self.points, other.points), self.denominator, merged(intervals))

    def rounded(self, digits: int, mode: Rounding) -> ValueSet:
        """Return what the numbers are rounded to, all of it points over 10**digits."""
        parts = []
        if len(self.points):
            scaled = _fitting(self.points, 2 * 10**digits) * 10**digits
            parts.append(round_ratios(scaled, self.denominator, mode))
        for interval in self.intervals:
            first, last = grid_range(interval, digits, mode)
            if last - first > LIMIT:
                raise TooManyValuesError
            parts.append(_array(range(first, last + 1)))
        return ValueSet(distinct(np.concatenate(parts)) if parts else NO_POINTS, 10**digits)

    def members(self, preferred: Fraction | None) -> Iterator[Fraction]:
        """Yield every point, rising, and one number of each interval."""
        for number in self.points:
            yield Fraction(int(number), self.denominator)
        for interval in self.intervals:
            yield interval.pick(preferred)


def of_numbers(numbers: Iterable[Fraction], denominator: int) -> ValueSet:
    """Return the set of these numbers, whose denominators all divide the given one."""
    return ValueSet(_array(sorted({int(n * denominator) for n in numbers})), denominator)


def of_interval(interval: Interval, denominator: int = 1) -> ValueSet:
    """Return the set of all numbers in an interval that is not empty."""
    return ValueSet(NO_POINTS, denominator, (interval,))


def union(sets: Iterable[ValueSet]) -> ValueSet:
    """Return the numbers that are in any of these sets (same denominator)."""
    every = list(sets)
    points = distinct(np.concatenate([values.points for values in every]))
    intervals = merged(interval for values in every for interval in values.intervals)
    return ValueSet(points, every[0].denominator, intervals)


def parts_of(
    total: Fraction, first: ValueSet, second: ValueSet, preferred: Fraction | None
) -> Iterator[Fraction]:
    """Yield the x of `first` for which total - x is in `second`: points, and one x per interval."""
    denominator = first.denominator
    scaled = total * denominator
    if scaled.denominator == 1 and len(second.points):
        wanted = scaled.numerator - (
            first.points if abs(scaled.numerator) < SAFE else first.points.astype(object)
        )
        for number in first.points[_among(wanted, second.points)]:
            yield Fraction(int(number), denominator)
    for interval in second.intervals:
        for number in _between(first.points, denominator, interval.taken_from(total)):
            yield Fraction(int(number), denominator)
    for mine in first.intervals:
        for number in _between(second.points, denominator, mine.taken_from(total)):
            yield total - Fraction(int(number), denominator)
        for interval in second.intervals:
            both = mine.meet(interval.taken_from(total))
            if not both.is_empty:
                yield both.pick(preferred)


def sums(left: Points, right: Points) -> Points:
    """Return the distinct sums of a point of each array, rising."""
    if not len(left) or not len(right):
        return NO_POINTS
    if len(left) < len(right):
        left, right = right, left
    left, right = _fitting(left), _fitting(right)
    if len(right) == 1:
        moved: Points = left + right[0]
        return moved
    if len(left) * len(right) <= 4096:
        return distinct(np.add.outer(left, right))
    # On steps of their common divisor the sums of published scales lie close together: a bitmap
    # then finds them without sorting.
    first, second = left - left[0], right - right[0]
    step = gcd(int(np.gcd.reduce(first)), int(np.gcd.reduce(second)))
    first, second = first // step, second // step
    reach = int(first[-1]) + int(second[-1]) + 1
    sortable = len(left) * len(right) <= PAIRS
    if sortable and reach > 40 * len(left):
        result = distinct(np.add.outer(left, right))
    elif reach <= BITMAP and reach * len(right) <= WORK:
        marks = np.zeros(int(first[-1]) + 1, dtype=bool)
        marks[first.astype(np.int64)] = True
        reached = np.zeros(reach, dtype=bool)
        for shift in second.tolist():
            reached[shift : shift + len(marks)] |= marks
        result = np.flatnonzero(reached).astype(left.dtype) * step + (left[0] + right[0])
    else:
        raise TooManyValuesError
    if len(result) > LIMIT:
        raise TooManyValuesError
    return result


def distinct(points: Points) -> Points:
    """Return the different points of an array of any shape, rising."""
    rising = np.sort(points, axis=None)
    if not len(rising):
        return rising
    new = np.ones(len(rising), dtype=bool)
    new[1:] = rising[1:] != rising[:-1]
    return rising[new]


def _among(wanted: Points, points: Points) -> NDArray[np.bool_]:
    """Tell for each wanted number whether it is one of the points (rising, not empty)."""
    places = np.searchsorted(points, wanted).clip(max=len(points) - 1)
    among: NDArray[np.bool_] = (points[places] == wanted).astype(bool)
    return among


def _array(numbers: Iterable[int]) -> Points:
    every = list(numbers)
    fits = not every or max(abs(every[0]), abs(every[-1])) < SAFE
    return np.array(every, dtype=np.int64 if fits else object)


def _fitting(points: Points, factor: int = 1) -> Points:
    """Return the points in a type in which multiplying by the factor cannot overflow."""
    if points.dtype == object or not len(points):
        return points
    largest = max(abs(int(points[0])), abs(int(points[-1])))
    return points if largest * factor < SAFE else points.astype(object)


def _between(points: Points, denominator: int, interval: Interval) -> Points:
    if not len(points):
        return points
    low, high = interval.low * denominator, interval.high * denominator
    first = ceil(low) if interval.low_closed else floor(low) + 1
    last = floor(high) if interval.high_closed else ceil(high) - 1
    # Only numbers between the ends go to numpy, so that none can be too large for int64.
    lowest, highest = int(points[0]), int(points[-1])
    if first > last or first > highest or last < lowest:
        return points[:0]
    start = 0 if first <= lowest else int(np.searchsorted(points, first, "left"))
    stop = len(points) if last >= highest else int(np.searchsorted(points, last, "right"))
    return points[start:stop]


def _smeared(points: Points, denominator: int, interval: Interval) -> list[Interval]:
    """Return all sums of a point and a number of the interval, joined where they touch."""
    if not len(points):
        return []
    length = (interval.high - interval.low) * denominator
    joined = floor(length) if interval.low_closed or interval.high_closed else ceil(length) - 1
    if joined < SAFE:
        ends = np.flatnonzero((np.diff(points) > joined).astype(bool))
    else:
        ends = np.zeros(0, dtype=np.int64)
    if len(ends) >= PIECES:
        raise TooManyValuesError
    starts = [0, *(ends + 1).tolist()]
    stops = [*ends.tolist(), len(points) - 1]
    return [
        Interval(
            Fraction(int(points[start]), denominator) + interval.low,
            Fraction(int(points[stop]), denominator) + interval.high,
            interval.low_closed,
            interval.high_closed,
        )
        for start, stop in zip(starts, stops, strict=True)
    ]
