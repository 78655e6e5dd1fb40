"""The lists of the exchange's desk ask the database as often for three rows as for one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from teladan.exchange import services
from teladan.exchange.services import Beginning
from teladan.registry.models import Organisation
from tests.desk.exchange_people import come
from tests.desk.test_exchange import DESK
from tests.exchange.conftest import registry, sample  # noqa: F401

AT = datetime(2026, 11, 24, tzinfo=UTC)
PLACES = ["practices/", "adoptions/", "requests/", ""]


@pytest.fixture
def people(registry):  # noqa: F811
    return come("officer", "owner-kor", "adopter-idn", "nobody")


def more(people, number):
    """Add a practice with its office, an adoption of it, a request and a question."""
    code = f"smp-{number}"
    practice = services.record_practice(by=people["officer"], content=sample(code), at=AT)
    owner, adopter = people["owner-kor"], people["adopter-idn"]
    services.name_focal_point(
        by=owner, practice=practice, office="Unit", languages=["ko"], person=owner, at=AT
    )
    organisation = Organisation.objects.select_related("country").get(pk="IDN")
    services.begin_adoption(
        by=adopter,
        organisation=organisation,
        beginning=Beginning(adopter="Indonesia", name="Satu", language="id", parents=((code, 1, ""),)),
        at=AT,
    )
    services.file_request(
        by=adopter, organisation=organisation, problem="Paper everywhere.", language="en", at=AT
    )
    services.ask_owner(by=adopter, practice=practice, organisation=organisation, text="How?", at=AT)
    services.ask_check_in(by=owner, practice=practice, due=AT.date(), at=AT)


@pytest.mark.parametrize("who", ["officer", "owner-kor", "adopter-idn"])
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
