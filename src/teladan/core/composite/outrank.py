"""Comparing units pair by pair: the outranking matrix and the scores read from it.

o[i, j] is the share of weight on which i is better than j, ties counted half, over the indicators
that both have; o[i, j] + o[j, i] = 1. Pairs that share no indicator are not compared (NaN).
"""

from __future__ import annotations

import numpy as np

from teladan.core.composite.trace import Matrix, Vector

DIGITS = 13  # of shares of weight, below which a difference is rounding
BLOCK = 4_000_000  # cells of one block of pairs: 32 MB


def outranking(values: Matrix, weights: Vector, rows: slice = slice(None)) -> Matrix:
    """Return the outranking matrix of some rows against all; the diagonal of it is NaN.

    >>> outranking(np.array([[1.0, 5.0], [2.0, 5.0]]), np.array([1.0, 1.0])).tolist()
    [[nan, 0.25], [0.75, nan]]
    """
    better, shared = _pairs(values, weights, rows)
    count = len(values)
    matrix: Matrix = np.divide(better, shared, out=np.full(better.shape, np.nan), where=shared > 0)
    here = np.arange(count)[rows]
    matrix[np.arange(len(here)), here] = np.nan
    return matrix


def _pairs(values: Matrix, weights: Vector, rows: slice) -> tuple[Matrix, Matrix]:
    """Return the weight on which i is better than j (ties half) and the weight that they share."""
    count = len(values)
    mine = values[rows]
    better, shared = np.zeros((2, len(mine), count))
    for column, weight in enumerate(weights):
        left, right = mine[:, column, None], values[None, :, column]
        with np.errstate(invalid="ignore"):
            better += weight * (left > right) + (weight / 2) * (left == right)
        shared += weight * (~np.isnan(left) & ~np.isnan(right))
    return better, shared


def _blocks(count: int) -> list[slice]:
    step = max(1, BLOCK // max(count, 1))
    return [slice(start, min(start + step, count)) for start in range(0, count, step)]


def copeland_scores(values: Matrix, weights: Vector) -> Vector:
    """Return wins minus losses by weighted majority; NaN for a unit without any value.

    A pair is won by the unit that is better on more than half of the weight they share.

    >>> copeland_scores(np.array([[3.0], [2.0], [2.0]]), np.array([1.0])).tolist()
    [2.0, -1.0, -1.0]
    """
    scores = np.empty(len(values))
    for rows in _blocks(len(values)):
        better, shared = _pairs(values, weights, rows)
        # Twice the weight against the whole: exact for the ties that a division would blur.
        won = 2 * better - shared
        tolerance = 1e-12 * shared
        scores[rows] = (won > tolerance).sum(axis=1) - (won < -tolerance).sum(axis=1).astype(np.float64)
    scores[np.isnan(values).all(axis=1)] = np.nan
    return scores


def outranking_scores(values: Matrix, weights: Vector) -> Vector:
    """Return each unit's sum of the shares on which it outranks the others; NaN without any value.

    >>> outranking_scores(np.array([[3.0], [2.0], [2.0]]), np.array([1.0])).tolist()
    [2.0, 0.5, 0.5]
    """
    count = len(values)
    if not np.isnan(values).any():
        # Without gaps the pairs need not be formed: the sum over the others is a matter of ranks.
        terms = np.empty(values.shape)
        for column, weight in enumerate(weights):
            in_order = np.sort(values[:, column])
            below = np.searchsorted(in_order, values[:, column], side="left")
            upto = np.searchsorted(in_order, values[:, column], side="right")
            terms[:, column] = weight * (below + (upto - below - 1) / 2)
        # In order of size: the same terms have the same sum, in whatever order the indicators stand.
        terms.sort(axis=1)
        scores = np.zeros(count)
        for term in terms.T:
            scores += term
        summed: Vector = scores / np.sort(weights).sum()
        return summed
    scores = np.empty(count)
    for rows in _blocks(count):
        # In order of size, and without the last digits that the order of indicators leaves: units with the
        # same shares get the same sum to the last bit, and stay tied one level up.
        shares = np.round(outranking(values, weights, rows), DIGITS)
        scores[rows] = np.nansum(np.sort(shares, axis=1), axis=1)
    scores[np.isnan(values).all(axis=1)] = np.nan
    return scores
