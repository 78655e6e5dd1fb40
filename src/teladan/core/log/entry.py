"""An entry of the record: one act, as canonical JSON (RFC 8785) in an envelope of fixed keys.

    {"act":"<uuid4>","actor":{"id":"","role":"publisher"},"body":{…},"kind":"publication",
     "node":"example.org/record","replaces":null,"sequence":7,"subject":"publication/…",
     "time":"2026-11-24T08:00:00.000000Z","version":1}

The stored bytes are what is hashed and signed; reading checks that they are the canonical bytes of
their value, so nobody can put two readings under one hash.
"""

from __future__ import annotations

import functools
import hmac
import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Never
from uuid import UUID

from teladan.core.canonical import LARGEST, CanonicalError, encode

VERSION = 1
LONGEST = 65_535  # bytes: the length of an entry is two bytes in a bundle
SALT_SIZE = 32

KEYS = frozenset(
    {"act", "actor", "body", "kind", "node", "replaces", "sequence", "subject", "time", "version"}
)
ACT = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
DIGEST = re.compile("[0-9a-f]{64}")
TIME = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9][.][0-9]{6}Z")
COMMITTED = re.compile(b'[{]"commitment":"[0-9a-f]{64}"[}]')
PLAIN = re.compile(r"[ !#-\[\]-~]*")  # text that JSON writes as it is
BEYOND = re.compile(b"[\xf0-\xf4]")  # begins a character beyond U+FFFF in UTF-8


class EntryError(ValueError):
    """Bytes or values that are no entry; the message says why."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of entry. A committed one holds only HMAC-SHA256(salt, content) until it is disclosed."""

    name: str
    committed: bool
    meaning: str


KINDS = {
    kind.name: kind
    for kind in (
        Kind("key", committed=False, meaning="a key that signs the log from here on, the first one included"),
        Kind("publication", committed=False, meaning="a result, released by a second person"),
        Kind("correction", committed=False, meaning="a publication that corrects an earlier one; both stay"),
        Kind("withdrawal", committed=False, meaning="a prepared publication that was not released"),
        Kind(
            "practice",
            committed=False,
            meaning="what a practice says now: a version, an observation, a check-in, a translation, a copy",
        ),
        Kind(
            "adoption",
            committed=False,
            meaning="a stage of an adoption, what was changed or observed, an appraisal or its reply",
        ),
        Kind("submission", committed=True, meaning="an assessment or file handed in"),
        Kind("score", committed=True, meaning="a score that was decided"),
        Kind("return", committed=True, meaning="a submission sent back for completion"),
        Kind("extension", committed=True, meaning="more time given"),
        Kind("objection", committed=True, meaning="an objection of an organisation to its result"),
        Kind("request", committed=True, meaning="a correction asked for, with the reason"),
        Kind(
            "decision",
            committed=True,
            meaning="what was decided on a request or objection, or that it was taken back, with the reason",
        ),
        Kind(
            "preparation", committed=True, meaning="a publication prepared by a first person, with the reason"
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it was read. `replaces` is empty where it replaces none; `actor` where the node acted."""

    act: UUID
    actor: str
    role: str
    body: dict[str, Any]
    kind: str
    node: str
    replaces: str
    sequence: int
    subject: str
    time: datetime


def time_text(time: datetime) -> str:
    """Return a moment as entries write it: UTC, always six digits.

    >>> time_text(datetime(2026, 11, 24, 8, tzinfo=UTC))
    '2026-11-24T08:00:00.000000Z'
    """
    if time.tzinfo is not UTC:
        if time.tzinfo is None:
            raise EntryError(f"{time} has no time zone")
        time = time.astimezone(UTC)
    return time.isoformat(timespec="microseconds").replace("+00:00", "Z")


def commitment(salt: bytes, content: bytes) -> str:
    """Return what stands in the log for content that is not public: HMAC-SHA256, 64 hexadecimal digits."""
    if len(salt) != SALT_SIZE:
        raise EntryError(f"a salt has {SALT_SIZE} bytes, not {len(salt)}")
    return hmac.digest(salt, content, "sha256").hex()


def make(
    *,
    act: UUID | str,
    kind: str,
    node: str,
    sequence: int,
    subject: str,
    time: datetime | str,
    role: str,
    body: bytes,
    actor: str = "",
    replaces: str = "",
) -> bytes:
    """Return the bytes of an entry. `body` is canonical JSON already and is put in as it is.

    Raises EntryError for anything that `parse` would not take back, but for what stands inside `body`.
    """
    act = str(act)
    if isinstance(time, datetime):
        time = time_text(time)
    known_kind = KINDS.get(kind)
    if known_kind is None:
        raise EntryError(f"{kind!r} is no kind of entry")
    if not ACT.fullmatch(act):
        raise EntryError(f"the act {act!r} is no random UUID")
    if replaces and not DIGEST.fullmatch(replaces):
        raise EntryError(f"{replaces!r} is no SHA-256 of an entry")
    if not 0 <= sequence <= LARGEST:
        raise EntryError(f"{sequence} is no position in a log")
    if not TIME.fullmatch(time):
        raise EntryError(f"{time!r} is no time in UTC with six digits")
    if not node or not subject or not role:
        raise EntryError("an entry names its node, its subject and a role")
    if known_kind.committed and not COMMITTED.fullmatch(body):
        raise EntryError(f"an entry of kind {kind} holds a commitment and nothing else")
    if body[:1] != b"{" or body[-1:] != b"}":
        raise EntryError("the body of an entry is an object")
    data = b'{"act":"%b","actor":{"id":%b,"role":%b},"body":%b,"kind":"%b","node":%b,"replaces":%b,' % (
        act.encode(),
        _text(actor),
        _text(role),
        body,
        kind.encode(),
        _text(node),
        b'"%b"' % replaces.encode() if replaces else b"null",
    ) + b'"sequence":%d,"subject":%b,"time":"%b","version":1}' % (sequence, _text(subject), time.encode())
    if len(data) > LONGEST:
        raise EntryError(
            f"the entry has {len(data)} bytes; at most {LONGEST} fit: give larger things by their SHA-256"
        )
    return data


@functools.lru_cache(maxsize=4096)
def _text(value: str) -> bytes:
    """Return a text as canonical JSON."""
    if PLAIN.fullmatch(value):
        return f'"{value}"'.encode()
    try:
        return encode(value)
    except CanonicalError as error:
        raise EntryError(f"a text of the entry, {error}") from error


def parse(data: bytes) -> Entry:
    """Return the entry that the bytes are; EntryError where they are not the bytes of one."""
    value = _canonical(data)
    if not isinstance(value, dict) or value.keys() != KEYS:
        raise EntryError(f"an entry has exactly the keys {', '.join(sorted(KEYS))}")
    if type(value["version"]) is not int or value["version"] != VERSION:
        raise EntryError(f"an entry of version {value['version']!r}; this reads version {VERSION}")
    actor, body, sequence, replaces = value["actor"], value["body"], value["sequence"], value["replaces"]
    if not isinstance(actor, dict) or actor.keys() != {"id", "role"} or not isinstance(actor["id"], str):
        raise EntryError("the actor of an entry has exactly an id and a role")
    for name, text in (("node", value["node"]), ("subject", value["subject"]), ("role", actor["role"])):
        if not isinstance(text, str) or not text:
            raise EntryError(f"the {name} of an entry is a text that is not empty")
    kind = KINDS.get(value["kind"]) if isinstance(value["kind"], str) else None
    if kind is None:
        raise EntryError(f"{value['kind']!r} is no kind of entry")
    if not isinstance(body, dict):
        raise EntryError("the body of an entry is an object")
    if kind.committed and (body.keys() != {"commitment"} or not _matches(DIGEST, body["commitment"])):
        raise EntryError(f"an entry of kind {kind.name} holds a commitment and nothing else")
    if not _matches(ACT, value["act"]):
        raise EntryError(f"the act {value['act']!r} is no random UUID")
    if replaces is not None and not _matches(DIGEST, replaces):
        raise EntryError(f"{replaces!r} is no SHA-256 of an entry")
    if type(sequence) is not int or sequence < 0:
        raise EntryError(f"{sequence!r} is no position in a log")
    return Entry(
        UUID(value["act"]),
        actor["id"],
        actor["role"],
        body,
        kind.name,
        value["node"],
        replaces or "",
        sequence,
        value["subject"],
        _time(value["time"]),
    )


def _matches(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _time(value: Any) -> datetime:
    try:
        if _matches(TIME, value):
            return datetime.fromisoformat(value)
    except ValueError:
        pass  # such as the 30th of February
    raise EntryError(f"{value!r} is no time in UTC with six digits")


def _float(text: str) -> Never:
    raise EntryError(f"the number {text[:40]} in an entry is not whole; figures are text")


def _whole(text: str) -> int:
    if len(text) > 17 or abs(value := int(text)) > LARGEST:
        raise EntryError(f"the number {text[:40]} in an entry is beyond 2**53; figures are text")
    return value


_read = json.JSONDecoder(parse_float=_float, parse_int=_whole, parse_constant=_float).decode
_write = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
).encode


def _canonical(data: bytes) -> Any:
    """Return the value of canonical bytes; a key given twice is refused since it would not come back."""
    if len(data) > LONGEST:
        raise EntryError(f"the entry has {len(data)} bytes; at most {LONGEST} fit")
    try:
        text = data.decode("utf-8")
        value = _read(text)
        # Python's own writer gives the bytes of RFC 8785 for values without floats, except for the order
        # of keys beyond U+FFFF; those, and text whose normal form is in doubt, take the long way.
        if data.isascii() or (not BEYOND.search(data) and unicodedata.is_normalized("NFC", text)):
            again = _write(value).encode()
        else:
            again = encode(value)
    except EntryError:
        raise
    except CanonicalError as error:
        raise EntryError(f"the entry is not canonical: {error}") from error
    except RecursionError:
        raise EntryError("the entry is nested too deeply") from None
    except UnicodeError as error:
        raise EntryError("the entry is not UTF-8") from error
    except ValueError as error:
        raise EntryError(f"the entry is not JSON: {error}") from error
    if again != data:
        raise EntryError("the entry is not in its canonical bytes, or gives a key twice")
    return value
