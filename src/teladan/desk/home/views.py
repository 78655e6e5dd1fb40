"""The first page of the desk."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from teladan.desk.home.exchange_tasks import beginnings
from teladan.desk.home.tasks import waiting_for
from teladan.desk.signed_in import person_of, signed_in
from teladan.publication import rules
from teladan.web.page import moment


@require_safe
@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits for the person, what waits for others, and which roles they have."""
    person = person_of(request)
    context = {
        "waiting": waiting_for(person, moment(request)),
        "no_draft": rules.may_draft_any(person, at=moment(request)),
        "no_ask": rules.may_ask_any(person, at=moment(request)),
        "exchange": beginnings(person, moment(request)),
    }
    return render(request, "desk/home/home.html", context)
