"""Separated text: UTF-8, a comma, semicolon or tab between cells."""

from __future__ import annotations

import csv
import io
import re

from teladan.cli.files.table import MOST_COLUMNS, Table, shaped
from teladan.cli.problems import wrong

SEPARATORS = (",", ";", "\t")
UTF16 = (b"\xff\xfe", b"\xfe\xff")
LONGEST_CELL = 131_072  # characters, the limit of Python's reader unless another library raised it
TOO_LONG = f"a cell of more than {LONGEST_CELL:,} characters: is a quotation mark not closed?"
WAY_OUT = "save the file as “CSV UTF-8”"


def read_text(file: str, data: bytes) -> Table:
    """Return the table of a file's bytes; raises WrongData naming the row and a way out."""
    text = _decoded(file, data)
    separator = _separator(text)
    records: list[tuple[int, list[str]]] = []
    row = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row, cells in enumerate(reader, 1):
            if len(cells) > MOST_COLUMNS:
                raise wrong(file, f"{len(cells):,} columns, and at most {MOST_COLUMNS:,} are read", row)
            if max(map(len, cells), default=0) > LONGEST_CELL:
                raise wrong(file, TOO_LONG, row)
            if any(map(str.strip, cells)) and not (row == 1 and _is_declaration(cells, text)):
                records.append((row, cells))
    except csv.Error as error:
        raise wrong(file, _reason(str(error)), row + 1) from error
    if not records:
        raise wrong(file, "the file is empty")
    header_row, header = records[0]
    return shaped(file, [name.strip() for name in header], header_row, records[1:], separator)


def _decoded(file: str, data: bytes) -> str:
    if data.startswith(UTF16):
        raise wrong(file, f"the text is UTF-16; {WAY_OUT}")
    if b"\0" in data:
        paired = not any(data[:200:2]) or not any(data[1:200:2])
        what = "the text is UTF-16" if paired else "the file holds NUL bytes: it is not text"
        raise wrong(file, f"{what}; {WAY_OUT}", 0 if paired else data[: data.index(b"\0")].count(b"\n") + 1)
    try:
        return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        broken, start = error.object, error.start
        row = broken[:start].count(b"\n") + 1
        raise wrong(file, f"the byte {broken[start]:#04x} is not UTF-8; {WAY_OUT}", row) from error


def _separator(text: str) -> str:
    """Return the separator of the first line that holds anything (Excel's `sep=;` line says it)."""
    first = next((line for line in io.StringIO(text, newline=None) if line.strip()), "")
    declared = re.fullmatch(r"sep=(.)", first.strip())
    if declared and declared[1] in SEPARATORS:
        return declared[1]
    outside = re.sub(r'"[^"]*"', "", first)
    return max(SEPARATORS, key=outside.count)


def _is_declaration(cells: list[str], text: str) -> bool:
    return cells[0].strip() == "sep=" or (len(cells) == 1 and text.startswith("sep="))


def _reason(error: str) -> str:
    if "end of data" in error:
        return "a quotation mark opens a cell here and nothing closes it"
    if "field larger" in error:
        return TOO_LONG
    if "expected after" in error:
        return "text follows a closing quotation mark; write a quotation mark in a cell twice"
    return f"cannot be read as separated text: {error}"
