"""Every question the pages and the API ask about what was published."""

from teladan.evaluation.queries.organisations import (
    OrganisationView,
    ResultView,
    country,
    exchange_countries,
    organisation,
    regions,
    results_of,
    search,
)
from teladan.evaluation.queries.publications import (
    EditionView,
    RowView,
    canonical_bytes,
    edition,
    exact_indices,
    matches,
    method_of,
    publication,
    publications,
    state,
)

__all__ = [
    "EditionView",
    "OrganisationView",
    "ResultView",
    "RowView",
    "canonical_bytes",
    "country",
    "edition",
    "exact_indices",
    "exchange_countries",
    "matches",
    "method_of",
    "organisation",
    "publication",
    "publications",
    "regions",
    "results_of",
    "search",
    "state",
]
