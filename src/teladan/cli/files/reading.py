"""Files read into tables: CSV and XLSX, found by their content, within bounds."""

from __future__ import annotations

import gc
import os
import stat
from pathlib import Path

from teladan.cli.files.table import Table
from teladan.cli.problems import CannotRun, nearest, wrong

LARGEST = 100_000_000  # bytes
ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What people pick by mistake, by its first bytes.
OTHERS = {
    b"%PDF": "a PDF",
    b"\x1f\x8b": "compressed with gzip",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"{\\rtf": "a text document (RTF)",
    b"<!DOCTYPE": "a web page",
    b"<html": "a web page",
}
SAVE = "save it as “CSV UTF-8” or .xlsx"


def read(file: str) -> Table:
    """Return the table of a CSV or XLSX file.

    Raises CannotRun for a file that cannot be opened and WrongData for one that cannot be read.
    """
    # Rows hold no cycles; looking for some while they pile up takes as long as reading them.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _read(file)
    finally:
        if collecting:
            gc.enable()


def _read(file: str) -> Table:
    data = _bytes(file)
    if not data.strip(b"\xef\xbb\xbf \t\r\n\0"):
        raise wrong(file, "the file is empty")
    if data.startswith(ZIP):
        from teladan.cli.files.workbook import read_workbook

        return read_workbook(file, data)
    if data.startswith(OLE):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        kind = "is protected by a password: remove it" if locked else "is an old Excel file: save it as .xlsx"
        raise wrong(file, f"the workbook {kind}")
    for start, kind in OTHERS.items():
        if data[:64].lstrip().startswith(start):
            raise wrong(file, f"the file is {kind}, not a table; {SAVE}")
    from teladan.cli.files.text import read_text

    return read_text(file, data)


def _bytes(file: str) -> bytes:
    if not file:
        raise CannotRun("FILE is empty: name a CSV or XLSX file")
    try:
        status = os.stat(file)  # noqa: PTH116  (a Path would drop a trailing slash)
        if stat.S_ISDIR(status.st_mode):
            raise CannotRun(f"{file}: this is a folder; name the file in it")
        if status.st_size > LARGEST:
            raise _too_large(file, f"{status.st_size / 1e6:,.0f} MB")
        with Path(file).open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise CannotRun(f"{file}: there is no such file{_beside(file)}") from error
    except PermissionError as error:
        raise CannotRun(f"{file}: you may not read this file") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise CannotRun(f"{file}: cannot be opened: {reason}") from error
    if len(data) > LARGEST:
        raise _too_large(file, f"more than {LARGEST / 1e6:,.0f} MB")
    return data


def _too_large(file: str, size: str) -> CannotRun:
    return CannotRun(
        f"{file}: {size}, and at most {LARGEST / 1e6:,.0f} MB is read; split the file by rows: "
        "each organisation is evaluated on its own"
    )


def _beside(file: str) -> str:
    try:
        names = os.listdir(Path(file).parent)  # noqa: PTH208  (names are wanted)
    except OSError:
        return ""
    return nearest(Path(file).name, names)
