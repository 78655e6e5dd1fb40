"""What each address of the API answers. Kept like the pages, under the state of the publications."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router
from ninja.decorators import decorate_view
from ninja.errors import HttpError

from teladan.api import instrument_schemas, schemas
from teladan.core import library
from teladan.core.instrument import serialize
from teladan.publication import queries, serializers
from teladan.publication.queries import countries as standing
from teladan.record import queries as log
from teladan.web.page_cache import State, kept

LONGEST_QUERY = 200
MISSING = {404: schemas.Problem}

router = Router()


def _state(_request: HttpRequest, **_kwargs: Any) -> State:
    token, pending = queries.state_and_pending()
    return State(token, passing=pending)


def _found(what: str, code: str) -> HttpError:
    return HttpError(404, f"There is no {what} {code[:100]!r}.")


@router.get(
    "/publications",
    response=schemas.Publications,
    by_alias=True,
    summary="Every publication",
    tags=["results"],
)
@decorate_view(kept(token=_state))
def publications(request: HttpRequest) -> dict[str, Any]:
    """List every publication, by series, newest edition first. Also at `/en/results.json`."""
    return serializers.publications_value(queries.publications())


@router.get(
    "/publications/{code}",
    response={200: schemas.Edition, **MISSING},
    by_alias=True,
    summary="One publication with its rows",
    tags=["results"],
)
@decorate_view(kept(token=_state))
def publication(request: HttpRequest, code: str) -> dict[str, Any]:
    """Return a publication with every row. Also at `/en/results/{code}.json`."""
    view = queries.edition(code)
    if view is None:
        raise _found("publication", code)
    return serializers.edition_value(view)


@router.get(
    "/organisations/{code}",
    response={200: schemas.Organisation, **MISSING},
    by_alias=True,
    summary="One organisation with every result",
    tags=["organisations"],
)
@decorate_view(kept(token=_state))
def organisation(request: HttpRequest, code: str) -> dict[str, Any]:
    """Return an organisation, down to each answer. Also at `/en/organisations/{code}.json`."""
    view = queries.organisation(code)
    if view is None:
        raise _found("organisation", code)
    return serializers.organisation_value(view)


@router.get(
    "/countries", response=schemas.Countries, by_alias=True, summary="Every country", tags=["countries"]
)
@decorate_view(kept(token=_state))
def countries(request: HttpRequest) -> dict[str, Any]:
    """List every country and economy that was evaluated. Also at `/en/countries.json`."""
    return serializers.countries_value(one.country for one in standing.countries().countries)


@router.get(
    "/countries/{code}",
    response={200: schemas.Country, **MISSING},
    by_alias=True,
    summary="One country with every result",
    tags=["countries"],
)
@decorate_view(kept(token=_state))
def country(request: HttpRequest, code: str) -> dict[str, Any]:
    """Return a country by its ISO 3166-1 alpha-3 code. Also at `/en/countries/{code}.json`."""
    found = queries.country(code)
    if found is None:
        raise _found("country", code)
    return serializers.country_value(found, queries.results_of([found.code]))


@router.get(
    "/instruments",
    response=instrument_schemas.Instruments,
    by_alias=True,
    summary="Every instrument",
    tags=["instruments"],
)
@decorate_view(kept(token=_state))
def instruments(request: HttpRequest) -> dict[str, Any]:
    """List every instrument and version. Also at `/en/instruments.json`."""
    return serialize.instruments_value(library.everything())


@router.get(
    "/instruments/{slug}/{version}",
    response={200: instrument_schemas.Instrument, **MISSING},
    by_alias=True,
    summary="One instrument, whole",
    tags=["instruments"],
)
@decorate_view(kept(token=_state))
def instrument(request: HttpRequest, slug: str, version: str) -> dict[str, Any]:
    """Return a method whole, with each edition's tree. Also at `/en/instruments/{slug}/{version}.json`."""
    address = f"{slug}@{version}"
    there = library.files()
    if version not in there.get(slug, {}):  # never a path: only what is on the shelf
        raise _found("instrument", address)
    return serialize.instrument_value(library.find(address))


@router.get("/record", response=schemas.Record, by_alias=True, summary="The record", tags=["record"])
def record(request: HttpRequest) -> dict[str, Any]:
    """Return the newest checkpoints, the keys, where the record's files are. Also at `/en/record.json`."""
    return serializers.record_value(log.ladder(serializers.RUNGS), log.vkeys())


@router.get(
    "/search",
    response={200: schemas.Search, 422: schemas.Problem},
    by_alias=True,
    summary="Find organisations by name",
    tags=["organisations"],
)
def search(
    request: HttpRequest,
    q: str = Query(..., min_length=1, max_length=LONGEST_QUERY, description="Words of the name, any order."),
) -> dict[str, Any]:
    """Return organisations whose names hold every word, best first, at most 50."""
    return serializers.search_value(q, queries.search(q))
