"""The decimal mark of a file: 1.5 or 1,5, found from its own figures or asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from teladan.cli.problems import CannotRun, wrong

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from teladan.cli.files.table import Table
    from teladan.cli.problems import WrongData

POINT, COMMA = "point", "comma"
WORDS = {"point": POINT, ".": POINT, "comma": COMMA, ",": COMMA}
FIGURE = re.compile(r"[+-]?[\d.,]+", re.ASCII)
GROUPED = {
    POINT: re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+", re.ASCII),
    COMMA: re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+", re.ASCII),
}
SIGN = {POINT: ".", COMMA: ","}


def named_mark(word: str | None) -> str | None:
    """Return POINT or COMMA for what --decimal says, None where it is not given; raises CannotRun."""
    if word is None:
        return None
    if word not in WORDS:
        raise CannotRun(f"--decimal {word!r}: say point or comma")
    return WORDS[word]


def mark_of(table: Table, columns: Mapping[str, Sequence[str]], named: str | None) -> str:
    """Return POINT or COMMA for the figures in `columns` (header name → cells).

    Raises WrongData, with examples and the option to give, where the file alone cannot tell.
    Cells that a workbook holds as numbers have no mark and no say.
    """
    if named:
        return named
    figures = {
        cell
        for cells in columns.values()
        for cell in (set(cells) if table.separator else set(map(_as_typed, cells)))
        if ("," in cell or "." in cell) and FIGURE.fullmatch(cell)
    }
    points, commas = ({cell for cell in figures if SIGN[mark] in cell} for mark in (POINT, COMMA))
    if points and commas:
        examples = _examples(table, columns, points, 1) + _examples(table, columns, commas, 1)
        raise _unclear(table, examples, "both marks are used")
    mark = COMMA if commas else POINT
    marked = commas or points
    may_group = mark == COMMA or table.separator == ";"
    if marked and may_group and all(GROUPED[mark].fullmatch(cell) for cell in marked):
        examples = _examples(table, columns, marked, 2)
        raise _unclear(table, examples, "these may be thousands or decimals")
    return mark


def with_points(cells: Sequence[str], mark: str) -> tuple[Sequence[str], dict[str, str]]:
    """Return the cells with a decimal point, and why for each text that cannot be read under `mark`."""
    if mark == POINT:
        return cells, {}
    typed = set(map(_as_typed, cells))
    pointed = {cell: cell.replace(",", ".") if cell.count(",") == 1 else cell for cell in typed}
    refused = {
        cell: f"{cell!r} has a point, but the decimal mark is a comma"
        for cell in typed
        if "." in cell and FIGURE.fullmatch(cell)
    }
    return [pointed[cell] if type(cell) is str else cell for cell in cells], refused


def _as_typed(cell: str) -> str:
    """Return a cell's text, or nothing where a workbook holds it as a number."""
    return cell if type(cell) is str else ""


def _examples(table: Table, columns: Mapping[str, Sequence[str]], wanted: set[str], count: int) -> list[str]:
    """Return the first cells of the file that are in `wanted`, each with its place."""
    examples: dict[str, str] = {}
    for position, row in enumerate(table.rows):
        for name, cells in columns.items():
            cell = cells[position]
            if cell in wanted and cell not in examples:
                examples[cell] = f"{cell} (row {row}, {name})"
                if len(examples) == count:
                    return list(examples.values())
    return list(examples.values())


def _unclear(table: Table, examples: list[str], why: str) -> WrongData:
    return wrong(
        table.file,
        f"is the decimal mark a point or a comma? {why}: {', '.join(dict.fromkeys(examples))}; "
        "say --decimal point or --decimal comma",
    )
