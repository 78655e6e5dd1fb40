"""A database made before the rooms were arranged by subject: recognised and left as it is."""

from __future__ import annotations

from teladan.config import database, env

# Rows of django_migrations that only such a database has: a room's old name, a step that is no longer one.
APP = "evaluation"
STEP = ("registry", "0002_person_pseudonym_role")


class OlderDatabaseError(env.SettingError):
    """The database is an earlier Teladan's; the message says what to do."""


def refuse_older() -> None:
    """Raise OlderDatabaseError where the database is an earlier Teladan's. Django is set up."""
    from django.db import connection  # noqa: PLC0415  (needs the settings)
    from django.db.migrations.recorder import MigrationRecorder  # noqa: PLC0415

    steps = set(MigrationRecorder(connection).applied_migrations())
    if STEP in steps or any(app == APP for app, _name in steps):
        raise OlderDatabaseError(message(env.read(), embedded=database.is_embedded()))


def message(settings: env.Environment, *, embedded: bool) -> str:
    """Say what to move away, what is loaded again and what stays behind."""
    apart = [path for path in (settings.keys, settings.signed) if not path.is_relative_to(settings.home)]
    away = " and ".join(str(path) for path in (settings.home, *apart))
    begin = f"move {away} away" if embedded else f"name an empty database in DATABASE_URL, move {away} away"
    return (
        "The database was made by an earlier Teladan, whose tables this one cannot carry on. "
        "Nothing was changed.\n"
        f"To begin anew: {begin}, then run this again.\n"
        "Loaded again: what lies in published/. Left behind in the old database: persons and their roles, "
        "drafts, requests, and what was written or released at the desk alone.\n"
        "The record's log, key and last checkpoint belong together and go with what is moved; they still "
        "verify there. The new node begins a new log under a new key: if the old one was public, give it "
        "another name (TELADAN_NODE)."
    )
