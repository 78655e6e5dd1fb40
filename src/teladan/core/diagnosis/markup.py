"""The few pieces of HTML that a report is made of. Text is escaped where it comes in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from xml.sax.saxutils import escape, quoteattr

from teladan.core import table as tables
from teladan.core.composite.tree import Element
from teladan.core.table import Html, Table
from teladan.core.text import Texts, choose

LANGUAGE = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its head in words, and what stands in it: "" text, "n" figures, "d" a drawing."""

    head: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its HTML, and classes beside those of the column."""

    html: str
    classes: str = ""


def text(value: str) -> str:
    r"""Return text as HTML; a sign of per cent stays on the line of its figure.

    >>> text("R&D < 2 %") == "R&amp;D &lt; 2\N{NO-BREAK SPACE}%"
    True
    """
    return escape(value).replace(" %", "\N{NO-BREAK SPACE}%")


def titled(texts: Texts) -> str:
    """Return a title in English, else in the language there is, marked as such."""
    title, language = choose(texts, LANGUAGE)
    if not title or language == LANGUAGE:
        return text(title)
    return f"<span lang={quoteattr(language)}>{text(title)}</span>"


def named(element: Element) -> str:
    """Return an element's code with its title below."""
    title = titled(element.titles)
    code = f"<b>{text(element.code)}</b>"
    return f"{code}<small>{title}</small>" if title else code


def figure(words: str, extra: str = "") -> Cell:
    """Return a cell of a figure."""
    return Cell(text(words), extra)


def hidden(words: str) -> str:
    """Return words for those who listen."""
    return f'<span class="hide">{text(words)}</span>'


def table(
    name: str,
    caption: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell | str]],
    *,
    foot: Iterable[Sequence[Cell | str]] = (),
    wide: bool = False,
) -> str:
    """Return a table in a box of its own that scrolls; the first cell of a row is its head.

    `name` is an id of the page, `caption` plain text; cells given as str are HTML already.
    """
    kinds = ["" if place == 0 else column.kind for place, column in enumerate(columns)]

    def cells(row: Sequence[Cell | str]) -> list[tables.Cell]:
        return [_cell(cell, kind) for cell, kind in zip(row, kinds, strict=True)]

    return str(
        Table(
            [
                tables.Column(
                    tables.Cell(content=Html(text(column.head)), css=column.kind), itemgetter(place)
                )
                for place, column in enumerate(columns)
            ],
            [cells(row) for row in rows],
            caption=Html(text(caption)),
            name=name,
            css="wide" if wide else "",
            box="box",
            foot=[cells(row) for row in foot],
        )
    )


def _cell(given: Cell | str, kind: str) -> tables.Cell:
    cell = given if isinstance(given, Cell) else Cell(given)
    return tables.Cell(content=Html(cell.html), css=f"{kind} {cell.classes}".strip())


def _class(names: str) -> str:
    return f' class="{names}"' if names else ""


def paragraph(html: str, kind: str = "") -> str:
    """Return a paragraph of HTML."""
    return f"<p{_class(kind)}>{html}</p>\n"


def section(name: str, title: str, *parts: str) -> str:
    """Return a section with its heading; `name` is its id."""
    return (
        f'<section aria-labelledby="{name}"><h2 id="{name}">{text(title)}</h2>\n{"".join(parts)}</section>\n'
    )
