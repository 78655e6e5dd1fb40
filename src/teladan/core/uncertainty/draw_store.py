"""Where the scores and ranks of all draws lie: in memory, or above a limit in a file of its own.

Ranks are asked for by unit (all its draws at once) and made by draw (all units at once). So that
both are quick and memory stays bounded, the file holds tiles of some draws × all units, each laid
out unit by unit. The file has no name and is gone with the process.
"""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

TILE = 4_000_000  # cells that are turned from draws to units at once
LIMIT = 1_500_000_000  # bytes of all draws that are kept in memory


class DrawStore:
    """A matrix of units × draws that is filled by blocks of draws, in any order."""

    def __init__(self, units: int, draws: int, dtype: Any, *, in_memory: bool) -> None:
        """Make room."""
        self.units, self.draws, self.dtype = units, draws, np.dtype(dtype)
        self._memory: NDArray[Any] | None = None
        self._tiles: list[tuple[NDArray[np.int64], int]] = []  # which draws, and where in the file
        self._end = 0
        if in_memory:
            self._memory = np.empty((units, draws), dtype=self.dtype)
        else:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115  (lives as long as this)
            weakref.finalize(self, self._file.close)

    def put(self, which: NDArray[np.int64], block: NDArray[Any]) -> None:
        """Keep a block: draws × units, for the draws named."""
        if self._memory is not None:
            first, last = int(which[0]), int(which[-1]) + 1
            target: Any = slice(first, last) if last - first == len(which) else which
            self._memory[:, target] = block.T
            return
        data = np.ascontiguousarray(block.T, dtype=self.dtype)
        self._file.seek(self._end)
        self._file.write(data.data)
        self._tiles.append((which.copy(), self._end))
        self._end += data.nbytes

    def by_unit(self, at_once: int = TILE) -> Iterator[tuple[int, NDArray[Any]]]:
        """Yield (first unit, units × draws) over all units."""
        step = max(1, at_once // self.draws)
        for start in range(0, self.units, step):
            yield start, self.rows(start, min(start + step, self.units))

    def rows(self, start: int, stop: int) -> NDArray[Any]:
        """Return some units' draws: units × draws, to be read and not changed."""
        if self._memory is not None:
            return self._memory[start:stop]
        block = np.empty((stop - start, self.draws), dtype=self.dtype)
        size = self.dtype.itemsize
        for which, place in self._tiles:
            self._file.seek(place + start * len(which) * size)
            data = self._file.read((stop - start) * len(which) * size)
            block[:, which] = np.frombuffer(data, dtype=self.dtype).reshape(stop - start, len(which))
        return block
