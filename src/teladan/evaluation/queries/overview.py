"""Questions over all publications together: what the page about the method counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from teladan.evaluation.models import Result
from teladan.evaluation.queries.organisations import ResultView
from teladan.evaluation.queries.publications import method_of
from teladan.registry.models import NameMatch

MOST_EXAMPLES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Remarkable:
    """A row whose printed figures do not follow from its instrument, or cannot be decided."""

    publication: str
    titles: dict[str, str]
    organisation: str
    country: str
    name: str
    language: str
    kind: str
    verdict: str
    reason_code: str
    reason_values: dict[str, Any]


def remarkable() -> list[Remarkable]:
    """Return every row that is not consistent, of all publications: one query."""
    found = (
        Result.objects.exclude(verdict__in=("", "consistent"))
        .select_related("publication", "organisation")
        .order_by("-publication__edition", "publication_id", "position")
    )
    return [
        Remarkable(
            publication=row.publication_id,
            titles=row.publication.titles,
            organisation=row.organisation_id,
            country=row.organisation.country_id,
            name=row.organisation.name,
            language=row.organisation.language,
            kind=row.organisation.kind,
            verdict=row.verdict,
            reason_code=row.reason_code,
            reason_values=row.reason_values,
        )
        for row in found
    ]


def example() -> ResultView | None:
    """Return the computed result that is known down to most scores: one query."""
    found = Result.objects.filter(publication__kind="computed", verdict__in=("", "consistent"))
    results = found.select_related("publication", "organisation").order_by("publication_id", "position")
    best = max(results[:MOST_EXAMPLES], key=lambda result: len(result.scores), default=None)
    if best is None:
        return None
    instrument, edition = method_of(best.publication)
    return ResultView(result=best, publication=best.publication, instrument=instrument, edition=edition)


def names_matched() -> dict[str, int]:
    """Return how many printed names were matched in which way, most frequent first: one query."""
    counted = NameMatch.objects.values("how").annotate(n=Count("id")).order_by("-n", "how")
    return {row["how"]: row["n"] for row in counted}
