"""The page of one organisation: every result of every series, down to each answer."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from teladan.portal import state
from teladan.portal.organisations import data
from teladan.portal.organisations.page import crumbs, organisation_page
from teladan.publication import queries, serializers
from teladan.web.public_page import Answer, Csv, Elsewhere, public_page
from teladan.web.responses import manifests


@public_page("portal/organisations/organisation.html", token=state.published)
def organisation(request: HttpRequest, code: str) -> Answer:
    """Answer with an organisation's results. Countries have pages of their own."""
    view = queries.organisation(code)
    if view is None:
        raise Http404
    if view.organisation.kind == "country":
        raise Elsewhere("portal:country", {"code": code})
    return Answer(
        context=lambda: organisation_page(view),
        json=lambda: serializers.organisation_value(view),
        csv=lambda: Csv(code, data.HEADER, data.rows(view.results), manifests(view.results)),
        crumbs=crumbs(view),
    )
