"""The table of all rows of an edition, written as one text: 616 rows must render in an instant.

What repeats is made once: grounds and bars of bands are drawn by `use`, and every distinct figure
is dressed and placed on the scale once. Only names and remarks are free text, and they are escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from itertools import groupby

from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from teladan.core.figure import HIDDEN, Axis, axis_strip, ground, percent
from teladan.core.quantity import Rounding, plain_text, printed
from teladan.portal.names import (
    band_name,
    band_title,
    body_name,
    counted,
    shown,
    shown_digits,
    sort_name,
    verdict_word,
)
from teladan.portal.results.filter import REGION, VALUE, Filter
from teladan.portal.results.findings import clear_pair, settled, short_titles
from teladan.portal.uncertainty.column import RankColumn
from teladan.portal.words import figure_of
from teladan.publication.queries import EditionView, RowView
from teladan.web import reasons
from teladan.web.formats import NOTHING, language, num

UNIT = (Fraction(0), Fraction(1))
FLAGGED = frozenset({"impossible", "inconsistent", "undecided"})
LONG_WORD = 10  # letters; a longer word does not fit over a quarter of a phone
PIP = 7  # units from one bar of a band to the next


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One printed element: code, title, and whether the finding is about it."""

    code: str
    title: str
    strong: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTable:
    """The drawn table: its head as values, its body and shared drawings as markup."""

    columns: tuple[Column, ...]
    with_rank: bool
    with_change: bool
    with_band: bool
    ranks: RankColumn | None
    scale: Markup
    shared: Markup
    body: Markup


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


def columns_of(view: EditionView) -> tuple[Column, ...]:
    """Return the first elements; strong is the one that lies below in nearly every row."""
    pair = clear_pair(view)
    short = short_titles(view)
    return tuple(
        Column(
            code=entry["code"],
            title=short[entry["code"]].striptags(),
            strong=pair is not None and entry["code"] == pair.below,
        )
        for entry in view.columns
    )


def row_table(
    view: EditionView, asked: Filter, rows: Sequence[RowView], sure: RankColumn | None = None
) -> RowTable:
    """Return the table of some rows, grouped by band where they are in the order of their values."""
    axis = axis_of(view)
    columns = columns_of(view)
    ranks = view.instrument is None or view.instrument.ranking
    table = RowTable(
        columns=columns,
        with_rank=ranks and any(row.rank for row in view.rows),
        with_change=view.before is not None,
        with_band=bool(view.bands),
        ranks=sure,
        scale=Markup(axis_strip(axis, num)),  # noqa: S704  (drawn from numbers)
        shared=Markup(  # noqa: S704
            ground(axis, "g") + _pip_shapes(len(view.bands)) + (sure.shared if sure else "")
        ),
        body=Markup(""),
    )
    write = _writer(view, axis, table)
    width = 3 + len(columns) + table.with_rank + table.with_change + table.with_band + bool(sure)
    groups = []
    for heading, members in _groups(view, asked, rows):
        head = (
            f'<tr role="row" class="group"><th role="rowheader" scope="rowgroup" colspan="{width}">'
            f"{heading}</th></tr>"
            if heading
            else ""
        )
        body = "".join([write(row) for row in members])
        groups.append(f'<tbody role="rowgroup">{head}{body}</tbody>')
    body = Markup("\n".join(groups))  # noqa: S704  (built from escaped parts)
    return replace(table, body=body)


def _groups(
    view: EditionView, asked: Filter, rows: Sequence[RowView]
) -> list[tuple[Markup | str, list[RowView]]]:
    """Return (heading, rows): by band highest first, by region, or all in one."""
    if asked.sort == REGION:
        return [
            (
                Markup("{} · {}").format(
                    members[0].region_name or _("No province"), counted(view, len(members))
                ),
                members,
            )
            for members in (list(group) for _key, group in groupby(rows, key=lambda row: row.region))
        ]
    if asked.sort != VALUE or len(view.rows) == 1:
        return [("", list(rows))]
    found: list[tuple[Markup | str, list[RowView]]] = []
    named = {band.code: band for band, _count in view.bands}
    scored = [row for row in rows if row.scored]
    alphabetic = view.instrument is not None and not view.instrument.ranking
    for band, _count in reversed(view.bands):
        members = [row for row in scored if row.band == band.code]
        if alphabetic:
            members.sort(key=sort_name)
        if members:
            title = band_title(view, band)
            limits = _("%(low)s to %(high)s") % {
                "low": num(plain_text(band.start)),
                "high": num(plain_text(band.end)),
            }
            found.append((Markup("{} · {} · {}").format(title, counted(view, len(members)), limits), members))
    rest = [row for row in scored if row.band not in named]
    if rest:
        found.append((_("No band printed") if found else "", rest))
    unscored = [row for row in rows if not row.scored]
    if unscored:
        found.append((Markup("{} · {}").format(_("Not scored"), counted(view, len(unscored))), unscored))
    return found


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


def _writer(view: EditionView, axis: Axis, table: RowTable) -> Callable[[RowView], str]:
    """Return a function that writes one row."""
    spoken = language()
    digits = shown_digits(view)
    bodies, countries = (
        reverse(name, kwargs={"code": "XXX"}).removesuffix("XXX")
        for name in ("portal:organisation", "portal:country")
    )
    pip_box = f"0 0 {PIP * len(view.bands) - 1} 10"
    pips = {
        band.code: f'<td role="cell" class="x3 o5 nw"><svg class="t-pips" viewBox="{pip_box}" '
        f'{HIDDEN}><use href="#p{n}"/></svg>{band_name(view, band)}</td>'
        for n, (band, _count) in enumerate(view.bands, start=1)
    }
    sure = table.ranks
    no_band = f'<td role="cell" class="x3 o5 nw">{NOTHING}</td>'
    not_scored = escape(_("not scored"))
    rank_label = escape(_("Rank"))
    codes = [column.code for column in table.columns]
    labels = [escape(column.title) for column in table.columns]
    kinds = ["m-bar" if column.strong else "m-bar2" for column in table.columns]
    moves = "n o6" if table.with_rank else "n o6 x2"
    scales = element_axes(view)
    long = any(len(word) > LONG_WORD for column in table.columns for word in column.title.split())
    half = " x2" if long else ""

    @cache
    def place(text: str) -> str:
        return percent(axis.share(Fraction(text)))

    @cache
    def dressed(text: str) -> str:
        return num(shown(view, text)) if text else NOTHING

    @cache
    def element(position: int, text: str) -> str:
        figure = figure_of(view.edition, codes[position], text)
        opened = f'<td class="n o4{half}" role="cell" data-label="{labels[position]}">{figure}'
        if not text:
            return f"{opened}</td>"
        width = percent(scales[position].share(Fraction(text)))
        return (
            f'{opened}<svg class="t-strip t-strip--mini" {HIDDEN}>'
            f'<rect class="{kinds[position]}" width="{width}" height="100%"/></svg></td>'
        )

    @cache
    def drawn(before: str, after: str) -> str:
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
        return f'<td role="cell" class="x4 o3 draw"><svg class="t-strip" {HIDDEN}>{marks}</svg></td>'

    @cache
    def change(before: str, after: str) -> str:
        if not before or not after:
            return f'<td class="{moves}" role="cell">{NOTHING}</td>'
        ends = (Fraction(shown(view, text)) for text in (before, after))  # what is shown must add up
        moved = printed(-next(ends) + next(ends), digits, Rounding.HALF_UP)
        return f'<td class="{moves}" role="cell">{num(moved, sign=True)}</td>'

    def write(row: RowView) -> str:
        name = body_name(row)
        lang = ""
        if row.titles:
            address = countries + row.organisation
        else:
            address = bodies + row.organisation
            if row.language != spoken:
                lang, name = f' lang="{escape(row.language)}"', escape(row.name)
        index = row.index if row.scored else ""
        cells = []
        if table.with_rank:
            cells.append(
                f'<td class="n rk" role="cell" data-rk="{rank_label}">{escape(row.rank) or NOTHING}</td>'
            )
        cells.append(
            f'<th scope="row" role="rowheader" class="x3"><a href="{escape(address)}"{lang}>{name}</a>'
            f"{_flags(view, row)}</th>"
        )
        cells.append(drawn(row.compared, index))
        figure = f"<strong>{dressed(row.index)}</strong>" if row.scored else not_scored
        unscored = "" if row.scored else " t-unscored"
        cells.append(f'<td class="n o2{unscored}" role="cell">{figure}</td>')
        if table.with_change:
            cells.append(change(row.compared, index))
        if sure:
            cells.append(sure.cells.get(row.organisation, sure.empty))
        cells += [
            element(position, row.elements.get(column.code, ""))
            for position, column in enumerate(table.columns)
        ]
        if table.with_band:
            cells.append(pips.get(row.band, no_band))
        return f'<tr role="row">{"".join(cells)}</tr>'

    return write


def element_axes(view: EditionView) -> list[Axis]:
    """Return the scale of each first element; the index's own where the method was not seen."""
    if view.edition is None:
        return [axis_of(view)] * len(view.columns)
    bounds = [view.edition.elements[entry["code"]].bounds for entry in view.columns]
    return [Axis(low=low, high=high) for low, high in bounds]


def _flags(view: EditionView, row: RowView) -> str:
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
    return "".join(f'<span class="t-flag">{escape(text)}</span>' for text in texts)
