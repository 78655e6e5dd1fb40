"""Tables of a page read as a person hears them: by caption, row heading and column heading."""

from __future__ import annotations

from html.parser import HTMLParser


class _Tables(HTMLParser):
    """Every table of a page: its caption and its rows of cells, each with its text."""

    def __init__(self) -> None:
        super().__init__()
        self.captions: list[str] = []
        self.rows: list[list[list[str]]] = []
        self.heads: list[list[str]] = []  # rows that head a group
        self._into: str | None = None
        self._over = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "table":
            self.captions.append("")
            self.rows.append([])
        elif tag == "tr" and self.rows:
            self.rows[-1].append([])
        elif tag in {"td", "th"} and self.rows and self.rows[-1]:
            self.rows[-1][-1].append("")
            self._over = int(given.get("colspan") or 1)
            if given.get("scope") == "rowgroup" and self._over > 1:
                self.heads.append(self.rows[-1][-1])
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


def table_of(html: str, caption: str = "") -> list[dict[str, str]]:
    """Return the rows of the table whose caption holds a text: {heading: text of the cell}.

    A cell over several columns stands under each. Remarks and headings over rows are left out.
    """
    page = _Tables()
    page.feed(html)
    found = [rows for text, rows in zip(page.captions, page.rows, strict=True) if caption in text]
    assert len(found) == 1, f"{len(found)} tables of {page.captions} are about {caption!r}"
    plain = [row for row in found[0] if not any(row is head for head in page.heads)]
    headings, *rows = ([" ".join(cell.split()) for cell in row] for row in plain)
    return [dict(zip(headings, row, strict=True)) for row in rows if len(set(row)) > 1 or len(row) == 1]
