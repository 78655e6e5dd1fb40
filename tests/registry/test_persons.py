"""Persons, roles and pseudonyms: what the services and the database refuse, and what stays."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction

from teladan.config import clock
from teladan.registry import second_factor
from teladan.registry.models import Attempt, Person, Pseudonym, Role, scope_named
from teladan.registry.queries import Held, persons, roles_of
from teladan.registry.scope import ALL, Scope
from teladan.registry.services import (
    PersonError,
    add_person,
    end_person,
    end_role,
    give_role,
    give_second_factor,
    pseudonym,
    sample_person,
)
from tests.registry.outside import outside

AT = datetime(2026, 11, 24, tzinfo=UTC)
LATER = AT + timedelta(days=1)


@pytest.fixture
def ani(db):
    return add_person(email="ani@example.org", name="Ani", at=AT)


def test_roles_are_those_of_the_time_that_is_asked_for(ani):
    give_role(person=ani, kind="coordinator", at=AT)
    give_role(person=ani, kind="publisher", scope=Scope("series", "spbe"), at=AT)
    end_role(person=ani, kind="coordinator", at=LATER)

    assert roles_of(ani, AT - timedelta(seconds=1)) == []
    assert roles_of(ani, AT) == [
        Held(kind="publisher", scope=Scope("series", "spbe")),
        Held(kind="coordinator", scope=ALL),
    ]
    assert roles_of(ani, LATER) == [Held(kind="publisher", scope=Scope("series", "spbe"))]


def test_a_role_that_one_has_is_not_given_twice_and_can_be_given_again_after_its_end(ani):
    first = give_role(person=ani, kind="publisher", at=AT)
    assert give_role(person=ani, kind="publisher", at=LATER) == first
    end_role(person=ani, kind="publisher", at=LATER)
    assert give_role(person=ani, kind="publisher", at=LATER) != first
    assert ani.roles.count() == 2


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda ani: give_role(person=ani, kind="king", at=AT), "there is no role 'king'"),
        (
            lambda ani: end_role(person=ani, kind="publisher", scope=Scope("series", "spbe"), at=AT),
            "for the series spbe",
        ),
        (lambda ani: give_role(person=ani, kind="adopter", at=AT), "adopter is a role of the exchange"),
        (
            lambda ani: give_role(person=ani, kind="observer", at=AT, scope=Scope("organisation", "IDN")),
            "observer is a role for publications",
        ),
        (
            lambda ani: give_role(person=ani, kind="adopter", at=AT, scope=Scope("organisation", "nowhere")),
            "there is no organisation 'nowhere'",
        ),
        (lambda _: sample_person("king", at=AT), "there is no role 'king'"),
        (lambda _: add_person(email="ANI@example.org", name="A", at=AT), "already"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(ani, act, said):
    with pytest.raises(PersonError, match=said):
        act(ani)


def test_an_ended_person_has_no_role_and_nothing_to_sign_in_with(ani):
    give_role(person=ani, kind="publisher", at=AT)
    give_second_factor(person=ani, secret=second_factor.new_secret())
    end_person(person=ani, at=LATER)
    assert roles_of(ani, LATER + timedelta(days=1)) == []
    assert roles_of(ani, AT) == []
    assert not ani.has_usable_password()
    assert not ani.authenticator_set.exists()
    with pytest.raises(PersonError, match="inactive"):
        give_role(person=ani, kind="publisher", at=LATER)


def test_everyone_is_listed_with_two_questions(ani, django_assert_num_queries):
    for role in Role.Kind.values:
        sample_person(role, at=AT)
    with django_assert_num_queries(2):
        found = persons(AT)
    assert [(person.email, [held.kind for held in held_now]) for person, held_now in found] == [
        ("adopter@sample.invalid", ["adopter"]),
        ("ani@example.org", []),
        ("appraiser@sample.invalid", ["appraiser"]),
        ("coordinator@sample.invalid", ["coordinator"]),
        ("exchange-officer@sample.invalid", ["exchange officer"]),
        ("observer@sample.invalid", ["observer"]),
        ("practice-owner@sample.invalid", ["practice owner"]),
        ("publisher@sample.invalid", ["publisher"]),
        ("second-publisher@sample.invalid", ["second publisher"]),
    ]


def test_a_sample_person_is_made_once_and_cannot_sign_in_until_the_demo_lets_it(db):
    one = sample_person("publisher", at=AT)
    assert sample_person("publisher", at=LATER) == one
    assert one.is_sample
    assert not one.has_usable_password()
    assert roles_of(one, LATER) == [Held(kind="publisher", scope=ALL)]


# --- pseudonyms ------------------------------------------------------------------------------------


def test_a_pseudonym_is_chance_and_stays_for_one_edition(ani):
    one = pseudonym(ani, "publication/spbe-2024")
    assert len(bytes.fromhex(one)) == 8
    assert pseudonym(ani, "publication/spbe-2024") == one
    assert pseudonym(ani, "publication/spbe-2023") != one
    budi = add_person(email="budi@example.org", name="Budi", at=AT)
    assert pseudonym(budi, "publication/spbe-2024") != one
    Pseudonym.objects.all().delete()
    assert pseudonym(ani, "publication/spbe-2024") != one  # it cannot be worked out again


@pytest.fixture
def committed(db):
    """Return a person written for good, as several connections have to see them; taken away at the end."""
    yield outside(lambda: add_person(email="committed@example.org", name="Ani", at=AT))
    outside(Person.objects.filter(email="committed@example.org").delete)
    outside(Attempt.objects.all().delete)


def at_once(work, times):
    """Return what each of several threads got that do the same work at the same time."""
    together = Barrier(times)

    def one(_):
        together.wait()
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def test_two_who_ask_at_once_get_the_same_pseudonym(committed):
    found = at_once(lambda: pseudonym(committed, "publication/spbe-2024"), 6)
    assert len(set(found)) == 1


# --- for what a role is -------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["all", "exchange", "series:spbe", "organisation:idn-kab-aceh-tengah"])
def test_a_scope_is_read_as_it_is_written(text):
    assert str(Scope.parse(text)) == text


@pytest.mark.parametrize(
    "text", ["", "spbe", "series", "series:", "all:", "all:spbe", "exchange:IDN", "world:x"]
)
def test_what_is_no_scope_is_refused(text):
    with pytest.raises(
        ValueError, match="is no scope: write all, exchange, series:CODE or organisation:CODE"
    ):
        Scope.parse(text)


@pytest.mark.parametrize(
    ("kind", "name", "scope"),
    [
        ("publisher", "", "all"),
        ("publisher", "spbe", "series:spbe"),
        ("publisher", "exchange", "series:exchange"),
        ("adopter", "exchange", "exchange"),
        ("adopter", "IDN", "organisation:IDN"),
    ],
)
def test_a_name_alone_means_what_it_can_be_for_the_role_and_is_what_a_reader_is_told(kind, name, scope):
    assert str(scope_named(kind, name)) == scope
    assert scope_named(kind, name).name == name


# --- what the database itself refuses ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "write"),
    [
        (
            "address_is_in_lower_case",
            lambda _: Person.objects.create(email="B@x.org", name="B", joined_at=AT),
        ),
        ("registry_person_email", lambda ani: Person.objects.create(email=ani.email, name="B", joined_at=AT)),
        (
            "role_is_known_and_has_its_scope",
            lambda ani: Role.objects.create(person=ani, kind="king", since=AT),
        ),
        (
            "role_is_known_and_has_its_scope",  # for all it would be for all publications too
            lambda ani: Role.objects.create(person=ani, kind="exchange officer", since=AT),
        ),
        (
            "role_is_known_and_has_its_scope",
            lambda ani: Role.objects.create(person=ani, kind="observer", scope_kind="exchange", since=AT),
        ),
        (
            "role_is_known_and_has_its_scope",
            lambda ani: Role.objects.create(person=ani, kind="observer", scope_kind="world", since=AT),
        ),
        (
            "role_scope_has_its_code",
            lambda ani: Role.objects.create(person=ani, kind="observer", scope_kind="series", since=AT),
        ),
        (
            "role_scope_has_its_code",
            lambda ani: Role.objects.create(person=ani, kind="observer", scope_code="spbe", since=AT),
        ),
        (
            "role_given_once",
            lambda ani: [Role.objects.create(person=ani, kind="observer", since=AT) for _ in "12"],
        ),
        (
            "one_pseudonym_per_edition",
            lambda ani: [Pseudonym.objects.create(person=ani, edition="e", code=c) for c in "12"],
        ),
    ],
)
def test_the_database_refuses_nonsense(ani, rule, write):
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        write(ani)


# --- the second factor ----------------------------------------------------------------------------------


def test_codes_are_those_of_rfc_6238():
    import base64

    secret = base64.b32encode(b"12345678901234567890").decode()
    wanted = {59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"}
    assert {at: second_factor.code_at(secret, at) for at in wanted} == wanted


def test_a_secret_is_not_in_the_database_as_it_is(ani):
    secret = second_factor.new_secret()
    give_second_factor(person=ani, secret=secret)
    kept = ani.authenticator_set.get().data["secret"]
    assert secret not in kept
    assert second_factor.unseal(kept) == secret


def test_with_another_key_no_code_fits_and_the_log_says_what_to_do(settings, caplog):
    secret = second_factor.new_secret()
    sealed = second_factor.seal(secret)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key " * 4
    assert second_factor.unseal(sealed) == secret
    settings.SECRET_KEY_FALLBACKS = []
    assert second_factor.unseal(sealed) != secret
    assert "teladan person reset" in caplog.text
    assert secret not in caplog.text


# --- counting attempts -------------------------------------------------------------------------------------


def test_what_is_kept_can_be_read_replaced_and_forgotten(db):
    assert cache.add("a", [1.5, 2], 60)
    assert not cache.add("a", [3], 60)
    assert cache.get("a") == [1.5, 2]
    cache.set("a", {"n": 1}, 60)
    assert cache.get("a") == {"n": 1}
    assert cache.delete("a")
    assert not cache.delete("a")
    assert cache.get("a", "none") == "none"


def test_what_has_expired_is_gone_and_swept(db):
    cache.set("a", 1, 30)
    with clock.moved(to=clock.now() + timedelta(seconds=31)):
        assert cache.get("a") is None
        assert cache.add("b", 1, 90)
        assert Attempt.objects.count() == 1
        assert cache.add("b", 1, 90) is False


def test_of_many_who_add_at_once_one_gets_in(committed):
    for _ in ("new", "expired"):
        assert sorted(at_once(lambda: cache.add("code", "y", 60), 8)) == [False] * 7 + [True]
        outside(lambda: Attempt.objects.update(expires=AT - timedelta(days=900)))
