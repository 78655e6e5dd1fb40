"""The door of the site: what is shown there comes from the data, and the search answers anything."""

import re
from typing import Any

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def test_home_follows_one_number_to_the_ground(client: Client):
    page = plain(text(client, "/en/"))
    assert "Printed 3.19 Kota Denpasar , SPBE 2021" in page
    assert "Exact 3.1925 Rounded once, half up" in page
    assert "Rule 47 indicators Weights of PermenPANRB 59/2020" in page
    assert "Assessor 25 lowered Of 47 self-assessed levels; 18 kept, 4 raised" in page
    assert "Own answers 3.7495" in page
    assert "Sample" not in page


def test_home_shows_the_newest_of_each_series(client: Client):
    page = text(client, "/id/")
    for code in ("spbe-2024", "egdi-2024", "gtmi-2025", "pemdi-2026-aceh-tengah", "oecd-dgi-2023"):
        assert f'href="/id/results/{code}"' in page
    assert "561" in page


def test_home_has_a_tile_for_each_of_the_twelve(client: Client):
    page = text(client, "/en/")
    tiles = re.findall(r'<li class="at-(\w\w) q([1-5])"><a href="/en/countries/([A-Z]{3})">', page)
    assert len(tiles) == 12
    classes = {alpha2: int(number) for alpha2, number, _code in tiles}
    assert classes["kr"] == classes["sg"] == 5
    assert classes["tl"] == 1


def test_home_asks_a_fixed_number_of_questions(client: Client, django_assert_max_num_queries: Any):
    with django_assert_max_num_queries(46):
        client.get("/en/")


def test_home_of_an_empty_database_stands(client: Client):
    from teladan.publication.models import Publication

    Publication.objects.all().delete()
    assert "<h1>" in text(client, "/ko/")
    assert "<h1>" in text(client, "/ko/results")
    assert "<h1>" in text(client, "/ko/search?q=denpasar")


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("denpasar", "/en/organisations/idn-kota-denpasar"),
        ("KOTA  Denpasar", "/en/organisations/idn-kota-denpasar"),
        ("대한민국", "/en/countries/KOR"),
        ("한국", "/en/countries/KOR"),
        ("Republic of Korea", "/en/countries/KOR"),
        ("burma", "/en/countries/MMR"),
        ("lao pdr", "/en/countries/LAO"),
        ("pacitna", "/en/organisations/idn-kab-pacitan"),  # nothing: the nearest name
        ("Korea Selatan", "/en/countries/KOR"),
        ("cote d'ivoire", "/en/countries/CIV"),
        ("spbe", "/en/instruments/spbe/2020"),
        ("govtech", "/en/instruments/gtmi/1"),
        ("전자정부발전지수", "/en/instruments/egdi/1"),
    ],
)
def test_search_finds_in_any_language(client: Client, query: str, address: str):
    response = client.get("/en/search", {"q": query})
    assert f'href="{address}"' in response.content.decode()


def test_each_hit_has_its_newest_result(client: Client):
    page = plain(text(client, "/en/search?q=denpasar"))
    assert "SPBE 2024: 3.96, Very good ( Sangat Baik )" in page
    assert "1 found for “denpasar”" in page
    assert "EGDI 2024: 0.9679" in plain(text(client, "/en/search?q=korea+selatan"))


def test_search_asks_as_often_for_many_as_for_one(client: Client, django_assert_max_num_queries: Any):
    for query in ("denpasar", "kabupaten", "republik"):
        with django_assert_max_num_queries(7):
            client.get("/en/search", {"q": query})


def test_search_says_when_it_shows_only_the_best(client: Client):
    assert "Only the best 50 are shown" in text(client, "/en/search?q=kabupaten")


@pytest.mark.parametrize(
    "query", ["", "zzzzzz", "x" * 10_000, "\x00", "<script>alert(1)</script>", "%%%", "' OR 1=1"]
)
def test_search_answers_anything_with_a_way_out(client: Client, query: str):
    response = client.get("/id/search", {"q": query})
    assert response.status_code == 200
    page = response.content.decode()
    assert "<script>alert" not in page
    assert 'href="/id/results"' in page


def test_what_a_search_found_is_data_too(client: Client):
    value = client.get("/en/search.json?q=denpasar").json()
    rows = client.get("/en/search.csv?q=denpasar").content.decode("utf-8-sig").splitlines()

    names = {key: value[key] for key in ("q", "organisations")}
    assert names == client.get("/api/v1/search?q=denpasar").json()
    assert rows[1:] == ["idn-kota-denpasar,Kota Denpasar,id,city,IDN,bali,Bali"]
    refused = client.get("/id/search.json", {"q": "x" * 1001})
    assert (refused.status_code, "1000" in refused.json()["detail"]) == (404, True)
