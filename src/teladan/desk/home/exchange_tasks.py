"""What waits in the exchange: requests, questions, check-ins, open adoptions, replies.

Nothing is asked of the database for a person without a role of the exchange.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.desk.organisations import named
from teladan.desk.pages import titles_of
from teladan.desk.publications.words import in_language
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
from teladan.web.formats import date, marked

AHEAD = timedelta(days=30)  # how long before its day a check-in waits
MONTHS = 12  # after which an adoption in use should have an outcome
KINDS = frozenset(map(str, rules.KINDS))
Found = tuple[str, str, datetime, str | Markup, str]  # title, address, since, about, reason


def found_for(person: Person, at: datetime) -> Iterator[Found]:
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
    found = (
        (_("Look for a practice"), "request-new", (officer, adopter)),
        (_("Begin an adoption"), "adoption-new", (officer, adopter)),
        (_("New practice"), "practice-new", (officer,)),
        (_("Practices"), "practices", (rules.OWNER,)),
        (_("Adoptions"), "adoptions", (rules.APPRAISER,)),
    )
    return [
        (title, _at(name)) for title, name, kinds in found if rules.may_any(person, *kinds, at=at) is None
    ]


def _requests(person: Person, held: set[str], at: datetime) -> Iterator[Found]:
    if rules.OFFICER not in held:
        return
    visible = PracticeRequest.objects.filter(rules.requests_visible_to(person, at=at), closed_at__isnull=True)
    unmatched = visible.filter(messages__isnull=True).select_related("organisation__country")
    for each in unmatched:
        text = Markup("{}: {}").format(
            named(each.organisation), in_language(each.problem[:160], each.language)
        )
        yield _("Match a request"), _at("request", pk=each.pk), each.filed_at, text, ""


def _messages(person: Person, at: datetime) -> Iterator[Found]:
    visible = Message.objects.filter(rules.messages_visible_to(person, at=at), answered_at__isnull=True)
    with_practice = visible.select_related("focal_point__practice", "organisation__country")
    found = list(with_practice.prefetch_related("focal_point__practice__focal_points"))
    titles = titled(each.focal_point.practice_id for each in found)
    for each in found:
        if (no := rules.may_answer(person, each, at=at)) is None or each.by_id == person.pk:
            title = marked(
                _("Answer a question about %(practice)s"), practice=titles[each.focal_point.practice_id]
            )
            reason = _("It waits for the owner’s answer.") if no else ""
            yield title, _at("message", pk=each.pk), each.at, named(each.organisation), reason


def _check_ins(person: Person, at: datetime) -> Iterator[Found]:
    due = CheckIn.objects.filter(answered_at__isnull=True, due__lte=(at + AHEAD).date())
    mine = [
        each for each in due.select_related("practice") if not rules.may_revise(person, each.practice, at=at)
    ]
    titles = titled(each.practice_id for each in mine)
    for each in mine:
        yield (
            marked(_("Does %(practice)s still run?"), practice=titles[each.practice_id]),
            _at("check-in", code=each.practice_id),
            datetime.combine(each.due, time(), UTC),
            _("To be answered by %(day)s") % {"day": date(each.due)},
            "",
        )


def _consents(person: Person, at: datetime) -> Iterator[Found]:
    silent = FocalPoint.objects.filter(until__isnull=True, consented_at__isnull=True)
    mine = [each for each in silent.select_related("practice") if not rules.may_consent(person, each, at=at)]
    titles = titled(each.practice_id for each in mine)
    for each in mine:
        title = marked(_("Agree to be asked about %(practice)s"), practice=titles[each.practice_id])
        yield title, _at("focal-point", code=each.practice_id), each.since, each.office, ""


def _adoptions(person: Person, at: datetime) -> Iterator[Found]:
    past = AdoptionStage.objects.filter(stage__in=[*WAY[DECIDED:], *ENDS]).values("adoption")
    undecided = Adoption.objects.filter(stages__isnull=False).exclude(pk__in=past).distinct()
    for each in undecided.prefetch_related("stages"):
        if rules.may_move(person, each, at=at) is None:
            title = marked(_("Weigh and decide: %(name)s"), name=called(each))
            yield title, _at("adoption", code=each.pk), list(each.stages.all())[-1].recorded_at, "", ""
    rows = {row.code: row for row in queries.without_outcome(MONTHS, at)}
    for each in Adoption.objects.filter(code__in=rows).select_related("organisation", "country"):
        if rules.may_move(person, each, at=at) is None:
            title = marked(_("No outcome yet: %(name)s"), name=called(each))
            about = _("In use since %(day)s") % {"day": date(rows[each.pk].begins or None)}
            yield title, _at("outcome", code=each.pk), each.changed_at, about, ""


def _appraisals(person: Person, at: datetime) -> Iterator[Found]:
    for each in Appraisal.objects.filter(rules.replies_open_to(person, at=at)).select_related("adoption"):
        title = marked(_("Reply to the appraisal of %(name)s"), name=called(each.adoption))
        yield title, _at("reply", code=each.adoption_id, pk=each.pk), each.at, "", ""


def titled(codes: Iterable[str]) -> dict[str, Markup]:
    """Return the title of each practice with its code beside it."""
    return {
        code: Markup('{} <span class="t-mono">{}</span>').format(title, code)
        for code, title in titles_of(codes).items()
    }


def called(adoption: Adoption) -> Markup:
    """Return the name of an adoption, marked with its language."""
    return in_language(adoption.name, adoption.language)


def _at(name: str, **given: object) -> str:
    return reverse(f"desk:{name}", kwargs=given)
