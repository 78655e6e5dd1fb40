"""What the record names of a change and of an outcome: all that their pages say, and no less."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import pytest

from teladan.exchange.models import Adoption
from teladan.exchange.services import (
    Beginning,
    begin_adoption,
    modify,
    move,
    observe_outcome,
    record_practice,
    weigh,
)
from teladan.record import objects
from teladan.record.models import Outbox
from teladan.registry.models import Organisation
from tests.exchange.conftest import AT, SEEN, People, sample


@pytest.fixture
def adoption(people: People) -> Adoption:
    record_practice(by=people.officer, content=sample(), at=AT)
    beginning = Beginning(
        adopter="Indonesia", name="Satu loket", language="id", parents=(("smp-window", 1, ""),)
    )
    idn = Organisation.objects.get(code="IDN")
    return begin_adoption(by=people.adopter_idn, organisation=idn, beginning=beginning, at=AT)


def details() -> dict[str, Any]:
    """Return the details in the document of the newest act."""
    body = json.loads(bytes(Outbox.objects.order_by("-id")[0].body))
    found: dict[str, Any] = json.loads(objects.get(body["document"]))["details"]
    return found


def test_a_change_is_recorded_with_its_words_and_its_reason(people: People, adoption: Adoption) -> None:
    modify(
        by=people.adopter_idn,
        adoption=adoption,
        practice="smp-window",
        element="counter",
        treatment="dropped",
        what=" Two counters",
        decided_by="The ministry",
        planned=False,
        reason="No room",
        at=AT,
    )
    assert details() == {
        "practice": "smp-window",
        "element": "counter",
        "treatment": "dropped",
        "text": "Two counters",
        "decided_by": "The ministry",
        "planned": False,
        "faithful": None,
        "reason": "No room",
    }
    modify(by=people.adopter_idn, adoption=adoption, treatment="kept", what="The name", at=AT)
    assert (details()["practice"], details()["element"], details()["text"]) == ("", "", "The name")


def test_an_outcome_is_recorded_with_its_evidence(people: People, adoption: Adoption) -> None:
    seen = replace(SEEN, value=" 60", note="After a year")
    observe_outcome(
        by=people.adopter_idn,
        adoption=adoption,
        practice="smp-window",
        claim="share",
        measure="m1",
        moment="after",
        observation=seen,
        at=AT,
    )
    assert details() == {
        **asdict(replace(seen, value="60")),
        "evidence": [asdict(each) for each in seen.evidence],
        "practice": "smp-window",
        "claim": "share",
        "measure": "m1",
        "moment": "after",
    }


@pytest.mark.parametrize("stage", ["decided", "not adopted"])
def test_a_decision_is_recorded_with_what_was_weighed_before_it(
    people: People, adoption: Adoption, stage: str
) -> None:
    row = {"kind": "legal", "precondition": "Powers can be delegated.", "parent": "", "adopter": "Not here"}
    kept = {**row, "missing": "A decree", "takes": "A year"}
    weigh(by=people.adopter_idn, adoption=adoption, rows=[kept], conclusion="Not this year.", at=AT)
    move(by=people.adopter_idn, adoption=adoption, stage=stage, words="No decree.", at=AT)
    weighed = details()["weighed"]
    assert (weighed["rows"], weighed["conclusion"]) == ([kept], "Not this year.")
