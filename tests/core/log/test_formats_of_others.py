"""The formats of others, said again from their texts in the plainest way and held against ours.

RFC 6962 and 9162 for the tree, RFC 8785 for canonical JSON, C2SP for notes, checkpoints, tiles and proofs.
The reference in this file is short, slow and shares nothing with `core` or `verify`, which both answer here.
"""

# ruff: noqa: E501  (tables of malformed texts are read by the line)

from __future__ import annotations

import base64
import hashlib
import json
import re
import struct
import unicodedata

import pytest
import rfc8785
from hypothesis import assume, example, given
from hypothesis import strategies as st

from teladan import verify
from teladan.core import canonical
from teladan.core.log import entry, merkle, note, tlog_proof
from teladan.core.log.checkpoint import Checkpoint, CheckpointError, open_checkpoint
from teladan.core.log.checkpoint import parse as parse_checkpoint
from teladan.core.log.merkle import ProofError
from teladan.core.log.note import NoteError, Signer
from teladan.core.log.tiles import (
    TileError,
    bundle,
    entries_path,
    parse_path,
    tile_path,
    tiles_between,
    unbundle,
)

HASHES = st.binary(min_size=32, max_size=32)
SIGNERS = [Signer(name, bytes([place]) * 32) for place, name in enumerate(("a.example", "b.example/log"), 1)]
KNOWN = [signer.verifier for signer in SIGNERS]


# --- the tree, as RFC 6962 (2.1) writes it -----------------------------------------------------


def mth(leaves: list[bytes]) -> bytes:
    """Return MTH(D[n])."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    k = split(len(leaves))
    return hashlib.sha256(b"\1" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def split(n: int) -> int:
    """Return the largest power of two smaller than n."""
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def path(m: int, leaves: list[bytes]) -> list[bytes]:
    """Return PATH(m, D[n])."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    """Return SUBPROOF(m, D[n], b)."""
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


def tree(count: int) -> list[bytes]:
    """Return so many entries."""
    return [b"%d" % number for number in range(count)]


def node_of(leaves: list[bytes]) -> merkle.Node:
    """Return the roots of complete subtrees."""
    return lambda level, index: mth(leaves[index << level : (index + 1) << level])


SIZES = st.one_of(st.integers(1, 70), st.sampled_from([1, 2, 4, 8, 16, 32, 64, 128, 127, 129]))


@given(SIZES, st.data())
def test_a_path_of_the_standard_is_ours_and_nothing_beside_it_holds(size: int, data: st.DataObject) -> None:
    leaves = tree(size)
    index = data.draw(st.integers(0, size - 1))
    wanted, root, leaf = path(index, leaves), mth(leaves), hashlib.sha256(b"\0" + leaves[index]).digest()
    assert merkle.inclusion_proof(index, size, node_of(leaves)) == wanted
    merkle.verify_inclusion(leaf, index, size, wanted, root)
    verify.check_inclusion(leaf, index, size, wanted, root)
    extra = data.draw(HASHES)
    wrong = [
        (index, size, [*wanted, extra]),
        (index, size, [extra, *wanted]),
        (index, size, wanted[:-1] if wanted else [extra]),
        (index, size, [*wanted, root]),
        (size, size, wanted),
        (index + size, size, wanted),
        (-1, size, wanted),
        (index, 0, wanted),
        (index, 2**63 + size, wanted),
        (index + 2**64, size + 2**64, wanted),
        (index, size, [*wanted[:-1], wanted[-1][:31]] if wanted else [b""]),
        (index, size, [*wanted[:-1], wanted[-1] + b"\0"] if wanted else [b"\0" * 33]),
    ]
    for place, count, steps in wrong:
        with pytest.raises(ProofError):
            merkle.verify_inclusion(leaf, place, count, steps, root)
        with pytest.raises((verify.Wrong, verify.Cannot)):
            verify.check_inclusion(leaf, place, count, steps, root)


@given(SIZES, st.data())
def test_a_consistency_of_the_standard_is_ours_and_nothing_beside_it_holds(
    new: int, data: st.DataObject
) -> None:
    leaves = tree(new)
    old = data.draw(
        st.one_of(st.integers(1, new), st.sampled_from([k for k in (1, 2, 4, 8, 64) if k <= new]))
    )
    wanted, was, is_now = subproof(old, leaves, True), mth(leaves[:old]), mth(leaves)
    assert merkle.consistency_proof(old, new, node_of(leaves)) == wanted
    merkle.verify_consistency(old, was, new, is_now, wanted)
    verify.check_consistency(old, was, new, is_now, wanted)
    extra = data.draw(HASHES)
    assume(extra not in {was, is_now})
    wrong = [
        (old, was, new, is_now, [*wanted, extra]),
        (old, was, new, is_now, [extra, *wanted]),
        (old, was, new, is_now, wanted[:-1] if wanted else [was]),
        (old, extra, new, is_now, wanted),
        (old, was, new, extra, wanted),
        (0, was, new, is_now, wanted),
        (0, merkle.EMPTY_ROOT, new, is_now, []),
        (0, merkle.EMPTY_ROOT, 0, merkle.EMPTY_ROOT, []),
        (new + 1, is_now, new, is_now, wanted),
        (-1, was, new, is_now, wanted),
        (old, was, 2**63 + new, is_now, wanted),
        (old, was[:31], new, is_now, wanted),
    ]
    for one, one_root, two, two_root, steps in wrong:
        with pytest.raises(ProofError):
            merkle.verify_consistency(one, one_root, two, two_root, steps)
        with pytest.raises((verify.Wrong, verify.Cannot)):
            verify.check_consistency(one, one_root, two, two_root, steps)


@pytest.mark.parametrize("size", [2**32, 2**62 + 1, 2**63 - 1])
@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_a_tree_beyond_all_memory_proves_its_entries(size: int, place: str) -> None:
    """Every subtree has the root of a tree of equal leaves, so that the root is known at any size."""
    index = {"first": 0, "middle": size // 2, "last": size - 1}[place]
    full = [hashlib.sha256(b"\0same").digest()]
    for _ in range(63):
        full.append(hashlib.sha256(b"\1" + full[-1] * 2).digest())
    node = lambda level, _index: full[level]  # noqa: E731
    root = merkle.Frontier.read(size, node).root()
    steps = merkle.inclusion_proof(index, size, node)
    merkle.verify_inclusion(full[0], index, size, steps, root)
    verify.check_inclusion(full[0], index, size, steps, root)
    half = merkle.Frontier.read(size // 2 + 1, node).root()
    between = merkle.consistency_proof(size // 2 + 1, size, node)
    merkle.verify_consistency(size // 2 + 1, half, size, root, between)
    verify.check_consistency(size // 2 + 1, half, size, root, between)
    assert len(steps) <= 63


# --- base64: one spelling (RFC 4648, 4) ----------------------------------------------------------


@given(st.binary(max_size=40), st.data())
def test_bytes_have_one_spelling(data: bytes, draw: st.DataObject) -> None:
    text = base64.b64encode(data).decode()
    assert note.decoded_base64(text) == data == verify.base64_bytes(text)
    place = draw.draw(st.integers(0, len(text)))
    inserted = draw.draw(st.sampled_from(["=", "\n", " ", "\r", "-", "_", "\0", "é", "=="]))
    for other in {
        text[:place] + inserted + text[place:],
        text.rstrip("=") + "=" * 3,
        text + "====",
        f" {text}",
    }:
        with pytest.raises(NoteError):
            note.decoded_base64(other)
        with pytest.raises((verify.Wrong, verify.Cannot, ValueError)):
            verify.base64_bytes(other)


@pytest.mark.parametrize(
    "text", ["AB==", "AAB=", "AA", "AAA", "A", "A===", "=", "AAAA=", "AA=A", "\u00c0AAA", "AA＝="]
)
def test_unused_bits_and_missing_padding_are_no_spelling(text: str) -> None:
    with pytest.raises(NoteError):
        note.decoded_base64(text)
    with pytest.raises((verify.Wrong, verify.Cannot, ValueError)):
        verify.base64_bytes(text)


# --- canonical JSON (RFC 8785): ECMAScript's numbers, here as whole numbers only ------------------


@given(st.integers(-(2**53) + 1, 2**53 - 1))
def test_a_whole_number_is_written_as_ecmascript_writes_it(number: int) -> None:
    """A double prints below 1e21 without an exponent; every whole number that is allowed is exact."""
    as_double = json.dumps(number)
    assert canonical.encode(number) == as_double.encode() == rfc8785.dumps(number)
    assert struct.unpack(">d", struct.pack(">d", number))[0] == number


@pytest.mark.parametrize("number", [2**53, -(2**53), 2**63, 10**21, 10**400])
def test_a_whole_number_that_a_double_does_not_hold_is_refused(number: int) -> None:
    with pytest.raises(canonical.CanonicalError):
        canonical.encode(number)
    for read in (entry.parse, verify.parse_json):
        with pytest.raises((entry.EntryError, verify.Wrong, verify.Cannot, ValueError)):
            read(b'{"a":%d}' % number)


@pytest.mark.parametrize(
    "text",
    [
        "-0", "1.0", "1e0", "1E2", "0.0", "-0.0", "1e21", "1E400", "-1e-400", "5e-324", "4.9e-324", "2.2250738585072014e-308",
        "1.7976931348623157e308", "333333333.33333329", "1e-7", "NaN", "Infinity", "-Infinity", "01", "+1", ".5", "1.",
        "0x10", "1_000", "９", "9007199254740992", "-9007199254740993", "truE", "nul",
    ],
)  # fmt: skip
def test_no_other_number_is_read_by_either(text: str) -> None:
    data = b'{"a":%b}' % text.encode()
    with pytest.raises((verify.Wrong, verify.Cannot)):
        verify.canonical_value(data, "this")
    with pytest.raises(entry.EntryError):
        entry.parse(data)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)


@given(st.dictionaries(TEXTS, st.one_of(TEXTS, st.integers(-9, 9), st.booleans(), st.none()), max_size=6))
@example({"\ufb33": 1, "😂": 2, "\u20ac": 3, "\r": 4, "1": 5, "\x80": 6, "ö": 7})
def test_an_object_is_written_as_the_standard_says(value: dict[str, object]) -> None:
    def written(text: str) -> str:
        named = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
        return '"' + "".join(named.get(c, f"\\u{ord(c):04x}" if c < " " else c) for c in text) + '"'

    texts = [*value, *(each for each in value.values() if isinstance(each, str))]
    if not all(unicodedata.is_normalized("NFC", text) for text in texts):
        with pytest.raises(canonical.CanonicalError, match="normal form"):
            canonical.encode(value)
        return
    ours = canonical.encode(value)
    keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
    rest = {key: written(each) if isinstance(each, str) else json.dumps(each) for key, each in value.items()}
    wanted = "{" + ",".join(f"{written(key)}:{rest[key]}" for key in keys) + "}"
    assert ours == wanted.encode()
    assert verify.canonical_value(ours, "this") == value


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}', b'{"a":1,"\\u0061":2}', b'{"a":{"b":1,"b":1}}', b'{"b":1,"a":1}', b'{"a": 1}', b'{"a":1}\n',
        b'\xef\xbb\xbf{"a":1}', b'{"a":"\\ud800"}', b'{"a":"\\udc00\\ud800"}', b'{"a":"\\ud83d\\ude02"}',
        b'{"a":"\xed\xa0\xbd\xed\xb8\x82"}', b'{"a":"\\u0041"}', b'{"a":"\\/"}', b'{"a":"\x1f"}', b'{"a":"\\u001F"}',
        b'{"a":"\\u0009"}', b'{"a":"e\xcc\x81"}', b'{"a":"\xff"}', b'{"a":"\xc0\xaf"}', b'{"a":"\\x41"}', b'{"a":1,}',
        b"{'a':1}", b'{"\\ud83d":1}', b"", b"{", b"[" * 100_000, b'{"a":' * 5_000,
    ],
)  # fmt: skip
def test_bytes_with_another_reading_are_refused_by_both(data: bytes) -> None:
    with pytest.raises((verify.Wrong, verify.Cannot)):
        verify.canonical_value(data, "this")
    with pytest.raises(entry.EntryError):
        entry.parse(data)


# --- notes (c2sp.org/signed-note) ------------------------------------------------------------------

SPACES = [c for c in map(chr, range(0x3100)) if c.isspace() and not "\x1c" <= c <= "\x1f"]


@given(st.lists(st.sampled_from(range(4)), min_size=1, max_size=16), st.text("ab\n ö—+", max_size=12))
def test_a_note_is_opened_by_who_is_known_and_only_then(order: list[int], body: str) -> None:
    """Four keys sign, two of them known: `order` is whose lines stand under the note."""
    text = body + "\n"
    signers = [*SIGNERS, Signer("c.example", bytes([9]) * 32), Signer(SIGNERS[0].name, bytes([8]) * 32)]
    data = (text + "\n" + "".join(signers[place].sign(text) for place in order)).encode()
    known = [SIGNERS[place].name for place in dict.fromkeys(order) if place < 2]
    keys = [verify.parse_key(each.vkey) for each in KNOWN]
    if not known:
        with pytest.raises(NoteError):
            note.open_note(data, KNOWN)
        with pytest.raises(verify.Wrong):
            verify.signers(verify.parse_note(data), keys, "this")
        return
    read, signed = note.open_note(data, KNOWN)
    assert read == text
    assert sorted(each.name for each in signed) == sorted(known)
    assert {key.name for key in verify.signers(verify.parse_note(data), keys, "this")} == set(known)


def note_of(line: str, text: str = "text\n") -> bytes:
    """Return a note that a known key has signed, with one more line."""
    return (text + "\n" + SIGNERS[0].sign(text) + line).encode()


SIGNATURE = base64.b64encode(b"idid" + bytes(64)).decode()


@pytest.mark.parametrize(
    "line",
    [
        f"— c.example {SIGNATURE}",  # the end of the line is missing
        f"— c.example {SIGNATURE}\r\n",
        f"— c.example  {SIGNATURE}\n",
        f"—  c.example {SIGNATURE}\n",
        f"- c.example {SIGNATURE}\n",
        f"– c.example {SIGNATURE}\n",
        f"—\u00a0c.example {SIGNATURE}\n",
        f"— {SIGNATURE}\n",
        f"—  {SIGNATURE}\n",
        f"— c.ex+ample {SIGNATURE}\n",
        f"— c.example {SIGNATURE} \n",
        f"— c.example {SIGNATURE[:-1]}\n",
        f"— c.example {SIGNATURE}=\n",
        f"— c.example {base64.b64encode(b'idid').decode()}\n",
        f"— c.example {base64.urlsafe_b64encode(b'idid' + bytes([251]) * 8).decode()}\n",
        "— c.example \n",
        "— c.example\n",
        "text\n",
        f"— c.example\t{SIGNATURE}\n",
        f"— c.exam\x00ple {SIGNATURE}\n",
        *(f"— c{space}d {SIGNATURE}\n" for space in SPACES if space != "\n"),
    ],
)
def test_a_malformed_line_makes_the_whole_note_none(line: str) -> None:
    assert note.open_note(note_of(""), KNOWN)[1]
    with pytest.raises(NoteError):
        note.open_note(note_of(line), KNOWN)
    with pytest.raises((verify.Wrong, verify.Cannot)):
        verify.parse_note(note_of(line))


@pytest.mark.parametrize("line", [f"— c.ö/\u200b {SIGNATURE}\n", f"— — {SIGNATURE}\n", "— c AAAAAAA=\n"])
def test_an_odd_line_of_an_unknown_key_is_passed_over(line: str) -> None:
    assert note.open_note(note_of(line), KNOWN)[1] == [KNOWN[0]]
    keys = [verify.parse_key(each.vkey) for each in KNOWN]
    assert len(verify.signers(verify.parse_note(note_of(line)), keys, "this")) == 1


@pytest.mark.parametrize("part", ["name", "id"])
def test_a_key_that_shares_only_name_or_only_id_is_unknown(part: str) -> None:
    line = SIGNERS[0].sign("text\n")
    name, packed = line.split(" ")[1:]
    raw = base64.b64decode(packed)
    other = (
        f"— other.example {packed}"
        if part == "name"
        else (f"— {name} {base64.b64encode(bytes([raw[0] ^ 1]) + raw[1:]).decode()}\n")
    )
    data = ("text\n\n" + other).encode()
    with pytest.raises(NoteError, match="no known key"):
        note.open_note(data, KNOWN)
    with pytest.raises(verify.Unsigned):
        verify.signers(verify.parse_note(data), [verify.parse_key(each.vkey) for each in KNOWN], "this")


@given(st.integers(0, 0x1F).filter(lambda code: code != 10), st.integers(0, 4))
def test_no_control_character_stands_in_a_text(code: int, place: int) -> None:
    text = "text"[:place] + chr(code) + "text"[place:] + "\n"
    with pytest.raises(NoteError):
        note.sign(text, SIGNERS)
    data = (text + "\n" + f"— a.example {SIGNATURE}\n").encode()
    with pytest.raises(NoteError):
        note.parse(data)
    with pytest.raises((verify.Wrong, verify.Cannot)):
        verify.parse_note(data)


# --- checkpoints (c2sp.org/tlog-checkpoint) --------------------------------------------------------

ROOT = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "text",
    [
        "", "\n", "a\n", "a\n0\n", f"a\n0\n{ROOT}", f"\n0\n{ROOT}\n", f"a\n\n{ROOT}\n", f"a\n00\n{ROOT}\n", f"a\n01\n{ROOT}\n",
        f"a\n-0\n{ROOT}\n", f"a\n-1\n{ROOT}\n", f"a\n+1\n{ROOT}\n", f"a\n 1\n{ROOT}\n", f"a\n1 \n{ROOT}\n", f"a\n1.0\n{ROOT}\n",
        f"a\n1e3\n{ROOT}\n", f"a\n0x1\n{ROOT}\n", f"a\n1_0\n{ROOT}\n", f"a\n１\n{ROOT}\n", f"a\n٣\n{ROOT}\n", f"a\n{2**63}\n{ROOT}\n",
        f"a\n{2**64}\n{ROOT}\n", f"a\n{'9' * 5000}\n{ROOT}\n", f"a\n1\n{ROOT} \n", f"a\n1\n{ROOT[:-1]}\n", f"a\n1\n{ROOT}=\n",
        f"a\n1\n{base64.b64encode(bytes(31)).decode()}\n", f"a\n1\n{base64.b64encode(bytes(33)).decode()}\n", f"a\n1\n{ROOT[:-2]}B=\n",
        f"a\n1\n{ROOT}\n\n", f"a\n1\n{ROOT}\n\nb\n", f"a\r\n1\r\n{ROOT}\r\n", f"a\n1\n{ROOT}\nb",
    ],
)  # fmt: skip
def test_a_text_that_is_no_checkpoint_is_one_for_neither(text: str) -> None:
    with pytest.raises(CheckpointError):
        parse_checkpoint(text)
    with pytest.raises((verify.Wrong, verify.Cannot)):
        verify.parse_checkpoint(text)


LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=9)


@given(LINES, st.integers(0, 2**63 - 1), HASHES, st.lists(LINES, max_size=3))
@example("not an address + with a plus", 2**63 - 1, bytes(32), ["extension 1", " ", "="])
@example("a", 0, bytes(32), [])
def test_any_origin_size_and_extension_is_read_by_both(
    origin: str, size: int, root: bytes, extensions: list[str]
) -> None:
    text = "\n".join([origin, str(size), base64.b64encode(root).decode(), *extensions, ""])
    read = parse_checkpoint(text)
    assert (read.origin, read.size, read.root, read.extensions) == (origin, size, root, tuple(extensions))
    assert read.text() == text
    other = verify.parse_checkpoint(text)
    assert (other.origin, other.size, other.root) == (origin, size, root)
    signed = note.sign(text, SIGNERS[:1])
    assert open_checkpoint(signed, KNOWN, origin) == read
    with pytest.raises(CheckpointError):
        open_checkpoint(signed, KNOWN, origin + "x")


# --- tiles (c2sp.org/tlog-tiles) -------------------------------------------------------------------


def spelled(index: int) -> str:
    """Return N as the text spells it, from its decimal digits in groups of three."""
    digits = str(index)
    groups = re.findall("...", digits.zfill(-(-len(digits) // 3) * 3))
    return "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])


@given(st.integers(0, 63), st.one_of(st.integers(0, 10**6 + 1), st.integers(0, 2**63)), st.integers(1, 256))
@example(0, 1234067, 256)
@example(63, 999, 255)
@example(0, 1000, 1)
def test_a_tile_is_spelled_as_the_text_says(level: int, index: int, width: int) -> None:
    edge = "" if width == 256 else f".p/{width}"
    assert tile_path(level, index, width) == f"tile/{level}/{spelled(index)}{edge}"
    assert entries_path(index, width) == f"tile/entries/{spelled(index)}{edge}"
    assert parse_path(f"tile/{level}/{spelled(index)}{edge}") == (level, index, width)
    assert verify.tile_path(level, index, width) == tile_path(level, index, width)


@given(st.text("tile/entris0123x.p", max_size=24))
@example("tile/64/000")
@example("tile/0/000.p/256")
@example("tile/0/000.p/0")
@example("tile/0/000.p/01")
@example("tile/0/x000/001")
@example("tile/0/1000")
@example("tile/0/x001/x002")
@example("tile/00/000")
@example("tile/0/000/")
def test_a_path_is_read_only_where_the_text_spells_it(text: str) -> None:
    try:
        level, index, width = parse_path(text)
    except TileError:
        return
    kind = "entries" if level is None else str(level)
    assert text == f"tile/{kind}/{spelled(index)}" + ("" if width == 256 else f".p/{width}")
    assert level is None or 0 <= level <= 63
    assert 1 <= width <= 256


@given(st.integers(0, 300_000))
@example(70_000)
@example(256)
@example(65_536)
def test_a_log_of_a_size_has_the_tiles_of_the_text(size: int) -> None:
    wanted = set()
    level = 0
    while size // 256**level:
        there = size // 256**level
        wanted |= {(level, index, 256) for index in range(there // 256)}
        if there % 256:
            wanted.add((level, there // 256, there % 256))
        level += 1
    assert set(tiles_between(0, size)) == wanted


@given(st.lists(st.binary(max_size=9), min_size=1, max_size=256))
@example([b""] * 256)
def test_a_bundle_is_lengths_and_entries(entries: list[bytes]) -> None:
    wanted = b"".join(struct.pack(">H", len(each)) + each for each in entries)
    assert bundle(entries) == wanted
    assert unbundle(wanted) == entries == verify.unbundle(wanted, "this")


# --- proofs (c2sp.org/tlog-proof) ------------------------------------------------------------------

CHECKPOINT = note.sign(Checkpoint("a.example", 1, merkle.leaf_hash(b"x")).text(), SIGNERS[:1])
HEAD = "c2sp.org/tlog-proof@v1\n"


@pytest.mark.parametrize(
    "head",
    [
        "", "index 0\n", HEAD, f"{HEAD}index\n", f"{HEAD}index \n", f"{HEAD}index 00\n", f"{HEAD}index +0\n", f"{HEAD}index -1\n",
        f"{HEAD}index 0 \n", f"{HEAD} index 0\n", f"{HEAD}index ０\n", f"{HEAD}index {2**63}\n", f"{HEAD}index {'9' * 5000}\n",
        f"{HEAD}extra\nindex 0\n", f"{HEAD}extra \nindex 0\n", f"{HEAD}extra AA\nindex 0\n", f"{HEAD}index 0\nextra AA==\n",
        f"{HEAD}extra AA==\nextra AA==\nindex 0\n", f"{HEAD}index 0\nindex 0\n", f"{HEAD}index 0\nAAAA\n", f"{HEAD}index 0\n{ROOT} \n",
        f"{HEAD}index 0\n{ROOT}=\n", f"{HEAD}index 0\n" + f"{ROOT}\n" * 64, "c2sp.org/tlog-proof@v2\nindex 0\n",
        "C2SP.org/tlog-proof@v1\nindex 0\n", "\ufeff" + HEAD + "index 0\n", HEAD.replace("\n", "\r\n") + "index 0\r\n",
    ],
)  # fmt: skip
def test_a_head_that_is_none_is_none_for_both(head: str) -> None:
    good = HEAD + "index 0\n\n" + CHECKPOINT
    tlog_proof.parse(good).verify(b"x", KNOWN)
    verify.parse_proof(good.encode())
    data = f"{head}\n{CHECKPOINT}".encode()
    with pytest.raises((ProofError, NoteError, CheckpointError)):
        tlog_proof.parse(data)
    with pytest.raises((verify.Wrong, verify.Cannot)):
        verify.parse_proof(data)
