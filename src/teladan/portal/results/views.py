"""The pages of published results: all of them, one edition, its names, its canonical bytes."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from teladan.portal import state
from teladan.portal.names import country_name, edition_name, organisation_name, source_text
from teladan.portal.results import filter as filters
from teladan.portal.results.list_page import publication_groups
from teladan.portal.results.page import edition_page
from teladan.portal.uncertainty.words import ranking_of
from teladan.publication import queries, serializers
from teladan.publication.models import Publication
from teladan.publication.queries import EditionView, RowView
from teladan.web.page_cache import kept
from teladan.web.reasons import match_text
from teladan.web.responses import as_csv, as_json


@kept(token=state.published)
def results(request: HttpRequest, face: str | None = None) -> HttpResponse:
    """List every publication, grouped by country and series, newest first."""
    found = queries.publications()
    if face == "json":
        return as_json(serializers.publications_value(found))
    if face == "csv":
        return as_csv("results", RESULTS_HEADER, (_publication_cells(each) for each in found))
    context = {
        "groups": publication_groups(found),
        "count": len(found),
        "crumbs": [(_("Results"), None)],
        "twins": ["json", "csv"],
    }
    return render(request, "portal/results/results.html", context)


VERDICTS = ("consistent", "inconsistent", "impossible", "undecided")
RESULTS_HEADER = (
    "publication", "country", "series", "instrument", "edition", "kind", "listed", "evaluated",
    *VERDICTS, "source",
)  # fmt: skip


def _publication_cells(each: Publication) -> tuple[object, ...]:
    counts = (each.verdicts.get(v, 0) for v in VERDICTS)
    return (
        each.code, each.country, each.series, each.instrument, each.edition, each.kind, each.listed,
        each.evaluated, *counts, each.source["title"],
    )  # fmt: skip


@kept(token=state.published, params=filters.KEPT, blank=filters.BLANK)
def edition(request: HttpRequest, code: str, face: str | None = None) -> HttpResponse:
    """Show one publication with all its rows, or those asked for."""
    view = queries.edition(code)
    if view is None:
        raise Http404
    offered = filters.choices(view)
    asked = filters.read(request.GET, offered)
    if face:
        if asked.problems or asked.q_error:
            raise Http404("; ".join((*asked.problems, asked.q_error)))
        return _edition_face(view, face, asked.rows(view) if asked.narrows or request.GET else view.rows)
    page = edition_page(
        view, asked, offered, country_name(view.publication.country), ranking_of(view.publication)
    )
    context = {
        "at": page,
        "title": page.title,
        "source": source_text(view.publication),
        "crumbs": [(_("Results"), reverse("portal:results")), (page.name, None)],
        "twins": ["json", "csv"],
    }
    # An answer to a question that makes no sense is not worth keeping: anyone can ask many of them.
    return render(request, "portal/results/edition.html", context, status=404 if asked.problems else 200)


def _edition_face(view: EditionView, face: str, rows: Iterable[RowView]) -> HttpResponse:
    if face == "json":
        value = serializers.edition_value(view)
        return as_json({**value, "rows": [serializers.row_value(row) for row in rows]})
    manifests = [view.proof.manifest] if view.proof else []
    return as_csv(view.publication.code, *edition_table(view, rows), manifests)


def edition_table(view: EditionView, rows: Iterable[RowView]) -> tuple[list[str], Iterable[list[str]]]:
    """Return header and rows as `teladan check` takes them: names and remarks are columns it passes over."""
    codes = [entry["code"] for entry in view.columns]
    header = [
        "organisation",
        "name",
        "kind",
        "region",
        *codes,
        "index",
        "index_exact",
        "band",
        "rank",
        "note",
    ]
    return header, (
        [
            row.organisation,
            row.printed_name,
            row.kind,
            row.region,
            *(row.elements.get(code, "") for code in codes),
            row.index,
            row.exact,
            row.band,
            row.rank,
            _note(row),
        ]
        for row in rows
    )


def _note(row: RowView) -> str:
    """Return what must be known before the row's figures are used, in English as the data are."""
    if not row.scored:
        return f"not scored: {row.reason}"
    return f"{row.verdict}: {row.reason}" if row.verdict not in {"", "consistent"} else row.verdict


@kept(token=state.published)
def names(request: HttpRequest, code: str, face: str | None = None) -> HttpResponse:
    """Show how each printed name was matched to an organisation, those that differ first."""
    publication = queries.publication(code)
    if publication is None:
        raise Http404
    found = queries.matches(code)
    if face == "json":
        return as_json(serializers.matches_value(publication, found))
    if face == "csv":
        header = ("publication", "printed", "organisation", "name", "how", "note")
        cells = (
            (m.publication, m.printed, m.organisation_id, m.organisation.name, m.how, m.note) for m in found
        )
        return as_csv(f"{code}-names", header, cells)
    instrument, _edition = queries.method_of(publication)
    name = edition_name(publication, instrument.abbreviation if instrument else "")
    context = {
        "publication": publication,
        "name": name,
        "matches": [(m, organisation_name(m.organisation), match_text(m.how)) for m in found],
        "differing": sum(m.how not in queries.PLAIN_MATCHES for m in found),
        "source": source_text(publication),
        "twins": ["json", "csv"],
    }
    return render(request, "portal/results/names.html", context)


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
