"""The pages of published results: all of them, one edition, its names, its canonical bytes."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from teladan.portal import state
from teladan.portal.names import edition_name, short_name
from teladan.portal.results import filter as filters
from teladan.portal.results import list_page
from teladan.portal.results.data import rows_csv, rows_value
from teladan.portal.results.matches import match_table
from teladan.portal.results.page import edition_page
from teladan.portal.uncertainty.words import ranking_of
from teladan.publication import queries, serializers
from teladan.publication.queries import RowView
from teladan.web.public_page import Answer, Crumb, Csv, public_page


@public_page("portal/results/results.html", token=state.published)
def results(request: HttpRequest) -> Answer:
    """List every publication, grouped by country and series, newest first."""
    publications = queries.publications()
    return Answer(
        context=lambda: {
            "groups": list_page.publication_groups(publications),
            "count": len(publications),
        },
        json=lambda: serializers.publications_value(publications),
        csv=lambda: Csv("results", list_page.HEADER, map(list_page.cells, publications)),
        crumbs=(Crumb(_("Results")),),
    )


@public_page("portal/results/edition.html", token=state.published, params=filters.KEPT, blank=filters.BLANK)
def edition(request: HttpRequest, code: str) -> Answer:
    """Show one publication with all its rows, or those asked for."""
    view = queries.edition(code)
    if view is None:
        raise Http404
    choices = filters.choices(view)
    asked = filters.read(request.GET, choices)

    def rows() -> Sequence[RowView]:
        if asked.q_error:
            raise Http404(asked.q_error)
        return asked.rows(view) if asked.narrows or request.GET else view.rows

    return Answer(
        context=lambda: edition_page(view, asked, choices, ranking_of(view.publication)),
        json=lambda: rows_value(view, rows()),
        csv=lambda: rows_csv(view, rows()),
        crumbs=(Crumb(_("Results"), "portal:results"), Crumb(short_name(view))),
        # An answer to a question that makes no sense is not worth keeping: anyone can ask many of them.
        problem="; ".join(asked.problems),
    )


@public_page("portal/results/names.html", token=state.published)
def names(request: HttpRequest, code: str) -> Answer:
    """Show how each printed name was matched to an organisation, those that differ first."""
    publication = queries.publication(code)
    if publication is None:
        raise Http404
    matches = queries.matches(code)
    table = match_table(publication, matches)
    instrument, _edition = queries.method_of(publication)
    name = edition_name(publication, instrument.abbreviation if instrument else "")
    return Answer(
        context=lambda: {
            "publication": publication,
            "name": name,
            "matches": table,
            "count": len(matches),
            "differing": sum(match.how not in queries.PLAIN_MATCHES for match in matches),
        },
        json=lambda: serializers.matches_value(publication, matches),
        csv=lambda: Csv(f"{code}-names", table.header, table.records()),
        crumbs=(
            Crumb(_("Results"), "portal:results"),
            Crumb(name, "portal:edition", {"code": code}),
            Crumb(_("Names")),
        ),
    )


@require_safe
def canonical(request: HttpRequest, code: str) -> HttpResponse:
    """Send the canonical bytes that were published; their SHA-256 is the ETag."""
    publication = queries.publication(code)
    if publication is None:
        raise Http404
    etag = f'"{publication.sha256}"'
    modified = int(publication.loaded_at.timestamp())
    response = HttpResponse(queries.canonical_bytes(publication), content_type="application/json")
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(modified)
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["Content-Disposition"] = f'inline; filename="{code}.publication.json"'
    return get_conditional_response(request, etag, modified, response) or response
