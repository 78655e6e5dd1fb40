"""What the audits of the record found, newest first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from teladan.desk.signed_in import signed_in
from teladan.record.models import Audit

LISTED = 30  # a month of nights


@require_safe
@signed_in
def audits(request: HttpRequest) -> HttpResponse:
    """List the newest audits, each with what it looked at and every difference."""
    return render(request, "desk/audits.html", {"audits": list(Audit.objects.all()[:LISTED])})
