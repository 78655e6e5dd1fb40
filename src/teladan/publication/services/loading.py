"""Loading published results from their folders, through the same two acts as any publication."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from teladan.core import library
from teladan.core.index import ENGINE
from teladan.publication.documents.build import parse
from teladan.publication.documents.source import PublicationFile, folders, read
from teladan.publication.models import Correction, Publication
from teladan.publication.services.drafting import Documents, document
from teladan.publication.services.publishing import keep_draft, prepare, release
from teladan.record import objects
from teladan.registry.models import Person, Role
from teladan.registry.services import load_registry, sample_person

ONE_AT_A_TIME = 0x7E1ADA  # PostgreSQL's lock that only one load holds
FILES_CHANGED = "The files that this publication is loaded from were changed."
Report = Callable[[str], None]
Pair = tuple[Person, Person]


@transaction.atomic
def load_all(
    *,
    at: datetime,
    root: Path | None = None,
    by: Pair | None = None,
    report: Report = lambda _line: None,
) -> int:
    """Load the registry and every publication below a folder; return how many were new or changed.

    `by` are the publisher who prepares and the second publisher who releases; without them the sample
    persons act. All of it is one transaction: a mistake in one folder leaves everything as it was. A
    publication that is loaded already from the same files, with the same registry and engine, stays as
    it is. Of two loads at once one waits for the other. `report` gets a line for each publication.
    """
    root = root or library.shipped("published")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    registry = load_registry(root / "organisations")
    pair = by or samples(at)
    changed = 0
    for folder in folders(root):
        if load_publication(folder, at=at, by=pair, registry=registry, report=report):
            changed += 1
    return changed


def samples(at: datetime) -> Pair:
    """Return the sample publisher and second publisher, made where they are missing."""
    return (
        sample_person(Role.Kind.PUBLISHER, at=at),
        sample_person(Role.Kind.SECOND_PUBLISHER, at=at),
    )


@transaction.atomic
def load_publication(
    folder: Path,
    *,
    at: datetime,
    by: Pair | None = None,
    registry: str = "",
    report: Report = lambda _line: None,
) -> bool:
    """Prepare and release one publication's folder; return False where nothing had changed.

    `registry` is the digest of the files that names come from. Raises Refused, DocumentError,
    AnswersError or OSError, and then writes nothing.
    """
    source = read(folder)
    known = Publication.objects.select_for_update().filter(code=source.code).first()
    made_from = _made_from(source, registry)
    if known and known.made_from == made_from and known.act:
        return False
    if known and Correction.objects.filter(publication=source.code, preparation__state="released").exists():
        report(
            f"{source.code} stays as it was corrected (number {known.number}); its files were changed since"
        )
        return False
    made = document(source)
    if known and known.act and _says_the_same(made, known):
        Publication.objects.filter(code=known.code).update(made_from=made_from, loaded_at=at)
        report(f"loaded {folder.name} again: the same figures")
        return True
    publisher, second = by or samples(at)
    reason = FILES_CHANGED if known else ""
    draft = keep_draft(by=publisher, made=made, at=at, reason=reason, made_from=made_from)
    release(by=second, preparation=prepare(by=publisher, preparation=draft, at=at), at=at)
    report(f"released {source.code}")
    return True


def _made_from(source: PublicationFile, registry: str) -> str:
    """Return the digest of everything a publication is made from: files, instrument, engine, registry."""
    instrument = ""
    if source.instrument:
        try:
            instrument = hashlib.sha256(Path(library.find(source.instrument).file).read_bytes()).hexdigest()
        except library.LibraryError:
            instrument = ""  # said with its line when the documents are made
    return hashlib.sha256(f"{source.digest} {instrument} {ENGINE} {registry}".encode()).hexdigest()


def _says_the_same(made: Documents, known: Publication) -> bool:
    """Say whether only the engine's name differs from what is published."""
    published = parse(objects.get(known.sha256))
    return made.inputs_sha256 == known.inputs_sha256 and _figures(made.results) == _figures(published)


def _figures(results: dict[str, Any]) -> str:
    return json.dumps({key: value for key, value in results.items() if key != "engine"}, sort_keys=True)
