"""Whether the rows about preparing, releasing and correcting say what the record says of the same acts.

A released publication is an entry in the open; preparing it, asking and deciding stand behind salted
commitments, whose content is compared while it is not erased. An act that waits for its place is compared
too. Who acted is a pseudonym in the record: the columns of persons are not compared.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from teladan.publication.documents.build import parse
from teladan.publication.models import Correction, Preparation
from teladan.publication.queries.audit_rows import Difference, apart, short
from teladan.publication.queries.proofs import subject
from teladan.record import objects
from teladan.record.models import Commitment, Entry, Outbox

Pair = tuple[str, Any, Any]  # column, what the row holds, what the record says
# What the record calls otherwise than the column, by the column of the act.
COLUMNS = {
    "results": dict.fromkeys(("prepared_act", "released_act"), "results_sha256"),
    "inputs": dict.fromkeys(("prepared_act", "released_act"), "inputs_sha256"),
    "instrument": dict.fromkeys(("prepared_act", "released_act"), "instrument_sha256"),
    "uncertainty": dict.fromkeys(("prepared_act", "released_act"), "uncertainty_sha256"),
    "computed_or_reported": {"released_act": "kind"},
    "prepared": dict.fromkeys(("released_act", "withdrawn_act"), "prepared_act"),
    "request": dict.fromkeys(("decided_act", "withdrawn_act"), "asked_act"),
    "reason": {"decided_act": "decision", "withdrawn_act": "withdrawn_reason"},
    "at": {
        "prepared_act": "prepared_at",
        "released_act": "released_at",
        "withdrawn_act": "withdrawn_at",
        "asked_act": "asked_at",
        "decided_act": "decided_at",
    },
}
RELEASES = ("publication", "correction")
# Where the acts of the other kinds about a publication are kept.
TABLES = {
    "preparation": "publication_preparation",
    "withdrawal": "publication_preparation",
    "request": "publication_correction",
    "decision": "publication_correction",
}


def act_differences() -> Iterator[Difference]:
    """Yield every column of a preparation or a correction that differs from its acts, with both values."""
    preparations, corrections = list(Preparation.objects.defer("differences")), list(Correction.objects.all())
    wanted = [
        *(a for each in preparations for a in (each.prepared_act, each.released_act, each.withdrawn_act)),
        *(a for each in corrections for a in (each.asked_act, each.decided_act, each.withdrawn_act)),
    ]
    said = _said([act for act in wanted if act])
    for preparation in preparations:
        yield from _of_preparation(preparation, said)
    for correction in corrections:
        yield from _of_correction(correction, said)
    released = {each.released_act for each in preparations}
    for position, act in Entry.objects.filter(kind__in=RELEASES).values_list("position", "act"):
        if act not in released:
            yield "table publication_preparation", f"no row released what entry {position} says was released"
    held = {act for act in wanted if act}
    ours = Entry.objects.filter(kind__in=TABLES, subject__startswith=subject(""))
    for position, kind, act in ours.values_list("position", "kind", "act"):
        if act not in held:
            yield f"table {TABLES[kind]}", f"no row holds the act {act} of entry {position}, a {kind}"


def compared_acts() -> int:
    """Return how many rows `act_differences` reads."""
    return Preparation.objects.count() + Correction.objects.count()


def _said(acts: list[UUID]) -> dict[UUID, dict[str, Any] | None]:
    """Return what the record says of those acts that it holds; None where that cannot be read any more."""
    found: dict[UUID, dict[str, Any] | None] = {}
    for waiting in Outbox.objects.filter(act__in=acts):
        found[waiting.act] = _json(bytes(waiting.body))
    for entry in Entry.objects.filter(act__in=acts):
        found[entry.act] = (_json(bytes(entry.data)) or {}).get("body")
    for kept in Commitment.objects.filter(act__in=found):
        found[kept.act] = None if kept.content is None else _json(kept.content)
    return found


def _of_preparation(row: Preparation, said: dict[UUID, dict[str, Any] | None]) -> Iterator[Difference]:
    place = f"table publication_preparation, {row.code} {row.number}"
    digests: dict[str, Any] = {
        "results": row.results_sha256,
        "inputs": row.inputs_sha256,
        "instrument": row.instrument_sha256,
        "uncertainty": row.uncertainty_sha256,
    }
    if row.prepared_act:
        own = digests | {"code": row.code, "number": row.number, "prefix": row.prefix, "reason": row.reason}
        yield from _compared(place, said, row.prepared_act, own | {"at": row.prepared_at}, "prepared_act")
    if row.released_act:
        own = digests | {
            "code": row.code,
            "number": row.number,
            "computed_or_reported": row.kind,
            "prefix": row.prefix,
            "prepared": str(row.prepared_act),
            "at": row.released_at,
        }
        yield from _compared(place, said, row.released_act, own, "released_act")
        yield from _from_results(place, row)
    if row.withdrawn_act:
        own = {"prepared": str(row.prepared_act), "at": row.withdrawn_at}
        yield from _compared(place, said, row.withdrawn_act, own, "withdrawn_act")


def _from_results(place: str, row: Preparation) -> Iterator[Difference]:
    try:
        results = parse(objects.get(row.results_sha256))
    except (OSError, ValueError):
        return  # named with the objects
    for name in ("series", "titles", "kind"):
        for part, holds, says in apart(name, getattr(row, name), results[name]):
            yield f"{place}, {part}", f"holds {short(holds)}, the published document says {short(says)}"


def _of_correction(row: Correction, said: dict[UUID, dict[str, Any] | None]) -> Iterator[Difference]:
    place = f"table publication_correction, {row.publication} {row.organisation_id} {row.element}"
    own: dict[str, Any] = {
        "publication": row.publication,
        "organisation": row.organisation_id,
        "element": row.element,
        "was": row.was,
        "becomes": row.becomes,
        "reason": row.reason,
        "at": row.asked_at,
    }
    yield from _compared(place, said, row.asked_act, own, "asked_act")
    if row.decided_act:
        own = {
            "request": str(row.asked_act),
            "accepted": row.accepted,
            "reason": row.decision,
            "at": row.decided_at,
        }
        yield from _compared(place, said, row.decided_act, own, "decided_act")
    if row.withdrawn_act:
        own = {
            "request": str(row.asked_act),
            "withdrawn": True,
            "reason": row.withdrawn_reason,
            "at": row.withdrawn_at,
        }
        yield from _compared(place, said, row.withdrawn_act, own, "withdrawn_act")


def _compared(
    place: str, said: dict[UUID, dict[str, Any] | None], act: UUID, own: dict[str, Any], column: str
) -> Iterator[Difference]:
    if act not in said:
        yield f"{place}, {column}", f"the record holds no act {act}"
        return
    content = said[act]
    if content is None:
        return  # erased, or damaged
    for name, holds, says in _pairs(own, content):
        if holds != says:
            yield (
                f"{place}, {COLUMNS.get(name, {}).get(column, name)}",
                f"holds {short(holds)}, its act {act} in the record says {short(says)}",
            )


def _pairs(own: dict[str, Any], content: dict[str, Any]) -> Iterable[Pair]:
    for name, value in own.items():
        says = content.get(name)
        if isinstance(value, datetime):
            yield name, value, _moment(says)
        else:
            yield name, value, "" if says is None and isinstance(value, str) else says


def _moment(text: Any) -> Any:
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return text


def _json(content: bytes | str) -> dict[str, Any] | None:
    """Return an object; None for damaged bytes, which the audit names itself."""
    try:
        value = json.loads(content)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
