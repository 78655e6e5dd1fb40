"""Our own CSV files read row by row, so that what is wrong in one is named by file and line."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from teladan.core.document import DocumentError, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row: the number of its line in the file, counted from 1, and its cells by column."""

    number: int
    cells: dict[str, str]


def read(file: Path, required: Collection[str], keys: Collection[str] = ()) -> list[Line]:
    """Return the rows of a file with a header; raises DocumentError, OSError.

    `required` are the columns that must be there, `keys` those that no two rows may have alike.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            return _lines(str(file), stream, required, keys)
    except UnicodeDecodeError as error:
        raise DocumentError(str(file), [Problem(1, "", f"is not UTF-8 text: {error.reason}")]) from error
    except csv.Error as error:
        raise DocumentError(str(file), [Problem(1, "", f"is not CSV: {error}")]) from error


def _lines(name: str, stream: Iterable[str], required: Collection[str], keys: Collection[str]) -> list[Line]:
    reader = csv.reader(stream, strict=True)
    header = next(reader, [])
    problems = [Problem(1, column, "there is no such column") for column in required if column not in header]
    problems += [
        Problem(1, column, "stands twice in the header")
        for column in dict.fromkeys(header)
        if header.count(column) > 1
    ]
    if problems:
        raise DocumentError(name, problems)
    found: list[Line] = []
    seen: dict[tuple[str, ...], int] = {}
    for cells in reader:
        number = reader.line_num
        if len(cells) != len(header):
            problems.append(Problem(number, "", f"has {len(cells)} cells, the header {len(header)}"))
            continue
        if any("\0" in cell for cell in cells):
            problems.append(Problem(number, "", "holds the character NUL: this is not text"))
            continue
        line = Line(number=number, cells=dict(zip(header, cells, strict=True)))
        key = tuple(line.cells[column] for column in keys)
        if keys and key in seen:
            problems.append(Problem(number, ", ".join(key), f"stands in line {seen[key]} already"))
        seen[key] = number
        found.append(line)
    if problems:
        raise DocumentError(name, problems)
    return found
