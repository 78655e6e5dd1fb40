"""Chance by counting: any draw's numbers can be made again without making those before it.

Each assumption has a stream of its own, PCG64 seeded with (seed, stream). Draw i of an assumption
that needs m numbers owns the places i × m … (i + 1) × m - 1 of its stream: one jump, no loop. The
numbers are made from the generator's raw bits, so that no version of numpy changes them.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from numbers import Integral
from typing import Protocol

import numpy as np

from teladan.core.composite.errors import CompositeError
from teladan.core.composite.trace import Indices, Matrix, Vector

STEP = "uncertainty"
LAST = 2.0**-53
# Wichura's AS 241 (1988), PPND16: coefficients of the numerator and the denominator.
CENTRE = (
    (3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
     4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3),
    (1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
     2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3),
)  # fmt: skip
NEAR = (
    (1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
     3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
     2.27238449892691845833e-2, 7.74545014278341407640e-4),
    (1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
     1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
     1.05075007164441684324e-9),
)  # fmt: skip


class Draws(Protocol):
    """Where the numbers of a set of draws come from."""

    @property
    def count(self) -> int:
        """Return how many draws there are."""
        ...

    def numbers(self, stream: int, size: int, draws: Indices) -> Matrix:
        """Return numbers in [0, 1) of some draws of a stream: draws × size."""
        ...


@dataclass(frozen=True, slots=True)
class Seeded:
    """Draws 0 … count - 1 by chance, from a seed."""

    seed: int
    count: int

    def __post_init__(self) -> None:
        """Refuse a seed or a count that is none."""
        if not isinstance(self.seed, Integral) or self.seed < 0:
            raise CompositeError(STEP, f"{self.seed} is not a seed: a whole number from 0")
        if not isinstance(self.count, Integral) or self.count < 1:
            raise CompositeError(STEP, f"{self.count} draws are none: a whole number from 1")

    def numbers(self, stream: int, size: int, draws: Indices) -> Matrix:
        """Return numbers in [0, 1) of some draws.

        >>> few, many = Seeded(1, 20), Seeded(1, 1000)
        >>> bool((few.numbers(0, 3, np.array([17])) == many.numbers(0, 3, np.arange(1000))[17]).all())
        True
        """
        found = np.empty((len(draws), size))
        for first, last in _runs(draws):
            start, stop = int(draws[first]), int(draws[last - 1]) + 1
            found[first:last] = uniform((self.seed, stream), size * start, size * (stop - start)).reshape(
                stop - start, size
            )
        return found


def uniform(key: tuple[int, ...], skip: int, count: int) -> Vector:
    """Return `count` numbers in [0, 1) of the stream of a key, after the first `skip`."""
    bits = np.random.PCG64(np.random.SeedSequence(list(key)))
    bits.advance(skip)
    raw = np.asarray(bits.random_raw(count), dtype=np.uint64)
    return (raw >> np.uint64(11)).astype(np.float64) * LAST


def _runs(draws: Indices) -> list[tuple[int, int]]:
    """Return (first, last) of the stretches of `draws` that count up by one."""
    if not len(draws):
        return []
    cuts = np.flatnonzero(np.diff(draws) != 1) + 1
    edges = [0, *cuts.tolist(), len(draws)]
    return list(itertools.pairwise(edges))


def normal(share: Vector | Matrix) -> Matrix:
    """Return the standard normal quantiles of shares in 0.00135 … 0.99865 (3 deviations; AS 241).

    >>> np.round(normal(np.array([0.025, 0.5, 0.975])), 12).tolist()
    [-1.95996398454, 0.0, 1.95996398454]
    """
    away = np.asarray(share) - 0.5
    inner = np.abs(away) <= 0.425
    r = 0.180625 - away * away
    centre = away * _ratio(CENTRE, r)
    tail = np.sqrt(-np.log(np.where(inner, 0.25, np.minimum(share, 1 - np.asarray(share)))))
    outer = np.sign(away) * _ratio(NEAR, tail - 1.6)
    found: Matrix = np.where(inner, centre, outer)
    return found


def _ratio(parts: tuple[tuple[float, ...], tuple[float, ...]], x: Matrix) -> Matrix:
    above, below = np.zeros_like(x), np.zeros_like(x)
    for a, b in zip(reversed(parts[0]), reversed(parts[1]), strict=True):
        above, below = above * x + a, below * x + b
    ratio: Matrix = above / below
    return ratio
