"""Processes that run beside the site of `teladan demo` and end with it: sequencer and worker.

Each is a process of its own that reads its standard input: when the parent is gone, however it went, the
input ends, and so does the process.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from teladan.config.stopping import end_soon

POLL = 0.5  # seconds between two looks for acts: a receipt comes well within five
# Seconds that a process may take to end: stopping.LIMIT, after which it ends itself, and some.
PATIENCE = 20.0
SOON = 2.0  # seconds within which a process ends mostly, and after TERM
LONGEST_PAUSE = 60  # seconds before a process that ended is started again


@contextmanager
def beside(*names: str) -> Iterator[None]:
    """Run background processes while the block runs; names are the keys of `PROCESSES`.

    One that ends by itself, killed perhaps, is started again after a pause, longer each time, and that is
    said.
    """
    over = Event()
    keepers = [Thread(target=_keep, args=(name, over), name=f"keep-{name}") for name in names]
    for keeper in keepers:
        keeper.start()
    try:
        yield
    finally:
        over.set()
        for keeper in keepers:
            keeper.join()  # at most PATIENCE and SOON: `_end` kills


def _keep(name: str, over: Event) -> None:
    """Keep one process running until it is over, then let it end."""
    pause = POLL
    while not over.is_set():
        began = time.monotonic()
        process = subprocess.Popen(  # noqa: S603  (our own module)
            [sys.executable, "-m", "teladan.config.background", name], stdin=subprocess.PIPE
        )
        while process.poll() is None and not over.wait(POLL):
            pass
        if process.poll() is None:
            _end(name, process)
            return
        assert process.stdin is not None
        process.stdin.close()
        pause = POLL if time.monotonic() - began > LONGEST_PAUSE else min(2 * pause, LONGEST_PAUSE)
        _say(f"The {name} ended (status {process.returncode}); it is started again in {pause:.0f} s.")
        over.wait(pause)


def _end(name: str, process: subprocess.Popen[bytes]) -> None:
    """Let a process end; after PATIENCE ask with a TERM signal, after that kill it, and say so."""
    assert process.stdin is not None
    process.stdin.close()
    if _ended(process, SOON):
        return
    _say(f"Waiting for the {name} to end what it does, at most {PATIENCE:g} s …")
    if _ended(process, PATIENCE - SOON):
        return
    process.terminate()
    if _ended(process, SOON):
        _say(f"The {name} did not end by itself and was told to (TERM).")
        return
    process.kill()
    process.wait()
    _say(f"The {name} did not end and was killed; the next start goes on from what is stored.")


def _ended(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Wait for a process to end, so many seconds at most; say whether it has."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def sequencer(stop: Event) -> None:
    """Give acts their places until `stop` is set."""
    from teladan.config.sequencer import run  # noqa: PLC0415  (sets Django up)

    run(stop, POLL, _say)


def worker(stop: Event) -> None:
    """Do background jobs until `stop` is set."""
    from teladan.config.worker import run  # noqa: PLC0415  (sets Django up)

    run(stop, _say)


PROCESSES: dict[str, Callable[[Event], None]] = {"sequencer": sequencer, "worker": worker}


def main(name: str) -> int:
    """Run one process until standard input ends."""
    from teladan.record.stops import Stopped  # noqa: PLC0415

    stop = Event()
    # Ctrl-C reaches the whole group; what ends this process is the end of its parent.
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 1024):
            pass
        end_soon(stop, name)

    Thread(target=wait, daemon=True, name="end-with-the-parent").start()
    try:
        PROCESSES[name](stop)
    except Stopped as stopped:
        _say(f"The record stands still: {stopped}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
