"""Words without a tokenizer: pairs of characters, which need no spaces and no dictionary.

Thai, Khmer, Lao, Burmese and Chinese write no spaces and Korean words may have two characters; word
tokenizers miss what stands inside. A text becomes its pairs of neighbouring characters, in order, and a
word is looked for by its pairs. PostgreSQL keeps them under its plainest configuration,
`to_tsvector('simple', document(text)) @@ every_pair(word)::tsquery`; a pair is written in hexadecimal
because what counts as a letter there depends on the locale of the machine.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

BREAK = "b"  # stands between two words, so that no row of pairs runs across
MOST = 16_000  # pairs; PostgreSQL counts places up to 16,383


def runs(text: str) -> list[str]:
    """Return the words of a text, folded: letters with their marks, and figures.

    >>> runs("Ｋｏｎｅｐｓ, 나라장터 (2002)")
    ['koneps', '나라장터', '2002']
    """
    letters = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in folded(text))
    return letters.split()


def folded(text: str) -> str:
    """Return a text with one form of each letter: it has a word of `runs` where the text has it."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def pairs(run: str) -> list[str]:
    """Return the neighbouring characters of one word by twos; one character alone is its own pair.

    >>> pairs("민원실"), pairs("a")
    (['민원', '원실'], ['a'])
    """
    return [run[start : start + 2] for start in range(len(run) - 1)] or [run]


def document(text: str) -> str:
    """Return the pairs of a text as PostgreSQL keeps them, at most 16,000.

    >>> document("ab c")
    'h61h62 b h63'
    """
    tokens: list[str] = []
    for run in runs(text):
        if tokens:
            tokens.append(BREAK)
        tokens.extend(_written(pair) for pair in pairs(run))
        if len(tokens) >= MOST:
            break
    return " ".join(tokens[:MOST])


def every_pair(word: str) -> str:
    """Return the tsquery that finds the texts with all pairs of a folded word, in any order.

    The index alone answers it; where the pairs stand is for the caller to look at.

    >>> every_pair("abc")
    'h61h62 & h62h63'
    """
    return " & ".join(_written(pair) for pair in dict.fromkeys(pairs(word)))


def contains(text: str, word: str) -> bool:
    """Say whether the words of `word` stand in a text, each anywhere in a word.

    >>> contains("จัดซื้อจัดจ้างภาครัฐ", "ภาครัฐ")
    True
    """
    words = runs(text)
    wanted = runs(word)
    return bool(wanted) and all(any(run in text_word for text_word in words) for run in wanted)


def _written(pair: str) -> str:
    return "".join(f"h{ord(character):x}" for character in pair)


def all_pairs(text: str) -> Iterator[str]:
    """Yield the pairs of all words of a text, in order."""
    for run in runs(text):
        yield from pairs(run)
