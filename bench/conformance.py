"""The ASEM example of COINr 1.1.14, step by step: the greatest difference, and whether the ranks are equal.

The example lies in `../shared/vectors/coinr` beside the project; where it does not, that is said.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from bench.measure import Measure
from bench.uncertainty import ASEM, asem, rows
from teladan.core.composite import Aggregate, Normalise, Outcome, Pipeline, Table, Treat, Tree, run
from teladan.core.composite.aggregation import Aggregation, Arithmetic, Geometric
from teladan.core.composite.method import Method
from teladan.core.composite.pipeline import Step
from teladan.core.composite.scales import MinMax, ZScore
from teladan.core.composite.transforms import Log, Winsorise

CLOSE = 1e-9
LEAST = 0.6  # share of data that an element needs in the case with gaps
STEPS = (
    ("denominators", "denominate", "01_data_Denominated"),
    ("imputation, by group", "impute", "01_data_Imputed"),
    ("screening", "screen", "01_data_Screened"),
    ("treatment of outliers", "treat", "01_data_Treated"),
    ("normalisation, min-max 0 … 100", "normalise", "01_data_Normalised"),
)
METHODS: dict[str, Method] = {"n_minmax": MinMax(lower=1, upper=100), "n_zscore": ZScore(mean=10, sd=2)}
RULES: dict[str, Aggregation] = {"a_amean": Arithmetic(), "a_gmean": Geometric()}
Figures = NDArray[np.float64]


def measures() -> Iterator[Measure]:
    if not ASEM.is_dir():
        yield Measure(what="against COINr 1.1.14", figure="not run", compared=f"its example is not in {ASEM}")
        return
    case = _Case()
    yield Measure(
        what="against COINr 1.1.14: ASEM", figure="difference", compared=f"{len(case.table.units)} units"
    )
    yield from case.steps()
    yield from case.scales_and_means()
    yield from case.with_gaps()
    yield from case.hundred_draws()


class _Case:
    """The example as a table and a tree, and its pipeline with parts of it replaced."""

    def __init__(self) -> None:
        study, _ = asem()
        self.table: Table = study.table
        self.tree: Tree = study.pipeline.tree
        self.prepared: tuple[Step, ...] = study.pipeline.steps[:3]

    def outcome(
        self, method: Method, rule: Aggregation, *, limit: int = 5, tree: Tree | None = None
    ) -> Outcome:
        steps = (
            *self.prepared,
            Treat(stages=(Winsorise(limit=limit), Log(variant="shifted"))),
            Normalise(method=method),
            Aggregate(rule=rule),
        )
        return run(Pipeline(tree=tree or self.tree, steps=steps), self.table, trace=False)

    def steps(self) -> Iterator[Measure]:
        found = self.outcome(MinMax(), Arithmetic())
        for what, step, file in STEPS:
            after = found.after(step)
            yield told(
                what,
                apart(after.values, matrix(file, after.units, after.indicators)),
                cells=after.values.size,
            )
        codes = found.scored.codes
        wanted = matrix("01_data_Aggregated", found.table.units, codes)
        ranked = [code for code in rows("03_results_ranks")[0] if code != "uCode"]
        same = all(
            found.ranks(code).tolist() == column("03_results_ranks", code, found.table.units).tolist()
            for code in ranked
        )
        yield told(
            f"aggregation, arithmetic: {len(codes)} elements",
            apart(found.scored.values, wanted),
            cells=wanted.size,
            ranks=same,
        )

    def scales_and_means(self) -> Iterator[Measure]:
        for what, method, file in (
            ("normalisation, min-max 1 … 100", "n_minmax", "04_norm_minmax_1_100"),
            ("normalisation, z-scores 10 ± 2", "n_zscore", "04_norm_zscore_10_2"),
        ):
            after = self.outcome(METHODS[method], Arithmetic()).after("normalise")
            yield told(
                what,
                apart(after.values, matrix(file, after.units, after.indicators)),
                cells=after.values.size,
            )
        for what, rule, file in (
            ("aggregation, arithmetic on 1 … 100", "a_amean", "05_agg_amean"),
            ("aggregation, geometric on 1 … 100", "a_gmean", "05_agg_gmean"),
        ):
            found = self.outcome(METHODS["n_minmax"], RULES[rule])
            wanted = matrix(file, found.table.units, found.scored.codes)
            same = found.ranks().tolist() == order(wanted[:, -1])
            yield told(what, apart(found.scored.values, wanted), cells=wanted.size, ranks=same)

    def with_gaps(self) -> Iterator[Measure]:
        steps = (self.prepared[0], Normalise(method=METHODS["n_minmax"]), Aggregate(least_data=LEAST))
        found = run(Pipeline(tree=self.tree, steps=steps), self.table, trace=False)
        wanted = matrix("05m_agg_missing_a_amean_thresh0.6", found.table.units, found.scored.codes)
        same = found.ranks().tolist() == order(wanted[:, -1])
        what = f"missing data, {LEAST:g} of each element needed"
        yield told(what, apart(found.scored.values, wanted), cells=wanted.size, ranks=same)

    def hundred_draws(self) -> Iterator[Measure]:
        weights: dict[str, dict[str, float]] = {}
        for row in rows("10_UA_weights"):
            weights.setdefault(row["rep"], {})[row["iCode"]] = float(row["Weight"])
        furthest, equal, draws = 0.0, 0, rows("10_UA_params")
        for draw in draws:
            found = self.outcome(
                METHODS[draw["norm"]],
                RULES[draw["agg"]],
                limit=int(draw["winmax"]),
                tree=self.tree.with_weights(weights[draw["rep"]]),
            )
            name, units = f"r_{draw['rep']}", found.table.units
            furthest = max(furthest, apart(found.scored.index, column("10_UA_Scores", name, units)))
            equal += found.ranks().tolist() == column("10_UA_Ranks", name, units).tolist()
        what = f"{len(draws)} draws of its uncertainty analysis, replayed"
        cells = len(draws) * len(self.table.units)
        yield told(what, furthest, cells=cells, ranks=equal == len(draws))


def told(what: str, difference: float, *, cells: int, ranks: bool | None = None) -> Measure:
    """Return the line of one comparison; `ranks`: whether all are equal, None where there are none."""
    compared = f"{cells:,} values"
    if ranks is not None:
        compared += ", ranks equal" if ranks else ", RANKS DIFFER"
    return Measure(
        what=f"  {what}",
        figure=f"{difference:.1e}",
        compared=compared,
        target=f"≤ {CLOSE:g}" + ("" if ranks is None else ", equal"),
        ok=difference <= CLOSE and ranks is not False,
    )


def apart(found: Figures, wanted: Figures) -> float:
    """Return the greatest difference; infinite where a value is missing on one side only."""
    if found.shape != wanted.shape or not np.array_equal(np.isnan(found), np.isnan(wanted)):
        return math.inf
    return float(np.nanmax(np.abs(found - wanted)))


def order(scores: Figures) -> list[int]:
    """Return ranks by their definition: one more than there are higher scores; 0 without a score."""
    return [0 if np.isnan(score) else 1 + int((scores > score).sum()) for score in scores]


def column(name: str, code: str, units: tuple[str, ...]) -> Figures:
    by_unit = {row["uCode"]: row[code] for row in rows(name)}
    return np.array([math.nan if by_unit[unit] in {"", "NA"} else float(by_unit[unit]) for unit in units])


def matrix(name: str, units: tuple[str, ...], codes: tuple[str, ...]) -> Figures:
    return np.column_stack([column(name, code, units) for code in codes])
