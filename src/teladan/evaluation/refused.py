"""A refused action: which rule refused it and why, in words a person can act on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a rule says no. `text` is English with %(name)s places, marked for translation where written.

    A value that is a tuple is of words of ours (roles, states), said in the reader's language too.
    """

    rule: str
    text: str
    values: dict[str, Any] = field(default_factory=dict)

    def said(self) -> str:
        """Return the reason in the reader's language."""
        return gettext(self.text) % self._filled(gettext)

    def __str__(self) -> str:
        """Return the reason in English, with its rule."""
        return f"{self.text % self._filled(str)} (rule: {self.rule})"

    def _filled(self, say: Callable[[str], str]) -> dict[str, Any]:
        return {
            name: " / ".join(say(str(word)) for word in value) if isinstance(value, tuple) else value
            for name, value in self.values.items()
        }


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
