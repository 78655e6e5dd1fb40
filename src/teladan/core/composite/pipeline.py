"""The pipeline: steps as data, run one after the other on a table.

Each step is a frozen dataclass of its own module; `run` keeps the values after every step, what
each step found, and the trace of every changed value. Binary64, operations in a fixed order. This
is the path of research indices; scores under law come from teladan.core.index, exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from teladan.core.composite.aggregate import Aggregate, Scores, aggregate
from teladan.core.composite.data import Table
from teladan.core.composite.denominate import Denominate, denominate
from teladan.core.composite.errors import CompositeError
from teladan.core.composite.impute import Impute, impute
from teladan.core.composite.normalise import Normalise, normalise
from teladan.core.composite.override import Override, Overrides, rows_of
from teladan.core.composite.ranks import group_ranks, ranks
from teladan.core.composite.screen import Screen, screen
from teladan.core.composite.trace import Indices, Trace
from teladan.core.composite.transforms import Function
from teladan.core.composite.treat import Treat, TreatedIndicator, treat
from teladan.core.composite.tree import Tree
from teladan.core.composite.weigh import Weigh, weigh

STEP = "pipeline"


Step = Screen | Denominate | Impute | Treat | Normalise | Weigh | Overrides | Aggregate
NAMES: dict[type, str] = {
    Screen: "screen",
    Denominate: "denominate",
    Impute: "impute",
    Treat: "treat",
    Normalise: "normalise",
    Weigh: "weights",
    Overrides: "override",
    Aggregate: "aggregate",
}


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """A tree and the steps that make it an index, in the order in which they are run."""

    tree: Tree
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        """Refuse steps that are none, and anything after the aggregation."""
        for step in self.steps:
            if type(step) not in NAMES:
                raise CompositeError(STEP, f"{step!r} is not a step")
        kinds = [type(step) for step in self.steps]
        if kinds.count(Aggregate) > 1 or (Aggregate in kinds and kinds[-1] is not Aggregate):
            raise CompositeError(STEP, "aggregate stands once, at the end")
        if kinds.count(Normalise) > 1:
            raise CompositeError(STEP, "normalise stands once")


@dataclass(frozen=True, kw_only=True, eq=False)
class StepResult:
    """What one step left: its name, the table, and what it found (a report of its module)."""

    name: str
    table: Table
    report: Any = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Outcome:
    """A pipeline run: the stages in order, the tree as weighted, the scores, the trace."""

    stages: tuple[StepResult, ...]
    table: Table
    tree: Tree
    scores: Scores | None
    trace: Trace

    def after(self, name: str) -> Table:
        """Return the table after the last step of a name."""
        return self.stage(name).table

    def stage(self, name: str) -> StepResult:
        """Return the last step of a name; raises CompositeError where there was none."""
        for stage in reversed(self.stages):
            if stage.name == name:
                return stage
        raise CompositeError(STEP, f"there was no step {name!r}")

    @property
    def scored(self) -> Scores:
        """Return the scores; raises CompositeError where nothing was aggregated."""
        if self.scores is None:
            raise CompositeError(STEP, "nothing was aggregated")
        return self.scores

    def ranks(self, code: str = "") -> Indices:
        """Return the ranks of an element (the index), within each time of a panel; 0 = no score."""
        scores = self.scored[code] if code else self.scored.index
        if self.table.times is None:
            return ranks(scores)
        return group_ranks(scores, [f"{time!r}" for time in self.table.times.tolist()])

    def group_ranks(self, group: str, code: str = "") -> Indices:
        """Return ranks within the units of the same group (and time); 0 = no score or no group."""
        if group not in self.table.groups:
            raise CompositeError("ranks", f"the table has no group {group!r}")
        codes = self.table.groups[group]
        if self.table.times is not None:
            times = self.table.times.tolist()
            codes = tuple(f"{c} {t!r}" if c else "" for c, t in zip(codes, times, strict=True))
        return group_ranks(self.scored[code] if code else self.scored.index, codes)


def run(pipeline: Pipeline, table: Table, *, trace: bool = True) -> Outcome:
    """Return what a pipeline makes of a table (its columns are put in the order of the tree).

    trace=False keeps no record of changes, for many draws. Raises CompositeError.
    """
    state = _State(pipeline.tree, table.columns(pipeline.tree.indicators), Trace(keep=trace))
    last = pipeline.steps[-1] if pipeline.steps else None
    state.rules = last if isinstance(last, Aggregate) else None
    for declared in pipeline.steps:
        step = without_screened(declared, state.gone)
        report = _take(state, step)
        state.stages.append(StepResult(name=NAMES[type(step)], table=state.table, report=report))
    return Outcome(
        stages=tuple(state.stages), table=state.table, tree=state.tree, scores=state.scores, trace=state.trace
    )


class _State:
    """What goes from step to step."""

    def __init__(self, tree: Tree, table: Table, trace: Trace) -> None:
        self.tree = tree
        self.all_codes = set(tree.codes)
        self.table = table
        self.trace = trace
        self.stages: list[StepResult] = []
        self.bent: dict[str, Function] = {}
        self.replaced: dict[str, dict[int, tuple[float, str]]] = {}
        self.of_scores: list[Override] = []
        self.gone: frozenset[str] = frozenset()  # indicators and elements that screening left out
        self.scores: Scores | None = None
        self.rules: Aggregate | None = None


def without_screened(step: Step, gone: frozenset[str]) -> Step:
    """Return a step without what it says about elements that screening left out."""
    changed: dict[str, Any] = {}
    for part in fields(step) if gone else ():
        setting = getattr(step, part.name)
        if isinstance(setting, Mapping) and gone & setting.keys():
            changed[part.name] = {key: value for key, value in setting.items() if key not in gone}
    if isinstance(step, Impute) and gone & set(step.only):
        changed["only"] = tuple(code for code in step.only if code not in gone)
    if isinstance(step, Overrides):
        changed["values"] = tuple(value for value in step.values if value.element not in gone)
    return replace(step, **changed) if changed else step


def _take(state: _State, step: Step) -> Any:
    if isinstance(step, Screen):
        kept_before = state.table
        state.table, state.tree, report = screen(state.table, state.tree, step, state.trace)
        _follow(state, kept_before)
        state.gone = frozenset(state.all_codes - set(state.tree.codes))
        return report
    if isinstance(step, Denominate):
        state.table = denominate(state.table, state.tree, step, state.trace)
    elif isinstance(step, Impute):
        state.table = impute(state.table, state.tree, step, state.trace)
    elif isinstance(step, Treat):
        state.table, treated = treat(state.table, step, state.trace)
        _keep_functions(state, treated)
        return treated
    elif isinstance(step, Normalise):
        state.table, fitted = normalise(state.table, state.tree, step, state.trace, state.bent)
        return fitted
    elif isinstance(step, Weigh):
        state.tree, shares = weigh(state.table, state.tree, step, state.rules)
        return shares
    elif isinstance(step, Overrides):
        _override(state, step)
    else:
        _note_not_turned(state)
        place = state.table.place
        state.scores = aggregate(
            state.table.values, state.tree, place, step, state.trace, replaced=state.replaced
        )
    return None


def _note_not_turned(state: _State) -> None:
    """Note the values where less is better when no step turned them round.

    A document is refused for it (reading.py); in Python a table may hold what was turned elsewhere.
    """
    if any(stage.name == NAMES[Normalise] for stage in state.stages):
        return
    values = state.table.values
    falls = [state.tree[code].direction < 0 for code in state.table.indicators]
    where = np.array(falls) & ~np.isnan(values)
    rule = "less is better, and no step turned it round: taken as it is, so that more earns more"
    state.trace.notes(NAMES[Aggregate], state.table.place).where(rule, where, values, values)


def _follow(state: _State, before: Table) -> None:
    """Keep overrides of scores with their rows where screening took rows away."""
    if not state.replaced or (before.units == state.table.units and before.times is state.table.times):
        return
    overrides, state.replaced, state.of_scores = state.of_scores, {}, []
    codes = set(state.tree.codes)
    for override in overrides:
        if override.element in codes and rows_of(state.table, override):
            _override(state, Overrides(values=(override,)))


def _keep_functions(state: _State, treated: tuple[TreatedIndicator, ...]) -> None:
    for report in treated:
        if report.function is None:
            continue
        if report.time is not None:
            element = state.tree[report.indicator]
            if element.target is not None or element.goalposts is not None:
                reason = "its target or goalposts cannot follow a treatment that differs by time"
                raise CompositeError("treat", reason, indicator=report.indicator)
            continue
        earlier = state.bent.get(report.indicator)
        state.bent[report.indicator] = (
            report.function if earlier is None else _after(earlier, report.function)
        )


def _after(first: Function, second: Function) -> Function:
    return lambda x: second(first(x))


def _override(state: _State, step: Overrides) -> None:
    values = state.table.values.copy()
    for override in step.values:
        rows = rows_of(state.table, override)
        if len(rows) != 1:
            reason = "the table has no such unit" if not rows else "say of which time"
            raise CompositeError("override", reason, unit=override.unit, indicator=override.element)
        element = state.tree[override.element]
        row, value = rows[0], np.nan if override.value is None else override.value
        if element.children:
            state.replaced.setdefault(element.code, {})[row] = (value, override.source)
            state.of_scores.append(override)
            continue
        column = state.table.column(element.code)
        before = values[row, column]
        values[row, column] = value
        state.trace.notes("override", state.table.place).cells(
            f"given by {override.source}",
            (np.array([row]), np.array([column])),
            np.array([before]),
            np.array([value]),
        )
    state.table = state.table.with_values(values)
