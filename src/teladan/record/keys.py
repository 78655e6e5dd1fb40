"""The key that signs the record: a file outside the database, used by the sequencer only.

record.key     the secret key in use, mode 0600
record.next    during a rotation: the secret key that is coming, mode 0600
record.vkeys   every public key there was, one a line, the newest first
"""

from __future__ import annotations

import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from teladan.core.log.note import NoteError, Signer, Verifier
from teladan.record.disk import TEMPORARY, Disk
from teladan.record.stops import Stopped

KEY, NEXT, VKEYS = "record.key", "record.next", "record.vkeys"
HOWTO = "docs/howto/keys.md"


@dataclass(frozen=True, slots=True)
class Keys:
    """The key folder of a log; every read is of the files as they are now."""

    folder: Path
    node: str  # the name the key must carry
    disk: Disk

    def signer(self) -> Signer | None:
        """Return the key in use, or None where there is none; raises Stopped for one that cannot be used."""
        return self._read(KEY)

    def coming(self) -> Signer | None:
        """Return the key that a rotation brings, or None."""
        return self._read(NEXT)

    def make(self) -> Signer:
        """Return the key in use, made now where there is none; of two processes both use one."""
        signer = self.signer()
        if signer is None:
            self._create(KEY, Signer.generate(self.node))
            signer = self.signer()
            assert signer is not None
            self.remember([signer.verifier.vkey])
        return signer

    def make_coming(self) -> Signer:
        """Return the key of the rotation under way, made now where none is."""
        coming = self.coming()
        if coming is None:
            self._create(NEXT, Signer.generate(self.node))
            coming = self.coming()
            assert coming is not None
        return coming

    def promote(self) -> None:
        """Put the coming key in place of the one in use, whose secret is gone with that."""
        (self.folder / NEXT).replace(self.folder / KEY)
        self.disk.flush_folder(self.folder)

    def tidy(self) -> None:
        """Take away what a killed sequencer left half made; a rotation may be making its key right now."""
        for name in (KEY, VKEYS):
            self.disk.sweep(self.folder, name)

    def vkeys(self) -> list[str]:
        """Return every public key, the newest first; none where the file is not there yet."""
        try:
            return self.disk.read(self.folder / VKEYS).decode("ascii").split("\n")[:-1]
        except FileNotFoundError:
            return []

    def remember(self, newest_first: list[str]) -> None:
        """Write the public keys, where they are not those of the file already."""
        if self.vkeys() != newest_first:
            lines = "".join(f"{vkey}\n" for vkey in newest_first)
            self.disk.write(self.folder / VKEYS, lines.encode("ascii"))

    def verifiers(self) -> list[Verifier]:
        """Return every public key, ready to check signatures; raises Stopped for a line that is none."""
        try:
            return [Verifier.parse(line) for line in self.vkeys()]
        except (NoteError, UnicodeDecodeError) as error:
            raise Stopped(
                f"{self.folder / VKEYS} holds a line that is no public key: {error}. {_see()}"
            ) from error

    def _read(self, name: str) -> Signer | None:
        path = self.folder / name
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
            text = self.disk.read(path).decode("utf-8").strip()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise Stopped(f"The key {path} cannot be read: {error}. {_see()}") from error
        if mode & 0o077:
            raise Stopped(
                f"Others than its owner may read the key {path} (mode {mode:04o}): chmod 600 {path}, and if "
                f"someone may have read it, rotate it. {_see()}"
            )
        try:
            signer = Signer.parse(text)
        except NoteError as error:
            raise Stopped(f"{path} is not a key: {error}. {_see()}") from error
        if signer.verifier.name != self.node:
            raise Stopped(
                f"The key {path} was made for the log {signer.verifier.name}, but TELADAN_NODE says "
                f"{self.node}: a log keeps its name. Set TELADAN_NODE={signer.verifier.name}."
            )
        return signer

    def _create(self, name: str, signer: Signer) -> None:
        """Write a new key whole and at once; one that is there already stays."""
        path = self.folder / name
        new = path.with_name(f"{TEMPORARY}{name}-{secrets.token_hex(8)}")
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                    file.write(f"{signer.skey}\n")
                    file.flush()
                    os.fsync(file.fileno())
                os.link(new, path)  # unlike a rename, this leaves a key that is there already
            except FileExistsError:
                pass
            finally:
                new.unlink(missing_ok=True)
            self.disk.flush_folder(self.folder)
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(path)) from error


def _see() -> str:
    return f"See {HOWTO}."
