"""The strip of a rank, intervals in whole ranks, and what a ranking rests on, in words."""

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from teladan.core import figure
from teladan.portal.uncertainty import assumptions, words
from teladan.publication.queries.uncertainty import Ranking, Standing, Untold
from tests.tables import table_of

RANKS = st.integers(min_value=1, max_value=2_000)


@given(st.tuples(RANKS, RANKS, RANKS).map(sorted), RANKS)
def test_a_strip_is_one_bar_and_one_dot_inside_its_scale(ranks: list[int], count: int):
    low, middle, high = map(Fraction, ranks)
    axis = figure.rank_axis(count)
    svg = figure.rank_strip(axis, low, middle, high)
    assert svg == figure.rank_strip(axis, low, middle, high)
    assert svg.count("m-dot") == 1
    assert svg.count("m-span") == (low != high)
    assert "style" not in svg
    places = [float(place) for place in re.findall(r'(?:x1|x2|cx)="([\d.]+)%?"', svg)]
    assert all(0 <= place <= 100 for place in places)


def test_the_first_rank_stands_at_the_start_and_the_last_at_the_end():
    axis = figure.rank_axis(193)
    assert 'cx="0%"' in figure.rank_strip(axis, Fraction(1), Fraction(1), Fraction(1))
    assert 'cx="100%"' in figure.rank_strip(axis, Fraction(193), Fraction(193), Fraction(193))


@given(low=st.decimals(1, 600, places=2), more=st.decimals(0, 50, places=2))
def test_an_interval_is_widened_outward_to_whole_ranks(low: Decimal, more: Decimal):
    standing = Standing(organisation="x", nominal=1, p5=low, median=low, p95=low + more, bands={}, alike=None)
    span = words.span(standing)
    assert span is not None
    assert low - 1 < span.low <= low
    assert low + more <= span.high < low + more + 1


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("too-few-scored", "Fewer than two have an index, so there is no ranking"),
        ("parts-not-printed", "The parts of the index were not printed, so nothing can be drawn from them"),
        ("cannot-be-drawn", "Nothing can be drawn: a column is constant"),
        ("a-new-one", "as it was published"),
    ],
)
def test_why_nothing_was_drawn_is_told(code: str, said: str):
    reason = Untold(code=code, text="as it was published.", values={"problem": "a column is constant"})
    assert assumptions.why_not(reason) == said
    with override("ko"):
        assert assumptions.why_not(reason) != said
        assert ('<span lang="en">' in assumptions.why_not(reason)) == (
            code in {"cannot-be-drawn", "a-new-one"}
        )


def test_other_shares_and_unknown_assumptions_are_shown_as_published():
    weights = {
        "assumption": "weights",
        "code": "weights",
        "shares": {"1": "0.1", "2": "0.3"},
        "how": "uniform",
        "text": "what if: weights ± 10 % at level 1; ± 30 % at level 2",
    }
    new = {"assumption": "moon", "code": "moon", "text": "the phase of the moon"}
    ranking_ = Ranking(
        kind="what if",
        ranked=True,
        draws=10,
        seed=1,
        assumptions=(weights, new),
        reason=None,
        standings={},
    )
    assert "± 10 % at level 1; ± 30 % at level 2" in assumptions.sentence(ranking_)
    assert [row["How"] for row in table_of(str(assumptions.assumption_table(ranking_)))] == [
        "weights ± 10 % at level 1; ± 30 % at level 2",
        "the phase of the moon",
    ]
