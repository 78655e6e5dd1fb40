"""`teladan rank` and `teladan sensitivity`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "tests/core/composite"
EGDI = ROOT / "published/egdi/2024/results.csv"
SPBE = ROOT / "published/spbe/2024/results.csv"
GTMI = ROOT / "published/gtmi/2025/results.csv"
PARTS = """\
organisation,OSI,HCI,TII
KOR,1.0,0.91198,0.9917
SGP,0.9831,0.9362,0.9881
IDN,0.80346,0.72934,0.86448
"""


def test_json_has_the_shape_that_is_promised(teladan):
    ran = teladan("rank", "egdi", EGDI, "--ignore", "EPI", "--draws", 300, "--seed", 7, "--format", "json")
    report = json.loads(ran.out)

    assert ran.status == 0
    assert set(report) == {"seed", "draws", "assumptions", "results"}
    assert (report["seed"], report["draws"], len(report["results"])) == (7, 300, 193)
    (korea,) = [r for r in report["results"] if r["organisation"] == "KOR"]
    assert set(korea) == {"organisation", "index", "rank", "bands", "not_distinguishable"}
    assert (korea["index"], korea["rank"]["nominal"]) == ("0.9679", 4)
    assert korea["rank"]["p5"] <= korea["rank"]["median"] <= korea["rank"]["p95"]
    assert "SGP" in korea["not_distinguishable"]
    assert all(a["text"].startswith("what if: ") for a in report["assumptions"])


def test_every_what_if_says_what_it_moves_alone(teladan):
    arguments = ("rank", "egdi", EGDI, "--ignore", "EPI", "--draws", 50)
    told = json.loads(teladan(*arguments, "--format", "json").out)["assumptions"]
    moved = {each["assumption"]: each["moved"] for each in told}
    assert moved["weights"] > 0.3
    assert moved["aggregate"] > 0.1
    assert 0 < moved["normalise"] < 0.01  # the stretched scale hardly changes 2024
    assert "alone it gives 0.29 % of the units another rank" in teladan(*arguments).out


def test_an_assumption_that_changes_nothing_says_so(teladan, write):
    file = write("a.csv", "organisation,OSI,HCI,TII\nA,1,1,1\nB,0.5,0.5,0.5\n")
    ran = teladan("rank", "egdi", file, "--draws", 10)
    assert ran.out.count("alone it changes no rank.") == 3


def test_the_same_seed_prints_the_same_bytes(teladan, write):
    file = write("a.csv", PARTS)
    one, other, third = (
        teladan("rank", "egdi", file, "--seed", seed, "--format", "json").out for seed in (3, 3, 4)
    )
    assert one == other != third


def test_printed_figures_of_a_law_are_uncertain_by_their_rounding_alone(teladan):
    ran = teladan("rank", "spbe@2020", SPBE, "--edition", "2024", "--draws", 200)
    assert ran.status == 0
    assert "spbe@2020 edition 2024" in ran.out
    assert "every exact index that prints as the row does" in ran.out
    assert "raters: not measured." in ran.out
    assert "what if" not in ran.out


def test_where_there_is_no_ranking_only_bands_are_stated(teladan):
    ran = teladan("rank", "gtmi", GTMI, "--draws", 100, "--format", "json")
    assert {(r["rank"], r["not_distinguishable"]) for r in json.loads(ran.out)["results"]} == {(None, None)}
    table = teladan("rank", "gtmi", GTMI, "--draws", 100).out
    assert "5–95 %" not in table
    assert "bands" in table
    assert teladan("sensitivity", "gtmi", GTMI).status == 2


def test_a_pipeline_with_a_vary_file(teladan, write):
    for name in ("sample.yaml", "sample.csv"):
        shutil.copy(SAMPLE / name, name)
    vary = write(
        "vary.yaml", 'format: teladan-vary/1\nweights: {share: "0.1"}\naggregate: [arithmetic, median]\n'
    )
    ran = teladan("rank", "sample.yaml", "sample.csv", "--vary", vary, "--draws", 60, "--format", "json")
    report = json.loads(ran.out)
    assert [a["text"] for a in report["assumptions"]] == [
        "what if: weights ± 10 % at levels 1, 2, uniform, re-normalised within each parent",
        "what if: aggregate: arithmetic or median, equally likely",
    ]
    assert isinstance(report["results"][0]["index"], float)
    assert set(report) == {"seed", "draws", "assumptions", "results", "changes"}

    told = json.loads(
        teladan(
            "sensitivity", "sample.yaml", "sample.csv", "--vary", vary, "--points", 16, "--format", "json"
        ).out
    )
    assert set(told) == {
        "output", "points", "seed", "mean", "variance", "effects", "removals", "top", "changes",
    }  # fmt: skip
    evaluated = json.loads(teladan("evaluate", "sample.yaml", "sample.csv", "--format", "json").out)
    assert report["changes"] == told["changes"] == evaluated["changes"]
    rules = {(each["step"], each["rule"]): each for each in report["changes"]}
    (imputed,) = (v for k, v in rules.items() if k[0] == "impute")
    assert imputed["count"] == len(imputed["values"]) == 2
    assert all(each["from"] is None and isinstance(each["to"], float) for each in imputed["values"])
    assert {"denominate", "override", "screen", "impute", "treat", "normalise"} == {k[0] for k in rules}
    table = teladan("sensitivity", "sample.yaml", "sample.csv", "--points", 4).out
    for (step, rule), each in rules.items():
        assert f"{step}: {rule}: {each['count']} value" in table
    assert [effect["assumption"] for effect in told["effects"]] == ["weights", "aggregate"]
    assert {each["element"] for each in told["removals"]} >= {"links", "care", "ships"}


def test_sensitivity_of_a_table_reads_well(teladan):
    out = teladan("sensitivity", "egdi", EGDI, "--ignore", "EPI", "--points", 16, "--draws", 50).out
    for said in ("alone", "with others", "Elements removed one by one", "Among the first 10", "OSI"):
        assert said in out


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("rank", "spbe", "a.csv", "--vary", "v.yaml"), 2, "v.yaml:2: weights: of printed figures only"),
        (("rank", "nothing", "a.csv"), 2, "no instrument 'nothing'"),
        (("rank", "egdi", "none.csv"), 2, "there is no such file"),
        (("rank", "egdi", "c.csv", "--vary", "none.yaml"), 2, "none.yaml: there is no such file"),
        (("rank", "egdi", "b.csv"), 1, "b.csv:3:OSI: 9 is not between 0 and 1"),
        (("rank", "egdi", "c.csv", "--vary", "r.yaml"), 1, "is no level of raters"),
        (("sensitivity", "spbe", "a.csv"), 2, "printed figures have no weights"),
        (("sensitivity", "egdi", "c.csv", "--of", "rank"), 2, "go with --unit"),
        (("sensitivity", "egdi", "c.csv", "--of", "rank", "--unit", "XXX"), 1, "there is no such unit"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(teladan, write, arguments, status, message):
    import re

    write("a.csv", "organisation,kind,index\nidn-kota-denpasar,city,3.19\n")
    write("b.csv", PARTS.replace("0.9831", "9"))
    write("c.csv", PARTS)
    write("v.yaml", 'format: teladan-vary/1\nweights: {share: "0.1"}\n')
    write("r.yaml", 'format: teladan-vary/1\nraters: {counts: {"1": {"1": "3"}}, source: a pilot}\n')
    ran = teladan(*arguments)
    assert ran.status == status
    assert re.search(message, ran.err)
    assert ran.out == ""


def test_the_weights_of_a_law_do_not_vary(teladan, write):
    answers = write("answers.csv", (ROOT / "instruments/spbe/2020/example.csv").read_text("utf-8"))
    vary = write("v.yaml", 'format: teladan-vary/1\nweights: {share: "0.1"}\n')
    ran = teladan("rank", "spbe", answers, "--vary", vary)
    assert ran.status == 2
    assert "is law: only raters vary, where their disagreement was measured" in ran.err
    assert "is law" in teladan("sensitivity", "spbe", answers).err

    pairs = {str(level): {str(level): "9"} for level in range(1, 6)} | {"3": {"3": "7", "2": "2"}}
    raters = {"source": "a pilot of 45 pairs", "counts": pairs}
    text = json.dumps({"format": "teladan-vary/1", "raters": raters})  # JSON is YAML too
    report = json.loads(
        teladan("rank", "spbe", answers, "--vary", write("r.yaml", text), "--format", "json").out
    )
    assert report["assumptions"][0]["text"].startswith("raters: another rater's level, by 45 pairs")


def test_one_organisation_alone_has_no_ranking(teladan, write):
    alone, two = write("one.csv", "\n".join(PARTS.split("\n")[:2]) + "\n"), write("all.csv", PARTS)
    assert "one organisation: no ranking." in teladan("rank", "egdi", alone).out
    assert "no ranking" not in teladan("rank", "egdi", two).out


def test_what_is_ranked_as_printed_since_a_part_is_missing_is_said(teladan, write):
    ran = teladan(
        "rank", "egdi", write("a.csv", "organisation,OSI,HCI,index\nKOR,1,0.9,0.9679\nIDN,0.8,0.7,0.7991\n")
    )
    assert "read as printed figures, since there is no column TII" in ran.err
