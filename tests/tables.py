"""Tables of a page read as a person hears them: by caption, row heading and column heading."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser


class _Tables(HTMLParser):
    """Every table of a page: its caption and its rows of cells, each with its text."""

    def __init__(self) -> None:
        super().__init__()
        self.captions: list[str] = []
        self.rows: list[list[list[str]]] = []
        self.apart: list[list[str]] = []  # rows that are drawn, or head others
        self.links: list[list[str]] = []  # the first of each row
        self._into: str | None = None
        self._over = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "table":
            self.captions.append("")
            self.rows.append([])
            self.links.append([])
        elif tag == "tr" and self.rows:
            self.rows[-1].append([])
            if given.get("aria-hidden") == "true":
                self.apart.append(self.rows[-1][-1])
            self.links[-1].append("")
        elif tag == "a" and self._into and self.links and self.links[-1] and not self.links[-1][-1]:
            self.links[-1][-1] = given.get("href") or ""
        elif tag in {"td", "th"} and self.rows and self.rows[-1]:
            self.rows[-1][-1].append("")
            self._over = int(given.get("colspan") or 1)
            if given.get("scope") == "rowgroup" and self._over > 1:
                self.apart.append(self.rows[-1][-1])
        if tag in {"caption", "td", "th"}:
            self._into = tag

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"} and self.rows and self.rows[-1]:
            row = self.rows[-1][-1]
            row += row[-1:] * (self._over - 1)
        if tag in {"caption", "td", "th"}:
            self._into = None

    def handle_data(self, data: str) -> None:
        if self._into == "caption":
            self.captions[-1] += data
        elif self._into and self.rows and self.rows[-1] and self.rows[-1][-1]:
            self.rows[-1][-1][-1] += data


def _rows(html: str, caption: str) -> Iterator[tuple[str, dict[str, str]]]:
    page = _Tables()
    page.feed(html)
    found = [place for place, text in enumerate(page.captions) if caption in text]
    assert len(found) == 1, f"{len(found)} tables of {page.captions} are about {caption!r}"
    rows = [
        (link, row)
        for link, row in zip(page.links[found[0]], page.rows[found[0]], strict=True)
        if not any(row is other for other in page.apart)
    ]
    (_link, headings), *rows = ((link, [" ".join(cell.split()) for cell in row]) for link, row in rows)
    for link, row in rows:
        if len(set(row)) > 1 or len(row) == 1:
            yield link, dict(zip(headings, row, strict=True))


def table_of(html: str, caption: str = "") -> list[dict[str, str]]:
    """Return the rows of the table whose caption holds a text: {heading: text of the cell}.

    A cell over several columns stands under each. Remarks, headings over rows and drawings are left out.
    """
    return [row for _link, row in _rows(html, caption)]


def table_by_code(html: str, caption: str = "") -> dict[str, dict[str, str]]:
    """Return the same rows by the code that the first link of each leads to."""
    return {link.rsplit("/", 1)[-1]: row for link, row in _rows(html, caption)}
