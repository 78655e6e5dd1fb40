"""Whether the archives that this node gives out are as they were made: every file against the list in it."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import Path

from teladan.publication.queries import archives
from teladan.publication.queries.audit_rows import Difference

LIST = "manifest.sha256"
DAMAGED = (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError)


def archive_differences() -> Iterator[Difference]:
    """Yield what differs in each archive that is kept, by file; one file at a time is read."""
    for name in archives.made():
        place = f"archives/{name}"
        try:
            with zipfile.ZipFile(archives.folder() / name) as packed:
                yield from _of_archive(place, Path(name).stem, packed)
        except DAMAGED as error:
            yield place, f"is no whole ZIP file: {error}"


def _of_archive(place: str, top: str, packed: zipfile.ZipFile) -> Iterator[Difference]:
    listing = f"{top}/{LIST}"
    if listing not in packed.namelist():
        yield place, f"has no {LIST}"
        return
    listed = {
        f"{top}/{line[66:]}": line[:64]
        for line in packed.read(listing).decode("utf-8", "replace").splitlines()
    }
    files = {each.filename for each in packed.infolist() if not each.is_dir()} - {listing}
    for name in sorted(files ^ listed.keys()):
        yield f"{place}, {name}", f"is not in {LIST}" if name in files else f"is gone, and stands in {LIST}"
    for name in sorted(files & listed.keys()):
        try:
            with packed.open(name) as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]  # has readinto
        except DAMAGED as error:
            yield f"{place}, {name}", f"cannot be read: {error}"
            continue
        if digest != listed[name]:
            yield f"{place}, {name}", f"is not the file that {LIST} lists"
