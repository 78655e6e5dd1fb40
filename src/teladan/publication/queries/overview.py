"""Questions over all publications together: what the page about the method counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from teladan.publication.models import Result
from teladan.registry.models import NameMatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Remarkable:
    """A row whose printed figures do not follow from its instrument, or cannot be decided."""

    publication: str
    titles: dict[str, str]
    organisation: str
    country: str
    country_titles: dict[str, str]
    name: str
    language: str
    kind: str
    verdict: str
    reason: str
    reason_code: str
    reason_values: dict[str, Any]


def remarkable() -> list[Remarkable]:
    """Return every row that is not consistent, of all publications: one query."""
    found = (
        Result.objects.exclude(verdict__in=("", "consistent"))
        .select_related("publication", "organisation__country")
        .order_by("-publication__edition", "publication_id", "position")
    )
    return [
        Remarkable(
            publication=row.publication_id,
            titles=row.publication.titles,
            organisation=row.organisation_id,
            country=row.organisation.country_id,
            country_titles=row.organisation.country.titles,
            name=row.organisation.name,
            language=row.organisation.language,
            kind=row.organisation.kind,
            verdict=row.verdict,
            reason=row.reason,
            reason_code=row.reason_code,
            reason_values=row.reason_values,
        )
        for row in found
    ]


def names_matched() -> dict[str, int]:
    """Return how many printed names were matched in which way, most frequent first: one query."""
    counted = NameMatch.objects.values("how").annotate(n=Count("id")).order_by("-n", "how")
    return {row["how"]: row["n"] for row in counted}
