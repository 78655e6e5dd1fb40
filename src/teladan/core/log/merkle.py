"""The Merkle tree of a log: RFC 6962 with SHA-256, proofs as in RFC 9162.

A leaf hashes as SHA-256(0x00 ‖ entry), a node as SHA-256(0x01 ‖ left ‖ right); all hashes are 32 bytes.
`node(level, index)` names the complete subtree over the entries from index·2^level on, 2^level of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Self

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
# `extend` hashes this many leaves at a time level by level, which is what makes millions quick.
BLOCK_LEVEL = 8
BLOCK = 1 << BLOCK_LEVEL

Node = Callable[[int, int], bytes]


class ProofError(ValueError):
    """A proof that does not hold, or one that cannot be asked for; the message says why."""


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of an entry as a leaf.

    >>> leaf_hash(b"").hex()
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'
    """
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node over two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a tree: the roots of its complete subtrees, the largest first.

    It is all one needs to append and to give the root: one hash for each 1 in the binary size.

    >>> edge = Frontier()
    >>> edge.extend([leaf_hash(b"a"), leaf_hash(b"b"), leaf_hash(b"c")])
    >>> edge.size, len(edge.hashes), edge.root().hex()[:16]
    (3, 2, '36642e73c2540ab1')
    """

    __slots__ = ("_hashes", "_size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self._size = size
        self._hashes = list(hashes)
        if size < 0 or len(self._hashes) != size.bit_count():
            msg = f"a tree of {size} entries has {max(size, 0).bit_count()} complete subtrees"
            raise ValueError(f"{msg}, not {len(self._hashes)}")
        if any(len(held) != HASH_SIZE for held in self._hashes):
            raise ValueError("a hash of the tree is not 32 bytes long")

    @classmethod
    def read(cls, size: int, node: Node) -> Self:
        """Return the edge of a tree that is already written, one `node` for each complete subtree."""
        return cls(size, [node(level, index) for level, index in _complete(0, size)])

    @property
    def size(self) -> int:
        """How many entries the tree has."""
        return self._size

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """The roots of the complete subtrees, the largest first."""
        return tuple(self._hashes)

    def copy(self) -> Self:
        """Return an edge of its own that grows apart from this one."""
        return type(self)(self._size, self._hashes)

    __copy__ = copy

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        self._push(leaf, 0)

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add many leaf hashes, in order."""
        rest = iter(leaves)
        for leaf in islice(rest, -self._size % BLOCK):
            self._push(leaf, 0)
        sha256 = hashlib.sha256
        while len(row := list(islice(rest, BLOCK))) == BLOCK:
            while len(row) > 1:
                pairs = zip(row[::2], row[1::2], strict=True)
                row = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
            self._push(row[0], BLOCK_LEVEL)
        for leaf in row:
            self._push(leaf, 0)

    def root(self) -> bytes:
        """Return the root over everything appended so far."""
        return _fold(self._hashes) if self._hashes else EMPTY_ROOT

    def _push(self, held: bytes, level: int) -> None:
        """Add a complete subtree; the size is a multiple of 2^level."""
        held_level = level
        while self._size >> level & 1:
            held = hashlib.sha256(b"\x01" + self._hashes.pop() + held).digest()
            level += 1
        self._hashes.append(held)
        self._size += 1 << held_level


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """Return the root over these leaf hashes; of none, the hash of nothing."""
    edge = Frontier()
    edge.extend(leaf_hashes)
    return edge.root()


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """Return the path from the leaf's sibling up to the root's child (RFC 6962, 2.1.1)."""
    if not 0 <= index < size:
        raise ProofError(f"there is no entry {index} in a log of {size}")
    path = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(_range_root(middle, high, node))
            high = middle
        else:
            path.append(_range_root(low, middle, node))
            low = middle
    return path[::-1]


def consistency_proof(old: int, new: int, node: Node) -> list[bytes]:
    """Return the hashes that show the first `old` entries unchanged in `new` (RFC 6962, 2.1.2)."""
    if not 0 < old <= new:
        raise ProofError(f"there is no consistency to prove from {old} entries to {new}")
    path = []
    low, high = 0, new
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            path.append(_range_root(middle, high, node))
            high = middle
        else:
            path.append(_range_root(low, middle, node))
            low = middle
    if low:
        # The old tree is no complete subtree from the left: its last part is needed to rebuild its root.
        path.append(_range_root(low, high, node))
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> None:
    """Raise ProofError unless the leaf hash stands at `index` in the tree of that size and root."""
    if not 0 <= index < size:
        raise ProofError(f"there is no entry {index} in a log of {size}")
    _lengths([leaf, *proof])
    place, last = index, size - 1
    computed = leaf
    for step in proof:
        if last == 0:
            raise ProofError("the inclusion proof is too long")
        if place & 1 or place == last:
            computed = node_hash(step, computed)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            computed = node_hash(computed, step)
        place >>= 1
        last >>= 1
    if last != 0:
        raise ProofError("the inclusion proof is too short")
    if computed != root:
        raise ProofError("the inclusion proof leads to another root")


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: list[bytes]) -> None:
    """Raise ProofError unless the tree `old` is the beginning of the tree `new`.

    From no entries nothing can be shown: every log begins empty, so that is refused, not granted.
    """
    if old <= 0:
        raise ProofError("consistency with an empty log says nothing")
    if old > new:
        raise ProofError(f"a log of {old} entries cannot be the beginning of one of {new}")
    if old == new:
        if proof:
            raise ProofError("between equal sizes the consistency proof is empty")
        if old_root != new_root:
            raise ProofError("two roots for the same size")
        return
    if not proof:
        raise ProofError("the consistency proof is empty")
    _lengths([old_root, new_root, *proof])
    # A complete old tree is itself the first hash, so the proof leaves it out.
    steps = iter(proof if old & (old - 1) else [old_root, *proof])
    place, last = old - 1, new - 1
    while place & 1:
        place >>= 1
        last >>= 1
    found_old = found_new = next(steps)
    for step in steps:
        if last == 0:
            raise ProofError("the consistency proof is too long")
        if place & 1 or place == last:
            found_old = node_hash(step, found_old)
            found_new = node_hash(step, found_new)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            found_new = node_hash(found_new, step)
        place >>= 1
        last >>= 1
    if last != 0:
        raise ProofError("the consistency proof is too short")
    if found_old != old_root:
        raise ProofError("the consistency proof leads to another old root")
    if found_new != new_root:
        raise ProofError("the consistency proof leads to another new root")


def _lengths(hashes: list[bytes]) -> None:
    if any(len(sibling) != HASH_SIZE for sibling in hashes):
        raise ProofError("a hash of the proof is not 32 bytes long")


def _split(count: int) -> int:
    """Return the largest power of two below `count` (at least 2)."""
    return 1 << (count - 1).bit_length() - 1


def _complete(low: int, high: int) -> list[tuple[int, int]]:
    """Return (level, index) of the complete subtrees over [low, high), left to right; low is aligned."""
    found = []
    while low < high:
        level = (high - low).bit_length() - 1
        found.append((level, low >> level))
        low += 1 << level
    return found


def _fold(hashes: list[bytes]) -> bytes:
    """Return the root over complete subtrees, the largest first."""
    found = hashes[-1]
    for left in hashes[-2::-1]:
        found = node_hash(left, found)
    return found


def _range_root(low: int, high: int, node: Node) -> bytes:
    return _fold([node(level, index) for level, index in _complete(low, high)])
