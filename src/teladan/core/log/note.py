"""Signed notes (c2sp.org/signed-note): text, a blank line, and one line for each signature.

    example.org/record
    3
    vxYjK…=

    — example.org/record wXyZ…=

A key is known by its name and by its id, the first four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key).
Only Ed25519 (type 0x01) is signed and verified; signatures of other keys are passed over.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
KEY_SIZE = 32
ID_SIZE = 4
MOST = 100  # signatures of one note
MARK = "— "
# What Unicode calls White_Space, written out: str.isspace() counts four control characters more.
SPACE = re.compile("[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")
HEX = re.compile("[0-9a-fA-F]{8}")


class NoteError(ValueError):
    """A note or key that is malformed, or a note nobody known has signed; the message says which."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: the key's name and id, and the signature's bytes as they came."""

    name: str
    id: int
    signature: bytes

    @property
    def line(self) -> str:
        """The line with its line end."""
        packed = self.id.to_bytes(ID_SIZE, "big") + self.signature
        return f"{MARK}{self.name} {encoded_base64(packed)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it was read: nothing is verified yet. The text ends with its line end."""

    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with its name."""

    name: str
    key: bytes
    id: int = field(init=False)

    def __post_init__(self) -> None:
        """Refuse a name or key that is none."""
        check_name(self.name)
        if len(self.key) != KEY_SIZE:
            raise NoteError(f"an Ed25519 key has {KEY_SIZE} bytes, not {len(self.key)}")
        object.__setattr__(self, "id", key_id(self.name, self.key))

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """Return the verifier that a public key line `name+id+base64` names."""
        name, _, rest = vkey.partition("+")
        key_hash, _, text = rest.partition("+")
        verifier = cls(name, _key(key_hash, text, "public key"))
        if verifier.id != int(key_hash, 16):
            raise NoteError(f"the id {key_hash} does not belong to this public key and name")
        return verifier

    @property
    def vkey(self) -> str:
        """The public key as a line."""
        return f"{self.name}+{self.id:08x}+{encoded_base64(ED25519 + self.key)}"

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Say whether the signature is this key's over the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A secret key with its name. It never shows itself in a printed value."""

    name: str
    seed: bytes = field(repr=False)
    verifier: Verifier = field(init=False)

    def __post_init__(self) -> None:
        """Refuse a name or key that is none."""
        if len(self.seed) != KEY_SIZE:
            raise NoteError(f"an Ed25519 key has {KEY_SIZE} bytes, not {len(self.seed)}")
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        object.__setattr__(self, "verifier", Verifier(self.name, public))

    @classmethod
    def generate(cls, name: str) -> Self:
        """Return a new key; the randomness is the operating system's."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, skey: str) -> Self:
        """Return the signer that a secret key line `PRIVATE+KEY+name+id+base64` names."""
        parts = skey.split("+", 4)
        if len(parts) != 5 or parts[:2] != ["PRIVATE", "KEY"]:
            raise NoteError("a secret key is a line PRIVATE+KEY+name+id+base64")
        signer = cls(parts[2], _key(parts[3], parts[4], "secret key"))
        if signer.verifier.id != int(parts[3], 16):
            raise NoteError(f"the id {parts[3]} does not belong to this secret key and name")
        return signer

    @property
    def skey(self) -> str:
        """The secret key as a line."""
        packed = encoded_base64(ED25519 + self.seed)
        return f"PRIVATE+KEY+{self.name}+{self.verifier.id:08x}+{packed}"

    def sign(self, text: str) -> str:
        """Return the signature line over the text of a note, with its line end."""
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        return Signature(self.name, self.verifier.id, signature).line


def parse(data: bytes | str) -> Note:
    """Return the text and signatures of a note; anything malformed in it raises NoteError."""
    text = _decoded(data)
    split = text.rfind("\n\n")
    if split < 0:
        raise NoteError("the note has no blank line before its signatures")
    lines = text[split + 2 :].split("\n")
    if lines.pop() or not lines:
        raise NoteError("the note does not end with a whole signature line")
    if len(lines) > MOST:
        raise NoteError(f"the note has {len(lines)} signatures; at most {MOST} are read")
    return Note(text[: split + 1], tuple(_signature(line) for line in lines))


def sign(text: str, signers: Iterable[Signer]) -> str:
    """Return the note of a text that ends with its line end."""
    if not text.endswith("\n"):
        raise NoteError("the text of a note ends with a line end")
    _decoded(text)
    lines = [signer.sign(text) for signer in signers]
    if not lines:
        raise NoteError("a note has at least one signature")
    return f"{text}\n{''.join(lines)}"


def open_note(note: bytes | str | Note, verifiers: Iterable[Verifier]) -> tuple[str, list[Verifier]]:
    """Return the text and the known keys that signed it, in the order of the note.

    Signatures of unknown keys are passed over. One of a known key that does not hold spoils the whole
    note, and a note that no known key signed is refused: both raise NoteError.
    """
    read = note if isinstance(note, Note) else parse(note)
    known: dict[tuple[str, int], Verifier] = {}
    for verifier in verifiers:
        if known.setdefault((verifier.name, verifier.id), verifier) != verifier:
            raise NoteError(f"two known keys share the name and id {verifier.name}+{verifier.id:08x}")
    text = read.text.encode()
    signed: list[Verifier] = []
    for signature in dict.fromkeys(read.signatures):
        signer = known.get((signature.name, signature.id))
        if signer is None:
            continue
        if not signer.verifies(text, signature.signature):
            raise NoteError(f"the signature of {signer.name}+{signer.id:08x} does not hold for this text")
        if signer not in signed:
            signed.append(signer)
    if not signed:
        raise NoteError("no known key has signed this note")
    return read.text, signed


def key_id(name: str, key: bytes) -> int:
    """Return the id of an Ed25519 public key under a name."""
    return int.from_bytes(hashlib.sha256(name.encode() + b"\n" + ED25519 + key).digest()[:ID_SIZE], "big")


def check_name(name: str) -> None:
    """Refuse what cannot be a key's name."""
    if not name or "+" in name or SPACE.search(name) or CONTROL.search(name):
        raise NoteError(
            f"{name[:100]!r} is no key name: it is empty or has a space, a plus or a control character"
        )
    if not _is_unicode(name):
        raise NoteError(f"{name[:100]!r} is no key name: it has half a character")


def encoded_base64(data: bytes) -> str:
    """Return the one base64 spelling of the bytes."""
    return base64.b64encode(data).decode("ascii")


def decoded_base64(text: str) -> bytes:
    """Return the bytes of the one base64 spelling they have; NoteError for any other spelling."""
    data = _strict_base64(text)
    if data is None:
        raise NoteError(f"{text[:100]!r} is not base64 as it is written")
    return data


def check_text(text: str) -> None:
    """Refuse control characters other than the line end, and halves of characters."""
    control = CONTROL.search(text)
    if control:
        raise NoteError(f"the note has the control character {control[0]!r}")
    if not _is_unicode(text):
        raise NoteError("the note has half a character")


def _strict_base64(text: str) -> bytes | None:
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return None
    # Python, like others, takes some more padding and unused bits that are set.
    return data if encoded_base64(data) == text else None


def _decoded(data: bytes | str) -> str:
    if isinstance(data, str):
        text = data
    else:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise NoteError("the note is not UTF-8") from error
    check_text(text)
    return text


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _signature(line: str) -> Signature:
    if not line.startswith(MARK):
        raise NoteError(f"{line[:100]!r} is no signature line")
    name, _, text = line.removeprefix(MARK).partition(" ")
    check_name(name)
    packed = decoded_base64(text)
    if len(packed) <= ID_SIZE:
        raise NoteError(f"the signature of {name} has no bytes after the key's id")
    return Signature(name, int.from_bytes(packed[:ID_SIZE], "big"), packed[ID_SIZE:])


def _key(key_hash: str, text: str, what: str) -> bytes:
    """Return the 32 bytes of a key line."""
    if not HEX.fullmatch(key_hash):
        raise NoteError(f"the {what} has no id of eight hexadecimal digits")
    packed = _strict_base64(text)
    if packed is None:
        # The text itself stays out of the message: it may be secret.
        raise NoteError(f"the {what} is not base64 as it is written")
    if packed[:1] != ED25519 or len(packed) != 1 + KEY_SIZE:
        raise NoteError(f"the {what} is no Ed25519 key")
    return packed[1:]


def parse_vkeys(text: str) -> Sequence[Verifier]:
    """Return the verifiers of public key lines, in their order; blank lines are passed over."""
    return [Verifier.parse(line) for line in text.split("\n") if line]
