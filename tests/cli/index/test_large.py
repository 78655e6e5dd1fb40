"""`teladan evaluate` of a Parquet file: the same figures as from text, or the whole file refused."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from tests.cli.conftest import HEADER, ROWS

duckdb = pytest.importorskip("duckdb")
pytest.importorskip("ibis")

PAGE = Path(__file__).parents[3] / "docs/howto/evaluate-millions-of-rows.md"
PARTS = "organisation VARCHAR, OSI {0}, HCI {0}, TII {0}"
GOOD = [("KOR", "1.0", "0.91198", "0.9917"), ("BRN", "0.5802", "0.69909", "0.9868")]


@pytest.fixture
def parquet(tmp_path, monkeypatch):
    """Return parquet(name, columns, rows): a Parquet file in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def make(name, columns, rows):
        with duckdb.connect() as connection:
            connection.execute(f"create table t ({columns})")
            if rows:
                places = ", ".join("?" for _ in rows[0])
                connection.executemany(f"insert into t values ({places})", rows)
            connection.execute(f"copy t to '{tmp_path / name}' (format parquet)")
        return name

    return make


def read(file):
    with duckdb.connect() as connection:
        found = connection.execute(f"select * from '{file}'")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@pytest.mark.parametrize("kind", ["DECIMAL(6, 5)", "DECIMAL(38, 20)", "DOUBLE"])
def test_figures_are_those_of_the_same_answers_as_text(teladan, write, parquet, kind):
    file = parquet("a.parquet", PARTS.format(kind), GOOD)
    run = teladan("evaluate", "egdi", file, "--out", "r.parquet")
    assert (run.status, run.err) == (0, "")

    told = teladan("evaluate", "egdi", write("a.csv", f"{HEADER}\n{ROWS}"), "--format", "csv").out
    for row, wanted in zip(read("r.parquet"), csv.DictReader(io.StringIO(told)), strict=True):
        assert row["organisation"] == wanted["organisation"]
        assert str(row["index"]) == wanted["index"]
        exact = f"{row['index_numerator']}/{row['index_denominator']}"
        assert Fraction(exact) == Fraction(wanted["index_exact"])
        assert (row["band"], row["scored"]) == (None, True)


def test_the_summary_says_how_many_are_in_each_band_and_that_it_is_exact(teladan, parquet):
    names = ", ".join(f"I{n} TINYINT" for n in range(1, 48))
    rows = [(f"body {n}", *[n % 5 + 1] * 47) for n in range(10)]
    file = parquet("levels.parquet", f"organisation VARCHAR, {names}", rows)
    run = teladan("evaluate", "spbe@2020", file, "--edition", "2024", "--out", "r.parquet")
    assert (run.status, run.err) == (0, "")
    assert run.out.splitlines()[0].startswith("spbe@2020 edition 2024 · ")
    assert run.out.splitlines()[-1] == "r.parquet: Every figure is exact."
    assert run.out.splitlines()[-3].split() == ["all", "10"]
    assert [row["organisation"] for row in read("r.parquet")] == [row[0] for row in rows]
    assert [row["index"] for row in read("r.parquet")][:5] == [Decimal(n) for n in range(1, 6)]


def test_the_file_says_what_it_was_computed_under(teladan, parquet):
    teladan("evaluate", "egdi", parquet("a.parquet", PARTS.format("DOUBLE"), GOOD), "--out", "r.parquet")
    with duckdb.connect() as connection:
        told = connection.execute("select key, value from parquet_kv_metadata('r.parquet')").fetchall()
    found = {bytes(key).decode(): bytes(value).decode() for key, value in told}
    assert found["instrument"] == "egdi"
    assert (found["version"], found["edition"], found["exact"]) == ("1", "2024", "true")
    assert found["engine"].startswith("teladan ")


# --- the whole file is refused ----------------------------------------------------------------------


def test_wrong_cells_are_named_by_row_and_column_and_nothing_is_written(teladan, parquet, tmp_path):
    rows = [*GOOD, ("IDN", 0.7, 75, 0.9), ("KHM", 0.5, None, 0.5), (None, 0.1, 0.2, 0.3)]
    file = parquet("a.parquet", PARTS.format("DOUBLE"), rows)
    run = teladan("evaluate", "egdi", file, "--out", "r.parquet")
    assert (run.status, run.out) == (1, "")
    assert run.err.splitlines() == [
        "a.parquet:3:HCI: 75 is not between 0 and 1",
        "a.parquet:4:HCI: no answer, and this instrument does not allow a missing one",
        "a.parquet:5:organisation: the organisation has no name",
        "a.parquet: 5 rows read, nothing written",
    ]
    assert [file.name for file in tmp_path.iterdir()] == ["a.parquet"]


def test_an_earlier_result_stays_where_the_new_file_is_refused(teladan, parquet):
    teladan("evaluate", "egdi", parquet("a.parquet", PARTS.format("DOUBLE"), GOOD), "--out", "r.parquet")
    before = read("r.parquet")
    wrong = parquet("b.parquet", PARTS.format("DOUBLE"), [("KOR", 2, 1, 1)])
    assert teladan("evaluate", "egdi", wrong, "--out", "r.parquet").status == 1
    assert read("r.parquet") == before


@pytest.mark.parametrize(
    "value, why",
    [
        (float("nan"), "nan is not a number"),
        (float("inf"), "inf is not a number"),
        (1 / 3, "0.3333333333333333 has more digits than a DOUBLE is read with"),
    ],
)
def test_a_double_that_is_no_decimal_is_refused(teladan, parquet, value, why):
    file = parquet("a.parquet", PARTS.format("DOUBLE"), [*GOOD, ("IDN", value, 0.5, 0.5)])
    run = teladan("evaluate", "egdi", file, "--out", "r.parquet")
    assert run.status == 1
    assert run.err.startswith(f"a.parquet:3:OSI: {why}")


def test_a_decimal_of_more_digits_than_are_read_is_refused(teladan, parquet):
    rows = [*GOOD, ("IDN", Decimal("0.12345678901234567891"), "0.5", "0.5")]
    run = teladan(
        "evaluate", "egdi", parquet("a.parquet", PARTS.format("DECIMAL(38, 20)"), rows), "--out", "r.parquet"
    )
    assert run.status == 1
    assert run.err.startswith("a.parquet:3:OSI: 0.12345678901234567891 has more digits than are read")


def test_only_the_first_wrong_rows_are_named_and_the_others_counted(teladan, parquet):
    file = parquet("a.parquet", PARTS.format("DOUBLE"), [(f"C{n:03}", 2, 1, 1) for n in range(50)])
    lines = teladan("evaluate", "egdi", file, "--out", "r.parquet").err.splitlines()
    assert lines[0] == "a.parquet:1:OSI: 2 is not between 0 and 1"
    assert len(lines) == 22
    assert lines[-2] == "… and 30 more rows with a wrong cell"


def test_two_rows_of_one_name_are_refused_in_any_order(teladan, parquet):
    rows = [("C", 1, 1, 1), ("A", 1, 1, 1), ("B", 1, 1, 1), ("A", 0, 0, 0)]
    run = teladan(
        "evaluate", "egdi", parquet("a.parquet", PARTS.format("DOUBLE"), rows), "--out", "r.parquet"
    )
    assert run.status == 1
    assert run.err.splitlines()[0] == "a.parquet:4:organisation: 'A' stands in row 2 already"


@pytest.mark.parametrize(
    "columns, message",
    [
        ("organisation VARCHAR, OSI REAL, HCI REAL, TII REAL", "OSI: float32 has too few digits"),
        ("organisation VARCHAR, OSI DATE, HCI DOUBLE, TII DOUBLE", "OSI: a column of DATE holds no figures"),
        ("organisation DOUBLE, OSI DOUBLE, HCI DOUBLE, TII DOUBLE", "organisation: a column of DOUBLE holds"),
        ("organisation VARCHAR, OSI DOUBLE, TII DOUBLE", "HCI: there is no such column"),
        ("organisation VARCHAR, OSI DOUBLE, HCI DOUBLE, TII DOUBLE, D9 DOUBLE", "D9: unknown code 'D9'"),
        ("organisation VARCHAR, name VARCHAR", "no column holds figures"),
        ("OSI DOUBLE, HCI DOUBLE, TII DOUBLE", "no header"),
    ],
)
def test_a_column_that_cannot_be_used_is_named(teladan, parquet, columns, message):
    row = [None] * (columns.count(",") + 1)
    run = teladan("evaluate", "egdi", parquet("a.parquet", columns, [row]), "--out", "r.parquet")
    assert run.status == 1
    assert message in run.err


def test_a_column_may_be_left_out_on_purpose(teladan, parquet):
    file = parquet("a.parquet", f"{PARTS.format('DOUBLE')}, D9 DOUBLE", [("KOR", 1, 1, 1, 7)])
    assert teladan("evaluate", "egdi", file, "--out", "r.parquet", "--ignore", "D9").status == 0


def test_a_table_without_rows_is_refused(teladan, parquet):
    run = teladan("evaluate", "egdi", parquet("a.parquet", PARTS.format("DOUBLE"), []), "--out", "r.parquet")
    assert (run.status, run.err) == (1, "a.parquet: no organisations: there are no rows\n")


# --- what cannot run --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["a.parquet"], "a.parquet: say where the results go: --out results.parquet"),
        (["a.parquet", "--out", "r.csv"], "results of a Parquet file are Parquet; name it r.parquet"),
        (["a.parquet", "--out", "a.parquet"], "that is the file of answers"),
        (["a.parquet", "--out", "no/r.parquet"], "no is no folder"),
        (["b.parquet", "--out", "r.parquet"], "b.parquet: no such file"),
        (["a.parquet", "--out", "r.parquet", "--keep-going"], "there is no --keep-going"),
        (["a.parquet", "--out", "r.parquet", "--format", "json"], "there is no --format"),
        (["a.csv", "--out", "r.parquet"], "--out r.parquet: only of a Parquet file"),
    ],
)
def test_what_cannot_run_says_so(teladan, parquet, arguments, message):
    parquet("a.parquet", PARTS.format("DOUBLE"), GOOD)
    run = teladan("evaluate", "egdi", *arguments)
    assert run.status == 2
    assert message in run.err


def test_a_file_that_is_no_parquet_is_refused(teladan, write):
    run = teladan("evaluate", "egdi", write("a.parquet", f"{HEADER}\n{ROWS}"), "--out", "r.parquet")
    assert run.status == 1
    assert run.err.startswith("a.parquet: cannot be read as Parquet")


# --- the page ---------------------------------------------------------------------------------------


def test_the_page_shows_what_the_command_prints(teladan, parquet, capsys):
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    command, printed, wrong = (text for kind, text in blocks if not kind)
    words = command.splitlines()[-1].split()[1:]
    parquet("parts.parquet", PARTS.format("DOUBLE"), GOOD)
    assert teladan(*words).out == printed
    parquet(
        "parts.parquet", PARTS.format("DOUBLE"), [*GOOD, ("C", 1, 75, 1), ("D", 1, None, 1), ("E", 1, 1, 1)]
    )
    assert teladan(*words).err == wrong
    exec(next(text for kind, text in blocks if kind == "python"), {})
    assert capsys.readouterr().out.startswith("SELECT")
