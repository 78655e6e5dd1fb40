"""A ranking with its uncertainty, in the shape in which it is published."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from teladan.core.composite.trace import Matrix, Trace
from teladan.core.uncertainty.one_at_a_time import with_single_effects
from teladan.core.uncertainty.pairs import MOST
from teladan.core.uncertainty.ranks import Ranks
from teladan.core.uncertainty.run import Cuts, Drawn, Uncertainty

Figure = str | float | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Report:
    """What may be said about n units.

    index: as it is published (text where it is exact or printed, a number where it is a float64).
    rank: nominal ranks, 0 without an index; ranked is False where the publisher says that the index
    is no ranking: then ranks and pairs are not stated, and bands are all there is.
    trace: what the steps of a pipeline changed where nothing varies; None where no pipeline made the
    index.
    """

    seed: int
    draws: int
    assumptions: tuple[dict[str, Any], ...]
    units: tuple[str, ...]
    index: tuple[Figure, ...]
    rank: Ranks
    drawn: Drawn
    cuts: Cuts | None = None
    ranked: bool = True
    trace: Trace | None = None

    @cached_property
    def intervals(self) -> Matrix:
        """Return n × 3: the 5th, 50th and 95th percentile of each unit's rank."""
        return self.drawn.rank_quantiles()

    @cached_property
    def bands(self) -> list[dict[str, float]]:
        """Return for each unit the share of draws in each band that it falls in."""
        if self.cuts is None:
            return [{} for _ in self.units]
        shares = self.drawn.band_shares(self.cuts)
        return [
            {code: float(share) for code, share in zip(self.cuts.codes, row, strict=True) if share > 0}
            for row in shares.tolist()
        ]

    @cached_property
    def alike(self) -> list[list[str]] | None:
        """Return for each unit who it cannot be told apart from; None above 2,000 units."""
        if len(self.units) > MOST:
            return None
        lists = self.drawn.pairs.lists()
        is_ranked = self.rank > 0
        return [
            [self.units[j] for j in others.tolist() if is_ranked[i] and is_ranked[j]]
            for i, others in enumerate(lists)
        ]

    def ahead(self, unit: str, other_unit: str) -> float | None:
        """Return the share of draws in which one unit has a better score than another."""
        return self.drawn.ahead(unit, other_unit)

    def as_json(self) -> dict[str, Any]:
        """Return {seed, draws, assumptions, results}, of a pipeline also changes; units in the order given.

        Where the index is no ranking, or above 2,000 units, what is not stated is null.
        """
        data: dict[str, Any] = {
            "seed": self.seed,
            "draws": self.draws,
            "assumptions": list(self.assumptions),
            "results": [self._result(i) for i in range(len(self.units))],
        }
        return data if self.trace is None else {**data, "changes": self.trace.reported()}

    def _result(self, i: int) -> dict[str, Any]:
        alike = self.alike if self.ranked else None
        return {
            "organisation": self.units[i],
            "index": self.index[i],
            "rank": self._rank(i) if self.ranked else None,
            "bands": self.bands[i],
            "not_distinguishable": None if alike is None else alike[i],
        }

    def _rank(self, i: int) -> dict[str, Any]:
        low, middle, high = (plain(value) for value in self.intervals[i].tolist())
        return {"nominal": int(self.rank[i]) or None, "p5": low, "median": middle, "p95": high}


def plain(value: float) -> float | int | None:
    """Return a whole number as one, and None for NaN.

    >>> plain(3.0), plain(2.5), plain(float("nan"))
    (3, 2.5, None)
    """
    if np.isnan(value):
        return None
    return int(value) if value == int(value) else value


def of_study(uncertainty: Uncertainty, *, cuts: Cuts | None = None, ranked: bool = True) -> Report:
    """Return the report of a pipeline's draws; the index is the float64 that the engine made.

    cuts: where bands begin; ranked: whether the index may be ranked.
    """
    return Report(
        seed=uncertainty.source.seed,
        draws=uncertainty.source.count,
        assumptions=tuple(
            with_single_effects(uncertainty.assumptions(), uncertainty.study, seed=uncertainty.source.seed)
        ),
        units=uncertainty.units,
        index=tuple(None if np.isnan(value) else value for value in uncertainty.index.tolist()),
        rank=uncertainty.rank,
        drawn=uncertainty.drawn,
        cuts=cuts,
        ranked=ranked,
        trace=uncertainty.study.nominal.trace,
    )
