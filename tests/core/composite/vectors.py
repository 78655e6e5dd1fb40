"""The ASEM example of COINr 1.1.14, read where the shared vectors lie beside the project."""

from __future__ import annotations

import csv
import math
from functools import cache
from pathlib import Path

import numpy as np
import pytest

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

FOLDER = Path(__file__).parents[4] / "shared" / "vectors" / "coinr"
needed = pytest.mark.skipif(not FOLDER.is_dir(), reason="the shared vectors are not beside this project")
NORMS = {"n_minmax": MinMax(lower=1, upper=100), "n_zscore": ZScore(mean=10, sd=2)}
RULES = {"a_amean": Arithmetic(), "a_gmean": Geometric()}


@cache
def rows(name):
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def number(cell):
    return math.nan if cell in {"", "NA"} else float(cell)


def column(name, code, units):
    by_unit = {row["uCode"]: row for row in rows(name)}
    return np.array([number(by_unit[unit][code]) for unit in units])


def matrix(name, units, codes):
    return np.column_stack([column(name, code, units) for code in codes])


@cache
def tree():
    meta = [row for row in rows("00_iMeta") if row["Level"]]

    def element(row):
        return Element(
            code=row["iCode"],
            weight=float(row["Weight"]),
            direction=int(row["Direction"]),
            denominator=row["Denominator"],
            target=float(row["Target"]) if row["Target"] else None,
            children=tuple(element(child) for child in meta if child["Parent"] == row["iCode"]),
        )

    return Tree(root=element(next(row for row in meta if not row["Parent"])))


@cache
def table() -> Table:
    meta = rows("00_iMeta")
    return read_table(
        rows("00_iData"),
        indicators=tree().indicators,
        unit="uCode",
        denominators=[row["iCode"] for row in meta if row["Type"] == "Denominator"],
        groups=[row["iCode"] for row in meta if row["Type"] == "Group"],
    )


PREPARED = (
    Denominate(),
    Impute(method="mean", over="group", group="EurAsia_group"),
    Screen(units=0.9),
)


def treatment(limit=5):
    return Treat(stages=(Winsorise(limit=limit), Log(variant="shifted")))


def pipeline(limit=5, method=None, rule=None, weighted=None):
    return Pipeline(
        tree=weighted or tree(),
        steps=(
            *PREPARED,
            treatment(limit),
            Normalise(method=method or MinMax()),
            Aggregate(rule=rule or Arithmetic()),
        ),
    )
