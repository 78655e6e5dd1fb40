"""Persons to sign in as, and a browser-like client that signs them in."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from teladan.registry import second_factor
from teladan.registry.scope import Scope
from teladan.registry.services import add_person, give_role, give_second_factor

AT = datetime(2026, 11, 24, tzinfo=UTC)
PASSWORD = "a long and plain password"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Hash passwords quickly: how slow a guess is, is not what these tests look at."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def person(db):
    """Return a publisher of the series spbe with password and second factor."""
    made = add_person(email="ani@example.org", name="Ani Rahma", at=AT, password=PASSWORD)
    give_role(person=made, kind="publisher", scope=Scope("series", "spbe"), at=AT)
    give_second_factor(person=made, secret=SECRET)
    return made


@pytest.fixture
def without_second_factor(db):
    """Return a person who has a password only."""
    return add_person(email="budi@example.org", name="Budi", at=AT, password=PASSWORD)


@pytest.fixture
def code():
    """Return code(): the right code now; the attempts before it are forgotten, so it can be used again."""
    from time import time

    from django.core.cache import cache

    def now(secret=SECRET):
        cache.clear()
        return second_factor.code_at(secret, time())

    return now


@pytest.fixture
def sign_in(code):
    """Return sign_in(address): a client with that person signed in by password and code."""

    def signed(address="ani@example.org", password=PASSWORD, secret=SECRET):
        client = Client()
        client.post("/en/account/login/", {"login": address, "password": password})
        client.post("/en/account/login/code/", {"code": code(secret)})
        return client

    return signed


@pytest.fixture
def client_of(sign_in):
    """Return client_of(name): a client with that person signed in."""
    made = {}

    def client(name):
        if name not in made:
            made[name] = sign_in(f"{name}@node.example")
        return made[name]

    return client
