"""Weights: given, equal, noisy, from principal components, from correlations, effective."""

from __future__ import annotations

import numpy as np
import pytest

from teladan.core.composite import Aggregate, Normalise, Pipeline, Weigh, effective, run
from tests.core.composite.small import flat, table_of, two_levels


def random_table(n=60, seed=0):
    random = np.random.default_rng(seed)
    base = random.normal(size=(n, 1))
    noise = random.normal(size=(n, 4)) * [0.3, 0.6, 1.0, 2.0]
    return table_of({code: column.tolist() for code, column in zip("abcd", (base + noise).T, strict=True)},
                    units=[f"u{i}" for i in range(n)])  # fmt: skip


def weighted(tree, table, **spec):
    steps = (Normalise(), Weigh(**spec), Aggregate())
    return run(Pipeline(tree=tree, steps=steps), table)


def test_effective_weights_are_shares_multiplied_down():
    shares = effective(two_levels())
    assert shares == pytest.approx(
        {"index": 1, "p": 0.75, "q": 0.25, "a": 0.15, "b": 0.6, "c": 0.125, "d": 0.125}
    )


def test_equal_and_given_weights():
    table = random_table()
    outcome = weighted(two_levels(), table, how="equal")
    assert outcome.stage("weights").report == pytest.approx(
        {"index": 1, "p": 0.5, "q": 0.5, "a": 0.25, "b": 0.25, "c": 0.25, "d": 0.25}
    )
    outcome = weighted(two_levels(), table, how="equal", levels=(2,))
    assert outcome.stage("weights").report["b"] == pytest.approx(0.4)
    outcome = weighted(two_levels(), table, how="given", weights={"q": 3})
    assert outcome.stage("weights").report["q"] == 0.5


def test_noisy_weights_stay_in_their_share_and_come_again_from_their_seed():
    table = random_table()
    tree = two_levels()
    seen = []
    for seed in range(30):
        outcome = weighted(tree, table, how="noisy", shares={1: 0.25, 2: 0.1}, seed=seed)
        again = weighted(tree, table, how="noisy", shares={1: 0.25, 2: 0.1}, seed=seed)
        assert outcome.scored.values.tolist() == again.scored.values.tolist()
        for code, element in outcome.tree.elements.items():
            share = {1: 0.25, 2: 0.1}.get(element.level, 0)
            assert abs(element.weight / tree[code].weight - 1) <= share
        seen.append(outcome.tree["b"].weight)
    assert len(set(seen)) == 30


def test_principal_components_weigh_what_moves_together():
    outcome = weighted(two_levels(), random_table(), how="first component", levels=(1,))
    assert outcome.tree["a"].weight == pytest.approx(0.5)  # two standardised columns load alike
    assert [outcome.tree[code].weight for code in "pq"] == [3, 1]
    flat_outcome = weighted(flat("abcd"), random_table(), how="first component")
    found = [flat_outcome.tree[code].weight for code in "abcd"]
    assert sum(found) == pytest.approx(1)
    assert found == sorted(found, reverse=True)
    squared = weighted(flat("abcd"), random_table(), how="squared")
    assert [squared.tree[c].weight for c in "abcd"] == pytest.approx(
        [w**2 / sum(v**2 for v in found) for w in found]
    )


def test_factors_weigh_by_the_variance_that_they_hold():
    random = np.random.default_rng(5)
    one, two = random.normal(size=(2, 400))
    columns = {
        "a": one, "b": one + 0.1 * random.normal(size=400),
        "c": two, "d": two + 0.1 * random.normal(size=400),
    }  # fmt: skip
    table = table_of({k: v.tolist() for k, v in columns.items()}, units=[f"u{i}" for i in range(400)])
    outcome = weighted(flat("abcd"), table, how="factors")
    assert [outcome.tree[c].weight for c in "abcd"] == pytest.approx([0.25] * 4, abs=0.02)


def test_every_factor_with_a_tenth_of_the_variance_counts():
    random = np.random.default_rng(7)
    blocks = random.normal(size=(4, 500))
    codes = "abcdefgh"
    columns = {c: (blocks[i // 2] + 0.1 * random.normal(size=500)).tolist() for i, c in enumerate(codes)}
    table = table_of(columns, units=[f"u{i}" for i in range(500)])
    outcome = weighted(flat(codes), table, how="factors")
    assert [outcome.tree[c].weight for c in codes] == pytest.approx([1 / 8] * 8, abs=0.01)


def correlations_with_index(outcome, codes):
    index = outcome.scored.index
    return np.array([np.corrcoef(outcome.scored[code], index)[0, 1] for code in codes])


def test_weights_that_balance_the_correlations():
    table = random_table(seed=2)
    before = correlations_with_index(weighted(flat("abcd"), table, how="equal"), "abcd")
    outcome = weighted(flat("abcd"), table, how="balance", levels=(1,))
    found = correlations_with_index(outcome, "abcd")

    assert np.ptp(before) > 0.1
    assert found / found.sum() == pytest.approx([0.25] * 4, abs=1e-4)
    assert list(outcome.stage("weights").report.values()) == pytest.approx(found, abs=1e-9)
    wanted = {"a": 2.0, "b": 2.0, "c": 1.8, "d": 1.8}
    outcome = weighted(flat("abcd"), table, how="balance", levels=(1,), importance=wanted)
    found = correlations_with_index(outcome, "abcd")
    assert found / found.sum() == pytest.approx(np.array([2, 2, 1.8, 1.8]) / 7.6, abs=1e-4)


def test_weights_that_keep_most_information():
    table = random_table(seed=2)
    equal = correlations_with_index(weighted(flat("abcd"), table, how="equal"), "abcd").sum()
    outcome = weighted(flat("abcd"), table, how="information", levels=(1,))
    assert correlations_with_index(outcome, "abcd").sum() >= equal - 1e-9
