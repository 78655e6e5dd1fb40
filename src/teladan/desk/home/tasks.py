"""What waits for a person on the desk, and what waits for others with the reason why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.desk.home import exchange_tasks
from teladan.desk.publications import words
from teladan.publication import rules
from teladan.publication.models import Correction, Preparation, Publication
from teladan.publication.queries.figures import printed_names
from teladan.publication.queries.proofs import covered
from teladan.registry.models import Person
from teladan.registry.refusals import Reason
from teladan.web.formats import said

State = Preparation.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do: what it is, where, since when it waits, and a line about it.

    `reason` says why this person may not do it; "" where they may.
    """

    title: str
    address: str
    since: datetime
    about: str | Markup = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What a person can do now, what is under way with others, and which proofs are pending."""

    mine: list[Task]
    others: list[Task]
    pending: list[Task]


def waiting_for(person: Person, at: datetime) -> Waiting:
    """Return what waits, the longest waiting first: six queries, and more with a role of the exchange."""
    prefetch_related_objects([person], "roles")
    exchange = [
        Task(title=title, address=address, since=since, about=about, reason=reason)
        for title, address, since, about, reason in exchange_tasks.found_for(person, at)
    ]
    found = sorted(
        [*_preparations(person, at), *_corrections(person, at), *exchange], key=lambda task: task.since
    )
    return Waiting(
        mine=[task for task in found if not task.reason],
        others=[task for task in found if task.reason],
        pending=list(_pending(person, at)),
    )


def _preparations(person: Person, at: datetime) -> Iterator[Task]:
    steps: dict[str, tuple[str, str, Callable[..., Reason | None]]] = {
        State.DRAFT: (_("Prepare %(code)s"), "desk:preparation", rules.may_prepare),
        State.PREPARED: (_("Release %(code)s"), "desk:release", rules.may_release),
    }
    visible = Preparation.objects.filter(rules.visible_to(person, at=at), state__in=tuple(steps))
    for each in visible.defer("differences"):
        title, address, rule = steps[each.state]
        refusal = rule(person, each, at=at)
        yield Task(
            title=title % {"code": each.code},
            address=reverse("desk:preparation" if refusal else address, kwargs={"pk": each.pk}),
            since=each.prepared_at or each.drafted_at,
            about=said(each.titles),
            reason=refusal.said() if refusal else "",
        )


def _corrections(person: Person, at: datetime) -> Iterator[Task]:
    asked = list(
        Correction.objects.filter(rules.OPEN, rules.corrections_visible_to(person, at=at)).select_related(
            "organisation"
        )
    )
    series = dict(
        Publication.objects.filter(code__in={each.publication for each in asked}).values_list(
            "code", "series"
        )
    )
    names = printed_names(asked)
    for each in asked:
        refusal = rules.may_decide(person, each, series[each.publication], at=at)
        figures = f"{each.element}: {words.figure(each.element, each.was)} → " + words.figure(
            each.element, each.becomes
        )
        yield Task(
            title=_("Decide the correction of %(code)s") % {"code": each.publication},
            address=reverse("desk:correction", kwargs={"pk": each.pk}),
            since=each.asked_at,
            about=Markup("{}, {}").format(
                words.in_language(names[each.pk], each.organisation.language), figures
            ),
            reason=refusal.said() if refusal else "",
        )


def _pending(person: Person, at: datetime) -> Iterator[Task]:
    released = Preparation.objects.filter(rules.visible_to(person, at=at), state=State.RELEASED).defer(
        "differences"
    )
    for each in released.exclude(released_act__in=covered().values("act")):
        if each.released_at is None:  # the database does not allow it
            continue
        yield Task(
            title=each.code,
            address=reverse("desk:preparation", kwargs={"pk": each.pk}),
            since=each.released_at,
            about=said(each.titles),
        )
