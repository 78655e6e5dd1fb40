"""The page of a ranking's uncertainty: the full report of an edition, or one organisation's row of it."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from teladan.portal import state
from teladan.portal.names import short_name
from teladan.portal.uncertainty.assumptions import subject
from teladan.portal.uncertainty.data import HEADER, ranking_rows, ranking_value
from teladan.portal.uncertainty.page import command, report
from teladan.portal.uncertainty.words import ranking_of
from teladan.publication import queries
from teladan.publication.queries import EditionView, RowView
from teladan.publication.queries.uncertainty import Ranking
from teladan.web.public_page import Answer, Crumb, Csv, public_page


@public_page("portal/uncertainty/uncertainty.html", token=state.published, params=("organisation",))
def uncertainty(request: HttpRequest, code: str) -> Answer:
    """Say how sure the ranks of an edition are, and what that rests on."""
    view = queries.edition(code)
    if view is None:
        raise Http404
    ranking = ranking_of(view.publication)
    if ranking is None:
        raise Http404(_("This edition was published without its uncertainty."))
    whose = _whose(view, ranking, request.GET.get("organisation", ""))
    # The data have the same rows in the order of the source, or the one that was asked for.
    rows = [whose] if whose else [row for row in view.rows if row.organisation in ranking.standings]
    return Answer(
        context=lambda: report(view, ranking, whose),
        json=lambda: ranking_value(view.publication, ranking, rows, command(view, ranking)),
        csv=lambda: Csv(
            f"{code}-uncertainty",
            HEADER,
            ranking_rows(ranking, rows),
            [view.proof.manifest] if view.proof else [],
        ),
        crumbs=(
            Crumb(_("Results"), "portal:results"),
            Crumb(short_name(view), "portal:edition", {"code": code}),
            Crumb(subject(ranking)),
        ),
    )


def _whose(view: EditionView, ranking: Ranking, organisation: str) -> RowView | None:
    """Return the row that was asked for; 404 where there is none, since anyone can invent codes."""
    if not organisation:
        return None
    row = next((row for row in view.rows if row.organisation == organisation), None)
    if row is None or organisation not in ranking.standings:
        raise Http404(_("This organisation is not in this publication."))
    return row
