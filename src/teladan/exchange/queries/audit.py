"""Whether the rows of the exchange that pages print say what the record says.

Not held against it, because nothing in the record says it: requests, focal points and messages, a check-in
that nobody answered yet, and what is weighed before its decision.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import Model

from teladan.exchange.models import (
    Adoption,
    AdoptionParent,
    AdoptionStage,
    Appraisal,
    CheckIn,
    Claim,
    CoreElement,
    Evidence,
    Measure,
    Modification,
    Observation,
    Practice,
    PracticeVersion,
    ProspectiveEvaluation,
    Translation,
)
from teladan.exchange.queries.audit_adoptions import adoption_differences
from teladan.exchange.queries.audit_practices import practice_differences
from teladan.publication.queries.audit_rows import Difference

TABLES: tuple[type[Model], ...] = (
    *(Practice, PracticeVersion, CoreElement, Translation, Claim, Measure, Observation, Evidence, CheckIn),
    *(Adoption, AdoptionParent, AdoptionStage, ProspectiveEvaluation, Modification, Appraisal),
)


def exchange_differences() -> list[Difference]:
    """Return every row that differs from what the record says of it, and every one that is gone."""
    with _as_of_one_moment():
        return [*practice_differences(), *adoption_differences()]


def compared_exchange() -> int:
    """Return how many rows `exchange_differences` reads."""
    return sum(table._default_manager.count() for table in TABLES)  # noqa: SLF001  (Django's own name)


@contextmanager
def _as_of_one_moment() -> Iterator[None]:
    """Let rows and acts be read as they were together: what is written meanwhile is not half seen."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
