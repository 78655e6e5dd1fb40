"""The language means: what is taken off every vector before two languages are compared.

`python -m teladan.search.make_centroids` makes the file. It holds `vectors` (roles, lengths, languages,
dimensions) in float32, `tokens` (lengths, languages), the mean number of tokens of a text of each length,
`directions` (k, dimensions), which are what languages differ in, and `model_id`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from teladan.search.languages import LANGUAGES
from teladan.search.model import Vectors

ROLES = ("query", "passage")


@dataclass(frozen=True, slots=True, kw_only=True)
class Centroids:
    """What is taken off the vectors of one model."""

    model_id: str
    vectors: Vectors  # (2 roles, 2 lengths, 12 languages, 384)
    tokens: npt.NDArray[np.float32]  # (2 lengths, 12 languages)
    directions: Vectors  # (k, 384), orthonormal

    def centre(self, raw: Vectors, language: str | None, role: str, tokens: int) -> Vectors:
        """Return a raw unit vector (384,) without its language, again of length 1.

        The mean lies between that of short and that of long texts, by the logarithm of the number of
        tokens: what a model says of a text's length must not say that two texts are alike. A language
        without a mean of its own has the mean of all.
        """
        columns = [LANGUAGES.index(language)] if language in LANGUAGES else list(range(len(LANGUAGES)))
        short, long = np.log(self.tokens[:, columns].mean(axis=1))
        share = min(1.0, max(0.0, float((np.log(max(tokens, 1)) - short) / (long - short))))
        means = self.vectors[ROLES.index(role)][:, columns].mean(axis=1)
        moved = raw - (1 - share) * means[0] - share * means[1]
        moved = moved - (moved @ self.directions.T) @ self.directions
        return unit(moved.astype(np.float32))


def unit(vectors: Vectors) -> Vectors:
    """Return vectors of length 1; a vector of zeros stays one."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return (vectors / np.where(lengths == 0, 1, lengths)).astype(np.float32)


@cache
def load(file: Path, model_id: str) -> Centroids:
    """Return the means of a model. Raises ValueError where the file belongs to another model."""
    with np.load(file, allow_pickle=False) as stored:
        centroids = Centroids(
            model_id=str(stored["model_id"]),
            vectors=stored["vectors"],
            tokens=stored["tokens"],
            directions=stored["directions"],
        )
    if centroids.model_id != model_id:
        msg = f"{file} holds the means of {centroids.model_id}, the model in use is {model_id}"
        raise ValueError(msg)
    return centroids
