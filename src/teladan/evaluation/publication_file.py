"""One folder of published results read into plain values (docs/reference/formats.md)."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from teladan.core import document
from teladan.core.document import DocumentError, Problem

FORMAT = "teladan-publication/1"
FILE = "publication.yaml"
TABLES = ("results.csv", "scores.csv", "answers.csv")
REQUIRED = ("format", "code", "instrument", "edition", "kind", "titles", "source")
META = ("organisation", "name", "kind", "region", "index", "band", "rank")


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """One printed row: figures as text, in the order of the source."""

    organisation: str
    name: str
    kind: str
    elements: dict[str, str]
    beside: dict[str, str]
    index: str
    band: str
    rank: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationFile:
    """A publication as its folder states it; `digest` is over all its files."""

    code: str
    instrument: str  # slug@version, or "" where the method was not seen
    edition: str
    kind: str
    titles: dict[str, str]
    country: str
    source: dict[str, Any]
    evaluated: int | None
    national: dict[str, Any] | None
    left_out: list[dict[str, Any]]
    beside: list[dict[str, Any]]
    elements: list[dict[str, Any]]
    notes: list[dict[str, str]]
    printed: list[Printed]
    scores: dict[str, dict[str, str]] = field(default_factory=dict)  # organisation → indicator
    answers: dict[str, dict[str, str]] = field(default_factory=dict)
    digest: str

    @property
    def organisations(self) -> list[str]:
        """Return the identifiers in the order of the source."""
        return [row.organisation for row in self.printed] or list(self.scores)


def folders(root: Path) -> list[Path]:
    """Return the publication folders below a folder, in a fixed order."""
    return sorted(file.parent for file in root.rglob(FILE))


def read(folder: Path) -> PublicationFile:
    """Return a publication; raises DocumentError with file and line."""
    file = folder / FILE
    top = document.parse(file.read_text(encoding="utf-8"), str(file))
    values = top.plain()
    missing = [key for key in REQUIRED if key not in values]
    problems = [Problem(top.line, "", f"the key {key!r} is missing") for key in missing]
    if not missing and values["format"] != FORMAT:
        problems.append(Problem(top.line, "format", f"is {values['format']!r}, not {FORMAT!r}"))
    if not missing and values["kind"] not in {"computed", "reported"}:
        problems.append(Problem(top.line, "kind", "must be computed or reported"))
    if problems:
        raise DocumentError(str(file), problems)
    beside = values.get("beside") or []
    digest = hashlib.sha256(file.read_bytes())
    for table in TABLES:
        digest.update((folder / table).read_bytes() if (folder / table).exists() else b"\0")
    return PublicationFile(
        code=values["code"],
        instrument=_seen(values["instrument"]),
        edition=values["edition"],
        kind=values["kind"],
        titles=values["titles"],
        country=_seen(values.get("country", "")),
        source=values["source"],
        evaluated=int(values["evaluated"]) if _seen(values.get("evaluated", "")) else None,
        national=values.get("national"),
        left_out=values.get("left_out") or [],
        beside=beside,
        elements=values.get("elements") or [],
        notes=values.get("notes") or [],
        printed=_printed(folder / "results.csv", {entry["code"] for entry in beside}),
        scores=_long(folder / "scores.csv"),
        answers=_long(folder / "answers.csv"),
        digest=digest.hexdigest(),
    )


def _seen(text: str) -> str:
    return "" if text in {"not seen", "none"} else text


def _rows(file: Path) -> list[dict[str, str]]:
    if not file.exists():
        return []
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _printed(file: Path, beside: set[str]) -> list[Printed]:
    return [
        Printed(
            organisation=row["organisation"],
            name=row["name"],
            kind=row["kind"],
            elements={code: text for code, text in row.items() if code not in {*META, *beside} and text},
            beside={code: row[code] for code in beside if row[code]},
            index=row["index"],
            band=row.get("band", ""),
            rank=row.get("rank", ""),
        )
        for row in _rows(file)
    ]


def _long(file: Path) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in _rows(file):
        found.setdefault(row["organisation"], {})[row["indicator"]] = row["value"]
    return found
