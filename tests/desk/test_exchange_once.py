"""Forms of the exchange's desk that are sent twice, as a browser sends them; lists of many rows."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from threading import Thread

import pytest
from django.db import connection

from teladan.exchange import services
from teladan.exchange.models import (
    Adoption,
    CheckIn,
    FocalPoint,
    Message,
    Modification,
    Observation,
    Practice,
    PracticeRequest,
)
from teladan.record.models import Outbox
from teladan.registry.models import Country, Organisation
from tests.desk.exchange_people import begun, come
from tests.desk.reading import page_of, text_of
from tests.desk.test_exchange import DESK, OBSERVATION, ONE, PRACTICE
from tests.exchange.conftest import registry, sample  # noqa: F401

AT = datetime(2026, 11, 24, tzinfo=UTC)
TWICE = "This was sent twice; it is kept once."
ADOPTION = f"{DESK}/adoptions/smp-window-idn"


@pytest.fixture
def people(registry):  # noqa: F811
    return come("officer", "owner-kor", "adopter-idn", "appraiser")


@pytest.fixture
def adoption(people):
    return begun(people)


def opened(client, address: str) -> dict[str, str]:
    """Open a form; return what tells it from the same one opened again."""
    found = re.search(r'name="once" value="([0-9a-f]{16})"', page_of(client.get(address)))
    assert found, address
    return {"once": found[1]}


FIGURE = {key: value for key, value in OBSERVATION.items() if key != "measure"}
FORMS = {  # what -> (who, where, what is typed, of what there is one more, what makes it another one)
    "a practice": ("officer", f"{DESK}/practices/new", PRACTICE, Practice, {"code": "smp-other"}),
    "an observation": ("owner-kor", f"{ONE}/observe", OBSERVATION, Observation, {"period": "2013"}),
    "a new claim": (
        "owner-kor",
        f"{ONE}/observe",
        OBSERVATION | {"measure": "new", "statement": "Faster.", "level": "outcome"},
        Observation,
        {"statement": "Cheaper."},
    ),
    "a check-in": ("owner-kor", f"{ONE}/check-in", {"due": "2030-01-31"}, CheckIn, None),
    "an office": (
        "owner-kor",
        f"{ONE}/focal-point",
        {"office": "Window Unit", "languages": ["ko"]},
        FocalPoint,
        {"office": "Reform Unit"},
    ),
    "a request": (
        "adopter-idn",
        f"{DESK}/requests/new",
        {"organisation": "IDN", "problem": "Paper.", "language": "id", "pre-count": "0"},
        PracticeRequest,
        {"problem": "Queues."},
    ),
    "a question": (
        "adopter-idn",
        f"{ONE}/ask",
        {"organisation": "IDN", "text": "Which law?"},
        Message,
        {"text": "Which budget?"},
    ),
    "an adoption": (
        "adopter-idn",
        f"{DESK}/adoptions/new",
        {
            "organisation": "IDN",
            "name": "Dua loket",
            "language": "id",
            "parent-count": "1",
            "parent-0-practice": "smp-window",
        },
        Adoption,
        {"name": "Tiga loket"},
    ),
    "a change": (
        "adopter-idn",
        f"{ADOPTION}/modify",
        {"element": "beside", "treatment": "kept", "what": "Open on Saturdays."},
        Modification,
        {"what": "Open on Sundays."},
    ),
    "an outcome": (
        "adopter-idn",
        f"{ADOPTION}/outcome",
        FIGURE | {"measure": "smp-window/share/m1", "moment": "before"},
        Observation,
        {"period": "2013"},
    ),
}


@pytest.mark.parametrize("what", FORMS)
def test_a_form_that_is_sent_twice_is_kept_once(what, adoption, client_of):
    who, address, typed, kind, other = FORMS[what]
    client = client_of(who)
    form = typed | opened(client, address)

    first = client.post(address, form)
    assert first.status_code == 302, text_of(first)
    kept, acts = kind.objects.count(), Outbox.objects.count()
    client.get(first.url)  # what was done is said once
    again = client.post(address, form)

    assert (again.status_code, again.url) == (302, first.url)
    assert TWICE in text_of(client.get(again.url))
    assert (kind.objects.count(), Outbox.objects.count()) == (kept, acts)
    if other:  # gone back, and something else written: another thing
        assert client.post(address, form | other).status_code == 302
        assert kind.objects.count() == kept + 1


@pytest.mark.parametrize(
    ("address", "typed", "rule"),
    [
        (f"{DESK}/questions/{{message}}", {"text": "The act of 2001."}, "answered"),
        (f"{ADOPTION}", {"stage": "assessed", "date": "2026-11-24"}, ""),
    ],
)
def test_what_can_be_done_once_only_is_not_refused_when_it_is_sent_twice(
    address, typed, rule, adoption, people, client_of
):
    organisation = Organisation.objects.select_related("country").get(pk="IDN")
    asked = services.ask_owner(
        by=people["adopter-idn"],
        practice=Practice.objects.get(pk="smp-window"),
        organisation=organisation,
        text="How?",
        at=AT,
    )
    address = address.format(message=asked.pk)
    client = client_of("owner-kor" if rule else "adopter-idn")
    form = typed | opened(client, address)
    assert client.post(address, form).status_code == 302
    acts = Outbox.objects.count()
    again = client.post(address, form, follow=True)
    assert TWICE in text_of(again)
    assert Outbox.objects.count() == acts


def test_a_form_that_was_sent_back_can_be_sent_again(adoption, client_of):
    client = client_of("owner-kor")
    form = OBSERVATION | opened(client, f"{ONE}/observe") | {"unit": ""}
    assert client.post(f"{ONE}/observe", form).status_code == 400
    assert client.post(f"{ONE}/observe", form).status_code == 400


def test_the_same_figure_of_the_same_source_is_on_record_already(adoption, client_of):
    """Also from a form that was opened anew, where nothing tells the two apart."""
    for _time in range(2):
        client = client_of("owner-kor")
        told = client.post(f"{ONE}/observe", OBSERVATION | opened(client, f"{ONE}/observe"), follow=True)
    assert "on record already; nothing was added" in text_of(told)
    assert Observation.objects.filter(period="2012").count() == 1
    other = OBSERVATION | {"evidence-title": "Audit 2014"}
    client_of("owner-kor").post(f"{ONE}/observe", other)
    assert Observation.objects.filter(period="2012").count() == 2


@pytest.mark.usefixtures("bound_database")
def test_two_that_arrive_at_the_same_moment_are_kept_once(sign_in):
    country = Country.objects.create(code="IDN", alpha2="ID", titles={"en": "Indonesia"})
    Organisation.objects.create(
        code="IDN", name="Indonesia", kind="country", country=country, search_text="indonesia"
    )
    come("adopter-idn")
    client = sign_in("adopter-idn@node.example")
    address = f"{DESK}/requests/new"
    form = {"organisation": "IDN", "problem": "Paper.", "language": "id", "pre-count": "0"}
    form |= opened(client, address)
    answers = []

    def send():
        answers.append(client.post(address, form).status_code)
        connection.close()

    senders = [Thread(target=send) for _time in range(4)]
    for each in senders:
        each.start()
    for each in senders:
        each.join()
    assert answers == [302] * 4
    assert PracticeRequest.objects.count() == 1
