"""Writing publications: drafted, prepared, released, corrected, and loaded from files."""

from teladan.evaluation.services.correcting import (
    ask_correction,
    decide_correction,
    take_back_correction,
)
from teladan.evaluation.services.erasing import Erased, erase
from teladan.evaluation.services.loading import load_all, load_publication
from teladan.evaluation.services.publishing import draft, prepare, release, withdraw

__all__ = [
    "Erased",
    "ask_correction",
    "decide_correction",
    "draft",
    "erase",
    "load_all",
    "load_publication",
    "prepare",
    "release",
    "take_back_correction",
    "withdraw",
]
