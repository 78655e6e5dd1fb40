"""The CSV and the JSON of an edition's rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from teladan.publication import serializers
from teladan.publication.queries import EditionView, RowView
from teladan.web.public_page import Csv


def rows_csv(view: EditionView, rows: Iterable[RowView]) -> Csv:
    """Return rows as `teladan check` takes them: names and remarks are columns it passes over."""
    codes = [entry["code"] for entry in view.columns]
    header = (
        "organisation", "name", "kind", "region", *codes, "index", "index_exact", "band", "rank", "note",
    )  # fmt: skip
    records = (
        (
            row.organisation, row.printed_name, row.kind, row.region,
            *(row.elements.get(code, "") for code in codes),
            row.index, row.exact, row.band, row.rank, _note(row),
        )
        for row in rows
    )  # fmt: skip
    return Csv(view.publication.code, header, records, [view.proof.manifest] if view.proof else [])


def _note(row: RowView) -> str:
    """Return what must be known before the row's figures are used, in English as the data are."""
    if not row.scored:
        return f"not scored: {row.reason}"
    return f"{row.verdict}: {row.reason}" if row.verdict not in {"", "consistent"} else row.verdict


def rows_value(view: EditionView, rows: Iterable[RowView]) -> dict[str, Any]:
    """Return a publication with rows of it."""
    return {**serializers.edition_value(view), "rows": [serializers.row_value(row) for row in rows]}
