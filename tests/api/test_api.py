"""The API: described by OpenAPI, true to its description, and the same as the pages' JSON."""

from typing import Any

import pytest
from django.test import Client

from teladan.api import instrument_schemas, schemas
from teladan.core import library
from teladan.core.instrument import serialize
from teladan.portal.about.data import API, ENDPOINTS
from teladan.publication import queries, serializers
from teladan.registry.models import Organisation

pytestmark = pytest.mark.usefixtures("published")


@pytest.fixture
def openapi(client: Client) -> dict[str, Any]:
    response = client.get("/api/v1/openapi.json")
    assert response.headers["Content-Type"].startswith("application/json")
    return response.json()


# --- the description --------------------------------------------------------------------------


def test_the_description_is_openapi(openapi: dict[str, Any]):
    assert openapi["openapi"].startswith("3.1")
    assert openapi["info"]["title"]
    for path, operations in openapi["paths"].items():
        assert path.startswith("/api/v1/")
        for method, operation in operations.items():
            assert method == "get"  # it only reads
            assert operation["summary"]
            assert operation["description"]
            assert operation["responses"]["200"]["content"]["application/json"]["schema"]
            in_path = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
            assert all(f"{{{name}}}" in path for name in in_path)
            assert not in_path or "404" in operation["responses"]


def test_every_reference_leads_somewhere(openapi: dict[str, Any]):
    known = openapi["components"]["schemas"]

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if "$ref" in value:
                assert value["$ref"].removeprefix("#/components/schemas/") in known
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(openapi)
    for name, schema in known.items():
        assert schema["type"] == "object", name
        assert schema.get("description"), name
        assert "not documented" not in schema["description"]


def test_no_figure_is_described_as_a_binary_number(openapi: dict[str, Any]):
    assert '"number"' not in str(openapi["components"]).replace("'", '"')


def test_the_data_page_lists_every_address(openapi: dict[str, Any]):
    assert sorted(openapi["paths"]) == sorted(f"{API}{path}" for path in ENDPOINTS)


# --- true to its description ---------------------------------------------------------------------


def check(shape: Any, value: dict[str, Any]) -> None:
    """Every field is described, none is lost: what comes out of the schema is what went in."""
    assert shape.model_validate(value).model_dump(by_alias=True) == value


def test_every_publication_is_as_described():
    check(schemas.Publications, serializers.publications_value(queries.publications()))
    for each in queries.publications():
        view = queries.edition(each.code)
        assert view is not None
        check(schemas.Edition, serializers.edition_value(view))


def test_every_organisation_is_as_described():
    countries = [each.code for each in queries.exchange_countries()]
    codes = Organisation.objects.exclude(kind="country").values_list("code", flat=True)[::40]
    for code in ("idn-kota-denpasar", "idn-kab-aceh-tengah", "idn-kab-banyuasin", *codes, *countries):
        view = queries.organisation(code)
        assert view is not None
        check(schemas.Organisation, serializers.organisation_value(view))


def test_every_country_is_as_described():
    check(schemas.Countries, serializers.countries_value(queries.exchange_countries()))
    for country in queries.exchange_countries():
        check(schemas.Country, serializers.country_value(country, queries.results_of([country.code])))


def test_every_instrument_is_as_described():
    check(instrument_schemas.Instruments, serialize.instruments_value(library.everything()))
    for instrument in library.everything():
        check(instrument_schemas.Instrument, serialize.instrument_value(instrument))


# --- the same as the pages ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("api", "page"),
    [
        ("publications", "results"),
        ("publications/spbe-2024", "results/spbe-2024"),
        ("publications/spbe-2021-denpasar", "results/spbe-2021-denpasar"),
        ("publications/egdi-2008", "results/egdi-2008"),
        ("publications/gtmi-2025", "results/gtmi-2025"),
        ("publications/oecd-dgi-2023", "results/oecd-dgi-2023"),
        ("organisations/idn-kota-denpasar", "organisations/idn-kota-denpasar"),
        ("countries/KOR", "countries/KOR"),
        ("instruments", "instruments"),
        ("instruments/spbe/2020", "instruments/spbe/2020"),
        ("instruments/pemdi/2026", "instruments/pemdi/2026"),
    ],
)
def test_page_and_api_say_the_same(client: Client, api: str, page: str):
    assert client.get(f"/api/v1/{api}").json() == client.get(f"/en/{page}.json").json()


def test_the_list_of_countries_is_the_same(client: Client):
    listed = client.get("/en/countries.json").json()["countries"]
    assert client.get("/api/v1/countries").json()["countries"] == listed


# --- asking for what is not there ---------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nowhere",
        "publications/nothing",
        "publications/" + "x" * 3000,
        "organisations/idn-kota-atlantis",
        "countries/XXX",
        "countries/koreanrepublic",
        "instruments/spbe",
        "instruments/spbe/1999",
        "instruments/../../etc/passwd",
        "instruments/spbe/..",
        "publications/spbe-2024/rows",
    ],
)
def test_what_is_not_there_says_so(client: Client, address: str):
    response = client.get(f"/api/v1/{address}")
    assert response.status_code == 404
    assert set(response.json()) == {"detail"}
    assert len(response.content) < 300


@pytest.mark.parametrize("query", ["", "?q=", "?q=" + "x" * 201, "?Q=denpasar", "?q=" + "가" * 10_000])
def test_a_search_that_cannot_be_says_so(client: Client, query: str):
    response = client.get(f"/api/v1/search{query}")
    assert response.status_code == 422
    assert set(response.json()) == {"detail"}


@pytest.mark.parametrize("q", ["%", "'; drop table", "\u0000", "xyzzy", "   "])
def test_odd_searches_find_nothing(client: Client, q: str):
    response = client.get("/api/v1/search", {"q": q})
    assert response.status_code == 200
    assert response.json() == {"q": q, "organisations": []}


def test_search_finds(client: Client):
    found = client.get("/api/v1/search", {"q": "denpasar"}).json()["organisations"]
    assert "idn-kota-denpasar" in {each["organisation"] for each in found}
    check(schemas.Search, client.get("/api/v1/search", {"q": "kota"}).json())
    assert len(client.get("/api/v1/search", {"q": "kota"}).json()["organisations"]) <= 50


def test_it_only_reads(client: Client):
    for method in ("post", "put", "delete", "patch"):
        assert getattr(client, method)("/api/v1/publications").status_code == 405


def test_whoever_has_it_is_told_so(client: Client):
    first = client.get("/api/v1/publications/spbe-2024")
    again = client.get("/api/v1/publications/spbe-2024", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert first.headers["Last-Modified"]


def test_the_queries_do_not_grow_with_the_rows(client: Client, settings: Any):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    settings.TELADAN_KEEP = False
    counts = set()
    for code in ("oecd-dgi-2023", "gtmi-2020", "spbe-2023"):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/api/v1/publications/{code}").status_code == 200
        counts.add(len(asked))
    assert max(counts) <= 7


@pytest.mark.parametrize("address", ["/publications", "/publications/spbe-2024", "/search?q=denpasar"])
def test_head_is_answered_as_get(client: Client, published: None, address: str):
    full, head = (getattr(client, verb)(f"/api/v1{address}") for verb in ("get", "head"))

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Type"] == full.headers["Content-Type"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("publications/a%00b", 404),
        ("organisations/%00", 404),
        ("countries/%00", 404),
    ],
)
def test_what_the_database_cannot_look_for_is_answered_as_json(client: Client, address: str, status: int):
    response = client.get(f"/api/v1/{address}")

    assert response.status_code == status
    assert set(response.json()) == {"detail"}
