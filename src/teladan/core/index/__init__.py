"""The index: an edition's tree evaluated exactly, for one organisation or a million."""

from teladan.core.index.answers import (
    Answers,
    AnswersError,
    CellProblem,
    number_of,
    one,
    read_answers,
    unknown_column,
)
from teladan.core.index.evaluate import (
    ENGINE,
    ElementResult,
    OrganisationResult,
    Results,
    evaluate,
)
from teladan.core.index.tree import AggregationError, combine

__all__ = [
    "ENGINE",
    "AggregationError",
    "Answers",
    "AnswersError",
    "CellProblem",
    "ElementResult",
    "OrganisationResult",
    "Results",
    "combine",
    "evaluate",
    "number_of",
    "one",
    "read_answers",
    "unknown_column",
]
