"""The JSON of a ranking, in the shape of `teladan rank --format json`, and its CSV, a row for each unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from teladan.portal.uncertainty.words import ordered
from teladan.publication.models import Publication
from teladan.publication.queries import RowView
from teladan.publication.queries.uncertainty import Ranking, Standing

HEADER = (
    "organisation", "index", "rank", "rank_p5", "rank_median", "rank_p95", "bands",
    "not_distinguishable", "draws", "seed", "assumptions",
)  # fmt: skip


def ranking_value(
    publication: Publication, ranking: Ranking, rows: Sequence[RowView], command: str
) -> dict[str, Any]:
    """Return {publication, kind, seed, draws, assumptions, command, results} of some rows.

    What is not stated (ranks where the publisher ranks nobody) is null, as the command has it.
    """
    return {
        "publication": publication.code,
        "kind": ranking.kind,
        "ranked": ranking.ranked,
        "reason": None if ranking.reason is None else asdict(ranking.reason),
        "seed": ranking.seed,
        "draws": ranking.draws,
        "assumptions": [dict(each) for each in ranking.assumptions],
        "command": command or None,
        "results": [_result(ranking, row) for row in rows],
    }


def _result(ranking: Ranking, row: RowView) -> dict[str, Any]:
    standing = ranking.standings[row.organisation]
    return {
        "organisation": row.organisation,
        "index": row.index or None,
        "rank": _rank(standing) if ranking.ranked else None,
        "bands": {code: figure(share) for code, share in standing.bands.items()},
        "not_distinguishable": None if standing.alike is None or not ranking.ranked else list(standing.alike),
    }


def _rank(standing: Standing) -> dict[str, Any]:
    return {
        "nominal": standing.nominal,
        "p5": figure(standing.p5),
        "median": figure(standing.median),
        "p95": figure(standing.p95),
    }


def figure(value: Decimal | None) -> int | float | None:
    """Return a number as JSON has it; a whole one without a point.

    >>> figure(Decimal("12.0")), figure(Decimal("12.95")), figure(None)
    (12, 12.95, None)
    """
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def ranking_rows(ranking: Ranking, rows: Iterable[RowView]) -> Iterable[tuple[object, ...]]:
    """Yield a row for each unit. Lists are joined by spaces, assumptions by "; "."""
    said = "; ".join(str(each["text"]) for each in ranking.assumptions)
    for row in rows:
        standing = ranking.standings[row.organisation]
        ranks = (
            (standing.nominal, standing.p5, standing.median, standing.p95) if ranking.ranked else ("",) * 4
        )
        alike = " ".join(standing.alike or ()) if ranking.ranked else ""
        bands = " ".join(f"{code}:{figure(share)}" for code, share in ordered(standing.bands))
        yield (
            row.organisation, row.index, *(figure(r) if isinstance(r, Decimal) else r for r in ranks), bands,
            alike, ranking.draws, ranking.seed, said,
        )  # fmt: skip
