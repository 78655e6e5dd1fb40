"""Tiles and bundles: names, which are needed, and reading hashes back."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teladan.core.log.merkle import (
    Frontier,
    ProofError,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from teladan.core.log.tiles import (
    HashReader,
    TileError,
    bundle,
    entries_path,
    parse_path,
    tile_path,
    tiles_between,
    unbundle,
)
from tests.core.log.files import log_files

ENTRIES = [b"entry %d" % number for number in range(66_000)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


# --- names ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "index", "width", "path"),
    [
        (0, 0, 256, "tile/0/000"),
        (0, 999, 1, "tile/0/999.p/1"),
        (1, 1000, 255, "tile/1/x001/000.p/255"),
        (63, 1234067, 256, "tile/63/x001/x234/067"),
        (None, 273, 112, "tile/entries/273.p/112"),
        (None, 2**64 - 1, 256, "tile/entries/x018/x446/x744/x073/x709/x551/615"),
    ],
)
def test_a_path_and_what_it_names(level, index, width, path):
    assert (entries_path(index, width) if level is None else tile_path(level, index, width)) == path
    assert parse_path(path) == (level, index, width)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "checkpoint",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/x000/001",
        "tile/0/x000/x001/000",
        "tile/0/001/000",
        "tile/0/x001",
        "tile/0/x001/x000",
        "tile/00/000",
        "tile/01/000",
        "tile/64/000",
        "tile/100/000",
        "tile/-1/000",
        "tile/data/000",
        "tile/entries/-01",
        "tile/8/0/000",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/999",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000/",
        "tile/0/000\n",
        "/tile/0/000",
        "tile/0/../0/000",
        "tile/0/٠٠٠",
        "tile/0/x018/x446/x744/x073/x709/x551/616",
    ],
)
def test_any_other_spelling_is_refused(path):
    with pytest.raises(TileError):
        parse_path(path)


@pytest.mark.parametrize(
    ("level", "index", "width"), [(64, 0, 1), (-1, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)]
)
def test_there_is_no_path_for_what_is_no_tile(level, index, width):
    with pytest.raises(TileError):
        tile_path(level, index, width)


@given(st.integers(0, 63), st.integers(0, 2**64 - 1), st.integers(1, 256))
def test_every_path_reads_back(level, index, width):
    assert parse_path(tile_path(level, index, width)) == (level, index, width)
    assert parse_path(entries_path(index, width)) == (None, index, width)


# --- which are needed -------------------------------------------------------------------------------


def test_a_log_of_70000_has_the_tiles_of_the_specification():
    found = list(tiles_between(0, 70_000))
    assert [tile for tile in found if tile[2] < 256] == [(0, 273, 112), (1, 1, 17), (2, 0, 1)]
    assert len(found) == 273 + 1 + 1 + 1 + 1
    assert [tile for tile in found if tile[0] == 1] == [(1, 0, 256), (1, 1, 17)]


def test_a_log_of_256_has_a_full_tile_and_one_hash_above():
    assert list(tiles_between(0, 256)) == [(0, 0, 256), (1, 0, 1)]
    assert list(tiles_between(256, 256)) == []


def test_a_log_does_not_shrink():
    for old, new in ((2, 1), (-1, 1)):
        with pytest.raises(TileError, match="does not grow"):
            list(tiles_between(old, new))


@given(st.lists(st.integers(0, 70_000), min_size=1, max_size=6).map(sorted))
def test_growing_in_steps_leaves_every_tile_that_each_size_needs(sizes):
    written = set()
    old = 0
    for size in sizes:
        written |= set(tiles_between(old, size))
        assert set(tiles_between(0, size)) <= written
        old = size


# --- bundles ----------------------------------------------------------------------------------------


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=20))
def test_a_bundle_reads_back_and_no_part_of_it_does(entries):
    data = bundle(entries)
    assert unbundle(data) == entries
    assert data == b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)
    for wrong in (data[:-1], data + b"\0", data + b"\0\1", b"\xff" + data):
        with contextlib.suppress(TileError):
            assert unbundle(wrong) != entries


def test_the_bytes_of_a_bundle():
    assert bundle([b"ab", b"", b"c" * 258]) == b"\0\2ab\0\0\1\2" + b"c" * 258
    assert unbundle(bundle([b"x" * 65_535])) == [b"x" * 65_535]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "a bundle has 1 to 256 entries, not 0"),
        (b"\0", "breaks off inside its entry 0"),
        (b"\0\1", "breaks off inside its entry 0"),
        (b"\0\1a\0", "breaks off inside its entry 1"),
        (b"\0\0" * 257, "a bundle has 1 to 256 entries, not 257"),
    ],
)
def test_a_bundle_that_is_none(data, message):
    with pytest.raises(TileError, match=message):
        unbundle(data)


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([], "not 0"),
        ([b""] * 257, "not 257"),
        ([b"", b"x" * 65_536], "an entry of 65536 bytes; at most 65535 fit"),
    ],
)
def test_what_fits_in_no_bundle(entries, message):
    with pytest.raises(TileError, match=message):
        bundle(entries)


# --- hashes read back -------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 255, 256, 257, 511, 512, 5000, 65_536, 66_000])
def test_proofs_from_the_files_of_a_log(size):
    files = log_files(ENTRIES[:size])
    reader = HashReader(files.__getitem__, size)
    root = root_of(LEAVES[:size])
    assert Frontier.read(size, reader.node).root() == root
    for index in {0, size // 3, size // 2, size - 1}:
        verify_inclusion(LEAVES[index], index, size, inclusion_proof(index, size, reader.node), root)
    for old in {1, size // 3 + 1, size}:
        proof = consistency_proof(old, size, reader.node)
        verify_consistency(old, root_of(LEAVES[:old]), size, root, proof)


def test_an_older_log_is_read_from_the_full_tiles_that_took_the_place_of_narrow_ones():
    files = log_files(ENTRIES[:300]) | log_files(ENTRIES[:512], 300)
    del files["tile/0/001.p/44"]
    asked = []

    def read(path):
        asked.append(path)
        return files[path]

    reader = HashReader(read, 300)
    assert Frontier.read(300, reader.node).root() == root_of(LEAVES[:300])
    assert asked == ["tile/1/000.p/1", "tile/0/001.p/44", "tile/0/001"]
    # What the file holds beyond the 300 entries is not given out.
    assert len(reader.tile(0, 1)) == 44 * 32


def test_an_older_root_comes_from_the_files_of_the_newest_size_alone():
    newest = HashReader(log_files(ENTRIES[:512]).__getitem__, 512)
    assert Frontier.read(300, newest.node).root() == root_of(LEAVES[:300])


def test_a_reader_takes_a_file_that_is_not_there_as_such():
    def read(path):
        raise FileNotFoundError(path)

    with pytest.raises(FileNotFoundError, match="tile/0/000$"):
        HashReader(read, 3).node(0, 0)


@pytest.mark.parametrize(("change", "there"), [(lambda data: data[:-1], 95), (lambda data: data + b"\0", 97)])
def test_a_tile_of_another_length_is_refused_by_its_path(change, there):
    files = {path: change(data) for path, data in log_files(ENTRIES[:3]).items()}
    with pytest.raises(TileError, match=f"tile/0/000.p/3 has {there} bytes instead of 96"):
        HashReader(files.__getitem__, 3).node(0, 0)


@pytest.mark.parametrize(("level", "index"), [(0, 3), (1, 1), (2, 0), (0, -1), (-1, 0)])
def test_a_subtree_beyond_the_edge_is_refused(level, index):
    with pytest.raises(ProofError, match="no complete subtree"):
        HashReader(log_files(ENTRIES[:3]).__getitem__, 3).node(level, index)


def test_a_reader_asks_for_each_tile_once():
    files = log_files(ENTRIES[:1000])
    asked = []

    def read(path):
        asked.append(path)
        return files[path]

    reader = HashReader(read, 1000)
    for index in range(0, 1000, 7):
        inclusion_proof(index, 1000, reader.node)
    assert sorted(asked) == ["tile/0/000", "tile/0/001", "tile/0/002", "tile/0/003.p/232", "tile/1/000.p/3"]
