"""A database of before is recognised by every way in, and left as it is."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command

from teladan.config import doctor, env, older

COMMAND = [sys.executable, "-c", "from teladan.cli import main; main()"]


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_room_begins_with_one_step_and_the_record_adds_its_triggers() -> None:
    rooms = Path(older.__file__).parents[1]
    steps = sorted(str(path.relative_to(rooms)) for path in rooms.glob("*/migrations/0*.py"))
    assert steps == [
        "cooperation/migrations/0001_initial.py",
        "exchange/migrations/0001_initial.py",
        "publication/migrations/0001_initial.py",
        "record/migrations/0001_initial.py",
        "record/migrations/0002_log_is_only_added_to.py",
        "registry/migrations/0001_initial.py",
        "search/migrations/0001_initial.py",
    ]


@pytest.fixture(params=[(older.APP, "0001_initial"), older.STEP], ids=["room", "step"])
def old(
    request: pytest.FixtureRequest, own_database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> str:
    """A database that an earlier Teladan made, as its list of migrations tells."""
    with psycopg.connect(own_database) as connection:
        connection.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())", request.param
        )
    monkeypatch.setenv("DATABASE_URL", own_database)
    monkeypatch.setenv("TELADAN_HOME", str(tmp_path / "home"))
    return own_database


def state(url: str) -> list[tuple[object, ...]]:
    """Return what a database lists of tables and migrations."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        )
        return sorted([*tables, *connection.execute("SELECT app, name FROM django_migrations")])


@pytest.mark.parametrize("verb", ["migrate", "serve", "demo"])
def test_it_is_refused_with_what_to_do_and_nothing_is_changed(old: str, verb: str, tmp_path: Path) -> None:
    before = state(old)
    run = subprocess.run([*COMMAND, verb], capture_output=True, text=True, check=False, timeout=120)
    assert run.returncode == 2
    assert "made by an earlier Teladan" in run.stderr
    assert f"name an empty database in DATABASE_URL, move {tmp_path / 'home'} away" in run.stderr
    assert "Traceback" not in run.stderr
    assert state(old) == before


def test_the_doctor_finds_it(old: str) -> None:
    run = subprocess.run([*COMMAND, "doctor"], capture_output=True, text=True, check=False, timeout=120)
    line = next(line for line in run.stdout.splitlines() if line.startswith("--  tables"))
    assert "made by an earlier Teladan" in line
    assert "To begin anew: name an empty database" in run.stdout


@pytest.mark.django_db
def test_a_database_of_this_version_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    older.refuse_older()
    monkeypatch.setenv("DATABASE_URL", "postgresql://as-django-has-it")
    assert doctor.migrations().ok


def test_where_the_database_lies_in_the_home_the_home_is_moved_with_what_lies_apart(tmp_path: Path) -> None:
    home = tmp_path / "var"
    text = older.message(env.read({"TELADAN_HOME": str(home)}), embedded=True)
    assert f"To begin anew: move {home} away, then run this again.\n" in text
    apart = {"TELADAN_HOME": str(home), "TELADAN_KEYS": "/keys", "TELADAN_SIGNED": "/disk/checkpoint"}
    assert f"move {home} and /keys and /disk/checkpoint away" in older.message(env.read(apart), embedded=True)
