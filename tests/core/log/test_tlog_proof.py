"""Proofs that stand alone: the bytes of one, what it proves, and what is none."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teladan.core.log.checkpoint import CheckpointError
from teladan.core.log.merkle import ProofError, inclusion_proof
from teladan.core.log.note import NoteError, Signer
from teladan.core.log.tiles import HashReader
from teladan.core.log.tlog_proof import TlogProof, parse
from tests.core.log.files import NAME, SIGNER, log_files, signed

ENTRIES = [b"entry %d" % number for number in range(300)]
KNOWN = [SIGNER.verifier]
GOLDEN = """\
c2sp.org/tlog-proof@v1
extra ZW50cnkgMg==
index 2
YcoROfaBWEHVuvLQ0tm9nf7pfImN1ve6DAqpQe5sAes=
WkdmL9ijF9lgSaP59HxV3GfKZgUbqjaD27GbL+CaB7A=
SFM123z+yWXxX/dF/GJcQdXqJkaTaTAWWCj3PdS2iFQ=

example.org/record
5
fKo0Xb2JKmZFTWxlEuo8PqPw0+whvj/C4jdXBf049nI=

— example.org/record \
jcxF3pUt6f9TMFepzM30tlX1WeuM3ruPaFNAYNCarPtTS+dFaFygGNjUgFgxYBefSGLR6QLjMcGZav10HWRB3oJgRA8=
"""
BODY, NOTE = GOLDEN.split("\n\n", 1)
HASH = "YcoROfaBWEHVuvLQ0tm9nf7pfImN1ve6DAqpQe5sAes="


def proof(index, size, extra=b""):
    reader = HashReader(log_files(ENTRIES[:size]).__getitem__, size)
    return TlogProof(index, tuple(inclusion_proof(index, size, reader.node)), signed(ENTRIES, size), extra)


def test_the_proof_of_a_known_log_for_ever():
    assert proof(2, 5, b"entry 2").text() == GOLDEN
    found = parse(GOLDEN.encode())
    assert (found.index, found.extra, len(found.hashes)) == (2, b"entry 2", 3)
    assert found.verify(b"entry 2", KNOWN, NAME).size == 5


@pytest.mark.parametrize(
    ("index", "size"), [(0, 1), (0, 2), (1, 2), (255, 256), (256, 257), (299, 300), (128, 300)]
)
def test_a_proof_reads_back_and_proves_its_entry_alone(index, size):
    text = proof(index, size).text()
    found = parse(text)
    assert found == proof(index, size)
    assert found.text() == text
    assert found.verify(ENTRIES[index], KNOWN).size == size
    for other in (ENTRIES[index] + b"!", b""):
        with pytest.raises(ProofError, match="another root"):
            found.verify(other, KNOWN)


def test_extra_data_proves_nothing():
    lying = proof(2, 5, b"another entry")
    assert lying.verify(b"entry 2", KNOWN).size == 5
    with pytest.raises(ProofError):
        lying.verify(b"another entry", KNOWN)


def test_a_proof_needs_a_known_key_and_the_log_that_was_asked_for():
    with pytest.raises(NoteError, match="no known key"):
        parse(GOLDEN).verify(b"entry 2", [Signer.generate(NAME).verifier])
    with pytest.raises(CheckpointError, match="not of example.org/other"):
        parse(GOLDEN).verify(b"entry 2", KNOWN, "example.org/other")


@given(st.integers(0, len(GOLDEN.encode()) * 8 - 1))
def test_no_bit_of_a_proof_can_change_but_in_the_extra_data(bit):
    data = bytearray(GOLDEN.encode())
    data[bit // 8] ^= 1 << bit % 8
    try:
        found = parse(bytes(data))
        found.verify(b"entry 2", KNOWN)
    except (ProofError, NoteError, CheckpointError):
        return
    assert found.extra != b"entry 2"
    assert (found.index, found.hashes) == (parse(GOLDEN).index, parse(GOLDEN).hashes)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no checkpoint after a blank line"),
        (BODY + "\n", "no checkpoint after a blank line"),
        (GOLDEN.replace("@v1", "@v2"), "the first line of a proof is"),
        ("\n" + GOLDEN, "the first line of a proof is"),
        (GOLDEN.replace("\nextra", " \nextra", 1), "the first line of a proof is"),
        (GOLDEN.replace("index 2\n", ""), "does not say the index"),
        (GOLDEN.replace("index 2", "index 02"), "does not say the index"),
        (GOLDEN.replace("index 2", "index -2"), "does not say the index"),
        (GOLDEN.replace("index 2", "index  2"), "does not say the index"),
        (GOLDEN.replace("index 2", "index 2 "), "does not say the index"),
        (GOLDEN.replace("index 2", "index ٢"), "does not say the index"),
        (GOLDEN.replace("index 2", "Index 2"), "does not say the index"),
        (GOLDEN.replace("index 2", f"index {2**63}"), "does not say the index"),
        (GOLDEN.replace("index 2", "index"), "does not say the index"),
        (GOLDEN.replace("extra ", "extra"), "does not say the index"),
        (
            GOLDEN.replace("extra ZW50cnkgMg==\nindex 2", "index 2\nextra ZW50cnkgMg=="),
            "the hash of the proof",
        ),
        (GOLDEN.replace("extra ZW", "extra ZW\nextra ZW"), "the extra data of the proof"),
        (GOLDEN.replace("ZW50cnkgMg==", ""), "without extra data has no line for it"),
        (GOLDEN.replace("ZW50cnkgMg==", "ZW50cnkgMg="), "the extra data of the proof"),
        (GOLDEN.replace("ZW50cnkgMg==", "ZW50cnkgMh=="), "the extra data of the proof"),
        (GOLDEN.replace(HASH, HASH + "="), "the hash of the proof"),
        (GOLDEN.replace(HASH, HASH + " "), "the hash of the proof"),
        (GOLDEN.replace(HASH, base64.b64encode(bytes(31)).decode()), "not 32 bytes long"),
        (GOLDEN.replace(HASH, base64.b64encode(bytes(64)).decode()), "not 32 bytes long"),
        (GOLDEN.replace(HASH, "\n".join([HASH] * 62)), "the proof has 64 hashes"),
        (GOLDEN.replace("index 2", "index 2\r"), "does not say the index"),
    ],
)
def test_a_file_that_is_no_proof(text, message):
    with pytest.raises(ProofError, match=message):
        parse(text)


def test_a_file_that_is_not_utf_8():
    with pytest.raises(ProofError, match="not UTF-8"):
        parse(b"\xff" + GOLDEN.encode())


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (GOLDEN[:-1], NoteError),
        (GOLDEN + "\n", NoteError),
        (GOLDEN.replace("\n\nexample", "\n\n\nexample"), CheckpointError),
        (GOLDEN.replace("\n5\n", "\n05\n"), CheckpointError),
        (GOLDEN.replace("— ", "- "), NoteError),
    ],
)
def test_a_proof_whose_checkpoint_is_none(text, kind):
    with pytest.raises(kind):
        parse(text)


def test_a_proof_of_another_length_or_place():
    found = parse(GOLDEN)
    for index, hashes in (
        (2, found.hashes[:-1]),
        (2, (*found.hashes, bytes(32))),
        (3, found.hashes),
        (5, found.hashes),
    ):
        with pytest.raises(ProofError):
            TlogProof(index, hashes, found.checkpoint_note).verify(b"entry 2", KNOWN)
