"""What differs between two released publications of one code, read from their canonical bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from teladan.core.instrument import INDEX
from teladan.record import objects

PLAIN = ("band", "rank", "verdict")  # one text each, no exact value beside it
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One figure of one organisation, before and after; None where it was not there.

    `element` is an element's code, "index", "band", "rank" or "verdict".
    """

    organisation: str
    name: str
    element: str
    was: str | None
    becomes: str | None
    was_exact: str | None = None
    becomes_exact: str | None = None


@lru_cache(maxsize=128)
def changes(before: str, after: str) -> tuple[Change, ...]:
    """Return every figure that differs between the results of two digests, in the order of the rows.

    Bytes under a digest never change, so the answer is remembered. Raises FileNotFoundError where an
    object is not kept.
    """
    old, new = _rows(before), _rows(after)
    return tuple(
        change
        for organisation in dict.fromkeys((*old, *new))
        for change in _between(organisation, old.get(organisation), new.get(organisation))
    )


@lru_cache(maxsize=256)
def row_of(results: str, organisation: str) -> Row | None:
    """Return one organisation's row of the results of a digest, as it stands there."""
    return _rows(results).get(organisation)


def _rows(digest: str) -> dict[str, Row]:
    return {row["organisation"]: row for row in json.loads(objects.get(digest))["rows"]}


def _between(organisation: str, old: Row | None, new: Row | None) -> Iterator[Change]:
    was, becomes = _figures(old), _figures(new)
    name = (new or old or {}).get("name", organisation)
    for element in dict.fromkeys((*was, *becomes)):
        before, after = was.get(element, (None, None)), becomes.get(element, (None, None))
        if before != after:
            yield Change(
                organisation=organisation,
                name=name,
                element=element,
                was=before[0],
                becomes=after[0],
                was_exact=before[1],
                becomes_exact=after[1],
            )


def _figures(row: Row | None) -> dict[str, tuple[str | None, str | None]]:
    """Return {element: (printed, exact)} of a row, the index first."""
    if row is None:
        return {}
    index = row["index"]
    found = {INDEX: (index["printed"], index["exact"])}
    found |= {
        code: (entry.get("printed") or None, entry.get("exact") or None)
        for code, entry in row["elements"].items()
        if code != INDEX
    }
    return found | {plain: (row.get(plain) or None, None) for plain in PLAIN}
