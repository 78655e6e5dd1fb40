"""Text in several languages, and which one a reader gets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

NOT_SEEN = "not seen"  # the field says so where a source was not seen; that is a valid value
FALLBACK = ("en", "id", "ko")

Texts = Mapping[str, str]


def choose(texts: Texts, language: str) -> tuple[str, str]:
    """Return (text, language of that text): the reader's, then English, then any.

    >>> choose({"id": "Baik", "en": "good"}, "ko")
    ('good', 'en')
    >>> choose({}, "ko")
    ('', 'ko')
    """
    for candidate in (language, *FALLBACK, *texts):
        if texts.get(candidate):
            return texts[candidate], candidate
    return "", language


def original(texts: Texts) -> str:
    """Return the text in the language given first: the one the source itself uses."""
    return next(iter(texts.values()), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A text as a reader gets it: in which language, and who made it where it is a translation.

    `by` is "" for the text itself, else "person" or "machine"; `model` names the machine's model.
    """

    text: str
    language: str
    by: str = ""
    model: str = ""


def shown(text: str, own: str, translations: Iterable[Shown], language: str) -> Shown:
    """Return a text in the reader's language where there is one, a person's before a machine's; else its own.

    >>> shown("halo", "id", [Shown(text="hello", language="en", by="machine")], "en").by
    'machine'
    >>> shown("halo", "id", [Shown(text="hello", language="en", by="machine")], "ko").text
    'halo'
    """
    if language != own:
        usable = [
            translation
            for translation in translations
            if translation.language == language and translation.text
        ]
        if usable:
            return min(usable, key=lambda translation: translation.by == "machine")
    return Shown(text=text, language=own)


def search_text(*parts: str) -> str:
    """Return text to be searched: folded case, no accents in Latin script, words only.

    >>> search_text("Kab. Aceh-Tengah", "Côte d'Ivoire")
    'kab aceh tengah cote d ivoire'
    """
    folded = unicodedata.normalize("NFKD", " ".join(parts)).casefold()
    latin = "".join(c for c in folded if not "\u0300" <= c <= "\u036f")
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", latin)))
