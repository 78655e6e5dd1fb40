"""Who is ahead of whom: units two by two, in the share of draws that put one before the other."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from teladan.core.composite.errors import CompositeError
from teladan.core.composite.trace import Indices, Mask, Matrix, Vector
from teladan.core.uncertainty.draw_store import DrawStore
from teladan.core.uncertainty.draws import STEP

AHEAD = 0.95
MOST = 2_000  # units of which all pairs are formed
CELLS = 8_000_000


class Pairs:
    """Comparisons of the ranks of n units in their draws.

    Draws in which one of the two has no score do not count. Pairs that the middle 95 % of the ranks
    keep apart are known to be distinguishable without counting: if 97.5 % of the draws put A before
    a rank and 97.5 % put B behind it, at least 95 % put A before B.
    """

    def __init__(self, ranks: DrawStore) -> None:
        """Compare these ranks (n × draws)."""
        self.ranks = ranks

    def ahead(self, unit: int, other_unit: int) -> float | None:
        """Return the share of draws in which one unit's rank is better than another's."""
        a, b = self.ranks.rows(unit, unit + 1)[0], self.ranks.rows(other_unit, other_unit + 1)[0]
        scored = (a > 0) & (b > 0)
        return float((scored & (a < b)).sum() / scored.sum()) if scored.any() else None

    def matrix(self) -> Matrix:
        """Return n × n: the share of draws in which the unit of the row is ahead of the column's.

        The diagonal is NaN. Refused above 2,000 units, where single pairs can be asked for.
        """
        self._refuse_many()
        count = self.ranks.units
        shares = np.full((count, count), np.nan)
        for unit in range(count - 1):
            others = np.arange(unit + 1, count)
            shares[unit, others], shares[others, unit] = self._shares(unit, others)
        return shares

    def not_distinguishable_from(self, unit: int) -> Indices:
        """Return the units that a unit is neither ahead of nor behind."""
        near = self._near(unit)
        near = near[near != unit]
        alike: Indices = near[~self._distinguishable(unit, near)]
        return alike

    def lists(self) -> list[Indices]:
        """Return `not_distinguishable_from` of every unit; refused above 2,000 units."""
        self._refuse_many()
        count = self.ranks.units
        together = np.zeros((count, count), dtype=bool)
        for unit in range(count):
            near = self._near(unit)
            near = near[near > unit]
            alike = near[~self._distinguishable(unit, near)]
            together[unit, alike] = together[alike, unit] = True
        return [np.flatnonzero(row) for row in together]

    def _near(self, unit: int) -> Indices:
        low, high = self._middle[:, 0], self._middle[:, 1]
        return np.flatnonzero((high[unit] >= low) & (high >= low[unit]))

    def _distinguishable(self, unit: int, others: Indices) -> Mask:
        ahead, behind = self._shares(unit, others)
        with np.errstate(invalid="ignore"):
            apart: Mask = (ahead >= AHEAD) | (behind >= AHEAD)
        return apart

    def _refuse_many(self) -> None:
        if self.ranks.units > MOST:
            reason = f"{self.ranks.units:,} units make too many pairs (at most {MOST:,}); ask for one unit"
            raise CompositeError(STEP, reason)

    @cached_property
    def _middle(self) -> Matrix:
        """Return n × 2: ranks that 2.5 % of the draws are below and above; open where some have none."""
        parts = []
        for _, block in self.ranks.by_unit():
            missing = block == 0
            ends = _outside(block)
            ends[missing.any(axis=1)] = (-np.inf, np.inf)
            parts.append(ends)
        return np.vstack(parts)

    @cached_property
    def _strict(self) -> bool:
        """Say whether every draw has a score for every unit, and no ties: its ranks are 1 … n."""
        total = np.zeros(self.ranks.draws, dtype=np.int64)
        for _, block in self.ranks.by_unit():
            if not block.all():
                return False
            total += block.sum(axis=0)
        count = self.ranks.units
        return bool((total == count * (count + 1) // 2).all())

    def _shares(self, unit: int, others: Indices) -> tuple[Vector, Vector]:
        """Return the shares of draws in which a unit is ahead of and behind others."""
        mine = self.ranks.rows(unit, unit + 1)[0]
        step = max(1, CELLS // self.ranks.draws)
        ahead, behind = np.empty((2, len(others)))
        for start in range(0, len(others), step):
            part = slice(start, start + step)
            theirs = self._rows(others[part])
            if self._strict:
                count = _counts(mine < theirs)
                ahead[part], behind[part] = count / len(mine), (len(mine) - count) / len(mine)
                continue
            scored = (mine > 0) & (theirs > 0)
            total = _counts(scored)
            for share, before in ((ahead, mine < theirs), (behind, mine > theirs)):
                share[part] = np.divide(
                    _counts(before & scored), total, out=np.full(len(total), np.nan), where=total > 0
                )
        return ahead, behind

    def _rows(self, units: Indices) -> NDArray[Any]:
        if len(units) and len(units) == units[-1] - units[0] + 1:
            return self.ranks.rows(int(units[0]), int(units[-1]) + 1)
        rows = [self.ranks.rows(unit, unit + 1) for unit in units.tolist()]
        return np.vstack(rows) if rows else np.zeros((0, self.ranks.draws), dtype=np.int32)


def _counts(mask: Mask) -> Vector:
    return np.array([np.count_nonzero(row) for row in mask], dtype=np.float64)


def _outside(block: NDArray[Any]) -> Matrix:
    """Return ranks with at most 2.5 % of the draws strictly beyond them on either side."""
    beyond = int((1 - AHEAD) / 2 * block.shape[1])
    in_order = np.sort(block, axis=1)
    last = block.shape[1] - 1
    return np.column_stack([in_order[:, beyond], in_order[:, last - beyond]]).astype(np.float64)
