"""The tables of countries: surveys, what moved the index, GTMI groups, the OECD's index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.core import figure
from teladan.core.instrument import INDEX
from teladan.core.quantity import Rounding, printed, rounded
from teladan.core.text import Texts
from teladan.portal import method_breaks
from teladan.portal.countries import findings
from teladan.portal.countries.series import Change
from teladan.portal.words import drawn, dressed, figure_of
from teladan.publication.queries import CANNOT_BE_RIGHT, ResultView
from teladan.web.formats import marked, num, percent, said
from teladan.web.reasons import reason_text

BASE = '<line class="m-base" x1="0" x2="100%" y1="50%" y2="50%"/>'
UNIT = figure.Axis(low=Fraction(0), high=Fraction(1), ticks=(Fraction(0), Fraction(1, 2), Fraction(1)))
STEPS = [Fraction(1, n) for n in (100, 50, 20, 10, 5, 2, 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One country's figures in a survey: index, rank as printed, the parts, those beside."""

    index: str
    rank: str
    parts: tuple[str, ...]
    flag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyRow:
    """One survey; `breaks` stand between it and the one above (newer)."""

    breaks: tuple[Markup, ...]
    year: str
    address: str
    draw: Markup
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One part's gift to a change."""

    title: Markup
    code: str
    before: str
    after: str
    draw: Markup
    adds: str
    share: str


@dataclass(frozen=True, kw_only=True)
class ChangeTable:
    """What moved the index of one country between two surveys."""

    name: str
    title: Markup
    sub: Markup
    first: str
    last: str
    axis: Markup
    rows: tuple[Moved, ...]
    before: str
    after: str
    total: str
    total_draw: Markup
    printed: Markup
    rounding: str  # cautions: dashes in the column of shares, rounded parts that do not add up


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """One line of the GTMI table: the index (with its group) or a part, by edition."""

    title: Markup
    draw: Markup
    values: tuple[tuple[str, str], ...]  # (figure, group or "")
    head: bool


def unit_axis() -> Markup:
    """Return the scale 0 to 1 for the head of a column."""
    return drawn(figure.axis_strip(UNIT, num))


def part_codes(results: Sequence[ResultView]) -> list[tuple[str, Texts]]:
    """Return the parts and the columns beside the index of the newest result."""
    newest = results[-1]
    edition = newest.edition
    parts = [(child.code, child.titles) for child in edition.root.children] if edition else []
    return parts + [(each["code"], each["titles"]) for each in newest.publication.beside]


def survey_rows(
    countries: Sequence[dict[str, ResultView]], codes: Sequence[str], kinds: Sequence[str]
) -> list[SurveyRow]:
    """Return the surveys, newest first; each country gives its results by year.

    `kinds` are the classes of the dots, one for each country.
    """
    by_year: dict[str, ResultView] = {}
    for country in countries:
        by_year = {**country, **by_year}
    years = sorted(by_year)
    above = {
        older: tuple(method_breaks.between(_method(by_year[older]), _method(by_year[newer]), (older, newer)))
        for older, newer in pairwise(years)
    }
    return [
        SurveyRow(
            breaks=above.get(year, ()),
            year=year,
            address=reverse("portal:edition", kwargs={"code": by_year[year].publication.code}),
            draw=_dots([country.get(year) for country in countries], kinds),
            cells=tuple(cell(country.get(year), codes) for country in countries),
        )
        for year in reversed(years)
    ]


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


def cell(view: ResultView | None, codes: Sequence[str]) -> Cell:
    """Return one country's figures in one survey, with the digits the survey prints."""
    if view is None:
        return Cell(index=num(None), rank=num(None), parts=tuple(num(None) for _code in codes), flag="")
    result = view.result
    texts = {code: entry.get("printed") or "" for code, entry in result.elements.items()} | result.beside
    return Cell(
        index=figure_of(view.edition, INDEX, result.index) if result.scored else _("not scored"),
        rank=num(result.rank),
        parts=tuple(figure_of(view.edition, code, texts.get(code, "")) for code in codes),
        flag=reason_text(result.reason_code, result.reason_values)
        if result.verdict in CANNOT_BE_RIGHT
        else "",
    )


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
    rows = []
    running = Fraction(0)
    for code in order:
        adds = moved.adds[code]
        kind = "m-bar" if adds >= 0 else "m-less"
        rows.append(
            Moved(
                title=said(titles[code]),
                code=code,
                before=dressed(moved.first.parts[code], digits, edition.mode),
                after=dressed(moved.last.parts[code], digits, edition.mode),
                draw=_bar(axis, running, running + adds, kind),
                adds=num(printed(adds, digits, edition.mode), sign=True),
                share=percent(printed(adds / moved.total * 100, 0, edition.mode))
                if one_way and moved.total
                else num(None),
            )
        )
        running += adds
    values = {"first": moved.first.year, "last": moved.last.year}
    return ChangeTable(
        name=f"change-{key}",
        title=findings.change_title(name, moved, titles),
        sub=marked(
            _("Change of the index from %(first)s to %(last)s by part: difference × weight (%(weights)s)."),
            weights=method_breaks.weights_text(edition),
            **values,
        ),
        first=moved.first.year,
        last=moved.last.year,
        axis=drawn(figure.axis_strip(axis, num)),
        rows=tuple(rows),
        before=dressed(moved.first.printed or Fraction(0), digits),
        after=dressed(moved.last.printed or Fraction(0), digits),
        total=num(printed(moved.total, digits, edition.mode), sign=True),
        total_draw=_bar(axis, Fraction(0), moved.total, "m-hot"),
        printed=marked(
            _("Sum of the parts %(sum)s; difference of the printed indices %(printed)s."),
            sum=num(printed(moved.total, digits, edition.mode), sign=True),
            printed=num(printed(moved.printed, digits, edition.mode), sign=True),
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


def group_rows(name: str, results: Sequence[ResultView], years: Sequence[str]) -> list[GroupRow]:
    """Return a country's GTMI index and its parts over the editions; its results oldest first."""
    by_year = {one.publication.edition: one for one in results}
    edition = results[-1].edition
    if edition is None:
        return []
    lines = [(INDEX, marked(name)), *((child.code, said(child.titles)) for child in edition.root.children)]
    rows = []
    for code, title in lines:
        texts = {year: _text(by_year.get(year), code) for year in years}
        known = [Fraction(text) for text in texts.values() if text]
        marks = [BASE]
        if known:
            marks += figure.dumbbell(UNIT, known[0] if len(known) > 1 else None, known[-1])
        rows.append(
            GroupRow(
                title=title,
                draw=drawn(figure.strip(marks)),
                values=tuple(
                    (
                        figure_of(edition, code, texts[year]),
                        by_year[year].result.band if code == INDEX and year in by_year else "",
                    )
                    for year in years
                ),
                head=code == INDEX,
            )
        )
    return rows


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
