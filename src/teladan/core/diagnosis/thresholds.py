"""From where on something is worth a second look. Usual values, none of them a law: all can be set."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from teladan.core.composite.errors import CompositeError

STEP = "diagnosis"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What is pointed out. Shares are of one; correlations -1 … 1.

    A correlation is "negative" at `negative` or below, "high" at `high` or above, "low" below `low`
    (where it should be high: among the children of one parent). The skewness test is the one of
    the composite indices: both skew and kurtosis must be reached.
    """

    missing: float = 0.35  # share of units without a value, above
    zeros: float = 0.5  # share of values that are zero, above
    repeated: float = 0.5  # share of values that are one and the same, above
    skew: float = 2.0
    kurtosis: float = 3.5
    fence: float = 1.5  # of the quartiles' distance beyond a quartile: an outlier
    far: float = 3.0  # … a far one
    negative: float = -0.4
    low: float = 0.3
    high: float = 0.92
    alpha: float = 0.7  # below
    inflation: float = 10.0  # variance inflation, at or above: 90 % is known from the siblings
    apart: float = 2.0  # how many times more or less than its weight an indicator counts

    def __post_init__(self) -> None:
        """Refuse what is no threshold."""
        for part in fields(self):
            if not math.isfinite(getattr(self, part.name)):
                raise CompositeError(STEP, f"the threshold {part.name} is not a finite number")
        if not -1 <= self.negative <= self.low <= self.high <= 1:
            raise CompositeError(STEP, "thresholds of correlations must rise: -1, negative, low, high, 1")
        for name in ("missing", "zeros", "repeated"):
            if not 0 <= getattr(self, name) <= 1:
                raise CompositeError(STEP, f"the threshold {name} is not a share between 0 and 1")
        if not 0 <= self.fence <= self.far:
            raise CompositeError(STEP, "the far fence must not lie before the near one")
        if self.inflation < 1 or self.apart < 1:
            raise CompositeError(STEP, "the thresholds inflation and apart are 1 or more")

    def of(self, r: float | None) -> str:
        """Return "negative", "low", "high" or "" for a correlation (None: it is not defined)."""
        if r is None:
            return ""
        if r <= self.negative:
            return "negative"
        if r >= self.high:
            return "high"
        return "low" if r < self.low else ""
