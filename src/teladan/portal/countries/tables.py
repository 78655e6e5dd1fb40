"""The tables of countries: surveys, what moved the index, GTMI groups, the OECD's index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import accumulate, pairwise
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.core import figure
from teladan.core.instrument import INDEX, Edition
from teladan.core.quantity import Rounding, printed, rounded
from teladan.core.table import Cell, Column, Group, Remark, Table
from teladan.core.text import Texts
from teladan.portal import method_breaks
from teladan.portal.countries import findings
from teladan.portal.countries.series import Change
from teladan.portal.words import drawn, dressed, figure_of, stay
from teladan.publication.models import Publication
from teladan.publication.queries import CANNOT_BE_RIGHT, ResultView
from teladan.web.formats import NOTHING, link, marked, num, percent, said
from teladan.web.reasons import reason_text

BASE = '<line class="m-base" x1="0" x2="100%" y1="50%" y2="50%"/>'
UNIT = figure.Axis(low=Fraction(0), high=Fraction(1), ticks=(Fraction(0), Fraction(1, 2), Fraction(1)))
STEPS = [Fraction(1, n) for n in (100, 50, 20, 10, 5, 2, 1)]


@dataclass(frozen=True, kw_only=True)
class ChangeTable:
    """What moved the index of one country between two surveys, and what is to be known of the figures."""

    table: Table[str]  # by code of the part
    printed: Markup
    rounding: str  # cautions: dashes in the column of shares, rounded parts that do not add up


def unit_axis() -> Markup:
    """Return the scale 0 to 1 for the head of a column."""
    return drawn(figure.axis_strip(UNIT, num))


def part_codes(results: Sequence[ResultView]) -> list[tuple[str, Texts]]:
    """Return the parts and the columns beside the index of the newest result."""
    newest = results[-1]
    edition = newest.edition
    parts = [(child.code, child.titles) for child in edition.root.children] if edition else []
    return parts + [(each["code"], each["titles"]) for each in newest.publication.beside]


def surveys_table(
    names: Sequence[str],
    results: Sequence[Sequence[ResultView]],
    kinds: Sequence[str],
    *,
    title: Markup,
    sub: Markup,
) -> Table[str]:
    """Return the surveys by year, newest first, of one country with its parts or of several side by side.

    `kinds` are the classes of the dots, one for each country.
    """
    countries = [{view.publication.edition: view for view in views} for views in results]
    by_year: dict[str, ResultView] = {}
    for country in countries:
        by_year = {**country, **by_year}
    years = sorted(by_year)
    breaks = {
        older: method_breaks.between(_method(by_year[older]), _method(by_year[newer]), (older, newer))
        for older, newer in pairwise(years)
    }

    def survey(year: str) -> Markup:
        return link(reverse("portal:edition", kwargs={"code": by_year[year].publication.code}), year)

    def dots(year: str) -> Markup:
        return _dots([country.get(year) for country in countries], kinds)

    def above(year: str) -> list[Remark]:
        return [Remark(stay(text), "t-break") for text in breaks.get(year, ())]

    def below(year: str) -> list[Remark]:
        wrong = [country[year].result for country in countries if year in country]
        reasons = [
            reason_text(result.reason_code, result.reason_values)
            for result in wrong
            if result.verdict in CANNOT_BE_RIGHT
        ]
        return [Remark(stay(f"{year}: {reason}", "t-stay t-flag")) for reason in reasons if reason]

    columns: list[Column[str]] = [
        Column(_("Survey"), survey, "x4"),
        Column(Cell(content="EGDI", css="w-fig-s"), dots, "draw x4", axis=unit_axis()),
    ]
    for place, (name, country) in enumerate(zip(names, countries, strict=True)):
        if len(names) > 1:
            swatch = Markup('<span class="t-swatch t-swatch--{}">{}</span>').format(kinds[place], name)
            heading, label = Cell(content=swatch, css="n"), name
        else:
            heading, label = Cell(content="EGDI", css="n"), "EGDI"
        columns.append(Column(heading, partial(_index, country), "n x2", label=label))
        columns.append(Column(_("Rank"), partial(_rank, country), "n x2"))
    if len(names) == 1:
        for code, titles in part_codes(next(views for views in results if views)):
            short = Markup('<abbr title="{}">{}</abbr>').format(said(titles).striptags(), code)
            columns.append(
                Column(Cell(content=short, css="n"), partial(_part, countries[0], code), "n", label=code)
            )
    return Table(
        columns,
        years[::-1],
        title=title,
        sub=sub,
        name="surveys",
        css="t-table t-table--tight t-cards",
        before=above,
        after=below,
    )


def _index(country: Mapping[str, ResultView], year: str) -> Markup:
    view = country.get(year)
    shown = num(None)
    if view:
        scored = view.result.scored
        shown = figure_of(view.edition, INDEX, view.result.index) if scored else _("not scored")
    return Markup("<strong>{}</strong>").format(shown)


def _rank(country: Mapping[str, ResultView], year: str) -> str:
    view = country.get(year)
    return num(view.result.rank if view else None)


def _part(country: Mapping[str, ResultView], code: str, year: str) -> str:
    view = country.get(year)
    if view is None:
        return num(None)
    printed_ = view.result.elements.get(code, {}).get("printed") or view.result.beside.get(code, "")
    return figure_of(view.edition, code, printed_)


def _method(view: ResultView) -> method_breaks.Method:
    return view.instrument, view.edition


def _dots(views: Sequence[ResultView | None], kinds: Sequence[str]) -> Markup:
    places = [
        (kind, figure.percent(UNIT.share(Fraction(view.result.index))))
        for kind, view in zip(kinds, views, strict=True)
        if view and view.result.scored and view.result.index
    ]
    marks = [BASE]
    if len(places) > 1:
        (_kind, x1), (_other, x2) = places
        marks.append(f'<line class="m-tick" x1="{x1}" x2="{x2}" y1="50%" y2="50%"/>')
    marks += [f'<circle class="p-{kind}" cx="{x}" cy="50%" r="4.5"/>' for kind, x in places]
    return drawn(figure.strip(marks))


def change_tables(changes: Sequence[tuple[str, Change]]) -> list[ChangeTable]:
    """Return what each part gave to the change of each country's index, all on one scale."""
    ends = [end for _name, moved in changes for end in _ends(moved)]
    if not ends:
        return []
    axis = _axis(min(ends), max(ends))
    return [_change_table(name, str(i), moved, axis) for i, (name, moved) in enumerate(changes)]


def _ends(moved: Change) -> list[Fraction]:
    """Return where the bars of a change begin and end, the largest first."""
    ends = [Fraction(0)]
    for value in sorted(moved.adds.values(), reverse=True):
        ends.append(ends[-1] + value)
    return ends


def _change_table(name: str, key: str, moved: Change, axis: figure.Axis) -> ChangeTable:
    edition = moved.last.edition
    if edition is None:
        msg = "a change is made under a method"
        raise ValueError(msg)
    digits = edition.root.digits or 0
    titles = {child.code: child.titles for child in edition.root.children}
    order = sorted(moved.adds, key=lambda code: -moved.adds[code])
    one_way = all(value >= 0 for value in moved.adds.values()) or all(
        value <= 0 for value in moved.adds.values()
    )
    starts = dict(
        zip(order, accumulate((moved.adds[code] for code in order), initial=Fraction(0)), strict=False)
    )
    first, last = moved.first, moved.last

    def part(code: str) -> Markup:
        return Markup('{} <span class="t-quiet">{}</span>').format(said(titles[code]), code)

    def drawn_part(code: str) -> Markup:
        adds = moved.adds[code]
        return _bar(axis, starts[code], starts[code] + adds, "m-bar" if adds >= 0 else "m-less")

    def share(code: str) -> str:
        if not one_way or not moved.total:
            return num(None)
        return percent(printed(moved.adds[code] / moved.total * 100, 0, edition.mode))

    def signed(value: Fraction) -> str:
        return num(printed(value, digits, edition.mode), sign=True)

    drawing = Cell(content=_("Contribution"), css="w-fig")
    table = Table(
        (
            Column(_("Part"), part, "r x4"),
            Column(
                Cell(content=first.year, css="n"),
                lambda code: dressed(first.parts[code], digits, edition.mode),
                "n o3",
            ),
            Column(
                Cell(content=last.year, css="n"),
                lambda code: dressed(last.parts[code], digits, edition.mode),
                "n o3",
            ),
            Column(drawing, drawn_part, "draw x4 o4", axis=drawn(figure.axis_strip(axis, num))),
            Column(_("Adds"), lambda code: signed(moved.adds[code]), "n o3", key="adds"),
            Column(_("Share of change"), share, "n o3", label=_("Share"), key="share"),
        ),
        order,
        title=findings.change_title(name, moved, titles),
        sub=marked(
            _("Change of the index from %(first)s to %(last)s by part: difference × weight (%(weights)s)."),
            weights=method_breaks.weights_text(edition),
            first=first.year,
            last=last.year,
        ),
        name=f"change-{key}",
        css="t-table t-cards",
        foot=[
            (
                Cell(content="EGDI", css="x4"),
                dressed(first.printed or Fraction(0), digits),
                dressed(last.printed or Fraction(0), digits),
                _bar(axis, Fraction(0), moved.total, "m-hot"),
                signed(moved.total),
                Cell(content="", css="t-none"),
            )
        ],
    )
    return ChangeTable(
        table=table,
        printed=marked(
            _("Sum of the parts %(sum)s; difference of the printed indices %(printed)s."),
            sum=signed(moved.total),
            printed=signed(moved.printed),
        ),
        rounding=" ".join(_remarks(moved, digits, edition.mode, shares=one_way)),
    )


def _remarks(moved: Change, digits: int, mode: Rounding, *, shares: bool) -> Iterable[str]:
    """Yield why the shares are dashes, and that rounded parts do not add up to the rounded sum."""
    if not shares and moved.total:
        yield _(
            "A dash for the share: some parts rose and others fell, so none is a share of the whole change."
        )
    parts = sum(rounded(value, digits, mode) for value in moved.adds.values())
    if parts != rounded(moved.total, digits, mode):
        yield _("Each figure is rounded by itself, so the parts need not add up to the last digit.")


def _bar(axis: figure.Axis, start: Fraction, end: Fraction, kind: str) -> Markup:
    zero = figure.percent(axis.share(Fraction(0)))
    line = f'<line class="m-cut" x1="{zero}" x2="{zero}" y1="0" y2="100%"/>'
    return drawn(figure.strip([figure.rail(), figure.bar(axis, start, end, kind), line]))


def _axis(low: Fraction, high: Fraction) -> figure.Axis:
    """Return a scale around zero with ends on a round step."""
    size = max(abs(low), abs(high)) or Fraction(1, 100)
    step = next((step for step in STEPS if size <= step * 4), STEPS[-1])

    def up(value: Fraction) -> Fraction:
        return step * -(-value.numerator * step.denominator // (value.denominator * step.numerator))

    top, bottom = up(high), -up(-low)
    if top == bottom:
        top += step
    ticks = [bottom, Fraction(0), top] if bottom < 0 < top else [bottom, (bottom + top) / 2, top]
    return figure.Axis(low=bottom, high=top, ticks=tuple(dict.fromkeys(ticks)))


def groups_table(
    names: Sequence[str], results: Sequence[Sequence[ResultView]], editions: Mapping[str, Publication]
) -> Table[GroupRow]:
    """Return the GTMI and its parts over the editions (by year), country by country, with its group."""
    years = sorted(editions)
    blocks = [
        Group(rows=_group_rows(name, views)) for name, views in zip(names, results, strict=True) if views
    ]

    def title(row: GroupRow) -> Cell:
        scope = {"scope": "rowgroup"} if row.code == INDEX else {}
        return Cell(content=row.title, css="x4" if scope else "x4 r", attributes=scope)

    def drawn_line(row: GroupRow) -> Markup:
        texts = (_text(row.by_year.get(year), row.code) for year in years)
        known = [Fraction(text) for text in texts if text]
        marks = [BASE]
        if known:
            marks += figure.dumbbell(UNIT, known[0] if len(known) > 1 else None, known[-1])
        return drawn(figure.strip(marks))

    def value(year: str, row: GroupRow) -> Markup | str:
        shown = figure_of(row.edition, row.code, _text(row.by_year.get(year), row.code))
        if row.code != INDEX:
            return shown
        group = row.by_year[year].result.band if year in row.by_year else ""
        return Markup('{} <span class="t-group">{}</span>').format(shown, group or NOTHING)

    return Table(
        (
            Column(_("Part"), title, "x4"),
            Column(
                Cell(content=f"{years[0]}–{years[-1]}", css="w-fig"), drawn_line, "draw x4", axis=unit_axis()
            ),
            *(
                Column(
                    Cell(content=link(reverse("portal:edition", args=(editions[year].code,)), year), css="n"),
                    partial(value, year),
                    "n x2" if year == years[-1] else "n",
                    label=year,
                )
                for year in years
            ),
        ),
        blocks,
        title=tuple(gtmi_title(name, views) for name, views in zip(names, results, strict=True) if views),
        sub=_(
            "GTMI and its four equal parts, 0 to 1, with the group of the index. Ring: first edition, dot: "
            "newest."
        ),
        name="groups",
        css="t-table t-table--tight t-cards",
        attributes=lambda row: {"class": "group" if row.code == INDEX else ""},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """The index or a part of one country's GTMI, with its results by year."""

    code: str
    title: Markup
    edition: Edition
    by_year: Mapping[str, ResultView]


def _group_rows(name: str, views: Sequence[ResultView]) -> list[GroupRow]:
    edition = views[-1].edition
    if edition is None:
        return []
    by_year = {view.publication.edition: view for view in views}
    lines = [(INDEX, marked(name)), *((child.code, said(child.titles)) for child in edition.root.children)]
    return [GroupRow(code=code, title=title, edition=edition, by_year=by_year) for code, title in lines]


def dgi_table(names: Sequence[str], views: Sequence[ResultView | None]) -> Table[Mapping[str, Any]]:
    """Return the parts of the OECD's index as printed, one column for each country."""
    publication = next(view for view in views if view).publication

    def printed_part(view: ResultView | None, element: Mapping[str, Any]) -> str:
        return num(view.result.elements.get(element["code"], {}).get("printed") if view else None)

    return Table(
        (
            Column(_("Part"), lambda element: said(element["titles"]), "r"),
            *(
                Column(name, partial(printed_part, view), "n")
                for name, view in zip(names, views, strict=True)
            ),
        ),
        publication.elements,
        title=_("As printed: the method was not seen"),
        sub=_("OECD Digital Government Index, 0 to 1, and its parts.") + f" {publication.edition}",
        name="oecd",
        css="t-table t-table--tight",
        foot=[
            (Cell(content=_("Index"), css=""), *(num(view.result.index if view else None) for view in views)),
            (
                Cell(content=_("Rank as printed"), css=""),
                *(num(view.result.rank if view else None) for view in views),
            ),
        ],
    )


def _text(view: ResultView | None, code: str) -> str:
    if view is None:
        return ""
    return view.result.index if code == INDEX else view.result.elements.get(code, {}).get("printed") or ""


def gtmi_title(name: str, results: Sequence[ResultView]) -> Markup:
    """Return how a country's group went."""
    bands = []
    for one in results:
        band = one.edition.band_named(one.result.band) if one.edition and one.result.band else None
        if band:
            bands.append((one.publication.edition, band.titles))
    return findings.gtmi_title(name, bands)
