"""What was published, as plain values: the one shape of the pages' JSON face and of the API.

Figures are text: the printed figure as its source prints it, an exact value as "p/q" or an
integer, a sum or difference of ours as an exact value too. `None` (null) means that there is
nothing to say: not printed, not computed, not known. Counts are integers. Texts in several
languages are {language: text}. Every publication says its `kind` ("computed": every digit can be
recomputed; "reported": a source's figures, checked only) and names its `source`.

A page's view does no more than `as_json(edition_value(queries.edition(code)))`.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from teladan.core.agreement import Agreement
from teladan.publication.models import Publication
from teladan.publication.queries.organisations import OrganisationView, ResultView
from teladan.publication.queries.overview import Remarkable
from teladan.publication.queries.proofs import Proof, moment, proofs_of
from teladan.publication.queries.publications import EditionView, RowView
from teladan.record.queries import SignedCheckpoint
from teladan.registry.models import Country, NameMatch, Organisation

Value = dict[str, Any]
RUNGS = 30  # checkpoints that a page shows
RECORD_ADDRESSES = {
    "checkpoint": "/record/checkpoint",
    "checkpoints": "/record/checkpoints",
    "key": "/record/key",
    "tile": "/record/tile/{level}/{index}",
    "entries": "/record/tile/entries/{index}",
    "proof": "/record/proof/{position}",
    "object": "/record/object/{sha256}",
    "manifest": "/record/publication/{code}.json",
    "disclosures": "/record/publication/{code}/disclosures.json",
    "verifier": "/record/verify.py",
}


def publications_value(publications: Iterable[Publication]) -> Value:
    """Return {publications: [publication_value, …]}: one query for all their proofs."""
    found = list(publications)
    proofs = proofs_of(found)
    return {"publications": [publication_value(each, proofs[each.code]) for each in found]}


def proof_value(proof: Proof | None) -> Value | None:
    """Return where a publication stands in the record; `entry` and `receipt` are null while pending."""
    if proof is None:
        return None
    return {
        "entry": proof.entry,
        "receipt": proof.receipt,
        "manifest": proof.manifest,
        "pending": proof.pending,
    }


def record_value(checkpoints: Sequence[SignedCheckpoint], keys: Iterable[str]) -> Value:
    """Return the state of the record: its size, its newest checkpoint, keys, newest rungs, addresses.

    `checkpoints` newest first; size 0 and nulls before the first.
    """
    newest = checkpoints[0] if checkpoints else None
    return {
        "size": newest.size if newest else 0,
        "root": _base64(newest.root) if newest else None,
        "signed_at": moment(newest.signed_at) if newest else None,
        "checkpoint": newest.note if newest else None,
        "keys": list(keys),
        "checkpoints": [checkpoint_value(each) for each in checkpoints],
        "addresses": RECORD_ADDRESSES,
    }


def checkpoint_value(checkpoint: SignedCheckpoint) -> Value:
    """Return one checkpoint: size, root (base64), when it was signed, the signed note."""
    return {
        "size": checkpoint.size,
        "root": _base64(checkpoint.root),
        "signed_at": moment(checkpoint.signed_at),
        "note": checkpoint.note,
    }


def _base64(root: bytes) -> str:
    return base64.b64encode(root).decode()


def publication_value(publication: Publication, proof: Proof | None) -> Value:
    """Return what is known of a publication as a whole, without its rows."""
    return {
        "code": publication.code,
        "series": publication.series,
        "instrument": publication.instrument or None,
        "instrument_sha256": publication.instrument_sha256 or None,
        "edition": publication.edition,
        "kind": publication.kind,
        "titles": publication.titles,
        "country": publication.country or None,
        "source": publication.source,
        "evaluated": publication.evaluated,
        "listed": publication.listed,
        "national": publication.national,
        "verdicts": publication.verdicts,
        "elements": publication.elements,
        "beside": publication.beside,
        "left_out": publication.left_out,
        "notes": publication.notes,
        "engine": publication.engine,
        "sha256": publication.sha256,
        "uncertainty_sha256": publication.uncertainty_sha256 or None,
        "proof": proof_value(proof),
    }


def edition_value(view: EditionView) -> Value:
    """Return a publication with its bands, its means and every row in the order of the source."""
    return {
        **publication_value(view.publication, view.proof),
        "before": view.before.code if view.before else None,
        "bands": [
            {
                "code": band.code,
                "titles": dict(band.titles),
                "from": str(band.start),
                "to": str(band.end),
                "rows": count,
            }
            for band, count in view.bands
        ],
        "bands_read": view.edition.bands_read if view.edition and view.edition.bands else None,
        "mean": _exact(view.mean),
        "median": _exact(view.median),
        "mean_over": len(view.values),
        "regions": [
            {
                "region": region.code,
                "name": region.name,
                "rows": region.rows,
                "median": _exact(region.median),
                "bands": region.bands,
            }
            for region in view.regions
        ],
        "uncertainty": view.publication.uncertainty,
        "rows": [row_value(row) for row in view.rows],
    }


def row_value(row: RowView) -> Value:
    """Return one organisation's row of an edition."""
    return {
        "organisation": row.organisation,
        "name": row.name,
        "language": row.language,
        "printed_name": row.printed_name,
        "kind": row.kind,
        "region": row.region or None,
        "region_name": row.region_name or None,
        "index": row.index or None,
        "exact": row.exact or None,
        "exact_indices": list(row.exact_indices),
        "band": row.band or None,
        "rank": row.rank or None,
        "scored": row.scored,
        "elements": {code: text or None for code, text in row.elements.items()},
        "beside": row.beside,
        "before": row.before or None,
        "change": _exact(row.change),
        "verdict": row.verdict or None,
        "reason": row.reason or None,
        "reason_code": row.reason_code or None,
        "reason_values": row.reason_values,
        "uncertainty": row.standing,
    }


def organisation_value(view: OrganisationView) -> Value:
    """Return an organisation with every result and every name it was printed under."""
    return {
        **organisation_facts(view.organisation),
        "note": view.organisation.note or None,
        "valid_from": view.organisation.valid_from or None,
        "valid_until": view.organisation.valid_until or None,
        "results": [result_value(result) for result in view.results],
        "names": [match_value(match) for match in view.matches],
    }


def organisation_facts(organisation: Organisation) -> Value:
    """Return who an organisation is (its region must be loaded)."""
    region = organisation.region
    return {
        "organisation": organisation.code,
        "name": organisation.name,
        "language": organisation.language,
        "kind": organisation.kind,
        "country": organisation.country_id,
        "region": organisation.region_id,
        "region_name": region.name if region else None,
    }


def result_value(view: ResultView) -> Value:
    """Return one result down to the answers, with publication, method, kind and source."""
    result, publication = view.result, view.publication
    band = view.edition.band_named(result.band) if view.edition and result.band else None
    return {
        "publication": publication.code,
        "series": publication.series,
        "instrument": publication.instrument or None,
        "edition": publication.edition,
        "kind": publication.kind,
        "titles": publication.titles,
        "source": publication.source,
        "printed_name": result.printed_name,
        "index": result.index or None,
        "exact": result.index_exact or None,
        "exact_indices": list(view.exact_indices),
        "band": result.band or None,
        "band_titles": dict(band.titles) if band else None,
        "rank": result.rank or None,
        "scored": result.scored,
        "elements": _elements(result.elements),
        "beside": result.beside,
        "scores": result.scores,
        "answers": result.answers,
        "self_assessed": _elements(result.self_assessed),
        "agreement": agreement_value(view.agreement),
        "verdict": result.verdict or None,
        "reason": result.reason or None,
        "reason_code": result.reason_code or None,
        "reason_values": result.reason_values,
        "candidates": result.candidates,
        "proof": proof_value(view.proof),
    }


def agreement_value(agreement: Agreement | None) -> Value | None:
    """Return how the own answers and the assessor's scores agree, where both are known."""
    if agreement is None:
        return None
    return {
        "n": agreement.n,
        "dropped": agreement.dropped,
        "exact": _exact(agreement.exact),
        "adjacent": _exact(agreement.adjacent),
        "mean_difference": _exact(agreement.mean_difference),
        "kappa": _exact(agreement.kappa),
    }


def match_value(match: NameMatch) -> Value:
    """Return one printed name and how it was matched."""
    return {
        "publication": match.publication,
        "printed": match.printed,
        "organisation": match.organisation_id,
        "how": match.how,
        "note": match.note or None,
    }


def matches_value(publication: Publication, matches: Iterable[NameMatch]) -> Value:
    """Return how each printed name of a publication was matched."""
    return {
        "publication": publication.code,
        "kind": publication.kind,
        "source": publication.source,
        "names": [match_value(match) for match in matches],
    }


def countries_value(countries: Iterable[Country]) -> Value:
    """Return {countries: [country_facts, …]}."""
    return {"countries": [country_facts(each) for each in countries]}


def country_facts(country: Country) -> Value:
    """Return who a country is. `in_exchange`: Korea and the members of ASEAN."""
    return {
        "country": country.code,
        "alpha2": country.alpha2 or None,
        "titles": country.titles,
        "in_exchange": country.in_exchange,
    }


def country_value(country: Country, results: Iterable[ResultView]) -> Value:
    """Return a country with every result it has as a country (not those of its public bodies)."""
    return {**country_facts(country), "results": [result_value(view) for view in results]}


def comparison_value(countries: Iterable[Country], results: Iterable[ResultView]) -> Value:
    """Return several countries, each with its results."""
    of: dict[str, list[ResultView]] = {}
    for view in results:
        of.setdefault(view.result.organisation_id, []).append(view)
    return {"countries": [country_value(each, of.get(each.code, [])) for each in countries]}


def search_value(query: str, organisations: Iterable[Organisation]) -> Value:
    """Return the organisations a search found, best first."""
    return {"q": query, "organisations": [organisation_facts(each) for each in organisations]}


def checks_value(
    publications: Iterable[Publication], remarkable: Iterable[Remarkable], names: Mapping[str, int]
) -> Value:
    """Return what the checks found in all publications, every row that is not consistent, names by match."""
    return {
        "publications": [
            {"publication": each.code, "kind": each.kind, "verdicts": each.verdicts} for each in publications
        ],
        "rows": [
            {
                "publication": row.publication,
                "organisation": row.organisation,
                "name": row.name,
                "verdict": row.verdict,
                "reason": row.reason,
                "reason_code": row.reason_code,
                "reason_values": row.reason_values,
            }
            for row in remarkable
        ],
        "names": dict(names),
    }


def _elements(elements: Mapping[str, Mapping[str, str | None]]) -> Value:
    """Return {code: {printed, exact, weight, contribution}}, each text or None."""
    keys = ("printed", "exact", "weight", "contribution")
    return {code: {key: entry.get(key) or None for key in keys} for code, entry in elements.items()}


def _exact(value: Fraction | None) -> str | None:
    return None if value is None else str(value)
