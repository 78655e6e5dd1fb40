"""The sequencer's questions to PostgreSQL, on the one connection that also holds its lock.

No Django: the sequencer's connection must not be one that somebody else may close or wrap.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict

LOCK = 0x7E1ADA5E  # PostgreSQL's lock that only one sequencer of a database holds
ENTRY = ("position", "act", "kind", "subject", "data", "leaf", "time")
TYPES = ("int8", "uuid", "text", "text", "bytea", "bytea", "timestamptz")
PlacedRow = tuple[int, UUID, str, str, bytes, bytes, datetime]


@dataclass(frozen=True, slots=True)
class PendingAct:
    """An act of the outbox, without its place."""

    id: int
    act: UUID
    kind: str
    subject: str
    role: str
    actor: str
    replaces: str
    body: bytes


@dataclass(frozen=True, slots=True)
class SignedRow:
    """A checkpoint as the database has it."""

    size: int
    root: bytes
    note: str
    signed_at: datetime


def connected(url: str, **arguments: Any) -> Connection[Any]:
    """Connect, each statement its own transaction; the `options` of the address hold. Raises psycopg.Error.

    The log's times are read in UTC whatever server and address say.
    """
    options = conninfo_to_dict(url).get("options") or os.environ.get("PGOPTIONS", "")
    return psycopg.connect(url, autocommit=True, options=f"{options} -c TimeZone=UTC".strip(), **arguments)


class Database:
    """One connection, without a transaction unless one is opened."""

    def __init__(self, url: str) -> None:
        """Connect; raises psycopg.OperationalError."""
        self.connection = connected(url, connect_timeout=10)

    def close(self) -> None:
        """Close the connection and give the lock back."""
        self.connection.close()

    def lock(self) -> bool:
        """Take the lock of this session; False where another session has it. Taken twice it stays one."""
        if self.holds_lock():
            return True
        return bool(self._one("SELECT pg_try_advisory_lock(%s)", LOCK)[0])

    def holds_lock(self) -> bool:
        """Say whether this very session holds the lock; raises psycopg.Error where it is gone."""
        return bool(
            self._one(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
                " AND classid = 0 AND objid = %s AND granted",
                LOCK,
            )[0]
        )

    def waiting(self, limit: int) -> list[PendingAct]:
        """Return the first acts of the outbox in the order they were written."""
        rows = self.connection.cursor(binary=True).execute(
            "SELECT id, act, kind, subject, role, actor, replaces, body FROM record_outbox"
            " ORDER BY id LIMIT %s",
            [limit],
        )
        return [PendingAct(*row) for row in rows]

    def place(self, placed: Sequence[PlacedRow]) -> None:
        """Add entries to the log; the triggers see to it that they stay."""
        with self.connection.cursor().copy(
            f"COPY record_entry ({', '.join(ENTRY)}) FROM STDIN (FORMAT BINARY)"
        ) as copy:
            copy.set_types(TYPES)
            for row in placed:
                copy.write_row(row)

    def take_out(self, ids: list[int]) -> None:
        """Delete acts from the outbox."""
        self.connection.execute("DELETE FROM record_outbox WHERE id = ANY(%s)", [ids])

    def size(self) -> int:
        """Return how many entries the log has: the last position and one."""
        return int(self._one("SELECT coalesce(max(position) + 1, 0) FROM record_entry")[0])

    def count(self) -> int:
        """Return how many entries are stored; another number than `size` means a gap."""
        return int(self._one("SELECT count(*) FROM record_entry")[0])

    def last_time(self) -> datetime | None:
        """Return the time of the last entry."""
        time = self._one("SELECT (SELECT time FROM record_entry ORDER BY position DESC LIMIT 1)")[0]
        return time if isinstance(time, datetime) else None

    def entries(self, start: int, end: int) -> list[tuple[int, str, bytes, bytes]]:
        """Return (position, kind, data, leaf) of the positions [start, end)."""
        return (
            self.connection.cursor(binary=True)
            .execute(
                "SELECT position, kind, data, leaf FROM record_entry"
                " WHERE position >= %s AND position < %s ORDER BY position",
                [start, end],
            )
            .fetchall()
        )

    def keys(self, size: int) -> list[tuple[int, str]]:
        """Return (position, public key) of the key entries of the first `size` entries."""
        rows = self.connection.execute(
            "SELECT position, data FROM record_entry WHERE kind = 'key' AND position < %s ORDER BY position",
            [size],
        )
        return [(position, json.loads(data)["body"]["vkey"]) for position, data in rows]

    def last_checkpoint(self) -> SignedRow | None:
        """Return the newest checkpoint."""
        row = self.connection.execute(
            "SELECT size, root, note, signed_at FROM record_checkpoint ORDER BY size DESC LIMIT 1"
        ).fetchone()
        return SignedRow(*row) if row else None

    def signed_sizes(self) -> list[int]:
        """Return the sizes of all checkpoints, the newest first."""
        return [
            n for (n,) in self.connection.execute("SELECT size FROM record_checkpoint ORDER BY size DESC")
        ]

    def signed_before(self, size: int) -> int:
        """Return the size of the newest checkpoint of fewer entries, 0 where there is none."""
        row = self._one("SELECT coalesce(max(size), 0) FROM record_checkpoint WHERE size < %s", size)
        return int(row[0])

    def add_checkpoint(self, row: SignedRow) -> None:
        """Add a checkpoint."""
        self.connection.execute(
            "INSERT INTO record_checkpoint (size, root, note, signed_at) VALUES (%s, %s, %s, %s)",
            [row.size, row.root, row.note, row.signed_at],
        )

    def last_audit(self) -> tuple[datetime, list[dict[str, Any]]] | None:
        """Return when the last finished audit began and what it found."""
        return self.connection.execute(
            "SELECT started_at, findings FROM record_audit WHERE finished_at IS NOT NULL"
            " ORDER BY started_at DESC LIMIT 1"
        ).fetchone()

    def _one(self, query: str, *values: object) -> tuple[Any, ...]:
        row = self.connection.execute(query, values).fetchone()
        assert row is not None
        return tuple(row)
