"""How well words match, as a number: BM25 over pairs of characters (Robertson and Zaragoza 2009)."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from teladan.search.words import all_pairs, pairs, runs

K1, B = 1.2, 0.75
VERIFIED = 2_000  # texts that have all pairs of a word and are looked at again for the word itself


class Bm25:
    """Texts by their pairs of characters."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Count the pairs of texts."""
        counted = [Counter(all_pairs(text)) for text in texts]
        lengths = np.array([count.total() for count in counted], dtype=np.float64)
        self._size = len(texts)
        self._norm = K1 * (1 - B + B * lengths / max(float(lengths.mean()) if len(texts) else 1.0, 1.0))
        postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for row, count in enumerate(counted):
            for pair, times in count.items():
                postings[pair].append((row, times))
        self._postings = dict(postings)

    def scores(self, text: str) -> npt.NDArray[np.float64]:
        """Return how well each text matches, (n,); 0 is not at all."""
        scores = np.zeros(self._size)
        for pair, asked in Counter(all_pairs(text)).items():
            places = self._postings.get(pair, [])
            if not places:
                continue
            rare = math.log(1 + (self._size - len(places) + 0.5) / (len(places) + 0.5))
            rows = np.array([row for row, _ in places])
            times = np.array([count for _, count in places], dtype=np.float64)
            scores[rows] += asked * rare * times * (K1 + 1) / (times + self._norm[rows])
        return scores


class Texts:
    """Texts in which a word is looked for, anywhere in a word: by its pairs, then by looking again."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Note which text has which pair."""
        self.size = len(texts)
        self._runs = [runs(text) for text in texts]
        rows: dict[str, list[int]] = defaultdict(list)
        for row, words in enumerate(self._runs):
            for pair in {pair for word in words for pair in pairs(word)}:
                rows[pair].append(row)
        self._rows = {pair: np.array(numbers, dtype=np.int64) for pair, numbers in rows.items()}

    def having(self, word: str) -> npt.NDArray[np.int64]:
        """Return the rows of the texts that have a word, in order.

        Where more than 2,000 have all its pairs, those are returned: a word that common decides nothing.
        """
        none = np.zeros(0, dtype=np.int64)
        rows = None
        for pair in sorted(set(pairs(word)), key=lambda pair: len(self._rows.get(pair, none))):
            with_pair = self._rows.get(pair, none)
            rows = with_pair if rows is None else np.intersect1d(rows, with_pair, assume_unique=True)
            if not len(rows):
                return none
        if rows is None or len(rows) > VERIFIED:
            return none if rows is None else rows
        verified = [row for row in rows.tolist() if any(word in run for run in self._runs[row])]
        return np.array(verified, dtype=np.int64)
