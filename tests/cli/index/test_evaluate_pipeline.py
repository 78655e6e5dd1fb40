"""`teladan evaluate` of a pipeline: a document, or an instrument that holds one."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[2] / "core/composite"
PIPELINES = [SAMPLE / "sample.yaml", SAMPLE / "within.yaml"]
DATA = SAMPLE / "sample.csv"


@pytest.mark.parametrize("method", PIPELINES, ids=lambda path: path.stem)
def test_table_csv_and_json_say_the_same(teladan, method):
    table, text, told = (
        teladan("evaluate", method, DATA, "--format", form) for form in ("table", "csv", "json")
    )
    assert (table.status, text.status, told.status) == (0, 0, 0)
    results = json.loads(told.out)["results"]
    rows = list(csv.DictReader(io.StringIO(text.out)))
    assert [row["organisation"] for row in rows] == [result["organisation"] for result in results]
    for row, result in zip(rows, results, strict=True):
        assert float(row["index"]) == float(result["index"])
        assert int(row["rank"]) == result["rank"]
        assert float(row["links"]) == result["elements"]["links"]
        assert row["organisation"] in table.out
    assert "median of the group coast" in table.out
    assert "binary64" in table.out


def test_the_life_of_every_value_of_one_organisation(teladan):
    ran = teladan("evaluate", PIPELINES[0], DATA, "--explain", "Dune")
    assert "Letter of the harbour of Dune" in ran.out
    told = json.loads(teladan("evaluate", PIPELINES[0], DATA, "--explain", "Dune", "--format", "json").out)
    steps = [each["step"] for each in told["trace"] if each["indicator"] == "ships"]
    assert steps == ["denominate", "normalise"]
    gone = teladan("evaluate", PIPELINES[0], DATA, "--explain", "Gull")
    assert "dropped by declaration" in gone.out
    nobody = teladan("evaluate", PIPELINES[0], DATA, "--explain", "Dun")
    assert (nobody.status, "did you mean 'Dune'?" in nobody.err) == (2, True)


def test_an_instrument_with_a_pipeline_has_bands_and_editions(teladan):
    first, second = (
        json.loads(teladan("evaluate", PIPELINES[1], DATA, "--edition", year, "--format", "json").out)[
            "results"
        ]
        for year in ("2025", "2026")
    )
    assert {result["band"] for result in first} == {"Open", "Closed"}
    assert [result["index"] for result in first] != [result["index"] for result in second]
    assert all(len(result["index"].partition(".")[2]) == 2 for result in first)


def test_rank_sensitivity_and_diagnose_use_the_pipeline_within(teladan):
    ran = teladan("rank", PIPELINES[1], DATA, "--draws", 50, "--format", "json")
    haven = next(each for each in json.loads(ran.out)["results"] if each["organisation"] == "Haven")
    assert (haven["index"], haven["rank"]["nominal"], haven["bands"]) == ("100.00", 1, {"Open": 1.0})
    assert "harbours@1 edition 2026" in teladan("sensitivity", PIPELINES[1], DATA, "--points", 8).out
    assert "3 indicators" in teladan("diagnose", PIPELINES[1], DATA).out


def test_what_a_pipeline_cannot_do_is_refused(teladan):
    assert teladan("evaluate", PIPELINES[0], DATA, "--keep-going").status == 2
    assert "no editions" in teladan("evaluate", PIPELINES[0], DATA, "--edition", "2024").err
    assert teladan("evaluate", PIPELINES[0], DATA, "--out", "x.parquet").status == 2
    for method in PIPELINES:
        ran = teladan("evaluate", method, "data.parquet", "--out", "x.parquet")
        assert (ran.status, "CSV or XLSX" in ran.err) == (2, True)


PANEL = """\
format: teladan-pipeline/1
data: {unit: country, time: year, groups: [region]}
tree: {code: index, children: [{code: a}, {code: b, direction: less is better}]}
pipeline:
  - impute: {method: latest, reach: "1", otherwise: missing}
  - SCREEN
  - normalise: {method: min-max, parameters: common}
  - aggregate: {least data: "1"}
"""
YEARS = """\
country,year,region,a,b
KOR,2022,E,5,3
KOR,2024,E,,2
SGP,2022,S,6,1
SGP,2024,S,7,1
IDN,2022,S,2,9
IDN,2024,S,3,
MYS,2022,S,,5
MYS,2024,S,4,4
"""


def test_a_panel_has_ranks_within_each_time_and_group(teladan, write):
    method, data = write("panel.yaml", PANEL.replace("  - SCREEN\n", "")), write("panel.csv", YEARS)
    results = json.loads(teladan("evaluate", method, data, "--format", "json").out)["results"]
    found = {(each["organisation"], each["time"]): each for each in results}
    ranks = {key: (each["rank"], each["group_ranks"]["region"]) for key, each in found.items()}
    assert ranks == {
        ("KOR", 2022): (2, 1), ("SGP", 2022): (1, 1), ("IDN", 2022): (3, 2), ("MYS", 2022): (None, None),
        ("KOR", 2024): (2, 1), ("SGP", 2024): (1, 1), ("IDN", 2024): (4, 3), ("MYS", 2024): (3, 2),
    }  # fmt: skip
    assert "index in 2022" in teladan("evaluate", method, data, "--explain", "MYS").out


def test_a_ranking_of_a_panel_says_of_which_time_it_is(teladan, write):
    method, data = write("panel.yaml", PANEL.replace("  - SCREEN\n", "")), write("panel.csv", YEARS)
    ran = teladan("rank", method, data, "--draws", 20)
    assert "ranks: of the units at 2024" in ran.out
    assert "at 2024" in teladan("sensitivity", method, data, "--points", 4).err
    gone = YEARS.replace("2024,E,,2", "2024,E,,").replace("2024,S,7,1", "2024,S,,")
    gone = gone.replace("2024,S,3,", "2024,S,,").replace("2024,S,4,4", "2024,S,,")
    method = write(
        "screened.yaml",
        PANEL.replace("SCREEN", "screen: {units: '1'}").replace(
            '"1", otherwise', '"1", only: [a], otherwise'
        ),
    )
    ran = teladan("rank", method, write("gone.csv", gone), "--draws", 20)
    assert (ran.status, "leaves no unit at 2024" in ran.err) == (1, True)
