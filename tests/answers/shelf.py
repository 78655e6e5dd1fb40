"""Where answers are kept: one SQLite file, an answer a row, as it was given."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = "answers.sqlite"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to one question: of a page its status, headers and body."""

    kind: str
    address: str
    status: int
    headers: dict[str, str]
    body: bytes


class Shelf:
    """Answers in a folder; `about` is what the normaliser must know of the run (days, port, home)."""

    def __init__(self, folder: Path, *, new: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if new:
            (folder / FILE).unlink(missing_ok=True)
        self._rows = sqlite3.connect(folder / FILE)
        self._rows.executescript(
            "CREATE TABLE IF NOT EXISTS about (it TEXT);"
            "CREATE TABLE IF NOT EXISTS answer (kind TEXT, address TEXT, status INTEGER, headers TEXT,"
            " body BLOB, PRIMARY KEY (kind, address));"
        )

    def put(self, kind: str, address: str, status: int, headers: dict[str, str], body: bytes) -> None:
        self._rows.execute(
            "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?)",
            (kind, address, status, json.dumps(headers, sort_keys=True), zlib.compress(body, 3)),
        )

    def tell(self, about: dict[str, Any]) -> None:
        self._rows.execute("DELETE FROM about")
        self._rows.execute("INSERT INTO about VALUES (?)", (json.dumps(about),))
        self._rows.commit()

    def about(self) -> dict[str, Any]:
        found = self._rows.execute("SELECT it FROM about").fetchone()
        if found is None:
            raise SystemExit("nothing was stored there to its end")
        return json.loads(found[0])

    def names(self) -> set[tuple[str, str]]:
        return set(self._rows.execute("SELECT kind, address FROM answer"))

    def get(self, kind: str, address: str) -> Answer:
        status, headers, body = self._rows.execute(
            "SELECT status, headers, body FROM answer WHERE kind = ? AND address = ?", (kind, address)
        ).fetchone()
        return Answer(kind, address, status, json.loads(headers), zlib.decompress(body))

    def of_kind(self, kind: str) -> Iterator[Answer]:
        for name, address in sorted(self.names()):
            if name == kind:
                yield self.get(name, address)
