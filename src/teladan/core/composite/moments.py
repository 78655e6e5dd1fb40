"""Skewness and kurtosis of columns, with the corrections that Excel (and e1071, type 2) make."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from teladan.core.composite.trace import Matrix, Vector

NOISE = 1e-14  # of the largest value: distances from the mean below it are rounding errors


def skewness(values: Matrix) -> Vector:
    """Return the skewness of each column; NaN for a constant one or fewer than three values.

    >>> round(float(skewness(np.array([[1.0], [2.0], [6.0]]))[0]), 6)
    1.457863
    """
    count, second, third, _ = _moments(values)
    usable = (count >= 3) & (second > 0)
    n = np.where(usable, count, 3.0)
    skew: Vector = np.where(usable, _skewness(n, np.where(usable, second, 1.0), third), np.nan)
    return skew


def kurtosis(values: Matrix) -> Vector:
    """Return the excess kurtosis of each column; NaN for a constant one or fewer than four values.

    >>> round(float(kurtosis(np.array([[1.0], [2.0], [3.0], [10.0]]))[0]), 6)
    3.228
    """
    count, second, _, fourth = _moments(values)
    usable = (count >= 4) & (second > 0)
    n = np.where(usable, count, 4.0)
    kurt: Vector = np.where(usable, _kurtosis(n, np.where(usable, second, 1.0), fourth), np.nan)
    return kurt


def shape(values: Vector) -> tuple[float, float]:
    """Return skewness and kurtosis of one column without gaps; NaN where they are not defined."""
    count = len(values)
    values = in_reach(values, np.abs(values).max())
    away = values - values.mean()
    size = float(np.abs(away).max())
    if count < 3 or size <= NOISE:
        return math.nan, math.nan
    away /= size
    square = away * away
    sums = float(square.sum()), float((square * away).sum()), float((square * square).sum())
    return _skewness(count, *sums[:2]), (_kurtosis(count, sums[0], sums[2]) if count > 3 else math.nan)


def in_reach(values: Matrix, size: Any) -> Matrix:
    """Return values divided by the power of two above `size`: exact, and no power of them overflows."""
    scaled: Matrix = np.ldexp(values, -np.frexp(size)[1])
    return scaled


def _skewness(n: Any, second: Any, third: Any) -> Any:
    return n**0.5 * third / second**1.5 * (n * (n - 1)) ** 0.5 / (n - 2)


def _kurtosis(n: Any, second: Any, fourth: Any) -> Any:
    ratio = n * fourth / second**2
    return ((n + 1) * (ratio - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))


def _moments(values: Matrix) -> tuple[Vector, Vector, Vector, Vector]:
    """Return the count and the sums of the 2nd, 3rd and 4th powers of the distances from the mean.

    The distances are divided by the largest, which both measures allow; the sums are 0 where they
    are rounding errors of the mean, as in a column of equal decimals.
    """
    known = ~np.isnan(values)
    count = known.sum(axis=0).astype(np.float64)
    present = np.where(known, values, 0.0)
    present = in_reach(present, np.abs(present).max(axis=0, initial=0.0))
    mean = present.sum(axis=0) / np.maximum(count, 1)
    away = np.where(known, present - mean, 0.0)
    size = np.abs(away).max(axis=0, initial=0.0)
    spread = size > NOISE
    away /= np.where(spread, size, 1.0)
    square = away * away
    second = np.where(spread, square.sum(axis=0), 0.0)
    return count, second, (square * away).sum(axis=0), (square * square).sum(axis=0)
