"""A refusal as a page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from teladan.registry.refusals import Reason


def refused(request: HttpRequest, reason: Reason) -> HttpResponse:
    """Answer 403 with the rule that refused and its reason; nothing was changed."""
    return render(request, "desk/refused.html", {"reason": reason}, status=403)
