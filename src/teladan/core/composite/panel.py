"""Data of several times: gaps filled along a series, and trends."""

from __future__ import annotations

import numpy as np

from teladan.core.composite.data import Table
from teladan.core.composite.errors import CompositeError
from teladan.core.composite.trace import Matrix, Vector

TRENDS = ("slope", "growth", "change", "percent")


def fill_series(
    times: Vector, values: Vector, method: str, reach: int | None = None, all_times: Vector | None = None
) -> Vector:
    """Return a series (times rising) with its gaps filled.

    latest: the last value known before, at most `reach` of the times in `all_times` back. linear: on
    the line between the neighbours. nearest: the neighbour before. The last two take the nearest
    known value before the first and after the last one.

    >>> fill_series(np.arange(4.0), np.array([np.nan, 1, np.nan, 3]), "linear").tolist()
    [1.0, 1.0, 2.0, 3.0]
    >>> fill_series(np.arange(4.0), np.array([np.nan, 1, np.nan, np.nan]), "latest", 1).tolist()
    [nan, 1.0, 1.0, nan]
    """
    known = np.flatnonzero(~np.isnan(values))
    filled = values.copy()
    if not len(known):
        return filled
    gaps = np.flatnonzero(np.isnan(values))
    if method == "linear":
        filled[gaps] = np.interp(times[gaps], times[known], values[known])
        return filled
    before = np.searchsorted(known, gaps, side="left") - 1
    if method == "nearest":
        filled[gaps] = values[known[np.maximum(before, 0)]]
        return filled
    points = times if all_times is None else all_times
    for gap, position in zip(gaps, before, strict=True):
        if position >= 0:
            source = known[position]
            steps = np.searchsorted(points, times[gap]) - np.searchsorted(points, times[source])
            if reach is None or steps <= reach:
                filled[gap] = values[source]
    return filled


def trend(times: Vector, values: Vector, method: str = "slope", latest: int | None = None) -> float:
    """Return how a series moves; NaN with fewer than two known values.

    slope: least squares, per unit of time. growth: compound, (last / first)^(1 / time) - 1, which
    needs values above 0. change: last - first, per unit of time. percent: the slope (two values:
    the change) in per cent of the first value. latest: only that many known values from the end.

    >>> round(trend(np.array([2000.0, 2002.0]), np.array([100.0, 121.0]), "growth"), 12)
    0.1
    """
    if method not in TRENDS:
        raise CompositeError("trend", f"{method!r} is not one of: {', '.join(TRENDS)}")
    known = np.flatnonzero(~np.isnan(values))
    known = known[np.argsort(times[known])]
    if latest is not None:
        known = known[-latest:]
    if len(known) < 2:
        return float("nan")
    t, v = times[known], values[known]
    span = float(t[-1] - t[0])
    if method == "growth":
        if (v <= 0).any():
            raise CompositeError("trend", "compound growth is defined for values above 0 only")
        return float((v[-1] / v[0]) ** (1 / span) - 1)
    if method == "change":
        return float(v[-1] - v[0]) / span
    moved = t - t.mean()
    slope = float((moved * (v - v.mean())).sum() / (moved * moved).sum())
    if method == "slope":
        return slope
    if v[0] == 0:
        raise CompositeError("trend", "a change in per cent needs a first value that is not 0")
    return 100 * slope / float(v[0])


def trends(
    table: Table, values: Matrix, method: str = "slope", latest: int | None = None
) -> tuple[tuple[str, ...], Matrix]:
    """Return the units, and the trend of each column of `values` (rows of the table) for each unit."""
    if table.times is None:
        raise CompositeError("trend", "a trend needs data of several times")
    names = tuple(dict.fromkeys(table.units))
    units = np.asarray(table.units)
    result = np.full((len(names), values.shape[1]), np.nan)
    for i, name in enumerate(names):
        rows = np.flatnonzero(units == name)
        for column in range(values.shape[1]):
            try:
                result[i, column] = trend(table.times[rows], values[rows, column], method, latest)
            except CompositeError as error:
                raise CompositeError(error.step, error.reason, unit=name) from error
    return names, result
