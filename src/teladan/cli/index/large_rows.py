"""The wrong rows of a Parquet file, named as for other files: file:row:column: what and why."""

# ruff: noqa: S608  (names of columns are quoted here; DuckDB takes no parameters in these places)
from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn

from teladan.cli.files.columns import ORGANISATION
from teladan.cli.index.large_source import ROW
from teladan.cli.output import count
from teladan.cli.problems import Problem, WrongData
from teladan.core.index import AggregationError, evaluate, read_answers
from teladan.core.instrument import INDEX

if TYPE_CHECKING:
    from teladan.cli.index.large_source import Source
    from teladan.core.index.expression import Expression
    from teladan.core.instrument import Edition

LONG = 16  # characters of a DECIMAL that may be too many digits
NAMED = 20  # rows whose wrong cells are named
TOO_LONG = "{} has more digits than a DOUBLE is read with (9 after the point, 15 in all): store DECIMAL"


def repeated(source: Source) -> list[Problem]:
    """Return the first rows whose name stands in an earlier row.

    Names in rising order cannot repeat, which is quick to see; others are counted.
    """
    name = _name(source.organisation)
    rising = f"select count(*) from (select {name} <= lag({name}) over () as late from answers) where late"
    if not source.connection.execute(rising).fetchone()[0]:
        return []
    same = f"select {name} from answers where {name} is not null group by 1 having count(*) > 1 limit {NAMED}"
    rows = f"select {name}, {ROW} + 1 from answers semi join ({same}) using ({name}) order by {ROW}"
    first: dict[Any, int] = {}
    problems = []
    for organisation, row in source.connection.execute(rows).fetchall():
        if first.setdefault(organisation, row) != row and str(organisation).strip():
            message = f"{str(organisation)!r} stands in row {first[organisation]:,} already"
            problems.append(Problem(row, ORGANISATION, message))
    return problems[:NAMED]


def refuse(
    source: Source, edition: Edition, expression: Expression, bad: int, doubles: list[Problem]
) -> NoReturn:
    """Raise what is wrong: the first rows by their cells, and how many there are in all."""
    from teladan.core.index.expression.dialect import sql

    query = f"select * from ({sql(expression.wrong)}) order by {ROW} limit {NAMED}"
    wrong_rows = source.connection.execute(query)
    names = [column[0] for column in wrong_rows.description]
    problems = list(doubles)
    for row in wrong_rows.fetchall():
        problems += _problems(source, edition, dict(zip(names, row, strict=True)))
    stop = WrongData(source.file, problems)
    if bad > NAMED:
        stop.lines.append(f"… and {count(bad - NAMED, 'more row', 'more rows')} with a wrong cell")
    stop.lines.append(f"{source.file}: {source.count:,} rows read, nothing written")
    raise stop


def _problems(source: Source, edition: Edition, cells: dict[str, Any]) -> list[Problem]:
    """Return what the engine finds wrong in one row."""
    row = cells[ROW] + 1
    texts: dict[str, list[str]] = {}
    problems = []
    for code, column in source.columns.items():
        why = None if code == INDEX else _unreadable(cells[column])
        if why:
            problems.append(Problem(row, code, why))
        else:
            texts[code] = [text_of(cells[column])]
    if problems:
        return problems
    kinds = None if source.kind is None else [text_of(cells[source.kind])]
    answers, wrong = read_answers(edition, [text_of(cells[source.organisation])], texts, kinds)
    if wrong:
        return [Problem(row, problem.column, problem.message) for problem in wrong]
    try:
        evaluate(edition, answers)
    except AggregationError as error:
        return [Problem(row, "", str(error))]
    return [
        Problem(row, code, f"{cells[column]} has more digits than are read: store a narrower DECIMAL")
        for code, column in source.columns.items()
        if isinstance(cells[column], Decimal) and len(text_of(cells[column])) > LONG
    ] or [Problem(row, "", "a cell cannot be read")]


def _unreadable(value: Any) -> str | None:
    """Return why a DOUBLE is no figure: it is none, or has digits that it may not have been given."""
    if not isinstance(value, float):
        return None
    if not math.isfinite(value):
        return f"{value} is not a number"
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return TOO_LONG.format(value) if isinstance(exponent, int) and exponent < -9 else None


def text_of(value: Any) -> str:
    """Return a cell as the text that the engine reads.

    >>> text_of(None), text_of(True), text_of(3.0), text_of(Decimal("0.250"))
    ('', 'yes', '3', '0.25')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | Decimal):
        text = f"{Decimal(repr(value)) if isinstance(value, float) else value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value).strip()


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'
