"""The pages of cooperation: agreements with what was done under them, meetings."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from teladan.cooperation import queries
from teladan.exchange.queries import PracticeRow, practices
from teladan.portal import state
from teladan.portal.cooperation import page as cooperation_page
from teladan.portal.practices import data
from teladan.publication.queries import exchange_countries
from teladan.web.formats import language, plain
from teladan.web.page_cache import kept
from teladan.web.responses import as_csv, as_json


@kept(token=state.exchanged)
def cooperation(request: HttpRequest, face: str | None = None) -> HttpResponse:
    """Answer with every agreement, what was done under it and credited to it, and every meeting."""
    found, meetings = queries.agreements(), queries.meetings()
    if face == "json":
        return as_json(data.faced(found, meetings=meetings))
    if face == "csv":
        rows = cooperation_page.project_rows(found)
        return as_csv("cooperation", cooperation_page.PROJECT_HEADER, rows)
    known = _known(
        [view.practice for view in found] + [out.practice for view in found for out in view.outputs]
    )
    countries = _countries()
    context = {
        "agreements": [cooperation_page.agreement(view, known, countries) for view in found],
        "meetings": cooperation_page.listed(meetings),
        "crumbs": [(_("Practices"), reverse("portal:practices")), (_("Cooperation"), None)],
        "hangul": True,
        "twins": ["json", "csv"],
    }
    return render(request, "portal/cooperation/cooperation.html", context)


@kept(token=state.exchanged)
def meeting(request: HttpRequest, code: str, face: str | None = None) -> HttpResponse:
    """Answer with one meeting: who held it, on what, and what is on record of it afterwards."""
    view = queries.meeting(code)
    if view is None:
        raise Http404
    if face == "json":
        return as_json(data.value(view))
    if face == "csv":
        header = ("office", "organisation", "country", "topic", "track", "practice", "sources")
        rows = [
            (c.office, c.organisation, c.country, c.topic, c.track, c.practice, " ".join(c.sources))
            for c in view.contributions
        ]
        return as_csv(code, header, rows)
    known = _known([each.practice for each in view.contributions])
    agreements = {each.code: each.titles for each in queries.agreements()}
    page = cooperation_page.meeting(view, queries.meetings(), known, _countries(), agreements)
    context = {
        "it": page,
        "crumbs": [
            (_("Practices"), reverse("portal:practices")),
            (_("Cooperation"), reverse("portal:cooperation")),
            (page.name, None),
        ],
        "hangul": True,
        "twins": ["json", "csv"],
    }
    return render(request, "portal/cooperation/meeting.html", context)


def _known(codes: Iterable[str]) -> dict[str, PracticeRow]:
    wanted = {code for code in codes if code}
    return {row.code: row for row in practices(language(), codes=wanted)} if wanted else {}


def _countries() -> dict[str, str]:
    return {each.code: plain(each.titles) for each in exchange_countries()}
