"""Ranks of scores: exact on float64, the highest first, equal scores share a rank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from teladan.core.composite.errors import CompositeError
from teladan.core.composite.trace import Indices, Vector

Ties = Literal["min", "max", "average"]


def ascending(values: Vector, ties: Ties = "min") -> Vector:
    """Return ranks from the lowest (1) up as float64; NaN stays NaN.

    >>> ascending(np.array([3.0, 1.0, np.nan, 1.0])).tolist()
    [3.0, 1.0, nan, 1.0]
    """
    if ties not in {"min", "max", "average"}:
        raise CompositeError("ranks", f"{ties!r} is not a rule for ties: min, max or average")
    result = np.full(len(values), np.nan)
    known = np.flatnonzero(~np.isnan(values))
    present = values[known]
    in_order = np.sort(present)
    lowest = np.searchsorted(in_order, present, side="left") + 1
    highest = np.searchsorted(in_order, present, side="right")
    if ties == "min":
        result[known] = lowest
    elif ties == "max":
        result[known] = highest
    else:
        result[known] = (lowest + highest) / 2
    return result


def ranks(scores: Vector) -> Indices:
    """Return 1 for the highest score, equal scores with the same ("min") rank, 0 where there is none.

    >>> ranks(np.array([3.0, 9.0, np.nan, 3.0])).tolist()
    [2, 1, 0, 2]
    """
    return np.nan_to_num(ascending(-scores), nan=0.0).astype(np.int64)


def group_ranks(scores: Vector, groups: Sequence[str]) -> Indices:
    """Return each unit's rank among its own group (0 without a score, or in no group "").

    >>> group_ranks(np.array([3.0, 9.0, 5.0]), ["Asia", "Europe", "Asia"]).tolist()
    [2, 1, 1]
    """
    codes = np.asarray(groups)
    result = np.zeros(len(scores), dtype=np.int64)
    for code in dict.fromkeys(groups):
        if code:
            members = codes == code
            result[members] = ranks(scores[members])
    return result
