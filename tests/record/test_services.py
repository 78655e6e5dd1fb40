"""What enters the outbox, and what is refused at the door."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from teladan.core.canonical import CanonicalError
from teladan.core.log.entry import EntryError, commitment
from teladan.record import services
from teladan.record.models import Commitment, Outbox
from teladan.record.services import Act

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
OPEN = {"kind": "publication", "subject": "publication/spbe-2024", "role": "second publisher"}
CLOSED = {"kind": "score", "subject": "publication/spbe-2024", "role": "assessor", "actor": "p7"}


@pytest.mark.django_db
def test_an_act_waits_in_its_canonical_bytes():
    act = services.append(**OPEN, body={"b": "3.19", "a": 1}, replaces="ab" * 32, at=AT)

    row = Outbox.objects.get()
    assert (row.act, row.kind, row.subject, row.role, row.actor, row.replaces, row.at) == (
        act,
        "publication",
        "publication/spbe-2024",
        "second publisher",
        "",
        "ab" * 32,
        AT,
    )
    assert bytes(row.body) == b'{"a":1,"b":"3.19"}'


@pytest.mark.django_db
def test_a_committed_act_shows_nothing_of_its_content():
    acts = [services.commit(**CLOSED, content={"level": "4"}, at=AT) for _ in range(2)]

    rows = {row.act: bytes(row.body) for row in Outbox.objects.all()}
    assert rows[acts[0]] != rows[acts[1]]
    for act in acts:
        kept = Commitment.objects.get(act=act)
        assert kept.content == '{"level":"4"}'
        wanted = commitment(bytes(kept.salt), b'{"level":"4"}')
        assert rows[act] == f'{{"commitment":"{wanted}"}}'.encode()


@pytest.mark.usefixtures("bound_database")
@pytest.mark.parametrize(
    "verb",
    [
        lambda: services.append(**OPEN, body={}, at=AT),
        lambda: services.append_many([], at=AT),
        lambda: services.commit(**CLOSED, content={}, at=AT),
        lambda: services.disclose([], AT),
        lambda: services.erase(uuid4(), AT),
    ],
)
def test_every_verb_needs_the_transaction_of_its_act(verb):
    with pytest.raises(RuntimeError, match="one transaction"):
        verb()


@pytest.mark.usefixtures("bound_database")
def test_an_act_that_is_rolled_back_leaves_nothing():
    def act_and_fail():
        with transaction.atomic():
            services.commit(**CLOSED, content={"level": "4"}, at=AT)
            raise KeyError

    with pytest.raises(KeyError):
        act_and_fail()
    assert (Outbox.objects.count(), Commitment.objects.count()) == (0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"kind": "rumour"}, EntryError, "there is no kind 'rumour'"),
        ({"kind": "score"}, EntryError, "commit"),
        ({"subject": ""}, EntryError, "its subject"),
        ({"role": ""}, EntryError, "a role"),
        ({"subject": "x" * 161}, EntryError, "longer than 160"),
        ({"replaces": "abc"}, EntryError, "no SHA-256"),
        ({"body": {"x": 0.5}}, CanonicalError, "float"),
        ({"body": {"x": 2**60}}, CanonicalError, "beyond"),
        ({"body": {"x": "y" * 65_535}}, EntryError, "SHA-256"),
        ({"subject": "e\u0301"}, EntryError, "normal form"),
    ],
)
def test_what_could_never_be_an_entry_is_refused_at_once(change, error, said):
    with pytest.raises(error, match=said):
        services.append(**OPEN | {"body": {}} | change, at=AT)
    assert not Outbox.objects.exists()


@pytest.mark.django_db
def test_a_public_kind_is_not_committed():
    with pytest.raises(EntryError, match="append"):
        services.commit(**CLOSED | {"kind": "publication"}, content={}, at=AT)


@pytest.mark.django_db
def test_many_acts_are_written_in_their_order_or_not_at_all():
    acts = [Act(**OPEN, body={"number": number}) for number in range(300)]
    assert services.append_many(acts, at=AT) == [act.act for act in acts]
    assert list(Outbox.objects.values_list("act", flat=True)) == [act.act for act in acts]

    with pytest.raises(EntryError):
        services.append_many([Act(**OPEN, body={}), Act(**OPEN | {"kind": "rumour"}, body={})], at=AT)
    assert Outbox.objects.count() == 300


@pytest.mark.django_db
def test_one_act_has_one_entry():
    act = Act(**OPEN, body={})
    with pytest.raises(IntegrityError), transaction.atomic():
        services.append_many([act, act], at=AT)


@pytest.mark.django_db
def test_disclosing_is_dated_once():
    act = services.commit(**CLOSED, content={"level": "4"}, at=AT)

    assert (services.disclose([act], AT), services.disclose([act], AT)) == (1, 0)
    assert Commitment.objects.get(act=act).disclosed_at == AT


@pytest.mark.django_db
def test_erasing_deletes_salt_and_content_and_cannot_be_disclosed_after():
    act = services.commit(**CLOSED, content={"name": "A Person"}, at=AT)

    assert (services.erase(act, AT), services.erase(act, AT)) == (True, False)

    kept = Commitment.objects.get(act=act)
    assert (kept.salt, kept.content, kept.erased_at) == (None, None, AT)
    assert services.disclose([act], AT) == 0


@pytest.mark.django_db
def test_erasing_what_never_was_is_refused():
    with pytest.raises(Commitment.DoesNotExist):
        services.erase(uuid4(), AT)


@pytest.mark.django_db
def test_a_commitment_is_whole_or_erased():
    act = services.commit(**CLOSED, content={"level": "4"}, at=AT)
    with pytest.raises(IntegrityError, match="commitment_is_whole_or_erased"), transaction.atomic():
        Commitment.objects.filter(act=act).update(salt=None)
