"""Values that replace computed ones, each with its source."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from teladan.core.composite.data import Table
from teladan.core.composite.errors import CompositeError

STEP = "override"


@dataclass(frozen=True, kw_only=True)
class Override:
    """A value that replaces the computed one, with its source.

    element: an indicator (its value as it is where this step stands) or what is aggregated (its
    score, before it goes into its parent). value None: no value.
    """

    unit: str
    element: str
    value: float | None
    source: str
    time: float | None = None

    def __post_init__(self) -> None:
        """Refuse a value without a source, and one that is no number."""
        if not self.source.strip():
            raise CompositeError(STEP, "an override needs a source", unit=self.unit, indicator=self.element)
        if self.value is not None and not np.isfinite(self.value):
            raise CompositeError(
                STEP, f"{self.value} is not a finite number", unit=self.unit, indicator=self.element
            )


@dataclass(frozen=True, kw_only=True)
class Overrides:
    """A step of overrides."""

    values: tuple[Override, ...]


def rows_of(table: Table, override: Override) -> list[int]:
    """Return the rows that an override is for: one, where it can be followed."""
    return [
        row
        for row, unit in enumerate(table.units)
        if unit == override.unit
        and (override.time is None or (table.times is not None and table.times[row] == override.time))
    ]
