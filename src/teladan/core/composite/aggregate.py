"""The step that makes the scores: every element from its children, lower levels first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from teladan.core.composite.aggregation import STEP, Aggregation, Arithmetic, Parts
from teladan.core.composite.errors import CompositeError
from teladan.core.composite.trace import Indices, Labels, Mask, Matrix, Trace, Vector
from teladan.core.composite.tree import Element, Tree


@dataclass(frozen=True, kw_only=True)
class Aggregate:
    """How elements are aggregated and how much of them must be there.

    The rule of an element is its own (in the tree), else by_element, by_level (2 = the elements
    above the indicators), else `rule`. least_data is the share of an element's children that must
    have a value (by count, or by weight where count_by is "weight"); below it the element is
    missing. least_by_level goes before it, an element's own before both.
    """

    rule: Aggregation = field(default_factory=Arithmetic)
    by_level: Mapping[int, Aggregation] = field(default_factory=dict)
    by_element: Mapping[str, Aggregation] = field(default_factory=dict)
    least_data: float = 0.0
    least_by_level: Mapping[int, float] = field(default_factory=dict)
    count_by: str = "count"
    each_time: bool = True  # rules that compare units compare those of the same time

    def __post_init__(self) -> None:
        """Refuse shares outside 0 … 1."""
        for share in (self.least_data, *self.least_by_level.values()):
            if not 0 <= share <= 1:
                raise CompositeError(STEP, f"{share:g} is not a share of data between 0 and 1")
        if self.count_by not in {"count", "weight"}:
            raise CompositeError(STEP, f"{self.count_by!r} is not count or weight")

    def rule_of(self, element: Element) -> Aggregation:
        """Return the rule that makes an element."""
        return (
            element.aggregation
            or self.by_element.get(element.code)
            or self.by_level.get(element.level)
            or self.rule
        )

    def least_of(self, element: Element) -> float:
        """Return the share of data that an element needs."""
        if element.least_data is not None:
            return element.least_data
        return self.least_by_level.get(element.level, self.least_data)

    def check(self, tree: Tree) -> None:
        """Refuse rules for elements and levels that the tree does not have."""
        above = {element.code for element in tree.above}
        for code in self.by_element:
            if code not in above:
                raise CompositeError(STEP, "a rule is given for what is not aggregated", indicator=code)
        for level in (*self.by_level, *self.least_by_level):
            if not 2 <= level <= tree.root.level:
                raise CompositeError(STEP, f"there is no level {level} to aggregate (2 … {tree.root.level})")


@dataclass(frozen=True, kw_only=True, eq=False)
class Scores:
    """Scores of all elements: values n × m in the order of `codes` (indicators first, index last)."""

    codes: tuple[str, ...]
    values: Matrix

    def __getitem__(self, code: str) -> Vector:
        """Return the n scores of an element."""
        try:
            column: Vector = self.values[:, self.codes.index(code)]
        except ValueError:
            raise CompositeError("scores", "there is no such element", indicator=code) from None
        return column

    @property
    def index(self) -> Vector:
        """Return the top of the tree."""
        top: Vector = self.values[:, -1]
        return top


def aggregate(
    values: Matrix,
    tree: Tree,
    place: Labels,
    spec: Aggregate,
    trace: Trace,
    *,
    replaced: Mapping[str, Mapping[int, tuple[float, str]]] | None = None,
) -> Scores:
    """Return the scores of every element from the indicators' (n × p, the order of the tree).

    `replaced` gives values that stand instead of what an element comes to: code → row → (value,
    source).
    Raises CompositeError for values that a rule is not defined for.
    """
    spec.check(tree)
    codes = tree.codes
    position = {code: i for i, code in enumerate(codes)}
    scores = np.empty((len(values), len(codes)), order="F")
    scores[:, : values.shape[1]] = values
    blocks = _blocks(place, each_time=spec.each_time)
    for element in tree.above:
        columns = [position[child.code] for child in element.children]
        parts = Parts(
            values=scores[:, columns],
            weights=np.array([child.weight for child in element.children]),
            place=place.columns([child.code for child in element.children]),
            code=element.code,
        )
        made = _aggregated(element, parts, spec, blocks, trace)
        for row, (value, source) in (replaced or {}).get(element.code, {}).items():
            cell = (np.array([row]), np.array([0]))
            where = place.columns([element.code])
            trace.notes("override", where).cells(f"given by {source}", cell, made[[row]], np.array([value]))
            made[row] = value
        scores[:, position[element.code]] = made
    return Scores(codes=codes, values=scores)


def _aggregated(
    element: Element, all_parts: Parts, spec: Aggregate, blocks: list[Indices] | None, trace: Trace
) -> Vector:
    rule = spec.rule_of(element)
    parts = _without_zeros(rule, all_parts, trace)
    with np.errstate(over="ignore"):
        if blocks is None:
            made = rule.combine(parts)
        else:
            made = np.empty(len(parts.values))
            for rows in blocks:
                made[rows] = rule.combine(_rows_of(parts, rows))
    missing = np.isnan(parts.values)
    if missing.any():
        nothing: Mask = np.asarray(missing.all(axis=1))
        for rule_text, rows_of_it in (
            (f"no value: left out of {element.code}, its weight goes to the others", ~nothing),
            (f"no value, as nothing beside it in {element.code}", nothing),
        ):
            where = np.isnan(all_parts.values) & rows_of_it[:, None]
            trace.notes(STEP, parts.place).where(rule_text, where, all_parts.values, all_parts.values)
        notes = trace.notes(STEP, parts.place.columns([element.code]))
        for rule_text, is_missing in (
            ("none of its parts has a value, so it has none", nothing),
            ("what is there has no weight", np.isnan(made) & ~nothing),
        ):
            rows = np.flatnonzero(is_missing)
            gone = np.full(len(rows), np.nan)
            notes.cells(rule_text, (rows, np.zeros_like(rows)), gone, gone)
        made = _thresholds(element, parts, spec, made, trace)
    wrong = np.isinf(made) | (np.isnan(made) & ~missing.any(axis=1))
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        reason = f"{rule.name} of values that are all there has no finite value"
        raise CompositeError(STEP, reason, unit=parts.place.label(row), indicator=element.code)
    return made


def _rows_of(parts: Parts, rows: Indices) -> Parts:
    place = parts.place
    times = None if place.times is None else place.times[rows]
    units = tuple(place.units[row] for row in rows)
    return Parts(parts.values[rows], parts.weights, Labels(units, times, place.indicators), parts.code)


def _without_zeros(rule: Aggregation, parts: Parts, trace: Trace) -> Parts:
    """Follow and note what a rule declares about zeros."""
    declared = getattr(rule, "zero", "refuse")
    if declared == "refuse" or getattr(rule, "power", 0) > 0:
        return parts
    zeros = parts.values == 0
    if not zeros.any():
        return parts
    if declared == "zero":
        trace.notes(STEP, parts.place).where(
            f"a zero makes the {rule.name} zero", zeros, parts.values, parts.values
        )
        return parts
    values = np.where(zeros, np.nan, parts.values)
    trace.notes(STEP, parts.place).where(
        f"a zero counts as missing in a {rule.name}", zeros, parts.values, values
    )
    return Parts(values, parts.weights, parts.place, parts.code)


def _thresholds(element: Element, parts: Parts, spec: Aggregate, made: Vector, trace: Trace) -> Vector:
    least = spec.least_of(element)
    known = ~np.isnan(parts.values)
    weights = parts.weights if spec.count_by == "weight" else np.ones(len(parts.weights))
    share = (known * weights).sum(axis=1) / weights.sum()
    below = (share < least - 1e-12) & ~np.isnan(made)
    rows = np.flatnonzero(below)
    enough = np.where(below, np.nan, made)
    trace.notes(STEP, parts.place.columns([element.code])).cells(
        f"less than {least:g} of its parts have a value",
        (rows, np.zeros(len(rows), dtype=np.int64)),
        made[rows],
        enough[rows],
    )
    return enough


def _blocks(place: Labels, *, each_time: bool) -> list[Indices] | None:
    if not each_time or place.times is None:
        return None
    times = np.unique(place.times)
    return None if len(times) == 1 else [np.flatnonzero(place.times == time) for time in times]
