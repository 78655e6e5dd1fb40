"""Following an adoption: weighed before the decision, changed, observed, what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from markupsafe import Markup

from teladan.desk.act import act, form_view, sent
from teladan.desk.adoptions.forms import (
    BESIDE,
    BecomeForm,
    Conclusion,
    ModifyForm,
    OutcomeForm,
    WeighedRow,
)
from teladan.desk.adoptions.views import address
from teladan.desk.fields import Rows, errors_of
from teladan.desk.pages import adoption_of, asking, page, spoken_in
from teladan.desk.practices.forms import EvidenceForm
from teladan.desk.practices.observations import already, on_record, part, say
from teladan.desk.publications.correction import titles_of
from teladan.desk.publications.words import element_name
from teladan.desk.signed_in import signed_in
from teladan.desk.submit_once import once
from teladan.exchange import labels, queries, rules, services
from teladan.exchange.models import Adoption, Practice
from teladan.exchange.queries import Figures
from teladan.publication.models import Publication
from teladan.registry.refusals import Refused, demand
from teladan.web.formats import language
from teladan.web.page import moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A published figure of the countries that are compared, in their order; "" not seen."""

    series: str
    edition: str
    element: Markup
    figures: list[str]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def weigh(request: HttpRequest, code: str) -> HttpResponse:
    """Hold each precondition beside one's own, and the published figures of both countries."""
    person, found = asking(request), adoption_of(code)
    demand(rules.may_move(person, found, at=moment(request)))
    view = queries.adoption(code)
    assert view is not None
    sent = request.POST if request.method == "POST" else None
    more = sent is not None and "more" in sent
    was = view.prospect
    initial = {"conclusion": was.conclusion if was else ""}
    if more and sent is not None:
        initial = {"conclusion": sent.get("conclusion", "")}
    form = Conclusion(None if more else sent, initial=initial)
    given = [dict(row) for row in was.rows] if was else _preconditions(found)
    rows = Rows(WeighedRow, "row", sent, initial=given, more=more, blank=1)
    if sent is not None and not more and all([form.is_valid(), rows.is_valid()]):
        try:
            services.weigh(
                by=person,
                adoption=found,
                rows=rows.cleaned,
                conclusion=form.cleaned_data["conclusion"],
                at=moment(request),
            )
        except Refused as error:
            form.say(error)
        else:
            messages.success(request, _("It is weighed. The decision can follow."))
            return HttpResponseRedirect(address(found))
    countries = _countries(found)
    context = {
        "it": found,
        "view": view,
        "form": form,
        "rows": rows,
        "countries": [titles for _code, titles in countries],
        "beside": beside([code for code, _titles in countries]),
    }
    return page(request, "desk/adoptions/weigh.html", context, errors_of(rows, form))


@form_view
def modify(request: HttpRequest, code: str) -> HttpResponse:
    """Say what became of a core element, or what else was changed."""
    person, adoption = asking(request), adoption_of(code)
    demand(rules.may_move(person, adoption, at=moment(request)))
    view = queries.adoption(code)
    assert view is not None
    elements = [(f"{part.practice}/{part.code}", part.text) for part in view.elements if not part.treatment]
    form = ModifyForm(sent(request), elements=elements)

    def modified(given: dict[str, Any]) -> object:
        practice, _slash, element = given.pop("element").partition("/")
        if practice == BESIDE:
            practice = ""
        for name in ("planned", "faithful"):
            given[name] = {"yes": True, "no": False}.get(given[name])
        return services.modify(
            by=person, adoption=adoption, practice=practice, element=element, at=moment(request), **given
        )

    return act(
        request,
        form,
        do=modified,
        at={"modification-why": "reason", "element-said": "element", "core-element": "element"},
        done=_("It is kept. Its proof follows within a minute."),
        to=lambda _modification: address(adoption),
        template="desk/adoptions/modify.html",
        context=lambda: {"it": adoption, "view": view, "form": form},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def outcome(request: HttpRequest, code: str) -> HttpResponse:
    """Record what was observed at the adopter, before or after, by a measure of what it takes from."""
    person, found = asking(request), adoption_of(code)
    demand(rules.may_move(person, found, at=moment(request)))
    view = queries.adoption(code)
    assert view is not None
    sent = request.POST if request.method == "POST" else None
    measures = _measures(found)
    form = OutcomeForm(sent, initial={"nature": "result"}, measures=measures)
    evidence = EvidenceForm(sent, prefix="evidence")
    if sent is not None and all([form.is_valid(), evidence.is_valid()]):
        given = form.cleaned_data
        practice, claim, measure = given["measure"].split("/")
        observation = part(given, evidence.cleaned_data)
        by = {"adoption": found, "moment": given["moment"], "measure__claim__practice": practice}
        if on_record(observation, measure__claim__code=claim, measure__code=measure, **by):
            return already(request, address(found))
        try:
            services.observe_outcome(
                by=person,
                adoption=found,
                practice=practice,
                claim=claim,
                measure=measure,
                moment=given["moment"],
                observation=observation,
                at=moment(request),
            )
        except Refused as error:
            say(error, form, evidence)
        else:
            messages.success(request, _("The observation is kept. Its proof follows within a minute."))
            return HttpResponseRedirect(address(found))
    context = {
        "it": found,
        "view": view,
        "form": form,
        "evidence": evidence,
        "measures": measures,
        "spoken": spoken_in(parent.practice for parent in view.row.parents),
    }
    return page(request, "desk/adoptions/outcome.html", context, errors_of(form, evidence))


@form_view
def become(request: HttpRequest, code: str) -> HttpResponse:
    """Say which practice came of an adoption."""
    person, adoption = asking(request), adoption_of(code)
    demand(rules.may_move(person, adoption, at=moment(request)))
    practices = queries.practices(language(), country=adoption.country_id or "")
    offered = [(row.code, row.title.text) for row in practices if not row.origin]
    form = BecomeForm(sent(request), practices=offered)

    def became(given: dict[str, Any]) -> object:
        practice = Practice.objects.get(pk=given["practice"])
        return services.become(by=person, adoption=adoption, practice=practice, at=moment(request))

    return act(
        request,
        form,
        do=became,
        at={"cycle": "practice", "before-its-parent": "practice"},
        done=_("It is kept. Its proof follows within a minute."),
        to=lambda _practice: address(adoption),
        template="desk/adoptions/become.html",
        context=lambda: {"it": adoption, "form": form, "offered": offered},
    )


def beside(countries: list[str]) -> list[Beside]:
    """Return the published figures of countries side by side: EGDI with its parts, GTMI with its groups."""
    known = queries.figures(countries)
    found = []
    for series in ("egdi", "gtmi"):
        there = [known.get(country, {}).get(series) for country in countries]
        some = next((each for each in there if each), None)
        if some is None:
            continue
        titles = titles_of(Publication.objects.get(code=some.publication))
        codes = dict.fromkeys(code for each in there if each for code in each.elements)
        lines: list[tuple[Any, list[str]]] = [(element_name("index", titles), _of(there, "index"))]
        lines += [
            (element_name(code, titles), [each.elements.get(code, "") if each else "" for each in there])
            for code in codes
        ]
        lines.append((element_name("band", titles), _of(there, "band")))
        found += [
            Beside(series=series.upper(), edition=some.edition, element=element, figures=figures)
            for element, figures in lines
            if any(figures)
        ]
    return found


def _of(there: list[Figures | None], name: str) -> list[str]:
    return [str(getattr(each, name)) if each else "" for each in there]


def _countries(found: Adoption) -> list[tuple[str, dict[str, str]]]:
    """Return the countries to compare, each once: those of the parents, then the adopter's."""
    parents = found.parents.select_related("version__practice__country")
    countries = {each.version.practice.country_id: each.version.practice.country.titles for each in parents}
    if found.country is not None:
        countries.setdefault(found.country.pk, found.country.titles)
    return list(countries.items())


def _preconditions(found: Adoption) -> list[dict[str, str]]:
    """Return the preconditions of the parents as rows to be weighed."""
    return [
        {"kind": each["kind"], "precondition": each["text"]}
        for parent in found.parents.select_related("version")
        for each in parent.version.preconditions
    ]


def _measures(found: Adoption) -> list[tuple[str, str]]:
    """Return the measures of the parents to choose from, the kind of claim said with each."""
    parents = Practice.objects.filter(versions__adoptions__adoption=found).distinct()
    return [
        (
            f"{practice.pk}/{claim.code}/{measure.code}",
            f"{measure.name} ({labels.word(labels.LEVEL, claim.level)})",
        )
        for practice in parents.prefetch_related("claims__measures")
        for claim in practice.claims.all()
        for measure in claim.measures.all()
    ]
