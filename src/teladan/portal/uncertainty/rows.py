"""The table of a report, one row for each unit, written as text: 616 rows must render in an instant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from teladan.core import figure
from teladan.portal.names import body_name, counted
from teladan.portal.uncertainty import words
from teladan.portal.uncertainty.column import GROUND, band_labels, interval_strip, shares_text
from teladan.portal.words import drawn
from teladan.publication.queries import EditionView, RowView
from teladan.publication.queries.uncertainty import Ranking, Standing
from teladan.web.formats import NOTHING, language, num


@dataclass(frozen=True, kw_only=True)
class UnitTable:
    """The head of the table as values, its body and the drawing that all rows share as markup."""

    axis: Markup
    shared: Markup
    with_bands: bool
    body: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A unit's name as the text of a link, with the attribute of its language where it has another."""

    lang: str
    text: str


def unit_table(
    view: EditionView, ranking: Ranking, rows: Sequence[RowView], whose: RowView | None
) -> UnitTable:
    """Return the table of some rows, in their order; the one that was asked for is marked.

    Of groups those units come first that are not in one group in every draw.
    """
    axis = figure.rank_axis(len(ranking.standings))
    ground = f'<g id="{GROUND}"><line class="m-base" x1="0" x2="100%" y1="50%" y2="50%"/></g>'
    with_bands = not ranking.ranked or any(_moves(each) for each in ranking.standings.values())
    write = _writer(view, ranking, rows, whose, axis=axis, with_bands=with_bands)
    groups = [("", list(rows))] if ranking.ranked else _groups(view, ranking, rows)
    bodies = []
    for heading, members in groups:
        head = (
            f'<tr role="row" class="group"><th role="rowheader" scope="rowgroup" class="x4" colspan="3">'
            f"{escape(heading)}</th></tr>"
            if heading
            else ""
        )
        bodies.append(f'<tbody role="rowgroup">{head}{"".join(map(write, members))}</tbody>')
    return UnitTable(
        axis=drawn(figure.axis_strip(axis, num)),
        shared=drawn(f'<svg class="t-defs" {figure.HIDDEN}><defs>{ground}</defs></svg>'),
        with_bands=with_bands,
        body=Markup("\n".join(bodies)),  # noqa: S704  (built from escaped parts)
    )


def _moves(standing: Standing) -> bool:
    """Say whether the draws put a unit in more than one band."""
    return len(words.ordered(standing.bands)) > 1


def _groups(view: EditionView, ranking: Ranking, rows: Sequence[RowView]) -> list[tuple[str, list[RowView]]]:
    several = [row for row in rows if _moves(ranking.standings[row.organisation])]
    one = [row for row in rows if not _moves(ranking.standings[row.organisation])]
    headed = (
        (_("In more than one group"), several),
        (_("In the same group in every draw"), one),
    )
    return [(f"{title} · {counted(view, len(found))}", found) for title, found in headed if found]


def _writer(
    view: EditionView,
    ranking: Ranking,
    rows: Sequence[RowView],
    whose: RowView | None,
    *,
    axis: figure.Axis,
    with_bands: bool,
) -> Callable[[RowView], str]:
    """Return a function that writes one row."""
    names = {row.organisation: _name(row) for row in view.rows}
    place = {code: each.nominal or 0 for code, each in ranking.standings.items()}
    shown = {row.organisation for row in rows}
    bands = band_labels(view)
    bodies, countries = (
        reverse(name, kwargs={"code": "XXX"}).removesuffix("XXX")
        for name in ("portal:organisation", "portal:country")
    )
    rank_label, span_label = escape(_("Rank")), escape(_("90%% interval") % {})
    median_label, alike_label = escape(_("Median")), escape(_("Cannot be told apart from"))
    band_label = escape(_("Draws by band") if ranking.ranked else _("Draws by group"))
    own_label, none = escape(_("Group")), escape(_("none"))

    def ranked(standing: Standing) -> str:
        span = words.span(standing)
        return (
            f'<td role="cell" class="x4 o3 draw">{interval_strip(axis, standing)}</td>'
            f'<td class="n o4 x2" role="cell" data-label="{span_label}">'
            f"<strong>{span.text if span else NOTHING}</strong></td>"
            f'<td class="n o4 x2" role="cell" data-label="{median_label}">{words.median(standing)}</td>'
        )

    def alike(standing: Standing) -> str:
        opened = f'<td role="cell" class="x4 o5 t-alike" data-label="{alike_label}">'
        if standing.alike is None:
            return f"{opened}{escape(_('not formed'))}</td>"
        if not standing.alike:
            return f'{opened}<span class="t-quiet">{none}</span></td>'
        links = [
            f'<a href="{"#" if code in shown else "?organisation="}{escape(code)}"{names[code].lang}>'
            f"{names[code].text}</a>"
            for code in sorted(standing.alike, key=place.__getitem__)
        ]
        count = ngettext("%(n)s other", "%(n)s others", len(links)) % {"n": num(len(links))}
        return f"{opened}<details><summary>{escape(count)}</summary><p>{', '.join(links)}</p></details></td>"

    def write(row: RowView) -> str:
        standing = ranking.standings[row.organisation]
        code, name = escape(row.organisation), names[row.organisation]
        here = ' class="is-here"' if row is whose else ""
        address = countries if row.titles else bodies
        title = (
            f'<th scope="row" role="rowheader" class="x3"><a href="{address}{code}"{name.lang}>'
            f"{name.text}</a></th>"
        )
        shares = (
            f'<td role="cell" class="x3 o4" data-label="{band_label}">{shares_text(standing, bands)}</td>'
            if with_bands
            else ""
        )
        if not ranking.ranked:
            own = bands.get(row.band, NOTHING)
            group = f'<td role="cell" class="o4" data-label="{own_label}"><strong>{own}</strong></td>'
            return f'<tr role="row" id="{code}"{here}>{title.replace("x3", "x4")}{group}{shares}</tr>'
        rank = f'<td class="n rk" role="cell" data-rk="{rank_label}">{num(standing.nominal)}</td>'
        return (
            f'<tr role="row" id="{code}"{here}>{rank}{title}{ranked(standing)}{shares}{alike(standing)}</tr>'
        )

    return write


def _name(row: RowView) -> Name:
    if row.titles:
        return Name(lang="", text=str(body_name(row)))
    lang = "" if row.language == language() else f' lang="{escape(row.language)}"'
    return Name(lang=lang, text=escape(row.name))
