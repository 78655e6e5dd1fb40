"""The rows that pages read, made from the canonical bytes of a publication and from nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from teladan.publication.documents.build import parse
from teladan.publication.documents.uncertainty import about_of, standings_of
from teladan.publication.models import Preparation, Publication, Result
from teladan.record import objects

ORDER_DIGITS = Decimal(1).scaleb(-15)
Value = dict[str, Any]


def documents_of(preparation: Preparation) -> tuple[Value, Value | None]:
    """Return results and inputs of a preparation; raises FileNotFoundError where an object is gone."""
    inputs = parse(objects.get(preparation.inputs_sha256)) if preparation.inputs_sha256 else None
    return parse(objects.get(preparation.results_sha256)), inputs


def uncertainty_of(preparation: Preparation) -> Value | None:
    """Return the uncertainty of a preparation, None where it was made before there was one.

    Raises FileNotFoundError where the object is gone.
    """
    return parse(objects.get(preparation.uncertainty_sha256)) if preparation.uncertainty_sha256 else None


def publication_of(
    preparation: Preparation, results: Value, uncertainty: Value | None, *, at: datetime
) -> Publication:
    """Return the publication, not written yet."""
    return Publication(
        code=results["code"],
        series=results["series"],
        instrument=results["instrument"] or "",
        instrument_sha256=preparation.instrument_sha256,
        edition=results["edition"],
        kind=results["kind"],
        titles=results["titles"],
        country=results["country"] or "",
        source=results["source"],
        evaluated=results["evaluated"],
        national=results["national"],
        notes=results["notes"],
        left_out=results["left_out"],
        beside=results["beside"],
        elements=results["elements"],
        listed=len(results["rows"]),
        verdicts=Counter(row["verdict"] for row in results["rows"] if row["verdict"]),
        engine=results["engine"],
        sha256=preparation.results_sha256,
        inputs_sha256=preparation.inputs_sha256,
        made_from=preparation.made_from,
        loaded_at=at,
        number=preparation.number,
        act=preparation.released_act,
        uncertainty_sha256=preparation.uncertainty_sha256,
        uncertainty=about_of(uncertainty) if uncertainty else None,
    )


def results_of(
    publication: Publication, results: Value, inputs: Value | None, uncertainty: Value | None
) -> Iterable[Result]:
    """Yield the rows of a publication in the order of its source, not written yet."""
    given = {row["organisation"]: row for row in inputs["rows"]} if inputs else {}
    standings = standings_of(uncertainty)
    for position, row in enumerate(results["rows"]):
        own = given.get(row["organisation"], {"answers": {}, "scores": {}})
        yield Result(
            publication=publication,
            organisation_id=row["organisation"],
            printed_name=row["name"],
            position=position,
            index=row["index"]["printed"] or "",
            index_exact=row["index"]["exact"] or "",
            order=_order(row),
            band=row["band"] or "",
            rank=row["rank"] or "",
            scored=row["scored"],
            elements=row["elements"],
            beside=row["beside"],
            answers=own["answers"],
            scores=own["scores"],
            self_assessed=row["self_assessed"],
            verdict=row["verdict"] or "",
            reason=row["reason"] or "",
            reason_code=row["reason_code"] or "",
            reason_values=row["reason_values"],
            candidates=row["candidates"],
            standing=standings.get(row["organisation"]),
        )


def _order(row: Value) -> Decimal | None:
    """Return the index to 15 digits, to sort by: the printed figure, as ties in print are ties."""
    printed = row["index"]["printed"]
    if not row["scored"] or not printed:
        return None
    value = Fraction(printed)
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(ORDER_DIGITS)
