"""Sets of exact numbers: points on a common denominator, and spans between them.

Finite scales give points, continuous ones give spans, mixed trees both. All operations are exact;
one that would list too many numbers raises TooManyValuesError instead of taking for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, gcd
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from teladan.core.consistency.spans import Span, grid_range, hull, merged, point
from teladan.core.quantity import Rounding, round_ratios

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LIMIT = 2_000_000  # points in one set
PIECES = 20_000  # spans made in one step
PAIRS = 8_000_000  # sums sorted in one step
WORK = 1_000_000_000  # bytes touched in one step on a bitmap
BITMAP = 64_000_000  # bytes of one bitmap
SAFE = 2**61  # numerators below this may be added, subtracted and doubled in int64

Points = NDArray[Any]  # int64, or Python integers (object) where int64 could overflow
NO_POINTS: Points = np.zeros(0, dtype=np.int64)


class TooManyValuesError(Exception):
    """A set too large to be listed."""


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """The numbers points[n] / denominator (rising, distinct) and all numbers in the spans."""

    points: Points
    denominator: int
    spans: tuple[Span, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether there is no number in the set."""
        return not len(self.points) and not self.spans

    @property
    def hull(self) -> Span:
        """Return the smallest span around a set that is not empty."""
        ends = [self.spans[0], self.spans[-1]] if self.spans else []
        if len(self.points):
            ends += [point(Fraction(int(self.points[end]), self.denominator)) for end in (0, -1)]
        return hull(ends)

    @property
    def only(self) -> Fraction | None:
        """Return the number of a set that has just one, else None."""
        if len(self.points) + len(self.spans) != 1:
            return None
        around = self.hull
        return around.low if around.low == around.high else None

    @property
    def is_continuous(self) -> bool:
        """Tell whether the set holds more numbers than can be listed."""
        return any(span.low != span.high for span in self.spans)

    def nearest_point(self, value: Fraction) -> int:
        """Return the place of the point nearest to a number (the set has points)."""
        scaled = value * self.denominator
        after = len(_between(self.points, 1, Span(Fraction(int(self.points[0])), scaled)))
        places = {max(after - 1, 0), min(after, len(self.points) - 1)}
        return min(places, key=lambda i: abs(int(self.points[i]) - scaled))

    def within(self, span: Span) -> Values:
        """Return the numbers that also lie in a span."""
        spans = tuple(s for s in (mine.meet(span) for mine in self.spans) if not s.is_empty)
        return Values(_between(self.points, self.denominator, span), self.denominator, spans)

    def holds(self, value: Fraction) -> bool:
        """Tell whether a number is in the set."""
        return not self.within(point(value)).is_empty

    def times(self, factor: Fraction, denominator: int) -> Values:
        """Return every number multiplied, the points on a denominator that suits them all."""
        share = factor * denominator / self.denominator
        assert share.denominator == 1, "the denominator does not suit"
        points = _fitting(self.points, abs(share.numerator)) * share.numerator
        spans = [span.times(factor) for span in self.spans]
        if factor < 0:
            points, spans = points[::-1], spans[::-1]
        return Values(points, denominator, tuple(spans))

    def plus(self, other: Values) -> Values:
        """Return all sums of a number of this set and one of the other (same denominator)."""
        assert self.denominator == other.denominator
        spans: list[Span] = []
        for one, two in ((self, other), (other, self)):
            for span in two.spans:
                spans += _smeared(one.points, one.denominator, span)
                if len(spans) > PIECES:
                    raise TooManyValuesError
        if len(self.spans) * len(other.spans) > PIECES:
            raise TooManyValuesError
        spans += [a.plus(b) for a in self.spans for b in other.spans]
        return Values(sums(self.points, other.points), self.denominator, merged(spans))

    def rounded(self, digits: int, mode: Rounding) -> Values:
        """Return what the numbers are rounded to, all of it points over 10**digits."""
        parts = []
        if len(self.points):
            scaled = _fitting(self.points, 2 * 10**digits) * 10**digits
            parts.append(round_ratios(scaled, self.denominator, mode))
        for span in self.spans:
            first, last = grid_range(span, digits, mode)
            if last - first > LIMIT:
                raise TooManyValuesError
            parts.append(_array(range(first, last + 1)))
        return Values(distinct(np.concatenate(parts)) if parts else NO_POINTS, 10**digits)

    def members(self, preferred: Fraction | None) -> Iterator[Fraction]:
        """Yield every point, rising, and one number of each span."""
        for number in self.points:
            yield Fraction(int(number), self.denominator)
        for span in self.spans:
            yield span.pick(preferred)


def of_numbers(numbers: Iterable[Fraction], denominator: int) -> Values:
    """Return the set of these numbers, whose denominators all divide the given one."""
    return Values(_array(sorted({int(n * denominator) for n in numbers})), denominator)


def of_span(span: Span, denominator: int = 1) -> Values:
    """Return the set of all numbers in a span that is not empty."""
    return Values(NO_POINTS, denominator, (span,))


def union(sets: Iterable[Values]) -> Values:
    """Return the numbers that are in any of these sets (same denominator)."""
    every = list(sets)
    points = distinct(np.concatenate([values.points for values in every]))
    spans = merged(span for values in every for span in values.spans)
    return Values(points, every[0].denominator, spans)


def parts_of(total: Fraction, one: Values, rest: Values, preferred: Fraction | None) -> Iterator[Fraction]:
    """Yield the x of `one` for which total - x is in `rest`: points, and one x per span."""
    denominator = one.denominator
    scaled = total * denominator
    if scaled.denominator == 1 and len(rest.points):
        wanted = scaled.numerator - (
            one.points if abs(scaled.numerator) < SAFE else one.points.astype(object)
        )
        for number in one.points[_among(wanted, rest.points)]:
            yield Fraction(int(number), denominator)
    for span in rest.spans:
        for number in _between(one.points, denominator, span.taken_from(total)):
            yield Fraction(int(number), denominator)
    for mine in one.spans:
        for number in _between(rest.points, denominator, mine.taken_from(total)):
            yield total - Fraction(int(number), denominator)
        for span in rest.spans:
            both = mine.meet(span.taken_from(total))
            if not both.is_empty:
                yield both.pick(preferred)


def sums(one: Points, other: Points) -> Points:
    """Return the distinct sums of a point of each array, rising."""
    if not len(one) or not len(other):
        return NO_POINTS
    if len(one) < len(other):
        one, other = other, one
    one, other = _fitting(one), _fitting(other)
    if len(other) == 1:
        moved: Points = one + other[0]
        return moved
    if len(one) * len(other) <= 4096:
        return distinct(np.add.outer(one, other))
    # On steps of their common divisor the sums of published scales lie close together: a bitmap
    # then finds them without sorting.
    first, second = one - one[0], other - other[0]
    step = gcd(int(np.gcd.reduce(first)), int(np.gcd.reduce(second)))
    first, second = first // step, second // step
    reach = int(first[-1]) + int(second[-1]) + 1
    sortable = len(one) * len(other) <= PAIRS
    if sortable and reach > 40 * len(one):
        found = distinct(np.add.outer(one, other))
    elif reach <= BITMAP and reach * len(other) <= WORK:
        marks = np.zeros(int(first[-1]) + 1, dtype=bool)
        marks[first.astype(np.int64)] = True
        reached = np.zeros(reach, dtype=bool)
        for shift in second.tolist():
            reached[shift : shift + len(marks)] |= marks
        found = np.flatnonzero(reached).astype(one.dtype) * step + (one[0] + other[0])
    else:
        raise TooManyValuesError
    if len(found) > LIMIT:
        raise TooManyValuesError
    return found


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


def _between(points: Points, denominator: int, span: Span) -> Points:
    if not len(points):
        return points
    low, high = span.low * denominator, span.high * denominator
    first = ceil(low) if span.low_closed else floor(low) + 1
    last = floor(high) if span.high_closed else ceil(high) - 1
    # Only numbers between the ends go to numpy, so that none can be too large for int64.
    lowest, highest = int(points[0]), int(points[-1])
    if first > last or first > highest or last < lowest:
        return points[:0]
    start = 0 if first <= lowest else int(np.searchsorted(points, first, "left"))
    stop = len(points) if last >= highest else int(np.searchsorted(points, last, "right"))
    return points[start:stop]


def _smeared(points: Points, denominator: int, span: Span) -> list[Span]:
    """Return all sums of a point and a number of the span, joined where they touch."""
    if not len(points):
        return []
    length = (span.high - span.low) * denominator
    joined = floor(length) if span.low_closed or span.high_closed else ceil(length) - 1
    if joined < SAFE:
        ends = np.flatnonzero((np.diff(points) > joined).astype(bool))
    else:
        ends = np.zeros(0, dtype=np.int64)
    if len(ends) >= PIECES:
        raise TooManyValuesError
    starts = [0, *(ends + 1).tolist()]
    stops = [*ends.tolist(), len(points) - 1]
    return [
        Span(
            Fraction(int(points[start]), denominator) + span.low,
            Fraction(int(points[stop]), denominator) + span.high,
            span.low_closed,
            span.high_closed,
        )
        for start, stop in zip(starts, stops, strict=True)
    ]
