"""How far two raters agree: an organisation with its assessor, one assessor with another.

>>> one = {("Denpasar", "I1"): Fraction(3), ("Denpasar", "I2"): Fraction(2)}
>>> other = {("Denpasar", "I1"): Fraction(2), ("Denpasar", "I2"): Fraction(2)}
>>> result = agree(one, other)
>>> result.n, result.exact, result.mean_difference
(2, Fraction(1, 2), Fraction(1, 2))
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

Key = tuple[str, str]  # (organisation, indicator)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The agreement of OTHER with ONE over n pairs; None where there is nothing to divide by.

    `mean_difference` is ONE - OTHER. `lower`, `equal` and `higher` count the pairs in which OTHER
    is lower than, equal to and higher than ONE. `dropped` counts keys without a value on one side.
    """

    n: int
    dropped: int
    exact: Fraction | None
    adjacent: Fraction | None
    mean_difference: Fraction | None
    kappa: Fraction | None
    lower: int
    equal: int
    higher: int


def agree(one: Mapping[Key, Fraction | None], other: Mapping[Key, Fraction | None]) -> Agreement:
    """Return the exact agreement of two sets of values; pairs are formed by key.

    `adjacent` is the share of pairs at most 1 apart. `kappa` is the quadratic weighted kappa on
    the values themselves (Cohen 1968): 1 - the mean squared difference within pairs / the mean
    squared difference between every value of ONE and every value of OTHER.
    """
    keys = [key for key in one if one[key] is not None and other.get(key) is not None]
    pairs = [(one[key] or Fraction(0), other[key] or Fraction(0)) for key in keys]
    n = len(pairs)
    equal = sum(x == y for x, y in pairs)
    lower = sum(y < x for x, y in pairs)
    return Agreement(
        n=n,
        dropped=len({*one, *other}) - n,
        exact=Fraction(equal, n) if n else None,
        adjacent=Fraction(sum(abs(x - y) <= 1 for x, y in pairs), n) if n else None,
        mean_difference=sum((x - y for x, y in pairs), Fraction(0)) / n if n else None,
        kappa=quadratic_weighted_kappa(pairs),
        lower=lower,
        equal=equal,
        higher=n - equal - lower,
    )


def quadratic_weighted_kappa(pairs: list[tuple[Fraction, Fraction]]) -> Fraction | None:
    """Return the exact kappa, or None where all values of both raters are one and the same."""
    n = len(pairs)
    within = sum(((x - y) ** 2 for x, y in pairs), Fraction(0))
    # The sum over all n × n pairs of (x - y)², without forming them.
    squares = sum((x * x + y * y for x, y in pairs), Fraction(0))
    product = sum((x for x, _ in pairs), Fraction(0)) * sum((y for _, y in pairs), Fraction(0))
    between = n * squares - 2 * product
    return 1 - within * n / between if between else None
