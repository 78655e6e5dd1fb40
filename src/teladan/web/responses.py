"""The JSON and CSV of a page, at the page's own address with .json or .csv.

Figures are the printed text and "p/q", with decimal points: machines and spreadsheets read them in any
language. What the JSON holds is built in `publication.serializers` and `core.instrument.serialize`, which
the API uses too; a test holds both equal.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import HttpResponse

from teladan.publication.queries import ResultView


def as_json(value: Mapping[str, Any]) -> HttpResponse:
    """Return the value as JSON, its text readable in every script."""
    body = json.dumps(value, ensure_ascii=False, indent=1)
    return HttpResponse(body + "\n", content_type="application/json; charset=utf-8")


def as_csv(
    name: str,
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    manifests: Iterable[str] = (),
) -> HttpResponse:
    """Return rows as CSV (UTF-8 with a byte order mark, so that Excel reads it right).

    A text that a spreadsheet would run as a formula gets a leading apostrophe. `manifests` are the
    addresses that lead to the proof of the figures; the answer names them in its header Link.
    """
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(header)
    writer.writerows([[_cell(value) for value in row] for row in rows])
    response = HttpResponse("\ufeff" + stream.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.csv"'
    links = ", ".join(f'<{address}>; rel="describedby"' for address in dict.fromkeys(manifests))
    if links:
        response.headers["Link"] = links
    return response


def manifests(results: Iterable[ResultView]) -> list[str]:
    """Return the addresses of the manifests of some results' publications."""
    return [view.proof.manifest for view in results if view.proof]


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    is_number = text.lstrip("+-").replace(".", "", 1).replace("/", "", 1).isdigit()
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} and not is_number else text
