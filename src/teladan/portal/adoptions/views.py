"""The pages of the exchange as a whole: adoptions, the network, what changed, questions."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from teladan.exchange import labels, queries
from teladan.exchange.queries.counts import claims_with_figures
from teladan.portal import options as options_
from teladan.portal import state
from teladan.portal.adoptions import changes as exchange_changes
from teladan.portal.adoptions import network as exchange_network
from teladan.portal.adoptions import page as adoption_page
from teladan.portal.adoptions import questions as exchange_questions
from teladan.portal.adoptions.questions import Answer
from teladan.portal.practices import data as exchange_faces
from teladan.portal.practices import lineage as practice_lineage
from teladan.portal.practices.words import both_names
from teladan.publication.queries import exchange_countries
from teladan.web.formats import language, plain
from teladan.web.page import moment, origin
from teladan.web.page_cache import kept
from teladan.web.responses import as_csv, as_json

CHANGES = 50  # on the page and in the feed


@kept(token=state.exchanged)
def adoption(request: HttpRequest, code: str, face: str | None = None) -> HttpResponse:
    """Answer with one adoption."""
    view = queries.published_adoption(code)
    if view is None:
        raise Http404
    if face == "json":
        return as_json(exchange_faces.value(view))
    if face == "csv":
        return as_csv(code, exchange_faces.EDGE_HEADER, exchange_faces.edges([view.row]))
    first = view.row.parents[0].practice if view.row.parents else ""
    needed = practice_lineage.needed((), (view.row,))
    known = {row.code: row for row in queries.practices(language(), codes=needed)}
    strip = None
    if first in known:
        strip = practice_lineage.strip(
            known[first], (), [view.row], known, title=_("From its sources to the adopter"), here=False
        )
    page = adoption_page.prepare(view, strip)
    crumbs = [
        (_("Practices"), reverse("portal:practices")),
        (_("Who learned from whom"), reverse("portal:network")),
        (page.name, None),
    ]
    context = {"it": page, "crumbs": crumbs, "hangul": True, "twins": ["json", "csv"]}
    return render(request, "portal/adoptions/adoption.html", context)


@kept(token=state.exchanged, params=("country",))
def network(request: HttpRequest, face: str | None = None) -> HttpResponse:
    """Answer with every adoption, or with those that a country took part in: who learned from whom."""
    country = request.GET.get("country", "")
    edges = queries.adoption_rows(country=country) if country.isalnum() else queries.network()
    if country and not (country.isalnum() and edges):
        raise Http404(_("No adoption of this country is on record."))
    if face == "json":
        return as_json(exchange_faces.faced(edges))
    if face == "csv":
        return as_csv("network", exchange_faces.EDGE_HEADER, exchange_faces.edges(edges))
    context = {
        "it": exchange_network.prepare(queries.practices(language()), edges),
        "crumbs": [
            (_("Practices"), reverse("portal:practices")),
            (_("Who learned from whom"), None),
        ],
        "hangul": True,
        "twins": ["json", "csv"],
    }
    return render(request, "portal/adoptions/network.html", context)


@kept(token=state.exchanged)
def changes(request: HttpRequest, face: str | None = None) -> HttpResponse:
    """Answer with what changed lately; as `.atom` a feed."""
    found = queries.latest(CHANGES)
    if face == "json":
        return as_json(exchange_faces.faced(found))
    if face == "csv":
        rows = ((c.at.isoformat(), c.what, c.code, c.name, c.detail, c.act or "") for c in found)
        return as_csv("changes", exchange_changes.HEADER, rows)
    told = exchange_changes.prepare(found)
    page, feed = reverse("portal:changes"), reverse("portal:changes-feed")
    if face == "atom":
        body = exchange_changes.atom(told, origin=origin(request), page=page, feed=feed)
        return HttpResponse(body, content_type="application/atom+xml; charset=utf-8")
    crumbs = [(_("Practices"), reverse("portal:practices")), (_("What changed lately"), None)]
    context = {"changes": told, "feed": feed, "crumbs": crumbs, "hangul": True, "twins": ["json", "csv"]}
    return render(request, "portal/adoptions/changes.html", context)


@kept(token=state.exchanged)
def questions(request: HttpRequest) -> HttpResponse:
    """List the questions that the exchange answers."""
    crumbs = [(_("Practices"), reverse("portal:practices")), (_("Questions to the exchange"), None)]
    context = {"questions": exchange_questions.questions(), "crumbs": crumbs}
    return render(request, "portal/adoptions/questions.html", context)


@kept(token=state.exchanged, params=("practice", "version"), blank=("practice", "version"))
def descendants(request: HttpRequest, face: str | None = None) -> HttpResponse:
    """Answer what came of a version of a practice."""
    rows = queries.practices(language())
    code, number = request.GET.get("practice", ""), request.GET.get("version", "")
    start = next((row for row in rows if row.code == code), None)
    newest = queries.lineage_of(code) if start else None
    numbers = [str(n) for n in range(1, newest.node[1] + 1)] if newest else []
    wrong = bool(number) and number not in numbers
    lineage = queries.lineage_of(code, int(number or 1)) if start and not wrong else None
    problem = _("There is no such practice or version.") if (code or number) and lineage is None else ""
    edges = list(lineage.edges) if lineage else []
    options = sorted(((row.code, both_names(row).striptags()) for row in rows), key=lambda pair: pair[1])
    fields = [("practice", _("Practice"), [("", _("Choose …")), *options], code if start else "")]
    if len(numbers) > 1:
        of = [("", _("All")), *((n, n) for n in numbers)]
        fields.append(("version", _("Version"), of, "" if wrong else number))
    return _answered(
        request,
        "descendants",
        exchange_questions.descendants(edges, start),
        face,
        data=(edges, exchange_faces.EDGE_HEADER, exchange_faces.edges(edges)),
        fields=fields,
        problem=problem,
    )


@kept(token=state.exchanged)
def dropped(request: HttpRequest, face: str | None = None) -> HttpResponse:
    """Answer which core elements are dropped most often, and what followed."""
    found = queries.most_dropped()
    header = ("practice", "element", "text", "weight", "dropped", "said", "adoptions")
    rows = [
        (d.practice, d.element, d.text, d.weight, d.dropped, d.said, "; ".join(a.code for a in d.followed))
        for d in found
    ]
    return _answered(request, "dropped", exchange_questions.dropped(found), face, data=(found, header, rows))


@kept(token=state.exchanged, params=("months",))
def no_outcome(request: HttpRequest, face: str | None = None) -> HttpResponse:
    """Answer which adoptions say nothing of their outcome after so many months."""
    asked = request.GET.get("months", "") or exchange_questions.MONTHS[0]
    problem = "" if asked in exchange_questions.MONTHS else _("Choose a number of months from the list.")
    months = int(asked) if not problem else int(exchange_questions.MONTHS[0])
    found = queries.without_outcome(months, moment(request))
    return _answered(
        request,
        "no-outcome",
        exchange_questions.without_outcome(found, months),
        face,
        data=(found, exchange_faces.EDGE_HEADER, exchange_faces.edges(found)),
        fields=[("months", _("Months in use"), [(m, m) for m in exchange_questions.MONTHS], str(months))],
        problem=problem,
    )


@kept(token=state.exchanged)
def self_report(request: HttpRequest, face: str | None = None) -> HttpResponse:
    """Answer which claims rest on self-report alone."""
    found = queries.on_self_report(language())
    header = ("practice", "country", "claim", "statement", "figures")
    rows = [
        (
            each.practice.code,
            each.practice.country,
            each.claim.code,
            each.claim.statement.text,
            "; ".join(f"{one.value} {one.unit}" for one in each.claim.observations if not one.adoption),
        )
        for each in found
    ]
    total = claims_with_figures() if not face else 0
    answer = exchange_questions.on_self_report(found, total)
    return _answered(request, "self-report", answer, face, data=(found, header, rows))


@kept(token=state.exchanged)
def orphans(request: HttpRequest, face: str | None = None) -> HttpResponse:
    """Answer where the source stopped and the adoptions go on."""
    found = queries.orphans(language())
    rows = [
        (each.parent.code, each.parent.status, row.code, row.stage) for each in found for row in each.children
    ]
    return _answered(
        request,
        "orphans",
        exchange_questions.orphans(found),
        face,
        data=(found, ("practice", "status", "adoption", "stage"), rows),
    )


FIT = ("country", "theme", *exchange_questions.KINDS)


@kept(token=state.exchanged, params=FIT, blank=FIT)
def fit(request: HttpRequest, face: str | None = None) -> HttpResponse:
    """Answer which practices would fit a reader's country."""
    countries = exchange_countries()
    code, theme = request.GET.get("country", ""), request.GET.get("theme", "")
    mine = next((each for each in countries if each.code == code), None)
    have = frozenset(kind for kind in exchange_questions.KINDS if request.GET.get(kind))
    problem = ""
    if code and mine is None:
        problem = _("There is no such country to compare with. Choose one from the list.")
    elif theme and theme not in labels.THEME:
        problem = _("There is no such theme. Choose one from the list.")
    known = mine is not None and not problem
    found = queries.fitting(code, language(), theme=theme, have=have or None) if known else []
    header = ("practice", "country", "much_lower", "lacking_preconditions", "figures_of_both")
    rows = [
        (
            each.practice.code,
            each.practice.country,
            "; ".join(f"{one.series} {one.element}" for one in each.far),
            "; ".join(each.unmet),
            "no" if each.unknown else "yes",
        )
        for each in found
    ]
    themes = sorted(labels.words(labels.THEME), key=lambda pair: pair[1])
    return _answered(
        request,
        "fit",
        exchange_questions.fitting(found, plain(mine.titles) if mine and known else "", said=bool(have)),
        face,
        data=(found, header, rows),
        fields=[
            ("country", _("Your country"), [("", _("Choose …")), *options_.options(countries)], code),
            ("theme", _("Theme"), [("", _("All")), *themes], theme),
        ],
        boxes=[(kind, text, kind in have) for kind, text in labels.words(labels.PRECONDITION)],
        problem=problem,
    )


def _answered(
    request: HttpRequest,
    name: str,
    answer: Answer,
    face: str | None,
    *,
    data: tuple[object, ...],
    fields: list[tuple[str, str, list[tuple[str, str]], str]] | None = None,
    boxes: list[tuple[str, str, bool]] | None = None,
    problem: str = "",
) -> HttpResponse:
    values, header, rows = data
    if face and problem:
        raise Http404(problem)
    if face == "json":
        return as_json(exchange_faces.faced(values))  # type: ignore[arg-type]
    if face == "csv":
        return as_csv(name, header, rows)  # type: ignore[arg-type]
    question = exchange_questions.question(name)
    context = {
        "question": question,
        "answer": answer,
        "fields": fields or [],
        "boxes": boxes or [],
        "problem": problem,
        "crumbs": [
            (_("Practices"), reverse("portal:practices")),
            (_("Questions to the exchange"), reverse("portal:questions")),
            (question.text, None),
        ],
        "hangul": True,
        "twins": ["json", "csv"],
    }
    return render(request, "portal/adoptions/question.html", context, status=404 if problem else 200)
