"""Workbooks: what is read, and what is refused by its cell."""

from __future__ import annotations

import datetime as dt
import io
import json
import random
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teladan.cli.files.table import letter
from teladan.cli.files.workbook import number_text

HEAD = ["organisation", "OSI", "HCI", "TII"]
DAMAGED = "the workbook is damaged: open it in a spreadsheet program and save it again"


def repacked(file, change):
    """Rewrite a workbook's parts: change(name, bytes) gives the new bytes, or None to leave it out."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            new = change(name, data)
            if new is not None:
                archive.writestr(name, new)
    return file


def test_stored_doubles_are_read_as_the_decimals_they_were_typed_as(teladan, book):
    file = book([HEAD, ["KOR", 0.1, 1 / 3, 1], ["BRN", 2.5e-7, 0.9917, 0]])
    elements = [
        r["elements"]
        for r in json.loads(teladan("evaluate", "egdi", file, "--format", "json").out)["results"]
    ]
    assert [elements[0][code]["exact"] for code in HEAD[1:]] == [
        "1/10",
        "3333333333333333/10000000000000000",
        "1",
    ]
    assert [elements[1][code]["exact"] for code in HEAD[1:]] == ["1/4000000", "9917/10000", "0"]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_s_text_reads_back_as_the_stored_double(value):
    text = number_text(value)
    assert float(text) == value
    assert "e" not in text


def test_codes_of_organisations_may_be_numbers(teladan, book):
    run = teladan("evaluate", "egdi", book([HEAD, [1101, 1, 1, 1]]), "--format", "json")
    assert json.loads(run.out)["results"][0]["organisation"] == "1101"


def test_the_first_visible_sheet_is_read_and_named(teladan, book):
    def change(workbook, sheet):
        hidden = workbook.create_sheet("Secret", 0)
        hidden.sheet_state = "hidden"
        workbook.create_sheet("More")

    run = teladan("evaluate", "egdi", book([HEAD, ["KOR", 1, 1, 1]], change))
    assert run.status == 0
    assert run.err == "book.xlsx: the sheet 'Data' is read, the first of 2\n"


def test_formulas_are_refused_with_their_cells(teladan, book):
    run = teladan("evaluate", "egdi", book([HEAD, ["KOR", "=1/2", 1, 1], ["BRN", 1, 1, "=B2"]]))
    assert (run.status, run.out) == (1, "")
    assert run.err.splitlines() == [
        "book.xlsx:2:B: the cell B2 holds a formula; copy the sheet and paste it as values",
        "book.xlsx:3:D: the cell D3 holds a formula; copy the sheet and paste it as values",
    ]


def test_a_formula_with_a_kept_value_is_a_formula_too(teladan, book):
    file = book([HEAD, ["KOR", "=1/2", 1, 1]])
    repacked(file, lambda _, data: data.replace(b"</f><v />", b"</f><v>0.5</v>"))
    assert b"<v>0.5</v>" in zipfile.ZipFile(file).read("xl/worksheets/sheet1.xml")
    assert "the cell B2 holds a formula" in teladan("evaluate", "egdi", file).err


def test_merged_cells_are_refused_with_their_range(teladan, book):
    run = teladan(
        "evaluate", "egdi", book([HEAD, ["KOR", 1, 1, 1]], lambda _, sheet: sheet.merge_cells("B2:C3"))
    )
    assert (run.status, run.out) == (1, "")
    assert run.err == "book.xlsx:2:B: the cells B2:C3 are merged; unmerge them and fill each\n"


def test_macros_are_refused(teladan, book):
    file = book([HEAD, ["KOR", 1, 1, 1]])
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    run = teladan("evaluate", "egdi", file)
    assert (run.status, run.out, run.err) == (
        1,
        "",
        "book.xlsx: the workbook holds macros; save it as .xlsx without them\n",
    )


def test_cells_that_are_no_answer_are_refused_one_by_one(teladan, book):
    def change(_, sheet):
        sheet["D3"] = "#DIV/0!"
        sheet["D3"].data_type = "e"

    rows = [HEAD, ["KOR", dt.date(2024, 5, 1), dt.time(1, 30), True], ["BRN", 1, "x", None]]
    run = teladan("evaluate", "egdi", book(rows, change))
    assert (run.status, run.out) == (1, "")
    assert run.err.splitlines() == [
        "book.xlsx:2:OSI: the cell holds a date or time (2024-05-01), not a number; was 1.5 read as a date?",
        "book.xlsx:2:HCI: the cell holds a date or time (01:30:00), not a number; was 1.5 read as a date?",
        "book.xlsx:2:TII: 'TRUE' is not a number (write 3.5 or 7/2)",
        "book.xlsx:3:HCI: 'x' is not a number (write 3.5 or 7/2)",
        "book.xlsx:3:TII: the cell holds the spreadsheet's error #DIV/0!",
    ]


def test_a_date_in_a_column_that_is_not_read_does_no_harm(teladan, book):
    file = book([[*HEAD, "note"], ["KOR", 1, 1, 1, dt.date(2024, 5, 1)]])
    assert teladan("evaluate", "egdi", file).status == 0


def test_rows_are_those_of_the_spreadsheet(teladan, book):
    run = teladan("evaluate", "egdi", book([[None], HEAD, [None], ["KOR", 9, 1, 1]]))
    assert run.err == "book.xlsx:4:OSI: 9 is not between 0 and 1\n"


def test_a_column_without_a_name_has_its_letter(teladan, book):
    run = teladan("evaluate", "egdi", book([HEAD, ["KOR", 1, 1, 1, "here"]]))
    assert run.err == "book.xlsx:1:E: this column has no name in the header\n"


def test_an_empty_workbook(teladan, book):
    assert teladan("evaluate", "egdi", book([])).err == "book.xlsx: the sheet 'Data' is empty\n"


def test_a_sheet_that_reaches_far_is_not_unrolled(teladan, book):
    file = book([HEAD, ["KOR", 1, 1, 1]], lambda _, sheet: sheet.cell(1_000_000, 16_000, "x"))
    run = teladan("evaluate", "egdi", file)
    assert (run.status, run.out) == (1, "")
    assert run.err == "book.xlsx: the sheet reaches over more than 20,000,000 cells\n"


def test_a_zip_bomb_is_not_opened(teladan, book):
    file = book([HEAD, ["KOR", 1, 1, 1]])
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/more.xml", bytes(60_000_000))
    run = teladan("evaluate", "egdi", file)
    assert (run.status, run.out) == (1, "")
    assert run.err == "book.xlsx: the workbook would unpack to 60 MB; it is not opened\n"


def test_xml_with_a_document_type_is_refused(teladan, book):
    file = book([HEAD, ["KOR", 1, 1, 1]])
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'

    def change(name, data):
        if name != "xl/worksheets/sheet1.xml":
            return data
        declaration, mark, rest = data.partition(b"?>")
        return declaration + mark + bomb + rest if mark else bomb + data

    run = teladan("evaluate", "egdi", repacked(file, change))
    assert (run.status, run.out) == (1, "")
    assert run.err == f"book.xlsx: {DAMAGED} (xl/worksheets/sheet1.xml declares a document type)\n"


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"]
)
@pytest.mark.parametrize("damage", [None, b"", b"<broken"])
def test_a_damaged_part_is_named(teladan, book, part, damage):
    file = book([HEAD, ["KOR", 1, 1, 1]])
    run = teladan("evaluate", "egdi", repacked(file, lambda name, data: damage if name == part else data))
    assert (run.status, run.out) == (1, "")
    assert run.err.startswith("book.xlsx: ")


def test_a_workbook_cut_off(teladan, book):
    file = Path(book([HEAD, ["KOR", 1, 1, 1]]))
    file.write_bytes(file.read_bytes()[:-40])
    assert teladan("evaluate", "egdi", "book.xlsx").err == f"book.xlsx: {DAMAGED}\n"


@pytest.mark.parametrize("seed", range(80))
def test_a_damaged_workbook_never_gives_a_traceback(teladan, book, write, seed):
    data = bytearray(Path(book([HEAD, ["KOR", 1, 0.5, 0.25], ["BRN", 0.1, "0.2", 1]])).read_bytes())
    chance = random.Random(seed)
    for _ in range(chance.randrange(1, 8)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    run = teladan("evaluate", "egdi", write("a.xlsx", bytes(data)))
    assert run.status in {0, 1}
    assert run.out == "" or run.status == 0


def test_a_number_beyond_all_bounds(teladan, book):
    file = book([HEAD, ["KOR", 0.125, 1, 1]])
    repacked(file, lambda _, data: data.replace(b"<v>0.125</v>", b"<v>1e999</v>"))
    run = teladan("evaluate", "egdi", file)
    assert (run.status, run.out) == (1, "")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["readme.txt"], "the file is a zip archive, not a workbook; unpack it and name the file in it"),
        (["mimetype", "content.xml"], "this is an OpenDocument file; save it as .xlsx or “CSV UTF-8”"),
        (["xl/workbook.bin"], "this is a binary workbook (.xlsb); save it as .xlsx"),
    ],
)
def test_other_archives_are_named(teladan, write, names, message):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    run = teladan("evaluate", "egdi", write("a.xlsx", packed.getvalue()))
    assert (run.status, run.out, run.err) == (1, "", f"a.xlsx: {message}\n")


def test_letters_are_those_of_a_spreadsheet():
    assert [letter(n) for n in range(800)] == [openpyxl.utils.get_column_letter(n + 1) for n in range(800)]
