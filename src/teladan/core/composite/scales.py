"""Linear normalisation methods: by range, moments, targets, references and goalposts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from teladan.core.composite.errors import CompositeError
from teladan.core.composite.method import STEP, Fitted, Method, SignedColumns, ends
from teladan.core.composite.moments import in_reach
from teladan.core.composite.trace import Mask, Matrix, Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class MinMax(Method):
    """The worst value becomes `lower`, the best `upper`."""

    lower: float = 0.0
    upper: float = 100.0
    name: ClassVar[str] = "min-max"

    def __post_init__(self) -> None:
        """Refuse an interval that does not rise."""
        if not self.lower < self.upper:
            raise CompositeError(
                STEP, f"min-max needs lower below upper, not {self.lower:g} and {self.upper:g}"
            )

    @property
    def rule(self) -> str:
        """Return the method in words."""
        return f"min-max to {self.lower:g} … {self.upper:g}"

    def fit(self, columns: SignedColumns) -> Fitted:
        """Return the line through the two ends."""
        low, high = ends(columns)
        return Fitted(
            start=low,
            length=high - low,
            span=self.upper - self.lower,
            base=self.lower,
            parameters={"worst": low * columns.direction, "best": high * columns.direction},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaled(Method):
    """(x - lower) / (upper - lower) × to, with given bounds and no cut; mirrored where less is better."""

    lower: float = 0.0
    upper: float = 100.0
    to: float = 100.0
    name: ClassVar[str] = "scaled"

    def __post_init__(self) -> None:
        """Refuse an interval that does not rise."""
        if not self.lower < self.upper:
            raise CompositeError(
                STEP, f"scaling needs lower below upper, not {self.lower:g} and {self.upper:g}"
            )

    @property
    def rule(self) -> str:
        """Return the method in words."""
        return f"scaled from {self.lower:g} … {self.upper:g} to 0 … {self.to:g}"

    def fit(self, columns: SignedColumns) -> Fitted:
        """Return the line through the bounds."""
        start = np.where(columns.direction > 0, self.lower, -self.upper)
        return Fitted(start=start, length=np.full(len(start), self.upper - self.lower), span=self.to)


@dataclass(frozen=True, slots=True, kw_only=True)
class ZScore(Method):
    """(x - mean) / standard deviation (n - 1), brought to a mean and a standard deviation."""

    mean: float = 0.0
    sd: float = 1.0
    name: ClassVar[str] = "z-score"

    def __post_init__(self) -> None:
        """Refuse a standard deviation that is none."""
        if not self.sd > 0:
            raise CompositeError(STEP, f"{self.sd:g} is not a standard deviation")

    @property
    def rule(self) -> str:
        """Return the method in words."""
        return f"z-score to mean {self.mean:g}, standard deviation {self.sd:g}"

    def fit(self, columns: SignedColumns) -> Fitted:
        """Return the line by the moments of the known values."""
        known = ~np.isnan(columns.signed)
        count = known.sum(axis=0)
        mean = np.where(known, columns.signed, 0.0).sum(axis=0) / count
        away = np.where(known, columns.signed - mean, 0.0)
        size = np.abs(away).max(axis=0, initial=0.0)
        near = in_reach(away, size)
        variance = (near * near).sum(axis=0) / np.maximum(count - 1, 1)
        sd: Vector = np.ldexp(np.sqrt(variance), np.frexp(size)[1])
        low, high = ends(columns)
        return Fitted(
            start=mean,
            length=np.where(low == high, 0.0, sd),
            span=self.sd,
            base=self.mean,
            parameters={"mean": mean * columns.direction, "sd": sd},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DistanceToMax(Method):
    """1 - (best - x) / (best - worst)."""

    name: ClassVar[str] = "distance to the best"

    def fit(self, columns: SignedColumns) -> Fitted:
        """Return the line through the two ends."""
        low, high = ends(columns)
        return Fitted(
            start=low,
            length=high - low,
            parameters={"worst": low * columns.direction, "best": high * columns.direction},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DistanceToTarget(Method):
    """1 - (target - x) / (target - worst); cap: what is past the target counts as 1.

    Targets are in the indicator's own unit: given here, or in the tree.
    """

    targets: Mapping[str, float] = field(default_factory=dict)
    cap: bool = False
    name: ClassVar[str] = "distance to target"

    def fit(self, columns: SignedColumns) -> Fitted:
        """Return the line from the worst value to the target."""
        return _towards(columns, columns.given(columns.target, "target"), "the target", cap=self.cap)


@dataclass(frozen=True, slots=True, kw_only=True)
class DistanceToReference(Method):
    """1 - (reference - x) / (reference - worst), the reference being one unit's value."""

    unit: str
    cap: bool = False
    name: ClassVar[str] = "distance to a reference"

    @property
    def rule(self) -> str:
        """Return the method in words."""
        return f"distance to {self.unit}"

    def fit(self, columns: SignedColumns) -> Fitted:
        """Return the line from the worst value to the unit's."""
        rows = [row for row, code in enumerate(columns.place.units) if code == self.unit]
        if len(rows) != 1:
            times = "no row" if not rows else "several times (normalise each time, or by one)"
            raise CompositeError(STEP, f"the reference has {times}", unit=self.unit)
        reference = columns.signed[rows[0]]
        for i in np.flatnonzero(np.isnan(reference)):
            raise columns.refuse(int(i), "the reference has no value", rows[0])
        return _towards(columns, reference, f"the reference {self.unit}", cap=self.cap)


def _towards(columns: SignedColumns, best: Vector, what: str, *, cap: bool) -> Fitted:
    low, high = ends(columns)
    turned = (best <= low) & (low < high) | (best < low)
    for i in np.flatnonzero(turned):
        d = columns.direction[i]
        raise columns.refuse(
            int(i), f"{what}, {best[i] * d:g}, is not better than the worst value, {low[i] * d:g}"
        )
    return Fitted(
        start=low,
        length=best - low,
        high_cut=1.0 if cap else np.nan,
        parameters={"worst": low * columns.direction, what: best * columns.direction},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Goalposts(Method):
    """(x - lower post) / (upper - lower) × scale, cut at the posts.

    posts: (lower, upper) in the indicator's own unit, from here or the tree; where less is better
    the lower post earns `scale`. cap: "both", "lower", "upper" (the worse and the better end are
    meant by the numbers: lower is the smaller one) or "none". log: on logarithms, as the HDI reads
    income; a value that is not cut must then be above 0.
    """

    posts: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    scale: float = 100.0
    cap: str = "both"
    log: bool = False
    name: ClassVar[str] = "goalposts"

    def __post_init__(self) -> None:
        """Refuse an unknown cut, and posts that do not rise."""
        if self.cap not in {"both", "lower", "upper", "none"}:
            raise CompositeError(STEP, f"{self.cap!r} is not both, lower, upper or none")
        for code, (low, high) in self.posts.items():
            if not low < high:
                raise CompositeError(STEP, f"the goalposts {low:g} and {high:g} do not rise", indicator=code)

    @property
    def rule(self) -> str:
        """Return the method in words."""
        return f"goalposts to 0 … {self.scale:g}" + (" on logarithms" if self.log else "")


def fit_goalposts(
    method: Goalposts, columns: SignedColumns
) -> tuple[Matrix, Mask, Mask, Mapping[str, Vector]]:
    """Return values, where they were cut at the worse and the better end, and the posts (raw unit)."""
    direction = columns.direction
    worse = columns.given(columns.posts[0], "goalposts")
    better = columns.given(columns.posts[1], "goalposts")
    signed = columns.signed
    falls = direction < 0
    cut_worse = np.where(falls, method.cap in {"both", "upper"}, method.cap in {"both", "lower"})
    cut_better = np.where(falls, method.cap in {"both", "lower"}, method.cap in {"both", "upper"})
    with np.errstate(invalid="ignore"):
        below = (signed < worse) & cut_worse
        above = (signed > better) & cut_better
    held = np.where(below, worse, np.where(above, better, signed))
    posts = {"worse post": worse * direction, "better post": better * direction}
    if method.log:
        for i in np.flatnonzero(np.minimum(worse * direction, better * direction) <= 0):
            raise columns.refuse(int(i), "a goalpost on logarithms must be above 0")
        raw = held * direction
        with np.errstate(invalid="ignore"):
            wrong = raw <= 0
        if wrong.any():
            row, column = map(int, np.argwhere(wrong)[0])
            raise columns.refuse(column, f"{raw[row, column]:g} has no logarithm", row)
        held = np.log(raw) * direction
        worse, better = np.log(worse * direction) * direction, np.log(better * direction) * direction
    return (held - worse) / (better - worse) * method.scale, below, above, posts
