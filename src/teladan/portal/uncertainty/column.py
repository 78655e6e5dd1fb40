"""The column of an edition's table that says how sure a rank, or a group, is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache

from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from teladan.core import figure
from teladan.core.table import Cell, Column, Html
from teladan.portal.names import band_name
from teladan.portal.uncertainty import words
from teladan.portal.uncertainty.assumptions import WHAT_IF, shared
from teladan.portal.words import drawn
from teladan.publication.queries import EditionView, RowView
from teladan.publication.queries.uncertainty import Ranking, Standing
from teladan.web.formats import num

GROUND = "k"  # the line from the first rank to the last, drawn once


@dataclass(frozen=True, slots=True, kw_only=True)
class RankColumn:
    """The column, what its rows draw by `use`, and what its marks mean."""

    column: Column[RowView]
    ground: Markup
    legend: str


def rank_column(view: EditionView, ranking: Ranking | None) -> RankColumn | None:
    """Return the column, or None where there is nothing to show: one body, or no method seen."""
    if ranking is None or ranking.reason is not None:
        return None
    return _of_ranks(view, ranking) if ranking.ranked else _of_groups(view, ranking)


def _of_ranks(view: EditionView, ranking: Ranking) -> RankColumn:
    axis = figure.rank_axis(len(ranking.standings))
    strip = interval_strips(axis)
    title = (_("90%% interval") if any(row.rank for row in view.rows) else _("Rank (90%% interval)")) % {}

    def interval(row: RowView) -> Html | None:
        standing = ranking.standings.get(row.organisation)
        if standing is None:
            return None
        return Html(figures(standing, row.rank) + strip(standing))

    legend = _("Under the ranks: 90%% of %(draws)s draws as a bar, their median as a dot.") % {
        "draws": num(ranking.draws)
    }
    if ranking.kind != WHAT_IF and any(map(words.is_beside, ranking.standings.values())):
        legend += f" {shared()}"
    return RankColumn(
        column=Column(
            Cell(content=title, css="n w-rank"),
            interval,
            "n rank x4 o3",
            axis=drawn(figure.axis_strip(axis, num)),
            label=title,
        ),
        ground=rank_ground(),
        legend=legend,
    )


def rank_ground() -> Markup:
    """Return the line under every interval, for `use`."""
    line = '<line class="m-base" x1="0" x2="100%" y1="50%" y2="50%"/>'
    return drawn(f'<svg class="t-defs" {figure.HIDDEN}><defs><g id="{GROUND}">{line}</g></defs></svg>')


def figures(standing: Standing, known: str = "") -> str:
    """Return rank and interval in figures: 14 (12–18), or the rank alone where the interval is that rank.

    `known` is the printed rank, which has a column of its own: where it is the same, the interval alone.
    """
    span = words.span(standing)
    rank = f"<strong>{num(standing.nominal)}</strong>"
    if span is None:
        return f"<span>{rank}</span>"
    if known == str(standing.nominal):
        return f"<span>{span.text}</span>"
    if span.low == span.high == standing.nominal:
        return f"<span>{rank}</span>"
    return f"<span>{rank} ({span.text})</span>"


def interval_strips(axis: figure.Axis) -> Callable[[Standing], Html]:
    """Return what draws the interval of a row over the shared line; empty where no draw gives a rank."""

    @cache
    def strip(*quantiles: Decimal | None) -> Html:
        if None in quantiles:
            return Html("")
        low, middle, high = (Fraction(value) for value in quantiles if value is not None)
        marks = [figure.use(GROUND), figure.rank_span(axis, low, middle, high)]
        return Html(figure.strip(marks, "t-strip--rank"))

    return lambda standing: strip(standing.p5, standing.median, standing.p95)


def _of_groups(view: EditionView, ranking: Ranking) -> RankColumn | None:
    if not any(standing.bands for standing in ranking.standings.values()):
        return None
    title = _("Draws by group")
    names = band_labels(view)

    def shares(row: RowView) -> Markup | None:
        standing = ranking.standings.get(row.organisation)
        return None if standing is None else shares_text(standing, names)

    return RankColumn(
        column=Column(title, shares, "rank x2 o5 nw", label=title),
        ground=Markup(""),
        legend=_("Share of %(draws)s draws in each group.") % {"draws": num(ranking.draws)},
    )


def band_labels(view: EditionView) -> dict[str, Markup]:
    """Return how a band is named in a narrow cell: as the law words it, else by its code (A, B)."""
    legal = view.instrument is not None and view.instrument.nature == "legal"
    return {band.code: band_name(view, band) if legal else escape(band.code) for band, _rows in view.bands}


def shares_text(standing: Standing, names: Mapping[str, Markup]) -> Markup:
    """Return the share of the draws in each band they reach, the most frequent first."""
    shares = words.ordered(standing.bands)
    if len(shares) == 1:
        return Markup('<span class="t-quiet">{}</span>').format(words.share_text(shares[0][1]))
    return Markup(" · ").join(
        Markup("{}&nbsp;{}").format(names.get(code, code), words.share_text(share)) for code, share in shares
    )
