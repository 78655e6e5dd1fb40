"""Small multiples: the index and its parts over the surveys, for one country or two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, pairwise

from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.core import figure
from teladan.core.text import Texts
from teladan.portal.countries.series import Survey
from teladan.portal.method_breaks import not_scored_at, weights, weights_text
from teladan.portal.words import drawn, dressed
from teladan.web.formats import marked, num, said

UNIT = figure.Axis(low=Fraction(0), high=Fraction(1), ticks=(Fraction(0), Fraction(1, 2), Fraction(1)))
APART = (Fraction(7, 100), Fraction(12, 100))  # nearer than this (big, small chart) labels would touch
LABEL_DIGITS = 2
SHIFT = 8  # pixels
KINDS = ("a", "b")

Read = Callable[[Survey], Fraction | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A country in a chart: the code that labels its line, and its surveys, oldest first."""

    code: str
    surveys: Sequence[Survey]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One small multiple."""

    title: Markup
    sub: str
    draw: Markup


def charts(subjects: Sequence[Subject], beside: Sequence[tuple[str, Texts]]) -> tuple[Chart, list[Chart]]:
    """Return the chart of the index, and one for each part and each column beside the index."""
    surveys = max((subject.surveys for subject in subjects), key=len)
    edition = surveys[-1].edition
    parts = edition.root.children if edition else ()
    big = Chart(
        title=said(edition.root.titles) if edition else Markup(""),
        sub=_sub(surveys),
        draw=_draw(subjects, lambda survey: survey.index, big=True),
    )
    small = [
        Chart(
            title=said(part.titles),
            sub=part.code,
            draw=_draw(subjects, _part(part.code), big=False),
        )
        for part in parts
    ]
    small += [
        Chart(
            title=said(titles),
            sub=_("%(code)s, beside the index") % {"code": code},
            draw=_draw(subjects, _beside(code), big=False),
        )
        for code, titles in beside
    ]
    return big, small


def _part(code: str) -> Read:
    return lambda survey: survey.parts.get(code)


def _beside(code: str) -> Read:
    return lambda survey: survey.beside.get(code)


def _sub(surveys: Sequence[Survey]) -> str:
    text = _("0 to 1, %(first)s to %(last)s.") % {"first": surveys[0].year, "last": surveys[-1].year}
    if _shaded(surveys):
        text += " " + _("Shaded: other weights.")
    if _cuts(surveys):
        text += " " + _("Dashed: before it, an index of 0 means “not scored”.")
    return text


def _draw(subjects: Sequence[Subject], read: Read, *, big: bool) -> Markup:
    surveys = max((subject.surveys for subject in subjects), key=len)
    years = [int(survey.year) for survey in surveys]
    span = max(years[-1] - years[0], 1)
    step = Fraction(span, 4) if big else Fraction(span * 5, 11)
    time = figure.Axis(
        low=Fraction(years[0]),
        high=Fraction(years[0] + span),
        cuts=tuple(_cuts(surveys)),
        ticks=tuple(Fraction(year) for year in _ticks(years, step)),
    )
    last = [_last(subject.surveys, read) for subject in subjects]
    lines = [
        line
        for i, subject in enumerate(subjects)
        for line in _lines(
            subject, read, KINDS[i], _shift(last, i, APART[not big]), named=big and len(subjects) > 1
        )
    ]
    return drawn(figure.trend(time, UNIT, lines, _shaded(surveys), num))


def _lines(subject: Subject, read: Read, kind: str, shift: int, *, named: bool) -> list[figure.Line]:
    """Return a line for each run of sound surveys.

    Nothing is drawn across a survey that did not score the country; one whose figures do not fit
    the method stands as a dot of its own.
    """
    values = [(one, _value(one, read)) for one in subject.surveys]
    runs: list[list[tuple[Fraction, Fraction]]] = []
    joined = False
    for survey, value in values:
        if value is None:
            joined = False
            continue
        if not (joined and survey.sound):
            runs.append([])
        runs[-1].append((Fraction(int(survey.year)), value))
        joined = survey.sound
    lines = []
    for run in runs:
        label = ""
        if run is runs[-1]:
            label = dressed(run[-1][1], LABEL_DIGITS)
            label = f"{subject.code} {label}" if named else label
        lines.append(figure.Line(kind=kind, label=label, points=tuple(run), shift=shift))
    return lines


def _value(survey: Survey, read: Read) -> Fraction | None:
    """Return a value that can be drawn: scored, and on the scale."""
    value = read(survey)
    if survey.index is None or value is None or not UNIT.low <= value <= UNIT.high:
        return None
    return value


def _last(surveys: Sequence[Survey], read: Read) -> Fraction | None:
    return next((value for one in reversed(surveys) if (value := _value(one, read)) is not None), None)


def _shift(last: Sequence[Fraction | None], which: int, apart: Fraction) -> int:
    """Return how far the label of a line moves so that two labels do not touch."""
    if len(last) < 2 or last[0] is None or last[1] is None or abs(last[0] - last[1]) >= apart:
        return 0
    upper = 0 if last[0] >= last[1] else 1
    return -SHIFT if which == upper else SHIFT


def _ticks(years: Sequence[int], step: Fraction) -> list[int]:
    """Return the years that are named: the first, the last, and others at least a step apart."""
    found = [years[0]]
    found += [
        year for year in years[1:-1] if year - found[-1] >= step and years[-1] - year >= step * Fraction(4, 5)
    ]
    kept = [found[0]]
    for year in found[1:]:
        if year - kept[-1] >= step:
            kept.append(year)
    return [*kept, years[-1]] if len(years) > 1 else kept


def _shaded(surveys: Sequence[Survey]) -> list[tuple[Fraction, Fraction]]:
    """Return the times whose surveys weigh the parts otherwise than the newest."""
    newest = surveys[-1].edition
    if newest is None:
        return []
    other = [one.edition is not None and weights(one.edition) != weights(newest) for one in surveys]
    years = [int(one.year) for one in surveys]
    return [
        (
            Fraction(years[i] + years[max(i - 1, 0)], 2),
            Fraction(years[i] + years[min(i + 1, len(years) - 1)], 2),
        )
        for i, differs in enumerate(other)
        if differs
    ]


def _cuts(surveys: Sequence[Survey]) -> list[Fraction]:
    """Return the times at which the meaning of an index of 0 changes."""
    return [
        Fraction(int(one.year) + int(other.year), 2)
        for one, other in pairwise(surveys)
        if one.edition and other.edition and not_scored_at(one.edition) != not_scored_at(other.edition)
    ]


def break_notes(surveys: Sequence[Survey]) -> list[Markup]:
    """Return in words what the shades and the dashed line say."""
    notes: list[Markup] = []
    runs = groupby(surveys, key=lambda one: weights_text(one.edition) if one.edition else "")
    for text, run in runs:
        years = [one.year for one in run]
        notes.append(marked(_("%(years)s: %(weights)s."), years=_years(years), weights=text))
    zero = [one.year for one in surveys if one.edition and not_scored_at(one.edition) is not None]
    if zero:
        notes.append(
            marked(
                _(
                    "Up to %(year)s an index printed as 0 means “not scored”; a part may be 0 "
                    "beside a valid index."
                ),
                year=zero[-1],
            )
        )
    return notes


def _years(years: Sequence[str]) -> str:
    return (
        years[0] if len(years) == 1 else _("%(first)s to %(last)s") % {"first": years[0], "last": years[-1]}
    )
