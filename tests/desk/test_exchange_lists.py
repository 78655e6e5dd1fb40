"""The lists of the exchange's desk ask the database as often for three rows as for one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from teladan.config import clock
from teladan.desk import pages
from teladan.exchange import rules, services
from teladan.exchange.models import Appraisal
from teladan.exchange.services import Beginning
from teladan.registry.models import Organisation, Person
from tests.desk.exchange_people import PEOPLE, come
from tests.desk.reading import page_of, text_of
from tests.desk.test_exchange import DESK
from tests.exchange.conftest import registry, sample  # noqa: F401

AT = datetime(2026, 11, 24, tzinfo=UTC)
PLACES = ["practices/", "adoptions/", "requests/", ""]


@pytest.fixture
def people(registry):  # noqa: F811
    return come("officer", "owner-kor", "adopter-idn", "appraiser", "nobody")


def more(people, number):
    """Add a practice with its office, an adoption of it, a request and a question."""
    code = f"smp-{number}"
    practice = services.record_practice(by=people["officer"], content=sample(code), at=AT)
    owner, adopter = people["owner-kor"], people["adopter-idn"]
    services.name_focal_point(
        by=owner, practice=practice, office="Unit", languages=["ko"], person=owner, at=AT
    )
    organisation = Organisation.objects.select_related("country").get(pk="IDN")
    adoption = services.begin_adoption(
        by=adopter,
        organisation=organisation,
        beginning=Beginning(adopter="Indonesia", name="Satu", language="id", parents=((code, 1, ""),)),
        at=AT,
    )
    services.file_request(
        by=adopter, organisation=organisation, problem=f"Paper everywhere {number}.", language="en", at=AT
    )
    services.ask_owner(by=adopter, practice=practice, organisation=organisation, text="How?", at=AT)
    services.ask_check_in(by=owner, practice=practice, due=AT.date(), at=AT)
    services.appraise(
        by=people["appraiser"],
        adoption=adoption,
        completion="limited",
        fidelity="adapted",
        results="not seen",
        text="Seen on site.",
        language="en",
        at=AT,
    )


@pytest.mark.parametrize("who", ["officer", "owner-kor", "adopter-idn", "appraiser"])
def test_three_rows_cost_what_one_does(who, people, sign_in):
    client = sign_in(f"{who}@node.example")
    more(people, 1)
    counts = {}
    for number in (1, 3):
        for place in PLACES:
            with CaptureQueriesContext(
                connection,
            ) as asked:
                assert client.get(f"{DESK}/{place}").status_code == 200
            counts.setdefault(place, []).append(len(asked))
        if number == 1:
            more(people, 2)
            more(people, 3)
    assert {place: one for place, (one, three) in counts.items() if one != three} == {}


def test_who_has_no_role_of_the_exchange_is_asked_about_nothing_of_it(people, sign_in):
    client = sign_in("nobody@node.example")
    more(people, 1)
    with CaptureQueriesContext(connection) as asked:
        client.get(f"{DESK}/")
    assert not [each["sql"] for each in asked if "exchange_" in each["sql"]]


@pytest.mark.parametrize("who", list(PEOPLE))
def test_to_whom_a_reply_is_open_is_the_same_as_a_filter(who, registry):  # noqa: F811
    """What waits is asked of the database by the filter; whether one may is said by the rule."""
    people = come()
    more(people, 1)
    one = Appraisal.objects.get()
    person = Person.objects.get(email=f"{who}@node.example")
    for each in (person, people["appraiser"]):
        listed = Appraisal.objects.filter(rules.replies_open_to(each, at=clock.now())).exists()
        assert listed == (rules.may_reply(each, one, at=clock.now()) is None)
    services.reply(by=people["owner-kor"], appraisal=one, text="We agree.", at=AT)
    assert not Appraisal.objects.filter(rules.replies_open_to(person, at=clock.now())).exists()


@pytest.fixture
def short_lists(monkeypatch):
    monkeypatch.setattr(pages, "LISTED", 2)


LISTS = {  # list -> (who, what each row says, the name of its page in the address)
    "practices/": ("nobody", "/desk/practices/smp-{n}", "page"),
    "adoptions/": ("adopter-idn", "/desk/adoptions/smp-{n}-idn", "page"),
    "requests/": ("officer", "Paper everywhere {n}.", "page"),
    "requests/ of questions": ("owner-kor", "about One window smp-{n} ", "questions"),
}


@pytest.mark.parametrize("place", LISTS)
def test_a_long_list_has_pages(place, people, sign_in, short_lists):
    who, row, name = LISTS[place]
    for number in (1, 2, 3):
        more(people, number)
    client = sign_in(f"{who}@node.example")
    address = f"{DESK}/{place.partition(' ')[0]}"

    def shown(query):
        answer = client.get(address + query)
        said = page_of(answer) if row.startswith("/") else text_of(answer)
        return {number for number in (1, 2, 3) if row.format(n=number) in said}

    assert "Page 1 of 2" in text_of(client.get(address))
    first, second = shown(f"?{name}=1"), shown(f"?{name}=2")
    assert (len(first), len(second)) == (2, 1)
    assert first | second == {1, 2, 3}
    assert shown(f"?{name}=99") == second
    for wrong in ("0", "-1", "two", "9" * 20):
        assert client.get(f"{address}?{name}={wrong}").status_code == 404


def test_the_pages_of_one_list_leave_the_other_where_it_is(people, sign_in, short_lists):
    for number in (1, 2, 3):
        more(people, number)
    page = page_of(sign_in("owner-kor@node.example").get(f"{DESK}/requests/?page=2"))
    assert 'href="?page=1#wanted"' in page
    assert 'href="?page=2&amp;questions=2#asked"' in page
