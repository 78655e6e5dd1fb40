"""Vectors side by side, and the nearest of them: exact, in memory, a byte for a number."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from teladan.search.model import DIMENSIONS, Vectors

SCALE = 127
# Rows that are multiplied at once: they stay in the cache, and are too few for BLAS to start threads.
BLOCK = 256

Bytes = npt.NDArray[np.int8]


def pack(vectors: Vectors) -> Bytes:
    """Return unit vectors as bytes, (n, 384) int8: a quarter of the memory, and no place lost.

    >>> pack(np.eye(384, dtype=np.float32)[:1])[0, :3].tolist()
    [127, 0, 0]
    """
    return np.rint(vectors * SCALE).clip(-SCALE, SCALE).astype(np.int8)


def unpack(stored: bytes) -> Bytes:
    """Return vectors from their bytes, (n, 384). Raises ValueError on another length."""
    return np.frombuffer(stored, dtype=np.int8).reshape(-1, DIMENSIONS)


class Index:
    """Packed vectors; `matrix` (n, 384) int8, 384 bytes a passage: 38 MB for 100,000."""

    def __init__(self, matrix: Bytes) -> None:
        """Take packed vectors."""
        if matrix.ndim != 2 or matrix.shape[1] != DIMENSIONS or matrix.dtype != np.int8:
            msg = f"an index takes (n, {DIMENSIONS}) int8, not {matrix.shape} {matrix.dtype}"
            raise ValueError(msg)
        self.matrix = np.ascontiguousarray(matrix)

    @classmethod
    def of(cls, rows: Iterable[bytes]) -> Index:
        """Return the index of stored vectors, one in each piece of bytes."""
        return cls(unpack(b"".join(rows)))

    def scores(self, vector: Vectors) -> Vectors:
        """Return the likeness of every passage to a vector (384,): (n,), from -1 to 1."""
        scores = np.empty(len(self.matrix), dtype=np.float32)
        scaled = vector.astype(np.float32) / np.float32(SCALE)
        room = np.empty((min(BLOCK, len(self.matrix)), DIMENSIONS), dtype=np.float32)
        for start in range(0, len(self.matrix), BLOCK):
            block = self.matrix[start : start + BLOCK]
            rows = room[: len(block)]
            np.copyto(rows, block)
            np.dot(rows, scaled, out=scores[start : start + len(block)])
        return scores

    def nearest(
        self, vector: Vectors, most: int = 10, among: npt.NDArray[np.bool_] | None = None
    ) -> list[tuple[int, float]]:
        """Return (row, likeness) of the nearest passages, best first, equal ones by row.

        `among` (n,) says which rows count.
        """
        scores = self.scores(vector)
        if among is not None:
            scores = np.where(among, scores, -np.inf).astype(np.float32)
        most = min(most, len(scores) if among is None else int(among.sum()))
        if most <= 0:
            return []
        edge = np.partition(scores, len(scores) - most)[len(scores) - most]
        rows = np.flatnonzero(scores >= edge)
        ordered = rows[np.lexsort((rows, -scores[rows]))][:most]
        return [(int(row), float(scores[row])) for row in ordered]
