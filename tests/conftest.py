"""What every test stands on: no network beyond this machine, a real PostgreSQL, a folder of its own."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.rings import Run

pytest_plugins = ["tests.rings"]
ROOT = Path(__file__).parents[1]
LOOPBACK = re.compile(r"^(127\.\d+\.\d+\.\d+|::1|localhost)$")
DATABASE_PREFIX = "test_teladan_"
COUNTER = count(1)
LOADED_AT = datetime(2026, 11, 24, tzinfo=UTC)
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


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


@pytest.fixture(autouse=True, scope="session")
def home_of_the_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Write everything into a folder of this run; serve static files as they lie in the source."""
    from django.test import override_settings

    home = tmp_path_factory.mktemp("home")
    (home / "static").mkdir()
    with override_settings(
        TELADAN_HOME=home,
        TELADAN_KEYS=home / "keys",
        TELADAN_SIGNED=home / "signed" / "checkpoint",
        STATIC_ROOT=home / "static",
        WHITENOISE_USE_FINDERS=True,
        STORAGES={"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}},
    ):
        yield


@pytest.fixture(autouse=True)
def shelf_of_its_own(settings: Any, tmp_path: Path) -> None:
    """Let no test see the pages that another one kept."""
    settings.TELADAN_KEPT = tmp_path / "kept"


@pytest.fixture(scope="session")
def postgresql(this_run: Run) -> str:
    """Give the address of DATABASE_URL where it is set, else of an embedded PostgreSQL in var/test-pg.

    The server's folder stays for the next run; databases are made anew, each with the number of the
    process that made it, so that two processes or two runs at once do not meet.
    """
    given = os.environ.get("DATABASE_URL")
    if given:
        return given
    from teladan.config.database import embedded

    with this_run.turn("server"):
        server = embedded(ROOT / "var" / "test-pg")
        # What killed runs left behind.
        names = server.psql("SELECT datname FROM pg_database")
        for name, process in re.findall(rf"({DATABASE_PREFIX}(\d+)\w*)", names):
            if has_ended(int(process)):
                server.psql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    return str(server.get_uri())


@pytest.fixture(scope="session")
def empty_database(this_run: Run, postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Migrate a database once for the run, with the rights of the web role, to copy; its address."""
    from psycopg.conninfo import make_conninfo

    name = f"{DATABASE_PREFIX}{this_run.number}_empty"
    made = make_conninfo(postgresql, dbname=name)

    def make() -> None:
        administer(postgresql, f"CREATE DATABASE {name}")
        environ = os.environ | {"DATABASE_URL": made, "TELADAN_HOME": str(tmp_path_factory.mktemp("empty"))}
        command = [sys.executable, "-c", "from teladan.cli import main; main()", "migrate"]
        subprocess.run(command, env=environ, check=True, stdout=subprocess.DEVNULL)

    with this_run.shared("empty", make, lambda: administer(postgresql, f"DROP DATABASE {name} WITH (FORCE)")):
        yield made


def has_ended(process: int) -> bool:
    """Say whether there is no such process."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def administer(server: str, *commands: str) -> None:
    """Make, copy or drop databases."""
    import psycopg
    from psycopg.conninfo import make_conninfo

    with psycopg.connect(make_conninfo(server, dbname="postgres"), autocommit=True) as connection:
        for command in commands:
            connection.execute(command)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgresql: str, empty_database: str) -> None:
    """Let Django's own database of the tests begin as a copy of the migrated one."""
    from django.db import connections
    from psycopg.conninfo import conninfo_to_dict

    from teladan.config import database

    settings = connections["default"].settings_dict
    settings.update(database.django_settings(postgresql))
    settings["TEST"]["NAME"] = f"{DATABASE_PREFIX}{os.getpid()}"
    settings["TEST"]["TEMPLATE"] = conninfo_to_dict(empty_database)["dbname"]


# --- databases of their own: for what commits, crashes or signs -------------------------------


@pytest.fixture
def own_database(empty_database: str) -> Iterator[str]:
    """Give a test a migrated, empty database that nobody else uses; its address, as the owner.

    What is written there is committed. `bound_database` lets Django work on it too.
    """
    import psycopg
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    template = conninfo_to_dict(empty_database)["dbname"]
    name = f"{DATABASE_PREFIX}{os.getpid()}_{next(COUNTER)}"
    with psycopg.connect(make_conninfo(empty_database, dbname="postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield make_conninfo(empty_database, dbname=name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def bound_database(own_database: str, django_db_blocker: Any) -> Iterator[str]:
    """Let Django work on `own_database` in this test; real commits, no test transaction around them."""
    from django.db import connections

    from teladan.config import database

    with django_db_blocker.unblock():
        connection = connections["default"]
        before = dict(connection.settings_dict)
        connection.close()
        connection.settings_dict.update(database.django_settings(own_database))
        yield own_database
        connection.close()
        connection.settings_dict.clear()
        connection.settings_dict.update(before)


@pytest.fixture
def node(bound_database: str, settings: Any, tmp_path: Path) -> Callable[[], None]:
    """Give a test a node of its own, database and folders; calling it lets the sequencer do its work."""
    settings.TELADAN_HOME = tmp_path / "node"
    settings.TELADAN_KEYS = tmp_path / "node" / "keys"
    settings.TELADAN_SIGNED = tmp_path / "node" / "signed" / "checkpoint"
    return sequence


def sequence() -> None:
    """Give every act that waits its place, and sign: what `teladan sequencer --once` does."""
    from django.conf import settings
    from django.db import connection
    from psycopg.conninfo import make_conninfo

    from teladan.record.places import places
    from teladan.record.sequencer import Sequencer

    given = connection.get_connection_params()
    known = {"dbname", "user", "password", "host", "port"}
    at = places()
    sequencer = Sequencer(
        make_conninfo(**{key: value for key, value in given.items() if key in known and value}),
        home=Path(settings.TELADAN_HOME),
        keys=at.keys,
        signed=at.signed,
        node=at.node,
        clock=lambda: datetime.now(UTC),
    )
    try:
        sequencer.drain()
    finally:
        sequencer.close()


@pytest.fixture(autouse=True)
def english_unless_asked() -> None:
    """Let no test inherit the language of the page that the one before it opened."""
    from django.utils import translation

    translation.activate("en")


# --- the published results ------------------------------------------------------------------


@pytest.fixture(scope="session")
def results_loaded(
    this_run: Run, postgresql: str, django_db_setup: None, django_db_blocker: Any, home_of_the_run: None
) -> Iterator[None]:
    """Load everything in published/ into the test database, outside of any test's transaction.

    The process that comes first loads, the others copy its database and its folder.
    """
    from django.conf import settings
    from django.db import connection

    name, home = f"{DATABASE_PREFIX}{this_run.number}_results", this_run.folder / "results"
    own = connection.settings_dict["NAME"]

    def make() -> None:
        with django_db_blocker.unblock():
            _load()
            connection.close()
        if not this_run.alone:
            administer(postgresql, f"CREATE DATABASE {name} TEMPLATE {own}")
            shutil.copytree(settings.TELADAN_HOME, home)

    def end() -> None:
        if not this_run.alone:
            administer(postgresql, f"DROP DATABASE {name} WITH (FORCE)")
            shutil.rmtree(home)

    with this_run.shared("results", make, end) as here:
        if not here:
            connection.close()
            administer(
                postgresql, f"DROP DATABASE {own} WITH (FORCE)", f"CREATE DATABASE {own} TEMPLATE {name}"
            )
            shutil.copytree(home, settings.TELADAN_HOME, dirs_exist_ok=True)
        yield


@pytest.fixture
def published(results_loaded: None, db: None) -> None:
    """Give a test the published results; load them again where another test emptied the database."""
    from teladan.publication.models import Publication

    if not Publication.objects.filter(code="spbe-2024").exists():
        _load()


def _load() -> None:
    from teladan.cooperation.services import load_cooperation
    from teladan.exchange.services import load_exchange
    from teladan.publication.services import load_all

    load_all(at=LOADED_AT)
    load_exchange(at=LOADED_AT)
    load_cooperation()
    sequence()


# --- the exchange ---------------------------------------------------------------------------


@pytest.fixture(scope="session")
def exchange_loaded(results_loaded: None, django_db_blocker: Any) -> None:
    """Load the shipped practices, adoptions and cooperation beside the results, for the whole run."""
    with django_db_blocker.unblock():
        _load_exchange()


@pytest.fixture
def exchanged(exchange_loaded: None, published: None) -> None:
    """Give a test the results and the exchange; load it again where another test emptied the database."""
    from teladan.exchange.models import Practice

    if not Practice.objects.filter(code="kor-koneps").exists():
        _load_exchange()


def _load_exchange() -> None:
    from teladan.cooperation.services import load_cooperation
    from teladan.exchange.services import load_exchange

    load_exchange(at=LOADED_AT)
    load_cooperation()
    sequence()


@pytest.fixture(scope="module")
def indexed(exchange_loaded: None, django_db_blocker: Any, this_run: Run) -> Iterator[None]:
    """Index what ships, once for the run; other tests find the index as empty as it was."""
    from django.core import serializers

    from teladan.config.search import run
    from teladan.search.models import Passage

    kept = this_run.folder / "passages.json"
    with this_run.turn("passages"), django_db_blocker.unblock():
        if kept.exists():
            with kept.open(encoding="utf-8") as file:
                passages = [each.object for each in serializers.deserialize("json", file)]
            for passage in passages:
                passage.pk = None
            Passage.objects.bulk_create(passages)
        else:
            run()
            with kept.open("w", encoding="utf-8") as file:
                serializers.serialize("json", Passage.objects.all(), stream=file)
    yield
    with django_db_blocker.unblock():
        Passage.objects.all().delete()


# --- a real browser -------------------------------------------------------------------------


@pytest.fixture(scope="session")
def site(django_db_setup: None, home_of_the_run: None) -> Iterator[str]:
    """Serve the site on this machine; return its address.

    Unlike live_server it does not empty the database after each test: pages only read. A test whose
    pages read the database asks for `db` (or `published`) too.
    """
    from pytest_django.live_server_helper import LiveServer

    server = LiveServer("127.0.0.1")
    server._live_server_modified_settings.enable()
    yield server.url
    server.stop()
    server._live_server_modified_settings.disable()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Start the system's Chromium once; tests open pages with browser.new_page()."""
    from django.db import connections
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("There is no Chromium: make browser")
    # Playwright runs an event loop in this thread, which Django would take for asynchronous code and which
    # keeps the connections of before apart: an open one would hold the database that other processes copy.
    connections.close_all()
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        started = playwright.chromium.launch(executable_path=found, args=CHROMIUM)
        yield started
        started.close()
        # While the loop runs, Django keeps this thread's connections apart from the usual ones.
        connections.close_all()


@pytest.fixture(scope="session")
def axe() -> Callable[[Any], list[str]]:
    """Return axe(page): the accessibility rules that the open page breaks, with the elements."""
    source = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")

    def run(page: Any) -> list[str]:
        page.evaluate(source)
        broken = page.evaluate("axe.run().then(result => result.violations)")
        return [f"{rule['id']}: {node['html']}" for rule in broken for node in rule["nodes"]]

    return run
