"""Writing publications: drafted, prepared, released, corrected, and loaded from files."""

from teladan.evaluation.services.correcting import ask_correction, decide_correction
from teladan.evaluation.services.loading import load_all, load_publication
from teladan.evaluation.services.publishing import draft, prepare, release, withdraw

__all__ = [
    "ask_correction",
    "decide_correction",
    "draft",
    "load_all",
    "load_publication",
    "prepare",
    "release",
    "withdraw",
]
