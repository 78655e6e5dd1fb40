"""Correcting published figures: asked by one person, decided by another or taken back by the first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from teladan.desk.act import act, action_view, form_view, sent
from teladan.desk.pages import listed, page
from teladan.desk.publications import page as tables
from teladan.desk.publications.correction import CorrectionPage, Row
from teladan.desk.publications.forms import Ask, Decide, Find, Withdraw
from teladan.desk.signed_in import person_of, signed_in
from teladan.publication import rules, services
from teladan.publication.models import Correction, Publication, Result
from teladan.publication.queries import search
from teladan.publication.queries.figures import printed_names
from teladan.registry.refusals import demand
from teladan.web.page import moment

MOST_MEANT = 20  # rows offered for a name
# At which field of the form the refusal of a rule is shown; any other is a page of its own.
AT = {
    "element": "element",
    "same-figure": "becomes",
    "figure": "becomes",
    "off-scale": "becomes",
    "digits": "becomes",
    "band": "becomes",
    "reason-correction": "reason",
    "reason-decision": "reason",
    "reason-withdraw": "reason",
}


@require_safe
@signed_in
def corrections(request: HttpRequest) -> HttpResponse:
    """List every correction that was asked for, newest first."""
    visible = Correction.objects.filter(rules.corrections_visible_to(person_of(request), at=moment(request)))
    with_people = visible.select_related("organisation", "preparation", "asked_by")
    shown = listed(request, with_people.defer("preparation__differences"))
    context = {
        "table": tables.corrections(shown.rows, printed_names(shown.rows)) if shown.rows else None,
        "listed": shown,
        "no_ask": rules.may_ask_any(person_of(request), at=moment(request)),
    }
    return page(request, "desk/publications/corrections.html", context)


@form_view
def new(request: HttpRequest) -> HttpResponse:
    """Ask for the correction of one figure of one organisation, which the address gives by code or name."""
    person = person_of(request)
    publications = Publication.objects.filter(rules.visible_to(person, at=moment(request)), act__isnull=False)
    find = Find(request.GET)
    if not find.is_valid():
        demand(rules.may_ask_any(person, at=moment(request)))
        finding = {"publications": publications, "asked": request.GET, "meant": None}
        return page(request, "desk/publications/find.html", finding)
    publication = publications.filter(code=find.cleaned_data["publication"]).first()
    if publication is None:
        raise Http404
    demand(rules.may_ask(person, publication, at=moment(request)))
    name = find.cleaned_data["organisation"]
    rows = Result.objects.filter(publication=publication).select_related("organisation", "publication")
    result = rows.filter(organisation=name).first()
    if result is None:
        meant = rows.filter(organisation__in=search(name))[:MOST_MEANT]
        context = {"publications": publications, "asked": request.GET, "meant": meant}
        return render(request, "desk/publications/find.html", context, status=200 if meant else 404)
    row = Row(result)
    form = Ask(sent(request), figures=row.choices)
    return act(
        request,
        form,
        do=lambda given: services.ask_correction(
            by=person,
            publication=publication,
            organisation=result.organisation_id,
            at=moment(request),
            **given,
        ),
        at=AT,
        done=_("The correction is asked for. Another person decides."),
        to=address,
        template="desk/publications/ask.html",
        context=lambda: {
            "row": row,
            "figures": tables.figures(row.rows),
            "publication": publication,
            "form": form,
        },
    )


@require_safe
@signed_in
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what is asked, by whom and why, and what was decided."""
    return page(request, "desk/publications/correction.html", _shown(request, _seen(request, pk))())


@action_view
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept or decline."""
    correction, form = _seen(request, pk), Decide(request.POST)

    def decided(given: dict[str, Any]) -> Correction:
        accept = given.pop("decision") == "accept"
        return services.decide_correction(
            by=person_of(request), correction=correction, accept=accept, at=moment(request), **given
        )

    return act(
        request,
        form,
        do=decided,
        at=AT,
        done=lambda decided: (
            _("It is accepted: its draft can be prepared.") if decided.accepted else _("It is declined.")
        ),
        to=address,
        template="desk/publications/correction.html",
        context=_shown(request, correction, deciding=form),
    )


@action_view
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what the person asked for, before it is decided."""
    correction, form = _seen(request, pk), Withdraw(request.POST)
    return act(
        request,
        form,
        do=lambda given: services.take_back_correction(
            by=person_of(request), correction=correction, at=moment(request), **given
        ),
        at=AT,
        done=_("It is taken back."),
        to=lambda _correction: address(correction),
        template="desk/publications/correction.html",
        context=_shown(request, correction, taking_back=form),
    )


def address(correction: Correction) -> str:
    """Return where a correction is shown."""
    return reverse("desk:correction", kwargs={"pk": correction.pk})


def _seen(request: HttpRequest, pk: int) -> Correction:
    """Return a correction that the person may see; others do not exist for them."""
    visible = Correction.objects.filter(
        rules.corrections_visible_to(person_of(request), at=moment(request)), pk=pk
    )
    correction = visible.select_related("organisation", "preparation", "asked_by", "decided_by").first()
    if correction is None:
        raise Http404
    return correction


def _shown(
    request: HttpRequest,
    correction: Correction,
    *,
    deciding: Decide | None = None,
    taking_back: Withdraw | None = None,
) -> Callable[[], dict[str, Any]]:
    """Return what the page of a correction shows: the form that was sent, else those that may be sent."""

    def context() -> dict[str, Any]:
        view = CorrectionPage(correction, person_of(request), moment(request))
        demand(view.no_decision if deciding else view.no_taking_back if taking_back else None)
        return {
            "view": view,
            "correction": correction,
            "deciding": deciding or Decide(),
            "taking_back": taking_back or Withdraw(),
        }

    return context
