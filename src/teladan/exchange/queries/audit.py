"""Whether the rows of the exchange say what the record says: documents by digest, stages by their entries."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from teladan.evaluation.queries.projection import Difference
from teladan.evaluation.refused import Refused
from teladan.exchange import documents
from teladan.exchange.content import Content
from teladan.exchange.models import AdoptionStage, Appraisal, Practice
from teladan.exchange.rows import content_of
from teladan.record import objects
from teladan.record.models import Entry, Outbox


def exchange_differences() -> Iterator[Difference]:
    """Yield every practice, stage and appraisal that differs from what the record says of it."""
    practices = list(Practice.objects.all())
    stages = list(AdoptionStage.objects.all())
    appraisals = list(Appraisal.objects.all())
    said = _said(
        [
            *(each.act for each in practices if each.act),
            *(each.act for each in stages),
            *(each.act for each in appraisals),
            *(each.reply_act for each in appraisals if each.reply_act),
        ]
    )
    for practice in practices:
        yield from _of_practice(practice, said)
    for stage in stages:
        place = f"table exchange_adoptionstage, {stage.adoption_id} {stage.number}"
        given = {"what": "stage", "code": stage.adoption_id, "stage": stage.stage, "date": stage.date or None}
        yield from _compared(place, given, said.get(stage.act))
        yield from _worded(place, stage, said.get(stage.act))
    for row in appraisals:
        place = f"table exchange_appraisal, {row.adoption_id} {row.pk}"
        told = {
            "completion": row.completion,
            "fidelity": row.fidelity,
            "results": row.results,
            "text": row.text,
        }
        yield from _compared(place, {"what": "appraisal", "code": row.adoption_id}, said.get(row.act))
        yield from _detailed(place, told, said.get(row.act))
        if row.reply_act:
            yield from _compared(place, {"what": "reply", "code": row.adoption_id}, said.get(row.reply_act))
            yield from _detailed(place, {"reply": row.reply}, said.get(row.reply_act))


def compared_exchange() -> int:
    """Return how many rows `exchange_differences` holds against the record."""
    return Practice.objects.count() + AdoptionStage.objects.count() + Appraisal.objects.count()


def _of_practice(practice: Practice, said: Mapping[UUID, Mapping[str, Any]]) -> Iterator[Difference]:
    place = f"table exchange_practice, {practice.code}"
    body = said.get(practice.act) if practice.act else None
    yield from _compared(place, {"code": practice.code, "document": practice.document}, body)
    try:
        recorded = documents.read_practice(objects.get(practice.document))
    except (FileNotFoundError, Refused) as error:
        yield place, f"its document cannot be read: {error}"
        return
    now = content_of(practice)
    if practice.origin:
        # The owner is its country's where this registry does not have the body.
        now = replace(now, owner=recorded.owner)
    for name in _differing(now, recorded):
        yield place, f"{name} is not what the record says"


def _differing(now: Content, recorded: Content) -> list[str]:
    return [name for name in Content.__slots__ if getattr(now, name) != getattr(recorded, name)]


def _compared(place: str, given: Mapping[str, Any], body: Mapping[str, Any] | None) -> Iterator[Difference]:
    if body is None:
        yield place, "the record has no such act"
        return
    for key, value in given.items():
        if body.get(key) != value:
            yield place, f"{key} is {value!r}; the record says {body.get(key)!r}"


def _worded(place: str, stage: AdoptionStage, body: Mapping[str, Any] | None) -> Iterator[Difference]:
    """Hold the words of a stage against the document that its entry names."""
    document = _document(body)
    if body is None:
        return
    if document is None:
        yield place, "its document cannot be read"
        return
    last = document["stages"][stage.number - 1] if len(document["stages"]) >= stage.number else {}
    if last.get("words") != stage.words:
        yield place, "words is not what the record says"


def _detailed(place: str, given: Mapping[str, Any], body: Mapping[str, Any] | None) -> Iterator[Difference]:
    if body is None:
        return
    document = _document(body)
    details = document["details"] if document else {}
    for key, value in given.items():
        if details.get(key) != value:
            yield place, f"{key} is not what the record says"


def _document(body: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if body is None:
        return None
    try:
        found: dict[str, Any] = json.loads(objects.get(str(body.get("document"))))
    except (FileNotFoundError, ValueError):
        return None
    return found


def _said(acts: Iterable[UUID]) -> dict[UUID, Mapping[str, Any]]:
    """Return the bodies of those acts that the record holds or that wait for their place: two queries."""
    wanted = list(acts)
    found: dict[UUID, Mapping[str, Any]] = {
        row.act: json.loads(bytes(row.body)) for row in Outbox.objects.filter(act__in=wanted)
    }
    for entry in Entry.objects.filter(act__in=wanted):
        found[entry.act] = json.loads(bytes(entry.data))["body"]
    return found
