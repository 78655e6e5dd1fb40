"""The server as people start it: a process of its own, hashed static files, real answers."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage

from teladan.config.server import gather_static

START = """
from teladan.config.server import serve
serve(port={port}, ready=lambda: print("ready", flush=True))
"""


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def process(tmp_path, free_port):
    """Start the server on a database it need not reach, wait until it answers, stop it."""
    environ = os.environ | {
        "TELADAN_HOME": str(tmp_path / "home"),
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    }
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", START.format(port=free_port)], env=environ, stdout=log, stderr=log
        )
    address = f"http://127.0.0.1:{free_port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{address}/robots.txt").close()
                break
            except OSError:
                assert process.poll() is None, (tmp_path / "log").read_text()
                time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def site(process, free_port):
    """Return the address of a running server."""
    return f"http://127.0.0.1:{free_port}"


def fetch(address, **headers):
    """Return (status, headers, body), whatever the status."""
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def test_the_server_serves_pages_and_static_files(site):
    status, _, body = fetch(f"{site}/fr/hasil/", **{"Accept-Language": "id"})
    assert status == 404
    assert "Bahasa ini belum tersedia" in body.decode()

    styles = re.findall(r'<link rel="stylesheet" href="([^"]+)"', body.decode())
    assert len(styles) == 3
    for style in styles:
        assert re.search(r"\.[0-9a-f]{12}\.css$", style)
        status, headers, _ = fetch(site + style, **{"Accept-Encoding": "br"})
        assert (status, headers["Content-Encoding"]) == (200, "br")
        assert "immutable" in headers["Cache-Control"]
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")

    status, headers, body = fetch(f"{site}/en", Host="evil.example")
    assert status == 400
    assert "This request cannot be read" in body.decode()
    assert "evil.example" not in body.decode()


def test_a_host_that_is_not_served_is_one_line_of_the_log(site, tmp_path):
    assert fetch(f"{site}/en", Host="evil.example")[0] == 400
    log = (tmp_path / "log").read_text()
    assert "'evil.example' was refused: TELADAN_HOSTS" in log
    assert "Traceback" not in log
    assert log.count("evil.example") == 1
    assert log.startswith("ready\n")


def test_a_killed_server_leaves_its_port_free(process, free_port):
    process.kill()
    process.wait(10)

    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", free_port)):
                break
        time.sleep(0.1)
    else:
        pytest.fail("A worker goes on answering.")


def test_static_files_are_gathered_only_when_they_changed(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }

    assert gather_static() is True
    assert gather_static() is False
    assert re.fullmatch(r"/static/teladan\.[0-9a-f]{12}\.css", staticfiles_storage.url("teladan.css"))
