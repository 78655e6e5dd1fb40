"""What each step did to each value: which rule, from what, to what.

Steps hand over whole arrays, so keeping the trace costs next to nothing; single records are made
only when somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One value changed by one step. `before` and `after` are None where the value is missing."""

    step: str
    rule: str
    unit: str
    time: float | None
    indicator: str
    before: float | None
    after: float | None

    def as_json(self) -> dict[str, Any]:
        """Return {organisation, time (of a panel), indicator, from, to}."""
        time = {} if self.time is None else {"time": self.time}
        place = {"organisation": self.unit, **time, "indicator": self.indicator}
        return {**place, "from": self.before, "to": self.after}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    step: str
    rule: str
    place: Labels
    rows: Indices
    columns: Indices
    before: Vector
    after: Vector

    def change(self, i: int) -> Change:
        row = int(self.rows[i])
        return Change(
            step=self.step,
            rule=self.rule,
            unit=self.place.units[row],
            time=None if self.place.times is None else float(self.place.times[row]),
            indicator=self.place.indicators[int(self.columns[i])],
            before=_known(self.before[i]),
            after=_known(self.after[i]),
        )


def is_reported(step: str, rule: str) -> bool:
    """Say whether a summary tells of a rule: a plain normalisation changes every value and is the method."""
    return step != "normalise" or "cut" in rule or "same value" in rule


def _known(value: Any) -> float | None:
    return None if np.isnan(value) else float(value)


class Trace:
    """All changes in the order they were made. `Trace(keep=False)` remembers nothing (for draws)."""

    def __init__(self, *, keep: bool = True) -> None:
        """Start empty."""
        self.keep = keep
        self.batches: list[_Batch] = []

    def notes(self, step: str, place: Labels) -> Notes:
        """Return the notebook of one step for a table's rows and columns."""
        return Notes(self, step, place)

    def __len__(self) -> int:
        """Return how many changes there were."""
        return sum(len(batch.rows) for batch in self.batches)

    def __iter__(self) -> Iterator[Change]:
        """Yield every change."""
        for batch in self.batches:
            yield from (batch.change(i) for i in range(len(batch.rows)))

    def of(self, unit: str, indicator: str, time: float | None = None) -> list[Change]:
        """Return the life of one value, oldest change first."""
        changes: list[Change] = []
        for batch in self.batches:
            place = batch.place
            if indicator not in place.indicators:
                continue
            rows = [
                row
                for row, code in enumerate(place.units)
                if code == unit and (time is None or place.times is None or place.times[row] == time)
            ]
            column = place.indicators.index(indicator)
            hits = np.flatnonzero(np.isin(batch.rows, rows) & (batch.columns == column))
            changes.extend(batch.change(int(i)) for i in hits)
        return changes

    def by(self, step: str, rule: str = "") -> list[Change]:
        """Return the changes of one step (whose rule holds a text)."""
        return [
            batch.change(i)
            for batch in self.batches
            if batch.step == step and rule in batch.rule
            for i in range(len(batch.rows))
        ]

    def summary(self) -> dict[tuple[str, str], int]:
        """Return how many values each (step, rule) changed, in order."""
        counts: dict[tuple[str, str], int] = {}
        for batch in self.batches:
            key = (batch.step, batch.rule)
            counts[key] = counts.get(key, 0) + len(batch.rows)
        return counts

    def reported(self) -> list[dict[str, Any]]:
        """Return {step, rule, count, values} for each rule that changed values, in order.

        values: {organisation, indicator, from, to}, of a panel with its time. Normalisation changes
        every value: of its rules only those are told that do more than bring onto a scale.
        """
        values: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for batch in self.batches:
            if is_reported(batch.step, batch.rule):
                changes = (batch.change(i).as_json() for i in range(len(batch.rows)))
                values.setdefault((batch.step, batch.rule), []).extend(changes)
        return [
            {"step": step, "rule": rule, "count": len(values_of), "values": values_of}
            for (step, rule), values_of in values.items()
        ]


@dataclass(frozen=True, slots=True)
class Labels:
    """The codes that rows and columns of a matrix stand for."""

    units: tuple[str, ...]
    times: Vector | None
    indicators: tuple[str, ...]

    def columns(self, codes: Sequence[str]) -> Labels:
        """Return the same rows with other columns."""
        return Labels(self.units, self.times, tuple(codes))

    def label(self, row: int) -> str:
        """Return a row's name for a message: the unit, with its time where there are several."""
        if self.times is None:
            return self.units[row]
        return f"{self.units[row]} in {self.times[row]:g}"


@dataclass(frozen=True, slots=True)
class Notes:
    """Where one step writes down what it changed."""

    trace: Trace
    step: str
    place: Labels

    def cells(self, rule: str, cells: tuple[Indices, Indices], before: Vector, after: Vector) -> None:
        """Note that the cells (rows, columns) went from `before` to `after` by a rule."""
        if self.trace.keep and len(cells[0]):
            place, (rows, columns) = self.place, cells
            batch = _Batch(
                step=self.step,
                rule=rule,
                place=place,
                rows=rows,
                columns=columns,
                before=before,
                after=after,
            )
            self.trace.batches.append(batch)

    def where(self, rule: str, mask: Mask, before: Matrix, after: Matrix) -> None:
        """Note the change of every cell where a mask (n × p) is set."""
        if self.trace.keep and mask.any():
            rows, columns = np.nonzero(mask)
            self.cells(rule, (rows, columns), before[rows, columns], after[rows, columns])
