"""The search: bodies, countries and instruments by name, everything else in any of twelve languages."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from teladan.portal import state
from teladan.portal.search import organisations, query_form
from teladan.portal.search import page as search_page
from teladan.portal.search.query_form import BODY, INSTRUMENT, Asked
from teladan.publication import queries, serializers
from teladan.web.page_cache import kept
from teladan.web.responses import as_csv, as_json

LONGEST = 1_000  # characters of a question that is answered as data
NAME = 100  # characters of a text that may be a name
HEADER = ("organisation", "name", "language", "kind", "country", "region", "region_name")


@kept(token=state.searched, blank=("q", *query_form.CHOICES))
def search(request: HttpRequest, face: str | None = None) -> HttpResponse:
    """Find what is published here by a question in any language, and say why each was found.

    As CSV: the organisations and countries; as JSON also everything else.
    """
    there = query_form.options()
    asked = query_form.asked_for(request.GET.dict(), there)
    if face:
        return _face(asked, face)
    bodies = organisations.hits(asked.q, asked.country) if _may_be_name(asked, BODY) else []
    instruments = organisations.instruments_found(asked.q) if _may_be_name(asked, INSTRUMENT) else []
    instruments = [each for each in instruments if asked.country in {"", each.country}]
    searched = search_page.look(asked)
    known = search_page.known([*searched.near, *searched.far])
    named = {(INSTRUMENT, each.slug) for each in instruments}
    near = [each for each in searched.near if (each.kind, each.source) not in named]
    lines = search_page.lines(near, asked, known, searched.answer)
    nothing = not (bodies or instruments or lines)
    context = {
        "asked": asked,
        "q": asked.q,
        "shown": search_page.shown_as(asked.q),
        "options": there,
        "labels": query_form.label_texts(),
        "searched": searched,
        "taken": search_page.language_taken(asked, searched),
        "groups": [
            (_("Practices and adoptions, the best first"), [line for line in lines if line.exchanged]),
            (_("Instruments, results and cooperation"), [line for line in lines if not line.exchanged]),
        ],
        "far": search_page.lines(searched.far, asked, known, searched.answer),
        "hits": bodies,
        "full": len(bodies) >= queries.MOST_FOUND,
        "instruments": instruments,
        "count": len(bodies) + len(instruments) + len(lines),
        "near": organisations.near(asked.q) if nothing and _may_be_name(asked, BODY) else [],
        "crumbs": [(_("Search"), None)],
        "hangul": True,
        "twins": ["json", "csv"] if asked.q and len(asked.q) <= LONGEST else [],
    }
    return render(request, "portal/search/search.html", context, status=404 if asked.problems else 200)


def _may_be_name(asked: Asked, kind: str) -> bool:
    return bool(asked.q) and len(asked.q) <= NAME and asked.may_be(kind)


def _face(asked: Asked, face: str) -> HttpResponse:
    if asked.problems:
        raise Http404(" ".join(asked.problems))
    if len(asked.q) > LONGEST:
        raise Http404(_("Write at most %(most)s characters.") % {"most": LONGEST})
    found = queries.search(asked.q) if len(asked.q) <= NAME and asked.may_be(BODY) else []
    found = [each for each in found if asked.country in {"", each.country_id}]
    value = serializers.search_value(asked.q, found)
    if face == "json":
        return as_json({**value, **search_page.value(asked, search_page.look(asked))})
    rows = ([row[key] for key in HEADER] for row in value["organisations"])
    return as_csv("search", HEADER, rows)
