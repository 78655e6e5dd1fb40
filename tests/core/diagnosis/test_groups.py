"""Components, alpha and redundancy: by hand where they can be, and by another way of computing."""

from __future__ import annotations

import math
from statistics import mean, variance

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teladan.core.composite import Element, Tree
from teladan.core.composite.aggregate import Scores
from teladan.core.diagnosis import components, reliability
from teladan.core.diagnosis.importance import redundancies

SOME = np.random.Generator(np.random.PCG64(11)).normal(size=(30, 1)) + np.random.Generator(
    np.random.PCG64(12)
).normal(size=(30, 4))
CODES = ("a", "b", "c", "d")


def test_two_columns_have_one_plus_and_one_minus_r():
    # r of these is 0.8: eigenvalues 1.8 and 0.2, loadings √0.9 and ±√0.1.
    values = np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 4.0], [4.0, 3.0]])
    found = components("p", values, ["x", "y"])

    assert found.eigenvalues.tolist() == pytest.approx([1.8, 0.2])
    assert found.shares.tolist() == pytest.approx([0.9, 0.1])
    assert found.loadings[:, 0].tolist() == pytest.approx([math.sqrt(0.9)] * 2)
    assert np.abs(found.loadings[:, 1]).tolist() == pytest.approx([math.sqrt(0.1)] * 2)
    assert found.loadings[:, 1].max() > 0
    assert (found.kaiser, found.rows, found.left_out, found.reason) == (1, 4, (), "")


def test_components_are_the_singular_values_of_z_scores():
    z = (SOME - SOME.mean(axis=0)) / SOME.std(axis=0, ddof=1)
    left, sizes, _ = np.linalg.svd(z, full_matrices=False)
    found = components("p", SOME, CODES)

    assert found.eigenvalues.tolist() == pytest.approx((sizes**2 / 29).tolist())
    for j in range(4):
        with_component = [np.corrcoef(SOME[:, i], left[:, j])[0, 1] for i in range(4)]
        turned = np.sign(sum(with_component))
        assert found.loadings[:, j].tolist() == pytest.approx([r * turned for r in with_component])


@given(st.integers(0, 10_000))
def test_loadings_make_the_correlations_again(seed):
    values = np.random.Generator(np.random.PCG64(seed)).normal(size=(9, 4))
    found = components("p", values, CODES)

    assert found.loadings @ found.loadings.T == pytest.approx(np.corrcoef(values.T))
    assert found.eigenvalues.sum() == pytest.approx(4)
    assert (found.loadings.sum(axis=0) > -1e-9).all()


def test_a_part_that_points_the_other_way_loads_negatively():
    turned = SOME * [1, 1, 1, -1]
    assert components("p", turned, CODES).loadings[3, 0] == pytest.approx(
        -components("p", SOME, CODES).loadings[3, 0]
    )


def test_kaiser_counts_what_is_above_one_and_not_rounding():
    apart = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])
    assert components("p", apart, ["x", "y"]).kaiser == 0
    assert components("p", np.column_stack([apart, apart]), CODES).kaiser == 2


def test_what_cannot_be_compared_is_left_out_by_name():
    values = np.column_stack([SOME[:, :2], np.full(30, 0.3), np.full(30, np.nan)])
    values[4, 0] = np.nan
    found = components("p", values, CODES)

    assert (found.codes, found.rows) == (("a", "b"), 29)
    assert found.left_out == (("d", "no value"), ("c", "the same everywhere"))


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (np.array([[1.0, 5.0], [2.0, 5.0], [3.0, 5.0]]), "1 of 2 can be compared, and 2 are needed"),
        (np.array([[1.0, np.nan], [2.0, 5.0], [3.0, 4.0]]), "rows with every value: 2, and 3 are needed"),
        (np.array([[1.0, np.nan], [np.nan, 5.0]]), "rows with every value: 0, and 3 are needed"),
        (np.full((4, 2), np.nan), "0 of 2 can be compared, and 2 are needed"),
    ],
)
def test_too_little_to_compare_has_a_reason_and_no_figures(values, reason):
    found, alpha = components("p", values, ["x", "y"]), reliability("p", values, ["x", "y"])
    assert (found.reason, len(found.eigenvalues)) == (reason, 0)
    assert (alpha.reason, alpha.alpha, alpha.standardised, alpha.items) == (reason, None, None, ())


def alpha_by_definition(columns):
    k = len(columns)
    total = [sum(row) for row in zip(*columns, strict=True)]
    return k / (k - 1) * (1 - sum(map(variance, columns)) / variance(total))


def test_alpha_is_what_its_definition_says():
    columns = SOME.T.tolist()
    found = reliability("p", SOME, CODES)

    assert found.alpha == pytest.approx(alpha_by_definition(columns), abs=1e-12)
    r = mean(np.corrcoef(SOME.T)[np.triu_indices(4, 1)].tolist())
    assert found.standardised == pytest.approx(4 * r / (1 + 3 * r), abs=1e-12)
    for i, item in enumerate(found.items):
        others = columns[:i] + columns[i + 1 :]
        assert item.code == CODES[i]
        assert item.without == pytest.approx(alpha_by_definition(others), abs=1e-12)
        rest = [sum(row) for row in zip(*others, strict=True)]
        assert item.rest == pytest.approx(np.corrcoef(columns[i], rest)[0, 1], abs=1e-12)


def test_alpha_of_a_textbook_by_hand():
    # Variances 1 and 1, covariance 0.5: variance of the sum 3; alpha = 2 (1 - 2/3) = 2/3.
    values = np.array([[-1.0, -1.0], [0.0, 1.0], [1.0, 0.0]])
    found = reliability("p", values, ["x", "y"])
    assert found.alpha == pytest.approx(2 / 3)
    assert [item.without for item in found.items] == [None, None]


@pytest.mark.parametrize("factor", [1e-200, 1e200])
def test_alpha_does_not_feel_the_unit(factor):
    assert reliability("p", SOME * factor + factor, CODES).alpha == pytest.approx(
        reliability("p", SOME, CODES).alpha
    )


def test_alpha_of_parts_that_cancel_out_is_not_defined():
    x = np.arange(5.0)
    found = reliability("p", np.column_stack([x, -x]), ["x", "y"])
    assert (found.alpha, found.standardised, found.reason) == (None, None, "")


def scores_of(values, codes):
    tree = Tree(root=Element(code="index", children=tuple(Element(code=code) for code in codes)))
    return tree, Scores(codes=tree.codes, values=np.column_stack([values, values.mean(axis=1)]))


def test_redundancy_is_the_diagonal_of_the_inverse_correlations():
    found = redundancies(*scores_of(SOME, CODES))
    inverse = np.linalg.inv(np.corrcoef(SOME.T)).diagonal()

    assert [one.code for one in found] == list(CODES)
    for one, inflation in zip(found, inverse.tolist(), strict=True):
        assert one.inflation == pytest.approx(inflation)
        assert one.known == pytest.approx(1 - 1 / inflation)
        assert one.flag(10) == ""
        assert one.flag(inflation * 0.99) == "most"


def test_a_sum_of_its_siblings_is_known_exactly():
    values = np.column_stack([SOME[:, :2], SOME[:, 0] * 2 - SOME[:, 1] * 3])
    found = redundancies(*scores_of(values, ("a", "b", "c")))
    assert [(one.flag(10), one.inflation) for one in found] == [("all", None)] * 3


def test_redundancy_says_why_it_is_not_defined():
    few = redundancies(*scores_of(SOME[:5], CODES))
    assert {(one.known, one.reason) for one in few} == {(None, "rows with every value: 5, and 6 are needed")}
    flat = SOME.copy()
    flat[:, 2] = 7.0
    found = {one.code: one for one in redundancies(*scores_of(flat, CODES))}
    assert (found["c"].known, found["c"].reason) == (None, "the same everywhere")
    assert found["a"].known is not None
