"""What the list of countries shows: the newest of each index, by letter, without an order of merit."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.core.instrument import INDEX
from teladan.core.table import Column, Table
from teladan.core.text import search_text
from teladan.portal.countries.series import DGI, EGDI, GTMI
from teladan.portal.words import figure_of, source_title
from teladan.publication.models import Publication
from teladan.publication.queries import method_of
from teladan.publication.queries.countries import CountriesView, CountryView
from teladan.web.formats import NOTHING, joined, link, num, plain

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


def list_page(view: CountriesView) -> dict[str, Any]:
    """Return what the template names: the twelve with the newest of each index, and all by letter."""
    ordered = sorted(view.countries, key=lambda one: order(plain(one.country.titles)))
    known = [view.publications[series] for series in SERIES if series in view.publications]
    figures = Newest(view)
    return {
        "twelve": twelve_table([one for one in ordered if one.country.in_exchange], figures),
        "letters": [
            (letter, list(group))
            for letter, group in groupby(ordered, key=lambda one: initial(plain(one.country.titles)))
        ],
        "figures": figures,
        "count": len(ordered),
        "source": joined("; ", map(_source, known)),
    }


class Newest:
    """The newest figures of a country, as they are shown; "–" where it is not listed or not scored."""

    def __init__(self, view: CountriesView) -> None:
        self.publications = view.publications
        self._methods = {name: method_of(publication)[1] for name, publication in view.publications.items()}

    def index(self, one: CountryView, series: str) -> str:
        """Return its index in a series."""
        result = one.newest.get(series)
        if result is None or not result.scored:
            return num(None)
        return figure_of(self._methods[series], INDEX, result.index)

    def group(self, one: CountryView) -> Markup:
        """Return its group of the GTMI."""
        result = one.newest.get(GTMI)
        return Markup('<span class="t-group">{}</span>').format((result.band if result else "") or NOTHING)


def twelve_table(standings: Sequence[CountryView], figures: Newest) -> Table[CountryView]:
    """Return the twelve governments in three indices."""

    def name(one: CountryView) -> Markup:
        return link(reverse("portal:country", kwargs={"code": one.country.code}), plain(one.country.titles))

    def heading(series: str) -> Markup | str:
        publication = figures.publications.get(series)
        if publication is None:
            return SERIES[series]
        address = reverse("portal:edition", kwargs={"code": publication.code})
        return link(address, f"{SERIES[series]} {publication.edition}")

    def figure(series: str, one: CountryView) -> Markup | str:
        index = figures.index(one, series)
        return joined(" ", (index, figures.group(one))) if series == GTMI else index

    return Table(
        (
            Column(_("Country or economy"), name, "r"),
            *(Column(heading(series), partial(figure, series), "n") for series in SERIES),
        ),
        standings,
        title=_("Twelve governments in three indices"),
        sub=_(
            "EGDI (United Nations), GTMI with its group (World Bank), DGI (OECD), each 0 to 1, newest "
            "edition. A dash: not listed or not scored."
        ),
        name="twelve",
        css="t-table t-table--tight t-close",
    )


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
