"""Draws of a ranking, in CPU seconds, beside what the machine's matrix product can do at best."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np

from bench.measure import Measure, best, seconds, within
from teladan.core.composite import (
    Aggregate,
    Denominate,
    Element,
    Impute,
    Normalise,
    Pipeline,
    Screen,
    Table,
    Treat,
    Tree,
    read_table,
)
from teladan.core.composite.aggregation import Arithmetic, Geometric
from teladan.core.composite.scales import MinMax, ZScore
from teladan.core.composite.transforms import Log, Winsorise
from teladan.core.uncertainty import Choice, Study, Weights, vary
from teladan.core.uncertainty.batch import Product
from teladan.core.uncertainty.ranks import block_ranks

COINR = 183.0  # seconds of COINr 1.1.14 for the same 1,000 draws
ASEM = Path(__file__).parents[2] / "shared" / "vectors" / "coinr"
SQUARE = 2_048
CPU = time.process_time


def measures() -> Iterator[Measure]:
    peak = peak_of_machine()
    yield Measure(
        what=f"matrix product, {SQUARE:,} × {SQUARE:,}: the machine's peak",
        figure=f"{peak / 1e9:.0f} GFLOP/s",
        compared="per CPU second",
    )
    yield from four_assumptions()
    yield from many_units(peak)
    yield from many_draws(peak)


def peak_of_machine() -> float:
    """Return the floating-point operations per CPU second of a large matrix product."""
    random = np.random.Generator(np.random.PCG64(1))
    one, other = random.random((2, SQUARE, SQUARE))
    return 2 * SQUARE**3 / best(lambda: one @ other, runs=3, clock=CPU)


def four_assumptions() -> Iterator[Measure]:
    """51 × 49, treatment, scale, mean and weights varying, 1,000 draws end to end."""
    study, name = asem()
    whole = best(lambda: everything(again(study), 1_000), clock=CPU)
    yield within(
        f"51 × 49 ({name}), four assumptions, 1,000 draws end to end",
        whole,
        0.15,
        f"{COINR / whole:,.0f} × faster than COINr",
    )


def many_units(peak: float) -> Iterator[Measure]:
    """75,000 × 52, 1,000 draws of weights: exact ranks and quantiles, and the shares of the work."""
    study, draws = flat(75_000, 52), 1_000
    whole = best(lambda: everything(again(study), draws), runs=3, clock=CPU)
    yield within("75,000 × 52, 1,000 draws of weights, exact ranks and quantiles", whole, 4.0)
    yield from shares(study, draws, peak)


def many_draws(peak: float) -> Iterator[Measure]:
    """640 × 47, 10,000 draws of weights."""
    study, draws = flat(640, 47), 10_000
    whole = best(lambda: everything(again(study), draws), clock=CPU)
    yield within("640 × 47, 10,000 draws of weights, exact ranks and quantiles", whole, 0.6)
    yield from shares(study, draws, peak)
    drawn = vary(study, draws=draws, seed=1).drawn
    yield Measure(
        what="  who cannot be told apart, all pairs",
        figure=seconds(best(lambda: again_pairs(drawn), runs=3, clock=CPU)),
    )


def shares(study: Study, draws: int, peak: float) -> Iterator[Measure]:
    """Measure the parts of the work alone: product, ranking, quantiles."""
    n, p = len(study.units), len(study.pipeline.tree.indicators)
    step = max(1, 12_000_000 // n)
    product = Product.of(study.nominal.table.values, study.pipeline.tree, Aggregate())
    assert product is not None
    random = np.random.Generator(np.random.PCG64(1))
    weights = {code: 0.75 + random.random(step) / 2 for code in study.pipeline.tree.codes}
    block = product.scores(weights)
    scale = draws / step
    multiplied = best(lambda: product.scores(weights), clock=CPU) * scale
    ranked = best(lambda: block_ranks(block), clock=CPU) * scale
    drawn = vary(study, draws=draws, seed=1).drawn
    counted = best(lambda: (drawn.rank_quantiles(), drawn.score_quantiles()), runs=3, clock=CPU)
    for what, value, compared in (
        ("matrix product", multiplied, f"{2 * n * p * draws / multiplied / peak:.0%} of the peak"),
        ("ranking", ranked, f"{n * draws / ranked / 1e6:,.0f} million ranks a second"),
        ("quantiles of ranks and scores", counted, ""),
    ):
        yield Measure(what=f"  {what}", figure=seconds(value), compared=compared)


def everything(study: Study, draws: int) -> None:
    drawn = vary(study, draws=draws, seed=1).drawn
    drawn.rank_quantiles()
    drawn.score_quantiles()


def again(study: Study) -> Study:
    """Return the study with nothing remembered."""
    return Study(pipeline=study.pipeline, table=study.table, assumptions=study.assumptions)


def again_pairs(drawn: object) -> object:
    from teladan.core.uncertainty.pairs import Pairs

    return Pairs(drawn.ranks).lists()  # type: ignore[attr-defined]


def flat(n: int, p: int) -> Study:
    """Return seeded data under an index of four elements."""
    random = np.random.Generator(np.random.PCG64(2024))
    codes = tuple(f"x{i}" for i in range(p))
    parts = tuple(
        Element(code=f"d{j}", children=tuple(Element(code=code) for code in codes[j::4])) for j in range(4)
    )
    return Study(
        pipeline=Pipeline(tree=Tree(root=Element(code="index", children=parts)), steps=(Aggregate(),)),
        table=Table(units=tuple(f"u{i}" for i in range(n)), indicators=codes, values=random.random((n, p))),
        assumptions=(Weights(shares={1: 0.25, 2: 0.25}),),
    )


def asem() -> tuple[Study, str]:
    """Return COINr's example with what its own analysis varies; seeded data where it is not at hand."""
    if not ASEM.is_dir():
        seeded = flat(51, 49)
        return varied(seeded.pipeline.tree, seeded.table, ()), "seeded"
    meta = [row for row in rows("00_iMeta") if row["Level"]]

    def element(row: dict[str, str]) -> Element:
        return Element(
            code=row["iCode"],
            weight=float(row["Weight"]),
            direction=int(row["Direction"]),
            denominator=row["Denominator"],
            children=tuple(element(child) for child in meta if child["Parent"] == row["iCode"]),
        )

    tree = Tree(root=element(next(row for row in meta if not row["Parent"])))
    table = read_table(
        rows("00_iData"),
        indicators=tree.indicators,
        unit="uCode",
        denominators=[row["iCode"] for row in rows("00_iMeta") if row["Type"] == "Denominator"],
        groups=[row["iCode"] for row in rows("00_iMeta") if row["Type"] == "Group"],
    )
    before = (
        Denominate(),
        Impute(method="mean", over="group", group="EurAsia_group"),
        Screen(units=0.9),
    )
    return varied(tree, table, before), "ASEM"


@cache
def rows(name: str) -> list[dict[str, str]]:
    with (ASEM / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def varied(tree: Tree, table: Table, before: tuple[Denominate | Impute | Screen, ...]) -> Study:
    treatments = tuple(Treat(stages=(Winsorise(limit=k), Log(variant="shifted"))) for k in range(1, 6))
    scales = (Normalise(method=MinMax(lower=1, upper=100)), Normalise(method=ZScore(mean=10, sd=2)))
    means = (Aggregate(rule=Arithmetic()), Aggregate(rule=Geometric()))
    levels = range(1, tree.root.level)
    return Study(
        pipeline=Pipeline(tree=tree, steps=(*before, treatments[-1], scales[0], means[0])),
        table=table,
        assumptions=(
            Weights(shares=dict.fromkeys(levels, 0.25)),
            Choice(step="treat", options=treatments),
            Choice(step="normalise", options=scales),
            Choice(step="aggregate", options=means),
        ),
    )
