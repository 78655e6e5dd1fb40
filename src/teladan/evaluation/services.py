"""Writing publications: from their folders to canonical bytes and the rows that pages read."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from teladan.core import canonical, library
from teladan.core.document import DocumentError, Problem
from teladan.core.index import ENGINE
from teladan.core.instrument import INDEX, Edition
from teladan.evaluation import store
from teladan.evaluation.models import Publication, Result
from teladan.evaluation.publication_file import PublicationFile, folders, read
from teladan.evaluation.results import RowValues, rows_of
from teladan.registry.models import Organisation
from teladan.registry.services import load_registry

FORMAT = "teladan-publication/1"
ORDER_DIGITS = Decimal(1).scaleb(-15)
ONE_AT_A_TIME = 0x7E1ADA  # PostgreSQL's lock that only one load holds
Report = Callable[[str], None]


@transaction.atomic
def load_all(*, at: datetime, root: Path | None = None, report: Report = lambda _line: None) -> int:
    """Load the registry and every publication below a folder; return how many were new or changed.

    All of it is one transaction: a mistake in one folder leaves everything as it was. A publication
    that is loaded already from the same files, with the same registry and engine, stays as it is.
    Of two loads at once one waits for the other. `report` gets a line for each publication.
    """
    root = root or library.shipped("published")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    registry = load_registry(root / "organisations")
    changed = 0
    for folder in folders(root):
        if load_publication(folder, at=at, registry=registry):
            changed += 1
            report(f"loaded {folder.relative_to(root)}")
    return changed


@transaction.atomic
def load_publication(folder: Path, *, at: datetime, registry: str = "") -> bool:
    """Load one publication's folder; return False where nothing had changed.

    `registry` is the digest of the files that names come from. Raises DocumentError, AnswersError or
    OSError, and then writes nothing.
    """
    source = read(folder)
    edition, instrument = _edition(source)
    _refuse_unknown(source, edition)
    made_from = hashlib.sha256(f"{source.digest} {instrument} {ENGINE} {registry}".encode()).hexdigest()
    known = Publication.objects.select_for_update().filter(code=source.code).first()
    if known and known.made_from == made_from:
        return False
    rows = list(rows_of(source, edition))
    _name(rows)
    content = canonical.encode(_value(source, edition, instrument, rows))
    if known:
        known.delete()
    publication = Publication.objects.create(
        code=source.code,
        series=source.instrument.partition("@")[0] or source.code.rpartition("-")[0],
        instrument=source.instrument,
        instrument_sha256=instrument,
        edition=source.edition,
        kind=source.kind,
        titles=source.titles,
        country=source.country,
        source=source.source,
        evaluated=source.evaluated,
        national=source.national,
        notes=source.notes,
        left_out=source.left_out,
        beside=source.beside,
        elements=_columns(source, edition),
        listed=len(rows),
        verdicts=Counter(row.verdict for row in rows if row.verdict),
        engine=ENGINE,
        sha256=store.put(content),
        made_from=made_from,
        loaded_at=at,
    )
    Result.objects.bulk_create(_result(publication, position, row) for position, row in enumerate(rows))
    return True


def _edition(source: PublicationFile) -> tuple[Edition | None, str]:
    """Return the edition and the digest of the instrument file's bytes, which are kept."""
    if not source.instrument:
        return None, ""
    try:
        instrument = library.find(source.instrument)
        edition = instrument.edition(source.edition)
    except (library.LibraryError, KeyError) as error:
        key = "edition" if isinstance(error, KeyError) else "instrument"
        problem = Problem(source.lines[key], key, str(error.args[0]))
        raise DocumentError(str(source.file), [problem]) from error
    return edition, store.put(Path(instrument.file).read_bytes())


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


def _columns(source: PublicationFile, edition: Edition | None) -> list[dict[str, Any]]:
    """Return the elements that the publication gives, in the order of the tree."""
    if edition is None:
        return source.elements
    given = {code for row in source.printed for code in row.elements}
    computed = source.kind == "computed"
    return [
        {"code": element.code, "titles": dict(element.titles)}
        for element in edition.elements.values()
        if element.code != INDEX and (computed or element.code in given)
    ]


def _value(
    source: PublicationFile, edition: Edition | None, instrument: str, rows: list[RowValues]
) -> dict[str, Any]:
    """Return what is published, as the JSON value whose canonical bytes are kept."""
    return {
        "format": FORMAT,
        "code": source.code,
        "kind": source.kind,
        "titles": source.titles,
        "source": source.source,
        "instrument": None
        if edition is None
        else {
            "slug": edition.slug,
            "version": edition.version,
            "edition": edition.year,
            "sha256": instrument,
        },
        "engine": ENGINE,
        "national": source.national,
        "left_out": source.left_out,
        "rows": [
            {
                "organisation": row.organisation,
                "name": row.printed_name,
                "index": {"printed": row.index or None, "exact": row.index_exact or None},
                "band": row.band or None,
                "rank": row.rank or None,
                "scored": row.scored,
                "elements": row.elements,
                "beside": row.beside,
                "answers": row.answers,
                "scores": row.scores,
                "verdict": row.verdict or None,
                "reason": row.reason or None,
                "candidates": row.candidates,
            }
            for row in rows
        ],
    }


def _result(publication: Publication, position: int, row: RowValues) -> Result:
    return Result(
        publication=publication,
        organisation_id=row.organisation,
        printed_name=row.printed_name,
        position=position,
        index=row.index,
        index_exact=row.index_exact,
        order=_order(row),
        band=row.band,
        rank=row.rank,
        scored=row.scored,
        elements=row.elements,
        beside=row.beside,
        answers=row.answers,
        scores=row.scores,
        self_assessed=row.self_assessed,
        verdict=row.verdict,
        reason=row.reason,
        reason_code=row.reason_code,
        reason_values=row.reason_values,
        candidates=row.candidates,
    )


def _order(row: RowValues) -> Decimal | None:
    """Return the index to 15 digits, to sort by: the printed figure, as ties in print are ties."""
    if not row.scored or not row.index:
        return None
    value = Fraction(row.index)
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(ORDER_DIGITS)
