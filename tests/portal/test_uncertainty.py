"""How sure a ranking is, on the pages of editions, organisations and countries, and in its full report."""

import csv
import gzip
import io
import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from typer.testing import CliRunner

from teladan.portal.uncertainty import page as rank_report
from teladan.portal.uncertainty import words
from teladan.portal.uncertainty.data import HEADER
from teladan.publication import queries
from teladan.publication.queries.uncertainty import Ranking, ranking
from tests.tables import table_by_code

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]
LANGUAGES = ("en", "id", "ko")
RANKED = ("spbe-2024", "egdi-2024")
REPORTS = ("spbe-2023", *RANKED, "gtmi-2025", "spbe-2021-denpasar", "pemdi-2026-aceh-tengah")
QUANTILES = ("p5", "median", "p95")
ROW = r'<tr role="row" id="%s"[^>]*>(.*?)</tr>'


def text(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def drawn(code: str) -> Ranking:
    publication = queries.publication(code)
    assert publication is not None
    found = ranking(publication)
    assert found is not None
    return found


def rows_of(client: Client, address: str) -> list[dict[str, str]]:
    body = text(client, address).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(body)))


# --- the page of an edition -------------------------------------------------------------------


@pytest.mark.parametrize("code", RANKED)
def test_every_row_of_an_edition_has_its_interval_in_figures_and_drawn(client: Client, code: str):
    page = text(client, f"/en/results/{code}")
    found = drawn(code)
    assert page.count('class="t-strip t-strip--rank"') == len(found.standings)
    printed = {row.organisation: row.rank for row in queries.edition(code).rows}
    rows = table_by_code(page, "Index and parts of ")
    assert rows.keys() == found.standings.keys()
    for organisation, standing in found.standings.items():
        cells = [text for heading, text in rows[organisation].items() if "90% interval" in heading]
        span = words.span(standing)
        assert span is not None
        if printed[organisation] == str(standing.nominal):
            assert cells == [span.text]
        elif span.low == span.high == standing.nominal:
            assert cells == [str(standing.nominal)]
        else:
            assert cells == [f"{standing.nominal} ({span.text})"]


def test_law_varies_nothing_but_the_rounding_of_print(client: Client):
    page = plain(text(client, "/en/results/spbe-2024"))
    assert "Only the rounding of the printed figures is uncertain here; raters: not measured." in page
    assert "What if" not in page
    assert 'href="/en/results/spbe-2024/uncertainty"' in text(client, "/en/results/spbe-2024")


def test_research_is_labelled_what_if_and_no_error(client: Client):
    for address in ("/en/results/egdi-2024", "/en/results/egdi-2024/uncertainty", "/en/countries/KOR"):
        page = plain(text(client, address))
        assert "What if: every weight up to 25% higher or lower" in page
        assert "This is not an error of the index." in page
        assert "raters" not in page.lower()


def test_no_ranks_and_no_pairs_where_the_publisher_ranks_nobody(client: Client):
    for address in ("/en/results/gtmi-2025", "/en/results/gtmi-2025/uncertainty"):
        page = text(client, address)
        assert "t-strip--rank" not in page
        assert "Cannot be told apart" not in page
        assert "Draws by group" in page
    value = json.loads(text(client, "/en/results/gtmi-2025/uncertainty.json"))
    assert value["ranked"] is False
    assert {(row["rank"], row["not_distinguishable"]) for row in value["results"]} == {(None, None)}
    rows = rows_of(client, "/en/results/gtmi-2025/uncertainty.csv")
    assert {row[key] for row in rows for key in ("rank", "rank_p5", "rank_p95", "not_distinguishable")} == {
        ""
    }
    assert "no ranks are shown" in plain(text(client, "/en/results/gtmi-2025/uncertainty"))


def test_groups_are_told_by_the_share_of_the_draws_in_each(client: Client):
    page = text(client, "/en/results/gtmi-2025")
    several = {
        code: words.ordered(each.bands)
        for code, each in drawn("gtmi-2025").standings.items()
        if len(each.bands) > 1
    }
    assert several
    rows = table_by_code(page, "Index and parts of ")
    for code, shares in several.items():
        said = " · ".join(f"{band} {words.share_text(share)}" for band, share in shares)
        assert rows[code]["Draws by group"] == said
    report = plain(text(client, "/en/results/gtmi-2025/uncertainty"))
    assert f"of 197 economies are in more than one group {len(several)} " in report
    assert f"In more than one group · {len(several)} economies" in report


@pytest.mark.parametrize("code", ["spbe-2021-denpasar", "pemdi-2026-aceh-tengah"])
def test_one_body_alone_has_no_ranking(client: Client, code: str):
    for address in (f"/en/results/{code}", f"/en/results/{code}/uncertainty"):
        page = text(client, address)
        assert "one body alone has no ranking" in plain(page).lower()
        assert "no interval is invented" in plain(page)
        assert "t-strip--rank" not in page
        assert "teladan rank" not in page


def test_without_a_method_nothing_is_said_of_it(client: Client):
    page = plain(text(client, "/en/results/oecd-dgi-2023"))
    assert "The method was not seen, so how sure this order is cannot be said." in page
    report = text(client, "/en/results/oecd-dgi-2023/uncertainty")
    assert "The method was not seen" in plain(report)
    assert "<table" not in report


# --- the full report --------------------------------------------------------------------------


@pytest.mark.parametrize("code", RANKED)
def test_the_title_counts_the_neighbours_that_can_be_told_apart(client: Client, code: str):
    found = drawn(code)
    # Among equal printed figures the order is that of the draws: by name the count would be chance.
    order = sorted(found.standings.values(), key=lambda each: (each.nominal, each.median, each.organisation))
    apart = sum(after.organisation not in before.alike for before, after in pairwise(order))
    assert (apart, len(order) - 1) == rank_report.neighbours(list(found.standings.values()))
    heading = re.search(r"<h1>(.*?)</h1>", text(client, f"/en/results/{code}/uncertainty"))
    assert heading
    pairs = f"of {len(order) - 1} pairs that follow each other in rank"
    assert f"{pairs}, {apart} can be told apart" in heading[1]


@pytest.mark.parametrize("code", RANKED)
def test_each_unit_names_those_it_cannot_be_told_apart_from(client: Client, code: str):
    page = text(client, f"/en/results/{code}/uncertainty")
    for organisation, standing in drawn(code).standings.items():
        row = re.search(ROW % organisation, page)
        assert row, organisation
        assert set(re.findall(r'<a href="#([^"]+)"', row[1])) == set(standing.alike)
        for other in standing.alike:
            assert organisation in drawn(code).standings[other].alike


@pytest.mark.parametrize("code", ["spbe-2023", *RANKED, "gtmi-2025"])
def test_the_command_of_the_page_draws_the_same_from_its_csv(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str
):
    """Run what the page says on what the page offers: every figure comes out as published."""
    from teladan.cli.app import app

    monkeypatch.chdir(tmp_path)
    page = text(client, f"/id/results/{code}/uncertainty")
    command = re.search(r"teladan (rank \S+ (\S+) --edition \S+ --draws \d+ --seed \d+)", page)
    assert command
    file = tmp_path / command[2]
    file.write_bytes(client.get(f"/id/results/{code}.csv").content)
    run = CliRunner().invoke(app, [*command[1].split(), "--format", "json"])
    assert run.exit_code == 0, run.stderr
    again = json.loads(run.stdout)
    said = json.loads(text(client, f"/id/results/{code}/uncertainty.json"))
    assert (again["seed"], again["draws"]) == (said["seed"], said["draws"])
    published_texts = {each["text"] for each in said["assumptions"]}
    assert {each["text"] for each in again["assumptions"]} <= published_texts
    drawn_again = {row["organisation"]: row for row in again["results"]}
    assert drawn_again.keys() == {row["organisation"] for row in said["results"]}
    for row in said["results"]:
        other = drawn_again[row["organisation"]]
        assert (row["rank"] is None) == (other["rank"] is None)
        if row["rank"]:
            # The rank itself is that of the printed index; the command has the parts alone to rank by.
            keys = ("nominal", "p5", "median", "p95") if said["kind"] == "rounding of print" else QUANTILES
            assert [row["rank"][key] for key in keys] == pytest.approx([other["rank"][key] for key in keys])
            assert sorted(row["not_distinguishable"]) == sorted(other["not_distinguishable"])
        assert row["bands"] == pytest.approx(other["bands"])


@pytest.mark.parametrize("code", REPORTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_page_json_and_csv_say_the_same(client: Client, language: str, code: str):
    page = text(client, f"/{language}/results/{code}/uncertainty")
    value = json.loads(text(client, f"/{language}/results/{code}/uncertainty.json"))
    rows = rows_of(client, f"/{language}/results/{code}/uncertainty.csv")
    found = drawn(code)
    assert (value["publication"], value["kind"]) == (code, found.kind)
    assert [row["organisation"] for row in rows] == [row["organisation"] for row in value["results"]]
    assert {row["organisation"] for row in rows} == set(found.standings)
    for row, result in zip(rows, value["results"], strict=True):
        assert tuple(row) == HEADER
        assert (int(row["draws"]), int(row["seed"])) == (value["draws"], value["seed"])
        assert row["assumptions"] == "; ".join(each["text"] for each in value["assumptions"])
        assert row["index"] == (result["index"] or "")
        rank = result["rank"] or {"nominal": None, "p5": None, "median": None, "p95": None}
        names = {"nominal": "rank", "p5": "rank_p5", "median": "rank_median", "p95": "rank_p95"}
        for key, name in names.items():
            assert row[name] == ("" if rank[key] is None else str(rank[key]))
        assert row["not_distinguishable"].split() == (result["not_distinguishable"] or [])
        assert dict(part.rsplit(":", 1) for part in _parts(row["bands"])) == {
            band: str(share) for band, share in result["bands"].items()
        }
    if len(rows) > 1:
        assert set(re.findall(r'<tr role="row" id="([^"]+)"', page)) == set(found.standings)


def _parts(bands: str) -> list[str]:
    """Return "A:0.5 B:0.5" in its parts; names of bands may hold blanks."""
    return re.findall(r"\S.*?:[\d.e-]+(?=\s|$)", bands)


def test_what_varies_stands_in_a_table_with_what_was_not_measured(client: Client):
    page = plain(text(client, "/en/results/spbe-2024/uncertainty"))
    assert "Rounding of print every exact index that prints as the row does" in page
    assert "Raters not measured: nobody scored the same twice here" in page
    page = plain(text(client, "/en/results/spbe-2023/uncertainty"))
    assert "1 row cannot come from the method and counts as it is printed" in page
    page = plain(text(client, "/en/results/egdi-2024/uncertainty"))
    assert "a question asked of the index, not a measurement" in page


@pytest.mark.parametrize("language", ["id", "ko"])
def test_every_assumption_and_reason_is_told_in_the_readers_language(client: Client, language: str):
    for publication in queries.publications():
        page = text(client, f"/{language}/results/{publication.code}/uncertainty")
        end = page.find('id="rows"') if 'id="rows"' in page else page.index('id="again"')
        inside = page[page.index("<main") : end]
        assert 'lang="en"' not in inside, publication.code


def test_one_row_is_shown_with_those_like_it(client: Client):
    korea = drawn("egdi-2024").standings["KOR"]
    page = text(client, "/en/results/egdi-2024/uncertainty?organisation=KOR")
    assert set(re.findall(r'<tr role="row" id="([A-Z]{3})"', page)) == {"KOR", *korea.alike}
    assert 'id="KOR" class="is-here"' in page
    sentence = words.rank_sentence(korea, 193).removesuffix(".")
    assert f"South Korea: {sentence}" in plain(page)
    rows = rows_of(client, "/en/results/egdi-2024/uncertainty.csv?organisation=KOR")
    assert [row["organisation"] for row in rows] == ["KOR"]
    value = client.get("/en/results/egdi-2024/uncertainty.json?organisation=KOR").json()
    assert [row["organisation"] for row in value["results"]] == ["KOR"]


@pytest.mark.parametrize("asked", ["XXX", "idn-kota-denpasar", "%00", "<script>", "x" * 5_000])
def test_who_is_not_in_an_edition_is_not_found(client: Client, asked: str):
    for face in ("", ".json", ".csv"):
        assert client.get(f"/en/results/egdi-2024/uncertainty{face}?organisation={asked}").status_code == 404
    assert client.get("/en/results/none/uncertainty").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["spbe-2023", "egdi-2024", "gtmi-2025"])
def test_a_report_is_small(client: Client, language: str, code: str):
    page = client.get(f"/{language}/results/{code}/uncertainty").content
    assert len(gzip.compress(page, 6)) < 60_000
    assert b"<script" not in page
    assert b" style=" not in page


def test_a_report_is_kept_and_not_sent_twice(client: Client):
    first = client.get("/en/results/egdi-2024/uncertainty")
    assert first.headers["Last-Modified"]
    etag = first.headers["ETag"]
    again = client.get("/en/results/egdi-2024/uncertainty", headers={"If-None-Match": etag})
    assert again.status_code == 304


def test_the_number_of_queries_does_not_grow_with_the_rows(
    client: Client, django_assert_max_num_queries: Any
):
    for code in ("spbe-2021-denpasar", "gtmi-2025", "egdi-2024", "spbe-2023"):
        for face in ("", ".json", ".csv"):
            with django_assert_max_num_queries(9):
                client.get(f"/en/results/{code}/uncertainty{face}")


def test_an_edition_says_why_an_interval_lies_beside_its_rank(client: Client):
    """8 (9) is no slip: the exact figures behind equal printed ones lie apart."""
    why = "so an interval can lie beside its rank"
    assert re.search(r"<strong>8</strong> \(9\)", client.get("/en/results/spbe-2024").content.decode())
    assert why in text(client, "/en/results/spbe-2024")
    assert why not in text(client, "/en/results/egdi-2024")


def test_a_mean_that_a_zero_makes_zero_says_so(client: Client):
    """Three members have a part of 0: under the geometric mean they are last."""
    assert "geometric (0 where a part is 0), each draw anew" in text(
        client, "/en/results/egdi-2024/uncertainty"
    )
