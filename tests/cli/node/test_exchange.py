"""Practices carried from a shell: exported with their proof, imported by an exchange officer."""

from __future__ import annotations

import time

import pytest
from django.core.cache import cache
from typer.testing import CliRunner

from teladan.cli.app import app
from teladan.exchange.models import Practice
from teladan.exchange.services import record_practice
from teladan.record.places import places
from teladan.registry import second_factor
from teladan.registry.models import Country, Organisation
from teladan.registry.scope import EXCHANGE
from teladan.registry.services import add_person, give_role, give_second_factor
from tests.cli.conftest import Ran
from tests.exchange.conftest import AT, ROOT, sample

PASSWORD = "four plain words here"
SECRET = second_factor.new_secret()


@pytest.fixture
def here(node, settings, monkeypatch):
    """A node with an exchange officer, a sample practice in its record, and the record's keys."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick, for tests only
    settings.ALLOWED_HOSTS = ["localhost"]
    monkeypatch.setattr("teladan.config.server.setup", lambda: None)
    country = Country.objects.create(code="KOR", alpha2="KR", titles={"en": "Republic of Korea"})
    Organisation.objects.create(code="KOR", name="Korea", kind="country", country=country, search_text="k")
    officer = None
    for name, role in (("officer", "exchange officer"), ("adopter", "adopter")):
        person = add_person(email=f"{name}@node.example", name=name, at=AT, password=PASSWORD)
        give_second_factor(person=person, secret=SECRET)
        give_role(person=person, kind=role, at=AT, scope=EXCHANGE)
        officer = officer or person
    record_practice(by=officer, content=sample(), at=AT)
    return node


def run(*arguments, by=""):
    """Run a verb, as a person where one is named; each run has a fresh code, as if its time had come."""
    cache.clear()
    given = f"{PASSWORD}\n{second_factor.code_at(SECRET, time.time())}\n"
    words = [*map(str, arguments), *(["--by", f"{by}@node.example", "--password-stdin"] if by else [])]
    result = CliRunner().invoke(app, words, input=given)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


def test_a_practice_is_exported_and_imported_elsewhere(here, settings, tmp_path):
    file, keys = tmp_path / "smp.json", tmp_path / "record.vkeys"
    ran = run("practice", "export", "smp-window", file)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.endswith("(rule: proof-pending-practice)\n")
    assert not file.exists()
    here()
    ran = run("practice", "export", "smp-window", file)
    assert (ran.status, ran.out) == (0, "")
    assert ran.err.startswith(f"{file}: ")
    assert run("practice", "export", "smp-window", "-").out == file.read_text("utf-8")
    keys.write_bytes((places().keys / "record.vkeys").read_bytes())
    origin = settings.TELADAN_NODE
    Practice.objects.all().delete()
    settings.TELADAN_NODE = "else.example/record"

    ran = run("practice", "import", file, "--key", f"@{keys}", by="adopter")
    assert (ran.status, ran.err.endswith("(rule: role-exchange)\n")) == (1, True)
    ran = run("practice", "import", file, "--key", f"@{keys}", by="officer")

    assert (ran.status, ran.err) == (0, "")
    assert (
        ran.out == f"Carried in: smp-window from {origin}. It is only read here; its owner revises it.\n"
        f"The record of {origin} speaks here for: KOR.\n"
    )
    assert Practice.objects.get().origin == origin


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("@nowhere.vkeys", "nowhere.vkeys: No such file or directory"),
        ("nonsense", "--key nonsense: "),
        ("", "say the key of the record that it comes from"),
    ],
)
def test_a_key_that_is_none_is_named(here, tmp_path, key, said):
    file = tmp_path / "smp.json"
    file.write_text("{}", encoding="utf-8")
    ran = run("practice", "import", file, "--key", key, by="officer")
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


def test_a_file_that_is_none_of_ours_is_refused(here, tmp_path):
    here()
    file = tmp_path / "smp.json"
    file.write_text("{}", encoding="utf-8")
    ran = run("practice", "import", file, "--key", f"@{places().keys / 'record.vkeys'}", by="officer")
    assert ran.status == 1
    assert ran.err == (
        "refused: This is no practice that Teladan exported; `teladan practice export` at its owner’s node "
        "makes one. (rule: not-ours)\n"
    )
    ran = run(
        "practice",
        "import",
        tmp_path / "no.json",
        "--key",
        f"@{places().keys / 'record.vkeys'}",
        by="officer",
    )
    assert ran.status == 2
    assert "no.json: No such file" in ran.err


def test_a_load_by_persons_needs_an_exchange_officer_for_practices(here, capsys):
    from teladan.cli.node import exchange
    from teladan.registry.models import Person

    pair = (Person.objects.get(email="adopter@node.example"),) * 2
    exchange.load(None, pair)
    said = capsys.readouterr()
    assert said.out == ""
    assert "no practice is loaded: neither person is exchange officer" in said.err
    assert Practice.objects.count() == 1


def test_a_load_says_how_much_was_new(here, capsys, tmp_path):
    from teladan.cli.node import exchange
    from teladan.registry.models import Person

    officer = Person.objects.get(email="officer@node.example")
    exchange.load(tmp_path, (officer, officer))
    assert capsys.readouterr().out == ""  # an empty folder
    (tmp_path / "practices").mkdir()
    text = (ROOT / "published/practices/kor-koneps.yaml").read_text("utf-8")
    (tmp_path / "practices" / "kor-koneps.yaml").write_text(text, encoding="utf-8")
    exchange.load(tmp_path, (officer, officer))
    assert capsys.readouterr().out == "loaded 1 practice, adoption or meeting\n"


def test_the_command_reads_as_much_as_may_be_carried():
    from teladan.cli.node import exchange
    from teladan.exchange import transfer

    assert exchange.MOST == transfer.LARGEST
