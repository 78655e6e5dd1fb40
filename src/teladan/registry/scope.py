"""For what a role is: every publication, a series of them, an organisation, or the exchange as a whole."""

from __future__ import annotations

from dataclasses import dataclass

SERIES, ORGANISATION = "series", "organisation"
KINDS = ("all", SERIES, ORGANISATION, "exchange")


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """A kind and, where there are many of the kind, the code of one.

    >>> Scope.parse("series:spbe")
    Scope(kind='series', code='spbe')
    >>> str(EXCHANGE)
    'exchange'
    """

    kind: str
    code: str = ""

    @classmethod
    def parse(cls, text: str) -> Scope:
        """Read `all`, `exchange`, `series:CODE` or `organisation:CODE`; or raise ValueError."""
        kind, _colon, code = text.partition(":")
        if kind not in KINDS or bool(code) != (kind in {SERIES, ORGANISATION}) or (_colon and not code):
            raise ValueError(f"{text!r} is no scope: write all, exchange, series:CODE or organisation:CODE")
        return cls(kind, code)

    def __str__(self) -> str:
        """Return the text that `parse` reads."""
        return f"{self.kind}:{self.code}" if self.code else self.kind

    @property
    def name(self) -> str:
        """What a reader is told beside the role: the code, "exchange", or nothing where it is for all."""
        return self.code or ("" if self == ALL else self.kind)


ALL = Scope("all")
EXCHANGE = Scope("exchange")
