"""What the audits of the record found, newest first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from teladan.desk.pages import page
from teladan.desk.publications import page as tables
from teladan.desk.signed_in import person_of, signed_in
from teladan.publication import rules
from teladan.record.models import Audit
from teladan.web.page import moment

LISTED = 30  # a month of nights


@require_safe
@signed_in
def audits(request: HttpRequest) -> HttpResponse:
    """List the newest audits, each with what it looked at; every difference to who may see all series."""
    hidden = rules.may_see_findings(person_of(request), at=moment(request))
    newest = list(Audit.objects.all()[:LISTED])
    table = tables.audits(newest, hidden=hidden is not None) if newest else None
    return page(request, "desk/publications/audits.html", {"table": table, "hidden": hidden})
