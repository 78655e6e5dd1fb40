"""Correlations of columns by three definitions, each pair over the rows in which both have a value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from teladan.core.composite.errors import CompositeError
from teladan.core.composite.moments import NOISE, in_reach
from teladan.core.composite.ranks import ascending
from teladan.core.composite.trace import Indices, Mask, Matrix
from teladan.core.diagnosis.thresholds import STEP

METHODS = ("pearson", "spearman", "kendall")
FEWEST = 3  # rows below which a correlation says nothing
CELLS = 4_000_000  # comparisons held at once; below 2**24, so that float32 counts exactly


@dataclass(frozen=True, kw_only=True, eq=False)
class Correlations:
    """Three m × m matrices, and the m × m counts of rows they rest on.

    NaN where a correlation is not defined: fewer than three rows, or a column that is the same in all.
    """

    codes: tuple[str, ...]
    rows: Indices
    pearson: Matrix
    spearman: Matrix
    kendall: Matrix

    def of(self, one: str, other: str, method: str = "pearson") -> float | None:
        """Return a correlation, None where it is not defined."""
        r = float(self.matrix(method)[self.codes.index(one), self.codes.index(other)])
        return None if np.isnan(r) else r

    def n(self, one: str, other: str) -> int:
        """Return how many rows have both."""
        return int(self.rows[self.codes.index(one), self.codes.index(other)])

    def matrix(self, method: str) -> Matrix:
        """Return the matrix of a method."""
        matrix: Matrix = getattr(self, checked(method))
        return matrix


def checked(method: str) -> str:
    """Return a method's name; raises CompositeError for one that is not known."""
    if method not in METHODS:
        raise CompositeError(STEP, f"{method!r} is not a correlation: {', '.join(METHODS)}")
    return method


def correlate(values: Matrix, codes: Sequence[str]) -> Correlations:
    """Return the correlations of the columns of n × m values (NaN = missing)."""
    present = (~np.isnan(values)).astype(np.float64)
    return Correlations(
        codes=tuple(codes),
        rows=(present.T @ present).astype(np.int64),
        pearson=pearson(values),
        spearman=spearman(values),
        kendall=kendall(values),
    )


def pearson(values: Matrix) -> Matrix:
    """Return the product-moment correlations of columns.

    >>> pearson(np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 1.0]]))[0, 1].round(6).item()
    -0.327327
    """
    return _pairwise(values, lambda columns: columns)


def spearman(values: Matrix) -> Matrix:
    """Return Pearson's correlations of the ranks; equal values share the mean of their ranks."""
    return _pairwise(values, _ranked)


def kendall(values: Matrix) -> Matrix:
    """Return Kendall's tau-b: (concordant - discordant) / √(pairs not tied in x × not tied in y).

    >>> kendall(np.array([[1.0, 1.0], [2.0, 3.0], [3.0, 2.0], [4.0, 4.0]]))[0, 1].round(6).item()
    0.666667
    """
    n, m = values.shape
    ranks = _ranked(values, "min").astype(np.float32)
    present = ~np.isnan(ranks)
    agree, untied = np.zeros((2, m, m))
    step = max(1, CELLS // max(1, n * m))
    for start in range(0, n, step):
        part = slice(start, start + step)
        sign = np.sign(np.nan_to_num(ranks[part, None, :] - ranks[None, :, :])).reshape(-1, m)
        both_present = (present[part, None, :] & present[None, :, :]).reshape(-1, m).astype(np.float32)
        agree += sign.T @ sign
        untied += np.abs(sign).T @ both_present
    usable = (untied > 0) & (untied.T > 0) & _enough(present)
    size = np.sqrt(np.where(usable, untied * untied.T, 1.0))
    tau: Matrix = np.where(usable, agree / size, np.nan)
    return tau


def _enough(present: Mask) -> Mask:
    counts = present.astype(np.float64).T @ present.astype(np.float64)
    return np.asarray(counts >= FEWEST)


def _ranked(columns: Matrix, ties: str = "average") -> Matrix:
    return np.column_stack([ascending(column, ties) for column in columns.T])  # type: ignore[arg-type]


def _pairwise(values: Matrix, prepare: Callable[[Matrix], Matrix]) -> Matrix:
    """Return the correlations of prepared columns: those without a gap at once, the others in pairs."""
    present = ~np.isnan(values)
    m = values.shape[1]
    result = np.full((m, m), np.nan)
    full = np.flatnonzero(present.all(axis=0))
    if len(values) >= FEWEST and len(full):
        result[np.ix_(full, full)] = products(prepare(values[:, full]))
    for i in np.flatnonzero(~present.all(axis=0)):
        for j in range(m):
            rows = present[:, i] & present[:, j]
            if rows.sum() >= FEWEST and (j <= i or present[:, j].all()):
                result[i, j] = result[j, i] = products(prepare(values[rows][:, np.array([i, j])]))[0, 1]
    return result


def products(columns: Matrix) -> Matrix:
    """Return Pearson's correlations of columns without gaps; NaN for one that is the same everywhere."""
    unit = unit_columns(columns)
    result: Matrix = np.clip(unit.T @ unit, -1.0, 1.0)
    defined = np.flatnonzero(~np.isnan(result.diagonal()))
    result[defined, defined] = 1.0
    return result


def unit_columns(columns: Matrix) -> Matrix:
    """Return columns less their means, of length 1; NaN where only rounding errors are left."""
    near = in_reach(columns, np.abs(columns).max(axis=0, initial=0.0))
    away = near - near.mean(axis=0)
    away -= away.mean(axis=0)
    size = np.abs(away).max(axis=0, initial=0.0)
    away /= np.where(size > NOISE, size, np.nan)
    unit: Matrix = away / np.sqrt((away * away).sum(axis=0))
    return unit
