"""A refused action: which rule refused it and why, in words a person can act on."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import get_format
from django.utils.translation import gettext

FIGURE = re.compile(r"\d+(\.\d+)?")


class Figure(str):
    """A printed figure in a reason: every digit stays, its decimal mark is the reader's."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a rule says no. `text` is English with %(name)s places, marked for translation where written.

    A value that is a tuple is of words of ours (roles, states), said in the reader's language too, and a
    `Figure` is a printed figure.
    """

    rule: str
    text: str
    values: dict[str, Any] = field(default_factory=dict)

    def said(self) -> str:
        """Return the reason in the reader's language."""
        return gettext(self.text) % self._filled(gettext, str(get_format("DECIMAL_SEPARATOR")))

    def __str__(self) -> str:
        """Return the reason in English, with its rule."""
        text = self.text % self._filled(str, ".")
        return f"{text} (rule: {self.rule})"

    def _filled(self, say: Callable[[str], str], mark: str) -> dict[str, Any]:
        return {name: _written(value, say, mark) for name, value in self.values.items()}


def _written(value: Any, say: Callable[[str], str], mark: str) -> Any:
    if isinstance(value, tuple):
        return " / ".join(say(str(word)) for word in value)
    if isinstance(value, Figure) and FIGURE.fullmatch(value):
        return value.replace(".", mark)
    return value


class Refused(Exception):  # noqa: N818  (a refusal is an answer, not a fault)
    """An action was refused; nothing was changed."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.rule = reason.rule


def demand(reason: Reason | None) -> None:
    """Raise Refused where a rule gave a reason."""
    if reason is not None:
        raise Refused(reason)
