"""The first page of the desk."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from teladan.desk.signed_in import person_of, signed_in
from teladan.desk.waiting import waiting_for


@require_safe
@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits for the person, and which roles they have."""
    tasks = waiting_for(person_of(request), timezone.now())
    return render(request, "desk/home.html", {"tasks": tasks})
