"""Reading one mapping of an instrument file: every wrong key or value becomes a problem.

A `Reader` collects problems instead of stopping at the first, so an author mends a file in one go.
"""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from teladan.core.document import Item, Problem
from teladan.core.quantity import QuantityError, exact
from teladan.core.text import NOT_SEEN

Choice = TypeVar("Choice", bound=StrEnum)
ZERO = Fraction(0)


class Reader:
    """Reads items and remembers what was wrong with them."""

    def __init__(self) -> None:
        """Start with no problems."""
        self.problems: list[Problem] = []

    def report(self, item: Item, place: str, message: str) -> None:
        """Note one problem at an item's line."""
        self.problems.append(Problem(item.line, place, message))

    def mapping(
        self, item: Item, place: str, required: tuple[str, ...], optional: tuple[str, ...] = ()
    ) -> dict[str, Item]:
        """Return the item's keys, having reported unknown and missing ones."""
        if not isinstance(item.value, dict):
            self.report(item, place, "must be a mapping of keys to values")
            return {}
        known = {*required, *optional}
        for key, child in item.value.items():
            if key not in known:
                self.report(child, place, f"unknown key {key!r}; known: {', '.join(sorted(known))}")
        for key in required:
            if key not in item.value:
                self.report(item, place, f"the key {key!r} is missing")
        return item.value

    def sequence(self, item: Item | None, place: str) -> list[Item]:
        """Return the entries of a list (none for an absent one)."""
        if item is None or item.value == "":
            return []
        if not isinstance(item.value, list):
            self.report(item, place, "must be a list")
            return []
        return item.value

    def text(self, item: Item | None, place: str, default: str = "") -> str:
        """Return a scalar's text."""
        if item is None:
            return default
        if not isinstance(item.value, str):
            self.report(item, place, "must be plain text")
            return default
        return item.value.strip()

    def titles(self, item: Item | None, place: str) -> dict[str, str]:
        """Return {language: text}; empty where the source was not seen."""
        if item is None or item.value == NOT_SEEN:
            return {}
        if not isinstance(item.value, dict) or not item.value:
            self.report(item, place, "must map languages to text, as {en: …, id: …}")
            return {}
        return {language: self.text(child, place) for language, child in item.value.items()}

    def number(self, item: Item | None, place: str, default: Fraction = ZERO) -> Fraction:
        """Return an exact number."""
        if item is None:
            return default
        try:
            return exact(self.text(item, place))
        except QuantityError as error:
            self.report(item, place, str(error))
            return default

    def digits(self, item: Item, place: str) -> int | None:
        """Return a count of printed digits, or None for "none"."""
        text = self.text(item, place)
        if text == "none":
            return None
        if text.isascii() and text.isdigit() and int(text) <= 30:
            return int(text)
        self.report(item, place, f"{text!r} is not a number of digits (0 to 30, or none)")
        return None

    def choice(self, item: Item | None, place: str, choices: type[Choice], default: Choice) -> Choice:
        """Return one of the allowed words."""
        if item is None:
            return default
        text = self.text(item, place)
        try:
            return choices(text)
        except ValueError:
            self.report(item, place, f"{text!r} is not one of: {', '.join(choices)}")
            return default

    def word(self, item: Item | None, place: str, words: tuple[str, ...]) -> str:
        """Return one of a few plain words; the first is the default."""
        text = self.text(item, place, words[0])
        if text in words:
            return text
        if item is not None:
            self.report(item, place, f"{text!r} is not one of: {', '.join(words)}")
        return words[0]
