"""Requests for practices, the offices that answer for them, and what they are asked: nothing is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_noop as N_

from teladan.exchange import content as contents
from teladan.exchange import rules
from teladan.exchange.content import PreconditionPart, clean
from teladan.exchange.models import FocalPoint, Message, Practice, PracticeRequest
from teladan.registry.models import Organisation, Person
from teladan.registry.refusals import Reason, Refused, demand


@transaction.atomic
def file_request(
    *,
    by: Person,
    organisation: Organisation,
    problem: str,
    language: str,
    at: datetime,
    theme: str = "",
    preconditions: Sequence[PreconditionPart] = (),
    needed_by: date | None = None,
) -> PracticeRequest:
    """Say what an organisation looks for. Raises Refused."""
    demand(rules.may_request(by, organisation, at=at))
    _demand_text("problem", problem)
    demand(next(contents.of_language(language), None))
    demand(next(contents.bad_texts(tuple(preconditions)), None))
    if theme and theme not in Practice.Theme.values:
        raise Refused(
            Reason(
                "choice",
                N_("‘%(value)s’ is no %(field)s; there are: %(there)s."),
                {"value": theme[:60], "field": "theme", "there": ", ".join(Practice.Theme.values)},
            )
        )
    for each in preconditions:
        demand(next(contents.of_precondition(each), None))
    if needed_by is not None and needed_by < at.date():
        raise Refused(Reason("due-past", N_("The day by which to answer lies in the past.")))
    return PracticeRequest.objects.create(
        organisation=organisation,
        problem=clean(problem),
        language=language,
        theme=theme,
        preconditions=[asdict(contents.cleaned(each)) for each in preconditions],
        needed_by=needed_by,
        filed_at=at,
        filed_by=by,
    )


@transaction.atomic
def close_request(*, by: Person, request: PracticeRequest, reason: str, at: datetime) -> PracticeRequest:
    """Close a request with its reason: found, no longer needed. Raises Refused."""
    request = PracticeRequest.objects.select_for_update().get(pk=request.pk)
    demand(rules.may_request(by, request.organisation, at=at))
    if request.closed_at is not None:
        raise Refused(Reason("request-closed", N_("This request was closed already.")))
    _demand_text("reason", reason)
    request.closed_at, request.closed_reason = at, clean(reason)
    request.save(update_fields=["closed_at", "closed_reason"])
    return request


@transaction.atomic
def name_focal_point(
    *,
    by: Person,
    practice: Practice,
    office: str,
    languages: Sequence[str],
    at: datetime,
    person: Person | None = None,
) -> FocalPoint:
    """Name the office that answers for a practice; the one before it is handed over. Raises Refused.

    Nobody is asked before the office consented (`consent`): a person named by another has not, and who
    names themselves must belong to it. What was asked before goes to the successor.
    """
    Practice.objects.select_for_update().get(pk=practice.pk)
    demand(rules.may_revise(by, practice, at=at))
    _demand_text("office", office)
    demand(next((bad for each in languages for bad in contents.of_language(each)), None))
    agreed = person is not None and person.pk == by.pk
    if agreed:
        demand(rules.may_answer_for(by, practice, at=at))
    FocalPoint.objects.filter(practice=practice, until__isnull=True).update(until=at)
    return FocalPoint.objects.create(
        practice=practice,
        office=clean(office),
        languages=list(dict.fromkeys(languages)),
        person=person if agreed else None,
        consented_at=at if agreed else None,
        since=at,
    )


@transaction.atomic
def consent(*, by: Person, focal_point: FocalPoint, at: datetime) -> FocalPoint:
    """Agree, as a practice owner, to be the person who is asked in this office. Raises Refused."""
    focal_point = FocalPoint.objects.select_for_update().get(pk=focal_point.pk)
    demand(rules.may_consent(by, focal_point, at=at))
    focal_point.person, focal_point.consented_at = by, at
    focal_point.save(update_fields=["person", "consented_at"])
    return focal_point


@transaction.atomic
def withdraw_consent(*, by: Person, focal_point: FocalPoint) -> FocalPoint:
    """Be asked no more: the office stays, the person leaves. Raises Refused."""
    focal_point = FocalPoint.objects.select_for_update().get(pk=focal_point.pk)
    demand(rules.may_withdraw(by, focal_point))
    focal_point.person, focal_point.consented_at = None, None
    focal_point.save(update_fields=["person", "consented_at"])
    return focal_point


@transaction.atomic
def ask_owner(
    *,
    by: Person,
    practice: Practice,
    organisation: Organisation,
    text: str,
    at: datetime,
    request: PracticeRequest | None = None,
) -> Message:
    """Ask the office of a practice, for an organisation; kept, private to both. Raises Refused."""
    focal_point = FocalPoint.objects.select_for_update().filter(practice=practice, until__isnull=True).first()
    demand(rules.may_ask(by, focal_point, organisation, at=at))
    if request is not None:
        request = PracticeRequest.objects.select_for_update().get(pk=request.pk)
        demand(rules.may_cite(by, request, at=at))
    _demand_text("text", text)
    assert focal_point is not None  # the rule refused it otherwise
    made = Message.objects.create(
        focal_point=focal_point, request=request, organisation=organisation, text=clean(text), at=at, by=by
    )
    FocalPoint.objects.filter(pk=focal_point.pk).update(last_contact=at)
    return made


@transaction.atomic
def answer(*, by: Person, message: Message, text: str, at: datetime) -> Message:
    """Answer what was asked, once. Raises Refused."""
    message = Message.objects.select_for_update().get(pk=message.pk)
    demand(rules.may_answer(by, message, at=at))
    _demand_text("text", text)
    message.answer, message.answered_at, message.answered_by = clean(text), at, by
    message.save(update_fields=["answer", "answered_at", "answered_by"])
    practice = message.focal_point.practice_id  # its office now: the one that was asked may be handed over
    FocalPoint.objects.filter(practice=practice, until__isnull=True).update(last_contact=at)
    return message


def _demand_text(field: str, text: str) -> None:
    if not clean(text):
        raise Refused(
            Reason("practice-empty", N_("The field ‘%(field)s’ must not be empty."), {"field": field})
        )
    demand(next(contents.bad_texts(text, field), None))
