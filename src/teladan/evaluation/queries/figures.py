"""The published figures that can be corrected."""

from __future__ import annotations

from teladan.core.instrument import INDEX
from teladan.evaluation.models import Publication, Result

BAND = "band"


def figures_of(result: Result) -> dict[str, str]:
    """Return what can be corrected in a row, by code; its publication must be loaded.

    The scores of a computed publication, from which the rest follows; of a reported one every printed
    figure, with "index" and "band", "" where none is printed.
    """
    if result.publication.kind == Publication.Kind.COMPUTED:
        return {code: str(score) for code, score in result.scores.items()}
    printed = {code: entry.get("printed") or "" for code, entry in result.elements.items()}
    return printed | {INDEX: result.index, BAND: result.band}
