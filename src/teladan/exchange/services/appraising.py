"""Appraisals: an independent look at an adoption by fixed codes, and the reply of who was looked at."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext_noop as N_

from teladan.exchange import content as contents
from teladan.exchange import rules
from teladan.exchange.acts import APPRAISED, REPLIED
from teladan.exchange.content import clean
from teladan.exchange.models import Adoption, Appraisal
from teladan.exchange.services.recording import adoption_act, parents_of
from teladan.record import services as recorder
from teladan.registry.models import Person
from teladan.registry.refusals import Reason, Refused, demand

CODES = {
    "completion": Appraisal.Completion.values,
    "fidelity": Appraisal.Fidelity.values,
    "results": Appraisal.Results.values,
}


@transaction.atomic
def appraise(
    *,
    by: Person,
    adoption: Adoption,
    completion: str,
    fidelity: str,
    results: str,
    text: str,
    language: str,
    at: datetime,
) -> Appraisal:
    """Judge an adoption by fixed codes, with the reasons as text. One appraisal each. Raises Refused."""
    adoption = Adoption.objects.select_for_update().get(pk=adoption.pk)
    demand(rules.may_appraise(by, adoption, at=at))
    for field, value in (("completion", completion), ("fidelity", fidelity), ("results", results)):
        if value not in CODES[field]:
            raise Refused(
                Reason(
                    "choice",
                    N_("‘%(value)s’ is no %(field)s; there are: %(there)s."),
                    {"value": value[:60], "field": field, "there": ", ".join(CODES[field])},
                )
            )
    _demand_text(text)
    demand(next(contents.of_language(language), None))
    if adoption.appraisals.filter(by=by).exists():
        raise Refused(Reason("appraised", N_("You appraised this adoption already.")))
    row = Appraisal(
        adoption=adoption,
        completion=completion,
        fidelity=fidelity,
        results=results,
        text=clean(text),
        language=language,
        at=at,
        by=by,
        act=uuid4(),
    )
    act = adoption_act(
        adoption,
        APPRAISED,
        adoption.stages.all(),
        parents_of(adoption),
        by=by,
        role=str(rules.APPRAISER),
        at=at,
        completion=completion,
        fidelity=fidelity,
        results=results,
        text=row.text,
        language=language,
    )
    row.act = recorder.append_many([act], at=at)[0]
    row.save()
    Adoption.objects.filter(pk=adoption.pk).update(changed_at=at)
    return row


@transaction.atomic
def reply(*, by: Person, appraisal: Appraisal, text: str, at: datetime) -> Appraisal:
    """Answer an appraisal, once; both stay side by side. Raises Refused."""
    appraisal = Appraisal.objects.select_for_update().get(pk=appraisal.pk)
    demand(rules.may_reply(by, appraisal, at=at))
    _demand_text(text)
    adoption = appraisal.adoption
    appraisal.reply, appraisal.replied_at, appraisal.replied_by = clean(text), at, by
    act = adoption_act(
        adoption,
        REPLIED,
        adoption.stages.all(),
        parents_of(adoption),
        by=by,
        role=rules.replying_as(by, adoption, at=at),
        at=at,
        appraisal=str(appraisal.act),
        reply=appraisal.reply,
    )
    appraisal.reply_act = recorder.append_many([act], at=at)[0]
    appraisal.save()
    Adoption.objects.filter(pk=adoption.pk).update(changed_at=at)
    return appraisal


def _demand_text(text: str) -> None:
    if not clean(text):
        raise Refused(
            Reason("practice-empty", N_("The field ‘%(field)s’ must not be empty."), {"field": "text"})
        )
    demand(next(contents.bad_texts(text, "text"), None))
