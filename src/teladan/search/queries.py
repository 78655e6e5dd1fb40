"""Questions in any of twelve languages, put to everything that is published here."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Count, Max, Q

from teladan.exchange.models import Practice, PracticeVersion
from teladan.search import library
from teladan.search.library import MOST, Answer, Library
from teladan.search.model import Embedder, Unavailable, embedder, identity
from teladan.search.models import Passage
from teladan.search.vectors import Bytes, unpack
from teladan.search.words import phrase, runs

LOCK = threading.Lock()
MOST_WORDS = 40  # of a question that are looked for: each is a query, and anyone may ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What may be found; an empty one says nothing.

    `evidence` (a type) and `precondition` (a kind) are those of practices: with them only practices are
    found.
    """

    kinds: frozenset[str] = frozenset()
    country: str = ""
    theme: str = ""
    status: str = ""
    evidence: str = ""
    precondition: str = ""


@dataclass(slots=True)
class Kept:
    """The library of this process, and what it was made of."""

    stamp: tuple[object, ...] = ()
    library: Library | None = field(default=None)


KEPT = Kept()


def search(
    text: str, language: str | None = None, *, filters: Filters | None = None, most: int = MOST
) -> Answer:
    """Return what answers a question, best first, and why each was found.

    Raises teladan.search.library.NoQuestion where there is nothing to search for.
    """
    model, missing = _model()
    there = _library(model, missing)
    if filters is None or filters == Filters():
        return there.search(text, language, most=most, model=model)
    allowed = _allowed(filters)
    return there.search(
        text, language, most=most, among=lambda one: (one.kind, one.source) in allowed, model=model
    )


def ready() -> tuple[int, int]:
    """Return (passages, those that still wait for a vector of the model in use)."""
    model, _ = _model()
    lacking = ~Q(model_id=identity(model)) if model else Q(vector__isnull=True)
    counted = Passage.objects.aggregate(
        passages=Count("pk"), waiting=Count("pk", filter=Q(has_meaning=True) & lacking)
    )
    return counted["passages"], counted["waiting"]


def _model() -> tuple[Embedder | None, str]:
    try:
        return embedder(), ""
    except Unavailable as reason:
        return None, str(reason)


def _allowed(filters: Filters) -> set[tuple[str, str]]:
    rows = Passage.objects.all()
    if filters.kinds:
        rows = rows.filter(kind__in=filters.kinds)
    for name in ("country", "theme", "status"):
        if wanted := getattr(filters, name):
            rows = rows.filter(**{name: wanted})
    if filters.evidence or filters.precondition:
        practices = Practice.objects.all()
        if filters.evidence:
            practices = practices.filter(
                claims__measures__observations__evidence__type=filters.evidence,
                claims__measures__observations__adoption__isnull=True,  # its own figures, not its adopters'
            )
        if filters.precondition:
            newest = PracticeVersion.objects.order_by("practice_id", "-number").distinct("practice_id")
            needing = PracticeVersion.objects.filter(
                pk__in=newest.values("pk"), preconditions__contains=[{"kind": filters.precondition}]
            )
            practices = practices.filter(versions__in=needing)
        rows = rows.filter(kind=Passage.Kind.PRACTICE, code__in=practices.values("code"))
    return set(rows.values_list("kind", "code").distinct())


def _library(model: Embedder | None, missing: str) -> Library:
    """Return the library of what is stored now: kept in this process until something changes."""
    made_by = identity(model) if model else ""
    # One run of the index writes one time: while it makes vectors anew only their number tells.
    vectors = Count("pk", filter=Q(model_id=made_by))
    newest = Passage.objects.aggregate(count=Count("pk"), at=Max("changed_at"), vectors=vectors)
    stamp = (made_by, *newest.values())
    with LOCK:
        if KEPT.library is None or KEPT.stamp != stamp:
            KEPT.library, KEPT.stamp = _made(model, missing), stamp
        return KEPT.library


def _made(model: Embedder | None, missing: str) -> Library:
    rows = list(
        Passage.objects.exclude(part="title").values_list(
            "pk", "kind", "code", "language", "text", "titles", "model_id", "vector"
        )
    )
    passages = [
        library.Passage(source=code, kind=kind, language=language, text=text, titles=titles)
        for _, kind, code, language, text, titles, _, _ in rows
    ]
    words = PostgresWords([(pk, kind, code) for pk, kind, code, *_ in rows])
    if model is None:
        return Library(passages, None, missing, words)
    made_by = identity(model)
    vectors: Bytes = np.zeros((len(rows), 384), dtype=np.int8)
    for row, (*_, model_id, vector) in enumerate(rows):
        if vector is not None and model_id == made_by:
            vectors[row] = unpack(bytes(vector))[0]
    return Library(passages, vectors, missing, words)


class PostgresWords:
    """Words looked for in the database: every pair of letters is in its index."""

    def __init__(self, rows: list[tuple[int, str, str]]) -> None:
        """Take (pk, kind, code) of the passages in their order."""
        self._row = {pk: row for row, (pk, _, _) in enumerate(rows)}
        self._size = len(rows)
        self._of: dict[tuple[str, str], list[int]] = defaultdict(list)
        for row, (_, kind, code) in enumerate(rows):
            self._of[kind, code].append(row)

    def shares(self, question: str, language: str | None) -> npt.NDArray[np.float64]:
        """Return the share of a question's words that each passage has, rare ones more, squared: (n,).

        Of more than 40 words the longest are looked for: they say most.
        """
        found, whole = np.zeros(self._size), 0.0
        words = sorted({run for run in runs(question) if len(run) > 1}, key=lambda run: (-len(run), run))
        for word in words[:MOST_WORDS]:
            rows = self._having(word, language)
            rare = float(np.log(1 + self._size / (1 + len(rows))))
            whole += rare
            found[rows] += rare
        shares: npt.NDArray[np.float64] = (found / whole) ** 2 if whole else found
        return shares

    def _having(self, word: str, language: str | None) -> list[int]:
        """Return the rows that have a word; a title in a language counts for all rows of its thing."""
        there = Passage.objects.annotate(words=SearchVector("tokens", config="simple")).filter(
            words=SearchQuery(phrase(word), search_type="raw", config="simple")
        )
        if language is not None:
            there = there.filter(language=language)
        rows: set[int] = set()
        for pk, kind, code in there.values_list("pk", "kind", "code"):
            rows.update([self._row[pk]] if pk in self._row else self._of.get((kind, code), []))
        return sorted(rows)
