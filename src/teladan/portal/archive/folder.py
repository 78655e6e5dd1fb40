"""The folder an archive is written into: beside its place first, in its place only when whole.

    with Folder(target) as folder:
        folder.write("en/index.html", b"…")
    # now target is there, with manifest.sha256 over every file

Nothing in it depends on the clock or on the machine: the same files give the same bytes, as a ZIP file too.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import zipfile
from pathlib import Path
from types import TracebackType
from typing import Self

from teladan.portal.archive.problems import CannotArchive

MANIFEST = "manifest.sha256"
# The earliest moment a ZIP file can name; a real one would differ from run to run.
MOMENT = (1980, 1, 1, 0, 0, 0)
PLAIN_FILE = 0o100644 << 16
LEVEL = 6


class Folder:
    """An archive while it is written. Leaving it by an error leaves nothing behind."""

    def __init__(self, target: Path, *, zipped: bool = False) -> None:
        self.target = target
        self.zipped = zipped
        self.name = target.name.removesuffix(".zip") if zipped else target.name
        self._work = target.with_name(f".{target.name}.{secrets.token_hex(6)}.part")
        self._digests: dict[str, str] = {}
        self._zip: zipfile.ZipFile | None = None

    def __enter__(self) -> Self:
        """Refuse a target that holds something already; open a place beside it."""
        refuse(self.target, zipped=self.zipped)
        self.target.parent.mkdir(parents=True, exist_ok=True)
        if self.zipped:
            self._zip = zipfile.ZipFile(self._work, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL)
        else:
            self._work.mkdir()
        return self

    def write(self, path: str, content: bytes) -> None:
        """Write one file; a path is written once."""
        if path in self._digests:
            raise ValueError(f"{path} is written twice")
        self._digests[path] = hashlib.sha256(content).hexdigest()
        self._put(path, content)

    @property
    def paths(self) -> frozenset[str]:
        """Return the paths that were written so far."""
        return frozenset(self._digests)

    @property
    def files(self) -> int:
        """Return how many files there are."""
        return len(self._digests)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Add the manifest and move all into place; after an error remove it."""
        try:
            if kind is None:
                self._finish()
        finally:
            if self._zip is not None:
                self._zip.close()
            if self._work.is_dir():
                shutil.rmtree(self._work, ignore_errors=True)
            else:
                self._work.unlink(missing_ok=True)

    def _finish(self) -> None:
        lines = (f"{digest}  {path}\n" for path, digest in sorted(self._digests.items()))
        self._put(MANIFEST, "".join(lines).encode())
        if self._zip is not None:
            self._zip.close()
            with self._work.open("rb") as written:
                os.fsync(written.fileno())
        refuse(self.target, zipped=self.zipped)  # somebody may have been quicker
        self._work.replace(self.target)

    def _put(self, path: str, content: bytes) -> None:
        if self._zip is not None:
            about = zipfile.ZipInfo(f"{self.name}/{path}", MOMENT)
            about.compress_type = zipfile.ZIP_DEFLATED
            about.external_attr = PLAIN_FILE
            about.create_system = 3
            self._zip.writestr(about, content, compresslevel=LEVEL)
            return
        file = self._work / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def refuse(target: Path, *, zipped: bool) -> None:
    """Raise CannotArchive where something is in the way."""
    if zipped and target.exists():
        raise CannotArchive(f"{target} is there already; name another with --out, or remove it")
    if not zipped and target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise CannotArchive(f"{target} is not an empty folder; name another with --out, or empty it")
