"""The table that `make bench` prints of COINr's example."""

from __future__ import annotations

import numpy as np

from bench import conformance
from tests.core.composite.vectors import needed


@needed
def test_every_step_is_compared_and_within_reach():
    head, *lines = conformance.measures()
    told = " ".join(line.what for line in lines)
    assert head.ok is None
    for step in (
        "denominators",
        "imputation",
        "treatment",
        "normalisation",
        "aggregation",
        "missing",
        "100 draws",
    ):
        assert step in told
    assert [line.what for line in lines if line.ok is not True] == []
    assert sum("ranks equal" in line.compared for line in lines) == 5


@needed
def test_another_figure_or_another_rank_is_not_let_pass(monkeypatch):
    real = conformance.column
    monkeypatch.setattr(conformance, "column", lambda *given: real(*given) * (1 + 1e-7))
    assert {line.ok for line in list(conformance.measures())[1:]} == {False}


def test_what_counts_as_a_difference():
    values = np.array([1.0, np.nan])
    assert conformance.apart(values, values + 0.5) == 0.5
    assert conformance.apart(values, np.array([1.0, 2.0])) == np.inf
    assert conformance.told("draws", 0.0, cells=1, ranks=False).ok is False
    assert conformance.order(np.array([2.0, 3.0, np.nan, 2.0])) == [2, 1, 0, 2]


def test_it_says_so_where_the_example_is_not_there(monkeypatch, tmp_path):
    monkeypatch.setattr(conformance, "ASEM", tmp_path / "none")
    (line,) = conformance.measures()
    assert (line.figure, line.ok) == ("not run", None)
