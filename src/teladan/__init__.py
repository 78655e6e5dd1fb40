"""Teladan: evaluate public bodies under published methods, exactly and traceably."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from teladan.core.interface import Instrument, evaluate, rank, sensitivity

__version__ = "0.1.0"
__all__ = ["Instrument", "__version__", "evaluate", "rank", "sensitivity"]


def __getattr__(name: str) -> Any:
    """Return a part of the Python interface, imported when it is first asked for."""
    if name in __all__:
        return getattr(import_module("teladan.core.interface"), name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    return sorted(__all__)
