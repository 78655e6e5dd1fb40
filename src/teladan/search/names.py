"""Names in a question: identifiers, acronyms and short titles, exact or with a spelling slip."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from teladan.search.words import pairs, runs

SPLIT = re.compile(r"\s+[–—-]\s+|[()/→,;:!]")
MOST_WORDS = 4  # of a name that is looked for as one
SHORT = 3  # words of a question in which a name counts in any case of its letters
LEAST = 5  # letters of a name that may be mistyped,
LONG = 8  # and twice above so many


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSource:
    """A source that a question names: `how` is identifier, name or spelling; `name` as it is written."""

    source: str
    how: str
    name: str


def names(*titles: str) -> list[str]:
    """Return what a thing with these titles is called in short, as written.

    >>> names("SP4N-LAPOR! (Sistem Pengelolaan)", "KONEPS – Korea ON-line E-Procurement System")
    ['SP4N-LAPOR', 'Sistem Pengelolaan', 'KONEPS', 'Korea ON-line E-Procurement System', 'SP4N', 'LAPOR']
    """
    parts = [part.strip() for title in titles for part in SPLIT.split(title)]
    candidates = [part for part in parts if part and len(part.split()) <= MOST_WORDS]
    # Parts of a joined acronym, and words with capitals inside: SP4N-LAPOR, VNeID, CamDX.
    words = re.findall(r"[\w-]+", " ".join(titles))
    pieces = [piece for word in words for piece in ([word, *word.split("-")] if "-" in word else [word])]
    candidates += [
        piece for piece in pieces if len(piece) > 2 and re.search(r"\w[A-Z0-9].*[A-Z0-9]|\d[A-Z]", piece)
    ]
    return list(dict.fromkeys(candidates))


def key(name: str) -> str:
    """Return what two ways of writing a name have in common.

    >>> key("UNI-PASS"), key("uni pass"), key("e-People")
    ('unipass', 'unipass', 'epeople')
    """
    return "".join(runs(name))


class Names:
    """The names of many sources, to be found in a question."""

    def __init__(self, named: Iterable[tuple[str, Iterable[str]]]) -> None:
        """Take (source, its names)."""
        self._by_key: dict[str, dict[str, str]] = {}
        self._sources: dict[str, str] = {}
        for source, its_names in named:
            self._sources[key(source)] = source
            for name in its_names:
                if len(key(name)) > 1:
                    self._by_key.setdefault(key(name), {}).setdefault(source, name)
        self._by_pair: dict[str, list[str]] = {}
        for name in self._by_key:
            for pair in set(pairs(name)):
                self._by_pair.setdefault(pair, []).append(name)

    def find(self, question: str) -> list[NamedSource]:
        """Return the sources that a question names, in the order of its words, each once.

        In a question of more than three words a name counts only with the capitals it is written with:
        "to serve citizens better" does not ask for SERVE.
        """
        words = [word for word in re.split(r"[^\w-]+", question) if word]
        named: dict[str, NamedSource] = {}
        for start in range(len(words)):
            for end in range(min(len(words), start + MOST_WORDS), start, -1):
                written = " ".join(words[start:end])
                key_asked = key(written)
                if key_asked in self._sources:
                    source = self._sources[key_asked]
                    named.setdefault(source, NamedSource(source=source, how="identifier", name=source))
                for source, name in self._by_key.get(key_asked, {}).items():
                    if len(words) <= SHORT or end - start > 1 or _as_written(written, name):
                        named.setdefault(source, NamedSource(source=source, how="name", name=name))
        return list(named.values()) or self._mistyped(words)

    def _mistyped(self, words: list[str]) -> list[NamedSource]:
        named: dict[str, NamedSource] = {}
        for word in words if len(words) <= SHORT else []:
            for near_key in self._near(key(word)):
                for source, name in self._by_key[near_key].items():
                    named.setdefault(source, NamedSource(source=source, how="spelling", name=name))
        return list(named.values())

    def _near(self, asked: str) -> list[str]:
        """Return the names that are one slip away, or two where the word is long, the nearest first."""
        if len(asked) < LEAST:
            return []
        allowed = 2 if len(asked) > LONG else 1
        # A slip spoils three pairs at most: names that share too few need not be looked at.
        shared = Counter(candidate for pair in set(pairs(asked)) for candidate in self._by_pair.get(pair, ()))
        needed = max(1, len(set(pairs(asked))) - 3 * allowed)
        near = [
            (edit_distance(asked, candidate), candidate)
            for candidate, count in shared.items()
            if count >= needed and len(candidate) >= LEAST and abs(len(candidate) - len(asked)) <= allowed
        ]
        return [candidate for distance, candidate in sorted(near) if distance <= allowed]


def _as_written(written: str, name: str) -> bool:
    """Say whether a word is written as the name is; letters without capitals have one way only."""
    return re.sub(r"\W", "", written) == re.sub(r"\W", "", name)


def edit_distance(written: str, name: str) -> int:
    """Return how many letters must be put in, left out, changed or swapped with the next (at most).

    >>> edit_distance("konesp", "koneps"), edit_distance("singpas", "singpass")
    (1, 1)
    """
    before, above = list(range(len(name) + 1)), list(range(len(name) + 1))
    for row, letter in enumerate(written, 1):
        line = [row]
        for column, name_letter in enumerate(name, 1):
            least = min(above[column] + 1, line[-1] + 1, above[column - 1] + (letter != name_letter))
            if row > 1 and column > 1 and letter == name[column - 2] and written[row - 2] == name_letter:
                least = min(least, before[column - 2] + 1)
            line.append(least)
        before, above = above, line
    return above[-1]
