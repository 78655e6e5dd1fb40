"""The instruments at hand: found by slug and version in folders of instrument files.

A folder holds `<slug>/<version>/instrument.yaml`. The instruments that Teladan ships are always
there; folders named by TELADAN_INSTRUMENTS (separated as PATH is) come before them.
"""

from __future__ import annotations

import difflib
import os
import re
from functools import cache
from pathlib import Path

from teladan.core.instrument import Instrument, parse

FILE = "instrument.yaml"
PACKAGE = Path(__file__).resolve().parent.parent


class LibraryError(LookupError):
    """An instrument that is not there; the message names those that are."""


def shipped(name: str) -> Path:
    """Return a folder of data that comes with Teladan, installed or in a checkout."""
    installed = PACKAGE / "data" / name
    return installed if installed.is_dir() else PACKAGE.parent.parent / name


def folders() -> list[Path]:
    """Return the folders that are searched, first match first."""
    named = os.environ.get("TELADAN_INSTRUMENTS", "")
    return [*(Path(part) for part in named.split(os.pathsep) if part), shipped("instruments")]


def files() -> dict[str, dict[str, Path]]:
    """Return {slug: {version: file}}, versions oldest first."""
    versions_of: dict[str, dict[str, Path]] = {}
    for folder in reversed(folders()):
        for file in sorted(folder.glob(f"*/*/{FILE}")):
            versions_of.setdefault(file.parent.parent.name, {})[file.parent.name] = file
    return {
        slug: dict(sorted(versions.items(), key=lambda pair: version_order(pair[0])))
        for slug, versions in sorted(versions_of.items())
    }


def version_order(version: str) -> list[tuple[int, str]]:
    """Return a sort key under which 2 comes before 10 and 2020 before 2026."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"\W+", version)]


def find(address: str) -> Instrument:
    """Return the instrument at slug, slug@version, or the path of an instrument file or folder.

    Without a version the newest. Raises LibraryError, OSError or DocumentError.
    """
    path = Path(address)
    if path.suffix in {".yaml", ".yml"} or os.sep in address:
        return load(path / FILE if path.is_dir() else path)
    slug, _, version = address.partition("@")
    known = files()
    if slug not in known:
        near = difflib.get_close_matches(slug.casefold(), known, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}"
        msg = f"no instrument {slug!r}; {hint}"
        raise LibraryError(msg)
    versions = known[slug]
    if version and version not in versions:
        msg = f"{slug} has no version {version!r}; there are: {', '.join(versions)}"
        raise LibraryError(msg)
    return load(versions[version or list(versions)[-1]])


def everything() -> list[Instrument]:
    """Return every instrument at hand, by slug, versions oldest first."""
    return [load(file) for versions in files().values() for file in versions.values()]


def load(file: Path) -> Instrument:
    """Return the instrument of a file (read once while the file stays the same)."""
    return _parsed(file, file.stat().st_mtime_ns)


@cache
def _parsed(file: Path, _changed: int) -> Instrument:
    return parse(file.read_text(encoding="utf-8"), str(file))
