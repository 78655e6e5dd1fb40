"""Term weights: which words of a question are looked for, and how much each says of a passage.

A word is as rare as it is in the library or, where that is less, in the sentences that the language means are
made of: most texts of a library are in one language, so in the names in another every word looks rare, "dan"
(and) as well as "anggaran" (budget).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
import numpy.typing as npt

from teladan.search.centroid_texts import texts
from teladan.search.languages import LANGUAGES
from teladan.search.subjects import Rows, Subjects
from teladan.search.words import runs

MOST_WORDS = 40  # of a question that are looked for
UNSEEN = 0.5  # what a word weighs that no passage has: it tells little of those that have the others


def query_terms(question: str) -> list[str]:
    """Return the words of a question that are looked for, folded; of more than 40 the longest.

    >>> query_terms("a bid, a BID notice")
    ['notice', 'bid']
    """
    words = {run for run in runs(question) if len(run) > 1}
    return sorted(words, key=lambda run: (-len(run), run))[:MOST_WORDS]


def shares(
    question: str,
    language: str | None,
    size: int,
    having: Callable[[list[str]], Mapping[str, Rows]],
    subjects: Subjects,
) -> npt.NDArray[np.float64]:
    """Return the share of a question's words that each passage has, rare ones more: (size,), 0 to 1.

    `having` says which passages have which words, as rows in order; a word that it leaves out is so common
    that it says nothing. A word that names the subject of a passage counts as one that it has.
    """
    weights, total = np.zeros(size), 0.0
    for word, having_rows in having(query_terms(question)).items():
        rows = np.union1d(having_rows, subjects.having(word, language))
        weight = rarity(word, language, len(rows), size)
        total += weight if len(rows) else UNSEEN * weight
        weights[rows] += weight
    return weights / total if total else weights


def rarity(word: str, language: str | None, count: int, size: int) -> float:
    """Return how much a word says that `count` of `size` passages have: more, the rarer it is."""
    frequency = max(count / max(size, 1), _spoken(word, language))
    return math.log(1 + 1 / (1 / max(size, 1) + frequency))


def _spoken(word: str, language: str | None) -> float:
    """Return the share of sentences of a language that have a word; 0 where there are none."""
    lines = _lines(language) if language in LANGUAGES and language else ()
    return sum(word in line for line in lines) / len(lines) if lines else 0.0


@cache
def _lines(language: str) -> tuple[str, ...]:
    return tuple(" ".join(runs(line)) for part in texts(language).values() for line in part)
