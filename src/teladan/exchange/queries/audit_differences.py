"""What the record says of the exchange: its acts in order, with the documents that they name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from teladan.exchange.acts import CARRIED
from teladan.publication.queries.audit_rows import Difference, apart, short
from teladan.record import objects
from teladan.record.models import Entry, Outbox
from teladan.registry.models import Pseudonym

NO_ACT = "the record has no such act"
NO_DOCUMENT = "its document cannot be read"
MISSING = "the row is missing: the record tells of it"
NOT_TOLD = "the row is in no document of the record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One act: what it was, the code it is about, what stands in the open, whose pseudonym did it."""

    act: UUID
    what: str
    code: str
    body: Mapping[str, Any]
    actor: str

    @property
    def at(self) -> datetime | None:
        """Return when it was; None where that cannot be read."""
        try:
            return datetime.fromisoformat(str(self.body.get("at")))
        except ValueError:
            return None

    def document(self) -> dict[str, Any] | None:
        """Return the document that it names; None where that cannot be read."""
        try:
            found = json.loads(objects.get(str(self.body.get("document"))))
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None


@dataclass(slots=True)
class Said:
    """All acts of one kind, by identifier and by what they are about, oldest first."""

    acts: dict[UUID, Told] = field(default_factory=dict)
    about: dict[str, list[Told]] = field(default_factory=dict)
    persons: dict[str, int] = field(default_factory=dict)  # by pseudonym, of those that are not erased

    def keep(self, act: UUID, actor: str, body: Any) -> None:
        """Keep an act of the exchange; bodies that none of its verbs wrote say nothing about rows."""
        if not isinstance(body, dict) or not all(isinstance(body.get(key), str) for key in ("what", "code")):
            return
        if act not in self.acts:
            told = Told(act=act, what=body["what"], code=body["code"], body=body, actor=actor)
            self.acts[act] = told
            self.about.setdefault(told.code, []).append(told)

    def of(self, act: UUID | None, code: str, *whats: str) -> Told | None:
        """Return an act if it is about this code and was one of these."""
        told = self.acts.get(act) if act else None
        return told if told and told.code == code and told.what in whats else None

    def by_another(self, told: Told, by: int | None) -> bool:
        """Say whether a row names another person than its act's pseudonym stands for; of a copy, anyone."""
        if told.what == CARRIED:
            return by is not None
        person = self.persons.get(told.actor)
        return person is not None and by != person


def said(kind: str) -> Said:
    """Return what the record holds of a kind, and what waits for its place: three queries."""
    found = Said()
    for act, data in Entry.objects.filter(kind=kind).order_by("position").values_list("act", "data"):
        entry = _json(data)
        found.keep(act, str(entry.get("actor", "")), entry.get("body"))
    waiting = Outbox.objects.filter(kind=kind).order_by("pk").values_list("act", "actor", "body")
    for act, actor, body in waiting:
        found.keep(act, actor, _json(body))
    editions = Pseudonym.objects.filter(edition__startswith=f"{kind}/")
    found.persons = dict(editions.values_list("code", "person_id"))
    return found


def differing(place: str, own: Mapping[str, Any], says: Mapping[str, Any]) -> Iterator[Difference]:
    """Yield each column of `own` that is not what the record says."""
    for name, holds in own.items():
        for part, has, wanted in apart(name, plain(holds), plain(says.get(name))):
            yield f"{place}, {part}", f"holds {short(has)}, the record says {short(wanted)}"


def written(
    place: str,
    own: Said,
    told: Told | None,
    *,
    at: Mapping[str, datetime | None],
    by: Mapping[str, int | None] | None = None,
) -> Iterator[Difference]:
    """Hold the act, the time and the person of a row against its act: {column: what it holds}."""
    if told is None:
        yield f"{place}, act", NO_ACT
        return
    for column, moment in at.items():
        if moment != told.at:
            yield f"{place}, {column}", f"holds {short(str(moment))}, the record says {short(str(told.at))}"
    for column, person in (by or {}).items():
        if own.by_another(told, person):
            yield f"{place}, {column}", "is another person than the pseudonym in the record stands for"


def plain(value: Any) -> Any:
    """Return a value as JSON gives it back: lists for tuples."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value


def _json(data: bytes | memoryview) -> dict[str, Any]:
    """Return an object; an empty one for damaged bytes, which the audit of the record names itself."""
    try:
        value = json.loads(bytes(data))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
