"""Publishing from a shell: who acts shows password and code, and every refusal names its rule."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from typer.testing import CliRunner

from teladan.cli.app import app
from teladan.publication.models import Correction, Preparation, Publication
from teladan.record.models import Outbox
from teladan.registry import second_factor
from teladan.registry.scope import Scope
from teladan.registry.services import give_role, give_second_factor, load_registry
from teladan.registry.services.persons import add_person
from tests.cli.conftest import Ran
from tests.publication.conftest import root  # noqa: F401
from tests.publication.sample import GOOD, OFF_SCALE, SPBE, publish

AT = datetime(2026, 11, 1, tzinfo=UTC)
PASSWORD = "four plain words here"
SECRET = second_factor.new_secret()
ROLES = {
    "publisher": ("publisher",),
    "second": ("second publisher",),
    "coordinator": ("coordinator",),
    "observer": ("observer",),
    "both": ("publisher", "second publisher"),
    "nobody": (),
}


@pytest.fixture
def people(db, monkeypatch, settings):
    """One person for each role, with the same password and second factor, on a running platform."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick, for tests only
    monkeypatch.setattr("teladan.config.server.setup", lambda: None)
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
    cache.clear()
    for name, roles in ROLES.items():
        person = add_person(email=f"{name}@node.example", name=name, at=AT, password=PASSWORD)
        give_second_factor(person=person, secret=SECRET)
        for kind in roles:
            give_role(person=person, kind=kind, at=AT)
    elsewhere = add_person(email="elsewhere@node.example", name="elsewhere", at=AT, password=PASSWORD)
    give_second_factor(person=elsewhere, secret=SECRET)
    for kind in ("publisher", "second publisher"):
        give_role(person=elsewhere, kind=kind, scope=Scope("series", "egdi"), at=AT)


@pytest.fixture
def folder(root, people):  # noqa: F811
    """A publication's folder with an impossible figure, and the bodies that it is about."""
    load_registry(root / "organisations")
    return publish(root, SPBE + GOOD + OFF_SCALE)


def code_now() -> str:
    return second_factor.code_at(SECRET, time.time())


def run(*arguments, by, given=None):
    """Run a verb as a person; each run has a fresh code, as if its time had come."""
    if given is None:
        cache.clear()
        given = f"{PASSWORD}\n{code_now()}\n"
    arguments = [*map(str, arguments), "--by", f"{by}@node.example", "--password-stdin"]
    result = CliRunner().invoke(app, arguments, input=given)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


def test_a_dry_run_prints_completeness_and_leaves_nothing_in_the_record(folder):
    ran = run("draft", folder, by="publisher")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines()[:6] == [
        "smp-2024 1 (draft, reported)",
        "  listed           2 of 3 evaluated",
        "  left out         0",
        "  not scored       0",
        "  without an index 0",
        "  verdicts         1 consistent, 1 impossible",
    ]
    assert ran.out.splitlines()[-1] == (
        "Nothing is in the record yet. Next: teladan prepare smp-2024 --by EMAIL"
    )
    assert "Printed figures that cannot be right (1 row):" in ran.out
    assert (
        "  smp-b  Sample B: impossible: D4 is printed as 0.30; it can only be from 1.00 to 5.00." in ran.out
    )
    assert not Outbox.objects.filter(subject="publication/smp-2024").exists()


def test_two_persons_publish(folder):
    run("draft", folder, by="publisher")
    assert run("prepare", "smp-2024", by="publisher").out.startswith("Prepared smp-2024 1")
    assert run("release", "smp-2024", by="second").out.startswith("Released smp-2024 1.")
    assert Publication.objects.get(code="smp-2024").number == 1


def test_who_prepared_it_does_not_release_it(folder):
    run("draft", folder, by="both")
    run("prepare", "smp-2024", by="both")
    ran = run("release", "smp-2024", by="both")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == (
        "refused: You prepared it yourself: another person has to release it. (rule: two-persons)\n"
    )
    assert not Publication.objects.filter(code="smp-2024").exists()


@pytest.mark.parametrize("who", ["second", "coordinator", "observer", "elsewhere", "nobody"])
def test_only_a_publisher_of_the_series_drafts(folder, who):
    ran = run("draft", folder, by=who)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.endswith("(rule: role)\n")
    assert not Preparation.objects.filter(code="smp-2024").exists()


@pytest.mark.parametrize("who", ["elsewhere", "nobody"])
@pytest.mark.parametrize("verb", ["prepare", "release", "withdraw"])
def test_who_may_not_see_a_draft_is_told_of_none(folder, who, verb):
    run("draft", folder, by="publisher")
    more = ["--reason", "It is wrong."] if verb == "withdraw" else []
    ran = run(verb, "smp-2024", *more, by=who)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("nothing is under way for 'smp-2024'")
    assert run(verb, "no-such", *more, by=who).err == ran.err.replace("smp-2024", "no-such")


def test_a_code_of_another_series_is_refused_without_a_word_about_its_draft(folder):
    from teladan.registry.queries import person_at

    run("draft", folder, by="publisher")
    give_role(
        person=person_at("elsewhere@node.example"), kind="publisher", scope=Scope("series", "smp"), at=AT
    )
    meta = folder / "publication.yaml"
    meta.write_text(meta.read_text().replace("spbe@2020", "not seen"))
    ran = run("draft", folder, by="elsewhere")
    assert (ran.status, ran.out, ran.err.rpartition("(")[2]) == (1, "", "rule: other-series)\n")
    assert Preparation.objects.get(code="smp-2024").series == "spbe"


def test_withdrawing_what_was_prepared(folder):
    run("draft", folder, by="publisher")
    run("prepare", "smp-2024", by="publisher")
    assert run("withdraw", "smp-2024", "--reason", "A row is missing.", by="second").status == 0
    assert Preparation.objects.get(code="smp-2024").withdrawn_reason == "A row is missing."
    again = run("withdraw", "smp-2024", "--reason", "Again.", by="second")
    assert (again.status, again.err.rpartition("(")[2]) == (1, "rule: not-under-way)\n")


def published(folder):
    run("draft", folder, by="publisher")
    run("prepare", "smp-2024", by="publisher")
    run("release", "smp-2024", by="second")


def test_a_correction_is_asked_listed_and_decided_by_another(folder):
    published(folder)
    asked = run(
        "correct", "ask", "smp-2024", "smp-b", "D4", "3.30", "--reason", "Annex, p. 9", by="coordinator"
    )
    number = Correction.objects.get().pk
    assert asked.out.splitlines()[0] == f"Asked: correction {number}, smp-b D4: 0.30 → 3.30."
    decide = ["correct", "decide", number, "--accept", "--reason", "Seen."]
    own = run(*decide, by="coordinator")
    assert (own.status, own.err.rpartition("(")[2]) == (1, "rule: two-persons-decide)\n")

    decided = run(*decide, by="second")

    lines = decided.out.splitlines()
    assert lines[0] == f"Accepted: correction {number}, smp-b D4: 0.30 → 3.30."
    assert "Compared with smp-2024: 1 row the same, 2 figures changed, 0 new, 0 gone." in lines
    assert [line.split() for line in lines if line.startswith("smp-b")] == [
        ["smp-b", "Sample", "B", "D4", "0.30", "3.30"],
        ["smp-b", "Sample", "B", "verdict", "impossible", "inconsistent"],
    ]
    listed = run("correct", "list", by="observer").out.splitlines()
    assert run("correct", "list", by="elsewhere").out == "No correction was asked for.\n"
    assert run("correct", "list", by="observer", given="wrong\n123456\n").status == 1
    assert " ".join(listed[-1].split()) == f"{number} smp-2024 smp-b D4 0.30 → 3.30 accepted, draft"
    waits = run("prepare", "smp-2024", by="publisher")
    assert (waits.status, waits.err.rpartition("(")[2]) == (1, "rule: record-behind)\n")


def test_who_asked_takes_it_back_and_another_cannot(folder):
    published(folder)
    run("correct", "ask", "smp-2024", "smp-b", "D4", "3.30", "--reason", "Annex.", by="coordinator")
    number = Correction.objects.get().pk
    back = ["correct", "take-back", number, "--reason", "I misread the annex."]
    other = run(*back, by="second")
    assert (other.status, other.err.rpartition("(")[2]) == (1, "rule: who-asked)\n")
    hidden = run(*back, by="elsewhere")
    assert (hidden.status, hidden.err) == (
        2,
        f"there is no correction {number}; see: teladan correct list --by EMAIL\n",
    )

    done = run(*back, by="coordinator")

    assert (done.status, done.out) == (0, f"Taken back: correction {number}, smp-b D4: 0.30 → 3.30.\n")
    assert run("correct", "list", by="observer").out.splitlines()[-1].endswith("taken back")


def test_the_owner_erases_what_was_asked_and_is_asked_first(folder):
    published(folder)
    ask = ["correct", "ask", "smp-2024", "smp-b", "D4", "3.30", "--reason", "Ibu Sari said so"]
    run(*ask, by="coordinator")
    act = str(Correction.objects.get().asked_act)
    erase = ["erase", act, "--reason", "It names a person"]
    slip = CliRunner().invoke(app, erase, input="n\n")
    assert (slip.exit_code, Correction.objects.get().reason) == (2, "Ibu Sari said so")

    done = CliRunner().invoke(app, [*erase, "--yes"])

    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "Erased: what 1 act about smp-2024 said, and 0 kept archives of it.",
        f"  {act}",
        "The log stays as it is and verifies. What others have downloaded cannot be called back.",
    ]
    assert Correction.objects.get().reason == ""
    again = CliRunner().invoke(app, [*erase, "--yes"])
    assert (again.exit_code, again.stderr.rpartition("(")[2]) == (1, "rule: erased-already)\n")
    for wrong in ("no-act", "999999999"):
        assert CliRunner().invoke(app, ["erase", wrong, "--reason", "No", "--yes"]).exit_code == 2


def test_a_correction_of_what_is_not_there(folder):
    ran = run("correct", "ask", "smp-2024", "smp-b", "D4", "3.30", "--reason", "No.", by="coordinator")
    assert (ran.status, ran.err) == (2, "there is no publication 'smp-2024'\n")
    ran = run("correct", "decide", 7, "--decline", "--reason", "No.", by="coordinator")
    assert (ran.status, ran.err) == (2, "there is no correction 7; see: teladan correct list --by EMAIL\n")
    assert run("correct", "list", by="coordinator").out == "No correction was asked for.\n"


@pytest.mark.parametrize(
    "given", ["wrong\n{code}\n", PASSWORD + "\n000000\n", "{code}\n" + PASSWORD + "\n"], ids=str
)
def test_who_does_not_show_both_is_not_let_in(folder, given):
    cache.clear()
    ran = run("draft", folder, by="publisher", given=given.format(code=code_now()))
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.endswith("(rule: sign-in)\n")
    assert not Preparation.objects.filter(code="smp-2024").exists()


def test_an_address_that_nobody_has_is_answered_like_a_wrong_password(folder):
    wrong = run("draft", folder, by="publisher", given="wrong\n123456\n")
    assert run("draft", folder, by="stranger", given="wrong\n123456\n") == wrong


def test_a_code_opens_once_also_after_the_site_took_it(folder):
    cache.clear()
    given = f"{PASSWORD}\n{code_now()}\n"
    assert run("draft", folder, by="publisher", given=given).status == 0
    assert run("prepare", "smp-2024", by="publisher", given=given).status == 1
    from teladan.desk.account.forms import used
    from teladan.registry.queries import person_at

    cache.clear()
    used(person_at("publisher@node.example"), code_now())
    assert run("prepare", "smp-2024", by="publisher", given=given).status == 1
    assert Preparation.objects.get(code="smp-2024").state == "draft"


def test_five_failures_stop_even_the_right_password(folder):
    cache.clear()
    for _ in range(5):
        run("draft", folder, by="publisher", given="wrong\n123456\n")
    ran = run("draft", folder, by="publisher", given=f"{PASSWORD}\n{code_now()}\n")
    assert (ran.status, ran.err) == (
        1,
        "refused: too many attempts for publisher@node.example: wait five minutes (rule: sign-in)\n",
    )


def test_of_many_attempts_at_once_five_are_looked_at(bound_database, settings):
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    from teladan.registry.sign_in import SignInError, verify_person

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]  # slow: all look at once
    cache.clear()

    def attempt(_number):
        try:
            verify_person("nobody@node.example", "wrong", "000000", at=AT)
        except SignInError as error:
            return "too many" in str(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as many:
        assert sorted(many.map(attempt, range(12))) == [False] * 5 + [True] * 7


def test_a_script_that_gives_one_line(folder):
    ran = run("draft", folder, by="publisher", given=f"{PASSWORD}\n")
    assert (ran.status, ran.out) == (2, "")
    assert "two lines" in ran.err


def test_at_a_terminal_nothing_typed_is_shown(folder):
    cache.clear()
    result = CliRunner().invoke(
        app, ["draft", str(folder), "--by", "publisher@node.example"], input=f"{PASSWORD}\n{code_now()}\n"
    )
    assert result.exit_code == 0
    assert result.stderr.startswith("Password of publisher@node.example:")
    assert "Code of publisher@node.example:" in result.stderr
    assert PASSWORD not in result.output


def test_no_verb_takes_a_password_as_argument(folder):
    for verb in ("draft", "prepare", "release", "withdraw", "load"):
        text = CliRunner().invoke(app, [verb, "--help"]).stdout
        assert "--password " not in text
        assert "--password-stdin" in text


def test_what_cannot_be_read_is_said_with_file_and_line(folder):
    (folder / "results.csv").write_text(SPBE + GOOD.replace("3.30", "=1+1"), encoding="utf-8")
    ran = run("draft", folder, by="publisher")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"{folder}/results.csv:2: D2: ")


# --- load -------------------------------------------------------------------------------------


def test_on_this_machine_the_sample_persons_publish_and_the_command_says_so(folder, root):  # noqa: F811
    result = CliRunner().invoke(app, ["load", "--published", str(root)])
    assert (result.exit_code, result.stderr) == (
        0,
        "note: sample persons publish, as the site answers to this machine only\n",
    )
    assert Preparation.objects.get(code="smp-2024").released_by.is_sample


@pytest.mark.parametrize(
    "setting", [{"ALLOWED_HOSTS": ["localhost", "node.example"]}, {"TELADAN_ORIGIN": "https://node.example"}]
)
def test_a_node_that_others_reach_is_published_by_its_own_persons(folder, root, settings, setting):  # noqa: F811
    for name, value in setting.items():
        setattr(settings, name, value)
    load = ["load", "--published", str(root)]
    refused = CliRunner().invoke(app, load)
    assert (refused.exit_code, Publication.objects.filter(code="smp-2024").count()) == (2, 0)
    assert "--publisher EMAIL --second-publisher EMAIL" in refused.stderr
    who = ["--publisher", "publisher@node.example", "--second-publisher", "second@node.example"]
    lines = f"{PASSWORD}\n{code_now()}\n" * 2
    cache.clear()
    done = CliRunner().invoke(app, [*load, *who, "--password-stdin"], input=lines)
    assert (done.exit_code, done.stderr) == (0, "")
    released = Preparation.objects.get(code="smp-2024")
    assert (released.prepared_by.name, released.released_by.name) == ("publisher", "second")


def test_one_person_does_not_load_alone(folder, root):  # noqa: F811
    load = ["load", "--published", str(root)]
    alone = CliRunner().invoke(app, [*load, "--publisher", "publisher@node.example"])
    assert (alone.exit_code, "two persons" in alone.stderr) == (2, True)
    cache.clear()
    lines = f"{PASSWORD}\n{code_now()}\n{PASSWORD}\n{second_factor.code_at(SECRET, time.time() - 30)}\n"
    who = ["--publisher", "both@node.example", "--second-publisher", "both@node.example", "--password-stdin"]
    twice = CliRunner().invoke(app, [*load, *who], input=lines)
    assert (twice.exit_code, Publication.objects.filter(code="smp-2024").count()) == (1, 0)
    assert twice.stderr.endswith("(rule: two-persons)\n")


def test_a_sample_person_does_not_act_where_others_reach_the_site(folder, settings):
    from teladan.registry.models import Person

    Person.objects.update(is_sample=True)
    settings.ALLOWED_HOSTS = ["node.example"]
    ran = run("draft", folder, by="publisher")
    assert (ran.status, ran.err.rpartition("(")[2]) == (1, "rule: sample-elsewhere)\n")
