"""The object store: bytes under the name of their SHA-256, written so that a crash leaves none half.

A name is there with all its bytes or not at all. Writing the same bytes again does nothing.
"""

from __future__ import annotations

import errno
import hashlib
import re
from pathlib import Path

from django.conf import settings

from teladan.record.disk import Disk

DIGEST = re.compile("[0-9a-f]{64}")


def folder() -> Path:
    """Return where objects are kept."""
    return Path(settings.TELADAN_HOME) / "objects"


def path(digest: str) -> Path:
    """Return the file of a digest (hex), in a subfolder so that no folder grows huge.

    Raises FileNotFoundError for what is no SHA-256: a digest may come from an address or a row.
    """
    if not DIGEST.fullmatch(digest):
        raise FileNotFoundError(errno.ENOENT, "is no SHA-256 of an object", digest)
    return folder() / digest[:2] / digest


def put(content: bytes) -> str:
    """Keep the bytes and return their SHA-256 (hex); raises OSError that names the file."""
    digest = hashlib.sha256(content).hexdigest()
    target = path(digest)
    if not target.exists():
        Disk().write(target, content)
    return digest


def get(digest: str) -> bytes:
    """Return the bytes of a digest; raises FileNotFoundError where they are not kept."""
    return path(digest).read_bytes()
