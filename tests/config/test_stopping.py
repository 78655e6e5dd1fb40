"""Ending within a limit: what will not end is told, killed, and named; what ends by itself is left to it."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from teladan.config import background
from teladan.config.background import beside

PATIENCE = 30  # seconds until a test gives up: far more than the limits it sets

# A child that answers to the end of its input as the real ones do, or does not.
GOOD = "import sys; print('here', flush=True); sys.stdin.read()"
DEAF = "import time; print('here', flush=True); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + DEAF

LOCKED = """
import os, sys, threading
from teladan.config.stopping import on_signals
stop = on_signals("keeper", limit=0.3)
print("here", flush=True)
{then}
"""
# A thread that is not a daemon keeps an interpreter alive for ever, as one in a native library does.
HELD = "lock = threading.Lock(); lock.acquire(); threading.Thread(target=lock.acquire, name='held').start()"


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def child(monkeypatch):
    """Have `beside` start this code instead of a background process; note the processes."""
    started = []
    real = subprocess.Popen

    def use(code):
        def popen(_args, **kwargs):
            process = real([sys.executable, "-c", code], stdout=subprocess.PIPE, **kwargs)
            process.stdout.readline()  # it has begun, its signals are as it wants them
            started.append(process)
            return process

        monkeypatch.setattr(background.subprocess, "Popen", popen)
        monkeypatch.setattr(background, "SOON", 0.2)
        monkeypatch.setattr(background, "PATIENCE", 0.4)

    yield use, started
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def run_beside(started):
    """Run a block beside one process until that has begun."""
    with beside("worker"):
        deadline = time.monotonic() + PATIENCE
        while not started:
            assert time.monotonic() < deadline
            time.sleep(0.01)


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        (GOOD, 0, None),
        (DEAF, -signal.SIGTERM, "The worker did not end by itself and was told to (TERM)."),
        (
            STUBBORN,
            -signal.SIGKILL,
            "The worker did not end and was killed; the next start goes on from what is stored.",
        ),
    ],
)
def test_a_child_that_will_not_end_is_ended_and_named(child, capfd, code, status, said):
    use, started = child
    use(code)

    run_beside(started)

    assert [process.returncode for process in started] == [status]
    lines = capfd.readouterr().err.splitlines()
    waiting = "Waiting for the worker to end what it does, at most 0.4 s …"
    assert lines == ([waiting, said] if said else [])


def test_a_child_that_is_stopped_does_not_hold_up_the_end(child, capfd):
    use, started = child
    use(GOOD)
    with beside("worker"):
        while not started:
            time.sleep(0.01)
        os.kill(started[0].pid, signal.SIGSTOP)
    assert started[0].returncode in {-signal.SIGTERM, -signal.SIGKILL}
    assert "was killed" in capfd.readouterr().err


def run(then: str, *, signals: int = 1) -> tuple[int, str]:
    """Run a process that waits as `then` says, send it TERM so often; return its status and what it said."""
    process = subprocess.Popen(
        [sys.executable, "-c", LOCKED.format(then=then)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "here\n"
            for _ in range(signals):
                process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
    return process.returncode, said


def test_a_process_that_is_asked_to_end_ends():
    assert run("stop.wait()") == (0, "")


def test_a_process_that_a_thread_keeps_ends_all_the_same_and_says_where_it_stood():
    status, said = run(f"{HELD}\nstop.wait()")
    assert status == 1
    assert said.startswith("The keeper did not end in 0.3 s. It is ended; it stood here:\n")
    assert "most recent call first" in said


def test_a_signal_that_comes_while_the_event_is_held_does_not_hang():
    """What a handler that sets the event itself would do: wait for the lock that its own thread holds."""
    held = "with stop._cond:\n    os.kill(os.getpid(), 15)\n    for _ in range(1000): pass\nstop.wait()"
    assert run(held, signals=0) == (0, "")


def test_two_signals_at_once_are_one_end():
    status, said = run("stop.wait()", signals=5)
    assert (status, said) == (0, "")


def test_a_background_process_whose_thread_hangs_is_gone_after_its_parent():
    code = (
        "import sys; from teladan.config import background, stopping\n"
        "import threading\n"
        "def hang(stop):\n"
        "    print('here', flush=True); stop.wait(); "
        "lock = threading.Lock(); lock.acquire(); lock.acquire()\n"
        "background.PROCESSES['worker'] = hang\n"
        "real = stopping.end_soon\n"
        "background.end_soon = lambda stop, name: real(stop, name, 0.3)\n"
        "sys.exit(background.main('worker'))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with process:
        try:
            assert process.stdout.readline() == b"here\n"
            _, said = process.communicate(timeout=PATIENCE)  # closes its input, as a parent that is gone
        finally:
            process.kill()
    assert process.returncode == 1
    assert b"The worker did not end in 0.3 s." in said
    assert b"in hang" in said


SERVE = """
from teladan.config import server
server.TO_STOP = 1
server.serve(port={port}, ready=lambda: print("ready", flush=True))
"""


def test_a_web_worker_that_is_stuck_is_killed_and_the_server_ends(tmp_path, free_port):
    environ = os.environ | {
        "TELADAN_HOME": str(tmp_path / "home"),
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    }
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE.format(port=free_port)],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    stuck: list[int] = []
    with process:
        giving_up = threading.Timer(PATIENCE, process.kill)
        giving_up.start()
        try:
            for line in process.stdout:
                if line == "ready\n":
                    break
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            stuck = [int(child) for child in children if is_web_worker(process.pid, int(child))]
            assert stuck
            for child in stuck:
                os.kill(child, signal.SIGSTOP)
            process.send_signal(signal.SIGTERM)
            said = process.stdout.read()
            process.wait()
        finally:
            giving_up.cancel()
            process.kill()
    assert process.returncode == 0, said
    assert "Killing worker-1 after it refused to gracefully stop" in said
    assert not any(Path(f"/proc/{child}").exists() for child in stuck)


def is_web_worker(parent: int, child: int) -> bool:
    """Say whether a child runs what its parent runs: a fork, or multiprocessing's own start."""
    own = Path(f"/proc/{parent}/cmdline").read_bytes()
    line = Path(f"/proc/{child}/cmdline").read_bytes()
    return line == own or b"spawn_main" in line
