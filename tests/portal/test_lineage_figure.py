"""The lineage strip: the same bytes for the same rows, lines that meet, nothing drawn that was not seen."""

import re
from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teladan.portal.practices.lineage_figure import ROOM, Mark, Years, scale, strips, years

ORIGIN = Mark(date="2002", origin=True)


def lines(svg: str) -> list[dict[str, str]]:
    return [dict(line.attrib) for line in ET.fromstring(svg).iter("line")]


def test_a_child_hangs_on_its_source_by_a_line_through_the_rows_between():
    marks = [ORIGIN, Mark(date="2009", parents=(0,)), Mark(date="2013", parents=(0,))]
    first, second, third = (lines(svg) for svg in strips(marks, years(marks)))

    assert {line["y2"] for line in first[1:]} == {"101%"}
    down = [line for line in second[1:] if line["x1"] == line["x2"] == "0%"]
    assert {(line["y1"], line["y2"]) for line in down} == {("-1%", "50%"), ("-1%", "101%")}
    across = next(line for line in third if line["y1"] == line["y2"] == "50%" and line["class"] == "m-link")
    assert (across["x1"], across["x2"]) == ("0%", "100%")


def test_what_has_no_date_stands_behind_the_years_and_is_dashed():
    marks = [ORIGIN, Mark(date="2012", parents=(0,)), Mark(date="", parents=(0,))]
    axis = years(marks)
    assert axis == Years(low=2002, high=2012, unseen=True)
    assert axis.place("2012") == ROOM
    assert axis.place("") == 1
    drawn = strips(marks, axis)
    assert 'class="m-open" cx="100%"' in drawn[2]
    assert "m-gap" in drawn[2]
    assert ">?<" in scale(axis)


def test_a_date_that_was_not_seen_in_a_source_is_an_open_mark_at_its_place():
    (drawn,) = strips([Mark(date="2002", origin=True, sure=False)], Years(low=2002, high=2003, unseen=False))
    assert 'class="m-open" cx="0%"' in drawn


def test_what_ended_has_a_cross():
    marks = [ORIGIN, Mark(date="2010", ended=True, parents=(0,))]
    plain, crossed = strips(marks, years(marks))
    assert "m-end" in crossed
    assert "m-end" not in plain


def test_two_sources_both_have_their_line():
    marks = [ORIGIN, Mark(date="2004", origin=True), Mark(date="2021", parents=(0, 1))]
    third = lines(strips(marks, years(marks))[2])
    assert (
        len({line["x1"] for line in third if line["y2"] == "50%" and line["class"] == "m-link m-fall"}) == 2
    )


def test_a_source_below_is_refused():
    with pytest.raises(ValueError, match="row 0 takes from row 1"):
        strips([Mark(date="2002", parents=(1,)), ORIGIN], Years(low=2002, high=2003, unseen=False))


def test_months_count():
    marks = [Mark(date="2018-07", origin=True), Mark(date="2018-10", parents=(0,))]
    axis = years(marks)
    assert axis == Years(low=2018, high=2019, unseen=False)
    assert axis.place("2018-07") == Fraction(1, 2)


DATES = st.sampled_from(["", "1998", "2002", "2002-05", "2010-12-31", "2024"])


@st.composite
def rows(draw):
    made = []
    for place in range(draw(st.integers(1, 8))):
        parents = draw(st.sets(st.integers(0, place - 1))) if place else set()
        made.append(
            Mark(
                date=draw(DATES), origin=not parents, parents=tuple(sorted(parents)), sure=draw(st.booleans())
            )
        )
    return made


@given(rows())
def test_every_picture_is_whole_has_no_style_and_stays_inside_its_cell(marks):
    axis = years(marks)
    drawn = strips(marks, axis)
    assert drawn == strips(marks, axis)
    assert len(drawn) == len(marks)
    for svg in (*drawn, scale(axis)):
        ET.fromstring(svg)
        assert "style=" not in svg
        for name, value in re.findall(r'\b(x1|x2|cx)="([0-9.]+)%"', svg):
            assert 0 <= float(value) <= 100, name
    for mark, svg in zip(marks, drawn, strict=True):
        assert len(re.findall('class="m-(?:dot|ring|open)"', svg)) == 1
        assert ("m-link" in svg) >= bool(mark.parents)
