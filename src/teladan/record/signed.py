"""The last signed checkpoint, kept apart from the database and the log: what a restored backup meets.

It is written, and flushed to the disk, before the checkpoint gets out.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from teladan.core.checkpoint import Checkpoint, CheckpointError, open_checkpoint
from teladan.core.note import NoteError, Verifier
from teladan.record.disk import Disk
from teladan.record.stops import Stopped


@dataclass(frozen=True, slots=True)
class Kept:
    """A signed checkpoint in a file: its note, and what the note says."""

    note: str
    checkpoint: Checkpoint


def read(path: Path, node: str, verifiers: list[Verifier], disk: Disk) -> Kept | None:
    """Return the checkpoint in a file, or None where there is none.

    Raises Stopped for a file that is not a checkpoint of this log signed by one of its keys.
    """
    try:
        note = disk.read(path).decode("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise Stopped(f"{path} cannot be read: {error}.") from error
    return Kept(note, checked(note, str(path), node, verifiers))


def checked(note: str, place: str, node: str, verifiers: list[Verifier]) -> Checkpoint:
    """Return what a note says; raises Stopped, naming the place it came from, where it does not hold."""
    try:
        return open_checkpoint(note, verifiers, node)
    except (NoteError, CheckpointError) as error:
        raise Stopped(f"{place} does not hold a checkpoint of {node} signed by its key: {error}.") from error
