"""The audit holds every table of the exchange that a page prints against what the record says of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, models, transaction

from teladan.exchange.content import EvidencePart, TranslationPart
from teladan.exchange.models import Adoption, Practice
from teladan.exchange.queries import audit
from teladan.exchange.queries.audit import compared_exchange, exchange_differences
from teladan.exchange.services import (
    Beginning,
    answer_check_in,
    appraise,
    ask_check_in,
    become,
    begin_adoption,
    modify,
    move,
    observe,
    observe_outcome,
    record_practice,
    reply,
    revise,
    translate,
    weigh,
)
from teladan.record import objects
from teladan.registry.models import Organisation
from tests.exchange.conftest import AT, SEEN, People, sample

EACH = {model._meta.db_table: model for model in audit.TABLES}
TODAY = "2026-11-24"
OTHER = "gen_random_uuid()"
# Columns that no page prints, or that are nobody's but this node's.
ASIDE = {
    "exchange_practice": {"made_from"},
    "exchange_translation": {"by_id", "at"},
    "exchange_checkin": {"due"},  # of one that was answered; an open one is in no entry
    "exchange_adoption": {"made_from"},
    "exchange_prospectiveevaluation": {"by_id"},
}
# Where the database would refuse the plain change, or where one row alone cannot be changed.
KEYS = {"code", "number", "place", "language", "model"}  # where one is changed, its row is another one
ANY = '[{"kind": "money", "text": "Other"}]'
JSON = {
    "titles": '{"en": "Other"}',
    "costs": '["Other"]',
    "actors": '["Other"]',
    "unverified": '[{"field": "date", "note": ""}]',
}
LOKET = "(SELECT id FROM exchange_practiceversion WHERE practice_id = 'smp-loket')"
CHANGED = {
    ("exchange_practiceversion", "practice_id"): "'nowhere'",
    ("exchange_coreelement", "version_id"): LOKET,
    ("exchange_translation", "version_id"): LOKET,
    ("exchange_practice", "origin"): "'x', carried = 'x', carried_position = 1",
    ("exchange_practice", "carried"): "'x', origin = 'x', carried_position = 1",
    ("exchange_practice", "carried_position"): "1, origin = 'x', carried = 'x'",
    ("exchange_practice", "code"): "'smp-other'",
    ("exchange_practiceversion", "owner_entry"): "'x', owner_position = 1, act = NULL",
    ("exchange_practiceversion", "owner_position"): "1, owner_entry = 'x', act = NULL",
    ("exchange_practiceversion", "since"): "'1999'",
    ("exchange_practiceversion", "status"): "'stopped'",
    ("exchange_practiceversion", "number"): "9",
    ("exchange_coreelement", "weight"): "'optional'",
    ("exchange_checkin", "status"): "'stopped'",
    ("exchange_claim", "level"): "'attribution'",
    ("exchange_observation", "nature"): "'target'",
    ("exchange_observation", "adoption_id"): "(SELECT code FROM exchange_adoption), moment = 'after'",
    ("exchange_observation", "moment"): "'after', adoption_id = (SELECT code FROM exchange_adoption)",
    ("exchange_evidence", "type"): "'audit'",
    ("exchange_evidence", "seen"): "'2001'",
    ("exchange_evidence", "sha256"): "repeat('ab', 32)",
    ("exchange_adoption", "code"): "'smp-other'",
    ("exchange_adoption", "degree"): "'copy'",
    ("exchange_adoption", "motive"): "'mandated'",
    ("exchange_adoption", "channel"): "'expert'",
    ("exchange_adoptionparent", "share"): "'1/3'",
    ("exchange_adoptionstage", "stage"): "'scaled'",
    ("exchange_adoptionstage", "date"): "'2001'",
    ("exchange_adoptionstage", "number"): "9",
    ("exchange_modification", "treatment"): "'dropped'",
    ("exchange_modification", "planned"): "NOT planned",
    ("exchange_modification", "faithful"): "NOT faithful",
    ("exchange_appraisal", "completion"): "'complete'",
    ("exchange_appraisal", "fidelity"): "'lost'",
    ("exchange_appraisal", "results"): "'major'",
    ("exchange_appraisal", "by_id"): "(SELECT id FROM registry_person WHERE name = 'nobody')",
    ("exchange_appraisal", "replied_by_id"): "(SELECT id FROM registry_person WHERE name = 'nobody')",
}


@contextmanager
def attacked() -> Iterator[Any]:
    """Give a cursor that no trigger and no foreign key asks; what it did is undone afterwards."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor
        transaction.set_rollback(True)


@pytest.fixture
def whole(people: People) -> Adoption:
    """Every table filled: two versions, two claims, sources, a translation, an adoption to its reply."""
    with connection.cursor() as cursor:  # what the run loaded before, its acts too
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in ("record_outbox", "record_entry", *EACH):
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    idn = Organisation.objects.get(code="IDN")
    practice = record_practice(by=people.officer, content=sample(costs=("One desk",)), at=AT)
    two = (EvidencePart(type="news", title="B", seen=TODAY), EvidencePart(type="survey", title="C"))
    given = {"by": people.owner_kor, "practice": practice, "at": AT}
    observe(claim="share", measure="m1", observation=replace(SEEN, value="70", evidence=two), **given)
    observe(
        claim="time",
        measure="m2",
        observation=replace(SEEN, unit="days"),
        statement="faster",
        level="outcome",
        **given,
    )
    part = TranslationPart(place="problem", language="id", text="Dari kantor ke kantor.")
    translate(translation=part, **given)
    adoption = _adopted(people, practice, idn)
    revise(content=sample(costs=("Two desks",), problem="People queue."), **given)
    translate(translation=TranslationPart(place="problem", language="id", text="Mengantre."), **given)
    asked = ask_check_in(due=date(2026, 12, 1), **given)
    answer_check_in(by=people.owner_kor, check_in=asked, status="operating", at=AT + timedelta(days=1))
    return adoption


def _adopted(people: People, practice: Practice, idn: Organisation) -> Adoption:
    adoption = begin_adoption(
        by=people.adopter_idn,
        organisation=idn,
        beginning=Beginning(
            adopter="Indonesia", name="Loket", language="id", parents=((practice.code, 1, "1/2"),)
        ),
        at=AT,
    )
    given: Any = {"by": people.adopter_idn, "adoption": adoption, "at": AT}
    row = {
        "kind": "legal",
        "precondition": "Law",
        "parent": "yes",
        "adopter": "no",
        "missing": "x",
        "takes": "y",
    }
    weigh(rows=[row], conclusion="It fits.", **given)
    move(stage="decided", words="By decree.", **given)
    own = record_practice(
        by=people.officer, content=sample("smp-loket", country="IDN", owner="IDN", core=(), claims=()), at=AT
    )
    become(**{**given, "by": people.officer, "practice": own})
    modify(
        treatment="changed",
        what="Two counters",
        reason="Space",
        practice=practice.code,
        element="counter",
        decided_by="The agency",
        planned=True,
        faithful=False,
        **given,
    )
    modify(treatment="kept", what="", practice=practice.code, element="hours", **given)
    for moment, value in (("before", "9"), ("after", "4")):
        observe_outcome(
            practice=practice.code,
            claim="time",
            measure="m2",
            moment=moment,
            observation=replace(SEEN, value=value),
            **given,
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
    reply(by=people.adopter_idn, appraisal=made, text="Read.", at=AT + timedelta(days=1))
    return adoption


def test_rows_that_nobody_touched_differ_in_nothing(whole: Adoption) -> None:
    assert exchange_differences() == []
    filled = [table for table, model in EACH.items() if not model._default_manager.exists()]
    assert filled == []
    assert compared_exchange() == sum(model._default_manager.count() for model in EACH.values())


def test_what_is_published_differs_in_nothing(published: None) -> None:
    assert exchange_differences() == []
    assert compared_exchange() >= 55 + 32


@pytest.mark.parametrize("table", EACH)
def test_each_column_that_is_changed_is_named(whole: Adoption, table: str) -> None:
    fields = [field for field in EACH[table]._meta.concrete_fields if field.attname != "id"]
    aside = ASIDE.get(table, set())
    assert aside <= {field.attname for field in fields}
    for field in fields:
        if field.attname in aside:
            continue
        key = EACH[table]._meta.pk.column  # type: ignore[union-attr]
        with attacked() as cursor:
            cursor.execute(
                f"UPDATE {table} SET {field.column} = {_other(table, field)}"
                f" WHERE {key} = (SELECT {key} FROM {table} ORDER BY {_first(table)} LIMIT 1)"
            )
            assert cursor.rowcount == 1
            places = [place for place, _message in exchange_differences()]
        named = [place for place in places if place.startswith(f"table {table},")]
        assert named, (field.attname, places)
        moved = isinstance(field, models.ForeignKey) or field.primary_key or field.attname in KEYS
        assert moved or any(field.name in place for place in named) or _paired(field), (field.attname, named)


@pytest.mark.parametrize("table", EACH)
def test_a_row_that_is_deleted_is_named(whole: Adoption, table: str) -> None:
    key = EACH[table]._meta.pk.column  # type: ignore[union-attr]
    with attacked() as cursor:
        cursor.execute(
            f"DELETE FROM {table} WHERE {key} = (SELECT {key} FROM {table} ORDER BY {_first(table)} LIMIT 1)"
        )
        assert cursor.rowcount == 1
        found = [place for place, message in exchange_differences() if "missing" in message]
    assert any(place.startswith(f"table {table},") for place in found), found


@pytest.mark.parametrize("table", ["exchange_evidence", "exchange_modification", "exchange_coreelement"])
def test_a_row_that_nobody_recorded_is_named(whole: Adoption, table: str) -> None:
    columns = [field.column for field in EACH[table]._meta.concrete_fields if field.attname != "id"]
    own = {"code": "'more'", "act": OTHER, "element_id": "NULL"}
    with attacked() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)})"
            f" SELECT {', '.join(own.get(each, each) for each in columns)} FROM {table} ORDER BY id LIMIT 1"
        )
        places = [place for place, _message in exchange_differences()]
    assert any(place.startswith(f"table {table},") for place in places), places


def test_an_older_version_is_held_against_its_own_document(whole: Adoption) -> None:
    with attacked() as cursor:
        cursor.execute(
            "UPDATE exchange_practiceversion SET problem = 'None.' WHERE number = 1 AND language = 'en'"
            " AND practice_id = 'smp-window'"
        )
        assert [place for place, _message in exchange_differences()] == [
            "table exchange_practiceversion, smp-window 1, problem"
        ]


def test_figures_in_another_order_are_named(whole: Adoption) -> None:
    with attacked() as cursor:
        cursor.execute("UPDATE exchange_claim SET id = -id WHERE code = 'time'")
        cursor.execute("UPDATE exchange_measure SET claim_id = -claim_id WHERE code = 'm2'")
        found = exchange_differences()
    assert ("table exchange_claim, smp-window, id", "the order is not what the record says") in found


def test_a_practice_put_back_to_what_it_said_before_is_named(whole: Adoption) -> None:
    with attacked() as cursor:
        cursor.execute(
            "UPDATE exchange_practice p SET act = v.act FROM exchange_practiceversion v"
            " WHERE v.practice_id = p.code AND v.number = 1 AND p.code = 'smp-window'"
        )
        found = dict(exchange_differences())
    assert "the newest act about it is" in found["table exchange_practice, smp-window, act"]


def test_columns_that_are_no_list_of_ours_are_named_and_not_a_fault_of_the_audit(whole: Adoption) -> None:
    with attacked() as cursor:
        cursor.execute("""UPDATE exchange_practiceversion SET preconditions = '[{"a": 1}]'""")
        places = [place for place, _message in exchange_differences()]
    assert "table exchange_practiceversion, smp-window 2" in places


@pytest.mark.parametrize("code", ["smp-window", "smp-loket"])
def test_a_document_that_is_gone_is_named(whole: Adoption, code: str) -> None:
    digest = Practice.objects.get(code=code).document
    kept = objects.get(digest)
    objects.path(digest).unlink()
    try:
        found = exchange_differences()
    finally:
        objects.put(kept)
    assert [place for place, _message in found] == [f"table exchange_practice, {code}, document"]
    assert "its document cannot be read" in found[0][1]


def test_a_person_who_was_erased_from_the_record_is_not_asked_for(whole: Adoption) -> None:
    with attacked() as cursor:
        cursor.execute("DELETE FROM registry_pseudonym")
        assert exchange_differences() == []


def _first(table: str) -> str:
    """Return which row is changed: where several are, the one whose columns are all filled."""
    return {
        "exchange_practice": "code DESC",  # smp-window
        "exchange_practiceversion": "id",
    }.get(table, EACH[table]._meta.pk.column)  # type: ignore[union-attr]


def _paired(field: models.Field[Any, Any]) -> bool:
    """Say whether a column can only be changed with another one, which may be the one that is named."""
    return field.name in {"carried", "carried_position", "owner_entry", "owner_position", "moment", "origin"}


def _other(table: str, field: models.Field[Any, Any]) -> str:
    """Return another value for a column, in SQL."""
    if (table, field.attname) in CHANGED:
        return CHANGED[table, field.attname]
    if isinstance(field, models.ForeignKey):
        target = field.related_model._meta
        if target.db_table == "registry_person":
            return "(SELECT id FROM registry_person WHERE name = 'nobody')"
        key = target.pk.column
        nowhere = "'nowhere'" if isinstance(target.pk, models.CharField) else "-1"
        return (
            f"coalesce((SELECT {key} FROM {target.db_table} o WHERE o.{key} IS DISTINCT FROM"
            f" {table}.{field.column} ORDER BY 1 DESC LIMIT 1), {nowhere})"
        )
    if isinstance(field, models.DateTimeField):
        return f"{field.column} + interval '1 hour'"
    if isinstance(field, models.UUIDField):
        return OTHER
    if isinstance(field, models.JSONField):
        return f"'{JSON.get(field.name, ANY)}'"
    if isinstance(field, models.CharField) and field.name in {"language", "name_language"}:
        return "'zz'"
    if isinstance(field, models.CharField | models.TextField):
        return f"left({field.column}, 30) || '!'" if field.max_length != 64 else "repeat('0', 64)"
    raise AssertionError((table, field.attname))
