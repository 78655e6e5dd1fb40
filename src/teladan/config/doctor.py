"""What a run needs, checked one by one, each with what to do when it is missing."""

import importlib.metadata
import importlib.util
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from teladan.config import env

OLDEST_POSTGRESQL = 15
CORE = {"numpy": "numpy", "python_calamine": "python-calamine", "yaml": "pyyaml", "rfc8785": "rfc8785"}
SERVER = {
    "babel": "babel",
    "brotli": "brotli",
    "django": "django",
    "granian": "granian",
    "jinja2": "jinja2",
    "ninja": "django-ninja",
    "psycopg": "psycopg",
    "whitenoise": "whitenoise",
}
WEB = env.PACKAGE / "web"
IN_CLONE = "in the clone: make assets"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing a run needs: whether it is so, what was found, and the way out when it is not."""

    name: str
    ok: bool
    message: str
    way_out: str = ""


def checks() -> list[Check]:
    """Check everything, in the order in which to mend it. Never raises, starts the embedded database."""
    found = [python(), packages("engine", CORE, "pip install teladan")]
    found += [packages("platform", SERVER, "pip install 'teladan[server]'"), settings(), home()]
    steps: list[tuple[str, Callable[[], Check]]] = [
        ("database", database),
        ("tables", migrations),
        ("record", record),
        ("sequencer", sequencer),
    ]
    for name, step in steps:
        failed = next((check for check in found if not check.ok), None)
        found.append(
            Check(name, ok=False, message="not tried", way_out=f"First mend: {failed.name}.")
            if failed
            else step()
        )
    return [*found, assets(), translations()]


def python() -> Check:
    """Check the version of Python."""
    version = ".".join(map(str, sys.version_info[:3]))
    return Check("python", sys.version_info >= (3, 11), f"Python {version}", "Install Python 3.11 or newer.")


def packages(name: str, wanted: dict[str, str], way_out: str) -> Check:
    """Check that modules can be found (module name -> distribution name)."""
    missing = [dist for module, dist in wanted.items() if importlib.util.find_spec(module) is None]
    if missing:
        return Check(name, ok=False, message=f"Missing: {', '.join(missing)}", way_out=way_out)
    versions = ", ".join(f"{dist} {importlib.metadata.version(dist)}" for dist in wanted.values())
    return Check(name, ok=True, message=versions)


def settings() -> Check:
    """Check the environment variables, and that a site open to others is reached safely."""
    try:
        found = env.read()
    except env.SettingError as error:
        return Check("settings", ok=False, message=str(error), way_out="Correct the environment variable.")
    others = [host for host in found.hosts if host not in env.LOOPBACK]
    if others and not found.https:
        return Check(
            "settings",
            ok=False,
            message=f"The site answers to {', '.join(others)} without HTTPS.",
            way_out="Put it behind HTTPS and set TELADAN_HTTPS=yes.",
        )
    message = f"Answers to {', '.join(found.hosts)}"
    if found.clock:
        message += f"; its clock is moved by {found.clock} days (TELADAN_CLOCK)"
    return Check("settings", ok=True, message=message)


def home() -> Check:
    """Check that the folder of everything a run writes can be written."""
    folder = env.home()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return Check("folder", ok=False, message=f"{folder}: {error.strerror}", way_out="Set TELADAN_HOME.")
    return Check("folder", os.access(folder, os.W_OK), str(folder), "Set TELADAN_HOME to one you may write.")


def database() -> Check:
    """Check that PostgreSQL answers and is new enough."""
    import psycopg  # noqa: PLC0415  (part of teladan[server])

    from teladan.config.database import ensure_database  # noqa: PLC0415

    try:
        url = ensure_database()
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version
    except env.SettingError as error:
        return Check("database", ok=False, message=str(error), way_out="Set DATABASE_URL.")
    except psycopg.Error as error:
        reason = " ".join(str(error).split())
        return Check("database", ok=False, message=reason, way_out="Start PostgreSQL, or mend DATABASE_URL.")
    major, minor = divmod(version, 10000)
    return Check(
        "database",
        major >= OLDEST_POSTGRESQL,
        f"PostgreSQL {major}.{minor}",
        f"Use PostgreSQL {OLDEST_POSTGRESQL} or newer.",
    )


def migrations() -> Check:
    """Check that the tables are those this version needs."""
    from django.db import Error  # noqa: PLC0415  (part of teladan[server])

    from teladan.config.older import OlderDatabaseError  # noqa: PLC0415
    from teladan.config.server import waiting_migrations  # noqa: PLC0415

    try:
        waiting = waiting_migrations()
    except OlderDatabaseError as error:
        problem, *way_out = str(error).splitlines()
        return Check("tables", ok=False, message=problem, way_out=" ".join(way_out))
    except (env.SettingError, Error) as error:
        return Check("tables", ok=False, message=str(error).strip(), way_out="See the check of the database.")
    if waiting:
        return Check("tables", ok=False, message=f"{waiting} changes wait", way_out="teladan migrate")
    return Check("tables", ok=True, message="up to date")


def record() -> Check:
    """Check that the role of the web server cannot change the log. As a superuser every role can."""
    from django.db import Error  # noqa: PLC0415  (part of teladan[server])

    from teladan.config.database import as_role  # noqa: PLC0415
    from teladan.record import grants  # noqa: PLC0415

    embedded = as_role(grants.WEB_ROLE) is not None
    try:
        may = grants.may_change_the_log(grants.WEB_ROLE if embedded else None)
    except Error as error:
        reason = " ".join(str(error).split())
        return Check("record", ok=False, message=reason, way_out="As the owner: teladan migrate")
    if may:
        return Check(
            "record",
            ok=False,
            message="The role of DATABASE_URL may change and delete entries of the record",
            way_out=f"Serve as {grants.WEB_ROLE}: docs/howto/run-the-record.md",
        )
    return Check("record", ok=True, message="the web server cannot change the log")


def sequencer() -> Check:
    """Check that acts get their place in the log, and that no audit keeps them from it."""
    from django.db import Error  # noqa: PLC0415  (part of teladan[server])

    from teladan.config import clock  # noqa: PLC0415
    from teladan.record import queries  # noqa: PLC0415
    from teladan.record.models import Audit  # noqa: PLC0415

    try:
        audit = Audit.objects.filter(finished_at__isnull=False).order_by("-started_at").first()
        now = clock.now()
        since = queries.waiting_since(now)
    except Error as error:
        return Check("sequencer", ok=False, message=" ".join(str(error).split()), way_out="teladan migrate")
    stopping = [each for each in audit.findings if each.get("stops", True)] if audit else []
    if stopping:
        return Check(
            "sequencer",
            ok=False,
            message=f"Nothing is signed: an audit found a difference at {stopping[0]['place']}",
            way_out="docs/howto/run-the-record.md, then teladan audit",
        )
    if since:
        return Check(
            "sequencer",
            ok=False,
            message=f"An act waits since {(now - since).total_seconds():,.0f} s for its receipt",
            way_out="Start teladan sequencer and read what it says.",
        )
    return Check("sequencer", ok=True, message="no act waits longer than it may")


def assets() -> Check:
    """Check that the stylesheets and fonts were built."""
    missing = [
        name
        for name in ("govuk.css", "fonts.css", "fonts-ko.css")
        if not (WEB / "static" / "built" / name).is_file()
    ]
    if missing:
        return Check("assets", ok=False, message=f"Not built: {', '.join(missing)}", way_out=IN_CLONE)
    return Check("assets", ok=True, message="stylesheets and fonts are there")


def translations() -> Check:
    """Check that every language's texts are compiled, and since they were last changed."""
    late = [path.parts[-3] for path in sorted(WEB.glob("locale/*/LC_MESSAGES/*.po")) if _is_late(path)]
    if late:
        return Check("languages", ok=False, message=f"Not compiled: {', '.join(late)}", way_out=IN_CLONE)
    return Check("languages", ok=True, message="compiled")


def _is_late(po: Path) -> bool:
    """Say whether the .mo beside a .po is missing, or in a clone older (installing sets times anew)."""
    mo = po.with_suffix(".mo")
    return not mo.is_file() or (env.clone() is not None and mo.stat().st_mtime < po.stat().st_mtime)
