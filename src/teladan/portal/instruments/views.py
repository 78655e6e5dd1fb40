"""The pages of the instruments: the list, and one version with its whole method."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from teladan.core import library
from teladan.core.instrument import Instrument, serialize
from teladan.portal import state
from teladan.portal.instruments import example, page
from teladan.portal.instruments.list_page import list_page, superseding
from teladan.publication import queries
from teladan.web.page_cache import kept
from teladan.web.responses import as_csv, as_json

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


@kept(token=state.published)
def instruments(request: HttpRequest, face: str | None = None) -> HttpResponse:
    """List every instrument and version, as a page, JSON or CSV."""
    found = library.everything()
    if face == "json":
        return as_json(serialize.instruments_value(found))
    if face == "csv":
        return as_csv("instruments", LIST_HEADER, (_list_row(each, found) for each in found))
    return render(
        request,
        "portal/instruments/instruments.html",
        {"list": list_page(found), "crumbs": [(_("Instruments"), None)], "twins": ["json", "csv"]},
    )


@kept(token=state.published)
def instrument(request: HttpRequest, slug: str, version: str, face: str | None = None) -> HttpResponse:
    """Show one version of an instrument, as a page, JSON (all of it) or CSV (its elements)."""
    try:
        found = library.find(f"{slug}@{version}")
    except library.LibraryError as error:
        raise Http404 from error
    if face == "json":
        return as_json(serialize.instrument_value(found))
    if face == "csv":
        return as_csv(f"{slug}-{version}", ELEMENT_HEADER, _element_rows(found))
    names = example.organisations(found)
    view = queries.organisation(names[0]) if names else None
    page_ = page.page_of(found, queries.publications(), superseding(found, library.everything()))
    return render(
        request,
        "portal/instruments/instrument.html",
        {
            "it": page_,
            "example": example.example(found, view),
            "crumbs": [
                (_("Instruments"), reverse("portal:instruments")),
                (f"{found.abbreviation} {found.version}", None),
            ],
            "twins": ["json", "csv"],
        },
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
