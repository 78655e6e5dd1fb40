"""Keep the passages as the rooms below say them, and their vectors of the model in use."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import takewhile

from django.db import transaction
from django.db.models import Q, QuerySet

from teladan.search import gathering
from teladan.search.embedding import embed
from teladan.search.model import Embedder, identity
from teladan.search.models import Passage
from teladan.search.vectors import pack
from teladan.search.words import document

KEY = ("kind", "code", "part", "language")
CHANGING = (
    *("text", "titles", "country", "theme", "status", "has_meaning", "digest", "tokens"),
    *("model_id", "vector", "changed_at"),
)
BATCH = 16  # passages whose vectors are stored at once: what a kill can cost is two seconds of work


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """What `index` found and did; `waiting` passages have no vector: no model is here, or it was stopped."""

    passages: int
    written: int
    removed: int
    embedded: int
    waiting: int


def index(
    *,
    at: datetime,
    model: Embedder | None,
    kinds: Collection[str] | None = None,
    progress: Callable[[int, int], object] | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Indexed:
    """Bring passages and vectors up to date; `model` None leaves vectors as they are, `kinds` None are all.

    The passages are written in one transaction, then the missing vectors in small ones, so that a run that
    was killed is gone on with by the next. Vectors of another model are made anew. `progress(done, total)`
    hears how far it is; once `stopped()`, the rest is left to the next run. Running twice at once costs time
    and changes nothing.
    """
    written, removed = _write(at, kinds)
    missing = _rows(kinds).filter(has_meaning=True).order_by("pk")
    if model is None:
        waiting = missing.filter(vector__isnull=True).count()
        return Indexed(
            passages=_rows(kinds).count(), written=written, removed=removed, embedded=0, waiting=waiting
        )
    missing = missing.filter(Q(vector__isnull=True) | ~Q(model_id=identity(model)))
    total, done = missing.count(), 0
    while batch := list(missing[:BATCH]):
        made = list[Passage]()
        for passage in takewhile(lambda _: not stopped(), batch):
            vector = embed([passage.text], passage.language, "passage", model=model)
            passage.vector, passage.model_id = pack(vector).tobytes(), identity(model)
            passage.changed_at = at
            made.append(passage)
        with transaction.atomic():
            for passage in made:
                # Another text may have been written meanwhile: then this vector is not its.
                Passage.objects.filter(pk=passage.pk, digest=passage.digest).update(
                    vector=passage.vector, model_id=passage.model_id, changed_at=at
                )
        done += len(made)
        if progress is not None:
            progress(done, total)
        if len(made) < len(batch):
            break
    return Indexed(
        passages=_rows(kinds).count(),
        written=written,
        removed=removed,
        embedded=done,
        waiting=missing.count() if stopped() else 0,
    )


def _rows(kinds: Collection[str] | None) -> QuerySet[Passage]:
    return Passage.objects.all() if kinds is None else Passage.objects.filter(kind__in=kinds)


@transaction.atomic
def _write(at: datetime, kinds: Collection[str] | None) -> tuple[int, int]:
    """Write what changed and remove what is no longer there; return (written, removed)."""
    stored = {
        (kind, code, part, language): digest
        for kind, code, part, language, digest in _rows(kinds).values_list(
            "kind", "code", "part", "language", "digest"
        )
    }
    rows = {(row.kind, row.code, row.part, row.language): row for row in gathering.everything(kinds)}
    changed = [row for key, row in rows.items() if stored.get(key) != row.digest]
    Passage.objects.bulk_create(
        [
            Passage(**asdict(row), digest=row.digest, tokens=document(row.text), changed_at=at)
            for row in changed
        ],
        update_conflicts=True,
        unique_fields=KEY,
        # A text that changed waits for its vector.
        update_fields=CHANGING,
    )
    removed = [key for key in stored if key not in rows]
    for kind, code, part, language in removed:
        Passage.objects.filter(kind=kind, code=code, part=part, language=language).delete()
    return len(changed), len(removed)
