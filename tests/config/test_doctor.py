"""What `teladan doctor` finds."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from teladan.config import doctor
from teladan.record.models import Outbox
from tests.record.acts import append


def test_this_environment_is_complete():
    assert [check for check in (doctor.python(), doctor.settings(), doctor.assets()) if not check.ok] == []
    assert doctor.packages("engine", doctor.CORE, "").ok
    assert doctor.packages("platform", doctor.SERVER, "").ok


def test_a_missing_package_is_named_with_how_to_get_it():
    check = doctor.packages("platform", {"no_such_module": "no-such-module"}, "pip install 'teladan[server]'")

    assert check == doctor.Check(
        "platform", ok=False, message="Missing: no-such-module", way_out="pip install 'teladan[server]'"
    )


def test_a_site_open_to_others_without_https_is_found(monkeypatch):
    monkeypatch.setenv("TELADAN_HOSTS", "teladan.example")

    check = doctor.settings()

    assert (check.ok, check.way_out) == (False, "Put it behind HTTPS and set TELADAN_HTTPS=yes.")


def test_a_wrong_setting_is_found(monkeypatch):
    monkeypatch.setenv("TELADAN_DEBUG", "maybe")

    assert doctor.settings().message == "TELADAN_DEBUG is 'maybe': write yes or no."


def test_a_database_that_does_not_answer_is_found(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")

    check = doctor.database()

    assert not check.ok
    assert "127.0.0.1" in check.message
    assert check.way_out == "Start PostgreSQL, or mend DATABASE_URL."


@pytest.mark.django_db
def test_the_tables_are_found_up_to_date(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://as-django-has-it")

    assert doctor.migrations() == doctor.Check("tables", ok=True, message="up to date")


def test_missing_stylesheets_are_found(monkeypatch, tmp_path):
    monkeypatch.setattr(doctor, "WEB", tmp_path)

    assert doctor.assets().way_out == "in the clone: make assets"


def test_a_translation_changed_after_it_was_compiled_is_found(monkeypatch, tmp_path):
    folder = tmp_path / "locale" / "id" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text("")
    monkeypatch.setattr(doctor, "WEB", tmp_path)

    assert doctor.translations().message == "Not compiled: id"


def test_what_rests_on_something_missing_is_not_tried(monkeypatch):
    monkeypatch.setenv("TELADAN_DEBUG", "maybe")

    found = {check.name: check for check in doctor.checks()}

    assert found["database"] == doctor.Check(
        "database", ok=False, message="not tried", way_out="First mend: settings."
    )
    assert found["tables"].message == "not tried"


def test_a_web_server_that_may_change_the_record_is_found(bound_database):
    check = doctor.record()

    assert (check.ok, check.way_out) == (False, "Serve as teladan_web: docs/howto/run-the-record.md")


def test_an_act_that_waits_too_long_is_found(bound_database):
    assert doctor.sequencer().ok
    append()
    assert doctor.sequencer().ok
    Outbox.objects.update(at=datetime.now(UTC) - timedelta(seconds=90))

    check = doctor.sequencer()

    assert (check.ok, check.message.split(" s ")[0][:22]) == (False, "An act waits since 90")


def test_an_installed_translation_needs_no_later_date(monkeypatch, tmp_path):
    folder = tmp_path / "locale" / "id" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.mo").write_text("")
    os.utime(folder / "django.mo", (0, 0))
    (folder / "django.po").write_text("")
    monkeypatch.setattr(doctor, "WEB", tmp_path)
    monkeypatch.setattr(doctor.env, "clone", lambda: None)

    assert doctor.translations().ok
