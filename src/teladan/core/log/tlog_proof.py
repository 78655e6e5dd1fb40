"""Proofs that stand alone (c2sp.org/tlog-proof): where an entry is in a log, and the checkpoint of that log.

A receipt is such a file. Ours carry the bytes of the entry as extra data, so that one file is all one needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from teladan.core.log import note as notes
from teladan.core.log.checkpoint import Checkpoint, open_checkpoint
from teladan.core.log.checkpoint import parse as parse_checkpoint
from teladan.core.log.merkle import HASH_SIZE, ProofError, leaf_hash, verify_inclusion
from teladan.core.log.note import NoteError, Verifier

HEADER = "c2sp.org/tlog-proof@v1"
INDEX = re.compile("index (0|[1-9][0-9]{0,18})")
LARGEST = 2**63 - 1
DEEPEST = 63  # hashes of a path: a tree of 2^63 entries has no more


@dataclass(frozen=True, slots=True)
class TlogProof:
    """The place of an entry, the path from its leaf to the root, and the checkpoint as it was served."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint_note: str
    extra: bytes = b""

    def text(self) -> str:
        """Return the file."""
        lines = [HEADER]
        if self.extra:
            lines.append(f"extra {notes.encoded_base64(self.extra)}")
        lines.append(f"index {self.index}")
        lines += [notes.encoded_base64(held) for held in self.hashes]
        return "\n".join([*lines, "", self.checkpoint_note])

    def verify(self, entry: bytes, verifiers: Iterable[Verifier], origin: str | None = None) -> Checkpoint:
        """Return the signed checkpoint that the entry is under.

        Raises NoteError, CheckpointError or ProofError. `extra` is not looked at: nothing signs it.
        """
        checkpoint = open_checkpoint(self.checkpoint_note, verifiers, origin)
        verify_inclusion(leaf_hash(entry), self.index, checkpoint.size, list(self.hashes), checkpoint.root)
        return checkpoint


def parse(data: bytes | str) -> TlogProof:
    """Return the proof that a file holds; nothing is verified yet.

    Raises ProofError for the file, NoteError or CheckpointError for the checkpoint in it.
    """
    if isinstance(data, bytes):
        try:
            data = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ProofError("the proof is not UTF-8") from error
    head, separator, checkpoint_note = data.partition("\n\n")
    if not separator:
        raise ProofError("the proof has no checkpoint after a blank line")
    header, *lines = head.split("\n")
    if header != HEADER:
        raise ProofError(f"the first line of a proof is {HEADER}")
    extra = b""
    if lines and lines[0].startswith("extra "):
        extra = _bytes(lines.pop(0).removeprefix("extra "), "extra data")
        if not extra:
            raise ProofError("a proof without extra data has no line for it")
    index = INDEX.fullmatch(lines.pop(0)) if lines else None
    if index is None or int(index[1]) > LARGEST:
        raise ProofError("the proof does not say the index of its entry")
    if len(lines) > DEEPEST:
        raise ProofError(f"the proof has {len(lines)} hashes; no log is that deep")
    hashes = tuple(_bytes(line, "hash") for line in lines)
    if any(len(held) != HASH_SIZE for held in hashes):
        raise ProofError("a hash of the proof is not 32 bytes long")
    parse_checkpoint(notes.parse(checkpoint_note).text)
    return TlogProof(int(index[1]), hashes, checkpoint_note, extra)


def _bytes(text: str, what: str) -> bytes:
    try:
        return notes.decoded_base64(text)
    except NoteError as error:
        raise ProofError(f"the {what} of the proof: {error}") from error
