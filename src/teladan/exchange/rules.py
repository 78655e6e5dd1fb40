"""Who may do what in the exchange, each rule with its reason: the one file of these rules.

A role of the exchange is for one organisation (by its code, or by its country's) or for the exchange as a
whole. What practices and adoptions say is public; requests and messages are seen as the last rules say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_noop as N_

from teladan.exchange.models import (
    Adoption,
    AdoptionParent,
    Appraisal,
    FocalPoint,
    Message,
    Practice,
    PracticeRequest,
)
from teladan.registry.models import Organisation, Person, Role
from teladan.registry.queries import is_current
from teladan.registry.refusals import Reason
from teladan.registry.scope import EXCHANGE, ORGANISATION, Scope

OFFICER = Role.Kind.EXCHANGE_OFFICER
OWNER = Role.Kind.PRACTICE_OWNER
ADOPTER = Role.Kind.ADOPTER
APPRAISER = Role.Kind.APPRAISER
KINDS = (OFFICER, OWNER, ADOPTER, APPRAISER)
# Words that reasons hold, marked for translation.
WORDS = (N_("exchange officer"), N_("practice owner"), N_("adopter"), N_("appraiser"))


def acting_as(by: Person, wanted: Iterable[str], scope: Iterable[str], *, at: datetime) -> str:
    """Return the role, of those wanted, in which a person acts for an organisation; "" where in none."""
    held = _held(by, at=at)
    scopes = {EXCHANGE, *(Scope(ORGANISATION, code) for code in scope)}
    return next((str(kind) for kind in wanted if any((kind, one) in held for one in scopes)), "")


def scope_of(practice: Practice) -> tuple[str, str]:
    """Return the organisations whose roles count for a practice: its owner, and its country's."""
    return practice.owner_id, practice.country_id


def scope_of_adopter(adoption: Adoption) -> tuple[str, ...]:
    """Return the organisations whose roles count for an adopter."""
    return tuple(code for code in (adoption.organisation_id, adoption.country_id) if code)


def scope_of_organisation(organisation: Organisation) -> tuple[str, str]:
    """Return an organisation and its country's."""
    return organisation.pk, organisation.country_id


def may_record(by: Person, owner: Organisation, *, at: datetime) -> Reason | None:
    """Let an exchange officer add a practice of an organisation."""
    return _needs(by, scope_of_organisation(owner), OFFICER, at=at)


def may_any(by: Person, *wanted: str, at: datetime) -> Reason | None:
    """Let whoever has one of some roles for any organisation begin; the act's own rule says for which."""
    if any(kind in wanted for kind, _scope in _held(by, at=at)):
        return None
    return _lacking(wanted, EXCHANGE.name)


def may_carry_in(by: Person, *, at: datetime) -> Reason | None:
    """Let an exchange officer for the whole exchange take practices in: a copy stands for all who read here.

    An officer of one organisation speaks for that one, not for whose record this node believes.
    """
    return _needs(by, (), OFFICER, at=at)


def may_speak(origin: str, accepted: Collection[str], country: str, accept: str) -> Reason | None:
    """Let the record of another node bring practices of the countries that it was accepted for here.

    `accepted` are those countries; none is one that is new here: who brings in its first practice accepts it
    for that country. `accept` is the country for which it is accepted now in so many words, "" for none.
    """
    if accept and accept != country:
        return Reason(
            "accept-country",
            N_("The practice is of ‘%(country)s’: its file says nothing of the country ‘%(accept)s’."),
            {"country": country, "accept": accept[:10]},
        )
    if accept or not accepted or country in accepted:
        return None
    return Reason(
        "key-country",
        N_(
            "The record of %(origin)s speaks for %(there)s here; this practice is of %(country)s. Where it"
            " speaks for that country too, accept it for that first (--accept)."
        ),
        {"origin": origin, "there": ", ".join(sorted(accepted)), "country": country},
    )


def may_revise(by: Person, practice: Practice, *, at: datetime) -> Reason | None:
    """Let an exchange officer or the practice owner write a version, an observation, a check-in."""
    return _carried(practice) or _needs(by, scope_of(practice), OFFICER, OWNER, at=at)


def may_translate(by: Person, practice: Practice, *, at: datetime) -> Reason | None:
    """Let whoever has any role of the exchange, but an appraiser's, translate what is ours."""
    if practice.origin:
        return _carried(practice)
    if any(kind in {OFFICER, OWNER, ADOPTER} for kind, _scope in _held(by, at=at)):
        return None
    return _lacking((OFFICER, OWNER, ADOPTER), practice.owner_id)


def translating_as(by: Person, practice: Practice, *, at: datetime) -> str:
    """Return the role in which a person translates: one for this practice first, else any that they have."""
    wanted = (OFFICER, OWNER, ADOPTER)
    held = {kind for kind, _scope in _held(by, at=at)}
    return acting_as(by, wanted, scope_of(practice), at=at) or next((str(k) for k in wanted if k in held), "")


def may_adopt(by: Person, scope: Iterable[str], *, at: datetime) -> Reason | None:
    """Let an exchange officer or adopter of the adopting organisation follow an adoption."""
    return _needs(by, tuple(scope), OFFICER, ADOPTER, at=at)


def may_move(by: Person, adoption: Adoption, *, at: datetime) -> Reason | None:
    """Let them take it to its next stage, say what was changed and what was observed."""
    return may_adopt(by, scope_of_adopter(adoption), at=at)


def may_appraise(by: Person, adoption: Adoption, *, at: datetime) -> Reason | None:
    """Let an appraiser judge an adoption who neither owns a parent nor adopts it, and wrote nothing of it."""
    parents = [parent.version for parent in adoption.parents.select_related("version__practice")]
    lacking = _needs(by, (), APPRAISER, at=at)
    if lacking:
        return lacking
    codes = {*scope_of_adopter(adoption), *(code for each in parents for code in scope_of(each.practice))}
    held = _held(by, at=at)
    sides = any(kind != APPRAISER and (scope == EXCHANGE or scope.code in codes) for kind, scope in held)
    wrote = (
        adoption.stages.filter(by=by).exists()
        or adoption.modifications.filter(by=by).exists()
        or any(each.by_id == by.pk for each in parents)
    )
    if sides or wrote:
        return Reason(
            "appraiser-apart",
            N_("An appraisal is by someone who is neither its author nor its adopter; you are one of them."),
        )
    return None


def may_reply(by: Person, appraisal: Appraisal, *, at: datetime) -> Reason | None:
    """Let the adopter's side or a parent's owner answer an appraisal, once."""
    if appraisal.reply:
        return Reason("replied", N_("This appraisal was replied to already."))
    if appraisal.by_id == by.pk:
        return Reason("two-persons-reply", N_("You appraised it yourself: another person replies."))
    if replying_as(by, appraisal.adoption, at=at):
        return None
    return _needs(by, scope_of_adopter(appraisal.adoption), OFFICER, ADOPTER, at=at)


def replies_open_to(person: Person, *, at: datetime) -> Q:
    """Return to which appraisals a person may reply: the same as `may_reply`, as a filter."""
    held = _held(person, at=at)
    side = _codes(held, OFFICER, ADOPTER)
    owned = _codes(held, OWNER)
    if EXCHANGE.code in side | owned:
        mine = Q()
    else:
        parents = AdoptionParent.objects.filter(
            Q(version__practice__owner__in=owned) | Q(version__practice__country__in=owned)
        )
        mine = (
            Q(adoption__organisation__in=side)
            | Q(adoption__country__in=side)
            | Q(adoption__in=parents.values("adoption"))
        )
    return Q(mine, reply="") & ~Q(by=person)


def replying_as(by: Person, adoption: Adoption, *, at: datetime) -> str:
    """Return the role in which a person answers for an adoption, of its side or as owner of a parent."""
    own = acting_as(by, (ADOPTER, OFFICER), scope_of_adopter(adoption), at=at)
    if own:
        return own
    for parent in adoption.parents.select_related("version__practice"):
        if acting_as(by, (OWNER,), scope_of(parent.version.practice), at=at):
            return str(OWNER)
    return ""


def may_request(by: Person, organisation: Organisation, *, at: datetime) -> Reason | None:
    """Let an exchange officer or adopter of an organisation look for a practice, and close the request."""
    return _needs(by, scope_of_organisation(organisation), OFFICER, ADOPTER, at=at)


def may_consent(by: Person, focal_point: FocalPoint, *, at: datetime) -> Reason | None:
    """Let a practice owner of its body or country be the person who is asked, while the office is named."""
    if focal_point.until is not None:
        return _handed_over()
    if focal_point.consented_at is not None:
        return Reason("consented", N_("Someone consented to be asked here already."))
    return may_answer_for(by, focal_point.practice, at=at)


def may_answer_for(by: Person, practice: Practice, *, at: datetime) -> Reason | None:
    """Let only those agree to be asked who belong to the office: practice owners of its body or country.

    Whoever names the office for others, or for the exchange as a whole, consents to nothing in its stead.
    """
    if _codes(_held(by, at=at), OWNER) & set(scope_of(practice)):
        return None
    return _lacking((OWNER,), practice.owner_id)


def may_withdraw(by: Person, focal_point: FocalPoint) -> Reason | None:
    """Let who consented take it back; what was handed over stays on record as it was."""
    if focal_point.person_id != by.pk:
        return Reason("not-yours", N_("Only who consented takes it back."))
    return _handed_over() if focal_point.until is not None else None


def may_ask(
    by: Person, focal_point: FocalPoint | None, organisation: Organisation, *, at: datetime
) -> Reason | None:
    """Let them ask the owner of a practice, where there is someone to ask who consented to it."""
    lacking = may_request(by, organisation, at=at)
    if lacking:
        return lacking
    if focal_point is None or focal_point.until is not None or focal_point.consented_at is None:
        return Reason("nobody-to-ask", N_("No office of this practice has consented to be asked."))
    return None


def may_cite(by: Person, request: PracticeRequest, *, at: datetime) -> Reason | None:
    """Let who may file a request name it in a question, while it is open."""
    if request.closed_at is not None:
        return Reason("request-closed", N_("This request was closed already."))
    return may_request(by, request.organisation, at=at)


def may_answer(by: Person, message: Message, *, at: datetime) -> Reason | None:
    """Let who answers for the practice now answer a message, once, whichever office was asked."""
    if message.answered_at is not None:
        return Reason("answered", N_("This message was answered already."))
    return _answers_now(by, message.focal_point.practice, at=at)


def may_see_request(by: Person, request: PracticeRequest, *, at: datetime) -> Reason | None:
    """Let exchange officers and practice owners see every request, an adopter their organisation's."""
    if any(kind in {OFFICER, OWNER} for kind, _scope in _held(by, at=at)):
        return None
    return _needs(by, scope_of_organisation(request.organisation), ADOPTER, at=at)


def requests_visible_to(person: Person, *, at: datetime) -> Q:
    """Return which requests a person may see: the same as `may_see_request`, as a filter."""
    held = _held(person, at=at)
    if any(kind in {OFFICER, OWNER} for kind, _scope in held):
        return Q()
    codes = _codes(held, ADOPTER)
    if EXCHANGE.code in codes:
        return Q()
    return Q(organisation__in=codes) | Q(organisation__country__in=codes)


def may_see_message(by: Person, message: Message, *, at: datetime) -> Reason | None:
    """Let who asked see a message, and who answers for the practice now; nobody else."""
    if by.is_active and by.pk == message.by_id:
        return None
    return _answers_now(by, message.focal_point.practice, at=at)


def messages_visible_to(person: Person, *, at: datetime) -> Q:
    """Return which messages a person may see: the same as `may_see_message`, as a filter."""
    if not person.is_active:
        return Q(pk__in=())
    offices = FocalPoint.objects.filter(person=person)
    now = offices.filter(until__isnull=True).values("practice")
    mine = Q(by=person) | Q(focal_point__practice__in=now)
    codes = _codes(_held(person, at=at), OWNER)
    if not codes:
        return mine
    owned = Q(focal_point__practice__owner__in=codes) | Q(focal_point__practice__country__in=codes)
    left = ~Q(focal_point__practice__in=offices.filter(until__isnull=False).values("practice"))
    return mine | (left if EXCHANGE.code in codes else owned & left)


def _answers_now(by: Person, practice: Practice, *, at: datetime) -> Reason | None:
    """Let the person of the office that is named now, or a practice owner who did not hand it over.

    A hand-over is one of everything that was asked: the successor has it, and who left has it no more,
    whatever other role they keep. They may be named again.
    """
    offices = [each.until for each in practice.focal_points.all() if each.person_id == by.pk]
    if by.is_active and None in offices:
        return None
    return _handed_over() if offices else _needs(by, scope_of(practice), OWNER, at=at)


def _handed_over() -> Reason:
    return Reason("handed-over", N_("This office was handed over: another one answers now."))


def _held(person: Person, *, at: datetime) -> set[tuple[str, Scope]]:
    """Return the roles of the exchange that a person has now, with what each is for."""
    return {
        (role.kind, role.scope)
        for role in person.roles.all()  # all, so that a list of many asks once where they were fetched
        if person.is_active and role.kind in KINDS and role.since <= at and is_current(role, at)
    }


def _codes(held: set[tuple[str, Scope]], *kinds: str) -> set[str]:
    """Return the organisations for which some of the roles are held; "" is the whole exchange."""
    return {scope.code for kind, scope in held if kind in kinds}


def _needs(by: Person, scope: tuple[str, ...], *wanted: str, at: datetime) -> Reason | None:
    if acting_as(by, wanted, scope, at=at):
        return None
    return _lacking(wanted, scope[0] if scope else EXCHANGE.name)


def _lacking(wanted: Iterable[str], organisation: str) -> Reason:
    return Reason(
        "role-exchange",
        N_("This needs the role %(roles)s for ‘%(organisation)s’; you do not have it."),
        {"roles": tuple(str(kind) for kind in wanted), "organisation": organisation},
    )


def _carried(practice: Practice) -> Reason | None:
    if not practice.origin:
        return None
    return Reason(
        "carried",
        N_("This practice was carried here from %(origin)s: only its owner there changes it."),
        {"origin": practice.origin},
    )
