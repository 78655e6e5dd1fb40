from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teladan.core.table import COVERED, Cell, Column, Group, Remark, Table

TEXTS = st.text(max_size=12)


@dataclass(frozen=True)
class Safe:
    """Markup, as markupsafe marks it."""

    html: str

    def __html__(self) -> str:
        return self.html


class Read(HTMLParser):
    """Tags with their attributes, and the text of each cell."""

    def __init__(self, table: Table[Any]) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.cells: list[list[str]] = []
        self.feed(str(table))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.cells.append([])
        if tag in {"td", "th"}:
            self.cells[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.cells and self.cells[-1] and data.strip():
            self.cells[-1][-1] += data

    def of(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]


def two(css: str = "t-table", **more: Any) -> Table[tuple[str, str]]:
    columns = (
        Column[tuple[str, str]]("Part", lambda row: row[0], "r x4", key="part"),
        Column[tuple[str, str]]("Index", lambda row: row[1], "n x2", key="index"),
    )
    return Table(columns, [("A", "1.0"), ("B", "2.0")], css=css, **more)


def test_the_first_column_names_its_row_unless_another_does() -> None:
    assert [cell["scope"] for cell in Read(two()).of("th")] == ["col", "col", "row", "row"]
    rank, name = Column[int]("Rank", str, "n"), Column[int]("Name", lambda row: f"body {row}", names_row=True)
    read = Read(Table((rank, name), [7]))
    assert [tag for tag, _ in read.tags][-2:] == ["td", "th"]
    assert read.cells[-1] == ["7", "body 7"]


def test_a_table_that_folds_says_the_roles_that_it_would_lose() -> None:
    roles = [attributes.get("role") for _, attributes in Read(two("t-table t-cards")).tags]
    heading = ["table", "rowgroup", "row", "columnheader", "columnheader"]
    assert roles == [*heading, "rowgroup", "row", "rowheader", "cell", "row", "rowheader", "cell"]
    assert not any("role" in attributes for _, attributes in Read(two()).tags)


def test_cards_show_the_heading_beside_each_cell_but_the_one_that_names_the_row() -> None:
    assert [cell.get("data-label") for cell in Read(two("t-cards")).of("td")] == ["Index", "Index"]
    assert "data-label" not in str(two("t-stack"))
    named = Column[str]("Index, 0 to 1", str, label="Index", attributes={"data-rk": "Rank"})
    (cell,) = Read(Table((Column[str]("", str), named), ["x"], css="t-stack")).of("td")[1:]
    assert cell == {"role": "cell", "data-rk": "Rank", "data-label": "Index"}


@pytest.mark.parametrize(
    ("column", "label"),
    [
        (Column[str](Safe("<abbr>EPI</abbr> &amp; more"), str), "EPI & more"),
        (Column[str](Cell(content="Index", css="w-fig"), str), "Index"),
        (Column[str]("Index", str, label="Short"), "Short"),
        (Column[str]("Index", str, label=""), None),
        (Column[str]("Index", str, "draw x4"), None),
        (Column[str]("Index", lambda _: Cell(css="t-none")), None),
        (Column[str]("Index", lambda row: Cell(content=row, label="Other")), "Other"),
    ],
)
def test_what_stands_beside_a_cell(column: Column[str], label: str | None) -> None:
    (cell,) = Read(Table((Column[str]("", str), column), ["x"], css="t-cards")).of("td")[-1:]
    assert cell.get("data-label") == label


def test_numbers_align_their_heading_and_a_heading_can_have_classes_of_its_own() -> None:
    columns = (
        Column[str]("Name", str, "r x4"),
        Column[str]("Index", str, "n x2"),
        Column[str](
            Cell(content="Rank", css="n w-rank", attributes={"lang": "ko"}), str, axis=Safe("<svg/>")
        ),
    )
    headings = Read(Table(columns, [])).of("th")
    assert [heading.get("class") for heading in headings] == [None, "n", "n w-rank"]
    assert headings[2]["lang"] == "ko"
    assert "Rank<svg/></th>" in str(Table(columns, []))


def test_nothing_is_a_dash_and_empty_stays_empty() -> None:
    columns = (
        Column[Any]("Name", lambda _: "x"),
        Column[Any]("a", lambda _: None),
        Column[Any]("b", lambda _: ""),
    )
    assert Read(Table(columns, [0])).cells[-1] == ["x", "–", ""]


def test_groups_have_bodies_and_headings_of_their_own() -> None:
    groups = [
        Group(rows=["a", "b"], title="First", attributes={"class": "group", "id": "first"}),
        Group(rows=["c"]),
    ]
    table = Table((Column[str]("Name", str, key="name"), Column[str]("Again", str)), groups)
    read = Read(table)
    assert len(read.of("tbody")) == 2
    assert [row.get("id") for row in read.of("tr")] == [None, "first", None, None, None]
    (over,) = [cell for cell in read.of("th") if cell["scope"] == "rowgroup"]
    assert over == {"scope": "rowgroup", "colspan": "2", "class": "x4"}
    assert list(table.records()) == [("a",), ("b",), ("c",)]


def test_a_figure_can_be_drawn_over_several_columns() -> None:
    drawn = Safe('<tr aria-hidden="true"><td></td><td colspan="2"><svg></svg></td></tr>')
    columns = (Column[str](Cell(content="A", attributes={"colspan": 2}), str),)
    read = Read(
        Table(columns, [Group(rows=["a"], drawn=drawn)], widths=Safe('<colgroup><col span="2"></colgroup>'))
    )
    tags = [tag for tag, _ in read.tags]
    assert " ".join(tags) == "table colgroup col thead tr th tbody tr td td svg tr th"
    assert read.of("th")[0] == {"scope": "col", "colspan": "2"}


def test_a_cell_can_be_drawn_over_the_next_column_and_head_rows_below_it() -> None:
    columns = (
        Column[str](Cell(content="Indicator", attributes={"colspan": 2}), lambda row: _over(row) or row),
        Column[str](COVERED, lambda row: COVERED if _over(row) else "name", names_row=True),
        Column[str]("Index", str, "n"),
    )
    read = Read(Table(columns, ["D1", "I1"], css="t-cards"))
    assert read.cells == [["Indicator", "Index"], ["Domain D1", "D1"], ["I1", "name", "I1"]]
    assert [tag for tag, _ in read.tags if tag in {"td", "th"}] == ["th", "th", "th", "td", "td", "th", "td"]
    assert [cell.get("role") for cell in read.of("th")][2:] == ["rowheader", "rowheader"]


def _over(row: str) -> Cell | None:
    scope = {"scope": "rowgroup", "colspan": 2}
    return Cell(content=f"Domain {row}", attributes=scope) if row.startswith("D") else None


def test_remarks_stand_before_and_after_their_row() -> None:
    table = Table(
        (Column[str]("Name", str), Column[str]("Again", str)),
        ["a", "b"],
        before=lambda row: [Remark("a break", "t-break")] if row == "b" else [],
        after=lambda row: [Remark(f"of {row}")],
    )
    read = Read(table)
    assert read.cells[1:] == [["a", "a"], ["of a"], ["a break"], ["b", "b"], ["of b"]]
    assert [row.get("class") for row in read.of("tr")][1:] == [None, "t-remark", "t-break", None, "t-remark"]
    assert {cell["colspan"] for cell in read.of("td") if "colspan" in cell} == {"2"}


def test_rows_can_be_marked_and_summed_up() -> None:
    table = two(attributes=lambda row: {"class": "is-here" if row[0] == "A" else ""}, foot=[("All", "3.0")])
    read = Read(table)
    assert [row.get("class") for row in read.of("tr")] == [None, "is-here", None, None]
    assert read.cells[-1] == ["All", "3.0"]
    assert "<tfoot>" in str(table)


def test_a_table_with_a_name_scrolls_in_a_region_named_by_its_caption() -> None:
    read = Read(two(title="Parts", sub="0 to 1", name="parts"))
    assert read.tags[0] == (
        "div",
        {"class": "t-scroll", "role": "region", "tabindex": "0", "aria-labelledby": "parts"},
    )
    assert read.of("caption") == [{"id": "parts"}]
    assert not Read(two(name="parts", title="Parts", box="")).of("div")
    assert Read(two(box="t-box")).of("div") == [{"class": "t-box"}]
    assert "<caption" not in str(two())


def test_a_caption_may_be_hidden_and_no_column_name_the_rows() -> None:
    read = Read(two(caption="Parts", caption_css="t-hide", names_rows=False))
    assert read.of("caption") == [{"class": "t-hide"}]
    assert {cell.get("scope") for cell in read.of("th")} == {"col"}
    assert len(read.of("td")) == 2 * len(read.of("tr")[1:])


def test_the_data_have_names_values_and_columns_of_their_own() -> None:
    columns = (
        Column[int]("Name", lambda row: f"<{row}>", key="name", value=lambda row: row),
        Column[int]("Drawn", str),
        Column[int](None, lambda row: row * 2, key="double"),
    )
    table = Table(columns, [1, 2])
    assert table.header == ("name", "double")
    assert list(table.records()) == [(1, 2), (2, 4)]
    assert table.values() == [{"name": 1, "double": 2}, {"name": 2, "double": 4}]
    assert Read(table).cells == [["Name", "Drawn"], ["<1>", "1"], ["<2>", "2"]]


@given(TEXTS, TEXTS, TEXTS)
def test_whatever_stands_in_a_cell_is_text(title: str, content: str, css: str) -> None:
    table = Table((Column[str](title or "x", str, css), Column[str]("n", str)), [content], css="t-cards")
    tags = [tag for tag, _ in Read(table).tags]
    assert tags == ["table", "thead", "tr", "th", "th", "tbody", "tr", "th", "td"]
