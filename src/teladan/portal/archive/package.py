"""The data of an archive: CSV tables under data/ and the datapackage.json that describes them.

A Frictionless data package (https://datapackage.org), profile "tabular-data-package": every column with
type, unit and titles, every table with its keys, licence and source in the descriptor. Figures are the
printed digits; an exact value is "p/q" or an integer, as text. A `unit` is a word of ours beside the
standard's own.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from teladan.core.instrument.serialize import element_value
from teladan.portal.archive.columns import COLUMNS, TABLES, Column, Table
from teladan.publication.models import Publication, Result
from teladan.publication.queries import EditionView, exact_indices, matches

Descriptor = dict[str, Any]
Rows = Iterable[Sequence[object]]

NOT_SEEN = ("", "not seen", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """The files of the data, by path in the archive, and the descriptor among them."""

    files: Mapping[str, bytes]
    descriptor: Descriptor


def package(view: EditionView, *, publications: Sequence[Mapping[str, Any]], address: str = "") -> Package:
    """Return the tables of one publication and their descriptor.

    `publications` are the manifest's, oldest first; the newest gives version and date. `address` is the
    page of the edition on its site, "" where the site's own address is not known.
    """
    files: dict[str, bytes] = {}
    resources: list[Descriptor] = []
    licences = _licences(view.publication)
    for table in TABLES:
        rows = list(MAKERS[table.name](view, publications))
        if not rows and table.may_be_empty:
            continue
        path = f"data/{table.name}.csv"
        files[path] = content = _csv(table.columns, rows)
        resources.append(_resource(table, path, content, view.publication, licences))
    _drop_keys_to_absent_tables(resources)
    descriptor = _descriptor(view, publications, address, licences, resources)
    files["datapackage.json"] = (json.dumps(descriptor, ensure_ascii=False, indent=1) + "\n").encode()
    return Package(files=files, descriptor=descriptor)


# --- what stands in the tables ------------------------------------------------------------------


def _results(view: EditionView, _publications: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[object]]:
    for position, row in enumerate(view.rows, start=1):
        yield (
            position, row.organisation, row.name, row.printed_name, row.kind, row.region, row.region_name,
            row.index, row.exact, row.band, row.rank, "true" if row.scored else "false", row.verdict,
            row.reason_code, row.reason,
        )  # fmt: skip


def _exact(view: EditionView, _publications: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[object]]:
    for result in _stored(view):
        for value in exact_indices(result):
            yield result.organisation_id, value


def _elements(view: EditionView, _publications: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[object]]:
    for result in _stored(view):
        for code, entry in result.elements.items():
            figures = (entry.get(name) for name in ("printed", "exact", "weight", "contribution"))
            yield (result.organisation_id, code, *figures)


def _scores(view: EditionView, _publications: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[object]]:
    for result in _stored(view):
        for code in dict.fromkeys((*result.scores, *result.answers)):
            yield result.organisation_id, code, result.scores.get(code), result.answers.get(code)


def _beside(view: EditionView, _publications: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[object]]:
    for result in _stored(view):
        for code, text in result.beside.items():
            yield result.organisation_id, code, text


def _names(view: EditionView, _publications: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[object]]:
    found = sorted(matches(view.publication.code), key=lambda match: (match.printed, match.organisation_id))
    for match in found:
        yield match.printed, match.organisation_id, match.how, match.note


def _method(view: EditionView, _publications: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[object]]:
    if view.edition is None:
        return
    for element in view.edition.root.walk():
        value = element_value(view.edition, element)
        titles = value["titles"]
        yield (
            value["code"], value["parent"], value["tier"], titles.get("en"), titles.get("id"),
            titles.get("ko"), value["weight"], value["share"], value["scale"], value["aggregation"],
            value["digits"],
        )  # fmt: skip


def _bands(view: EditionView, _publications: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[object]]:
    for band, count in view.bands:
        titles = band.titles
        yield (
            band.code, titles.get("en"), titles.get("id"), titles.get("ko"), band.start, band.end, count
        )  # fmt: skip


def _publications(
    _view: EditionView, publications: Sequence[Mapping[str, Any]]
) -> Iterator[Sequence[object]]:
    for each in publications:
        yield (
            each["number"], each["kind"], each["computed_or_reported"], each["released_at"], each["entry"],
            each["act"], each["results"], each["inputs"], each["instrument"],
        )  # fmt: skip


MAKERS: Mapping[str, Callable[[EditionView, Sequence[Mapping[str, Any]]], Rows]] = {
    "results": _results,
    "exact": _exact,
    "elements": _elements,
    "scores": _scores,
    "beside": _beside,
    "names": _names,
    "method": _method,
    "bands": _bands,
    "publications": _publications,
}


def _stored(view: EditionView) -> list[Result]:
    return list(Result.objects.filter(publication=view.publication).order_by("position"))


def _csv(columns: Sequence[str], rows: Rows) -> bytes:
    """Return rows as CSV: UTF-8 without a byte order mark, as the standard wants it."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([["" if value is None else str(value) for value in row] for row in rows])
    return stream.getvalue().encode()


# --- how they are described -----------------------------------------------------------------------


def _resource(
    table: Table, path: str, content: bytes, publication: Publication, licences: list[Descriptor]
) -> Descriptor:
    keys = [
        {"fields": [field], "reference": {"resource": resource, "fields": [of]}}
        for field, resource, of in table.points_at
    ]
    return {
        "name": table.name,
        "title": table.title,
        "description": table.description,
        "profile": "tabular-data-resource",
        "path": path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "dialect": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": {
            "fields": [_field(COLUMNS[name], table) for name in table.columns],
            "missingValues": [""],
            "primaryKey": list(table.key),
            **({"foreignKeys": keys} if keys else {}),
        },
        "licenses": licences,
        "sources": _sources(publication),
    }


def _field(column: Column, table: Table) -> Descriptor:
    constraints: Descriptor = {}
    if column.pattern:
        constraints["pattern"] = column.pattern
    if column.among:
        constraints["enum"] = list(column.among)
    if column.name in table.key:
        constraints["required"] = True
        if len(table.key) == 1:
            constraints["unique"] = True
    return {
        "name": column.name,
        "type": column.type,
        "title": column.title,
        "description": column.description,
        **({"unit": column.unit} if column.unit else {}),
        **({"constraints": constraints} if constraints else {}),
    }


def _drop_keys_to_absent_tables(resources: list[Descriptor]) -> None:
    """Let nothing point at a table that was left out for want of rows."""
    there = {resource["name"] for resource in resources}
    for resource in resources:
        keys = [k for k in resource["schema"].get("foreignKeys", ()) if k["reference"]["resource"] in there]
        resource["schema"].pop("foreignKeys", None)
        if keys:
            resource["schema"]["foreignKeys"] = keys


def _descriptor(
    view: EditionView,
    publications: Sequence[Mapping[str, Any]],
    address: str,
    licences: list[Descriptor],
    resources: list[Descriptor],
) -> Descriptor:
    publication, newest = view.publication, publications[-1]
    return {
        "profile": "tabular-data-package",
        "name": publication.code,
        "id": newest["act"],
        "title": _english(publication.titles),
        "titles": publication.titles,
        "description": (
            f"The published results of {publication.code}, publication {newest['number']}, "
            f"{newest['computed_or_reported']}. Figures are text as printed; exact values are p/q."
        ),
        "version": str(newest["number"]),
        "created": newest["released_at"],
        **({"homepage": address} if address else {}),
        "kind": newest["computed_or_reported"],
        "engine": publication.engine,
        "sha256": newest["results"],
        "keywords": [word for word in (publication.series, publication.edition, publication.country) if word],
        "licenses": licences,
        "sources": _sources(publication),
        "resources": resources,
    }


def _licences(publication: Publication) -> list[Descriptor]:
    """Return the licence as the source states it, with what we found about it."""
    said = _english(publication.source.get("licence") or "")
    note = _english(publication.source.get("licence_note") or "")
    if said in NOT_SEEN:
        return [{"name": "not-seen", "title": note or "The licence was not seen."}]
    title = f"{said}. {note}" if note else said
    known = LICENCES.get(said.casefold().replace("-", " "))
    if known is None:
        return [{"name": "as-stated-by-the-source", "title": title}]
    return [{"name": known[0], "path": known[1], "title": title}]


# What a source may say, and the identifier and address of that licence.
LICENCES = {
    "cc by 4.0": ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "cc by sa 4.0": ("CC-BY-SA-4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
    "cc0 1.0": ("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
}


def _sources(publication: Publication) -> list[Descriptor]:
    source = publication.source
    address = str(source.get("address") or "")
    publisher = _english(source.get("publisher") or "")
    title = _english(source.get("title") or "") or publication.code
    return [
        {
            "title": f"{title} ({publisher})" if publisher and publisher not in NOT_SEEN else title,
            **({"path": address} if address.startswith(("https://", "http://")) else {}),
        }
    ]


def _english(text: object) -> str:
    """Return a text in English, or the first language there is."""
    if isinstance(text, Mapping):
        return str(text.get("en") or next(iter(text.values()), ""))
    return str(text)
