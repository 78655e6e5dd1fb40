"""The sentences that the language means are made of: data/means/<language>.txt.

Machine-written for this purpose, parallel line by line in twelve languages, and not reviewed by
native speakers. They are never searched and never judged. A file has five parts under a heading:
`passages`, `varied` and `named` (sentences), `questions`, `queries` (three to eight words).
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent / "data" / "means"
PARTS = ("passages", "questions", "queries", "varied", "named")
LATIN = ("id", "en", "ms", "vi", "fil")


def texts(language: str) -> dict[str, list[str]]:
    """Return {part: its lines} of one language. Raises OSError or ValueError on a wrong file."""
    parts: dict[str, list[str]] = {}
    for line in (FOLDER / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            part: list[str] = parts.setdefault(line[2:], [])
        elif line:
            part.append(line)
    if tuple(parts) != PARTS:
        msg = f"{FOLDER / language}.txt has the parts {', '.join(parts)}; it must have {', '.join(PARTS)}"
        raise ValueError(msg)
    return parts
