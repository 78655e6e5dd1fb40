"""Which column of a file is what: organisation, kind, codes of the instrument, and the rest."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from teladan.cli.files.table import letter
from teladan.cli.problems import (
    CannotRun,
    Problem,
    WrongData,
    near,
    nearest,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from teladan.cli.files.table import Table

ORGANISATION, KIND, INDICATOR, VALUE = "organisation", "kind", "indicator", "value"
LONG = (INDICATOR, VALUE)
BAND = "band"
INDEX_EXACT = "index_exact"
HARMLESS = frozenset({"name", "region", "note"})
IGNORABLE = HARMLESS | {"rank", INDEX_EXACT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The columns in use: by role (`organisation`, …) and by code of the instrument."""

    roles: dict[str, Sequence[str]]
    codes: dict[str, Sequence[str]]


def assign(
    table: Table,
    *,
    roles: Collection[str],
    ignorable: Collection[str],
    ignored: Sequence[str],
    refusal: Callable[[str], str | None],
) -> Columns:
    """Return the columns by what they are; raises WrongData naming every column that is not known.

    Roles and the ignorable names may be written in any case, codes only as the instrument does;
    `refusal` says why a name is no code, or None where it is one.
    """
    problems: list[Problem] = []
    by_role: dict[str, Sequence[str]] = {}
    codes: dict[str, Sequence[str]] = {}
    first: dict[str, int] = {}
    dropped = _dropped(table, ignored)
    if not any(name.casefold() == ORGANISATION for name in table.header):
        raise WrongData(table.file, [_no_header(table)])
    for position, (name, cells) in enumerate(zip(table.header, table.columns, strict=True)):
        if position in dropped:
            continue
        if not name:
            if any(cells):
                problems.append(
                    Problem(table.header_row, letter(position), "this column has no name in the header")
                )
            continue
        folded = name.casefold()
        role = folded if folded in roles else ""
        key = role or name
        if key in first:
            problems.append(
                Problem(
                    table.header_row,
                    name,
                    f"this column stands twice (columns {letter(first[key])} and {letter(position)})",
                )
            )
            continue
        first[key] = position
        why = None if role else refusal(name)
        if role:
            by_role[role] = cells
        elif why is None:
            codes[name] = cells
        elif folded not in ignorable:
            problems.append(
                Problem(table.header_row, name, f"{why} (to leave it out: --ignore {shlex.quote(name)})")
            )
    if problems:
        raise WrongData(table.file, problems)
    return Columns(roles=by_role, codes=codes)


def _dropped(table: Table, ignored: Sequence[str]) -> set[int]:
    dropped: set[int] = set()
    for name in ignored:
        if name.strip().casefold() == ORGANISATION:
            raise CannotRun(f"--ignore {name}: without this column no row has a name")
        positions = {position for position, column in enumerate(table.header) if column == name.strip()}
        if not positions:
            raise CannotRun(f"--ignore {name}: {table.file} has no such column{nearest(name, table.header)}")
        dropped |= positions
    return dropped


def _no_header(table: Table) -> Problem:
    shown = ", ".join(filter(None, table.header[:4]))
    shown = shown[:80] + (", …" if len(table.header) > 4 or len(shown) > 80 else "")
    meant = near(ORGANISATION, [name.casefold() for name in table.header])
    hint = f"; write {ORGANISATION!r} for {meant!r}" if meant else ""
    return Problem(
        table.header_row,
        "",
        f"no header: the first row must name the columns, one of them {ORGANISATION!r}; "
        f"it holds {shown!r}{hint}",
    )
