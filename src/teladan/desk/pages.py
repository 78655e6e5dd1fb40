"""What the pages of the exchange share: how they are answered, and whom and what they find."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from markupsafe import Markup

from teladan.desk import submit_once
from teladan.desk.publications.words import in_language
from teladan.desk.signed_in import person_of
from teladan.exchange import labels
from teladan.exchange.models import Adoption, Practice, PracticeVersion, Translation
from teladan.registry.models import Person
from teladan.web.formats import language

LISTED = 50  # rows on one page of a list


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One page of a list; `before` and `after` are the queries of its neighbours, "" where there is none."""

    rows: list[Any]
    number: int
    count: int
    before: str
    after: str


def listed(request: HttpRequest, found: Any, name: str = "page") -> Listed:
    """Return the page of a list (a query or a sequence) that `name` in the address asks for.

    What else the address asks for stays. Raises Http404 for what is no number.
    """
    asked = request.GET.get(name, "") or "1"
    if not (asked.isascii() and asked.isdigit() and int(asked[:7]) > 0 and len(asked) < 7):
        raise Http404
    at: Page[Any] = Paginator(found, LISTED).get_page(int(asked))
    rest = {key: value for key, value in request.GET.items() if key != name}
    return Listed(
        rows=list(at),
        number=at.number,
        count=at.paginator.num_pages,
        before="?" + urlencode({**rest, name: at.number - 1}) if at.has_previous() else "",
        after="?" + urlencode({**rest, name: at.number + 1}) if at.has_next() else "",
    )


def page(
    request: HttpRequest, template: str, context: dict[str, Any], errors: list[tuple[str, str]] | None = None
) -> HttpResponse:
    """Answer with a page of the exchange; with errors its status is 400.

    Templates say codes with `say`, name the practice `it` by its title (`heading`), and give their forms
    `once`, which tells one that is sent twice.
    """
    given = {"say": labels, "errors": errors or [], "once": submit_once.mark(), **context}
    if isinstance(it := context.get("it"), Practice):
        given["heading"] = titles_of([it.pk])[it.pk]
    return render(request, template, given, status=400 if errors else 200)


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


def titles_of(codes: Iterable[str]) -> dict[str, Markup]:
    """Return the title of each practice as its own page heads it, marked with its language: two queries."""
    asked = language()
    versions = PracticeVersion.objects.filter(practice__in=set(codes)).order_by("practice", "number")
    newest = {each.practice_id: each for each in versions}
    translated = Translation.objects.filter(version__in=newest.values(), place="title", language=asked)
    by_hand = {each.version_id: each.text for each in translated.order_by("-model")}  # a person's comes last
    found = {}
    for code, each in newest.items():
        text = each.titles.get(asked) or by_hand.get(each.pk)
        found[code] = in_language(*((text, asked) if text else (each.name, each.name_language)))
    return found


def public(name: str, code: str) -> str:
    """Return the address of the public page of a practice or an adoption; "" on a node without one."""
    try:
        return reverse(f"portal:{name}", kwargs={"code": code})
    except NoReverseMatch:
        return ""
