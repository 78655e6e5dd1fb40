"""What every test stands on: no network beyond this machine, a real PostgreSQL, a folder of its own."""

import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
LOOPBACK = re.compile(r"^(127\.\d+\.\d+\.\d+|::1|localhost)$")
DATABASE_PREFIX = "test_teladan_"


@pytest.fixture(autouse=True, scope="session")
def only_this_machine() -> Iterator[None]:
    """Refuse connections to anywhere else: a test that needs the network is wrong."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not LOOPBACK.match(str(address[0])):
            raise RuntimeError(f"A test tried to reach {address[0]}. Tests stay on this machine.")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(autouse=True)
def folder_of_its_own(request: pytest.FixtureRequest) -> None:
    """Give tests of the site their own kept pages, and static files under their plain names."""
    if "teladan.config.settings" not in os.environ.get("DJANGO_SETTINGS_MODULE", ""):
        return
    settings = request.getfixturevalue("settings")
    folder = request.getfixturevalue("tmp_path_factory").getbasetemp()
    settings.TELADAN_KEPT = folder / "kept" / re.sub(r"\W+", "-", request.node.nodeid)[-100:]
    settings.STATIC_ROOT = folder / "static"
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    settings.WHITENOISE_USE_FINDERS = True
    settings.STORAGES = {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Run on DATABASE_URL where it is set, else on an embedded PostgreSQL in var/test-pg.

    The server's folder stays for the next run; the database is made anew, one per run, so that two
    runs at once do not meet.
    """
    from django.db import connections

    from teladan.config import database

    url = os.environ.get("DATABASE_URL") or _embedded()
    given = database.django_settings(url)
    settings = connections["default"].settings_dict
    settings.update(given)
    settings["TEST"]["NAME"] = f"{DATABASE_PREFIX}{os.getpid()}"


def _embedded() -> str:
    """Start the tests' PostgreSQL and drop the databases that killed runs left behind."""
    from teladan.config.database import embedded

    server = embedded(ROOT / "var" / "test-pg")
    for name in re.findall(rf"{DATABASE_PREFIX}\d+", server.psql("SELECT datname FROM pg_database")):
        if not Path(f"/proc/{name.removeprefix(DATABASE_PREFIX)}").exists():
            server.psql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    return str(server.get_uri())
