"""Quantiles of rows, linear between neighbours (R's type 7, numpy's default)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from teladan.core.composite.trace import Mask, Matrix


def quantiles(rows: NDArray[Any], shares: Sequence[float], missing: Mask) -> Matrix:
    """Return rows × shares; what is missing does not count, a row of nothing has NaN.

    >>> rows = np.array([[4, 1, 2, 3, 0], [7, 7, 7, 7, 7]])
    >>> quantiles(rows, (0.0, 0.5, 1.0), rows == 0).tolist()
    [[1.0, 2.5, 4.0], [7.0, 7.0, 7.0]]
    """
    result = np.full((len(rows), len(shares)), np.nan)
    gaps = missing.any(axis=1)
    complete = ~gaps
    result[complete] = _sorted(np.sort(rows if complete.all() else rows[complete], axis=1), shares)
    for row in np.flatnonzero(gaps):
        present = rows[row][~missing[row]]
        if len(present):
            result[row] = _sorted(np.sort(present)[None], shares)[0]
    return result


def _sorted(rows: NDArray[Any], shares: Sequence[float]) -> Matrix:
    last = rows.shape[1] - 1
    result = np.empty((len(rows), len(shares)))
    for i, share in enumerate(shares):
        place = share * last
        low = math.floor(place + 1e-12)
        high, part = min(low + 1, last), max(place - low, 0.0)
        lower, upper = rows[:, low].astype(np.float64), rows[:, high].astype(np.float64)
        result[:, i] = lower + part * (upper - lower)
    return result
