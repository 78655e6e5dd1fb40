"""Correcting a published figure: one person asks, another decides; then it is prepared and released."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop as N_

from teladan.core.instrument import INDEX
from teladan.evaluation import rules
from teladan.evaluation.documents import parse, source_of
from teladan.evaluation.models import Correction, Publication, Result
from teladan.evaluation.publication_file import FIGURE, Printed, PublicationFile
from teladan.evaluation.queries import method_of
from teladan.evaluation.refused import Reason, Refused, demand
from teladan.evaluation.services.drafting import document
from teladan.evaluation.services.publishing import keep_draft, subject_of
from teladan.record import objects
from teladan.record import services as recorder
from teladan.registry.models import Person
from teladan.registry.services import pseudonym

BAND = "band"
ASKING = (rules.COORDINATOR, rules.PUBLISHER, rules.SECOND_PUBLISHER)
DECIDING = (rules.COORDINATOR, rules.SECOND_PUBLISHER)


@transaction.atomic
def ask_correction(
    *,
    by: Person,
    publication: Publication,
    organisation: str,
    element: str,
    becomes: str,
    reason: str,
    at: datetime,
) -> Correction:
    """Ask that a published figure become another.

    `element` is, in a reported publication, a printed element, "index" or "band"; in a computed one an
    indicator, whose score changes and from which everything is computed again.
    """
    demand(rules.may_ask(by, publication))
    becomes, reason = becomes.strip(), reason.strip()
    was = _figure(publication, organisation, element)
    demand(_refusal(publication, element, was, becomes))
    if not reason:
        raise Refused(Reason("reason-correction", N_("Give the reason for which it should be corrected.")))
    demand(_asked_already(publication, organisation, element))
    subject = subject_of(publication.code)
    act = recorder.commit(
        kind="request",
        at=at,
        subject=subject,
        role=rules.acting_as(by, publication.series, ASKING),
        actor=pseudonym(by, subject),
        content={
            "publication": publication.code,
            "organisation": organisation,
            "element": element,
            "was": was,
            "becomes": becomes,
            "reason": reason,
            "at": at.isoformat(),
        },
    )
    return Correction.objects.create(
        publication=publication.code,
        organisation_id=organisation,
        element=element,
        was=was,
        becomes=becomes,
        reason=reason,
        asked_at=at,
        asked_by=by,
        asked_act=act,
    )


@transaction.atomic
def decide_correction(
    *, by: Person, correction: Correction, accept: bool, reason: str, at: datetime
) -> Correction:
    """Accept or decline what was asked. An accepted correction becomes a draft to prepare and release."""
    correction = Correction.objects.select_for_update().get(pk=correction.pk)
    publication = Publication.objects.get(code=correction.publication)
    demand(rules.may_decide(by, correction, publication.series))
    if not reason.strip():
        raise Refused(Reason("reason-decision", N_("Give the reason of the decision.")))
    subject = subject_of(publication.code)
    correction.accepted = accept
    correction.decision = reason.strip()
    correction.decided_at = at
    correction.decided_by = by
    correction.decided_act = recorder.commit(
        kind="decision",
        at=at,
        subject=subject,
        role=rules.acting_as(by, publication.series, DECIDING),
        actor=pseudonym(by, subject),
        content={
            "request": str(correction.asked_act),
            "accepted": accept,
            "reason": correction.decision,
            "at": at.isoformat(),
        },
    )
    if accept:
        correction.preparation = keep_draft(
            by=by,
            made=document(_corrected(publication, correction)),
            at=at,
            reason=correction.reason,
            made_from=publication.made_from,
        )
    correction.save()
    return correction


def _asked_already(publication: Publication, organisation: str, element: str) -> Reason | None:
    """Refuse to ask twice for the same figure; of two that ask at once one waits for the other."""
    Publication.objects.select_for_update().get(pk=publication.pk)
    open_ = Q(accepted__isnull=True) | Q(accepted=True, preparation__state__in=("draft", "prepared"))
    asked = Correction.objects.filter(
        open_, publication=publication.code, organisation=organisation, element=element
    ).first()
    if asked is None:
        return None
    return Reason(
        "asked-already", N_("Correction %(number)s asks for this figure already."), {"number": asked.pk}
    )


def _figure(publication: Publication, organisation: str, element: str) -> str:
    """Return the published figure that is asked about."""
    result = Result.objects.filter(publication=publication, organisation=organisation).first()
    if result is None:
        raise Refused(
            Reason(
                "organisation",
                N_("‘%(organisation)s’ has no row in ‘%(code)s’."),
                {"organisation": organisation, "code": publication.code},
            )
        )
    figures = (
        result.scores
        if publication.kind == Publication.Kind.COMPUTED
        else {code: entry.get("printed") or "" for code, entry in result.elements.items()}
        | {INDEX: result.index, BAND: result.band}
    )
    if element not in figures:
        raise Refused(
            Reason(
                "element",
                N_("‘%(element)s’ is no figure that can be corrected here; there are: %(there)s."),
                {"element": element, "there": ", ".join(figures)},
            )
        )
    return str(figures[element])


def _refusal(publication: Publication, element: str, was: str, becomes: str) -> Reason | None:
    """Return why a figure cannot become what is asked."""
    if becomes == was:
        return Reason("same-figure", N_("It is %(was)s already."), {"was": was})
    if element != BAND:
        if FIGURE.fullmatch(becomes):
            return None
        return Reason(
            "figure", N_("‘%(text)s’ is not a figure: digits and a decimal point."), {"text": becomes}
        )
    _instrument, edition = method_of(publication)
    bands = [band.code for band in edition.bands] if edition else []
    if becomes in bands:
        return None
    return Reason(
        "band",
        N_("‘%(text)s’ is no band of this edition; there are: %(there)s."),
        {"text": becomes, "there": ", ".join(bands) or "–"},
    )


def _corrected(publication: Publication, correction: Correction) -> PublicationFile:
    """Return the source of the published documents with the one figure changed."""
    inputs = parse(objects.get(publication.inputs_sha256)) if publication.inputs_sha256 else None
    source = source_of(parse(objects.get(publication.sha256)), inputs)
    organisation, element, becomes = correction.organisation_id, correction.element, correction.becomes
    if publication.kind == Publication.Kind.COMPUTED:
        scores = source.scores[organisation] | {element: becomes}
        return replace(source, scores=source.scores | {organisation: scores})
    printed = [
        _with(row, element, becomes) if row.organisation == organisation else row for row in source.printed
    ]
    return replace(source, printed=printed)


def _with(row: Printed, element: str, becomes: str) -> Printed:
    if element == INDEX:
        return replace(row, index=becomes)
    if element == BAND:
        return replace(row, band=becomes)
    return replace(row, elements=row.elements | {element: becomes})
