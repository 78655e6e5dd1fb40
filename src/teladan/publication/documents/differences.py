"""What a preparation shows before it is released: how complete it is, and what differs from before."""

from __future__ import annotations

from typing import Any

from teladan.core.instrument import INDEX
from teladan.publication.documents.rows import BAND

Value = dict[str, Any]
CANNOT_BE_RIGHT = frozenset({"impossible", "inconsistent"})


def completeness(results: Value) -> Value:
    """Return {listed, evaluated, left_out, unscored, without_index, verdicts: {verdict: rows}}.

    `evaluated` is what the source says, None where it does not.
    """
    rows = results["rows"]
    verdicts: dict[str, int] = {}
    for row in rows:
        if row["verdict"]:
            verdicts[row["verdict"]] = verdicts.get(row["verdict"], 0) + 1
    return {
        "listed": len(rows),
        "evaluated": results["evaluated"],
        "left_out": len(results["left_out"]),
        "unscored": sum(not row["scored"] for row in rows),
        "without_index": sum(not row["index"]["printed"] for row in rows),
        "verdicts": verdicts,
    }


def wrong_rows(results: Value) -> list[Value]:
    """Return the rows whose printed figures cannot be right, in the order of the source."""
    return [row for row in results["rows"] if row["verdict"] in CANNOT_BE_RIGHT]


def differences(results: Value, before: Value | None) -> Value:
    """Return what differs from the publication before.

    {against: code|None, same: rows, changed: [{organisation, name, element, was, becomes}],
    added: [{organisation, name}], gone: [{organisation, name}]}. Every printed figure is
    compared, as `figures` gives them; it is the printed text, "" where none is printed.
    """
    if before is None:
        return {"against": None, "same": 0, "changed": [], "added": [], "gone": []}
    old = {row["organisation"]: row for row in before["rows"]}
    new = {row["organisation"]: row for row in results["rows"]}
    changed = [
        {"organisation": code, "name": row["name"], "element": element, "was": was, "becomes": becomes}
        for code, row in new.items()
        if code in old
        for element, was, becomes in _changes(old[code], row)
    ]
    touched = {each["organisation"] for each in changed}
    return {
        "against": before["code"],
        "same": sum(code in old and code not in touched for code in new),
        "changed": changed,
        "added": [_named(row) for code, row in new.items() if code not in old],
        "gone": [_named(row) for code, row in old.items() if code not in new],
    }


def figures(row: Value) -> dict[str, str]:
    """Return every printed figure of a row by element, with "index", "band" and "verdict"."""
    found = {code: entry.get("printed") or "" for code, entry in row["elements"].items()}
    return found | {
        INDEX: row["index"]["printed"] or "",
        BAND: row["band"] or "",
        "verdict": row["verdict"] or "",
    }


def _changes(old: Value, new: Value) -> list[tuple[str, str, str]]:
    was, becomes = figures(old), figures(new)
    return [
        (code, was.get(code, ""), becomes.get(code, ""))
        for code in dict.fromkeys([*was, *becomes])
        if was.get(code, "") != becomes.get(code, "")
    ]


def _named(row: Value) -> dict[str, str]:
    return {"organisation": row["organisation"], "name": row["name"]}
