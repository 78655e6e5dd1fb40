"""The few pieces of HTML that a report is made of. Text is escaped where it comes in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from teladan.core.composite.tree import Element
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
    heads = "".join(_head(column) for column in columns)
    body = "".join(_row(row, columns) for row in rows)
    end = "".join(_row(row, columns) for row in foot)
    end = f"<tfoot>{end}</tfoot>" if end else ""
    shape = ' class="wide"' if wide else ""
    return (
        f'<div class="box" role="region" tabindex="0" aria-labelledby="{name}"><table{shape}>'
        f'<caption id="{name}">{text(caption)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody>{end}</table></div>\n"
    )


def _head(column: Column) -> str:
    return f'<th scope="col"{_class(column.kind)}>{text(column.head)}</th>'


def _row(row: Sequence[Cell | str], columns: Sequence[Column]) -> str:
    parts = []
    for i, (given, column) in enumerate(zip(row, columns, strict=True)):
        cell = given if isinstance(given, Cell) else Cell(given)
        if i == 0:
            parts.append(f'<th scope="row"{_class(cell.classes)}>{cell.html}</th>')
        else:
            parts.append(f"<td{_class(f'{column.kind} {cell.classes}'.strip())}>{cell.html}</td>")
    return f"<tr>{''.join(parts)}</tr>"


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
