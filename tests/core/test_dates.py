"""Dates as sources give them: what surely comes before what."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teladan.core.dates import before, first_day, is_date, last_day

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31))


@st.composite
def partial(draw):
    """A date with its day: (what it is written as, a day that it can mean)."""
    day = draw(DAYS)
    return day.isoformat()[: draw(st.sampled_from((4, 7, 10)))], day


@given(partial())
def test_a_date_means_the_days_between_its_ends(given):
    text, day = given
    assert is_date(text)
    assert first_day(text) <= day <= last_day(text)


@given(partial(), partial())
def test_before_holds_for_every_day_that_both_can_mean(one, other):
    if before(one[0], other[0]):
        assert one[1] < other[1]
        assert not before(other[0], one[0])
    if one[1] > other[1]:
        assert not before(one[0], other[0])


@given(partial())
def test_nothing_is_before_what_was_not_seen(given):
    assert not before("", given[0])
    assert not before(given[0], "")


@pytest.mark.parametrize(
    "text", ["", "99", "2002-13", "2002-02-30", "2002-5", "0000", "2002-05-17T08:00", "٢٠٠٢"]
)
def test_what_is_no_date_is_refused(text):
    assert not is_date(text)
    with pytest.raises(ValueError, match="is no date"):
        first_day(text)
