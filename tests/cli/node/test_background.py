"""`teladan archive` in a shell: what it says when done, and when it cannot."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

DENPASAR = "spbe-2021-denpasar"
AT = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.fixture
def node(bound_database, tmp_path, settings, monkeypatch):
    """Release Denpasar in a node of its own, and return the call that signs it."""
    from teladan.core import library
    from teladan.publication.services import load_publication
    from teladan.record.sequencer import Sequencer
    from teladan.registry.services import load_registry

    home = tmp_path / "home"
    monkeypatch.setenv("DATABASE_URL", bound_database)
    monkeypatch.setattr("teladan.config.server.gather_static", lambda: False)
    monkeypatch.chdir(tmp_path)
    settings.TELADAN_HOME, settings.TELADAN_KEYS = home, home / "keys"
    settings.TELADAN_SIGNED, settings.TELADAN_NODE = home / "signed" / "checkpoint", "localhost/record"
    root = library.shipped("published")
    load_registry(root / "organisations")
    load_publication(root / "spbe/2021-denpasar", at=AT)
    sequencer = Sequencer(
        bound_database,
        home=home,
        keys=settings.TELADAN_KEYS,
        signed=settings.TELADAN_SIGNED,
        node=settings.TELADAN_NODE,
        clock=lambda: datetime.now(UTC),
    )
    yield sequencer.step
    sequencer.close()


def test_an_archive_in_a_shell(teladan, node, tmp_path):
    pending = teladan("archive", DENPASAR)
    assert (pending.status, pending.out) == (2, "")
    assert pending.err.startswith(f"the proof of {DENPASAR}, publication 1, is pending: ")
    node()

    done = teladan("archive", DENPASAR, "--language", "ko")

    folder = tmp_path / f"{DENPASAR}-1"
    files = sum(path.is_file() for path in folder.rglob("*")) - 1  # the manifest counts the others
    assert (done.status, done.err) == (0, "")
    assert done.out == (
        f"{folder}: publication 1 of {DENPASAR}, {files} files.\n"
        f"Check it: cd {folder} && python3 -I verify.py publication .\n"
    )
    again = teladan("archive", DENPASAR)
    assert (again.status, again.err) == (
        2,
        f"{folder} is not an empty folder; name another with --out, or empty it\n",
    )
    packed = teladan("archive", DENPASAR, "--language", "ko", "--zip", "--out", "packed")
    assert packed.out == f"{tmp_path / 'packed.zip'}: publication 1 of {DENPASAR}, {files} files.\n"
    assert (tmp_path / "packed.zip").is_file()


def test_a_language_that_there_is_not(teladan, node):
    run = teladan("archive", DENPASAR, "--language", "fr")
    assert (run.status, run.out, run.err) == (2, "", "--language 'fr': there are en, id, ko\n")
