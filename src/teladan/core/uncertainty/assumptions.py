"""What may vary. Each kind of assumption says how many numbers a draw needs and what they mean.

The numbers of a draw lie in [0, 1) and come from chance or from a design of sensitivity analysis:
the meaning is the same, so that both speak of the same draws.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np

from teladan.core.composite.aggregate import Aggregate
from teladan.core.composite.data import Table
from teladan.core.composite.errors import CompositeError
from teladan.core.composite.normalise import Normalise
from teladan.core.composite.pipeline import NAMES, Pipeline, Step, without_screened
from teladan.core.composite.trace import Indices, Matrix
from teladan.core.composite.tree import Element, Tree
from teladan.core.uncertainty.draws import STEP, normal

TWO_SIDES = 0.022750131948179207  # the share of a normal distribution below two deviations


@dataclass(frozen=True, kw_only=True, eq=False)
class Case:
    """What an assumption is about: a pipeline and its table, columns in the order of the tree."""

    pipeline: Pipeline
    table: Table


@dataclass(frozen=True, kw_only=True)
class Weights:
    """Weights ± a share of themselves, re-normalised within each parent.

    shares: level → share below 1 (level 1: indicators). how: "uniform" between the ends, or
    "normal" with the ends at two standard deviations and cut there.
    """

    shares: Mapping[int, float]
    how: str = "uniform"
    name: ClassVar[str] = "weights"

    def __post_init__(self) -> None:
        """Refuse shares that could make a weight negative, and an unknown distribution."""
        for level, share in self.shares.items():
            if not 0 <= share < 1:
                raise CompositeError(STEP, f"weights ± {share:g} at level {level}: not a share in 0 … 1")
        if self.how not in {"uniform", "normal"}:
            raise CompositeError(STEP, f"{self.how!r} is not uniform or normal")

    def concerned(self, tree: Tree) -> list[Element]:
        """Return the elements whose weights vary, in the order of the tree."""
        for level in self.shares:
            if not 1 <= level < tree.root.level:
                raise CompositeError(STEP, f"there is no level {level} below the index")
        return [e for e in tree.root.walk() if e.level in self.shares and e is not tree.root]

    def size(self, case: Case) -> int:
        """Return one number per element."""
        return len(self.concerned(case.pipeline.tree))

    def factors(self, tree: Tree, numbers: Matrix) -> Matrix:
        """Return what the weights are multiplied by: draws × elements concerned."""
        share = np.array([self.shares[element.level] for element in self.concerned(tree)])
        if self.how == "uniform":
            return 1 + share * (2 * numbers - 1)
        return 1 + share / 2 * normal(TWO_SIDES + numbers * (1 - 2 * TWO_SIDES))

    @property
    def text(self) -> str:
        """Return the assumption in words."""
        by_share: dict[float, list[int]] = {}
        for level, share in self.shares.items():
            by_share.setdefault(share, []).append(level)
        parts = [
            f"± {100 * share:.4g} % at level{'s' if len(levels) > 1 else ''} {', '.join(map(str, levels))}"
            for share, levels in by_share.items()
        ]
        return f"weights {'; '.join(parts)}, {self.how}, re-normalised within each parent"

    def as_json(self) -> dict[str, Any]:
        """Return the assumption as data."""
        return {
            "code": "weights",
            "shares": {str(level): share for level, share in self.shares.items()},
            "how": self.how,
        }


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of several options for a step of the pipeline, each as likely as the others.

    step: the step's name (treat, normalise, …); None leaves the step out. A Normalise or Aggregate
    among the options is taken whole, with its exceptions by indicator and element. number: which one
    where the pipeline has several steps of the name.
    """

    step: str
    options: tuple[Step | None, ...]
    number: int = 0
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse fewer than one option, and options of another step."""
        if not self.options:
            raise CompositeError(STEP, f"no options are given for {self.step}")
        for option in self.options:
            if option is not None and NAMES[type(option)] != self.step:
                raise CompositeError(STEP, f"{NAMES[type(option)]} is no option for {self.step}")
            if option is None and self.step in {"normalise", "aggregate"}:
                raise CompositeError(STEP, f"{self.step} cannot be left out")
        if self.labels and len(self.labels) != len(self.options):
            raise CompositeError(STEP, "there must be one label per option")

    @property
    def name(self) -> str:
        """Return the name that draws and indices go by."""
        return self.step

    def size(self, case: Case) -> int:
        """Return one number."""
        self.position(case.pipeline)
        return 1

    def position(self, pipeline: Pipeline) -> int:
        """Return where the step stands in the pipeline."""
        places = [i for i, step in enumerate(pipeline.steps) if NAMES[type(step)] == self.step]
        if self.number >= len(places):
            raise CompositeError(STEP, f"the pipeline has no step {self.step} that could vary")
        return places[self.number]

    def chosen(self, numbers: Matrix) -> Indices:
        """Return which option each draw takes."""
        return (numbers[:, 0] * len(self.options)).astype(np.int64)

    def put(self, pipeline: Pipeline, option: int) -> Pipeline:
        """Return the pipeline with an option in its place."""
        steps = list(pipeline.steps)
        at = self.position(pipeline)
        step = self.options[option]
        steps[at : at + 1] = [] if step is None else [step]
        return replace(pipeline, steps=tuple(steps))

    def label(self, option: int) -> str:
        """Return an option in words."""
        if self.labels:
            return self.labels[option]
        step = self.options[option]
        if step is None:
            return f"no {self.step}"
        if isinstance(step, Normalise):
            return step.method.rule
        return step.rule.name if isinstance(step, Aggregate) else repr(step)

    @property
    def text(self) -> str:
        """Return the assumption in words."""
        return f"{self.step}: {' or '.join(self.label(i) for i in range(len(self.options)))}, equally likely"

    def as_json(self) -> dict[str, Any]:
        """Return the assumption as data."""
        return {"code": self.step, "options": [self.label(i) for i in range(len(self.options))]}


@dataclass(frozen=True, kw_only=True)
class LeaveOut:
    """One of several elements left out, or none, each as likely as the others."""

    codes: tuple[str, ...]
    none: bool = True
    name: ClassVar[str] = "left out"

    def __post_init__(self) -> None:
        """Refuse an empty choice."""
        if not self.codes:
            raise CompositeError(STEP, "no element is given to leave out")

    def size(self, case: Case) -> int:
        """Return one number; refuse codes that the tree does not have."""
        for code in self.codes:
            if case.pipeline.tree[code] is case.pipeline.tree.root:
                raise CompositeError(STEP, "the index itself cannot be left out", indicator=code)
        return 1

    def chosen(self, numbers: Matrix) -> Indices:
        """Return the position of the code that each draw leaves out, -1 for none."""
        count = len(self.codes) + self.none
        return (numbers[:, 0] * count).astype(np.int64) - self.none

    def put(self, pipeline: Pipeline, option: int) -> Pipeline:
        """Return the pipeline without an element."""
        return pipeline if option < 0 else without(pipeline, self.codes[option])

    def label(self, option: int) -> str:
        """Return what is left out."""
        return "nothing" if option < 0 else self.codes[option]

    @property
    def text(self) -> str:
        """Return the assumption in words."""
        return f"one of {', '.join(self.codes)}{' or nothing' if self.none else ''} left out, equally likely"

    def as_json(self) -> dict[str, Any]:
        """Return the assumption as data."""
        return {"code": "left-out", "codes": list(self.codes), "or_nothing": self.none}


@dataclass(frozen=True, kw_only=True)
class Rounding:
    """The rounding of printed figures: each value anywhere within half a unit of its last digit.

    digits: code → digits after the point (negative: tens, hundreds). lowest and highest keep what
    is drawn on the scale.
    """

    digits: Mapping[str, int]
    lowest: float = -np.inf
    highest: float = np.inf
    name: ClassVar[str] = "rounding"

    def size(self, case: Case) -> int:
        """Return one number per cell of the columns concerned."""
        for code in self.digits:
            case.table.column(code)
        return len(case.table.units) * len(self.digits)

    def moved(self, table: Table, numbers: Matrix) -> Table:
        """Return the table of one draw (numbers: 1 × size)."""
        values = table.values.copy()
        away = numbers.reshape(len(self.digits), len(table.units)) - 0.5
        for row, (code, digits) in zip(away, self.digits.items(), strict=True):
            column = table.column(code)
            moved = values[:, column] + row * 10.0**-digits
            values[:, column] = np.clip(moved, self.lowest, self.highest)
        return table.with_values(values)

    @property
    def text(self) -> str:
        """Return the assumption in words."""
        parts = ", ".join(f"{code} to {digits} digits" for code, digits in self.digits.items())
        return f"rounding of the figures given ({parts}): uniform within what prints so"

    def as_json(self) -> dict[str, Any]:
        """Return the assumption as data."""
        return {"code": "rounding-of-data", "digits": dict(self.digits)}


@dataclass(frozen=True, kw_only=True)
class Raters:
    """The level that another rater would have given, by a measured confusion of levels.

    levels: the values that can be given, rising. counts: levels × levels, how often a level (row)
    met each level (column) where two raters scored the same. source: where this was measured.
    codes: the indicators concerned; all when empty. A level that was never scored twice has no row
    to draw from and is refused where it occurs.
    """

    levels: tuple[float, ...]
    counts: tuple[tuple[int, ...], ...]
    source: str
    codes: tuple[str, ...] = ()
    name: ClassVar[str] = "raters"
    shares: Matrix = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check that the table is square and measured."""
        k = len(self.levels)
        if not self.source.strip():
            raise CompositeError(STEP, "a confusion of raters needs its source: who was scored twice")
        if list(self.levels) != sorted(set(self.levels)):
            raise CompositeError(STEP, "the levels of raters must rise")
        if len(self.counts) != k or any(len(row) != k or min(row, default=0) < 0 for row in self.counts):
            raise CompositeError(STEP, f"the confusion of {k} levels is not {k} × {k} counts")
        counts = np.array(self.counts, dtype=np.float64).reshape(k, k)
        total = counts.sum(axis=1, keepdims=True)
        shares = np.divide(counts, total, out=np.full((k, k), np.nan), where=total > 0)
        object.__setattr__(self, "shares", shares)

    def columns(self, indicators: Sequence[str]) -> list[int]:
        """Return the positions of the indicators concerned."""
        unknown = [code for code in self.codes if code not in indicators]
        if unknown:
            raise CompositeError(STEP, "there is no such indicator for raters", indicator=unknown[0])
        return [i for i, code in enumerate(indicators) if not self.codes or code in self.codes]

    def size(self, case: Case) -> int:
        """Return one number per cell of the columns concerned."""
        return len(case.table.units) * len(self.columns(case.table.indicators))

    def places(self, values: Matrix, units: Sequence[str], indicators: Sequence[str]) -> Indices:
        """Return the position of each value among the levels (-1: missing); refuse what is no level."""
        levels = np.array(self.levels)
        place = np.clip(np.searchsorted(levels, values), 0, len(levels) - 1)
        missing = np.isnan(values)
        off = (levels[place] != values) & ~missing
        unmeasured = np.isnan(self.shares[place, 0]) & ~missing & ~off
        for where, reason in ((off, "is no level of raters"), (unmeasured, "was never scored twice")):
            if where.any():
                row, column = np.argwhere(where)[0]
                value = values[row, column]
                raise CompositeError(
                    STEP, f"{value:g} {reason}", unit=units[row], indicator=indicators[column]
                )
        return np.where(missing, -1, place)

    def given(self, places: Indices, numbers: Matrix) -> Indices:
        """Return the positions of the levels drawn; places and numbers have one shape."""
        steps = np.cumsum(np.nan_to_num(self.shares), axis=1)[:, :-1]
        drawn = np.zeros(places.shape, dtype=np.int64)
        for cut in range(steps.shape[1]):
            drawn += numbers >= steps[places, cut]
        return drawn

    def moved(self, table: Table, numbers: Matrix) -> Table:
        """Return the table of one draw (numbers: 1 × size)."""
        columns = self.columns(table.indicators)
        values = table.values.copy()
        codes = [table.indicators[i] for i in columns]
        places = self.places(values[:, columns], table.units, codes)
        drawn = np.array(self.levels)[self.given(places, numbers.reshape(places.shape))]
        values[:, columns] = np.where(places < 0, np.nan, drawn)
        return table.with_values(values)

    @property
    def text(self) -> str:
        """Return the assumption in words."""
        pairs = sum(map(sum, self.counts))
        return f"raters: another rater's level, by {pairs} pairs scored twice ({self.source})"

    def as_json(self) -> dict[str, Any]:
        """Return the assumption as data."""
        return {
            "code": "raters-measured",
            "levels": list(self.levels),
            "counts": [list(row) for row in self.counts],
            "source": self.source,
        }


Assumption = Weights | Choice | LeaveOut | Rounding | Raters
Discrete = Choice | LeaveOut
Moving = Rounding | Raters


def confusion(
    pairs: Sequence[tuple[float, float]], *, source: str, levels: Sequence[float], codes: Sequence[str] = ()
) -> Raters:
    """Return what raters differ by, counted from pairs (the level recorded, the other rater's).

    >>> confusion([(3, 3), (3, 2), (2, 2)], levels=(2, 3), source="Pilot of 2024").counts
    ((1, 0), (1, 1))
    """
    place = {float(level): i for i, level in enumerate(levels)}
    counts = [[0] * len(place) for _ in place]
    for one, other in pairs:
        if float(one) not in place or float(other) not in place:
            raise CompositeError(STEP, f"the pair {one:g}, {other:g} is not of the levels of raters")
        counts[place[float(one)]][place[float(other)]] += 1
    return Raters(
        levels=tuple(map(float, levels)),
        counts=tuple(map(tuple, counts)),
        source=source,
        codes=tuple(codes),
    )


def without(pipeline: Pipeline, code: str) -> Pipeline:
    """Return a pipeline without an element (and what is below it); weights beside it take its share."""
    left = pipeline.tree.without(frozenset({code}))
    gone = frozenset(set(pipeline.tree.codes) - set(left.codes))
    steps = tuple(without_screened(step, gone) for step in pipeline.steps)
    return Pipeline(tree=left, steps=steps)
