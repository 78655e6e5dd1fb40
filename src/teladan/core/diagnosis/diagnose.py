"""The diagnosis of an index: everything an index team looks at before it stands by its structure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

import numpy as np

from teladan.core.composite.errors import CompositeError
from teladan.core.composite.tree import Element
from teladan.core.diagnosis.components import Components, components
from teladan.core.diagnosis.correlations import Correlations, checked, correlate
from teladan.core.diagnosis.importance import Importance, Redundancy, importances, redundancies
from teladan.core.diagnosis.quality import Duplicates, Quality, duplicate_columns, duplicate_rows, qualities
from teladan.core.diagnosis.reliability import Reliability, reliability
from teladan.core.diagnosis.subject import Subject
from teladan.core.diagnosis.thresholds import STEP, Thresholds


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two elements with their correlations (None: not defined) over n rows, and their flag.

    above: the common parent of children of one parent, "" for indicators of different parents.
    """

    one: str
    other: str
    above: str
    rows: int
    pearson: float | None
    spearman: float | None
    kendall: float | None
    flag: str

    def by(self, method: str) -> float | None:
        """Return the correlation by a method."""
        correlation: float | None = getattr(self, method)
        return correlation


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentCorrelation:
    """How an element correlates with its parent and with the others of that level.

    nearest: the other one with the highest correlation ("" where there is none); astray: whether that
    is higher than with the parent, of which the element itself is a part.
    """

    code: str
    parent: str
    own: float | None
    nearest: str
    other: float | None

    @property
    def astray(self) -> bool:
        """Say whether it goes better with another parent than with its own."""
        return self.own is not None and self.other is not None and self.other > self.own


@dataclass(frozen=True, kw_only=True, eq=False)
class Diagnosis:
    """What was found. Groups stand in the order of the tree, pairs by their place in it."""

    subject: Subject
    thresholds: Thresholds
    method: str
    quality: tuple[Quality, ...]
    same_rows: tuple[Duplicates, ...]
    same_columns: tuple[Duplicates, ...]
    correlations: Correlations
    places: tuple[ParentCorrelation, ...]
    components: tuple[Components, ...]
    reliability: tuple[Reliability, ...]
    importance: tuple[Importance, ...]
    redundancy: tuple[Redundancy, ...]
    groups: tuple[Element, ...] = field(default=())

    def pair(self, one: str, other: str, above: str = "") -> Pair:
        """Return the correlations of two elements with their flag by the method asked for."""
        correlations = self.correlations
        r = correlations.of(one, other, self.method)
        flag = self.thresholds.of(r)
        return Pair(
            one=one,
            other=other,
            above=above,
            rows=correlations.n(one, other),
            pearson=correlations.of(one, other, "pearson"),
            spearman=correlations.of(one, other, "spearman"),
            kendall=correlations.of(one, other, "kendall"),
            flag="" if flag == "low" and not above else flag,
        )

    @cached_property
    def within(self) -> tuple[Pair, ...]:
        """Return every pair of children of one parent."""
        return tuple(
            self.pair(one.code, other.code, parent.code)
            for parent in self.groups
            for one, other in combinations(parent.children, 2)
        )

    @cached_property
    def between(self) -> tuple[Pair, ...]:
        """Return the flagged pairs of indicators of different parents: negative or high."""
        tree, codes = self.subject.tree, self.subject.tree.indicators
        matrix = self.correlations.matrix(self.method)[: len(codes), : len(codes)]
        with np.errstate(invalid="ignore"):
            flagged = (matrix <= self.thresholds.negative) | (matrix >= self.thresholds.high)
        rows, columns = np.nonzero(np.triu(flagged, 1))
        return tuple(
            self.pair(codes[i], codes[j])
            for i, j in zip(rows.tolist(), columns.tolist(), strict=True)
            if tree.parents[codes[i]] is not tree.parents[codes[j]]
        )


def diagnose(subject: Subject, *, thresholds: Thresholds | None = None, method: str = "pearson") -> Diagnosis:
    """Return the diagnosis of an index; `method` is the correlation that flags are read from.

    Rows without a value are left out pair by pair for correlations, and altogether within a group for
    components, alpha and redundancy. Raises CompositeError.
    """
    limits, tree, scores = thresholds or Thresholds(), subject.tree, subject.scores
    checked(method)
    if len(subject.place.units) < 2:
        unit = subject.place.label(0)
        raise CompositeError(STEP, "one unit alone has no correlation with anything", unit=unit)
    correlations = correlate(scores.values, scores.codes)
    groups = tuple(e for e in tree.root.walk() if len(e.children) > 1)
    tables = [
        (parent.code, np.column_stack([scores[child.code] for child in parent.children]), parent)
        for parent in groups
    ]
    all_indicators = () if groups == (tree.root,) else (("", scores.values[:, : len(tree.indicators)], None),)
    return Diagnosis(
        subject=subject,
        thresholds=limits,
        method=method,
        quality=qualities(subject.given, subject.treated, limits),
        same_rows=duplicate_rows(subject.given),
        same_columns=duplicate_columns(subject.given),
        correlations=correlations,
        places=tuple(_places(subject, correlations, method)),
        components=tuple(
            components(code, values, _codes(parent) if parent else tree.indicators)
            for code, values, parent in (*tables, *all_indicators)
        ),
        reliability=tuple(
            reliability(code, values, _codes(parent) if parent else tree.indicators)
            for code, values, parent in (*tables, *all_indicators)
        ),
        importance=importances(tree, scores, subject.contributions, correlations),
        redundancy=redundancies(tree, scores),
        groups=groups,
    )


def _codes(parent: Element) -> tuple[str, ...]:
    return tuple(child.code for child in parent.children)


def _places(subject: Subject, correlations: Correlations, method: str) -> Iterator[ParentCorrelation]:
    tree = subject.tree
    for element in tree.root.walk():
        parent = tree.parents.get(element.code)
        if parent is None or parent is tree.root:
            continue
        others = [
            (correlations.of(element.code, e.code, method), e.code) for e in tree.at_level(parent.level)
        ]
        known = [(r, code) for r, code in others if r is not None and code != parent.code]
        best, nearest = max(known, key=lambda pair: pair[0], default=(None, ""))
        yield ParentCorrelation(
            code=element.code,
            parent=parent.code,
            own=correlations.of(element.code, parent.code, method),
            nearest=nearest,
            other=best,
        )
