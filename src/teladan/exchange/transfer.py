r"""A practice in one signed file: its document and the receipt of the entry that names the document.

    {"document":{…},"format":"teladan-carried-practice/1","proof":"c2sp.org/tlog-proof@v1\n…"}

Canonical JSON. The receipt carries the entry, the entry the SHA-256 of the document, the checkpoint in the
receipt the signature of the record: nothing else is trusted, and no secret key is needed to write one. Of
what comes from elsewhere the size is looked at first, then the receipt; the document is parsed only when its
bytes are those that the entry names.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_noop as N_

from teladan.core import canonical
from teladan.core.log import tlog_proof
from teladan.core.log.checkpoint import CheckpointError
from teladan.core.log.checkpoint import parse as parse_checkpoint
from teladan.core.log.entry import Entry, EntryError
from teladan.core.log.entry import parse as parse_entry
from teladan.core.log.merkle import ProofError
from teladan.core.log.note import NoteError, Verifier
from teladan.core.log.note import parse as parse_note
from teladan.exchange import documents
from teladan.exchange.content import Content
from teladan.exchange.models import Practice
from teladan.record import objects
from teladan.record import queries as record
from teladan.registry.refusals import Reason, Refused

FORMAT = "teladan-carried-practice/1"
LARGEST = 8_000_000  # bytes
LONGEST_PROOF = 200_000  # bytes: an entry has 64 kB at most
BEGIN, MIDDLE, END = b'{"document":', f',"format":"{FORMAT}","proof":'.encode(), b"}"
OWN_ACTS = frozenset({"version", "observation", "check-in", "translation"})  # of the practice's own node


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A file that was checked: what it says, whose record it is in and where, and the digests of both.

    `keys` are those, of the ones that were given, that signed the record.
    """

    content: Content
    document: bytes
    document_sha256: str
    origin: str
    position: int
    entry_sha256: str
    keys: tuple[Verifier, ...]


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
    document, proof = split(data)
    entry_bytes, entry, keys = _proved(proof, verifiers)
    body = entry.body
    if entry.kind != "practice" or body.get("what") not in OWN_ACTS:
        raise _not_its_entry()
    digest = hashlib.sha256(document).hexdigest()
    if body.get("document") != digest:
        raise _changed()
    content = documents.read_practice(document)
    if documents.of_practice(content) != document:
        raise documents.not_ours()
    if entry.subject != f"practice/{content.code}":
        raise _not_its_entry()
    if body.get("version") != content.number:
        raise _changed()
    return Carried(
        content=content,
        document=document,
        document_sha256=digest,
        origin=entry.node,
        position=entry.sequence,
        entry_sha256=hashlib.sha256(entry_bytes).hexdigest(),
        keys=keys,
    )


def split(data: bytes) -> tuple[bytes, str]:
    """Return the bytes of the document of a file, not parsed, and its proof. Raises Refused.

    The last `MIDDLE` ends the document: inside the text that follows its quotation marks would be escaped.
    """
    if len(data) > LARGEST:
        raise Refused(
            Reason(
                "carried-too-large",
                N_("The file has more than %(most)s bytes, which are the most that are read."),
                {"most": LARGEST},
            )
        )
    at = data.rfind(MIDDLE)
    proof = data[at + len(MIDDLE) : -len(END)]
    if at < 0 or not (data.startswith(BEGIN) and data.endswith(END)) or len(proof) > LONGEST_PROOF:
        raise documents.not_ours()
    try:
        text = json.loads(proof)
        same = isinstance(text, str) and canonical.encode(text) == proof
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError and CanonicalError are ValueErrors
        raise documents.not_ours() from error
    if not same:
        raise documents.not_ours()
    return data[len(BEGIN) : at], text


def _proved(text: str, verifiers: Iterable[Verifier]) -> tuple[bytes, Entry, tuple[Verifier, ...]]:
    """Return the entry that a receipt proves, and which of the keys signed its record."""
    try:
        proof = tlog_proof.parse(text)
        # A record is signed by keys of its own name: another node's key proves nothing of it.
        origin = parse_checkpoint(parse_note(proof.checkpoint_note).text).origin
        known = [each for each in verifiers if each.name == origin]
        proof.verify(proof.extra, known)
        entry = parse_entry(proof.extra)
    except (ProofError, NoteError, CheckpointError, EntryError) as error:
        raise Refused(
            Reason("signature", N_("Its proof does not hold: %(why)s."), {"why": str(error)})
        ) from error
    if entry.node != origin or entry.sequence != proof.index:
        raise _not_its_entry()
    return proof.extra, entry, tuple(each for each in known if _signed(proof, each))


def _signed(proof: tlog_proof.TlogProof, key: Verifier) -> bool:
    try:
        proof.verify(proof.extra, [key])
    except NoteError:  # another key of this record signed it
        return False
    return True


def _changed() -> Refused:
    return Refused(
        Reason(
            "document-changed",
            N_("The practice in it is not the one that was recorded: it was changed since."),
        )
    )


def _not_its_entry() -> Refused:
    return Refused(Reason("not-its-entry", N_("The entry that it is proved by is not about this practice.")))
