"""The pages about the site itself: the method, the data, accessibility."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from teladan.evaluation import queries
from teladan.evaluation.queries import overview
from teladan.portal import state
from teladan.portal.data_page import data_page
from teladan.portal.method_page import method_page
from teladan.web.kept import kept
from teladan.web.page import origin


@kept(token=state.published)
def method(request: HttpRequest) -> HttpResponse:
    """Say how a figure is made, and what it does not say."""
    page = method_page(
        queries.publications(), overview.remarkable(), overview.names_matched(), queries.most_traceable()
    )
    return render(request, "portal/method.html", {"it": page, "crumbs": [(_("Method"), None)]})


@kept(token=state.published)
def data(request: HttpRequest) -> HttpResponse:
    """List every table with its files, and the API."""
    page = data_page(queries.publications(), origin(request))
    return render(request, "portal/data.html", {"it": page, "crumbs": [(_("Open data"), None)]})


@kept(token=state.published)
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say what was checked about accessibility, and what was not."""
    return render(request, "portal/accessibility.html", {"crumbs": [(_("Accessibility"), None)]})
