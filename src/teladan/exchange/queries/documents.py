"""The bytes of the document that a practice's newest entry in the record names."""

from __future__ import annotations

from teladan.exchange.models import Practice
from teladan.record import objects


def document(code: str) -> tuple[str, bytes] | None:
    """Return (SHA-256, bytes) of a practice's newest document; None where there is none.

    Raises OSError where the object store lost what the record names.
    """
    if not code or "\0" in code:
        return None
    digest = Practice.objects.filter(code=code).values_list("document", flat=True).first()
    return (digest, objects.get(digest)) if digest else None
