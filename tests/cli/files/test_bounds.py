"""The last value that is taken and the first that is not, of everything that has a bound."""

from __future__ import annotations

import pytest

from teladan.cli.files import reading, sheet_xml, text, workbook
from teladan.cli.files.answers import listed
from teladan.cli.files.columns import assign
from teladan.cli.files.decimals import COMMA, POINT, mark_of, named_mark
from teladan.cli.files.table import Number, Table
from teladan.cli.problems import CannotRun, Problem, WrongData, lines_of


def table(header, rows, separator=","):
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in header]
    return Table(
        file="a.csv",
        header=header,
        header_row=1,
        columns=columns,
        rows=list(range(2, len(rows) + 2)),
        separator=separator,
    )


def line(stop):
    (only,) = stop.value.lines
    return only


# --- files -------------------------------------------------------------------------------------------


def test_a_file_may_be_as_large_as_the_bound(write, monkeypatch):
    monkeypatch.setattr(reading, "LARGEST", 20)
    assert reading.read(write("a.csv", "organisation,x\nA,12\n"[:20])).columns == [["A"], ["12"]]
    with pytest.raises(CannotRun) as stop:
        reading.read(write("b.csv", "organisation,x\nA,123\n"))
    assert line(stop).startswith("b.csv: 0 MB, and at most 0 MB is read; ")


def test_a_cell_may_be_as_long_as_the_bound():
    longest = "x" * text.LONGEST_CELL
    assert text.read_text("a.csv", f"a,b\n1,{longest}\n".encode()).columns[1] == [longest]
    with pytest.raises(WrongData) as stop:
        text.read_text("a.csv", f"a,b\n1,{longest}x\n".encode())
    assert line(stop) == f"a.csv:2: {text.TOO_LONG}"


def test_there_may_be_as_many_columns_as_the_bound():
    most = text.MOST_COLUMNS
    assert len(text.read_text("a.csv", b"," * (most - 1) + b"x\n").header) == most
    with pytest.raises(WrongData) as stop:
        text.read_text("a.csv", b"," * most + b"x\n")
    assert line(stop) == "a.csv:1: 16,385 columns, and at most 16,384 are read"


def test_a_sheet_may_reach_as_far_as_the_bound(book, monkeypatch):
    file = book([["organisation", "x"], ["A", 1], ["B", 2]])
    monkeypatch.setattr(workbook, "MOST_CELLS", 6)
    assert reading.read(file).rows == [2, 3]
    monkeypatch.setattr(workbook, "MOST_CELLS", 5)
    with pytest.raises(WrongData) as stop:
        reading.read(file)
    assert line(stop) == "book.xlsx: the sheet reaches over more than 5 cells"


@pytest.mark.parametrize("bound", ["LARGEST_UNPACKED", "LARGEST_RATIO"])
def test_a_workbook_may_unpack_to_the_bound(book, monkeypatch, bound):
    import zipfile
    from pathlib import Path

    file = book([["organisation", "x"], ["A", 1]])
    packed = Path(file).stat().st_size
    with zipfile.ZipFile(file) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
    monkeypatch.setattr(workbook, "SMALL", 0 if bound == "LARGEST_RATIO" else workbook.SMALL)
    monkeypatch.setattr(workbook, bound, unpacked if bound == "LARGEST_UNPACKED" else unpacked / packed)
    assert reading.read(file).rows == [2]
    less = unpacked - 1
    monkeypatch.setattr(workbook, bound, less if bound == "LARGEST_UNPACKED" else less / packed)
    with pytest.raises(WrongData) as stop:
        reading.read(file)
    assert line(stop).endswith("it is not opened")


def test_a_small_workbook_may_unpack_to_any_ratio(book, monkeypatch):
    monkeypatch.setattr(workbook, "LARGEST_RATIO", 0)
    assert reading.read(book([["organisation", "x"], ["A", 1]])).rows == [2]


def test_of_many_formulas_the_first_thousand_are_kept(book, monkeypatch):
    monkeypatch.setattr(sheet_xml, "MOST_NAMED", 2)
    rows = [["organisation", "x"], *([name, "=1"] for name in "ABC")]
    with pytest.raises(WrongData) as stop:
        reading.read(book(rows))
    assert [problem.partition(": ")[0] for problem in stop.value.lines] == ["book.xlsx:2:B", "book.xlsx:3:B"]


# --- rows and columns ------------------------------------------------------------------------------------


def test_a_row_may_have_empty_cells_outside_the_table_and_no_others():
    read = text.read_text("a.csv", b"a,b\n1,2,, \n3,4,5\n6\n")
    assert (read.rows, read.columns) == ([2], [["1"], ["2"]])
    assert [problem.line("a.csv") for problem in read.problems] == [
        (
            "a.csv:3:C: '5' stands outside the table: the header has 2 columns, "
            "or a decimal comma without quotation marks"
        ),
        "a.csv:4:b: 1 cells, the header has 2",
    ]


def test_only_with_commas_between_cells_may_an_extra_cell_be_a_decimal_comma():
    read = text.read_text("a.csv", b"a;b\n1;2;3\n")
    assert read.problems[0].message == "'3' stands outside the table: the header has 2 columns"


@pytest.mark.parametrize(
    ("header", "shown"),
    [
        ([f"c{n}" for n in range(4)], "'c0, c1, c2, c3'"),
        ([f"c{n}" for n in range(5)], "'c0, c1, c2, c3, …'"),
        (["x" * 80], repr("x" * 80)),
        (["x" * 81], repr("x" * 80 + ", …")),
        (["organization"], "'organization'; write 'organisation' for 'organization'"),
    ],
)
def test_a_missing_header_shows_the_first_cells(header, shown):
    with pytest.raises(WrongData) as stop:
        assign(table(header, []), roles=set(), ignorable=(), ignored=(), refusal=str)
    assert line(stop).partition("it holds ")[2] == shown


def test_roles_may_be_written_in_any_case_and_codes_may_not():
    columns = assign(
        table(["ORGANISATION", "Kind", "OSI", "Note"], [("A", "x", "1", "y")]),
        roles={"organisation", "kind"},
        ignorable={"note"},
        ignored=(),
        refusal=lambda name: None if name == "OSI" else "unknown",
    )
    assert columns.roles == {"organisation": ["A"], "kind": ["x"]}
    assert columns.codes == {"OSI": ["1"]}


def test_a_column_that_stands_twice_may_be_left_out_whole():
    twice = table(["organisation", "x", "x", "y"], [("A", "1", "2", "3")])
    columns = assign(twice, roles={"organisation"}, ignorable=(), ignored=[" x "], refusal=lambda _: None)
    assert columns.codes == {"y": ["3"]}
    with pytest.raises(WrongData) as stop:
        assign(twice, roles={"organisation"}, ignorable=(), ignored=(), refusal=lambda _: None)
    assert line(stop) == "a.csv:1:x: this column stands twice (columns B and C)"


# --- decimal marks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "separator", "mark"),
    [
        (["1.5", "1.000"], ",", POINT),
        (["1.000"], ",", POINT),  # a comma parts the cells, so that a point is the decimal mark
        (["0.500"], ";", POINT),  # no number of thousands begins with 0
        (["1000.000"], ";", POINT),
        (["1.0000"], ";", POINT),
        (["1,5", "1,000"], ";", COMMA),
        (["0,500"], ";", COMMA),
        (["1000,000"], ";", COMMA),
        (["1", "2"], ";", POINT),
        (["12.345", "about 1,5"], ",", POINT),  # a text has no say
        ([Number("1.000"), "1,5"], "", COMMA),  # nor has a number of a workbook
    ],
)
def test_the_mark_is_found_from_the_figures(cells, separator, mark):
    rows = [("A", cell) for cell in cells]
    read = table(["organisation", "x"], rows, separator)
    assert mark_of(read, {"x": cells}, None) == mark


@pytest.mark.parametrize(
    ("cells", "separator", "why"),
    [
        (
            ["1,000", "-12,345"],
            ";",
            "these may be thousands or decimals: 1,000 (row 2, x), -12,345 (row 3, x)",
        ),
        (["1,000"], ",", "these may be thousands or decimals: 1,000 (row 2, x)"),
        (["999.999"], ";", "these may be thousands or decimals: 999.999 (row 2, x)"),
        (["7", "1,5", "1.5", "2.5", "2,5"], ";", "both marks are used: 1.5 (row 4, x), 1,5 (row 3, x)"),
    ],
)
def test_a_mark_that_cannot_be_found_is_asked_for(cells, separator, why):
    rows = [("A", cell) for cell in cells]
    read = table(["organisation", "x"], rows, separator)
    with pytest.raises(WrongData) as stop:
        mark_of(read, {"x": cells}, None)
    assert line(stop) == (
        f"a.csv: is the decimal mark a point or a comma? {why}; say --decimal point or --decimal comma"
    )
    assert mark_of(read, {"x": cells}, COMMA) == COMMA


@pytest.mark.parametrize(("word", "mark"), [("point", POINT), (".", POINT), ("comma", COMMA), (",", COMMA)])
def test_a_mark_is_named_by_its_word_or_itself(word, mark):
    assert named_mark(word) == mark


def test_a_mark_that_is_none():
    assert named_mark(None) is None
    with pytest.raises(CannotRun) as stop:
        named_mark("")
    assert line(stop) == "--decimal '': say point or comma"


# --- what is listed --------------------------------------------------------------------------------------


def test_twelve_codes_are_listed_and_of_more_the_first_two_and_the_last():
    codes = [f"I{n}" for n in range(1, 14)]
    assert listed(codes[:12]) == ", ".join(codes[:12])
    assert listed(codes) == "I1, I2 … I13"


def test_a_hundred_problems_are_listed_and_of_more_their_count():
    problems = [Problem(row, "x", "wrong") for row in range(101, 0, -1)]
    assert lines_of("a.csv", problems[1:]) == [f"a.csv:{row}:x: wrong" for row in range(1, 101)]
    assert lines_of("a.csv", problems)[99:] == ["a.csv:100:x: wrong", "… and 1 more"]
    assert lines_of("a.csv", problems[:1] * 3) == ["a.csv:101:x: wrong"]
