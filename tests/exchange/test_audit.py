"""The audit holds practices, stages and appraisals against what the record says of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db.models import F, Value
from django.db.models.functions import Concat

from teladan.exchange.models import (
    Adoption,
    AdoptionStage,
    Appraisal,
    CoreElement,
    Evidence,
    Observation,
    Practice,
    PracticeVersion,
)
from teladan.exchange.queries.audit import compared_exchange, exchange_differences
from teladan.exchange.services import Beginning, appraise, begin_adoption, reply
from teladan.record import objects
from teladan.registry.models import Organisation
from tests.exchange.conftest import AT, People


@pytest.fixture
def whole(people: People, practice: Practice) -> None:
    """One practice, adopted, appraised and replied to; nothing else is there."""
    Observation.objects.exclude(measure__claim__practice=practice).delete()
    Adoption.objects.all().delete()
    Practice.objects.exclude(pk=practice.pk).delete()
    adoption = begin_adoption(
        by=people.adopter_idn,
        organisation=Organisation.objects.get(code="IDN"),
        beginning=Beginning(
            adopter="Indonesia", name="Loket", language="id", parents=((practice.code, 1, ""),)
        ),
        at=AT,
    )
    made = appraise(
        by=people.appraiser,
        adoption=adoption,
        completion="limited",
        fidelity="adapted",
        results="none",
        text="Seen.",
        language="en",
        at=AT,
    )
    reply(by=people.adopter_idn, appraisal=made, text="Read.", at=AT)


def test_rows_that_nobody_touched_differ_in_nothing(whole: None) -> None:
    assert list(exchange_differences()) == []
    assert compared_exchange() == 3


def test_what_is_published_differs_in_nothing(published: None) -> None:
    assert list(exchange_differences()) == []
    assert compared_exchange() >= 55 + 32


@pytest.mark.parametrize(
    ("change", "place", "said"),
    [
        (lambda: PracticeVersion.objects.update(status="stopped"), "exchange_practice,", "status"),
        (lambda: Observation.objects.update(value="99"), "exchange_practice,", "claims"),
        (lambda: Evidence.objects.update(type="audit"), "exchange_practice,", "claims"),
        (lambda: CoreElement.objects.filter(code="tea").delete(), "exchange_practice,", "core"),
        (lambda: Practice.objects.update(agency="Another"), "exchange_practice,", "agency"),
        (lambda: Practice.objects.update(document="0" * 64), "exchange_practice,", "document"),
        (lambda: Practice.objects.update(act=None), "exchange_practice,", "the record has no such act"),
        (
            lambda: AdoptionStage.objects.update(stage="scaled"),
            "exchange_adoptionstage,",
            "stage is 'scaled'",
        ),
        (lambda: AdoptionStage.objects.update(date="2001"), "exchange_adoptionstage,", "date is '2001'"),
        (lambda: AdoptionStage.objects.update(words="More."), "exchange_adoptionstage,", "words"),
        (lambda: Appraisal.objects.update(results="major"), "exchange_appraisal,", "results"),
        (
            lambda: Appraisal.objects.update(reply=Concat(F("reply"), Value("!"))),
            "exchange_appraisal,",
            "reply",
        ),
    ],
)
def test_a_changed_row_is_named(whole: None, change: Callable[[], object], place: str, said: str) -> None:
    change()
    found = list(exchange_differences())
    assert found
    assert all(place in where for where, _message in found)
    assert any(said in message for _where, message in found)


def test_a_document_that_is_gone_is_named(whole: None) -> None:
    practice = Practice.objects.get()
    kept = objects.get(practice.document)
    objects.path(practice.document).unlink()
    try:
        assert ["its document cannot be read" in message for _where, message in exchange_differences()] == [
            True
        ]
    finally:
        objects.put(kept)
