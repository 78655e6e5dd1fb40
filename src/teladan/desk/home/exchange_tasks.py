"""What waits in the exchange: requests, questions, check-ins, open adoptions, replies.

Nothing is asked of the database for a person without a role of the exchange.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.desk.home.task import Task
from teladan.desk.organisations import organisation_name
from teladan.desk.pages import titles_of
from teladan.exchange import queries, rules
from teladan.exchange.adoption_degree import DECIDED, ENDS, WAY
from teladan.exchange.models import (
    Adoption,
    AdoptionStage,
    Appraisal,
    CheckIn,
    FocalPoint,
    Message,
    PracticeRequest,
)
from teladan.registry.models import Person
from teladan.web.formats import date, marked, named

AHEAD = timedelta(days=30)  # how long before its day a check-in waits
MONTHS = 12  # after which an adoption in use should have an outcome
KINDS = frozenset(map(str, rules.KINDS))


def exchange_tasks(person: Person, at: datetime) -> Iterator[Task]:
    """Yield what waits for a person, and what waits for others where they can see why; roles were fetched."""
    held = {role.kind for role in person.roles.all()}
    if not held & KINDS:
        return
    if held & {rules.OFFICER, rules.OWNER, rules.ADOPTER}:
        yield from _requests(person, held, at)
        yield from _messages(person, at)
        yield from _adoptions(person, at)
    if held & {rules.OFFICER, rules.OWNER}:
        yield from _check_ins(person, at)
        yield from _consents(person, at)
    yield from _appraisals(person, at)


def beginnings(person: Person, at: datetime) -> list[tuple[str, str]]:
    """Return what a person may begin in the exchange: [(title, address)]; their roles were fetched."""
    officer, adopter = rules.OFFICER, rules.ADOPTER
    known = (
        (_("Look for a practice"), "request-new", (officer, adopter)),
        (_("Begin an adoption"), "adoption-new", (officer, adopter)),
        (_("New practice"), "practice-new", (officer,)),
        (_("Practices"), "practices", (rules.OWNER,)),
        (_("Adoptions"), "adoptions", (rules.APPRAISER,)),
    )
    return [
        (title, _address(name))
        for title, name, kinds in known
        if rules.may_any(person, *kinds, at=at) is None
    ]


def _requests(person: Person, held: set[str], at: datetime) -> Iterator[Task]:
    if rules.OFFICER not in held:
        return
    visible = PracticeRequest.objects.filter(rules.requests_visible_to(person, at=at), closed_at__isnull=True)
    for request in visible.filter(messages__isnull=True).select_related("organisation__country"):
        yield Task(
            title=_("Match a request"),
            address=_address("request", pk=request.pk),
            since=request.filed_at,
            about=Markup("{}: {}").format(
                organisation_name(request.organisation), named(request.problem[:160], request.language)
            ),
        )


def _messages(person: Person, at: datetime) -> Iterator[Task]:
    visible = Message.objects.filter(rules.messages_visible_to(person, at=at), answered_at__isnull=True)
    with_practice = visible.select_related("focal_point__practice", "organisation__country")
    questions = list(with_practice.prefetch_related("focal_point__practice__focal_points"))
    titles = titled(question.focal_point.practice_id for question in questions)
    for question in questions:
        refusal = rules.may_answer(person, question, at=at)
        if refusal and question.by_id != person.pk:
            continue
        practice = titles[question.focal_point.practice_id]
        yield Task(
            title=marked(_("Answer a question about %(practice)s"), practice=practice),
            address=_address("message", pk=question.pk),
            since=question.at,
            about=organisation_name(question.organisation),
            reason=_("It waits for the owner’s answer.") if refusal else "",
        )


def _check_ins(person: Person, at: datetime) -> Iterator[Task]:
    due = CheckIn.objects.filter(answered_at__isnull=True, due__lte=(at + AHEAD).date())
    mine = [
        asked
        for asked in due.select_related("practice")
        if not rules.may_revise(person, asked.practice, at=at)
    ]
    titles = titled(asked.practice_id for asked in mine)
    for asked in mine:
        yield Task(
            title=marked(_("Does %(practice)s still run?"), practice=titles[asked.practice_id]),
            address=_address("check-in", code=asked.practice_id),
            since=datetime.combine(asked.due, time(), UTC),
            about=_("To be answered by %(day)s") % {"day": date(asked.due)},
        )


def _consents(person: Person, at: datetime) -> Iterator[Task]:
    silent = FocalPoint.objects.filter(until__isnull=True, consented_at__isnull=True)
    mine = [
        office for office in silent.select_related("practice") if not rules.may_consent(person, office, at=at)
    ]
    titles = titled(office.practice_id for office in mine)
    for office in mine:
        yield Task(
            title=marked(_("Agree to be asked about %(practice)s"), practice=titles[office.practice_id]),
            address=_address("focal-point", code=office.practice_id),
            since=office.since,
            about=office.office,
        )


def _adoptions(person: Person, at: datetime) -> Iterator[Task]:
    past = AdoptionStage.objects.filter(stage__in=[*WAY[DECIDED:], *ENDS]).values("adoption")
    undecided = Adoption.objects.filter(stages__isnull=False).exclude(pk__in=past).distinct()
    for adoption in undecided.prefetch_related("stages"):
        if rules.may_move(person, adoption, at=at) is None:
            yield Task(
                title=marked(_("Weigh and decide: %(name)s"), name=_name(adoption)),
                address=_address("adoption", code=adoption.pk),
                since=list(adoption.stages.all())[-1].recorded_at,
            )
    rows = {row.code: row for row in queries.without_outcome(MONTHS, at)}
    for adoption in Adoption.objects.filter(code__in=rows).select_related("organisation", "country"):
        if rules.may_move(person, adoption, at=at) is None:
            day = date(rows[adoption.pk].begins or None)
            yield Task(
                title=marked(_("No outcome yet: %(name)s"), name=_name(adoption)),
                address=_address("outcome", code=adoption.pk),
                since=adoption.changed_at,
                about=_("In use since %(day)s") % {"day": day},
            )


def _appraisals(person: Person, at: datetime) -> Iterator[Task]:
    open_to = Appraisal.objects.filter(rules.replies_open_to(person, at=at)).select_related("adoption")
    for appraisal in open_to:
        yield Task(
            title=marked(_("Reply to the appraisal of %(name)s"), name=_name(appraisal.adoption)),
            address=_address("reply", code=appraisal.adoption_id, pk=appraisal.pk),
            since=appraisal.at,
        )


def titled(codes: Iterable[str]) -> dict[str, Markup]:
    """Return the title of each practice with its code beside it."""
    return {
        code: Markup('{} <span class="t-mono">{}</span>').format(title, code)
        for code, title in titles_of(codes).items()
    }


def _name(adoption: Adoption) -> Markup:
    return named(adoption.name, adoption.language)


def _address(name: str, **given: object) -> str:
    return reverse(f"desk:{name}", kwargs=given)
