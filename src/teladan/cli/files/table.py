"""A file of answers or printed figures read into columns, whatever it was saved as."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from teladan.cli.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_COLUMNS = 16_384  # as in a spreadsheet


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
