"""The table of all rows of an edition: 616 of them must render in an instant.

What repeats is made once: grounds and bars of bands are drawn by `use`, and every distinct figure
is dressed and placed on the scale once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from itertools import groupby

from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.core.figure import HIDDEN, Axis, axis_strip, ground, percent
from teladan.core.quantity import Rounding, plain_text, printed
from teladan.core.table import Cell, Column, Content, Group, Html, Table
from teladan.portal.names import (
    band_name,
    band_title,
    body_links,
    counted,
    shown,
    shown_digits,
    sort_name,
    verdict_word,
)
from teladan.portal.results.filter import REGION, VALUE, Filter
from teladan.portal.results.findings import Pair, clear_pair, settled, short_titles
from teladan.portal.uncertainty.column import RankColumn
from teladan.portal.words import drawn, figure_of, number
from teladan.publication.queries import EditionView, RowView
from teladan.web import reasons
from teladan.web.formats import flag, joined, marked, num

UNIT = (Fraction(0), Fraction(1))
FLAGGED = frozenset({"impossible", "inconsistent", "undecided"})
LONG_WORD = 10  # letters; a longer word does not fit over a quarter of a phone
PIP = 7  # units from one bar of a band to the next


def axis_of(view: EditionView) -> Axis:
    """Return the scale of the index with the thresholds of the bands: 0 to 1 where none was seen."""
    low, high = view.edition.root.bounds if view.edition else UNIT
    bands = view.edition.bands if view.edition else ()
    return Axis(low=low, high=high, cuts=tuple(band.start for band in bands[1:]), ticks=ticks(low, high))


def ticks(low: Fraction, high: Fraction) -> tuple[Fraction, ...]:
    """Return the labels of a scale: whole numbers where there are few, else quarters of the way."""
    span = high - low
    steps = int(span) if span.denominator == 1 and 2 <= span <= 6 else 4
    return tuple(low + span * i / steps for i in range(steps + 1))


def row_table(
    view: EditionView, asked: Filter, rows: Sequence[RowView], ranks: RankColumn | None = None
) -> Table[RowView]:
    """Return the table of some rows, grouped by band where they are in the order of their values."""
    axis, pair = axis_of(view), clear_pair(view)
    ranked = (view.instrument is None or view.instrument.ranking) and any(row.rank for row in view.rows)
    columns = [
        Column(Cell(content=_("Name"), css="w-name"), _names(view), "x3", names_row=True),
        Column(
            Cell(content=_index_title(view), css="w-fig-s"),
            _dumbbells(axis),
            "x4 o3 draw",
            axis=drawn(axis_strip(axis, num)),
        ),
        Column(view.publication.edition, _indices(view), "n o2"),
    ]
    if ranked:
        rank = Column[RowView](
            _("Rank"), lambda row: row.rank or None, "n rk", attributes={"data-rk": _("Rank")}
        )
        columns.insert(0, rank)
    if view.before:
        columns.append(Column(_("Change"), _changes(view), "n o6" if ranked else "n o6 x2"))
    if ranks:
        columns.append(ranks.column)
    columns += _element_columns(view, pair)
    if view.bands:
        columns.append(Column(_("Band"), _bands(view), "x3 o5 nw"))
    return Table(
        columns,
        _groups(view, asked, rows),
        title=marked(_("Index and parts of %(counted)s"), counted=counted(view, len(rows))),
        sub=joined(" ", [*_legend(view, pair), *([ranks.legend] if ranks else [])]),
        css="t-table t-table--tight t-sticky t-stack",
        box="t-gap t-box",
    )


def shared_drawings(view: EditionView, ranks: RankColumn | None) -> Markup:
    """Return what the rows draw by `use`: the scale, the bars of each band, the line of ranks."""
    pips = _pip_shapes(len(view.bands))
    return drawn(ground(axis_of(view), "g") + pips) + (ranks.ground if ranks else "")


def _index_title(view: EditionView) -> str:
    if view.before is None:
        return _("Index")
    ends = {"before": view.before.edition, "now": view.publication.edition}
    return _("Index, %(before)s to %(now)s") % ends


def _legend(view: EditionView, pair: Pair | None) -> list[Markup]:
    """Return what the drawn column means: scale, marks and thresholds; and which part has dark bars."""
    sentences = []
    if view.edition:
        low, high = view.edition.root.bounds
        sentences.append(marked(_("Scale %(low)s to %(high)s."), low=number(low), high=number(high)))
    if view.before:
        sentences.append(
            marked(
                _("Ring: %(before)s. Dot: %(now)s."), before=view.before.edition, now=view.publication.edition
            )
        )
    cuts = [number(band.start) for band, _rows in view.bands[1:]]
    if cuts:
        sentences.append(marked(_("Dashed lines: band thresholds %(cuts)s."), cuts=", ".join(cuts)))
    if pair:
        low_part = short_titles(view)[pair.below].striptags()
        sentences.append(marked(_("Dark bars: ‘%(column)s’."), column=low_part))
    return sentences


def _groups(view: EditionView, asked: Filter, rows: Sequence[RowView]) -> list[Group[RowView]]:
    """Return the rows by band highest first, by region, or all in one."""
    if asked.sort == REGION:
        regions = (list(members) for _region, members in groupby(rows, key=lambda row: row.region))
        return [
            _group(members, members[0].region_name or _("No province"), counted(view, len(members)))
            for members in regions
        ]
    if asked.sort != VALUE or len(view.rows) == 1:
        return [Group(rows=rows)]
    groups: list[Group[RowView]] = []
    scored = [row for row in rows if row.scored]
    alphabetic = view.instrument is not None and not view.instrument.ranking
    for band, _count in reversed(view.bands):
        members = [row for row in scored if row.band == band.code]
        if alphabetic:
            members.sort(key=sort_name)
        if members:
            limits = _("%(low)s to %(high)s") % {
                "low": num(plain_text(band.start)),
                "high": num(plain_text(band.end)),
            }
            groups.append(_group(members, band_title(view, band), counted(view, len(members)), limits))
    codes = {band.code for band, _count in view.bands}
    rest = [row for row in scored if row.band not in codes]
    if rest:
        groups.append(_group(rest, *([_("No band printed")] if groups else [])))
    unscored = [row for row in rows if not row.scored]
    if unscored:
        groups.append(_group(unscored, _("Not scored"), counted(view, len(unscored))))
    return groups


def _group(rows: Sequence[RowView], *heading: Markup | str) -> Group[RowView]:
    return Group(rows=rows, title=joined(" · ", heading) if heading else None, css="")


# --- the columns: each function returns what writes a cell --------------------------------------


def _names(view: EditionView) -> Callable[[RowView], Content]:
    linked = body_links()
    return lambda row: linked(row) + joined("", map(flag, _remarks(view, row)))


def _remarks(view: EditionView, row: RowView) -> list[str]:
    """Return the remarks on a row: a band that hangs on the exact value, figures that cannot be right."""
    texts = []
    if row.verdict in FLAGGED:
        texts.append(
            f"{verdict_word(row.verdict)}: {reasons.reason_text(row.reason_code, row.reason_values)}"
        )
    if view.before and row.before and not row.before_fits:
        texts.append(
            _("%(year)s: the printed %(index)s cannot be right, so no change is shown.")
            % {"year": view.before.edition, "index": num(row.before)}
        )
    if view.leans_on_exact(row):
        texts.append(_("Exactly %(exact)s") % {"exact": settled(row)})
    return texts


def _dumbbells(axis: Axis) -> Callable[[RowView], Content]:
    """Draw the index of each row, and that of the edition before."""

    @cache
    def place(text: str) -> str:
        return percent(axis.share(Fraction(text)))

    @cache
    def dumbbell(before: str, after: str) -> Html:
        marks = '<use href="#g"/>'
        if after:
            x2 = place(after)
            if before:
                x1 = place(before)
                if x1 != x2:
                    down = " m-down" if Fraction(after) < Fraction(before) else ""
                    marks += f'<line class="m-link{down}" x1="{x1}" x2="{x2}" y1="50%" y2="50%"/>'
                marks += f'<circle class="m-ring" cx="{x1}" cy="50%" r="4"/>'
            marks += f'<circle class="m-dot" cx="{x2}" cy="50%" r="5"/>'
        return Html(f'<svg class="t-strip" {HIDDEN}>{marks}</svg>')

    return lambda row: dumbbell(row.compared, row.index if row.scored else "")


def _indices(view: EditionView) -> Callable[[RowView], Content]:
    not_scored = Cell(content=_("not scored"), css="n o2 t-unscored")

    @cache
    def dressed(text: str) -> Html:
        return Html(f"<strong>{num(shown(view, text) if text else None)}</strong>")

    return lambda row: dressed(row.index) if row.scored else not_scored


def _changes(view: EditionView) -> Callable[[RowView], Content]:
    digits = shown_digits(view)

    @cache
    def change(before: str, after: str) -> str | None:
        if not before or not after:
            return None
        low, high = (Fraction(shown(view, text)) for text in (before, after))  # what is shown must add up
        return num(printed(high - low, digits, Rounding.HALF_UP), sign=True)

    return lambda row: change(row.compared, row.index if row.scored else "")


def _element_columns(view: EditionView, pair: Pair | None) -> list[Column[RowView]]:
    """Return a column for each first element; dark is the one that lies below in nearly every row."""
    titles = {code: title.striptags() for code, title in short_titles(view).items()}
    long = any(len(word) > LONG_WORD for title in titles.values() for word in title.split())
    css = "n o4 x2" if long else "n o4"

    def column(code: str) -> Column[RowView]:
        kind = "m-bar" if pair and code == pair.below else "m-bar2"
        axis = _element_axis(view, code)

        @cache
        def element(text: str) -> Html:
            figure = figure_of(view.edition, code, text)
            if not text:
                return Html(figure)
            width = percent(axis.share(Fraction(text)))
            return Html(
                f'{figure}<svg class="t-strip t-strip--mini" {HIDDEN}>'
                f'<rect class="{kind}" width="{width}" height="100%"/></svg>'
            )

        heading = Cell(content=titles[code], css="n w-dom")
        return Column(heading, lambda row: element(row.elements.get(code, "")), css, label=titles[code])

    return [column(entry["code"]) for entry in view.columns]


def _element_axis(view: EditionView, code: str) -> Axis:
    """Return the scale of an element; the index's own where the method was not seen."""
    if view.edition is None:
        return axis_of(view)
    low, high = view.edition.elements[code].bounds
    return Axis(low=low, high=high)


def _bands(view: EditionView) -> Callable[[RowView], Content]:
    box = f"0 0 {PIP * len(view.bands) - 1} 10"
    pips = {
        band.code: drawn(f'<svg class="t-pips" viewBox="{box}" {HIDDEN}><use href="#p{n}"/></svg>')
        + band_name(view, band)
        for n, (band, _count) in enumerate(view.bands, start=1)
    }
    return lambda row: pips.get(row.band)


def _pip_shapes(bands: int) -> str:
    """Return the bars of each band, drawn once."""
    if not bands:
        return ""
    shapes = "".join(
        f'<g id="p{n}">'
        + "".join(
            f'<rect class="m-pip{" on" * (i < n)}" x="{PIP * i}.5" y="0.5" width="5" height="9"/>'
            for i in range(bands)
        )
        + "</g>"
        for n in range(1, bands + 1)
    )
    return f'<svg class="t-defs" {HIDDEN}><defs>{shapes}</defs></svg>'
