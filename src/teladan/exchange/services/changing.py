"""What adopters did with the core elements of a parent, and what was observed of it there."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as N_

from teladan.exchange import content as contents
from teladan.exchange import rules
from teladan.exchange.acts import MODIFIED, OUTCOME
from teladan.exchange.adoption_degree import TREATMENTS
from teladan.exchange.content import ObservationPart, clean
from teladan.exchange.models import Adoption, CoreElement, Modification, Observation, Practice
from teladan.exchange.services.adopting import locked, recorded
from teladan.exchange.services.practices import add_observation
from teladan.registry.models import Person
from teladan.registry.refusals import Reason, Refused, demand


@transaction.atomic
def modify(
    *,
    by: Person,
    adoption: Adoption,
    treatment: str,
    what: str,
    at: datetime,
    practice: str = "",
    element: str = "",
    decided_by: str = "",
    planned: bool | None = None,
    faithful: bool | None = None,
    reason: str = "",
) -> Modification:
    """Say what became of a core element of a parent, or what else was changed. Raises Refused."""
    adoption = locked(adoption)
    demand(rules.may_move(by, adoption, at=at))
    demand(next(contents.bad_texts([what, reason], "what"), None))
    demand(next(contents.bad_texts(decided_by, "decided_by"), None))
    if treatment not in TREATMENTS:
        raise Refused(
            Reason(
                "choice",
                N_("‘%(value)s’ is no %(field)s; there are: %(there)s."),
                {"value": treatment[:60], "field": "treatment", "there": ", ".join(TREATMENTS)},
            )
        )
    if treatment != "kept" and not clean(reason):
        raise Refused(Reason("modification-why", N_("Give the reason for which it was changed or dropped.")))
    row = _element(adoption, practice, element) if element else None
    if row and Modification.objects.filter(adoption=adoption, element=row).exists():
        raise Refused(Reason("element-said", N_("What became of this core element was said already.")))
    made = Modification(
        adoption=adoption,
        element=row,
        treatment=treatment,
        what=clean(what),
        decided_by=clean(decided_by),
        planned=planned,
        faithful=faithful,
        reason=clean(reason),
        at=at,
        by=by,
    )
    made.act = recorded(
        adoption,
        MODIFIED,
        by=by,
        at=at,
        practice=row.version.practice_id if row else "",
        element=element,
        treatment=treatment,
        text=made.what,
        decided_by=made.decided_by,
        planned=planned,
        faithful=faithful,
        reason=made.reason,
    )
    made.save()
    return made


@transaction.atomic
def observe_outcome(
    *,
    by: Person,
    adoption: Adoption,
    practice: str,
    claim: str,
    measure: str,
    moment: str,
    observation: ObservationPart,
    at: datetime,
) -> Observation:
    """Add what was observed at the adopter, before or after, by a measure of a parent. Raises Refused."""
    adoption = locked(adoption)
    demand(rules.may_move(by, adoption, at=at))
    if moment not in Observation.Moment.values:
        raise Refused(
            Reason(
                "choice",
                N_("‘%(value)s’ is no %(field)s; there are: %(there)s."),
                {"value": moment[:60], "field": "moment", "there": ", ".join(Observation.Moment.values)},
            )
        )
    parent = Practice.objects.filter(versions__adoptions__adoption=adoption, code=clean(practice)).first()
    there = parent and parent.claims.filter(code=claim, measures__code=measure).exists()
    if parent is None or not there:
        raise Refused(
            Reason(
                "measure-of-parent",
                N_("It is observed by a measure of what it takes from; ‘%(measure)s’ is none."),
                {"measure": f"{practice} {claim} {measure}"[:120]},
            )
        )
    row = add_observation(parent, claim, measure, observation, by=by, at=at, adoption=adoption, moment=moment)
    seen = asdict(contents.cleaned(observation))
    row.act = recorded(
        adoption,
        OUTCOME,
        by=by,
        at=at,
        practice=parent.code,
        claim=claim,
        measure=measure,
        moment=moment,
        **{**seen, "evidence": list(seen["evidence"])},
    )
    row.save(update_fields=["act"])
    return row


def _element(adoption: Adoption, practice: str, element: str) -> CoreElement:
    there = CoreElement.objects.select_related("version").filter(version__adoptions__adoption=adoption)
    row = there.filter(version__practice=clean(practice), code=element).first()
    if row is None:
        raise Refused(
            Reason(
                "core-element",
                N_("‘%(element)s’ is no core element of what it takes from."),
                {"element": f"{practice} {element}"[:120]},
            )
        )
    return row
