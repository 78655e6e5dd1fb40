"""A practice goes from one node to another in one file: with its proof, or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.db import connection, transaction

from teladan.core import canonical
from teladan.core.log.note import Verifier
from teladan.exchange import queries
from teladan.exchange.models import AcceptedKey, Observation, Practice, PracticeVersion
from teladan.exchange.queries.audit import exchange_differences
from teladan.exchange.services import (
    Beginning,
    begin_adoption,
    carry_in,
    observe,
    observe_outcome,
    record_practice,
    revise,
    spoken_for,
)
from teladan.exchange.transfer import export, opened
from teladan.record import objects
from teladan.record.models import Outbox
from teladan.registry.models import Organisation
from teladan.registry.refusals import Refused
from tests.exchange.conftest import AT, COUNTRIES, SEEN, People, person, refusal, sample
from tests.publication.test_correcting import wait_for_a_lock

CODE = "smp-window"


@dataclass
class Nodes:
    """One database that is the owner's node first, and another node after `elsewhere`."""

    sequence: Callable[[], None]
    officer: Any
    settings: Any

    def keys(self) -> list[Verifier]:
        """Return the keys of the record, as anyone gets them."""
        from teladan.record.disk import Disk
        from teladan.record.keys import Keys
        from teladan.record.places import places

        at = places()
        return Keys(at.keys, at.node, Disk()).verifiers()

    def elsewhere(self) -> None:
        """Become another node: its own name, and nothing of the practice."""
        Practice.objects.all().delete()
        self.settings.TELADAN_NODE = "else.example/record"


@pytest.fixture
def nodes(node: Callable[[], None], settings: Any) -> Nodes:
    from teladan.registry.models import Country

    for code, (alpha2, en, id_, ko) in COUNTRIES.items():
        country = Country.objects.create(code=code, alpha2=alpha2, titles={"en": en, "id": id_, "ko": ko})
        Organisation.objects.create(code=code, name=en, kind="country", country=country, search_text=en)
    return Nodes(node, person("officer", ("exchange officer", "exchange")), settings)


def test_nothing_leaves_before_its_proof_is_there(nodes: Nodes) -> None:
    record_practice(by=nodes.officer, content=sample(), at=AT)
    assert refusal(export, code=CODE) == "proof-pending-practice"
    assert refusal(export, code="none-such") == "no-practice"
    assert refusal(export, code="a\0b") == "no-practice"


def test_a_practice_arrives_whole_and_is_only_read(nodes: Nodes) -> None:
    practice = record_practice(by=nodes.officer, content=sample(), at=AT)
    observe(
        by=nodes.officer,
        practice=practice,
        claim="share",
        measure="m1",
        observation=replace(SEEN, value="70"),
        at=AT,
    )
    nodes.sequence()
    data, keys, origin = export(CODE), nodes.keys(), nodes.settings.TELADAN_NODE
    before = queries.practice(CODE, "en")
    nodes.elsewhere()

    made = carry_in(by=nodes.officer, data=data, verifiers=keys, at=AT)

    assert [each.what for each in queries.latest()] == ["version"]  # its figures came with it
    after = queries.practice(CODE, "en")
    assert before is not None
    assert after is not None
    assert [c.statement for c in after.claims] == [c.statement for c in before.claims]
    assert [o.value for c in after.claims for o in c.observations] == ["73", "70"]
    assert [c.code for c in after.core] == ["counter", "hours", "tea"]
    assert (made.origin, after.row.origin, after.document) == (origin, origin, before.document)
    assert (
        refusal(revise, by=nodes.officer, practice=made, content=sample(status="stopped"), at=AT) == "carried"
    )
    assert export(CODE) == data  # a copy is handed on as it came
    body = json.loads(bytes(Outbox.objects.get(act=made.act).body))
    entry = opened(data, keys)
    assert (body["what"], body["origin"], body["position"], body["entry"], body["document"]) == (
        "carried",
        origin,
        entry.position,
        entry.entry_sha256,
        before.document,
    )


def test_the_same_file_again_changes_nothing_and_an_older_one_is_refused(nodes: Nodes) -> None:
    practice = record_practice(by=nodes.officer, content=sample(), at=AT)
    nodes.sequence()
    old = export(CODE)
    revise(by=nodes.officer, practice=practice, content=sample(status="stopped"), at=AT)
    nodes.sequence()
    new, keys = export(CODE), nodes.keys()
    nodes.elsewhere()
    carry_in(by=nodes.officer, data=old, verifiers=keys, at=AT)
    adoption = begin_adoption(
        by=nodes.officer,
        organisation=Organisation.objects.get(code="IDN"),
        beginning=Beginning(adopter="Indonesia", name="Loket", language="id", parents=((CODE, 1, ""),)),
        at=AT,
    )
    begun = json.loads(bytes(Outbox.objects.get(subject=f"adoption/{adoption.code}").body))
    entry = opened(old, keys)
    assert begun["parents"] == [
        {
            "practice": CODE,
            "version": 1,
            "share": None,
            "act": None,
            "node": entry.origin,
            "position": entry.position,
            "entry": entry.entry_sha256,
        }
    ]
    observe_outcome(
        by=nodes.officer,
        adoption=adoption,
        practice=CODE,
        claim="share",
        measure="m1",
        moment="after",
        observation=replace(SEEN, value="60"),
        at=AT,
    )

    carry_in(by=nodes.officer, data=new, verifiers=keys, at=AT)

    view = queries.practice(CODE, "en")
    assert view is not None
    assert (view.row.status, [each.number for each in view.versions]) == ("stopped", [1, 2])
    assert Observation.objects.filter(adoption=adoption).count() == 1  # ours stays
    acts = Outbox.objects.count()
    carry_in(by=nodes.officer, data=new, verifiers=keys, at=AT)
    assert Outbox.objects.count() == acts
    assert refusal(carry_in, by=nodes.officer, data=old, verifiers=keys, at=AT) == "carried-older"
    # What was carried in before came from another entry at the same place of the same record.
    PracticeVersion.objects.filter(number=2).update(owner_entry="0" * 64)
    assert refusal(carry_in, by=nodes.officer, data=new, verifiers=keys, at=AT) == "carried-forked"


def test_a_copy_is_held_against_the_file_and_the_entry_that_it_came_with(nodes: Nodes) -> None:
    record_practice(by=nodes.officer, content=sample(), at=AT)
    nodes.sequence()
    data, keys = export(CODE), nodes.keys()
    nodes.elsewhere()
    made = carry_in(by=nodes.officer, data=data, verifiers=keys, at=AT)
    assert exchange_differences() == []
    for table, column, value in (
        ("exchange_practice", "origin", "'third.example/record'"),
        ("exchange_practice", "carried_position", "carried_position + 1"),
        ("exchange_practice", "carried", f"'{objects.put(data + b'x')}'"),
        ("exchange_practice", "owner_id", "'IDN'"),
        ("exchange_practiceversion", "owner_entry", "repeat('0', 64)"),
        ("exchange_practiceversion", "owner_position", "owner_position + 1"),
        ("exchange_practiceversion", "recorded_at", "recorded_at + interval '1 day'"),
        ("exchange_observation", "value", "'99'"),
    ):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {column} = {value}")
            assert [place for place, _message in exchange_differences() if place.startswith(f"table {table}")]
            transaction.set_rollback(True)
    objects.path(made.carried).unlink()
    ((place, message),) = exchange_differences()
    assert place == f"table exchange_practice, {CODE}, carried"
    assert "its file cannot be read" in message


def changed(data: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    value = json.loads(data)
    change(value)
    return canonical.encode(value)


def proof_of_another(value: dict[str, Any]) -> None:
    value["document"]["code"] = "smp-other"


def test_what_was_changed_on_the_way_is_refused(nodes: Nodes) -> None:
    record_practice(by=nodes.officer, content=sample(), at=AT)
    nodes.sequence()
    data, keys = export(CODE), nodes.keys()
    stranger = Verifier("else.example/record", b"\1" * 32)
    named_alike = Verifier(keys[0].name, b"\1" * 32)
    nodes.elsewhere()
    value = json.loads(data)

    def take(data: bytes, verifiers: list[Verifier] = keys) -> str:
        return refusal(carry_in, by=nodes.officer, data=data, verifiers=verifiers, at=AT)

    assert take(changed(data, lambda v: v["document"].update(status="regressed"))) == "document-changed"
    assert take(changed(data, lambda v: v["document"].update(number=2))) == "document-changed"
    assert take(changed(data, proof_of_another)) == "document-changed"
    assert take(changed(data, lambda v: v.update(proof=v["proof"][:-9]))) == "signature"
    assert take(data, [stranger]) == "signature"
    assert take(data, [named_alike]) == "signature"
    assert take(data, []) == "signature"
    assert take(b"") == "not-ours"
    assert take(b"\xff\xfe") == "not-ours"
    assert take(b"[" * 100_000) == "not-ours"
    assert take(json.dumps(value).encode()) == "not-ours"  # the same, but not in its canonical bytes
    assert take(changed(data, lambda v: v.update(more="x"))) == "not-ours"
    assert take(changed(data, lambda v: v["document"].pop("core"))) == "document-changed"
    assert take(changed(data, lambda v: v["document"].update(core="x"))) == "document-changed"
    assert take(changed(data, lambda v: v["document"].update(claims=[{"code": 1}]))) == "document-changed"
    deep = data.replace(b'{"document":{', b'{"document":' + b"[" * 100_000 + b"{", 1)
    assert take(deep) == "document-changed"  # its digest is compared before anything reads it
    assert take(b" " * 8_000_001) == "carried-too-large"
    assert not Practice.objects.exists()


def test_ones_own_is_not_carried_in_and_never_replaced(nodes: Nodes) -> None:
    record_practice(by=nodes.officer, content=sample(), at=AT)
    nodes.sequence()
    data, keys = export(CODE), nodes.keys()
    assert refusal(carry_in, by=nodes.officer, data=data, verifiers=keys, at=AT) == "from-here"
    nodes.elsewhere()
    record_practice(by=nodes.officer, content=sample(), at=AT)  # another one under the same code
    assert refusal(carry_in, by=nodes.officer, data=data, verifiers=keys, at=AT) == "practice-elsewhere"


def test_a_copy_waits_for_who_gives_its_code_to_a_practice_of_ours(nodes: Nodes) -> None:
    record_practice(by=nodes.officer, content=sample(), at=AT)
    nodes.sequence()
    data, keys = export(CODE), nodes.keys()
    nodes.elsewhere()

    def take() -> str:
        try:
            return refusal(carry_in, by=nodes.officer, data=data, verifiers=keys, at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            record_practice(by=nodes.officer, content=sample(), at=AT)
            taking = other.submit(take)
            wait_for_a_lock()
        assert taking.result() == "practice-elsewhere"

    assert Practice.objects.get().origin == ""


def test_a_record_speaks_for_the_country_it_was_accepted_for(nodes: Nodes) -> None:
    record_practice(by=nodes.officer, content=sample(), at=AT)
    other = sample("smp-loket", country="IDN", owner="IDN")
    record_practice(by=nodes.officer, content=other, at=AT)
    nodes.sequence()
    one, two, keys = export(CODE), export("smp-loket"), nodes.keys()
    nodes.elsewhere()
    given = {"by": nodes.officer, "verifiers": keys, "at": AT}
    assert refusal(carry_in, data=one, accept="IDN", **given) == "accept-country"
    assert not AcceptedKey.objects.exists()
    made = carry_in(data=one, **given)
    row = AcceptedKey.objects.get()
    assert (row.key, row.origin, row.country_id, row.by) == (
        keys[0].key.hex(),
        made.origin,
        "KOR",
        nodes.officer,
    )
    assert refusal(carry_in, data=two, **given) == "key-country"
    carry_in(data=two, accept="idn", **given)
    assert spoken_for(made.origin) == ["IDN", "KOR"]


def test_only_an_officer_of_the_whole_exchange_carries_in(people: People) -> None:
    assert refusal(carry_in, by=people.officer, data=b"", verifiers=[], at=AT) == "not-ours"
    for by in (
        people.officer_kor,
        people.officer_idn,
        people.owner_kor,
        people.adopter_idn,
        people.appraiser,
        people.publisher,
        people.nobody,
    ):
        with pytest.raises(Refused) as caught:
            carry_in(by=by, data=b"", verifiers=[], at=AT)
        assert caught.value.rule == "role-exchange"
