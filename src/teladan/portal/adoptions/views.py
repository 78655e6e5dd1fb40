"""The pages of the exchange as a whole: adoptions, the network, what changed, questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from teladan.core.table import Table
from teladan.exchange import labels, queries
from teladan.exchange.queries import AdoptionRow, Orphan
from teladan.exchange.queries.counts import claims_with_figures
from teladan.portal import options as options_
from teladan.portal import state
from teladan.portal.adoptions import changes as exchange_changes
from teladan.portal.adoptions import network as exchange_network
from teladan.portal.adoptions import page as adoption_page
from teladan.portal.adoptions import questions as asked
from teladan.portal.practices import data
from teladan.portal.practices import lineage as practice_lineage
from teladan.portal.practices.words import both_names
from teladan.publication.queries import exchange_countries
from teladan.web.formats import language, named, plain
from teladan.web.page import moment, origin
from teladan.web.page_cache import kept
from teladan.web.public_page import Answer, Crumb, Csv, public_page

CHANGES = 50  # on the page and in the feed
QUESTION = "portal/adoptions/question.html"

Row = TypeVar("Row")


@public_page("portal/adoptions/adoption.html", token=state.exchanged)
def adoption(request: HttpRequest, code: str) -> Answer:
    """Answer with one adoption."""
    view = queries.published_adoption(code)
    if view is None:
        raise Http404
    return Answer(
        context=lambda: {"it": adoption_page.prepare(view, _strip(view.row))},
        json=lambda: data.value(view),
        csv=lambda: _edges(code, [view.row]),
        crumbs=(
            _practices(),
            Crumb(_("Who learned from whom"), "portal:network"),
            Crumb(named(view.row.name, view.row.language)),
        ),
    )


def _strip(row: AdoptionRow) -> practice_lineage.Strip | None:
    """Return the line from what was adopted first to the adopter."""
    needed = practice_lineage.needed((), (row,))
    known = {practice.code: practice for practice in queries.practices(language(), codes=needed)}
    first = known.get(row.parents[0].practice) if row.parents else None
    if first is None:
        return None
    title = _("From its sources to the adopter")
    return practice_lineage.strip(first, (), [row], known, title=title, here=False)


@public_page("portal/adoptions/network.html", token=state.exchanged, params=("country",))
def network(request: HttpRequest) -> Answer:
    """Answer with every adoption, or with those that a country took part in: who learned from whom."""
    country = request.GET.get("country", "")
    edges = queries.adoption_rows(country=country) if country.isalnum() else queries.network()
    if country and not (country.isalnum() and edges):
        raise Http404(_("No adoption of this country is on record."))
    return Answer(
        context=lambda: {"it": exchange_network.prepare(queries.practices(language()), edges)},
        json=lambda: data.faced(edges),
        csv=lambda: _edges("network", edges),
        crumbs=(_practices(), Crumb(_("Who learned from whom"))),
    )


@public_page("portal/adoptions/changes.html", token=state.exchanged)
def changes(request: HttpRequest) -> Answer:
    """Answer with what changed lately."""
    latest = queries.latest(CHANGES)
    return Answer(
        context=lambda: {"changes": exchange_changes.prepare(latest), "feed": reverse("portal:changes-feed")},
        json=lambda: data.faced(latest),
        csv=lambda: Csv("changes", exchange_changes.HEADER, exchange_changes.records(latest)),
        crumbs=(_practices(), Crumb(_("What changed lately"))),
    )


@kept(token=state.exchanged)
def changes_feed(request: HttpRequest) -> HttpResponse:
    """Answer with what changed lately as a feed."""
    body = exchange_changes.atom(
        exchange_changes.prepare(queries.latest(CHANGES)),
        origin=origin(request),
        page=reverse("portal:changes"),
        feed=reverse("portal:changes-feed"),
    )
    return HttpResponse(body, content_type="application/atom+xml; charset=utf-8")


@public_page("portal/adoptions/questions.html", token=state.exchanged)
def questions(request: HttpRequest) -> Answer:
    """List the questions that the exchange answers."""
    return Answer(
        context=lambda: {"questions": asked.questions()},
        crumbs=(_practices(), Crumb(_("Questions to the exchange"))),
    )


@public_page(QUESTION, token=state.exchanged, params=("practice", "version"), blank=("practice", "version"))
def descendants(request: HttpRequest) -> Answer:
    """Answer what came of a version of a practice."""
    rows = queries.practices(language())
    code, number = request.GET.get("practice", ""), request.GET.get("version", "")
    start = next((row for row in rows if row.code == code), None)
    newest = queries.lineage_of(code) if start else None
    numbers = [str(n) for n in range(1, newest.node[1] + 1)] if newest else []
    wrong = bool(number) and number not in numbers
    lineage = queries.lineage_of(code, int(number or 1)) if start and not wrong else None
    edges = list(lineage.edges) if lineage else []
    options = sorted(((row.code, both_names(row).striptags()) for row in rows), key=lambda pair: pair[1])
    fields = [("practice", _("Practice"), [("", _("Choose …")), *options], code if start else "")]
    if len(numbers) > 1:
        of = [("", _("All")), *((n, n) for n in numbers)]
        fields.append(("version", _("Version"), of, "" if wrong else number))
    return _answer(
        "descendants",
        edges,
        lambda: asked.descendants(edges),
        csv=_edges,
        empty=_("Nothing is on record that came of it.") if start else _("Choose a practice."),
        fields=fields,
        problem=_("There is no such practice or version.") if (code or number) and lineage is None else "",
    )


@public_page(QUESTION, token=state.exchanged)
def dropped(request: HttpRequest) -> Answer:
    """Answer which core elements are dropped most often, and what followed."""
    elements = queries.most_dropped()
    return _answer(
        "dropped",
        elements,
        lambda: asked.dropped(elements),
        empty=_(
            "No adoption says that it dropped a core element. Most sources state no core elements at all, "
            "so nothing can be concluded from this."
        ),
    )


@public_page(QUESTION, token=state.exchanged, params=("months",))
def no_outcome(request: HttpRequest) -> Answer:
    """Answer which adoptions say nothing of their outcome after so many months."""
    chosen = request.GET.get("months", "") or asked.MONTHS[0]
    problem = "" if chosen in asked.MONTHS else _("Choose a number of months from the list.")
    months = int(asked.MONTHS[0] if problem else chosen)
    adoptions = queries.without_outcome(months, moment(request))
    return _answer(
        "no-outcome",
        adoptions,
        lambda: asked.without_outcome(adoptions, months),
        csv=_edges,
        empty=_("There is none."),
        fields=[("months", _("Months in use"), [(m, m) for m in asked.MONTHS], str(months))],
        problem=problem,
    )


@public_page(QUESTION, token=state.exchanged)
def self_report(request: HttpRequest) -> Answer:
    """Answer which claims rest on self-report alone."""
    claims = queries.on_self_report(language())
    return _answer(
        "self-report",
        claims,
        lambda: asked.on_self_report(claims, claims_with_figures()),
        empty=_("There is none."),
    )


@public_page(QUESTION, token=state.exchanged)
def orphans(request: HttpRequest) -> Answer:
    """Answer where the source stopped and the adoptions go on."""
    sources = queries.orphans(language())
    return _answer(
        "orphans",
        sources,
        lambda: asked.orphans(sources),
        csv=_children,
        empty=_(
            "There is none: no practice that stopped or regressed here has an adoption on record "
            "that goes on."
        ),
    )


FIT = ("country", "theme", *asked.KINDS)


@public_page(QUESTION, token=state.exchanged, params=FIT, blank=FIT)
def fit(request: HttpRequest) -> Answer:
    """Answer which practices would fit a reader's country."""
    countries = exchange_countries()
    code, theme = request.GET.get("country", ""), request.GET.get("theme", "")
    mine = next((country for country in countries if country.code == code), None)
    have = frozenset(kind for kind in asked.KINDS if request.GET.get(kind))
    problem = ""
    if code and mine is None:
        problem = _("There is no such country to compare with. Choose one from the list.")
    elif theme and theme not in labels.THEME:
        problem = _("There is no such theme. Choose one from the list.")
    known = plain(mine.titles) if mine and not problem else ""
    fits = queries.fitting(code, language(), theme=theme, have=have or None) if known else []
    themes = sorted(labels.words(labels.THEME), key=lambda pair: pair[1])
    return _answer(
        "fit",
        fits,
        lambda: asked.fitting(fits, known, said=bool(have)),
        empty=_("No practice of another country is on record for this choice.")
        if known
        else _("Choose your country above."),
        fields=[
            ("country", _("Your country"), [("", _("Choose …")), *options_.options(countries)], code),
            ("theme", _("Theme"), [("", _("All")), *themes], theme),
        ],
        boxes=[(kind, text, kind in have) for kind, text in labels.words(labels.PRECONDITION)],
        problem=problem,
    )


def _answer(
    name: str,
    rows: Sequence[Row],
    table: Callable[[], Table[Row]],
    *,
    empty: str,
    csv: Callable[[str, Sequence[Row]], Csv] | None = None,
    fields: Sequence[tuple[str, str, list[tuple[str, str]], str]] = (),
    boxes: Sequence[tuple[str, str, bool]] = (),
    problem: str = "",
) -> Answer:
    """Return the answer to a question; in CSV it is the table itself where `csv` says nothing else."""
    question = asked.question(name)
    return Answer(
        context=lambda: {
            "question": question,
            "answer": table() if rows else None,
            "empty": empty,
            "fields": fields,
            "boxes": boxes,
            "problem": problem,
        },
        json=lambda: data.faced(rows),
        csv=lambda: csv(name, rows) if csv else Csv(name, table().header, table().records()),
        crumbs=(
            _practices(),
            Crumb(_("Questions to the exchange"), "portal:questions"),
            Crumb(question.text),
        ),
        problem=problem,
    )


def _edges(name: str, adoptions: Sequence[AdoptionRow]) -> Csv:
    return Csv(name, data.EDGE_HEADER, data.edges(adoptions))


def _children(name: str, sources: Sequence[Orphan]) -> Csv:
    """Return one row for each adoption that goes on."""
    rows = ((of.parent.code, of.parent.status, row.code, row.stage) for of in sources for row in of.children)
    return Csv(name, ("practice", "status", "adoption", "stage"), rows)


def _practices() -> Crumb:
    return Crumb(_("Practices"), "portal:practices")
