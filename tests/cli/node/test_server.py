"""The verbs of the platform: what they call, and how they say what is missing."""

from __future__ import annotations

import importlib.util
import socket
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace

import pytest

from teladan.cli.node import server


@contextmanager
def taken(port=0):
    """Listen on a port of this machine."""
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen()
        yield listening.getsockname()[1]


@pytest.fixture
def served(monkeypatch):
    """Serve nothing; note what would be served."""
    calls = []

    def serve(host, port, workers, ready):
        calls.append((host, port, workers))
        ready()

    def beside(*names):
        return nullcontext(calls.append(("beside", *names)))

    monkeypatch.setattr("teladan.config.server.serve", serve)
    monkeypatch.setattr("teladan.config.server.setup", lambda: None)
    monkeypatch.setattr("teladan.config.server.waiting_migrations", lambda: 0)
    monkeypatch.setattr("teladan.config.background.beside", beside)
    monkeypatch.setattr("teladan.config.tasks.soon", lambda: calls.append(("index",)))
    monkeypatch.setattr(server, "_too_powerful", lambda: None)
    monkeypatch.setattr(server, "_migrate", lambda verbosity: calls.append(("migrate", verbosity)))
    monkeypatch.setattr(server, "_load", lambda published, *_by: calls.append(("load", published)) or 3)
    monkeypatch.setattr("teladan.cli.node.acting.this_machine_only", lambda: True)
    monkeypatch.setattr("teladan.cli.node.person.sign_ins_of_the_demo", lambda _: [])
    return calls


def test_serve(teladan, served):
    with taken() as port:
        pass
    run = teladan("serve", "--port", port, "--workers", 2)
    assert (run.status, run.err) == (0, "")
    assert run.out == f"Teladan serves http://127.0.0.1:{port}/ (Ctrl-C stops it)\n"
    assert served == [("127.0.0.1", port, 2)]


def test_serve_names_no_address_before_the_site_can_be_reached(teladan, served, monkeypatch):
    monkeypatch.setattr("teladan.config.server.serve", lambda *_: None)
    assert teladan("serve", "--port", "8765").out == ""


def test_serve_says_what_the_doctor_says_of_its_role(teladan, served, monkeypatch):
    monkeypatch.setattr(server, "_too_powerful", lambda: "It may change the record. See there.")
    run = teladan("serve", "--port", "8765")
    assert (run.status, run.err) == (0, "note: It may change the record. See there.\n")
    assert served


def test_a_role_that_may_change_the_record_is_known(bound_database):
    from django.db import connections

    from teladan.config import doctor
    from teladan.record import grants

    assert server._too_powerful() == f"{doctor.record().message}. {doctor.record().way_out}"
    assert "docs/howto/run-the-record.md" in server._too_powerful()
    connections["default"].close()
    connections["default"].settings_dict["USER"] = grants.WEB_ROLE
    assert server._too_powerful() is None


def test_serve_on_a_database_without_tables(teladan, served, monkeypatch):
    monkeypatch.setattr("teladan.config.server.waiting_migrations", lambda: 3)
    run = teladan("serve", "--port", "8765")
    assert (run.status, run.out, served) == (2, "", [])
    assert run.err.endswith("run teladan migrate first\n")


def test_serve_without_a_database_prints_no_address(teladan, served, monkeypatch):
    from teladan.config.env import SettingError

    def waiting():
        raise SettingError("There is no database.")

    monkeypatch.setattr("teladan.config.server.waiting_migrations", waiting)
    run = teladan("serve", "--port", "8765")
    assert (run.status, run.out, run.err, served) == (2, "", "There is no database.\n", [])


def test_serve_to_others_names_the_setting_of_the_hosts(teladan, served, monkeypatch):
    monkeypatch.delenv("TELADAN_HOSTS", raising=False)
    assert "TELADAN_HOSTS=" in teladan("serve", "--host", "0.0.0.0", "--port", "8765").err
    monkeypatch.setenv("TELADAN_HOSTS", "teladan.example")
    assert teladan("serve", "--host", "0.0.0.0", "--port", "8765").err == ""


def test_serve_on_a_port_that_is_taken(teladan, served):
    with taken() as port:
        run = teladan("serve", "--port", port)
    assert (run.status, run.out, served) == (2, "", [])
    assert run.err == f"port {port} of 127.0.0.1 is taken; say --port with another\n"


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_a_port_that_is_none(teladan, served, port):
    assert teladan("serve", "--port", port).status == 2


def test_a_host_that_is_none(teladan, served):
    run = teladan("serve", "--host", "no.such.host.invalid")
    assert run.status == 2
    assert run.err.startswith("--host no.such.host.invalid: ")


def test_demo_prepares_loads_and_serves(teladan, served, monkeypatch):
    with taken() as port:
        pass
    monkeypatch.setattr(server, "PORT", port)
    run = teladan("demo")
    assert (run.status, run.err) == (0, "")
    before = [("migrate", 0), ("beside", "sequencer", "worker"), ("load", None), ("index",)]
    assert served == [*before, ("127.0.0.1", port, 1)]
    assert run.out.splitlines()[-1] == f"Teladan is at http://127.0.0.1:{port}/ (Ctrl-C stops it)"


def test_demo_takes_the_next_free_port(teladan, served, monkeypatch):
    with taken() as port:
        monkeypatch.setattr(server, "PORT", port)
        run = teladan("demo")
    chosen = served[-1][1]
    assert port < chosen < port + server.TRIED
    assert f"http://127.0.0.1:{chosen}/" in run.out


def test_demo_does_not_leave_a_port_that_was_asked_for(teladan, served):
    with taken() as port:
        run = teladan("demo", "--port", port)
    assert (run.status, served) == (2, [])
    assert run.err == f"port {port} is taken; leave out --port to take the next free one\n"


def test_migrate_and_load(teladan, served, tmp_path):
    assert teladan("migrate").status == 0
    run = teladan("load", "--published", tmp_path)
    assert (run.status, run.out) == (0, "3 publications new or changed.\n")
    assert served == [("migrate", 1), ("load", tmp_path)]


def test_load_of_a_folder_that_is_not_there(teladan, served):
    run = teladan("load", "--published", "no/such")
    assert (run.status, run.out, served) == (2, "", [])
    assert run.err == "--published no/such: there is no such folder\n"


def test_doctor_prints_each_check_with_its_way_out(teladan, monkeypatch):
    good = SimpleNamespace(name="python", ok=True, message="Python 3.11.7", way_out="")
    bad = SimpleNamespace(name="database", ok=False, message="no answer", way_out="Start PostgreSQL.")
    monkeypatch.setattr("teladan.config.doctor.checks", lambda: [good, bad])
    run = teladan("doctor")
    assert run.status == 1
    assert run.out.splitlines() == [
        "ok  python    Python 3.11.7",
        "--  database  no answer",
        "              → Start PostgreSQL.",
        "1 check failed.",
    ]
    monkeypatch.setattr("teladan.config.doctor.checks", lambda: [good])
    assert teladan("doctor").status == 0


def test_without_the_platform_the_way_to_it_is_named(teladan, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "django" else find(name))
    for verb in ("serve", "migrate", "load", "demo"):
        run = teladan(verb)
        assert (run.status, run.out) == (2, "")
        assert (
            run.err == "this verb needs the platform (django not installed): pip install 'teladan[server]'\n"
        )


def test_what_a_person_can_mend_is_said_without_a_traceback(teladan, monkeypatch):
    from django.db import OperationalError

    from teladan.config.env import SettingError
    from teladan.core.document import DocumentError, Problem
    from teladan.core.library import LibraryError

    for error, lines in [
        (
            SettingError("There is no database. Set DATABASE_URL."),
            ["There is no database. Set DATABASE_URL."],
        ),
        (
            OperationalError("connection\nrefused"),
            ["the database: connection refused", "see: teladan doctor"],
        ),
        (DocumentError("f.yaml", [Problem(3, "x", "wrong")]), ["f.yaml:3: x: wrong"]),
        (LibraryError("no instrument 'x'"), ["no instrument 'x'"]),
        (FileNotFoundError(2, "No such file", "a/b"), ["a/b: No such file"]),
    ]:

        def fail(verbosity, error=error):
            raise error

        monkeypatch.setattr(server, "_migrate", fail)
        run = teladan("migrate")
        assert (run.status, run.out, run.err.splitlines()) == (2, "", lines)
