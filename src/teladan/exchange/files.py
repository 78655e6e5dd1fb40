"""Practices and adoptions read from their files (docs/reference/formats.md), every problem with its line."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from teladan.core import document
from teladan.core.document import DocumentError, Item, Problem
from teladan.core.text import NOT_SEEN
from teladan.exchange import content as contents
from teladan.exchange.content import (
    ClaimPart,
    Content,
    CorePart,
    EvidencePart,
    MeasurePart,
    ObservationPart,
    PreconditionPart,
    UnverifiedPart,
    clean,
)

PRACTICE = "teladan-practice/1"
ADOPTION = "teladan-adoption/1"
REQUIRED = (
    *("format", "code", "country", "agency", "name", "titles", "language", "since", "status", "theme"),
    *("track", "source", "problem", "does", "causal_model", "core", "preconditions", "costs", "actors"),
    *("caveats", "unverified", "claims"),
)
OPTIONAL = ("status_note", "owner")
OBSERVATION = ("value", "unit", "nature", "evidence")
OBSERVATION_TOO = ("baseline", "target", "target_by", "period", "population", "method", "note")
EVIDENCE_TOO = ("described", "title", "address", "sha256", "seen")
ADOPTION_REQUIRED = (
    *("format", "code", "adopter", "country", "language", "name", "parents", "degree", "motive"),
    *("channel", "funder", "source", "stages"),
)
ADOPTION_OPTIONAL = ("organisation", "becomes", "degree_words", "note", "derivation_note", "unverified")
Part = TypeVar("Part")


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeFile:
    """A practice as its file states it; `digest` is the SHA-256 (hex) of the file."""

    content: Content
    digest: str
    file: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class StagePart:
    """A stage that was reached, when ("" not seen), in the words of the source."""

    stage: str
    date: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptionFile:
    """An adoption as its file states it; a parent is (practice, number of its version, share)."""

    code: str
    adopter: str
    country: str
    organisation: str
    language: str
    name: str
    parents: tuple[tuple[str, int, str], ...]
    becomes: tuple[str, int] | None
    degree: str
    degree_words: str
    motive: str
    channel: str
    funder: str
    note: str
    derivation_note: str
    unverified: tuple[UnverifiedPart, ...]
    source: str
    stages: tuple[StagePart, ...]
    digest: str
    file: Path


@dataclass(slots=True)
class Reader:
    """Takes items apart and keeps every problem that it meets."""

    problems: list[Problem] = field(default_factory=list)

    def refuse(self, item: Item, place: str, message: str) -> None:
        """Keep a problem."""
        self.problems.append(Problem(item.line, place, message))

    def keys(
        self, item: Item, place: str, required: Iterable[str], optional: Iterable[str] = ()
    ) -> dict[str, Item]:
        """Return the values of a mapping that must have some keys and may have others, and no more."""
        required, optional = tuple(required), tuple(optional)
        if not isinstance(item.value, dict):
            self.refuse(item, place, "must be keys with values")
            return {}
        for key, value in item.value.items():
            if key not in {*required, *optional}:
                self.refuse(value, place or key, f"the key {key!r} is not known")
        for key in required:
            if key not in item.value:
                self.refuse(item, place, f"the key {key!r} is missing")
        return {key: value for key, value in item.value.items() if key in {*required, *optional}}

    def text(self, given: dict[str, Item], key: str) -> str:
        """Return a text; "" where it is missing or was not seen."""
        item = given.get(key)
        if item is None:
            return ""
        if not isinstance(item.value, str):
            self.refuse(item, key, "must be one text")
            return ""
        return "" if item.value == NOT_SEEN else clean(item.value)

    def each(self, given: dict[str, Item], key: str, read: Callable[[Item], Part]) -> tuple[Part, ...]:
        """Return what is read from each item of a list."""
        item = given.get(key)
        if item is None:
            return ()
        if not isinstance(item.value, list):
            self.refuse(item, key, "must be a list")
            return ()
        return tuple(read(each) for each in item.value)

    def plain(self, item: Item) -> str:
        """Return an item of a list of texts."""
        if isinstance(item.value, str):
            return clean(item.value)
        self.refuse(item, "", "must be one text")
        return ""

    def texts(self, given: dict[str, Item], key: str) -> dict[str, str]:
        """Return texts by language."""
        item = given.get(key)
        value = item.value if item else {}
        if not isinstance(value, dict) or not all(isinstance(each.value, str) for each in value.values()):
            if item:
                self.refuse(item, key, "must be a text for each language: {en: …}")
            return {}
        return {language: clean(str(each.value)) for language, each in value.items()}


def practices(root: Path) -> list[Path]:
    """Return the files of practices below a folder of published data, in a fixed order."""
    return sorted((root / "practices").glob("*.yaml"))


def adoptions(root: Path) -> list[Path]:
    """Return the files of adoptions, in a fixed order."""
    return sorted((root / "adoptions").glob("*.yaml"))


def read_practice(file: Path) -> PracticeFile:
    """Return a practice; raises DocumentError with file and line, and OSError."""
    item, digest = read_item(file, PRACTICE)
    reader = Reader()
    given = reader.keys(item, "", REQUIRED, OPTIONAL)
    names = reader.texts(given, "name")
    if "name" in given and len(names) != 1:
        reader.refuse(given["name"], "name", "must be its own name in one language: {ko: …}")
    found = Content(
        code=reader.text(given, "code"),
        country=reader.text(given, "country"),
        owner=reader.text(given, "owner") or reader.text(given, "country"),
        agency=reader.text(given, "agency"),
        theme=reader.text(given, "theme"),
        track=reader.text(given, "track"),
        language=reader.text(given, "language"),
        name=next(iter(names.values()), ""),
        name_language=next(iter(names), ""),
        titles=reader.texts(given, "titles"),
        status=reader.text(given, "status"),
        problem=reader.text(given, "problem"),
        does=reader.text(given, "does"),
        since=reader.text(given, "since"),
        status_note=reader.text(given, "status_note"),
        causal_model=reader.text(given, "causal_model"),
        caveats=reader.text(given, "caveats"),
        source=reader.text(given, "source"),
        core=reader.each(given, "core", lambda each: _core(reader, each)),
        preconditions=reader.each(given, "preconditions", lambda each: _precondition(reader, each)),
        costs=reader.each(given, "costs", reader.plain),
        actors=reader.each(given, "actors", reader.plain),
        unverified=reader.each(given, "unverified", lambda each: _unverified(reader, each)),
        claims=reader.each(given, "claims", lambda each: _claim(reader, each)),
    )
    if not reader.problems:
        reader.problems += [Problem(item.line, "", str(reason)) for reason in contents.problems(found)]
    raise_problems(file, reader)
    return PracticeFile(content=found, digest=digest, file=file)


def read_adoption(file: Path) -> AdoptionFile:
    """Return an adoption; raises DocumentError with file and line, and OSError."""
    item, digest = read_item(file, ADOPTION)
    reader = Reader()
    given = reader.keys(item, "", ADOPTION_REQUIRED, ADOPTION_OPTIONAL)
    becomes = _version(reader, given["becomes"]) if "becomes" in given else None
    found = AdoptionFile(
        code=reader.text(given, "code"),
        adopter=reader.text(given, "adopter"),
        country=reader.text(given, "country"),
        organisation=reader.text(given, "organisation"),
        language=reader.text(given, "language"),
        name=reader.text(given, "name"),
        parents=reader.each(given, "parents", lambda each: _version(reader, each)),
        becomes=becomes[:2] if becomes else None,
        degree=reader.text(given, "degree"),
        degree_words=reader.text(given, "degree_words"),
        motive=reader.text(given, "motive"),
        channel=reader.text(given, "channel"),
        funder=reader.text(given, "funder"),
        note=reader.text(given, "note"),
        derivation_note=reader.text(given, "derivation_note"),
        unverified=reader.each(given, "unverified", lambda each: _unverified(reader, each)),
        source=reader.text(given, "source"),
        stages=reader.each(given, "stages", lambda each: _stage(reader, each)),
        digest=digest,
        file=file,
    )
    for key in ("parents", "stages"):
        if key in given and not getattr(found, key):
            reader.refuse(given[key], key, "there must be one at least")
    raise_problems(file, reader)
    return found


def read_item(file: Path, wanted: str) -> tuple[Item, str]:
    """Return the top item of a file of a format, and the SHA-256 (hex) of the file."""
    data = file.read_bytes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError(str(file), [Problem(1, "", f"is not UTF-8 text: {error.reason}")]) from error
    item = document.parse(text, str(file))
    top = item.value
    named = top.get("format") if isinstance(top, dict) else None
    if named is None or named.value != wanted:
        said = f"is {named.plain()!r}, not {wanted!r}" if named else f"the format {wanted!r} is not named"
        raise DocumentError(str(file), [Problem(named.line if named else item.line, "format", said)])
    return item, hashlib.sha256(data).hexdigest()


def raise_problems(file: Path, reader: Reader) -> None:
    """Raise DocumentError where the reader met a problem."""
    if reader.problems:
        raise DocumentError(str(file), reader.problems)


def _core(reader: Reader, item: Item) -> CorePart:
    given = reader.keys(item, "core", ("code", "text", "weight", "reason"))
    return CorePart(**{key: reader.text(given, key) for key in ("code", "text", "weight", "reason")})


def _precondition(reader: Reader, item: Item) -> PreconditionPart:
    given = reader.keys(item, "preconditions", ("kind", "text"))
    return PreconditionPart(kind=reader.text(given, "kind"), text=reader.text(given, "text"))


def _unverified(reader: Reader, item: Item) -> UnverifiedPart:
    given = reader.keys(item, "unverified", ("field",), ("note",))
    return UnverifiedPart(field=reader.text(given, "field"), note=reader.text(given, "note"))


def _claim(reader: Reader, item: Item) -> ClaimPart:
    given = reader.keys(item, "claims", ("code", "statement", "level", "measures"))
    return ClaimPart(
        code=reader.text(given, "code"),
        statement=reader.text(given, "statement"),
        level=reader.text(given, "level"),
        measures=reader.each(given, "measures", lambda each: _measure(reader, each)),
    )


def _measure(reader: Reader, item: Item) -> MeasurePart:
    given = reader.keys(item, "measures", ("code", "name", "observations"))
    return MeasurePart(
        code=reader.text(given, "code"),
        name=reader.text(given, "name"),
        observations=reader.each(given, "observations", lambda each: _observation(reader, each)),
    )


def _observation(reader: Reader, item: Item) -> ObservationPart:
    given = reader.keys(item, "observations", ("value",), (*OBSERVATION[1:], *OBSERVATION_TOO))
    found = ObservationPart(
        value=reader.text(given, "value"),
        unit=reader.text(given, "unit"),
        nature=reader.text(given, "nature"),
        evidence=reader.each(given, "evidence", lambda each: _evidence(reader, each)),
        **{key: reader.text(given, key) for key in OBSERVATION_TOO},
    )
    for reason in contents.of_observation(found):
        reader.refuse(item, "observations", str(reason))
    return found


def _evidence(reader: Reader, item: Item) -> EvidencePart:
    given = reader.keys(item, "evidence", ("type",), EVIDENCE_TOO)
    return EvidencePart(
        type=reader.text(given, "type"), **{key: reader.text(given, key) for key in EVIDENCE_TOO}
    )


def _version(reader: Reader, item: Item) -> tuple[str, int, str]:
    given = reader.keys(item, "practice", ("practice", "version"), ("share",))
    number = reader.text(given, "version")
    if not number.isdecimal() or not 0 < int(number[:9]) < 10_000:
        reader.refuse(item, "version", f"{number[:20]!r} is no number of a version")
        number = "1"
    return reader.text(given, "practice"), int(number), reader.text(given, "share")


def _stage(reader: Reader, item: Item) -> StagePart:
    given = reader.keys(item, "stages", ("stage",), ("date", "words"))
    return StagePart(
        stage=reader.text(given, "stage"), date=reader.text(given, "date"), words=reader.text(given, "words")
    )
