"""The look of an indicator's values."""

from __future__ import annotations

import statistics

import numpy as np
import pytest

from teladan.core.diagnosis.quality import duplicate_columns, duplicate_rows, qualities
from teladan.core.diagnosis.thresholds import Thresholds
from tests.core.composite.small import table_of

AT = Thresholds()


def one(values, at=AT):
    (found,) = qualities(table_of({"x": values}), None, at)
    return found


def test_a_column_counted_by_hand():
    values = [0, 0, 1, 2, 3, 4, None, 30]
    found = one(values)
    known = [v for v in values if v is not None]

    assert (found.rows, found.values, found.missing, found.zeros) == (8, 7, 1, 2)
    assert (found.distinct, found.usual, found.same) == (6, 0, 2)
    summary = found.summary
    assert (summary.lowest, summary.median, summary.highest) == (0, 2, 30)
    # Quartiles of seven values stand at places 2.5 and 5.5: 0.5 and 3.5; the fences at -4, 8 and 12.5.
    assert (summary.lower, summary.upper) == (0.5, 3.5)
    assert summary.mean == pytest.approx(statistics.mean(known))
    assert summary.sd == pytest.approx(statistics.stdev(known))
    assert [(o.unit, o.value, o.far) for o in found.outliers] == [("H", 30.0, True)]
    assert found.inside == (0, 4)
    assert found.flags(AT) == ("skewed", "far")


def test_fences_are_near_and_far():
    # Quartiles 2 and 4, distance 2: near beyond 7, far beyond 10.
    found = one([1, 2, 3, 4, 8])
    assert (found.summary.lower, found.summary.upper) == (2, 4)
    assert [(o.value, o.far) for o in found.outliers] == [(8, False)]
    assert one([1, 2, 3, 4, 7]).outliers == ()
    assert [(o.value, o.far) for o in one([1, 2, 3, 4, 10.5]).outliers] == [(10.5, True)]
    assert [(o.value, o.far) for o in one([-6, 2, 3, 4, 5]).outliers] == [(-6, True)]


@pytest.mark.parametrize(
    ("values", "flags"),
    [
        ([None, None, None], ("empty",)),
        ([4, 4, 4], ("same",)),
        ([1, None, 2, None], ("missing",)),
        ([0, 0, 0, 1, 2], ("zeros", "repeated")),
        ([5, 5, 5, 1, 2], ("repeated",)),
        ([1, 2, 3, 4], ()),
        ([7, None], ("missing", "same")),
    ],
)
def test_what_is_pointed_out(values, flags):
    assert one(values).flags(AT) == flags


def test_a_share_at_the_threshold_is_not_pointed_out():
    assert one([1, 2, 3, None], Thresholds(missing=0.25)).flags(Thresholds(missing=0.25)) == ()


def test_an_empty_column_and_one_value_have_what_is_defined():
    empty, alone = one([None, None]), one([None, 3])
    assert (empty.summary, empty.usual, empty.skew, empty.inside, empty.outliers) == (
        None,
        None,
        None,
        None,
        (),
    )
    assert (alone.summary.mean, alone.summary.sd, alone.skew, alone.kurtosis) == (3, None, None, None)


def test_the_largest_numbers_do_not_overflow():
    found = one([-1.7e308, -1e308, 0, 1e308, 1.7e308])
    assert (found.summary.mean, found.summary.highest, found.outliers) == (0, 1.7e308, ())
    assert np.isfinite(found.summary.sd)


def test_after_treatment_stands_beside():
    given = table_of({"x": [1, 2, 3, 4, 50], "y": [1, 2, 3, 4, 5]})
    treated = table_of({"x": [1, 2, 3, 4, 5]})
    x, y = qualities(given, treated, AT)
    assert x.treated == (pytest.approx(0, abs=1e-12), pytest.approx(-1.2))
    assert y.treated is None


def test_rows_and_columns_that_are_the_same():
    table = table_of(
        {"x": [1, 2, 1, None, None], "y": [1, 2, 1, 3, 3], "z": [0, 2, -0.0, 4, 4], "one": [1, 1, 1, 1, 1]}
    )
    assert [(duplicates.codes, duplicates.values) for duplicates in duplicate_rows(table)] == [
        (("A", "C"), 4),
        (("D", "E"), 3),
    ]
    assert duplicate_columns(table) == ()
    same = table_of({"x": [1, 2, None], "y": [1, 2, None], "z": [3, 3, 3], "w": [3, 3, 3]})
    assert [(duplicates.codes, duplicates.values) for duplicates in duplicate_columns(same)] == [
        (("x", "y"), 2)
    ]
