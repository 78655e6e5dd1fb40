"""Sobol indices of any function of independent groups of numbers in [0, 1).

Two independent samples A and B of N points, and for each group j the sample AB_j: A with the
numbers of group j from B. First order by Saltelli and others (2010), on outputs brought to mean 0,
S = mean(f(B) (f(AB_j) - f(A))) / V; total by Jansen (1999), T = mean((f(A) - f(AB_j))²) / 2V; V over
A and B. The first keeps small effects small, where Jansen's own estimator of S leaves them to
chance. Intervals by the bootstrap over the N points.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from teladan.core.composite.errors import CompositeError
from teladan.core.composite.trace import Indices, Matrix, Vector
from teladan.core.uncertainty.draws import Seeded, uniform

STEP = "sensitivity"
REPEATS = 1_000
ENDS = (0.025, 0.975)
BY_CHANCE = 982_451_653  # keeps the bootstrap's numbers apart from those of the samples


@dataclass(frozen=True, slots=True)
class Design:
    """The N × (k + 2) points: A, then B, then AB_1 … AB_k. Any point is made without the others."""

    seed: int
    points: int
    groups: int

    def __post_init__(self) -> None:
        """Refuse samples too small to say anything."""
        if self.points < 2:
            raise CompositeError(STEP, f"{self.points} points are too few")
        Seeded(self.seed, self.points)

    @property
    def count(self) -> int:
        """Return how many points there are in all."""
        return self.points * (self.groups + 2)

    def numbers(self, stream: int, size: int, draws: Indices) -> Matrix:
        """Return the numbers of a group at some points."""
        sample, point = np.divmod(draws, self.points)
        of_b = (sample == 1) | (sample == stream + 2)
        found = np.empty((len(draws), size))
        for other, where in ((0, ~of_b), (1, of_b)):
            if where.any():
                # A is the even and B the odd stream of a group.
                source = Seeded(self.seed, self.points)
                found[where] = source.numbers(2 * stream + other, size, point[where])
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one group does to the variance, with the ends of 95 % intervals."""

    name: str
    first: float
    first_interval: tuple[float, float]
    total: float
    total_interval: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """Sobol indices of an output; none where it does not vary (variance 0)."""

    mean: float
    variance: float
    points: int
    seed: int
    effects: tuple[Effect, ...]


def effects_of(names: Sequence[str], outputs: Vector, design: Design, repeats: int = REPEATS) -> Effects:
    """Return the indices from the outputs at all points of a design."""
    if not np.isfinite(outputs).all():
        raise CompositeError(
            STEP, f"the output of draw {int(np.flatnonzero(~np.isfinite(outputs))[0])} is none"
        )
    n = design.points
    f = outputs.reshape(design.groups + 2, n)
    both = f[:2].ravel()
    mean, variance = float(both.mean()), float(both.var(ddof=1))
    if np.ptp(outputs) == 0:
        return Effects(mean=mean, variance=0.0, points=n, seed=design.seed, effects=())
    parts = [((f[1] - mean) * (ab - f[0]), (f[0] - ab) ** 2 / 2) for ab in f[2:]]
    firsts, totals = _bootstrap(f[:2], np.array(parts), design, repeats)
    found = [
        Effect(
            name=name,
            first=float(first.mean()) / variance,
            first_interval=_ends(firsts[:, j]),
            total=float(total.mean()) / variance,
            total_interval=_ends(totals[:, j]),
        )
        for j, (name, (first, total)) in enumerate(zip(names, parts, strict=True))
    ]
    return Effects(mean=mean, variance=variance, points=n, seed=design.seed, effects=tuple(found))


def _bootstrap(f: Matrix, parts: Matrix, design: Design, repeats: int) -> tuple[Matrix, Matrix]:
    """Return the indices in every resample of the points (repeats × k), first order and total.

    f: 2 × N, A and B; parts: k × 2 × N, the terms of both estimators.
    """
    n = design.points
    away = f - f.mean()
    terms = np.concatenate([away, away**2, parts.reshape(-1, n)])
    sums = np.empty((repeats, len(terms)))
    for i in range(repeats):
        picked = (uniform((design.seed, BY_CHANCE), i * n, n) * n).astype(np.int64)
        sums[i] = terms @ np.bincount(picked, minlength=n)
    total, squares = sums[:, 0] + sums[:, 1], sums[:, 2] + sums[:, 3]
    variance = ((squares - total * total / (2 * n)) / (2 * n - 1))[:, None]
    means = (sums[:, 4:] / n).reshape(repeats, -1, 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        return means[:, :, 0] / variance, means[:, :, 1] / variance


def _ends(values: Vector) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    if not len(known):
        return (float("nan"), float("nan"))
    low, high = np.quantile(known, ENDS)
    return float(low), float(high)


def sobol(
    function: Callable[[Matrix], Vector],
    sizes: Sequence[int],
    *,
    points: int = 1024,
    seed: int = 0,
    names: Sequence[str] = (),
    repeats: int = REPEATS,
) -> Effects:
    """Return the Sobol indices of a function of groups of numbers.

    function: m × sum(sizes) numbers in [0, 1) → m outputs. sizes: how many columns each group has.

    >>> found = sobol(lambda u: 2 * u[:, 0] + u[:, 1], [1, 1, 1], points=4096, seed=1)
    >>> [round(effect.total, 1) for effect in found.effects]
    [0.8, 0.2, 0.0]
    """
    design = Design(seed, points, len(sizes))
    names = names or [f"x{i + 1}" for i in range(len(sizes))]
    outputs = np.empty(design.count)
    for sample in range(design.groups + 2):
        draws = np.arange(sample * points, (sample + 1) * points)
        outputs[draws] = function(
            np.column_stack([design.numbers(i, size, draws) for i, size in enumerate(sizes)])
        )
    return effects_of(names, outputs, design, repeats)
