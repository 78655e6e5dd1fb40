"""Checkpoints (c2sp.org/tlog-checkpoint): the size and root of a log at one moment, signed as a note."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from teladan.core.log import note as notes
from teladan.core.log.merkle import HASH_SIZE
from teladan.core.log.note import NoteError, Verifier

SIZE = re.compile("0|[1-9][0-9]{0,18}")
LARGEST = 2**63 - 1


class CheckpointError(ValueError):
    """A text that is no checkpoint; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Origin, number of entries and 32-byte root; `extensions` are further lines, without meaning here."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what could not be written as lines."""
        if not self.origin or "\n" in self.origin:
            raise CheckpointError("a checkpoint names its log in one line")
        if not 0 <= self.size <= LARGEST:
            raise CheckpointError(f"{self.size} is no number of entries")
        if len(self.root) != HASH_SIZE:
            raise CheckpointError(f"the root has {len(self.root)} bytes instead of {HASH_SIZE}")
        if any(not line or "\n" in line for line in self.extensions):
            raise CheckpointError("an extension of a checkpoint is one line that is not empty")

    def text(self) -> str:
        r"""Return the text to sign.

        >>> Checkpoint("example.org/record", 0, bytes(32)).text()
        'example.org/record\n0\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n'
        """
        root = notes.encoded_base64(self.root)
        return "".join(f"{line}\n" for line in (self.origin, str(self.size), root, *self.extensions))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the checkpoint that the text of a note is."""
        try:
            notes.check_text(text)
        except NoteError as error:
            raise CheckpointError(str(error)) from error
        lines = text.split("\n")
        if lines.pop() or len(lines) < 3 or not all(lines):
            raise CheckpointError("a checkpoint has three lines or more, none of them empty")
        origin, size, root, *extensions = lines
        if not SIZE.fullmatch(size):
            raise CheckpointError(f"{size[:100]!r} is no number of entries")
        try:
            data = notes.decoded_base64(root)
        except NoteError as error:
            raise CheckpointError(f"the root: {error}") from error
        return cls(origin, int(size), data, tuple(extensions))


def parse(text: str) -> Checkpoint:
    """Return the checkpoint that the text of a note is; CheckpointError says why it is none."""
    return Checkpoint.parse(text)


def open_checkpoint(
    note: bytes | str, verifiers: Iterable[Verifier], origin: str | None = None
) -> Checkpoint:
    """Return the checkpoint of a note that a known key signed, and of that origin if one is asked for.

    Raises NoteError or CheckpointError.
    """
    text, _ = notes.open_note(note, verifiers)
    checkpoint = Checkpoint.parse(text)
    if origin is not None and checkpoint.origin != origin:
        raise CheckpointError(f"the checkpoint is of the log {checkpoint.origin}, not of {origin}")
    return checkpoint
