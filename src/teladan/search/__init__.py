"""Search across twelve languages, embedded and offline.

>>> from teladan.search import embed  # doctest: +SKIP
>>> embed(["pengaduan warga"], language="id", role="query").shape  # doctest: +SKIP
(1, 384)

The first half of the room knows no Django: text, vectors, words, and how they are put together.
"""

from teladan.search.embedding import embed

__all__ = ["embed"]
