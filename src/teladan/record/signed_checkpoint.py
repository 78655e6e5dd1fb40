"""The last signed checkpoint, kept apart from the database and the log: what a restored backup meets.

It is written, and flushed to the disk, before the checkpoint gets out.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from teladan.core.log import note as notes
from teladan.core.log.checkpoint import Checkpoint, CheckpointError, open_checkpoint
from teladan.core.log.note import NoteError, Signer, Verifier
from teladan.record.disk import Disk
from teladan.record.stops import Stopped


@dataclass(frozen=True, slots=True)
class CheckpointNote:
    """A signed checkpoint in a file: its note, and what the note says."""

    note: str
    checkpoint: Checkpoint


def read(path: Path, node: str, verifiers: list[Verifier], disk: Disk) -> CheckpointNote | None:
    """Return the checkpoint in a file, or None where there is none.

    Raises Stopped for a file that is not a checkpoint of this log signed by one of its keys.
    """
    try:
        note = disk.read(path).decode("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise Stopped(f"{path} cannot be read: {error}.") from error
    return CheckpointNote(note, checked(note, str(path), node, verifiers))


def checked(note: str, place: str, node: str, verifiers: list[Verifier]) -> Checkpoint:
    """Return what a note says; raises Stopped, naming the place it came from, where it does not hold."""
    try:
        return open_checkpoint(note, verifiers, node)
    except (NoteError, CheckpointError) as error:
        raise Stopped(f"{place} does not hold a checkpoint of {node} signed by its key: {error}.") from error


def made(checkpoint: Checkpoint, signers: list[Signer], vkeys: list[str]) -> str:
    """Return the note of a checkpoint, signed and opened again as anyone will open it.

    `vkeys` are the keys that the log names, the newest first, which must be among those that signed. Raises
    Stopped where the note does not hold: a faulty machine can make a signature that is none.
    """
    note = notes.sign(checkpoint.text(), signers)
    try:
        text, verifiers = notes.open_note(note, [Verifier.parse(vkey) for vkey in vkeys])
    except NoteError as error:
        raise Stopped(f"The signature made just now does not hold: {error}. Nothing was signed.") from error
    signed = [key.vkey for key in verifiers]
    if text != checkpoint.text() or signed != [key.verifier.vkey for key in signers]:
        raise Stopped(
            "The signature made just now is not of this checkpoint and its keys: nothing was signed."
        )
    if vkeys[0] not in signed:
        raise Stopped(f"The key that the log names last, {vkeys[0]}, has not signed: nothing was signed.")
    return note
