"""The verifier as a stranger runs it: one file, alone, cut off, over HTTP, and on bad input."""

from __future__ import annotations

import ast
import gzip
import http.server
import json
import os
import socket
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

import pytest

from teladan import verify
from tests.verify.test_log import filled

SOURCE = Path(verify.__file__)
CUT = """
import runpy, socket, sys
def refuse(*arguments, **more):
    raise RuntimeError("the network was used")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def alone(tmp_path, *arguments, cut=False):
    """Run a copy of the file by itself, in an empty folder, with an isolated Python."""
    copy = tmp_path / "alone" / "verify.py"
    copy.parent.mkdir(exist_ok=True)
    copy.write_bytes(SOURCE.read_bytes())
    start = ["-c", CUT, str(copy)] if cut else [str(copy)]
    return subprocess.run(
        [sys.executable, "-I", *start, *map(str, arguments)],
        cwd=copy.parent,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_it_runs_alone(archive, tmp_path):
    for verb, target in (
        ("log", archive.folder),
        ("publication", archive.folder),
        ("proof", archive.record.base / "proof/2"),
    ):
        result = alone(tmp_path, verb, target)
        assert (result.returncode, result.stderr) == (0, "")
        assert result.stdout.startswith("Holds: ")


def test_it_needs_no_network_for_a_folder(archive, tmp_path):
    result = alone(tmp_path, "publication", archive.folder, "--log", archive.folder, cut=True)
    assert (result.returncode, result.stderr) == (0, "")
    assert "idn-kota-denpasar: index 3.19" in result.stdout
    file = archive.record.base / f"object/{archive.listed[0]['results']}"
    assert alone(tmp_path, "evidence", file, "--log", archive.folder, cut=True).returncode == 0


def test_a_proof_loads_nothing_that_it_does_not_need(archive, tmp_path):
    proof = archive.record.base / "proof/2"
    code = (
        f"import sys, runpy; sys.argv = ['verify.py', 'proof', {str(proof)!r}]\n"
        f"try: runpy.run_path({str(SOURCE)!r}, run_name='__main__')\n"
        "except SystemExit as end: print(end.code, sorted({'urllib', 'http', 'ssl', 'fractions', 'decimal'}"
        " & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert result.stdout.endswith("0 []\n")


def test_it_is_written_for_python_3_9():
    tree = ast.parse(SOURCE.read_text("utf-8"), feature_version=(3, 9))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]
        )
    }
    assert imported <= sys.stdlib_module_names


@pytest.mark.parametrize("arguments", [[], ["prove"], ["log"], ["proof", "a", "--remember", "b"]])
def test_usage_is_told(tmp_path, arguments):
    result = alone(tmp_path, *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("usage: verify.py")
    assert "Traceback" not in result.stderr


def test_a_terminal_without_the_letters_still_shows_the_verdict(archive, tmp_path):
    result = subprocess.run(
        [sys.executable, str(SOURCE), "publication", str(archive.folder)],
        env={"PATH": os.environ["PATH"], "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert result.returncode == 0


# --- over HTTP ------------------------------------------------------------------------------------


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serve a folder without a word; what begins with /page is a web page, /gz is packed."""

    def log_message(self, *_arguments):
        pass

    def do_GET(self):
        if self.path.startswith("/page"):
            return self.answer(b"<!DOCTYPE html><title>Welcome</title>")
        if self.path.startswith("/broken"):
            self.send_error(500)
            return None
        if self.path.startswith("/gz/"):
            file = Path(self.directory) / self.path.removeprefix("/gz/")
            if not file.is_file():
                self.send_error(404)
                return None
            return self.answer(gzip.compress(file.read_bytes()), "gzip")
        return super().do_GET()

    def answer(self, content, packed=""):
        self.send_response(200)
        if packed:
            self.send_header("Content-Encoding", packed)
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def served(archive):
    """Serve the archive's folder; return its address."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(archive.folder)))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("path", ["", "/", "/record", "/record/", "/record/checkpoint", "/en/record", "/gz"])
def test_a_log_over_http(served, run, path):
    result = run("log", served + path)
    assert result.status == 0, result.out


@pytest.mark.parametrize(
    "path",
    [
        "/en/results/spbe-2023",
        "/id/results/spbe-2023/proof?organisation=idn-kota-denpasar",
        "/ko/results/spbe-2023.json",
        "/record/publication/spbe-2023.json",
        "/gz/en/results/spbe-2023/",
    ],
)
def test_a_publication_by_the_address_of_its_page(served, run, path):
    result = run("publication", served + path)
    assert result.status == 0, result.out
    assert "idn-kota-denpasar: index 3.19" in result.out


def test_one_row_by_the_address_of_its_page(served, run):
    page = f"{served}/en/results/spbe-2023?organisation="
    assert "    I7: " in run("publication", f"{page}idn-kota-denpasar#top").out
    assert "    I7: " not in run("publication", f"{served}/en/results/spbe-2023").out
    assert run("publication", f"{page}idn-kota-denpasar_").status == 2


def test_a_proof_and_evidence_over_http(served, archive, run):
    assert run("proof", f"{served}/record/proof/2").status == 0
    assert run("proof", archive.record.base / "proof/2", "--log", served).status == 0
    file = archive.record.base / f"object/{archive.listed[0]['results']}"
    assert run("evidence", file, "--log", served).status == 0


def closed_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.mark.parametrize(
    ("verb", "path", "told"),
    [
        ("log", "/page/record/", "holds no key (it is a web page)"),
        ("log", "/broken/record/", "answers with 500"),
        ("proof", "/page", "no proof (it is a web page)"),
        ("proof", "/record/proof/99", "there is no "),
        ("publication", "/en/results/spbe-1999", "there is no "),
        ("publication", "/page/en/results/spbe-2023", "(it is a web page)"),
        ("publication", "/", "names no publication: give the address of its page"),
    ],
)
def test_bad_addresses_are_told_in_a_sentence(served, run, verb, path, told):
    result = run(verb, served + path)
    assert result.status == 2
    assert result.verdict.startswith("Could not check: ")
    assert told in result.verdict


@pytest.mark.parametrize("verb", ["log", "publication", "proof"])
def test_a_refused_connection(run, verb):
    result = run(verb, f"http://127.0.0.1:{closed_port()}/en/results/spbe-2023")
    assert result.status == 2
    assert "cannot be reached: Connection refused" in result.verdict


# --- bad files ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is no proof (it is empty)"),
        (b"<!DOCTYPE html><html>", "is no proof (it is a web page)"),
        (b'{"format": "x"}', "is no proof: it does not begin with c2sp.org/tlog-proof@v1"),
        (b"\xff\xfe\x00", "is no proof"),
        (b"c2sp.org/tlog-proof@v1\n", "is cut short: it has no checkpoint"),
        (b"c2sp.org/tlog-proof@v1\nindex x\n\n", "its lines cannot be read"),
        (b"c2sp.org/tlog-proof@v1\nindex 0\n\n", "does not carry the entry that it proves"),
        (b"c2sp.org/tlog-proof@v1\nextra AAAA\nindex 0\n\nx", "is no signed note"),
    ],
)
def test_files_that_are_no_proof(run, tmp_path, content, told):
    file = tmp_path / "file"
    file.write_bytes(content)
    result = run("proof", file)
    assert (result.status, told in result.verdict) == (2, True), result.verdict


def test_a_proof_cut_at_any_place_never_holds(archive, run, tmp_path):
    whole = (archive.record.base / "proof/2").read_bytes()
    key = archive.record.signer.verifier.vkey
    file = tmp_path / "file"
    for end in range(0, len(whole), 7):
        file.write_bytes(whole[:end])
        result = run("proof", file, "--key", key)
        assert result.status in {1, 2}
        assert "not in its form" not in result.verdict


def test_places_that_are_no_place(run, tmp_path):
    big = tmp_path / "big"
    with big.open("wb") as file:
        file.truncate(verify.MEGABYTE + 1)
    (tmp_path / "empty").mkdir()
    for arguments, told in (
        (["proof", tmp_path], "is a folder, not a file"),
        (["proof", tmp_path / "none"], "there is no "),
        (["proof", big], "is larger than such a file can be (1 MB)"),
        (["proof", "/dev/null"], "is not an ordinary file"),
        (["log", tmp_path / "empty"], "there is no record at "),
        (["log", tmp_path / "none"], "there is no "),
        (["log", big], "is not a folder with a record"),
        (["publication", tmp_path / "empty"], "there is no record/publication in "),
        (["publication", tmp_path / "none"], "there is no "),
        (["evidence", tmp_path, "--log", tmp_path], "is a folder, not a file"),
        (["evidence", tmp_path / "none"], "there is no file "),
        (["log", tmp_path / "empty", "--key", "rubbish"], "there is no record at "),
        (["proof", big, "--key", f"@{tmp_path}/none"], "is larger"),
    ):
        result = run(*arguments)
        assert result.status == 2, arguments
        assert told in result.verdict, arguments


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("rubbish", "rubbish is no key"),
        ("", " is no key"),
        ("localhost/record+00000000+AQ==", "is not an Ed25519 key"),
        ("@/nowhere", "there is no /nowhere"),
    ],
)
def test_keys_that_are_none(archive, run, key, told):
    result = run("log", archive.folder, "--key", key)
    assert (result.status, told in result.verdict) == (2, True), result.verdict


@pytest.mark.parametrize(
    "content", [b"", b"<html></html>", b"[]", b"{}", b"null", b'{"format":1}', b"[" * 5000, b"\xff"]
)
@pytest.mark.parametrize(
    "file", ["publication/spbe-2023.json", "publication/spbe-2023/disclosures.json", "key"]
)
def test_rubbish_in_place_of_a_file_is_told_in_a_sentence(archive, run, file, content):
    (archive.record.base / file).write_bytes(content)
    result = run("publication", archive.folder)
    assert result.status == 2, result.verdict
    assert "not in its form" not in result.verdict


def every_part(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        yield from every_part(inner, (*path, name))


@pytest.mark.parametrize("name", ["publication/spbe-2023.json", "publication/spbe-2023/disclosures.json"])
@pytest.mark.parametrize("other", [None, 7, "x", [], {}, True, [[]], {"a": []}], ids=repr)
def test_any_part_of_another_shape_is_told_in_a_sentence(archive, run, name, other):
    whole = (archive.record.base / name).read_bytes()
    for path in every_part(json.loads(whole)):
        changed = {"": json.loads(whole)}
        inner = changed
        for step in ("", *path[:-1]) if path else ():
            inner = inner[step]
        inner[path[-1] if path else ""] = other
        archive.record.put(name, changed[""])
        result = run("publication", archive.folder)
        assert result.verdict.startswith(("Does not hold: ", "Could not check: ", "Not yet in", "Holds: ")), (
            path
        )
        assert "not in its form" not in result.verdict, path


def test_what_a_file_holds_cannot_steer_the_terminal(record, run):
    record.add("practice", {"text": "\x1b[2J red"}, subject="\x1b[31m")
    record.write()
    result = run("proof", record.base / "proof/1")
    assert result.status == 0
    assert "\x1b" not in result.out


def test_it_cannot_write_what_to_remember(record, run, tmp_path):
    filled(record, 2).write()
    result = run("log", record.folder, "--remember", tmp_path / "no" / "where")
    assert result.status == 2
    assert "the record holds, but" in result.verdict


# --- as a verb of the command ---------------------------------------------------------------------


def test_the_command_has_the_same_verifier(archive, capfd):
    from typer.testing import CliRunner

    from teladan.cli.app import app

    def ran(*arguments):
        return CliRunner().invoke(app, ["verify", *map(str, arguments)])

    key = archive.record.signer.verifier.vkey
    held = ran("publication", archive.folder, "--key", key, "--key", key, "--log", archive.folder)
    assert (held.exit_code, held.stdout.partition(",")[0]) == (
        0,
        "Holds: spbe-2023 is in the record as published",
    )
    assert ran("log", archive.folder, "--remember", archive.folder / "seen").exit_code == 0
    assert ran("proof", archive.folder / "none").exit_code == 2
    refused = ran("prove", archive.folder)
    assert refused.exit_code == 2
    assert refused.stderr.startswith("usage: teladan verify")
