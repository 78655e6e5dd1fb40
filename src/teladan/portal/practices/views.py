"""The pages of practices: the list, a theme, a track, one practice and its versions."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from teladan.cooperation.queries.of_practice import named_in
from teladan.exchange import labels, queries
from teladan.exchange.queries import PracticeView
from teladan.exchange.queries.documents import document as practice_document
from teladan.portal import options, state
from teladan.portal.practices import data
from teladan.portal.practices import fit as practice_fit
from teladan.portal.practices import lineage as practice_lineage
from teladan.portal.practices import list_page as practice_list
from teladan.portal.practices.fit import Together
from teladan.portal.practices.list_page import Asked
from teladan.portal.practices.page import prepare
from teladan.portal.practices.words import of_slug
from teladan.publication.queries import exchange_countries
from teladan.web.formats import language
from teladan.web.page import moment
from teladan.web.page_cache import kept
from teladan.web.responses import as_csv, as_json


@kept(token=state.exchanged, params=practice_list.NAMES, blank=practice_list.NAMES)
def practices(request: HttpRequest, face: str | None = None) -> HttpResponse:
    """Answer with the practices that fit what was asked for."""
    given = {name: request.GET.get(name, "") for name in practice_list.NAMES}
    rows = queries.practices(language(), at=moment(request))
    asked = practice_list.asked_for(given, rows)
    return _listed(request, rows, asked, face, heading="")


@kept(token=state.exchanged)
def theme(request: HttpRequest, slug: str, face: str | None = None) -> HttpResponse:
    """Answer with the practices of a theme."""
    code = of_slug(labels.THEME, slug)
    if not code:
        raise Http404
    rows = queries.practices(language(), at=moment(request))
    return _listed(request, rows, Asked(theme=code), face, heading=labels.word(labels.THEME, code))


@kept(token=state.exchanged)
def track(request: HttpRequest, slug: str, face: str | None = None) -> HttpResponse:
    """Answer with the practices of a track."""
    code = of_slug(labels.TRACK, slug)
    if not code:
        raise Http404
    rows = queries.practices(language(), at=moment(request))
    return _listed(request, rows, Asked(track=code), face, heading=labels.word(labels.TRACK, code))


def _listed(
    request: HttpRequest, rows: list[queries.PracticeRow], asked: Asked, face: str | None, *, heading: str
) -> HttpResponse:
    if face and asked.problems:
        raise Http404(" ".join(asked.problems))
    if face == "json":
        return as_json(data.faced(practice_list.wanted(rows, asked)))
    if face == "csv":
        return as_csv(
            "practices", practice_list.HEADER, practice_list.csv_rows(practice_list.wanted(rows, asked))
        )
    crumbs = [(_("Practices"), reverse("portal:practices") if heading else None)]
    context = {
        "it": practice_list.prepare(rows, asked),
        "heading": heading,
        "crumbs": [*crumbs, (heading, None)] if heading else crumbs,
        "hangul": True,
        "twins": ["json", "csv"],
    }
    return render(request, "portal/practices/practices.html", context, status=404 if asked.problems else 200)


@kept(token=state.exchanged, params=("country",), blank=("country",))
def practice(request: HttpRequest, code: str, number: str = "", face: str | None = None) -> HttpResponse:
    """Answer with a practice: its newest version, or the one that is asked for."""
    at = moment(request)
    view = queries.practice(code, language(), at=at, number=int(number) if number else None)
    if view is None:
        raise Http404
    shown = int(number) if number else view.versions[-1].number
    chosen = request.GET.get("country", "")
    countries = [each for each in exchange_countries() if each.code != view.row.country]
    titles = next((each.titles for each in countries if each.code == chosen), None)
    if face and chosen and titles is None:
        raise Http404(_("There is no such country to compare with."))
    if face == "json":
        more = {"compared_with": _fit(view, chosen)} if titles is not None else {}
        return as_json({"version": shown, **data.value(view), **data.value(more)})
    if face == "csv":
        return as_csv(code, data.OBSERVATION_HEADER, data.observations(view, shown))
    # From its first version, so that adoptions of every version are in it.
    lineage = queries.lineage_of(code, view.versions[0].number)
    if lineage is None:
        raise Http404
    needed = practice_lineage.needed(view.came_from, lineage.edges) - {code}
    known = {row.code: row for row in queries.practices(language(), codes=needed)} if needed else {}
    fit = _together(view, chosen, titles) if titles is not None else None
    page = prepare(view, lineage, known, named_in(code), number=shown, at=at, fit=fit)
    problem = chosen and titles is None
    context = {
        "it": page,
        "countries": options.options(countries),
        "chosen": chosen if titles is not None else "",
        "problem": _("There is no such country to compare with. Choose one from the list.")
        if problem
        else "",
        "crumbs": [(_("Practices"), reverse("portal:practices")), page.theme, (page.title, None)],
        "hangul": True,
        "twins": ["json", "csv"],
    }
    return render(request, "portal/practices/practice.html", context, status=404 if problem else 200)


@require_safe
def document(request: HttpRequest, code: str) -> HttpResponse:
    """Send the document that the newest entry of a practice names; its SHA-256 is the ETag."""
    found = practice_document(code)
    if found is None:
        raise Http404
    digest, content = found
    etag = f'"{digest}"'
    response = HttpResponse(content, content_type="application/json")
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["Content-Disposition"] = f'inline; filename="{code}.practice.json"'
    return get_conditional_response(request, etag, None, response) or response


def _fit(view: PracticeView, country: str) -> queries.Fit:
    return queries.compared_with(view.row, country)


def _together(view: PracticeView, country: str, titles: dict[str, str]) -> Together:
    known = queries.figures({country, view.row.country})
    return practice_fit.together(view, _fit(view, country), titles, country, known)
