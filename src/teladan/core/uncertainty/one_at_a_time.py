"""One at a time: how much each assumption moves a ranking when nothing else varies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from teladan.core.composite.errors import CompositeError
from teladan.core.uncertainty.draws import Seeded
from teladan.core.uncertainty.ranks import block_ranks
from teladan.core.uncertainty.sensitivity import shifts
from teladan.core.uncertainty.study import Study

DRAWS = 200  # means over draws settle soon; quantiles would need more
DIGITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleEffect:
    """What one assumption does: means over draws in which nothing else varies.

    moved: the share of the units whose rank is not the nominal one. shift: |rank - nominal rank|, the
    mean of all units. refused: why there are no such draws, where there are none.
    """

    moved: float | None
    shift: float | None
    refused: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return {moved, shift}, and refused where it is."""
        data: dict[str, Any] = {"moved": self.moved, "shift": self.shift}
        return {**data, "refused": self.refused} if self.refused else data

    @classmethod
    def of(cls, assumption: Mapping[str, Any]) -> SingleEffect:
        """Return it from an assumption in words, as `with_single_effects` gives them."""
        return cls(
            moved=assumption["moved"], shift=assumption["shift"], refused=assumption.get("refused", "")
        )

    @property
    def text(self) -> str:
        """Return the effect in words.

        >>> SingleEffect(moved=0.0031, shift=0.004).text
        'alone it gives 0.31 % of the units another rank, 0.004 places on average'
        >>> SingleEffect(moved=1.0, shift=123.4).text
        'alone it gives 100 % of the units another rank, 123 places on average'
        """
        if self.moved is None or self.shift is None:
            return f"not tried alone: {self.refused}"
        if not self.moved:
            return "alone it changes no rank"
        share = f"{_figure(100 * self.moved)} % of the units"
        return f"alone it gives {share} another rank, {_figure(self.shift)} places on average"


def _figure(value: float) -> str:
    """Return a share or a shift with two figures, from 10 on as a whole number."""
    return f"{value:.0f}" if value >= 10 else f"{value:.2g}"


def single_effects(study: Study, *, seed: int, draws: int = DRAWS) -> list[SingleEffect]:
    """Return what each assumption of a study does, in their order."""
    nominal = block_ranks(study.index[None])[0]
    effects = []
    for assumption in study.assumptions:
        single = Study(pipeline=study.pipeline, table=study.table, assumptions=(assumption,), time=study.time)
        shift, moved = [], []
        try:
            for _, scores in single.scores(Seeded(seed, draws)):
                ranks = block_ranks(scores)
                ranked = (ranks > 0) & (nominal > 0)
                count = np.maximum(ranked.sum(axis=1), 1)
                moved.append((ranked & (ranks != nominal)).sum(axis=1) / count)
                shift.append(np.nan_to_num(shifts(ranks, nominal)))
        except CompositeError as error:
            effects.append(SingleEffect(moved=None, shift=None, refused=str(error)))
            continue
        effects.append(SingleEffect(moved=_mean(moved), shift=_mean(shift)))
    return effects


def _mean(blocks: Sequence[Any]) -> float:
    return round(float(np.concatenate(blocks).mean()), DIGITS)


def with_single_effects(
    assumptions: Sequence[dict[str, Any]], study: Study, *, seed: int
) -> list[dict[str, Any]]:
    """Return assumptions in words, the first of them (those of the study) with what each does alone."""
    effects = [effect.as_json() for effect in single_effects(study, seed=seed)]
    return [
        {**assumption, **(effects[i] if i < len(effects) else {})} for i, assumption in enumerate(assumptions)
    ]
