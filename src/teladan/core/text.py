"""Text in several languages, and which one a reader gets."""

from __future__ import annotations

from collections.abc import Mapping

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
