"""Requests on the desk: what is looked for, the practices that match it, asking their owners, answering."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from teladan.desk.act import act, form_view, sent
from teladan.desk.fields import Rows
from teladan.desk.organisations import meant, own
from teladan.desk.pages import asking, listed, page, practice_of, titles_of
from teladan.desk.practices.asking import ASKING, no_ask
from teladan.desk.practices.forms import PreconditionRow
from teladan.desk.requests.forms import AnswerForm, AskForm, CloseForm, RequestForm
from teladan.desk.requests.matching import matches
from teladan.desk.signed_in import signed_in
from teladan.exchange import rules, services
from teladan.exchange.content import PreconditionPart
from teladan.exchange.models import FocalPoint, Message, PracticeRequest
from teladan.registry.refusals import demand
from teladan.web.formats import language
from teladan.web.page import moment


@require_safe
@signed_in
def requests(request: HttpRequest) -> HttpResponse:
    """List what is looked for and the questions that this person may see."""
    person = asking(request)
    visible = PracticeRequest.objects.filter(rules.requests_visible_to(person, at=moment(request)))
    asked = Message.objects.filter(rules.messages_visible_to(person, at=moment(request)))
    with_office = asked.select_related("organisation__country", "focal_point")
    questions = listed(request, with_office, name="questions")
    context = {
        "wanted": listed(request, visible.select_related("organisation__country")),
        "questions": questions,
        "titles": titles_of(question.focal_point.practice_id for question in questions.rows),
        "no_new": rules.may_any(person, *ASKING, at=moment(request)),
    }
    return page(request, "desk/requests/requests.html", context)


@form_view
def new(request: HttpRequest) -> HttpResponse:
    """Say what an organisation looks for."""
    person = asking(request)
    demand(rules.may_any(person, *ASKING, at=moment(request)))
    form = RequestForm(
        sent(request),
        initial={"organisation": own(person, *ASKING, at=moment(request)), "language": language()},
    )
    rows = Rows(PreconditionRow, "pre", sent(request))

    def filed(given: dict[str, Any]) -> PracticeRequest | None:
        organisation = meant(form, "organisation")
        if organisation is None:
            return None
        preconditions = [PreconditionPart(**row) for row in rows.cleaned]
        given |= {"organisation": organisation, "preconditions": preconditions}
        return services.file_request(by=person, at=moment(request), **given)

    return act(
        request,
        form,
        rows,
        do=filed,
        at={"due-past": "needed_by", "language": "language"},
        done=_("The request is filed. These practices match it."),
        to=address,
        template="desk/requests/new.html",
        context=lambda: {"form": form, "rows": rows},
    )


@form_view
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one request with the practices that match it and whom to ask; close it."""
    person = asking(request)
    wanted = _seen(request, pk)
    no_close = rules.may_request(person, wanted.organisation, at=moment(request))
    if request.method == "POST":
        demand(no_close)
    form = CloseForm(sent(request))

    def context() -> dict[str, Any]:
        matching = matches(wanted)
        codes = [match.row.code for match in matching.found]
        offices = FocalPoint.objects.filter(practice__in=codes, until__isnull=True)
        asked = wanted.messages.filter(rules.messages_visible_to(person, at=moment(request))).select_related(
            "focal_point"
        )
        return {
            "wanted": wanted,
            "form": form,
            "matching": matching,
            "offices": {office.practice_id: office for office in offices},
            "asked": {message.focal_point.practice_id: message for message in asked},
            "no_close": no_close,
        }

    return act(
        request,
        form,
        do=lambda given: services.close_request(by=person, request=wanted, at=moment(request), **given),
        done=_("The request is closed."),
        to=lambda _request: address(wanted),
        template="desk/requests/request.html",
        context=context,
    )


@form_view
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """Ask the owner of a practice; the message is kept, and private to both."""
    person, practice = asking(request), practice_of(code)
    office = practice.focal_points.filter(until__isnull=True).first()
    number = request.GET.get("request", "")
    about = (
        _seen(request, int(number)) if number.isascii() and number.isdigit() and len(number) < 10 else None
    )
    refusal = no_ask(person, practice, office, about, at=moment(request))
    if request.method == "POST":
        demand(refusal)
    mine = about.organisation_id if about else own(person, *ASKING, at=moment(request))
    form = AskForm(sent(request), initial={"organisation": mine, "text": about.problem if about else ""})

    def asked(given: dict[str, Any]) -> Message | None:
        organisation = meant(form, "organisation")
        if organisation is None:
            return None
        given |= {"organisation": organisation, "request": about}
        return services.ask_owner(by=person, practice=practice, at=moment(request), **given)

    return act(
        request,
        form,
        do=asked,
        done=_("The question is sent. Only you and the owner see it."),
        to=lambda message: reverse("desk:message", kwargs={"pk": message.pk}),
        template="desk/requests/ask_owner.html",
        context=lambda: {
            "practice": practice,
            "office": office,
            "about": about,
            "form": form,
            "no_ask": refusal,
        },
    )


@form_view
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a question and its answer; answer it."""
    person = asking(request)
    visible = Message.objects.filter(rules.messages_visible_to(person, at=moment(request)), pk=pk)
    message = visible.select_related("organisation__country", "focal_point__practice", "by").first()
    if message is None:
        raise Http404
    no_answer = rules.may_answer(person, message, at=moment(request))
    if request.method == "POST":
        demand(no_answer)
    form = AnswerForm(sent(request))
    code = message.focal_point.practice_id
    return act(
        request,
        form,
        do=lambda given: services.answer(by=person, message=message, at=moment(request), **given),
        done=_("The answer is sent."),
        to=lambda _message: reverse("desk:message", kwargs={"pk": pk}),
        template="desk/requests/message.html",
        context=lambda: {
            "message": message,
            "title": titles_of([code])[code],
            "form": form,
            "no_answer": no_answer,
        },
    )


def address(request: PracticeRequest) -> str:
    """Return where the desk shows a request."""
    return reverse("desk:request", kwargs={"pk": request.pk})


def _seen(request: HttpRequest, pk: int) -> PracticeRequest:
    """Return a request that a person may see; others do not exist for them."""
    visible = PracticeRequest.objects.filter(
        rules.requests_visible_to(asking(request), at=moment(request)), pk=pk
    )
    wanted = visible.select_related("organisation__country").first()
    if wanted is None:
        raise Http404
    return wanted
