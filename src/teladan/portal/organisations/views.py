"""The page of one organisation: every result of every series, down to each answer."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from teladan.portal import state
from teladan.portal.organisations import data
from teladan.portal.organisations.page import prepare
from teladan.publication import queries, serializers
from teladan.web.page_cache import kept
from teladan.web.responses import as_csv, as_json, manifests


@kept(token=state.published)
def organisation(request: HttpRequest, code: str, face: str | None = None) -> HttpResponse:
    """Answer with an organisation's page, JSON or CSV. Countries have pages of their own."""
    view = queries.organisation(code)
    if view is None:
        raise Http404
    if view.organisation.kind == "country":
        where = {"code": code, "face": face} if face else {"code": code}
        return redirect(reverse("portal:country", kwargs=where))
    if face == "json":
        return as_json(serializers.organisation_value(view))
    if face == "csv":
        return as_csv(code, data.HEADER, data.rows(view.results), manifests(view.results))
    return render(
        request, "portal/organisations/organisation.html", {"shown": prepare(view), "twins": ["json", "csv"]}
    )
