"""The keys of a log as the audit knows them: named by the log itself, and which of them signs what."""

from __future__ import annotations

from dataclasses import dataclass

from teladan.core.log.checkpoint import Checkpoint, open_checkpoint
from teladan.core.log.note import NoteError, Verifier, open_note
from teladan.record.audit_stretch import Finding
from teladan.record.database import Database
from teladan.record.keys import VKEYS, Keys


@dataclass(frozen=True, slots=True)
class LogKeys:
    """The keys that the entries of a log name, the newest first, each with the position of its entry."""

    keys: tuple[tuple[int, Verifier], ...]
    node: str

    def open(self, note: str) -> Checkpoint:
        """Return the checkpoint of a note; raises NoteError or CheckpointError where it does not hold.

        The newest key that the log names below its size must have signed: one that was replaced signs
        nothing any more, whoever has it now.
        """
        checkpoint = open_checkpoint(note, [key for _position, key in self.keys], self.node)
        newest = next((key for position, key in self.keys if position < checkpoint.size), None)
        if newest and len(self.keys) > 1:
            try:
                open_note(note, [newest])
            except NoteError as error:
                raise NoteError(
                    f"the key that signs at {checkpoint.size} entries, {newest.vkey}, has not signed it"
                ) from error
        return checkpoint


def log_keys(database: Database, key_folder: Keys) -> tuple[LogKeys, list[Finding]]:
    """Return the public keys that the log itself names, and where the file of them does not agree.

    A key folder that cannot be read is said, and stops nothing: the keys come from the log.
    """
    newest = database.last_checkpoint()
    recorded = database.keys(database.size())[::-1]
    findings, verifiers = [], []
    if recorded:  # else no entry yet; the key may be made already
        signed = [vkey for position, vkey in recorded if newest and position < newest.size]
        findings += _file(key_folder, [vkey for _position, vkey in recorded], signed)
    for position, vkey in recorded:
        try:
            verifiers.append((position, Verifier.parse(vkey)))
        except NoteError as error:
            findings.append(Finding("table record_entry", f"An entry of kind key names none: {error}."))
    return LogKeys(tuple(verifiers), key_folder.node), findings


def _file(keys: Keys, named: list[str], signed: list[str]) -> list[Finding]:
    place = str(keys.folder / VKEYS)
    try:
        if keys.vkeys() in (named, signed):  # the newest may wait for its first signature
            return []
    except OSError as error:
        reason = error.strerror or error
        return [Finding(place, f"It was not looked at: {reason}.", stops=False)]
    except UnicodeDecodeError:
        pass
    return [Finding(place, "It does not hold the keys that the log names.")]
