"""What a country's page says of the exchange: learned from, taught to, spread inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.exchange.queries import AdoptionRow, CountryExchange
from teladan.portal.practices.lineage import finding
from teladan.portal.practices.words import (
    Status,
    adopter_name,
    adoption_address,
    country_name,
    degree_text,
    parent_name,
    practice_address,
    stage_of,
)
from teladan.portal.words import named
from teladan.web.formats import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One adoption: what it is called there, from what, since when, how far it came."""

    name: Markup
    address: str
    other: Markup  # the other side: countries it came from, or whoever took it
    practices: tuple[tuple[Markup, str], ...]
    since: str
    degree: Markup
    stage: Status
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One table: learned from, taught to or spread inside."""

    name: str
    title: str
    other: str  # the head of the column of the other side
    rows: tuple[Row, ...]


def prepare(found: CountryExchange) -> tuple[Part, ...]:
    """Return the tables that have rows."""
    parts = (
        Part(
            name="learned",
            title=_titled(_("Learned from"), found.learned_from),
            other=_("Source country"),
            rows=tuple(_row(each, _sources(each)) for each in found.learned_from),
        ),
        Part(
            name="taught",
            title=_titled(_("Taught to"), found.taught_to),
            other=_("Adopter"),
            rows=tuple(_row(each, adopter_name(each)) for each in found.taught_to),
        ),
        Part(
            name="within",
            title=_titled(_("Spread inside"), found.within),
            other=_("Adopter"),
            rows=tuple(_row(each, named(each.adopter, each.language)) for each in found.within),
        ),
    )
    return tuple(part for part in parts if part.rows)


def _titled(heading: str, rows: Sequence[AdoptionRow]) -> str:
    """Return a title that no other table of the page has."""
    return f"{heading}: {finding(rows)}"


def _sources(row: AdoptionRow) -> Markup:
    return Markup(", ").join(dict.fromkeys(country_name(each.country_titles) for each in row.parents))


def _row(row: AdoptionRow, other: Markup) -> Row:
    return Row(
        name=named(row.name, row.language),
        address=adoption_address(row.code),
        other=other,
        practices=tuple((parent_name(each), practice_address(each.practice)) for each in row.parents),
        since=date(row.begins) if row.begins else _("date not seen"),
        degree=degree_text(row),
        stage=stage_of(row),
        outcome=_("Observed") if row.outcome else _("None recorded"),
    )
