"""The log as files: the right edge in memory, the tiles a growth needs, and reading them back.

tile/0/x001/234      256 leaf hashes, 32 bytes each
tile/0/x001/235.p/7  the last 7, until there are 256
tile/entries/…       the entries themselves, each behind its length in two bytes
checkpoint           the signed size and root
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from teladan.core.log import tiles
from teladan.core.log.merkle import HASH_SIZE, Frontier, leaf_hash, root_of
from teladan.core.log.tiles import WIDTH
from teladan.record.disk import Disk
from teladan.record.stops import Stopped

CHECKPOINT = "checkpoint"


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of a tree: of each level the hashes of its last tile, which is not full."""

    size: int
    levels: tuple[tuple[bytes, ...], ...]

    def root(self) -> bytes:
        """Return the root of the tree."""
        return Frontier(self.size, self._peaks()).root()

    def _peaks(self) -> list[bytes]:
        """Return the roots of the complete subtrees that make the tree up, the largest first."""
        peaks = []
        for level in reversed(range(len(self.levels))):
            hashes, start = self.levels[level], 0
            for height in reversed(range(tiles.HEIGHT)):
                if len(hashes) >> height & 1:
                    peaks.append(root_of(hashes[start : start + (1 << height)]))
                    start += 1 << height
        return peaks

    def grown(self, leaves: Sequence[bytes]) -> tuple[Edge, dict[str, bytes]]:
        """Return the edge after further leaf hashes, and the tiles that have to be written: path → bytes."""
        written: dict[str, bytes] = {}
        levels: list[tuple[bytes, ...]] = []
        more, level = list(leaves), 0
        while more or level < len(self.levels):
            before = self.levels[level] if level < len(self.levels) else ()
            hashes = [*before, *more]
            first = (self.size >> tiles.HEIGHT * level) // WIDTH
            above = []
            for number, start in enumerate(range(0, len(hashes), WIDTH)):
                tile = hashes[start : start + WIDTH]
                if more:
                    written[tiles.tile_path(level, first + number, len(tile))] = b"".join(tile)
                if len(tile) == WIDTH:
                    above.append(root_of(tile))
            levels.append(tuple(hashes[len(hashes) // WIDTH * WIDTH :]))
            more, level = above, level + 1
        return Edge(self.size + len(leaves), tuple(levels)), written


EMPTY = Edge(0, ())


@dataclass(frozen=True, slots=True)
class Log:
    """The folder of the log's files."""

    folder: Path
    disk: Disk

    def path(self, name: str) -> Path:
        """Return where a tile, a bundle or the checkpoint lies."""
        return self.folder / name

    def read(self, name: str) -> bytes:
        """Return a file of the log; raises OSError."""
        return self.disk.read(self.path(name))

    def tile(self, level: int, index: int, width: int) -> list[bytes]:
        """Return the first `width` hashes of a tile, from a wider one where that is what is left.

        Raises Stopped, naming the file, where it is missing or has another length than its name says.
        """
        content, name = self._first_of([tiles.tile_path(level, index, width), tiles.tile_path(level, index)])
        stands = tiles.parse_path(name)[2]
        if len(content) != stands * HASH_SIZE:
            raise Stopped(
                f"{self.path(name)} is damaged: it has {len(content):,} bytes, not {stands * HASH_SIZE:,}."
            )
        return [content[start : start + HASH_SIZE] for start in range(0, width * HASH_SIZE, HASH_SIZE)]

    def entries(self, index: int, width: int) -> list[bytes]:
        """Return the first `width` entries of a bundle; raises Stopped, naming the file."""
        names = [tiles.entries_path(index, width), tiles.entries_path(index)]
        try:
            content, name = self._first_of(names)
            entries = tiles.unbundle(content)
        except tiles.TileError as error:
            raise Stopped(f"{self.path(names[0])} is damaged: {error}.") from error
        stands = tiles.parse_path(name)[2]
        if len(entries) != stands:
            raise Stopped(f"{self.path(name)} is damaged: it holds {len(entries)} entries, not {stands}.")
        return entries[:width]

    def _first_of(self, names: list[str]) -> tuple[bytes, str]:
        for name in names:
            try:
                return self.read(name), name
            except FileNotFoundError:
                continue
        raise Stopped(f"{self.path(names[0])} is missing.")

    def edge(self, size: int) -> Edge:
        """Read the right edge of the tree of a size from its tiles; raises Stopped, naming the file."""
        levels: list[tuple[bytes, ...]] = []
        while (size >> tiles.HEIGHT * len(levels)) > 0:
            level = len(levels)
            index, width = divmod(size >> tiles.HEIGHT * level, WIDTH)
            levels.append(tuple(self.tile(level, index, width)) if width else ())
        return Edge(size, tuple(levels))

    def reader(self, size: int) -> tiles.HashReader:
        """Return what answers for any complete subtree of the tree of a size."""
        return tiles.HashReader(self.read, size)

    def read_back(self, written: dict[str, bytes], bundles: dict[str, list[bytes]]) -> None:
        """Read what was just written and hash the entries again; raises Stopped, naming the file.

        It is read from the disk and not from memory, where that can be asked for.
        """
        for name, entries in bundles.items():
            path, tile = self.path(name), name.replace("tile/entries/", "tile/0/")
            try:
                on_disk = tiles.unbundle(self._from_disk(name))
            except tiles.TileError as error:
                raise Stopped(f"{path} does not hold what was written: {error}.") from error
            if on_disk != entries:
                raise Stopped(f"{path} does not hold what was written.")
            if b"".join(map(leaf_hash, on_disk)) != self.read(tile):
                raise Stopped(f"{self.path(tile)} is not the hashes of {path}.")
        for name, content in written.items():
            if self._from_disk(name) != content:
                raise Stopped(f"{self.path(name)} does not hold what was written.")

    def _from_disk(self, name: str) -> bytes:
        return self.disk.read_back(self.path(name))

    def remove_partial(self, written: Iterable[str]) -> None:
        """Take away the partial tiles of every tile that is now full."""
        for name in written:
            if ".p/" not in name:
                folder = self.path(f"{name}.p")
                for path in _files(folder):
                    self.disk.remove(path)
                if folder.is_dir():
                    folder.rmdir()

    def tidy(self, before: int, size: int, end: int) -> None:
        """Take away what a killed step left: half written files, partial tiles of what is full since.

        `before` and `size` are the sizes of the last two checkpoints, `end` is how many entries have places.
        """
        self.disk.sweep(self.folder)
        for folder in dict.fromkeys(self.path(name).parent for name in _names(before, end)):
            self.disk.sweep(folder)
        self.remove_partial(_names(before, size))


def _names(before: int, size: int) -> list[str]:
    """Return the tiles and bundles that a growth writes."""
    names = []
    for level, index, width in tiles.tiles_between(before, size):
        names.append(tiles.tile_path(level, index, width))
        if level == 0:
            names.append(tiles.entries_path(index, width))
    return names


def partial_names(sizes: Iterable[int], size: int) -> list[str]:
    """Return the older partial tiles and bundles that a log of a size keeps of its signed sizes.

    Those of a tile that is full since are gone, and of each of the others the widest is none of them.
    """
    names: dict[str, None] = {}
    for older in sizes:
        level = 0
        while older >> tiles.HEIGHT * level:
            index, width = divmod(older >> tiles.HEIGHT * level, WIDTH)
            end = size >> tiles.HEIGHT * level
            if width and index * WIDTH + width < end < (index + 1) * WIDTH:
                names[tiles.tile_path(level, index, width)] = None
                if level == 0:
                    names[tiles.entries_path(index, width)] = None
            level += 1
    return sorted(names)


def bundles(first: int, entries: Sequence[bytes]) -> Iterator[tuple[str, list[bytes]]]:
    """Cut entries into bundles, the first of which is number `first`: (path, its entries)."""
    for number, start in enumerate(range(0, len(entries), WIDTH)):
        bundle_entries = list(entries[start : start + WIDTH])
        yield tiles.entries_path(first + number, len(bundle_entries)), bundle_entries


def _files(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []
