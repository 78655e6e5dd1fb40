"""From a source of figures to the documents of a publication, kept in the object store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from teladan.core import canonical, library
from teladan.core.document import DocumentError, Problem
from teladan.core.instrument import Edition, Instrument
from teladan.publication.documents import build
from teladan.publication.documents.rows import RowValues, rows_of
from teladan.publication.documents.source import PublicationFile
from teladan.publication.documents.uncertainty import uncertainty_document
from teladan.record import objects
from teladan.registry.models import Organisation

Value = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """The documents of a publication and the digests they are kept under ("" where there is none)."""

    results: Value
    inputs: Value | None
    uncertainty: Value
    results_sha256: str
    inputs_sha256: str
    instrument_sha256: str
    uncertainty_sha256: str


def document(source: PublicationFile) -> Documents:
    """Compute or check every row, and keep the documents.

    Raises DocumentError or AnswersError naming the file and the line.
    """
    instrument, edition = _method(source)
    _refuse_unknown(source, edition)
    rows = list(rows_of(source, edition))
    _name(rows)
    results = build.results_document(source, edition, rows)
    inputs = build.inputs_document(source, rows)
    method = build.instrument_document(instrument, edition) if instrument and edition else None
    uncertainty = uncertainty_document(source, instrument, edition, rows)
    return Documents(
        results=results,
        inputs=inputs,
        uncertainty=uncertainty,
        results_sha256=_kept(results),
        inputs_sha256=_kept(inputs),
        instrument_sha256=_kept(method),
        uncertainty_sha256=_kept(uncertainty),
    )


def _kept(value: Value | None) -> str:
    return "" if value is None else objects.put(canonical.encode(value))


def _method(source: PublicationFile) -> tuple[Instrument | None, Edition | None]:
    if not source.instrument:
        return None, None
    try:
        instrument = library.find(source.instrument)
        return instrument, instrument.edition(source.edition)
    except (library.LibraryError, KeyError) as error:
        key = "edition" if isinstance(error, KeyError) else "instrument"
        problem = Problem(source.lines.get(key, 1), key, str(error.args[0]))
        raise DocumentError(str(source.file), [problem]) from error


def _refuse_unknown(source: PublicationFile, edition: Edition | None) -> None:
    """Refuse organisations that the registry does not have and columns that the edition does not have."""
    known = set(Organisation.objects.filter(code__in=source.first).values_list("code", flat=True))
    for organisation, (file, line) in source.first.items():
        if organisation not in known:
            problem = Problem(line, "organisation", f"there is no organisation {organisation!r}")
            raise DocumentError(str(file), [problem])
    columns = dict.fromkeys(code for row in source.printed for code in row.elements)
    unknown = [code for code in columns if edition is not None and code not in edition.elements]
    if unknown:
        problems = [Problem(1, code, f"is no element of {source.instrument}") for code in unknown]
        raise DocumentError(str(source.file.with_name("results.csv")), problems)


def _name(rows: list[RowValues]) -> None:
    """Give rows that came without a printed name the organisation's own."""
    unnamed = [row for row in rows if row.printed_name == row.organisation]
    names = dict(
        Organisation.objects.filter(code__in=[row.organisation for row in unnamed]).values_list(
            "code", "name"
        )
    )
    for row in unnamed:
        row.printed_name = names.get(row.organisation, row.organisation)
