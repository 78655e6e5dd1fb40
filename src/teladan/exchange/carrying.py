r"""A practice in one signed file: its document and the receipt of the entry that names the document.

    {"document":{…},"format":"teladan-carried-practice/1","proof":"c2sp.org/tlog-proof@v1\n…"}

Canonical JSON. The receipt carries the entry, the entry the SHA-256 of the document, the checkpoint in the
receipt the signature of the record: nothing else is trusted, and no secret key is needed to write one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop as N_

from teladan.core import canonical, tlog_proof
from teladan.core.canonical import CanonicalError
from teladan.core.checkpoint import CheckpointError
from teladan.core.checkpoint import parse as parse_checkpoint
from teladan.core.entry import Entry, EntryError
from teladan.core.entry import parse as parse_entry
from teladan.core.merkle import ProofError
from teladan.core.note import NoteError, Verifier
from teladan.core.note import parse as parse_note
from teladan.evaluation.refused import Reason, Refused
from teladan.exchange import documents
from teladan.exchange.content import Content
from teladan.exchange.models import Practice
from teladan.record import objects
from teladan.record import queries as record

FORMAT = "teladan-carried-practice/1"
LARGEST = 8_000_000  # bytes
OWN_ACTS = frozenset({"version", "observation", "check-in", "translation"})  # of the practice's own node


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A file that was checked: what it says, whose record it is in and where, and the digests of both."""

    content: Content
    document: bytes
    document_sha256: str
    origin: str
    position: int
    entry_sha256: str


def export(code: str) -> bytes:
    """Return the file of a practice; of a copy, the one that it came in. Raises Refused and OSError."""
    practice = Practice.objects.filter(code=code).first() if "\0" not in code else None
    if practice is None:
        raise Refused(Reason("no-practice", N_("There is no practice ‘%(code)s’."), {"code": code[:60]}))
    if practice.origin:
        return objects.get(practice.carried)
    receipt = record.receipt(practice.act) if practice.act else None
    if receipt is None:
        raise Refused(
            Reason(
                "proof-pending-practice",
                N_("Its proof is pending: try again once the record has given it its place."),
            )
        )
    document = json.loads(objects.get(practice.document))
    return canonical.encode({"format": FORMAT, "document": document, "proof": receipt.decode()})


def opened(data: bytes, verifiers: Iterable[Verifier]) -> Carried:
    """Return what a file carries, checked down to the signature of a known key. Raises Refused."""
    value = _file(data)
    entry_bytes, entry, origin = _proved(value["proof"], verifiers)
    try:
        document = canonical.encode(value["document"])
    except (CanonicalError, RecursionError) as error:
        raise _not_ours() from error
    digest = hashlib.sha256(document).hexdigest()
    content = documents.read_practice(document)
    body = entry.body
    about = f"practice/{content.code}"
    if entry.kind != "practice" or entry.subject != about or body.get("what") not in OWN_ACTS:
        raise Refused(
            Reason("not-its-entry", N_("The entry that it is proved by is not about this practice."))
        )
    if (body.get("document"), body.get("version")) != (digest, content.number):
        raise Refused(
            Reason(
                "document-changed",
                N_("The practice in it is not the one that was recorded: it was changed since."),
            )
        )
    return Carried(
        content=content,
        document=document,
        document_sha256=digest,
        origin=origin,
        position=entry.sequence,
        entry_sha256=hashlib.sha256(entry_bytes).hexdigest(),
    )


def _file(data: bytes) -> dict[str, Any]:
    """Return the three parts of a file of ours: these bytes and no others that mean the same."""
    if len(data) > LARGEST:
        raise Refused(
            Reason(
                "carried-too-large",
                N_("The file has %(size)s bytes; at most %(most)s are read."),
                {"size": len(data), "most": LARGEST},
            )
        )
    try:
        value = json.loads(data)
        again = canonical.encode(value)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise _not_ours() from error
    if again != data or not isinstance(value, dict) or value.keys() != {"format", "document", "proof"}:
        raise _not_ours()
    if value["format"] != FORMAT or not isinstance(value["proof"], str):
        raise _not_ours()
    return value


def _proved(text: str, verifiers: Iterable[Verifier]) -> tuple[bytes, Entry, str]:
    """Return the entry that a receipt proves, and the record that signed it."""
    try:
        proof = tlog_proof.parse(text)
        # A record is signed by keys of its own name: another node's key proves nothing of it.
        origin = parse_checkpoint(parse_note(proof.checkpoint_note).text).origin
        checkpoint = proof.verify(proof.extra, [each for each in verifiers if each.name == origin])
        entry = parse_entry(proof.extra)
    except (ProofError, NoteError, CheckpointError, EntryError) as error:
        raise Refused(
            Reason("signature", N_("Its proof does not hold: %(why)s."), {"why": str(error)})
        ) from error
    if entry.node != checkpoint.origin or entry.sequence != proof.index:
        raise Refused(
            Reason("not-its-entry", N_("The entry that it is proved by is not about this practice."))
        )
    return proof.extra, entry, checkpoint.origin


def _not_ours() -> Refused:
    return Refused(Reason("not-ours", N_("This is no practice that Teladan exported.")))
