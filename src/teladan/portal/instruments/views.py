"""The pages of the instruments: the list, and one version with its whole method."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from teladan.core import library
from teladan.core.instrument import Instrument, serialize
from teladan.portal import state
from teladan.portal.instruments import example, page
from teladan.portal.instruments.list_page import instruments_table, list_finding, superseding
from teladan.publication import queries
from teladan.web.public_page import Answer, Crumb, Csv, public_page

LIST_HEADER = (
    "instrument",
    "abbreviation",
    "title",
    "issuer",
    "citation",
    "nature",
    "ranking",
    "indicators",
    "editions",
    "valid_from",
    "valid_until",
    "supersedes",
    "superseded_by",
)
ELEMENT_HEADER = (
    "instrument",
    "edition",
    "code",
    "parent",
    "tier",
    "title",
    "title_en",
    "weight",
    "share",
    "scale",
    "aggregation",
    "missing",
    "applies_to",
    "digits",
    "rounds_inside",
)


@public_page("portal/instruments/instruments.html", token=state.published)
def instruments(request: HttpRequest) -> Answer:
    """List every instrument and version."""
    everything = library.everything()
    return Answer(
        context=lambda: {"finding": list_finding(everything), "instruments": instruments_table(everything)},
        json=lambda: serialize.instruments_value(everything),
        csv=lambda: Csv("instruments", LIST_HEADER, (_list_row(each, everything) for each in everything)),
        crumbs=(Crumb(_("Instruments")),),
    )


@public_page("portal/instruments/instrument.html", token=state.published)
def instrument(request: HttpRequest, slug: str, version: str) -> Answer:
    """Show one version of an instrument; its JSON is all of it, its CSV the elements."""
    try:
        shown = library.find(f"{slug}@{version}")
    except library.LibraryError as error:
        raise Http404 from error

    def context() -> dict[str, Any]:
        names = example.organisations(shown)
        view = queries.organisation(names[0]) if names else None
        superseded_by = superseding(shown, library.everything())
        return {
            **page.page_of(shown, queries.publications(), superseded_by),
            "example": example.example(shown, view),
        }

    return Answer(
        context=context,
        json=lambda: serialize.instrument_value(shown),
        csv=lambda: Csv(f"{slug}-{version}", ELEMENT_HEADER, _element_rows(shown)),
        crumbs=(
            Crumb(_("Instruments"), "portal:instruments"),
            Crumb(f"{shown.abbreviation} {shown.version}"),
        ),
    )


def _list_row(each: Instrument, everything: list[Instrument]) -> tuple[object, ...]:
    facts = serialize.instrument_facts(each)
    return (
        facts["instrument"], each.abbreviation, next(iter(each.titles.values())),
        next(iter(each.issuer.values()), ""), each.citation, each.nature,
        "yes" if each.ranking else "no", facts["indicators"], " ".join(facts["editions"]),
        each.valid_from, each.valid_until, each.supersedes, superseding(each, everything),
    )  # fmt: skip


def _element_rows(found: Instrument) -> Iterator[tuple[object, ...]]:
    """Yield every element of every edition: weights and shares are exact."""
    for edition in found.editions:
        for element in edition.root.walk():
            value = serialize.element_value(edition, element)
            yield (
                f"{found.slug}@{found.version}", edition.year, value["code"], value["parent"],
                value["tier"], next(iter(element.titles.values()), ""), element.titles.get("en", ""),
                value["weight"], value["share"], value["scale"], value["aggregation"],
                value["missing"], " ".join(value["applies_to"] or ()), value["digits"],
                "yes" if element.rounds_inside else "no",
            )  # fmt: skip
