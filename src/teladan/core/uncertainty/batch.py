"""The index of many draws that differ in weights alone.

`by_element` does what the engine does, operation by operation, for all draws of a block at once:
the same float64 to the last bit. `Product` is for many units: where one kind of mean is used all
the way up and nothing is missing, the index is one matrix product. A product of matrices is not the
same to the last bit on every machine and number of threads, so neither it nor anything here ever
makes a published score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from teladan.core.composite.aggregate import Aggregate
from teladan.core.composite.aggregation import (
    NEAR_ZERO,
    Aggregation,
    Arithmetic,
    Generalised,
    Geometric,
    Harmonic,
    Median,
    Minimum,
    Parts,
    from_power,
    to_power,
)
from teladan.core.composite.aggregation import Maximum as Highest
from teladan.core.composite.trace import Labels, Mask, Matrix, Vector
from teladan.core.composite.tree import Element, Tree

Weights = Mapping[str, Vector]  # code → one weight per draw


class NotInOneError(Exception):
    """These draws are for the engine, one after the other: a rule that compares units, or its refusal."""


def power_of(rule: Aggregation) -> float | None:
    """Return the power of a mean of powers (0: geometric), None for any other rule.

    >>> power_of(Harmonic()), power_of(Median())
    (-1.0, None)
    """
    if isinstance(rule, Arithmetic):
        return 1.0
    if isinstance(rule, Geometric):
        return 0.0
    if isinstance(rule, Harmonic):
        return -1.0
    if isinstance(rule, Generalised) and np.isfinite(rule.power):
        return float(rule.power)
    return None


def by_element(values: Matrix, tree: Tree, spec: Aggregate, weights: Weights) -> Matrix:
    """Return the index (draws × n) of indicators (n × p, the order of the tree).

    Raises NotInOneError where the engine must do it.
    """
    count = len(next(iter(weights.values())))
    column = {code: i for i, code in enumerate(tree.indicators)}

    def value(element: Element) -> Matrix:
        if not element.children:
            return values[None, :, column[element.code]]
        kids = [value(child) for child in element.children]
        rule = spec.rule_of(element)
        made = _combined(rule, kids, [weights[child.code] for child in element.children], element.code)
        missing = np.isnan(kids[0])
        for kid in kids[1:]:
            missing = missing | np.isnan(kid)
        if missing.any():
            made = _thresholds(element, kids, spec, weights, made)
        if (np.isinf(made) | (np.isnan(made) & ~missing)).any():
            raise NotInOneError  # the engine says what is wrong and where
        return made

    found = value(tree.root)
    return found if len(found) == count else np.broadcast_to(found, (count, found.shape[1]))


def _combined(rule: Aggregation, kids: list[Matrix], weights: list[Vector], code: str) -> Matrix:
    power = power_of(rule)
    if power is None:
        if not isinstance(rule, Median | Minimum | Highest):
            raise NotInOneError
        stacked = np.stack(np.broadcast_arrays(*kids), axis=-1)
        flat = Parts(stacked.reshape(-1, len(kids)), np.ones(len(kids)), Labels((), None, ()), code)
        return rule.combine(flat).reshape(stacked.shape[:2])
    if power != 1:
        for kid in kids:
            with np.errstate(invalid="ignore"):
                if (kid <= 0).any():
                    raise NotInOneError  # what a zero does is declared, and the engine follows it
    if power == 1:
        return _mean(kids, weights)
    if power == 0:
        return np.exp(_mean([np.log(kid) for kid in kids], weights))
    if power == -1:
        return 1 / _mean([1 / kid for kid in kids], weights)
    scale = kids[0]
    for kid in kids[1:]:
        scale = (np.fmax if power > 0 else np.fmin)(scale, kid)
    scale = np.where(scale > 0, scale, 1.0)
    return scale * from_power(_mean([to_power(kid / scale, power) for kid in kids], weights), power)


def _mean(kids: list[Matrix], weights: list[Vector]) -> Matrix:
    """Return sum(w × x) / sum(w), child after child as the engine adds them."""
    count = max(len(weights[0]), *(len(kid) for kid in kids))
    shape = (count, kids[0].shape[1])
    total, term = np.zeros(shape), np.empty(shape)
    weight: Matrix = np.zeros((count, 1))
    for kid, w in zip(kids, weights, strict=True):
        known = ~np.isnan(kid)
        np.multiply(w[:, None], kid, out=term)
        if known.all():
            total += term
            weight = weight + w[:, None]
        else:
            total += np.where(known, term, 0.0)
            weight = weight + np.where(known, w[:, None], 0.0)
    if (weight > 0).all():
        return np.divide(total, weight, out=total)
    mean: Matrix = np.divide(total, weight, out=np.full(shape, np.nan), where=weight > 0)
    return mean


def _thresholds(
    element: Element, kids: list[Matrix], spec: Aggregate, weights: Weights, made: Matrix
) -> Matrix:
    by_weight = spec.count_by == "weight"
    there: Matrix = np.zeros(1)
    whole: Matrix = np.zeros(1)
    for child, kid in zip(element.children, kids, strict=True):
        part = weights[child.code][:, None] if by_weight else np.ones((1, 1))
        there = there + part * ~np.isnan(kid)
        whole = whole + part
    below: Mask = there / whole < spec.least_of(element) - 1e-12
    return np.where(below, np.nan, made)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Product:
    """An index that is one matrix product: f(index) = effective weights · f(indicators)."""

    left: Matrix  # f of the indicators, p × n
    power: float
    scale: float
    tree: Tree

    @classmethod
    def of(cls, values: Matrix, tree: Tree, spec: Aggregate) -> Product | None:
        """Return the product, or None where rules differ, something is missing, or a zero stands."""
        powers = {power_of(spec.rule_of(element)) for element in tree.above}
        if len(powers) != 1 or None in powers or np.isnan(values).any():
            return None
        (power,) = powers
        assert power is not None
        if power == 1:
            return cls(left=np.ascontiguousarray(values.T), power=power, scale=1.0, tree=tree)
        if (values <= 0).any():
            return None
        scale = float(values.max() if power > 0 else values.min()) if power else 1.0
        bent = np.log(values.T) if power == 0 else to_power(values.T / scale, power)
        if abs(power) >= NEAR_ZERO and (bent < np.finfo(np.float64).tiny).any():
            return None  # one scale for all is too small for a power as large as this
        return cls(left=np.ascontiguousarray(bent), power=power, scale=scale, tree=tree)

    def scores(self, weights: Weights) -> Matrix:
        """Return the index (draws × n)."""
        made: Matrix = effective(self.tree, weights) @ self.left
        if self.power == 1:
            return made
        if self.power == 0:
            return np.exp(made, out=made)
        bent: Matrix = self.scale * from_power(made, self.power)
        return bent


def effective(tree: Tree, weights: Weights) -> Matrix:
    """Return the part of the index that each indicator has in each draw: draws × p."""
    shares: dict[str, Vector] = {tree.root.code: np.ones(len(next(iter(weights.values()))))}
    for element in tree.root.walk():
        total = np.zeros(len(shares[tree.root.code]))
        for child in element.children:
            total = total + weights[child.code]
        for child in element.children:
            shares[child.code] = shares[element.code] * (weights[child.code] / total)
    return np.column_stack([shares[code] for code in tree.indicators])
