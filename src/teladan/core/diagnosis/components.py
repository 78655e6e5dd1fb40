"""Principal components of the correlations: how many things a group of indicators measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from teladan.core.composite.trace import Matrix, Vector
from teladan.core.diagnosis.complete import complete
from teladan.core.diagnosis.correlations import products


@dataclass(frozen=True, kw_only=True, eq=False)
class Components:
    """The components of k columns over the n rows that have all of them.

    eigenvalues: k, largest first, summing to k. loadings: k × k, column j holds the correlations of
    the columns with component j; its sign is turned so that the column's sum is not negative.
    kaiser: how many eigenvalues are above 1. of: the element below which the columns stand ("" =
    all indicators). With a `reason` there are none.
    """

    of: str
    codes: tuple[str, ...]
    rows: int
    eigenvalues: Vector
    loadings: Matrix
    left_out: tuple[tuple[str, str], ...]
    reason: str = ""

    @property
    def shares(self) -> Vector:
        """Return each component's part of the variance."""
        shares: Vector = self.eigenvalues / max(1, len(self.codes))
        return shares

    @property
    def kaiser(self) -> int:
        """Return how many components explain more than one column does (Kaiser's rule)."""
        return int((self.eigenvalues > 1 + 1e-9).sum())


def components(of: str, values: Matrix, codes: Sequence[str]) -> Components:
    """Return the principal components of the columns of n × k values (NaN = missing)."""
    data = complete(values, codes)
    if data.reason:
        return Components(
            of=of,
            codes=data.codes,
            rows=len(data.values),
            eigenvalues=np.zeros(0),
            loadings=np.zeros((len(data.codes), 0)),
            left_out=data.left_out,
            reason=data.reason,
        )
    roots, vectors = np.linalg.eigh(products(data.values))
    roots, vectors = np.maximum(roots[::-1], 0.0), vectors[:, ::-1]
    total = vectors.sum(axis=0)
    # A sum of nothing but rounding cannot choose a sign: then the largest loading is positive.
    largest = vectors[np.abs(vectors).argmax(axis=0), np.arange(len(roots))]
    sign = np.where(np.where(np.abs(total) > 1e-9, total, largest) < 0, -1.0, 1.0)
    return Components(
        of=of,
        codes=data.codes,
        rows=len(data.values),
        eigenvalues=roots,
        loadings=vectors * sign * np.sqrt(roots),
        left_out=data.left_out,
    )
