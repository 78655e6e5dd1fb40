"""The pages of the instruments: findings and changes by rule, and the same facts in every face."""

import csv
import io
import json
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client

from teladan.core import library
from teladan.core.instrument import Instrument, parse
from teladan.portal.instruments import page
from teladan.portal.instruments.changes import Change, change_text, changes
from teladan.portal.instruments.example import example
from teladan.portal.instruments.list_page import list_finding, superseding
from teladan.portal.instruments.tree import share_text, spans
from tests.tables import table_of

TEXT = """\
format: teladan-instrument/1
slug: sample
version: "1"
titles: {{en: Sample method}}
abbreviation: SMP
nature: {nature}
ranking: yes
tiers: [{{code: part, titles: {{en: Part}}}}]
scales: [{{code: s, type: level, lowest: "0", highest: "2", step: "1"}}]
missing: refuse
rounding: {{mode: half up, mode_source: assumed, printed: {{index: "2", part: "1"}}}}
bands:
  element: index
  read: rounded
  list:
    - {{code: Low, titles: {{en: Low}}, from: "0", to: "1"}}
    - {{code: High, titles: {{en: High}}, from: "1", to: "2"}}
tree:
  code: index
  weight: "{total}"
  titles: {{en: Sample index}}
  children:
{children}
editions:
  - year: "2020"
  - year: "2021"
    changes: {changes}
"""


def made(weights: dict[str, str], total: str = "1", changes: str = "{}", nature: str = "legal") -> Instrument:
    children = "\n".join(
        f'    - {{code: {code}, weight: "{weight}", scale: s, titles: {{en: Part {code}}}}}'
        for code, weight in weights.items()
    )
    return parse(TEXT.format(total=total, children=children, changes=changes, nature=nature))


def found_changes(what: str) -> list[Change]:
    instrument = made({"A": "1/2", "B": "1/2"}, changes=what)
    return changes(*instrument.editions)


# --- findings ---------------------------------------------------------------------------------


def test_the_largest_part_is_the_finding():
    instrument = made({"A": "0.455", "B": "0.25", "C": "0.295"})
    assert (
        page.finding(instrument, instrument.edition()) == "45.5% of the Sample index is decided by “Part A”"
    )


def test_equal_weights_are_the_finding():
    instrument = made({"A": "1/3", "B": "1/3", "C": "1/3"})
    assert page.finding(instrument, instrument.edition()) == "The 3 parts of the Sample index weigh the same"


def test_a_shared_first_place_is_the_finding():
    instrument = made({"A": "0.4", "B": "0.4", "C": "0.2"})
    assert (
        page.finding(instrument, instrument.edition())
        == "2 of 3 parts weigh most in the Sample index, 40% each"
    )


def test_a_single_part_gets_a_plain_title():
    instrument = made({"A": "1"})
    assert page.finding(instrument, instrument.edition()) == "Sample method"


def test_the_list_says_how_many_are_law():
    legal, research = made({"A": "1"}), made({"A": "1"}, nature="research")
    assert list_finding([legal, research]) == "1 of 2 instruments is law, the others are research"
    assert list_finding([legal, legal, research]) == "2 of 3 instruments are law, the others are research"
    assert list_finding([legal]) == "Instruments"


def test_who_replaces_whom():
    everything = library.everything()
    replaced = {f"{each.slug}@{each.version}": superseding(each, everything) for each in everything}
    assert replaced["spbe@2020"] == "pemdi@2026"
    assert replaced["pemdi@2026"] == ""


@pytest.mark.parametrize(
    ("share", "text"),
    [("91/200", "45.5%"), ("1/3", "1/3"), ("13/1000", "1.3%"), ("1", "100%"), ("1/3000000", "1/3000000")],
)
def test_a_share_is_exact(share: str, text: str):
    assert share_text(Fraction(share)) == text


def test_neighbours_are_joined():
    assert spans(["a", "c", "d"], ["a", "b", "c", "d"]) == "a, c–d"
    assert spans([], ["a"]) == ""


# --- what changed between two editions ----------------------------------------------------------


def test_nothing_changed():
    assert found_changes("{}") == []


@pytest.mark.parametrize(
    ("what", "change", "text"),
    [
        (
            '{rounding: {printed: {part: "3"}}}',
            Change(what="digits", codes=("A", "B"), before=1, after=3),
            "Printed digits of A, B: 1 digit became 3 digits.",
        ),
        (
            "{rounding: {printed: {part: none}}}",
            Change(what="digits", codes=("A", "B"), before=1, after=None),
            "Printed digits of A, B: 1 digit became not rounded.",
        ),
        (
            "{rounding: {mode: half even}}",
            Change(what="mode", before="half up", after="half even"),
            "Rounding: Half to even: a value exactly between two printable figures takes the even one.",
        ),
        (
            "{rounding: {mode_source: regulation}}",
            Change(what="mode_source", before="assumed", after="regulation"),
            "Where the rounding was taken from: regulation, before assumed.",
        ),
        (
            "{rounding: {inside: [A]}}",
            Change(what="inside", codes=("A",), before=False, after=True),
            "The rounded value of A, no longer the exact one, goes into its parent.",
        ),
        (
            "{bands: {read: exact}}",
            Change(what="bands_read", before="rounded", after="exact"),
            "The band is read off the exact index, no longer the rounded one.",
        ),
        (
            "{missing: zero}",
            Change(what="missing", codes=("A", "B"), before="refuse", after="zero"),
            "Missing answers of A, B: An empty answer counts as 0.",
        ),
        (
            '{overrides: [{element: index, equals: "0", means: not scored}]}',
            Change(what="override_new", codes=("index",), before=Fraction(0), after="not scored"),
            "A value of 0 for the index now means “not scored”.",
        ),
    ],
)
def test_each_change_is_found_alone_and_said(what: str, change: Change, text: str):
    assert found_changes(what) == [change]
    assert str(change_text(change)) == text


def test_changed_weights_are_said_exactly():
    found = found_changes('{weights: {A: "0.34", B: "0.66"}}')
    assert [(c.codes, c.before, c.after) for c in found] == [
        (("A",), Fraction(1, 2), Fraction(17, 50)),
        (("B",), Fraction(1, 2), Fraction(33, 50)),
    ]
    assert str(change_text(found[0])) == "Weight of A: 0.5 became 0.34."


def test_changed_thresholds_are_found():
    found = found_changes(
        "{bands: {list: [{code: Low, titles: {en: Low}, from: '0', to: '1.5'}, "
        "{code: High, titles: {en: High}, from: '1.5', to: '2'}]}}"
    )
    assert [str(change_text(change)) for change in found] == ["The bands have other thresholds."]


def test_a_changed_scale_is_found():
    found = found_changes("{scales: [{code: s, type: level, lowest: '0', highest: '2', step: '2'}]}")
    assert [(change.what, change.codes) for change in found] == [("scale", ("A", "B"))]


def test_added_and_removed_elements_are_found():
    one, two = made({"A": "1/2", "B": "1/2"}), made({"A": "1/2", "C": "1/2"})
    found = changes(one.edition(), two.edition())
    assert [(change.what, change.codes) for change in found] == [("removed", ("B",)), ("added", ("C",))]
    assert [str(change_text(change)) for change in found] == [
        "No longer in the tree: B.",
        "New in the tree: C.",
    ]


def test_an_override_that_ends_is_found():
    egdi = library.find("egdi@1")
    found = changes(egdi.edition("2012"), egdi.edition("2014"))
    assert [str(change_text(change)) for change in found] == [
        "A value of 0 for the index no longer means “not scored”."
    ]


def test_between_published_editions():
    egdi, spbe = library.find("egdi@1"), library.find("spbe@2020")
    assert [c.what for c in changes(egdi.edition("2005"), egdi.edition("2008"))] == ["weight"] * 3
    assert changes(egdi.edition("2008"), egdi.edition("2010")) == []
    assert changes(spbe.edition("2022"), spbe.edition("2023")) == []
    assert [c.what for c in changes(spbe.edition("2023"), spbe.edition("2024"))] == ["bands_read"]


# --- the worked example -------------------------------------------------------------------------


def test_an_example_of_an_unknown_organisation_is_computed_too():
    found = example(library.find("spbe@2020"), None)
    assert found is not None
    assert not found.organisation
    *parts, index = table_of(str(found.table), "edition 2024")
    assert [part["Printed"] for part in parts] == ["3.00", "3.30", "2.18", "3.55"]
    assert (index["Part"], index["Exact value"], index["Printed"]) == ("Index", "3.1925", "3.19")
    assert found.command == ("teladan evaluate spbe@2020 instruments/spbe/2020/example.csv --edition 2024")


def test_no_example_where_there_is_no_file(tmp_path: Any):
    (tmp_path / "instrument.yaml").write_text("", encoding="utf-8")
    instrument = made({"A": "1"})
    assert example(instrument, None) is None


# --- the pages ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("published")
def test_the_page_of_spbe(client: Client):
    text = client.get("/en/instruments/spbe/2020").content.decode()

    assert "45.5% of the SPBE index is decided by “SPBE services”" in text
    assert 'id="I12"' in text
    assert "Peta Rencana SPBE" in text
    assert "exactly 3.1925, printed 3.19, band" in text  # evaluated by the engine, for this page
    assert "--edition 2021" in text  # the edition that Denpasar's scores are of
    assert "Of 4 editions, one changed the method: 2024" in text
    assert "/en/results/spbe-2024" in text
    assert "/en/instruments/pemdi/2026" in text  # replaced by
    assert "3.50 per cent for indicators 42 to 47" in text  # the misprint
    assert text.count("Through another source") >= 4
    assert text.count("<svg") - 1 == text.count("aria-hidden")  # all drawings but the wordmark


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("language", ["en", "id", "ko"])
@pytest.mark.parametrize("instrument", library.everything(), ids=lambda each: each.slug)
def test_every_instrument_in_every_language(client: Client, language: str, instrument: Instrument):
    response = client.get(f"/{language}/instruments/{instrument.slug}/{instrument.version}")
    text = response.content.decode()

    assert response.status_code == 200
    for element in instrument.edition().root.walk():
        assert f'id="{element.code}"' in text
    assert " style=" not in text
    assert "<script" not in text


@pytest.mark.usefixtures("published")
def test_indonesian_decimals(client: Client):
    text = client.get("/id/instruments/spbe/2020").content.decode()
    assert "45,5%" in text
    assert "3,1925" in text
    assert "3.1925" not in text


@pytest.mark.usefixtures("published")
def test_the_list_in_every_face(client: Client):
    text = client.get("/en/instruments").content.decode()
    listed = client.get("/en/instruments.json").json()["instruments"]
    rows = list(csv.DictReader(io.StringIO(client.get("/en/instruments.csv").content.decode("utf-8-sig"))))

    assert [each["instrument"] for each in listed] == [row["instrument"] for row in rows]
    assert {each["instrument"]: each["indicators"] for each in listed} == {
        "egdi@1": 3,
        "gtmi@1": 4,
        "pemdi@2026": 20,
        "spbe@2020": 47,
    }
    for row in rows:
        assert f"/en/instruments/{row['instrument'].replace('@', '/')}" in text
    assert next(row for row in rows if row["abbreviation"] == "SPBE")["superseded_by"] == "pemdi@2026"


@pytest.mark.usefixtures("published")
def test_one_instrument_in_every_face(client: Client):
    value = client.get("/en/instruments/egdi/1.json").json()
    body = client.get("/en/instruments/egdi/1.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(body)))

    details = {each["edition"]: each for each in value["edition_details"]}
    for row in rows:
        elements = {each["code"]: each for each in details[row["edition"]]["elements"]}
        assert elements[row["code"]]["weight"] == row["weight"]
        assert elements[row["code"]]["share"] == row["share"]
    assert {row["weight"] for row in rows if row["edition"] == "2010"} == {"1", "17/50", "33/100"}
    assert sum(Fraction(r["share"]) for r in rows if r["edition"] == "2024" and r["parent"]) == 1


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    "address", ["spbe/1999", "nothing/1", "spbe/2020x", "spbe", "spbe/..", "spbe/2020/x", "SPBE/2020"]
)
def test_an_unknown_instrument_is_not_found(client: Client, address: str):
    for ending in ("", ".json", ".csv"):
        assert client.get(f"/en/instruments/{address}{ending}").status_code == 404


@pytest.mark.usefixtures("published")
def test_queries_do_not_grow_with_the_tree(client: Client, django_assert_max_num_queries: Any):
    for address in ("egdi/1", "spbe/2020", "pemdi/2026"):
        with django_assert_max_num_queries(6):
            client.get(f"/en/instruments/{address}")


@pytest.mark.usefixtures("published")
def test_the_page_is_small(client: Client):
    response = client.get("/en/instruments/spbe/2020", headers={"Accept-Encoding": "gzip"})
    assert len(response.content) < 20_000
    assert json.loads(client.get("/en/instruments/spbe/2020.json").content)["slug"] == "spbe"
