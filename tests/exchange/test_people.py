"""Requests and the offices that are asked: private, consented to, handed over, and not in the record."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from teladan.exchange import queries
from teladan.exchange.content import PreconditionPart
from teladan.exchange.models import FocalPoint, Message, Practice, PracticeRequest
from teladan.exchange.queries.state import state
from teladan.exchange.services import (
    answer,
    ask_owner,
    close_request,
    consent,
    file_request,
    name_focal_point,
    withdraw_consent,
)
from teladan.record.models import Outbox
from teladan.registry.models import Organisation
from tests.exchange.conftest import AT, People, refusal

LATER = AT + timedelta(days=10)


@pytest.fixture
def idn(people: People) -> Organisation:
    return Organisation.objects.get(code="IDN")


@pytest.fixture
def focal_point(people: People, practice: Practice) -> FocalPoint:
    made = name_focal_point(
        by=people.officer_kor, practice=practice, office="Window desk", languages=("ko", "en"), at=AT
    )
    return consent(by=people.owner_kor, focal_point=made, at=AT)


def test_a_request_finds_practices_of_others_by_theme_and_words(
    people: People, practice: Practice, idn: Organisation
) -> None:
    made = file_request(
        by=people.adopter_idn,
        organisation=idn,
        problem="People walk from office to office for one permit",
        language="en",
        theme="one-stop services",
        preconditions=(PreconditionPart(kind="legal", text="Powers can be delegated"),),
        needed_by=date(2027, 6, 1),
        at=AT,
    )
    assert "smp-window" in [row.code for row in queries.matching(made, "en")]
    kor = Organisation.objects.get(code="KOR")
    own = PracticeRequest(organisation=kor, problem=made.problem, theme=made.theme)
    assert "smp-window" not in [row.code for row in queries.matching(own, "en")]  # it has that already
    close_request(by=people.adopter_idn, request=made, reason="Found.", at=LATER)
    given = {"by": people.adopter_idn, "request": made, "reason": "Again.", "at": LATER}
    assert refusal(close_request, **given) == "request-closed"


def test_requests_that_cannot_be_are_refused(people: People, idn: Organisation) -> None:
    given = {"by": people.adopter_idn, "organisation": idn, "problem": "p", "language": "id", "at": AT}
    assert refusal(file_request, **given | {"problem": " "}) == "practice-empty"
    assert refusal(file_request, **given | {"problem": "x" * 20_001}) == "too-long"
    assert refusal(file_request, **given | {"language": "x"}) == "language"
    assert refusal(file_request, theme="magic", **given) == "choice"
    assert refusal(file_request, needed_by=date(2020, 1, 1), **given) == "due-past"
    bad = (PreconditionPart(kind="luck", text="x"),)
    assert refusal(file_request, preconditions=bad, **given) == "choice"
    assert refusal(file_request, **given | {"by": people.adopter_vnm}) == "role-exchange"
    made = file_request(**given)
    again = {"by": people.adopter_vnm, "request": made, "reason": "x", "at": AT}
    assert refusal(close_request, **again) == "role-exchange"
    assert refusal(close_request, **again | {"by": people.adopter_idn, "reason": ""}) == "practice-empty"


def test_nobody_is_asked_before_they_consented(people: People, practice: Practice, idn: Organisation) -> None:
    given = {"by": people.adopter_idn, "practice": practice, "organisation": idn, "text": "How?", "at": AT}
    assert refusal(ask_owner, **given) == "nobody-to-ask"
    made = name_focal_point(
        by=people.officer,
        practice=practice,
        office="Window desk",
        languages=(),
        at=AT,
        person=people.owner_kor,
    )
    assert made.person is None  # another named them: that is no consent
    assert refusal(ask_owner, **given) == "nobody-to-ask"
    assert refusal(consent, by=people.adopter_idn, focal_point=made, at=AT) == "role-exchange"
    consent(by=people.owner_kor, focal_point=made, at=AT)
    assert refusal(consent, by=people.owner_kor, focal_point=made, at=AT) == "consented"

    ask_owner(**given)

    withdraw_consent(by=people.owner_kor, focal_point=made)
    assert refusal(ask_owner, **given) == "nobody-to-ask"
    assert refusal(withdraw_consent, by=people.owner_kor, focal_point=made) == "not-yours"


def test_pages_that_are_kept_learn_of_a_consent_that_is_withdrawn(
    people: People, practice: Practice, focal_point: FocalPoint
) -> None:
    other = FocalPoint.objects.create(
        practice=practice, office="Old desk", consented_at=LATER, since=AT, until=LATER
    )
    assert other.consented_at is not None  # the newest consent there is is another's
    before = state()
    withdraw_consent(by=people.owner_kor, focal_point=focal_point)
    assert state() != before


def test_a_question_and_its_answer_are_kept_and_seen_by_both_only(
    people: People, practice: Practice, focal_point: FocalPoint, idn: Organisation
) -> None:
    asked = ask_owner(
        by=people.adopter_idn, practice=practice, organisation=idn, text="How long did it take?", at=AT
    )
    answer(by=people.owner_kor, message=asked, text="Two years.", at=LATER)
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_by) == ("Two years.", people.owner_kor)
    view = queries.practice(practice.code, "en")
    assert view is not None
    assert view.focal_point is not None
    assert (view.focal_point.office, view.focal_point.asked, view.focal_point.last_contact) == (
        "Window desk",
        True,
        LATER,
    )
    again = {"by": people.owner_kor, "message": asked, "text": "More.", "at": LATER}
    assert refusal(answer, **again) == "answered"


def test_an_office_is_handed_over_and_the_old_one_answers_no_new_question(
    people: People, practice: Practice, focal_point: FocalPoint, idn: Organisation
) -> None:
    new = name_focal_point(
        by=people.owner_kor,
        practice=practice,
        office="New desk",
        languages=("ko",),
        at=LATER,
        person=people.owner_kor,
    )
    focal_point.refresh_from_db()
    assert (focal_point.until, new.person) == (LATER, people.owner_kor)
    assert refusal(consent, by=people.owner_kor, focal_point=focal_point, at=LATER) == "handed-over"
    asked = ask_owner(by=people.adopter_idn, practice=practice, organisation=idn, text="How?", at=LATER)
    assert asked.focal_point == new


def test_a_question_names_no_request_that_is_closed(
    people: People, practice: Practice, focal_point: FocalPoint, idn: Organisation
) -> None:
    made = file_request(by=people.adopter_idn, organisation=idn, problem="A queue", language="en", at=AT)
    given = {"practice": practice, "organisation": idn, "text": "How?", "request": made, "at": LATER}
    assert ask_owner(by=people.adopter_idn, **given).request == made
    close_request(by=people.adopter_idn, request=PracticeRequest.objects.get(), reason="Found.", at=LATER)
    assert refusal(ask_owner, by=people.adopter_idn, **given) == "request-closed"
    assert Message.objects.count() == 1


def test_nothing_of_it_is_in_the_record(
    people: People, practice: Practice, focal_point: FocalPoint, idn: Organisation
) -> None:
    before = Outbox.objects.count()
    made = file_request(by=people.adopter_idn, organisation=idn, problem="A queue", language="en", at=AT)
    ask_owner(by=people.adopter_idn, practice=practice, organisation=idn, text="How?", request=made, at=AT)
    assert Outbox.objects.count() == before


def test_the_database_refuses_nonsense(
    people: People, practice: Practice, focal_point: FocalPoint, idn: Organisation
) -> None:
    made = file_request(by=people.adopter_idn, organisation=idn, problem="A queue", language="en", at=AT)
    asked = ask_owner(by=people.adopter_idn, practice=practice, organisation=idn, text="How?", at=AT)
    for name, write in {
        "request_is_closed_with_a_reason": lambda: PracticeRequest.objects.update(closed_at=AT),
        "request_has_a_problem": lambda: PracticeRequest.objects.filter(pk=made.pk).update(problem=""),
        "one_focal_point_at_a_time": lambda: FocalPoint.objects.create(
            practice=practice, office="o", since=AT
        ),
        "focal_point_consented": lambda: FocalPoint.objects.filter(pk=focal_point.pk).update(
            consented_at=None
        ),
        "message_is_answered_whole": lambda: Message.objects.filter(pk=asked.pk).update(answer="x"),
    }.items():
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            write()
