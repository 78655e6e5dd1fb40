"""Who works in the exchange in tests: each role on each side, another organisation's, and nobody."""

from __future__ import annotations

from datetime import UTC, datetime

from teladan.exchange import services
from teladan.exchange.models import Adoption
from teladan.registry.models import Organisation, scope_named
from teladan.registry.services import add_person, give_role, give_second_factor
from tests.desk.conftest import PASSWORD, SECRET
from tests.exchange.conftest import sample

AT = datetime(2026, 11, 24, tzinfo=UTC)
PEOPLE = {
    "officer": [("exchange officer", "exchange")],
    "officer-kor": [("exchange officer", "KOR")],
    "officer-idn": [("exchange officer", "IDN")],
    "owner-kor": [("practice owner", "KOR")],
    "adopter-idn": [("adopter", "IDN")],
    "adopter-regency": [("adopter", "smp-a")],
    "adopter-vnm": [("adopter", "VNM")],
    "appraiser": [("appraiser", "exchange")],
    "publisher": [("publisher", "")],
    "nobody": [],
}


def come(*names: str):
    """Add some of them, or all, with password and second factor; return {name: person}."""
    found = {}
    for name in names or PEOPLE:
        person = add_person(email=f"{name}@node.example", name=f"Sdr. {name}", at=AT, password=PASSWORD)
        give_second_factor(person=person, secret=SECRET)
        for kind, series in PEOPLE[name]:
            give_role(person=person, kind=kind, scope=scope_named(kind, series), at=AT)
        found[name] = person
    return found


def begun(people) -> Adoption:
    """Add the sample practice, with its owner as the office that is asked, and an adoption of it."""
    practice = services.record_practice(by=people["officer"], content=sample(), at=AT)
    owner = people["owner-kor"]
    services.name_focal_point(
        by=owner, practice=practice, office="Unit", languages=["ko"], person=owner, at=AT
    )
    return services.begin_adoption(
        by=people["adopter-idn"],
        organisation=Organisation.objects.select_related("country").get(pk="IDN"),
        beginning=services.Beginning(
            adopter="Indonesia", name="Satu loket", language="id", parents=(("smp-window", 1, ""),)
        ),
        at=AT,
    )
