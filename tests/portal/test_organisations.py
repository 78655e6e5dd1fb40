"""The page of an organisation: exact figures, breaks, every answer, and the same in JSON and CSV."""

import csv
import io
import re
from fractions import Fraction
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from teladan.portal.organisations.page import organisation_page
from teladan.publication import queries
from teladan.publication.models import Result
from teladan.registry.models import Organisation
from tests.tables import table_of

pytestmark = pytest.mark.usefixtures("published")
DENPASAR = "/en/organisations/idn-kota-denpasar"


class Text(HTMLParser):
    """The words of a page, without its markup."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def words(html: str) -> str:
    parser = Text()
    parser.feed(html)
    return " ".join(" ".join(parser.parts).split())


def page(client: Client, code: str, language: str = "en") -> str:
    response = client.get(f"/{language}/organisations/{code}")
    assert response.status_code == 200
    return response.content.decode()


def heading(html: str) -> str:
    return words(re.findall(r"<h1>(.*?)</h1>", html, re.DOTALL)[0])


def test_denpasar_from_the_title_down_to_the_answer(client: Client):
    html = page(client, "idn-kota-denpasar")
    text = words(html)
    assert heading(html) == (
        "Kota Denpasar rose from 3.19 to 3.96 in 3 years, from ‘Good ( Baik )’ to ‘Very good ( Sangat Baik )’"
    )
    for said in (
        "3.1925",
        "3.7955 or 3.798",
        "3.958 or 3.9605",
        "The assessor lowered 25 of 47 levels, kept 18 and raised 4",
    ):
        assert said in text
    assert "Quadratic weighted kappa: 0.55." in text
    assert (
        "In 2021 its own levels gave 3.75, ‘Very good ( Sangat Baik )’; "
        "the assessor’s gave 3.19, ‘Good ( Baik )’." in text
    )
    assert "No evidence file was published" in text
    assert 'href="/en/instruments/spbe/2020#I12"' in html
    assert re.search(r'<tr[^>]* id="I12"[^>]*>.*?Peta Rencana SPBE', html)
    assert len(re.findall(r'<tr[^>]* id="I', html)) == 47
    assert "From 2024 the band is read from the exact index" in text


def test_contributions_sum_to_the_index_exactly(client: Client):
    view = queries.organisation("idn-kota-denpasar")
    assert view is not None
    newest, computed = organisation_page(view)["explanations"]
    *parts, total = table_of(str(computed.parts))
    assert len(parts) == 8
    assert sum(Fraction(part["Adds"]) for part in parts) == Fraction("3.1925") == Fraction(total["Adds"])
    indicators = table_of(str(computed.indicators))
    assert len(indicators) == 47
    assert sum(Fraction(indicator["Adds"]) for indicator in indicators) == Fraction("3.1925")
    *parts, total = table_of(str(newest.parts))
    assert [part["Adds"] for part in parts] == ["0.5330", "0.9750", "0.5400", "1.9100 or 1.9125"]
    assert total["Adds"] == "3.9580 or 3.9605"
    assert newest.indicators is None


def test_every_reported_sum_is_one_of_the_exact_values(client: Client):
    """For a sample of all bodies, every set of contributions sums to its own exact index."""
    from teladan.portal.organisations.explanation import _explaining, _sets

    for result in Result.objects.filter(publication="spbe-2024").order_by("position")[::20]:
        view = next(
            v for v in queries.results_of([result.organisation_id]) if v.publication.code == "spbe-2024"
        )
        assert view.edition is not None
        sets = _sets(view, view.edition, _explaining(view, view.edition))
        sums = [sum(values) for values in zip(*sets.values(), strict=True)]
        assert sorted({str(one) for one in sums}) == sorted({str(Fraction(t)) for t in view.exact_indices})


def test_aceh_tengah_shows_the_break_between_two_instruments(client: Client):
    text = words(page(client, "idn-kab-aceh-tengah"))
    assert "Pemdi replaces SPBE: another instrument, not comparable." in text
    assert "Under SPBE it went from 1.88 in 2023 to 2.48 in 2024" in text
    assert "1.2415" in text
    assert "11 of 20 indicators stand at 1, the lowest level" in text
    assert "Computed: every digit can be recomputed." in text


def test_banyuasin_says_what_cannot_be(client: Client):
    html = page(client, "idn-kab-banyuasin")
    assert "is printed 0.30, which the scale cannot produce" in heading(html)
    text = words(html)
    assert "2023: D4 is printed as 0.30; it can only be from 1.00 to 5.00." in text
    assert "rose" not in heading(html)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            "idn-kab-pacitan",
            "In 2024 the band is read from the exact index, 3.4985, and not from the printed 3.50",
        ),
        (
            "idn-kab-nias-barat",
            "In 2023 the band is read from the printed index, 1.80, and not from the exact",
        ),
    ],
)
def test_a_band_that_leans_on_the_rule_is_explained(client: Client, code: str, said: str):
    assert said in words(page(client, code))


def test_numbers_are_written_for_the_reader(client: Client):
    text = words(page(client, "idn-kota-denpasar", "id"))
    assert "3,1925" in text
    assert "3.1925" not in text
    korean = page(client, "idn-kota-denpasar", "ko")
    assert '<span lang="id">Kota Denpasar</span>' in korean
    assert '<span lang="id">Peta Rencana SPBE</span>' in korean


def test_json_and_csv_say_what_the_page_says(client: Client):
    text = words(page(client, "idn-kota-denpasar"))
    value = client.get(f"{DENPASAR}.json").json()
    rows = list(csv.DictReader(io.StringIO(client.get(f"{DENPASAR}.csv").content.decode("utf-8-sig"))))
    by_element = {(row["publication"], row["element"]): row for row in rows}
    assert len(by_element) == len(rows)
    for result in value["results"]:
        row = by_element[result["publication"], "index"]
        assert row["printed"] == result["index"]
        assert row["printed"] in text
        assert row["exact"].split("; ") == result["exact_indices"]
        assert row["kind"] == result["kind"]
        assert row["source"] == result["source"]["title"]
        for code, entry in result["elements"].items():
            if code != "index":
                assert by_element[result["publication"], code]["contribution"] == (
                    entry["contribution"] or ""
                )
    computed = {row["element"]: row for row in rows if row["publication"] == "spbe-2021-denpasar"}
    assert computed["I12"]["answer"] == "4"
    assert computed["I12"]["score"] == "2"
    leaves = [Fraction(row["contribution"]) for code, row in computed.items() if code.startswith("I")]
    assert sum(leaves) == Fraction(computed["index"]["exact"]) == Fraction("3.1925")


def test_how_its_names_were_matched(client: Client):
    text = words(page(client, "idn-kab-aceh-tengah"))
    assert "Kab. Aceh Tengah" in text
    assert "by the name of the place" in text


def test_where_it_stands_counts_its_kind_and_band(client: Client):
    result = Result.objects.get(publication="spbe-2024", organisation="idn-kota-denpasar")
    alike = Result.objects.filter(publication="spbe-2024", organisation__kind="city")
    in_band = alike.filter(band=result.band).count()
    said = (
        f"Of the {alike.count()} bodies of its kind that are listed, "
        f"{in_band} are in the band ‘Very good ( Sangat Baik )’"
    )
    assert said in words(page(client, "idn-kota-denpasar"))


def test_every_organisation_has_a_page(client: Client):
    """Every tenth body, in one language; each has a title and no more queries than any other."""
    codes = Organisation.objects.exclude(kind="country").values_list("code", flat=True)[::10]
    counts = set()
    for code in codes:
        with CaptureQueriesContext(connection) as asked:
            html = page(client, code)
        assert heading(html)
        counts.add(len(asked))
    assert max(counts) <= 8


@pytest.mark.parametrize("code", ["nothing", "idn-kota-atlantis", "x" * 3000])
def test_an_unknown_code_is_not_found(client: Client, code: str):
    assert client.get(f"/en/organisations/{code}").status_code == 404
    assert client.get(f"/en/organisations/{code}.json").status_code == 404


@pytest.mark.parametrize(("ending"), ["", ".json", ".csv"])
def test_a_country_is_sent_to_its_own_page(client: Client, ending: str):
    response: Any = client.get(f"/en/organisations/KOR{ending}")
    assert response.status_code == 302
    assert response.headers["Location"] == f"/en/countries/KOR{ending}"


def test_from_one_edition_to_the_next_both_are_drawn(client: Client):
    view = queries.organisation("idn-kota-denpasar")
    assert view is not None
    (years,) = organisation_page(view)["years"]
    moves = [row for row in table_of(str(years)) if "–" in row["Edition"]]
    assert [(row["Edition"], row["Printed"], row["Band"]) for row in moves] == [
        ("2021–2023", "+0.61", "Good (Baik) → Very good (Sangat Baik)"),
        ("2023–2024", "+0.16", ""),
    ]
    _editions, drawn = str(years).split("<tbody", 2)[1:]
    assert drawn.count("m-ring") == drawn.count("m-dot") == len(moves)
    assert "Change of the printed index" in words(page(client, "idn-kota-denpasar"))


@pytest.mark.parametrize("code", ["idn-kab-banyuasin", "idn-kab-aceh-tengah"])
def test_no_change_is_drawn_from_a_figure_that_cannot_be_or_to_another_instrument(code: str):
    view = queries.organisation(code)
    assert view is not None
    for years in organisation_page(view)["years"]:
        editions = [row["Edition"] for row in table_of(str(years))]
        moves = [edition for edition in editions if "–" in edition]
        several = code == "idn-kab-aceh-tengah" and len(editions) > 1
        assert moves == (["2023–2024"] if several else [])
