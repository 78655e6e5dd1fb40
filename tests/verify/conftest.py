"""Records and archives for the verifier, made with `core`: the other implementation."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from teladan import verify
from teladan.core import canonical, library
from teladan.core.index import evaluate, read_answers
from teladan.core.log import entry, merkle, tiles, tlog_proof
from teladan.core.log.checkpoint import Checkpoint
from teladan.core.log.note import Signer, sign
from teladan.publication.documents.build import instrument_document

ORIGIN = "localhost/record"
BEGAN = datetime(2026, 11, 24, 8, tzinfo=UTC)


@dataclass
class Ran:
    """How a run of the verifier ended."""

    status: int
    out: str

    @property
    def verdict(self):
        return self.out.partition("\n")[0]


@dataclass
class Record:
    """A record in a folder, with its key; every act gets its number as its identifier."""

    folder: Path
    signer: Signer = field(default_factory=lambda: Signer(ORIGIN, bytes(range(32))))
    data: list[bytes] = field(default_factory=list)
    ladder: list[dict] = field(default_factory=list)
    keys: list[Signer] = field(default_factory=list)

    def __post_init__(self):
        self.add("key", {"vkey": self.signer.verifier.vkey, "reason": "first key"}, role="node")

    @property
    def base(self):
        return self.folder / "record"

    def act(self, number):
        return str(UUID(int=number, version=4))

    def add(self, kind, body, *, subject="record", role="publisher", actor="", replaces=""):
        """Add an entry; return its position."""
        number = len(self.data)
        self.data.append(
            entry.make(
                act=self.act(number),
                kind=kind,
                node=ORIGIN,
                sequence=number,
                subject=subject,
                time=BEGAN + timedelta(seconds=number),
                role=role,
                actor=actor,
                body=canonical.encode(body),
                replaces=replaces,
            )
        )
        return number

    def commit(self, kind, content, **more):
        """Add a committed entry; return its position and what discloses it."""
        number = len(self.data)
        salt = hashlib.sha256(b"salt %d" % number).digest()
        text = entry.commitment(salt, canonical.encode(content))
        self.add(kind, {"commitment": text}, **more)
        disclosure = {
            "position": number,
            "act": self.act(number),
            "salt": salt.hex(),
            "content": content,
            "erased": False,
        }
        return number, disclosure

    def leaves(self):
        return [merkle.leaf_hash(data) for data in self.data]

    def node(self, level, index):
        return merkle.root_of(self.leaves()[index << level : (index + 1) << level])

    def note(self, size=None, signer=None):
        """Return the signed checkpoint of the first `size` entries."""
        size = len(self.data) if size is None else size
        text = Checkpoint(ORIGIN, size, merkle.root_of(self.leaves()[:size])).text()
        return sign(text, [signer or self.signer])

    def proof(self, position, size=None, note=None):
        """Return the text of a receipt."""
        size = size or len(self.data)
        hashes = merkle.inclusion_proof(position, size, self.node)
        return tlog_proof.TlogProof(
            position, tuple(hashes), note or self.note(size), self.data[position]
        ).text()

    def put(self, path, content):
        """Write one file of the record."""
        if isinstance(content, str):
            content = content.encode()
        if not isinstance(content, bytes):
            content = canonical.encode(content)
        file = self.base / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return file

    def object(self, value):
        """Keep a published value; return its digest."""
        content = canonical.encode(value)
        digest = hashlib.sha256(content).hexdigest()
        self.put(f"object/{digest}", content)
        return digest

    def write(self, *, proofs=True):
        """Write checkpoint, key, tiles, bundles and receipts of all entries there are."""
        size = len(self.data)
        for level, index, width in tiles.tiles_between(0, size):
            first = index * 256
            hashes = [self.node(8 * level, n) for n in range(first, first + width)]
            self.put(tiles.tile_path(level, index, width), b"".join(hashes))
            if level == 0:
                bundled = tiles.bundle(self.data[first : first + width])
                self.put(tiles.entries_path(index, width), bundled)
        self.ladder.append({"size": size, "root": "", "signed_at": "", "note": self.note()})
        self.put("checkpoints", self.ladder)
        self.put("key", "".join(f"{s.verifier.vkey}\n" for s in [self.signer, *self.keys]))
        self.put("checkpoint", self.note())
        if proofs:
            for position in range(size):
                self.put(f"proof/{position}", self.proof(position))
        return self


@pytest.fixture
def record(tmp_path):
    """Return an empty record (but for its key) in a folder of this test."""
    return Record(tmp_path / "archive")


@pytest.fixture
def run(capsys):
    """Return run(*arguments): the verifier run inside this process."""

    def ran(*arguments):
        status = verify.main([str(argument) for argument in arguments])
        return Ran(status, capsys.readouterr().out)

    return ran


# --- publications ---------------------------------------------------------------------------------


def texts(result):
    """Return an organisation's elements as published: the text of every figure."""
    return {
        code: {
            "printed": each.printed,
            "exact": None if each.exact is None else str(each.exact),
            "weight": None if each.weight is None else str(each.weight),
            "contribution": None if each.contribution is None else str(each.contribution),
        }
        for code, each in result.elements.items()
    }


def rows_of(edition, organisations, cells, kinds=None, own=None):
    """Return (input rows, result rows) as core computes them."""
    answers, problems = read_answers(edition, organisations, cells, kinds)
    assert problems == []
    given, published = [], []
    for row, result in enumerate(evaluate(edition, answers).rows()):
        given.append(
            {
                "organisation": result.organisation,
                "kind": result.kind,
                "scores": {code: column[row] for code, column in cells.items() if column[row]},
                "answers": {} if own is None else own,
            }
        )
        index = result.index
        published.append(
            {
                "organisation": result.organisation,
                "name": result.organisation,
                "kind": result.kind,
                "index": {
                    "printed": index.printed,
                    "exact": None if index.exact is None else str(index.exact),
                },
                "band": result.band.code if result.band else None,
                "scored": result.scored,
                "elements": texts(result),
                "self_assessed": {},
                "verdict": None,
            }
        )
        if own is not None:
            published[-1]["self_assessed"] = texts(evaluate(edition, one(edition, own, result.kind)).row(0))
    return given, published


def one(edition, own, kind):
    cells = {code: [text] for code, text in own.items()}
    answers, problems = read_answers(edition, ["own"], cells, None if kind is None else [kind])
    assert problems == []
    return answers


# Of the 47 indicators of the 2023 edition, in their order.
SCORES = {
    "idn-kota-denpasar": (
        "4 1 4 3 3 3 3 3 3 3 2 2 3 4 4 3 5 3 4 3 2 2 2 2 2 2 2 3 2 2 3 4 3 3 5 5 3 3 3 3 5 4 2 2 4 4 4"
    )
}


def spbe(record, code="spbe-2023", *, change=None):
    """Return (results, inputs, instrument) of Denpasar as values."""
    instrument = library.find("spbe@2020")
    edition = instrument.edition("2023")
    codes = [leaf.code for leaf in edition.leaves]
    columns = {each: [] for each in codes}
    for scores in SCORES.values():
        for each, text in zip(codes, scores.split(), strict=True):
            columns[each].append(text)
    kinds = ["city"] * len(SCORES) if any(leaf.applies_to for leaf in edition.leaves) else None
    own = dict.fromkeys(codes, "3")
    given, published = rows_of(edition, list(SCORES), columns, kinds, own)
    results = {
        "format": "teladan-results/1",
        "code": code,
        "kind": "computed",
        "instrument": "spbe@2020",
        "edition": "2023",
        "rows": published,
    }
    inputs = {"format": "teladan-inputs/1", "code": code, "rows": given}
    if change:
        change(results)
    return results, inputs, instrument_document(instrument, edition)


def release(
    record,
    code,
    results,
    inputs=None,
    instrument=None,
    *,
    corrects=None,
    number=1,
    reason="",
    persons=("a", "b"),
    uncertainty=None,
):
    """Prepare and release values as a publication; return (its place in the manifest, disclosure)."""
    digests = {
        "results": record.object(results),
        "inputs": None if inputs is None else record.object(inputs),
        "instrument": None if instrument is None else record.object(instrument),
    }
    if uncertainty is not None:  # what was released before there was one does not name it
        digests["uncertainty"] = record.object(uncertainty)
    prefix = len(record.data)
    content = {"code": code, "number": number, "prefix": prefix, "at": "2026-11-24T08:00:00Z", **digests}
    if reason:
        content["reason"] = reason
    subject = f"publication/{code}"
    prepared, disclosure = record.commit("preparation", content, subject=subject, actor=persons[0])
    body = {
        "code": code,
        "number": number,
        "computed_or_reported": results["kind"],
        **digests,
        "prefix": prefix,
        "prepared": record.act(prepared),
        "at": "2026-11-24T16:00:00+07:00",
        "engine": "teladan 0.1.0",
    }
    before = "" if corrects is None else hashlib.sha256(record.data[corrects]).hexdigest()
    if before:
        body |= {"corrects": before}
    kind = "correction" if before else "publication"
    position = record.add(
        kind, body, subject=subject, role="second publisher", actor=persons[1], replaces=before
    )
    listed = {
        "number": number,
        "entry": position,
        "act": record.act(position),
        "kind": kind,
        "computed_or_reported": results["kind"],
        **digests,
        "released_at": "2026-11-24T09:00:00Z",
    }
    return listed, disclosure


def write_manifest(record, code, listed, disclosures):
    """Write what the verifier starts from."""
    record.put(
        f"publication/{code}.json",
        {"format": "teladan-manifest/1", "code": code, "log": "../", "publications": listed},
    )
    record.put(
        f"publication/{code}/disclosures.json",
        {"format": "teladan-disclosures/1", "code": code, "disclosures": disclosures},
    )


@dataclass
class Archive:
    """A record with one computed publication, and its parts to be changed."""

    record: Record
    listed: list
    disclosures: list
    code: str = "spbe-2023"

    @property
    def folder(self):
        return self.record.folder

    def write(self):
        write_manifest(self.record, self.code, self.listed, self.disclosures)
        self.record.write()
        return self

    def value(self, path):
        return json.loads((self.record.base / path).read_bytes())


@pytest.fixture
def archive(record):
    """Return a record with Denpasar's result of 2023, computed."""
    listed, disclosure = release(record, "spbe-2023", *spbe(record))
    return Archive(record, [listed], [disclosure]).write()
