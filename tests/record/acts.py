"""Acts for the log, and what tests ask of it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from teladan.config import clock
from teladan.core.log import note, tlog_proof
from teladan.core.log.entry import parse
from teladan.core.log.merkle import Frontier, leaf_hash
from teladan.record import queries, services
from teladan.record.audit import Audit, audit
from teladan.record.models import Entry
from teladan.record.services import Act

SUBJECT = "publication/spbe-2024"
NODE = "localhost/record"


def append(count: int = 1, subject: str = SUBJECT) -> list[UUID]:
    """Append public acts in one transaction; return their identifiers."""
    acts = [
        Act(kind="practice", subject=subject, role="publisher", body={"number": number})
        for number in range(count)
    ]
    with transaction.atomic():
        return services.append_many(acts, at=clock.now())


def commit(content=None, subject: str = SUBJECT) -> UUID:
    """Append one act of which the log holds a commitment; return its identifier."""
    with transaction.atomic():
        return services.commit(
            kind="score",
            subject=subject,
            role="assessor",
            actor="a1",
            content=content or {"level": "4"},
            at=clock.now(),
        )


def audited(log, **changes) -> Audit:
    """Audit a log of its own."""
    places = {"home": log.home, "keys": log.keys, "signed": log.signed, "node": NODE, "clock": log.clock}
    return audit(log.url, **places | changes)


def verified(act: UUID) -> int:
    """Verify the receipt of an act by its bytes alone; return the size of its checkpoint."""
    receipt = tlog_proof.parse(queries.receipt(act))
    verifiers = [note.Verifier.parse(line) for line in queries.vkeys()]
    assert parse(receipt.extra).act == act
    return receipt.verify(receipt.extra, verifiers, NODE).size


def root_of_entries() -> bytes:
    """Return the root over the stored entries, computed in one go."""
    edge = Frontier()
    edge.extend(leaf_hash(bytes(data)) for data in Entry.objects.values_list("data", flat=True))
    return edge.root()
