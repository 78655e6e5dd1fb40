"""Small ways of saying things that several pages share."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from markupsafe import Markup

from teladan.core.instrument import Edition
from teladan.core.quantity import Rounding, plain_text, printed
from teladan.core.text import Texts
from teladan.web import formats
from teladan.web.formats import language, num, said

named = formats.named


def original(texts: Texts) -> Markup:
    """Return the text as the source words it: in the language given first, marked with it."""
    for spoken, text in texts.items():
        return named(text, spoken)
    return Markup("")


def both(texts: Texts) -> Markup:
    """Return a name that is law as the reader knows it and as the law words it: "Good (Baik)"."""
    if not beside_original(texts) or beside_original(texts).striptags() == original(texts).striptags():
        return original(texts)
    gap = "" if language() == "ko" else " "
    return Markup("{}{}({})").format(said(texts), gap, original(texts))


def source_title(source: Mapping[str, Any]) -> Markup:
    """Return the title of a publication's source for the reader; a single text is English."""
    return said(source["titles"]) if source.get("titles") else named(source.get("title", ""), "en")


def beside_original(texts: Texts) -> Markup:
    """Return the text for the reader, or nothing where the original already is in the reader's language."""
    first = next(iter(texts), language())
    return Markup("") if first == language() else said(texts)


def drawn(svg: str) -> Markup:
    """Return a figure of `core.figure` as markup: it escapes every text that goes into it."""
    return Markup(svg)  # noqa: S704


def number(value: Fraction | str) -> str:
    """Return an exact value ("p/q" text or a Fraction) for the reader: 3.1925, or 24/11."""
    return num(plain_text(Fraction(value)))


def dressed(value: Fraction | str, digits: int | None, mode: Rounding = Rounding.HALF_UP) -> str:
    """Return a value with the digits its method prints; as it stands where none are declared."""
    if digits is None:
        return num(value) if isinstance(value, str) else number(value)
    return num(printed(Fraction(value), digits, mode))


def figure_of(edition: Edition | None, code: str, text: str) -> str:
    """Return a stored figure with the digits declared for it; of the index where it has none of its own."""
    if edition is None or not text:
        return num(text)
    element = edition.elements.get(code, edition.root)
    return dressed(text, element.digits, edition.mode)


def stay(text: Markup | str, css: str = "t-stay") -> Markup:
    """Return a sentence over a whole table that stays in view while the table scrolls."""
    return Markup('<span class="{}">{}</span>').format(css, text)
