"""What the pages of the exchange share: how they are answered, and whom and what they find."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from teladan.desk.signed_in import person_of
from teladan.exchange.models import Adoption, Practice, PracticeVersion
from teladan.registry.models import Person
from teladan.web import exchange_words


def page(
    request: HttpRequest, name: str, context: dict[str, Any], errors: list[tuple[str, str]] | None = None
) -> HttpResponse:
    """Answer with a page of the exchange; with errors its status is 400. Templates say codes with `say`."""
    given = {"say": exchange_words, "errors": errors or [], **context}
    return render(request, f"desk/exchange/{name}.html", given, status=400 if errors else 200)


def asking(request: HttpRequest) -> Person:
    """Return who asks, their roles fetched once for all rules."""
    person = person_of(request)
    prefetch_related_objects([person], "roles")
    return person


def practice_of(code: str) -> Practice:
    """Return a practice; raises Http404 where there is none."""
    found = Practice.objects.select_related("owner__country", "country").filter(pk=code).first()
    if found is None:
        raise Http404
    return found


def adoption_of(code: str) -> Adoption:
    """Return an adoption; raises Http404 where there is none."""
    found = Adoption.objects.select_related("organisation__country", "country").filter(pk=code).first()
    if found is None:
        raise Http404
    return found


def spoken_in(codes: Iterable[str]) -> dict[str, str]:
    """Return the language of the newest version of each practice."""
    found = PracticeVersion.objects.filter(practice__in=set(codes)).order_by("practice", "number")
    return dict(found.values_list("practice_id", "language"))


def public(name: str, code: str) -> str:
    """Return the address of the public page of a practice or an adoption; "" on a node without one."""
    try:
        return reverse(f"portal:{name}", kwargs={"code": code})
    except NoReverseMatch:
        return ""
