"""What a country's page says of the exchange: learned from, taught to, spread inside."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.core.table import Column, Table
from teladan.exchange.queries import AdoptionRow, CountryExchange
from teladan.portal.practices.lineage import finding
from teladan.portal.practices.words import (
    adopter_name,
    adoption_address,
    country_name,
    degree_text,
    parent_name,
    practice_address,
    stage_of,
)
from teladan.web.formats import date, joined, link, named, span, status


def exchange_tables(exchange: CountryExchange) -> list[Table[AdoptionRow]]:
    """Return what a country learned, taught and spread inside, each where there is any."""
    parts: tuple[tuple[str, str, str, Sequence[AdoptionRow], Callable[[AdoptionRow], Markup]], ...] = (
        ("learned", _("Learned from"), _("Source country"), exchange.learned_from, _sources),
        ("taught", _("Taught to"), _("Adopter"), exchange.taught_to, adopter_name),
        (
            "within",
            _("Spread inside"),
            _("Adopter"),
            exchange.within,
            lambda row: named(row.adopter, row.language),
        ),
    )
    return [
        Table(
            (
                Column(_("Adoption"), _name, "r x4"),
                Column(other, of_other, "x2"),
                Column(_("Practice"), _practices, "x2"),
                Column(_("Since"), lambda row: date(row.begins) if row.begins else _("date not seen"), "x2"),
                Column(_("Degree"), degree_text, "x2"),
                Column(_("Stage"), lambda row: span(status(stage_of(row))), "x2"),
                Column(
                    _("Outcome after"), lambda row: _("Observed") if row.outcome else _("None recorded"), "x2"
                ),
            ),
            rows,
            title=f"{title}: {finding(rows)}",  # one that no other table of the page has
            name=f"exchange-{name}",
            css="t-table t-firm t-cards",
        )
        for name, title, other, rows, of_other in parts
        if rows
    ]


def _name(row: AdoptionRow) -> Markup:
    return link(adoption_address(row.code), named(row.name, row.language))


def _practices(row: AdoptionRow) -> Markup:
    links = (link(practice_address(parent.practice), parent_name(parent)) for parent in row.parents)
    return span(joined("; ", links))


def _sources(row: AdoptionRow) -> Markup:
    return joined(", ", dict.fromkeys(country_name(parent.country_titles) for parent in row.parents))
