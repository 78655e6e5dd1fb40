"""The pages about the method, the data and accessibility: every number counted, every file there."""

import re
from typing import Any

import pytest
from django.test import Client
from markupsafe import Markup

from teladan.portal.about.data import data_page
from teladan.portal.about.data import finding as data_finding
from teladan.portal.about.method import finding, method_page
from teladan.publication import queries
from teladan.publication.queries import overview

pytestmark = pytest.mark.usefixtures("published")


def test_the_finding_of_the_method():
    assert finding(0, 0) == "How a figure here is made"
    assert finding(7, 7) == "All 7 printed rows checked follow from their published method"
    assert finding(4082, 4086) == (
        "Of 4,086 printed rows checked, all but 4 follow from their published method"
    )


def test_the_finding_of_the_data():
    assert data_finding([]) == "Open data"


def test_the_method_counts_what_is_there():
    page = method_page(queries.publications(), overview.remarkable(), overview.names_matched())

    assert ("SPBE", "1,176", "1,177") in page["series"]
    assert ("GTMI", "593", "593") in page["series"]
    assert (page["kinds"]["computed"], page["kinds"]["reported"], page["unchecked"]) == (2, 18, 1)
    misses = [Markup(row["organisation"]).striptags() for row in page["misses"].values()]
    assert "Kabupaten Banyuasin" in misses
    verdicts = {row["verdict"]: int(row["rows"].replace(",", "")) for row in page["verdicts"].values()}
    assert list(verdicts) == ["Consistent", "Inconsistent", "Impossible", "Undecided"]
    assert len(misses) == sum(verdicts.values()) - verdicts["Consistent"]
    names = sum(len(queries.matches(each.code)) for each in queries.publications())
    assert page["matches"].title.startswith(f"{names:,} printed names")


def test_an_empty_site_has_a_method_too():
    page = method_page([], [], {})
    assert page["finding"] == "How a figure here is made"
    assert page["example"] is None
    assert [value for _step, value, _text in page["chain"]] == ["", "", "", "", ""]


def test_the_method_page(client: Client):
    text = client.get("/en/method").content.decode()

    assert "What this does not say" in text
    assert "3.1925" in text
    assert "SPBE: 1,176 of 1,177" in text
    assert "Kabupaten Banyuasin" in text
    assert "pip install ." in text
    assert "D4 is printed as 0.30; it can only be from 1.00 to 5.00." in text
    assert "3,1925" in client.get("/id/method").content.decode()


def test_every_row_that_does_not_follow_is_listed_with_its_reason(client: Client):
    rows = overview.remarkable()
    text = client.get("/en/method").content.decode()

    assert len(rows) == sum(
        count
        for each in queries.publications()
        for verdict, count in each.verdicts.items()
        if verdict != "consistent"
    )
    for row in rows:
        assert (row.country_titles["en"] if row.kind == "country" else row.name) in text
        assert f"/en/results/{row.publication}" in text


def test_every_file_on_the_data_page_is_there(client: Client):
    text = client.get("/en/data").content.decode()
    addresses = set(re.findall(r'href="(/(?:en|api)/[^"#?]*)"', text))

    assert len([a for a in addresses if a.endswith(".csv")]) >= len(queries.publications())
    for address in sorted(addresses):
        assert client.get(address).status_code == 200, address


def test_the_data_page_names_every_publication_and_licence():
    page = data_page(queries.publications(), "https://example.org")
    assert [row.sha256 for row in page["publications"].rows] == [
        each.sha256 for each in queries.publications()
    ]
    assert "https://example.org/en/results/spbe-2023" in page["cite"]
    licences = {each.source.get("licence") for each in queries.publications()}
    assert {licence for licence, _note, _names in page["licences"]} == licences


@pytest.mark.parametrize("language", ["en", "id", "ko"])
@pytest.mark.parametrize("address", ["method", "data", "accessibility"])
def test_in_every_language(client: Client, language: str, address: str):
    response = client.get(f"/{language}/{address}")
    assert response.status_code == 200
    assert f'lang="{language}"' in response.content.decode()


def test_the_queries_of_the_method_page_do_not_grow(client: Client, django_assert_max_num_queries: Any):
    with django_assert_max_num_queries(6):
        client.get("/en/method")
    with django_assert_max_num_queries(3):
        client.get("/en/data")


def test_what_the_checks_found_is_data_too(client: Client):
    value = client.get("/ko/method.json").json()
    rows = client.get("/en/method.csv").content.decode("utf-8-sig").splitlines()

    assert rows[0] == "publication,organisation,name,verdict,reason_code,reason"
    assert len(rows) - 1 == len(value["rows"]) == 4
    assert value["rows"][0]["organisation"] == "idn-kab-banyuasin"
    assert {each["publication"]: each["verdicts"] for each in value["publications"]}["spbe-2024"] == {
        "consistent": 561
    }
