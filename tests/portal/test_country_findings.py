"""Titles of organisations and countries follow their rules, on small values made by hand."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from django.utils.translation import override
from markupsafe import Markup

from teladan.core import library
from teladan.core.agreement import agree
from teladan.portal import method_breaks
from teladan.portal.countries import findings
from teladan.portal.countries.charts import Subject, charts
from teladan.portal.countries.list_page import initial
from teladan.portal.countries.series import Survey, change, newest_run
from teladan.portal.countries.tables import change_tables
from teladan.portal.organisations import findings as organisation_findings
from teladan.portal.organisations.explanation import aligned
from teladan.portal.organisations.findings import Point
from tests.tables import table_of

GOOD, FAIR = {"id": "Baik", "en": "Good"}, {"id": "Cukup", "en": "Fair"}
KOTA = Markup('<span lang="id">Kota A</span>')


@pytest.fixture(autouse=True)
def in_english() -> Any:
    with override("en"):
        yield


def point(year: str, index: str, band: dict[str, str] | None = None, **more: Any) -> Point:
    return Point(year=year, index=index, band=band, **more)


def survey(
    year: str, index: str | None, osi: str = "0.5", hci: str = "0.5", tii: str = "0.5", **more: Any
) -> Survey:
    return Survey(
        year=year,
        edition=library.find("egdi").edition(year),
        index=None if index is None else Fraction(index),
        parts={"OSI": Fraction(osi), "HCI": Fraction(hci), "TII": Fraction(tii)},
        beside={"EPI": Fraction(1, 2)},
        **more,
    )


# --- an organisation ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([], "Kota A"),
        ([point("2024", "3.10", GOOD)], "Kota A: SPBE index 3.10 in 2024, band ‘Good (Baik)’"),
        ([point("2024", "3.10")], "Kota A: SPBE index 3.10 in 2024"),
        (
            [point("2021", "2.10", FAIR), point("2024", "3.10", GOOD)],
            "Kota A rose from 2.10 to 3.10 in 3 years, from ‘Fair (Cukup)’ to ‘Good (Baik)’",
        ),
        (
            [point("2023", "3.00", GOOD), point("2024", "3.10", GOOD)],
            "Kota A rose from 3.00 to 3.10 in 1 year and stayed in the band ‘Good (Baik)’",
        ),
        ([point("2023", "3.00"), point("2024", "3.10")], "Kota A rose from 3.00 to 3.10 in 1 year"),
        (
            [point("2023", "3.10", GOOD), point("2024", "2.10", FAIR)],
            "Kota A fell from 3.10 to 2.10 in 1 year, from ‘Good (Baik)’ to ‘Fair (Cukup)’",
        ),
        (
            [point("2023", "3.10", GOOD), point("2024", "3.00", GOOD)],
            "Kota A fell from 3.10 to 3.00 in 1 year and stayed in the band ‘Good (Baik)’",
        ),
        ([point("2023", "3.10"), point("2024", "3.00")], "Kota A fell from 3.10 to 3.00 in 1 year"),
        ([point("2023", "3.10"), point("2024", "3.1")], "Kota A stands at 3.1, as 1 year before"),
    ],
)
def test_the_title_says_where_the_index_went(points: list[Point], said: str):
    title = organisation_findings.title(KOTA, "SPBE", points)
    assert title.striptags() == said
    assert '<span lang="id">Kota A</span>' in title


@pytest.mark.parametrize(
    ("verdict", "code", "said"),
    [
        ("impossible", "off-scale", "for 2023, ‘D4’ is printed 0.30, which the scale cannot produce"),
        ("impossible", "value-between", "for 2023, ‘D4’ is printed 0.30, which no answers can give"),
        ("inconsistent", "children-do-not-give", "the figures printed for 2023 do not fit each other"),
    ],
)
def test_a_figure_that_cannot_be_is_the_title(verdict: str, code: str, said: str):
    wrong = point("2023", "1.05", FAIR, verdict=verdict, reason_code=code, wrong="D4", value="0.30")
    title = organisation_findings.title(KOTA, "SPBE", [wrong, point("2024", "2.71", GOOD)])
    assert title.striptags() == f"Kota A: {said}"


def test_a_name_is_never_markup():
    title = organisation_findings.title(Markup.escape("<b>"), "SPBE", [point("2024", "3.10", {"en": "<i>"})])
    assert "&lt;b&gt;" in title
    assert "<i>" not in title


def test_other_series_are_told_apart():
    told = organisation_findings.other_series("SPBE", [point("2023", "1.88"), point("2024", "2.48")])
    assert told is not None
    assert "from 1.88 in 2023 to 2.48 in 2024" in told
    assert organisation_findings.other_series("SPBE", [point("2023", "9", verdict="impossible")]) is None
    assert "stood at 1.88 in 2023" in str(organisation_findings.other_series("SPBE", [point("2023", "1.88")]))


def test_what_the_assessor_did():
    own = {("", "a"): Fraction(3), ("", "b"): Fraction(2), ("", "c"): Fraction(1)}
    given = {("", "a"): Fraction(2), ("", "b"): Fraction(2), ("", "c"): Fraction(4)}
    said = organisation_findings.assessed(agree(own, given), [], Fraction(1))
    assert said == "The assessor lowered 1 of 3 levels, kept 1 and raised 1"
    levels = [Fraction(1), Fraction(1), Fraction(2)]
    assert organisation_findings.assessed(None, levels, Fraction(1)).startswith(
        "2 of 3 indicators stand at 1"
    )
    assert organisation_findings.assessed(None, [Fraction(2)], Fraction(1)) == "The level of each indicator"


@pytest.mark.parametrize(
    ("adds", "said"),
    [
        ({"a": ["6"], "b": ["4"]}, "‘A’ alone gives more than half of the index"),
        ({"a": ["4"], "b": ["3"], "c": ["3"]}, "‘A’ alone gives more than a third of the index"),
        (
            {"a": ["3"], "b": ["2.4"], "c": ["2.3"], "d": ["2.3"]},
            "‘A’ alone gives more than a quarter of the index",
        ),
        ({"a": ["2"], "b": ["1"]}, "‘A’ gives the most to the index"),
        ({"a": ["5"], "b": ["5"]}, "What each part adds to the index"),
        ({"a": ["6", "4"], "b": ["4", "6"]}, "What each part adds to the index"),
    ],
)
def test_which_part_gives_the_most(adds: dict[str, list[str]], said: str):
    values = {code: [Fraction(text) for text in texts] for code, texts in adds.items()}
    titles = {code: {"en": code.upper()} for code in adds}
    total = [Fraction(10)] * len(values["a"])
    assert organisation_findings.gives_most(titles, values, total) == said


def test_exact_values_stand_in_line():
    assert aligned([Fraction(39, 100), Fraction(407, 400), Fraction(1)]) == ["0.3900", "1.0175", "1.0000"]
    assert aligned([Fraction(1, 3), Fraction(1, 2)]) == ["1/3", "0.5"]
    assert aligned([]) == []


# --- breaks of method -----------------------------------------------------------------------


def method(slug: str, year: str) -> method_breaks.Method:
    instrument = library.find(slug)
    return instrument, instrument.edition(year)


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (("spbe", "2021"), ("spbe", "2023"), []),
        (("spbe", "2023"), ("spbe", "2024"), ["exact index"]),
        (("spbe", "2024"), ("pemdi", "2026"), ["Pemdi replaces SPBE"]),
        (("egdi", "2005"), ("egdi", "2008"), ["2005 and before: weights OSI 1/3"]),
        (("egdi", "2010"), ("egdi", "2012"), ["2010 and before: weights OSI 0.34, HCI 0.33, TII 0.33"]),
        (("egdi", "2012"), ("egdi", "2014"), ["2012 and before: an index of 0 means “not scored”"]),
        (("egdi", "2022"), ("egdi", "2024"), []),
        (("spbe", "2024"), ("egdi", "2024"), ["another instrument than SPBE"]),
    ],
)
def test_breaks_between_editions(one: tuple[str, str], other: tuple[str, str], said: list[str]):
    found = method_breaks.between(method(*one), method(*other), (one[1], other[1]))
    assert len(found) == len(said)
    assert all(part in text for part, text in zip(said, found, strict=True))


def test_a_method_that_was_not_seen_is_a_break_beside_one_that_was():
    assert method_breaks.between((None, None), (None, None), ("1", "2")) == []
    assert len(method_breaks.between((None, None), method("spbe", "2024"), ("2023", "2024"))) == 1


# --- a country ------------------------------------------------------------------------------


def test_the_change_is_the_sum_of_what_the_parts_give():
    moved = change(
        survey("2014", "0.4487", osi="0.36", hci="0.68", tii="0.30"),
        survey("2024", "0.7991", osi="0.80", hci="0.73", tii="0.86"),
    )
    assert moved is not None
    assert sum(moved.adds.values()) == moved.total
    assert moved.adds["TII"] == Fraction(56, 300)
    assert moved.printed == Fraction("0.3504")


def test_no_change_across_other_weights_or_a_survey_without_score():
    assert change(survey("2010", "0.4"), survey("2012", "0.5")) is None
    assert change(survey("2012", None), survey("2014", "0.5")) is None
    assert change(survey("2008", "0.4"), survey("2010", "0.5")) is not None


def test_the_newest_run_keeps_to_the_same_rules_and_leaves_out_what_was_not_scored():
    told = [survey("2012", "0.4"), survey("2014", "0.4"), survey("2016", None), survey("2018", "0.5")]
    assert [one.year for one in newest_run(told)] == ["2014", "2018"]
    assert [one.year for one in newest_run([*told, survey("2020", "0.5", verdict="impossible")])] == [
        "2014",
        "2018",
    ]
    assert newest_run([]) == []


def test_the_title_of_a_country():
    parts = {"OSI": {"en": "Online"}, "HCI": {"en": "Human"}, "TII": {"en": "Telecom"}}
    shown = {"2014": "0.4000", "2024": "0.6000"}
    low, high = survey("2014", "0.4", tii="0.2"), survey("2024", "0.6", tii="0.8")
    title = findings.country_title("A", change(low, high), shown, parts)
    assert title == "A rose from 0.4000 (2014) to 0.6000 (2024) in the UN index, mostly through ‘Telecom’"
    fell = change(replace(high, year="2014"), replace(low, year="2024"))
    assert "A fell from" in findings.country_title("A", fell, shown, parts)
    assert findings.country_title("A", None, shown, parts) == "A"
    same = change(low, replace(low, year="2024"))
    assert "stands at" in findings.country_title("A", same, shown, parts)


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (("0.9", "0.9"), ("0.4", "0.8"), "B more than halved its distance to A between 2014 and 2024"),
        (("0.9", "0.9"), ("0.4", "0.5"), "B came nearer to A between 2014 and 2024"),
        (("0.9", "0.9"), ("0.4", "0.4"), "B kept its distance to A between 2014 and 2024"),
        (("0.9", "0.9"), ("0.8", "0.75"), "B fell further behind A between 2014 and 2024"),
        (("0.9", "0.9"), ("0.8", "0.4"), "The distance of B to A more than doubled between 2014 and 2024"),
        (("0.5", "0.9"), ("0.6", "0.8"), "A passed B between 2014 and 2024"),
        (("0.5", "0.8"), ("0.6", "0.8"), "A drew level with B between 2014 and 2024"),
        (("0.5", "0.9"), ("0.5", "0.8"), "A drew ahead of B between 2014 and 2024"),
        (("0.5", "0.8"), ("0.5", "0.8"), "B and A are level in 2024, as in 2014"),
        (("0.5",), ("0.5",), "A and B side by side"),
    ],
)
def test_the_distance_of_two_countries(one: tuple[str, ...], other: tuple[str, ...], said: str):
    years = ("2014", "2024")
    told = [[survey(y, v) for y, v in zip(years, values, strict=False)] for values in (one, other)]
    assert findings.distance_title(("A", "B"), *told) == said


def test_the_title_of_groups():
    a, b = {"en": "Group A"}, {"en": "Group B"}
    title = findings.gtmi_title
    assert title("X", []) == "X"
    assert "moved from ‘Group B’ in 2020 to ‘Group A’ in 2025" in title("X", [("2020", b), ("2025", a)])
    assert "in every edition listed" in title("X", [("2020", a), ("2022", a)])
    assert "in 2025, as in 2020" in title("X", [("2020", a), ("2022", b), ("2025", a)])
    assert title("X", [("2022", a)]).endswith("in 2022")


def test_a_survey_without_score_is_named_and_not_joined():
    told = [survey("2003", "0.1"), survey("2004", "0.2"), survey("2005", None), survey("2008", "0.3")]
    assert "not scored in 2005" in findings.series_title("A", told)
    big, small = charts([Subject(code="AAA", surveys=told)], [("EPI", {"en": "E-Participation"})])
    assert big.draw.count('<line class="l-a"') == 1
    assert big.draw.count('<circle class="p-a"') == 3
    assert len(small) == 4


def test_a_value_beyond_the_scale_is_not_drawn():
    told = [
        survey("2003", "0.5", hci="1.422", verdict="impossible"),
        survey("2004", "0.2"),
        survey("2005", "0.2"),
    ]
    big, small = charts([Subject(code="AAA", surveys=told)], [])
    assert small[1].draw.count("<circle") == 2
    assert big.draw.count("<circle") == 3
    assert big.draw.count('class="l-a"') == 1  # the impossible one stands apart


def test_bars_of_a_change_share_one_scale_and_mark_what_falls():
    up = change(survey("2014", "0.4", tii="0.1"), survey("2024", "0.5", tii="0.9"))
    down = change(survey("2014", "0.5", tii="0.6", osi="0.4"), survey("2024", "0.4", tii="0.1", osi="0.6"))
    assert up
    assert down
    one, other = (change.table for change in change_tables([("A", up), ("B", down)]))
    assert one.columns[3].axis == other.columns[3].axis
    assert "m-less" in str(other)
    # no shares of a sum of pluses and minuses
    assert [row["Share of change"] for row in table_of(str(other))] == ["–", "–", "–", ""]
    assert table_of(str(one))[0]["Share of change"] == "100%"
    assert change_tables([]) == []


@pytest.mark.parametrize(
    ("name", "letter"), [("Åland", "A"), ("Côte d’Ivoire", "C"), ("대한민국", "ㄷ"), ("", "")]
)
def test_the_letter_a_country_stands_under(name: str, letter: str):
    assert initial(name) == letter
