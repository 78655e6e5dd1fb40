"""Files that are there whole or not at all: temporary file, flush, rename, flush of the folder.

Everything the record writes goes through a `Disk` that is handed in, so that a test can hand in one
that fails.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

TEMPORARY = ".new-"


class Disk:
    """The file system below one folder or another; every path is absolute."""

    def read(self, path: Path) -> bytes:
        """Return the bytes of a file; raises OSError."""
        return path.read_bytes()

    def read_back(self, path: Path) -> bytes:
        """Return the bytes of a file from the disk itself, where the platform lets go of its copy in memory.

        Raises OSError.
        """
        forget(path)
        return self.read(path)

    def write(self, path: Path, content: bytes, mode: int = 0o644) -> None:
        """Put a file in place, whole; raises OSError that names it and leaves what was there."""
        self.write_all([(path, content)], mode)

    def write_all(self, files: Iterable[tuple[Path, bytes]], mode: int = 0o644) -> None:
        """Put files in place one by one, each whole; the folders are flushed once, at the end."""
        folders: set[Path] = set()
        for path, content in files:
            try:
                # A folder that is new stands in its own parent, which must last as well.
                folders.update(above.parent for above in path.parents if not above.is_dir())
                path.parent.mkdir(parents=True, exist_ok=True)
                self._put(path, content, mode)
                folders.add(path.parent)
            except OSError as error:
                raise _named(error, path) from error
        for folder in folders:
            self.flush_folder(folder)

    def _put(self, path: Path, content: bytes, mode: int) -> None:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f"{TEMPORARY}{path.name}-")
        try:
            with os.fdopen(handle, "wb") as stream:
                os.fchmod(stream.fileno(), mode)
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def flush_folder(self, folder: Path) -> None:
        """Make the names in a folder last; raises OSError that names it."""
        try:
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise _named(error, folder) from error

    def remove(self, path: Path) -> None:
        """Take a file away; one that is not there is no fault."""
        path.unlink(missing_ok=True)

    def sweep(self, folder: Path, name: str = "") -> None:
        """Take away what a killed write left in a folder, of one file or of any; nobody may write now."""
        prefix = f"{TEMPORARY}{name}-" if name else TEMPORARY
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.name.startswith(prefix):
                self.remove(path)


def forget(path: Path) -> None:
    """Ask the system to drop what it holds of a flushed file in memory, where it can be; raises OSError."""
    if hasattr(os, "posix_fadvise"):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(handle)


def _named(error: OSError, path: Path) -> OSError:
    return OSError(error.errno, error.strerror or str(error), str(path))
