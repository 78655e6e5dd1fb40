"""Whether a person can ask the owner of a practice at all: said before they write their question."""

from __future__ import annotations

from datetime import datetime

from teladan.exchange import rules
from teladan.exchange.models import FocalPoint, Practice, PracticeRequest
from teladan.registry.models import Organisation, Person
from teladan.registry.queries import roles_of
from teladan.registry.refusals import Reason
from teladan.registry.scope import EXCHANGE

ASKING = (rules.OFFICER, rules.ADOPTER)


def no_ask(
    person: Person,
    practice: Practice,
    office: FocalPoint | None,
    about: PracticeRequest | None = None,
    *,
    at: datetime,
) -> Reason | None:
    """Return why whatever a person asks would be refused; None where a question can pass.

    For which organisation they ask is theirs to write, unless it is about a request.
    """
    refusal = rules.may_any(person, *ASKING, at=at)
    if refusal is not None:
        return refusal
    if about is not None:
        return rules.may_ask(person, office, about.organisation, at=at)
    codes = {held.scope.code for held in roles_of(person, at) if held.kind in ASKING}
    for_all = practice.owner if EXCHANGE.code in codes else None
    own = for_all or Organisation.objects.filter(code__in=codes).order_by("code").first()
    return rules.may_ask(person, office, own, at=at) if own else None
