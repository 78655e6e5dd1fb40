"""YAML read as positioned text: every scalar stays a string, every item knows its line.

YAML's own guesses (1.30 becomes 1.3, no becomes false) would change a published method, so none
are made. Aliases and duplicate keys are refused: a reader of the file must see what counts.
"""

from __future__ import annotations

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
            f"{self.file}:{p.line}: {p.place + ': ' if p.place else ''}{p.message}"
            for p in self.problems
        ]


def parse(text: str, file: str) -> Item:
    """Return the document's top item; raises DocumentError with file and line."""
    try:
        node = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _error(file, mark.line if mark else 0, f"not YAML: {error.problem}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise _error(file, 0, f"not YAML: {error}") from error
    if node is None:
        raise _error(file, 0, "the file is empty")
    return _item(node, file, 0, set())


def _error(file: str, line: int, message: str) -> DocumentError:
    return DocumentError(file, [Problem(line + 1, "", message)])


def _item(node: yaml.Node, file: str, depth: int, seen: set[int]) -> Item:
    line = node.start_mark.line
    if id(node) in seen:
        raise _error(file, line, "anchors and aliases (&, *) are not read: write it out")
    seen.add(id(node))
    if depth > MAX_DEPTH:
        raise _error(file, line, f"nested more than {MAX_DEPTH} deep")
    if isinstance(node, yaml.ScalarNode):
        return Item(node.value, line + 1)
    if isinstance(node, yaml.SequenceNode):
        return Item([_item(child, file, depth + 1, seen) for child in node.value], line + 1)
    mapping: dict[str, Item] = {}
    for key, child in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise _error(file, key.start_mark.line, "a key must be plain text")
        if key.value in mapping:
            raise _error(file, key.start_mark.line, f"the key {key.value!r} is given twice")
        mapping[key.value] = _item(child, file, depth + 1, seen)
    return Item(mapping, line + 1)
