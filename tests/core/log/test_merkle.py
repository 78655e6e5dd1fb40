"""The Merkle tree: the roots and proofs of RFC 6962, the probes of others, and a tree built the slow way."""

from __future__ import annotations

import base64
import copy
import functools
import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teladan.core.log.merkle import (
    EMPTY_ROOT,
    Frontier,
    ProofError,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

SHARED = Path(__file__).parents[4] / "shared" / "vectors" / "tlog" / "merkle_probes" / "testdata"
PROBES = sorted(SHARED.rglob("*.json"))
LEAVES = [hashlib.sha256(b"%d" % number).digest() for number in range(700)]


@functools.cache
def slow(low, high):
    """Return the root over the leaves [low, high) as RFC 6962 defines it."""
    count = high - low
    if count == 1:
        return LEAVES[low]
    middle = low + (1 << (count - 1).bit_length() - 1)
    return node_hash(slow(low, middle), slow(middle, high))


def node(level, index):
    return slow(index << level, (index + 1) << level)


def flipped(data, bit):
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


# --- roots ------------------------------------------------------------------------------------------


def test_the_roots_of_the_known_eight_leaves():
    inputs = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    leaves = [leaf_hash(bytes.fromhex(text)) for text in inputs]
    assert [root_of(leaves[:size]).hex() for size in range(9)] == [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]


def test_an_empty_log_has_the_hash_of_nothing_as_root():
    assert Frontier().root() == root_of([]) == EMPTY_ROOT == hashlib.sha256().digest()


@given(st.lists(st.integers(0, 300), max_size=5))
def test_the_edge_gives_the_root_however_the_leaves_come(steps):
    edge = Frontier()
    for number, step in enumerate(steps):
        added = LEAVES[edge.size : edge.size + step]
        if number % 2:
            edge.extend(iter(added))
        else:
            for leaf in added:
                edge.append(leaf)
        if edge.size:
            assert edge.root() == slow(0, edge.size)
            assert Frontier.read(edge.size, node).hashes == edge.hashes
            assert Frontier(edge.size, edge.hashes).root() == edge.root()


def test_a_copy_of_the_edge_grows_apart():
    edge = Frontier()
    edge.extend(LEAVES[:3])
    other, third = edge.copy(), copy.copy(edge)
    other.append(LEAVES[3])
    assert (edge.size, third.size, other.size) == (3, 3, 4)
    assert (edge.root(), third.root(), other.root()) == (slow(0, 3), slow(0, 3), slow(0, 4))


@pytest.mark.parametrize(
    ("size", "hashes", "message"),
    [
        (3, [bytes(32)], "a tree of 3 entries has 2 complete subtrees, not 1"),
        (0, [bytes(32)], "a tree of 0 entries has 0 complete subtrees, not 1"),
        (-1, [], "a tree of -1 entries"),
        (1, [bytes(31)], "a hash of the tree is not 32 bytes long"),
    ],
)
def test_an_edge_that_is_none_is_refused(size, hashes, message):
    with pytest.raises(ValueError, match=message):
        Frontier(size, hashes)


# --- proofs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [*range(1, 34), 63, 64, 65, 255, 256, 257, 600])
def test_every_proof_of_a_size_holds(size):
    root = slow(0, size)
    for index in range(size):
        proof = inclusion_proof(index, size, node)
        verify_inclusion(LEAVES[index], index, size, proof, root)
    for old in range(1, size + 1):
        verify_consistency(old, slow(0, old), size, root, consistency_proof(old, size, node))


@given(st.data())
def test_an_inclusion_proof_holds_for_nothing_else(data):
    size = data.draw(st.integers(1, 700))
    index = data.draw(st.integers(0, size - 1))
    leaf, proof, root = LEAVES[index], inclusion_proof(index, size, node), slow(0, size)
    bit = data.draw(st.integers(0, 255))
    wrong = [
        (flipped(leaf, bit), index, proof, root),
        (leaf, index, proof, flipped(root, bit)),
        (leaf, index, [*proof, bytes(32)], root),
        (leaf, index, [bytes(32), *proof], root),
        (leaf, index, [root, *proof], root),
    ]
    other = data.draw(st.integers(0, size - 1))
    if other != index:
        wrong.append((leaf, other, proof, root))
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        wrong += [
            (leaf, index, [*proof[:place], flipped(proof[place], bit), *proof[place + 1 :]], root),
            (leaf, index, [*proof[:place], *proof[place + 1 :]], root),
            (leaf, index, [*proof[:place], proof[place][:31], *proof[place + 1 :]], root),
        ]
    for changed, at, path, leads_to in wrong:
        with pytest.raises(ProofError):
            verify_inclusion(changed, at, size, path, leads_to)


@given(st.data())
def test_a_consistency_proof_holds_for_nothing_else(data):
    new = data.draw(st.integers(2, 700))
    old = data.draw(st.integers(1, new - 1))
    proof, old_root, new_root = consistency_proof(old, new, node), slow(0, old), slow(0, new)
    bit = data.draw(st.integers(0, 255))
    place = data.draw(st.integers(0, len(proof) - 1))
    wrong = [
        (old, flipped(old_root, bit), new_root, proof),
        (old, old_root, flipped(new_root, bit), proof),
        (old, new_root, old_root, proof),
        (old, old_root, new_root, [*proof, bytes(32)]),
        (old, old_root, new_root, [bytes(32), *proof]),
        (old, old_root, new_root, [*proof[:place], flipped(proof[place], bit), *proof[place + 1 :]]),
        (old, old_root, new_root, [*proof[:place], *proof[place + 1 :]]),
        (old, old_root, new_root, [*proof[:place], proof[place] + b"\0", *proof[place + 1 :]]),
        (old, old_root, new_root, []),
        (0, EMPTY_ROOT, new_root, proof),
        (0, EMPTY_ROOT, new_root, []),
        (new + 1, old_root, new_root, proof),
    ]
    other = data.draw(st.integers(1, new - 1))
    if other != old:
        wrong.append((other, old_root, new_root, proof))
    for size, first, second, path in wrong:
        with pytest.raises(ProofError):
            verify_consistency(size, first, new, second, path)


def test_an_equal_size_needs_the_same_root_and_no_proof():
    verify_consistency(3, slow(0, 3), 3, slow(0, 3), [])
    for root, proof in ((slow(0, 4), []), (slow(0, 3), [slow(0, 3)])):
        with pytest.raises(ProofError):
            verify_consistency(3, slow(0, 3), 3, root, proof)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (5, 3), (-1, 3)])
def test_there_is_no_proof_outside_the_log(index, size):
    message = f"there is no entry {index} in a log of {size}"
    with pytest.raises(ProofError, match=message):
        inclusion_proof(index, size, node)
    with pytest.raises(ProofError, match=message):
        verify_inclusion(LEAVES[0], index, size, [], LEAVES[0])


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 3), (4, 3), (-1, 3)])
def test_there_is_no_consistency_from_nothing_or_backwards(old, new):
    with pytest.raises(ProofError, match="there is no consistency to prove"):
        consistency_proof(old, new, node)


# --- the probes of others ---------------------------------------------------------------------------


def test_all_the_probes_are_there():
    if not SHARED.is_dir():
        pytest.skip("the probes are not beside this project")
    assert len(PROBES) == 196


@pytest.mark.parametrize("path", PROBES, ids=lambda path: str(path.relative_to(SHARED)))
def test_a_probe_is_taken_or_refused_as_it_says(path):
    probe = json.loads(path.read_bytes())
    proof = [base64.b64decode(text) for text in probe["proof"] or []]
    try:
        if "leafIdx" in probe:
            leaf, root = base64.b64decode(probe["leafHash"]), base64.b64decode(probe["root"])
            verify_inclusion(leaf, probe["leafIdx"], probe["treeSize"], proof, root)
        else:
            first, second = base64.b64decode(probe["root1"]), base64.b64decode(probe["root2"])
            verify_consistency(probe["size1"], first, probe["size2"], second, proof)
    except ProofError:
        refused = True
    else:
        refused = False
    assert refused == probe["wantErr"], probe["desc"]
