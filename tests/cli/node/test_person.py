"""Persons from a shell: added, given roles, ended, reset; and the sample persons of the demo."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from time import time

import pytest

from teladan.cli.node import server
from teladan.cli.node.person import FILE, sign_ins_of_the_demo

AT = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture(autouse=True)
def here(db, settings, tmp_path, monkeypatch):
    """Use the test's database and a folder of its own; hash passwords quickly."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]  # Django's test run adds one of its own
    monkeypatch.setattr("teladan.config.server.setup", lambda: None)
    monkeypatch.setenv("TELADAN_HOME", str(tmp_path))


def add(teladan, *more, email="ani@example.org"):
    return teladan("person", "add", email, "--name", "Ani Rahma", *more)


def test_a_person_is_added_and_can_sign_in_with_what_is_printed(teladan):
    from teladan.registry.queries import Held, person_at, roles_of
    from teladan.registry.scope import Scope
    from teladan.registry.second_factor import code_at
    from teladan.registry.sign_in import verify_person

    run = add(teladan, "--role", "second-publisher", "--series", "new", email="Ani@Example.org")

    assert run.status == 0
    assert run.err == "note: no publication has the series 'new' yet\n"
    shown = dict(re.findall(r"^  (\w+)\s+(\S+)$", run.out, flags=re.MULTILINE))
    assert shown["address"] == "ani@example.org"
    assert f"otpauth://totp/Teladan:ani%40example.org?secret={shown['secret']}&issuer=Teladan\n" in run.out
    code = code_at(shown["secret"], AT.timestamp())
    person = verify_person("ani@example.org", shown["password"], code, at=AT)
    assert person == person_at("ani@example.org")
    (role,) = roles_of(person, datetime.now(UTC))
    assert role == Held(kind="second publisher", scope=Scope("series", "new"))
    assert shown["password"] not in person.password
    assert shown["secret"] not in str(list(person.authenticator_set.values_list("data")))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("ani",), "'ani' is not an e-mail address: write one like name@example.org\n"),
        (("a@b.org", "--role", "king"), "there is no role 'king'; there are: publisher, second publisher"),
    ],
)
def test_who_cannot_be_added(teladan, more, said):
    from teladan.registry.models import Person

    run = teladan("person", "add", *more, "--name", "Ani")
    assert (run.status, run.out) == (2, "")
    assert run.err.startswith(said)
    assert not Person.objects.filter(name="Ani").exists()


def test_the_same_address_twice_and_a_person_without_a_name(teladan):
    add(teladan)
    assert add(teladan, email="ANI@example.org").err == (
        "there is a person with the address ani@example.org already\n"
    )
    assert teladan("person", "add", "b@example.org", "--name", " ").err == "a person needs a name\n"


def test_a_role_is_given_and_ended(teladan):
    add(teladan)
    run = teladan("person", "role", "ani@example.org", "coordinator")
    assert run.out == "ani@example.org is coordinator for all series.\n"
    assert re.search(r"ani@example\.org +Ani Rahma +coordinator +active", teladan("person", "list").out)
    run = teladan("person", "end", "ani@example.org", "coordinator")
    assert run.out == "ani@example.org is no longer coordinator for all series.\n"
    run = teladan("person", "end", "ani@example.org", "coordinator")
    assert (run.status, run.err) == (2, "ani@example.org has no role 'coordinator' for all series\n")
    assert re.search(r"Ani Rahma +– +active", teladan("person", "list").out)


def test_a_person_is_ended(teladan):
    add(teladan, "--role", "observer")
    assert teladan("person", "end", "ani@example.org").status == 0
    assert re.search(r"Ani Rahma +– +inactive", teladan("person", "list").out)
    for verb in (("reset",), ("role", "observer")):
        run = teladan("person", verb[0], "ani@example.org", *verb[1:])
        assert run.status == 2
        assert "is inactive" in run.err


def test_a_reset_replaces_everything(teladan):
    from teladan.registry.queries import person_at

    first = add(teladan).out
    before = person_at("ani@example.org")
    run = teladan("person", "reset", "ANI@example.org")
    after = person_at("ani@example.org")
    assert run.status == 0
    assert not set(re.findall(r"(?:password|secret) +(\S+)", first)) & set(
        re.findall(r"(?:password|secret) +(\S+)", run.out)
    )
    assert before.get_session_auth_hash() != after.get_session_auth_hash()
    assert after.authenticator_set.count() == 1


def test_an_address_that_nobody_has_names_the_nearest(teladan):
    add(teladan)
    run = teladan("person", "reset", "anie@example.org")
    assert run.status == 2
    assert run.err == (
        "there is no person with the address anie@example.org; did you mean 'ani@example.org'?\n"
    )


# --- the sample persons of the demo -------------------------------------------------------------------


def test_the_demo_makes_a_sample_person_for_each_role_and_says_how_they_sign_in(teladan, tmp_path):
    from teladan.registry.models import Person, Role
    from teladan.registry.second_factor import code_at

    lines = "\n".join(sign_ins_of_the_demo("127.0.0.1"))

    file = tmp_path / FILE
    assert file.stat().st_mode & 0o777 == 0o600
    kept = [line.split() for line in file.read_text().splitlines() if not line.startswith("#")]
    assert [person.email for person in Person.objects.filter(is_sample=True)] == sorted(
        address for address, _, _ in kept
    )
    assert len(kept) == len(Role.Kind)
    for address, password, secret in kept:
        assert address in lines
        assert password in lines
        assert secret in lines
        assert Person.objects.get(email=address).check_password(password)
    shown = teladan("person", "code", "publisher@sample.invalid")
    assert shown.out.strip() in {code_at(kept[0][2], time() - late) for late in (0, 30)}


def test_the_same_sign_ins_are_printed_at_the_next_start_also_after_someone_changed_them(tmp_path):
    from teladan.registry.models import Person

    sign_ins_of_the_demo("127.0.0.1")
    kept = (tmp_path / FILE).read_text()
    person = Person.objects.get(email="publisher@sample.invalid")
    person.set_password("something else")
    person.save()
    person.authenticator_set.all().delete()

    sign_ins_of_the_demo("127.0.0.1")

    assert (tmp_path / FILE).read_text() == kept
    person.refresh_from_db()
    assert person.check_password(kept.split("publisher@sample.invalid ")[1].split()[0])
    assert person.authenticator_set.count() == 1


def test_two_installations_have_other_passwords_and_a_broken_file_is_made_anew(tmp_path):
    sign_ins_of_the_demo("127.0.0.1")
    first = (tmp_path / FILE).read_text()
    (tmp_path / FILE).write_text(first.replace("publisher@sample.invalid ", "publisher ") + "x y z\n")
    sign_ins_of_the_demo("127.0.0.1")
    second = (tmp_path / FILE).read_text()
    assert second.splitlines()[2].split()[1] != first.splitlines()[2].split()[1]
    assert second.splitlines()[-1] == first.splitlines()[-1]  # the observer's line was whole


@pytest.mark.parametrize(
    ("host", "hosts", "origin"),
    [
        ("0.0.0.0", ["localhost"], ""),
        ("192.0.2.7", ["localhost"], ""),
        ("", ["localhost"], ""),
        ("127.0.0.1", ["localhost", "teladan.example"], ""),
        ("127.0.0.1", ["*"], ""),
        ("127.0.0.1", ["localhost"], "https://teladan.example"),
    ],
)
def test_where_others_can_reach_the_site_nothing_is_made_or_printed(settings, tmp_path, host, hosts, origin):
    from teladan.registry.models import Person

    settings.ALLOWED_HOSTS = hosts
    settings.TELADAN_ORIGIN = origin
    assert sign_ins_of_the_demo(host) == [
        "No sample sign-ins: the site answers to others than this machine (see teladan person add)."
    ]
    assert not any(person.has_usable_password() for person in Person.objects.all())
    assert not (tmp_path / FILE).exists()


def test_the_demo_prints_them_before_its_address(teladan, monkeypatch):
    def serve(host, port, workers, ready):
        ready()

    monkeypatch.setattr("teladan.config.server.serve", serve)
    monkeypatch.setattr(server, "_migrate", lambda **_: None)
    monkeypatch.setattr(server, "_load", lambda *_: 0)
    monkeypatch.setattr("teladan.config.background.beside", lambda *_: nullcontext())
    run = teladan("demo")
    assert run.status == 0
    assert run.out.index("publisher@sample.invalid") < run.out.index("Teladan is at")


def test_a_code_is_shown_of_sample_persons_only(teladan):
    add(teladan)
    run = teladan("person", "code", "ani@example.org")
    assert (run.status, run.out) == (2, "")
    assert run.err == "ani@example.org is no sample person of this machine's demo: teladan demo makes them\n"
    assert "teladan demo prints" in _reset_of_a_sample(teladan)


def _reset_of_a_sample(teladan):
    from teladan.registry.services import sample_person

    sample_person("observer", at=AT)
    return teladan("person", "reset", "observer@sample.invalid").err


def test_a_code_is_shown_by_the_command_as_people_start_it(tmp_path):
    line = "publisher@sample.invalid a-b-c JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\n"
    (tmp_path / FILE).write_text(line)
    command = [sys.executable, "-c", "from teladan.cli import main; main()", "person", "code"]
    run = subprocess.run(
        [*command, "publisher@sample.invalid"],
        env=os.environ
        | {"TELADAN_HOME": str(tmp_path), "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert re.fullmatch(r"\d{6}\n", run.stdout)
