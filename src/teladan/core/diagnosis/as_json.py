"""A diagnosis as a JSON value: float64 numbers as they are, null where something is not defined."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from teladan.core.composite.trace import Matrix
from teladan.core.diagnosis.correlations import METHODS
from teladan.core.diagnosis.diagnose import Diagnosis
from teladan.core.diagnosis.findings import findings


def as_json(diagnosis: Diagnosis) -> dict[str, Any]:
    """Return everything that was found; no number in it is NaN or infinite."""
    correlations, thresholds = diagnosis.correlations, diagnosis.thresholds
    return {
        "units": len(diagnosis.subject.place.units),
        "indicators": len(diagnosis.subject.tree.indicators),
        "method": diagnosis.method,
        "thresholds": asdict(thresholds),
        "notes": list(diagnosis.subject.notes),
        "findings": [
            {
                "section": finding.section,
                "kind": finding.kind,
                "text": finding.text,
                "places": [{"codes": list(codes), "found": words} for codes, words in finding.places],
            }
            for finding in findings(diagnosis)
        ],
        "data": [
            {
                "indicator": quality.indicator,
                **_without(asdict(quality), "indicator", "summary", "treated", "outliers"),
                "missing": quality.missing,
                "summary": None if quality.summary is None else asdict(quality.summary),
                "treated": None
                if quality.treated is None
                else dict(zip(("skew", "kurtosis"), quality.treated, strict=True)),
                "outliers": [asdict(outlier) for outlier in quality.outliers],
                "flags": list(quality.flags(thresholds)),
            }
            for quality in diagnosis.quality
        ],
        "same_units": [_duplicates(duplicates) for duplicates in diagnosis.same_rows],
        "same_indicators": [_duplicates(duplicates) for duplicates in diagnosis.same_columns],
        "correlations": {
            "codes": list(correlations.codes),
            "rows": correlations.rows.tolist(),
            **{method: _matrix(correlations.matrix(method)) for method in METHODS},
        },
        "within": [asdict(pair) for pair in diagnosis.within],
        "between": [asdict(pair) for pair in diagnosis.between],
        "parents": [{**asdict(place), "astray": place.astray} for place in diagnosis.places],
        "components": [
            {
                "of": group.of,
                "rows": group.rows,
                "eigenvalues": group.eigenvalues.tolist(),
                "shares": group.shares.tolist(),
                "kaiser": group.kaiser,
                "loadings": dict(zip(group.codes, group.loadings.tolist(), strict=True)),
                "left_out": dict(group.left_out),
                "reason": group.reason,
            }
            for group in diagnosis.components
        ],
        "alpha": [
            {
                **_without(asdict(group), "codes", "items", "left_out"),
                "items": [asdict(item) for item in group.items],
                "left_out": dict(group.left_out),
            }
            for group in diagnosis.reliability
        ],
        "weights": [
            {**asdict(element), "counts": element.counts(thresholds.apart)}
            for element in diagnosis.importance
        ],
        "redundancy": [
            {**asdict(element), "inflation": element.inflation, "flag": element.flag(thresholds.inflation)}
            for element in diagnosis.redundancy
        ],
    }


def _without(value: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: part for key, part in value.items() if key not in keys}


def _duplicates(duplicates: Any) -> dict[str, Any]:
    return {"codes": list(duplicates.codes), "values": duplicates.values}


def _matrix(matrix: Matrix) -> list[list[float | None]]:
    return [[None if math.isnan(r) else r for r in row] for row in matrix.tolist()]
