"""How the verbs of an index end: 0 done, 1 something is wrong in the data, 2 could not run."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import HEADER, ROWS

GOOD = f"{HEADER}\n{ROWS}"
PARTLY = f"{HEADER}\n{ROWS}IDN,9,1,1\n"
CONSISTENT = "organisation,OSI,HCI,TII,index\nKOR,1.0000,0.9120,0.9917,0.9679\n"
INCONSISTENT = CONSISTENT.replace("0.9679", "0.9000")
IMPOSSIBLE = CONSISTENT.replace("0.9679", "1.2000")
VERBS = ("evaluate", "check", "rank", "sensitivity", "diagnose")


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_evaluate_that_goes_on_past_a_wrong_row_ends_with_1(teladan, write, form):
    run = teladan("evaluate", "egdi", write("a.csv", PARTLY), "--keep-going", "--format", form)
    assert run.status == 1
    assert run.out
    assert "a.csv:4:OSI: 9 is not between 0 and 1\n" in run.err
    assert "a.csv: 2 organisations evaluated, 1 row left out\n" in run.err
    whole = teladan("evaluate", "egdi", write("b.csv", GOOD), "--keep-going", "--format", form)
    assert whole.status == 0
    assert whole.out == run.out


def test_evaluate_cannot_go_on_where_no_row_is_left(teladan, write):
    run = teladan("evaluate", "egdi", write("a.csv", f"{HEADER}\nIDN,9,1,1\n"), "--keep-going")
    assert (run.status, run.out, run.err) == (1, "", "a.csv:2:OSI: 9 is not between 0 and 1\n")


@pytest.mark.parametrize(
    ("content", "verdict", "status"),
    [
        (CONSISTENT, "consistent", 0),
        (INCONSISTENT, "inconsistent", 1),
        (IMPOSSIBLE, "impossible", 1),
        (CONSISTENT + IMPOSSIBLE.splitlines()[1].replace("KOR", "XXX") + "\n", "impossible", 1),
    ],
)
def test_check_ends_by_the_worst_verdict(teladan, write, content, verdict, status):
    file = write("a.csv", content)
    run = teladan("check", "egdi", file, "--edition", "2024", "--format", "json")
    assert run.status == teladan("check", "egdi", file, "--edition", "2024").status == status
    assert json.loads(run.out)["rows"][-1]["verdict"] == verdict
    assert run.err == "a.csv: checked under egdi@1 edition 2024\n"


def test_check_names_the_worst_rows_first(teladan, write):
    names = {"A": CONSISTENT, "B": INCONSISTENT, "C": IMPOSSIBLE, "D": INCONSISTENT}
    rows = [text.splitlines()[1].replace("KOR", name) for name, text in names.items()]
    run = teladan("check", "egdi", write("a.csv", "\n".join([CONSISTENT.splitlines()[0], *rows, ""])))
    lines = [row.split()[:3] for row in run.out.splitlines() if row[:2] in {f"{name} " for name in names}]
    assert lines == [
        ["C", "4", "impossible"],
        ["B", "3", "inconsistent"],
        ["D", "5", "inconsistent"],
        ["A", "2", "consistent"],
    ]
    assert run.out.endswith("\n4 rows: 1 consistent, 0 undecided, 2 inconsistent, 1 impossible.\n")


def test_agree_names_the_problems_of_both_files(teladan, write):
    one, other = write("one.csv", f"{HEADER}\nKOR,9,1,1\n"), write("other.csv", f"{HEADER}\nKOR,1,8,1\n")
    run = teladan("agree", "egdi", one, other)
    assert (run.status, run.out) == (1, "")
    assert run.err == ("one.csv:2:OSI: 9 is not between 0 and 1\nother.csv:2:HCI: 8 is not between 0 and 1\n")
    missing = teladan("agree", "egdi", one, "none.csv")
    assert (missing.status, missing.out) == (2, "")
    assert missing.err.startswith("none.csv: there is no such file")


@pytest.mark.parametrize("verb", VERBS)
def test_what_cannot_run_ends_with_2_before_the_data_are_read(teladan, write, verb):
    file = write("a.csv", f"{HEADER}\nKOR,9,x,1\n")
    for arguments, start in [
        ((verb, "egdi", file, "--decimal", "dot"), "--decimal 'dot': say point or comma\n"),
        ((verb, "egdi", file, "--edition", "1900"), "egdi"),
        ((verb, "egdi", "none.csv"), "none.csv: there is no such file"),
        ((verb, "none", file), "no instrument 'none'"),
    ]:
        run = teladan(*arguments)
        assert (run.status, run.out) == (2, ""), arguments
        assert start in run.err, arguments


@pytest.mark.parametrize("verb", VERBS)
def test_wrong_data_end_with_1(teladan, write, verb):
    run = teladan(verb, "egdi", write("a.csv", f"{HEADER}\nKOR,x,1,1\n"))
    assert (run.status, run.out) == (1, "")
    assert "a.csv:2:OSI: " in run.err


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("--of", "rank"), "--of rank and --of score go with --unit ORGANISATION, and --of shift without"),
        (("--unit", "KOR"), "--of rank and --of score go with --unit ORGANISATION, and --of shift without"),
    ],
)
def test_sensitivity_is_of_one_unit_or_of_all(teladan, write, arguments, line):
    run = teladan("sensitivity", "egdi", write("a.csv", GOOD), *arguments)
    assert (run.status, run.out, run.err) == (2, "", f"{line}\n")


@pytest.mark.parametrize("verb", ["sensitivity", "diagnose"])
def test_printed_figures_have_nothing_below_them(teladan, write, verb):
    run = teladan(verb, "egdi", write("a.csv", "organisation,index\nKOR,0.9679\nBRN,0.7554\n"))
    assert (run.status, run.out) == (2, "")
    first, last = run.err.splitlines()[-2:]
    assert first == "a.csv: read under egdi@1 edition 2024"
    assert last.startswith("a.csv: printed figures have no")
    assert last.endswith("; give the indicators")


def test_a_report_goes_to_an_html_file_in_a_folder(teladan, write, tmp_path):
    file = write("a.csv", GOOD)
    (tmp_path / "folder").mkdir()
    for out, line in [
        ("folder", "--report folder: this is a folder; name a file in it, such as diagnosis.html"),
        ("a.txt", "--report a.txt: the report is an HTML file; let its name end in .html"),
        ("no/a.html", "--report no/a.html: there is no folder no"),
    ]:
        run = teladan("diagnose", "egdi", file, "--report", out)
        assert (run.status, run.out, run.err) == (2, "", f"{line}\n")
    for name in ("a.html", "b.HTM"):
        run = teladan("diagnose", "egdi", file, "--report", name)
        assert run.status == 0
        assert f"{name}: written\n" in run.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "a.html", "b.HTM", "folder"]
