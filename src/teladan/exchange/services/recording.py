"""The acts of the exchange in the record: the document by digest, in the transaction of the act."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from teladan.exchange import documents
from teladan.exchange.content import Content
from teladan.exchange.models import Adoption, AdoptionStage, Practice
from teladan.exchange.rows import content_of
from teladan.record import objects
from teladan.record import services as recorder
from teladan.record.services import Act
from teladan.registry.models import Person
from teladan.registry.services import pseudonym


def practice_subject(code: str) -> str:
    """Return what the record calls a practice."""
    return f"practice/{code}"


def adoption_subject(code: str) -> str:
    """Return what the record calls an adoption."""
    return f"adoption/{code}"


def practice_act(
    content: Content, what: str, *, by: Person, role: str, at: datetime, before: str = "", **more: Any
) -> tuple[Act, str]:
    """Return the act about a practice and the SHA-256 of its document, which is kept."""
    digest = objects.put(documents.of_practice(content))
    subject = practice_subject(content.code)
    body = {
        "what": what,
        "code": content.code,
        "version": content.number,
        "document": digest,
        "before": before or None,
        "at": at.isoformat(),
        **more,
    }
    act = Act(kind="practice", subject=subject, role=role, actor=pseudonym(by, subject), body=body)
    return act, digest


def record_practice_act(
    practice: Practice, what: str, *, by: Person, role: str, at: datetime, **more: Any
) -> UUID:
    """Record what a practice says now, and keep the practice's newest document and act with it."""
    act, digest = practice_act(
        content_of(practice), what, by=by, role=role, at=at, before=practice.document, **more
    )
    recorder.append_many([act], at=at)
    practice.document, practice.act, practice.changed_at = digest, act.act, at
    practice.save(update_fields=["document", "act", "changed_at"])
    return act.act


def adoption_act(
    adoption: Adoption,
    what: str,
    stages: Iterable[AdoptionStage],
    parents: list[dict[str, Any]],
    *,
    by: Person,
    role: str,
    at: datetime,
    **more: Any,
) -> Act:
    """Return the act about an adoption; names and words stand in its document only.

    `parents` says of each parent its practice, version, share, and the act and document that it is in.
    """
    reached = list(stages)
    digest = objects.put(
        documents.of_adoption(
            {
                "code": adoption.code,
                "adopter": adoption.adopter,
                "country": adoption.country_id,
                "organisation": adoption.organisation_id,
                "name": adoption.name,
                "language": adoption.language,
                "degree": adoption.degree,
                "degree_words": adoption.degree_words,
                "motive": adoption.motive,
                "channel": adoption.channel,
                "funder": adoption.funder,
                "note": adoption.note,
                "derivation_note": adoption.derivation_note,
                "unverified": adoption.unverified,
                "source": adoption.source,
                "parents": parents,
                "becomes": becomes(adoption),
                "stages": [{"stage": each.stage, "date": each.date, "words": each.words} for each in reached],
                "what": what,
                "details": more,
            }
        )
    )
    subject = adoption_subject(adoption.code)
    body = {
        "what": what,
        "code": adoption.code,
        "country": adoption.country_id,
        "organisation": adoption.organisation_id,
        "parents": parents,
        "becomes": becomes(adoption),
        "stage": reached[-1].stage if reached else None,
        "date": (reached[-1].date or None) if reached else None,
        "degree": adoption.degree or None,
        "document": digest,
        "at": at.isoformat(),
    }
    return Act(kind="adoption", subject=subject, role=role, actor=pseudonym(by, subject), body=body)


def parents_of(adoption: Adoption) -> list[dict[str, Any]]:
    """Return the parents of an adoption as its entry names them: one query."""
    found = adoption.parents.select_related("version__practice")
    return [
        {
            "practice": each.version.practice_id,
            "version": each.version.number,
            "share": each.share or None,
            "act": str(each.version.act) if each.version.act else None,
            # Of a copy: where its owner's entry is, as anyone can ask that record for it.
            "node": each.version.practice.origin or None,
            "position": each.version.owner_position,
            "entry": each.version.owner_entry or None,
        }
        for each in found
    ]


def becomes(adoption: Adoption) -> dict[str, Any] | None:
    """Return the version that came of an adoption as its entry names it."""
    version = adoption.becomes
    return {"practice": version.practice_id, "version": version.number} if version else None
