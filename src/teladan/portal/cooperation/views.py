"""The pages of cooperation: agreements with what was done under them, meetings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from teladan.cooperation import queries
from teladan.exchange.queries import PracticeRow, practices
from teladan.portal import state
from teladan.portal.cooperation import page
from teladan.portal.practices import data
from teladan.publication.queries import exchange_countries
from teladan.web.formats import language, plain
from teladan.web.public_page import Answer, Crumb, Csv, public_page

PROJECTS = ("agreement", "code", "date", "kind", "step", "text", "sources")
CONTRIBUTIONS = ("office", "organisation", "country", "topic", "track", "practice", "sources")


@public_page("portal/cooperation/cooperation.html", token=state.exchanged)
def cooperation(request: HttpRequest) -> Answer:
    """Answer with every agreement, what was done under it and credited to it, and every meeting."""
    agreements, meetings = queries.agreements(), queries.meetings()

    def context() -> dict[str, Any]:
        outputs = [output.practice for agreement in agreements for output in agreement.outputs]
        known, countries = _practices([*(each.practice for each in agreements), *outputs]), _countries()
        return {
            "agreements": [
                {
                    "view": agreement,
                    "facts": page.agreement_facts(agreement, known, countries),
                    "projects": page.projects(agreement),
                    "outputs": page.outputs(agreement, known),
                }
                for agreement in agreements
            ],
            "meetings": meetings,
        }

    return Answer(
        context=context,
        json=lambda: data.faced(agreements, meetings=meetings),
        csv=lambda: Csv(
            "cooperation",
            PROJECTS,
            (
                (
                    agreement.code,
                    *(getattr(project, key) for key in PROJECTS[1:-1]),
                    " ".join(project.sources),
                )
                for agreement in agreements
                for project in agreement.projects
            ),
        ),
        crumbs=(Crumb(_("Practices"), "portal:practices"), Crumb(_("Cooperation"))),
    )


@public_page("portal/cooperation/meeting.html", token=state.exchanged)
def meeting(request: HttpRequest, code: str) -> Answer:
    """Answer with one meeting: who held it, on what, and what is on record of it afterwards."""
    view = queries.meeting(code)
    if view is None:
        raise Http404

    def context() -> dict[str, Any]:
        countries = _countries()
        meetings = {row.code: row.titles for row in queries.meetings()}
        agreements = {agreement.code: agreement.titles for agreement in queries.agreements()}
        known = _practices(contribution.practice for contribution in view.contributions)
        return {
            "view": view,
            "facts": page.meeting_facts(view, countries, meetings, agreements),
            "contributions": page.contributions(view, known, countries),
        }

    return Answer(
        context=context,
        json=lambda: data.value(view),
        csv=lambda: Csv(
            code,
            CONTRIBUTIONS,
            (_values(contribution, CONTRIBUTIONS) for contribution in view.contributions),
        ),
        crumbs=(
            Crumb(_("Practices"), "portal:practices"),
            Crumb(_("Cooperation"), "portal:cooperation"),
            Crumb(plain(view.row.titles)),
        ),
    )


def _values(view: object, keys: Iterable[str]) -> tuple[str, ...]:
    """Return what a view holds under some keys; several addresses with spaces between them."""
    values = (getattr(view, key) for key in keys)
    return tuple(" ".join(value) if isinstance(value, tuple) else value for value in values)


def _practices(codes: Iterable[str]) -> dict[str, PracticeRow]:
    wanted = {code for code in codes if code}
    return {row.code: row for row in practices(language(), codes=wanted)} if wanted else {}


def _countries() -> dict[str, str]:
    return {country.code: plain(country.titles) for country in exchange_countries()}
