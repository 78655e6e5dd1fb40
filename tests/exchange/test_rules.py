"""Every rule for every role and side, and the filters that must say the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta

import pytest

from teladan.exchange import adoption_checks, rules
from teladan.exchange.adoption_degree import STAGES
from teladan.exchange.models import Adoption, Appraisal, FocalPoint, Message, Practice, PracticeRequest
from teladan.exchange.services import (
    Beginning,
    answer,
    appraise,
    ask_owner,
    begin_adoption,
    consent,
    file_request,
    name_focal_point,
    withdraw_consent,
)
from teladan.publication import rules as publishing
from teladan.publication.models import Preparation
from teladan.registry.models import Organisation, Person, Role
from teladan.registry.refusals import Reason
from teladan.registry.services import end_person
from tests.exchange.conftest import AT, People, person, refusal

IDN, KOR, REGENCY = "IDN", "KOR", "smp-a"


@pytest.fixture
def adoption(people: People, practice: Practice) -> Adoption:
    """Begun by the regency's adopter."""
    return begin_adoption(
        by=people.adopter_regency,
        organisation=Organisation.objects.get(code=REGENCY),
        beginning=Beginning(
            adopter="Kab. Sample A", name="Loket", language="id", parents=((practice.code, 1, ""),)
        ),
        at=AT,
    )


@pytest.fixture
def appraisal(people: People, adoption: Adoption) -> Appraisal:
    return appraise(
        by=people.appraiser,
        adoption=adoption,
        completion="limited",
        fidelity="adapted",
        results="none",
        text="Seen.",
        language="en",
        at=AT,
    )


@pytest.fixture
def focal_point(people: People, practice: Practice) -> FocalPoint:
    made = name_focal_point(by=people.officer, practice=practice, office="Desk 1", languages=("ko",), at=AT)
    return consent(by=people.owner_kor, focal_point=made, at=AT)


def allowed(people: People, rule: Callable[[Person], Reason | None]) -> set[str]:
    """Return the names of those whom a rule lets; each other one gets a reason with a rule's name."""
    found = set()
    for each in fields(people):
        reason = rule(getattr(people, each.name))
        if reason is None:
            found.add(each.name)
        else:
            assert reason.rule
            assert str(reason)
    return found


def organisation(code: str) -> Organisation:
    return Organisation.objects.get(code=code)


def test_who_records_revises_and_translates(people: People, practice: Practice) -> None:
    assert allowed(people, lambda by: rules.may_record(by, organisation(KOR), at=AT)) == {
        "officer",
        "officer_kor",
    }
    assert allowed(people, lambda by: rules.may_revise(by, practice, at=AT)) == {
        "officer",
        "officer_kor",
        "owner_kor",
    }
    assert allowed(people, lambda by: rules.may_translate(by, practice, at=AT)) == {
        "officer",
        "officer_kor",
        "officer_idn",
        "owner_kor",
        "adopter_idn",
        "adopter_regency",
        "adopter_vnm",
        "appraiser_and_adopter",
    }


def test_who_adopts(people: People, adoption: Adoption) -> None:
    side = {"officer", "officer_idn", "adopter_idn", "appraiser_and_adopter"}
    of_regency = rules.scope_of_organisation(organisation(REGENCY))
    assert allowed(people, lambda by: rules.may_adopt(by, of_regency, at=AT)) == {
        *side,
        "adopter_regency",
    }
    assert allowed(people, lambda by: rules.may_move(by, adoption, at=AT)) == {
        *side,
        "adopter_regency",
    }
    of_country = rules.scope_of_organisation(organisation(IDN))
    assert allowed(people, lambda by: rules.may_adopt(by, of_country, at=AT)) == side


def test_an_appraiser_stands_apart(people: People, adoption: Adoption) -> None:
    assert allowed(people, lambda by: rules.may_appraise(by, adoption, at=AT)) == {"appraiser"}
    reason = rules.may_appraise(people.appraiser_and_adopter, adoption, at=AT)
    assert reason is not None
    assert reason.rule == "appraiser-apart"


def test_an_appraiser_who_wrote_of_it_is_not_apart(people: People, adoption: Adoption) -> None:
    adoption.stages.update(by=people.appraiser)
    reason = rules.may_appraise(people.appraiser, adoption, at=AT)
    assert reason is not None
    assert reason.rule == "appraiser-apart"


def test_who_replies(people: People, appraisal: Appraisal) -> None:
    assert allowed(people, lambda by: rules.may_reply(by, appraisal, at=AT)) == {
        "officer",
        "officer_idn",
        "owner_kor",
        "adopter_idn",
        "adopter_regency",
        "appraiser_and_adopter",
    }


def test_who_asks_and_answers(people: People, practice: Practice, focal_point: FocalPoint) -> None:
    assert allowed(people, lambda by: rules.may_request(by, organisation(REGENCY), at=AT)) == {
        "officer",
        "officer_idn",
        "adopter_idn",
        "adopter_regency",
        "appraiser_and_adopter",
    }
    assert "adopter_regency" in allowed(
        people, lambda by: rules.may_ask(by, focal_point, organisation(REGENCY), at=AT)
    )
    assert allowed(people, lambda by: rules.may_ask(by, None, organisation(REGENCY), at=AT)) == set()
    message = ask_owner(
        by=people.adopter_regency,
        practice=practice,
        organisation=organisation(REGENCY),
        text="How?",
        at=AT,
    )
    assert allowed(people, lambda by: rules.may_answer(by, message, at=AT)) == {"owner_kor"}
    assert allowed(people, lambda by: rules.may_see_message(by, message, at=AT)) == {
        "owner_kor",
        "adopter_regency",
    }


def test_who_may_agree_to_be_asked(people: People, practice: Practice) -> None:
    """An officer names an office, of whatever body; only who belongs to it agrees to be asked there."""
    anywhere = person("owner anywhere", ("practice owner", "exchange"))
    regency = person("owner regency", ("practice owner", REGENCY))
    made = name_focal_point(by=people.officer, practice=practice, office="Desk 1", languages=("ko",), at=AT)
    assert allowed(people, lambda by: rules.may_consent(by, made, at=AT)) == {"owner_kor"}
    assert allowed(people, lambda by: rules.may_answer_for(by, practice, at=AT)) == {"owner_kor"}
    for by in (anywhere, regency):
        reason = rules.may_consent(by, made, at=AT)
        assert reason is not None
        assert reason.rule == "role-exchange"
    for by in (people.officer, people.officer_kor, anywhere):
        given = {"by": by, "practice": practice, "office": "Desk 2", "languages": (), "at": AT, "person": by}
        assert refusal(name_focal_point, **given) == "role-exchange"
    made.refresh_from_db()
    assert made.until is None  # a refused naming hands nothing over


def test_a_hand_over_takes_what_was_asked_along(
    people: People, practice: Practice, focal_point: FocalPoint
) -> None:
    """Who left reads and answers nothing of it, whatever role they keep; the successor has all of it."""
    kor = ("practice owner", KOR)
    successor, beside = person("successor", kor), person("beside", kor)
    ask = {"practice": practice, "organisation": organisation(REGENCY), "at": AT}
    message = ask_owner(by=people.adopter_regency, text="How?", **ask)
    read = lambda by: rules.may_see_message(by, message, at=AT)  # noqa: E731
    write = lambda by: rules.may_answer(by, message, at=AT)  # noqa: E731

    def others() -> dict[str, tuple[bool, bool, bool]]:
        """Return for each owner whether they read it, answer it, and find it in their list."""
        return {
            by.name: (
                read(by) is None,
                write(by) is None,
                Message.objects.filter(rules.messages_visible_to(by, at=AT), pk=message.pk).exists(),
            )
            for by in (people.owner_kor, successor, beside)
        }

    yes, no = (True, True, True), (False, False, False)
    assert others() == {"owner kor": yes, "successor": yes, "beside": yes}

    new = name_focal_point(by=people.officer, practice=practice, office="Desk 2", languages=(), at=AT)
    assert others() == {"owner kor": no, "successor": yes, "beside": yes}  # nobody agreed yet
    consent(by=successor, focal_point=new, at=AT)
    assert others() == {"owner kor": no, "successor": yes, "beside": yes}
    for rule in (read, write):
        assert allowed(people, rule) == ({"adopter_regency"} if rule is read else set())
        reason = rule(people.owner_kor)
        assert reason is not None
        assert reason.rule == "handed-over"
    Role.objects.filter(person=successor).update(until=AT)
    assert others()["successor"] == yes  # they agreed, and were not succeeded
    given = {"message": message, "text": "Two years.", "at": AT}
    assert refusal(answer, by=people.owner_kor, **given) == "handed-over"
    assert refusal(withdraw_consent, by=people.owner_kor, focal_point=focal_point) == "handed-over"
    answer(by=successor, **given)
    message.refresh_from_db()
    new.refresh_from_db()
    assert new.last_contact == AT
    own = ask_owner(by=people.officer, text="And?", **ask)
    Message.objects.filter(pk=own.pk).update(by=people.owner_kor)
    own.refresh_from_db()
    assert rules.may_see_message(people.owner_kor, own, at=AT) is None  # what they asked themselves

    name_focal_point(
        by=people.owner_kor, practice=practice, office="D", languages=(), at=AT, person=people.owner_kor
    )
    assert others() == {"owner kor": (True, False, True), "successor": no, "beside": (True, False, True)}


def test_what_is_seen_and_what_the_filters_find_is_the_same(
    people: People, practice: Practice, focal_point: FocalPoint
) -> None:
    for by, code in (
        (people.adopter_regency, REGENCY),
        (people.adopter_vnm, "VNM"),
        (people.officer_kor, KOR),
    ):
        file_request(by=by, organisation=organisation(code), problem="A queue", language="en", at=AT)
        ask_owner(by=by, practice=practice, organisation=organisation(code), text="How?", at=AT)
    seen = {}
    for each in fields(people):
        person = getattr(people, each.name)
        for model, one, many in (
            (PracticeRequest, rules.may_see_request, rules.requests_visible_to),
            (Message, rules.may_see_message, rules.messages_visible_to),
        ):
            told = {row.pk for row in model.objects.all() if one(person, row, at=AT) is None}  # type: ignore[operator]
            found = set(model.objects.filter(many(person, at=AT)).values_list("pk", flat=True))
            assert told == found, (each.name, model)
            seen[each.name, model.__name__] = len(found)
    name_focal_point(by=people.officer, practice=practice, office="Desk 2", languages=(), at=AT)
    for each in fields(people):
        by = getattr(people, each.name)
        told = {row.pk for row in Message.objects.all() if rules.may_see_message(by, row, at=AT) is None}
        assert told == set(
            Message.objects.filter(rules.messages_visible_to(by, at=AT)).values_list("pk", flat=True)
        )
        assert (each.name == "owner_kor") == (len(told) != seen[each.name, "Message"])
    assert seen["adopter_idn", "PracticeRequest"] == 1  # its country's regency
    assert seen["adopter_vnm", "PracticeRequest"] == 1
    assert seen["officer_kor", "PracticeRequest"] == 3
    assert seen["owner_kor", "Message"] == 3
    assert seen["officer", "Message"] == 0  # private to both
    assert seen["publisher", "PracticeRequest"] == 0


def test_an_ended_role_and_an_inactive_person_may_nothing(people: People, practice: Practice) -> None:
    Role.objects.filter(person=people.owner_kor).update(until=AT - timedelta(seconds=1))
    assert rules.may_revise(Person.objects.get(pk=people.owner_kor.pk), practice, at=AT) is not None
    end_person(person=people.officer, at=AT)
    assert rules.may_revise(Person.objects.get(pk=people.officer.pk), practice, at=AT) is not None
    Role.objects.filter(person=people.officer_kor).update(since=AT + timedelta(days=1))
    assert rules.may_revise(Person.objects.get(pk=people.officer_kor.pk), practice, at=AT) is not None


def test_a_role_of_the_exchange_shows_nothing_of_publications_under_way(people: People) -> None:
    """The rooms share the table of roles: no role here may open anything there."""
    found = Preparation.objects.create(
        code="smp-2024",
        number=1,
        kind="reported",
        series="spbe",
        titles={},
        drafted_at=AT,
        drafted_by=people.publisher,
        results_sha256="0" * 64,
        made_from="0" * 64,
    )
    for each in fields(people):
        person = getattr(people, each.name)
        seen = Preparation.objects.filter(publishing.visible_to(person, at=AT), pk=found.pk).exists()
        assert seen == (each.name == "publisher"), each.name
        assert (publishing.may_see(person, "spbe", at=AT) is None) == seen


def test_every_role_is_a_word_that_is_translated() -> None:
    assert set(rules.WORDS) == {str(kind) for kind in rules.KINDS}


def test_every_stage_is_a_word_that_is_translated() -> None:
    assert adoption_checks.WORDS == STAGES
