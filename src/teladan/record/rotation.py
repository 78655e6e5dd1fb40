"""Bringing a new key: its secret waits in the key folder, its entry in the outbox.

The checkpoint that first covers the entry is signed by the old key and the new one, later ones by the
new one only. With the old key lost, the new one signs alone.
"""

from __future__ import annotations

import json
from datetime import datetime

from django.db import transaction

from teladan.record import services
from teladan.record.keys import Keys
from teladan.record.models import Entry, Outbox
from teladan.record.sequencer import KEY_SUBJECT
from teladan.record.stops import Stopped

ROLE = "operator"


def rotate(keys: Keys, reason: str, *, at: datetime) -> str:
    """Write a new key into the record's outbox; return its public line.

    Raises Stopped where there is no key yet or one is on its way already, EntryError for the reason.
    """
    if not Entry.objects.exists():
        raise Stopped("There is no key to change yet: the first run of teladan sequencer makes it.")
    with transaction.atomic():
        vkey = keys.make_coming().verifier.vkey
        bodies = [bytes(row.body) for row in Outbox.objects.filter(kind="key")]
        bodies += [bytes(row.data) for row in Entry.objects.filter(kind="key")]
        if any(_names(body, vkey) for body in bodies):
            raise Stopped("A new key is on its way already: let the sequencer sign it first.")
        services.append(
            kind="key", subject=KEY_SUBJECT, role=ROLE, body={"vkey": vkey, "reason": reason}, at=at
        )
    return vkey


def _names(data: bytes, vkey: str) -> bool:
    value = json.loads(data)
    return bool(value.get("body", value).get("vkey") == vkey)
