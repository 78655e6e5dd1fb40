"""A study: a pipeline, a table and what may vary; and the scores of any set of draws.

Draws that share their choices share one run of the steps before the weights; the weights of all of
them are then done together. Draws that move the data themselves run the pipeline one by one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from teladan.core.composite.aggregate import Aggregate, aggregate
from teladan.core.composite.data import Table
from teladan.core.composite.errors import CompositeError
from teladan.core.composite.override import Overrides
from teladan.core.composite.pipeline import Outcome, Pipeline, run, without_screened
from teladan.core.composite.trace import Indices, Matrix, Trace, Vector
from teladan.core.composite.weigh import Weigh
from teladan.core.uncertainty.assumptions import Assumption, Case, Choice, LeaveOut, Raters, Rounding, Weights
from teladan.core.uncertainty.batch import NotInOneError, Product, by_element
from teladan.core.uncertainty.draws import STEP, Draws

GIVEN = frozenset({"given", "equal", "noisy"})  # weights that do not rest on the scores
LARGE = 50_000_000  # units × indicators × draws from which a matrix product is worth it
CELLS = 12_000_000  # scores of one matrix product: 96 MB, so that its threads are woken seldom
SMALL = 128_000  # scores of one block that stays in the processor's cache
NUMBERS = 4_000_000  # numbers of chance held at once
KEPT = 256_000_000  # bytes of runs that are kept for draws to come


@dataclass(frozen=True, kw_only=True, eq=False)
class Instance:
    """One draw made plain: a pipeline and a table that give its scores, and its parameters."""

    draw: int
    pipeline: Pipeline
    table: Table
    parameters: dict[str, Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class Study:
    """What varies, on what. time: the time of a panel whose units are ranked (the newest)."""

    pipeline: Pipeline
    table: Table
    assumptions: tuple[Assumption, ...] = ()
    time: float | None = None

    def __post_init__(self) -> None:
        """Refuse a pipeline without an index, and two assumptions about the same thing."""
        if not self.pipeline.steps or not isinstance(self.pipeline.steps[-1], Aggregate):
            raise CompositeError(STEP, "the pipeline does not end with an aggregation")
        names = [(a.name, a.number if isinstance(a, Choice) else 0) for a in self.assumptions]
        for name in names:
            if names.count(name) > 1:
                raise CompositeError(STEP, f"{name[0]} varies twice")
        if self.time is not None and (self.table.times is None or self.time not in self.table.times):
            raise CompositeError(STEP, f"there are no data of the time {self.time:g}")
        for assumption in self.assumptions:
            assumption.size(self._case)

    @cached_property
    def _ordered(self) -> Table:
        return self.table.columns(self.pipeline.tree.indicators)

    @property
    def _case(self) -> Case:
        return Case(pipeline=self.pipeline, table=self._ordered)

    @cached_property
    def nominal(self) -> Outcome:
        """Return the run in which nothing varies."""
        return run(self.pipeline, self.table)

    @cached_property
    def rows(self) -> Indices:
        """Return the rows of the nominal run that are ranked."""
        rows = self._ranked(self.nominal.table)
        if not len(rows):
            raise CompositeError(
                STEP, f"screening leaves no unit at {self.ranked_time:g}: give the time to rank"
            )
        return rows

    @property
    def ranked_time(self) -> float | None:
        """Return the time whose units are ranked, of the data as they were given; None without times."""
        if self.table.times is None:
            return None
        return float(self.table.times.max()) if self.time is None else self.time

    def _ranked(self, table: Table) -> Indices:
        if table.times is None:
            return np.arange(len(table.units))
        return np.flatnonzero(table.times == self.ranked_time)

    @cached_property
    def units(self) -> tuple[str, ...]:
        """Return the units that are ranked."""
        return tuple(self.nominal.table.units[row] for row in self.rows.tolist())

    @property
    def index(self) -> Vector:
        """Return their nominal scores."""
        return self.nominal.scored.index[self.rows]

    @cached_property
    def weights(self) -> tuple[int, Weights] | None:
        """Return the stream and the assumption of weights, where they vary."""
        return next(((i, a) for i, a in enumerate(self.assumptions) if isinstance(a, Weights)), None)

    @cached_property
    def choices(self) -> list[tuple[int, Choice | LeaveOut]]:
        """Return what is chosen from options; what is left out comes last."""
        found = [(i, a) for i, a in enumerate(self.assumptions) if isinstance(a, Choice | LeaveOut)]
        # From the end of the pipeline, so that leaving out a step does not move the others.
        return sorted(found, key=self._turn)

    def _turn(self, pair: tuple[int, Choice | LeaveOut]) -> int:
        return -pair[1].position(self.pipeline) if isinstance(pair[1], Choice) else 1

    @cached_property
    def moving(self) -> list[tuple[int, Rounding | Raters]]:
        """Return what moves the data themselves."""
        return [(i, a) for i, a in enumerate(self.assumptions) if isinstance(a, Rounding | Raters)]

    def size(self, stream: int) -> int:
        """Return how many numbers a draw takes from a stream."""
        return self.assumptions[stream].size(self._case)

    def scores(self, draws: Draws, only: Indices | None = None) -> Iterator[tuple[Indices, Matrix]]:
        """Yield (which draws, their scores: draws × units) in blocks; every draw comes once.

        Raises CompositeError naming the draw whose pipeline cannot be run.
        """
        wanted = np.arange(draws.count) if only is None else only
        widest = sum(self.size(i) for i in range(len(self.assumptions)))
        at_once = max(1, min(NUMBERS // max(widest, 1), len(wanted)))
        cache: dict[tuple[int, ...], Outcome] = {}
        large = len(self.units) * len(self.pipeline.tree.indicators) * draws.count >= LARGE
        for start in range(0, len(wanted), at_once):
            yield from self._chunk(draws, wanted[start : start + at_once], cache, large=large)

    def _chunk(
        self, draws: Draws, wanted: Indices, cache: dict[tuple[int, ...], Outcome], *, large: bool
    ) -> Iterator[tuple[Indices, Matrix]]:
        keys = self._keys(draws, wanted)
        factors = self._factors(draws, wanted)
        order = np.lexsort(keys.T[::-1]) if keys.shape[1] else np.arange(len(wanted))
        if self.moving:
            for at in order.tolist():
                yield wanted[[at]], self._moved(draws, int(wanted[at]), keys[at], factors, at)
            return
        changes = np.flatnonzero((np.diff(keys[order], axis=0) != 0).any(axis=1)) + 1
        edges = [0, *changes.tolist(), len(order)]
        for first, last in itertools.pairwise(edges):
            members = order[first:last]
            group = self._group(tuple(keys[members[0]].tolist()), cache, int(wanted[members[0]]))
            step = group.step(large=large)
            for i in range(0, len(members), step):
                some = members[i : i + step]
                taken = {code: column[some] for code, column in factors.items()}
                try:
                    yield wanted[some], group.scores(taken, len(some), large=large)
                except CompositeError as error:
                    raise self._of_draw(error, int(wanted[some[0]]), keys[some[0]]) from error

    def _keys(self, draws: Draws, wanted: Indices) -> Indices:
        """Return the options taken: draws × choices."""
        columns = [a.chosen(draws.numbers(stream, 1, wanted)) for stream, a in self.choices]
        return np.column_stack(columns) if columns else np.zeros((len(wanted), 0), dtype=np.int64)

    def _factors(self, draws: Draws, wanted: Indices) -> dict[str, Vector]:
        if self.weights is None:
            return {}
        stream, weights = self.weights
        tree = self.pipeline.tree
        factors = weights.factors(tree, draws.numbers(stream, self.size(stream), wanted))
        return {e.code: factors[:, i] for i, e in enumerate(weights.concerned(tree))}

    def _pipeline(self, key: tuple[int, ...]) -> Pipeline:
        pipeline = self.pipeline
        for (_, choice), option in zip(self.choices, key, strict=True):
            pipeline = choice.put(pipeline, option)
        return pipeline

    def _group(self, key: tuple[int, ...], cache: dict[tuple[int, ...], Outcome], draw: int) -> _Group:
        pipeline = self._pipeline(key)
        before = _before_aggregation(pipeline)
        known = tuple(
            -2 if before is not pipeline and choice.name == "aggregate" else option
            for (_, choice), option in zip(self.choices, key, strict=True)
        )
        if known not in cache:
            room = max(1, KEPT // (8 * self.table.values.size))
            if len(cache) >= room:
                cache.pop(next(iter(cache)))
            try:
                cache[known] = run(before, self.table, trace=False)
            except CompositeError as error:
                raise self._of_draw(error, draw, np.array(key)) from error
        return _Group(study=self, pipeline=pipeline, table=self.table, outcome=cache[known])

    def _moved(self, draws: Draws, draw: int, key: Indices, factors: dict[str, Vector], at: int) -> Matrix:
        pipeline = self._pipeline(tuple(key.tolist()))
        try:
            table = self._table(draws, draw)
            outcome = run(_before_aggregation(pipeline), table, trace=False)
            group = _Group(study=self, pipeline=pipeline, table=table, outcome=outcome)
            return group.scores({code: column[[at]] for code, column in factors.items()}, 1, large=False)
        except CompositeError as error:
            raise self._of_draw(error, draw, key) from error

    def _table(self, draws: Draws, draw: int) -> Table:
        table = self._ordered
        for stream, assumption in self.moving:
            table = assumption.moved(table, draws.numbers(stream, self.size(stream), np.array([draw])))
        return table

    def _of_draw(self, error: CompositeError, draw: int, key: Indices) -> CompositeError:
        chosen = [f"{c.name}: {c.label(o)}" for (_, c), o in zip(self.choices, key.tolist(), strict=True)]
        where = f"draw {draw}" + (f" ({'; '.join(chosen)})" if chosen else "")
        return CompositeError(
            error.step, f"{error.reason}, in {where}", unit=error.unit, indicator=error.indicator
        )

    def instance(self, draws: Draws, draw: int) -> Instance:
        """Return one draw as a plain pipeline and table, with its parameters, without the others."""
        if not 0 <= draw < draws.count:
            raise CompositeError(STEP, f"there is no draw {draw}: they are 0 … {draws.count - 1}")
        one = np.array([draw])
        key = self._keys(draws, one)[0]
        pipeline = self._pipeline(tuple(key.tolist()))
        table = self._table(draws, draw)
        parameters: dict[str, Any] = {
            choice.name: choice.label(option)
            for (_, choice), option in zip(self.choices, key.tolist(), strict=True)
        }
        for _, assumption in self.moving:
            codes = assumption.digits if isinstance(assumption, Rounding) else table.indicators
            parameters[assumption.name] = {
                code: dict(zip(table.units, table.values[:, table.column(code)].tolist(), strict=True))
                for code in codes
            }
        factors = self._factors(draws, one)
        if factors:
            tree = run(_before_aggregation(pipeline), table, trace=False).tree
            weights = {
                code: tree[code].weight * float(f[0]) for code, f in factors.items() if code in tree.elements
            }
            parameters["weights"] = weights
            steps = (*pipeline.steps[:-1], Weigh(weights=weights), pipeline.steps[-1])
            pipeline = replace(pipeline, steps=steps)
        return Instance(draw=draw, pipeline=pipeline, table=table, parameters=parameters)


def _before_aggregation(pipeline: Pipeline) -> Pipeline:
    """Return the steps before the aggregation, or all where weights rest on the scores."""
    rests = any(isinstance(step, Weigh) and step.how not in GIVEN for step in pipeline.steps)
    if rests or any(isinstance(step, Overrides) for step in pipeline.steps):
        return pipeline
    return replace(pipeline, steps=pipeline.steps[:-1])


@dataclass(frozen=True, kw_only=True, eq=False)
class _Group:
    """Draws that differ in weights alone: what the steps before left, and how it is summed up."""

    study: Study
    pipeline: Pipeline
    table: Table
    outcome: Outcome

    @cached_property
    def spec(self) -> Aggregate:
        step = self.pipeline.steps[-1]
        assert isinstance(step, Aggregate)
        gone = frozenset(set(self.pipeline.tree.codes) - set(self.outcome.tree.codes))
        left = without_screened(step, gone)
        assert isinstance(left, Aggregate)
        left.check(self.outcome.tree)
        return left

    @cached_property
    def rows(self) -> Indices:
        return self.study._ranked(self.outcome.table)  # noqa: SLF001  (a part of Study)

    @cached_property
    def product(self) -> Product | None:
        return Product.of(self.outcome.table.values[self.rows], self.outcome.tree, self.spec)

    @cached_property
    def replaces(self) -> bool:
        """Say whether scores of elements are overridden, which only the whole run follows."""
        tree = self.pipeline.tree
        return any(
            tree[value.element].children
            for step in self.pipeline.steps
            if isinstance(step, Overrides)
            for value in step.values
            if value.element in tree.elements
        )

    def step(self, *, large: bool) -> int:
        """Return how many draws make a block."""
        cells = CELLS if large and self.product is not None else SMALL
        return max(1, cells // len(self.outcome.table.units))

    def scores(self, factors: dict[str, Vector], count: int, *, large: bool) -> Matrix:
        """Return the scores of some draws: draws × the study's units."""
        tree = self.outcome.tree
        ones = np.ones(count)
        weights = {code: tree[code].weight * factors.get(code, ones) for code in tree.codes}
        made: Matrix
        if self.replaces:
            made = np.vstack([self._whole(weights, i) for i in range(count)])
        elif large and self.product is not None:
            made = self.product.scores(weights)
        else:
            values = self.outcome.table.values[self.rows]
            try:
                made = by_element(values, tree, self.spec, weights)
            except NotInOneError:
                made = np.vstack([self._engine(weights, i) for i in range(count)])
        return self._of_study(made)

    def _tree(self, weights: dict[str, Vector], i: int) -> dict[str, float]:
        return {code: float(column[i]) for code, column in weights.items()}

    def _engine(self, weights: dict[str, Vector], i: int) -> Vector:
        table = self.outcome.table
        tree = self.outcome.tree.with_weights(self._tree(weights, i))
        scores = aggregate(table.values, tree, table.place, self.spec, Trace(keep=False))
        return scores.index[self.rows]

    def _whole(self, weights: dict[str, Vector], i: int) -> Vector:
        steps = (*self.pipeline.steps[:-1], Weigh(weights=self._tree(weights, i)), self.pipeline.steps[-1])
        outcome = run(replace(self.pipeline, steps=steps), self.table, trace=False)
        return outcome.scored.index[self.study._ranked(outcome.table)]  # noqa: SLF001  (a part of Study)

    def _of_study(self, made: Matrix) -> Matrix:
        """Return the scores in the order of the study's units, where screening kept others."""
        if self.outcome.table.units == self.study.nominal.table.units:
            return made
        place = {self.outcome.table.units[row]: i for i, row in enumerate(self.rows.tolist())}
        found = np.full((len(made), len(self.study.units)), np.nan)
        for i, unit in enumerate(self.study.units):
            if unit in place:
                found[:, i] = made[:, place[unit]]
        return found
