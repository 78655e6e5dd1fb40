"""The pages of published results with the real data: figures, faces, filters, size and speed of growth."""

import csv
import gzip
import hashlib
import io
import json
import re
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.test import Client
from django.utils.translation import gettext, override
from typer.testing import CliRunner

from teladan.portal.names import counted
from teladan.portal.results.findings import short_titles
from teladan.portal.words import figure_of
from teladan.publication import queries
from teladan.publication.queries import EditionView
from tests.tables import table_by_code, table_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]
LANGUAGES = ("en", "id", "ko")


def text(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def table(client: Client, address: str) -> list[dict[str, str]]:
    body = text(client, address)
    assert body.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(body.removeprefix("\ufeff"))))


def rows_of(page: str, view: EditionView) -> dict[str, dict[str, str]]:
    """Return the rows of an edition's page by code, in the current language: {heading: text}."""
    caption = gettext("Index and parts of %(counted)s") % {"counted": counted(view, len(view.rows))}
    return table_by_code(page, caption)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_publication_has_its_pages(client: Client, language: str):
    for publication in queries.publications():
        for page in ("", "/names"):
            assert "<h1>" in text(client, f"/{language}/results/{publication.code}{page}")


def test_the_page_of_2024_says_what_is_known(client: Client):
    page = plain(text(client, "/en/results/spbe-2024"))
    assert "In 559 of 561 public bodies, ‘Services’ scores higher than ‘Management’" in page
    assert "Reported; 561 of 561 consistent" in page
    assert "National mean, 615 bodies, as published" in page
    assert "Mean of the 561 public bodies listed here" in page
    assert "175 of 561 public bodies sit at its lowest value, 1.00." in page
    assert "415 of 561 public bodies reach" in page
    assert "the 54 not listed average from 3.17 to 3.29" in page
    assert "printed 3.50, exactly 3.4985" in page
    assert "From the exact index, before it is rounded for print." in page
    assert "Of 561 public bodies here, 552 are in the edition of 2023 too" in page
    assert "For 1 of them no change is shown" in page
    assert re.search(r"Kabupaten Banyuasin \(\s?1\.05 → 2\.71\)", page)
    for name in ("Nias Barat", "Pacitan", "Luwu"):
        assert f"Kabupaten {name} (printed" in page or f"Kabupaten {name} ( printed" in page
    assert "Rows that cannot be right" not in page


def test_the_page_of_2023_counts_what_cannot_be_right(client: Client):
    page = plain(text(client, "/en/results/spbe-2023"))
    assert "1 row that cannot be right" in page
    assert "Reported; 615 of 616 consistent" in page
    assert "D4 is printed as 0.30; it can only be from 1.00 to 5.00." in page
    assert "the 5 not listed average from −0.11 to 1.13. The lowest index there can be is 1.00." in page


def test_old_surveys_name_every_miss(client: Client):
    page = plain(text(client, "/en/results/egdi-2008"))
    assert "2 rows that cannot be right" in page
    for name, figure in (("Cameroon", "0.2734"), ("Cambodia", "0.2989")):
        assert re.search(rf"{name} Inconsistent Index is printed as {figure}", page)
    assert "Not scored · 11 countries" in page


def test_rows_left_out_of_the_source_are_named(client: Client):
    page = plain(text(client, "/en/results/gtmi-2025"))
    for row in range(594, 599):
        assert f"Row {row}:" in page


def test_no_ranks_where_the_publisher_ranks_nobody_and_the_printed_ones_elsewhere(client: Client):
    for code in ("gtmi-2025", "spbe-2024"):
        page = text(client, f"/en/results/{code}")
        assert 'data-rk="' not in page
        assert not any("Rank" in row for row in rows_of(page, queries.edition(code)).values())
    page = text(client, "/en/results/egdi-2024")
    assert page.count('data-rk="') == 193
    assert rows_of(page, queries.edition("egdi-2024"))["KOR"]["Rank"] == "4"


def test_groups_of_the_gtmi_are_in_order_of_names(client: Client):
    rows = rows_of(text(client, "/en/results/gtmi-2025"), queries.edition("gtmi-2025"))
    names = [row["Name"] for row in rows.values()][:80]
    assert len(names) == 80
    assert names == sorted(names)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["spbe-2023", "egdi-2024", "oecd-dgi-2023", "pemdi-2026-aceh-tengah"])
def test_html_csv_and_json_say_the_same_figures(client: Client, language: str, code: str):
    """Every figure of the CSV stands in its row of the page, with the digits its method declares."""
    page = text(client, f"/{language}/results/{code}")
    data = json.loads(text(client, f"/{language}/results/{code}.json"))
    rows = table(client, f"/{language}/results/{code}.csv")
    assert data["kind"] in {"reported", "computed"}
    assert data["source"]["title"]
    assert [row["organisation"] for row in data["rows"]] == [row["organisation"] for row in rows]
    view = queries.edition(code)
    codes, method = [entry["code"] for entry in view.columns], view.edition
    with override(language):
        drawn = rows_of(page, view)
        titles = {code: title.striptags() for code, title in short_titles(view).items()}
        assert set(drawn) == {row["organisation"] for row in rows}
        for row, value in zip(rows, data["rows"], strict=True):
            assert row["index"] == (value["index"] or "")
            assert row["index_exact"] == (value["exact"] or "")
            cells = drawn[row["organisation"]]
            for element in codes:
                assert row[element] == (value["elements"][element] or "")
                assert cells[titles[element]] == figure_of(method, element, row[element])
            assert cells[view.publication.edition] == figure_of(method, "index", row["index"])


def test_the_csv_of_a_page_is_what_the_command_checks(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Run what the page says on what the page offers."""
    from teladan.cli.app import app

    monkeypatch.chdir(tmp_path)
    expected = {
        "spbe-2023": (615, 1, 0),
        "spbe-2024": (561, 0, 0),
        "egdi-2008": (191, 0, 2),
        "gtmi-2025": (197, 0, 0),
    }
    for code, (consistent, impossible, inconsistent) in expected.items():
        view = queries.edition(code)
        file = tmp_path / f"{code}.csv"
        file.write_bytes(client.get(f"/ko/results/{code}.csv").content)
        address = f"{view.instrument.slug}@{view.instrument.version}"
        command = f"teladan check {address} {code}.csv --edition {view.edition.year}"
        assert command in text(client, f"/ko/results/{code}")
        run = CliRunner().invoke(app, [*command.split()[1:], "--format", "json"])
        assert run.exit_code == (1 if impossible or inconsistent else 0)
        summary = json.loads(run.stdout)["summary"]
        assert summary == {
            "rows": consistent + impossible + inconsistent,
            "consistent": consistent,
            "impossible": impossible,
            "inconsistent": inconsistent,
            "undecided": 0,
        }


def test_filters_narrow_page_and_faces_alike(client: Client):
    query = "?kind=regency&province=jawa-timur&band=Baik"
    rows = table(client, f"/en/results/spbe-2024.csv{query}")
    assert 0 < len(rows) < 38
    assert {(row["kind"], row["region"], row["band"]) for row in rows} == {("regency", "jawa-timur", "Baik")}
    data = json.loads(text(client, f"/en/results/spbe-2024.json{query}"))
    assert len(data["rows"]) == len(rows)
    page = text(client, f"/en/results/spbe-2024{query}")
    assert f"{len(rows)} of 561 public bodies: Regency, Jawa Timur, Baik" in page
    assert f'href="/en/results/spbe-2024.csv{query.replace("&", "&amp;")}"' in page


def test_names_are_found_in_any_language_and_without_accents(client: Client):
    assert [row["organisation"] for row in table(client, "/ko/results/egdi-2024.csv?q=대한민국")] == ["KOR"]
    assert [row["organisation"] for row in table(client, "/en/results/egdi-2024.csv?q=cote+ivoire")] == [
        "CIV"
    ]


def test_orders(client: Client):
    by_change = table(client, "/en/results/spbe-2024.csv?sort=change")
    before = {row.organisation: row.change for row in queries.edition("spbe-2024").rows}
    changes = [before[row["organisation"]] for row in by_change if before[row["organisation"]] is not None]
    assert changes == sorted(changes, reverse=True)
    by_name = [row["name"] for row in table(client, "/en/results/oecd-dgi-2023.csv?sort=name")]
    assert len(by_name) == 38
    assert 'class="group"' in text(client, "/en/results/spbe-2024?sort=region")


@pytest.mark.parametrize("key", ["kind", "province", "band", "sort"])
@pytest.mark.parametrize("value", ["nonsense", "x" * 10_000, "%00", "<script>", "%F0%9F%8E%89"])
def test_choices_that_do_not_exist_are_answered_kindly(client: Client, key: str, value: str):
    page = text(client, f"/en/results/spbe-2024?{key}={value}", 404)
    assert 'role="alert"' in page
    assert "All rows" in page
    assert "<script>" not in page
    assert client.get(f"/en/results/spbe-2024.json?{key}={value}").status_code == 404


@pytest.mark.parametrize("value", ["x" * 10_000, "%00", "%22%3E%3Cscript%3E", "!!!", "zzzz"])
def test_absurd_names_are_answered_kindly(client: Client, value: str):
    page = text(client, f"/id/results/spbe-2024?q={value}")
    assert "<script>" not in page
    assert "/id/results/spbe-2024#rows" in page or "govuk-error-message" in page


@pytest.mark.parametrize(
    "address", ["results/none", "results/none.csv", "results/none/names", "results/none/publication"]
)
def test_unknown_publications_are_not_found(client: Client, address: str):
    text(client, f"/en/{address}", 404)


def test_the_number_of_queries_does_not_grow_with_the_rows(
    client: Client, django_assert_max_num_queries: Any
):
    for code in ("spbe-2021-denpasar", "gtmi-2025", "egdi-2024", "spbe-2023", "spbe-2024"):
        for face in ("", ".json", ".csv"):
            with django_assert_max_num_queries(9):
                client.get(f"/en/results/{code}{face}")
        with django_assert_max_num_queries(4):
            client.get(f"/en/results/{code}/names")
    with django_assert_max_num_queries(5):
        client.get("/en/results")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_page_is_small(client: Client, language: str):
    page = client.get(f"/{language}/results/spbe-2023").content
    assert len(gzip.compress(page, 6)) < 60_000
    assert len(brotli.compress(page, quality=9)) < 60_000
    assert len(set(re.findall(rb"/organisations/(idn-[a-z0-9-]+)", page))) == 616


def test_no_style_and_no_script_stand_in_the_page(client: Client):
    page = text(client, "/en/results/spbe-2024")
    assert "<script" not in page
    assert " style=" not in page


def test_canonical_bytes_carry_their_digest(client: Client):
    publication = queries.publication("spbe-2023")
    response = client.get("/en/results/spbe-2023/publication")
    assert hashlib.sha256(response.content).hexdigest() == publication.sha256
    assert response.headers["ETag"] == f'"{publication.sha256}"'
    again = client.get(
        "/en/results/spbe-2023/publication", headers={"If-None-Match": response.headers["ETag"]}
    )
    assert again.status_code == 304


def test_names_that_needed_a_decision_come_first(client: Client):
    rows = table(client, "/en/results/spbe-2024/names.csv")
    plain_from = next(i for i, row in enumerate(rows) if row["how"] == "exact")
    assert plain_from > 0
    assert all(row["how"] == "exact" for row in rows[plain_from:])
    data = json.loads(text(client, "/en/results/spbe-2024/names.json"))
    assert [entry["printed"] for entry in data["names"]] == [row["printed"] for row in rows]
    page = text(client, "/en/results/spbe-2024/names")
    assert f"{plain_from} of 561 printed names" in page
    shown = table_of(page, "Printed names and how they were matched")
    keys = {"Printed name": "printed", "Matched to": "name", "Note": "note"}
    assert [[row[title] for title in keys] for row in shown] == [
        [row[key] for key in keys.values()] for row in rows
    ]


def test_the_list_of_results_and_its_faces(client: Client):
    rows = table(client, "/en/results.csv")
    data = json.loads(text(client, "/en/results.json"))
    page = text(client, "/en/results")
    assert {row["publication"] for row in rows} == {each["code"] for each in data["publications"]}
    for row in rows:
        assert f'href="/en/results/{row["publication"]}"' in page
        assert f'<section class="t-section" id="{row["series"]}">' in page
    assert "20 published results" in page
    assert "Reported; not checked, the method was not seen" in page


@pytest.mark.parametrize("order", ["value", "name"])
def test_who_was_not_scored_has_no_figure(client: Client, order: str):
    page = text(client, f"/en/results/egdi-2003?sort={order}")
    assert rows_of(page, queries.edition("egdi-2003"))["CAF"]["2003"] == "not scored"
    of = {each["organisation"]: each for each in table(client, "/en/results/egdi-2003.csv")}
    assert of["CAF"]["note"].startswith("not scored: ")


def test_nothing_is_said_to_have_risen_across_a_break(client: Client):
    assert "rose since" not in text(client, "/en/results/egdi-2008")
    assert "rose since" in text(client, "/en/results/egdi-2024")


def test_no_change_is_counted_from_a_figure_that_cannot_be_right(client: Client):
    page = text(client, "/en/results/spbe-2024?province=sumatera-selatan")
    assert "2023: the printed 1.05 cannot be right, so no change is shown." in page
    rows = {row["organisation"]: row for row in client.get("/en/results/spbe-2024.json").json()["rows"]}
    banyuasin = rows["idn-kab-banyuasin"]
    assert (banyuasin["before"], banyuasin["change"]) == ("1.05", None)


def test_provinces_are_counted_and_lead_to_their_rows(client: Client):
    data = json.loads(text(client, "/en/results/spbe-2024.json"))
    rows = [row for row in data["rows"] if row["region"]]
    assert sum(region["rows"] for region in data["regions"]) == len(rows)
    for region in data["regions"]:
        own = [row for row in rows if row["region"] == region["region"]]
        assert region["rows"] == len(own)
        assert region["bands"] == {band: [r["band"] for r in own].count(band) for band in region["bands"]}
    page = text(client, "/en/results/spbe-2024")
    shown = table_of(page, "Bodies listed in each province")
    bands = [band.code for band in queries.edition("spbe-2024").edition.bands]
    assert [(row["Province"], row["Listed"]) for row in shown] == [
        (region["name"], str(region["rows"])) for region in data["regions"]
    ]
    assert [[row[band] for band in bands] for row in shown] == [
        [str(region["bands"][band]) for band in bands] for region in data["regions"]
    ]
    assert f'href="?province={data["regions"][0]["region"]}#rows"' in page
    assert "provincial governments are listed" in page
    assert 'id="provinces"' not in text(client, "/en/results/egdi-2024")


def test_sources_speak_the_readers_language(client: Client):
    assert "Laporan nasional SPBE 2024" in text(client, "/id/results/spbe-2024")
    assert "2024년 전국 SPBE 보고서" in text(client, "/ko/results/spbe-2024")
    source = json.loads(text(client, "/en/results/spbe-2024.json"))["source"]
    assert source["title"] == source["titles"]["en"]
