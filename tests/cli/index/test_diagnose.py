"""`teladan diagnose`."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "tests/core/composite/sample.yaml"
DATA = ROOT / "tests/core/composite/sample.csv"
SPBE = ROOT / "published/spbe/2024/results.csv"
PARTS = """\
organisation,OSI,HCI,TII
KOR,1.0,0.91198,0.9917
SGP,0.9831,0.9362,0.9881
IDN,0.80346,0.72934,0.86448
LAO,0.3,0.5,0.4
"""


def test_a_pipeline_is_diagnosed_and_the_report_written(teladan, write):
    write("here", "")
    ran = teladan("diagnose", SAMPLE, DATA, "--report", "out.html")

    assert (ran.status, ran.err) == (0, "out.html: written\n")
    assert ran.out.startswith("Sample index of open harbours (invented) · 7 rows × 5 indicators\n")
    assert "Screening left out 1 of 8 rows." in ran.out
    lines = [" ".join(line.split()) for line in ran.out.splitlines()]
    assert "links 3 7 0.502 73.1 % 1" in lines
    html = Path("out.html").read_text(encoding="utf-8")
    assert html.startswith('<!doctype html>\n<html lang="en">')
    for file in (SAMPLE, DATA):
        assert f"{file.name}, SHA-256 {hashlib.sha256(file.read_bytes()).hexdigest()}" in html
    assert str(ROOT) not in html
    assert [path.name for path in Path().iterdir() if path.name != "here"] == ["out.html"]


def test_json_has_the_shape_that_is_promised(teladan, write):
    file = write("a.csv", PARTS)
    ran = teladan("diagnose", "egdi@1", file, "--edition", "2024", "--format", "json")
    value = json.loads(ran.out)

    assert (ran.status, ran.err) == (0, "a.csv: read under egdi@1 edition 2024\n" if ran.err else "")
    assert list(value) == [
        "units", "indicators", "method", "thresholds", "notes", "findings", "data", "same_units",
        "same_indicators", "correlations", "within", "between", "parents", "components", "alpha",
        "weights", "redundancy",
    ]  # fmt: skip
    assert (value["units"], value["indicators"], value["method"]) == (4, 3, "pearson")
    assert value["correlations"]["codes"] == ["OSI", "HCI", "TII", "index"]
    assert [pair["flag"] for pair in value["within"]] == ["high"] * 3
    (redundant,) = {one["reason"] for one in value["redundancy"]}
    assert redundant == "rows with every value: 4, and 5 are needed"


def test_the_correlation_that_is_pointed_out_can_be_chosen(teladan, write):
    file = write(
        "a.csv", "organisation,OSI,HCI,TII\nA,0.1,0.1,0.4\nB,0.2,0.3,0.3\nC,0.3,0.9,0.2\nD,0.9,1,0.1\n"
    )
    flags = {}
    for method in ("pearson", "spearman", "kendall"):
        ran = teladan("diagnose", "egdi", file, "--correlation", method, "--format", "json")
        flags[method] = [pair["flag"] for pair in json.loads(ran.out)["within"]]
    assert flags == {
        "pearson": ["", "negative", "negative"],
        "spearman": ["high", "negative", "negative"],
        "kendall": ["high", "negative", "negative"],
    }
    assert teladan("diagnose", "egdi", file, "--correlation", "cosine").status == 2


def test_the_same_input_gives_the_same_bytes(teladan, write):
    write("a.csv", PARTS)
    for name in ("one.html", "two.html"):
        assert teladan("diagnose", "egdi", "a.csv", "--report", name).status == 0
    assert Path("one.html").read_bytes() == Path("two.html").read_bytes()


def test_nothing_that_stands_out_is_said(teladan, write):
    rows = "".join(f"O{i},{i / 10},{(i * 3 % 10) / 10},{(i * 7 % 10) / 10}\n" for i in range(10))
    file = write("a.csv", "organisation,OSI,HCI,TII\n" + rows)
    found = json.loads(teladan("diagnose", "egdi", file, "--format", "json").out)["findings"]
    assert ("Nothing stands out." in teladan("diagnose", "egdi", file).out) == (found == [])


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("data.csv", "--report data.csv: the report is an HTML file; let its name end in .html"),
        ("folder.html", "--report folder.html: this is a folder; name a file in it, such as diagnosis.html"),
        ("nowhere/out.html", "--report nowhere/out.html: there is no folder nowhere"),
    ],
)
def test_a_place_that_is_none_is_refused_before_anything_is_read(teladan, write, name, reason):
    write("data.csv", PARTS)
    Path("folder.html").mkdir()
    ran = teladan("diagnose", "egdi", "not-there.csv", "--report", name)
    assert (ran.status, ran.out, ran.err) == (2, "", f"{reason}\n")
    assert Path("data.csv").read_text() == PARTS


@pytest.mark.parametrize(
    ("arguments", "status", "reason"),
    [
        (("egdi", "gone.csv"), 2, "gone.csv: there is no such file"),
        (("nothing", "a.csv"), 2, "no instrument 'nothing'"),
        (("egdi", "a.csv", "--edition", "1999"), 2, "has no edition 1999"),
        ((SAMPLE, DATA, "--edition", "2024"), 2, "a pipeline has no editions"),
        (("egdi", "a.csv", "--decimal", "dot"), 2, "--decimal 'dot': say point or comma"),
        (("spbe@2020", SPBE), 2, "printed figures have nothing below them to diagnose"),
        (("egdi", "one.csv"), 1, "diagnosis: unit KOR: one unit alone has no correlation"),
        (("egdi", "wrong.csv"), 1, "wrong.csv:2:HCI: 7 is not between 0 and 1"),
        ((SAMPLE, "a.csv"), 1, "the pipeline reads this column"),
    ],
)
def test_bad_input_is_named(teladan, write, arguments, status, reason):
    write("a.csv", PARTS)
    write("one.csv", "organisation,OSI,HCI,TII\nKOR,1,1,1\n")
    write("wrong.csv", "organisation,OSI,HCI,TII\nKOR,1,7,1\nSGP,1,1,1\n")
    ran = teladan("diagnose", *arguments, "--report", "out.html")
    assert (ran.status, ran.out) == (status, "")
    assert reason in ran.err
    assert not Path("out.html").exists()


@pytest.mark.parametrize(
    ("column", "step", "reason"),
    [
        ("7,7,7,7,7", "normalise", "indicator x"),
        (",,,,", "impute", "indicator x"),
        ("1,2,inf,3,4", "data", "'inf' is not a finite number"),
        ("1,2,-3,3,4", "treat", "indicator x"),
    ],
)
def test_what_a_step_refuses_is_named_with_its_place(teladan, write, column, step, reason):
    write(
        "p.yaml",
        "format: teladan-pipeline/1\ntree:\n  code: index\n  children: [{code: x}, {code: y}]\n"
        "pipeline:\n  - impute: {method: mean}\n  - treat: {test: none, stages: [{log: plain}]}\n"
        "  - normalise: min-max\n  - aggregate:\n".replace(
            "normalise: min-max", "normalise: {method: min-max}"
        ),
    )
    cells = "".join(f"U{i},{x},{i + 1}\n" for i, x in enumerate(column.split(",")))
    ran = teladan("diagnose", "p.yaml", write("d.csv", "unit,x,y\n" + cells))
    assert ran.status == 1
    assert f"d.csv: {step}: " in ran.err
    assert reason in ran.err
