"""The pages about the site itself: the method, the data, accessibility."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from teladan.portal import state
from teladan.portal.about.data import data_page
from teladan.portal.about.method import method_page
from teladan.publication import queries, serializers
from teladan.publication.queries import overview
from teladan.web.page import origin
from teladan.web.public_page import Answer, Crumb, Csv, public_page

CHECKS = ("publication", "organisation", "name", "verdict", "reason_code", "reason")


@public_page("portal/about/method.html", token=state.published)
def method(request: HttpRequest) -> Answer:
    """Say how a figure is made, and what it does not say; as data what the checks found."""
    publications, misses, matches = queries.publications(), overview.remarkable(), overview.names_matched()
    return Answer(
        context=lambda: method_page(publications, misses, matches, queries.most_traceable()),
        json=lambda: serializers.checks_value(publications, misses, matches),
        csv=lambda: Csv(
            "checks",
            CHECKS,
            ([row[key] for key in CHECKS] for row in serializers.checks_value((), misses, {})["rows"]),
        ),
        crumbs=(Crumb(_("Method")),),
    )


@public_page("portal/about/data.html", token=state.published)
def data(request: HttpRequest) -> Answer:
    """List every table with its files, and the API."""
    return Answer(
        context=lambda: data_page(queries.publications(), origin(request)), crumbs=(Crumb(_("Open data")),)
    )


@public_page("portal/about/accessibility.html", token=state.published)
def accessibility(request: HttpRequest) -> Answer:
    """Say what was checked about accessibility, and what was not."""
    return Answer(context=dict, crumbs=(Crumb(_("Accessibility")),))
