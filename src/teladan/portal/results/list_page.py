"""Publications as a list, grouped by instrument."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.core.table import Cell, Column, Table
from teladan.portal.names import country_name, edition_name
from teladan.portal.results.findings import figures_state
from teladan.publication import queries
from teladan.publication.models import Publication
from teladan.web.formats import link, marked, num, said, status

VERDICTS = ("consistent", "inconsistent", "impossible", "undecided")
HEADER = (
    "publication", "country", "series", "instrument", "edition", "kind", "listed", "evaluated",
    *VERDICTS, "source",
)  # fmt: skip


def publication_groups(publications: Sequence[Publication]) -> list[tuple[str, Markup, Table[Publication]]]:
    """Return (series, title, its publications newest first) of each series in each country."""
    places = {code: country_name(code) for code in {p.country for p in publications if p.country}}
    ordered = sorted(publications, key=lambda p: (not p.country, p.country, p.series))  # stable: newest first
    groups = []
    for (country, series), members in groupby(ordered, key=lambda p: (p.country, p.series)):
        group = list(members)
        instrument, _edition = queries.method_of(group[0])
        title = (
            marked("%(short)s: %(title)s", short=instrument.abbreviation, title=said(instrument.titles))
            if instrument
            else said(group[0].titles)
        )
        abbreviation = instrument.abbreviation if instrument else ""
        table = _table(group, abbreviation, places.get(country, "") or _("International"))
        groups.append((series, title, table))
    return groups


def _table(publications: Sequence[Publication], abbreviation: str, place: str) -> Table[Publication]:
    def name(publication: Publication) -> Markup:
        address = reverse("portal:edition", kwargs={"code": publication.code})
        titles = Markup('<span class="t-sub">{}</span>').format(said(publication.titles))
        return link(address, edition_name(publication, abbreviation)) + titles

    def evaluated(publication: Publication) -> str:
        return num(publication.evaluated) if publication.evaluated else _("not seen")

    return Table(
        (
            Column(Cell(content=_("Edition"), css="w-fig"), name, "x4 r"),
            Column(_("Listed"), lambda publication: num(publication.listed), "n x2", label=_("Listed")),
            Column(_("Evaluated"), evaluated, "n x2", label=_("Evaluated")),
            Column(_("Figures"), lambda publication: status(figures_state(publication)), "x4"),
        ),
        publications,
        sub=place,
        css="t-table t-table--tight t-stack",
        box="t-box",
    )


def cells(publication: Publication) -> tuple[object, ...]:
    """Return a publication as the CSV has it, under the header."""
    verdicts = (publication.verdicts.get(verdict, 0) for verdict in VERDICTS)
    return (
        publication.code, publication.country, publication.series, publication.instrument,
        publication.edition, publication.kind, publication.listed, publication.evaluated, *verdicts,
        publication.source["title"],
    )  # fmt: skip
