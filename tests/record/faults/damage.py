"""What a place of the table is, and the ways to damage it.

A change is made past the triggers and the rights of the web server, as by someone who has the whole database
or the disk. Each catcher is given with a piece of what it must say, which names the place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.record.faults.office import Office

AUDIT, START, WORK = "teladan audit", "sequencer, at its start", "sequencer, at work"
LOG, PUBLICATION, PAGE = "verify log", "verify publication", "page beside document"
CATCHERS = (AUDIT, START, WORK, LOG, PUBLICATION, PAGE)


@dataclass(frozen=True)
class Place:
    """One place: how it is damaged, and what each catcher must say; the others notice nothing."""

    name: str
    damage: Callable[[Office], object]
    caught: dict[str, str]
    why: str = ""  # where nobody catches it, or not everybody who might


def sql(*statements: str) -> Callable[[Office], object]:
    """Change rows."""
    return lambda office: office.change(*statements)


def flip(name: str) -> Callable[[Office], object]:
    """Flip a bit in the middle of a file below the node's folder."""
    return lambda office: office.flip(name)


def digit(table: str, column: str, before: str, where: str) -> str:
    """Return a statement that makes the digit after some text in a column of bytes another digit.

    The lowest bit of 0 to 9 is flipped; a to f become 0, since a flipped bit need not leave a digit.
    """
    at = f"position('{before}'::bytea in {column}) + {len(before) - 1}"
    byte = f"get_byte({column}, {at})"
    other = f"CASE WHEN {byte} BETWEEN 48 AND 57 THEN {byte} # 1 ELSE 48 END"
    return f"UPDATE {table} SET {column} = set_byte({column}, {at}, {other}) WHERE {where}"


def bit(table: str, column: str, where: str) -> str:
    """Return a statement that flips one bit of a column of bytes."""
    return f"UPDATE {table} SET {column} = set_byte({column}, 9, get_byte({column}, 9) # 1) WHERE {where}"


def committed(column: str, *, public: bool) -> Callable[[Office], object]:
    """Change salt or content of a commitment: of an accepted request, which is public, or of a score."""
    content = '"was":"4"}' if public else '"level":"4"}'
    where = f"content LIKE '%{content}'"
    if column == "salt":
        return sql(bit("record_commitment", "salt", where))
    changed = "overlay(content placing '5' from length(content) - 2)"
    return sql(f"UPDATE record_commitment SET content = {changed} WHERE {where}")


def published(name: str, number: int) -> Callable[[Office], object]:
    """Flip a bit in an object that a publication names."""
    return lambda office: office.flip(office.object_of(name, number))
