"""Publishing by two persons: draft (the dry run), prepare, and release by another one."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as N_

from teladan.core.index import ENGINE
from teladan.publication import rules
from teladan.publication.documents.build import parse, series_of
from teladan.publication.documents.differences import completeness, differences
from teladan.publication.documents.source import PublicationFile
from teladan.publication.models import Preparation, Publication, Result
from teladan.publication.projection import documents_of, publication_of, results_of, uncertainty_of
from teladan.publication.queries.proofs import subject
from teladan.publication.queries.publications import edition_before
from teladan.publication.services.drafting import Documents, document
from teladan.record import objects
from teladan.record import queries as record
from teladan.record import services as recorder
from teladan.registry.models import Person
from teladan.registry.refusals import Reason, Refused, demand
from teladan.registry.services import pseudonym


def locked(code: str) -> Publication | None:
    """Lock a publication and return it as it is now; None where nothing is published under the code.

    Whatever adds an act about a publication locks it first, and before any preparation or correction of
    it: so what is read afterwards holds until the end of the transaction.
    """
    return Publication.objects.select_for_update().filter(code=code).first()


@transaction.atomic
def draft(
    *, by: Person, source: PublicationFile, at: datetime, reason: str = "", made_from: str = ""
) -> Preparation:
    """Make the dry run of a publication, or of a correction where its code is published already.

    A draft of the same code that is under way is replaced. Nothing enters the record. Raises Refused,
    DocumentError or AnswersError.
    """
    demand(rules.may_draft(by, series_of(source), at=at))
    return keep_draft(
        by=by, made=document(source), at=at, reason=reason, made_from=made_from or source.digest
    )


def keep_draft(*, by: Person, made: Documents, at: datetime, reason: str, made_from: str) -> Preparation:
    """Write the draft of documents that were made; within the caller's transaction."""
    code, series = made.results["code"], made.results["series"]
    published = locked(code)
    under_way = (
        Preparation.objects.select_for_update().filter(code=code, state__in=("draft", "prepared")).first()
    )
    # Asked before anything else is said or done: who drafts has a role for their own series only.
    for there in (published, under_way):
        if there and there.series != series:
            raise _other_series(code, series)
    if under_way and under_way.state == Preparation.State.PREPARED:
        raise Refused(
            Reason(
                "under-way",
                N_("‘%(code)s’ is prepared and waits for its release: release or withdraw that first."),
                {"code": code},
            )
        )
    if under_way and under_way.corrections.exists():
        raise Refused(
            Reason(
                "correction-under-way",
                N_(
                    "‘%(code)s’ has the draft of an accepted correction: release or withdraw that first, "
                    "so that it is not lost."
                ),
                {"code": code},
            )
        )
    if under_way:
        under_way.delete()
    known = published if published and published.act else None
    if known and known.sha256 == made.results_sha256 and known.inputs_sha256 == made.inputs_sha256:
        raise Refused(
            Reason("no-difference", N_("‘%(code)s’ is published with exactly these figures."), {"code": code})
        )
    if known and not reason.strip():
        raise Refused(
            Reason(
                "reason",
                N_("‘%(code)s’ is published: give the reason for which it is corrected."),
                {"code": code},
            )
        )
    return Preparation.objects.create(
        code=code,
        number=known.number + 1 if known else 1,
        kind=made.results["kind"],
        series=series,
        titles=made.results["titles"],
        results_sha256=made.results_sha256,
        inputs_sha256=made.inputs_sha256,
        instrument_sha256=made.instrument_sha256,
        uncertainty_sha256=made.uncertainty_sha256,
        made_from=made_from,
        completeness=completeness(made.results),
        differences=differences(made.results, _before(made.results, known)),
        reason=reason.strip(),
        drafted_at=at,
        drafted_by=by,
    )


@transaction.atomic
def prepare(*, by: Person, preparation: Preparation, at: datetime) -> Preparation:
    """Prepare a draft: its figures are final, and the part of the log that they rest on is fixed."""
    locked(preparation.code)
    preparation = _locked(preparation)
    demand(rules.may_prepare(by, preparation, at=at))
    about = subject(preparation.code)
    waiting = record.pending(about)
    if waiting:
        raise Refused(
            Reason(
                "record-behind",
                N_("%(count)s acts about it wait for their place in the record: try again shortly."),
                {"count": waiting},
            )
        )
    latest = record.latest()
    preparation.prefix = latest.size if latest else 0
    preparation.state = Preparation.State.PREPARED
    preparation.prepared_at = at
    preparation.prepared_by = by
    preparation.prepared_act = recorder.commit(
        kind="preparation",
        at=at,
        subject=about,
        role=rules.acting_as(by, preparation.series, (rules.PUBLISHER,), at=at),
        actor=pseudonym(by, about),
        content={
            "code": preparation.code,
            "number": preparation.number,
            "results": preparation.results_sha256,
            "inputs": preparation.inputs_sha256 or None,
            "instrument": preparation.instrument_sha256 or None,
            "uncertainty": preparation.uncertainty_sha256 or None,
            "prefix": preparation.prefix,
            # Free text may hold what must be erased one day: never in the open, only behind the commitment.
            "reason": preparation.reason or None,
            "at": at.isoformat(),
        },
    )
    preparation.save()
    return preparation


@transaction.atomic
def withdraw(*, by: Person, preparation: Preparation, reason: str, at: datetime) -> Preparation:
    """Take back what was not released. A prepared one leaves an entry; a draft leaves nothing."""
    preparation = _locked(preparation)
    demand(rules.may_withdraw(by, preparation, at=at))
    if not reason.strip():
        raise Refused(Reason("reason-withdraw", N_("Give the reason for which it is withdrawn.")))
    if preparation.state == Preparation.State.PREPARED:
        about = subject(preparation.code)
        wanted = (rules.PUBLISHER, rules.SECOND_PUBLISHER)
        preparation.withdrawn_act = recorder.append(
            kind="withdrawal",
            at=at,
            subject=about,
            role=rules.acting_as(by, preparation.series, wanted, at=at),
            actor=pseudonym(by, about),
            body={"prepared": str(preparation.prepared_act), "at": at.isoformat()},
        )
    preparation.state = Preparation.State.WITHDRAWN
    preparation.withdrawn_at = at
    preparation.withdrawn_by = by
    preparation.withdrawn_reason = reason.strip()
    preparation.save()
    return preparation


@transaction.atomic
def release(*, by: Person, preparation: Preparation, at: datetime) -> Publication:
    """Release what another person prepared: its entry, its disclosures and its rows, all or none."""
    corrected = locked(preparation.code)
    preparation = _locked(preparation)
    demand(rules.may_release(by, preparation, at=at))
    if corrected and corrected.series != preparation.series:
        raise _other_series(preparation.code, preparation.series)
    _refuse_later_acts(preparation)
    about = subject(preparation.code)
    replaces = _digest_of_entry(corrected) if corrected and corrected.act else ""
    body: dict[str, Any] = {
        "code": preparation.code,
        "number": preparation.number,
        "computed_or_reported": preparation.kind,
        "results": preparation.results_sha256,
        "inputs": preparation.inputs_sha256 or None,
        "instrument": preparation.instrument_sha256 or None,
        "uncertainty": preparation.uncertainty_sha256 or None,
        "prefix": preparation.prefix,
        "prepared": str(preparation.prepared_act),
        "at": at.isoformat(),
        "engine": ENGINE,
    }
    if replaces:
        body["corrects"] = replaces
    preparation.released_act = recorder.append(
        kind="correction" if replaces else "publication",
        at=at,
        subject=about,
        role=rules.acting_as(by, preparation.series, (rules.SECOND_PUBLISHER,), at=at),
        actor=pseudonym(by, about),
        body=body,
        replaces=replaces,
    )
    preparation.state = Preparation.State.RELEASED
    preparation.released_at = at
    preparation.released_by = by
    preparation.save()
    recorder.disclose(_acts_of(preparation), at=at)
    return _project(preparation, corrected, at)


def _locked(preparation: Preparation) -> Preparation:
    return Preparation.objects.select_for_update().get(pk=preparation.pk)


def _other_series(code: str, series: str) -> Refused:
    """Return the refusal of a code that another series has; which one is not said."""
    return Refused(
        Reason(
            "other-series",
            N_("‘%(code)s’ is a code of another series: one of ‘%(series)s’ needs a code of its own."),
            {"code": code, "series": series},
        )
    )


def _before(results: dict[str, Any], known: Publication | None) -> dict[str, Any] | None:
    """Return the results that a preparation is compared with: those it corrects, else the edition before."""
    if known is None:
        known = edition_before(
            Publication(
                series=results["series"], edition=results["edition"], instrument=results["instrument"] or ""
            )
        )
    return parse(objects.get(known.sha256)) if known else None


def _refuse_later_acts(preparation: Preparation) -> None:
    """Refuse a release where something was recorded about the publication since it was prepared."""
    about = subject(preparation.code)
    # What waits is counted first: an act that gets its place in between is counted twice, never missed.
    waiting = record.pending(about, but=preparation.prepared_act)
    recorded = [
        entry
        for entry in record.entries(about)
        if preparation.prefix is not None
        and entry.position >= preparation.prefix
        and entry.act != preparation.prepared_act
    ]
    later = len(recorded) + waiting
    if later:
        raise Refused(
            Reason(
                "acts-since-prepared",
                N_(
                    "%(count)s acts about it were recorded since it was prepared: withdraw and prepare again."
                ),
                {"count": later},
            )
        )


def _digest_of_entry(corrected: Publication) -> str:
    """Return the SHA-256 of the entry that is corrected; it must have its place in the record."""
    digest = record.digest(corrected.act) if corrected.act else None
    if digest is None:
        raise Refused(
            Reason(
                "proof-pending",
                N_(
                    "The publication that this corrects waits for its place in the record: try again shortly."
                ),
            )
        )
    return digest


def _acts_of(preparation: Preparation) -> list[UUID]:
    """Return the committed acts that become public with a release."""
    acts = [preparation.prepared_act]
    for correction in preparation.corrections.all():
        acts += [correction.asked_act, correction.decided_act]
    return [act for act in acts if act is not None]


def _project(preparation: Preparation, corrected: Publication | None, at: datetime) -> Publication:
    """Write the rows that pages read, from the canonical bytes that were just released."""
    results, inputs = documents_of(preparation)
    uncertainty = uncertainty_of(preparation)
    publication = publication_of(preparation, results, uncertainty, at=at)
    if corrected:
        Result.objects.filter(publication=corrected).delete()
    # Its row stays where it is corrected: whoever waits for its lock finds the corrected one.
    publication.save(force_insert=corrected is None, force_update=corrected is not None)
    Result.objects.bulk_create(results_of(publication, results, inputs, uncertainty))
    return publication
