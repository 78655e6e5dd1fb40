"""The twelve languages that are searched, and which one a text is in."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from functools import cache

from teladan.search.centroid_texts import LATIN, texts

LANGUAGES = ("id", "ko", "en", "ms", "th", "vi", "fil", "km", "lo", "my", "zh", "ta")
# Other codes of the same languages: ISO 639-2 and -3, and old ones.
CODES = {
    "id": "in ind",
    "ko": "kor",
    "en": "eng",
    "ms": "may msa zsm zlm",
    "th": "tha",
    "vi": "vie",
    "fil": "tl tgl",
    "km": "khm",
    "lo": "lao",
    "my": "mya bur",
    "zh": "cmn zho chi",
    "ta": "tam",
}
ALIASES = {other: code for code, others in CODES.items() for other in others.split()}
SCRIPTS = {
    "HANGUL": "ko",
    "THAI": "th",
    "KHMER": "km",
    "LAO": "lo",
    "MYANMAR": "my",
    "CJK": "zh",
    "TAMIL": "ta",
    "LATIN": "",
}
KANA = re.compile("[\u3041-\u30ff]")  # Japanese, which is written with Chinese characters too
# Letters and marks that only Vietnamese writes, among the languages here.
VIETNAMESE = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
# What two languages share is more often Indonesian: nine write it for one who writes Malay.
BEFORE = {"id": math.log(9)}


def canonical(code: str) -> str:
    """Return the code as it is used here: `zh-Hant-TW` is zh, `tl` is fil, an unknown one itself.

    >>> canonical("zh_Hans"), canonical("TL"), canonical("de-AT")
    ('zh', 'fil', 'de')
    """
    first = re.split(r"[-_]", code.strip().casefold())[0]
    return ALIASES.get(first, first)


def script(text: str) -> str:
    """Return the script of most letters (first word of the Unicode name), or an empty string.

    >>> script("ระบบ e-GP"), script("2024!")
    ('THAI', '')
    """
    counts: Counter[str] = Counter()
    for character in text[:2_000]:
        if character.isalpha():
            counts[unicodedata.name(character, "?").partition(" ")[0]] += 1
    # One Chinese or Korean character says as much as a Latin word.
    weighted = {name: count * (4 if name in {"CJK", "HANGUL"} else 1) for name, count in counts.items()}
    return max(weighted, key=lambda name: weighted[name]) if weighted else ""


def detect(text: str) -> str | None:
    """Return the language of a text among those that are searched, or None.

    By script where one script means one language; Latin letters by the trigrams of the
    sentences that the means are made of. Indonesian and Malay are close: either may be said of a
    few words that both have.

    >>> detect("행정 개혁"), detect("Улаанбаатар"), detect("pengaduan warga dijawab dalam lima hari")
    ('ko', None, 'id')
    """
    by_script = SCRIPTS.get(script(text))
    if by_script is None or KANA.search(text):
        return None
    if by_script:
        return by_script
    if VIETNAMESE.search(unicodedata.normalize("NFC", text)):
        return "vi"
    profiles = _profiles()
    trigrams = _trigrams(text)
    return max(
        profiles,
        key=lambda language: _log_likelihood(trigrams, *profiles[language]) + BEFORE.get(language, 0.0),
    )


def _trigrams(text: str) -> Counter[str]:
    words = re.findall(r"[^\W\d_]+", text.casefold())
    return Counter(f" {word} "[start : start + 3] for word in words for start in range(len(word)))


def _log_likelihood(trigrams: Counter[str], profile: Counter[str], total: int) -> float:
    kinds = 5_000  # of trigrams that may come: what was not seen is rare, not impossible
    return sum(
        count * math.log((profile[trigram] + 0.5) / (total + kinds / 2))
        for trigram, count in trigrams.items()
    )


@cache
def _profiles() -> dict[str, tuple[Counter[str], int]]:
    profiles = {}
    for language in LATIN:
        profile = _trigrams("\n".join(line for part in texts(language).values() for line in part))
        profiles[language] = (profile, profile.total())
    return profiles
