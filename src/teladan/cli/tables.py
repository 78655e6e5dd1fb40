"""A file of answers or printed figures read into columns, whatever it was saved as."""

from __future__ import annotations

import gc
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

from teladan.cli.problems import CannotRun, Problem, wrong

if TYPE_CHECKING:
    from collections.abc import Sequence

LARGEST = 100_000_000  # bytes
MOST_COLUMNS = 16_384  # as in a spreadsheet
ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What people pick by mistake, by its first bytes.
OTHERS = {
    b"%PDF": "a PDF",
    b"\x1f\x8b": "compressed with gzip",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"{\\rtf": "a text document (RTF)",
    b"<!DOCTYPE": "a web page",
    b"<html": "a web page",
}
SAVE = "save it as “CSV UTF-8” or .xlsx"


class Number(str):
    """A cell that a workbook holds as a number: its decimal mark is a point whatever the file's."""

    __slots__ = ()


class Odd(str):
    """A cell of a workbook that cannot be an answer; `why` says what it is."""

    __slots__ = ("why",)

    why: str

    def __new__(cls, text: str, why: str) -> Self:
        """Keep the reason beside the text."""
        odd = super().__new__(cls, text)
        odd.why = why
        return odd


@dataclass(slots=True, kw_only=True)
class Table:
    """Named columns of equal length; `rows` holds the spreadsheet row of each line.

    Rows that do not fit the header are in `problems` and not in the columns. `separator` is
    empty for a workbook. `note` says what the reader chose, where it had a choice.
    """

    file: str
    header: list[str]
    header_row: int
    columns: list[Sequence[str]]
    rows: list[int]
    separator: str
    problems: list[Problem] = field(default_factory=list)
    note: str = ""


def letter(position: int) -> str:
    """Return a column's letters as in a spreadsheet, from 0.

    >>> letter(0), letter(25), letter(26)
    ('A', 'Z', 'AA')
    """
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def read(file: str) -> Table:
    """Return the table of a CSV or XLSX file.

    Raises CannotRun for a file that cannot be opened and WrongData for one that cannot be read.
    """
    # Rows hold no cycles; looking for some while they pile up takes as long as reading them.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _read(file)
    finally:
        if collecting:
            gc.enable()


def _read(file: str) -> Table:
    data = _bytes(file)
    if not data.strip(b"\xef\xbb\xbf \t\r\n\0"):
        raise wrong(file, "the file is empty")
    if data.startswith(ZIP):
        from teladan.cli.workbook import read_workbook

        return read_workbook(file, data)
    if data.startswith(OLE):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        kind = "is protected by a password: remove it" if locked else "is an old Excel file: save it as .xlsx"
        raise wrong(file, f"the workbook {kind}")
    for start, kind in OTHERS.items():
        if data[:64].lstrip().startswith(start):
            raise wrong(file, f"the file is {kind}, not a table; {SAVE}")
    from teladan.cli.text import read_text

    return read_text(file, data)


def _bytes(file: str) -> bytes:
    if not file:
        raise CannotRun("FILE is empty: name a CSV or XLSX file")
    try:
        found = os.stat(file)  # noqa: PTH116  (a Path would drop a trailing slash)
        if stat.S_ISDIR(found.st_mode):
            raise CannotRun(f"{file}: this is a folder; name the file in it")
        if found.st_size > LARGEST:
            raise _too_large(file, f"{found.st_size / 1e6:,.0f} MB")
        with Path(file).open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise CannotRun(f"{file}: there is no such file{_beside(file)}") from error
    except PermissionError as error:
        raise CannotRun(f"{file}: you may not read this file") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise CannotRun(f"{file}: cannot be opened: {reason}") from error
    if len(data) > LARGEST:
        raise _too_large(file, f"more than {LARGEST / 1e6:,.0f} MB")
    return data


def _too_large(file: str, size: str) -> CannotRun:
    return CannotRun(
        f"{file}: {size}, and at most {LARGEST / 1e6:,.0f} MB is read; split the file by rows: "
        "each organisation is evaluated on its own"
    )


def _beside(file: str) -> str:
    from teladan.cli.problems import nearest

    try:
        names = os.listdir(Path(file).parent)  # noqa: PTH208  (names are wanted)
    except OSError:
        return ""
    return nearest(Path(file).name, names)


def shaped(
    file: str, header: list[str], header_row: int, records: list[tuple[int, list[str]]], separator: str
) -> Table:
    """Return the table of a header and records (spreadsheet row, cells)."""
    while (
        header
        and not header[-1]
        and all(not "".join(cells[len(header) - 1 :]).strip() for _, cells in records)
    ):
        header = header[:-1]
    width = len(header)
    problems: list[Problem] = []
    rows: list[int] = []
    kept: list[list[str]] = []
    for row, cells in records:
        if len(cells) != width:
            if len(cells) < width:
                first_missing = header[len(cells)] or letter(len(cells))
                problems.append(Problem(row, first_missing, f"{len(cells)} cells, the header has {width}"))
                continue
            extra = next((i for i in range(width, len(cells)) if cells[i].strip()), None)
            if extra is not None:
                hint = ", or a decimal comma without quotation marks" if separator == "," else ""
                problems.append(
                    Problem(
                        row,
                        letter(extra),
                        f"{cells[extra]!r} stands outside the table: the header has {width} columns{hint}",
                    )
                )
                continue
            cells = cells[:width]  # noqa: PLW2901  (the row without its empty tail)
        rows.append(row)
        kept.append(cells)
    turned = zip(*kept, strict=True) if kept else ([] for _ in header)
    columns: list[Sequence[str]] = [
        list(map(str.strip, column)) if separator else _stripped(column) for column in turned
    ]
    return Table(
        file=file,
        header=header,
        header_row=header_row,
        columns=columns,
        rows=rows,
        separator=separator,
        problems=problems,
    )


def _stripped(column: Sequence[str]) -> list[str]:
    """Return the cells of a workbook without the spaces around texts; numbers keep their type."""
    return [cell.strip() if type(cell) is str else cell for cell in column]
