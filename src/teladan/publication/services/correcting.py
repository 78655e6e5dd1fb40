"""Correcting a published figure: one person asks, another decides; then it is prepared and released.

Who asked may take it back until it is decided.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop as N_

from teladan.core.instrument import INDEX
from teladan.publication import rules
from teladan.publication.documents.build import parse, source_of
from teladan.publication.documents.rows import BAND
from teladan.publication.documents.source import Printed, PublicationFile
from teladan.publication.models import Correction, Publication, Result
from teladan.publication.queries.figures import figures_of
from teladan.publication.queries.proofs import subject
from teladan.publication.services.correction_checks import refusal
from teladan.publication.services.drafting import document
from teladan.publication.services.publishing import keep_draft, locked
from teladan.record import objects
from teladan.record import services as recorder
from teladan.registry.models import Person
from teladan.registry.refusals import Figure, Reason, Refused, demand
from teladan.registry.services import pseudonym

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
    publication = _now(publication.code)
    demand(rules.may_ask(by, publication, at=at))
    becomes, reason = becomes.strip(), reason.strip()
    was = _figure(publication, organisation, element)
    demand(refusal(publication, element, was, becomes))
    if not reason:
        raise Refused(Reason("reason-correction", N_("Give the reason for which it should be corrected.")))
    demand(_asked_already(publication, organisation, element))
    content = {
        "publication": publication.code,
        "organisation": organisation,
        "element": element,
        "was": was,
        "becomes": becomes,
        "reason": reason,
    }
    act = _sealed("request", by=by, publication=publication, roles=ASKING, at=at, content=content)
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
    publication = _now(correction.publication)
    correction = Correction.objects.select_for_update().get(pk=correction.pk)
    demand(rules.may_decide(by, correction, publication.series, at=at))
    if accept:
        demand(_changed_meanwhile(publication, correction))
    if not reason.strip():
        raise Refused(Reason("reason-decision", N_("Give the reason of the decision.")))
    correction.accepted = accept
    correction.decision = reason.strip()
    correction.decided_at = at
    correction.decided_by = by
    content = {"request": str(correction.asked_act), "accepted": accept, "reason": correction.decision}
    correction.decided_act = _sealed(
        "decision", by=by, publication=publication, roles=DECIDING, at=at, content=content
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


@transaction.atomic
def take_back_correction(*, by: Person, correction: Correction, reason: str, at: datetime) -> Correction:
    """Take back what was asked, before it is decided; only who asked may.

    The record holds it as a sealed decision on the request: from outside nobody sees how it ended. It is
    disclosed as little as a decline is.
    """
    publication = _now(correction.publication)
    correction = Correction.objects.select_for_update().get(pk=correction.pk)
    demand(rules.may_take_back(by, correction, publication.series, at=at))
    if not reason.strip():
        raise Refused(Reason("reason-withdraw", N_("Give the reason for which it is withdrawn.")))
    correction.withdrawn_reason = reason.strip()
    correction.withdrawn_at = at
    content = {
        "request": str(correction.asked_act),
        "withdrawn": True,
        "reason": correction.withdrawn_reason,
    }
    correction.withdrawn_act = _sealed(
        "decision", by=by, publication=publication, roles=ASKING, at=at, content=content
    )
    correction.save()
    return correction


def _sealed(
    kind: str,
    *,
    by: Person,
    publication: Publication,
    roles: tuple[str, ...],
    at: datetime,
    content: dict[str, Any],
) -> UUID:
    """Put an act about a publication under seal into the record, and return it."""
    about = subject(publication.code)
    return recorder.commit(
        kind=kind,
        at=at,
        subject=about,
        role=rules.acting_as(by, publication.series, roles, at=at),
        actor=pseudonym(by, about),
        content={**content, "at": at.isoformat()},
    )


def _now(code: str) -> Publication:
    """Lock the publication of a code and return it as it is now."""
    found = locked(code)
    if found is None:
        raise Refused(Reason("not-published", N_("‘%(code)s’ is not published any more."), {"code": code}))
    return found


def _changed_meanwhile(publication: Publication, correction: Correction) -> Reason | None:
    """Refuse to accept a change of a figure that was corrected since it was asked for."""
    result = _row(publication, correction.organisation_id)
    now = figures_of(result).get(correction.element, "") if result else ""
    if result and now == correction.was:
        return None
    return Reason(
        "figure-changed",
        N_("The published figure is %(now)s by now, not %(was)s: decline it, and ask again if need be."),
        {"now": Figure(now or "–"), "was": Figure(correction.was or "–")},
    )


def _asked_already(publication: Publication, organisation: str, element: str) -> Reason | None:
    """Refuse to ask twice for the same figure; the publication is locked, so of two one comes first."""
    open_ = rules.OPEN | Q(accepted=True, preparation__state__in=("draft", "prepared"))
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
    result = _row(publication, organisation)
    if result is None:
        raise Refused(
            Reason(
                "organisation",
                N_("‘%(organisation)s’ has no row in ‘%(code)s’."),
                {"organisation": organisation, "code": publication.code},
            )
        )
    figures = figures_of(result)
    if element not in figures:
        raise Refused(
            Reason(
                "element",
                N_("‘%(element)s’ is no figure that can be corrected here; there are: %(there)s."),
                {"element": element, "there": ", ".join(figures)},
            )
        )
    return figures[element]


def _row(publication: Publication, organisation: str) -> Result | None:
    rows = Result.objects.filter(publication=publication, organisation=organisation)
    return rows.select_related("publication").first()


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
