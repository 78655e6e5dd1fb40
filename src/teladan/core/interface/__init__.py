"""The Python interface: `from teladan import Instrument, evaluate, rank, sensitivity`."""

from teladan.core.interface.calls import Instrument, evaluate, rank, sensitivity, study

__all__ = ["Instrument", "evaluate", "rank", "sensitivity", "study"]
