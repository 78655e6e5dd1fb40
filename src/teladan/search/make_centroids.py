"""Make data/means.npz from the sentences of data/means, with the embedder in use.

`python -m teladan.search.make_centroids [FILE]` takes about a minute on one core. The same sentences and the
same model give the same file on one machine; another processor may round the last bits differently.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from teladan.search.centroid_texts import texts
from teladan.search.centroids import ROLES, Centroids
from teladan.search.languages import LANGUAGES
from teladan.search.model import CENTROIDS, DIMENSIONS, Embedder, embedder

SHORT, LONG = ("queries",), ("passages", "varied", "named", "questions")
DIRECTIONS = 6  # beyond them, what the languages' means differ in is no longer the language


def make(model: Embedder) -> Centroids:
    """Compute the means of a model from the sentences of data/means."""
    vectors = np.zeros((len(ROLES), 2, len(LANGUAGES), DIMENSIONS), dtype=np.float64)
    tokens = np.zeros((2, len(LANGUAGES)), dtype=np.float64)
    for column, language in enumerate(LANGUAGES):
        parts = texts(language)
        for length, names in enumerate((SHORT, LONG)):
            lines = [line for name in names for line in parts[name]]
            tokens[length, column] = np.mean([model.count(line) for line in lines])
            for row, role in enumerate(ROLES):
                raw = [model.encode(line, query=role == "query") for line in lines]
                vectors[row, length, column] = np.mean(np.asarray(raw, dtype=np.float64), axis=0)
    apart = vectors - vectors.mean(axis=2, keepdims=True)
    _, _, axes = np.linalg.svd(apart.reshape(-1, DIMENSIONS), full_matrices=False)
    return Centroids(
        model_id=model.model_id,
        vectors=vectors.astype(np.float32),
        tokens=tokens.astype(np.float32),
        directions=axes[:DIRECTIONS].astype(np.float32),
    )


def write(centroids: Centroids, file: Path) -> None:
    """Write a means file: the same means give the same bytes."""
    np.savez(
        file,
        model_id=np.array(centroids.model_id),
        vectors=centroids.vectors,
        tokens=centroids.tokens,
        directions=centroids.directions,
    )


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else CENTROIDS
    write(make(embedder()), target)
    print(f"{target}: means of {embedder().model_id}")
