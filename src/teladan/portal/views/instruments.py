"""The pages of the instruments: the list, and one version with its whole method."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from teladan.core import library
from teladan.core.instrument import Instrument
from teladan.evaluation import queries
from teladan.evaluation.queries import instrument_faces
from teladan.portal import instrument_page, instrument_page_example, state
from teladan.portal.faces import as_csv, as_json
from teladan.portal.instrument_page_list import list_page, superseding
from teladan.web.kept import kept

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
        return as_json(instrument_faces.instruments_value(found))
    if face == "csv":
        return as_csv("instruments", LIST_HEADER, (_list_row(each, found) for each in found))
    return render(
        request,
        "portal/instruments.html",
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
        return as_json(instrument_faces.instrument_value(found))
    if face == "csv":
        return as_csv(f"{slug}-{version}", ELEMENT_HEADER, _element_rows(found))
    names = instrument_page_example.organisations(found)
    view = queries.organisation(names[0]) if names else None
    page_ = instrument_page.page_of(found, queries.publications(), superseding(found, library.everything()))
    return render(
        request,
        "portal/instrument.html",
        {
            "it": page_,
            "example": instrument_page_example.example(found, view),
            "crumbs": [
                (_("Instruments"), reverse("portal:instruments")),
                (f"{found.abbreviation} {found.version}", None),
            ],
            "twins": ["json", "csv"],
        },
    )


def _list_row(each: Instrument, everything: list[Instrument]) -> tuple[object, ...]:
    facts = instrument_faces.instrument_facts(each)
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
            value = instrument_faces.element_value(edition, element)
            yield (
                f"{found.slug}@{found.version}", edition.year, value["code"], value["parent"],
                value["tier"], next(iter(element.titles.values()), ""), element.titles.get("en", ""),
                value["weight"], value["share"], value["scale"], value["aggregation"],
                value["missing"], " ".join(value["applies_to"] or ()), value["digits"],
                "yes" if element.rounds_inside else "no",
            )  # fmt: skip
