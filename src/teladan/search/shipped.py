"""The practices that come with Teladan, as passages: what is searched where there is no database."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from teladan.core import document, library
from teladan.search.embedding import embed
from teladan.search.library import Passage
from teladan.search.model import DIMENSIONS, Embedder, identity
from teladan.search.vectors import Bytes, pack

FOLDER = "practices"


def passages(folder: Path | None = None) -> list[Passage]:
    """Return the passages of the shipped practices, by code. Raises OSError or DocumentError."""
    texts: list[Passage] = []
    for file in sorted((folder or library.shipped("published") / FOLDER).glob("*.yaml")):
        plain = document.parse(file.read_text(encoding="utf-8"), str(file)).plain()
        texts.append(practice_passage(plain))
    return texts


def practice_passage(plain: dict[str, Any]) -> Passage:
    """Return the passage of one practice: its title, the problem, and what it does."""
    titles: dict[str, str] = {**plain["titles"], **plain["name"]}
    language = plain["language"]
    own = titles.get(language) or next(iter(titles.values()), "")
    parts = (own, plain["problem"], plain["does"])
    return Passage(
        source=plain["code"],
        kind="practice",
        language=language,
        text=" ".join(part.rstrip(".") + "." for part in parts if part),
        titles=titles,
        theme=plain["theme"],
    )


def vectors(
    passages: Sequence[Passage],
    model: Embedder,
    cache: Path | None = None,
    progress: Callable[[Sequence[Passage]], Iterable[Passage]] = iter,
) -> Bytes:
    """Return the packed vectors of passages, (n, 384), those known from the file `cache` read from it.

    `progress` goes over those that must be embedded, to show how far it is. A file that cannot be read or
    written is done without: it only saves time.
    """
    keys = [_key(passage, model) for passage in passages]
    known = _read(cache)
    new = [passage for passage, key in zip(passages, keys, strict=True) if key not in known]
    for passage in progress(new):
        known[_key(passage, model)] = pack(embed([passage.text], passage.language, "passage", model=model))[0]
    if new and cache is not None:
        _write(cache, {key: known[key] for key in keys})
    return np.stack([known[key] for key in keys]) if keys else np.zeros((0, DIMENSIONS), dtype=np.int8)


def _key(passage: Passage, model: Embedder) -> str:
    parts = (identity(model), passage.language, passage.text)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _read(cache: Path | None) -> dict[str, Bytes]:
    if cache is None or not cache.is_file():
        return {}
    try:
        with np.load(cache, allow_pickle=False) as stored:
            keys, rows = stored["keys"], stored["rows"]
    except (OSError, ValueError, KeyError, EOFError):
        return {}
    return dict(zip(keys.tolist(), rows, strict=True)) if rows.shape == (len(keys), DIMENSIONS) else {}


def _write(cache: Path, known: dict[str, Bytes]) -> None:
    temporary = cache.with_name(f".{cache.name}.new.npz")
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.savez(temporary, keys=np.array(list(known)), rows=np.stack(list(known.values())))
        temporary.replace(cache)
    except OSError:
        temporary.unlink(missing_ok=True)
