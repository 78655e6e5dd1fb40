"""Writing acts into the record's outbox, in the transaction of the act itself.

Every verb needs an open transaction: an act and its entry are there both or not at all. The sequencer
gives an act its place in the log afterwards.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection

from teladan.core import canonical
from teladan.core.canonical import LARGEST
from teladan.core.log.entry import KINDS, EntryError, Kind, commitment, make
from teladan.record.models import Commitment

SALT = 32  # bytes
LONGEST = {"subject": 160, "role": 40, "actor": 32}
SOME_TIME = "9999-12-31T23:59:59.999999Z"  # as long as any
TABLE = "record_outbox"
COLUMNS = ("act", "kind", "subject", "role", "actor", "replaces", "body", "at")
Row = tuple[UUID, str, str, str, str, str, bytes, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act of many: what `append` takes."""

    kind: str
    subject: str
    role: str
    body: Mapping[str, Any]
    actor: str = ""
    replaces: str = ""
    act: UUID = field(default_factory=uuid4)


def append(
    *,
    kind: str,
    subject: str,
    role: str,
    body: Mapping[str, Any],
    actor: str = "",
    replaces: str = "",
    at: datetime,
) -> UUID:
    """Write an act whose body is public; return its identifier, by which its entry is found later.

    `body` is JSON without floats; `replaces` the SHA-256 (hex) of the entry it replaces. Raises EntryError
    or CanonicalError for what cannot be an entry, RuntimeError outside a transaction.
    """
    act = Act(kind=kind, subject=subject, role=role, body=body, actor=actor, replaces=replaces)
    return append_many([act], at=at)[0]


def append_many(acts: Iterable[Act], *, at: datetime) -> list[UUID]:
    """Write many public acts in this order, all or none; return their identifiers."""
    _in_transaction()
    rows: list[Row] = []
    for act in acts:
        if _known(act.kind).committed:
            raise EntryError(
                f"{act.kind}: an act of this kind enters the record by commit(), not in the open"
            )
        rows.append(_row(act, at))
    _insert(rows)
    return [row[0] for row in rows]


def commit(
    *,
    kind: str,
    subject: str,
    role: str,
    actor: str,
    content: Mapping[str, Any],
    replaces: str = "",
    at: datetime,
) -> UUID:
    """Write an act of which the log holds a salted commitment only; return its identifier.

    Salt and content stay in the database until they are disclosed or erased. Raises as `append`.
    """
    _in_transaction()
    if not _known(kind).committed:
        raise EntryError(f"{kind}: an act of this kind enters the record by append(), in the open")
    salt, written = secrets.token_bytes(SALT), canonical.encode(content)
    act = Act(
        kind=kind,
        subject=subject,
        role=role,
        actor=actor,
        replaces=replaces,
        body={"commitment": commitment(salt, written)},
    )
    _insert([_row(act, at)])
    Commitment.objects.create(act=act.act, salt=salt, content=written.decode())
    return act.act


def disclose(acts: Iterable[UUID], at: datetime) -> int:
    """Make salt and content of committed acts public; return how many were not public before.

    What was erased stays erased. Raises RuntimeError outside a transaction.
    """
    _in_transaction()
    return Commitment.objects.filter(
        act__in=list(acts), disclosed_at__isnull=True, erased_at__isnull=True
    ).update(disclosed_at=at)


def erase(act: UUID, at: datetime) -> bool:
    """Delete salt and content of a committed act; the log stays as it is and still verifies.

    Return False where they were erased already. Raises Commitment.DoesNotExist for an act that committed
    to nothing, RuntimeError outside a transaction.
    """
    _in_transaction()
    Commitment.objects.get(act=act)
    erased = Commitment.objects.filter(act=act, erased_at__isnull=True)
    return bool(erased.update(salt=None, content=None, erased_at=at))


def _known(kind: str) -> Kind:
    try:
        return KINDS[kind]
    except KeyError:
        raise EntryError(
            f"there is no kind {kind!r} of entry; there are: {', '.join(sorted(KINDS))}"
        ) from None


def _row(act: Act, at: datetime) -> Row:
    """Return the row of the outbox; the entry is made once to see that it can be made in any place."""
    body = canonical.encode(act.body)
    for name, value in (("subject", act.subject), ("role", act.role), ("actor", act.actor)):
        if len(value) > LONGEST[name]:
            raise EntryError(f"{act.kind}: {name} {value!r} is longer than {LONGEST[name]} characters")
    make(
        act=act.act,
        kind=act.kind,
        node=settings.TELADAN_NODE,
        sequence=LARGEST,
        subject=act.subject,
        time=SOME_TIME,
        role=act.role,
        body=body,
        actor=act.actor,
        replaces=act.replaces,
    )
    return act.act, act.kind, act.subject, act.role, act.actor, act.replaces, body, at


def _insert(rows: list[Row]) -> None:
    with connection.cursor() as cursor:
        if len(rows) == 1:
            places = ", ".join(["%s"] * len(COLUMNS))
            cursor.execute(f"INSERT INTO {TABLE} ({', '.join(COLUMNS)}) VALUES ({places})", rows[0])  # noqa: S608
            return
        copied = f"COPY {TABLE} ({', '.join(COLUMNS)}) FROM STDIN"
        # Errors of a COPY do not pass through Django's own cursor: they are made Django's here.
        with connection.wrap_database_errors, cursor.copy(copied) as copy:
            for row in rows:
                copy.write_row(row)


def _in_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("An act and its entry are written in one transaction: open transaction.atomic().")
