"""From an act to its receipt."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import transaction

from teladan.core import note, tlog_proof
from teladan.core.entry import parse
from teladan.core.tiles import tiles_between, unbundle
from teladan.record import queries, services
from teladan.record.services import Act


def append(count=1, subject="publication/spbe-2024", **changes):
    """Append public acts in one transaction; return their identifiers."""
    acts = [
        Act(kind="practice", subject=subject, role="publisher", body={"number": number}, **changes)
        for number in range(count)
    ]
    with transaction.atomic():
        return services.append_many(acts)


def test_an_act_gets_its_receipt(own_log):
    (act,) = append()
    assert (queries.receipt(act), queries.pending("publication/spbe-2024")) == (None, 1)

    assert own_log.sequencer().step() == 2

    receipt = tlog_proof.parse(queries.receipt(act))
    verifiers = [note.Verifier.parse(line) for line in queries.vkeys()]
    assert receipt.verify(receipt.extra, verifiers).size == 2
    entry = parse(receipt.extra)
    assert (entry.act, entry.sequence, entry.body) == (act, 1, {"number": 0})
    assert queries.pending() == 0


def audited(own_log):
    from teladan.record.audit import audit

    return audit(
        own_log.url,
        home=own_log.home,
        keys=own_log.keys,
        signed=own_log.signed,
        node="localhost/record",
        clock=own_log.clock,
    )


def test_a_log_grows_and_the_audit_finds_nothing(own_log):
    sequencer = own_log.sequencer(batch=100)
    append(700)
    assert sequencer.drain() == 701
    append(3)
    assert own_log.made[0].drain() == 3
    found = audited(own_log)
    assert found.findings == []
    assert found.looked_at == {
        "entries": 704,
        "bundles": 3,
        "tiles": 12,
        "checkpoints": 8,
        "commitments": 0,
        "objects": 0,
    }
