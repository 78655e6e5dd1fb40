"""The command as a process: streams, signals, speed, and what it imports."""

from __future__ import annotations

import json
import os
import pty
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import HEADER, ROWS

ROOT = Path(__file__).parents[2]
COMMAND = Path(sys.executable).with_name("teladan")
SPBE_2024 = ROOT / "published/spbe/2024/results.csv"


def run(*arguments, **options):
    return subprocess.run([COMMAND, *arguments], capture_output=True, check=False, **options)


def test_json_on_stdout_and_nothing_else(write):
    done = run("evaluate", "egdi", write("a.csv", f"{HEADER}\n{ROWS}"), "--format", "json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["edition"] == "2024"
    assert done.stdout.count(b"\n") == 1


def test_problems_on_stderr_and_nothing_on_stdout(write):
    done = run("evaluate", "egdi", write("a.csv", f"{HEADER}\nKOR,9,1,1\n"))
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr == b"a.csv:2:OSI: 9 is not between 0 and 1\n"


@pytest.mark.parametrize("language", ["C", "ko_KR.EUC-KR"])
def test_the_bytes_do_not_depend_on_the_terminal_s_language(write, language):
    file = write("a.csv", f"{HEADER}\n서울특별시,1,1,1\n")
    plain = run("evaluate", "egdi", file, "--format", "json")
    environment = {**os.environ, "LC_ALL": language, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    for form in ("json", "table"):
        done = run("evaluate", "egdi", file, "--format", form, env=environment)
        assert done.returncode == 0
        assert "서울특별시" in done.stdout.decode("utf-8")
        assert form == "table" or done.stdout == plain.stdout
    wrong = run("evaluate", "egdi", write("b.csv", f"{HEADER}\n서울,9,1,1\n서울,1,1,1\n"), env=environment)
    assert wrong.returncode == 1
    assert b"Traceback" not in wrong.stderr


def test_a_reader_that_goes_away_is_no_fault():
    writer = subprocess.Popen(
        [COMMAND, "check", "spbe@2020", SPBE_2024, "--edition", "2024", "--format", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    )
    assert writer.stdout.read(10)
    writer.stdout.close()
    assert writer.stderr.read() == b""
    writer.stderr.close()
    assert writer.wait() == 141


def test_an_interruption_ends_without_a_traceback(tmp_path):
    waiting = tmp_path / "pipe"
    os.mkfifo(waiting)
    # Where the tests run in the background, SIGINT is ignored, and the command would inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with subprocess.Popen(
            [COMMAND, "evaluate", "egdi", waiting], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            time.sleep(1.0)
            process.send_signal(signal.SIGINT)
            try:
                out, err = process.communicate(timeout=20)
            finally:
                process.kill()
    finally:
        signal.signal(signal.SIGINT, before)
    assert (process.returncode, out) == (130, b"")
    assert b"Traceback" not in err


def test_answers_may_come_from_a_pipe():
    text = f"{HEADER}\n{ROWS}".encode()
    done = run("evaluate", "egdi", "/dev/stdin", "--format", "csv", "--edition", "2024", input=text)
    assert done.returncode == 0
    assert done.stdout.splitlines()[1] == b"KOR,0.9679,9074/9375,"


def on_terminal(columns, *arguments):
    """Run on a terminal of so many columns; return what appears on it."""
    leader, follower = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(columns), "TERM": "xterm"}
    environment.pop("NO_COLOR", None)
    import fcntl
    import struct
    import termios

    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    with subprocess.Popen(
        [COMMAND, *arguments], stdin=follower, stdout=follower, stderr=follower, env=environment
    ) as process:
        os.close(follower)
        seen = b""
        while True:
            try:
                part = os.read(leader, 65536)
            except OSError:
                break
            if not part:
                break
            seen += part
        process.wait()
    os.close(leader)
    return process.returncode, seen.decode().replace("\r\n", "\n")


def test_a_terminal_that_is_narrow_gets_folded_names(write):
    name = "Kementerian Koordinator Bidang Pembangunan Manusia dan Kebudayaan"
    status, seen = on_terminal(70, "evaluate", "egdi", write("a.csv", f"{HEADER}\n{name},1,1,1\n"))
    assert status == 0
    lines = seen.splitlines()
    assert max(map(len, lines[4:])) <= 70
    assert "\x1b[1morganisation" in seen
    assert " ".join("".join(line[:24] for line in lines[4:]).split()).startswith("Kementerian Koordinator")


def test_large_work_shows_that_it_goes_on_only_on_a_terminal(write):
    rows = "".join(f"V{n},0.{n % 9973:04d},0.5,0.25\n" for n in range(25_000))
    file = write("a.csv", f"{HEADER}\n{rows}")
    status, seen = on_terminal(80, "evaluate", "egdi", file, "--format", "csv")
    assert status == 0
    assert "Evaluating a.csv …" in seen
    assert run("evaluate", "egdi@1", file, "--edition", "2024", "--format", "csv").stderr == b""


def imported(code):
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; {code}; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return set(done.stdout.split())


def test_verbs_of_the_engine_import_no_django(tmp_path):
    code = (
        "from typer.testing import CliRunner; from teladan.cli.app import app; "
        f"r = CliRunner().invoke(app, ['evaluate', 'egdi', '{ROOT}/instruments/egdi/1/example.csv']); "
        "assert r.exit_code == 0, r.output"
    )
    found = imported(code)
    assert "teladan.core.index" in found
    assert not {name.partition(".")[0] for name in found} & {
        "django",
        "ninja",
        "psycopg",
        "granian",
        "jinja2",
    }


def test_the_command_line_itself_imports_neither_the_engine_nor_rich():
    found = imported("import teladan.cli.app")
    assert not {name.partition(".")[0] for name in found} & {"django", "numpy", "yaml", "rich"}
    assert "teladan.core.index" not in found


def test_the_engine_imports_nothing_of_the_command():
    found = imported("import teladan.core.index, teladan.core.consistency, teladan.core.agreement")
    assert not {name.partition(".")[0] for name in found} & {"django", "typer", "rich"}


def best(*command):
    """Return the least seconds that the command took: of its own, not of what else the machine does."""
    times = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(times)


def test_help_is_there_at_once():
    assert best(COMMAND, "--help") < 0.5
