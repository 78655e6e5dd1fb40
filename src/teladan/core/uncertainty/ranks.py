"""Ranks of many draws at once: exact on float64, the highest first, ties share the best ("min") rank."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from teladan.core.composite.trace import Matrix

Ranks = NDArray[np.int32]
NARROW = 512  # units up to which many draws are sorted in one call
CELLS = 64_000  # scores sorted in one call: they stay in the processor's cache


def block_ranks(scores: Matrix) -> Ranks:
    """Return the ranks of scores (draws × units) within each draw; 0 where there is no score.

    >>> block_ranks(np.array([[3.0, 9.0, np.nan, 3.0], [1.0, 2.0, 3.0, 4.0]])).tolist()
    [[2, 1, 0, 2], [4, 3, 2, 1]]
    """
    ranks = np.zeros(scores.shape, dtype=np.int32)
    if scores.shape[1] <= NARROW:
        step = max(1, CELLS // max(scores.shape[1], 1))
        for start in range(0, len(scores), step):
            ranks[start : start + step] = _narrow(scores[start : start + step])
        return ranks
    places = np.arange(1, scores.shape[1] + 1, dtype=np.int32)
    for row, given in enumerate(scores):
        turned = -given
        order = np.argsort(turned)
        in_order = turned[order]
        known = int(np.searchsorted(in_order, np.nan))  # NaN comes last
        if not known:
            continue
        first = in_order[1:known] != in_order[: known - 1]
        here = places[:known]
        if not first.all():
            here = here.copy()
            here[1:][~first] = 0
            np.maximum.accumulate(here, out=here)
        ranks[row, order[:known]] = here
    return ranks


def _narrow(scores: Matrix) -> Ranks:
    turned = -scores
    order = np.argsort(turned, axis=1)
    in_order = np.take_along_axis(turned, order, axis=1)
    here = np.empty(scores.shape, dtype=np.int32)
    here[:] = np.arange(1, scores.shape[1] + 1, dtype=np.int32)
    same = in_order[:, 1:] == in_order[:, :-1]
    if same.any():
        here[:, 1:][same] = 0
        np.maximum.accumulate(here, axis=1, out=here)
    missing = np.isnan(in_order)
    if missing.any():
        here[missing] = 0
    ranks = np.empty_like(here)
    np.put_along_axis(ranks, order, here, axis=1)
    return ranks
