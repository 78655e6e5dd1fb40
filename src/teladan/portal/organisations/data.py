"""The CSV face of an organisation or a country: one row for each figure of each result."""

from __future__ import annotations

from collections.abc import Iterable

from teladan.core.instrument import INDEX
from teladan.publication.queries import ResultView

HEADER = (
    "organisation",
    "publication",
    "series",
    "edition",
    "kind",
    "element",
    "printed",
    "exact",
    "weight",
    "contribution",
    "answer",
    "score",
    "self_printed",
    "self_exact",
    "band",
    "rank",
    "scored",
    "verdict",
    "reason",
    "source",
)


def rows(results: Iterable[ResultView]) -> Iterable[tuple[object, ...]]:
    """Yield the index and then every element of each result, oldest edition first.

    The index has the element code "index"; what several exact values allow is joined by "; ".
    Columns printed beside the index (not part of it) follow with their own codes.
    """
    for view in sorted(
        results, key=lambda one: (one.result.organisation_id, one.publication.series, one.publication.edition)
    ):
        result = view.result
        yield _row(
            view,
            INDEX,
            {"printed": result.index, "exact": "; ".join(view.exact_indices)},
            (result.band, result.rank),
        )
        for code, entry in result.elements.items():
            if code != INDEX:
                yield _row(view, code, entry, ("", ""))
        for code, text in result.beside.items():
            yield _row(view, code, {"printed": text}, ("", ""))


def _row(
    view: ResultView, code: str, entry: dict[str, str | None], of_index: tuple[str, str]
) -> tuple[object, ...]:
    result, publication = view.result, view.publication
    own = result.self_assessed.get(code, {})
    return (
        result.organisation_id,
        publication.code,
        publication.series,
        publication.edition,
        publication.kind,
        code,
        entry.get("printed"),
        entry.get("exact"),
        entry.get("weight"),
        entry.get("contribution"),
        result.answers.get(code),
        result.scores.get(code),
        own.get("printed"),
        own.get("exact"),
        *of_index,
        "yes" if result.scored else "no",
        result.verdict,
        result.reason,
        publication.source.get("title"),
    )
