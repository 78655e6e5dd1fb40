"""What the list of countries shows: the newest of each index, by letter, without an order of merit."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from django.urls import reverse
from markupsafe import Markup

from teladan.core.instrument import INDEX
from teladan.core.text import search_text
from teladan.portal.countries.series import DGI, EGDI, GTMI
from teladan.portal.words import figure_of, source_title
from teladan.publication.models import Publication, Result
from teladan.publication.queries import method_of
from teladan.publication.queries.countries import CountriesView
from teladan.registry.models import Country
from teladan.web.formats import NOTHING, num, plain

SERIES = {EGDI: "EGDI", GTMI: "GTMI", DGI: "DGI"}  # by the name over their columns
HEADER = (
    "country",
    "name",
    "in_exchange",
    "series",
    "publication",
    "edition",
    "kind",
    "index",
    "band",
    "scored",
    "verdict",
    "source",
)
# The consonants that Korean words are looked up by, in the order of Unicode's syllables.
INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
FIRST_SYLLABLE, LAST_SYLLABLE, PER_INITIAL = 0xAC00, 0xD7A3, 588


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One country: its newest index in each series, "–" where it is not in one; its group of the GTMI."""

    name: str
    address: str
    values: tuple[str, ...]
    group: str


@dataclass(frozen=True, kw_only=True)
class CountryList:
    """The series with the name, edition and address of the newest, the twelve, and all by letter."""

    editions: tuple[tuple[str, str, str], ...]  # of the three; blank where none is published
    twelve: tuple[Line, ...]
    groups: tuple[tuple[str, tuple[Line, ...]], ...]  # (letter, countries whose names begin so)
    count: int
    source: Markup


def prepare(view: CountriesView) -> CountryList:
    """Return the list of countries."""
    known = [view.publications[series] for series in SERIES if series in view.publications]
    methods = {publication.series: method_of(publication)[1] for publication in known}

    def value(series: str, result: Result | None) -> str:
        scored = result is not None and result.scored
        return figure_of(methods[series], INDEX, result.index) if result and scored else num(None)

    def line(country: Country, newest: dict[str, Result]) -> Line:
        gtmi = newest.get(GTMI)
        return Line(
            name=plain(country.titles),
            address=reverse("portal:country", kwargs={"code": country.code}),
            values=tuple(value(series, newest.get(series)) for series in SERIES),
            group=(gtmi.band if gtmi else "") or NOTHING,
        )

    lines = sorted(
        ((order(plain(each.country.titles)), each) for each in view.countries), key=lambda pair: pair[0]
    )
    return CountryList(
        editions=tuple(_newest(name, view.publications.get(series)) for series, name in SERIES.items()),
        twelve=tuple(line(one.country, one.newest) for _key, one in lines if one.country.in_exchange),
        groups=tuple(
            (letter, tuple(line(one.country, one.newest) for _key, one in group))
            for letter, group in groupby(lines, key=lambda pair: initial(plain(pair[1].country.titles)))
        ),
        count=len(lines),
        source=Markup("; ").join(_source(publication) for publication in known),
    )


def _newest(name: str, publication: Publication | None) -> tuple[str, str, str]:
    if publication is None:
        return name, "", ""
    return name, publication.edition, reverse("portal:edition", kwargs={"code": publication.code})


def _source(publication: Publication) -> Markup:
    return source_title(publication.source)


def order(name: str) -> str:
    """Return what names are sorted by: letters without accents."""
    return search_text(name)


def initial(name: str) -> str:
    """Return the letter a name stands under: Å under A, a Korean syllable under its consonant.

    >>> initial("Åland"), initial("대한민국")
    ('A', 'ㄷ')
    """
    first = order(name)[:1]
    if first and FIRST_SYLLABLE <= ord(first) <= LAST_SYLLABLE:
        return INITIALS[(ord(first) - FIRST_SYLLABLE) // PER_INITIAL]
    return first.upper()


def rows(view: CountriesView) -> list[tuple[object, ...]]:
    """Return the CSV face: one row for each country and series, figures as in the source."""
    return [
        (
            one.country.code,
            one.country.titles.get("en", ""),
            "yes" if one.country.in_exchange else "no",
            series,
            view.publications[series].code,
            view.publications[series].edition,
            view.publications[series].kind,
            result.index,
            result.band,
            "yes" if result.scored else "no",
            result.verdict,
            view.publications[series].source.get("title"),
        )
        for one in view.countries
        for series, result in sorted(one.newest.items())
    ]
