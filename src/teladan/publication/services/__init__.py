"""Writing publications: drafted, prepared, released, corrected, and loaded from files."""

from teladan.publication.services.correcting import (
    ask_correction,
    decide_correction,
    take_back_correction,
)
from teladan.publication.services.erasing import Erased, erase
from teladan.publication.services.loading import load_all, load_publication
from teladan.publication.services.publishing import draft, prepare, release, withdraw

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
