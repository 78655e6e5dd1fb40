"""What a practice is filed under, as each of the twelve languages says it (data/subjects.yaml)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import yaml

from teladan.search.languages import LANGUAGES
from teladan.search.words import runs

FILE = Path(__file__).parent / "data" / "subjects.yaml"
# Here a word is written together with what it belongs to: 전자조달 is procurement (조달) by electronic means.
JOINED = frozenset({"ko", "th", "km", "lo", "my", "zh"})

Rows = npt.NDArray[np.int64]


@cache
def named() -> dict[str, dict[str, str]]:
    """Return {theme: {language: its name}}, all twelve for each."""
    read: dict[str, dict[str, str]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["subjects"]
    return read


@cache
def _runs() -> dict[tuple[str, str], list[str]]:
    return {
        (theme, language): [run for run in runs(name) if len(run) > 1]
        for theme, names in named().items()
        for language, name in names.items()
    }


def says(theme: str, word: str, language: str | None) -> bool:
    """Say whether a folded word is of a theme's name in a language; None: in any.

    >>> says("procurement", "전자조달", "ko"), says("procurement", "pengadaan", "ko")
    (True, False)
    """
    languages = LANGUAGES if language is None else (language,)
    return any(
        word in run or (code in JOINED and run in word)
        for code in languages
        for run in _runs().get((theme, code), ())
    )


class Subjects:
    """The themes of passages, "" where one has none."""

    def __init__(self, themes: Sequence[str]) -> None:
        """Take the theme of each passage, in their order."""
        rows: dict[str, list[int]] = defaultdict(list)
        for row, theme in enumerate(themes):
            if theme in named():
                rows[theme].append(row)
        self._rows = {theme: np.array(numbers, dtype=np.int64) for theme, numbers in rows.items()}

    def having(self, word: str, language: str | None) -> Rows:
        """Return the rows of the passages under a theme that a word names, in order."""
        matching = [rows for theme, rows in self._rows.items() if says(theme, word, language)]
        return np.sort(np.concatenate(matching)) if matching else np.zeros(0, dtype=np.int64)
