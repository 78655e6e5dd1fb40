"""How a ring runs: how many processes, what they share, which of them takes what, and where the time went.

Each process has its own databases and folders. What takes long to make and is only read, a migrated database
and one with the published results, is made once for the run and copied.
"""

from __future__ import annotations

import fcntl
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

# Seconds, as the design sets them: 8 minutes and 25 minutes on two cores that nobody else uses.
BUDGETS = {"not more": 8 * 60, "more": 25 * 60}
MOST = 4  # processes, unless asked for more: pytest -n 8

# Where each test stands for itself, so that several processes can share the file.
APART = ("test_every_page.py", "test_killed.py")


# --- how many processes -----------------------------------------------------------------------


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Give every core a process; none beside this one where only files were named."""
    given = [str(argument).partition("::")[0] for argument in config.args]
    if given and all(name.endswith(".py") for name in given):
        return 0
    return min(os.cpu_count() or 1, MOST)


def pytest_configure_node(node: Any) -> None:
    """Tell a worker whose it is."""
    node.workerinput["run"] = os.getpid()


# --- which of them takes what -----------------------------------------------------------------


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out whole files, as their tests share what is costly."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        """Whole files, but for those whose tests share nothing."""

        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return nodeid if file.endswith(APART) else file

    config.option.loadscopereorder = False
    return ByFile(config, log)


# --- what they share --------------------------------------------------------------------------


class Run:
    """What the processes of one run share: a number, a folder, and what only one of them makes."""

    def __init__(self, config: pytest.Config, base: Path) -> None:
        given = getattr(config, "workerinput", None)
        self.number: int = given["run"] if given else os.getpid()
        self.folder = base.parent if given else base
        self.alone = given is None

    @contextmanager
    def turn(self, name: str) -> Iterator[None]:
        """Let one process after the other pass."""
        with (self.folder / f"{name}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    @contextmanager
    def shared(self, name: str, make: Callable[[], object], end: Callable[[], object]) -> Iterator[bool]:
        """Have it made by who comes first, and ended by who leaves last; say whether it was made here."""
        users = self.folder / f"{name}.users"
        with self.turn(name):
            first = not users.exists()
            if first:
                make()
            users.write_text("1" if first else str(int(users.read_text()) + 1))
        try:
            yield first
        finally:
            with self.turn(name):
                left = int(users.read_text()) - 1
                if left:
                    users.write_text(str(left))
                else:
                    users.unlink()
                    end()


@pytest.fixture(scope="session")
def this_run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Give what the processes of this run share."""
    return Run(request.config, tmp_path_factory.getbasetemp())


# --- where the time went ----------------------------------------------------------------------


class Clock:
    """The seconds of each room, added up over all processes; kept by the one that shows them."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.tests: dict[str, set[str]] = defaultdict(set)
        self.seconds: dict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add a step of a test to its room."""
        parts = Path(report.nodeid.partition("::")[0]).parts
        room = parts[1] if parts[0] == "tests" and len(parts) > 2 else str(Path(*parts[:-1]))
        self.tests[room].add(report.nodeid)
        self.seconds[room] += report.duration

    def pytest_terminal_summary(self, terminalreporter: Any, config: pytest.Config) -> None:
        """Say where the time went, and how much of its time the ring has used."""
        used, budget = time.monotonic() - self.started, BUDGETS.get(config.option.markexpr)
        if budget is None or not self.seconds:
            return
        write = terminalreporter.write_line
        width = max(map(len, self.seconds))
        write(f"{'room':<{width}}  tests  seconds")
        for room, seconds in sorted(self.seconds.items(), key=lambda item: -item[1]):
            write(f"{room:<{width}}  {len(self.tests[room]):>5}  {seconds:>7.1f}")
        total = sum(self.seconds.values())
        write(f"{'all':<{width}}  {sum(map(len, self.tests.values())):>5}  {total:>7.1f}")
        write(f"Budget: {used:.0f} s of {budget} s used.")


def pytest_configure(config: pytest.Config) -> None:
    """Start the clock in the process that shows the results; let the many that tests start keep bytecode."""
    if not hasattr(config, "workerinput"):
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        sys.dont_write_bytecode = False
        config.pluginmanager.register(Clock(), "clock of the ring")
