"""The files of a log: tiles of hashes and bundles of entries, by c2sp.org/tlog-tiles.

A tile holds 256 hashes of one height (fewer at the right edge), a bundle the entries under a tile of
level 0. Their names are the interface: `tile/0/x001/x234/067`, at the edge `tile/1/000.p/17`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from teladan.core.log.merkle import HASH_SIZE, ProofError, node_hash

HEIGHT = 8
WIDTH = 1 << HEIGHT
LONGEST = 65_535  # bytes of an entry: its length is two bytes
TOP = 63  # the highest level that a path may name
KEPT = 128  # tiles that a reader keeps: 1 MB

PATH = re.compile(
    r"tile/(?P<level>0|[1-9][0-9]?|entries)/(?P<index>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


class TileError(ValueError):
    """A path, tile or bundle that is not one; the message says what is wrong."""


def tile_path(level: int, index: int, width: int = WIDTH) -> str:
    """Return the path of a tile.

    >>> tile_path(0, 1234067), tile_path(1, 0, 17)
    ('tile/0/x001/x234/067', 'tile/1/000.p/17')
    """
    if not 0 <= level <= TOP:
        raise TileError(f"there is no tile level {level}")
    return f"tile/{level}/{_number(index)}{_edge(width)}"


def entries_path(index: int, width: int = WIDTH) -> str:
    """Return the path of a bundle of entries.

    >>> entries_path(273, 112)
    'tile/entries/273.p/112'
    """
    return f"tile/entries/{_number(index)}{_edge(width)}"


def parse_path(text: str) -> tuple[int | None, int, int]:
    """Return level (None for a bundle of entries), index and width of what the path names.

    Anything but the one spelling of a path raises TileError.

    >>> parse_path("tile/entries/x001/000.p/5")
    (None, 1000, 5)
    """
    read = PATH.fullmatch(text)
    if read is None:
        raise TileError(f"{text[:100]!r} is not the path of a tile")
    level = None if read["level"] == "entries" else int(read["level"])
    index = int(read["index"].replace("/", "").replace("x", ""))
    width = int(read["width"] or WIDTH)
    if index >> 64:
        raise TileError(f"{text[:100]!r}: no log is that long")
    written = entries_path(index, width) if level is None else tile_path(level, index, width)
    if written != text:
        raise TileError(f"{text[:100]!r} is spelled {written!r}")
    return level, index, width


def _number(index: int) -> str:
    if index < 0:
        raise TileError(f"there is no tile {index}")
    text = f"{index % 1000:03}"
    while index >= 1000:
        index //= 1000
        text = f"x{index % 1000:03}/{text}"
    return text


def _edge(width: int) -> str:
    if not 1 <= width <= WIDTH:
        raise TileError(f"a tile has 1 to {WIDTH} parts, not {width}")
    return "" if width == WIDTH else f".p/{width}"


def tiles_between(old_size: int, new_size: int) -> Iterator[tuple[int, int, int]]:
    """Yield level, index and width of the tiles that a log needs written when it grows.

    Those of level 0 are the bundles that are needed too.

    >>> list(tiles_between(255, 258))
    [(0, 0, 256), (0, 1, 2), (1, 0, 1)]
    """
    if not 0 <= old_size <= new_size:
        raise TileError(f"a log does not grow from {old_size} to {new_size} entries")
    level = 0
    while new := new_size >> HEIGHT * level:
        old = old_size >> HEIGHT * level
        if old != new:
            for index in range(old // WIDTH, new // WIDTH):
                yield level, index, WIDTH
            if new % WIDTH:
                yield level, new // WIDTH, new % WIDTH
        level += 1


def bundle(entries: Sequence[bytes]) -> bytes:
    """Return 1 to 256 entries as one file: each after its length in two bytes, big end first."""
    if not 1 <= len(entries) <= WIDTH:
        raise TileError(f"a bundle has 1 to {WIDTH} entries, not {len(entries)}")
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > LONGEST:
            raise TileError(f"an entry of {len(entry)} bytes; at most {LONGEST} fit")
        parts += (len(entry).to_bytes(2, "big"), entry)
    return b"".join(parts)


def unbundle(data: bytes) -> list[bytes]:
    """Return the entries of a bundle; a byte too few or entries too many raise TileError."""
    entries: list[bytes] = []
    place, end = 0, len(data)
    while place < end:
        start = place + 2
        place = start + int.from_bytes(data[place:start], "big")
        if place > end or start > end:
            raise TileError(f"the bundle breaks off inside its entry {len(entries)}")
        entries.append(data[start:place])
    if not 1 <= len(entries) <= WIDTH:
        raise TileError(f"a bundle has 1 to {WIDTH} entries, not {len(entries)}")
    return entries


class HashReader:
    """Hashes of a written log of a given size, read from its tiles.

    `read` returns the bytes of a path and raises LookupError or FileNotFoundError where there is none.
    Nothing is proved here: what is computed from the hashes is held against a signed root.
    """

    def __init__(self, read: Callable[[str], bytes], size: int) -> None:
        self._read = read
        self._size = size
        self._kept: dict[tuple[int, int], bytes] = {}

    def node(self, level: int, index: int) -> bytes:
        """Return the root of the complete subtree of height `level`, number `index`.

        Raises ProofError where the log has no such subtree, TileError where its tile is not whole, and
        what `read` raises where it is gone.
        """
        if index < 0 or level < 0 or (index + 1) << level > self._size:
            raise ProofError(
                f"a log of {self._size} entries has no complete subtree {index} of height {level}"
            )
        tile_level, height = divmod(level, HEIGHT)
        tile, first = divmod(index << height, WIDTH)
        data = self.tile(tile_level, tile)
        row = [
            data[place * HASH_SIZE : (place + 1) * HASH_SIZE] for place in range(first, first + (1 << height))
        ]
        while len(row) > 1:
            row = [node_hash(row[place], row[place + 1]) for place in range(0, len(row), 2)]
        return row[0]

    def tile(self, level: int, index: int) -> bytes:
        """Return the hashes of a tile as far as the log reaches."""
        held = self._kept.get((level, index))
        if held is None:
            if len(self._kept) >= KEPT:
                self._kept.pop(next(iter(self._kept)))
            held = self._kept[level, index] = self._fetch(level, index)
        return held

    def _fetch(self, level: int, index: int) -> bytes:
        width = min(WIDTH, (self._size >> HEIGHT * level) - index * WIDTH)
        path = tile_path(level, index, width)
        stands = width
        try:
            data = self._read(path)
        except (LookupError, FileNotFoundError):
            if width == WIDTH:
                raise
            # The log has grown since and cleared its narrow tiles away; the full one begins with it.
            path, stands = tile_path(level, index), WIDTH
            data = self._read(path)
        if len(data) != stands * HASH_SIZE:
            raise TileError(f"{path} has {len(data)} bytes instead of {stands * HASH_SIZE}")
        return data[: width * HASH_SIZE]
