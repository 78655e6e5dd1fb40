"""Every question the pages and the API ask about what was published."""

from teladan.evaluation.comparison import CANNOT_BE_RIGHT
from teladan.evaluation.queries.organisations import (
    MOST_FOUND,
    OrganisationView,
    ResultView,
    country,
    exchange_countries,
    most_traceable,
    nearest,
    organisation,
    results_of,
    search,
)
from teladan.evaluation.queries.publications import (
    PLAIN_MATCHES,
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
    "CANNOT_BE_RIGHT",
    "MOST_FOUND",
    "PLAIN_MATCHES",
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
    "most_traceable",
    "nearest",
    "organisation",
    "publication",
    "publications",
    "results_of",
    "search",
    "state",
]
