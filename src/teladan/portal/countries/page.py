"""What the pages of one country and of two countries show, prepared for the template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.core.table import Table
from teladan.portal.countries import findings
from teladan.portal.countries.charts import Chart, Subject, break_notes, charts
from teladan.portal.countries.series import (
    DGI,
    EGDI,
    GTMI,
    Change,
    Survey,
    change,
    newest_run,
    of_series,
    surveys,
)
from teladan.portal.countries.tables import (
    ChangeTable,
    change_tables,
    dgi_table,
    groups_table,
    gtmi_title,
    surveys_table,
)
from teladan.portal.organisations.page import sources
from teladan.portal.record.words import recorded
from teladan.portal.uncertainty.intervals import Place, pair, place
from teladan.portal.words import figure_of
from teladan.publication.models import Publication
from teladan.publication.queries import ResultView
from teladan.registry.models import Country
from teladan.web.formats import marked, plain, said

KINDS = ("a", "b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """The two surveys between which the change is taken apart, and the surveys there are."""

    years: tuple[tuple[str, str], ...]
    first: str
    last: str
    problem: str


@dataclass(frozen=True, kw_only=True)
class Egdi:
    """The UN index over its surveys, of one country or two."""

    big: Chart
    small: tuple[Chart, ...]
    notes: tuple[Markup, ...]
    surveys: Table[str]
    changes: tuple[ChangeTable, ...]
    range: Range
    source: Markup


@dataclass(frozen=True, kw_only=True)
class Index:
    """Another index, of one country or two: its table, what is to be known of it, where it is from."""

    publication: Publication  # the newest
    table: Table[Any]
    notes: tuple[Markup, ...]
    source: Markup


def countries_page(
    countries: Sequence[Country],
    results: Sequence[ResultView],
    asked: tuple[str, str] = ("", ""),
    national: Sequence[Publication] = (),
    gtmi_editions: Sequence[Publication] = (),
) -> dict[str, Any]:
    """Return what the templates name of one country, or of two side by side.

    `asked` are the two surveys between which the change is taken apart, blank for the widest span
    under the newest rules. Results are all that there are of these countries; `gtmi_editions` are
    the editions of the GTMI, also those that do not list them.
    """
    names = tuple(plain(country.titles) for country in countries)
    codes = tuple(country.code for country in countries)
    alone = len(countries) == 1
    own = [[one for one in results if one.result.organisation_id == code] for code in codes]
    egdi = [of_series(one, EGDI) for one in own]
    gtmi = [of_series(one, GTMI) for one in own]
    dgi = [of_series(one, DGI) for one in own]
    told = [surveys(one) for one in egdi]
    title, lede = _head(names, told, egdi, gtmi)
    return {
        "names": names,
        "codes": codes,
        "title": title,
        "lede": [*lede, *_absent(names, (egdi, gtmi))],
        "egdi": _egdi(names, codes, told, egdi, asked) if any(egdi) else None,
        "gtmi": _gtmi(names, gtmi, gtmi_editions) if any(gtmi) else None,
        "dgi": _dgi(names, dgi) if any(dgi) else None,
        "national": national,
        "recorded": [
            recorded(one) for one in sorted(results, key=lambda one: one.publication.edition, reverse=True)
        ]
        if alone
        else [],
        "places": _places(egdi[0], gtmi[0]) if alone else _pair(egdi[0], egdi[1]),
    }


def _places(*series: Sequence[ResultView]) -> tuple[Place, ...]:
    """Return how sure the newest result of each series is, where that can be said."""
    newest = (views[-1] for views in series if views)
    return tuple(found for view in newest if view.result.scored and (found := place(view)))


def _pair(one: Sequence[ResultView], other: Sequence[ResultView]) -> tuple[Place, ...]:
    """Return whether one of two countries is ahead in the newest survey, where that can be said."""
    found = pair(one[-1], other[-1]) if one and other else None
    return (found,) if found else ()


def _head(
    names: Sequence[str],
    told: Sequence[Sequence[Survey]],
    egdi: Sequence[Sequence[ResultView]],
    gtmi: Sequence[Sequence[ResultView]],
) -> tuple[Markup, list[Markup]]:
    """Return title and the sentences under it."""
    lede: list[Markup] = []
    if len(names) == 2:
        one, other = in_common(told[0], told[1])
        distance = findings.distance_text(one, other)
        if distance:
            lede.append(distance)
        lede += [gtmi_title(name, views) + "." for name, views in zip(names, gtmi, strict=True) if views]
        return findings.distance_title((names[0], names[1]), one, other), lede
    run = newest_run(told[0])
    moved = change(run[0], run[-1]) if len(run) > 1 else None
    if egdi[0]:
        view = egdi[0][-1]
        shown = {
            one.publication.edition: figure_of(one.edition, "index", one.result.index) for one in egdi[0]
        }
        parts = {child.code: child.titles for child in view.edition.root.children} if view.edition else {}
        title = findings.country_title(names[0], moved, shown, parts)
        if gtmi[0]:
            lede.append(gtmi_title(names[0], gtmi[0]) + ".")
        return title, lede
    return (gtmi_title(names[0], gtmi[0]) if gtmi[0] else marked(names[0])), lede


def in_common(one: Sequence[Survey], other: Sequence[Survey]) -> tuple[list[Survey], list[Survey]]:
    """Return the sound surveys of the newest rules that both have, oldest first."""
    of_one = {survey.year: survey for survey in newest_run(one)}
    of_other = {survey.year: survey for survey in newest_run(other)}
    years = sorted(of_one.keys() & of_other.keys())
    return [of_one[year] for year in years], [of_other[year] for year in years]


def _egdi(
    names: Sequence[str],
    codes: Sequence[str],
    told: Sequence[Sequence[Survey]],
    egdi: Sequence[Sequence[ResultView]],
    asked: tuple[str, str],
) -> Egdi:
    present = [i for i, views in enumerate(egdi) if views]
    views = egdi[present[0]]
    beside = [(each["code"], each["titles"]) for each in views[-1].publication.beside]
    big, small = charts([Subject(code=codes[i], surveys=told[i]) for i in present], beside)
    chosen, changes = _changes([names[i] for i in present], [told[i] for i in present], asked)
    title = (
        findings.series_title(names[0], told[0])
        if len(names) == 1
        else marked(_("%(one)s and %(other)s survey by survey"), one=names[0], other=names[1])
    )
    return Egdi(
        big=big,
        small=tuple(small),
        notes=tuple(break_notes(told[present[0]])),
        surveys=surveys_table(
            names,
            egdi,
            KINDS[: len(names)],
            title=title,
            sub=marked(
                _(
                    "UN E-Government Development Index, 0 to 1, and rank as printed; %(first)s to "
                    "%(last)s, newest first."
                ),
                first=told[present[0]][0].year,
                last=told[present[0]][-1].year,
            ),
        ),
        changes=tuple(change_tables(changes)),
        range=chosen,
        source=marked(
            _("UN E-Government Survey, country data, %(first)s to %(last)s"),
            first=views[0].publication.edition,
            last=views[-1].publication.edition,
        ),
    )


def _changes(
    names: Sequence[str], told: Sequence[Sequence[Survey]], asked: tuple[str, str]
) -> tuple[Range, list[tuple[str, Change]]]:
    """Return the surveys to choose from, those chosen, and each country's change between them."""
    sound = [{one.year: one for one in each if one.sound} for each in told]
    years = sorted(set.intersection(*(set(each) for each in sound)))
    runs = [[one.year for one in newest_run(each)] for each in told]
    common = sorted(set.intersection(*(set(run) for run in runs)))
    first, last = (common[0], common[-1]) if len(common) > 1 else ("", "")
    problem = ""
    if any(asked):
        problem = _problem(asked, sound[0], years)
        if not problem:
            first, last = asked
    found = []
    for name, each in zip(names, sound, strict=True):
        moved = change(each[first], each[last]) if first and last else None
        if moved:
            found.append((name, moved))
    options = tuple((year, year) for year in years)
    return Range(years=options, first=first, last=last, problem=problem), found


def _problem(asked: tuple[str, str], sound: Mapping[str, Survey], years: Sequence[str]) -> str:
    """Return why the change between two surveys cannot be taken apart, or ""."""
    first, last = asked
    if first not in years or last not in years:
        return _("Choose two surveys from the list.")
    if first >= last:
        return _("Choose an earlier survey first and a later one second.")
    if change(sound[first], sound[last]) is None:
        return _(
            "The surveys of %(first)s and %(last)s weigh the parts differently, so their "
            "difference cannot be "
            "shared out among the parts. Choose two with the same weights."
        ) % {"first": first, "last": last}
    return ""


def _gtmi(names: Sequence[str], gtmi: Sequence[Sequence[ResultView]], every: Sequence[Publication]) -> Index:
    editions = {one.edition: one for one in every} | {
        one.publication.edition: one.publication for views in gtmi for one in views
    }
    notes = {str(said(note)): said(note) for one in editions.values() for note in one.notes[:1]}
    return Index(
        publication=editions[max(editions)],
        table=groups_table(names, gtmi, editions),
        notes=tuple(notes.values()),
        source=sources([one for views in gtmi for one in views]),
    )


def _dgi(names: Sequence[str], dgi: Sequence[Sequence[ResultView]]) -> Index:
    newest = [views[-1] if views else None for views in dgi]
    one = next(view for view in newest if view)
    return Index(
        publication=one.publication,
        table=dgi_table(names, newest),
        notes=tuple(said(note) for note in one.publication.notes[:1]),
        source=sources([one]),
    )


def _absent(names: Sequence[str], series: Sequence[Sequence[Sequence[ResultView]]]) -> list[Markup]:
    """Return which of the two indices does not list a country."""
    texts = (
        _("The UN survey does not list %(country)s."),
        _("The World Bank’s index does not list %(country)s."),
    )
    return [
        marked(text, country=name)
        for text, of_each in zip(texts, series, strict=True)
        for name, views in zip(names, of_each, strict=True)
        if not views
    ]
