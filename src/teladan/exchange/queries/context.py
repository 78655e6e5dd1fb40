"""The published figures of countries that an adopter holds beside its own: EGDI parts, GTMI groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from teladan.publication.models import Publication, Result

SERIES = ("egdi", "gtmi")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A country's printed figures in the newest edition of an index: its value, group and parts by code."""

    country: str
    series: str
    publication: str
    edition: str
    index: str
    band: str
    elements: dict[str, str]


def figures(countries: Iterable[str]) -> dict[str, dict[str, Figures]]:
    """Return {country: {series: figures}} of the newest EGDI and GTMI: two queries, however many.

    A country without a row in the newest edition has no figures of it.
    """
    newest: dict[str, Publication] = {}
    for each in Publication.objects.filter(series__in=SERIES).only("code", "series", "edition"):
        if each.series not in newest or each.edition > newest[each.series].edition:
            newest[each.series] = each
    found: dict[str, dict[str, Figures]] = {}
    rows = Result.objects.filter(
        publication__in=[each.code for each in newest.values()], organisation__in=list(countries)
    )
    of = {each.code: each for each in newest.values()}
    for row in rows:
        publication = of[row.publication_id]
        parts = {code: given.get("printed", "") for code, given in row.elements.items() if code != "index"}
        found.setdefault(row.organisation_id, {})[publication.series] = Figures(
            country=row.organisation_id,
            series=publication.series,
            publication=publication.code,
            edition=publication.edition,
            index=row.index or row.elements.get("index", {}).get("printed", ""),
            band=row.band,
            elements={**parts, **row.beside},
        )
    return found


def side_by_side(countries: Iterable[str]) -> list[dict[str, Any]]:
    """Return the figures of countries as plain values, in their order, to be kept with an evaluation."""
    order = list(dict.fromkeys(countries))
    found = figures(order)
    return [
        asdict(found[country][series])
        for country in order
        for series in SERIES
        if series in found.get(country, {})
    ]
