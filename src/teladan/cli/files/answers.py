"""Answers of a file, one organisation per row (wide) or one answer per row (long)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from teladan.cli.files.columns import HARMLESS, INDICATOR, KIND, LONG, ORGANISATION, VALUE, Columns, assign
from teladan.cli.files.decimals import mark_of, with_points
from teladan.cli.files.table import Odd
from teladan.cli.problems import CODES, Problem, WrongData, nearest, wrong
from teladan.core.index import read_answers, unknown_column
from teladan.core.instrument import Missing, ScaleType

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from teladan.cli.files.table import Table
    from teladan.core.index import Answers
    from teladan.core.instrument import Edition

TRUTH = {"true": "yes", "false": "no"}  # how spreadsheets write a tick


@dataclass(slots=True, kw_only=True)
class Sheet:
    """The cells of n organisations by code, and where each stands in the file.

    `problems` are those found before the instrument is asked, `wrong` the (organisation's position,
    code or role) they concern. In a long file `places` has the row of each answer.
    """

    file: str
    organisations: Sequence[str]
    rows: Sequence[int]
    header_row: int
    cells: dict[str, Sequence[str]]
    kinds: Sequence[str] | None = None
    extra: dict[str, Sequence[str]] = field(default_factory=dict)
    places: dict[tuple[int, str], int] | None = None
    problems: list[Problem] = field(default_factory=list)
    wrong: set[tuple[int, str]] = field(default_factory=set)

    def report(self, position: int, column: str, message: str) -> None:
        """Note one problem of an organisation's cell."""
        if (position, column) not in self.wrong:
            self.wrong.add((position, column))
            self.problems.append(self.problem(position, column, message))

    def problem(self, position: int, column: str, message: str) -> Problem:
        """Return a problem where a person finds the cell."""
        if self.places is None or column in {ORGANISATION, KIND}:
            return Problem(self.rows[position], column, message)
        row = self.places.get((position, column))
        if row is None:
            return Problem(self.rows[position], INDICATOR, f"{column}: {message}")
        return Problem(row, VALUE, f"{column}: {message}")

    def without(self, positions: Collection[int]) -> Sheet:
        """Return the sheet without some organisations, for what can still be computed."""
        keep = [position for position in range(len(self.organisations)) if position not in positions]
        return Sheet(
            file=self.file,
            organisations=[self.organisations[i] for i in keep],
            rows=[self.rows[i] for i in keep],
            header_row=self.header_row,
            cells={code: [cells[i] for i in keep] for code, cells in self.cells.items()},
            kinds=None if self.kinds is None else [self.kinds[i] for i in keep],
        )


def read_sheet(
    table: Table,
    edition: Edition,
    *,
    decimal: str | None = None,
    ignore: Sequence[str] = (),
    codes: Collection[str] | None = None,
    extra: Collection[str] = (),
    harmless: Collection[str] = HARMLESS,
) -> Sheet:
    """Return the cells of a file; raises WrongData where the header or the whole file is wrong.

    `codes` are the elements a column may hold (without it, what can be answered); `extra` are
    columns of text to keep as they are.
    """

    def refusal(name: str) -> str | None:
        if codes is None:
            return unknown_column(edition, name)
        if name in codes:
            return None
        return f"unknown code {name!r}{nearest(name, codes, CODES) or f'; codes are {listed(codes)}'}"

    columns = assign(
        table,
        roles={ORGANISATION, KIND, *extra, *(LONG if codes is None else ())},
        ignorable=harmless,
        ignored=ignore,
        refusal=refusal,
    )
    if not table.rows and not table.problems:
        raise wrong(table.file, "no organisations: below the header there are no rows", table.header_row)
    is_long = all(role in columns.roles for role in LONG)
    if not is_long and any(role in columns.roles for role in LONG):
        present = next(role for role in LONG if role in columns.roles)
        other = next(role for role in LONG if role != present)
        raise wrong(table.file, f"a column {present!r} needs a column {other!r}", table.header_row, present)
    if is_long and columns.codes:
        name = next(iter(columns.codes))
        raise wrong(
            table.file,
            f"with the columns {INDICATOR!r} and {VALUE!r} there can be no column {name!r}",
            table.header_row,
            name,
        )
    if not is_long and not columns.codes:
        known = listed(codes or [leaf.code for leaf in edition.leaves])
        raise wrong(table.file, f"no column holds figures; codes are {known}", table.header_row)
    figures = {VALUE: columns.roles[VALUE]} if is_long else columns.codes
    mark = mark_of(table, figures, decimal)
    sheet = (_long if is_long else _wide)(table, edition, columns, mark)
    sheet.problems[:0] = table.problems
    return sheet


def listed(codes: Collection[str]) -> str:
    """Return codes in one line, the middle of many left out.

    >>> listed(["I1", "I2"]), listed([f"I{n}" for n in range(1, 48)])
    ('I1, I2', 'I1, I2 … I47')
    """
    names = list(codes)
    return ", ".join(names) if len(names) <= 12 else f"{names[0]}, {names[1]} … {names[-1]}"


def answers_of(sheet: Sheet, edition: Edition) -> tuple[Answers | None, list[Problem], int]:
    """Return (answers of the organisations without a problem, the problems, how many are left out).

    None where no organisation is left.
    """
    if sheet.places is None:
        refuse_missing_columns(sheet.file, sheet.header_row, sheet.cells, edition)
    answers, refused = read_answers(edition, sheet.organisations, sheet.cells, sheet.kinds)
    out = {position for position, _ in sheet.wrong} | {problem.row for problem in refused}
    problems = sheet.problems + [
        sheet.problem(problem.row, problem.column, problem.message)
        for problem in refused
        if (problem.row, problem.column) not in sheet.wrong
    ]
    if sheet.wrong:
        rest = sheet.without(out)
        answers, refused = read_answers(edition, rest.organisations, rest.cells, rest.kinds)
        assert not refused, refused
    order = {column: place for place, column in enumerate([ORGANISATION, KIND, *sheet.cells])}
    problems.sort(key=lambda problem: (problem.row, order.get(problem.column, len(order))))
    return (answers if len(answers) else None), problems, len(out)


def refuse_missing_columns(file: str, header_row: int, codes: Collection[str], edition: Edition) -> None:
    """Name a column that is missing once, not once per organisation."""
    needed = [
        leaf.code
        for leaf in edition.leaves
        if leaf.missing is Missing.REFUSE and leaf.applies_to is None and leaf.code not in codes
    ]
    if needed:
        message = "there is no such column, and this instrument does not allow a missing answer"
        raise WrongData(file, [Problem(header_row, code, message) for code in needed])


def _wide(table: Table, edition: Edition, columns: Columns, mark: str) -> Sheet:
    sheet = Sheet(
        file=table.file,
        organisations=_names(columns.roles[ORGANISATION]),
        rows=table.rows,
        header_row=table.header_row,
        cells={},
        kinds=_kinds(columns),
        extra={
            role: _names(cells)
            for role, cells in columns.roles.items()
            if role not in {ORGANISATION, KIND, *LONG}
        },
    )
    _check_names(sheet, columns.roles[ORGANISATION])
    _refuse_repeated(sheet)
    for code, cells in columns.codes.items():
        pointed, refused = with_points(_truths(edition, code, cells), mark)
        sheet.cells[code] = pointed
        _report_cells(sheet, code, cells, refused)
    return sheet


def _long(table: Table, edition: Edition, columns: Columns, mark: str) -> Sheet:
    names = _names(columns.roles[ORGANISATION])
    unknown = {
        code: why if code else "the indicator has no code"
        for code in set(columns.roles[INDICATOR])
        if (why := unknown_column(edition, code))
    }
    order = {name: position for position, name in enumerate(dict.fromkeys(names))}
    count = len(order)
    cells: dict[str, list[str]] = {}
    kinds: list[str] = [""] * count
    given_kinds = _kinds(columns)
    sheet = Sheet(
        file=table.file,
        organisations=list(order),
        rows=[table.rows[line] for line in _first_lines(names)],
        header_row=table.header_row,
        cells={},
        kinds=None if given_kinds is None else kinds,
        places={},
    )
    assert sheet.places is not None
    typed = columns.roles[VALUE]
    values, refused = with_points(typed, mark)
    for line, name in enumerate(names):
        position, row = order[name], table.rows[line]
        code = columns.roles[INDICATOR][line]
        if code in unknown:
            sheet.problems.append(Problem(row, INDICATOR, unknown[code]))
            sheet.wrong.add((position, f"row {row}"))
            continue
        if (position, code) in sheet.places:
            message = f"{code} of {name!r} stands in row {sheet.places[position, code]} already"
            sheet.problems.append(Problem(row, INDICATOR, message))
            sheet.wrong.add((position, code))
            continue
        sheet.places[position, code] = row
        if code not in cells:
            cells[code] = [""] * count
        cells[code][position] = _truth(edition, code, values[line])
        if typed[line] in refused:
            sheet.report(position, code, refused[typed[line]])
        elif isinstance(typed[line], Odd):
            sheet.report(position, code, _odd(typed[line]))
        if given_kinds is not None and given_kinds[line]:
            if kinds[position] and kinds[position] != given_kinds[line]:
                message = f"{name!r} is of the kind {kinds[position]!r} in an earlier row"
                sheet.problems.append(Problem(row, KIND, message))
                sheet.wrong.add((position, KIND))
            kinds[position] = given_kinds[line]
    sheet.cells.update(cells)
    _check_names(sheet, list(order))
    return sheet


def _first_lines(names: Sequence[str]) -> list[int]:
    first: dict[str, int] = {}
    for line, name in enumerate(names):
        first.setdefault(name, line)
    return list(first.values())


def _names(cells: Sequence[str]) -> list[str]:
    return [
        name if name.isascii() or isinstance(name, Odd) else unicodedata.normalize("NFC", name)
        for name in cells
    ]


def _kinds(columns: Columns) -> list[str] | None:
    cells = columns.roles.get(KIND)
    return None if cells is None or not any(cells) else _names(cells)


def _check_names(sheet: Sheet, cells: Sequence[str]) -> None:
    if not all(cells):
        for position, name in enumerate(cells):
            if not name:
                sheet.report(position, ORGANISATION, "the organisation has no name")
    for column, texts in {ORGANISATION: cells, KIND: sheet.kinds or (), **sheet.extra}.items():
        if "".join(texts).isprintable() and Odd not in set(map(type, texts)):
            continue
        for position, text in enumerate(texts):
            if isinstance(text, Odd):
                sheet.report(position, column, _odd(text))
            elif not text.isprintable():
                sheet.report(position, column, f"{text!r} holds a character that cannot be shown")


def _refuse_repeated(sheet: Sheet) -> None:
    """Which of two rows counts is not known, so none of them is evaluated."""
    if len(set(sheet.organisations)) == len(sheet.organisations):
        return
    first: dict[str, int] = {}
    for position, name in enumerate(sheet.organisations):
        if first.setdefault(name, position) != position and name:
            before = first[name]
            sheet.wrong.add((before, ORGANISATION))
            sheet.report(position, ORGANISATION, f"{name!r} stands in row {sheet.rows[before]} already")


def _report_cells(sheet: Sheet, code: str, cells: Sequence[str], refused: Mapping[str, str]) -> None:
    if not refused and Odd not in set(map(type, cells)):
        return
    for position, cell in enumerate(cells):
        if isinstance(cell, Odd):
            sheet.report(position, code, _odd(cell))
        elif type(cell) is str and cell in refused:
            sheet.report(position, code, refused[cell])


def _odd(cell: str) -> str:
    return f"the cell holds {cell.why}" if isinstance(cell, Odd) else cell


def _truths(edition: Edition, code: str, cells: Sequence[str]) -> Sequence[str]:
    scale = edition.elements[code].scale
    if scale is None or scale.type is not ScaleType.YES_NO:
        return cells
    return [_truth(edition, code, cell) for cell in cells]


def _truth(edition: Edition, code: str, cell: str) -> str:
    scale = edition.elements[code].scale
    if scale is None or scale.type is not ScaleType.YES_NO:
        return cell
    return TRUTH.get(cell.casefold(), cell)
