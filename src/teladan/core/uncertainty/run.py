"""The draws of a study run and kept: `vary` is the way in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from teladan.core.composite.errors import CompositeError
from teladan.core.composite.trace import Indices, Matrix, Vector
from teladan.core.uncertainty.draw_store import LIMIT, DrawStore
from teladan.core.uncertainty.draws import STEP, Seeded
from teladan.core.uncertainty.pairs import Pairs
from teladan.core.uncertainty.quantiles import quantiles
from teladan.core.uncertainty.ranks import Ranks, block_ranks
from teladan.core.uncertainty.study import Instance, Study

ENDS = (0.05, 0.5, 0.95)
Progress = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class Cuts:
    """Bands of an index by their starts, rising; the first one is open below."""

    codes: tuple[str, ...]
    starts: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse starts that do not rise."""
        if len(self.codes) != len(self.starts) or list(self.starts) != sorted(set(self.starts)):
            raise CompositeError(STEP, "bands need one start each, rising")


class Drawn:
    """The scores and ranks of n units in all draws, and what is read from them.

    scores and ranks: n × draws; a missing score is NaN and has the rank 0.
    """

    def __init__(self, units: Sequence[str], draws: int, *, memory: int = LIMIT) -> None:
        """Make room for the draws."""
        self.units = tuple(units)
        self.draws = draws
        in_memory = len(self.units) * draws * 12 <= memory
        self.scores = DrawStore(len(self.units), draws, np.float64, in_memory=in_memory)
        self.ranks = DrawStore(len(self.units), draws, np.int32, in_memory=in_memory)

    def fill(self, blocks: Iterable[tuple[Indices, Matrix]], progress: Progress | None = None) -> Drawn:
        """Keep blocks of (which draws, draws × units), ranked."""
        for which, scores in blocks:
            self.scores.put(which, scores)
            self.ranks.put(which, block_ranks(scores))
            if progress is not None:
                progress(len(which))
        return self

    def position(self, unit: str) -> int:
        """Return where a unit stands; raises CompositeError where there is none."""
        try:
            return self.units.index(unit)
        except ValueError:
            raise CompositeError(STEP, "there is no such unit", unit=unit) from None

    def rank_quantiles(self, shares: Sequence[float] = ENDS) -> Matrix:
        """Return n × shares: quantiles of the ranks in the draws that give one (linear, R's type 7)."""
        parts = [quantiles(block, shares, block == 0) for _, block in self.ranks.by_unit()]
        return np.vstack(parts)

    def score_quantiles(self, shares: Sequence[float] = ENDS) -> Matrix:
        """Return n × shares: quantiles of the scores that are there."""
        parts = [quantiles(block, shares, np.isnan(block)) for _, block in self.scores.by_unit()]
        return np.vstack(parts)

    @cached_property
    def scored(self) -> Vector:
        """Return for each unit the share of draws that give it a score."""
        return np.concatenate([(block > 0).mean(axis=1) for _, block in self.ranks.by_unit()])

    @cached_property
    def pairs(self) -> Pairs:
        """Return the comparison of units two by two."""
        return Pairs(self.ranks)

    def ahead(self, unit: str, other_unit: str) -> float | None:
        """Return the share of draws in which a unit has the better score; None where none compares."""
        return self.pairs.ahead(self.position(unit), self.position(other_unit))

    def not_distinguishable(self, unit: str) -> tuple[str, ...]:
        """Return the units that this one is neither ahead of nor behind in 95 % of the draws."""
        return tuple(self.units[i] for i in self.pairs.not_distinguishable_from(self.position(unit)).tolist())

    def band_shares(self, cuts: Cuts) -> Matrix:
        """Return n × bands: the share of draws (that give a score) in each band."""
        parts = []
        for _, block in self.scores.by_unit():
            band = np.searchsorted(np.array(cuts.starts[1:]), block, side="right")
            band[np.isnan(block)] = -1
            counts = np.stack([(band == k).sum(axis=1) for k in range(len(cuts.codes))], axis=1)
            total = counts.sum(axis=1, keepdims=True)
            parts.append(np.divide(counts, total, out=np.full(counts.shape, np.nan), where=total > 0))
        return np.vstack(parts)

    def in_top(self, k: int) -> Vector:
        """Return for each unit the share of draws in which its rank is k or better."""
        parts = [((block > 0) & (block <= k)).mean(axis=1) for _, block in self.ranks.by_unit()]
        return np.concatenate(parts)


@dataclass(frozen=True, kw_only=True, eq=False)
class Uncertainty:
    """What a study's draws came to.

    index and rank are the nominal ones: the pipeline as given, by the engine.
    """

    study: Study
    source: Seeded
    drawn: Drawn
    index: Vector
    rank: Ranks

    @property
    def units(self) -> tuple[str, ...]:
        """Return the units in the order of the table."""
        return self.drawn.units

    def draw(self, number: int) -> Instance:
        """Return the parameters of one draw, and the pipeline and table that give its scores."""
        return self.study.instance(self.source, number)

    @cached_property
    def intervals(self) -> Matrix:
        """Return n × 3: the 5th, 50th and 95th percentile of each unit's rank."""
        return self.drawn.rank_quantiles()

    def assumptions(self) -> list[dict[str, Any]]:
        """Return what varied, in words and as data; of a panel also whose ranks these are."""
        words: list[dict[str, Any]] = [
            {"assumption": a.name, "text": f"what if: {a.text}", **a.as_json()}
            for a in self.study.assumptions
        ]
        time = self.study.ranked_time
        if time is not None:
            text = f"ranks: of the units at {time:g}, one of the times of these data"
            words.append({"assumption": "time", "code": "time", "text": text, "time": time})
        return words


def vary(
    study: Study,
    *,
    draws: int = 1000,
    seed: int = 0,
    memory: int = LIMIT,
    progress: Progress | None = None,
) -> Uncertainty:
    """Return the scores and ranks of a study's units in `draws` draws.

    memory: bytes of draws kept in memory; beyond it they lie in a file. progress is told how many
    draws have been added. Raises CompositeError, naming the draw, for a pipeline that cannot be run.
    """
    source = Seeded(seed, draws)
    drawn = Drawn(study.units, draws, memory=memory).fill(study.scores(source), progress)
    index = study.index
    return Uncertainty(study=study, source=source, drawn=drawn, index=index, rank=block_ranks(index[None])[0])
