"""The public pages of practices, with those that ship: honest, marked, and in one place each."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from teladan.exchange import queries
from teladan.portal.practices import page as practice_page
from tests.portal.test_organisations import heading, words

pytestmark = pytest.mark.usefixtures("exchanged")

ADDRESSES = (
    "/practices",
    "/practices/kor-koneps",
    "/practices/idn-edat",
    "/practices/kor-koneps/1",
    "/practices/kor-koneps?country=LAO",
    "/themes/procurement",
    "/tracks/institutional-and-economic-reform",
    "/adoptions/kor-koneps-vnm",
    "/exchange/network",
    "/exchange/changes",
    "/exchange/questions",
    "/exchange/questions/descendants?practice=kor-koneps",
    "/exchange/questions/dropped",
    "/exchange/questions/no-outcome",
    "/exchange/questions/self-report",
    "/exchange/questions/orphans",
    "/exchange/questions/fit?country=IDN",
    "/cooperation",
    "/meetings/kacpe-2023",
)


def get(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


@pytest.mark.parametrize("language", ["en", "id", "ko"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_opens_in_every_language(client: Client, language: str, address: str):
    html = get(client, f"/{language}{address}")
    assert f'<html class="govuk-template" lang="{language}"' in html
    assert html.count("<h1") == 1
    assert "style=" not in html


# --- the list -----------------------------------------------------------------------------------


def rows_of(html: str) -> list[str]:
    """Return the words of each body row of the first table."""
    body = re.search(r"<tbody.*?</tbody>", html, re.DOTALL)
    assert body
    return [words(row) for row in re.findall(r"<tr.*?</tr>", body[0], re.DOTALL)]


def test_the_list_says_first_what_did_not_go_well(client: Client):
    html = get(client, "/en/practices")
    assert heading(html) == "55 practices from 14 countries"
    first, table = html.split("<table", 1)
    warned = words(first)
    assert "Myanmar (Burma) · Business regulation MyCO company registry" in warned
    assert "Regressed" in warned
    assert "National digital identity MyDigital ID Below its own target" in warned
    assert len(rows_of("<table" + table)) == 55
    figures = sum(row.standing.figures for row in queries.practices("en"))
    own = sum(row.standing.self_report_alone for row in queries.practices("en"))
    assert f"{own} of {figures} figures rest on self-report alone" in words(html)
    assert "0 of 55 practices were confirmed by their owner here" in words(html)


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("status=regressed", ["mmr-myco"]),
        ("country=KOR&theme=procurement", ["kor-koneps"]),
        ("evidence=survey", ["idn-lapor"]),
        ("track=KASI+solidarity&country=IDN", []),
    ],
)
def test_the_list_is_narrowed(client: Client, query: str, codes: list[str]):
    html = get(client, f"/en/practices?{query}")
    found = re.findall(r'<th role="rowheader"[^>]*><a href="/en/practices/([^"]+)"', html)
    assert found == codes
    assert ("No practice fits this choice." in html) == (codes == [])
    rows = json.loads(get(client, f"/en/practices.json?{query}"))["rows"]
    assert [row["code"] for row in rows] == codes


def test_a_choice_that_there_is_not_is_named_and_refused(client: Client):
    html = get(client, "/en/practices?theme=astrology&status=regressed", status=404)
    assert "There is no choice “astrology” for: Theme." in words(html)
    assert len(rows_of(html)) == 1  # the other choice holds
    get(client, "/en/practices.json?theme=astrology", status=404)
    get(client, "/en/practices?country=%00", status=404)
    get(client, "/en/themes/astrology", status=404)
    get(client, "/en/tracks/regional", status=404)


def test_theme_and_track_are_the_list_with_a_heading(client: Client):
    assert heading(get(client, "/en/themes/data-sharing")) == "Data sharing"
    assert len(rows_of(get(client, "/en/themes/data-sharing"))) == 5
    assert len(rows_of(get(client, "/en/tracks/kasi-solidarity"))) == 1


def test_the_list_as_csv_has_every_practice(client: Client):
    text = get(client, "/en/practices.csv").lstrip("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 55
    myco = next(row for row in rows if row["practice"] == "mmr-myco")
    assert (myco["status"], myco["flags"]) == ("regressed", "regressed")


# --- one practice -------------------------------------------------------------------------------


def test_the_head_answers_what_it_is_whether_it_worked_and_who_says_so(client: Client):
    html = get(client, "/en/practices/kor-koneps")
    head = words(html.split("<section", 1)[0])
    for said in (
        "KONEPS – Korea ON-line E-Procurement System",
        "Single national window for supplier registration",
        "All 3 figures rest on self-report alone.",
        "4 adoptions on record; none says what changed.",
        "figures on self-report alone 3 of 3",
        "The status is as its sources say. Its owner has not confirmed it here.",
        "Would it work here?",
    ):
        assert said in head, said
    assert '<span lang="ko">나라장터</span>' in html


@pytest.mark.parametrize(
    ("year", "said"),
    [
        (2025, "1 year old 2024"),
        (2026, "2 years old 2024"),
        (2024, "of this year 2024"),
        (2023, "of this year 2024"),  # a period that is not over yet
    ],
)
def test_the_head_says_how_old_the_newest_figure_is(year: int, said: str):
    found = queries.practice("idn-spbe", "en")
    assert found is not None
    value, label = practice_page.facts(found, datetime(year, 1, 1, tzinfo=UTC))[3]
    assert f"{label} {value}".endswith(f"newest figure; {said}")


def test_a_reader_of_its_language_gets_its_own_name_first(client: Client):
    html = get(client, "/ko/practices/kor-koneps")
    assert heading(html).startswith("나라장터 KONEPS")
    assert '<span lang="en">KONEPS' in html
    assert '<span lang="en">Single national window' in html


def test_what_was_not_seen_is_said_and_what_is_unverified_is_marked(client: Client):
    text = words(get(client, "/en/practices/kor-koneps"))
    assert (
        "Not verified here the year it began its own name from general knowledge, not in the source" in text
    )
    assert "Since 2002 date not verified" in text
    assert "Not seen: no source says which parts must be kept for it to work." in text
    for name in ("Why it works", "Preconditions", "Costs", "Actors"):
        assert f"{name} not seen" in text


def test_each_figure_stands_under_the_kind_of_evidence_it_rests_on(client: Client):
    html = get(client, "/en/practices/phl-cpa")
    table = re.search(r"<table.*?</table>", html, re.DOTALL)
    assert table
    heads = [words(cell) for cell in re.findall(r'<th[^>]*scope="col".*?</th>', table[0], re.DOTALL)]
    kinds = heads[4:]
    counted = dict.fromkeys(kinds, 0)
    for row in re.findall(
        r'<tr role="row">.*?</tr>', table[0].split("<tbody")[1].split("</tbody>")[0], re.DOTALL
    ):
        cells = [words(cell) for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)][3:]
        for kind, cell in zip(kinds, cells, strict=True):
            counted[kind] += cell == "yes"
    view = queries.practice("phl-cpa", "en")
    assert view is not None
    by_type = view.row.standing.by_type
    assert counted["Evaluation"] == by_type["independent evaluation"] > 0
    assert counted["Self-report"] == by_type.get("self-report", 0)
    assert sum(counted.values()) == sum(by_type.values())


def test_sources_that_disagree_stand_side_by_side(client: Client):
    html = get(client, "/en/practices/idn-edat")
    block = html.split('id="conflict-1"')[1].split("</section>")[0]
    assert "Sources disagree: malaria morbidity per 1,000 people" in words("<div " + block)
    figures = re.findall(r'class="t-figure">(.*?)</p>', block)
    assert [words(figure) for figure in figures] == ["2.7 per 1,000", "5 per 1,000"]
    assert "conflict-1" not in get(client, "/en/practices/kor-koneps")


def test_the_strip_is_a_table_of_every_adoption(client: Client):
    html = get(client, "/en/practices/kor-koneps")
    body = html.split('id="lineage-caption"')[1].split("</table>")[0]
    rows = [words(row) for row in re.findall(r"<tr.*?</tr>", body.split("<tbody")[1], re.DOTALL)]
    assert [row.split(" ")[0] for row in rows] == ["South", "Vietnam", "Tunisia", "Costa", "Mongolia"]
    assert body.count('class="t-strip"') == len(rows)
    assert "Emulation, date not seen, running by 2012" in rows[-1]
    assert all("None recorded" in row for row in rows[1:])


def test_a_practice_that_came_of_another_shows_where_it_came_from(client: Client):
    html = get(client, "/en/practices/idn-lapor")
    body = html.split('id="lineage-caption"')[1].split("</table>")[0]
    rows = [words(row) for row in re.findall(r"<tr.*?</tr>", body.split("<tbody")[1], re.DOTALL)]
    assert [row.split(" ")[0] for row in rows] == ["South", "Indonesia"]
    assert "Inspiration" in rows[1]


def test_two_countries_stand_side_by_side(client: Client):
    html = get(client, "/en/practices/kor-koneps?country=LAO")
    text = words(html.split('id="fit"')[1])
    assert "Laos: furthest below South Korea in “E-participation”" in text
    assert "Online services OSI, EGDI 2024 much lower 1.00 0.33" in text
    assert re.search(r"Group of the GTMI 2025, A the highest to D A C", text)
    assert "None was seen in a source." in text
    assert "Already adopted there" not in text
    assert "Already adopted there: national e-GP system" in words(
        get(client, "/en/practices/kor-koneps?country=VNM")
    )


@pytest.mark.parametrize("country", ["KOR", "XXX", "idn", "%00", "IDN'"])
def test_a_country_that_cannot_be_compared_is_refused(client: Client, country: str):
    html = get(client, f"/en/practices/kor-koneps?country={country}", status=404)
    assert "There is no such country to compare with." in html
    get(client, f"/en/practices/kor-koneps.json?country={country}", status=404)


def test_the_figures_as_csv_and_json_are_those_of_the_query(client: Client):
    rows = list(csv.DictReader(io.StringIO(get(client, "/en/practices/idn-edat.csv").lstrip("\ufeff"))))
    assert [(row["value"], row["evidence_type"]) for row in rows][1:] == [
        ("2.7", "self-report"),
        ("5", "news"),
    ]
    value = json.loads(get(client, "/en/practices/idn-edat.json"))
    assert (value["version"], value["row"]["code"], len(value["claims"])) == (1, "idn-edat", 2)
    assert '"pk"' not in json.dumps(value)
    compared = json.loads(get(client, "/en/practices/kor-koneps.json?country=IDN"))["compared_with"][
        "compared"
    ]
    assert {each["series"] for each in compared} == {"egdi", "gtmi"}


@pytest.mark.parametrize(
    "address",
    [
        "/practices/nothing",
        "/practices/kor-koneps/2",
        "/adoptions/nothing",
        "/meetings/nothing",
        "/practices/a%00",
    ],
)
def test_what_is_not_there_is_not_found(client: Client, address: str):
    get(client, f"/en{address}", status=404)


def test_every_practice_and_every_adoption_opens(client: Client):
    for row in queries.practices("en"):
        get(client, f"/en/practices/{row.code}")
    for edge in queries.network():
        get(client, f"/en/adoptions/{edge.code}")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/en/practices/kor-koneps", "/en/practices/kor-egcc"),
        ("/en/practices", "/en/themes/health"),
        ("/en/adoptions/kor-koneps-vnm", "/en/adoptions/tha-promptpay-sgp"),
    ],
)
def test_the_number_of_queries_does_not_grow_with_the_rows(client: Client, settings, one: str, other: str):
    settings.TELADAN_KEEP = False

    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as found:
            get(client, address)
        return len(found)

    assert asked(one) == asked(other) <= 40


def test_one_page_of_a_kind_stays_small(client: Client):
    for address in ("/en/practices", "/en/exchange/network", "/en/exchange/questions/fit?country=IDN"):
        response = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert len(response.content) < 40_000, address


def test_the_document_is_what_the_record_names(client: Client):
    digest = re.findall(r'document">([0-9a-f]{64})</a>', get(client, "/en/practices/kor-koneps"))
    response = client.get("/en/practices/kor-koneps/document")
    assert [hashlib.sha256(response.content).hexdigest()] == digest
    assert (
        client.get(
            "/en/practices/kor-koneps/document", headers={"If-None-Match": response["ETag"]}
        ).status_code
        == 304
    )
    assert client.post("/en/practices/kor-koneps/document").status_code == 405
    get(client, "/en/practices/nothing/document", status=404)
    entry = re.findall(
        r'Last act</dt><dd><a href="(/record/proof/\d+)"', get(client, "/en/practices/kor-koneps")
    )
    assert digest[0] in _entry(client, entry[0])


def _entry(client: Client, receipt: str) -> str:
    """Return the entry that a receipt carries."""
    text = client.get(receipt).content.decode()
    extra = re.search(r"^extra (\S+)$", text, re.MULTILINE)
    assert extra
    return base64.b64decode(extra[1]).decode()


@pytest.mark.parametrize(
    ("code", "worked", "says"),
    [
        # Outputs only, all of them the owner's own word: the newest, and that no outcome is on record.
        (
            "kor-koneps",
            "44,000 entities (2012). Only what was delivered is on record, no outcome.",
            "Self-report.",
        ),
        # One figure of an index outside.
        ("idn-spbe", "64 rank (2024)", "Index of others."),
    ],
)
def test_the_head_says_whether_it_worked_and_who_says_so(code, worked, says, exchanged, client):
    page = client.get(f"/en/practices/{code}").content.decode()
    head = " ".join(re.sub(r"<[^>]+>", " ", page.partition("<h1")[2].partition('id="claims"')[0]).split())
    head = head.replace(" )", ")").replace("( ", "(").replace(" .", ".")
    asked = head.partition("Did it work?")[2]
    assert worked in asked.partition("Says who?")[0]
    assert says in asked.partition("Says who?")[2].partition("Who learned it?")[0]
    assert "Would it work here?" in head
