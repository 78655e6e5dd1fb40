"""Following an adoption: weighed before the decision, changed, observed, what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from teladan.desk.act import act, form_view, sent
from teladan.desk.adoptions import page as tables
from teladan.desk.adoptions.forms import (
    BESIDE,
    BecomeForm,
    Conclusion,
    ModifyForm,
    OutcomeForm,
    WeighedRow,
)
from teladan.desk.adoptions.views import address, view_of
from teladan.desk.fields import Rows
from teladan.desk.pages import adoption_of, asking, spoken_in
from teladan.desk.practices import observations
from teladan.desk.practices.forms import EvidenceForm
from teladan.exchange import labels, queries, rules, services
from teladan.exchange.models import Adoption, Practice
from teladan.registry.refusals import demand
from teladan.web.formats import language
from teladan.web.page import moment


@form_view
def weigh(request: HttpRequest, code: str) -> HttpResponse:
    """Hold each precondition beside one's own, and the published figures of both countries."""
    person, adoption = asking(request), adoption_of(code)
    demand(rules.may_move(person, adoption, at=moment(request)))
    view = view_of(code)
    before = view.prospect
    form = Conclusion(sent(request), initial={"conclusion": before.conclusion if before else ""})
    given = [dict(row) for row in before.rows] if before else _preconditions(adoption)
    rows = Rows(WeighedRow, "row", sent(request), initial=given, blank=1)
    return act(
        request,
        rows,
        form,
        do=lambda given: services.weigh(
            by=person, adoption=adoption, rows=rows.cleaned, at=moment(request), **given
        ),
        done=_("It is weighed. The decision can follow."),
        to=lambda _prospect: address(adoption),
        template="desk/adoptions/weigh.html",
        context=lambda: {
            "view": view,
            "form": form,
            "rows": rows,
            "beside": tables.beside(_countries(adoption)),
        },
    )


@form_view
def modify(request: HttpRequest, code: str) -> HttpResponse:
    """Say what became of a core element, or what else was changed."""
    person, adoption = asking(request), adoption_of(code)
    demand(rules.may_move(person, adoption, at=moment(request)))
    view = view_of(code)
    elements = [
        (f"{element.practice}/{element.code}", element.text)
        for element in view.elements
        if not element.treatment
    ]
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
        context=lambda: {"view": view, "form": form},
    )


@form_view
def outcome(request: HttpRequest, code: str) -> HttpResponse:
    """Record what was observed at the adopter, before or after, by a measure of what it takes from."""
    person, adoption = asking(request), adoption_of(code)
    demand(rules.may_move(person, adoption, at=moment(request)))
    view = view_of(code)
    measures = _measures(adoption)
    form = OutcomeForm(sent(request), initial={"nature": "result"}, measures=measures)
    evidence = EvidenceForm(sent(request), prefix="evidence")

    def observed(given: dict[str, Any]) -> object:
        practice, claim, measure = given["measure"].split("/")
        observation = observations.part(given, evidence.cleaned_data)
        by = {"adoption": adoption, "moment": given["moment"], "measure__claim__practice": practice}
        by |= {"measure__claim__code": claim, "measure__code": measure}
        if observations.on_record(observation, **by):
            return observations.already(request, address(adoption))
        return services.observe_outcome(
            by=person,
            adoption=adoption,
            practice=practice,
            claim=claim,
            measure=measure,
            moment=given["moment"],
            observation=observation,
            at=moment(request),
        )

    return act(
        request,
        form,
        evidence,
        do=observed,
        at=observations.AT,
        done=_("The observation is kept. Its proof follows within a minute."),
        to=lambda _observation: address(adoption),
        template="desk/adoptions/outcome.html",
        context=lambda: {
            "view": view,
            "form": form,
            "evidence": evidence,
            "measures": measures,
            "spoken": spoken_in(parent.practice for parent in view.row.parents),
        },
    )


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
        context=lambda: {"adoption": adoption, "form": form, "offered": offered},
    )


def _countries(adoption: Adoption) -> list[tuple[str, Mapping[str, str]]]:
    """Return the countries to compare, each once: those of the parents, then the adopter's."""
    parents = adoption.parents.select_related("version__practice__country")
    countries = [parent.version.practice.country for parent in parents]
    if adoption.country is not None:
        countries.append(adoption.country)
    return list({country.pk: country.titles for country in countries}.items())


def _preconditions(adoption: Adoption) -> list[dict[str, str]]:
    """Return the preconditions of the parents as rows to be weighed."""
    return [
        {"kind": precondition["kind"], "precondition": precondition["text"]}
        for parent in adoption.parents.select_related("version")
        for precondition in parent.version.preconditions
    ]


def _measures(adoption: Adoption) -> list[tuple[str, str]]:
    """Return the measures of the parents to choose from, the kind of claim said with each."""
    parents = Practice.objects.filter(versions__adoptions__adoption=adoption).distinct()
    return [
        (
            f"{practice.pk}/{claim.code}/{measure.code}",
            f"{measure.name} ({labels.word(labels.LEVEL, claim.level)})",
        )
        for practice in parents.prefetch_related("claims__measures")
        for claim in practice.claims.all()
        for measure in claim.measures.all()
    ]
