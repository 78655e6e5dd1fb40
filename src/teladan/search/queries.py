"""Questions in any of twelve languages, put to everything that is published here."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import Count, Max, Q

from teladan.exchange.models import Practice, PracticeVersion
from teladan.search import library
from teladan.search.library import MOST, Library, SearchResult, own_words
from teladan.search.model import Embedder, Unavailable, embedder, identity
from teladan.search.models import Passage
from teladan.search.ranking import VERIFIED
from teladan.search.subjects import Rows, Subjects
from teladan.search.vectors import Bytes, unpack
from teladan.search.weighing import shares
from teladan.search.words import every_pair, folded

LOCK = threading.Lock()


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
class CachedLibrary:
    """The library of this process, and what it was made of."""

    stamp: tuple[object, ...] = ()
    library: Library | None = field(default=None)


CACHE = CachedLibrary()


def search(
    text: str, language: str | None = None, *, filters: Filters | None = None, most: int = MOST
) -> SearchResult:
    """Return what answers a question, best first, and why each was found.

    Raises teladan.search.library.NoQuestion where there is nothing to search for.
    """
    model, missing = _model()
    passages_library = _library(model, missing)
    if filters is None or filters == Filters():
        return passages_library.search(text, language, most=most, model=model)
    allowed = _allowed(filters)
    return passages_library.search(
        text,
        language,
        most=most,
        among=lambda passage: (passage.kind, passage.source) in allowed,
        model=model,
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
        if CACHE.library is None or CACHE.stamp != stamp:
            CACHE.library, CACHE.stamp = _made(model, missing), stamp
        return CACHE.library


def _made(model: Embedder | None, missing: str) -> Library:
    rows = list(
        Passage.objects.exclude(part="title").values_list(
            "pk", "kind", "code", "language", "text", "titles", "theme", "model_id", "vector"
        )
    )
    passages = [
        library.Passage(source=code, kind=kind, language=language, text=text, titles=titles, theme=theme)
        for _, kind, code, language, text, titles, theme, _, _ in rows
    ]
    titles = Passage.objects.filter(part="title").values_list("pk", "kind", "code")
    words = PostgresWords([pk for pk, *_ in rows], passages, titles)
    if model is None:
        return Library(passages, None, missing, words)
    made_by = identity(model)
    vectors: Bytes = np.zeros((len(rows), 384), dtype=np.int8)
    for row, (*_, model_id, vector) in enumerate(rows):
        if vector is not None and model_id == made_by:
            vectors[row] = unpack(bytes(vector))[0]
    return Library(passages, vectors, missing, words)


# Of each word the passages that have all its pairs, from the index, no more than one says.
HAVING = """
select asked.word, array(
    select id from search_passage
    where to_tsvector('simple'::regconfig, coalesce(tokens, '')) @@ asked.pairs::tsquery
    and (%(language)s::text is null or language = %(language)s::text) limit %(most)s)
from unnest(%(words)s::text[], %(pairs)s::text[]) as asked (word, pairs)
"""
COMMON = 20_000  # passages; a word that so many have says nothing


class PostgresWords:
    """Words looked for in the database: every pair of letters is in its index."""

    def __init__(
        self,
        keys: Sequence[int],
        passages: Sequence[library.Passage],
        titles: Iterable[tuple[int, str, str]] = (),
    ) -> None:
        """Take passages and their keys, in the same order; and (key, kind, code) of their other titles."""
        self._passages = passages
        self._subjects = Subjects([passage.theme for passage in passages])
        rows_of: dict[tuple[str, str], list[int]] = defaultdict(list)
        for row, passage in enumerate(passages):
            rows_of[passage.kind, passage.source].append(row)
        self._rows: dict[int, Sequence[int]] = {pk: (row,) for row, pk in enumerate(keys)}
        self._rows |= {pk: rows_of[kind, code] for pk, kind, code in titles}

    def shares(self, question: str, language: str | None) -> npt.NDArray[np.float64]:
        """Return the share of a question's words that each passage has, rare ones more: one query."""

        def having(words: list[str]) -> dict[str, Rows]:
            return self._having(words, language)

        return shares(question, language, len(self._passages), having, self._subjects)

    def _having(self, words: list[str], language: str | None) -> dict[str, Rows]:
        """Return the rows that have each word; a title in a language counts for all rows of its thing.

        Where more than 2,000 have its pairs, those are returned: what is so common need not be exact. A
        word whose pairs more than 20,000 have is left out.
        """
        parameters = {"words": words, "pairs": [every_pair(word) for word in words]}
        with connection.cursor() as cursor:
            cursor.execute(HAVING, {**parameters, "language": language, "most": COMMON + 1})
            keys_of: dict[str, list[int]] = dict(cursor.fetchall())
        rows_of = {}
        for word, keys in keys_of.items():
            if len(keys) > COMMON:
                continue
            rows = {row for pk in keys for row in self._rows.get(pk, ())}
            if len(rows) <= VERIFIED:
                rows = {row for row in rows if word in folded(own_words(self._passages[row], language))}
            rows_of[word] = np.array(sorted(rows), dtype=np.int64)
        return rows_of
