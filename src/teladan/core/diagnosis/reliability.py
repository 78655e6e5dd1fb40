"""Cronbach's alpha: whether the children of an element speak of the same thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from teladan.core.composite.moments import in_reach
from teladan.core.composite.trace import Matrix
from teladan.core.diagnosis.complete import complete
from teladan.core.diagnosis.correlations import products


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStatistics:
    """One child: its correlation with the sum of the others, and alpha without it (None: undefined)."""

    code: str
    rest: float | None
    without: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """Alpha of k children over the n rows that have all of them.

    alpha: of the values as they stand; standardised: of z-scores, k r / (1 + (k - 1) r) with r the mean
    correlation. None where it is not defined; `reason` says why there is nothing at all.
    """

    of: str
    codes: tuple[str, ...]
    rows: int
    alpha: float | None
    standardised: float | None
    items: tuple[ItemStatistics, ...]
    left_out: tuple[tuple[str, str], ...]
    reason: str = ""


def reliability(of: str, values: Matrix, codes: Sequence[str]) -> Reliability:
    """Return Cronbach's alpha of the columns of n × k values that point the same way (NaN = missing)."""
    data = complete(values, codes)
    if data.reason:
        return Reliability(
            of=of,
            codes=data.codes,
            rows=len(data.values),
            alpha=None,
            standardised=None,
            items=(),
            left_out=data.left_out,
            reason=data.reason,
        )
    near = in_reach(data.values, np.abs(data.values).max())
    away = near - near.mean(axis=0)
    away /= np.abs(away).max()
    covariance = away.T @ away
    k = len(data.codes)
    items = []
    for i, code in enumerate(data.codes):
        others = np.delete(np.arange(k), i)
        rest = products(np.column_stack([away[:, i], away[:, others].sum(axis=1)]))[0, 1]
        without = alpha_of(covariance[np.ix_(others, others)]) if k > 2 else None
        items.append(ItemStatistics(code=code, rest=None if np.isnan(rest) else float(rest), without=without))
    return Reliability(
        of=of,
        codes=data.codes,
        rows=len(data.values),
        alpha=alpha_of(covariance),
        standardised=alpha_of(products(data.values)),
        items=tuple(items),
        left_out=data.left_out,
    )


def alpha_of(covariance: Matrix) -> float | None:
    """Return k / (k - 1) × (1 - sum of variances / variance of the sum); None where the sum is constant.

    >>> alpha_of(np.array([[1.0, 0.5], [0.5, 1.0]]))
    0.6666666666666667
    """
    k, total, own = len(covariance), float(covariance.sum()), float(covariance.trace())
    if total <= 1e-12 * own:
        return None
    return k / (k - 1) * (1 - own / total)
