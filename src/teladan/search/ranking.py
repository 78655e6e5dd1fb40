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
        found = np.zeros(self._size)
        for pair, asked in Counter(all_pairs(text)).items():
            places = self._postings.get(pair, [])
            if not places:
                continue
            rare = math.log(1 + (self._size - len(places) + 0.5) / (len(places) + 0.5))
            rows = np.array([row for row, _ in places])
            times = np.array([count for _, count in places], dtype=np.float64)
            found[rows] += asked * rare * times * (K1 + 1) / (times + self._norm[rows])
        return found


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
        self._rows = {pair: np.array(found, dtype=np.int64) for pair, found in rows.items()}

    def having(self, word: str) -> npt.NDArray[np.int64]:
        """Return the rows of the texts that have a word, in order.

        Where more than 2,000 have all its pairs, those are returned: a word that common decides nothing.
        """
        none = np.zeros(0, dtype=np.int64)
        found = None
        for pair in sorted(set(pairs(word)), key=lambda pair: len(self._rows.get(pair, none))):
            there = self._rows.get(pair, none)
            found = there if found is None else np.intersect1d(found, there, assume_unique=True)
            if not len(found):
                return none
        if found is None or len(found) > VERIFIED:
            return none if found is None else found
        kept = [row for row in found.tolist() if any(word in one for one in self._runs[row])]
        return np.array(kept, dtype=np.int64)
