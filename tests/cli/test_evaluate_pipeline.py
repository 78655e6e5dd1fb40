"""`teladan evaluate` of a pipeline: a document, or an instrument that holds one."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[1] / "core/composite"
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
