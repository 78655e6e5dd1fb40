"""What waits for a person on the desk, and what waits for others with the reason why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.desk.home.exchange_tasks import exchange_tasks
from teladan.desk.home.task import Task
from teladan.desk.words import figure
from teladan.publication import rules
from teladan.publication.models import Correction, Preparation, Publication
from teladan.publication.queries.figures import printed_names
from teladan.publication.queries.proofs import covered
from teladan.registry.models import Person
from teladan.registry.refusals import Reason
from teladan.web.formats import named, said

State = Preparation.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What a person can do now, what is under way with others, and which proofs are pending."""

    mine: list[Task]
    others: list[Task]
    pending: list[Task]


def waiting_for(person: Person, at: datetime) -> Waiting:
    """Return what waits, the longest waiting first: six queries, and more with a role of the exchange."""
    prefetch_related_objects([person], "roles")
    unsorted = [*_preparations(person, at), *_corrections(person, at), *exchange_tasks(person, at)]
    tasks = sorted(unsorted, key=lambda task: task.since)
    return Waiting(
        mine=[task for task in tasks if not task.reason],
        others=[task for task in tasks if task.reason],
        pending=list(_pending(person, at)),
    )


def _preparations(person: Person, at: datetime) -> Iterator[Task]:
    steps: dict[str, tuple[str, str, Callable[..., Reason | None]]] = {
        State.DRAFT: (_("Prepare %(code)s"), "desk:preparation", rules.may_prepare),
        State.PREPARED: (_("Release %(code)s"), "desk:release", rules.may_release),
    }
    visible = Preparation.objects.filter(rules.visible_to(person, at=at), state__in=tuple(steps))
    for preparation in visible.defer("differences"):
        title, address, rule = steps[preparation.state]
        refusal = rule(person, preparation, at=at)
        yield Task(
            title=title % {"code": preparation.code},
            address=reverse("desk:preparation" if refusal else address, kwargs={"pk": preparation.pk}),
            since=preparation.prepared_at or preparation.drafted_at,
            about=said(preparation.titles),
            reason=refusal.said() if refusal else "",
        )


def _corrections(person: Person, at: datetime) -> Iterator[Task]:
    visible = Correction.objects.filter(rules.OPEN, rules.corrections_visible_to(person, at=at))
    asked = list(visible.select_related("organisation"))
    publications = Publication.objects.filter(code__in={correction.publication for correction in asked})
    series = dict(publications.values_list("code", "series"))
    names = printed_names(asked)
    for correction in asked:
        refusal = rules.may_decide(person, correction, series[correction.publication], at=at)
        element, code = correction.element, correction.publication
        yield Task(
            title=_("Decide the correction of %(code)s") % {"code": code},
            address=reverse("desk:correction", kwargs={"pk": correction.pk}),
            since=correction.asked_at,
            about=Markup("{}, {}: {} → {}").format(
                named(names[correction.pk], correction.organisation.language),
                element,
                figure(element, correction.was),
                figure(element, correction.becomes),
            ),
            reason=refusal.said() if refusal else "",
        )


def _pending(person: Person, at: datetime) -> Iterator[Task]:
    released = Preparation.objects.filter(rules.visible_to(person, at=at), state=State.RELEASED).defer(
        "differences"
    )
    for preparation in released.exclude(released_act__in=covered().values("act")):
        if preparation.released_at is None:  # the database does not allow it
            continue
        yield Task(
            title=preparation.code,
            address=reverse("desk:preparation", kwargs={"pk": preparation.pk}),
            since=preparation.released_at,
            about=said(preparation.titles),
        )
