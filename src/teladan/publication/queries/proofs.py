"""Where publications stand in the record: proofs, manifests, what was disclosed, which objects are public.

An act has its proof once a signed checkpoint covers its entry; until then it is *pending*. Addresses
are those of the record's files, the same on every site and in an archive.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Subquery

from teladan.publication.models import Erasure, Preparation, Publication
from teladan.record.models import Checkpoint, Commitment, Entry

MANIFEST = "teladan-manifest/1"
DISCLOSURES = "teladan-disclosures/1"
LOG = "/record/"
Value = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The proof of one publication. `entry` is the position in the log, None while it is pending."""

    code: str
    number: int
    entry: int | None

    @property
    def pending(self) -> bool:
        """Say whether no signed checkpoint covers the entry yet."""
        return self.entry is None

    @property
    def receipt(self) -> str | None:
        """Return the address of the receipt, a tlog-proof."""
        return None if self.entry is None else f"{LOG}proof/{self.entry}"

    @property
    def manifest(self) -> str:
        """Return the address of the manifest, which lists every publication of the code."""
        return f"{LOG}publication/{self.code}.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One released publication of a code: its digests (SHA-256, hex; "" where there is none), its place."""

    code: str
    number: int
    kind: str  # computed or reported
    titles: dict[str, str]
    results: str
    inputs: str
    instrument: str
    uncertainty: str
    prefix: int
    prepared_act: UUID
    act: UUID
    entry: int | None
    released_at: datetime

    @property
    def proof(self) -> Proof:
        """Return the proof of this publication."""
        return Proof(code=self.code, number=self.number, entry=self.entry)

    @property
    def objects(self) -> tuple[tuple[str, str], ...]:
        """Return (what, digest) of the objects it names: results, inputs, instrument, uncertainty."""
        named = (
            ("results", self.results),
            ("inputs", self.inputs),
            ("instrument", self.instrument),
            ("uncertainty", self.uncertainty),
        )
        return tuple((what, digest) for what, digest in named if digest)


def subject(code: str) -> str:
    """Return what every act about a publication is about in the record."""
    return f"publication/{code}"


def moment(at: datetime) -> str:
    """Return a time as entries write it: UTC, six digits."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def covered() -> QuerySet[Entry]:
    """Return the entries that the newest signed checkpoint covers; none where there is no checkpoint."""
    size = Checkpoint.objects.order_by("-size").values("size")[:1]
    return Entry.objects.filter(position__lt=Subquery(size))


def positions(acts: Iterable[UUID]) -> dict[UUID, int]:
    """Return the positions of those acts that have their proof: one query."""
    return dict(covered().filter(act__in=list(acts)).values_list("act", "position"))


def proofs_of(publications: Iterable[Publication]) -> dict[str, Proof]:
    """Return the proofs of some publications by their code: one query."""
    found = list(publications)
    places = positions(each.act for each in found if each.act)
    return {
        each.code: Proof(code=each.code, number=each.number, entry=places.get(each.act) if each.act else None)
        for each in found
    }


def proof_of(publication: Publication) -> Proof:
    """Return the proof of one publication."""
    return proofs_of([publication])[publication.code]


def releases(code: str) -> list[Release]:
    """Return what was released under a code, oldest first: two queries."""
    released = Preparation.objects.filter(code=code, state=Preparation.State.RELEASED)
    found = list(released.defer("differences").order_by("number"))  # the one long column
    places = positions(each.released_act for each in found if each.released_act)
    return [_release(each, places) for each in found]


def _release(each: Preparation, places: dict[UUID, int]) -> Release:
    if each.released_act is None or each.released_at is None:  # the database does not allow it
        raise ValueError(f"{each} is released without an act")
    if each.prepared_act is None or each.prefix is None:
        raise ValueError(f"{each} is released without having been prepared")
    return Release(
        code=each.code,
        number=each.number,
        kind=each.kind,
        titles=each.titles,
        results=each.results_sha256,
        inputs=each.inputs_sha256,
        instrument=each.instrument_sha256,
        uncertainty=each.uncertainty_sha256,
        prefix=each.prefix,
        prepared_act=each.prepared_act,
        act=each.released_act,
        entry=places.get(each.released_act),
        released_at=each.released_at,
    )


def bundle(code: str) -> Value | None:
    """Return the manifest of a code (`teladan-manifest/1`); None where nothing was released under it."""
    found = releases(code)
    if not found:
        return None
    return {
        "format": MANIFEST,
        "code": code,
        "log": "../",
        "publications": [
            {
                "number": each.number,
                "entry": each.entry,
                "act": str(each.act),
                "kind": "publication" if each.number == 1 else "correction",
                "computed_or_reported": each.kind,
                "results": each.results,
                "inputs": each.inputs or None,
                "instrument": each.instrument or None,
                "uncertainty": each.uncertainty or None,
                "released_at": moment(each.released_at),
            }
            for each in found
        ],
    }


def disclosures(code: str) -> Value | None:
    """Return what was disclosed of the acts about a code (`teladan-disclosures/1`), in the log's order.

    Of an act that was erased since, salt and content are null. None where nothing was released.
    """
    if not Preparation.objects.filter(code=code, state=Preparation.State.RELEASED).exists():
        return None
    places = dict(covered().filter(subject=subject(code)).values_list("act", "position"))
    found = Commitment.objects.filter(act__in=places, disclosed_at__isnull=False)
    return {
        "format": DISCLOSURES,
        "code": code,
        "disclosures": [
            {
                "position": places[each.act],
                "act": str(each.act),
                "salt": None if each.salt is None else bytes(each.salt).hex(),
                **_content(each.content),
                "erased": each.erased_at is not None,
            }
            for each in sorted(found, key=lambda each: places[each.act])
        ],
    }


def _content(stored: str | None) -> Value:
    """Return {content}; where it cannot be read null and the reason, so that the other acts are told."""
    try:
        return {"content": None if stored is None else json.loads(stored)}
    except ValueError as error:
        return {"content": None, "reason": f"What is stored of it is not JSON: {error}."}


def published_objects() -> set[str]:
    """Return the digests of every object that a released publication names."""
    named = Preparation.objects.filter(state=Preparation.State.RELEASED).values_list(
        "results_sha256", "inputs_sha256", "instrument_sha256", "uncertainty_sha256"
    )
    return {digest for digests in named for digest in digests if digest}


def is_published(digest: str) -> bool:
    """Say whether a released publication names the object; whatever else is kept stays unseen."""
    columns = ("results_sha256", "inputs_sha256", "instrument_sha256", "uncertainty_sha256")
    named = Q(*((column, digest) for column in columns), _connector=Q.OR)
    return Preparation.objects.filter(named, state=Preparation.State.RELEASED).exists()


def state_of(code: str) -> str:
    """Return a token that changes with any covered entry about a code, and with what is erased of it.

    Its story is kept under it.
    """
    last = covered().filter(subject=subject(code)).order_by("-position").values_list("position", flat=True)
    ended = (Preparation.State.RELEASED, Preparation.State.WITHDRAWN)
    erased = Erasure.objects.filter(code=code).order_by("-at").values("at")[:1]
    acts = Preparation.objects.filter(code=code, state__in=ended).annotate(erased=Subquery(erased))
    told = acts.order_by("number", "pk").values_list("number", "state", "erased")
    return repr((last.first(), list(told)))
