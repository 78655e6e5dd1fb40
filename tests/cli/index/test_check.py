"""`teladan check`: the published tables, and what the command says about each row."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

PUBLISHED = Path(__file__).parents[3] / "published"
HEADER = "organisation,D1,D2,D3,D4,index,band\n"
GOOD = "Kota Denpasar,3.00,3.30,2.18,3.55,3.19,Baik\n"


def test_spbe_2023_has_one_impossible_row(teladan):
    file = PUBLISHED / "spbe/2023/results.csv"
    run = teladan("check", "spbe@2020", file, "--edition", "2023", "--format", "json")
    value = json.loads(run.out)
    assert (run.status, run.err) == (1, "")
    assert value["summary"] == {
        "rows": 616,
        "consistent": 615,
        "inconsistent": 0,
        "impossible": 1,
        "undecided": 0,
    }
    [banyuasin] = [row for row in value["rows"] if row["verdict"] == "impossible"]
    assert banyuasin == {
        "organisation": "idn-kab-banyuasin",
        "verdict": "impossible",
        "reason": "D4 is printed as 0.30; it can only be from 1.00 to 5.00.",
        "candidates": [],
        "complete": False,
        "index": None,
    }


def test_spbe_2024_is_consistent(teladan):
    run = teladan("check", "spbe@2020", PUBLISHED / "spbe/2024/results.csv", "--edition", "2024")
    assert (run.status, run.err) == (0, "")
    assert run.out.splitlines()[0] == "spbe@2020 edition 2024 · Electronic-Based Government System"
    assert run.out.splitlines()[-1] == "561 rows: 561 consistent, 0 undecided, 0 inconsistent, 0 impossible."


@pytest.mark.parametrize("year", ["2014", "2016", "2018", "2020", "2022", "2024"])
def test_egdi_is_consistent_since_2014(teladan, year):
    file = PUBLISHED / f"egdi/{year}/results.csv"
    run = teladan("check", "egdi", file, "--edition", year, "--ignore", "EPI", "--format", "json")
    summary = json.loads(run.out)["summary"]
    assert (run.status, summary["rows"], summary["consistent"]) == (0, 193, 193)


def test_the_json_of_a_consistent_row_has_exact_candidates(teladan, write):
    run = teladan("check", "spbe", write("a.csv", HEADER + GOOD), "--format", "json")
    assert run.status == 0
    value = json.loads(run.out)
    assert list(value) == ["rows", "summary"]
    [row] = value["rows"]
    assert sorted(row) == ["candidates", "complete", "index", "organisation", "reason", "verdict"]
    assert (row["complete"], row["index"]["from"], row["index"]["to"]) == (True, "319/100", "1277/400")
    assert (row["organisation"], row["verdict"]) == ("Kota Denpasar", "consistent")
    assert {"D1": "3", "D2": "33/10", "D3": "24/11", "index": "1277/400"}.items() <= next(
        candidate.items() for candidate in row["candidates"] if candidate["index"] == "1277/400"
    )
    assert len(row["candidates"]) <= 5


def test_the_table_lists_what_is_wrong_first(teladan, write):
    rows = GOOD + "A,3.00,3.30,2.18,3.55,3.99,Baik\n" + "B,3.00,3.30,2.18,0.30,3.19,Baik\n"
    run = teladan("check", "spbe", write("a.csv", HEADER + rows + GOOD.replace("Kota", "Kab.")))
    lines = run.out.splitlines()[4:]
    assert run.status == 1
    assert [line.split()[0] for line in lines[:4]] == ["B", "A", "Kota", "Kab."]
    assert " 4  impossible    D4 is printed as 0.30; it can only be" in lines[0]
    assert " 3  inconsistent  index is printed as 3.99" in lines[1]
    assert " 2  consistent    3.19 or 3.1925" in lines[2]
    assert lines[-1] == "4 rows: 2 consistent, 0 undecided, 1 inconsistent, 1 impossible."


@pytest.mark.parametrize(
    ("slug", "figure", "says"),
    [
        ("pemdi", "1.24", "from 1.235 to 1.245, among them 1.24"),
        ("spbe", "3.00", "from 2.995 to 3.0045, among them 2.995, 2.997, 3, 3.002, 3.0045"),
        ("egdi", "0.5000", "from 0.49995 to below 0.50005, among them 0.5"),
        ("spbe", "5.00", "5"),
    ],
)
def test_more_exact_indices_than_can_be_named_are_a_range_with_the_printed_one(
    teladan, write, slug, figure, says
):
    run = teladan("check", slug, write("a.csv", f"organisation,index\nX,{figure}\n"))
    assert run.out.splitlines()[4].partition("consistent")[2].strip() == says


def test_a_band_that_does_not_follow_is_inconsistent(teladan, write):
    run = teladan("check", "spbe", write("a.csv", HEADER + GOOD.replace("Baik", "Cukup")))
    assert run.status == 1
    assert "The band is printed as Cukup" in run.out


def test_an_organisation_alone_with_its_index(teladan, write):
    assert teladan("check", "spbe", write("a.csv", "organisation,index\nX,3.19\n")).status == 0
    assert teladan("check", "spbe", write("a.csv", "organisation,index\nX,5.01\n")).status == 1


def test_decimal_commas_semicolons_and_columns_that_do_no_harm(teladan, write):
    text = "organisation;name;region;rank;note;kind;D1;D2;D3;D4;index;index_exact;band\n"
    text += "X;Kota;bali;1;;city;3,00;3,30;2,18;3,55;3,19;3,1925;baik\n"
    run = teladan("check", "spbe", write("a.csv", text))
    assert (run.status, run.err) == (0, "")


def test_a_workbook_is_checked_too(teladan, book):
    rows = [["organisation", "D1", "D2", "D3", "D4", "index"], ["X", 3.0, 3.3, 2.18, 3.55, 3.19]]
    assert teladan("check", "spbe", book(rows)).status == 0


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (HEADER + "X,3.00,3.30,2.18,x,3.19,Baik\n", "a.csv:2:D4: 'x' is not a number (write 3.5 or 7/2)"),
        (HEADER + GOOD + GOOD, "a.csv:3:organisation: 'Kota Denpasar' stands in row 2 already"),
        (
            "organisation,D9\nX,1\n",
            "a.csv:1:D9: unknown code 'D9'; did you mean 'I9'? (to leave it out: --ignore D9)",
        ),
        (
            "organisation,Predikat\nX,1\n",
            (
                "a.csv:1:Predikat: unknown code 'Predikat'; codes are index, D1 … I47 "
                "(to leave it out: --ignore Predikat)"
            ),
        ),
        (
            "organisation,band\nX,Baik\n",
            "a.csv:1: no column holds figures; codes are index, D1 … I47",
        ),
        ("organisation,index\n", "a.csv:1: no organisations: below the header there are no rows"),
        ("organisation,index\nX,1,9\n", None),
    ],
)
def test_wrong_data_is_named_and_nothing_is_printed(teladan, write, content, line):
    run = teladan("check", "spbe", write("a.csv", content))
    assert (run.status, run.out) == (1, "")
    if line:
        assert run.err == line + "\n"


def test_a_row_without_a_figure_is_undecided(teladan, write):
    run = teladan(
        "check", "spbe", write("a.csv", "organisation,index,note\nX,,nothing\n"), "--format", "json"
    )
    assert run.status == 0
    assert json.loads(run.out)["rows"][0]["verdict"] == "undecided"


def test_json_names_the_edition_that_was_taken_on_stderr(teladan, write):
    file = write("a.csv", HEADER + GOOD)
    taken = "a.csv: checked under spbe@2020 edition 2024\n"
    assert teladan("check", "spbe", file, "--format", "json").err == taken
    assert teladan("check", "spbe@2020", file, "--edition", "2024", "--format", "json").err == ""


def test_a_band_in_other_code_points_is_the_same_text(teladan, write):
    row = GOOD.replace("Baik", "Bai\u0301k")
    run = teladan("check", "spbe@2020", write("a.csv", HEADER + row), "--edition", "2024", "--format", "json")
    assert run.status == 1
    assert json.loads(run.out)["rows"][0]["reason"].startswith("Ba\u00edk is not a band of this edition")


def test_a_band_or_a_header_that_could_steer_a_terminal_is_named_without_doing_so(teladan, write):
    run = teladan("check", "spbe@2020", write("a.csv", HEADER + GOOD.replace("Baik", "\x1b[2J")))
    assert (run.status, run.out) == (1, "")
    assert run.err == "a.csv:2:band: '\\x1b[2J' holds a character that cannot be shown\n"
    run = teladan("check", "spbe@2020", write("b.csv", HEADER.replace("D1", "D\x1b1") + GOOD))
    assert (run.status, "\x1b" in run.err) == (1, False)
