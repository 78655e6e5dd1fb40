"""The exchange with a registry of four countries, its persons, and a sample practice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from teladan.exchange.content import (
    ClaimPart,
    Content,
    CorePart,
    EvidencePart,
    MeasurePart,
    ObservationPart,
    PreconditionPart,
)
from teladan.exchange.models import Adoption, Observation, Practice
from teladan.registry.models import Country, Organisation, Person, Role, scope_named
from teladan.registry.refusals import Refused

AT = datetime(2026, 11, 24, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
COUNTRIES = {
    "KOR": ("KR", "Republic of Korea", "Republik Korea", "대한민국"),
    "IDN": ("ID", "Indonesia", "Indonesia", "인도네시아"),
    "VNM": ("VN", "Viet Nam", "Vietnam", "베트남"),
    "EST": ("EE", "Estonia", "Estonia", "에스토니아"),
}


@pytest.fixture
def registry(db: None) -> None:
    """Four countries, each an organisation too, and one regency; nothing that the run loaded before."""
    if Practice.objects.filter(code="kor-koneps").exists():
        for loaded in (Observation, Adoption, Practice):
            loaded.objects.all().delete()
    for code, (alpha2, en, id_, ko) in COUNTRIES.items():
        country, _ = Country.objects.get_or_create(
            code=code, defaults={"alpha2": alpha2, "titles": {"en": en, "id": id_, "ko": ko}}
        )
        Organisation.objects.get_or_create(
            code=code, defaults={"name": en, "kind": "country", "country": country, "search_text": en.lower()}
        )
    Organisation.objects.get_or_create(
        code="smp-a",
        defaults={
            "name": "Kab. Sample A",
            "language": "id",
            "kind": "regency",
            "country_id": "IDN",
            "search_text": "kab sample a",
        },
    )


def person(name: str, *roles: tuple[str, str]) -> Person:
    """Make a sample person with roles, each with what it is for."""
    made = Person.objects.create_user(
        f"{name}@exchange.invalid".replace(" ", "-").lower(), name=name, is_sample=True, joined_at=AT
    )
    for kind, series in roles:
        scope = scope_named(kind, series)
        Role.objects.create(person=made, kind=kind, scope_kind=scope.kind, scope_code=scope.code, since=AT)
    return made


@dataclass
class People:
    """One person for each role and side, those of another organisation, and those of publishing."""

    officer: Person  # of the whole exchange
    officer_kor: Person
    officer_idn: Person
    owner_kor: Person
    adopter_idn: Person
    adopter_regency: Person
    adopter_vnm: Person
    appraiser: Person
    appraiser_and_adopter: Person
    publisher: Person
    nobody: Person


@pytest.fixture
def people(registry: None) -> People:
    """Make them."""
    return People(
        officer=person("officer", ("exchange officer", "exchange")),
        officer_kor=person("officer kor", ("exchange officer", "KOR")),
        officer_idn=person("officer idn", ("exchange officer", "IDN")),
        owner_kor=person("owner kor", ("practice owner", "KOR")),
        adopter_idn=person("adopter idn", ("adopter", "IDN")),
        adopter_regency=person("adopter regency", ("adopter", "smp-a")),
        adopter_vnm=person("adopter vnm", ("adopter", "VNM")),
        appraiser=person("appraiser", ("appraiser", "exchange")),
        appraiser_and_adopter=person("both", ("appraiser", "exchange"), ("adopter", "IDN")),
        publisher=person(
            "publisher", ("publisher", ""), ("second publisher", ""), ("coordinator", ""), ("observer", "")
        ),
        nobody=person("nobody"),
    )


SEEN = ObservationPart(
    value="73",
    unit="%",
    period="2010",
    baseline="55% in 2004",
    evidence=(EvidencePart(type="self-report", address="https://example.org/a"),),
)


def sample(code: str = "smp-window", **changes: Any) -> Content:
    """Return a practice with three core elements, a precondition and one figure on self-report."""
    made = Content(
        code=code,
        country="KOR",
        owner="KOR",
        agency="Sample Agency",
        theme="one-stop services",
        track="institutional and economic reform",
        language="en",
        name="하나의 창구",
        name_language="ko",
        titles={"en": "One window"},
        status="operating",
        problem="People went from office to office.",
        does="All services stand behind one counter.",
        since="2002",
        core=(
            CorePart(code="counter", text="One counter", weight="must keep", reason="It is the point."),
            CorePart(code="hours", text="Long hours", weight="adaptable", reason="Habits differ."),
            CorePart(code="tea", text="Tea is served", weight="optional", reason="It is kind."),
        ),
        preconditions=(PreconditionPart(kind="legal", text="Powers can be delegated."),),
        claims=(
            ClaimPart(
                code="share",
                statement="share of cases handled",
                level="output",
                measures=(MeasurePart(code="m1", name="share of cases handled", observations=(SEEN,)),),
            ),
        ),
    )
    return replace(made, **changes)


@pytest.fixture
def practice(people: People) -> Practice:
    """Record the sample practice."""
    from teladan.exchange.services import record_practice

    return record_practice(by=people.officer, content=sample(), at=AT)


def refusal(action: Callable[..., object], **given: object) -> str:
    """Return the rule that refused."""
    with pytest.raises(Refused) as caught:
        action(**given)
    return caught.value.rule
