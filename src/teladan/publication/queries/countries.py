"""Questions about where an organisation stands among others, and what is newest of every country."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from teladan.publication.models import Publication, Result
from teladan.registry.models import Country


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How many organisations of one kind a publication lists, and how many of them in one band."""

    kind: int
    band: int


def standing(of: Result) -> Standing:
    """Return how many of the result's kind are listed beside it, and share its band: one query."""
    bands = list(
        Result.objects.filter(
            publication=of.publication_id, organisation__kind=of.organisation.kind, scored=True
        ).values_list("band", flat=True)
    )
    return Standing(kind=len(bands), band=bands.count(of.band))


@dataclass(frozen=True, kw_only=True)
class CountryView:
    """A country with its newest result in each international series, by the series' name."""

    country: Country
    newest: dict[str, Result]


@dataclass(frozen=True, kw_only=True)
class CountriesView:
    """Every country, by code, and the newest publication of each series that holds countries."""

    countries: tuple[CountryView, ...]
    publications: dict[str, Publication]


def countries() -> CountriesView:
    """Return every country with its row in the newest edition of each series: three queries."""
    newest: dict[str, Publication] = {}
    for publication in Publication.objects.filter(country="").order_by("edition"):
        newest[publication.series] = publication
    rows: dict[str, dict[str, Result]] = defaultdict(dict)
    series = {publication.code: name for name, publication in newest.items()}
    for result in Result.objects.filter(publication__in=series):
        rows[result.organisation_id][series[result.publication_id]] = result
    return CountriesView(
        countries=tuple(
            CountryView(country=country, newest=rows.get(country.code, {}))
            for country in Country.objects.all()
        ),
        publications=newest,
    )


def national_publications(country: str) -> list[Publication]:
    """Return what was published of the bodies of one country, newest first."""
    return list(Publication.objects.filter(country=country).order_by("-edition", "code"))


def editions_of(series: str) -> list[Publication]:
    """Return the publications of one series, oldest first."""
    return list(Publication.objects.filter(series=series).order_by("edition", "code"))


def every_country() -> list[Country]:
    """Return every country, by code."""
    return list(Country.objects.all())
