"""The one lock of the exchange: who adds a practice, or to the lineage, does so alone."""

from __future__ import annotations

from django.db import connection

ONE_AT_A_TIME = 0x7E1ADC


def one_at_a_time() -> None:
    """Let nobody else add until this transaction ends: take it before any row.

    Two halves of a cycle could be written at once, or one code be given to a practice of ours and to a copy.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
