"""Which assumption moves the ranking: Sobol indices, elements removed one by one, the top k."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from teladan.core.composite.errors import CompositeError
from teladan.core.composite.trace import Vector
from teladan.core.uncertainty.assumptions import without
from teladan.core.uncertainty.ranks import Ranks, block_ranks
from teladan.core.uncertainty.run import Drawn
from teladan.core.uncertainty.sobol import STEP, Design, Effects, effects_of
from teladan.core.uncertainty.study import Study

SHIFT = "mean absolute rank shift"


def shifts(ranks: Ranks, nominal: Ranks) -> Vector:
    """Return for each draw the mean of |rank - nominal rank| over the units that have both.

    >>> shifts(np.array([[1, 2, 3], [2, 1, 0]], dtype=np.int32), np.array([1, 2, 3], dtype=np.int32)).tolist()
    [0.0, 1.0]
    """
    ranked = (ranks > 0) & (nominal > 0)
    away = np.where(ranked, np.abs(ranks - nominal), 0).sum(axis=1)
    count = ranked.sum(axis=1)
    shift: Vector = np.divide(away, count, out=np.full(len(ranks), np.nan), where=count > 0)
    return shift


@dataclass(frozen=True, kw_only=True)
class Output:
    """The number whose variance is explained: how far ranks move, or one unit's rank or score."""

    of: str = SHIFT
    unit: str = ""

    def __post_init__(self) -> None:
        """Refuse an unknown output."""
        if self.of not in {SHIFT, "rank", "score"}:
            raise CompositeError(STEP, f"{self.of!r} is not {SHIFT}, rank or score")
        if (self.of == SHIFT) == bool(self.unit):
            raise CompositeError(STEP, "a rank and a score are of a unit, a shift is of all")

    @property
    def text(self) -> str:
        """Return the output in words."""
        return f"{self.of} of {self.unit}" if self.unit else self.of


def sensitivity(
    study: Study,
    *,
    points: int = 512,
    seed: int = 0,
    output: Output | None = None,
    progress: Callable[[int], None] | None = None,
) -> Effects:
    """Return the Sobol indices of a study's assumptions, each taken as one group of numbers.

    points × (assumptions + 2) draws are run. Raises CompositeError for a study in which nothing
    varies.
    """
    if not study.assumptions:
        raise CompositeError(STEP, "nothing varies, so there is nothing to explain")
    output = output or Output()
    if output.unit and output.unit not in study.units:
        raise CompositeError(STEP, "there is no such unit", unit=output.unit)
    column = study.units.index(output.unit) if output.unit else 0
    design = Design(seed, points, len(study.assumptions))
    nominal = block_ranks(study.index[None])[0]
    outputs = np.empty(design.count)
    for which, scores in study.scores(design):
        if output.of == "score":
            outputs[which] = scores[:, column]
        else:
            ranks = block_ranks(scores)
            outputs[which] = ranks[:, column] if output.unit else shifts(ranks, nominal)
        if progress is not None:
            progress(len(which))
    return effects_of([a.name for a in study.assumptions], outputs, design)


@dataclass(frozen=True, kw_only=True, eq=False)
class Removal:
    """What the ranking is without one element; `refused` says why it cannot be made, where it cannot."""

    element: str
    level: int
    units: tuple[str, ...]
    ranks: Ranks
    nominal: Ranks
    refused: str = ""

    @cached_property
    def shift(self) -> float:
        """Return the mean of |rank - nominal rank|."""
        return float(shifts(self.ranks[None], self.nominal)[0])

    @property
    def furthest(self) -> tuple[str, int, int]:
        """Return (unit, nominal rank, rank) of the unit that moves furthest, the first of several."""
        ranked = (self.ranks > 0) & (self.nominal > 0)
        away = np.where(ranked, np.abs(self.ranks - self.nominal), -1)
        row = int(away.argmax())
        return self.units[row], int(self.nominal[row]), int(self.ranks[row])


def removals(study: Study) -> Iterator[Removal]:
    """Yield the ranking without each element below the index, from the top level down.

    What stands beside the element takes its weight. Nothing else varies.
    """
    nominal = block_ranks(study.index[None])[0]
    tree = study.nominal.tree
    elements = [e for level in range(tree.root.level - 1, 0, -1) for e in tree.at_level(level)]
    for element in elements:
        ranks, refused = np.zeros_like(nominal), ""
        try:
            reduced = Study(
                pipeline=without(study.pipeline, element.code), table=study.table, time=study.time
            )
            ranks = _aligned(reduced, study.units)
        except CompositeError as error:
            refused = str(error)
        yield Removal(
            element=element.code,
            level=element.level,
            units=study.units,
            ranks=ranks,
            nominal=nominal,
            refused=refused,
        )


def _aligned(study: Study, units: Sequence[str]) -> Ranks:
    scores = dict(zip(study.units, study.index.tolist(), strict=True))
    ranks: Ranks = block_ranks(np.array([[scores.get(unit, np.nan) for unit in units]]))[0]
    return ranks


@dataclass(frozen=True, kw_only=True)
class Top:
    """How stable the first k are.

    members: the units whose nominal rank is k or better, with the share of draws that keep them
    there. comers: the others that are there in any draw. kept: the mean share of the members that
    a draw keeps. whole: the share of draws whose first k are exactly the members.
    """

    k: int
    members: dict[str, float]
    comers: dict[str, float]
    kept: float
    whole: float


def top(drawn: Drawn, nominal: Ranks, k: int) -> Top:
    """Return the stability of the first k, of all that have a rank where they are fewer."""
    k = min(k, int((nominal > 0).sum()))
    inside = drawn.in_top(k)
    is_member = (nominal > 0) & (nominal <= k)
    members = {unit: float(inside[i]) for i, unit in enumerate(drawn.units) if is_member[i]}
    comers = {
        unit: float(inside[i]) for i, unit in enumerate(drawn.units) if inside[i] > 0 and not is_member[i]
    }
    in_place = np.ones(drawn.draws, dtype=bool)
    for start, block in drawn.ranks.by_unit():
        in_top = (block > 0) & (block <= k)
        in_place &= (in_top == is_member[start : start + len(block), None]).all(axis=0)
    return Top(
        k=k,
        members=members,
        comers=dict(sorted(comers.items(), key=lambda pair: (-pair[1], pair[0]))),
        kept=sum(members.values()) / len(members) if members else float("nan"),
        whole=float(in_place.mean()),
    )


def as_json(effects: Effects, output: Output) -> dict[str, Any]:
    """Return Sobol indices as data."""
    return {
        "output": output.text,
        "points": effects.points,
        "seed": effects.seed,
        "mean": effects.mean,
        "variance": effects.variance,
        "effects": [
            {
                "assumption": effect.name,
                "first": effect.first,
                "first_interval": list(effect.first_interval),
                "total": effect.total,
                "total_interval": list(effect.total_interval),
            }
            for effect in effects.effects
        ],
    }
