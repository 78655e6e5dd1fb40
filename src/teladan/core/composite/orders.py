"""Normalisation methods that are not linear: ranks, fractions of the best value, custom functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from teladan.core.composite.method import Method, SignedColumns, ends
from teladan.core.composite.ranks import Ties, ascending
from teladan.core.composite.trace import Matrix, Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class FractionOfMax(Method):
    """x / the largest x; where less is better, the smallest x / x. For values above 0 (0 / max is 0).

    like="COINr 1.1.14" divides the turned-round values by their maximum, which gives x / smallest:
    1 for the best, and more the worse a unit is.
    """

    like: str = ""
    name: ClassVar[str] = "fraction of the best"
    straight: ClassVar[bool] = False

    def values(self, columns: SignedColumns) -> Matrix:
        """Return the fractions."""
        signed, falls = columns.signed, columns.direction < 0
        _, best = ends(columns)
        if self.like == "COINr 1.1.14":
            return signed / best
        with np.errstate(invalid="ignore"):
            wrong = np.where(falls, signed >= 0, signed < 0) | ((best <= 0) & ~falls)
        wrong &= ~np.isnan(signed)
        if wrong.any():
            row, column = map(int, np.argwhere(wrong)[0])
            value = signed[row, column] * columns.direction[column]
            raise columns.refuse(column, f"{value:g} has no place in a fraction of the best", row)
        fraction: Matrix = np.where(falls, best / signed, signed / best)
        return fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank(Method):
    """The rank from the worst (1) up; equal values share by `ties`."""

    ties: Ties = "min"
    name: ClassVar[str] = "rank"
    straight: ClassVar[bool] = False

    def values(self, columns: SignedColumns) -> Matrix:
        """Return the ranks by column."""
        return np.column_stack([ascending(column, self.ties) for column in columns.signed.T])


@dataclass(frozen=True, slots=True, kw_only=True)
class Borda(Rank):
    """The rank from the worst up, minus 1: how many units are behind."""

    name: ClassVar[str] = "Borda"

    def values(self, columns: SignedColumns) -> Matrix:
        """Return the points by column."""
        return Rank(ties=self.ties).values(columns) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PercentileRank(Rank):
    """(rank - 1) / (n - 1), n being the values that are there: 0 for the worst, 1 for the best."""

    name: ClassVar[str] = "percentile rank"

    def values(self, columns: SignedColumns) -> Matrix:
        """Return the percentile ranks by column; one value alone has none."""
        count = (~np.isnan(columns.signed)).sum(axis=0)
        for i in np.flatnonzero(count < 2):
            raise columns.refuse(int(i), "a percentile rank needs two units with a value")
        ranked: Matrix = (Rank(ties=self.ties).values(columns) - 1) / (count - 1)
        return ranked


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged(Method):
    """The values as they are, with the sign turned where less is better."""

    name: ClassVar[str] = "as it is"
    straight: ClassVar[bool] = False

    def values(self, columns: SignedColumns) -> Matrix:
        """Return the signed values."""
        return columns.signed.copy()


@dataclass(frozen=True, slots=True, kw_only=True)
class Custom(Method):
    """A function of one signed column (NaN = missing) that returns it normalised."""

    function: Callable[[Vector], Vector]
    name: str = "custom"  # type: ignore[misc]
    straight: ClassVar[bool] = False

    def values(self, columns: SignedColumns) -> Matrix:
        """Return what the function says, held against what it must be."""
        normalised = np.empty(columns.signed.shape)
        for i in range(len(columns.place.indicators)):
            column = np.asarray(self.function(columns.signed[:, i].copy()), dtype=np.float64)
            if column.shape != (len(normalised),):
                raise columns.refuse(i, f"the function {self.name!r} did not return one value per row")
            normalised[:, i] = column
        return normalised
