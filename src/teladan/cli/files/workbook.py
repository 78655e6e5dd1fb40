"""XLSX workbooks: the values of the first visible sheet, and refusals of what could mislead.

The values come from calamine. What it does not tell (formulas, errors, the extent of a sheet) is
read from the sheet's XML inside the zip by a streaming parser that follows no entities.
"""

from __future__ import annotations

import datetime as dt
import io
import lzma
import math
import zipfile
import zlib
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import python_calamine as calamine

from teladan.cli.files.sheet_xml import SheetFacts, SheetXmlError, path_of_sheet, sheet_facts
from teladan.cli.files.table import Number, Odd, Table, letter, shaped
from teladan.cli.problems import Problem, WrongData, wrong

if TYPE_CHECKING:
    from collections.abc import Sequence

LARGEST_UNPACKED = 500_000_000  # bytes
SMALL = 10_000_000  # bytes; below it any ratio is harmless
LARGEST_RATIO = 250  # real sheets stay below 60
MOST_CELLS = 20_000_000
# What Python's zipfile raises for an archive that is none.
DAMAGES = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, EOFError, OSError, ValueError)
DAMAGED = "the workbook is damaged: open it in a spreadsheet program and save it again"


def read_workbook(file: str, data: bytes) -> Table:
    """Return the table of a workbook's first visible sheet; raises WrongData."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse_archive(file, archive, len(data))
            book = _opened(file, data)
            sheet_name, visible = _first_visible(file, book)
            facts = sheet_facts(archive, path_of_sheet(archive, sheet_name), MOST_CELLS)
    except SheetXmlError as error:
        raise wrong(file, f"{DAMAGED} ({error})") from error
    except DAMAGES as error:
        raise wrong(file, DAMAGED) from error
    _refuse_sheet(file, facts)
    rows = _rows(file, book, sheet_name)
    records = [
        (number, cells)
        for number, row in enumerate(rows, 1)
        if any(cells := [_cell(value, facts, number, column) for column, value in enumerate(row)])
    ]
    if not records:
        raise wrong(file, f"the sheet {sheet_name!r} is empty")
    header_row, header = records[0]
    table = shaped(file, [str(name) for name in header], header_row, records[1:], "")
    if visible > 1:
        table.note = f"{file}: the sheet {sheet_name!r} is read, the first of {visible}"
    return table


def _refuse_archive(file: str, archive: zipfile.ZipFile, size: int) -> None:
    members = archive.infolist()
    names = {member.filename for member in members}
    unpacked = sum(member.file_size for member in members)
    if unpacked > LARGEST_UNPACKED or (unpacked > SMALL and unpacked > LARGEST_RATIO * size):
        raise wrong(file, f"the workbook would unpack to {unpacked / 1e6:,.0f} MB; it is not opened")
    if any(member.flag_bits & 1 for member in members):
        raise wrong(file, "the workbook is protected by a password: remove it")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise wrong(file, "the workbook holds macros; save it as .xlsx without them")
    if "xl/workbook.bin" in names:
        raise wrong(file, "this is a binary workbook (.xlsb); save it as .xlsx")
    if "content.xml" in names and "mimetype" in names:
        raise wrong(file, "this is an OpenDocument file; save it as .xlsx or “CSV UTF-8”")
    if "xl/workbook.xml" not in names:
        raise wrong(file, "the file is a zip archive, not a workbook; unpack it and name the file in it")


def _opened(file: str, data: bytes) -> Any:
    try:
        return calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except calamine.PasswordError as error:
        raise wrong(file, "the workbook is protected by a password: remove it") from error
    except BaseException as error:
        if _is_damage(error):
            raise wrong(file, DAMAGED) from error
        raise


def _is_damage(error: BaseException) -> bool:
    """Say whether calamine failed on the file; its Rust panics are no Exception of Python's."""
    return isinstance(error, Exception) or type(error).__name__ == "PanicException"


def _first_visible(file: str, book: Any) -> tuple[str, int]:
    names = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.visible == calamine.SheetVisibleEnum.Visible
        and sheet.typ == calamine.SheetTypeEnum.WorkSheet
    ]
    if not names:
        raise wrong(file, "the workbook has no visible sheet with cells")
    return names[0], len(names)


def _refuse_sheet(file: str, facts: SheetFacts) -> None:
    problems = [
        Problem(
            row,
            letter(column),
            f"the cell {letter(column)}{row} holds a formula; copy the sheet and paste it as values",
        )
        for row, column in facts.formulas
    ]
    problems += [
        Problem(
            row,
            span.partition(":")[0].rstrip("0123456789"),
            f"the cells {span} are merged; unmerge them and fill each",
        )
        for row, span in facts.merged
    ]
    if facts.too_many_cells:
        problems.append(Problem(0, "", f"the sheet reaches over more than {MOST_CELLS:,} cells"))
    if problems:
        raise WrongData(file, problems)


def _rows(file: str, book: Any, name: str) -> Sequence[Sequence[Any]]:
    try:
        rows: Sequence[Sequence[Any]] = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except BaseException as error:
        if _is_damage(error):
            raise wrong(file, DAMAGED) from error
        raise
    return rows


def _cell(value: Any, facts: SheetFacts, row: int, column: int) -> str:
    if facts.errors and (row, column) in facts.errors:
        text = facts.errors[row, column]
        return Odd(text, f"the spreadsheet's error {text}")
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float) and not math.isfinite(value):
        return Odd(str(value), "a number beyond all bounds")
    if isinstance(value, int | float):
        return Number(number_text(value))
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        return Odd(str(value), f"a date or time ({value}), not a number; was 1.5 read as a date?")
    return Odd(str(value), f"a {type(value).__name__}, not a number or text")


def number_text(value: float) -> str:
    """Return the shortest decimal that reads back as the stored double, without an exponent.

    >>> number_text(2.35), number_text(3.0), number_text(1e-7)
    ('2.35', '3', '0.0000001')
    """
    return str(int(value)) if value == int(value) else format(Decimal(repr(value)), "f")
