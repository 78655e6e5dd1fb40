"""A table described once, written as HTML, as CSV and as values for JSON.

>>> parts = [("Online service", "0.9679"), ("Human capital", None)]
>>> table = Table(
...     (
...         Column("Part", lambda part: part[0], "r", key="part"),
...         Column("Index", lambda part: part[1], "n", key="index"),
...     ),
...     parts,
... )
>>> print(table)
<table class="t-table">
<thead><tr><th scope="col">Part</th><th scope="col" class="n">Index</th></tr></thead>
<tbody>
<tr><th scope="row" class="r">Online service</th><td class="n">0.9679</td></tr>
<tr><th scope="row" class="r">Human capital</th><td class="n">–</td></tr>
</tbody>
</table>
>>> table.header, list(table.records())
(('part', 'index'), [('Online service', '0.9679'), ('Human capital', None)])

A template writes `{{ table }}`. What a cell holds is text, which is escaped, or anything with `__html__`,
which is markup already; None is shown as a dash.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from html import escape, unescape
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")
Content = Any  # text, an object with __html__, or None
Attributes = Mapping[str, object]
NOTHING = "–"
# On a narrow screen the stylesheet lays these out anew, and some browsers then forget that they are tables
# unless their roles are said.
FOLDING = frozenset({"t-cards", "t-stack"})
ROLES = {"table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tfoot": "rowgroup", "tr": "row"}
HEADERS = {"col": "columnheader", "row": "rowheader", "rowgroup": "rowheader"}
TAG = re.compile(r"<[^>]*>")


class Html(str):
    """Text that is markup already, where markupsafe is not at hand."""

    __slots__ = ()

    def __html__(self) -> str:
        """Return it as it is."""
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell or a heading unlike the others of its column; what is None is as the column says.

    One with a `scope` among its attributes is a heading.
    """

    content: Content = None
    css: str | None = None
    label: Content = None
    attributes: Attributes = field(default_factory=dict)


COVERED = Cell()  # no cell: the one before it is drawn over this column too


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column: its heading, and what a row shows in it.

    `css` are the classes of its cells; the heading of numbers ("n") has that class too, and a Cell as `title`
    has its own. `attributes` are those of its cells. `axis` is drawn below the heading. `label` stands beside
    a cell where the table folds: in cards the heading unless said otherwise, "" for none. The first column
    names its row, or the one with `names_row`. `key` is the column's name in CSV and JSON, `value` what it
    holds there if that is not what it shows; without a key it is on the page only, and where `title` is None
    in the data only.
    """

    title: Content
    cell: Callable[[Row], Content]
    css: str = ""
    _: KW_ONLY
    axis: Content = ""
    label: Content = None
    attributes: Attributes = field(default_factory=dict)
    names_row: bool = False
    key: str = ""
    value: Callable[[Row], object] | None = None


@dataclass(frozen=True, kw_only=True)
class Group(Generic[Row]):
    """Rows that belong together, below a heading over all columns where they have one.

    `drawn` is a row of markup above them: a figure over several columns.
    """

    rows: Sequence[Row]
    title: Content = None
    css: str = "x4"  # of the heading
    attributes: Attributes = field(default_factory=lambda: {"class": "group"})  # of the heading's row
    drawn: Content = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence over all columns, beside the row that it is about."""

    content: Content
    css: str = "t-remark"


@dataclass(frozen=True)
class Table(Generic[Row]):
    """Columns and rows with a caption.

    `name` is the id of the caption; a table with a name lies in a region that scrolls and can be reached by
    keyboard. `box` are the classes of what is around it, "" for nothing. `caption` stands in place of `title`
    and `sub`. `names_rows` is False where no column names the rows. `attributes` are those of a row, `before`
    and `after` the remarks on it. `foot` are rows given by their cells, as `cell` returns them. `widths` is a
    colgroup, as markup.
    """

    columns: Sequence[Column[Row]]
    rows: Iterable[Row] | Sequence[Group[Row]]
    _: KW_ONLY
    title: Content = ""
    sub: Content = ""
    caption: Content = ""
    caption_css: str = ""
    name: str = ""
    css: str = "t-table"
    box: str | None = None
    names_rows: bool = True
    attributes: Callable[[Row], Attributes] | None = None
    before: Callable[[Row], Iterable[Remark]] | None = None
    after: Callable[[Row], Iterable[Remark]] | None = None
    foot: Iterable[Sequence[Content]] = ()
    foot_css: str = ""
    widths: Content = ""

    # --- data -----------------------------------------------------------------------------

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns in CSV and JSON."""
        return tuple(column.key for column in self.columns if column.key)

    def records(self) -> Iterator[tuple[object, ...]]:
        """Yield the values of each row in the order of the header."""
        getters = [column.value or column.cell for column in self.columns if column.key]
        for group in self._groups():
            for row in group.rows:
                yield tuple(get(row) for get in getters)

    def values(self) -> list[dict[str, object]]:
        """Return each row as a mapping from the names of the columns to its values."""
        header = self.header
        return [dict(zip(header, record, strict=True)) for record in self.records()]

    # --- the page -------------------------------------------------------------------------

    def __html__(self) -> str:
        """Return the table as HTML."""
        columns = [column for column in self.columns if column.title is not None]
        folds = bool(FOLDING & set(self.css.split()))
        first = next((n for n, column in enumerate(columns) if column.names_row), 0)
        named = first if self.names_rows else None
        writer = _Writer(columns, named, folds=folds, labels="t-cards" in self.css.split())
        body = "".join(self._body(group, writer) for group in self._groups())
        foot = "".join(writer.row(cells, {}) for cells in self.foot)
        html = (
            f"{writer.tag('table', {'class': self.css})}\n{self._caption()}{_html(self.widths)}"
            f"{writer.heading()}{body}"
            + (f"{writer.tag('tfoot', {'class': self.foot_css})}\n{foot}</tfoot>\n" if foot else "")
            + "</table>"
        )
        box = ("t-scroll" if self.name else "") if self.box is None else self.box
        if not box:
            return html
        region = {"role": "region", "tabindex": 0, "aria-labelledby": self.name} if self.name else {}
        return f"<div{_attributes({'class': box, **region})}>\n{html}\n</div>"

    def __str__(self) -> str:
        """Return the table as HTML."""
        return self.__html__()

    def _groups(self) -> Iterable[Group[Row]]:
        rows: list[Any] = list(self.rows)
        return rows if rows and isinstance(rows[0], Group) else [Group(rows=rows)]

    def _caption(self) -> str:
        titles = self.title if isinstance(self.title, tuple) else (self.title,) if self.title else ()
        lines = _html(self.caption)
        lines += "".join(f'<strong class="t-title">{_html(title)}</strong>' for title in titles)
        lines += f'<span class="t-sub">{_html(self.sub)}</span>' if self.sub else ""
        return (
            f"<caption{_attributes({'id': self.name, 'class': self.caption_css})}>{lines}</caption>\n"
            if lines
            else ""
        )

    def _body(self, group: Group[Row], writer: _Writer) -> str:
        parts = [f"{writer.tag('tbody', {})}\n"]
        if group.title is not None:
            heading = Cell(content=group.title, css=group.css, attributes={"scope": "rowgroup"})
            parts.append(writer.spanning(heading, group.attributes))
        parts.append(_html(group.drawn))
        cells = [column.cell for column in writer.columns]
        attributes, before, after = self.attributes, self.before, self.after
        for row in group.rows:
            if before:
                parts += [writer.remark(remark) for remark in before(row)]
            parts.append(writer.row([cell(row) for cell in cells], attributes(row) if attributes else {}))
            if after:
                parts += [writer.remark(remark) for remark in after(row)]
        return "".join(parts) + "</tbody>\n"


class _Writer:
    """What is the same in every cell of a column, written once."""

    def __init__(
        self, columns: Sequence[Column[Any]], named: int | None, *, folds: bool, labels: bool
    ) -> None:
        self.columns = columns
        self.folds = folds
        self.labels = labels
        self._ends = ["</th>" if n == named else "</td>" for n in range(len(columns))]
        self._starts = [
            self._cell(column, Cell(css=column.css), names_row=n == named) for n, column in enumerate(columns)
        ]
        self._row = self.tag("tr", {})

    def tag(self, name: str, attributes: Attributes) -> str:
        """Return the opening tag of an element, with its role where the table folds."""
        role = {"role": ROLES[name]} if self.folds else {}
        return f"<{name}{_attributes({**role, **attributes})}>"

    def heading(self) -> str:
        """Return the row of headings."""
        cells = "".join(map(self._heading, self.columns))
        return f"{self.tag('thead', {})}{self._row}{cells}</tr></thead>\n"

    def row(self, cells: Sequence[Content], attributes: Attributes) -> str:
        """Return one row."""
        parts = [self.tag("tr", attributes) if attributes else self._row]
        for n, content in enumerate(cells):
            if content is COVERED:
                continue
            if isinstance(content, Cell):
                names_row = self._ends[n] == "</th>" or "scope" in content.attributes
                parts.append(self._cell(self.columns[n], content, names_row=names_row))
                parts += (_html(content.content), "</th>" if names_row else "</td>")
            else:
                parts += (self._starts[n], _html(content), self._ends[n])
        parts.append("</tr>\n")
        return "".join(parts)

    def spanning(self, heading: Cell, attributes: Attributes) -> str:
        """Return a row whose one heading goes over all columns."""
        column = Column[Any]("", str, label="")
        spanning = Cell(css=heading.css, attributes={**heading.attributes, "colspan": len(self.columns)})
        start = self._cell(column, spanning, names_row=True)
        return f"{self.tag('tr', attributes)}{start}{_html(heading.content)}</th></tr>\n"

    def remark(self, remark: Remark) -> str:
        """Return a row of one sentence."""
        role = {"role": "cell"} if self.folds else {}
        cell = _attributes({**role, "class": "x4", "colspan": len(self.columns)})
        return f"{self.tag('tr', {'class': remark.css})}<td{cell}>{_html(remark.content)}</td></tr>\n"

    def _heading(self, column: Column[Any]) -> str:
        if column.title is COVERED:
            return ""
        title = column.title if isinstance(column.title, Cell) else Cell(content=column.title)
        css = ("n" if "n" in column.css.split() else "") if title.css is None else title.css
        if title.content == "":
            return f"<td{_attributes({**({'role': 'cell'} if self.folds else {}), 'class': css})}></td>"
        role = {"role": "columnheader"} if self.folds else {}
        attributes = _attributes({**role, "scope": "col", "class": css, **title.attributes})
        return f"<th{attributes}>{_html(title.content)}{_html(column.axis)}</th>"

    def _cell(self, column: Column[Any], cell: Cell, *, names_row: bool) -> str:
        css = column.css if cell.css is None else cell.css
        attributes = {**({"scope": "row"} if names_row else {}), **column.attributes, **cell.attributes}
        role = HEADERS[str(attributes["scope"])] if "scope" in attributes else "cell"
        if self.folds:
            attributes["role"] = role
        attributes["class"] = css
        if self.folds and not names_row:
            attributes["data-label"] = self._label(column, cell, css)
        return f"<{'th' if names_row else 'td'}{_attributes(attributes)}>"

    def _label(self, column: Column[Any], cell: Cell, css: str) -> str:
        if cell.label is None and "t-none" in css.split():
            return ""
        label = column.label if cell.label is None else cell.label
        if label is None:
            if not self.labels or "draw" in css.split():
                return ""
            label = column.title.content if isinstance(column.title, Cell) else column.title
        return unescape(TAG.sub("", _html(label))) if hasattr(label, "__html__") else str(label)


def _html(content: Content) -> str:
    if content is None:
        return NOTHING
    if type(content) is str:
        return escape(content)
    if hasattr(content, "__html__"):
        return str(content.__html__())
    return escape(str(content))


def _attributes(attributes: Attributes) -> str:
    """Return attributes as they stand in a tag; one that is empty is left out."""
    return "".join(
        f' {name}="{escape(str(value))}"' for name, value in attributes.items() if value not in {"", None}
    )
