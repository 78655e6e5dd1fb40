"""The table of a report, one row for each unit: 616 of them must render in an instant."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from teladan.core import figure
from teladan.core.table import Cell, Column, Content, Group, Html, Table
from teladan.portal.names import body_link, body_links, counted
from teladan.portal.uncertainty import words
from teladan.portal.uncertainty.column import band_labels, interval_strips, shares_text
from teladan.portal.words import drawn
from teladan.publication.queries import EditionView, RowView
from teladan.publication.queries.uncertainty import Ranking, Standing
from teladan.web.formats import num


def unit_table(
    view: EditionView, ranking: Ranking, rows: Sequence[RowView], whose: RowView | None
) -> Table[RowView]:
    """Return the table of some rows, in their order; the one that was asked for is marked."""

    def attributes(row: RowView) -> dict[str, object]:
        return {"id": row.organisation, "class": "is-here" if row is whose else ""}

    title, sub = (
        (
            _("Rank, and the interval that holds nine draws of ten"),
            _("Bar: from the 5th to the 95th percentile of the ranks drawn. Dot: their median."),
        )
        if ranking.ranked
        else (_("Share of the draws in each group"), _("In the order of names."))
    )
    return Table(
        _ranked(view, ranking, rows) if ranking.ranked else _grouped(view, ranking),
        [Group(rows=rows)] if ranking.ranked else _groups(view, ranking, rows),
        title=title,
        sub=sub,
        name="rows-caption",
        css="t-table t-table--tight t-sticky t-stack",
        box="",
        attributes=attributes,
    )


def _ranked(view: EditionView, ranking: Ranking, rows: Sequence[RowView]) -> list[Column[RowView]]:
    axis = figure.rank_axis(len(ranking.standings))
    strip = interval_strips(axis)

    def standing(row: RowView) -> Standing:
        return ranking.standings[row.organisation]

    def span(row: RowView) -> Html:
        interval = words.span(standing(row))
        return Html(f"<strong>{interval.text if interval else num(None)}</strong>")

    several = any(_moves(each) for each in ranking.standings.values())
    bands = [_band_column(view, ranking, _("Draws by band"))] if several else []
    interval, median, alike = _("90%% interval") % {}, _("Median"), _("Cannot be told apart from")
    return [
        Column(_("Rank"), lambda row: num(standing(row).nominal), "n rk", attributes={"data-rk": _("Rank")}),
        Column(Cell(content=_("Name"), css="w-name"), body_links(), "x3", names_row=True),
        Column(
            Cell(content=_("Interval"), css="w-span"),
            lambda row: strip(standing(row)),
            "x4 o3 draw",
            axis=drawn(figure.axis_strip(axis, num)),
        ),
        Column(interval, span, "n o4 x2", label=interval),
        Column(median, lambda row: words.median(standing(row)), "n o4 x2", label=median),
        *bands,
        Column(Cell(content=alike, css="w-alike"), _alike(view, ranking, rows), "x4 o5 t-alike", label=alike),
    ]


def _grouped(view: EditionView, ranking: Ranking) -> list[Column[RowView]]:
    bands = band_labels(view)
    return [
        Column(Cell(content=_("Name"), css="w-name"), body_links(), "x4"),
        Column(
            _("Group"),
            lambda row: Markup("<strong>{}</strong>").format(bands.get(row.band, num(None))),
            "o4",
            label=_("Group"),
        ),
        _band_column(view, ranking, _("Draws by group")),
    ]


def _band_column(view: EditionView, ranking: Ranking, title: str) -> Column[RowView]:
    bands = band_labels(view)
    return Column(
        title, lambda row: shares_text(ranking.standings[row.organisation], bands), "x3 o4", label=title
    )


def _alike(view: EditionView, ranking: Ranking, rows: Sequence[RowView]) -> Callable[[RowView], Content]:
    """Return what lists those that cannot be told apart from a unit, by rank; each leads to its own row."""
    shown = {row.organisation for row in rows}
    links = {
        row.organisation: body_link(
            row, ("#" if row.organisation in shown else "?organisation=") + row.organisation
        )
        for row in view.rows
    }
    ranks = {code: standing.nominal or 0 for code, standing in ranking.standings.items()}
    none = Markup('<span class="t-quiet">{}</span>').format(_("none"))

    def alike(row: RowView) -> Content:
        codes = ranking.standings[row.organisation].alike
        if codes is None:
            return _("not formed")
        if not codes:
            return none
        others = ", ".join(links[code] for code in sorted(codes, key=ranks.__getitem__))
        count = ngettext("%(n)s other", "%(n)s others", len(codes)) % {"n": num(len(codes))}
        return Html(f"<details><summary>{escape(count)}</summary><p>{others}</p></details>")

    return alike


def _moves(standing: Standing) -> bool:
    """Say whether the draws put a unit in more than one band."""
    return len(words.ordered(standing.bands)) > 1


def _groups(view: EditionView, ranking: Ranking, rows: Sequence[RowView]) -> list[Group[RowView]]:
    """Return first those that are not in one group in every draw."""
    several = [row for row in rows if _moves(ranking.standings[row.organisation])]
    one = [row for row in rows if not _moves(ranking.standings[row.organisation])]
    titles = ((_("In more than one group"), several), (_("In the same group in every draw"), one))
    return [
        Group(rows=members, title=f"{title} · {counted(view, len(members))}")
        for title, members in titles
        if members
    ]
