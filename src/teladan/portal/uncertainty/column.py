"""The column of an edition's table that says how sure a rank, or a group, is; written as text, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from teladan.core import figure
from teladan.portal.names import band_name
from teladan.portal.uncertainty import words
from teladan.portal.uncertainty.assumptions import WHAT_IF, shared
from teladan.portal.words import drawn
from teladan.publication.queries import EditionView
from teladan.publication.queries.uncertainty import Ranking, Standing
from teladan.web.formats import NOTHING, num

GROUND = "k"  # the line from the first rank to the last, drawn once


@dataclass(frozen=True, slots=True, kw_only=True)
class RankColumn:
    """The head of the column and the cell of each organisation; `empty` is that of one without a standing."""

    title: str
    axis: Markup
    shared: str
    cells: Mapping[str, str]
    empty: str
    sub: str  # what the marks mean


def rank_column(view: EditionView, ranking: Ranking | None) -> RankColumn | None:
    """Return the column, or None where there is nothing to show: one body, or no method seen."""
    if ranking is None or ranking.reason is not None:
        return None
    return _of_ranks(view, ranking) if ranking.ranked else _of_groups(view, ranking)


def _of_ranks(view: EditionView, ranking: Ranking) -> RankColumn:
    axis = figure.rank_axis(len(ranking.standings))
    known = {row.organisation: row.rank for row in view.rows}
    title = (_("90%% interval") if any(known.values()) else _("Rank (90%% interval)")) % {}
    told = ranking.standings.values()
    marks = _("Under the ranks: 90%% of %(draws)s draws as a bar, their median as a dot.") % {
        "draws": num(ranking.draws)
    }
    opened = f'<td class="n rank x4 o3" role="cell" data-label="{escape(title)}">'
    return RankColumn(
        title=title,
        axis=drawn(figure.axis_strip(axis, num)),
        shared=f'<svg class="t-defs" {figure.HIDDEN}><defs><g id="{GROUND}">'
        '<line class="m-base" x1="0" x2="100%" y1="50%" y2="50%"/></g></defs></svg>',
        cells={
            code: f"{opened}{figures(each, known.get(code, ''))}{interval_strip(axis, each)}</td>"
            for code, each in ranking.standings.items()
        },
        empty=f"{opened}{NOTHING}</td>",
        sub=f"{marks} {shared()}" if ranking.kind != WHAT_IF and any(map(_beside, told)) else marks,
    )


def _beside(standing: Standing) -> bool:
    """Say whether a rank lies outside its own interval."""
    span = words.span(standing)
    return span is not None and standing.nominal is not None and not span.low <= standing.nominal <= span.high


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


def interval_strip(axis: figure.Axis, standing: Standing) -> str:
    """Return the strip of one row over the shared line; empty where no draw gives a rank."""
    if standing.p5 is None or standing.median is None or standing.p95 is None:
        return ""
    low, middle, high = (Fraction(value) for value in (standing.p5, standing.median, standing.p95))
    return figure.strip([figure.use(GROUND), figure.rank_span(axis, low, middle, high)], "t-strip--rank")


def _of_groups(view: EditionView, ranking: Ranking) -> RankColumn | None:
    if not any(each.bands for each in ranking.standings.values()):
        return None
    title = _("Draws by group")
    opened = f'<td class="rank x2 o5 nw" role="cell" data-label="{escape(title)}">'
    names = band_labels(view)
    return RankColumn(
        title=title,
        axis=Markup(""),
        shared="",
        cells={code: f"{opened}{shares_text(each, names)}</td>" for code, each in ranking.standings.items()},
        empty=f"{opened}{NOTHING}</td>",
        sub=_("Share of %(draws)s draws in each group.") % {"draws": num(ranking.draws)},
    )


def band_labels(view: EditionView) -> dict[str, Markup]:
    """Return how a band is named in a narrow cell: as the law words it, else by its code (A, B)."""
    legal = view.instrument is not None and view.instrument.nature == "legal"
    return {band.code: band_name(view, band) if legal else escape(band.code) for band, _rows in view.bands}


def shares_text(standing: Standing, names: Mapping[str, Markup]) -> Markup:
    """Return the share of the draws in each band they reach, the most frequent first."""
    found = words.ordered(standing.bands)
    if len(found) == 1:
        return Markup('<span class="t-quiet">{}</span>').format(words.share_text(found[0][1]))
    return Markup(" · ").join(
        Markup("{}&nbsp;{}").format(names.get(code, code), words.share_text(share)) for code, share in found
    )
