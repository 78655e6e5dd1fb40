"""What the pages of the desk share: how they are answered, whom and what they find, pages of long lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from markupsafe import Markup

from teladan.core.table import Column, Table
from teladan.desk import submit_once
from teladan.desk.signed_in import person_of
from teladan.exchange.models import Adoption, Practice, PracticeVersion, Translation
from teladan.registry.models import Person
from teladan.web.formats import language, named

Row = TypeVar("Row")
LISTED = 50  # rows on one page of a list
CARDS = "t-table t-table--tight t-cards"  # the classes of a table that folds into cards


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One page of a list; `before` and `after` are the queries of its neighbours, "" where there is none."""

    rows: list[Any]
    number: int
    count: int
    before: str
    after: str


def listed(request: HttpRequest, rows: Any, name: str = "page") -> Listed:
    """Return the page of a list (a query or a sequence) that `name` in the address asks for, or the last.

    What else the address asks for stays. Raises Http404 for what is no number.
    """
    page: Page[Any] = Paginator(rows, LISTED).get_page(page_number(request, name))
    return neighbours(request, page.number, page.paginator.num_pages, list(page), name)


def page_number(request: HttpRequest, name: str = "page") -> int:
    """Return which page of a list the address asks for. Raises Http404 for what is no number."""
    asked = request.GET.get(name, "") or "1"
    if not (asked.isascii() and asked.isdigit() and len(asked) < 7 and int(asked) > 0):
        raise Http404
    return int(asked)


def neighbours(request: HttpRequest, number: int, count: int, rows: list[Any], name: str = "page") -> Listed:
    """Return one page of a list with the ways to those beside it."""
    rest = {key: value for key, value in request.GET.items() if key != name}
    return Listed(
        rows=rows,
        number=number,
        count=count,
        before="?" + urlencode({**rest, name: number - 1}) if number > 1 else "",
        after="?" + urlencode({**rest, name: number + 1}) if number < count else "",
    )


def cards(caption: str, rows: Iterable[Row], *columns: Column[Row]) -> Table[Row]:
    """Return a table that folds into cards; its caption is heard, not seen."""
    return Table(columns, rows, caption=caption, caption_css="t-hide", css=CARDS)


def page(
    request: HttpRequest, template: str, context: dict[str, Any], errors: list[tuple[str, str]] | None = None
) -> HttpResponse:
    """Answer with a page of the desk; with errors its status is 400.

    Templates head a `practice` by its title (`heading`), and give their forms `once`, which tells one that is
    sent twice.
    """
    given = {"errors": errors or [], "once": submit_once.mark(), **context}
    if isinstance(practice := context.get("practice"), Practice):
        given["heading"] = titles_of([practice.pk])[practice.pk]
    return render(request, template, given, status=400 if errors else 200)


def asking(request: HttpRequest) -> Person:
    """Return who asks, their roles fetched once for all rules."""
    person = person_of(request)
    prefetch_related_objects([person], "roles")
    return person


def practice_of(code: str) -> Practice:
    """Return a practice; raises Http404 where there is none."""
    practice = Practice.objects.select_related("owner__country", "country").filter(pk=code).first()
    if practice is None:
        raise Http404
    return practice


def adoption_of(code: str) -> Adoption:
    """Return an adoption; raises Http404 where there is none."""
    adoption = Adoption.objects.select_related("organisation__country", "country").filter(pk=code).first()
    if adoption is None:
        raise Http404
    return adoption


def spoken_in(codes: Iterable[str]) -> dict[str, str]:
    """Return the language of the newest version of each practice."""
    versions = PracticeVersion.objects.filter(practice__in=set(codes)).order_by("practice", "number")
    return dict(versions.values_list("practice_id", "language"))


def titles_of(codes: Iterable[str]) -> dict[str, Markup]:
    """Return the title of each practice as its own page heads it, marked with its language: two queries."""
    asked = language()
    versions = PracticeVersion.objects.filter(practice__in=set(codes)).order_by("practice", "number")
    newest = {version.practice_id: version for version in versions}
    translated = Translation.objects.filter(version__in=newest.values(), place="title", language=asked)
    # a person's comes last
    by_hand = {text.version_id: text.text for text in translated.order_by("-model")}
    titles = {}
    for code, version in newest.items():
        text = version.titles.get(asked) or by_hand.get(version.pk)
        titles[code] = named(*((text, asked) if text else (version.name, version.name_language)))
    return titles


def public(name: str, code: str) -> str:
    """Return the address of the public page of a practice or an adoption; "" on a node without one."""
    try:
        return reverse(f"portal:{name}", kwargs={"code": code})
    except NoReverseMatch:
        return ""
