"""Correcting published figures: asked by one person, decided by another or taken back by the first."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from teladan.desk.publications import words
from teladan.desk.publications.correction import CorrectionPage, Row
from teladan.desk.publications.forms import Ask, Decide, Find, Withdraw
from teladan.desk.publications.views import page_of
from teladan.desk.signed_in import person_of, signed_in
from teladan.publication import rules, services
from teladan.publication.models import Correction, Publication, Result
from teladan.publication.queries import search
from teladan.publication.queries.figures import printed_names
from teladan.registry.refusals import Refused, demand
from teladan.web.page import moment

LISTED = 50
MOST_MEANT = 20  # rows offered for a name
# Which field of the form a rule is about; any other refusal is a page of its own.
FIELDS = {
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
    found = Correction.objects.filter(rules.corrections_visible_to(person_of(request), at=moment(request)))
    found = found.select_related("organisation", "preparation", "asked_by").defer("preparation__differences")
    listed = Paginator(found, LISTED).get_page(page_of(request))
    names = printed_names(listed)
    rows = [(each, names[each.pk], words.correction_state(each)) for each in listed]
    context = {
        "rows": rows,
        "listed": listed,
        "no_ask": rules.may_ask_any(person_of(request), at=moment(request)),
    }
    return render(request, "desk/publications/corrections.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: HttpRequest) -> HttpResponse:
    """Ask for the correction of one figure of one organisation, which the address gives by code or name."""
    person = person_of(request)
    publications = Publication.objects.filter(rules.visible_to(person, at=moment(request)), act__isnull=False)
    find = Find(request.GET)
    if not find.is_valid():
        demand(rules.may_ask_any(person, at=moment(request)))
        return render(
            request,
            "desk/publications/find.html",
            {"publications": publications, "asked": request.GET, "meant": None},
        )
    publication = publications.filter(code=find.cleaned_data["publication"]).first()
    if publication is None:
        raise Http404
    demand(rules.may_ask(person, publication, at=moment(request)))
    named = find.cleaned_data["organisation"]
    rows = Result.objects.filter(publication=publication).select_related("organisation", "publication")
    result = rows.filter(organisation=named).first()
    if result is None:
        meant = rows.filter(organisation__in=search(named))[:MOST_MEANT]
        context = {"publications": publications, "asked": request.GET, "meant": meant}
        return render(request, "desk/publications/find.html", context, status=200 if meant else 404)
    row = Row(result)
    sent = request.method == "POST"
    form = Ask(request.POST, figures=row.choices) if sent else Ask(figures=row.choices)
    if sent and form.is_valid():
        try:
            asked = services.ask_correction(
                by=person,
                publication=publication,
                organisation=result.organisation_id,
                at=moment(request),
                **form.cleaned_data,
            )
        except Refused as error:
            _said_at(form, error)
        else:
            messages.success(request, _("The correction is asked for. Another person decides."))
            return HttpResponseRedirect(address(asked))
    shown = {"row": row, "publication": publication, "form": form}
    return render(request, "desk/publications/ask.html", shown, status=400 if form.errors else 200)


@require_safe
@signed_in
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what is asked, by whom and why, and what was decided."""
    return _shown(request, _seen(request, pk), None)


@require_POST
@signed_in
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept or decline."""
    asked = _seen(request, pk)
    form = Decide(request.POST)
    if form.is_valid():
        accept = form.cleaned_data["decision"] == "accept"
        try:
            services.decide_correction(
                by=person_of(request),
                correction=asked,
                accept=accept,
                reason=form.cleaned_data["reason"],
                at=moment(request),
            )
        except Refused as error:
            _said_at(form, error)
        else:
            done = _("It is accepted: its draft can be prepared.") if accept else _("It is declined.")
            messages.success(request, done)
            return HttpResponseRedirect(address(asked))
    return _shown(request, asked, form)


@require_POST
@signed_in
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what the person asked for, before it is decided."""
    asked = _seen(request, pk)
    form = Withdraw(request.POST)
    if form.is_valid():
        try:
            services.take_back_correction(
                by=person_of(request),
                correction=asked,
                reason=form.cleaned_data["reason"],
                at=moment(request),
            )
        except Refused as error:
            _said_at(form, error)
        else:
            messages.success(request, _("It is taken back."))
            return HttpResponseRedirect(address(asked))
    return _shown(request, asked, form)


def address(asked: Correction) -> str:
    """Return where a correction is shown."""
    return reverse("desk:correction", kwargs={"pk": asked.pk})


def _said_at(form: Ask | Decide | Withdraw, error: Refused) -> None:
    """Say a refusal at the field that it is about; what is about no field is refused as a whole."""
    if error.rule not in FIELDS:
        raise error
    form.add_error(FIELDS[error.rule], error.reason.said())


def _seen(request: HttpRequest, pk: int) -> Correction:
    """Return a correction that the person may see; others do not exist for them."""
    visible = Correction.objects.filter(
        rules.corrections_visible_to(person_of(request), at=moment(request)), pk=pk
    )
    found = visible.select_related("organisation", "preparation", "asked_by", "decided_by").first()
    if found is None:
        raise Http404
    return found


def _shown(request: HttpRequest, asked: Correction, form: Decide | Withdraw | None) -> HttpResponse:
    """Show a correction with the form that was sent, or with those that the person may send."""
    page = CorrectionPage(asked, person_of(request), moment(request))
    refusal = page.no_taking_back if isinstance(form, Withdraw) else page.no_decision
    if form is not None and refusal is not None:
        raise Refused(refusal)
    context = {
        "at": page,
        "form": form or Decide(),
        "deciding": form if isinstance(form, Decide) else Decide(),
        "taking_back": form if isinstance(form, Withdraw) else Withdraw(),
    }
    return render(
        request, "desk/publications/correction.html", context, status=400 if form and form.errors else 200
    )
