"""Checkpoints: their three lines, what is none, and whose they are."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teladan.core.log.checkpoint import LARGEST, Checkpoint, CheckpointError, open_checkpoint, parse
from teladan.core.log.note import NoteError, Signer, sign
from tests.core.log.files import NAME, SIGNER, signed

SHARED = Path(__file__).parents[4] / "shared" / "vectors" / "tlog"
ENTRIES = [b"entry %d" % number for number in range(5)]
ROOT = "fKo0Xb2JKmZFTWxlEuo8PqPw0+whvj/C4jdXBf049nI="
GOLDEN = f"""\
example.org/record
5
{ROOT}

— example.org/record \
jcxF3pUt6f9TMFepzM30tlX1WeuM3ruPaFNAYNCarPtTS+dFaFygGNjUgFgxYBefSGLR6QLjMcGZav10HWRB3oJgRA8=
"""
lines = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)


def test_the_checkpoint_of_five_entries_for_ever():
    assert signed(ENTRIES) == GOLDEN
    assert open_checkpoint(GOLDEN, [SIGNER.verifier]) == Checkpoint(NAME, 5, base64.b64decode(ROOT))


def test_the_tree_of_go():
    path = SHARED / "note_go" / "note.json"
    if not path.exists():
        pytest.skip("the vectors are not beside this project")
    text = json.loads(path.read_text("utf-8"))["tree_text"]
    found = parse(text)
    assert (found.origin, found.size, found.text()) == ("go.sum database tree", 123_456_789_012, text)


@given(
    lines,
    st.integers(0, LARGEST),
    st.binary(min_size=32, max_size=32),
    st.lists(lines, max_size=3).map(tuple),
)
def test_what_is_written_reads_back(origin, size, root, extensions):
    checkpoint = Checkpoint(origin, size, root, extensions)
    assert parse(checkpoint.text()) == checkpoint
    assert open_checkpoint(sign(checkpoint.text(), [SIGNER]), [SIGNER.verifier], origin) == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        f"{NAME}\n5\n",
        f"{NAME}\n5\n{ROOT}",
        f"\n5\n{ROOT}\n",
        f"{NAME}\n\n{ROOT}\n",
        f"{NAME}\n5\n\n",
        f"{NAME}\n5\n{ROOT}\n\n",
        f"{NAME}\n5\n{ROOT}\n\nmore\n",
        f"{NAME}\n5\n{ROOT}\nmore",
        f"{NAME}\n05\n{ROOT}\n",
        f"{NAME}\n00\n{ROOT}\n",
        f"{NAME}\n-5\n{ROOT}\n",
        f"{NAME}\n+5\n{ROOT}\n",
        f"{NAME}\n 5\n{ROOT}\n",
        f"{NAME}\n5 \n{ROOT}\n",
        f"{NAME}\n5_0\n{ROOT}\n",
        f"{NAME}\n0x5\n{ROOT}\n",
        f"{NAME}\n٥\n{ROOT}\n",
        f"{NAME}\n{2**63}\n{ROOT}\n",
        f"{NAME}\n{'9' * 5000}\n{ROOT}\n",
        f"{NAME}\n5\n{ROOT}=\n",
        f"{NAME}\n5\n{ROOT[:-1]}\n",
        f"{NAME}\n5\n{ROOT[:-2]}J=\n",
        f"{NAME}\n5\n {ROOT}\n",
        f"{NAME}\n5\n{ROOT} \n",
        f"{NAME}\n5\n{base64.b64encode(bytes(31)).decode()}\n",
        f"{NAME}\n5\n{base64.b64encode(bytes(33)).decode()}\n",
        f"{NAME}\r\n5\r\n{ROOT}\r\n",
        f"{NAME}\t\n5\n{ROOT}\n",
        f"\ud800\n5\n{ROOT}\n",
    ],
)
def test_a_text_that_is_no_checkpoint(text):
    with pytest.raises(CheckpointError):
        parse(text)


def test_an_extension_is_kept():
    found = parse(f"{NAME}\n0\n{ROOT}\none\n two \n")
    assert (found.size, found.extensions) == (0, ("one", " two "))


@pytest.mark.parametrize(
    ("origin", "size", "root", "extensions"),
    [
        ("", 0, bytes(32), ()),
        ("a\nb", 0, bytes(32), ()),
        ("a", -1, bytes(32), ()),
        ("a", 2**63, bytes(32), ()),
        ("a", 0, bytes(20), ()),
        ("a", 0, bytes(32), ("",)),
        ("a", 0, bytes(32), ("b\n",)),
    ],
)
def test_what_cannot_be_written(origin, size, root, extensions):
    with pytest.raises(CheckpointError):
        Checkpoint(origin, size, root, extensions)


def test_only_the_log_that_was_asked_for_and_only_by_a_known_key():
    assert open_checkpoint(GOLDEN.encode(), [SIGNER.verifier], NAME).size == 5
    with pytest.raises(CheckpointError, match="is of the log example.org/record, not of example.org/other"):
        open_checkpoint(GOLDEN, [SIGNER.verifier], "example.org/other")
    with pytest.raises(NoteError, match="no known key"):
        open_checkpoint(GOLDEN, [Signer.generate(NAME).verifier])
    with pytest.raises(CheckpointError, match="three lines"):
        open_checkpoint(sign("hello\n", [SIGNER]), [SIGNER.verifier])
