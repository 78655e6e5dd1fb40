"""What a publication consists of, as canonical JSON values: instrument, inputs and results.

Each is kept under the SHA-256 of its canonical bytes, which its entry in the record names. Formats:
docs/reference/formats.md. From these alone the rows that pages read can be made again.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from teladan.core.index import ENGINE
from teladan.core.instrument import INDEX, Edition, Instrument
from teladan.core.instrument.serialize import instrument_facts, method_value, scale_value
from teladan.publication.documents.rows import RowValues
from teladan.publication.documents.source import Printed, PublicationFile

RESULTS = "teladan-results/1"
INPUTS = "teladan-inputs/1"
INSTRUMENT = "teladan-method/1"
Value = dict[str, Any]


def instrument_document(instrument: Instrument, edition: Edition) -> Value:
    """Return the method of one edition whole, so that a reader without our code can compute with it."""
    return {
        "format": INSTRUMENT,
        **instrument_facts(instrument),
        "scales": [scale_value(scale) for scale in instrument.scales],
        **method_value(edition),
    }


def inputs_document(source: PublicationFile, rows: list[RowValues]) -> Value | None:
    """Return what the results were computed from; None where they are a source's printed figures."""
    if source.kind != "computed":
        return None
    printed = {row.organisation: row for row in source.printed}
    return {
        "format": INPUTS,
        "code": source.code,
        "rows": [
            {
                "organisation": row.organisation,
                "kind": row.kind or None,
                "scores": row.scores,
                "answers": row.answers,
                "printed": _printed_value(printed[row.organisation]) if row.organisation in printed else None,
            }
            for row in rows
        ],
    }


def results_document(source: PublicationFile, edition: Edition | None, rows: list[RowValues]) -> Value:
    """Return what is published: the source, and every row in its order."""
    return {
        "format": RESULTS,
        "code": source.code,
        "series": series_of(source),
        "kind": source.kind,
        "instrument": source.instrument or None,
        "edition": source.edition,
        "titles": source.titles,
        "country": source.country or None,
        "source": source.source,
        "evaluated": source.evaluated,
        "national": source.national,
        "notes": source.notes,
        "left_out": source.left_out,
        "beside": source.beside,
        "elements": _columns(source, edition),
        "engine": ENGINE,
        "rows": [_row_value(row) for row in rows],
    }


def source_of(results: Value, inputs: Value | None) -> PublicationFile:
    """Return a publication's source as its documents state it: what a correction starts from."""
    return PublicationFile(
        code=results["code"],
        instrument=results["instrument"] or "",
        edition=results["edition"],
        kind=results["kind"],
        titles=results["titles"],
        country=results["country"] or "",
        source=results["source"],
        evaluated=results["evaluated"],
        national=results["national"],
        left_out=results["left_out"],
        beside=results["beside"],
        elements=results["elements"],
        notes=results["notes"],
        printed=_printed_rows(results, inputs),
        scores={row["organisation"]: row["scores"] for row in inputs["rows"]} if inputs else {},
        answers={row["organisation"]: row["answers"] for row in inputs["rows"] if row["answers"]}
        if inputs
        else {},
        digest="",
        file=Path(results["code"]),
        lines={},
        first={},
    )


def series_of(source: PublicationFile) -> str:
    """Return what publications of one method are gathered under: its slug, or the code without its year."""
    return source.instrument.partition("@")[0] or source.code.rpartition("-")[0]


def parse(content: bytes) -> Value:
    """Return the value of canonical bytes of ours."""
    value: Value = json.loads(content)
    return value


def _printed_rows(results: Value, inputs: Value | None) -> list[Printed]:
    if inputs is not None:
        return [
            Printed(organisation=row["organisation"], **row["printed"])
            for row in inputs["rows"]
            if row["printed"] is not None
        ]
    return [
        Printed(
            organisation=row["organisation"],
            name=row["name"],
            kind=row["kind"] or "",
            elements={code: entry["printed"] for code, entry in row["elements"].items() if entry["printed"]},
            beside=row["beside"],
            index=row["index"]["printed"] or "",
            band=row["band"] or "",
            rank=row["rank"] or "",
        )
        for row in results["rows"]
    ]


def _printed_value(row: Printed) -> Value:
    return {
        "name": row.name,
        "kind": row.kind,
        "elements": row.elements,
        "beside": row.beside,
        "index": row.index,
        "band": row.band,
        "rank": row.rank,
    }


def _columns(source: PublicationFile, edition: Edition | None) -> list[Value]:
    """Return the elements that the publication gives, in the order of the tree."""
    if edition is None:
        return source.elements
    given = {code for row in source.printed for code in row.elements}
    computed = source.kind == "computed"
    return [
        {"code": element.code, "titles": dict(element.titles)}
        for element in edition.elements.values()
        if element.code != INDEX and (computed or element.code in given)
    ]


def _row_value(row: RowValues) -> Value:
    return {
        "organisation": row.organisation,
        "name": row.printed_name,
        "kind": row.kind or None,
        "index": {"printed": row.index or None, "exact": row.index_exact or None},
        "band": row.band or None,
        "rank": row.rank or None,
        "scored": row.scored,
        "elements": row.elements,
        "beside": row.beside,
        "self_assessed": row.self_assessed,
        "verdict": row.verdict or None,
        "reason": row.reason or None,
        "reason_code": row.reason_code or None,
        "reason_values": row.reason_values,
        "candidates": row.candidates,
    }
