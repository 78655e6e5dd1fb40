"""The site: size of its longest page, first render, and kept bytes beside the same bytes as a file.

The server of `teladan serve` is pinned to one core and four clients to another, in one run on one
machine, with a database and a home of their own.
"""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.measure import Measure, seconds, within

PAGE = "/results/spbe-2023"  # 616 rows, the longest there is
STATIC = "/static/bench.html"
CLIENTS = 4
REQUESTS = 250  # of each client
KILOBYTES = 100
BROWSER = {"Accept-Encoding": "br, gzip"}
COMMAND = (sys.executable, "-c", "from teladan.cli import main; main()")


def measures() -> Iterator[Measure]:
    """Yield the measures of the public pages."""
    home = Path(tempfile.mkdtemp(prefix="teladan-bench-"))
    environment = {**os.environ, "TELADAN_HOME": str(home)}
    environment.pop("DATABASE_URL", None)
    try:
        _teladan(environment, "migrate")
        started = time.perf_counter()
        _teladan(environment, "load")
        yield Measure(what="load all publications, 4,124 rows", figure=seconds(time.perf_counter() - started))
        yield from _of_pages(home, environment)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _of_pages(home: Path, environment: dict[str, str]) -> Iterator[Measure]:
    with _served(environment) as port:
        _, first = _get(port, f"/en{PAGE}")
        yield Measure(what="616-row page, very first request of a new server", figure=seconds(first))
        _settle(port, f"/en{PAGE}")
        renders = []
        for address in (f"/id{PAGE}", f"/ko{PAGE}"):
            renders.append(_get(port, address)[1])
            _settle(port, address)
        yield within("616-row page, first render in another language", max(renders), 0.3)
        plain, gzip, brotli = (
            _get(port, f"/en{PAGE}", encoding)[0] for encoding in ("identity", "gzip", "br")
        )
        yield _size("616-row page, gzip", len(gzip), len(plain))
        yield _size("616-row page, Brotli", len(brotli), len(plain))
        kept = _load(port, f"/en{PAGE}")
    (home / STATIC.lstrip("/")).write_bytes(plain)
    (home / f"{STATIC.lstrip('/')}.br").write_bytes(brotli)
    with _served(environment) as port:
        same = _load(port, STATIC)
    middle, beside = statistics.median(kept), statistics.median(same)
    yield within(
        f"kept page, p50 at {CLIENTS} clients, one core",
        middle,
        0.05,
        f"static file {seconds(beside)}: {middle / beside:.1f}×",
    )
    yield Measure(what="kept page, p99", figure=seconds(statistics.quantiles(kept, n=100)[98]))


def _size(what: str, size: int, plain: int) -> Measure:
    return Measure(
        what=what,
        figure=f"{size / 1000:.1f} kB",
        compared=f"plain {plain / 1000:.0f} kB",
        target=f"< {KILOBYTES} kB",
        ok=size < KILOBYTES * 1000,
    )


@contextmanager
def _served(environment: dict[str, str]) -> Iterator[int]:
    """Serve on core 0 until the block ends; yield the port."""
    port = _free_port()
    cores = os.sched_getaffinity(0)
    _pin(0)  # what is started now inherits it
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.sched_setaffinity(0, cores)
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    msg = "the server did not start within 30 seconds"
    raise TimeoutError(msg)


def _settle(port: int, address: str) -> None:
    """Wait until a page has been compressed with Brotli behind the first visitor's back."""
    for _ in range(100):
        if _header(port, address, "Content-Encoding") == "br":
            return
        time.sleep(0.1)
    msg = "the page was not compressed with Brotli within 10 seconds"
    raise TimeoutError(msg)


def _pin(core: int) -> None:
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[core % len(cores)]})


def _load(port: int, address: str) -> list[float]:
    """Return the seconds of every request of all clients."""
    times: list[float] = []
    failed: list[int] = []

    def client() -> None:
        _pin(1)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for _ in range(REQUESTS):
            started = time.perf_counter()
            connection.request("GET", address, headers=BROWSER)
            response = connection.getresponse()
            response.read()
            times.append(time.perf_counter() - started)
            if response.status != http.client.OK:
                failed.append(response.status)
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed or len(times) != CLIENTS * REQUESTS:
        msg = f"{address}: {len(failed)} of {CLIENTS * REQUESTS} requests failed {failed[:3]}"
        raise RuntimeError(msg)
    return times


def _get(port: int, address: str, encoding: str = "br, gzip") -> tuple[bytes, float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    started = time.perf_counter()
    connection.request("GET", address, headers={"Accept-Encoding": encoding})
    response = connection.getresponse()
    body = response.read()
    elapsed = time.perf_counter() - started
    connection.close()
    if response.status != http.client.OK:
        msg = f"{address} answered {response.status}"
        raise RuntimeError(msg)
    return body, elapsed


def _header(port: int, address: str, name: str) -> str | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("HEAD", address, headers=BROWSER)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.getheader(name)


def _teladan(environment: dict[str, str], *arguments: str) -> None:
    subprocess.run([*COMMAND, *arguments], env=environment, check=True, stdout=subprocess.DEVNULL)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
