"""What elements are meant to count, what they do count, and which say nothing of their own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from teladan.core.composite.aggregate import Scores
from teladan.core.composite.trace import Matrix, Vector
from teladan.core.composite.tree import Tree
from teladan.core.composite.weights import effective
from teladan.core.diagnosis.complete import complete
from teladan.core.diagnosis.correlations import Correlations, unit_columns

EXACT = 1e-9  # of the variance: what is left below it is rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class Importance:
    """One element below the index.

    weight: its share among the children of its parent. effective: its part of the index, the shares
    multiplied down the tree. variance: its part of the index's variance, cov(what it adds, index) /
    var(index), summing to 1 over the indicators; None where the index is no weighted sum or has no
    variance. with_parent, with_index: Pearson's correlations, None where not defined.
    """

    code: str
    parent: str
    level: int
    weight: float
    effective: float
    variance: float | None
    with_parent: float | None
    with_index: float | None

    def counts(self, apart: float) -> str:
        """Return "against", "less" or "more" where it counts otherwise than it weighs, else ""."""
        if self.variance is None or self.effective == 0:
            return ""
        if self.variance < 0:
            return "against"
        if self.variance < self.effective / apart:
            return "less"
        return "more" if self.variance > self.effective * apart else ""


def importances(
    tree: Tree, scores: Scores, contributions: Matrix | None, correlations: Correlations
) -> tuple[Importance, ...]:
    """Return every element below the index, in the order of the tree."""
    parts = effective(tree)
    root = tree.root.code
    made = []
    for element in tree.root.walk():
        if element is tree.root:
            continue
        parent = tree.parents[element.code]
        adds = None if contributions is None else contributions[:, scores.codes.index(element.code)]
        made.append(
            Importance(
                code=element.code,
                parent=parent.code,
                level=element.level,
                weight=element.weight / sum(child.weight for child in parent.children),
                effective=parts[element.code],
                variance=None if adds is None else _variance(adds, scores.index),
                with_parent=correlations.of(element.code, parent.code),
                with_index=correlations.of(element.code, root),
            )
        )
    return tuple(made)


def _variance(adds: Vector, index: Vector) -> float | None:
    present = ~np.isnan(index)
    if present.sum() < 2 or np.isnan(unit_columns(index[present, None])).any():
        return None
    size = np.abs(index[present]).max()
    away = index[present] / size - (index[present] / size).mean()
    part = adds[present] / size
    return float(away @ (part - part.mean()) / (away @ away))


@dataclass(frozen=True, slots=True, kw_only=True)
class Redundancy:
    """How much of one child its siblings tell.

    known: R², the part of its variance that a linear regression on the siblings explains, over the
    n rows that have all. None where there are too few rows (fewer than children + 2), with the reason.
    """

    code: str
    parent: str
    rows: int
    known: float | None
    reason: str = ""

    @property
    def inflation(self) -> float | None:
        """Return the variance inflation 1 / (1 - R²); None where R² is undefined or 1 but for rounding."""
        if self.known is None or self.known >= 1 - EXACT:
            return None
        return 1 / (1 - self.known)

    def flag(self, inflation: float) -> str:
        """Return "all" (the siblings tell it exactly), "most" from this inflation on, else ""."""
        if self.known is None:
            return ""
        if self.known >= 1 - EXACT:
            return "all"
        return "most" if self.known >= 1 - 1 / inflation else ""


def redundancies(tree: Tree, scores: Scores) -> tuple[Redundancy, ...]:
    """Return every element that has siblings, in the order of the tree."""
    by_code: dict[str, Redundancy] = {}
    for parent in tree.above:
        codes = [child.code for child in parent.children]
        if len(codes) < 2:
            continue
        data = complete(np.column_stack([scores[code] for code in codes]), codes)
        reason, out = data.reason, dict(data.left_out)
        if not reason and len(data.values) < len(data.codes) + 2:
            reason = f"rows with every value: {len(data.values)}, and {len(data.codes) + 2} are needed"
        unit = unit_columns(data.values) if not reason else data.values
        for code in codes:
            known, why = None, out.get(code, reason)
            if not why:
                column = data.codes.index(code)
                others = np.delete(unit, column, axis=1)
                fitted = others @ np.linalg.lstsq(others, unit[:, column], rcond=None)[0]
                left = unit[:, column] - fitted
                known = min(max(1 - float(left @ left), 0.0), 1.0)
            by_code[code] = Redundancy(
                code=code, parent=parent.code, rows=len(data.values), known=known, reason=why
            )
    return tuple(by_code[e.code] for e in tree.root.walk() if e.code in by_code)
