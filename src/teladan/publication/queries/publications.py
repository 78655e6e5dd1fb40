"""Questions about publications: which there are, and one of them with all its rows."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from statistics import median
from typing import Any

from django.db.models import OuterRef, Subquery

from teladan.core import library
from teladan.core.instrument import Band, Edition, Instrument
from teladan.core.quantity import decimals
from teladan.publication.documents.differences import CANNOT_BE_RIGHT
from teladan.publication.models import Erasure, Publication, Result
from teladan.publication.queries import archives
from teladan.publication.queries.proofs import Proof, covered, proof_of
from teladan.record import objects
from teladan.registry.models import NameMatch, Region

PLAIN_MATCHES = frozenset({"exact", "iso3"})  # nothing to explain: the same name, the same code


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One organisation's row of an edition, ready to be shown.

    Figures are the printed text; `exact` is "p/q" where the figure has one exact value;
    `before` is the printed index of the edition before, `before_fits` whether it can be right.
    """

    organisation: str
    name: str
    language: str
    printed_name: str
    kind: str
    region: str
    region_name: str
    index: str
    exact: str
    band: str
    rank: str
    scored: bool
    elements: dict[str, str]
    beside: dict[str, str]
    verdict: str
    reason: str
    reason_code: str
    reason_values: dict[str, Any]
    exact_indices: tuple[str, ...]  # every exact index the printed figures allow, at most five
    before: str
    before_fits: bool = True
    titles: Mapping[str, str] = field(default_factory=dict)  # of a country, in each language
    standing: dict[str, Any] | None = None  # {rank, bands, not_distinguishable}; None where not drawn

    @property
    def compared(self) -> str:
        """Return the index of the edition before where both can be right, else ""."""
        return self.before if self.before_fits and self.verdict not in CANNOT_BE_RIGHT else ""

    @property
    def change(self) -> Fraction | None:
        """Return the printed index less the one it is compared with."""
        return Fraction(self.index) - Fraction(self.compared) if self.index and self.compared else None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionView:
    """The rows of one region: how many, the median of those scored, how many print each band."""

    code: str
    name: str
    rows: int
    median: Fraction | None
    bands: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class EditionView:
    """A publication with its rows in the order of the source, and its method where it was seen."""

    publication: Publication
    instrument: Instrument | None
    edition: Edition | None
    before: Publication | None
    rows: tuple[RowView, ...]
    regions_known: int = 0  # how many the country has in the registry; 0 where none are
    proof: Proof | None = None

    @cached_property
    def values(self) -> list[Fraction]:
        """Return the printed indices of the rows that were scored."""
        return [Fraction(row.index) for row in self.rows if row.scored and row.index]

    @cached_property
    def mean(self) -> Fraction | None:
        """Return the exact mean of the printed indices listed here."""
        return sum(self.values, Fraction(0)) / len(self.values) if self.values else None

    @cached_property
    def median(self) -> Fraction | None:
        """Return the median of the printed indices."""
        return Fraction(median(self.values)) if self.values else None

    @cached_property
    def bands(self) -> list[tuple[Band, int]]:
        """Return each band, lowest first, with how many rows print it."""
        counts = Counter(row.band for row in self.rows)
        return [(band, counts[band.code]) for band in self.edition.bands] if self.edition else []

    @cached_property
    def regions(self) -> list[RegionView]:
        """Return each region that has rows, by name, with what its rows print."""
        members: dict[str, list[RowView]] = {}
        for row in self.rows:
            if row.region:
                members.setdefault(row.region, []).append(row)
        found = []
        for code, rows in members.items():
            values = [Fraction(row.index) for row in rows if row.scored and row.index]
            counts = Counter(row.band for row in rows)
            found.append(
                RegionView(
                    code=code,
                    name=rows[0].region_name,
                    rows=len(rows),
                    median=Fraction(median(values)) if values else None,
                    bands={band.code: counts[band.code] for band, _rows in self.bands},
                )
            )
        return sorted(found, key=lambda region: region.name)

    @cached_property
    def changes(self) -> list[Fraction]:
        """Return the changes since the edition before, of those in both."""
        return [row.change for row in self.rows if row.change is not None]

    @cached_property
    def columns(self) -> list[dict[str, Any]]:
        """Return the printed elements [{code, titles}]; those of the first tier if computed."""
        if self.publication.kind == "computed" and self.edition:
            first = {child.code for child in self.edition.root.children}
            return [entry for entry in self.publication.elements if entry["code"] in first]
        return list(self.publication.elements)

    @cached_property
    def digits(self) -> int:
        """Return how many digits the index is printed with."""
        return max((decimals(row.index) for row in self.rows if row.index), default=0)

    @cached_property
    def leaning(self) -> frozenset[str]:
        """Return the organisations whose band depends on reading the exact or the rounded index."""
        if not self.edition or not self.edition.bands:
            return frozenset()
        read: dict[str, str] = {}  # the band of each distinct text: most texts stand in many rows
        found = set()
        for row in self.rows:
            if not row.scored or not row.index:
                continue
            bands = set()
            for text in (row.index, *row.exact_indices):
                if text not in read:
                    band = self.edition.band_of(Fraction(text))
                    read[text] = band.code if band else ""
                bands.add(read[text])
            if row.exact_indices and len(bands) > 1:
                found.add(row.organisation)
        return frozenset(found)

    def leans_on_exact(self, row: RowView) -> bool:
        """Say whether the row's band depends on reading the exact or the rounded index."""
        return row.organisation in self.leaning


def publications() -> list[Publication]:
    """Return every publication, by series, newest edition first."""
    return list(Publication.objects.all())


def publication(code: str) -> Publication | None:
    """Return one publication."""
    return Publication.objects.filter(code=code).first()


def edition_before(of: Publication) -> Publication | None:
    """Return the publication of the same series before this one that lists more than one row."""
    return (
        Publication.objects.filter(
            series=of.series, edition__lt=of.edition, listed__gt=1, instrument=of.instrument
        )
        .order_by("-edition")
        .first()
    )


def method_of(of: Publication) -> tuple[Instrument | None, Edition | None]:
    """Return the instrument and the edition a publication was made under."""
    if not of.instrument:
        return None, None
    instrument = library.find(of.instrument)
    return instrument, instrument.edition(of.edition)


def edition(code: str) -> EditionView | None:
    """Return a publication with all its rows: at most seven queries, whatever the number of rows."""
    found = publication(code)
    if found is None:
        return None
    instrument, of_year = method_of(found)
    before = edition_before(found)
    earlier: dict[str, tuple[str, str]] = {}
    if before:
        scored = Result.objects.filter(publication=before, scored=True)
        earlier = {
            code: (index, verdict)
            for code, index, verdict in scored.values_list("organisation_id", "index", "verdict")
        }
    results = (
        Result.objects.filter(publication=found)
        .select_related("organisation__region", "organisation__country")
        .order_by("position")
    )
    return EditionView(
        publication=found,
        instrument=instrument,
        edition=of_year,
        before=before,
        proof=proof_of(found),
        regions_known=Region.objects.filter(country=found.country).count() if found.country else 0,
        rows=tuple(_row(result, *earlier.get(result.organisation_id, ("", ""))) for result in results),
    )


def _row(result: Result, before: str, before_verdict: str) -> RowView:
    organisation = result.organisation
    region = organisation.region
    return RowView(
        organisation=organisation.code,
        name=organisation.name,
        language=organisation.language,
        printed_name=result.printed_name,
        kind=organisation.kind,
        region=organisation.region_id or "",
        region_name=region.name if region else "",
        index=result.index,
        exact=result.index_exact,
        band=result.band,
        rank=result.rank,
        scored=result.scored,
        elements={code: entry.get("printed") or "" for code, entry in result.elements.items()},
        beside=result.beside,
        verdict=result.verdict,
        reason=result.reason,
        reason_code=result.reason_code,
        reason_values=result.reason_values,
        exact_indices=exact_indices(result),
        before=before,
        before_fits=before_verdict not in CANNOT_BE_RIGHT,
        titles=organisation.country.titles if organisation.kind == "country" else {},
        standing=result.standing,
    )


def exact_indices(result: Result) -> tuple[str, ...]:
    """Return the exact values a printed index can have had (one where it was computed)."""
    if result.index_exact:
        return (result.index_exact,)
    found = {candidate["index"] for candidate in result.candidates if "index" in candidate}
    return tuple(sorted(found, key=Fraction))


def matches(code: str) -> list[NameMatch]:
    """Return how each printed name of a publication was matched, those that differ first."""
    found = NameMatch.objects.filter(publication=code).select_related("organisation__country")
    return sorted(found, key=lambda match: (match.how in PLAIN_MATCHES, match.pk))


def canonical_bytes(of: Publication) -> bytes:
    """Return the canonical bytes that were published."""
    return objects.get(of.sha256)


def state() -> str:
    """Return a token that changes whenever any publication or instrument does: pages are kept under it.

    The digest of a publication covers the registry's files: another name of a body is another state.
    So is a correction, the proof of a publication that was pending, a new archive, and what was erased.
    """
    return state_and_pending()[0]


def state_and_pending() -> tuple[str, bool]:
    """Return the token of `state`, and whether the proof of any publication is still pending: one query."""
    erased = Erasure.objects.order_by("-at").values("at")[:1]
    entry = covered().filter(act=OuterRef("act")).values("position")
    digests = list(
        Publication.objects.order_by("code")
        .annotate(entry=Subquery(entry), erased=Subquery(erased))
        .values_list("code", "made_from", "number", "sha256", "entry", "erased")
    )
    files = [file for versions in library.files().values() for file in versions.values()]
    instruments = [(str(file), file.stat().st_mtime_ns) for file in files]
    state = (digests, instruments, archives.made())
    pending = any(entry is None for *_rest, entry, _erased in digests)
    return hashlib.sha256(repr(state).encode()).hexdigest()[:16], pending
