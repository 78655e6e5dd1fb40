"""`verify log`, `proof` and `evidence` on records of several sizes, whole and damaged."""

from __future__ import annotations

import hashlib
import http.server
import json
from functools import partial
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest

from teladan import verify
from teladan.core import canonical
from teladan.core.log import entry, merkle, tiles
from teladan.core.log.checkpoint import Checkpoint
from teladan.core.log.note import Signer, sign
from tests.verify.conftest import ORIGIN, Record

OTHER = Signer(ORIGIN, bytes(range(1, 33)))


def filled(record, count):
    while len(record.data) < count:
        record.commit("score", {"score": len(record.data)}, subject="edition/spbe-2024", role="assessor")
    return record


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 515])
def test_a_record_holds(record, run, size):
    filled(record, size).write(proofs=False)
    result = run("log", record.folder)
    assert result.status == 0
    assert result.verdict.startswith(
        f"Holds: the record localhost/record of {verify.plural(size, 'entr')[:-3]}"
    )
    assert "compare it with one got another way" in result.out


def test_a_small_tree_with_two_levels_of_tiles_is_checked(record, run, monkeypatch):
    filled(record, 300).write(proofs=False)
    (record.base / "tile/1/000.p/1").write_bytes(bytes(32))
    result = run("log", record.folder)
    assert result.verdict == (
        "Does not hold: tile/1/000.p/1 differs from the entries: hash 0 of the tile is another."
    )


def every_file(record):
    return sorted(path for path in record.base.rglob("*") if path.is_file())


def test_a_flipped_bit_in_any_file_is_caught(record, run):
    filled(record, 6).write(proofs=False)
    for file in every_file(record):
        before = file.read_bytes()
        for place in {0, len(before) // 2, len(before) - 2}:
            file.write_bytes(before[:place] + bytes([before[place] ^ 1]) + before[place + 1 :])
            result = run("log", record.folder)
            assert result.status in {1, 2}, (file, place)
            assert result.verdict.startswith(("Does not hold: ", "Could not check: "))
            assert "not in its form" not in result.verdict, (file, place)
        file.write_bytes(before)
    assert run("log", record.folder).status == 0


def test_a_changed_entry_is_named_even_where_its_tile_was_changed_too(record, run):
    filled(record, 6).write(proofs=False)
    record.data[3] = record.data[3].replace(b"assessor", b"assassin")
    for name, content in (
        ("tile/entries/000.p/6", tiles.bundle(record.data)),
        ("tile/0/000.p/6", b"".join(record.leaves())),
    ):
        record.put(name, content)
    result = run("log", record.folder)
    assert result.verdict == "Does not hold: the 6 entries do not give the root that the checkpoint signs."


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b'"sequence":3', b'"sequence":4', "entry 3 has a sequence that cannot be: 4"),
        (b"08:00:03", b"07:00:03", "entry 3 is dated before the entry ahead of it"),
        (b"localhost/record", b"localhost/secord", "entry 3 is of another record: localhost/secord"),
        (b'"version":1', b'"version": 1', "entry 3 is not canonical JSON"),
    ],
)
def test_an_entry_that_breaks_a_rule_is_named_though_it_was_signed(record, run, old, new, told):
    filled(record, 5)
    record.data[3] = record.data[3].replace(old, new)
    record.write(proofs=False)
    assert run("log", record.folder).verdict.startswith(f"Does not hold: {told}")


def test_partial_tiles_that_gave_way_to_full_ones_are_found(record, run):
    filled(record, 200).write(proofs=False)
    old = (record.base / "checkpoint").read_bytes()
    filled(record, 256).write(proofs=False)
    for path in (record.base / "tile").rglob("*.p"):
        if path.parent.name != "1":
            for file in path.iterdir():
                file.unlink()
    (record.base / "checkpoint").write_bytes(old)
    assert run("log", record.folder).status == 0


# --- keys -----------------------------------------------------------------------------------------


def test_another_key_than_the_given_one_does_not_hold(record, run):
    record.write()
    result = run("log", record.folder, "--key", OTHER.verifier.vkey)
    assert result.status == 1
    assert "is not signed by localhost/record+" in result.verdict


def test_a_key_file_may_hold_several_keys(record, run, tmp_path):
    record.write()
    keys = tmp_path / "keys"
    keys.write_text(f"# of last year\n{OTHER.verifier.vkey}\n\n{record.signer.verifier.vkey}\n")
    assert run("log", record.folder, "--key", f"@{keys}").status == 0


def test_a_new_key_must_be_named_by_the_record(record, run):
    record.keys.append(record.signer)
    filled(record, 3).write()
    record.signer = OTHER
    record.write()
    result = run("log", record.folder)
    assert result.verdict == (
        "Does not hold: the checkpoint is signed by a key that the record itself does not name."
    )
    record.ladder.pop()
    record.add("key", {"vkey": OTHER.verifier.vkey, "reason": "yearly"}, role="node")
    record.write()
    assert run("log", record.folder).status == 0


THIRD = Signer(ORIGIN, bytes(range(2, 34)))


def rotated(record, new=OTHER, *, lost=False):
    """Change the key as the sequencer does: the first checkpoint over it is signed by both keys."""
    old = record.signer
    position = record.add("key", {"vkey": new.verifier.vkey, "reason": "the yearly change"}, role="node")
    record.keys.append(old)
    record.signer = new
    note = sign(checkpoint_text(record), [new] if lost else [old, new])
    record.ladder.append({"size": len(record.data), "root": "", "signed_at": "", "note": note})
    filled(record, len(record.data) + 2).write()
    return position


def checkpoint_text(record):
    return Checkpoint(ORIGIN, len(record.data), merkle.root_of(record.leaves())).text()


def test_a_checkpoint_of_a_key_that_was_replaced_does_not_hold(record, run):
    old = record.signer
    filled(record, 3).write()
    position = rotated(record)
    assert run("log", record.folder).status == 0
    record.put("checkpoint", record.note(signer=old))
    result = run("log", record.folder)
    short = {s: verify.parse_key(s.verifier.vkey).short for s in (old, OTHER)}
    assert result.status == 1
    assert result.verdict == (
        f"Does not hold: the checkpoint is signed by {short[old]} and not by {short[OTHER]}, the key that "
        f"entry {position} names in its place."
    )


def test_an_earlier_checkpoint_of_a_key_that_was_replaced_does_not_hold(record, run):
    old = record.signer
    filled(record, 3).write()
    rotated(record)
    size = len(record.data)
    record.ladder.append({"size": size, "root": "", "signed_at": "", "note": record.note(signer=old)})
    filled(record, size + 2).write()
    result = run("log", record.folder)
    assert result.status == 1
    assert f"the earlier checkpoint of {size} entries is signed by" in result.verdict


def test_a_receipt_of_a_key_that_was_replaced_does_not_hold_against_the_log(record, run, tmp_path):
    old = record.signer
    filled(record, 3).write()
    rotated(record)
    file = tmp_path / "proof"
    file.write_text(record.proof(1, note=record.note(signer=old)))
    result = run("proof", file, "--log", record.folder)
    assert result.status == 1
    assert "the checkpoint of proof is signed by" in result.verdict
    file.write_text(record.proof(1))
    assert run("proof", file, "--log", record.folder).status == 0


def test_the_key_from_before_two_changes_leads_to_the_one_of_today(record, run, tmp_path):
    old = record.signer.verifier.vkey
    filled(record, 3).write()
    first = rotated(record)
    second = rotated(record, THIRD)
    result = run("log", record.folder, "--key", old)
    assert result.status == 0, result.out
    assert (
        f"note: the key changed in entry {first}; that entry stands in a checkpoint of {first + 1} entries "
        f"signed by your key: the new line is {OTHER.verifier.vkey}"
    ) in result.out
    assert f"signed by the key before it: the new line is {THIRD.verifier.vkey}" in result.out
    assert f"the key changed in entry {second} to {THIRD.verifier.vkey}, because: the yearly" in result.out
    proof = record.base / "proof/1"
    assert run("proof", proof, "--key", old, "--log", record.folder).status == 0
    alone = run("proof", proof, "--key", old)
    assert (alone.status, "add --log with its place" in alone.verdict) == (1, True)
    assert run("log", record.folder, "--key", Signer(ORIGIN, bytes(32)).verifier.vkey).status == 1


@pytest.mark.parametrize("missing", ["old signature", "ladder"])
def test_a_change_of_key_that_cannot_be_followed_is_not_called_false(record, run, missing):
    old = record.signer.verifier.vkey
    filled(record, 3).write()
    position = rotated(record, lost=missing == "old signature")
    if missing == "ladder":
        (record.base / "checkpoints").unlink()
    result = run("log", record.folder, "--key", old)
    assert result.status == 2
    assert result.verdict.startswith(
        f"Could not check: the key changed in entry {position} (because: the yearly change), and no "
    )
    assert OTHER.verifier.vkey in result.verdict
    assert run("log", record.folder, "--key", OTHER.verifier.vkey).status == 0


def test_what_is_remembered_follows_a_change_of_key(record, run, tmp_path):
    seen, lost = tmp_path / "seen", tmp_path / "lost"
    filled(record, 3).write()
    for file in (seen, lost):
        assert run("log", record.folder, "--remember", file).status == 0
    rotated(record)
    result = run("log", record.folder, "--remember", seen)
    assert result.status == 0
    assert "signed by the key of the last visit: the new line is" in result.out
    assert json.loads(seen.read_bytes())["key"] == OTHER.verifier.vkey
    (record.base / "checkpoints").unlink()
    before = lost.read_bytes()
    assert run("log", record.folder, "--remember", lost).status == 2
    assert lost.read_bytes() == before
    given = run("log", record.folder, "--remember", lost, "--key", OTHER.verifier.vkey)
    assert given.status == 0
    assert "to one that you gave" in given.out


def test_a_remembered_file_that_was_changed_accuses_nobody(record, run, tmp_path):
    seen = tmp_path / "seen"
    filled(record, 3).write()
    run("log", record.folder, "--remember", seen)
    value = json.loads(seen.read_bytes())
    value["checkpoint"] = value["checkpoint"].replace("\n3\n", "\n2\n", 1)
    seen.write_text(json.dumps(value))
    result = run("log", record.folder, "--remember", seen)
    assert result.status == 2
    assert "the remembered checkpoint is not signed by its key" in result.verdict


@pytest.mark.parametrize("there", [True, False])
def test_without_its_ladder_a_record_holds_and_that_is_said(record, run, monkeypatch, there):
    filled(record, 3).write()
    monkeypatch.setattr(verify, "LADDER_MOST", 10)
    if not there:
        (record.base / "checkpoints").unlink()
    result = run("log", record.folder)
    assert result.status == 0
    assert "not checked: the earlier checkpoints (" in result.out


# --- what was seen before -------------------------------------------------------------------------


def test_a_record_that_has_grown_holds_against_the_one_remembered(record, run, tmp_path):
    seen = tmp_path / "seen"
    filled(record, 5).write()
    assert run("log", record.folder, "--remember", seen).status == 0
    filled(record, 300).write(proofs=False)
    result = run("log", record.folder, "--remember", seen)
    assert result.status == 0
    assert "the 5 entries of the last visit are unchanged" in result.out
    assert json.loads(seen.read_bytes())["checkpoint"] == record.note()


def test_a_rewritten_record_does_not_hold_and_is_not_remembered(record, run, tmp_path):
    seen = tmp_path / "seen"
    filled(record, 5).write()
    run("log", record.folder, "--remember", seen)
    before = seen.read_bytes()
    record.data[2] = record.data[2].replace(b"assessor", b"assassin")
    record.ladder.clear()
    filled(record, 8).write()
    result = run("log", record.folder, "--remember", seen)
    assert result.status == 1
    assert "the first 5 entries are not those of the last visit: the record was rewritten" in result.verdict
    assert seen.read_bytes() == before


def test_a_record_that_became_shorter_does_not_hold(record, run, tmp_path):
    seen = tmp_path / "seen"
    filled(record, 5).write()
    run("log", record.folder, "--remember", seen)
    del record.data[4:]
    record.ladder.clear()
    record.write()
    result = run("log", record.folder, "--remember", seen)
    assert result.verdict == "Does not hold: the record has 4 entries; 5 were there at the last visit."


def test_an_earlier_checkpoint_that_is_no_beginning_is_found(record, run):
    filled(record, 5).write()
    text = Checkpoint(ORIGIN, 3, bytes(32)).text()
    record.ladder.insert(0, {"size": 3, "root": "", "signed_at": "", "note": sign(text, [record.signer])})
    filled(record, 6).write()
    result = run("log", record.folder)
    assert "the earlier checkpoint of 3 entries is not a beginning of the record" in result.verdict


# --- a proof --------------------------------------------------------------------------------------


def test_every_receipt_of_a_record_proves_its_entry(record, run):
    filled(record, 11).write()
    for position in range(11):
        result = run("proof", record.base / f"proof/{position}")
        assert result.status == 0
        assert result.verdict == (
            f"Holds: entry {position} stands in the record localhost/record, "
            "in its signed tree of 11 entries."
        )


def test_a_proof_alone_needs_a_key(record, run, tmp_path):
    filled(record, 3).write()
    file = tmp_path / "record-2.tlog-proof"
    file.write_bytes((record.base / "proof/2").read_bytes())
    result = run("proof", file)
    assert result.status == 2
    assert "without a key its signature says nothing" in result.verdict
    key = record.signer.verifier.vkey
    assert run("proof", file, "--key", key).status == 0
    assert run("proof", file, "--key", OTHER.verifier.vkey).status == 1


@pytest.mark.parametrize("size", [3, 4, 255, 256, 700])
def test_the_record_of_today_still_holds_an_old_proof(record, run, tmp_path, size):
    filled(record, 3)
    file = tmp_path / "proof"
    file.write_text(record.proof(1))
    filled(record, size).write(proofs=False)
    result = run("proof", file, "--log", record.folder)
    assert result.status == 0
    assert f"today: the record of {size} entries begins with the tree of this proof" in result.out


def test_the_record_of_today_no_longer_holds_an_old_proof(record, run, tmp_path):
    filled(record, 5)
    file = tmp_path / "proof"
    file.write_text(record.proof(1))
    record.data[3] = record.data[3].replace(b"assessor", b"assassin")
    filled(record, 9).write(proofs=False)
    result = run("proof", file, "--log", record.folder)
    assert result.verdict == (
        "Does not hold: the log of 9 does not begin with the log of 5: it was rewritten."
    )


@pytest.mark.parametrize("new", [2, 3, 7, 64, 256, 600])
def test_consistency_read_from_tiles_is_that_of_core(record, new):
    filled(record, new).write(proofs=False)
    found = verify.Tiles(verify.Place(f"{record.base}/"), new)
    for old in {1, 2, new // 2, new - 1, new} - {0}:
        assert found.consistency(old) == merkle.consistency_proof(old, new, record.node)


# --- evidence -------------------------------------------------------------------------------------


def evidence(record, tmp_path, content=b"a decree"):
    file = tmp_path / "decree.pdf"
    file.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    record.add("practice", {"file": digest}, subject="practice/one")
    filled(record, 5).write()
    return file


def test_a_file_is_found_by_the_entry_that_names_it(record, run, tmp_path):
    file = evidence(record, tmp_path)
    result = run("evidence", file, "--log", record.folder)
    assert result.status == 0
    assert result.verdict == (
        "Holds: decree.pdf is the very file that entry 1 of the record localhost/record names."
    )


def test_a_digest_in_free_text_names_no_file(record, run, tmp_path):
    digest = hashlib.sha256(b"a decree").hexdigest()
    record.add("practice", {"text": f"not {digest}", "reason": digest}, subject=f"practice/{digest}")
    file = tmp_path / "decree.pdf"
    file.write_bytes(b"a decree")
    filled(record, 5).write()
    assert run("evidence", file, "--log", record.folder).status == 1


def test_a_file_that_no_entry_names(record, run, tmp_path):
    file = evidence(record, tmp_path)
    file.write_bytes(b"a decree.")
    result = run("evidence", file, "--log", record.folder)
    assert result.verdict == "Does not hold: nothing in the record localhost/record names decree.pdf."


def test_a_published_file_is_found_in_an_archive_without_the_whole_log(archive, run, tmp_path):
    import shutil

    file = archive.record.base / f"object/{archive.listed[0]['inputs']}"
    assert run("evidence", file, "--log", archive.folder).status == 0
    shutil.rmtree(archive.record.base / "tile")
    result = run("evidence", file, "--log", archive.folder)
    assert result.status == 0
    assert "the whole log is not here" in result.out


def test_without_a_record_to_look_in_the_digest_is_given(run, tmp_path):
    file = tmp_path / "decree.pdf"
    file.write_bytes(b"a decree")
    result = run("evidence", file)
    assert result.status == 2
    assert hashlib.sha256(b"a decree").hexdigest() in result.out


def test_the_fixture_is_a_record(tmp_path):
    made = Record(tmp_path)
    assert entry.parse(made.data[0]).kind == "key"
    assert canonical.encode({}) == b"{}"


# --- a ladder that comes in pages -----------------------------------------------------------------


class Pages(http.server.SimpleHTTPRequestHandler):
    """A record whose site sends two checkpoints at a time, or all whatever is asked."""

    asked: ClassVar[list[str]] = []
    deaf = False

    def log_message(self, *_args):
        """Say nothing."""

    def do_GET(self):
        path, _, query = self.path.partition("?")
        if not path.endswith("/checkpoints"):
            super().do_GET()
            return
        self.asked.append(query)
        rungs = json.loads(Path(self.directory, path[1:]).read_bytes())
        below = int(query.partition("=")[2] or 10**9)
        sent = canonical.encode(rungs if self.deaf else [each for each in rungs if each["size"] < below][-2:])
        self.send_response(200)
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)


@pytest.fixture
def paged(record, monkeypatch):
    """Return a record with five checkpoints and its address."""
    monkeypatch.setattr(Pages, "asked", [])
    for size in (2, 3, 5, 6, 8):
        filled(record, size).write(proofs=False)
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Pages, directory=str(record.base.parent))
    )
    Thread(target=server.serve_forever, daemon=True).start()
    yield record, f"http://127.0.0.1:{server.server_address[1]}/record/"
    server.shutdown()
    server.server_close()


def test_every_page_of_the_ladder_is_checked(paged, run):
    record, address = paged
    result = run("log", address)
    assert (result.status, "5 earlier checkpoints: each a beginning" in result.out) == (0, True)
    assert Pages.asked == ["", "before=6", "before=3", "before=2"]

    rungs = record.ladder
    rungs[0]["note"] = sign(Checkpoint(ORIGIN, 2, bytes(32)).text(), [record.signer])
    record.put("checkpoints", rungs)
    result = run("log", address)
    assert result.status == 1
    assert "the earlier checkpoint of 2 entries is not a beginning of the record" in result.verdict


def test_a_site_that_sends_the_whole_ladder_whatever_is_asked_is_read_once(paged, run, monkeypatch):
    monkeypatch.setattr(Pages, "deaf", True)
    result = run("log", paged[1])
    assert (result.status, "5 earlier checkpoints: each a beginning" in result.out) == (0, True)
    assert Pages.asked == ["", "before=2"]


def test_a_ladder_longer_than_is_read_is_said(paged, run, monkeypatch):
    monkeypatch.setattr(verify, "LADDER_MOST", 900)
    result = run("log", paged[1])
    assert result.status == 0
    assert "not checked: the checkpoints below " in result.out
