"""Passages to be searched, and how words and vectors together choose among them.

Three lanes, in this order: what is named (identifier, acronym, short title, in any language; with a slip of
the hand in a short question); then likeness of meaning across languages, to which words add a little, and
only in the language of the question. Ranks of both are never added up: across languages words match by
chance, and adding them halves what is found. Without vectors the words of all languages decide, and the
answer says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from teladan.search.cleaning import clean
from teladan.search.embedding import chunks, embed
from teladan.search.languages import LANGUAGES, canonical, detect
from teladan.search.model import Embedder
from teladan.search.names import NamedSource, Names, key, names
from teladan.search.ranking import Bm25, Texts
from teladan.search.subjects import Rows, Subjects, named, says
from teladan.search.vectors import Bytes, Index
from teladan.search.weighing import query_terms, shares
from teladan.search.words import contains, runs
from teladan.search.zawgyi import is_zawgyi

WORDS_ALONE = 0.4  # what they give at most to a passage that has no vector
LONGEST = 20_000  # characters of a question that are looked at
WORDS = 0.3  # what words of the question's own language add at most to a likeness
MOST = 10


class NoQuestion(ValueError):  # noqa: N818  (an answer to the asker, not a fault)
    """There is nothing to search for; the message says what to type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A piece of text of a source, what the source is called: {language: title}, and its theme ("" none)."""

    source: str
    kind: str
    language: str
    text: str
    titles: Mapping[str, str] = field(default_factory=dict)
    theme: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HitReason:
    """Why a source was found: `how`, identifier name spelling words subject or meaning; `what` matched."""

    how: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """A source that answers: its best passage, a likeness from -1 to 1 (None without vectors), reasons."""

    source: str
    kind: str
    passage: Passage
    likeness: float | None
    reasons: tuple[HitReason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """What was asked (as it was understood), in which language, what was found, and what to know of it."""

    question: str
    language: str | None
    hits: tuple[SearchHit, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as it is searched: at most 200 words of it, its language, and what was done to it."""

    text: str
    language: str | None
    notes: tuple[str, ...]


def understand(text: str, language: str | None = None) -> Question:
    """Return the question that a text asks. Raises NoQuestion where it has no letter and no figure."""
    cut = text[:LONGEST]
    cleaned = clean(cut)
    if not runs(cleaned):
        raise NoQuestion("Type a word or a sentence to search for: there is none in this question.")
    notes = []
    first = next(iter(chunks(cleaned)))
    if first != cleaned or len(text) > LONGEST:
        notes.append(
            f"The question is long: of its {len(text)} characters the first {len(first)} were searched."
        )
    if clean(cut) != " ".join(cut.split()) and _was_zawgyi(cut):
        notes.append("The question was in Zawgyi and was read as Unicode.")
    detected = canonical(language) if language else detect(first)
    if detected not in LANGUAGES:
        which = f"The language {language!r}" if language else "The language of the question"
        notes.append(f"{which} is not one of {' '.join(LANGUAGES)}: less is found by meaning.")
    return Question(text=first, language=detected, notes=tuple(notes))


def _was_zawgyi(text: str) -> bool:
    return any(is_zawgyi(line) for line in text.split("\n"))


class Words(Protocol):
    """Where words are looked for, in the order of a library's passages."""

    def shares(self, question: str, language: str | None) -> npt.NDArray[np.float64]:
        """Return the share of a question's words in each passage, 0 to 1, (n,): `weighing.shares`.

        Only what a passage says in `language` counts; None: in any.
        """


class WordsInMemory:
    """The words of passages, read when a language is first asked for."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        """Take the passages."""
        self._passages = passages
        self._subjects = Subjects([passage.theme for passage in passages])
        self._texts: dict[str, Texts] = {}
        self._all: Bm25 | None = None

    def shares(self, question: str, language: str | None) -> npt.NDArray[np.float64]:
        """Return the share of a question's words in each passage; in any language by BM25, the best is 1."""
        if language is None:
            self._all = self._all or Bm25(
                [f"{_all_words(passage)} {_subject(passage)}" for passage in self._passages]
            )
            scores = self._all.scores(question)
            return scores / max(float(scores.max(initial=0.0)), 1e-9)
        if language not in self._texts:
            self._texts[language] = Texts([own_words(passage, language) for passage in self._passages])
        texts = self._texts[language]

        def having(words: list[str]) -> dict[str, Rows]:
            return {word: texts.having(word) for word in words}

        return shares(question, language, texts.size, having, self._subjects)


def own_words(passage: Passage, language: str | None) -> str:
    """Return what a passage says in a language: its text, where it is in it, and its title; None: in any."""
    if language is None:
        return _all_words(passage)
    return f"{passage.text if passage.language == language else ''} {passage.titles.get(language, '')}"


class Library:
    """Passages with their words and, where there is a model, their vectors."""

    def __init__(
        self,
        passages: Sequence[Passage],
        vectors: Bytes | None = None,
        missing: str = "",
        words: Words | None = None,
    ) -> None:
        """Take passages and their packed vectors (n, 384), or why there are none.

        A row of zeros is a passage without a vector: it is found by its words alone.
        """
        self.passages = list(passages)
        self._index = Index(vectors) if vectors is not None else None
        self._missing = missing or "There are no vectors: only words are searched."
        self._words = words or WordsInMemory(self.passages)
        self._without: npt.NDArray[np.bool_] = np.zeros(len(self.passages), dtype=bool)
        if vectors is not None:
            self._without = np.array([not row.any() for row in vectors], dtype=bool)
        self._names = Names((passage.source, _short_names(passage)) for passage in passages)
        self._sources = np.array([passage.source for passage in passages])

    def search(
        self,
        text: str,
        language: str | None = None,
        *,
        most: int = MOST,
        among: Iterable[str] | Callable[[Passage], bool] | None = None,
        model: Embedder | None = None,
    ) -> SearchResult:
        """Return the sources that answer a question, best first.

        `among` are the sources that count, or says of a passage whether it does.

        Raises NoQuestion where there is nothing to search for.
        """
        asked = understand(text, language)
        notes = list(asked.notes)
        eligible = self._eligible(among)
        named = {named.source: named for named in self._names.find(asked.text)}
        likeness = None
        if self._index is None:
            notes.append(self._missing)
            scores = self._words.shares(asked.text, None)
        else:
            vector = embed([asked.text], asked.language, "query", model=model)[0]
            likeness = self._index.scores(vector).astype(np.float64)
            share = self._words.shares(asked.text, asked.language or "")
            # A name says little: all of the words are worth much, one of many next to nothing.
            scores = likeness + np.where(self._without, WORDS_ALONE * share**2, WORDS * share)
            eligible &= ~self._without | (share > 0) | np.isin(self._sources, list(named))
        rows = self._sorted(scores, eligible, named, most, words_only=likeness is None)
        return SearchResult(
            question=asked.text,
            language=asked.language,
            hits=tuple(self._hit(row, asked, likeness, named) for row in rows),
            notes=tuple(notes),
        )

    def _eligible(self, among: Iterable[str] | Callable[[Passage], bool] | None) -> npt.NDArray[np.bool_]:
        if among is None:
            return np.ones(len(self.passages), dtype=bool)
        if callable(among):
            return np.array([among(passage) for passage in self.passages], dtype=bool)
        return np.isin(self._sources, list(among))

    def _sorted(
        self,
        scores: npt.NDArray[np.float64],
        eligible: npt.NDArray[np.bool_],
        named: dict[str, NamedSource],
        most: int,
        *,
        words_only: bool,
    ) -> list[int]:
        """Return the best passage of every source, best first, those that are named before all others."""
        is_named = np.isin(self._sources, list(named)) & eligible
        others = eligible & ~is_named
        if words_only:
            others &= scores > 0
        named_rows = self._best(np.flatnonzero(is_named), scores, len(named) * len(self.passages))
        order = {source: place for place, source in enumerate(named)}
        named_rows.sort(key=lambda row: order[self.passages[row].source])
        return [*named_rows, *self._best(np.flatnonzero(others), scores, most)][:most]

    def _best(self, rows: npt.NDArray[np.intp], scores: npt.NDArray[np.float64], most: int) -> list[int]:
        """Return the best row of each of the best sources, best first, equal ones by row."""
        best: dict[tuple[str, str], int] = {}
        for row in rows[np.argsort(-scores[rows], kind="stable")].tolist():
            passage = self.passages[row]
            best.setdefault((passage.kind, passage.source), row)
            if len(best) >= most:
                break
        return list(best.values())

    def _hit(
        self,
        row: int,
        asked: Question,
        likeness: npt.NDArray[np.float64] | None,
        named: dict[str, NamedSource],
    ) -> SearchHit:
        passage = self.passages[row]
        reasons = []
        if passage.source in named:
            match = named[passage.source]
            reasons.append(HitReason(how=match.how, what=match.name))
        words = _all_words(passage)
        matched = [run for run in runs(asked.text) if _says(run) and contains(words, run)]
        if matched:
            reasons.append(HitReason(how="words", what=" ".join(dict.fromkeys(matched))))
        if subject := _subject_named(passage, asked):
            reasons.append(HitReason(how="subject", what=subject))
        if likeness is not None and not self._without[row]:
            reasons.append(HitReason(how="meaning", what=f"{likeness[row]:.2f}"))
        return SearchHit(
            source=passage.source,
            kind=passage.kind,
            passage=passage,
            likeness=None if likeness is None or self._without[row] else round(float(likeness[row]), 4),
            reasons=tuple(reasons),
        )


def _says(word: str) -> bool:
    """Say whether a word is worth naming as a reason: two Latin letters stand in too many words."""
    return len(word) > (2 if word.isascii() else 1)


def _subject(passage: Passage) -> str:
    return " ".join(named().get(passage.theme, {}).values())


def _subject_named(passage: Passage, asked: Question) -> str:
    """Return the name of a passage's theme in the question's language where the question names it, or ""."""
    language = asked.language if asked.language in LANGUAGES else None
    if not any(says(passage.theme, word, language) for word in query_terms(asked.text) if _says(word)):
        return ""
    return named()[passage.theme][language or "en"]


def _all_words(passage: Passage) -> str:
    return " ".join((passage.text, *passage.titles.values()))


def _short_names(passage: Passage) -> list[str]:
    return [name for name in names(*passage.titles.values()) if key(name)]
