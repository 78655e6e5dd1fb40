"""The pages of countries: surveys, breaks, what moved the index, groups without ranks, comparison."""

import csv
import io
import re
from fractions import Fraction
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from teladan.portal.countries.page import countries_page
from teladan.publication import queries
from teladan.registry.models import Country
from tests.portal.test_organisations import heading, words
from tests.tables import table_of

pytestmark = pytest.mark.usefixtures("published")


def get(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def shown(*codes: str, asked: tuple[str, str] = ("", "")):
    countries = [Country.objects.get(code=code) for code in codes]
    return countries_page(countries, queries.results_of(codes), asked)


def test_indonesia_over_twelve_surveys(client: Client):
    html = get(client, "/en/countries/IDN")
    assert heading(html).startswith("Indonesia rose from 0.4487 (2014) to 0.7991 (2024) in the UN index")
    text = words(html)
    for said in (
        "Indonesia was scored in all 12 surveys",
        "Method break. 2012 and before: an index of 0 means “not scored”",
        "Method break. 2010 and before: weights OSI 0.34, HCI 0.33, TII 0.33",
        "Method break. 2005 and before: weights OSI 1/3, HCI 1/3, TII 1/3",
        "The World Bank says that the GTMI is not a ranking.",
        "SPBE 2024: results of each body",
    ):
        assert said in text
    assert html.count("t-break") == 3


def test_what_the_parts_give_sums_to_the_change():
    egdi = shown("IDN", asked=("2016", "2024"))["egdi"]
    assert egdi is not None
    (change,) = egdi.changes
    *parts, total = table_of(str(change.table))
    assert list(total)[1:3] == ["2016", "2024"]
    assert [part["Adds"] for part in parts] == ["+0.1876", "+0.1470", "+0.0166"]
    assert total["Adds"] == "+0.3513"
    assert [part["Share of change"] for part in parts] == ["53%", "42%", "5%"]


@pytest.mark.parametrize(
    ("asked", "problem", "status"),
    [
        (("2008", "2024"), "weigh the parts differently", 200),
        (("2024", "2016"), "an earlier survey first", 200),
        (("2016", ""), "two surveys from the list", 200),
        (("abc", "x" * 10_000), "two surveys from the list", 404),
        (("2016", "%00"), "two surveys from the list", 404),
    ],
)
def test_two_surveys_that_cannot_be_taken_apart(
    client: Client, asked: tuple[str, str], problem: str, status: int
):
    text = words(get(client, f"/en/countries/IDN?from={asked[0]}&to={asked[1]}", status))
    assert problem in text
    assert "Shown instead: 2014–2024" in text


def test_korea_has_the_index_of_the_oecd_as_printed(client: Client):
    text = words(get(client, "/en/countries/KOR"))
    assert "Method not seen" in text
    assert "0.935" in text


def test_surveys_without_score_are_said_so(client: Client):
    html = get(client, "/en/countries/CAF")
    assert "not scored in 2003, 2004, 2005, 2012" in words(html)
    assert html.count("<strong>not scored</strong>") == 4


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("FSM", "2003: HCI is printed as 1.422; it can only be from 0.0000 to 1.0000."),
        (
            "CMR",
            "2008: Index is printed as 0.2734; what is printed for OSI, HCI, TII gives 0.2855",
        ),
        (
            "KHM",
            "2008: Index is printed as 0.2989; what is printed for OSI, HCI, TII gives 0.3017",
        ),
    ],
)
def test_figures_that_do_not_fit_stand_with_their_reason(client: Client, code: str, said: str):
    assert said in words(get(client, f"/en/countries/{code}"))


@pytest.mark.parametrize("code", ["TWN", "HKG", "MAC", "PSE", "XKX"])
def test_economies_that_only_the_world_bank_lists(client: Client, code: str):
    html = get(client, f"/en/countries/{code}")
    assert "The UN survey does not list" in words(html)
    assert "GovTech index" in heading(html)


def test_a_missing_edition_of_the_gtmi_is_a_dash(client: Client):
    html = get(client, "/en/countries/NIC")
    row = re.findall(
        r'<tr role="row" class="group"><th [^>]*scope="rowgroup"[^>]*>Nicaragua.*?</tr>', html, re.DOTALL
    )[0]
    assert words(row).endswith("– –")


def test_the_gtmi_shows_groups_and_no_rank():
    for code in ("KOR", "IDN"):
        gtmi = shown(code)["gtmi"]
        assert gtmi is not None
        values = list(table_of(str(gtmi.table))[0].values())
        assert [value.split()[-1] for value in values[2:]] == (
            ["A", "A", "A"] if code == "KOR" else ["B", "A", "A"]
        )
    assert all(not one.result.rank for one in queries.results_of(["KOR"]) if one.publication.series == "gtmi")


def test_every_country_has_a_page(client: Client):
    counts = set()
    for code in Country.objects.values_list("code", flat=True):
        with CaptureQueriesContext(connection) as asked:
            assert heading(get(client, f"/en/countries/{code}"))
        counts.add(len(asked))
    assert max(counts) <= 17  # seven tell what it has and adopted, three how sure its rank and group are


def test_the_list_has_all_and_no_order_of_merit(client: Client):
    html = get(client, "/en/countries")
    assert "198 countries and economies by name." in words(html)
    for code in Country.objects.values_list("code", flat=True):
        assert f'href="/en/countries/{code}"' in html
    assert html.count('class="at-') == 12
    korean = get(client, "/ko/countries")
    assert "<h3>ㄷ</h3>" in korean


def test_the_list_as_json_and_csv(client: Client):
    value = client.get("/en/countries.json").json()
    rows = list(csv.DictReader(io.StringIO(client.get("/en/countries.csv").content.decode("utf-8-sig"))))
    assert value["newest"] == rows
    assert len(value["countries"]) == 198
    korea = {row["series"]: row for row in rows if row["country"] == "KOR"}
    assert korea["egdi"]["index"] == "0.96789"
    assert korea["gtmi"]["band"] == "A"
    assert "0.9679" in words(get(client, "/en/countries"))


def test_the_csv_of_a_country_holds_what_the_page_rounds(client: Client):
    rows = list(csv.DictReader(io.StringIO(client.get("/en/countries/KOR.csv").content.decode("utf-8-sig"))))
    value = client.get("/en/countries/KOR.json").json()
    text = words(get(client, "/en/countries/KOR"))
    printed = {(row["publication"], row["element"]): row["printed"] for row in rows}
    for result in value["results"]:
        assert printed[result["publication"], "index"] == result["index"]
        if result["series"] == "egdi":
            assert f"{float(Fraction(result['index'])):.4f}" in text
            assert printed[result["publication"], "EPI"] == result["beside"]["EPI"]


def test_two_countries(client: Client):
    html = get(client, "/en/countries/compare?a=KOR&b=IDN")
    assert heading(html) == "Indonesia more than halved its distance to South Korea between 2014 and 2024"
    text = words(html)
    assert "Distance in the UN index: 0.4975 in 2014, 0.1688 in 2024" in text
    for kind in "ab":
        assert f'<line class="l-{kind}"' in html
    assert html.count('class="t-multi"') == 4
    assert "SGP 0.97" in get(client, "/en/countries/compare?a=KOR&b=SGP")


def test_labels_of_two_near_lines_do_not_touch(client: Client):
    html = get(client, "/en/countries/compare?a=KOR&b=SGP")
    shifts = set(re.findall(r'class="lab p-[ab]"[^>]* dy="(-?\d+)"', html))
    assert {"12", "-4"} <= shifts


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "Choose two countries or economies"),
        ("?a=KOR", "Choose a country."),
        ("?b=KOR", "Choose a country."),
        ("?a=KOR&b=KOR", "Choose another country than the first."),
        ("?a=kor&b=KOR", "Choose another country than the first."),
        ("?a=KOR&b=XXX", "There is no country with this code."),
        ("?a=KOR&b=" + "x" * 10_000, "There is no country with this code."),
        ("?a=KOR&b=" + quote("<script>\x00"), "There is no country with this code."),
        ("?a=KOR&b=" + quote("a\x00b"), "There is no country with this code."),
    ],
)
def test_a_comparison_that_cannot_be_made_asks_again(client: Client, query: str, said: str):
    html = get(client, f"/en/countries/compare{query}", 404 if "There is no" in said else 200)
    assert said in words(html)
    assert "<script" not in html
    assert client.get(f"/en/countries/compare.json{query}").status_code == 404


def test_the_error_stands_with_its_field(client: Client):
    html = get(client, "/en/countries/compare?a=KOR&b=XXX", 404)
    assert re.search(r'<select[^>]*id="b"[^>]*aria-describedby="b-error" aria-invalid="true"', html)
    assert 'id="b-error"' in html


def test_lower_case_and_the_comparison_as_json_and_csv(client: Client):
    assert heading(get(client, "/en/countries/compare?a=kor&b=idn")).startswith("Indonesia")
    value = client.get("/en/countries/compare.json?a=KOR&b=IDN").json()
    assert [one["country"] for one in value["countries"]] == ["KOR", "IDN"]
    text = client.get("/en/countries/compare.csv?a=KOR&b=IDN").content.decode("utf-8-sig")
    assert {row["organisation"] for row in csv.DictReader(io.StringIO(text))} == {"KOR", "IDN"}


@pytest.mark.parametrize(
    "pair", [("KOR", "TWN"), ("TWN", "HKG"), ("FSM", "CAF"), ("KHM", "CMR"), ("PRK", "SSD")]
)
def test_pairs_with_gaps(client: Client, pair: tuple[str, str]):
    assert heading(get(client, f"/en/countries/compare?a={pair[0]}&b={pair[1]}"))


@pytest.mark.parametrize("address", ["XXX", "KO", "KOREA"])
def test_an_unknown_country_is_not_found(client: Client, address: str):
    assert client.get(f"/en/countries/{address}").status_code == 404


def test_parts_that_do_not_add_up_and_shares_that_are_none_are_explained():
    for country in queries.exchange_countries():
        egdi = shown(country.code)["egdi"]
        assert egdi is not None
        for change in egdi.changes:
            *parts, total = table_of(str(change.table))
            adds = [Fraction(part["Adds"].replace("−", "-")) for part in parts]
            apart = sum(adds) != Fraction(total["Adds"].replace("−", "-"))
            assert ("rounded by itself" in change.rounding) == apart
            dashes = any(part["Share of change"] == "–" for part in parts)
            assert ("A dash for the share" in change.rounding) == dashes


def test_two_countries_are_compared_and_the_rest_is_named(client: Client):
    said = "Two countries are compared here."
    assert said not in get(client, "/en/countries/compare?a=KOR&b=IDN")
    for more in ("&c=MYS", "&b=MYS", "&countries=1"):
        assert said in get(client, f"/en/countries/compare?a=KOR&b=IDN{more}")


def test_the_list_stands_where_a_series_is_not_published(client: Client):
    from teladan.portal.countries.list_page import list_page
    from teladan.publication.queries.countries import countries

    view = countries()
    view.publications.pop("egdi")
    for one in view.countries:
        one.newest.pop("egdi", None)

    page = list_page(view)

    twelve = table_of(str(page["twelve"]))
    assert list(twelve[0])[:2] == ["Country or economy", "EGDI"]
    korea = next(row for row in twelve if row["Country or economy"] == "South Korea")
    assert korea["EGDI"] == "–"
    assert korea["GTMI 2025"].endswith(" A")
    assert len(korea) == 4
