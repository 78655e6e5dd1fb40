"""Signed notes and keys: the same verdict as `core`, and the values of others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teladan import verify
from teladan.core.log import note
from teladan.core.log.note import NoteError, Signer, Verifier

VECTORS = Path(__file__).parents[3] / "shared/vectors/tlog"
ONE, OTHER = Signer("log.example/one", bytes(range(32))), Signer("log.example/other", bytes(range(1, 33)))
KEYS = [verify.parse_key(signer.verifier.vkey) for signer in (ONE, OTHER)]
RANDOM = settings(deadline=None, max_examples=200)


def opened(data):
    """Return text and names of the signers as the verifier sees them, or None."""
    try:
        read = verify.parse_note(data)
        return read.text, [key.name for key in verify.signers(read, KEYS, "the note")]
    except (verify.Malformed, verify.Wrong):
        return None


def opened_by_core(data):
    try:
        text, found = note.open_note(data, [ONE.verifier, OTHER.verifier])
    except NoteError:
        return None
    return text, [verifier.name for verifier in found]


@RANDOM
@given(st.text(max_size=40), st.sampled_from([[ONE], [OTHER], [ONE, OTHER], [ONE, ONE]]))
def test_a_note_of_core_is_opened(text, signers):
    text += "\n"
    try:
        signed = note.sign(text, signers)
    except NoteError:
        return
    assert opened(signed.encode()) == opened_by_core(signed.encode())
    assert opened(signed.encode()) is not None


LINES = st.sampled_from(
    [
        ONE.sign("text\n"),
        OTHER.sign("text\n"),
        ONE.sign("other\n"),
        "\n",
        "text\n",
        "— log.example/one \n",
        "— log.example/one AAAA\n",
        "— log.example/one AAAAAA==\n",
        "— log.example/one AAAAAAA=\n",
        "— log.example/one AAAAAAB=\n",
        "— log.example/one AAAAAAA=====\n",
        "— log.example/one\xa0two AAAAAAA=\n",
        "— log+example AAAAAAA=\n",
        "—log.example/one AAAAAAA=\n",
        "- log.example/one AAAAAAA=\n",
        "— log.example/one AAAA AAAA\n",
        "— stranger AAAAAAA=\n",
        "— stranger AAAAAAA=",
        "— stranger AA\rAAAAA=\n",
        "\t\n",
        "\x7f\n",
    ]
)


@RANDOM
@given(st.lists(LINES, max_size=5))
def test_notes_made_of_odd_lines_have_the_verdict_of_core(lines):
    data = ("text\n\n" + "".join(lines)).encode()
    assert opened(data) == opened_by_core(data)


@RANDOM
@given(st.data())
def test_a_damaged_note_has_the_verdict_of_core(data):
    text = bytearray(note.sign("text\nmore\n", [ONE, OTHER]).encode())
    for _ in range(data.draw(st.integers(1, 2))):
        place = data.draw(st.integers(0, len(text) - 1))
        text[place] ^= 1 << data.draw(st.integers(0, 7))
    assert opened(bytes(text)) == opened_by_core(bytes(text))


def test_a_hundred_signatures_are_read_and_one_more_is_not():
    def many(count):
        return note.sign("text\n", [ONE]) + "— stranger AAAAAAA=\n" * count

    assert opened(many(99).encode()) == ("text\n", [ONE.name])
    assert opened(many(100).encode()) is None


@RANDOM
@given(st.data())
def test_a_key_is_one_where_core_says_so(data):
    text = list(ONE.verifier.vkey)
    for _ in range(data.draw(st.integers(0, 2))):
        place = data.draw(st.integers(0, len(text) - 1))
        text[place] = data.draw(st.sampled_from(["", " ", "+", "A", "a", "0", "=", "\u2003", "é", "\x01"]))
    found = "".join(text)
    try:
        wanted = Verifier.parse(found).vkey
    except NoteError:
        with pytest.raises(verify.Malformed):
            verify.parse_key(found)
    else:
        assert verify.parse_key(found).text == wanted


@pytest.mark.skipif(not VECTORS.exists(), reason="there are no shared vectors on this machine")
def test_the_notes_and_keys_of_others():
    given_there = json.loads((VECTORS / "note_go/note.json").read_bytes())
    key = verify.parse_key(given_there["vkey"])
    read = verify.parse_note(given_there["note"].encode())
    assert verify.signers(read, [key], "the note") == [key]
    for bad in given_there["bad_vkeys"]:
        with pytest.raises(verify.Malformed):
            verify.parse_key(bad)
    tree = verify.parse_checkpoint(given_there["tree_text"])
    assert (tree.origin, tree.size) == ("go.sum database tree", 123456789012)
    example = verify.parse_note((VECTORS / "c2sp_examples/signed_note_example.txt").read_bytes())
    assert (example.text, example.signatures[0].name) == ("This is an example message.\n", "example.com/foo")
