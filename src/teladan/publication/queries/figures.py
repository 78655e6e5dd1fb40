"""The published figures that can be corrected, and the names beside which they are printed."""

from __future__ import annotations

from collections.abc import Iterable

from teladan.core.instrument import INDEX
from teladan.publication.documents.rows import BAND
from teladan.publication.models import Correction, Publication, Result


def figures_of(result: Result) -> dict[str, str]:
    """Return what can be corrected in a row, by code; its publication must be loaded.

    The scores of a computed publication, from which the rest follows; of a reported one every printed
    figure, with "index" and "band", "" where none is printed.
    """
    if result.publication.kind == Publication.Kind.COMPUTED:
        return {code: str(score) for code, score in result.scores.items()}
    printed = {code: entry.get("printed") or "" for code, entry in result.elements.items()}
    return printed | {INDEX: result.index, BAND: result.band}


def printed_names(corrections: Iterable[Correction]) -> dict[int, str]:
    """Return the name printed in the row that each correction is about, by its number: one query.

    Where the row is gone it is the organisation's own, which must be loaded.
    """
    asked = list(corrections)
    rows = Result.objects.filter(
        publication__in={each.publication for each in asked},
        organisation__in={each.organisation_id for each in asked},
    ).values_list("publication", "organisation", "printed_name")
    names = {(publication, organisation): name for publication, organisation, name in rows}
    return {
        each.pk: names.get((each.publication, each.organisation_id), each.organisation.name) for each in asked
    }
