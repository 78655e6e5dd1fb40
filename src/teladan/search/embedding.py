"""Text to comparable vectors: cut, embedded, centred, of length 1."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Literal

import numpy as np

from teladan.search import centroids as language_means
from teladan.search.cleaning import clean
from teladan.search.languages import LANGUAGES, canonical, detect
from teladan.search.model import DIMENSIONS, Embedder, Vectors, embedder

Role = Literal["query", "passage"]
READ_AS: dict[Role, tuple[Role, ...]] = {"query": ("query",), "passage": ("query", "passage")}
MOST_WORDS = 200  # of one chunk: a longer one takes time with the square of its length
RUN = 8  # characters that count as a word where a script has no spaces,
LONGEST = 24  # which is so where a run is longer than this
log = logging.getLogger(__name__)


def embed(
    texts: Iterable[str],
    language: str | None = None,
    role: Role = "query",
    *,
    model: Embedder | None = None,
) -> Vectors:
    """Return the vectors of texts, (n, 384) float32, each of length 1; their product is the likeness.

    `language` is that of all texts, by its code (id ko en ms th vi fil km lo my zh ta); without it each
    text's own is found. A text in none of the twelve is centred by the mean of all, which finds less and
    is said in the log. Burmese in Zawgyi is converted. A text of more than 200 words is cut and the vectors
    of its parts are averaged. An empty text has a vector of zeros: it is like nothing.

    A question is read as E5's `query`; a passage is read as both, `query` and `passage`, and has the mean of
    the two: so two texts of one meaning in two languages come nearer (docs/methodology/search.md), and a
    passage takes twice the time of a question.

    Raises teladan.search.model.Unavailable where this machine has no model, ValueError for another role,
    TypeError for one text that is not in a list, or for a thing in it that is not a text.
    """
    if isinstance(texts, str):
        raise TypeError("embed takes a list of texts; put the one text into a list")
    if role not in READ_AS:
        raise ValueError(f"role is 'query' or 'passage', not {role!r}")
    listed = list(texts)
    for row, text in enumerate(listed):
        if not isinstance(text, str):
            raise TypeError(f"embed takes texts; number {row + 1} of the list is {type(text).__name__}")
    model = model or embedder()
    vectors = np.zeros((len(listed), DIMENSIONS), dtype=np.float32)
    for row, text in enumerate(listed):
        vectors[row] = _vector(text, language, READ_AS[role], model)
    return vectors


def _vector(text: str, language: str | None, roles: tuple[Role, ...], model: Embedder) -> Vectors:
    cleaned = clean(text)
    parts = list(chunks(cleaned))
    if not parts:
        return np.zeros(DIMENSIONS, dtype=np.float32)
    detected = canonical(language) if language else detect(cleaned)
    if detected not in LANGUAGES:
        log.info("no mean for the language %s: the mean of all languages is used", detected or "of a text")
    centroids = language_means.load(model.means, model.model_id) if model.means else None
    vectors = []
    for part in parts:
        tokens = model.count(part) if centroids else 0
        for role in roles:
            raw = model.encode(part, query=role == "query")
            vectors.append(centroids.centre(raw, detected, role, tokens) if centroids else raw)
    return language_means.unit(np.mean(vectors, axis=0, dtype=np.float32))


def chunks(text: str, most: int = MOST_WORDS) -> Iterator[str]:
    """Yield a text in pieces of at most `most` words.

    A run of more than 24 characters without a space counts as a word for every eight begun, and may be
    cut, never before a mark that belongs to the letter before it.

    >>> list(chunks("one two three four five", 2))
    ['one two', 'three four', 'five']
    """
    piece: list[str] = []
    words = 0
    for run in text.split():
        for part in _cut(run, most * RUN):
            weight = 1 if len(part) <= LONGEST else -(-len(part) // RUN)
            if piece and words + weight > most:
                yield " ".join(piece)
                piece, words = [], 0
            piece.append(part)
            words += weight
    if piece:
        yield " ".join(piece)


def _cut(run: str, most: int) -> Iterator[str]:
    while len(run) > most:
        end = most
        while end > most // 2 and unicodedata.category(run[end]).startswith("M"):
            end -= 1
        yield run[:end]
        run = run[end:]
    yield run
