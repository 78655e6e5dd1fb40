"""A log as its files: path → bytes, written by the core alone, a whole growth at a time."""

from __future__ import annotations

from teladan.core.log.checkpoint import Checkpoint
from teladan.core.log.merkle import leaf_hash, node_hash, root_of
from teladan.core.log.note import Signer, sign
from teladan.core.log.tiles import WIDTH, bundle, entries_path, tile_path, tiles_between

SEED = bytes(range(32))
NAME = "example.org/record"
SIGNER = Signer(NAME, SEED)


def rows(leaves):
    """Return the hashes of tile level 0, 1, 2 …: each the roots of full tiles of the one below."""
    found = [list(leaves)]
    while len(found[-1]) >= WIDTH:
        below = found[-1]
        above = []
        for first in range(0, len(below) - WIDTH + 1, WIDTH):
            row = below[first : first + WIDTH]
            while len(row) > 1:
                row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
            above.append(row[0])
        found.append(above)
    return found


def log_files(entries, old_size=0):
    """Return the files that a growth from `old_size` to all entries writes."""
    levels = rows(leaf_hash(entry) for entry in entries)
    files = {}
    for level, index, width in tiles_between(old_size, len(entries)):
        place = slice(index * WIDTH, index * WIDTH + width)
        files[tile_path(level, index, width)] = b"".join(levels[level][place])
        if level == 0:
            files[entries_path(index, width)] = bundle(entries[place])
    return files


def signed(entries, size=None, signer=SIGNER):
    """Return the checkpoint of the first `size` entries as a note."""
    taken = entries[: len(entries) if size is None else size]
    root = root_of(leaf_hash(entry) for entry in taken)
    return sign(Checkpoint(signer.name, len(taken), root).text(), [signer])
