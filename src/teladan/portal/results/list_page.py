"""Publications as a list, grouped by instrument."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.portal import names
from teladan.portal.names import country_name
from teladan.portal.results import findings
from teladan.publication import queries
from teladan.publication.models import Publication
from teladan.web.formats import marked, said


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One publication in the list of results."""

    publication: Publication
    name: str
    status: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The publications of one series in one country, newest first."""

    id: str
    place: str
    title: Markup
    publications: tuple[Listed, ...]


def publication_groups(publications: Sequence[Publication]) -> list[Group]:
    """Return all publications by country and series, newest first."""
    places = {code: country_name(code) for code in {p.country for p in publications if p.country}}
    ordered = sorted(publications, key=lambda p: (not p.country, p.country, p.series))  # stable: newest first
    found = []
    for (country, series), members in groupby(ordered, key=lambda p: (p.country, p.series)):
        group = list(members)
        instrument, _edition = queries.method_of(group[0])
        abbreviation = instrument.abbreviation if instrument else ""
        found.append(
            Group(
                id=series,
                place=places.get(country, "") or _("International"),
                title=marked("%(short)s: %(title)s", short=abbreviation, title=said(instrument.titles))
                if instrument
                else said(group[0].titles),
                publications=tuple(
                    Listed(
                        publication=each,
                        name=names.edition_name(each, abbreviation),
                        status=findings.status(each),
                    )
                    for each in group
                ),
            )
        )
    return found
