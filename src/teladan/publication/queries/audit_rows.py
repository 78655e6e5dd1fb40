"""Whether the rows that pages read are those that the published documents give."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Model

from teladan.publication.models import Preparation, Publication, Result
from teladan.publication.projection import documents_of, publication_of, results_of, uncertainty_of

NOT_PUBLISHED = frozenset({"id", "loaded_at", "made_from"})  # ours alone: no document says them
NOTHING = object()  # of a part that only one of two values has
Difference = tuple[str, str]  # (place, message)


def projection_differences() -> Iterator[Difference]:
    """Yield every column of a publication or a row that differs from its documents, with both values.

    One publication at a time is in memory. Objects that are gone are yielded too; damaged ones are the
    record's own matter, which hashes every object.
    """
    released = Preparation.objects.filter(state=Preparation.State.RELEASED).order_by("code", "number")
    newest = {each.code: each for each in released}
    published = {each.code: each for each in Publication.objects.all()}
    for code in sorted(newest.keys() - published.keys()):
        yield f"table publication_publication, {code}", "the row is missing: it was released"
    for code in sorted(published.keys() - newest.keys()):
        yield (
            f"table publication_publication, {code}",
            "the row is there: nothing was released under this code",
        )
    for code in sorted(newest.keys() & published.keys()):
        yield from _of_publication(published[code], newest[code])


def compared_rows() -> int:
    """Return how many rows `projection_differences` reads."""
    return Publication.objects.count() + Result.objects.count()


def _of_publication(stored: Publication, preparation: Preparation) -> Iterator[Difference]:
    try:
        results, inputs = documents_of(preparation)
        uncertainty = uncertainty_of(preparation)
    except (OSError, ValueError) as error:
        yield f"objects of {stored.code}", f"cannot be read: {error}"
        return
    made = publication_of(preparation, results, uncertainty, at=stored.loaded_at)
    yield from _columns(f"table publication_publication, {stored.code}", stored, made)
    rows = {row.organisation_id: row for row in Result.objects.filter(publication=stored)}
    for wanted in results_of(made, results, inputs, uncertainty):
        place = f"table publication_result, {stored.code}, {wanted.organisation_id}"
        row = rows.pop(wanted.organisation_id, None)
        if row is None:
            yield place, "the row is missing"
        else:
            yield from _columns(place, row, wanted)
    for organisation in sorted(rows):
        yield (
            f"table publication_result, {stored.code}, {organisation}",
            "the row is in no published document",
        )


def _columns(place: str, stored: Model, made: Model) -> Iterator[Difference]:
    for field in stored._meta.concrete_fields:  # noqa: SLF001  (Django's documented way to the columns)
        if field.attname in NOT_PUBLISHED:
            continue
        holds, wanted = getattr(stored, field.attname), getattr(made, field.attname)
        for part, has, says in apart(field.attname, holds, wanted):
            yield f"{place}, {part}", f"holds {short(has)}, the published document says {short(says)}"


def apart(name: str, holds: Any, wanted: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield (which part, what is held, what is wanted) for each part of a value that differs.

    A part of a mapping or of a list as long as the other has its own name: elements.D1.printed.
    """
    if isinstance(holds, dict) and isinstance(wanted, dict):
        for key in dict.fromkeys((*holds, *wanted)):
            yield from apart(f"{name}.{key}", holds.get(key, NOTHING), wanted.get(key, NOTHING))
    elif isinstance(holds, list) and isinstance(wanted, list) and len(holds) == len(wanted):
        for place, (one, other) in enumerate(zip(holds, wanted, strict=True)):
            yield from apart(f"{name}.{place}", one, other)
    elif holds != wanted:
        yield name, holds, wanted


def short(value: Any) -> str:
    """Return a value as a message shows it, cut where it is long."""
    text = "nothing" if value is NOTHING else repr(value)
    return text if len(text) <= 120 else f"{text[:117]}…"
