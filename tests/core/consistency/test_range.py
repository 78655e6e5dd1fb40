"""The candidates of a row: all there are, or some of many with the range of the index."""

from __future__ import annotations

from fractions import Fraction

import pytest

from teladan.core.consistency import CANDIDATES, Checker, Row
from teladan.core.library import find
from teladan.core.quantity import exact, printed


def check(slug, **values):
    edition = find(slug).edition()
    return edition, Checker(edition).check(Row(organisation="X", values=values))


def test_the_real_index_of_aceh_tengah_is_in_the_range():
    _, finding = check("pemdi", index="1.24")
    assert not finding.complete
    assert not finding.index.complete
    assert finding.index.low < exact("1.2415") < finding.index.high


def test_two_indices_are_all_there_are():
    _, finding = check("spbe", D1="3.00", D2="3.30", D3="2.18", D4="3.55", index="3.19")
    assert finding.index.complete
    assert finding.index.named == (exact("3.19"), exact("3.1925"))
    assert finding.complete


@pytest.mark.parametrize("text", ["2.99", "3.00", "4.37"])
def test_of_many_candidates_the_ends_and_the_printed_figure_are_named(text):
    edition, finding = check("spbe", index=text)
    indices = [candidate["index"] for candidate in finding.candidates]
    assert indices == sorted(indices)
    assert len(set(indices)) == CANDIDATES
    assert exact(text) in indices
    assert (indices[0], indices[-1]) == (finding.index.low, finding.index.high)
    assert {printed(value, 2, edition.mode) for value in indices} == {text}
    assert not finding.complete


def test_a_wrong_row_has_no_range():
    _, finding = check("spbe", index="5.01")
    assert (finding.index, finding.complete, finding.candidates) == (None, False, ())


def test_an_index_alone_may_have_one_value():
    _, finding = check("spbe", index="5.00")
    assert (finding.complete, finding.index.named) == (True, (Fraction(5),))
