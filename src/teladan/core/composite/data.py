"""The table that goes through the pipeline: n units (or unit-times) × p indicators, NaN = missing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from teladan.core.composite.errors import CompositeError
from teladan.core.composite.trace import Indices, Labels, Mask, Matrix, Vector

STEP = "data"
MISSING = frozenset({"", "NA", "NaN", "nan"})


@dataclass(frozen=True, kw_only=True, eq=False)
class Table:
    """Values with their codes; a row is a unit, or a unit at a time where `times` is given.

    values: float64 n × p. denominators: name → n values. groups: name → n codes ("" = in no group).
    Raises CompositeError for shapes that do not fit, codes given twice, and infinite values.
    """

    units: tuple[str, ...]
    indicators: tuple[str, ...]
    values: Matrix
    denominators: Mapping[str, Vector] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    times: Vector | None = None

    def __post_init__(self) -> None:
        """Check the table; it never changes afterwards."""
        object.__setattr__(self, "units", tuple(self.units))
        object.__setattr__(self, "indicators", tuple(self.indicators))
        values = np.array(self.values, dtype=np.float64, order="F")
        n, p = len(self.units), len(self.indicators)
        if values.shape != (n, p):
            shape = " × ".join(map(str, values.shape))
            raise CompositeError(STEP, f"{n} units and {p} indicators do not fit values of {shape}")
        if not n or not p:
            raise CompositeError(STEP, "there must be at least one unit and one indicator")
        if self.times is not None:
            times = np.asarray(self.times, dtype=np.float64)
            if times.shape != (n,) or not np.isfinite(times).all():
                raise CompositeError(STEP, f"times must be {n} finite numbers, one per row")
            object.__setattr__(self, "times", times)
        values.flags.writeable = False
        object.__setattr__(self, "values", values)
        self._check_codes()
        self._check_values()

    def _check_codes(self) -> None:
        rows = list(self.units) if self.times is None else list(zip(self.units, self.times, strict=True))
        if len(set(rows)) != len(rows):
            seen: set[object] = set()
            row = next(i for i, r in enumerate(rows) if r in seen or seen.add(r))  # type: ignore[func-returns-value]
            raise CompositeError(STEP, "this unit is given twice", unit=self.place.label(row))
        if len(set(self.indicators)) != len(self.indicators):
            code = next(c for c in self.indicators if self.indicators.count(c) > 1)
            raise CompositeError(STEP, "this indicator is given twice", indicator=code)
        for name, codes in self.groups.items():
            if len(codes) != len(self.units):
                raise CompositeError(STEP, f"the group {name!r} has {len(codes)} entries, not one per row")

    def _check_values(self) -> None:
        infinite = np.isinf(self.values)
        if infinite.any():
            row, column = np.argwhere(infinite)[0]
            raise CompositeError(
                STEP, "infinite value", unit=self.place.label(row), indicator=self.indicators[column]
            )
        for name, denominator in self.denominators.items():
            if np.shape(denominator) != (len(self.units),):
                raise CompositeError(STEP, f"the denominator {name!r} is not one value per row")
            if np.isinf(denominator).any():
                row = int(np.flatnonzero(np.isinf(denominator))[0])
                raise CompositeError(STEP, f"infinite denominator {name!r}", unit=self.place.label(row))

    @property
    def place(self) -> Labels:
        """Return the codes of rows and columns."""
        return Labels(self.units, self.times, self.indicators)

    @property
    def missing(self) -> Mask:
        """Return where no value is (n × p)."""
        return np.isnan(self.values)

    def column(self, code: str) -> int:
        """Return the position of an indicator; raises CompositeError where there is none."""
        try:
            return self.indicators.index(code)
        except ValueError:
            raise CompositeError(STEP, "the table has no such indicator", indicator=code) from None

    def with_values(self, values: Matrix) -> Table:
        """Return the table with other values."""
        return replace(self, values=values)

    def rows(self, rows: Indices) -> Table:
        """Return some rows."""
        return replace(
            self,
            units=tuple(self.units[i] for i in rows),
            values=self.values[rows],
            denominators={
                name: np.asarray(denominator)[rows] for name, denominator in self.denominators.items()
            },
            groups={name: tuple(codes[i] for i in rows) for name, codes in self.groups.items()},
            times=None if self.times is None else self.times[rows],
        )

    def columns(self, codes: Sequence[str]) -> Table:
        """Return some indicators, in the order asked for."""
        positions = [self.column(code) for code in codes]
        return replace(self, indicators=tuple(codes), values=self.values[:, positions])

    def blocks(self, *, each_time: bool) -> list[Indices]:
        """Return the rows that share parameters: all, or those of each time."""
        if not each_time or self.times is None:
            return [np.arange(len(self.units))]
        return [np.flatnonzero(self.times == time) for time in np.unique(self.times)]


def read_table(
    rows: Iterable[Mapping[str, str | None]],
    *,
    indicators: Sequence[str],
    unit: str = "unit",
    time: str = "",
    denominators: Sequence[str] = (),
    groups: Sequence[str] = (),
) -> Table:
    """Return a table from rows of text cells (as csv.DictReader gives them).

    An empty cell, NA, NaN or nan is missing. Raises CompositeError naming unit and column of a cell that is
    no number, and columns that are not there.

    >>> read_table([{"unit": "AUT", "LPI": "4.1"}, {"unit": "BEL", "LPI": ""}], indicators=["LPI"]).values
    array([[4.1],
           [nan]])
    """
    table = list(rows)
    wanted = (unit, *indicators, *denominators, *groups, *((time,) if time else ()))
    absent = [name for name in wanted if any(name not in row for row in table)]
    if absent:
        raise CompositeError(STEP, f"no such column: {', '.join(dict.fromkeys(absent))}")
    units = tuple((row[unit] or "").strip() for row in table)
    if "" in units:
        raise CompositeError(STEP, f"row {units.index('') + 1} has no unit in the column {unit!r}")

    def numbers(name: str) -> Vector:
        return np.array([_number(row[name], code, name) for row, code in zip(table, units, strict=True)])

    return Table(
        units=units,
        indicators=tuple(indicators),
        values=np.column_stack([numbers(code) for code in indicators]),
        denominators={name: numbers(name) for name in denominators},
        groups={name: tuple((row[name] or "").strip() for row in table) for name in groups},
        times=numbers(time) if time else None,
    )


def _number(cell: str | None, unit: str, column: str) -> float:
    text = (cell or "").strip()
    if text in MISSING:
        return math.nan
    try:
        value = float(text) if "_" not in text else math.inf
    except ValueError:
        value = math.inf
    if not math.isfinite(value):
        raise CompositeError(STEP, f"{text!r} is not a finite number", unit=unit, indicator=column)
    return value
