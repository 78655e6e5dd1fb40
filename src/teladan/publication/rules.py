"""Who may do what with a publication, each rule with its reason: the one file of these rules.

A rule returns None where the action is allowed, else the reason, which the reader sees. What only
time can show (acts that still wait for their place in the record) is asked by the services.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_noop as N_

from teladan.publication.models import Correction, Preparation, Publication
from teladan.registry.models import Person, Role
from teladan.registry.queries import current, is_current
from teladan.registry.refusals import Reason
from teladan.registry.scope import ALL, SERIES, Scope

PUBLISHER = Role.Kind.PUBLISHER
SECOND_PUBLISHER = Role.Kind.SECOND_PUBLISHER
COORDINATOR = Role.Kind.COORDINATOR
OBSERVER = Role.Kind.OBSERVER
SEEING = (PUBLISHER, SECOND_PUBLISHER, COORDINATOR, OBSERVER)
# Corrections that wait to be decided.
OPEN = Q(accepted__isnull=True, withdrawn_act__isnull=True)
# Words that reasons hold, marked for translation.
WORDS = (
    N_("publisher"),
    N_("second publisher"),
    N_("coordinator"),
    N_("observer"),
    N_("draft"),
    N_("prepared"),
    N_("released"),
    N_("withdrawn"),
)


def roles_in(person: Person, series: str, *, at: datetime) -> set[str]:
    """Return the roles a person has now for a series; or for all."""
    # All of them, so that a list of many asks once where the roles were fetched before.
    return {role.kind for role in _current(person, at=at) if role.scope in {ALL, Scope(SERIES, series)}}


def _current(person: Person, *, at: datetime) -> Iterator[Role]:
    """Yield the roles of a person that have not ended."""
    return (role for role in person.roles.all() if person.is_active and is_current(role, at))


def acting_as(person: Person, series: str, wanted: Iterable[str], *, at: datetime) -> str:
    """Return the role, of those wanted, in which a person acts; "" where they have none of them."""
    held = roles_in(person, series, at=at)
    return next((str(role) for role in wanted if role in held), "")


def _needs(person: Person, series: str, *wanted: str, at: datetime) -> Reason | None:
    if acting_as(person, series, wanted, at=at):
        return None
    return Reason(
        "role",
        N_("This needs the role %(roles)s for ‘%(series)s’; you do not have it."),
        {"roles": tuple(wanted), "series": series},
    )


def may_draft(by: Person, series: str, *, at: datetime) -> Reason | None:
    """Let a publisher of the series make a dry run."""
    return _needs(by, series, PUBLISHER, at=at)


def may_draft_any(by: Person, *, at: datetime) -> Reason | None:
    """Let a publisher of any series begin; which series it is, the files say, and `may_draft` asks again."""
    if any(role.kind == PUBLISHER for role in _current(by, at=at)):
        return None
    return Reason("role", N_("Making a publication needs the role of a publisher; you do not have it."))


def may_prepare(by: Person, preparation: Preparation, *, at: datetime) -> Reason | None:
    """Let a publisher prepare a draft."""
    if preparation.state != Preparation.State.DRAFT:
        return Reason(
            "not-a-draft", N_("Only a draft can be prepared; this one is %(state)s."), _state(preparation)
        )
    return _needs(by, preparation.series, PUBLISHER, at=at)


def may_withdraw(by: Person, preparation: Preparation, *, at: datetime) -> Reason | None:
    """Let either publisher take back what was not released yet."""
    if preparation.state not in {Preparation.State.DRAFT, Preparation.State.PREPARED}:
        return Reason(
            "not-under-way",
            N_("Only what is not released yet can be withdrawn; this one is %(state)s."),
            _state(preparation),
        )
    return _needs(by, preparation.series, PUBLISHER, SECOND_PUBLISHER, at=at)


def may_release(by: Person, preparation: Preparation, *, at: datetime) -> Reason | None:
    """Let the second publisher release what another person prepared."""
    if preparation.state != Preparation.State.PREPARED:
        return Reason(
            "not-prepared",
            N_("Only what was prepared can be released; this one is %(state)s."),
            _state(preparation),
        )
    lacking = _needs(by, preparation.series, SECOND_PUBLISHER, at=at)
    if lacking:
        return lacking
    if preparation.prepared_by_id == by.pk:
        return Reason("two-persons", N_("You prepared it yourself: another person has to release it."))
    return None


def may_ask(by: Person, publication: Publication, *, at: datetime) -> Reason | None:
    """Whoever works on a publication may ask for a correction; who observes may not."""
    return _needs(by, publication.series, PUBLISHER, COORDINATOR, SECOND_PUBLISHER, at=at)


def may_ask_any(by: Person, *, at: datetime) -> Reason | None:
    """Let whoever works on publications look for what is wrong; `may_ask` asks again for the series."""
    if any(role.kind in {PUBLISHER, SECOND_PUBLISHER, COORDINATOR} for role in _current(by, at=at)):
        return None
    return Reason(
        "role", N_("Asking for a correction needs the role of a publisher or coordinator; you have neither.")
    )


def may_decide(by: Person, correction: Correction, series: str, *, at: datetime) -> Reason | None:
    """Let the coordinator or the second publisher decide what another person asked."""
    closed = _closed(correction)
    if closed:
        return closed
    lacking = _needs(by, series, COORDINATOR, SECOND_PUBLISHER, at=at)
    if lacking:
        return lacking
    if correction.asked_by_id == by.pk:
        return Reason("two-persons-decide", N_("You asked for it yourself: another person has to decide."))
    return None


def may_take_back(by: Person, correction: Correction, series: str, *, at: datetime) -> Reason | None:
    """Let who asked for a correction take it back before it is decided."""
    closed = _closed(correction)
    if closed:
        return closed
    lacking = _needs(by, series, PUBLISHER, COORDINATOR, SECOND_PUBLISHER, at=at)
    if lacking:
        return lacking
    if correction.asked_by_id != by.pk:
        return Reason("who-asked", N_("Another person asked for it: only they can take it back."))
    return None


def _closed(correction: Correction) -> Reason | None:
    """Refuse what was decided or taken back."""
    if correction.accepted is not None:
        return Reason("decided", N_("This correction was decided already."))
    if not correction.is_open:
        return Reason("taken-back", N_("This correction was taken back by the person who asked for it."))
    return None


def may_archive(by: Person, publication: Publication, *, at: datetime) -> Reason | None:
    """Those who publish or coordinate have an archive made; anyone takes it once it is there."""
    return _needs(by, publication.series, PUBLISHER, SECOND_PUBLISHER, COORDINATOR, at=at)


def may_see(person: Person, series: str, *, at: datetime) -> Reason | None:
    """Any role for the series lets a person see what is under way in it."""
    return _needs(person, series, *SEEING, at=at)


def may_see_findings(person: Person, *, at: datetime) -> Reason | None:
    """Let who sees every series read what audits found: a finding may quote a draft or request of any."""
    if any(role.scope == ALL and role.kind in SEEING for role in _current(person, at=at)):
        return None
    return Reason(
        "role-everywhere",
        N_(
            "What was found may quote what is not public yet. It is shown here to those whose role holds for "
            "every series; an administrator sees it with teladan audit."
        ),
    )


def visible_to(person: Person, *, at: datetime) -> Q:
    """Return which preparations and publications a person may see: the same as `may_see`, as a filter."""
    if not person.is_active:
        return Q(pk__in=())
    scopes = {role.scope for role in person.roles.filter(current(at))}
    return Q() if ALL in scopes else Q(series__in={scope.code for scope in scopes if scope.kind == SERIES})


def corrections_visible_to(person: Person, *, at: datetime) -> Q:
    """Return which corrections a person may see: those of publications in their series."""
    return Q(publication__in=Publication.objects.filter(visible_to(person, at=at)).values("code"))


def _state(preparation: Preparation) -> dict[str, tuple[str, ...]]:
    return {"state": (preparation.state,)}
