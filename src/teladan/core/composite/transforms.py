"""Treatments of one column: cutting off extremes and bending the scale.

A treatment is fitted to a column's known values and gives a `Transform`: the function, and which
points it moved. Every bend is strictly rising where it is defined, so a target or a goalpost in the
indicator's own unit goes through the same function.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from teladan.core.composite.errors import CompositeError
from teladan.core.composite.moments import shape
from teladan.core.composite.trace import Mask, Vector

STEP = "treat"
Function = Callable[[Vector], Vector]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transform:
    """What became of a column: its values, the points moved (with the rule of each), the function.

    `function` is None for treatments that move single points and leave the scale as it is.
    """

    values: Vector
    moved: tuple[tuple[str, Mask], ...]
    function: Function | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SkewKurtosis:
    """The test for outliers: passed where |skewness| < skew or kurtosis < kurt (excess, as in Excel)."""

    skew: float = 2.0
    kurt: float = 3.5

    def __post_init__(self) -> None:
        """Refuse limits that nothing can be held against."""
        if math.isnan(self.skew) or math.isnan(self.kurt):
            raise CompositeError(STEP, "the test for outliers needs two numbers")

    def passes(self, skew: float, kurt: float) -> bool:
        """Return whether a column passes; a constant one (NaN) has no outliers."""
        return math.isnan(skew) or math.isnan(kurt) or abs(skew) < self.skew or kurt < self.kurt


class Treatment:
    """One stage. Subclasses are frozen dataclasses."""

    name: ClassVar[str] = ""

    @property
    def needs(self) -> str:
        """Return what values it is for, where it is not for all, with a way out."""
        return ""

    def apply(self, known: Vector, test: SkewKurtosis) -> Transform:
        """Return the transform of a column's known values (no NaN among them)."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Winsorise(Treatment):
    """Set the most extreme value to the next one, on the side of the skew, until the test passes.

    limit: the most points moved (None: no limit). Equal values move together; where that would go
    past the limit the cut stops before, except with like="COINr 1.1.14", which looks at the limit
    only before a cut. force: go on up to the limit although the test passes.
    """

    limit: int | None = 5
    force: bool = False
    like: str = ""
    name: ClassVar[str] = "Winsorise"

    def __post_init__(self) -> None:
        """Refuse a limit below zero, and force without one."""
        if self.limit is not None and self.limit < 0:
            raise CompositeError(STEP, f"a limit of {self.limit} points is none")
        if self.force and self.limit is None:
            raise CompositeError(STEP, "Winsorising without test and without limit would leave one value")
        if self.like not in {"", "COINr 1.1.14"}:
            raise CompositeError(STEP, f"like {self.like!r} is not known: COINr 1.1.14")

    def apply(self, known: Vector, test: SkewKurtosis) -> Transform:
        """Return the values with extremes cut off."""
        values = known.copy()
        high, low = np.zeros((2, len(values)), dtype=bool)
        limit = len(values) if self.limit is None else self.limit
        while (high | low).sum() < limit:
            skew, kurt = shape(values)
            if math.isnan(skew) or (not self.force and test.passes(skew, kurt)):
                break
            top = values.max() if skew >= 0 else values.min()
            extreme = values == top
            rest = values[~extreme]
            side = high if skew >= 0 else low
            if (side | extreme | high | low).sum() > limit and not self.like:
                break
            values[extreme] = rest.max() if skew >= 0 else rest.min()
            side |= extreme
        moved = (("Winsorised, high end", high), ("Winsorised, low end", low & ~high))
        return Transform(values=values, moved=moved, function=None)


class _Bend(Treatment):
    """A treatment that gives every value a new one by a function."""

    def fitted(self, known: Vector) -> Function:
        """Return the function fitted to a column."""
        raise NotImplementedError

    def apply(self, known: Vector, test: SkewKurtosis) -> Transform:
        """Return the values on the new scale."""
        del test
        function = self.fitted(known)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            values = function(known)
        return Transform(
            values=values, moved=((self.name, np.ones(len(known), dtype=bool)),), function=function
        )


LOGS = ("plain", "plus one", "shifted", "shifted by one", "both ways", "GII", "symmetric")


@dataclass(frozen=True, slots=True, kw_only=True)
class Log(_Bend):
    """A logarithm; low and high are the column's ends, a = share × (high - low).

    plain: ln x, for values above 0. plus one: ln(1 + x), above -1. shifted: ln(x - low + a).
    shifted by one: ln(x - low + 1). both ways: shifted where the skew is not negative, else its
    mirror -ln(high - x + a). GII: ln((high - 1)(x - low) / (high - low) + 1), for columns that end
    above 1. symmetric: sign(x) ln(1 + |x|).
    """

    variant: str = "shifted"
    share: float = 0.01
    name: ClassVar[str] = "log"

    def __post_init__(self) -> None:
        """Refuse an unknown variant."""
        if self.variant not in LOGS:
            raise CompositeError(STEP, f"{self.variant!r} is not one of: {', '.join(LOGS)}")
        if not self.share > 0:
            raise CompositeError(STEP, f"a shift of {self.share:g} of the range is not above 0")

    @property
    def needs(self) -> str:
        """Return the least value of the variants that have one."""
        least = {"plain": "0", "plus one": "-1"}.get(self.variant)
        return "" if least is None else f"{self.variant} is for values above {least}; shifted takes any"

    def fitted(self, known: Vector) -> Function:
        """Return the logarithm for this column."""
        low, high = float(known.min()), float(known.max())
        shift = self.share * (high - low)
        if self.variant == "plain":
            return np.log
        if self.variant == "plus one":
            return np.log1p
        if self.variant == "symmetric":
            return lambda x: np.sign(x) * np.log1p(np.abs(x))
        if low == high:
            raise CompositeError(STEP, f"a {self.variant} log needs values that differ")
        if self.variant == "shifted by one":
            return lambda x: np.log(x - low + 1)
        if self.variant == "GII":
            if high <= 1:
                raise CompositeError(STEP, f"a GII log would turn values around that end at {high:g}")
            return lambda x: np.log((high - 1) * (x - low) / (high - low) + 1)
        if self.variant == "both ways" and shape(known)[0] < 0:
            return lambda x: -np.log(high - x + shift)
        return lambda x: np.log(x - low + shift)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxCox(_Bend):
    """(x^power - 1) / power, or ln x at power 0.

    power: given, or None for the one of largest likelihood between -5 and 5. shift: first make all
    values positive, x - low + 1; without it a value of 0 or below is refused by name.
    """

    power: float | None = None
    shift: bool = True
    name: ClassVar[str] = "Box-Cox"

    @property
    def needs(self) -> str:
        """Return the least value without a shift."""
        return "" if self.shift else "without a shift it is for values above 0"

    def fitted(self, known: Vector) -> Function:
        """Return the power function for this column."""
        low = float(known.min()) if self.shift else 1.0
        if self.power is not None:
            power = self.power
        elif (known - low + 1 > 0).all():
            power = _likeliest(known - low + 1)
        else:
            power = 0.0  # refused below, where the unit is known

        def function(x: Vector) -> Vector:
            moved = np.where(x - low + 1 > 0, x - low + 1, np.nan)
            bent: Vector = np.log(moved) if power == 0 else np.expm1(power * np.log(moved)) / power
            return bent

        return function


def _likeliest(values: Vector) -> float:
    """Return the power of largest profile likelihood (Box and Cox 1964), by golden section."""
    logs = np.log(values)

    def likelihood(power: float) -> float:
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            bent = logs if abs(power) < 1e-12 else np.expm1(power * logs) / power
            variance = float(bent.var())
            if not 0 < variance < math.inf:
                return -math.inf
            return -len(values) / 2 * math.log(variance) + (power - 1) * float(logs.sum())

    low, high, ratio = -5.0, 5.0, (math.sqrt(5) - 1) / 2
    for _ in range(80):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if likelihood(left) < likelihood(right):
            low = left
        else:
            high = right
    return (low + high) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Custom(Treatment):
    """A function of a column's known values that returns them treated."""

    function: Callable[[Vector], Vector]
    name: str = "custom"  # type: ignore[misc]

    def apply(self, known: Vector, test: SkewKurtosis) -> Transform:
        """Return what the function says, held against what it must be."""
        del test
        values = np.asarray(self.function(known.copy()), dtype=np.float64)
        if values.shape != known.shape:
            raise CompositeError(STEP, f"the function {self.name!r} did not return one value per value")
        return Transform(values=values, moved=((self.name, values != known),), function=None)
