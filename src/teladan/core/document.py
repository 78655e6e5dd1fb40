"""YAML read as positioned text: every scalar stays a string, every item knows its line.

YAML's own guesses (1.30 becomes 1.3, no becomes false) would change a published method, so none
are made. Aliases and duplicate keys are refused: a reader of the file must see what counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import yaml

MAX_DEPTH = 40
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same reader in C where it is built


@dataclass(frozen=True, slots=True)
class Item:
    """A scalar (str), list or mapping of items with its line in the file, counted from 1."""

    value: str | list[Item] | dict[str, Item]
    line: int

    def plain(self) -> Any:
        """Return the item as strings, lists and mappings, without lines."""
        if isinstance(self.value, str):
            return self.value
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        return {key: item.plain() for key, item in self.value.items()}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file: where (line, element or key) and what, in one sentence."""

    line: int
    place: str
    message: str


class DocumentError(ValueError):
    """A file that cannot be used; `problems` lists everything found, in file order."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        """Keep the file's name and its problems."""
        self.file = file
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__("\n".join(self.lines()))

    def lines(self) -> list[str]:
        """Return one line per problem: file:line: place: message."""
        return [
            f"{self.file}:{p.line}: {p.place + ': ' if p.place else ''}{p.message}" for p in self.problems
        ]


def parse(text: str, file: str) -> Item:
    """Return the document's top item; raises DocumentError with file and line."""
    try:
        return _read(yaml.parse(text, Loader=LOADER), file)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _error(file, mark.line if mark else 0, f"not YAML: {error.problem}") from error
    except (yaml.YAMLError, UnicodeError) as error:
        raise _error(file, 0, f"not YAML: {' '.join(str(error).split())}") from error


def _error(file: str, line: int, message: str) -> DocumentError:
    return DocumentError(file, [Problem(line + 1, "", message)])


def _read(events: Iterable[yaml.Event], file: str) -> Item:
    """Build the items from the parser's events: no recursion, so no text can exhaust the stack."""
    top: Item | None = None
    opened: list[Item] = []
    keys: list[str | None] = []  # of each opened mapping: the key that waits for its value
    for event in events:
        line = _line(event)
        if isinstance(event, yaml.AliasEvent):
            raise _error(file, line, "anchors and aliases (&, *) are not read: write it out")
        if isinstance(event, yaml.CollectionEndEvent):
            opened.pop()
            keys.pop()
        if not isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            continue
        inside = opened[-1].value if opened else None
        if isinstance(inside, dict) and keys[-1] is None:
            keys[-1] = _key(event, inside, file)
            continue
        if isinstance(event, yaml.ScalarEvent):
            item = Item(event.value, line + 1)
        else:
            item = Item({} if isinstance(event, yaml.MappingStartEvent) else [], line + 1)
        if isinstance(inside, list):
            inside.append(item)
        elif isinstance(inside, dict):
            inside[str(keys[-1])] = item
            keys[-1] = None
        elif top is None:
            top = item
        else:
            raise _error(file, line, "a second document (---) starts here: keep one in a file")
        if isinstance(event, yaml.CollectionStartEvent):
            if len(opened) == MAX_DEPTH:
                raise _error(file, line, f"nested more than {MAX_DEPTH} deep")
            opened.append(item)
            keys.append(None)
    if top is None:
        raise _error(file, 0, "the file is empty")
    return top


def _key(event: yaml.Event, mapping: dict[str, Item], file: str) -> str:
    if not isinstance(event, yaml.ScalarEvent):
        raise _error(file, _line(event), "a key must be plain text")
    key = str(event.value)
    if key in mapping:
        raise _error(file, _line(event), f"the key {key!r} is given twice")
    return key


def _line(event: yaml.Event) -> int:
    return event.start_mark.line if event.start_mark else 0
