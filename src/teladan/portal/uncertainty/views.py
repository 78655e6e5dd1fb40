"""The page of a ranking's uncertainty: the full report of an edition, or one organisation's row of it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from teladan.portal import state
from teladan.portal.uncertainty.data import HEADER, ranking_rows, ranking_value
from teladan.portal.uncertainty.page import command, report
from teladan.portal.uncertainty.words import ranking_of
from teladan.publication import queries
from teladan.publication.queries import EditionView, RowView
from teladan.publication.queries.uncertainty import Ranking
from teladan.web.page_cache import kept
from teladan.web.responses import as_csv, as_json


@kept(token=state.published, params=("organisation",))
def uncertainty(request: HttpRequest, code: str, face: str | None = None) -> HttpResponse:
    """Say how sure the ranks of an edition are, and what that rests on."""
    view = queries.edition(code)
    if view is None:
        raise Http404
    found = ranking_of(view.publication)
    if found is None:
        raise Http404(_("This edition was published without its uncertainty."))
    whose = _whose(view, found, request.GET.get("organisation", ""))
    if face:
        return _face(view, found, whose, face)
    page = report(view, found, whose)
    context = {
        "it": page,
        "crumbs": [
            (_("Results"), reverse("portal:results")),
            (page.name, reverse("portal:edition", kwargs={"code": code})),
            (page.subject, None),
        ],
        "twins": ["json", "csv"],
    }
    return render(request, "portal/uncertainty/uncertainty.html", context)


def _whose(view: EditionView, found: Ranking, organisation: str) -> RowView | None:
    """Return the row that was asked for; 404 where there is none, since anyone can invent codes."""
    if not organisation:
        return None
    row = next((row for row in view.rows if row.organisation == organisation), None)
    if row is None or organisation not in found.standings:
        raise Http404(_("This organisation is not in this publication."))
    return row


def _face(view: EditionView, found: Ranking, whose: RowView | None, face: str) -> HttpResponse:
    """Answer with the same rows in the order of the source, or with the one that was asked for."""
    asked = [whose] if whose else [row for row in view.rows if row.organisation in found.standings]
    if face == "json":
        return as_json(ranking_value(view.publication, found, asked, command(view, found)))
    manifests = [view.proof.manifest] if view.proof else []
    return as_csv(f"{view.publication.code}-uncertainty", HEADER, ranking_rows(found, asked), manifests)
