"""Requests on the desk: what is looked for, the practices that match it, asking their owners, answering."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from teladan.desk.fields import Rows, errors_of
from teladan.desk.organisations import meant, named, own
from teladan.desk.pages import asking, listed, page, practice_of, titles_of
from teladan.desk.practices.asking import ASKING, no_ask
from teladan.desk.practices.forms import PreconditionRow
from teladan.desk.requests.forms import AnswerForm, AskForm, CloseForm, RequestForm
from teladan.desk.requests.matching import matches
from teladan.desk.signed_in import signed_in
from teladan.desk.submit_once import once
from teladan.exchange import rules, services
from teladan.exchange.content import PreconditionPart
from teladan.exchange.models import FocalPoint, Message, PracticeRequest
from teladan.registry.models import Person
from teladan.registry.refusals import Refused, demand
from teladan.web.formats import language
from teladan.web.page import moment


@require_safe
@signed_in
def requests(request: HttpRequest) -> HttpResponse:
    """List what is looked for and the questions that this person may see."""
    person = asking(request)
    found = PracticeRequest.objects.filter(rules.requests_visible_to(person, at=moment(request)))
    asked = Message.objects.filter(rules.messages_visible_to(person, at=moment(request)))
    wanted = listed(request, found.select_related("organisation__country"))
    questions = listed(
        request, asked.select_related("organisation__country", "focal_point"), name="questions"
    )
    titles = titles_of(each.focal_point.practice_id for each in questions.rows)
    context = {
        "wanted": wanted,
        "rows": [(each, named(each.organisation)) for each in wanted.rows],
        "questions": questions,
        "asked": [
            (each, named(each.organisation), titles[each.focal_point.practice_id]) for each in questions.rows
        ],
        "no_new": rules.may_any(person, *ASKING, at=moment(request)),
    }
    return page(request, "desk/requests/requests.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def new(request: HttpRequest) -> HttpResponse:
    """Say what an organisation looks for."""
    person = asking(request)
    demand(rules.may_any(person, *ASKING, at=moment(request)))
    sent = request.POST if request.method == "POST" else None
    more = sent is not None and "more" in sent
    initial = {"organisation": own(person, *ASKING, at=moment(request)), "language": language()}
    if more and sent is not None:
        initial = {name: sent.get(name, "") for name in RequestForm.base_fields}
    form = RequestForm(None if more else sent, initial=initial)
    rows = Rows(PreconditionRow, "pre", sent, more=more)
    if sent is not None and not more and all([form.is_valid(), rows.is_valid()]):
        organisation = meant(form, "organisation")
        if organisation is not None:
            given = {**form.cleaned_data, "organisation": organisation}
            given["preconditions"] = [PreconditionPart(**row) for row in rows.cleaned]
            try:
                made = services.file_request(by=person, at=moment(request), **given)
            except Refused as error:
                form.say(error, {"due-past": "needed_by", "language": "language"})
            else:
                messages.success(request, _("The request is filed. These practices match it."))
                return HttpResponseRedirect(address(made))
    return page(request, "desk/requests/new.html", {"form": form, "rows": rows}, errors_of(form, rows))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one request with the practices that match it and whom to ask; close it."""
    person = asking(request)
    found = _seen(person, pk, moment(request))
    sent = request.POST if request.method == "POST" else None
    form = CloseForm(sent)
    if sent is not None:
        demand(rules.may_request(person, found.organisation, at=moment(request)))
        if form.is_valid():
            try:
                services.close_request(
                    by=person, request=found, reason=form.cleaned_data["reason"], at=moment(request)
                )
            except Refused as error:
                form.say(error)
            else:
                messages.success(request, _("The request is closed."))
                return HttpResponseRedirect(address(found))
    matching = matches(found)
    offices = {
        each.practice_id: each
        for each in FocalPoint.objects.filter(
            practice__in=[match.row.code for match in matching.found], until__isnull=True
        )
    }
    asked = found.messages.filter(rules.messages_visible_to(person, at=moment(request))).select_related(
        "focal_point"
    )
    context = {
        "it": found,
        "name": named(found.organisation),
        "form": form,
        "matching": [(match, offices.get(match.row.code)) for match in matching.found],
        "across": matching.across,
        "asked": {each.focal_point.practice_id: each for each in asked},
        "no_close": rules.may_request(person, found.organisation, at=moment(request)),
    }
    return page(request, "desk/requests/request.html", context, errors_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """Ask the owner of a practice; the message is kept, and private to both."""
    person, found = asking(request), practice_of(code)
    office = found.focal_points.filter(until__isnull=True).first()
    number = request.GET.get("request", "")
    about = (
        _seen(person, int(number), moment(request))
        if number.isascii() and number.isdigit() and len(number) < 10
        else None
    )
    sent = request.POST if request.method == "POST" else None
    refusal = no_ask(person, found, office, about, at=moment(request))
    if sent is not None:
        demand(refusal)
    mine = about.organisation_id if about else own(person, *ASKING, at=moment(request))
    form = AskForm(sent, initial={"organisation": mine, "text": about.problem if about else ""})
    if sent is not None and form.is_valid():
        organisation = meant(form, "organisation")
        if organisation is not None:
            try:
                made = services.ask_owner(
                    by=person,
                    practice=found,
                    organisation=organisation,
                    text=form.cleaned_data["text"],
                    at=moment(request),
                    request=about,
                )
            except Refused as error:
                form.say(error)
            else:
                messages.success(request, _("The question is sent. Only you and the owner see it."))
                return HttpResponseRedirect(reverse("desk:message", kwargs={"pk": made.pk}))
    context = {"it": found, "office": office, "about": about, "form": form, "no_ask": refusal}
    return page(request, "desk/requests/ask_owner.html", context, errors_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a question and its answer; answer it."""
    person = asking(request)
    visible = Message.objects.filter(rules.messages_visible_to(person, at=moment(request)), pk=pk)
    found = visible.select_related("organisation__country", "focal_point__practice", "by").first()
    if found is None:
        raise Http404
    sent = request.POST if request.method == "POST" else None
    form = AnswerForm(sent)
    if sent is not None:
        demand(rules.may_answer(person, found, at=moment(request)))
        if form.is_valid():
            try:
                services.answer(by=person, message=found, text=form.cleaned_data["text"], at=moment(request))
            except Refused as error:
                form.say(error)
            else:
                messages.success(request, _("The answer is sent."))
                return HttpResponseRedirect(reverse("desk:message", kwargs={"pk": pk}))
    code = found.focal_point.practice_id
    context = {
        "it": found,
        "title": titles_of([code])[code],
        "name": named(found.organisation),
        "form": form,
        "no_answer": rules.may_answer(person, found, at=moment(request)),
    }
    return page(request, "desk/requests/message.html", context, errors_of(form))


def address(found: PracticeRequest) -> str:
    """Return where the desk shows a request."""
    return reverse("desk:request", kwargs={"pk": found.pk})


def _seen(person: Person, pk: int, at: datetime) -> PracticeRequest:
    """Return a request that a person may see; others do not exist for them."""
    visible = PracticeRequest.objects.filter(rules.requests_visible_to(person, at=at), pk=pk)
    found = visible.select_related("organisation__country").first()
    if found is None:
        raise Http404
    return found
