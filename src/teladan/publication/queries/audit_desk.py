"""Whether what the desk shows of preparations and corrections is what documents, acts and pseudonyms say.

How far a preparation is follows from its acts; the numbers of its dry run from its documents; who acted from
the pseudonym in the record, as long as that is not unlinked from its person.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import UUID

from teladan.publication.documents.build import parse
from teladan.publication.documents.differences import completeness, differences
from teladan.publication.models import Correction, Preparation
from teladan.publication.queries.audit_rows import Difference, apart, short
from teladan.publication.queries.proofs import subject
from teladan.record import objects
from teladan.record.models import Entry, Outbox
from teladan.registry.models import Pseudonym

State = Preparation.State
Acted = tuple[str, str, UUID, int | None]  # place, code, act, person


def desk_differences() -> Iterator[Difference]:
    """Yield every column that the desk shows and that differs from what it follows from."""
    preparations = list(Preparation.objects.order_by("code", "number", "pk"))
    for row in preparations:
        place = f"table publication_preparation, {row.code} {row.number}"
        if row.state != _state(row):
            yield f"{place}, state", f"holds {short(row.state)}, its acts say {short(_state(row))}"
        yield from _dry_run(place, row, preparations)
    yield from _persons([*_of_preparations(preparations), *_of_corrections()])


def _state(row: Preparation) -> str:
    """Return how far a preparation is by its acts; withdrawing a draft leaves none, only its time."""
    if row.released_act:
        return State.RELEASED
    if row.withdrawn_act or (row.withdrawn_at and not row.prepared_act):
        return State.WITHDRAWN
    return State.PREPARED if row.prepared_act else State.DRAFT


def _dry_run(place: str, row: Preparation, all_of_them: list[Preparation]) -> Iterator[Difference]:
    results = _document(row)
    if results is None:
        return  # named with the objects
    yield from _named(place, "completeness", row.completeness, completeness(results))
    against = row.differences.get("against") if isinstance(row.differences, dict) else None
    if row.number > 1:
        against = row.code
    released = [
        each
        for each in all_of_them
        if each.code == against
        and each.state == State.RELEASED
        and (against != row.code or each.number == row.number - 1)
    ]
    before = [document for document in map(_document, released) if document]
    if against and not before:
        return  # its document is gone, which is named with the objects
    # Of another edition it was compared with the publication of that day, which may be corrected since.
    wanted = [differences(results, each) for each in before] or [differences(results, None)]
    if row.differences not in wanted:
        yield from _named(place, "differences", row.differences, wanted[-1])


def _named(place: str, name: str, holds: Any, wanted: Any) -> Iterator[Difference]:
    for part, one, other in apart(name, holds, wanted):
        yield f"{place}, {part}", f"holds {short(one)}, its documents say {short(other)}"


def _document(row: Preparation) -> dict[str, Any] | None:
    try:
        return parse(objects.get(row.results_sha256))
    except (OSError, ValueError):
        return None


def _of_preparations(rows: list[Preparation]) -> Iterator[Acted]:
    for row in rows:
        place = partial("table publication_preparation, {} {}, {}".format, row.code, row.number)
        for column, act, person in (
            ("prepared_by", row.prepared_act, row.prepared_by_id),
            ("released_by", row.released_act, row.released_by_id),
            ("withdrawn_by", row.withdrawn_act, row.withdrawn_by_id),
        ):
            if act:
                yield place(column), row.code, act, person


def _of_corrections() -> Iterator[Acted]:
    for row in Correction.objects.order_by("pk"):
        place = f"table publication_correction, {row.publication} {row.organisation_id} {row.element}"
        for column, act, person in (
            ("asked_by", row.asked_act, row.asked_by_id),
            ("asked_by", row.withdrawn_act, row.asked_by_id),
            ("decided_by", row.decided_act, row.decided_by_id),
        ):
            if act:
                yield f"{place}, {column}", row.publication, act, person


def _persons(acted: list[Acted]) -> Iterator[Difference]:
    acts = [act for _place, _code, act, _person in acted]
    actors: dict[UUID, str] = dict(Outbox.objects.filter(act__in=acts).values_list("act", "actor"))
    for act, data in Entry.objects.filter(act__in=acts).values_list("act", "data"):
        actors[act] = _actor(bytes(data))
    editions = {subject(code) for _place, code, _act, _person in acted}
    holders = {
        (edition, pseudonym): person
        for edition, pseudonym, person in Pseudonym.objects.filter(edition__in=editions).values_list(
            "edition", "code", "person_id"
        )
    }
    for place, code, act, person in acted:
        holder = holders.get((subject(code), actors.get(act, "")))
        if holder is not None and holder != person:
            yield place, f"holds another person than the record says of its act {act}"


def _actor(data: bytes) -> str:
    """Return the pseudonym of an entry; "" for damaged bytes, which the audit names itself."""
    try:
        return str(json.loads(data)["actor"]["id"])
    except (ValueError, KeyError, TypeError):
        return ""
