"""What a sheet's XML says beside its values: formulas, errors, merged cells, how far it reaches."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Callable, Mapping

MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",  # the strict form
)
LINKS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
MOST_NAMED = 1_000  # formulas and merged ranges kept; the command prints at most 100
MOST_TEXT = 200  # characters of an error cell


class SheetXmlError(ValueError):
    """XML that a workbook written by a spreadsheet program does not hold."""


@dataclass(slots=True)
class SheetFacts:
    """Rows count from 1 and columns from 0, as (row, column)."""

    formulas: list[tuple[int, int]] = field(default_factory=list)
    merged: list[tuple[int, str]] = field(default_factory=list)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    last_row: int = 0
    last_column: int = 0
    most_cells: int = 0

    @property
    def too_many_cells(self) -> bool:
        """Say whether the rectangle from A1 to the last cell is too large to be held."""
        return self.last_row * (self.last_column + 1) > self.most_cells


def path_of_sheet(archive: zipfile.ZipFile, name: str) -> str:
    """Return the path inside the archive of the sheet with this name."""
    link: list[str] = []
    target: list[str] = []

    def on_sheet(tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "sheet" and attributes.get("name") == name:
            link.extend(attributes[f"{space} id"] for space in LINKS if f"{space} id" in attributes)

    def on_relation(tag: str, attributes: Mapping[str, str]) -> None:
        if tag.rpartition(" ")[2] == "Relationship" and attributes.get("Id") in link:
            target.append(attributes.get("Target", ""))

    _parse(archive, WORKBOOK, on_sheet)
    _parse(archive, RELATIONS, on_relation)
    if not target:
        raise SheetXmlError(f"no part for the sheet {name!r}")
    path = target[0]
    return path.lstrip("/") if path.startswith("/") else f"xl/{path}"


def sheet_facts(archive: zipfile.ZipFile, path: str, most_cells: int) -> SheetFacts:
    """Return the facts of one sheet."""
    facts = SheetFacts(most_cells=most_cells)
    row, column = 0, -1  # of the current cell, from 1 and from 0
    error_text: list[str] | None = None

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal row, column, error_text
        if tag == "row":
            row = int(attributes["r"]) if attributes.get("r", "").isdigit() else row + 1
            column = -1
        elif tag == "c":
            column += 1
            reference = REFERENCE.fullmatch(attributes.get("r", ""))
            if reference:
                row, column = int(reference[2]), column_number(reference[1])
            facts.last_row = max(facts.last_row, row)
            facts.last_column = max(facts.last_column, column)
            error_text = [] if attributes.get("t") == "e" else None
        elif tag == "f":
            if len(facts.formulas) < MOST_NAMED:
                facts.formulas.append((row, column))
        elif tag == "mergeCell" and len(facts.merged) < MOST_NAMED:
            span = attributes.get("ref", "")[:MOST_TEXT]
            first = REFERENCE.match(span)
            facts.merged.append((int(first[2]) if first else 0, span))

    def end(tag: str) -> None:
        nonlocal error_text
        if tag == "c" and error_text is not None:
            facts.errors[row, column] = "".join(error_text)[:MOST_TEXT]
            error_text = None

    def text(data: str) -> None:
        if error_text is not None and len(error_text) < MOST_TEXT:
            error_text.append(data)

    _parse(archive, path, start, end, text)
    return facts


def column_number(letters: str) -> int:
    """Return a column's number from 0: A is 0, AA is 26."""
    number = 0
    for character in letters:
        number = number * 26 + ord(character) - ord("A") + 1
    return number - 1


def _parse(
    archive: zipfile.ZipFile,
    path: str,
    start: Callable[[str, Mapping[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Stream one part. Tags of the workbook's own namespace come without it."""
    parser = expat.ParserCreate(namespace_separator=" ")

    def refuse(*_arguments: object) -> None:
        raise SheetXmlError(f"{path} declares a document type")

    def local(tag: str) -> str:
        space, _, name = tag.rpartition(" ")
        return name if space in MAIN else tag

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = lambda tag, attributes: start(local(tag), attributes)
    if end:
        parser.EndElementHandler = lambda tag: end(local(tag))
    if text:
        parser.CharacterDataHandler = text
    try:
        with archive.open(path) as part:
            parser.ParseFile(part)
    except KeyError as error:
        raise SheetXmlError(f"{path} is missing") from error
    except expat.ExpatError as error:
        raise SheetXmlError(f"{path}: {error}") from error
