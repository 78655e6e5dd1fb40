"""One folder of published results read into plain values (docs/reference/formats.md)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from teladan.core import document
from teladan.core.document import DocumentError, Item, Problem
from teladan.registry import tables
from teladan.registry.tables import Line

FORMAT = "teladan-publication/1"
FILE = "publication.yaml"
TABLES = ("results.csv", "scores.csv", "answers.csv")
REQUIRED = ("format", "code", "instrument", "edition", "kind", "titles", "source")
META = ("organisation", "name", "kind", "region", "index", "band", "rank")
NOT_FIGURES = frozenset({"organisation", "name", "kind", "region", "band"})
FIGURE = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,30})?")
LONGEST_NAME = {"name": 250, "kind": 40, "band": 60}  # of a row of results.csv
# By name only: what comes from elsewhere must not open files of ours by their path.
NAMED = re.compile(r"[a-z0-9-]+(@[A-Za-z0-9-]+)?")
ADDRESS = re.compile(r"https?://\S+|not seen")
SOURCE = ("title", "publisher", "date", "address", "licence")
LONGEST = {  # what the database has room for
    "code": ("characters", 80),
    "instrument": ("characters", 80),
    "edition": ("characters", 20),
    "kind": ("characters", 10),
    "country": ("letters", 3),
}
SINGLE = {  # what holds one text each; what stands in IN_LANGUAGES holds one for each language
    "source": ("publisher", "date", "address", "licence"),
    "national": ("index", "over"),
    "left_out": ("row", "text"),
}
IN_LANGUAGES = ("licence_note", "note", "reason")
MAPPINGS = ("titles", "source", "national")
LISTS = ("left_out", "beside", "elements", "notes")


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
    """A publication as its folder states it; `digest` is over all its files.

    `lines` says where each key of publication.yaml stands, `first` in which file and line each
    organisation is first named.
    """

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
    file: Path
    lines: dict[str, int]
    first: dict[str, tuple[Path, int]]


def folders(root: Path) -> list[Path]:
    """Return the publication folders below a folder, in a fixed order."""
    return sorted(file.parent for file in root.rglob(FILE))


def read(folder: Path) -> PublicationFile:
    """Return a publication; raises DocumentError with file and line, and OSError."""
    file = folder / FILE
    top = _top(file)
    values = top.plain()
    lines = {key: item.line for key, item in top.value.items()} if isinstance(top.value, dict) else {}
    beside = values.get("beside") or []
    results = _table(folder / "results.csv", ("organisation", "name", "kind", "index"), ("organisation",))
    _refuse_text(folder / "results.csv", results)
    long = {
        name: _table(
            folder / f"{name}.csv", ("organisation", "indicator", "value"), ("organisation", "indicator")
        )
        for name in ("scores", "answers")
    }
    digest = hashlib.sha256(file.read_bytes())
    for table in TABLES:
        digest.update((folder / table).read_bytes() if (folder / table).exists() else b"\0")
    kind = values["kind"]
    wanted, rows = ("results.csv", results) if kind == "reported" else ("scores.csv", long["scores"])
    if not rows:
        raise DocumentError(str(folder / wanted), [Problem(1, "", f"a {kind} result needs rows")])
    return PublicationFile(
        code=values["code"],
        instrument=_seen(values["instrument"]),
        edition=values["edition"],
        kind=kind,
        titles=values["titles"],
        country=_seen(values.get("country", "")),
        source=_source(values["source"]),
        evaluated=int(values["evaluated"]) if _seen(values.get("evaluated", "")) else None,
        national=values.get("national"),
        left_out=values.get("left_out") or [],
        beside=beside,
        elements=values.get("elements") or [],
        notes=values.get("notes") or [],
        printed=_printed(results, {entry["code"] for entry in beside}),
        scores=_long(long["scores"]),
        answers=_long(long["answers"]),
        digest=digest.hexdigest(),
        file=file,
        lines=lines,
        first=_first({"results": results, **long}, folder),
    )


def _top(file: Path) -> Item:
    """Return the document with all that must be there in the shape it must have."""
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError(str(file), [Problem(1, "", f"is not UTF-8 text: {error.reason}")]) from error
    top = document.parse(text, str(file))
    given = top.value
    if not isinstance(given, dict):
        raise DocumentError(str(file), [Problem(top.line, "", "must be keys with values")])
    problems = [Problem(top.line, "", f"the key {key!r} is missing") for key in REQUIRED if key not in given]

    def refuse(key: str, wrong: bool, message: str) -> None:
        if key in given and wrong:
            problems.append(Problem(given[key].line, key, message))

    def plain(key: str) -> Any:
        return given[key].plain() if key in given else ""

    refuse("format", plain("format") != FORMAT, f"is {plain('format')!r}, not {FORMAT!r}")
    refuse("kind", str(plain("kind")) not in {"computed", "reported"}, "must be computed or reported")
    refuse("code", not re.fullmatch(r"[A-Za-z0-9-]+", str(plain("code"))), "may have letters, digits and -")
    evaluated = _seen(str(plain("evaluated")))[:20]
    source = plain("source")
    title = source.get("title", "") if isinstance(source, dict) else ""
    texts = title.values() if isinstance(title, dict) else [title]
    refuse("source", not all(isinstance(text, str) for text in texts), "title: a text, or texts by language")
    refuse(
        "evaluated",
        bool(evaluated) and not re.fullmatch("[0-9]{1,9}", evaluated),
        "must be a whole number or not seen",
    )
    if isinstance(source, dict):
        address = str(source.get("address", "not seen"))
        refuse("source", not ADDRESS.fullmatch(address), "address: begin it with https:// or http://")
    for key in MAPPINGS:
        refuse(key, not isinstance(plain(key) or {}, dict), "must be keys with values")
    for key in LISTS:
        refuse(key, not isinstance(plain(key) or [], list), "must be a list")
        each = plain(key) if isinstance(plain(key), list) else []
        refuse(
            key, not all(isinstance(one, dict) for one in each), "each of its lines must be keys with values"
        )
    instrument = _seen(str(plain("instrument")))
    refuse(
        "instrument", bool(instrument) and not NAMED.fullmatch(instrument), "write slug@version, or not seen"
    )
    for key, (room, most) in LONGEST.items():
        value = plain(key)
        refuse(key, not isinstance(value, str), "must be one text")
        refuse(key, isinstance(value, str) and len(_seen(value)) > most, f"may have {most} {room}")
    for key in ("beside", "elements"):
        refuse(key, not all(map(_named, plain(key) or [])), "each of its lines needs code and titles")
    refuse("titles", not _texts(plain("titles")), "must be a text for each language: {en: …}")
    for key, single in SINGLE.items():
        value = plain(key)
        for entry in value if isinstance(value, list) else [value] if isinstance(value, dict) else []:
            if isinstance(entry, dict):
                wrong = [name for name in single if not isinstance(entry.get(name, ""), str)]
                wrong += [name for name in IN_LANGUAGES if not _texts(entry.get(name, {"en": ""}))]
                refuse(key, bool(wrong), f"{', '.join(wrong)}: not a text, or texts by language")
    refuse("notes", not all(map(_texts, plain("notes") or [])), "each note must be a text for each language")
    if problems:
        raise DocumentError(str(file), problems)
    return top


def _named(entry: object) -> bool:
    """Say whether an entry has a code, and titles by language."""
    return isinstance(entry, dict) and isinstance(entry.get("code"), str) and _texts(entry.get("titles"))


def _texts(value: object) -> bool:
    """Say whether a value is texts by language."""
    return isinstance(value, dict) and bool(value) and all(isinstance(text, str) for text in value.values())


def _source(given: dict[str, Any]) -> dict[str, Any]:
    """Return the source with every key. `title` is one text; `titles` holds it by language where given."""
    title = given.get("title", "not seen")
    titles = title if isinstance(title, dict) else {}
    title = titles.get("en") or next(iter(titles.values()), "") if titles else title
    blank = {**dict.fromkeys(SOURCE, "not seen"), "licence_note": {}}
    return {**blank, **given, "title": title, "titles": titles}


def _seen(text: str) -> str:
    return "" if text in {"not seen", "none"} else text


def _table(file: Path, required: tuple[str, ...], keys: tuple[str, ...]) -> list[Line]:
    return tables.read(file, required, keys) if file.exists() else []


def _refuse_text(file: Path, lines: list[Line]) -> None:
    """Refuse what is no figure in a column of figures."""
    problems = [
        Problem(line.number, column, f"{text[:60]!r} is not a figure (digits and a decimal point)")
        for line in lines
        for column, text in line.cells.items()
        if text and column not in NOT_FIGURES and not FIGURE.fullmatch(text)
    ]
    problems += [
        Problem(line.number, column, f"has {len(line.cells[column]):,} characters, at most {most} fit")
        for line in lines
        for column, most in LONGEST_NAME.items()
        if len(line.cells.get(column, "")) > most
    ]
    if problems:
        raise DocumentError(str(file), problems)


def _printed(lines: list[Line], beside: set[str]) -> list[Printed]:
    return [
        Printed(
            organisation=row["organisation"],
            name=row["name"],
            kind=row["kind"],
            elements={code: text for code, text in row.items() if code not in {*META, *beside} and text},
            beside={code: row[code] for code in beside if row.get(code)},
            index=row["index"],
            band=row.get("band", ""),
            rank=row.get("rank", ""),
        )
        for row in (line.cells for line in lines)
    ]


def _long(lines: list[Line]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in (line.cells for line in lines):
        found.setdefault(row["organisation"], {})[row["indicator"]] = row["value"]
    return found


def _first(read: dict[str, list[Line]], folder: Path) -> dict[str, tuple[Path, int]]:
    found: dict[str, tuple[Path, int]] = {}
    for name, lines in read.items():
        for line in lines:
            found.setdefault(line.cells["organisation"], (folder / f"{name}.csv", line.number))
    return found
