"""Answers that pages of the desk share: a refusal as a page, and how a request came."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from teladan.desk.account.rules import Way
from teladan.registry.refusals import Reason

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")


def refused(request: HttpRequest, reason: Reason) -> HttpResponse:
    """Answer 403 with the rule that refused and its reason; nothing was changed."""
    return render(request, "desk/refused.html", {"reason": reason}, status=403)


def way_of(request: HttpRequest) -> Way:
    """Return how a request came."""
    return Way(
        host=request.get_host().rpartition(":")[0] if _has_port(request.get_host()) else request.get_host(),
        bound=settings.TELADAN_BOUND,
        sender=request.META.get("REMOTE_ADDR", ""),
        forwarded=any(name in request.headers for name in FORWARDED),
    )


def _has_port(host: str) -> bool:
    return ":" in host and not host.endswith("]")
