"""Printed figures of a file, one organisation per row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from teladan.cli.files.answers import read_sheet
from teladan.cli.files.columns import BAND, IGNORABLE
from teladan.cli.problems import WrongData
from teladan.core.consistency import Row
from teladan.core.quantity import QuantityError, exact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teladan.cli.files.answers import Sheet
    from teladan.cli.files.table import Table
    from teladan.core.instrument import Edition


def read_printed(
    table: Table, edition: Edition, *, decimal: str | None = None, ignore: Sequence[str] = ()
) -> tuple[Sheet, list[Row]]:
    """Return the cells of a file and its rows as they were printed; raises WrongData."""
    sheet = read_sheet(
        table,
        edition,
        decimal=decimal,
        ignore=ignore,
        codes=edition.elements,
        extra={BAND},
        harmless=IGNORABLE,
    )
    _report_texts(sheet)
    if sheet.problems:
        raise WrongData(table.file, sheet.problems)
    bands = sheet.extra.get(BAND)
    rows = [
        Row(
            organisation=organisation,
            values={code: cells[position] for code, cells in sheet.cells.items() if cells[position]},
            band=bands[position] if bands else None,
            kind=sheet.kinds[position] if sheet.kinds else None,
        )
        for position, organisation in enumerate(sheet.organisations)
    ]
    return sheet, rows


def _report_texts(sheet: Sheet) -> None:
    """Name the cells that are no number; a figure is never guessed."""
    for code, cells in sheet.cells.items():
        refused: dict[str, str] = {}
        for text in set(cells) - {""}:
            try:
                exact(text)
            except QuantityError as error:
                refused[text] = str(error)
        if refused:
            for position, text in enumerate(cells):
                if text in refused:
                    sheet.report(position, code, refused[text])
