"""How the values of an element's children become its own.

Each rule takes values (n × k, NaN = missing) and k weights, and returns n values. A missing child's
weight goes to the others of its row; a row without any value is missing. Sums run over the children
in the order of the tree, one after the other: the same bytes on every machine, whatever numpy's own
order of summation is.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from teladan.core.composite.errors import CompositeError
from teladan.core.composite.outrank import copeland_scores, outranking_scores
from teladan.core.composite.trace import Labels, Mask, Matrix, Vector

STEP = "aggregate"
Zero = Literal["refuse", "zero", "missing"]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a rule is given: values (n × k), weights (k), and where they belong for messages."""

    values: Matrix
    weights: Vector
    place: Labels
    code: str

    def refuse(self, where: Mask, reason: str) -> None:
        """Raise the error of the first cell where a mask is set."""
        if where.any():
            row, column = np.argwhere(where)[0]
            value = self.values[row, column]
            raise CompositeError(
                STEP,
                f"{value:g} has no place in {reason} (of {self.code})",
                unit=self.place.label(int(row)),
                indicator=self.place.indicators[int(column)],
            )


def weighted_sum(terms: Matrix, weights: Vector) -> tuple[Vector, Vector]:
    """Return sum(w × term) and sum(w) over the terms that are there, child after child."""
    total, weight = np.zeros((2, len(terms)))
    for column, w in enumerate(weights):
        term = terms[:, column]
        known = ~np.isnan(term)
        if known.all():
            total += w * term
            weight += w
        else:
            total += np.where(known, w * term, 0.0)
            weight += np.where(known, w, 0.0)
    return total, weight


def weighted_mean(terms: Matrix, weights: Vector) -> Vector:
    """Return sum(w × term) / sum(w) by row; NaN where no term with a weight is there."""
    total, weight = weighted_sum(terms, weights)
    mean: Vector = np.divide(total, weight, out=np.full(len(total), np.nan), where=weight > 0)
    return mean


class Aggregation:
    """A rule. Subclasses are frozen dataclasses, so two equal rules are equal."""

    name: ClassVar[str] = ""
    weighted: ClassVar[bool] = True

    def combine(self, parts: Parts) -> Vector:
        """Return one value per row."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Arithmetic(Aggregation):
    """The weighted arithmetic mean: full compensation."""

    name: ClassVar[str] = "arithmetic"

    def combine(self, parts: Parts) -> Vector:
        """Return sum(w × x) / sum(w)."""
        return weighted_mean(parts.values, parts.weights)


def _zeros(parts: Parts, zero: Zero, rule: str) -> tuple[Matrix, Mask]:
    """Return the values with zeros set to missing, and where they were; refuse what is not declared."""
    if zero not in {"refuse", "zero", "missing"}:
        raise CompositeError(STEP, f"{zero!r} is not a rule for zeros: refuse, zero or missing")
    values = parts.values
    with np.errstate(invalid="ignore"):
        parts.refuse(values < 0, rule)
        zeros = values == 0
    if not zeros.any():
        return values, zeros
    if zero == "refuse":
        parts.refuse(zeros, f"{rule} (declare zero: zero or missing, or normalise to above 0)")
    return np.where(zeros, np.nan, values), zeros


@dataclass(frozen=True, slots=True)
class Geometric(Aggregation):
    """The weighted geometric mean, exp(sum(w × ln x) / sum(w)).

    zero: what a value of 0 does: "refuse" it by name, make the mean "zero" (its limit), or count
    as "missing". A negative value is always refused.
    """

    zero: Zero = "refuse"
    name: ClassVar[str] = "geometric"

    def combine(self, parts: Parts) -> Vector:
        """Return the mean; a zero with weight 0 changes nothing."""
        values, zeros = _zeros(parts, self.zero, "a geometric mean")
        mean = np.exp(weighted_mean(np.log(values), parts.weights))
        if self.zero == "zero":
            mean[(zeros & (parts.weights > 0)).any(axis=1)] = 0.0
        return mean


@dataclass(frozen=True, slots=True)
class Harmonic(Aggregation):
    """The weighted harmonic mean, sum(w) / sum(w / x); zeros as in the geometric mean."""

    zero: Zero = "refuse"
    name: ClassVar[str] = "harmonic"

    def combine(self, parts: Parts) -> Vector:
        """Return the mean."""
        values, zeros = _zeros(parts, self.zero, "a harmonic mean")
        mean = 1 / weighted_mean(1 / values, parts.weights)
        if self.zero == "zero":
            mean[(zeros & (parts.weights > 0)).any(axis=1)] = 0.0
        return mean


@dataclass(frozen=True, slots=True)
class Generalised(Aggregation):
    """The weighted power mean, (sum(w × x^p) / sum(w))^(1/p).

    power 1 is arithmetic, 0 (the limit) geometric, -1 harmonic, ±inf maximum and minimum (of the
    children with a weight). Negative values are refused but at power 1; zeros follow `zero` where
    the power is 0 or below.
    """

    power: float
    zero: Zero = "refuse"
    name: ClassVar[str] = "generalised mean"

    def __post_init__(self) -> None:
        """Refuse a power that is no number."""
        if math.isnan(self.power):
            raise CompositeError(STEP, "a generalised mean needs a power")

    def combine(self, parts: Parts) -> Vector:
        """Return the mean; values are scaled by their largest, so that no power overflows."""
        if self.power == 1:
            return Arithmetic().combine(parts)
        if self.power == 0:
            return Geometric(self.zero).combine(parts)
        if self.power == -1:
            return Harmonic(self.zero).combine(parts)
        if math.isinf(self.power):
            held = np.where(parts.weights > 0, parts.values, np.nan)
            return _extreme(held, np.fmax if self.power > 0 else np.fmin)
        rule = f"a generalised mean of power {self.power:g}"
        if self.power > 0:
            with np.errstate(invalid="ignore"):
                parts.refuse(parts.values < 0, rule)
            values, zeros = parts.values, None
        else:
            values, zeros = _zeros(parts, self.zero, rule)
        scale = _extreme(values, np.fmax if self.power > 0 else np.fmin)
        scale = np.where(scale > 0, scale, 1.0)
        terms = to_power(values / scale[:, None], self.power)
        mean = scale * from_power(weighted_mean(terms, parts.weights), self.power)
        if zeros is not None and self.zero == "zero":
            mean[(zeros & (parts.weights > 0)).any(axis=1)] = 0.0
        return mean


NEAR_ZERO = 0.01  # powers below which x^p is so near 1 that its difference from 1 is kept instead


def to_power(values: Matrix, power: float) -> Matrix:
    """Return x^p, for a small p x^p - 1: of what differs from 1 in the last digits alone, no mean is left."""
    if abs(power) >= NEAR_ZERO:
        return values**power
    with np.errstate(divide="ignore"):  # the logarithm of 0 is below all: 0^p - 1 is -1
        less: Matrix = np.expm1(power * np.log(values))
    return less


def from_power(means: Matrix, power: float) -> Matrix:
    """Return what has a mean of `to_power`.

    >>> float(from_power(to_power(np.array([2.0]), 1e-300), 1e-300)[0])
    2.0
    """
    if abs(power) >= NEAR_ZERO:
        return means ** (1 / power)
    with np.errstate(divide="ignore"):
        back: Matrix = np.exp(np.log1p(means) / power)
    return back


def _extreme(values: Matrix, function: np.ufunc) -> Vector:
    extremes: Vector = function.reduce(values, axis=1)
    return extremes


@dataclass(frozen=True, slots=True)
class Median(Aggregation):
    """The median of the children that are there; weights are not used."""

    name: ClassVar[str] = "median"
    weighted: ClassVar[bool] = False

    def combine(self, parts: Parts) -> Vector:
        """Return the middle value, or the mean of the two in the middle."""
        in_order = np.sort(parts.values, axis=1)  # NaN last
        count = (~np.isnan(parts.values)).sum(axis=1)
        rows = np.arange(len(in_order))
        last = in_order.shape[1] - 1
        low = in_order[rows, np.clip((count - 1) // 2, 0, last)]
        high = in_order[rows, np.clip(count // 2, 0, last)]
        middle: Vector = np.where(count > 0, low + (high - low) / 2, np.nan)
        return middle


@dataclass(frozen=True, slots=True)
class Minimum(Aggregation):
    """The lowest of the children that are there: no compensation; weights are not used."""

    name: ClassVar[str] = "minimum"
    weighted: ClassVar[bool] = False

    def combine(self, parts: Parts) -> Vector:
        """Return the lowest value."""
        return _extreme(parts.values, np.fmin)


@dataclass(frozen=True, slots=True)
class Maximum(Aggregation):
    """The highest of the children that are there; weights are not used."""

    name: ClassVar[str] = "maximum"
    weighted: ClassVar[bool] = False

    def combine(self, parts: Parts) -> Vector:
        """Return the highest value."""
        return _extreme(parts.values, np.fmax)


@dataclass(frozen=True, slots=True)
class Copeland(Aggregation):
    """Copeland's rule: how many units it beats minus how many beat it, by weighted majority."""

    name: ClassVar[str] = "copeland"

    def combine(self, parts: Parts) -> Vector:
        """Return the scores; see outrank.py."""
        return copeland_scores(parts.values, parts.weights)


@dataclass(frozen=True, slots=True)
class Outranking(Aggregation):
    """The row sums of the outranking matrix: how far a unit is ahead of the others, not only how often."""

    name: ClassVar[str] = "outranking"

    def combine(self, parts: Parts) -> Vector:
        """Return the scores; see outrank.py."""
        return outranking_scores(parts.values, parts.weights)


@dataclass(frozen=True, slots=True)
class Custom(Aggregation):
    """A function of values (n × k) and weights (k) that returns n values."""

    function: Callable[[Matrix, Vector], Vector]
    name: str = "custom"  # type: ignore[misc]

    def combine(self, parts: Parts) -> Vector:
        """Return what the function says, held against what it must be."""
        values = np.asarray(self.function(parts.values.copy(), parts.weights.copy()), dtype=np.float64)
        if values.shape != (len(parts.values),):
            reason = f"the function {self.name!r} returned {values.shape}, not one value per row"
            raise CompositeError(STEP, reason, indicator=parts.code)
        return values
