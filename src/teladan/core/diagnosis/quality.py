"""What each indicator's values look like before anything is done to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from teladan.core.composite.data import Table
from teladan.core.composite.moments import kurtosis, skewness
from teladan.core.composite.trace import Labels, Matrix, Vector
from teladan.core.diagnosis.thresholds import Thresholds


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlier:
    """A value beyond a fence: which unit, what value, and whether it is beyond the far fence."""

    unit: str
    value: float
    far: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Five numbers, mean and standard deviation (n - 1; None for one value) of the values there are."""

    lowest: float
    lower: float
    median: float
    upper: float
    highest: float
    mean: float
    sd: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """One indicator over n rows.

    usual: the most frequent value, of which there are `same`. outliers: the values beyond the fences,
    lowest first; inside: the lowest and the highest of the others. skew, kurtosis: as the composite
    indices define them, None where not defined; `treated` holds both after the treatment of outliers,
    where there was one.
    """

    indicator: str
    rows: int
    values: int
    zeros: int
    distinct: int
    usual: float | None
    same: int
    summary: Summary | None
    skew: float | None
    kurtosis: float | None
    treated: tuple[float | None, float | None] | None
    outliers: tuple[Outlier, ...]
    inside: tuple[float, float] | None

    @property
    def missing(self) -> int:
        """Return how many rows have no value."""
        return self.rows - self.values

    def flags(self, thresholds: Thresholds) -> tuple[str, ...]:
        """Return what is pointed out: empty, same, missing, zeros, repeated, skewed, far."""
        if not self.values:
            return ("empty",)
        found = {
            "missing": self.missing > thresholds.missing * self.rows,
            "same": self.distinct == 1,
            "zeros": self.zeros > thresholds.zeros * self.values,
            "repeated": self.distinct > 1 and self.same > thresholds.repeated * self.values,
            "skewed": self.is_skewed(thresholds),
            "far": any(outlier.far for outlier in self.outliers),
        }
        return tuple(name for name, holds in found.items() if holds)

    def is_skewed(self, thresholds: Thresholds) -> bool:
        """Say whether the values fail the test of skewness and kurtosis."""
        if self.skew is None or self.kurtosis is None:
            return False
        return abs(self.skew) >= thresholds.skew and self.kurtosis >= thresholds.kurtosis


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicates:
    """Rows or columns that hold the same values: their codes, and how many values they share."""

    codes: tuple[str, ...]
    values: int


def qualities(table: Table, treated: Table | None, thresholds: Thresholds) -> tuple[Quality, ...]:
    """Return every indicator of a table."""
    skews, kurts = _shape(table.values)
    after: dict[str, tuple[float | None, float | None]] = {}
    if treated is not None:
        after = dict(zip(treated.indicators, zip(*_shape(treated.values), strict=True), strict=True))
    return tuple(
        _quality(
            table.place,
            i,
            table.values[:, i],
            shape=(skews[i], kurts[i]),
            treated=after.get(code),
            thresholds=thresholds,
        )
        for i, code in enumerate(table.indicators)
    )


def _shape(values: Matrix) -> tuple[list[float | None], list[float | None]]:
    skews, kurts = skewness(values), kurtosis(values)
    return _known(skews), _known(kurts)


def _known(numbers: Vector) -> list[float | None]:
    return [None if np.isnan(number) else number for number in numbers.tolist()]


def _quality(
    place: Labels,
    column: int,
    values: Vector,
    *,
    shape: tuple[float | None, float | None],
    treated: tuple[float | None, float | None] | None,
    thresholds: Thresholds,
) -> Quality:
    rows = np.flatnonzero(~np.isnan(values))
    there = values[rows]
    found, counts = np.unique(there, return_counts=True)
    summary = _summary(there) if len(there) else None
    beyond = _beyond(there, summary) if summary else np.zeros(0)
    out = beyond > thresholds.fence
    order = np.flatnonzero(out)[np.argsort(there[out], kind="stable")]
    inside = there[~out]
    return Quality(
        indicator=place.indicators[column],
        rows=len(values),
        values=len(there),
        zeros=int((there == 0).sum()),
        distinct=len(found),
        usual=float(found[counts.argmax()]) if len(found) else None,
        same=int(counts.max(initial=0)),
        summary=summary,
        skew=shape[0],
        kurtosis=shape[1],
        treated=treated,
        outliers=tuple(
            Outlier(
                unit=place.label(int(rows[i])), value=float(there[i]), far=bool(beyond[i] > thresholds.far)
            )
            for i in order
        ),
        inside=(float(inside.min()), float(inside.max())) if len(inside) else None,
    )


def _summary(values: Vector) -> Summary:
    # Divided by a power of two, which is exact, so that no sum and no square overflows.
    power = int(np.frexp(np.abs(values).max())[1])
    near = np.ldexp(values, -power)
    mean = float(near.mean())
    away = near - mean
    numbers = [*np.quantile(near, [0.0, 0.25, 0.5, 0.75, 1.0]).tolist(), mean]
    sd = float(np.sqrt((away * away).sum() / (len(near) - 1))) if len(near) > 1 else None
    low, lower, median, upper, high, middle = np.ldexp(numbers, power).tolist()
    return Summary(
        lowest=low,
        lower=lower,
        median=median,
        upper=upper,
        highest=high,
        mean=middle,
        sd=None if sd is None else float(np.ldexp(sd, power)),
    )


def _beyond(values: Vector, summary: Summary) -> Vector:
    """Return how many times the quartiles' distance a value lies beyond the nearer quartile (Tukey).

    Where the quartiles are equal there is no such measure: half of the values are one and the same.
    """
    spread = summary.upper / 2 - summary.lower / 2  # halves, whose differences never overflow
    if spread <= 0:
        return np.zeros(len(values))
    beyond: Vector = np.maximum(summary.lower / 2 - values / 2, values / 2 - summary.upper / 2) / spread
    return beyond


def duplicate_rows(table: Table) -> tuple[Duplicates, ...]:
    """Return the rows that have the same values in the same places (two at least)."""
    labels = [table.place.label(row) for row in range(len(table.units))]
    return _duplicates(table.values, labels)


def duplicate_columns(table: Table) -> tuple[Duplicates, ...]:
    """Return the indicators that have the same values in the same rows (two different ones at least)."""
    distinct = [len(np.unique(column[~np.isnan(column)])) for column in table.values.T]
    different = [i for i, count in enumerate(distinct) if count > 1]
    return _duplicates(table.values[:, different].T, [table.indicators[i] for i in different])


def _duplicates(rows: Matrix, labels: Sequence[str]) -> tuple[Duplicates, ...]:
    groups: dict[bytes, list[int]] = {}
    plain = np.ascontiguousarray(np.where(np.isnan(rows), np.nan, rows + 0.0))  # one zero, one NaN
    for i, row in enumerate(plain):
        groups.setdefault(row.tobytes(), []).append(i)
    return tuple(
        Duplicates(codes=tuple(labels[i] for i in members), values=count)
        for members in groups.values()
        if len(members) > 1 and (count := int((~np.isnan(rows[members[0]])).sum())) > 1
    )
