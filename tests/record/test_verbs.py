"""The verbs of the record as they are typed, and the process beside the demo."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from typer.testing import CliRunner

from teladan.config import database, doctor
from teladan.record import grants, queries
from tests.record.acts import append, verified
from tests.record.conftest import NODE

PARENT = """
import time
from teladan.config.background import beside
with beside("sequencer"):
    print("started", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def run(own_log, monkeypatch):
    """Return run(*arguments): exit status, standard output and standard error of the command."""
    monkeypatch.setenv("DATABASE_URL", own_log.url)

    def run(*arguments):
        from teladan.cli.app import app

        result = CliRunner().invoke(app, [str(argument) for argument in arguments])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.stdout, result.stderr

    return run


def test_sequencer_once_signs_what_waits(run):
    (act,) = append()

    assert run("sequencer", "--once") == (0, "2 entries signed.\n", "")
    assert verified(act) == 2
    assert run("sequencer", "--once") == (0, "0 entries signed.\n", "")


def test_what_does_not_fit_is_status_1_and_what_is_in_the_way_status_2(run, own_log):
    run("sequencer", "--once")
    waiting = own_log.sequencer()
    waiting.step()
    status, out, err = run("sequencer", "--once")
    assert (status, out) == (2, "")
    assert err == "Another sequencer works on this database: waiting for it to end.\n"
    own_log.close()

    own_log.signed.unlink()
    status, out, err = run("sequencer", "--once")
    assert (status, out) == (1, "")
    assert err.startswith(f"The checkpoint kept apart in {own_log.signed} is missing")


def test_audit_says_what_it_read_and_each_difference(run, own_log):
    append(3)
    run("sequencer", "--once")

    status, out, _err = run("audit")
    assert (status, out.splitlines()[-1]) == (0, "Nothing differs.")
    assert out.startswith("Read again: 4 entries, 1 bundles, ")

    (own_log.record / "tile/0/000.p/4").unlink()
    status, out, _err = run("audit")
    assert status == 1
    assert out.splitlines()[1:] == [
        f"{own_log.record}/tile/0/000.p/4: {own_log.record}/tile/0/000.p/4 is missing.",
        "1 difference. Nothing is signed until an audit finds none.",
    ]


def test_key_shows_the_public_keys_and_rotates(run):
    assert run("key") == (2, "", "there is no key yet: the first run of teladan sequencer makes it\n")
    run("sequencer", "--once")
    old = queries.vkeys()[0]
    assert run("key") == (0, f"{old}\n", "")

    status, out, _err = run("key", "rotate", "--reason", "the yearly change")
    assert status == 0
    assert run("key")[1] == f"{old}\n"
    run("sequencer", "--once")
    assert run("key")[1] == f"{out}{old}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["rotate"], "say why"), (["turn"], "say rotate"), (["rotate", "--reason", " "], "why")],
)
def test_key_says_how_it_is_called(run, arguments, said):
    status, out, err = run("key", *arguments)
    assert (status, out) == (2, "")
    assert said in err


def test_catch_up_says_what_it_did(run, own_log):
    append(3)
    run("sequencer", "--once")
    (own_log.record / "tile/0/000.p/4").unlink()

    assert run("catch-up") == (
        0,
        "0 entries taken from the files of the log, 1 file written again from the entries.\n",
        "",
    )
    assert run("audit")[0] == 0


# --- beside the demo ----------------------------------------------------------------------------


def test_the_process_beside_signs_within_seconds_and_ends_with_a_killed_parent(own_log):
    environ = os.environ | {
        "DATABASE_URL": own_log.url,
        "TELADAN_HOME": str(own_log.home),
        "TELADAN_KEYS": str(own_log.keys),
        "TELADAN_SIGNED": str(own_log.signed),
        "TELADAN_NODE": NODE,
    }
    parent = subprocess.Popen([sys.executable, "-c", PARENT], env=environ, stdout=subprocess.PIPE)
    try:
        assert parent.stdout.readline() == b"started\n"
        (act,) = append()
        wait_until(lambda: queries.position(act) is not None)
        assert verified(act) >= 2
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait(10)
        parent.stdout.close()
    name = conninfo_to_dict(own_log.url)["dbname"]
    with psycopg.connect(own_log.url, autocommit=True) as connection:
        others = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database ="
        others += f" (SELECT oid FROM pg_database WHERE datname = '{name}')"
        wait_until(lambda: connection.execute(others).fetchone() == (0,))


def wait_until(done, patience=30.0):
    """Look again and again until something is so; fail after the patience, in seconds."""
    end = time.monotonic() + patience
    while not done():
        assert time.monotonic() < end
        time.sleep(0.05)


# --- who serves ---------------------------------------------------------------------------------


def test_doctor_finds_a_role_that_may_change_the_log(own_log):
    from django.db import connections

    found = doctor.record()
    assert (found.ok, found.way_out) == (False, "Serve as teladan_web: docs/howto/run-the-record.md")

    connections["default"].close()
    connections["default"].settings_dict["USER"] = grants.WEB_ROLE
    assert doctor.record() == doctor.Check("record", ok=True, message="the web server cannot change the log")


def test_the_embedded_database_is_served_under_the_role_of_the_web(monkeypatch):
    assert database.as_role(grants.WEB_ROLE) is None
    monkeypatch.setattr(database, "_started", ["postgresql://postgres:@/teladan?host=/run/pg"])

    assert conninfo_to_dict(database.as_role(grants.WEB_ROLE)) == {
        "user": "teladan_web",
        "dbname": "teladan",
        "host": "/run/pg",
    }
