"""Requests on the desk, asking owners, answering, and the office that answers: private, and by consent."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from teladan.exchange import services
from teladan.exchange.models import FocalPoint, Message, PracticeRequest
from teladan.record.models import Outbox
from teladan.registry.models import Organisation, Person
from tests.desk.exchange_people import PEOPLE, come
from tests.desk.reading import page_of, rule_of, text_of
from tests.desk.test_exchange import DESK, errors_of, sent_back
from tests.exchange.conftest import registry, sample  # noqa: F401

AT = datetime(2026, 11, 24, tzinfo=UTC)
ASK = f"{DESK}/practices/smp-window/ask"
FOCAL = f"{DESK}/practices/smp-window/focal-point"


@pytest.fixture
def people(registry):  # noqa: F811
    return come()


@pytest.fixture
def practice(people):
    return services.record_practice(by=people["officer"], content=sample(), at=AT)


@pytest.fixture
def office(practice, people):
    return services.name_focal_point(
        by=people["owner-kor"],
        practice=practice,
        office="Window Unit",
        languages=["ko", "en"],
        person=people["owner-kor"],
        at=AT,
    )


@pytest.fixture
def request_(practice, people):
    return services.file_request(
        by=people["adopter-idn"],
        organisation=Organisation.objects.select_related("country").get(pk="IDN"),
        problem="People go from office to office.",
        language="en",
        theme="one-stop services",
        at=AT,
    )


WANTED = {
    "organisation": "IDN",
    "problem": "People go from office to office.",
    "theme": "one-stop services",
    "language": "id",
    "needed_by": "2030-06-30",
    "pre-count": "1",
    "pre-0-kind": "legal",
    "pre-0-text": "Powers lie with the regent.",
}
FILERS = {"officer", "officer-idn", "adopter-idn"}
SEERS = {"officer", "officer-kor", "officer-idn", "owner-kor", "adopter-idn"}
ASKED = {"officer", "officer-idn", "adopter-idn"}


def test_who_files_a_request(practice, client_of):
    for name in PEOPLE:
        answer = client_of(name).post(f"{DESK}/requests/new", WANTED)
        if name in FILERS:
            assert answer.status_code == 302, (name, text_of(answer))
        else:
            assert (name, answer.status_code, rule_of(answer)) == (name, 403, "role-exchange")
    assert PracticeRequest.objects.count() == len(FILERS)
    assert not Outbox.objects.filter(kind="request").exists()


def test_who_sees_a_request(request_, client_of):
    for name in PEOPLE:
        answer = client_of(name).get(f"{DESK}/requests/{request_.pk}")
        assert answer.status_code == (200 if name in SEERS else 404), name
        listed = "People go from office to office." in text_of(client_of(name).get(f"{DESK}/requests/"))
        assert listed == (name in SEERS), name


def test_who_asks_and_who_sees_the_question(request_, office, client_of):
    for name in PEOPLE:
        there = f"{ASK}?request={request_.pk}" if name in SEERS else ASK
        answer = client_of(name).post(there, {"organisation": "IDN", "text": f"From {name}?"})
        if name in ASKED:
            assert answer.status_code == 302, (name, text_of(answer))
        else:
            assert (name, answer.status_code, rule_of(answer)) == (name, 403, "role-exchange")
    assert Message.objects.count() == len(ASKED)
    asked = Message.objects.get(by__email="adopter-idn@node.example")
    for name in PEOPLE:
        answer = client_of(name).get(f"{DESK}/questions/{asked.pk}")
        assert answer.status_code == (200 if name in {"adopter-idn", "owner-kor"} else 404), name


def test_from_a_request_to_the_owner_and_back(office, client_of):
    adopter, officer, owner = map(client_of, ("adopter-idn", "officer-idn", "owner-kor"))
    filed = adopter.post(f"{DESK}/requests/new", WANTED, follow=True)
    assert "The request is filed." in text_of(filed)
    assert "One window" in text_of(filed)
    made = PracticeRequest.objects.get()
    assert (made.needed_by, made.preconditions) == (
        date(2030, 6, 30),
        [{"kind": "legal", "text": "Powers lie with the regent."}],
    )
    assert "Match a request" in text_of(officer.get(f"{DESK}/"))

    form = officer.get(f"{ASK}?request={made.pk}")
    assert sent_back(form)["organisation"] == "IDN"
    assert sent_back(form)["text"] == made.problem
    officer.post(f"{ASK}?request={made.pk}", {"organisation": "IDN", "text": "Which law?"})
    assert "Match a request" not in text_of(officer.get(f"{DESK}/"))
    assert "Answer a question about One window smp-window" in text_of(owner.get(f"{DESK}/"))

    asked = Message.objects.get()
    assert asked.request == made
    owner.post(f"{DESK}/questions/{asked.pk}", {"text": "The act of 2001."})
    assert "The act of 2001." in text_of(officer.get(f"{DESK}/questions/{asked.pk}"))
    assert rule_of(owner.post(f"{DESK}/questions/{asked.pk}", {"text": "Again."})) == "answered"

    closed = adopter.post(f"{DESK}/requests/{made.pk}", {"reason": "Found."}, follow=True)
    assert "Closed" in text_of(closed)
    assert PracticeRequest.objects.get().closed_reason == "Found."


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"problem": ""}, "id_problem"),
        ({"needed_by": "soon"}, "id_needed_by"),
        ({"needed_by": "2020-01-01"}, "id_needed_by"),
        ({"theme": "magic"}, "id_theme"),
        ({"organisation": ""}, "id_organisation"),
        ({"organisation": "Sample"}, None),
        ({"pre-0-text": ""}, "id_pre-0-text"),
    ],
)
def test_a_request_that_lacks_something_is_sent_back(change, place, practice, client_of):
    answer = client_of("officer").post(f"{DESK}/requests/new", WANTED | change)
    if place is None:  # the one organisation with this word in its name
        assert PracticeRequest.objects.get().organisation_id == "smp-a"
        return
    assert answer.status_code == 400
    assert [where for where, _text in errors_of(answer)] == [place]
    assert not PracticeRequest.objects.exists()


def test_several_organisations_of_one_name_are_offered_by_code(practice, client_of):
    first = Organisation.objects.get(pk="smp-a")
    Organisation.objects.create(
        code="smp-b", name="Kab. Sample B", kind="regency", country=first.country, search_text="kab sample b"
    )
    answer = client_of("officer").post(f"{DESK}/requests/new", WANTED | {"organisation": "sample"})
    ((place, text),) = errors_of(answer)
    assert place == "id_organisation"
    assert "smp-a (Kab. Sample A); smp-b (Kab. Sample B)" in text


def test_nobody_is_asked_who_has_not_agreed(practice, people, client_of):
    typed = {"organisation": "IDN", "text": "Which law?"}
    assert rule_of(client_of("adopter-idn").post(ASK, typed)) == "nobody-to-ask"
    client_of("officer-kor").post(FOCAL, {"office": "Window Unit", "languages": ["ko"]})
    assert rule_of(client_of("adopter-idn").post(ASK, typed)) == "nobody-to-ask"
    owner = client_of("owner-kor")
    assert "Agree to be asked about One window smp-window" in text_of(owner.get(f"{DESK}/"))
    owner.post(f"{FOCAL}/consent")
    assert client_of("adopter-idn").post(ASK, typed).status_code == 302
    owner.post(f"{FOCAL}/consent", {"withdraw": "yes"})
    assert rule_of(client_of("adopter-idn").post(ASK, typed)) == "nobody-to-ask"


def test_only_a_handed_over_office_is_said_to_be_handed_over(practice, client_of):
    typed = {"office": "Window Unit", "languages": ["ko"]}
    first = text_of(client_of("owner-kor").post(FOCAL, typed, follow=True))
    assert "The office is named." in first
    assert "The one before it is handed over." not in first
    second = text_of(client_of("owner-kor").post(FOCAL, typed | {"office": "Reform Unit"}, follow=True))
    assert "The one before it is handed over." in second


def test_an_office_is_handed_over(office, client_of):
    client_of("owner-kor").post(FOCAL, {"office": "Reform Unit", "languages": ["ko", "en"], "me": "yes"})
    rows = FocalPoint.objects.order_by("pk")
    assert [(each.office, each.until is None, each.person is not None) for each in rows] == [
        ("Window Unit", False, True),
        ("Reform Unit", True, True),
    ]
    assert "Handed over" in text_of(client_of("nobody").get(FOCAL))
    assert "Sdr. owner-kor" not in page_of(client_of("nobody").get(FOCAL))


@pytest.mark.parametrize(
    ("typed", "place"), [({"office": ""}, "id_office"), ({"languages": ["klingon"]}, "id_languages")]
)
def test_an_office_that_lacks_something_is_sent_back(typed, place, practice, client_of):
    answer = client_of("owner-kor").post(FOCAL, {"office": "Unit", "languages": ["ko"], "me": "yes"} | typed)
    assert answer.status_code == 400
    assert 'name="me" value="yes" checked' in page_of(answer)
    assert ('name="languages" value="ko" checked' in page_of(answer)) == ("languages" not in typed)
    assert [where for where, _text in errors_of(answer)] == [place]
    assert not FocalPoint.objects.exists()


def test_a_request_in_one_language_finds_a_practice_in_another(practice, people, client_of):
    from teladan.search import services as index
    from teladan.search.model import Unavailable, embedder

    try:
        model = embedder()
    except Unavailable as reason:
        pytest.skip(str(reason))
    korean = sample(
        "smp-complaints",
        language="ko",
        problem="국민이 민원을 어디에 제기할지 몰랐다.",
        does="국민 민원과 제안을 하나의 온라인 창구에서 접수하고 처리한다.",
        titles={"ko": "국민신문고"},
        theme="participation and complaints",
        claims=(),
    )
    services.record_practice(by=people["officer"], content=korean, at=AT)
    wanted = WANTED | {"problem": "Pengaduan dan usulan warga belum diterima secara daring.", "theme": ""}
    client = client_of("adopter-idn")
    link = f'href="{DESK}/practices/smp-complaints"'
    before = client.post(f"{DESK}/requests/new", wanted, follow=True)
    assert "practices in other languages are not searched by meaning" in text_of(before)
    assert link not in page_of(before)

    index.index(at=AT, model=model, kinds=frozenset({"practice"}))

    after = client.get(f"{DESK}/requests/{PracticeRequest.objects.get().pk}")
    assert "Found across languages by meaning" in text_of(after)
    assert "alike in meaning" in text_of(after)
    assert link in page_of(after)


ASKING = {"officer", "officer-idn", "officer-kor", "adopter-idn", "adopter-regency", "adopter-vnm"}


def test_the_form_to_ask_opens_only_to_who_can_be_heard(practice, client_of):
    """Who would be refused reads why in place of the form, before they write."""
    for name in PEOPLE:
        said = text_of(client_of(name).get(ASK))
        lacking = "No office of this practice has consented to be asked." in said
        assert (lacking, "This needs the role" in said) == (name in ASKING, name not in ASKING), name
        assert 'name="text"' not in page_of(client_of(name).get(ASK)), name
    FocalPoint.objects.create(
        practice=practice,
        office="Unit",
        languages=["ko"],
        since=AT,
        consented_at=AT,
        person=Person.objects.get(email="owner-kor@node.example"),
    )
    for name in PEOPLE:
        assert ('name="text"' in page_of(client_of(name).get(ASK))) == (name in ASKING), name


def test_the_form_to_ask_for_a_request_opens_only_to_its_side(request_, office, client_of):
    about = f"{ASK}?request={request_.pk}"
    page = f"{DESK}/requests/{request_.pk}"
    for name in SEERS:
        assert ('name="text"' in page_of(client_of(name).get(about))) == (name in ASKED), name
        assert (f'href="{about}"' in page_of(client_of(name).get(page))) == (name in ASKED), name
