"""What a normalisation method is fitted to, and what the fit gives.

A method is fitted to columns that already point upwards (an indicator where less is better comes
with its sign turned) and then applied to the same or to other rows: a panel shares one fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from teladan.core.composite.errors import CompositeError
from teladan.core.composite.trace import Labels, Mask, Matrix, Vector

STEP = "normalise"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedColumns:
    """What a method is fitted to: m rows × q columns, signed so that more is better.

    direction, target and posts (worse, better) are per column, in the signed unit; NaN = not given.
    target and posts are those of the method, else of the tree.
    """

    signed: Matrix
    place: Labels
    direction: Vector
    target: Vector
    posts: Matrix  # 2 × q

    def refuse(self, column: int, reason: str, row: int | None = None) -> CompositeError:
        """Return the error for a column (and row)."""
        unit = "" if row is None else self.place.label(row)
        return CompositeError(STEP, reason, unit=unit, indicator=self.place.indicators[column])

    def given(self, numbers: Vector, what: str) -> Vector:
        """Return numbers (one per column), having refused a column that has none."""
        for i in np.flatnonzero(np.isnan(numbers)):
            raise self.refuse(int(i), f"no {what} is given")
        return numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A fitted straight line (x - start) / length × span + base, cut at low and high shares.

    length 0 marks a column that is the same everywhere. low_cut and high_cut are shares of the
    length (NaN: no cut). parameters: what was found, for the report.
    """

    start: Vector
    length: Vector
    span: float = 1.0
    base: float = 0.0
    low_cut: float = np.nan
    high_cut: float = np.nan
    logs: bool = False
    parameters: Mapping[str, Vector] = field(default_factory=dict)

    def apply(self, columns: SignedColumns) -> tuple[Matrix, Mask, Mask]:
        """Return the values, and where they were cut below and above."""
        share = (columns.signed - self.start) / np.where(self.length == 0, np.nan, self.length)
        with np.errstate(invalid="ignore"):
            below, above = share < self.low_cut, share > self.high_cut
        if below.any():
            share = np.where(below, self.low_cut, share)
        if above.any():
            share = np.where(above, self.high_cut, share)
        if self.base == 0.0 and self.span == 1.0:
            return share, below, above
        return share * self.span + self.base, below, above


class Method:
    """A method that can be fitted. Subclasses are frozen dataclasses."""

    name: ClassVar[str] = ""
    straight: ClassVar[bool] = True

    @property
    def rule(self) -> str:
        """Return the method in words, for the trace."""
        return self.name

    def fit(self, columns: SignedColumns) -> Fitted:
        """Return the line fitted to columns."""
        raise NotImplementedError

    def values(self, columns: SignedColumns) -> Matrix:
        """Return the values of methods that are no line (ranks, custom functions)."""
        raise NotImplementedError


def ends(columns: SignedColumns) -> tuple[Vector, Vector]:
    """Return the worst and the best signed value of each column."""
    low: Vector = np.fmin.reduce(columns.signed, axis=0)
    high: Vector = np.fmax.reduce(columns.signed, axis=0)
    return low, high
