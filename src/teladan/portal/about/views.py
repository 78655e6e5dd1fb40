"""The pages about the site itself: the method, the data, accessibility."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from teladan.portal import state
from teladan.portal.about.data import data_page
from teladan.portal.about.method import method_page
from teladan.publication import queries, serializers
from teladan.publication.queries import overview
from teladan.web.page import origin
from teladan.web.page_cache import kept
from teladan.web.responses import as_csv, as_json

CHECKS_HEADER = ("publication", "organisation", "name", "verdict", "reason_code", "reason")


@kept(token=state.published)
def method(request: HttpRequest, face: str | None = None) -> HttpResponse:
    """Say how a figure is made, and what it does not say; as data what the checks found."""
    publications, rows, names = queries.publications(), overview.remarkable(), overview.names_matched()
    if face == "json":
        return as_json(serializers.checks_value(publications, rows, names))
    if face == "csv":
        found = serializers.checks_value((), rows, {})["rows"]
        return as_csv("checks", CHECKS_HEADER, ([row[key] for key in CHECKS_HEADER] for row in found))
    page = method_page(publications, rows, names, queries.most_traceable())
    context = {"it": page, "crumbs": [(_("Method"), None)], "twins": ["json", "csv"]}
    return render(request, "portal/about/method.html", context)


@kept(token=state.published)
def data(request: HttpRequest) -> HttpResponse:
    """List every table with its files, and the API."""
    page = data_page(queries.publications(), origin(request))
    return render(request, "portal/about/data.html", {"it": page, "crumbs": [(_("Open data"), None)]})


@kept(token=state.published)
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say what was checked about accessibility, and what was not."""
    return render(request, "portal/about/accessibility.html", {"crumbs": [(_("Accessibility"), None)]})
