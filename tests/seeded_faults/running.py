"""What happens inside pytest: the record of which test runs which line, and the seeding itself.

The seeding loads everything once and forks for each fault: the fork puts the changed code into the functions
that are there, and has a copy of the database and of the files. What runs when a module is imported, in a
fixture that many tests share or in a process of its own cannot be changed so: that is tried in a copy of the
tree (`elsewhere` in __main__).
"""

from __future__ import annotations

import contextlib
import functools
import gc
import json
import os
import shutil
import signal
import sys
import time
import traceback
import types
import warnings
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.seeded_faults.faults import Fault

ROOT = Path.cwd()
SHARED = "fixture "  # how the record calls the lines of a fixture that several tests share
# Fixtures that hold threads or processes, which a fork does not have: a fork makes its own.
LIVING = {"site", "browser", "live_server"}
KEEPING = type(functools.lru_cache(int))
ORDER = os.environ.get("SEEDED_ORDER", "")  # the file that says what to do


def pytest_configure(config: pytest.Config) -> None:
    """Record or seed, as the order says."""
    from hypothesis import settings

    settings.register_profile("seeded", derandomize=True, database=None)
    settings.load_profile("seeded")
    order = json.loads(Path(ORDER).read_text(encoding="utf-8"))
    config.pluginmanager.register(Recording(order) if "data" in order else Seeding(order))


def shared(item: Any) -> set[str]:
    """Return the fixtures of a test that it shares with others."""
    known = getattr(item, "_fixtureinfo", None)
    return {
        name
        for name, made in (known.name2fixturedefs.items() if known else ())
        if made[-1].scope in {"session", "package", "module"}
    }


# --- which test runs which line -----------------------------------------------------------------


class Recording:
    """Runs the tests under coverage, each line under the name of its test or of a shared fixture."""

    def __init__(self, order: dict[str, Any]) -> None:
        import coverage

        self.order = order
        self.coverage = coverage.Coverage(
            data_file=order["data"], source=[str(ROOT / "src")], config_file=False
        )
        os.environ["COVERAGE_PROCESS_START"] = order["processes"]  # what tests start records itself
        self.coverage.start()
        self.now = ""
        self.seconds: dict[str, float] = defaultdict(float)
        self.shared: dict[str, list[str]] = {}
        self.failed: set[str] = set()

    def switch(self, name: str) -> None:
        self.now = name
        self.coverage.switch_context(name)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[Any]:
        self.shared[item.nodeid] = sorted(shared(item))
        self.switch(item.nodeid)
        started = time.perf_counter()
        yielded = yield
        self.seconds[item.nodeid] += time.perf_counter() - started
        self.switch("")
        return yielded

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[Any]:
        if fixturedef.scope == "function":
            return (yield)
        before, started = self.now, time.perf_counter()
        self.switch(SHARED + fixturedef.argname)
        try:
            return (yield)
        finally:
            self.seconds[before] -= time.perf_counter() - started
            self.switch(before)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        self.coverage.stop()
        self.coverage.save()
        for name in self.failed:
            del self.shared[name]
        known = {"seconds": self.seconds, "shared": self.shared, "failed": sorted(self.failed)}
        Path(self.order["notes"]).write_text(json.dumps(known), encoding="utf-8")


# --- seeding ------------------------------------------------------------------------------------


class Seeding:
    """Loads once, then forks for each fault and runs in the fork the tests that run its line."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.order = order
        self.parent = os.getpid()
        self.home: Path | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = {item.nodeid: item for item in session.items}
        self.then = types.SimpleNamespace(listchain=lambda: [session])  # what all share stays, no more
        # Tests that the record does not know yet are run for every fault.
        self.new = [name for name in self.items if name not in self.order["seconds"]]
        wanted = {name for each in self.order["faults"] for name in each["tests"]} | set(self.new)
        self.warm([self.items[name] for name in wanted if name in self.items])
        ours = str(ROOT / "src")
        # Every function of ours by its place, and what keeps results.
        self.functions: dict[tuple[str, str, int], list[Any]] = defaultdict(list)
        self.keeping = []
        for each in gc.get_objects():
            kind = type(each)  # isinstance would wake what is lazy
            if kind is types.FunctionType and each.__code__.co_filename.startswith(ours):
                code = each.__code__
                self.functions[code.co_filename, code.co_qualname, code.co_firstlineno].append(each)
            elif kind is KEEPING and (each.__module__ or "").startswith("teladan"):
                self.keeping.append(each)
        waiting, distrusted = list(self.order["faults"]), set[str]()
        while waiting:
            told = self.forks([each | {"without": distrusted} for each in waiting])
            killers = {each["by"] for each in told.values() if each["fate"] == "killed"} & self.items.keys()
            control = {"key": "control", "fault": None, "tests": sorted(killers), "without": set()}
            failing = set(self.forks([control])["control"].get("failing", ()))
            # A test that fails here without any fault says nothing: its faults are tried without it.
            distrusted |= failing
            again = {key for key, each in told.items() if each.get("by") in failing}
            waiting = [each for each in waiting if each["key"] in again]
        return True

    def forks(self, waiting: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """Fork for each fault, some at a time; return what became of each."""
        running: dict[int, tuple[Any, int]] = {}
        told = {}
        while waiting or running:
            while waiting and len(running) < self.order["workers"]:
                given = waiting.pop(0)
                read, write = os.pipe()
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # threads of the parent are not needed
                    pid = os.fork()
                if not pid:
                    self.child(given, write)
                os.close(write)
                running[pid] = (given, read)
            pid, status, used = os.wait3(0)
            if pid not in running:
                continue
            given, read = running.pop(pid)
            with os.fdopen(read, encoding="utf-8") as pipe:
                said = json.loads(pipe.read() or "{}")
            if os.WIFSIGNALED(status):
                late = os.WTERMSIG(status) == signal.SIGALRM
                said = {"fate": "timed out" if late else "killed", "by": "", "ran": 1}
            said |= {"key": given["key"], "seconds": round(used.ru_utime + used.ru_stime, 2)}
            told[given["key"]] = said
            if given["fault"]:
                with Path(self.order["out"]).open("a", encoding="utf-8") as out:
                    out.write(json.dumps(said) + "\n")
            self.forget(pid)
        return told

    def warm(self, wanted: list[Any]) -> None:
        """Run a test for each shared fixture that will be needed, so that the forks find it made."""
        from _pytest.runner import runtestprotocol

        made: set[str] = set()
        for item in sorted(wanted, key=lambda each: -len(shared(each))):
            needed = shared(item)
            if needed - made and not needed & LIVING:
                runtestprotocol(item, log=False, nextitem=self.then)
                made |= needed
        if "django" in sys.modules:
            from django.conf import settings
            from django.db import connections

            connections.close_all()
            self.database = connections["default"].settings_dict["NAME"] if "django_db_setup" in made else ""
            self.home = getattr(settings, "TELADAN_HOME", None) if "home_of_the_run" in made else None
        else:
            self.database = ""

    def child(self, given: dict[str, Any], write: int) -> None:
        """Seed the fault here and run its tests until one notices; never return."""
        said: dict[str, Any] = {"fate": "survived", "ran": 0}
        try:
            os.setpgid(0, 0)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            if given["fault"] is None or self.plant(
                Fault(**given["fault"] | {"names": (), "span": tuple(given["fault"]["span"])})
            ):
                self.move_in()
                said |= self.run(given)
            else:
                said["fate"] = "elsewhere"
        except BaseException:  # noqa: BLE001  (whatever it is, it is told)
            said = {"fate": "broken", "why": traceback.format_exc().strip().splitlines()[-1]}
        os.write(write, json.dumps(said).encode())
        os._exit(0)

    def plant(self, fault: Fault) -> bool:
        """Put the changed code into the functions that are there; say whether there were any."""
        path = ROOT / fault.file
        codes = [compile(fault.seeded(path.read_bytes()), str(path), "exec", dont_inherit=True)]
        planted = False
        while codes:
            code = codes.pop()
            codes += [each for each in code.co_consts if isinstance(each, types.CodeType)]
            for function in self.functions.get((str(path), code.co_qualname, code.co_firstlineno), ()):
                if function.__code__ != code:
                    if function.__code__.co_freevars != code.co_freevars:
                        return False
                    function.__code__ = code
                    planted = True
        for each in self.keeping:
            each.cache_clear()
        return planted

    def move_in(self) -> None:
        """Copy the database and the files of the run for this fork alone."""
        from django.conf import settings
        from django.db import connections

        if self.database:
            name = f"{self.database}_of_{os.getpid()}"
            _tell(f"CREATE DATABASE {name} TEMPLATE {self.database}")
            connections["default"].settings_dict["NAME"] = name
        if self.home:
            own = self.home.with_name(f"home-of-{os.getpid()}")
            shutil.copytree(self.home, own)
            for name in dir(settings):
                value = getattr(settings, name, None)
                if isinstance(value, Path) and value.is_relative_to(self.home):
                    setattr(settings, name, own / value.relative_to(self.home))

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        from _pytest.runner import runtestprotocol

        seconds = self.order["seconds"]
        names = [*given["tests"], *(self.new if given["fault"] else ())]
        items = [self.items[name] for name in names if name in self.items and name not in given["without"]]
        items.sort(key=_emptying)
        failing = []
        for number, (item, after) in enumerate(zip(items, [*items[1:], self.then], strict=False), 1):
            signal.alarm(int(20 + 10 * seconds.get(item.nodeid, 1)))
            reports = runtestprotocol(item, log=False, nextitem=after)
            if any(each.failed for each in reports):
                failing.append(item.nodeid)
                if not given["fault"]:
                    print(item.nodeid, *(each.longreprtext for each in reports if each.failed), flush=True)
                if given["fault"]:
                    return {"fate": "killed", "by": item.nodeid, "ran": number}
        return {"fate": "survived", "ran": len(items), "failing": failing}

    def forget(self, pid: int) -> None:
        """Drop what a fork left behind."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        if self.database:
            _tell(f"DROP DATABASE IF EXISTS {self.database}_of_{pid} WITH (FORCE)")
        if self.home:
            shutil.rmtree(self.home.with_name(f"home-of-{pid}"), ignore_errors=True)


def _emptying(item: Any) -> bool:
    """Say whether a test empties the database, so that the next ones load it again: it comes last."""
    marker = item.get_closest_marker("django_db")
    return bool(
        {"transactional_db", *LIVING} & set(getattr(item, "fixturenames", ()))
        or (marker and marker.kwargs.get("transaction"))
    )


def _tell(statement: str) -> None:
    """Say something to the server of the tests, beside Django."""
    import psycopg
    from django.db import connections

    given = connections["default"].get_connection_params()
    known = {key: given[key] for key in ("user", "password", "host", "port") if given.get(key)}
    with psycopg.connect(**known, dbname="postgres", autocommit=True) as connection:
        connection.execute(statement)
