"""What is read from draws: quantiles, pairs, bands, the top, the report."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teladan.core.composite import CompositeError, ranks
from teladan.core.uncertainty import Cuts, Drawn, Study, of_study, removals, sensitivity, top, vary
from teladan.core.uncertainty import pairs as pairs_module
from teladan.core.uncertainty.sensitivity import Output
from tests.core.composite import vectors as asem
from tests.core.uncertainty import cases


def drawn_of(scores, units=None):
    """Return the draws of given scores: draws × units."""
    matrix = np.array(scores, dtype=float)
    names = units or [f"u{i}" for i in range(matrix.shape[1])]
    return Drawn(names, len(matrix)).fill([(np.arange(len(matrix)), matrix)])


def told_apart(scores, one, other):
    """Say it by counting, draw by draw."""
    both = ~np.isnan(scores[:, one]) & ~np.isnan(scores[:, other])
    if not both.any():
        return False
    ahead = (scores[both, one] > scores[both, other]).mean()
    behind = (scores[both, one] < scores[both, other]).mean()
    return max(ahead, behind) >= 0.95


@settings(max_examples=60)
@given(
    st.integers(0, 10_000),
    st.sampled_from([0.02, 0.2, 2.0]),
    st.booleans(),
    st.booleans(),
)
def test_who_cannot_be_told_apart_is_what_counting_says(seed, noise, ties, gaps):
    random = np.random.Generator(np.random.PCG64(seed))
    scores = random.random(9) + noise * random.random((60, 9))
    scores = np.round(scores, 1) if ties else scores
    scores[random.random(scores.shape) < (0.1 if gaps else 0)] = np.nan
    drawn = drawn_of(scores)

    wanted = [[j for j in range(9) if j != i and not told_apart(scores, i, j)] for i in range(9)]
    assert [each.tolist() for each in drawn.pairs.lists()] == wanted
    assert [drawn.pairs.not_distinguishable_from(i).tolist() for i in range(9)] == wanted


def test_ahead_is_said_at_95_percent_of_draws_and_not_below():
    scores = np.zeros((100, 3))
    scores[:, 0] = 1.0
    scores[:5, 1] = 2.0
    scores[:6, 2] = 2.0
    drawn = drawn_of(scores)
    assert (drawn.ahead("u0", "u1"), drawn.ahead("u0", "u2")) == (0.95, 0.94)
    assert drawn.not_distinguishable("u0") == ("u2",)


def test_the_matrix_of_pairs_holds_what_single_pairs_are():
    study = cases.study(cases.WEIGHTS, cases.RULES)
    drawn = vary(study, draws=50, seed=1).drawn
    matrix = drawn.pairs.matrix()
    for i, one in enumerate(drawn.units):
        for j, other in enumerate(drawn.units):
            assert i == j or matrix[i, j] == drawn.ahead(one, other)


def test_all_pairs_of_very_many_units_are_refused_but_one_is_answered(monkeypatch):
    monkeypatch.setattr(pairs_module, "MOST", 5)
    found = vary(cases.study(cases.WEIGHTS), draws=10)
    with pytest.raises(CompositeError, match="12 units make too many pairs"):
        found.drawn.pairs.lists()
    assert found.drawn.ahead("u0", "u1") is not None
    with pytest.raises(CompositeError, match="unit nobody: there is no such unit"):
        found.drawn.ahead("u0", "nobody")


def test_shares_of_bands_sum_to_one():
    drawn = drawn_of([[0.1, 0.5, np.nan], [0.6, 0.5, np.nan], [0.4, 0.9, 0.2]])
    cuts = Cuts(codes=("low", "high"), starts=(0.0, 0.5))
    assert drawn.band_shares(cuts).tolist() == [[2 / 3, 1 / 3], [0, 1], [1, 0]]
    with pytest.raises(CompositeError, match="rising"):
        Cuts(codes=("a", "b"), starts=(1.0, 0.0))


def test_a_unit_with_no_score_in_any_draw_says_so():
    drawn = drawn_of([[1.0, np.nan], [2.0, np.nan]])
    assert np.isnan(drawn.rank_quantiles()[1]).all()
    assert drawn.scored.tolist() == [1.0, 0.0]
    assert drawn.ahead("u0", "u1") is None


def test_the_stability_of_the_first_k():
    drawn = drawn_of([[9, 8, 7, 1], [9, 7, 8, 1], [9, 8, 7, 1], [7, 8, 9, 1]])
    found = top(drawn, np.array([1, 2, 3, 4], dtype=np.int32), 2)
    assert found.members == {"u0": 0.75, "u1": 0.75}
    assert found.comers == {"u2": 0.5}
    assert (found.kept, found.whole) == (0.75, 0.5)
    assert top(drawn, np.array([1, 2, 3, 0], dtype=np.int32), 10).k == 3


def test_removing_an_element_gives_the_ranking_without_it():
    study = cases.study()
    found = {removal.element: removal for removal in removals(study)}
    assert list(found) == ["d0", "d1", "x0", "x2", "x4", "x1", "x3", "x5"]

    left = study.pipeline.tree.without(frozenset({"d0"}))
    assert left.indicators == ("x1", "x3", "x5")
    weights = np.array([2.0, 1.0, 3.0])
    values = study.nominal.after("normalise").values[:, [3, 4, 5]]
    assert [study.pipeline.tree[code].weight for code in left.indicators] == weights.tolist()
    wanted = ranks(values @ weights)
    assert found["d0"].ranks.tolist() == wanted.tolist()
    assert found["d0"].shift == np.abs(wanted - ranks(study.index)).mean()
    unit, before, after = found["d0"].furthest
    assert abs(after - before) == np.abs(wanted - ranks(study.index)).max()
    assert ranks(study.index)[study.units.index(unit)] == before


def test_an_element_that_cannot_be_removed_says_why():
    study = cases.study(p=2, steps=cases.STEPS[1:])
    only = Study(
        pipeline=replace(study.pipeline, tree=study.pipeline.tree.without(frozenset({"d1"}))),
        table=study.table,
    )
    found = list(removals(only))
    assert [(r.element, r.refused) for r in found] == [
        ("d0", "tree: nothing is left of the index"),
        ("x0", "tree: nothing is left of the index"),
    ]


@asem.needed
def test_rank_statistics_of_coinr_s_own_draws():
    units = asem.table().units
    columns = [asem.column("10_UA_Ranks", f"r_{i}", units) for i in range(1, 101)]
    drawn = drawn_of(-np.array(columns), list(units))
    found = drawn.rank_quantiles()
    for i, name in enumerate(("Q5", "Median", "Q95")):
        wanted = asem.column("10_UA_RankStats", name, units)
        assert np.abs(found[:, i] - wanted).max() < 1e-9


def test_the_report_has_the_shape_that_is_published():
    study = cases.study(cases.WEIGHTS, cases.RULES)
    report = of_study(vary(study, draws=100, seed=7)).as_json()

    assert list(report) == ["seed", "draws", "assumptions", "results", "changes"]
    assert (report["seed"], report["draws"]) == (7, 100)
    assert [each["text"][:8] for each in report["assumptions"]] == ["what if:"] * 2
    for result in report["results"]:
        assert list(result) == ["organisation", "index", "rank", "bands", "not_distinguishable"]
        assert list(result["rank"]) == ["nominal", "p5", "median", "p95"]
    alike = {each["organisation"]: set(each["not_distinguishable"]) for each in report["results"]}
    assert all(one in alike[other] for one, others in alike.items() for other in others)


def test_sensitivity_of_a_study_finds_what_moves_it():
    found = sensitivity(cases.study(cases.WEIGHTS, cases.SCALES), points=64, seed=1)
    assert [effect.name for effect in found.effects] == ["weights", "normalise"]
    again = sensitivity(cases.study(cases.WEIGHTS, cases.SCALES), points=64, seed=1)
    assert found == again
    for effect in found.effects:
        assert effect.total_interval[0] <= effect.total <= effect.total_interval[1]

    one = sensitivity(
        cases.study(cases.WEIGHTS, cases.SCALES), points=64, output=Output(of="score", unit="u3")
    )
    assert one.effects[1].total > 0.9  # 1 … 100 or about 10: the scale is nearly all of a score
    with pytest.raises(CompositeError, match="nothing varies"):
        sensitivity(cases.study())
    with pytest.raises(CompositeError, match="no such unit"):
        sensitivity(cases.study(cases.WEIGHTS), output=Output(of="rank", unit="nobody"))


def test_where_the_output_does_not_move_there_is_nothing_to_share_out():
    from teladan.core.uncertainty import Weights

    found = sensitivity(cases.study(Weights(shares={1: 0.0})), points=8)
    assert (found.variance, found.effects) == (0.0, ())
