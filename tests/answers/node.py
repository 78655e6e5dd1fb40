"""A node of its own from a checkout: brought up as `teladan demo` does, asked, stopped."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

NOT_OURS = ("TELADAN_", "DATABASE_URL", "DJANGO_")
PERSON = re.compile(r"^  (\S+@\S+)\n    password (\S+) .*\n.*: ([A-Z2-7]+)$", re.MULTILINE)
PATIENCE = 300  # seconds for the site to start, and for its search to have read everything


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the site."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Node:
    """A running site: how to run its command, how to ask it, who may sign in."""

    checkout: Path
    home: Path
    port: int
    persons: list[tuple[str, str, str]] = field(default_factory=list)
    _open: threading.local = field(default_factory=threading.local)

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_OURS)}
        return kept | {"TELADAN_HOME": str(self.home), "COLUMNS": "110", "NO_COLOR": "1", "TERM": "dumb"}

    def run(self, *words: str, cwd: Path | None = None, told: str = "") -> subprocess.CompletedProcess[bytes]:
        command = [str(self.checkout / ".venv/bin/teladan"), *words]
        return subprocess.run(
            command, cwd=cwd or self.home, env=self.environment(), input=told.encode(),
            capture_output=True, check=False, timeout=900,
        )  # fmt: skip

    def must(self, *words: str) -> None:
        done = self.run(*words)
        if done.returncode:
            raise SystemExit(f"teladan {' '.join(words)}: {done.stderr.decode()}")

    def ask(
        self, address: str, *, cookies: str = "", method: str = "GET", form: bytes | None = None
    ) -> Reply:
        """Ask the site once; a connection that it has closed meanwhile is opened again."""
        headers = {"Host": f"localhost:{self.port}", "Accept-Encoding": "identity", "Accept-Language": "en"}
        if cookies:
            headers["Cookie"] = cookies
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.site}
        for last in (False, True):
            line = getattr(self._open, "line", None) or HTTPConnection("127.0.0.1", self.port, timeout=120)
            self._open.line = line
            try:
                line.request(method, address, body=form, headers=headers)
                found = line.getresponse()
                body = found.read()
            except (HTTPException, OSError):
                line.close()
                if last:
                    raise
                continue
            told: dict[str, str] = {}
            for name, value in found.getheaders():
                told[name.lower()] = f"{told[name.lower()]}\n{value}" if name.lower() in told else value
            return Reply(found.status, told, body)
        raise AssertionError

    @property
    def site(self) -> str:
        return f"http://localhost:{self.port}"


@contextmanager
def node(checkout: Path, home: Path) -> Iterator[Node]:
    """Bring a node up in an empty folder, and stop it.

    The record is signed in one go after everything is loaded, not beside it as in the demo: which entries
    share a checkpoint would be chance.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = Node(checkout, home, port)
    for words in (["migrate"], ["load"], ["sequencer", "--once"]):
        made.must(*words)
    log = home / "demo.log"
    with log.open("wb") as out:
        site = subprocess.Popen(
            [str(checkout / ".venv/bin/teladan"), "demo", "--port", str(port)],
            cwd=home, env=made.environment(), stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        _wait(lambda: "Teladan is at" in log.read_text("utf-8"), site, log)
        made.persons = PERSON.findall(log.read_text("utf-8"))
        _wait(lambda: _searches(made), site, log)
        yield made
    finally:
        site.send_signal(signal.SIGTERM)
        try:
            site.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(site.pid, signal.SIGKILL)


def _searches(made: Node) -> bool:
    """Say whether the search has read everything; a question asked once would be kept."""
    reply = made.ask(f"/en/search.json?q=ready{time.monotonic_ns()}")
    found = json.loads(reply.body).get("passages", {})
    return bool(found.get("all")) and not found.get("waiting_for_a_vector")


def _wait(holds, site: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while not holds():
        if site.poll() is not None or time.monotonic() > until:
            raise SystemExit(f"the site did not start:\n{log.read_text('utf-8')}")
        time.sleep(0.5)
