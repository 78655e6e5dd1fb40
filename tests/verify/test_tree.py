"""Trees, proofs and checkpoints: the same verdict as `core`, on random and on damaged ones."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teladan import verify
from teladan.core.log import checkpoint, merkle, tiles, tlog_proof
from teladan.core.log.checkpoint import Checkpoint, CheckpointError
from teladan.core.log.merkle import ProofError
from teladan.core.log.note import NoteError, Signer, sign

PROBES = Path(__file__).parents[3] / "shared/vectors/tlog/merkle_probes/testdata"
SIGNER = Signer("log.example/record", bytes(range(32)))
RANDOM = settings(deadline=None, max_examples=150)


def leaves_of(count):
    return [merkle.leaf_hash(b"entry %d" % number) for number in range(count)]


LEAVES = leaves_of(70)


def node(level, index):
    return merkle.root_of(LEAVES[index << level : (index + 1) << level])


def holds(check, *arguments):
    try:
        check(*arguments)
    except (verify.Wrong, verify.Malformed, ProofError, NoteError, CheckpointError):
        return False
    return True


def same_verdict(ours, core, arguments, into_core=None):
    verdict = holds(ours, *arguments)
    assert verdict == holds(core, *(into_core or arguments))
    return verdict


@pytest.mark.parametrize("count", range(70))
def test_the_root_is_that_of_core(count):
    tree = verify.Tree()
    for leaf in LEAVES[:count]:
        tree.append(leaf)
    assert (tree.size, tree.root()) == (count, merkle.root_of(LEAVES[:count]))


def damaged(draw, path):
    """Return a path that is sometimes as it was."""
    path = list(path)
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(0, len(path)))
        kind = draw(st.sampled_from(["insert", "drop", "flip"]))
        if kind == "insert":
            path.insert(place, draw(st.sampled_from([*LEAVES[:3], bytes(32)])))
        elif place < len(path):
            if kind == "drop":
                path.pop(place)
            else:
                path[place] = bytes([path[place][0] ^ 1]) + path[place][1:]
    return path


@RANDOM
@given(st.data())
def test_inclusion_has_the_verdict_of_core(data):
    size = data.draw(st.integers(1, 70))
    index = data.draw(st.integers(0, size - 1))
    path = damaged(data.draw, merkle.inclusion_proof(index, size, node))
    said = index + data.draw(st.sampled_from([0, 0, 0, 1]))
    count = max(0, size + data.draw(st.sampled_from([0, 0, 0, 1, -1])))
    leaf = LEAVES[data.draw(st.sampled_from([index, index, index, 0]))]
    arguments = (leaf, said, count, path, merkle.root_of(LEAVES[:size]))
    verdict = same_verdict(verify.check_inclusion, merkle.verify_inclusion, arguments)
    if (said, count, path, leaf) == (index, size, merkle.inclusion_proof(index, size, node), LEAVES[index]):
        assert verdict


@RANDOM
@given(st.data())
def test_consistency_has_the_verdict_of_core(data):
    new = data.draw(st.integers(1, 70))
    old = data.draw(st.integers(1, new))
    path = damaged(data.draw, merkle.consistency_proof(old, new, node))
    one = old + data.draw(st.sampled_from([0, 0, 0, 1, -1]))
    other = new + data.draw(st.sampled_from([0, 0, 0, 1, -1]))
    roots = [merkle.root_of(LEAVES[:old]), merkle.root_of(LEAVES[:new])]
    if data.draw(st.booleans()) and data.draw(st.booleans()):
        roots.reverse()
    same_verdict(verify.check_consistency, merkle.verify_consistency, (one, roots[0], other, roots[1], path))


def test_an_empty_log_is_the_beginning_of_nothing():
    for new in (0, 3):
        with pytest.raises(verify.Wrong, match="cannot be the beginning"):
            verify.check_consistency(0, merkle.EMPTY_ROOT, new, merkle.root_of(LEAVES[:new]), [])


@pytest.mark.skipif(not PROBES.exists(), reason="there are no shared vectors on this machine")
def test_the_probes_of_others():
    seen = 0
    for file in sorted(PROBES.rglob("*.json")):
        probe = json.loads(file.read_bytes())
        path = [base64.b64decode(step) for step in probe["proof"] or []]
        if "leafIdx" in probe:
            root, leaf = base64.b64decode(probe["root"]), base64.b64decode(probe["leafHash"])
            arguments = (leaf, probe["leafIdx"], probe["treeSize"], path, root)
            verdict = holds(verify.check_inclusion, *arguments)
        else:
            roots = base64.b64decode(probe["root1"]), base64.b64decode(probe["root2"])
            arguments = (probe["size1"], roots[0], probe["size2"], roots[1], path)
            verdict = holds(verify.check_consistency, *arguments)
        assert verdict is not probe["wantErr"], file
        seen += 1
    assert seen == 196


# --- checkpoints and proofs -----------------------------------------------------------------------


def proof_text(size, index):
    note = sign(Checkpoint(SIGNER.name, size, merkle.root_of(LEAVES[:size])).text(), [SIGNER])
    path = tuple(merkle.inclusion_proof(index, size, node))
    return tlog_proof.TlogProof(index, path, note, b"entry %d" % index).text()


def check_with_core(data):
    proof = tlog_proof.parse(data)
    found = proof.verify(proof.extra, [SIGNER.verifier], SIGNER.name)
    if not proof.extra:
        raise ProofError("no entry")
    return found


def check_with_ours(data):
    proof = verify.parse_proof(data)
    if not proof.extra:
        raise verify.Malformed("no entry")
    key = verify.parse_key(SIGNER.verifier.vkey)
    found, _ = verify.check_proof(proof, proof.extra, [key], "the proof")
    return found


@pytest.mark.parametrize("size", [1, 2, 7, 8, 70])
def test_a_receipt_of_core_proves_its_entry(size):
    for index in range(size):
        found = check_with_ours(proof_text(size, index).encode())
        assert found == (SIGNER.name, size, merkle.root_of(LEAVES[:size]))


@RANDOM
@given(st.data())
def test_a_damaged_receipt_has_the_verdict_of_core(data):
    size = data.draw(st.integers(1, 12))
    text = bytearray(proof_text(size, data.draw(st.integers(0, size - 1))).encode())
    for _ in range(data.draw(st.integers(0, 2))):
        place = data.draw(st.integers(0, len(text) - 1))
        kind = data.draw(st.sampled_from(["flip", "drop", "double", "cut", "line", "blank"]))
        if kind == "flip":
            text[place] ^= 1 << data.draw(st.integers(0, 7))
        elif kind == "drop":
            del text[place]
        elif kind == "double":
            text.insert(place, text[place])
        elif kind == "cut":
            del text[place + 1 :]
        else:
            text[place:place] = b"\n" if kind == "line" else b" "
    assert holds(check_with_ours, bytes(text)) == holds(check_with_core, bytes(text))


@RANDOM
@given(
    st.lists(
        st.sampled_from(
            [
                "log.example/record",
                "0",
                "7",
                "07",
                "-1",
                "9" * 20,
                str(2**63),
                "",
                "AA==",
                "\xa0",
                "x",
                base64.b64encode(bytes(32)).decode(),
                base64.b64encode(bytes(31)).decode(),
            ]
        ),
        max_size=5,
    ),
    st.booleans(),
)
def test_a_checkpoint_is_one_where_core_says_so(lines, ended):
    text = "\n".join(lines) + ("\n" if ended else "")
    assert holds(verify.parse_checkpoint, text) == holds(checkpoint.parse, text)


# --- tiles ----------------------------------------------------------------------------------------


@given(st.integers(0, 8), st.integers(0, 10**13), st.integers(1, 256))
def test_tiles_have_the_paths_of_core(level, index, width):
    assert verify.tile_path(level, index, width) == tiles.tile_path(level, index, width)
    assert verify.tile_path("entries", index, width) == tiles.entries_path(index, width)


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=20))
def test_a_bundle_of_core_gives_its_entries_back(entries):
    assert verify.unbundle(tiles.bundle(entries), "the bundle") == entries


@given(st.binary(min_size=1, max_size=40))
def test_damaged_bundles_are_damaged_for_both(data):
    def core(data):
        try:
            tiles.unbundle(data)
        except tiles.TileError as error:
            raise ProofError(str(error)) from error

    assert holds(verify.unbundle, data, "the bundle") == holds(core, data)
