"""The object store: bytes under the name of their SHA-256, written so that a crash leaves none half.

Write to a temporary file, flush it to disk, then rename: a name is there with all its bytes or not
at all. Writing the same bytes again does nothing.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings


def folder() -> Path:
    """Return where objects are kept."""
    return Path(settings.TELADAN_HOME) / "objects"


def path(digest: str) -> Path:
    """Return the file of a digest (hex), in a subfolder so that no folder grows huge."""
    return folder() / digest[:2] / digest


def put(content: bytes) -> str:
    """Keep the bytes and return their SHA-256 (hex)."""
    digest = hashlib.sha256(content).hexdigest()
    target = path(digest)
    if target.exists():
        return digest
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return digest


def get(digest: str) -> bytes:
    """Return the bytes of a digest; raises FileNotFoundError where they are not kept."""
    return path(digest).read_bytes()
