"""What may differ between two runs of the same code, and nothing more: replaced by numbered names.

The same value gets the same number on a page, so two that were equal must stay equal.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

UUID = r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
}
B64 = "[A-Za-z0-9+/]"
MIXED = rf"(?={B64}*[A-Z])(?={B64}*[a-z])(?={B64}*[0-9])"
# Order matters: what holds another stands before it.
FIXED = (
    ("token", r"(?<=name='csrfmiddlewaretoken' type='hidden' value=')[A-Za-z0-9]+"),
    ("form", r"(?<=name='once' type='hidden' value=')[0-9a-f]+"),
    ("cookie", r"(?<=teladan=)[a-z0-9]{32}|(?<=teladan-form=)[A-Za-z0-9]{32,64}"),
    ("act", UUID),
    ("digest", r"\b[0-9a-f]{40,}\b"),
    (
        "pseudonym",
        r"""\b(?=[0-9]*[a-f])[0-9a-f]{16}\b|(?<="id": ")[0-9]{16}(?=")|(?<="id":")[0-9]{16}(?=")""",
    ),
    ("key", rf"\+[0-9a-f]{{8}}\+{B64}{{43,}}={{0,2}}"),
    ("bytes", rf"(?<![\w/+.:-])(?![\w/]+\+[0-9a-f]{{8}}\+){MIXED}{B64}{{43,}}={{0,2}}"),
    ("password", r"\b(?:[a-z0-9]{5}-){4}[a-z0-9]{5}\b"),
    ("secret", r"\b(?=[A-Z]*[2-7])(?=[2-7]*[A-Z])[A-Z2-7]{32}\b"),
    ("hashed", r"(?<=\.)[0-9a-f]{12}(?=\.(?:css|js|svg|woff2?|png|ico|json|txt)\b)"),
)


class Masks:
    """The masks of one run: what `about` says of it beside those that hold for all."""

    def __init__(self, about: dict[str, Any]) -> None:
        first, last = (date.fromisoformat(about[end]) for end in ("first", "last"))
        days = [first + timedelta(n) for n in range((last - first).days + 1)]
        self._steady = frozenset(about.get("steady", ()))
        own = [
            ("folder", re.escape(about["folder"]) + r"\b"),
            *[("checkout", re.escape(about["checkout"]) + r"\b") for _ in "." if about.get("checkout")],
            ("time", "|".join(shape for day in days for shape in _shapes(day))),
        ]
        named = [*own, *FIXED]
        self._pattern = re.compile("|".join(f"(?P<{name}>{shape})" for name, shape in named))

    def put_on(self, text: str) -> str:
        """Return the text with names for what differs from run to run."""
        seen: dict[tuple[str, str], str] = {}
        count: dict[str, int] = {}

        def name(found: re.Match[str]) -> str:
            kind, value = found.lastgroup or "", found[0]
            if value in self._steady:
                return value
            if kind == "hashed":
                return "#"
            if (kind, value) not in seen:
                count[kind] = count.get(kind, 0) + 1
                # Seconds fall as they may: which of two acts share one is chance, so times have no number.
                seen[kind, value] = "‹time›" if kind == "time" else f"‹{kind} {count[kind]}›"
            return seen[kind, value]

        return self._pattern.sub(name, text)


def _shapes(day: date) -> list[str]:
    """Return how a moment of this day is written, longest first."""
    clock = r"[0-9]{2}:[0-9]{2}"
    words = {code: names.split()[day.month - 1] for code, names in MONTHS.items()}
    prose = [rf"\b{day.day} {word} {day.year}\b" for word in dict.fromkeys(words.values())]
    prose.append(rf"\b{day.year}년 {day.month}월 {day.day}일")
    return [
        rf"{day}[T ]{clock}:[0-9]{{2}}(?:\.[0-9]+)?(?:Z|\+00:00)?",
        rf"{day}[T ]{clock}",
        *[rf"{one},? {clock}(?: UTC)?" for one in prose],
        *prose,
        rf"\b{day}\b",
        rf"\b{day:%a}, {day:%d} {day:%b} {day.year} {clock}:[0-9]{{2}} GMT",
    ]
