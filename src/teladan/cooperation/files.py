"""Agreements and meetings read from their files (docs/reference/formats.md), every problem with its line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from teladan.cooperation.models import JointProject
from teladan.core.dates import is_date
from teladan.core.document import Item
from teladan.exchange.content import ADDRESS, CODE
from teladan.exchange.files import Reader, raise_problems, read_item

AGREEMENT = "teladan-agreement/1"
MEETING = "teladan-meeting/1"
AGREEMENT_KEYS = (
    *(
        "format",
        "code",
        "titles",
        "language",
        "parties",
        "languages",
        "authentic",
        "signed",
        "begins",
        "ends",
    ),
    *("money", "committee", "notes", "sources", "projects", "outputs"),
)
MEETING_KEYS = (
    *("format", "code", "titles", "language", "begins", "ends", "place", "country", "theme", "hosts"),
    *("supporters", "expected", "searched", "notes", "sources", "tracks", "contributions"),
)
SOURCES = "sources"
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CooperationFile:
    """A file as plain values: what it says itself, and its parts by name; `digest` is its SHA-256 (hex)."""

    code: str
    values: Row
    parts: dict[str, tuple[Row, ...]] = field(default_factory=dict)
    digest: str
    file: Path


def agreements(root: Path) -> list[Path]:
    """Return the files of agreements below a folder of published data, in a fixed order."""
    return sorted((root / "cooperation" / "agreements").glob("*.yaml"))


def meetings(root: Path) -> list[Path]:
    """Return the files of meetings, in a fixed order."""
    return sorted((root / "cooperation" / "meetings").glob("*.yaml"))


def read_agreement(file: Path) -> CooperationFile:
    """Return an agreement with its projects and outputs; raises DocumentError with file and line, OSError."""
    item, digest = read_item(file, AGREEMENT)
    reader = Reader()
    given = reader.keys(item, "", AGREEMENT_KEYS, ("practice", "follows"))
    values: Row = {
        **_texts(reader, given, ("code", "language", "authentic", "committee", "practice", "follows")),
        **_dates(reader, given, ("signed", "begins", "ends")),
        "titles": reader.texts(given, "titles"),
        "languages": list(reader.each(given, "languages", reader.plain)),
        "notes": list(reader.each(given, "notes", reader.plain)),
        "parties": list(_parts(reader, given, "parties", ("country", "body"))),
        "money": list(_parts(reader, given, "money", ("country", "amount", "currency"), ("note",))),
        SOURCES: _sources(reader, given),
    }
    projects = _parts(reader, given, "projects", ("code", "date", "kind", "step", "text", SOURCES))
    outputs = _parts(
        reader,
        given,
        "outputs",
        ("code", "text", "credited_by", SOURCES),
        ("date", "practice", "instrument", "project"),
    )
    for each in projects:
        _choice(reader, item, "kind", each["kind"], JointProject.Kind.values)
        _choice(reader, item, "step", each["step"], ["", *JointProject.Step.values])
    _codes(reader, item, [values["code"]])
    _codes(reader, item, [each["code"] for each in projects])
    _codes(reader, item, [each["code"] for each in outputs])
    raise_problems(file, reader)
    return CooperationFile(
        code=values["code"],
        values=values,
        parts={"projects": projects, "outputs": outputs},
        digest=digest,
        file=file,
    )


def read_meeting(file: Path) -> CooperationFile:
    """Return a meeting with its tracks and contributions; raises DocumentError and OSError."""
    item, digest = read_item(file, MEETING)
    reader = Reader()
    given = reader.keys(item, "", MEETING_KEYS, ("follows", "agreement"))
    bodies = (("body", SOURCES), ("country",))
    values: Row = {
        **_texts(
            reader,
            given,
            ("code", "language", "place", "country", "theme", "searched", "follows", "agreement"),
        ),
        **_dates(reader, given, ("begins", "ends")),
        "titles": reader.texts(given, "titles"),
        "notes": list(reader.each(given, "notes", reader.plain)),
        "hosts": list(_parts(reader, given, "hosts", *bodies)),
        "supporters": list(_parts(reader, given, "supporters", *bodies)),
        "expected": list(_parts(reader, given, "expected", ("count", "of"))),
        SOURCES: _sources(reader, given),
    }
    if not values["begins"]:
        reader.refuse(item, "begins", "a meeting needs its date")
    tracks = _parts(reader, given, "tracks", ("code", "title"), (SOURCES,))
    contributions = _parts(
        reader,
        given,
        "contributions",
        ("office", "organisation", "country", "topic", SOURCES),
        ("track", "practice"),
    )
    _codes(reader, item, [values["code"]])
    _codes(reader, item, [each["code"] for each in tracks])
    known = {each["code"] for each in tracks}
    for each in contributions:
        _choice(reader, item, "track", each["track"], ["", *known])
    raise_problems(file, reader)
    return CooperationFile(
        code=values["code"],
        values=values,
        parts={"tracks": tracks, "contributions": contributions},
        digest=digest,
        file=file,
    )


def _texts(reader: Reader, given: dict[str, Item], keys: Iterable[str]) -> dict[str, str]:
    return {key: reader.text(given, key) for key in keys}


def _dates(reader: Reader, given: dict[str, Item], keys: Iterable[str]) -> dict[str, str]:
    found = _texts(reader, given, keys)
    for key, text in found.items():
        if text and not is_date(text):
            reader.refuse(given[key], key, f"{text[:20]!r} is no date: write 2016, 2016-03 or 2016-03-02")
    return found


def _parts(
    reader: Reader,
    given: dict[str, Item],
    key: str,
    required: tuple[str, ...],
    optional: tuple[str, ...] = (),
) -> tuple[Row, ...]:
    """Return the mappings of a list, with every key; `sources` is a list of addresses, all else text."""

    def one(item: Item) -> Row:
        there = reader.keys(item, key, required, optional)
        row: Row = {
            name: _sources(reader, there) if name == SOURCES else reader.text(there, name)
            for name in (*required, *optional)
        }
        if row.get("date") and not is_date(row["date"]):
            reader.refuse(item, "date", f"{row['date'][:20]!r} is no date: write 2016, 2016-03 or 2016-03-02")
        if SOURCES in required and not row[SOURCES]:
            reader.refuse(item, SOURCES, "a source is needed")
        return row

    return reader.each(given, key, one)


def _sources(reader: Reader, given: dict[str, Item]) -> list[str]:
    found = list(reader.each(given, SOURCES, reader.plain))
    for address in found:
        if not ADDRESS.fullmatch(address):
            reader.refuse(given[SOURCES], SOURCES, f"{address[:60]!r} is no address: begin it with https://")
    return found


def _choice(reader: Reader, item: Item, name: str, value: str, there: Iterable[str]) -> None:
    if value not in there:
        reader.refuse(item, name, f"{value[:40]!r} is none; there are: {', '.join(filter(None, there))}")


def _codes(reader: Reader, item: Item, codes: list[str]) -> None:
    for code in dict.fromkeys(codes):
        if not CODE.fullmatch(code):
            reader.refuse(item, "code", f"{code[:60]!r} is no code: small letters, digits, single hyphens")
        if codes.count(code) > 1:
            reader.refuse(item, "code", f"{code!r} stands twice")
