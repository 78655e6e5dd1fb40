"""`teladan evaluate`: the same exact result whatever the file was saved as."""

from __future__ import annotations

import csv
import io
import json
import time
from fractions import Fraction
from pathlib import Path

import pytest

from teladan.core import canonical
from tests.cli.conftest import HEADER, ROWS
from tests.core.instrument.test_parse import SMALL

ROOT = Path(__file__).parents[3]
PUBLISHED = ROOT / "published"
DENPASAR = PUBLISHED / "spbe/2021-denpasar/scores.csv"


def sha(run):
    assert (run.status, run.err) == (0, "")
    return json.loads(run.out)["inputs_sha256"]


# --- what is printed -------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", sorted((ROOT / "instruments").glob("*/*")), ids=str)
def test_the_example_of_each_instrument_gives_its_expected_json(teladan, folder):
    expected = (folder / "expected.json").read_text("utf-8")
    named = json.loads(expected)
    run = teladan(
        "evaluate",
        f"{named['instrument']}@{named['version']}",
        folder / "example.csv",
        "--edition",
        named["edition"],
        "--format",
        "json",
    )
    assert (run.status, run.err) == (0, "")
    assert run.out == expected


def test_the_json_has_the_shape_that_is_promised(teladan, write):
    value = json.loads(
        teladan("evaluate", "egdi", write("a.csv", f"{HEADER}\n{ROWS}"), "--format", "json").out
    )
    assert {key: type(item) for key, item in value.items()} == {
        "instrument": str,
        "version": str,
        "edition": str,
        "engine": str,
        "inputs_sha256": str,
        "results": list,
    }
    assert (value["instrument"], value["version"], value["edition"]) == ("egdi", "1", "2024")
    assert value["results"][0] == {
        "organisation": "KOR",
        "band": None,
        "elements": {
            "index": {"exact": "9074/9375", "printed": "0.9679", "contribution": "9074/9375"},
            "OSI": {"exact": "1", "printed": "1.0000", "contribution": "1/3"},
            "HCI": {"exact": "45599/50000", "printed": "0.9120", "contribution": "45599/150000"},
            "TII": {"exact": "9917/10000", "printed": "0.9917", "contribution": "9917/30000"},
        },
    }


def test_denpasar_from_one_answer_per_row(teladan):
    run = teladan("evaluate", "spbe@2020", DENPASAR, "--edition", "2021", "--format", "json")
    elements = json.loads(run.out)["results"][0]["elements"]
    assert [elements[d]["printed"] for d in ("D1", "D2", "D3", "D4")] == ["3.00", "3.30", "2.18", "3.55"]
    assert elements["index"] == {"exact": "1277/400", "printed": "3.19", "contribution": "1277/400"}
    leaves = [Fraction(elements[f"I{n}"]["contribution"]) for n in range(1, 48)]
    assert sum(leaves) == Fraction(1277, 400)


def test_the_table_names_version_and_edition(teladan, write):
    run = teladan("evaluate", "egdi", write("a.csv", f"{HEADER}\n{ROWS}"))
    assert (run.status, run.err) == (0, "")
    assert run.out == (
        "egdi@1 edition 2024 · UN E-Government Development Index\n"
        "\n"
        "organisation     OSI     HCI     TII   index          exact  band\n"
        "────────────  ──────  ──────  ──────  ──────  ─────────────  ────\n"
        "KOR           1.0000  0.9120  0.9917  0.9679      9074/9375  –\n"
        "BRN           0.5802  0.6991  0.9868  0.7554  226609/300000  –\n"
    )


def test_the_csv_names_version_and_edition_beside_it_and_is_read_again_by_check(teladan, write):
    run = teladan("evaluate", "spbe", ROOT / "instruments/spbe/2020/example.csv", "--format", "csv")
    assert run.status == 0
    assert run.err.endswith("example.csv: evaluated under spbe@2020 edition 2024\n")
    rows = list(csv.DictReader(io.StringIO(run.out)))
    header = "organisation kind D1 A1 D2 A2 A3 A4 D3 A5 A6 D4 A7 A8 index index_exact band"
    assert " ".join(rows[0]) == header
    assert (rows[0]["D3"], rows[0]["index"], rows[0]["index_exact"]) == ("2.18", "3.19", "3.1925")

    checked = teladan("check", "spbe", write("again.csv", run.out))
    assert checked.status == 0
    assert "1 row: 1 consistent" in checked.out


def test_the_csv_is_silent_where_version_and_edition_were_named(teladan, write):
    file = write("a.csv", f"{HEADER}\n{ROWS}")
    run = teladan("evaluate", "egdi@1", file, "--edition", "2022", "--format", "csv")
    assert (run.status, run.err) == (0, "")
    assert run.out.splitlines()[:2] == ["organisation,index,index_exact,band", "KOR,0.9679,9074/9375,"]


def test_an_index_that_means_not_scored_has_no_value(teladan, write):
    file = write("a.csv", "organisation,OSI,HCI,TII,index\nPRK,0,0.4,0.2,0\nKOR,0.8,0.8,0.8,0.8\n")
    run = teladan("evaluate", "egdi", file, "--edition", "2012")
    assert run.out.splitlines()[-2].split() == [
        "PRK",
        "0.0000",
        "0.4000",
        "0.2000",
        "–",
        "–",
        "not",
        "scored",
    ]
    rows = teladan("evaluate", "egdi", file, "--edition", "2012", "--format", "csv").out.splitlines()
    assert rows[1] == "PRK,,,"


def test_a_mean_that_cannot_be_exact_says_so(teladan, write):
    instrument = SMALL.replace("applies_to: [city], ", "") + "aggregation: geometric\n"
    write("instrument.yaml", instrument)
    run = teladan(
        "evaluate",
        "./instrument.yaml",
        write("a.csv", "organisation,A1,A2,B\nX,2,3,5\n"),
        "--edition",
        "2023",
    )
    assert run.status == 0
    assert "≈ " in run.out.splitlines()[-1]
    csv_row = teladan("evaluate", "./instrument.yaml", "a.csv", "--edition", "2023", "--format", "csv").out
    assert csv_row.splitlines()[1].endswith(",,high")


def test_a_mean_without_a_value_is_named(teladan, write):
    instrument = SMALL.replace('lowest: "1"', 'lowest: "-1"').replace("applies_to: [city], ", "")
    write("instrument.yaml", instrument.replace('from: "0"', 'from: "-1"') + "aggregation: harmonic\n")
    run = teladan("evaluate", "./instrument.yaml", write("a.csv", "organisation,A1,A2,B\nX,-1,3,5\n"))
    assert (run.status, run.out) == (1, "")
    assert run.err == "a.csv: A: a harmonic mean has no value for -1\n"


# --- what a file may look like -----------------------------------------------------------------------


def test_separators_marks_order_and_spelling_make_no_difference(teladan, write, book):
    plain = f"{HEADER}\n{ROWS}"
    rows = [line.split(",") for line in plain.splitlines()]
    forms = {
        "plain.csv": plain,
        "mark.csv": "\ufeff" + plain,
        "semicolon.csv": plain.replace(",", ";"),
        "comma.csv": plain.replace(",", ";").replace(".", ","),
        "tab.csv": plain.replace(",", "\t"),
        "windows.csv": plain.replace("\n", "\r\n"),
        "mac.csv": plain.replace("\n", "\r"),
        "quoted.csv": "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows),
        "declared.csv": "sep=;\n" + plain.replace(",", ";"),
        "spaces.csv": plain.replace(",", " , "),
        "blank.csv": "\n" + plain.replace("\n", "\n\n") + ",,,\n",
        "turned.csv": "\n".join(",".join(reversed(row)) for row in [rows[0], rows[2], rows[1]]),
        "case.csv": plain.replace("organisation", "Organisation"),
        "zeros.csv": plain.replace("1.0,", "1,").replace("0.5802", ".58020"),
        "fraction.csv": plain.replace("0.5802", "2901/5000"),
        "more.csv": plain.replace("organisation", "name,organisation,note")
        .replace("KOR", "한국,KOR,one")
        .replace("BRN", ",BRN,two"),
        "long.csv": "organisation,indicator,value\n"
        + "".join(
            f"{row[0]},{code},{value}\n"
            for row in rows[1:]
            for code, value in zip(rows[0][1:], row[1:], strict=True)
        ),
    }
    digests = {
        name: sha(teladan("evaluate", "egdi", write(name, text), "--format", "json"))
        for name, text in forms.items()
    }
    cells = [
        [cell if i == 0 or n == 0 else float(cell) for i, cell in enumerate(row)]
        for n, row in enumerate(rows)
    ]
    digests["numbers.xlsx"] = sha(teladan("evaluate", "egdi", book(cells), "--format", "json"))
    digests["texts.xlsx"] = sha(teladan("evaluate", "egdi", book(rows), "--format", "json"))
    with_commas = [[cell.replace(".", ",") for cell in row] for row in rows]
    digests["commas.xlsx"] = sha(teladan("evaluate", "egdi", book(with_commas), "--format", "json"))

    assert set(digests.values()) == {digests["plain.csv"]}, digests


def test_the_results_are_in_the_order_of_the_file(teladan, write):
    run = teladan("evaluate", "egdi", write("a.csv", f"{HEADER}\nZ,1,1,1\nA,0,0,0\n"), "--format", "json")
    assert [r["organisation"] for r in json.loads(run.out)["results"]] == ["Z", "A"]


def test_names_are_normalised_and_may_be_in_any_script(teladan, write):
    decomposed = "Ko\u0302te"
    run = teladan(
        "evaluate",
        "egdi",
        write("a.csv", f"{HEADER}\n{decomposed},1,1,1\n서울특별시,0,0,0\n"),
        "--format",
        "json",
    )
    value = json.loads(run.out)
    assert [r["organisation"] for r in value["results"]] == ["Kôte", "서울특별시"]
    assert canonical.encode(value) + b"\n" == run.out.encode()
    table = teladan("evaluate", "egdi", "a.csv").out.splitlines()
    # Korean letters take two places of a terminal: the figures still stand below each other.
    assert table[-2].startswith("Kôte          1.0000")
    assert table[-1].startswith("서울특별시    0.0000")


def test_a_column_is_left_out_on_purpose(teladan, write):
    run = teladan("evaluate", "egdi", PUBLISHED / "egdi/2024/results.csv")
    assert (run.status, run.out) == (1, "")
    assert len(run.err.splitlines()) == 4
    ignored = [part for name in ("index", "band", "rank", "EPI") for part in ("--ignore", name)]
    assert teladan("evaluate", "egdi", PUBLISHED / "egdi/2024/results.csv", *ignored).status == 0


@pytest.mark.parametrize("mark", ["point", "."])
def test_grouped_looking_decimals_are_read_as_asked(teladan, write, mark):
    file = write("a.csv", "organisation;OSI;HCI;TII\nX;1.000;0;0\n")
    assert teladan("evaluate", "egdi", file).status == 1
    assert teladan("evaluate", "egdi", file, "--decimal", mark).status == 0


def test_a_comma_that_cannot_be_thousands_decides_for_the_file(teladan, write):
    file = write("a.csv", "organisation;OSI;HCI;TII\nX;1,000;0,5;0\n")
    run = teladan("evaluate", "egdi", file, "--format", "json")
    assert json.loads(run.out)["results"][0]["elements"]["OSI"]["exact"] == "1"


def test_yes_and_no_may_be_ticks_of_a_spreadsheet(teladan, write, book):
    text = SMALL.replace('type: level, lowest: "1", highest: "5"', "type: yes/no").replace(
        "applies_to: [city], ", ""
    )
    write("instrument.yaml", text)
    ticks = book([["organisation", "A1", "A2", "B"], ["X", True, False, True]])
    words = write("a.csv", "organisation,A1,A2,B\nX,yes,Tidak,예\n")
    written = write("b.csv", "organisation,A1,A2,B\nX,TRUE,false,1\n")
    assert (
        len(
            {
                sha(teladan("evaluate", "./instrument.yaml", f, "--format", "json"))
                for f in (ticks, words, written)
            }
        )
        == 1
    )


# --- kinds ------------------------------------------------------------------------------------------


def test_lines_that_do_not_apply_are_left_empty(teladan, write):
    write("instrument.yaml", SMALL)
    file = write("a.csv", "organisation,kind,A1,A2,B\nX,city,1,2,3\nY,village,1,,3\n")
    run = teladan("evaluate", "./instrument.yaml", file, "--edition", "2023", "--format", "json")
    results = json.loads(run.out)["results"]
    assert [r["kind"] for r in results] == ["city", "village"]
    assert results[1]["elements"]["A2"]["exact"] is None
    table = teladan("evaluate", "./instrument.yaml", file, "--edition", "2023", "--explain", "Y").out
    assert "does not count" in table
    assert "no such" not in table


def test_a_kind_that_is_missing_is_asked_for(teladan, write):
    write("instrument.yaml", SMALL)
    run = teladan("evaluate", "./instrument.yaml", write("a.csv", "organisation,A1,A2,B\nX,1,2,3\n"))
    assert (run.status, run.out) == (1, "")
    assert run.err == (
        "a.csv:2:kind: a kind is needed: some lines apply to some kinds only; known: city, village\n"
    )


def test_a_long_file_takes_time_in_step_with_its_rows(teladan, write):
    """Each row costs the same however many organisations there are (it once cost one more each)."""
    rows = (f"o{n},{code},0.5\n" for n in range(40_000) for code in ("OSI", "HCI", "TII"))
    file = write("long.csv", "organisation,indicator,value\n" + "".join(rows))
    started = time.process_time()
    run = teladan("evaluate", "egdi", file, "--format", "csv")
    assert (run.status, run.out.count("\n")) == (0, 40_001)
    assert time.process_time() - started < 10


def test_a_kind_may_stand_in_any_row_of_a_long_file(teladan, write):
    write("instrument.yaml", SMALL)
    file = write("a.csv", "organisation,kind,indicator,value\nX,,A1,1\nX,village,B,3\n")
    assert teladan("evaluate", "./instrument.yaml", file, "--edition", "2023").status == 0
    file = write("a.csv", "organisation,kind,indicator,value\nX,city,A1,1\nX,village,B,3\n")
    run = teladan("evaluate", "./instrument.yaml", file, "--edition", "2023")
    assert "a.csv:3:kind: 'X' is of the kind 'city' in an earlier row" in run.err


# --- what can be done beside problems ------------------------------------------------------------------


def test_nothing_is_printed_from_a_faulty_file_unless_asked(teladan, write):
    file = write("a.csv", f"{HEADER}\nKOR,1,1,1\nBRN,2,1,1\nIDN,0,0,x\nMYS,0.5,0.5,0.5\n")
    problems = "a.csv:3:OSI: 2 is not between 0 and 1\na.csv:4:TII: 'x' is not a number (write 3.5 or 7/2)\n"
    run = teladan("evaluate", "egdi", file)
    assert (run.status, run.out, run.err) == (1, "", problems)

    run = teladan("evaluate", "egdi", file, "--keep-going", "--format", "json")
    assert run.status == 1
    assert run.err == problems + "a.csv: 2 organisations evaluated, 2 rows left out\n"
    assert [r["organisation"] for r in json.loads(run.out)["results"]] == ["KOR", "MYS"]


def test_of_two_rows_of_one_organisation_none_is_evaluated(teladan, write):
    file = write("a.csv", f"{HEADER}\nKOR,1,1,1\nBRN,1,1,1\nKOR,0,0,0\n")
    run = teladan("evaluate", "egdi", file, "--keep-going", "--format", "json")
    assert run.status == 1
    assert run.err.startswith("a.csv:4:organisation: 'KOR' stands in row 2 already\n")
    assert [r["organisation"] for r in json.loads(run.out)["results"]] == ["BRN"]


def test_where_no_row_is_left_nothing_is_printed(teladan, write):
    run = teladan("evaluate", "egdi", write("a.csv", f"{HEADER}\nKOR,9,1,1\n"), "--keep-going")
    assert (run.status, run.out) == (1, "")


def test_at_most_a_hundred_problems_are_listed(teladan, write):
    rows = "".join(f"O{n},9,1,1\n" for n in range(250))
    run = teladan("evaluate", "egdi", write("a.csv", f"{HEADER}\n{rows}"))
    lines = run.err.splitlines()
    assert (run.status, run.out, len(lines)) == (1, "", 101)
    assert lines[99] == "a.csv:101:OSI: 9 is not between 0 and 1"
    assert lines[100] == "… and 150 more"


# --- explain ------------------------------------------------------------------------------------------


def test_explain_shows_the_way_from_the_index_to_each_answer(teladan):
    run = teladan("evaluate", "spbe", DENPASAR, "--edition", "2021", "--explain", "idn-kota-denpasar")
    lines = run.out.splitlines()
    assert (run.status, run.err) == (0, "")
    assert lines[0] == "idn-kota-denpasar · spbe@2020 edition 2021 · Electronic-Based Government System"
    assert " ".join(lines[4].split()) == "index SPBE index 100 % 3.1925 3.19 3.1925 I1 … I47 (47)"
    i1 = next(line for line in lines if line.lstrip().startswith("I1 "))
    assert " ".join(i1.split()).endswith("1.3 % 4 Integrated and measured 4 – 0.052")
    assert lines[-3].startswith(
        "The index is exactly 3.1925, printed 3.19: Baik (Good). Processes are mostly"
    )
    assert lines[-1] == "Rounding: half up (assumed)."


def test_explain_as_json_adds_weights_and_answers_to_what_evaluate_gives(teladan):
    plain = json.loads(teladan("evaluate", "spbe", DENPASAR, "--format", "json").out)
    told = json.loads(
        teladan("evaluate", "spbe", DENPASAR, "--format", "json", "--explain", "idn-kota-denpasar").out
    )
    d3 = told["results"][0]["elements"]["D3"]
    assert d3["weight"] == "33/200"
    assert list(d3["answers"]) == sorted(f"I{n}" for n in range(21, 32))
    for entry in told["results"][0]["elements"].values():
        del entry["weight"], entry["answers"]
    assert told == plain


def test_explain_finds_a_name_in_other_letters(teladan, write):
    file = write("a.csv", f"{HEADER}\nKota Denpasar,1,1,1\n")
    assert teladan("evaluate", "egdi", file, "--explain", " kota denpasar ").out.startswith(
        "Kota Denpasar · "
    )


def test_explain_of_a_name_that_is_not_there_names_the_nearest(teladan, write):
    file = write("a.csv", f"{HEADER}\nKota Denpasar,1,1,1\nKota Depok,1,1,1\n")
    run = teladan("evaluate", "egdi", file, "--explain", "Kota Denpasr")
    assert (run.status, run.out) == (2, "")
    assert run.err == (
        "--explain 'Kota Denpasr': no such organisation among those evaluated; "
        "did you mean 'Kota Denpasar' or 'Kota Depok'?\n"
    )


def test_explain_is_not_printed_as_csv(teladan, write):
    run = teladan(
        "evaluate", "egdi", write("a.csv", f"{HEADER}\n{ROWS}"), "--explain", "KOR", "--format", "csv"
    )
    assert (run.status, run.out) == (2, "")


def test_explain_of_what_was_not_scored(teladan, write):
    file = write("a.csv", f"{HEADER}\nPRK,0,0,0\n")
    run = teladan("evaluate", "egdi", file, "--edition", "2012", "--explain", "PRK")
    assert "The index means that this organisation was not scored." in run.out
    value = json.loads(
        teladan("evaluate", "egdi", file, "--edition", "2012", "--explain", "PRK", "--format", "json").out
    )
    assert value["results"][0]["elements"]["index"]["not_scored"] is True


def test_an_organisation_for_which_nothing_counts_has_no_index(teladan, write):
    write("small.yaml", SMALL.replace("missing: refuse", "missing: leave out").replace(", missing: zero", ""))
    file = write("a.csv", "organisation,kind,A1,B\nX,city,,\n")
    run = teladan("evaluate", "./small.yaml", file, "--edition", "2023", "--explain", "X")
    assert run.status == 0
    assert "No line counts for this organisation, so there is no index." in run.out
    assert "not scored" not in run.out
