"""Step by step against COINr 1.1.14 on its ASEM example."""

from __future__ import annotations

import numpy as np
import pytest

from teladan.core.composite import Aggregate, Normalise, Pipeline, run
from teladan.core.composite.aggregation import Arithmetic, Geometric
from teladan.core.composite.scales import MinMax, ZScore
from tests.core.composite import vectors as asem

pytestmark = asem.needed
CLOSE = 1e-9


@pytest.fixture(scope="module")
def outcome():
    return run(asem.pipeline(), asem.table())


def furthest(found, wanted):
    assert np.array_equal(np.isnan(found), np.isnan(wanted))
    return float(np.nanmax(np.abs(found - wanted)))


@pytest.mark.parametrize(
    ("step", "file"),
    [
        ("denominate", "01_data_Denominated"),
        ("impute", "01_data_Imputed"),
        ("screen", "01_data_Screened"),
        ("treat", "01_data_Treated"),
        ("normalise", "01_data_Normalised"),
    ],
)
def test_every_step(outcome, step, file):
    found = outcome.after(step)
    wanted = asem.matrix(file, found.units, found.indicators)

    assert (len(found.units), len(found.indicators)) == (51, 49)
    assert furthest(found.values, wanted) <= CLOSE


def test_scores_of_every_element(outcome):
    codes = outcome.scored.codes
    wanted = asem.matrix("01_data_Aggregated", outcome.table.units, codes)

    assert len(codes) == 60
    assert furthest(outcome.scored.values, wanted) <= CLOSE


def test_ranks_of_every_element(outcome):
    for code in asem.rows("03_results_ranks")[0]:
        if code != "uCode":
            wanted = asem.column("03_results_ranks", code, outcome.table.units)
            assert outcome.ranks(code).tolist() == wanted.tolist(), code


def test_details_of_treatment(outcome):
    details = {row["iCode"]: row for row in asem.rows("02_treat_dets")}
    reports = outcome.stage("treat").report
    assert [report.indicator for report in reports] == list(outcome.table.indicators)

    for report in reports:
        row = details[report.indicator]
        for number, test in enumerate(report.tests):
            assert test.passed == (row[f"check_SkewKurt{number}.Pass"] == "TRUE")
            assert test.skew == pytest.approx(float(row[f"check_SkewKurt{number}.Skew"]), abs=CLOSE)
            assert test.kurt == pytest.approx(float(row[f"check_SkewKurt{number}.Kurt"]), abs=CLOSE)
        moved = asem.number(row["winsorise.nwin"])
        assert len(report.tests) == (1 if np.isnan(moved) else 2)
        if len(report.tests) == 2:
            assert report.tests[1].points == moved
        assert len(outcome.trace.by("treat")) == sum(r.tests[-1].points for r in reports)


@pytest.mark.parametrize(
    ("method", "file"),
    [(MinMax(lower=1, upper=100), "04_norm_minmax_1_100"), (ZScore(mean=10, sd=2), "04_norm_zscore_10_2")],
)
def test_normalisations(method, file):
    found = run(asem.pipeline(method=method), asem.table()).after("normalise")
    assert furthest(found.values, asem.matrix(file, found.units, found.indicators)) <= CLOSE


@pytest.mark.parametrize(("rule", "file"), [(Arithmetic(), "05_agg_amean"), (Geometric(), "05_agg_gmean")])
def test_aggregations(rule, file):
    found = run(asem.pipeline(method=MinMax(lower=1, upper=100), rule=rule), asem.table()).scored
    assert furthest(found.values, asem.matrix(file, asem.table().units, found.codes)) <= CLOSE


def test_missing_data_with_thresholds():
    steps = (asem.PREPARED[0], Normalise(method=MinMax(lower=1, upper=100)), Aggregate(least_data=0.6))
    outcome = run(Pipeline(tree=asem.tree(), steps=steps), asem.table())
    units = outcome.table.units

    normalised = asem.matrix("05m_norm_missing", units, outcome.table.indicators)
    assert furthest(outcome.after("normalise").values, normalised) <= CLOSE
    wanted = asem.matrix("05m_agg_missing_a_amean_thresh0.6", units, outcome.scored.codes)
    assert furthest(outcome.scored.values, wanted) <= CLOSE
    left_out = outcome.trace.by("aggregate", "less than 0.6")
    gone = np.isnan(wanted[:, 49:]).sum()
    assert len(left_out) == gone


def test_nominal_of_the_uncertainty_analysis(outcome):
    units = outcome.table.units
    assert furthest(outcome.scored.index, asem.column("10_UA_Nominal", "Score", units)) <= CLOSE
    assert outcome.ranks().tolist() == asem.column("10_UA_Nominal", "Rank", units).tolist()


def test_each_of_the_hundred_draws_is_reproduced_from_its_parameters():
    parameters = asem.rows("10_UA_params")
    weights = {}
    for row in asem.rows("10_UA_weights"):
        weights.setdefault(row["rep"], {})[row["iCode"]] = float(row["Weight"])
    assert len(parameters) == len(weights) == 100
    units = asem.table().units

    for draw in parameters:
        chosen = asem.pipeline(
            limit=int(draw["winmax"]),
            method=asem.NORMS[draw["norm"]],
            rule=asem.RULES[draw["agg"]],
            weighted=asem.tree().with_weights(weights[draw["rep"]]),
        )
        outcome = run(chosen, asem.table(), trace=False)

        scores = asem.column("10_UA_Scores", f"r_{draw['rep']}", units)
        assert furthest(outcome.scored.index, scores) <= CLOSE, draw
        wanted = asem.column("10_UA_Ranks", f"r_{draw['rep']}", units)
        assert outcome.ranks().tolist() == wanted.tolist(), draw
