"""Check a public record of Teladan from outside. One file, Python's standard library, nothing of ours.

    python3 -I verify.py proof FILE                  one receipt: this entry stands in the signed record
    python3 -I verify.py log URL|FOLDER              the whole record, every entry hashed again
    python3 -I verify.py publication URL|FOLDER      a published result: its receipts, its bytes, its figures
    python3 -I verify.py evidence FILE --log PLACE   which entry names this file

Exit status: 0 it holds; 1 something was checked and does not hold; 2 it could not be checked.
The first line of the output is the verdict in one sentence; the lines below say what it rests on, and
what it does not prove.

This is a second implementation, written apart from the one that keeps the record: Merkle tree (RFC 6962),
signed notes, checkpoints, tiles and proofs (C2SP), Ed25519 (RFC 8032), canonical JSON (RFC 8785) and the
additive index. Tests hold the two against each other. Sections, from the bytes up:

    1 failures   2 Ed25519   3 signed notes   4 checkpoints   5 the tree   6 proofs   7 canonical JSON
    8 entries   9 places   10 the log   11 exact numbers   12 the method   13 the index
    14 publications   15 the verbs   16 the command
"""

# ruff: noqa: PLC0415, PTH100, PTH105, PTH110, PTH112, PTH113, PTH118, PTH119, PTH120, PTH123, PTH208
# Imports stand where they are needed and paths are plain text: a proof is checked in less time than
# it takes to load the rest.

from __future__ import annotations

import binascii
import hashlib
import json
import os
import re
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator
    from fractions import Fraction

HOLDS, WRONG, CANNOT = 0, 1, 2

# --- 1 failures -----------------------------------------------------------------------------------


class Wrong(Exception):  # noqa: N818  (a verdict, not a fault of the program)
    """Something was checked and does not hold. Status 1."""

    opening = "Does not hold"
    status = WRONG


class Unsigned(Wrong):
    """A note that none of the keys given has signed."""


class Cannot(Exception):  # noqa: N818
    """Something could not be checked: not there, not readable, not in a form known here. Status 2."""

    opening = "Could not check"
    status = CANNOT


class Malformed(Cannot):
    """Bytes that are not what they should be: the message says what is expected."""


class Missing(Cannot):
    """A file that is not there."""


class Pending(Cannot):
    """A publication whose receipt is not made yet."""

    opening = "Not yet in the record"


class NeedsTeladan(Cannot):
    """A method that this verifier does not compute."""

    opening = "Not recomputed"


def plural(count: int, one: str, many: str = "") -> str:
    """Return the count with its noun: "1 entry", "1,234 entries"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


# --- 2 Ed25519 (RFC 8032, verification only) ------------------------------------------------------

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE_D = -121665 * pow(121666, PRIME - 2, PRIME) % PRIME
ROOT_OF_MINUS_1 = pow(2, (PRIME - 1) // 4, PRIME)

Point = tuple[int, int, int, int]  # (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z
NEUTRAL: Point = (0, 1, 1, 0)


def _add(left: Point, right: Point) -> Point:
    a = (left[1] - left[0]) * (right[1] - right[0]) % PRIME
    b = (left[1] + left[0]) * (right[1] + right[0]) % PRIME
    c = 2 * left[3] * right[3] * CURVE_D % PRIME
    d = 2 * left[2] * right[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def _double(point: Point) -> Point:
    x, y, z, _ = point
    a, b = x * x % PRIME, y * y % PRIME
    h = a + b
    e, g = h - (x + y) * (x + y) % PRIME, a - b
    f = 2 * z * z % PRIME + g
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def _multiples(point: Point) -> list[Point]:
    """Return 0 to 15 times a point."""
    table = [NEUTRAL]
    for _ in range(15):
        table.append(_add(table[-1], point))
    return table


def _decompressed(data: bytes) -> Point | None:
    """Return the point of 32 bytes; None for what is no point or not written in its one way."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= PRIME:
        return None
    u, v = (y * y - 1) % PRIME, (CURVE_D * y * y + 1) % PRIME
    x = u * pow(v, 3, PRIME) * pow(u * pow(v, 7, PRIME), (PRIME - 5) // 8, PRIME) % PRIME
    square = v * x * x % PRIME
    if square == -u % PRIME:
        x = x * ROOT_OF_MINUS_1 % PRIME
    elif square != u:
        return None
    if x == 0 and sign:
        return None
    if x & 1 != sign:
        x = PRIME - x
    return x, y, 1, x * y % PRIME


def _of_small_order(point: Point) -> bool:
    """Say whether eight times the point is nothing: such a key signs anything."""
    x, y, z, _ = _double(_double(_double(point)))
    return x == 0 and y == z


BASE = _decompressed(bytes([0x58]) + bytes([0x66]) * 31)
BASE_MULTIPLES: list[Point] = []  # filled at the first signature


def ed25519_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether a signature (64 bytes) of a message is made by a public key (32 bytes).

    Strict: a scalar not below the group's order, a point not in its one form, and keys or
    commitments of small order are refused.
    """
    if len(public) != 32 or len(signature) != 64:
        return False
    scalar = int.from_bytes(signature[32:], "little")
    key, commitment = _decompressed(public), _decompressed(signature[:32])
    if scalar >= ORDER or key is None or commitment is None:
        return False
    if _of_small_order(key) or _of_small_order(commitment):
        return False
    if not BASE_MULTIPLES:
        assert BASE is not None
        BASE_MULTIPLES.extend(_multiples(BASE))
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    challenge = int.from_bytes(digest, "little") % ORDER
    minus_key = _multiples((-key[0] % PRIME, key[1], 1, -key[3] % PRIME))
    total = NEUTRAL  # scalar · base - challenge · key, four bits of both at a time
    for shift in range(252, -4, -4):
        total = _double(_double(_double(_double(total))))
        total = _add(total, BASE_MULTIPLES[scalar >> shift & 15])
        total = _add(total, minus_key[challenge >> shift & 15])
    inverse = pow(total[2], PRIME - 2, PRIME)
    x, y = total[0] * inverse % PRIME, total[1] * inverse % PRIME
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


# --- 3 signed notes (C2SP signed-note) ------------------------------------------------------------

ED25519 = b"\x01"  # the type of key, ahead of its 32 bytes
MOST_SIGNATURES = 100
DASH = "\N{EM DASH} "
KEY_ID = re.compile(r"[0-9a-fA-F]{8}", re.ASCII)
CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")
NOT_IN_NAMES = re.compile("[\x00-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")


def sha256(data: bytes) -> bytes:
    """Return the SHA-256 of bytes."""
    return hashlib.sha256(data).digest()


def base64_bytes(text: str) -> bytes:
    """Return the bytes of base64 text; raises ValueError for anything but the one way to write them."""
    data = binascii.a2b_base64(text.encode("ascii"))
    if binascii.b2a_base64(data, newline=False).decode("ascii") != text:
        raise ValueError("not base64")
    return data


def base64_text(data: bytes) -> str:
    """Return bytes as base64 text."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def _is_key_name(name: str) -> bool:
    return bool(name) and "+" not in name and not NOT_IN_NAMES.search(name)


class Key(NamedTuple):
    """A public key that signs notes: its name, its ID (4 bytes) and its 32 bytes."""

    name: str
    id: bytes
    public: bytes

    @property
    def text(self) -> str:
        """Return the key as it is passed around: name+id+base64."""
        return f"{self.name}+{self.id.hex()}+{base64_text(ED25519 + self.public)}"

    @property
    def short(self) -> str:
        """Return name and ID, which tell keys apart."""
        return f"{shown(self.name)}+{self.id.hex()}"


def parse_key(text: str) -> Key:
    """Return the key of a line name+id+base64; raises Malformed."""
    name, _, rest = text.partition("+")
    identifier, _, encoded = rest.partition("+")
    try:
        data = base64_bytes(encoded)
    except ValueError:
        data = b""
    if not _is_key_name(name) or not KEY_ID.fullmatch(identifier) or not data:
        raise Malformed(f"{shown(text)} is no key (name+8 hexadecimal digits+base64)")
    if data[:1] != ED25519 or len(data) != 33:
        raise Malformed(f"the key {shown(text)} is not an Ed25519 key")
    if sha256(name.encode() + b"\n" + data)[:4] != bytes.fromhex(identifier):
        raise Malformed(f"the key {shown(text)} is mistyped: its ID does not belong to it")
    return Key(name, bytes.fromhex(identifier), data[1:])


def parse_keys(text: str, where: str) -> list[Key]:
    """Return the keys of a text with one a line; blank lines and those that begin with # are left out."""
    lines = [line.strip() for line in text.split("\n")]
    keys = [parse_key(line) for line in lines if line and not line.startswith("#")]
    if not keys:
        raise Malformed(f"{where} holds no key")
    return keys


class Signature(NamedTuple):
    """One signature line: the key's name, its ID and the signature's bytes."""

    name: str
    id: bytes
    data: bytes


class Note(NamedTuple):
    """A text (it ends with a newline) and the signatures below it."""

    text: str
    signatures: tuple[Signature, ...]


def parse_note(data: bytes, what: str = "this") -> Note:
    """Return a signed note; raises Malformed."""
    try:
        message = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed(f"{what} is no signed note: it is not UTF-8 text") from None
    if CONTROL.search(message):
        raise Malformed(f"{what} is no signed note: it holds a control character")
    cut = message.rfind("\n\n")
    if cut < 0 or not message.endswith("\n") or cut + 2 == len(message):
        raise Malformed(f"{what} is no signed note{_seems(data)}: it has no signatures below a blank line")
    lines = message[cut + 2 : -1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise Malformed(f"{what} has more than {MOST_SIGNATURES} signatures")
    return Note(message[: cut + 1], tuple(_signature(line, what) for line in lines))


def _signature(line: str, what: str) -> Signature:
    name, _, encoded = line[len(DASH) :].partition(" ")
    try:
        data = base64_bytes(encoded)
    except ValueError:
        data = b""
    if not line.startswith(DASH) or not _is_key_name(name) or len(data) < 5:
        raise Malformed(f"{what} has a signature line that is none: {shown(line)}")
    return Signature(name, data[:4], data[4:])


def signers(note: Note, keys: Iterable[Key], what: str) -> list[Key]:
    """Return the keys whose signatures the note carries; raises Wrong where one is false or none is there."""
    known = {(key.name, key.id): key for key in keys}
    signed_by: list[Key] = []
    for signature in note.signatures:
        key = known.get((signature.name, signature.id))
        if key is None:
            continue
        if not ed25519_holds(key.public, note.text.encode("utf-8"), signature.data):
            raise Wrong(f"the signature of {what} by {shown(key.name)} is false")
        if key not in signed_by:
            signed_by.append(key)
    if not signed_by:
        others = ", ".join(f"{shown(s.name)}+{s.id.hex()}" for s in note.signatures[:3])
        wanted = " or ".join(f"{shown(key.name)}+{key.id.hex()}" for key in known.values())
        raise Unsigned(f"{what} is not signed by {wanted} but by {others}")
    return signed_by


def _seems(data: bytes) -> str:
    """Return " (a web page)" for HTML, " (empty)" for nothing: what came instead of what was asked for."""
    head = data[:200].lstrip().lower()
    if head.startswith((b"<!doctype", b"<html", b"<?xml", b"<head")):
        return " (it is a web page)"
    return "" if data else " (it is empty)"


def shown(text: object, most: int = 120) -> str:
    """Return text that a file holds so that it cannot steer the terminal, and not for pages."""
    plain = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(text))
    return plain if len(plain) <= most else plain[: most - 1] + "…"


# --- 4 checkpoints (C2SP tlog-checkpoint) ---------------------------------------------------------

NATURAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
LARGEST = 2**63 - 1


def natural(text: str) -> int:
    """Return a whole number written in its one way; raises ValueError."""
    if not NATURAL.fullmatch(text) or int(text) > LARGEST:
        raise ValueError("not a whole number")
    return int(text)


class Checkpoint(NamedTuple):
    """What a log signs: its name, its size and the root of its tree (32 bytes)."""

    origin: str
    size: int
    root: bytes


def parse_checkpoint(text: str, what: str = "this") -> Checkpoint:
    """Return the checkpoint of a note's text; raises Malformed."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise Malformed(f"{what} is no checkpoint: it needs lines with origin, size and root")
    try:
        size, root = natural(lines[1]), base64_bytes(lines[2])
    except ValueError:
        raise Malformed(f"{what} is no checkpoint: its size or root cannot be read") from None
    if len(root) != 32:
        raise Malformed(f"{what} is no checkpoint: its root has {len(root)} bytes, not 32")
    return Checkpoint(lines[0], size, root)


def open_checkpoint(data: bytes, keys: Iterable[Key], what: str) -> tuple[Checkpoint, list[Key]]:
    """Return a signed checkpoint and the keys of its log that signed it; raises Malformed and Wrong."""
    note = parse_note(data, what)
    checkpoint = parse_checkpoint(note.text, what)
    signed_by = [key for key in signers(note, keys, what) if key.name == checkpoint.origin]
    if not signed_by:
        raise Wrong(f"{what} is of {shown(checkpoint.origin)}, and not signed by a key of that name")
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
        raise Wrong(f"{what} says that the log is empty, with a root that is not the empty one")
    return checkpoint, signed_by


# --- 5 the tree (RFC 6962) ------------------------------------------------------------------------

EMPTY_ROOT = sha256(b"")


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry as a leaf."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows to the right and remembers only what its root needs."""

    def __init__(self) -> None:
        self.size = 0
        self._whole: list[bytes] = []  # roots of complete subtrees, the largest first

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        rest = self.size
        while rest & 1:
            leaf = node_hash(self._whole.pop(), leaf)
            rest >>= 1
        self._whole.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Return the root of all leaves so far."""
        if not self._whole:
            return EMPTY_ROOT
        root = self._whole[-1]
        for left in reversed(self._whole[:-1]):
            root = node_hash(left, root)
        return root


def _check_lengths(hashes: list[bytes]) -> None:
    if any(len(sibling) != 32 for sibling in hashes):
        raise Wrong("a hash of the tree does not have 32 bytes")


def check_inclusion(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> None:
    """Raise Wrong unless the leaf hash stands at `index` in the tree of `size` leaves with that root."""
    if not 0 <= index < size:
        raise Wrong(f"position {index} is not in a log of {plural(size, 'entry', 'entries')}")
    _check_lengths([leaf, root, *path])
    position, last, computed = index, size - 1, leaf
    for step in path:
        if last == 0:
            raise Wrong("the path of hashes is longer than the tree is high")
        if position & 1 or position == last:
            computed = node_hash(step, computed)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            computed = node_hash(computed, step)
        position, last = position >> 1, last >> 1
    if last:
        raise Wrong("the path of hashes is shorter than the tree is high")
    if computed != root:
        raise Wrong(f"the path of hashes from position {index} does not lead to the root")


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, path: list[bytes]) -> None:
    """Raise Wrong unless the tree of `new` leaves begins with the tree of `old` leaves (at least one)."""
    if not 0 < old <= new:
        raise Wrong(f"a log of {old} cannot be the beginning of one of {new}")
    if old == new:
        if path or old_root != new_root:
            raise Wrong(f"two different logs of {plural(old, 'entry', 'entries')}")
        return
    _check_lengths([old_root, new_root, *path])
    hashes = list(path) if old & (old - 1) else [old_root, *path]
    if not hashes or not path:
        raise Wrong("there are no hashes between the two logs")
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    was = now = hashes[0]
    for step in hashes[1:]:
        if last == 0:
            raise Wrong("there are more hashes than lead to the root")
        if here & 1 or here == last:
            was, now = node_hash(step, was), node_hash(step, now)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            now = node_hash(now, step)
        here, last = here >> 1, last >> 1
    if last:
        raise Wrong("there are fewer hashes than lead to the root")
    if was != old_root or now != new_root:
        raise Wrong(f"the log of {new:,} does not begin with the log of {old:,}: it was rewritten")


# --- 6 proofs (C2SP tlog-proof) and tiles (C2SP tlog-tiles) ---------------------------------------

PROOF_TITLE = "c2sp.org/tlog-proof@v1"


class Proof(NamedTuple):
    """A receipt: position, path of hashes, the signed checkpoint and the entry's own bytes."""

    position: int
    path: tuple[bytes, ...]
    note: bytes
    extra: bytes


def parse_proof(data: bytes, what: str = "this") -> Proof:
    """Return a proof; raises Malformed."""
    head, blank, note = data.partition(b"\n\n")
    if not data.startswith(PROOF_TITLE.encode() + b"\n"):
        raise Malformed(f"{what} is no proof{_seems(data)}: it does not begin with {PROOF_TITLE}")
    if not blank:
        raise Malformed(f"{what} is cut short: it has no checkpoint")
    lines = head.split(b"\n")[1:]
    extra = lines.pop(0)[6:] if lines and lines[0].startswith(b"extra ") else None
    index = lines.pop(0) if lines else b""
    if extra == b"" or not index.startswith(b"index "):
        raise Malformed(f"{what} is no proof: it does not say the position of its entry")
    try:
        position = natural(index[6:].decode("ascii"))
        path = tuple(base64_bytes(line.decode("ascii")) for line in lines)
        entry = base64_bytes((extra or b"").decode("ascii"))
    except ValueError:
        raise Malformed(f"{what} is no proof: its lines cannot be read") from None
    if len(path) > 63 or any(len(step) != 32 for step in path):
        raise Malformed(f"{what} is no proof: its path holds what is no hash")
    return Proof(position, path, note, entry)


def check_proof(proof: Proof, entry: bytes, keys: Iterable[Key], what: str) -> tuple[Checkpoint, list[Key]]:
    """Return the checkpoint that the entry is proved to stand in, and its keys; raises Malformed, Wrong."""
    checkpoint, signed_by = open_checkpoint(proof.note, keys, f"the checkpoint of {what}")
    try:
        check_inclusion(leaf_hash(entry), proof.position, checkpoint.size, list(proof.path), checkpoint.root)
    except Wrong as failure:
        raise Wrong(f"{what} does not prove its entry: {failure}") from None
    return checkpoint, signed_by


TILE = 256


def tile_path(level: int | str, index: int, width: int = TILE) -> str:
    """Return the path of a tile (or, with the level "entries", of a bundle): "tile/0/x001/067.p/5"."""
    digits = str(index)
    digits = digits.rjust(-(-len(digits) // 3) * 3, "0")
    parts = [digits[start : start + 3] for start in range(0, len(digits), 3)]
    number = "/".join([*("x" + part for part in parts[:-1]), parts[-1]])
    return f"tile/{level}/{number}" + ("" if width == TILE else f".p/{width}")


def width_of(level: int, index: int, size: int) -> int:
    """Return how many hashes a tile has in a log of `size` entries."""
    return max(0, min(TILE, (size >> 8 * level) - index * TILE))


def unbundle(data: bytes, what: str) -> list[bytes]:
    """Return the entries of a bundle; raises Wrong where the lengths do not fit."""
    entries, place = [], 0
    while place < len(data):
        length = int.from_bytes(data[place : place + 2], "big")
        entry = data[place + 2 : place + 2 + length]
        if place + 2 > len(data) or len(entry) != length:
            raise Wrong(f"{what} is cut short or damaged")
        entries.append(entry)
        place += 2 + length
    return entries


# --- 7 canonical JSON (RFC 8785: text, whole numbers, true, false, null) --------------------------

LARGEST_WHOLE = 2**53 - 1


def _whole(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > LARGEST_WHOLE:
        raise ValueError(f"the number {text[:20]} is beyond 2**53")
    return int(text)


def _no_fraction(text: str) -> int:
    raise ValueError(f"{text[:20]} is a number that computers read differently")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {shown(twice)} stands twice")
    return members


def parse_json(data: bytes) -> Any:
    """Return the value of JSON bytes; raises ValueError for doubled keys, fractions and large numbers."""
    text = data.decode("utf-8")
    try:
        return json.loads(
            text,
            object_pairs_hook=_once,
            parse_int=_whole,
            parse_float=_no_fraction,
            parse_constant=_no_fraction,
        )
    except RecursionError:
        raise ValueError("it is nested too deep") from None


def canonical(value: Any) -> bytes:
    """Return the canonical bytes of a JSON value."""
    return json.dumps(_sorted(value), ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return {name: _sorted(value[name]) for name in names}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def canonical_value(data: bytes, what: str) -> Any:
    """Return the value of canonical bytes; raises Wrong where they are another way to write it."""
    try:
        value = parse_json(data)
        same = canonical(value) == data
    except (ValueError, RecursionError) as error:
        why = "it is not JSON" if isinstance(error, json.JSONDecodeError) else shown(error)
        raise Wrong(f"{what} is not canonical JSON: {why}") from None
    if same and not data.isascii():
        import unicodedata

        text = data.decode("utf-8")
        same = unicodedata.normalize("NFC", text) == text
    if not same:
        raise Wrong(f"{what} is not canonical JSON: its bytes are another way to write the same value")
    return value


def json_object(data: bytes, what: str, form: str) -> dict[str, Any]:
    """Return a JSON object whose `format` is `form`; raises Malformed."""
    try:
        value = parse_json(data)
    except ValueError:
        raise Malformed(f"{what} is not JSON{_seems(data)}") from None
    return formed(value, what, form)


def formed(value: Any, what: str, form: str) -> dict[str, Any]:
    """Return an object in the form wanted; raises Malformed."""
    if not isinstance(value, dict) or value.get("format") != form:
        actual = shown(value.get("format"), 40) if isinstance(value, dict) else "none"
        raise Malformed(f"{what} is not in the form {form} but {actual}")
    return value


def part(value: Any, name: str, kind: Any, what: str) -> Any:
    """Return one part of an object, of a kind; raises Malformed."""
    member = value.get(name) if isinstance(value, dict) else None
    if not isinstance(member, kind) or (isinstance(member, bool) and kind is not bool):
        raise Malformed(f"{what} has no readable {name!r}")
    return member


# --- 8 entries ------------------------------------------------------------------------------------

ENTRY_KEYS = {
    "act",
    "actor",
    "body",
    "kind",
    "node",
    "replaces",
    "sequence",
    "subject",
    "time",
    "version",
}
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.ASCII)
DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([01][0-9]|2[0-3])(:[0-5][0-9]){2}\.[0-9]{6}Z", re.ASCII)
LONGEST_ENTRY = 65_535  # bytes
COMMITTED = {
    "submission",
    "score",
    "return",
    "extension",
    "objection",
    "request",
    "decision",
    "preparation",
}
OPEN = {"key", "publication", "correction", "withdrawal", "practice", "adoption"}


def is_digest(value: Any) -> bool:
    """Say whether a value is a SHA-256 in hexadecimal."""
    return isinstance(value, str) and bool(DIGEST.fullmatch(value))


def parse_entry(data: bytes, position: int) -> dict[str, Any]:
    """Return an entry's envelope; raises Wrong where the bytes break a rule of the record."""
    what = f"entry {position}"
    if len(data) > LONGEST_ENTRY:
        raise Wrong(f"{what} has {len(data):,} bytes, more than an entry can have")
    entry = canonical_value(data, what)
    if not isinstance(entry, dict) or set(entry) != ENTRY_KEYS:
        raise Wrong(f"{what} does not have exactly the fields of an entry")
    actor, time = entry["actor"], entry["time"]
    rules = {
        "act": isinstance(entry["act"], str) and UUID.fullmatch(entry["act"]),
        "actor": isinstance(actor, dict)
        and set(actor) == {"id", "role"}
        and all(isinstance(text, str) for text in actor.values())
        and actor["role"],
        "body": isinstance(entry["body"], dict),
        "kind": isinstance(entry["kind"], str) and entry["kind"],
        "node": isinstance(entry["node"], str) and entry["node"],
        "replaces": entry["replaces"] is None or is_digest(entry["replaces"]),
        "sequence": type(entry["sequence"]) is int and entry["sequence"] == position,
        "subject": isinstance(entry["subject"], str) and entry["subject"],
        "time": isinstance(time, str) and TIME.fullmatch(time) and _is_day(time[:10]),
        "version": type(entry["version"]) is int and entry["version"] == 1,
    }
    for name, right in rules.items():
        if not right:
            raise Wrong(f"{what} has a {name} that cannot be: {shown(json.dumps(entry[name]), 60)}")
    if entry["kind"] in COMMITTED and not (
        set(entry["body"]) == {"commitment"} and is_digest(entry["body"]["commitment"])
    ):
        raise Wrong(f"{what} ({entry['kind']}) must hold a commitment and nothing else")
    return entry


def _is_day(text: str) -> bool:
    import datetime as dt

    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def moment(text: Any, what: str) -> Any:
    """Return the moment that a text with its offset names, to compare with another; raises Malformed."""
    import datetime as dt

    try:
        time = dt.datetime.fromisoformat(re.sub("Z$", "+00:00", text))
    except (TypeError, ValueError):
        time = None
    if time is None or time.tzinfo is None:
        raise Malformed(f"{what} is no time with its offset: {shown(text, 60)}")
    return time


def commitment(salt: bytes, content: bytes) -> str:
    """Return the salted commitment to a content: HMAC-SHA256, in hexadecimal."""
    import hmac

    return hmac.new(salt, content, "sha256").hexdigest()


# --- 9 places: a folder or an address -------------------------------------------------------------

MEGABYTE = 2**20
BUNDLE_MOST = TILE * (LONGEST_ENTRY + 2)
ARCHIVE_LIST = "manifest.sha256"
LIST_MOST = 16 * MEGABYTE
SECONDS = 30
PAGE = re.compile(r"(?P<site>.*?)/[a-z]{2}(?:-[A-Za-z]+)?/results/(?P<code>[A-Za-z0-9-]+)(?:[./].*)?")
MANIFEST = re.compile(r"(?P<base>.*/)publication/(?P<code>[A-Za-z0-9-]+)\.json")
IS_ADDRESS = re.compile(r"https?://[^/]", re.IGNORECASE)


def read_file(path: str, most: int) -> bytes:
    """Return a file's bytes; raises Missing and Cannot."""
    if os.path.isdir(path):
        raise Cannot(f"{shown(path)} is a folder, not a file")
    if not os.path.exists(path):
        raise Missing(f"there is no {shown(path)}")
    if not os.path.isfile(path):
        raise Cannot(f"{shown(path)} is not an ordinary file")
    try:
        with open(path, "rb") as file:  # a plain open starts faster than pathlib
            data = file.read(most + 1)
    except OSError as error:
        raise Cannot(f"{shown(path)} cannot be read: {error.strerror}") from None
    if len(data) > most:
        raise Cannot(f"{shown(path)} is larger than such a file can be ({most // MEGABYTE} MB)")
    return data


def read_address(address: str, most: int) -> bytes:
    """Return what lies at an http or https address; raises Missing and Cannot."""
    import http.client
    import urllib.error
    import urllib.request

    headers = {"User-Agent": "verify.py", "Accept": "*/*", "Accept-Encoding": "gzip, identity"}
    try:
        request = urllib.request.Request(address, headers=headers)  # noqa: S310  (only http and https come here)
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            data: bytes = answer.read(most + 1)
            packed = answer.headers.get("Content-Encoding", "").lower() == "gzip"
    except urllib.error.HTTPError as error:
        error.close()
        if error.code in {404, 410}:
            raise Missing(f"there is no {shown(address)} ({error.code})") from None
        raise Cannot(f"{shown(address)} answers with {error.code} {shown(error.reason, 60)}") from None
    except urllib.error.URLError as error:
        reason = getattr(error.reason, "strerror", None) or error.reason
        raise Cannot(f"{shown(address)} cannot be reached: {shown(reason)}") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Cannot(f"{shown(address)} cannot be read: {shown(error) or type(error).__name__}") from None
    if packed:
        data = _unpacked(data, most, address)
    if len(data) > most:
        raise Cannot(f"{shown(address)} is larger than such a file can be ({most // MEGABYTE} MB)")
    return data


def _unpacked(data: bytes, most: int, address: str) -> bytes:
    import zlib

    try:
        plain: bytes = zlib.decompressobj(wbits=31).decompress(data, most + 1)
    except zlib.error:
        raise Cannot(f"{shown(address)} says it is packed, and cannot be unpacked") from None
    return plain


class Place:
    """The files of a record: below a folder, or below an address. `base` ends with a slash."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.is_address = bool(IS_ADDRESS.match(base))

    def read(self, path: str, most: int = MEGABYTE) -> bytes:
        """Return one file of the record; raises Missing and Cannot."""
        if self.is_address:
            return read_address(self.base + path, most)
        return read_file(os.path.join(self.base, *path.split("/")), most)

    def tile(self, level: int, index: int, width: int) -> bytes:
        """Return the hashes of a tile; where a partial one is gone, the beginning of the full one."""
        path, stands = tile_path(level, index, width), width
        try:
            data = self.read(path)
        except Missing:
            if width == TILE:
                raise
            path, stands = tile_path(level, index), TILE
            data = self.read(path)
        if len(data) != 32 * stands:
            raise Wrong(f"{path} has {len(data):,} bytes, not {32 * stands:,}")
        return data[: 32 * width]

    def bundle(self, index: int, width: int) -> list[bytes]:
        """Return the entries of a bundle; where a partial one is gone, the first of the full one."""
        path, stands = tile_path("entries", index, width), width
        try:
            data = self.read(path, BUNDLE_MOST)
        except Missing:
            if width == TILE:
                raise
            path, stands = tile_path("entries", index), TILE
            data = self.read(path, BUNDLE_MOST)
        entries = unbundle(data, path)
        if len(entries) != stands:
            raise Wrong(f"{path} holds {plural(len(entries), 'entry', 'entries')}, not {stands}")
        return entries[:width]

    def codes(self) -> list[str]:
        """Return the publications that lie in a folder."""
        if self.is_address or not os.path.isdir(self.base + "publication"):
            return []
        names = sorted(os.listdir(self.base + "publication"))
        return [name[:-5] for name in names if re.fullmatch(r"[A-Za-z0-9-]+\.json", name)]


def places(target: str) -> list[Place]:
    """Return where the record of an address or a folder may lie, the likeliest first."""
    target = re.split(r"[?#]", target)[0] if IS_ADDRESS.match(target) else target
    manifest = MANIFEST.fullmatch(target)
    if manifest:
        return [Place(manifest["base"])]
    if not IS_ADDRESS.match(target):
        folder = os.path.join(target, "")
        if not os.path.exists(target):
            raise Missing(f"there is no {shown(target)}")
        if not os.path.isdir(target):
            raise Cannot(f"{shown(target)} is not a folder with a record")
        return [Place(os.path.join(folder, "record", "")), Place(folder)]
    page = PAGE.fullmatch(target)
    if page:
        return [Place(page["site"] + "/record/")]
    bare = target.rstrip("/")
    host = "/".join(bare.split("/")[:3])
    inside = re.fullmatch(r"(https?://[^/]+(?:/.*?)?/record)(?:/.*)?", bare, re.IGNORECASE)
    likely = [inside[1] + "/"] if inside else [bare + "/record/", bare + "/"]
    return [Place(base) for base in dict.fromkeys([*likely, host + "/record/"])]


def find_record(target: str) -> tuple[Place, bytes]:
    """Return the record of an address or a folder, and its checkpoint's bytes; raises Cannot."""
    tried = places(target)
    for place in tried:
        try:
            return place, place.read("checkpoint")
        except Missing:
            continue
    raise Missing(f"there is no record at {shown(target)}: no {shown(tried[0].base)}checkpoint")


class Keyring(NamedTuple):
    """The keys to check with, and whether they came from where the record lies."""

    keys: list[Key]
    from_there: bool


def given_keys(options: Iterable[str]) -> list[Key]:
    """Return the keys of the --key options: each a key, or @ and a file with keys."""
    keys: list[Key] = []
    for option in options:
        if option.startswith("@"):
            text = read_file(option[1:], MEGABYTE).decode("utf-8", "replace")
            keys += parse_keys(text, shown(option[1:]))
        else:
            keys.append(parse_key(option))
    return keys


def keyring(options: Iterable[str], place: Place | None) -> Keyring:
    """Return the given keys, or those that lie with the record; raises Missing and Malformed."""
    keys = given_keys(options)
    if keys or place is None:
        return Keyring(keys, from_there=False)
    data = place.read("key")
    if data.lstrip()[:1] == b"<" or not data:
        raise Malformed(f"{shown(place.base)}key holds no key{_seems(data)}")
    return Keyring(parse_keys(data.decode("utf-8", "replace"), f"{shown(place.base)}key"), from_there=True)


# --- 10 the log -----------------------------------------------------------------------------------


class Visit(NamedTuple):
    """One entry as the log is read: its position, its bytes and its envelope."""

    position: int
    data: bytes
    entry: dict[str, Any]


def read_log(
    place: Place, checkpoint: Checkpoint, sizes: Iterable[int], visit: Callable[[Visit], None]
) -> dict[int, bytes]:
    """Read every entry, hash it again, and hold tiles and root against what comes out.

    Returns the root at each size of `sizes` that the log has reached. Raises Wrong and Cannot.
    """
    wanted = {size for size in sizes if size <= checkpoint.size}
    roots = {0: EMPTY_ROOT} if 0 in wanted else {}
    tree, time = Tree(), ""
    waiting: dict[int, list[bytes]] = {}  # the hashes of the tile that is being filled, by level
    for start in range(0, checkpoint.size, TILE):
        width = min(TILE, checkpoint.size - start)
        progress(start, checkpoint.size)
        for position, data in enumerate(place.bundle(start // TILE, width), start):
            entry = parse_entry(data, position)
            if entry["node"] != checkpoint.origin:
                raise Wrong(f"entry {position} is of another record: {shown(entry['node'])}")
            if entry["time"] < time:
                raise Wrong(f"entry {position} is dated before the entry ahead of it")
            time = entry["time"]
            leaf = leaf_hash(data)
            tree.append(leaf)
            _fill(place, waiting, 0, leaf, tree.size)
            if tree.size in wanted:
                roots[tree.size] = tree.root()
            visit(Visit(position, data, entry))
    for level, hashes in waiting.items():
        if hashes:
            _check_tile(place, level, (checkpoint.size >> 8 * level) // TILE, hashes)
    progress(checkpoint.size, checkpoint.size)
    if tree.root() != checkpoint.root:
        raise Wrong(
            f"the {plural(tree.size, 'entry', 'entries')} do not give the root that the checkpoint signs"
        )
    return roots


def _fill(place: Place, waiting: dict[int, list[bytes]], level: int, node: bytes, size: int) -> None:
    """Put a hash into the tile of its level; a full one is checked and its root goes up one level."""
    hashes = waiting.setdefault(level, [])
    hashes.append(node)
    if len(hashes) < TILE:
        return
    _check_tile(place, level, (size >> 8 * level) // TILE - 1, hashes)
    above = Tree()
    for each in hashes:
        above.append(each)
    hashes.clear()
    _fill(place, waiting, level + 1, above.root(), size)


def _check_tile(place: Place, level: int, index: int, hashes: list[bytes]) -> None:
    data = place.tile(level, index, len(hashes))
    for number, node in enumerate(hashes):
        if data[32 * number : 32 * number + 32] != node:
            path = tile_path(level, index, len(hashes))
            raise Wrong(f"{path} differs from the entries: hash {number} of the tile is another")


class KeyChange(NamedTuple):
    """An entry that names the key which signs from there on, the first one included."""

    position: int
    key: Key
    reason: str


class LogReading:
    """What is gathered while a log is read; `keys` are those that it is checked with."""

    def __init__(self, keys: list[Key]) -> None:
        self.given = keys
        self.kinds: dict[str, int] = {}
        self.changes: list[KeyChange] = []
        self.last = ""

    def __call__(self, visit: Visit) -> None:
        """Take in one entry."""
        kind, body = visit.entry["kind"], visit.entry["body"]
        self.kinds[kind] = self.kinds.get(kind, 0) + 1
        self.last = visit.entry["time"]
        if kind == "key":
            try:
                key = parse_key(str(body.get("vkey")))
            except Malformed as failure:
                raise Wrong(f"entry {visit.position} names a key that is none: {failure}") from None
            self.changes.append(KeyChange(visit.position, key, str(body.get("reason") or "")))

    def say(self, report: Report) -> None:
        """Say what the log holds."""
        counts = ", ".join(f"{count:,} {kind}" for kind, count in sorted(self.kinds.items()))
        report.say(f"entries: {counts or 'none'}" + (f"; the last at {self.last}" if self.last else ""))
        unknown = [kind for kind in self.kinds if kind not in COMMITTED | OPEN]
        if unknown:
            report.say(f"note: kinds that this verifier does not know: {', '.join(sorted(unknown))}")
        for change in self.changes[1:]:
            because = f", because: {change.reason}" if change.reason else ""
            report.say(f"the key changed in entry {change.position} to {change.key.text}{because}")

    def signer(self, data: bytes, what: str) -> Key:
        """Return the key that a checkpoint must be signed by: the newest that the log names below its size.

        The first checkpoint over a new key is signed by the old one too. Raises Malformed and Wrong.
        """
        named = [change.key for change in self.changes]
        checkpoint, signed_by = open_checkpoint(data, [*self.given, *named], what)
        below = [change for change in self.changes if change.position < checkpoint.size]
        if not below or below[-1].key in signed_by:
            return below[-1].key if below else signed_by[0]
        if not any(key in named for key in signed_by):
            raise Wrong(f"{what} is signed by a key that the record itself does not name")
        raise Wrong(
            f"{what} is signed by {' and '.join(key.short for key in signed_by)} and not by "
            f"{below[-1].key.short}, the key that entry {below[-1].position} names in its place"
        )

    def follow(self, given: Iterable[Key], whose: str, notes: Iterable[bytes], failure: Wrong) -> list[str]:
        """Follow the record from given keys to the newest one that it names; return what to say of it.

        Each change must stand in a checkpoint that the key before it signed as well; `notes` are the
        checkpoints there are, all of them beginnings of this record. Raises `failure` where the record
        names none of the given keys, Cannot where a step is missing.
        """
        start = max((n for n, change in enumerate(self.changes) if change.key in given), default=None)
        if start is None:
            raise failure
        sized = [(parse_checkpoint(parse_note(note).text).size, note) for note in notes]
        lines = []
        for before, change in zip(self.changes[start:], self.changes[start + 1 :]):  # noqa: B905
            size = min((size for size, _ in sized if size > change.position), default=0)
            both = [note for covering, note in sized if size and covering == size]
            if not any(_signed_by(before.key, note) for note in both):
                because = f" (because: {change.reason})" if change.reason else ""
                raise Cannot(
                    f"the key changed in entry {change.position}{because}, and no checkpoint here that holds "
                    f"this entry is signed by {before.key.short}, the key before it. Get the new line from "
                    f"where you have the old one, compare it with {change.key.text} and give it with --key"
                )
            whom = whose if before is self.changes[start] else "the key before it"
            lines.append(
                f"note: the key changed in entry {change.position}; that entry stands in a checkpoint of "
                f"{plural(size, 'entry', 'entries')} signed by {whom}: the new line is {change.key.text}"
            )
        return lines


def _signed_by(key: Key, data: bytes) -> bool:
    try:
        return key in open_checkpoint(data, [key], "a checkpoint")[1]
    except Wrong:
        return False


class Tiles:
    """The tree of a log read from its tiles: a few files instead of every entry."""

    def __init__(self, place: Place, size: int) -> None:
        self.place, self.size = place, size
        self._read: dict[tuple[int, int], bytes] = {}

    def _tile(self, level: int, index: int) -> bytes:
        if (level, index) not in self._read:
            width = width_of(level, index, self.size)
            self._read[level, index] = self.place.tile(level, index, width)
        return self._read[level, index]

    def span(self, start: int, end: int) -> bytes:
        """Return the hash of the entries from `start` to `end`, as RFC 6962 divides them."""
        count = end - start
        if count & (count - 1) == 0 and start % count == 0:
            return self._complete(start, count)
        half = 1 << (count - 1).bit_length() - 1
        return node_hash(self.span(start, start + half), self.span(start + half, end))

    def _complete(self, start: int, count: int) -> bytes:
        level, height = divmod(count.bit_length() - 1, 8)
        first = start >> 8 * level
        data, tree = self._tile(level, first // TILE), Tree()
        for number in range(first % TILE, first % TILE + (1 << height)):
            tree.append(data[32 * number : 32 * number + 32])
        return tree.root()

    def consistency(self, old: int) -> list[bytes]:
        """Return the hashes that lead from the log of `old` entries (at least 1) to this one."""
        path: list[bytes] = []
        start, end, whole = 0, self.size, True
        while old != end:
            half = 1 << (end - start - 1).bit_length() - 1
            if old <= start + half:
                path.append(self.span(start + half, end))
                end = start + half
            else:
                path.append(self.span(start, start + half))
                start, whole = start + half, False
        if not whole:
            path.append(self.span(start, end))
        return path[::-1]


def progress(done: int, total: int) -> None:
    """Say on a terminal how far a long reading is."""
    if total > 20 * TILE and sys.stderr.isatty():
        end = "\r" if done < total else "\r\033[K"
        sys.stderr.write(f"{done:,} of {total:,} entries{end}")
        sys.stderr.flush()


# --- 11 exact numbers -----------------------------------------------------------------------------

DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)", re.ASCII)
RATIO = re.compile(r"[+-]?[0-9]+/[0-9]+", re.ASCII)
LONGEST_NUMBER = 80


def number(text: Any, what: str) -> Fraction:
    """Return the exact number of "3.5" or "7/2"; raises Malformed."""
    from fractions import Fraction

    plain = text.strip() if isinstance(text, str) else ""
    if len(plain) <= LONGEST_NUMBER and (DECIMAL.fullmatch(plain) or RATIO.fullmatch(plain)):
        try:
            return Fraction(plain)
        except ZeroDivisionError:
            pass
    raise Malformed(f"{what}: {shown(text, 60)} is not a number")


def rounded(value: Fraction, digits: int, mode: str) -> int:
    """Return value x 10**digits rounded to a whole number; signs are mirrored."""
    size = abs(value) * 10**digits
    whole: int = size.numerator // size.denominator
    twice_rest = 2 * (size - whole)
    up = {
        "down": False,
        "up": twice_rest > 0,
        "half up": twice_rest >= 1,
        "half down": twice_rest > 1,
        "half even": twice_rest > 1 or (twice_rest == 1 and whole % 2 == 1),
    }[mode]
    whole += bool(up)
    return -whole if value < 0 else whole


def decimal_text(scaled: int, digits: int) -> str:
    """Return scaled / 10**digits as printed, with exactly that many digits."""
    if digits == 0:
        return str(scaled)
    whole, rest = divmod(abs(scaled), 10**digits)
    return f"{'-' if scaled < 0 else ''}{whole}.{rest:0{digits}d}"


# --- 12 the method --------------------------------------------------------------------------------

ARITHMETIC, SUMMED = "weighted arithmetic", "sum to weight"
MODES = {"half up", "half even", "half down", "down", "up"}
EMPTY_RULES = {"refuse", "lowest level", "zero", "leave out"}
SCALES = {"level", "fractional level", "percentage", "ratio", "yes/no", "goalposts", "imported index"}
YES, NO = {"yes", "ya", "예", "1"}, {"no", "tidak", "아니오", "0"}
MOST_DIGITS = 40


class Scale(NamedTuple):
    """The answers a line can have."""

    type: str
    lowest: Fraction
    highest: Fraction
    step: Fraction | None


class Element:
    """One part of the tree: a line that is answered (it has a scale), or what is made of its parts."""

    def __init__(self, value: Any, scales: dict[str, Scale]) -> None:
        self.code: str = part(value, "code", str, "an element of the instrument")
        what = f"element {shown(self.code)}"
        self.weight = number(value.get("weight"), f"{what}: weight")
        self.parts: list[Element] = []
        self.digits: int | None = value.get("digits")
        self.rounds_inside = bool(value.get("rounds_inside"))
        self.scale: Scale | None = None
        self.rule, self.empty = value.get("aggregation"), value.get("missing")
        kinds = value.get("applies_to")
        self.kinds: set[str] | None = None if kinds is None else set(part(value, "applies_to", list, what))
        if self.digits is not None and not (type(self.digits) is int and 0 <= self.digits <= MOST_DIGITS):
            raise Malformed(f"{what} has no readable number of digits")
        if value.get("scale") is None:
            if self.rule not in {ARITHMETIC, SUMMED}:
                raise NeedsTeladan(f"{what} is a {shown(self.rule, 40)} mean, which needs teladan")
            return
        if value["scale"] not in scales:
            raise Malformed(f"{what} names a scale that is not there")
        if self.empty not in EMPTY_RULES:
            raise NeedsTeladan(f"{what} counts empty answers as {shown(self.empty, 40)}, which needs teladan")
        self.scale = scales[value["scale"]]

    def lines(self) -> Iterator[Element]:
        """Yield the lines at or below this element."""
        if self.scale is not None:
            yield self
        for each in self.parts:
            yield from each.lines()

    def most(self) -> Fraction:
        """Return the highest value it can have when every line applies."""
        from fractions import Fraction

        if self.scale is not None:
            return Fraction(1) if self.scale.type == "goalposts" else self.scale.highest
        if self.rule == SUMMED:
            return sum((each.weight for each in self.parts), Fraction(0))
        return sum((each.weight * each.most() for each in self.parts), Fraction(0)) / self.weight


class Method:
    """An instrument as run for one year, read from its canonical JSON."""

    def __init__(self, value: dict[str, Any]) -> None:
        what = "the instrument"
        self.instrument, self.edition = value.get("instrument"), value.get("edition")
        self.name = f"{self.instrument} edition {self.edition}"
        self.mode: str = part(value, "mode", str, what)
        if self.mode not in MODES:
            raise NeedsTeladan(f"the rounding {shown(self.mode, 40)} needs teladan")
        rule = part(value, "not_applicable", str, what)
        if rule not in {"re-weight in parent", "re-weight in whole", "not used"}:
            raise NeedsTeladan(f"the rule for lines that do not apply, {shown(rule, 40)}, needs teladan")
        self.in_whole = rule == "re-weight in whole"
        self.kinds = {part(each, "code", str, "a kind") for each in value.get("kinds") or []}
        self.bands_read = value.get("bands_read")
        if self.bands_read not in {"rounded", "exact", None}:
            raise NeedsTeladan(f"bands read {shown(self.bands_read, 40)} need teladan")
        self.bands = [
            (
                part(band, "code", str, "a band"),
                number(band.get("from"), "a band"),
                number(band.get("to"), "a band"),
            )
            for band in part(value, "bands", list, what)
        ]
        self.not_scores = [
            number(part(each, "equals", str, "an override"), "an override")
            for each in part(value, "overrides", list, what)
        ]
        scales = {
            part(each, "code", str, "a scale"): _scale(each) for each in part(value, "scales", list, what)
        }
        self.elements: dict[str, Element] = {}
        for each in part(value, "elements", list, what):
            self._add(Element(each, scales), each.get("parent"))
        if not self.elements:
            raise Malformed("the instrument has no elements")
        self.root = next(iter(self.elements.values()))
        for element in self.elements.values():
            if element.scale is None and not element.parts:
                raise Malformed(f"element {shown(element.code)} has neither a scale nor parts")

    def _add(self, element: Element, above: Any) -> None:
        if element.code in self.elements:
            raise Malformed(f"element {shown(element.code)} stands twice in the instrument")
        if above is None and self.elements:
            raise Malformed("the instrument has more than one top")
        if above is not None:
            if above not in self.elements or self.elements[above].scale is not None:
                raise Malformed(f"element {shown(element.code)} has no place in the tree")
            self.elements[above].parts.append(element)
        self.elements[element.code] = element


def _scale(value: Any) -> Scale:
    what = f"scale {shown(value.get('code'))}"
    kind = part(value, "type", str, what)
    if kind not in SCALES:
        raise NeedsTeladan(f"{what} is a {shown(kind, 40)}, which needs teladan")
    step = value.get("step")
    return Scale(
        kind,
        number(value.get("lowest"), what),
        number(value.get("highest"), what),
        None if step is None else number(step, what),
    )


# --- 13 the index ---------------------------------------------------------------------------------


class Figure(NamedTuple):
    """What one element comes to, as published texts: all None where nothing below it applies."""

    printed: str | None = None
    exact: str | None = None
    weight: str | None = None
    contribution: str | None = None


class Result(NamedTuple):
    """What one organisation comes to."""

    figures: dict[str, Figure]
    band: str | None
    scored: bool


class Evaluation:
    """One organisation's answers under a method. Raises Wrong for answers that the method refuses."""

    def __init__(self, method: Method, answers: dict[str, str], kind: str | None, what: str) -> None:
        self.method, self.answers, self.kind, self.what = method, answers, kind, what
        self.counting: set[str] = set()
        self._refuse_unknown()
        self.values: dict[str, Fraction] = {}
        for line in method.root.lines():
            value = self._line(line)
            if value is not None:
                self.counting.add(line.code)
                self.values[line.code] = value
        self._make(method.root)

    def _refuse_unknown(self) -> None:
        for code, text in self.answers.items():
            element = self.method.elements.get(code)
            of_index = element is self.method.root and self.method.not_scores
            if not isinstance(text, str) or element is None or (element.scale is None and not of_index):
                raise Wrong(f"{self.what}: {shown(code)} is no line that can be answered")
        by_kind = any(line.kinds is not None for line in self.method.root.lines())
        if by_kind and self.kind not in self.method.kinds:
            raise Wrong(f"{self.what}: its kind {shown(self.kind)} is none of the method's")

    def _line(self, line: Element) -> Fraction | None:
        """Return the value of a line, or None where it does not count."""
        text, scale = self.answers.get(line.code, ""), line.scale
        assert scale is not None
        what = f"{self.what}, {shown(line.code)}"
        if line.kinds is not None and self.kind not in line.kinds:
            if text:
                raise Wrong(f"{what}: answered though it does not apply to the kind {shown(self.kind)}")
            return None
        if text:
            answer = self._answer(text, scale, what)
        elif line.empty == "leave out":
            return None
        elif line.empty == "refuse":
            raise Wrong(f"{what}: there is no answer, and the method does not allow that")
        else:
            at_lowest = line.empty == "lowest level" or scale.type == "goalposts"
            answer = scale.lowest if at_lowest else scale.lowest * 0
        if scale.type != "goalposts":
            return answer
        place = (answer - scale.lowest) / (scale.highest - scale.lowest)
        return place * 0 if place < 0 else place / place if place > 1 else place

    def _answer(self, text: str, scale: Scale, what: str) -> Fraction:
        from fractions import Fraction

        if scale.type == "yes/no":
            word = text.casefold()
            if word not in YES | NO:
                raise Wrong(f"{what}: {shown(text)} is neither yes nor no")
            return Fraction(word in YES)
        try:
            answer = number(text, what)
        except Malformed as failure:
            raise Wrong(str(failure)) from None
        if scale.type == "goalposts":
            return answer
        if not scale.lowest <= answer <= scale.highest:
            raise Wrong(f"{what}: {shown(text)} is not between {scale.lowest} and {scale.highest}")
        if scale.step and (answer - scale.lowest) % scale.step:
            raise Wrong(f"{what}: {shown(text)} is no step of its scale")
        return answer

    def _weight_left(self, element: Element) -> Fraction:
        """Return what the counting lines below an element weigh together."""
        from fractions import Fraction

        counting = (line.weight for line in element.lines() if line.code in self.counting)
        return sum(counting, Fraction(0))

    def _reach(self, element: Element) -> Fraction:
        """Return the points that an element can come to where points are summed."""
        whole = self.method.in_whole and element is not self.method.root
        return self._weight_left(element) if whole else element.weight

    def shares(self, element: Element) -> dict[str, Fraction]:
        """Return the part of each counting child in its parent."""
        in_whole = self.method.in_whole
        weights = {
            child.code: self._weight_left(child) if in_whole else child.weight
            for child in element.parts
            if child.code in self.values
        }
        total = sum(weights.values())
        if weights and not total:
            raise NeedsTeladan(f"the parts of {shown(element.code)} weigh nothing, which needs teladan")
        return {code: weight / total for code, weight in weights.items()}

    def factor(self, element: Element, child: Element, share: Fraction) -> Fraction:
        """Return what one unit of a child adds to its parent."""
        if element.rule == ARITHMETIC:
            return share
        summed = child.scale is None and child.rule == SUMMED
        most = self._reach(child) if summed else child.most()
        if not most:
            raise NeedsTeladan(f"{shown(child.code)} can reach nothing, which needs teladan")
        return self._reach(element) * share / most

    def handed_up(self, element: Element) -> Fraction:
        """Return what goes into the parent: the exact value, or the rounded one where the law says so."""
        from fractions import Fraction

        value = self.values[element.code]
        if element.rounds_inside and element.digits is not None:
            return Fraction(rounded(value, element.digits, self.method.mode), 10**element.digits)
        return value

    def _make(self, element: Element) -> None:
        """Work out the values of an element and of all below it."""
        from fractions import Fraction

        if element.scale is not None:
            return
        for child in element.parts:
            self._make(child)
        total, shares = Fraction(0), self.shares(element)
        for child in element.parts:
            if child.code in shares:
                total += self.factor(element, child, shares[child.code]) * self.handed_up(child)
        if shares:
            self.values[element.code] = total

    def result(self) -> Result:
        """Return the figures as they are published."""
        from fractions import Fraction

        method, index = self.method, self.values.get(self.method.root.code)
        published = self.answers.get(method.root.code, "") if method.root.scale is None else ""
        claimed = number(published, f"{self.what}, index") if published else None
        scored = index is not None and index not in method.not_scores and claimed not in method.not_scores
        figures = dict.fromkeys(method.elements, Figure())
        if index is not None:
            self._figures(method.root, Fraction(1), Fraction(1), scored, figures)
        if not scored:
            figures[method.root.code] = Figure(weight=figures[method.root.code].weight)
        return Result(figures, self._band(index) if scored and index is not None else None, scored)

    def _figures(
        self,
        element: Element,
        weight: Fraction | None,
        factor: Fraction | None,
        scored: bool,
        into: dict[str, Figure],
    ) -> None:
        value, printed = self.values[element.code], None
        if element.digits is not None:
            printed = decimal_text(rounded(value, element.digits, self.method.mode), element.digits)
        adds = None if factor is None or not scored else str(self.handed_up(element) * factor)
        into[element.code] = Figure(printed, str(value), None if weight is None else str(weight), adds)
        # Below a value that is rounded on its way up, sums no longer lead to the index.
        summable = element is self.method.root or not element.rounds_inside
        for child in element.parts:
            share = self.shares(element).get(child.code)
            if share is None:
                continue
            self._figures(
                child,
                weight * share if summable and weight is not None else None,
                factor * self.factor(element, child, share) if summable and factor is not None else None,
                scored,
                into,
            )

    def _band(self, index: Fraction) -> str | None:
        from fractions import Fraction

        digits = self.method.root.digits
        if self.method.bands_read == "rounded" and digits is not None:
            index = Fraction(rounded(index, digits, self.method.mode), 10**digits)
        code_reached = None
        for code, start, _ in self.method.bands:
            if start <= index:
                code_reached = code
        return code_reached if self.method.bands and index <= self.method.bands[-1][2] else None


# --- 14 publications ------------------------------------------------------------------------------

OBJECT_MOST = 128 * MEGABYTE
MANIFEST_MOST = 16 * MEGABYTE
NAMED = ("results", "inputs", "instrument", "uncertainty")  # the last only since it is published


class Report:
    """What a check found out, line by line; the verdict stands apart."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, *lines: str) -> None:
        """Add lines; what they quote cannot steer the terminal."""
        self.lines += [shown(line, 400) for line in lines]


class Recorded(NamedTuple):
    """An entry with the checkpoint that it is proved to stand in."""

    position: int
    data: bytes
    entry: dict[str, Any]
    checkpoint: Checkpoint
    key: Key
    note: bytes


class Publication:
    """The publications of one code: the first and its corrections, checked against the record."""

    def __init__(self, place: Place, code: str, keys: list[Key], report: Report) -> None:
        self.place, self.code, self.keys, self.report = place, code, keys, report
        self.recorded: list[Recorded] = []
        self.proved: dict[int, Recorded] = {}
        self.pending: list[int] = []
        self.not_computed: list[str] = []
        self.words: list[str] = []  # computed or reported, of each publication
        self.figures = 0
        self.organisations: dict[str, Any] = {}  # the rows of the newest publication

    def check(self, organisation: str = "") -> None:
        """Check everything there is; `organisation` names a row to print. Raises Wrong and Cannot."""
        path = f"publication/{self.code}.json"
        manifest = json_object(self.place.read(path, MANIFEST_MOST), path, "teladan-manifest/1")
        if manifest.get("code") != self.code:
            raise Wrong(f"{path} is of another publication: {shown(manifest.get('code'))}")
        listed = part(manifest, "publications", list, path)
        if not listed:
            raise Pending(f"{self.code} has no released publication")
        objects = [
            self._publication(each, number, f"{self.code} publication {number}")
            for number, each in enumerate(listed, 1)
        ]
        self._disclosures()
        for number, (word, found) in enumerate(objects, 1):
            self._figures(word, found, f"{self.code} publication {number}", organisation)

    def verdict(self) -> str:
        """Return what holds, in one sentence."""
        if self.pending:
            numbers = ", ".join(map(str, self.pending))
            raise Pending(
                f"the proof of {self.code} (publication {numbers}) is pending: try again in a minute"
            )
        if self.not_computed:
            raise NeedsTeladan(
                f"{self.code} is recorded and its bytes are the recorded ones, but {self.not_computed[0]}"
            )
        word = self.words[-1]
        corrected = len(self.words) - 1
        chain = f", with {plural(corrected, 'correction')}," if corrected else ""
        if word == "computed":
            return (
                f"Holds: {self.code}{chain} is in the record as published, and its {self.figures:,} figures "
                "come out again from its answers, digit by digit."
            )
        return (
            f"Holds: {self.code}{chain} is in the record exactly as published; its figures are reported: "
            "recorded and unchanged, not recomputable."
        )

    def _publication(self, listed: Any, number: int, what: str) -> tuple[str, dict[str, Any]]:
        """Check one publication's receipt and bytes; return its word and its objects."""
        kind = "publication" if number == 1 else "correction"
        if part(listed, "number", int, what) != number or part(listed, "kind", str, what) != kind:
            raise Wrong(f"{what} is not listed as number {number}, a {kind}")
        word = part(listed, "computed_or_reported", str, what)
        if word not in {"computed", "reported"}:
            raise Malformed(f"{what} is neither computed nor reported")
        self.words.append(word)
        if listed.get("entry") is None:
            self.pending.append(number)
        else:
            recorded = self._receipt(part(listed, "entry", int, what))
            self._body(recorded, listed, number, kind, what)
            self.recorded.append(recorded)
        found = {name: self._object(listed.get(name), name, what) for name in NAMED if listed.get(name)}
        if "results" not in found:
            raise Malformed(f"{what} names no results")
        return word, found

    def _receipt(self, position: int) -> Recorded:
        if position in self.proved:
            return self.proved[position]
        what = f"proof/{position}"
        proof = parse_proof(self.place.read(what), what)
        if proof.position != position:
            raise Wrong(f"{what} is the proof of position {proof.position}")
        checkpoint, signed_by = check_proof(proof, proof.extra, self.keys, what)
        entry = parse_entry(proof.extra, position)
        if entry["node"] != checkpoint.origin:
            raise Wrong(f"entry {position} is of another record: {shown(entry['node'])}")
        self.proved[position] = Recorded(position, proof.extra, entry, checkpoint, signed_by[0], proof.note)
        return self.proved[position]

    def _body(self, recorded: Recorded, listed: Any, number: int, kind: str, what: str) -> None:
        """Hold the entry of a release against what is listed and against the release before it."""
        entry, body = recorded.entry, recorded.entry["body"]
        place = f"entry {recorded.position}"
        if entry["kind"] != kind or entry["subject"] != f"publication/{self.code}":
            raise Wrong(f"{place} is a {shown(entry['kind'])} of {shown(entry['subject'])}, not of {what}")
        if entry["act"] != listed.get("act"):
            raise Wrong(f"{place} is another act than {what} says")
        wanted = {"code": self.code, "number": number, "computed_or_reported": listed["computed_or_reported"]}
        wanted.update({name: listed.get(name) for name in NAMED})
        for name, value in wanted.items():
            if body.get(name) != value:
                raise Wrong(
                    f"{what}: {place} says {name} {shown(body.get(name))}, the publication {shown(value)}"
                )
        if moment(body.get("at"), f"{place}: at") != moment(
            listed.get("released_at"), f"{what}: released_at"
        ):
            raise Wrong(
                f"{what}: {place} was released at {shown(body.get('at'))}, listed as "
                f"{shown(listed.get('released_at'))}"
            )
        if number == 1:
            if entry["replaces"] is not None or "corrects" in body:
                raise Wrong(f"{place}, a first publication, says that it corrects another")
        elif self.recorded and self.recorded[-1].entry["body"].get("number") == number - 1:
            before = sha256(self.recorded[-1].data).hex()
            if body.get("corrects") != before or entry["replaces"] != before:
                raise Wrong(f"{place} does not correct publication {number - 1} but another entry")
            if self.recorded[-1].position >= recorded.position:
                raise Wrong(f"{place} corrects an entry that comes after it")
        self.report.say(
            f"publication {number} ({listed['computed_or_reported']}): {kind} in entry {recorded.position}, "
            f"{entry['time']}, by the {entry['actor']['role']}",
            f"  entry sha256 {sha256(recorded.data).hex()}, in the signed tree of "
            f"{plural(recorded.checkpoint.size, 'entry', 'entries')}",
        )

    def _object(self, digest: Any, name: str, what: str) -> Any:
        if not is_digest(digest):
            raise Malformed(f"{what} names its {name} by what is no digest")
        data = self.place.read(f"object/{digest}", OBJECT_MOST)
        if sha256(data).hex() != digest:
            verb = "is" if name in {"instrument", "uncertainty"} else "are"
            raise Wrong(f"the {name} of {what} {verb} not the recorded bytes: object/{digest} was changed")
        self.report.say(f"  {name}: {len(data):,} bytes, sha256 {digest}")
        return canonical_value(data, f"the {name} of {what}")

    # disclosed acts: what stood in the record as a commitment until the release

    def _disclosures(self) -> None:
        path = f"publication/{self.code}/disclosures.json"
        value = json_object(self.place.read(path, MANIFEST_MOST), path, "teladan-disclosures/1")
        contents: dict[str, tuple[Recorded, dict[str, Any]]] = {}
        counts = {"opened": 0, "erased": 0, "pending": 0}
        for each in part(value, "disclosures", list, path):
            act = part(each, "act", str, path)
            if each.get("position") is None:
                counts["pending"] += 1
                continue
            recorded = self._receipt(part(each, "position", int, path))
            content = self._disclosed(each, recorded, act)
            counts["erased" if content is None else "opened"] += 1
            if content is not None:
                contents[act] = recorded, content
        found = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
        self.report.say(f"acts before the release: {found or 'none'}; what they say is what was committed to")
        for recorded in self.recorded:
            self._prepared(recorded, contents)

    def _disclosed(self, each: Any, recorded: Recorded, act: str) -> dict[str, Any] | None:
        place, body = f"entry {recorded.position}", recorded.entry["body"]
        if recorded.entry["act"] != act:
            raise Wrong(f"{place} is another act than the one disclosed")
        if set(body) != {"commitment"}:
            raise Wrong(f"{place} is disclosed, but holds no commitment")
        if each.get("erased") is True and each.get("salt") is None and each.get("content") is None:
            self.report.say(f"  {place} ({recorded.entry['kind']}): its text was erased; the entry stands")
            return None
        content: dict[str, Any] = part(each, "content", dict, f"the disclosure of {place}")
        salt = each.get("salt")
        try:
            key = bytes.fromhex(salt)
        except (TypeError, ValueError):
            raise Malformed(f"the disclosure of {place} has no readable salt") from None
        if commitment(key, canonical(content)) != body["commitment"]:
            raise Wrong(
                f"what is disclosed of {place} ({recorded.entry['kind']}) is not what was committed to"
            )
        return content

    def _prepared(self, recorded: Recorded, contents: dict[str, tuple[Recorded, dict[str, Any]]]) -> None:
        """Hold a release against its preparation: the same bytes, earlier, by another person."""
        body, place = recorded.entry["body"], f"entry {recorded.position}"
        if body.get("prepared") not in contents:
            self.report.say(f"  note: the preparation of {place} is not disclosed")
            return
        before, content = contents[body["prepared"]]
        for name in ("code", "number", "prefix", *NAMED):
            if content.get(name) != body.get(name):
                raise Wrong(
                    f"{place} releases the {name} {shown(body.get(name))}, not the "
                    f"{shown(content.get(name))} that was prepared"
                )
        if before.entry["kind"] != "preparation" or before.position >= recorded.position:
            raise Wrong(f"{place} was not prepared before it was released")
        prefix = body.get("prefix")
        if type(prefix) is not int or not 0 <= prefix <= before.position:
            raise Wrong(f"{place} rests on a log of {shown(prefix)} entries, which was not there yet")
        one, other = before.entry["actor"]["id"], recorded.entry["actor"]["id"]
        if one and one == other:
            raise Wrong(f"{place} was prepared and released by the same person")
        hands = "by two persons" if one and other else "by persons that the record does not tell apart"
        self.report.say(f"  prepared in entry {before.position}, released in {place}, {hands}")
        if content.get("reason"):
            self.report.say(f"  because: {content['reason']}")

    # the figures

    def _figures(self, word: str, found: dict[str, Any], what: str, organisation: str) -> None:
        results = formed(found["results"], f"the results of {what}", "teladan-results/1")
        if results.get("code") != self.code or results.get("kind") != word:
            raise Wrong(f"the results of {what} are of {shown(results.get('code'))}, not {word} as recorded")
        rows = part(results, "rows", list, f"the results of {what}")
        self.organisations = _by_organisation(rows, f"the results of {what}")
        if "uncertainty" in found:
            self._uncertainty(found["uncertainty"], f"the uncertainty of {what}")
        if word == "reported":
            self._reported(rows, what)
            self._rows(rows, organisation)
            return
        if "inputs" not in found or "instrument" not in found:
            raise Wrong(f"{what} says that it is computed, and does not name both inputs and instrument")
        inputs = formed(found["inputs"], f"the inputs of {what}", "teladan-inputs/1")
        if inputs.get("code") != self.code:
            raise Wrong(f"the inputs of {what} are of {shown(inputs.get('code'))}")
        try:
            method = Method(formed(found["instrument"], f"the instrument of {what}", "teladan-method/1"))
            for name, value in (("instrument", method.instrument), ("edition", method.edition)):
                if results.get(name) != value:
                    raise Wrong(
                        f"the results of {what} are of {name} {shown(results.get(name))}, its method is of "
                        f"{shown(value)}"
                    )
            count = recompute(method, part(inputs, "rows", list, f"the inputs of {what}"), rows)
        except ZeroDivisionError:
            raise Malformed(f"the instrument of {what} divides by nothing") from None
        except NeedsTeladan as reason:
            self.not_computed.append(str(reason))
            self.report.say(f"{what}: computed, and not recomputed here: {reason}")
            self._rows(rows, organisation)
            return
        self.figures = count
        self.report.say(
            f"{what}: {plural(len(rows), 'row')} recomputed under {shown(method.name)}: {count:,} figures"
        )
        if any(row.get("rank") for row in rows):
            self.report.say("  not recomputed: the rank, which stands as published")
        self._rows(rows, organisation, most=3)

    def _uncertainty(self, value: Any, what: str) -> None:
        """Hold the uncertainty against the results: of the same code, a row for each organisation."""
        stated = formed(value, what, "teladan-uncertainty/1")
        if stated.get("code") != self.code:
            raise Wrong(f"{what} is of {shown(stated.get('code'))}")
        rows = _by_organisation(part(stated, "rows", list, what), what)
        reason = part(stated, "reason", (dict, type(None)), what)
        if reason is not None:
            if rows:
                raise Wrong(f"{what} says why it has no rows, and has {plural(len(rows), 'row')}")
            self.report.say(f"  uncertainty: no draws, because: {part(reason, 'text', str, what)}")
            return
        for name in [*self.organisations, *rows]:
            if name not in rows or name not in self.organisations:
                where = "its rows" if name in self.organisations else "the results"
                raise Wrong(f"{what}: {shown(name)} is not in {where}")
        draws, seed = part(stated, "draws", int, what), part(stated, "seed", int, what)
        kind = part(stated, "kind", str, what)
        self.report.say(
            f"  uncertainty ({kind}): {plural(draws, 'draw')}, seed {seed}, of the "
            "same organisations as the results",
            "  not recomputed here: the intervals, which are draws; run `teladan rank` with that seed",
        )

    def _rows(self, rows: list[Any], organisation: str, most: int = 0) -> None:
        """Print the row that was asked for with every figure, or the first rows with their index."""
        asked = [row for row in rows if row["organisation"] == organisation]
        for row in asked if organisation else rows[:most]:
            more = "".join(f", {name} {row[name]}" for name in ("band", "rank") if row.get(name))
            self.report.say(f"  {row['organisation']}: index {_printed(row.get('index'))}{more}")
        for code, figure in (asked[0].get("elements") or {}).items() if asked else ():
            self.report.say(f"    {code}: {_printed(figure)}")
        if not organisation and 0 < most < len(rows):
            self.report.say(f"  … and {plural(len(rows) - most, 'row')} more")

    def _reported(self, rows: list[Any], what: str) -> None:
        verdicts: dict[str, int] = {}
        for row in rows:
            verdict = row.get("verdict") if isinstance(row, dict) else None
            name = verdict if isinstance(verdict, str) else "not checked"
            verdicts[name] = verdicts.get(name, 0) + 1
        counts = ", ".join(f"{count:,} {name}" for name, count in sorted(verdicts.items()))
        self.report.say(
            f"{what}: reported by its source, {plural(len(rows), 'row')}; nothing here to compute them from",
            f"  whether the printed figures can be right, as recorded: {counts}",
        )


def _printed(figure: Any) -> str:
    """Return a published figure: as printed, and exactly where that is published too."""
    printed, exact = (part(figure, name, (str, type(None)), "a row") for name in ("printed", "exact"))
    return (printed or "not printed") + (f" (exactly {exact})" if exact else "")


def _by_organisation(rows: list[Any], what: str) -> dict[str, Any]:
    by_organisation: dict[str, Any] = {}
    for row in rows:
        name = part(row, "organisation", str, what)
        if name in by_organisation:
            raise Wrong(f"{what}: {shown(name)} stands twice")
        by_organisation[name] = row
    return by_organisation


def recompute(method: Method, inputs: list[Any], rows: list[Any]) -> int:
    """Work out every row again and hold it against the published one; return how many figures agree.

    Raises Wrong at the first difference, with row, element and both numbers.
    """
    given, published = _by_organisation(inputs, "the inputs"), _by_organisation(rows, "the results")
    for name in [*published, *given]:
        if name not in given or name not in published:
            where = "inputs" if name in published else "results"
            raise Wrong(f"row {shown(name)} is not in the {where}")
    count = 0
    for number_of_row, (name, row) in enumerate(published.items(), 1):
        what = f"row {number_of_row}, {shown(name)}"
        answers = given[name]
        kind = answers.get("kind") or None
        if kind != (row.get("kind") or None):
            raise Wrong(
                f"{what}: its kind is {_text(row.get('kind'))} in the results, {_text(kind)} in the inputs"
            )
        result = Evaluation(method, part(answers, "scores", dict, what), kind, what).result()
        count += _compare_row(method, result, row, what)
        own: dict[str, Figure] = {}
        if answers.get("answers"):
            own = Evaluation(method, part(answers, "answers", dict, what), kind, what).result().figures
        count += _compare_elements(own, row.get("self_assessed") or {}, f"{what}, self-assessed")
    return count


def _compare_row(method: Method, result: Result, row: Any, what: str) -> int:
    index, top = part(row, "index", dict, what), result.figures[method.root.code]
    _same(what, "index", "printed", index.get("printed"), top.printed)
    _same(what, "index", "exact", index.get("exact"), top.exact)
    _same(what, "index", "scored", row.get("scored"), result.scored)
    _same(what, "index", "band", row.get("band") or None, result.band)
    return 3 + _compare_elements(result.figures, part(row, "elements", dict, what), what)


def _compare_elements(figures: dict[str, Figure], elements: Any, what: str) -> int:
    for code in [*figures, *elements]:
        if code not in figures or code not in elements:
            side = "is published and not computed" if code in elements else "is missing"
            raise Wrong(f"{what}: element {shown(code)} {side}")
        entry = elements[code]
        for name, value in zip(Figure._fields, figures[code]):  # noqa: B905  (one has the other's length)
            _same(what, code, name, entry.get(name) if isinstance(entry, dict) else entry, value)
    return len(figures) * len(Figure._fields)


def _same(what: str, code: str, name: str, published: Any, computed: Any) -> None:
    if published != computed or type(published) is not type(computed):
        raise Wrong(
            f"{what}, {shown(code)}: {name} is published as {_text(published)}, computed as {_text(computed)}"
        )


def _text(value: Any) -> str:
    return "nothing" if value is None else shown(value, 80)


# --- 15 the verbs ---------------------------------------------------------------------------------

NOT_TRUTH = "not proved: that what an entry says is true, or that nothing was left out of the record"
NOT_SHARED = (
    "not proved: that others are shown the same record; keep its checkpoint (log --remember FILE) "
    "and compare it with theirs"
)


def verify_proof(options: argparse.Namespace, report: Report) -> str:
    """Check one proof, and with --log that the record of today still holds it."""
    target = options.target
    read = read_address if IS_ADDRESS.match(target) else read_file
    what = shown(os.path.basename(target.rstrip("/")) or target)
    proof = parse_proof(read(target, MEGABYTE), what)
    if not proof.extra:
        raise Cannot(f"{what} does not carry the entry that it proves")
    place, now = find_record(options.log) if options.log else (None, b"")
    ring = keyring(options.key, place or _beside(target))
    if not ring.keys:
        checkpoint = parse_checkpoint(parse_note(proof.note, f"the checkpoint of {what}").text)
        check_inclusion(
            leaf_hash(proof.extra), proof.position, checkpoint.size, list(proof.path), checkpoint.root
        )
        _describe(parse_entry(proof.extra, proof.position), proof.extra, report)
        raise Cannot(
            f"the entry stands in the tree of {what}, but without a key its signature says nothing: "
            "give --key, or --log with the place of the record"
        )
    try:
        checkpoint, found = check_proof(proof, proof.extra, ring.keys, what)
        if place:
            open_checkpoint(now, ring.keys, "the checkpoint of today")
    except Unsigned as failure:
        if place is None:
            raise Unsigned(
                f"{failure}; if the record has changed its key, add --log with its place"
            ) from None
        ring = with_new_keys(ring, place, failure, report)
        checkpoint, found = check_proof(proof, proof.extra, ring.keys, what)
    entry = parse_entry(proof.extra, proof.position)
    if entry["node"] != checkpoint.origin:
        raise Wrong(f"entry {proof.position} is of another record: {shown(entry['node'])}")
    _describe(entry, proof.extra, report)
    _say_key(found[0], ring, report)
    if place:
        today, _ = open_checkpoint(now, ring.keys, "the checkpoint of today")
        _same_record(checkpoint, today)
        if today.size < checkpoint.size:
            raise Wrong(
                f"the record has {today.size:,} entries, fewer than the {checkpoint.size:,} of {what}"
            )
        path = Tiles(place, today.size).consistency(checkpoint.size)
        check_consistency(checkpoint.size, checkpoint.root, today.size, today.root, path)
        reading = LogReading(ring.keys)
        read_log(place, today, (), reading)
        reading.signer(now, "the checkpoint of today")
        reading.signer(proof.note, f"the checkpoint of {what}")
        report.say(f"today: the record of {today.size:,} entries begins with the tree of this proof")
    report.say(NOT_TRUTH, NOT_SHARED)
    return (
        f"Holds: entry {proof.position} stands in the record {shown(checkpoint.origin)}, in its signed tree "
        f"of {plural(checkpoint.size, 'entry', 'entries')}."
    )


def _beside(target: str) -> Place | None:
    """Return the record that a proof lies in, where it lies in one: its key is there."""
    if IS_ADDRESS.match(target):
        inside = re.fullmatch(r"(.*/)proof/[0-9]+", target)
        return Place(inside[1]) if inside else None
    folder = os.path.dirname(os.path.dirname(os.path.abspath(target)))
    return Place(os.path.join(folder, "")) if os.path.isfile(os.path.join(folder, "key")) else None


def _same_record(earlier: Checkpoint, later: Checkpoint) -> None:
    if earlier.origin != later.origin:
        raise Wrong(f"{shown(earlier.origin)} and {shown(later.origin)} are two records")


def _describe(entry: dict[str, Any], data: bytes, report: Report) -> None:
    report.say(
        f"entry {entry['sequence']}: {entry['kind']}, {entry['subject'] or 'no subject'}",
        f"recorded {entry['time']} by the {entry['actor']['role'] or 'node'}, act {entry['act']}",
    )
    if entry["kind"] in COMMITTED:
        report.say("its text is not in the record: only a salted commitment to it")
    else:
        for name, value in sorted(entry["body"].items()):
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            report.say(f"  {name}: {shown(text)}")
    report.say(f"entry sha256 {sha256(data).hex()}")


def _say_key(key: Key, ring: Keyring, report: Report) -> None:
    report.say(f"signed by {key.text}")
    if ring.from_there:
        report.say(
            "not proved: that this key is the publisher's; it came from the same place as the record: "
            "compare it with one got another way and give that with --key"
        )


def verify_log(options: argparse.Namespace, report: Report) -> str:
    """Read a whole log, and with --remember hold it against the one seen before."""
    place, data = find_record(options.target)
    ring = keyring(options.key, place)
    unsigned = None
    try:
        checkpoint, _ = open_checkpoint(data, ring.keys, "the checkpoint")
    except Unsigned as failure:
        if ring.from_there:
            raise
        checkpoint, unsigned = parse_checkpoint(parse_note(data).text), failure
    remembered = _remembered(options.remember)
    if remembered and remembered.checkpoint.origin != checkpoint.origin:
        other = shown(remembered.checkpoint.origin)
        raise Cannot(f"{shown(options.remember)} remembers another record: {other}")
    if remembered and remembered.checkpoint.size > checkpoint.size:
        raise Wrong(
            f"the record has {checkpoint.size:,} entries; {remembered.checkpoint.size:,} were there at the "
            "last visit"
        )
    ladder = _ladder(place, report)
    sizes = [each.size for each, _ in ladder] + ([remembered.checkpoint.size] if remembered else [])
    reading = LogReading(ring.keys)
    roots = read_log(place, checkpoint, sizes, reading)
    reading.say(report)
    report.say(f"root {base64_text(checkpoint.root)}, every entry and tile hashed again from its bytes")
    key = reading.signer(data, "the checkpoint")
    _say_key(key, ring, report)
    ladder = _check_ladder(ladder, roots, checkpoint, reading, report)
    notes = [data, *(note for _, note in ladder)]
    if remembered:
        before = remembered.checkpoint
        if roots[before.size] != before.root:
            raise Wrong(
                f"the first {before.size:,} entries are not those of the last visit: the record was rewritten"
            )
        report.say(f"the {plural(before.size, 'entry', 'entries')} of the last visit are unchanged")
        notes.append(remembered.note)
    if key not in ring.keys:
        unnamed = unsigned or Wrong("the record does not name the key that was given")
        report.say(*reading.follow(ring.keys, "your key", notes, unnamed))
    if remembered and remembered.key != key and key in given_keys(options.key):
        report.say("note: the key has changed since the last visit, to one that you gave")
    elif remembered and remembered.key != key:
        unnamed = Wrong("the record is signed by another key than at the last visit, without an entry for it")
        report.say(*reading.follow([remembered.key], "the key of the last visit", notes, unnamed))
    if options.remember:
        _remember(options.remember, data, key)
        report.say(f"remembered in {options.remember}: give it again next time")
    report.say(NOT_TRUTH)
    if not remembered:
        report.say(NOT_SHARED)
    check_archive(place, report)
    return (
        f"Holds: the record {shown(checkpoint.origin)} of {plural(checkpoint.size, 'entry', 'entries')} is "
        "exactly what its signed checkpoint says."
    )


REMEMBERED = "teladan-remembered/1"


class Remembered(NamedTuple):
    """What was kept of an earlier visit."""

    checkpoint: Checkpoint
    key: Key
    note: bytes


def _remembered(file: str | None) -> Remembered | None:
    if not file or not os.path.exists(file):
        return None
    value = json_object(read_file(file, MEGABYTE), shown(file), REMEMBERED)
    note = part(value, "checkpoint", str, shown(file)).encode("utf-8")
    key = parse_key(part(value, "key", str, shown(file)))
    try:
        return Remembered(open_checkpoint(note, [key], "it")[0], key, note)
    except Wrong as failure:
        raise Cannot(
            f"the remembered checkpoint is not signed by its key ({failure}): {shown(file)} was changed, and "
            "says nothing of the record"
        ) from None


def _remember(file: str, note: bytes, key: Key) -> None:
    value = {"format": REMEMBERED, "key": key.text, "checkpoint": note.decode("utf-8")}
    try:
        with open(file + ".new", "wb") as new:
            new.write(canonical(value) + b"\n")
        os.replace(file + ".new", file)
    except OSError as error:
        raise Cannot(f"the record holds, but {shown(file)} cannot be written: {error.strerror}") from None


MOST_LADDER_SIGNATURES = 1000
LADDER_MOST = 64 * MEGABYTE


def _ladder(place: Place, report: Report) -> list[tuple[Checkpoint, bytes]]:
    """Return the earlier checkpoints that the place keeps, the smallest first; none where it keeps none.

    A site sends the newest of them, and those below a size when asked; a folder has one file.
    """
    checkpoints: list[tuple[Checkpoint, bytes]] = []
    path, left, which = "checkpoints", LADDER_MOST, "the earlier checkpoints"
    while path:
        try:
            data = place.read(path, left)
        except Cannot as failure:
            report.say(f"not checked: {which} ({failure})")
            break
        steps = sorted(_steps(data, place), key=lambda step: step[0].size)
        older = [step for step in steps if not checkpoints or step[0].size < checkpoints[0][0].size]
        checkpoints, left = older + checkpoints, left - len(data)
        which = f"the checkpoints below {checkpoints[0][0].size:,} entries" if checkpoints else which
        path = f"checkpoints?before={checkpoints[0][0].size}" if older and place.is_address else ""
    return checkpoints


def _steps(data: bytes, place: Place) -> list[tuple[Checkpoint, bytes]]:
    try:
        steps = json.loads(data)
    except (ValueError, RecursionError):
        raise Malformed(f"{shown(place.base)}checkpoints is not JSON{_seems(data)}") from None
    if not isinstance(steps, list):
        raise Malformed(f"{shown(place.base)}checkpoints is not a list")
    checkpoints = []
    for step in steps:
        note = part(step, "note", str, "checkpoints").encode("utf-8")
        checkpoints.append((parse_checkpoint(parse_note(note, "a checkpoint").text, "a checkpoint"), note))
    return checkpoints


def _check_ladder(
    ladder: list[tuple[Checkpoint, bytes]],
    roots: dict[int, bytes],
    now: Checkpoint,
    reading: LogReading,
    report: Report,
) -> list[tuple[Checkpoint, bytes]]:
    """Return the earlier checkpoints: each a beginning of the log, signed by the key of its time."""
    ladder = [step for step in ladder if step[0].size <= now.size]  # the others were signed just now
    for step, _ in ladder:
        _same_record(step, now)
        if roots[step.size] != step.root:
            raise Wrong(f"the earlier checkpoint of {step.size:,} entries is not a beginning of the record")
    chosen = set(range(max(0, len(ladder) - MOST_LADDER_SIGNATURES), len(ladder)))
    for change in reading.changes:  # the first over each new key, however long ago
        chosen.update([n for n, (step, _) in enumerate(ladder) if step.size > change.position][:1])
    for number in sorted(chosen):
        step, note = ladder[number]
        reading.signer(note, f"the earlier checkpoint of {step.size:,} entries")
    if ladder:
        of_all = "" if len(chosen) == len(ladder) else f" (signatures: of the last {len(chosen):,})"
        report.say(f"{plural(len(ladder), 'earlier checkpoint')}: each a beginning of this record{of_all}")
    return ladder


def with_new_keys(ring: Keyring, place: Place, failure: Unsigned, report: Report) -> Keyring:
    """Return the keys that follow from the given ones in the record, which has changed its key.

    What is then checked with them must be held against this record too. Raises `failure` where the
    record does not lead on from them, Cannot where that cannot be seen.
    """
    if ring.from_there:
        raise failure
    data = place.read("checkpoint")
    checkpoint = parse_checkpoint(parse_note(data, "the checkpoint").text, "the checkpoint")
    ladder, reading = _ladder(place, report), LogReading(ring.keys)
    try:
        roots = read_log(place, checkpoint, [each.size for each, _ in ladder], reading)
    except Missing as missing:
        raise Cannot(
            f"{failure}, and the log that would say whether the key was changed is not there ({missing}): "
            "add --log with its place, or give the newer key with --key"
        ) from None
    reading.signer(data, "the checkpoint")
    ladder = _check_ladder(ladder, roots, checkpoint, reading, report)
    notes = [data, *(note for _, note in ladder)]
    report.say(*reading.follow(ring.keys, "your key", notes, failure))
    return Keyring([*ring.keys, *(change.key for change in reading.changes)], from_there=False)


def verify_publication(options: argparse.Namespace, report: Report) -> str:
    """Check published results: receipts, bytes, disclosures, and the figures themselves."""
    target = options.target
    code, organisation = _asked_for(target)
    organisation = options.organisation or organisation
    place = _with_publications(target, code)
    codes = [code] if code else place.codes()
    if not codes:
        raise Missing(f"there is no publication in {shown(target)}")
    ring = keyring(options.key, place)
    log = find_record(options.log)[0] if options.log else None
    try:
        publications = _checked(place, codes, ring, organisation, report)
    except Unsigned as failure:
        report.lines.clear()
        log = log or place
        ring = with_new_keys(ring, log, failure, report)
        publications = _checked(place, codes, ring, organisation, report)
    if organisation and not any(organisation in each.organisations for each in publications):
        raise Cannot(f"{', '.join(codes)} has no organisation {shown(organisation)}")
    if log:
        _against_log(publications, log, options, ring, report)
    for key in dict.fromkeys(recorded.key for each in publications for recorded in each.proved.values()):
        _say_key(key, ring, report)
    report.say(NOT_TRUTH)
    if not log:
        report.say(
            "not proved: that there is no later correction; --log with the record's place looks for one"
        )
    check_archive(place, report)
    verdicts = [each.verdict() for each in publications]
    if len(verdicts) == 1:
        return verdicts[0]
    report.lines[:0] = verdicts
    return f"Holds: {len(verdicts)} publications are in the record as published; what each is stands below."


def _checked(
    place: Place, codes: list[str], ring: Keyring, organisation: str, report: Report
) -> list[Publication]:
    publications = []
    for code in codes:
        publication = Publication(place, code, ring.keys, report)
        publication.check(organisation)
        publications.append(publication)
    return publications


def check_archive(place: Place, report: Report) -> None:
    """Hold every file of an archive against the archive's own list; raises Wrong with the file's name."""
    folder = os.path.dirname(os.path.abspath(place.base))
    listing = os.path.join(folder, ARCHIVE_LIST)
    if place.is_address or not os.path.isfile(listing):
        return
    listed = {ARCHIVE_LIST}
    for number, line in enumerate(read_file(listing, LIST_MOST).decode("utf-8", "replace").splitlines(), 1):
        digest, name = line[:64], line[66:]
        inside = name and not name.startswith("/") and not {"", ".", ".."} & set(name.split("/"))
        if not is_digest(digest) or line[64:66] not in {"  ", " *"} or not inside:
            raise Wrong(f"line {number} of {ARCHIVE_LIST} is not a SHA-256 and a file of the archive")
        path = os.path.join(folder, *name.split("/"))
        if not os.path.isfile(path):
            raise Wrong(f"{shown(name)} is listed in {ARCHIVE_LIST} and is not in the archive")
        if _digest_of(path) != digest:
            raise Wrong(
                f"{shown(name)} is not the file that {ARCHIVE_LIST} lists: one of the two was changed "
                "since the archive was made"
            )
        listed.add(name)
    if len(listed) == 1:
        raise Wrong(f"{ARCHIVE_LIST} lists no file")
    files = [
        os.path.relpath(os.path.join(where, name), folder).replace(os.sep, "/")
        for where, _, names_here in os.walk(folder)
        for name in names_here
    ]
    more = sorted(set(files) - listed)
    report.say(
        f"the archive: {plural(len(listed) - 1, 'file is', 'files are')} as {ARCHIVE_LIST} lists them; "
        "nothing signs that list, so whoever changes it with data/, method/ or a page is not caught by it"
    )
    if more:
        report.say(f"not listed in the archive: {plural(len(more), 'file')}, as {shown(more[0])}")


def _asked_for(target: str) -> tuple[str, str]:
    """Return the code and the organisation that an address or a path names, where it does."""
    path, _, query = target.partition("?") if IS_ADDRESS.match(target) else (target, "", "")
    path = path.partition("#")[0] if IS_ADDRESS.match(target) else os.path.abspath(path)
    match = MANIFEST.fullmatch(path) or (PAGE.fullmatch(path) if IS_ADDRESS.match(target) else None)
    organisation = re.search(r"(?:^|&)organisation=([^&#]*)", query)
    if not organisation:
        return match["code"] if match else "", ""
    from urllib.parse import unquote_plus

    return match["code"] if match else "", unquote_plus(organisation[1])


def _with_publications(target: str, code: str) -> Place:
    if not IS_ADDRESS.match(target) and code and not os.path.isdir(target):
        path = os.path.abspath(target)
        if not os.path.exists(path):
            raise Missing(f"there is no {shown(target)}")
        return Place(os.path.join(os.path.dirname(os.path.dirname(path)), ""))
    tried = places(target)
    if tried[0].is_address:
        if not code:
            raise Cannot(f"{shown(target)} names no publication: give the address of its page")
        return tried[0]
    for place in tried:
        if os.path.isdir(place.base + "publication"):
            return place
    raise Missing(f"there is no record/publication in {shown(target)}")


def _against_log(
    publications: list[Publication], place: Place, options: argparse.Namespace, ring: Keyring, report: Report
) -> None:
    """Hold receipts against the whole log, and look for releases that the place does not list."""
    data = place.read("checkpoint")
    ring = ring if options.key else keyring((), place)
    try:
        checkpoint, _ = open_checkpoint(data, ring.keys, "the checkpoint")
    except Unsigned as failure:
        ring = with_new_keys(ring, place, failure, report)
        checkpoint, _ = open_checkpoint(data, ring.keys, "the checkpoint")
    reading = LogReading(ring.keys)
    proved = {
        position: recorded
        for publication in publications
        for position, recorded in publication.proved.items()
    }
    listed = {recorded.position for publication in publications for recorded in publication.recorded}
    subjects = {f"publication/{publication.code}" for publication in publications}

    def visit(seen: Visit) -> None:
        reading(seen)
        receipt = proved.get(seen.position)
        if receipt and receipt.data != seen.data:
            raise Wrong(f"entry {seen.position} is another in the log than in its receipt")
        released = seen.entry["kind"] in {"publication", "correction"} and seen.entry["subject"] in subjects
        if released and seen.position not in listed:
            raise Wrong(f"entry {seen.position} is a {seen.entry['kind']} that is not listed")

    roots = read_log(place, checkpoint, [recorded.checkpoint.size for recorded in proved.values()], visit)
    for position, recorded in proved.items():
        _same_record(recorded.checkpoint, checkpoint)
        if recorded.checkpoint.size > checkpoint.size:
            raise Wrong(
                f"the log has {checkpoint.size:,} entries, fewer than the receipt of entry {position} signs"
            )
        if roots[recorded.checkpoint.size] != recorded.checkpoint.root:
            raise Wrong(f"the receipt of entry {position} is not of this log")
    reading.signer(data, "the checkpoint")
    notes = {recorded.note: position for position, recorded in proved.items()}  # many have the same
    for note, position in notes.items():
        reading.signer(note, f"the checkpoint of proof/{position}")
    report.say(
        f"the log of {checkpoint.size:,} entries holds every receipt and no other release of these codes"
    )


def verify_evidence(options: argparse.Namespace, report: Report) -> str:
    """Find the entry that names a file by its digest, and prove it."""
    digest = _digest_of(options.target)
    what = shown(os.path.basename(options.target))
    report.say(f"sha256 {digest}")
    if not options.log:
        raise Cannot("the record to look in was not given: add --log with its address or folder")
    place, data = find_record(options.log)
    ring = keyring(options.key, place)
    try:
        checkpoint, found = open_checkpoint(data, ring.keys, "the checkpoint")
    except Unsigned as failure:
        ring = with_new_keys(ring, place, failure, report)
        checkpoint, found = open_checkpoint(data, ring.keys, "the checkpoint")
    key, reading = found[0], LogReading(ring.keys)
    naming: list[Visit] = []
    codes: dict[str, Visit] = {}

    def visit(seen: Visit) -> None:
        reading(seen)
        if names(seen.entry["body"], digest):
            naming.append(seen)
        if seen.entry["kind"] in {"publication", "correction"}:
            codes[str(seen.entry["body"].get("code"))] = seen

    try:
        read_log(place, checkpoint, (), visit)
        key = reading.signer(data, "the checkpoint")
        how = f"all {plural(checkpoint.size, 'entry', 'entries')} were read and give the signed root"
    except Missing:
        if not place.codes():
            raise
        naming, codes, how = _naming_in_folder(place, digest, ring, report)
    if not naming:
        naming = _named_inside(place, digest, codes, report)
    if not naming:
        raise Wrong(f"nothing in the record {shown(checkpoint.origin)} names {what}")
    for seen in naming:
        _describe(seen.entry, seen.data, report)
    report.say(how)
    _say_key(key, ring, report)
    report.say(NOT_TRUTH)
    numbers = ", ".join(str(seen.position) for seen in naming)
    return (
        f"Holds: {what} is the very file that entry {numbers} of the record {shown(checkpoint.origin)} names."
    )


NO_FILE = {"commitment", "corrects", "reason"}  # what holds a digest of something else, or free text


def names(value: Any, digest: str) -> bool:
    """Say whether a value names a file by its digest: a field that is the digest and nothing else."""
    if isinstance(value, dict):
        return any(names(inner, digest) for name, inner in value.items() if name not in NO_FILE)
    return any(names(inner, digest) for inner in value) if isinstance(value, list) else bool(value == digest)


def _digest_of(path: str) -> str:
    if os.path.isdir(path):
        raise Cannot(f"{shown(path)} is a folder, not a file")
    if not os.path.isfile(path):
        raise Missing(f"there is no file {shown(path)}")
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            for piece in iter(lambda: file.read(MEGABYTE), b""):
                digest.update(piece)
    except OSError as error:
        raise Cannot(f"{shown(path)} cannot be read: {error.strerror}") from None
    return digest.hexdigest()


def _naming_in_folder(
    place: Place, digest: str, ring: Keyring, report: Report
) -> tuple[list[Visit], dict[str, Visit], str]:
    """Look in the receipts of the publications of an archive, which need not hold the whole log."""
    naming: list[Visit] = []
    codes: dict[str, Visit] = {}
    for code in place.codes():
        publication = Publication(place, code, ring.keys, Report())
        publication.check()
        for recorded in publication.proved.values():
            seen = Visit(recorded.position, recorded.data, recorded.entry)
            if names(recorded.entry["body"], digest):
                naming.append(seen)
            if recorded in publication.recorded:
                codes[code] = seen
    report.say("note: the whole log is not here; the receipts of its publications were looked through")
    return naming, codes, "its receipt proves the entry"


def _named_inside(place: Place, digest: str, codes: dict[str, Visit], report: Report) -> list[Visit]:
    """Return the releases whose published files name a digest."""
    naming = []
    for code, seen in codes.items():
        for name in NAMED:
            wanted = seen.entry["body"].get(name)
            if not is_digest(wanted):
                continue
            data = place.read(f"object/{wanted}", OBJECT_MOST)
            if sha256(data).hex() != wanted:
                raise Wrong(f"object/{wanted} was changed: it is not the {name} of entry {seen.position}")
            if digest.encode() in data and names(parse_json(data), digest):
                report.say(f"named in the {name} of {shown(code)}")
                naming.append(seen)
                break
    return naming


# --- 16 the command -------------------------------------------------------------------------------

VERBS = {
    "proof": (verify_proof, "FILE", "a receipt (tlog-proof): does its entry stand in the signed record?"),
    "log": (verify_log, "URL|FOLDER", "the whole record: is it what its checkpoint signs?"),
    "publication": (
        verify_publication,
        "URL|FOLDER",
        "a published result: recorded, unchanged, and do its figures come out again?",
    ),
    "evidence": (verify_evidence, "FILE", "a file: which entry names it?"),
}
STATUS = "Exit status: 0 it holds; 1 something does not hold; 2 it could not be checked."


def command_line(program: str) -> argparse.ArgumentParser:
    """Return the reader of the arguments."""
    import argparse

    parser = argparse.ArgumentParser(
        prog=program,
        description="Check a public record from outside, with nothing but Python.",
        epilog=STATUS,
    )
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, (_, target, told) in VERBS.items():
        verb = verbs.add_parser(name, help=told, description=told[0].upper() + told[1:], epilog=STATUS)
        verb.add_argument("target", metavar=target)
        verb.add_argument(
            "--key",
            action="append",
            default=[],
            metavar="KEY|@FILE",
            help="the record's key, got another way; may be given again (else the one beside it)",
        )
        if name == "log":
            verb.add_argument("--remember", metavar="FILE", help="keep the checkpoint; check it next time")
        else:
            verb.add_argument("--log", metavar="URL|FOLDER", help="the record to hold it against")
        if name == "publication":
            verb.add_argument(
                "--organisation", default="", metavar="CODE", help="print the row of this organisation whole"
            )
    return parser


def main(arguments: list[str] | None = None, program: str = "verify.py") -> int:
    """Run one verb, print verdict and details, return the exit status."""
    options = command_line(program).parse_args(arguments)
    report = Report()
    try:
        verdict, status = VERBS[options.verb][0](options, report), HOLDS
    except (Wrong, Cannot) as failure:
        verdict, status = f"{failure.opening}: {failure}.", failure.status
    except RecursionError:
        verdict, status = "Could not check: something is nested too deep.", CANNOT
    except MemoryError:
        verdict, status = "Could not check: there is not enough memory.", CANNOT
    except (TypeError, KeyError, AttributeError, ValueError) as failure:
        # What is read was made by others; whatever shape it has, the answer stays one sentence.
        verdict, status = f"Could not check: something is not in its form ({shown(failure)}).", CANNOT
    print("\n".join([verdict, *report.lines]))
    return status


def run() -> None:
    """Start from a shell."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a letter
    try:
        status = main()
        sys.stdout.flush()
    except KeyboardInterrupt:
        status = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        status = 141
    sys.exit(status)


if __name__ == "__main__":
    run()
