"""What waits in the exchange: requests, questions, check-ins, open adoptions, replies.

Nothing is asked of the database for a person without a role of the exchange.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.core.adoption import DECIDED, WAY
from teladan.desk.exchange_organisations import named
from teladan.desk.words import in_language
from teladan.exchange import queries, rules
from teladan.exchange.models import Adoption, Appraisal, CheckIn, FocalPoint, Message, PracticeRequest
from teladan.registry.models import Person
from teladan.web.formats import date

AHEAD = timedelta(days=30)  # how long before its day a check-in waits
MONTHS = 12  # after which an adoption in use should have an outcome
MOST = 100  # appraisals looked at, the newest: each needs a query
KINDS = frozenset(map(str, rules.KINDS))
Found = tuple[str, str, datetime, str | Markup, str]  # title, address, since, about, reason


def found_for(person: Person, at: datetime) -> Iterator[Found]:
    """Yield what waits for a person, and what waits for others where they can see why; roles were fetched."""
    held = {role.kind for role in person.roles.all()}
    if not held & KINDS:
        return
    if held & {rules.OFFICER, rules.OWNER, rules.ADOPTER}:
        yield from _requests(person, held)
        yield from _messages(person)
        yield from _adoptions(person, at)
    if held & {rules.OFFICER, rules.OWNER}:
        yield from _check_ins(person, at)
        yield from _consents(person)
    yield from _appraisals(person)


def beginnings(person: Person) -> list[tuple[str, str]]:
    """Return what a person may begin in the exchange: [(title, address)]; their roles were fetched."""
    officer, adopter = rules.OFFICER, rules.ADOPTER
    found = (
        (_("Look for a practice"), "request-new", (officer, adopter)),
        (_("Begin an adoption"), "adoption-new", (officer, adopter)),
        (_("New practice"), "practice-new", (officer,)),
        (_("Practices"), "practices", (rules.OWNER,)),
        (_("Adoptions"), "adoptions", (rules.APPRAISER,)),
    )
    return [(title, _at(name)) for title, name, kinds in found if rules.may_any(person, *kinds) is None]


def _requests(person: Person, held: set[str]) -> Iterator[Found]:
    if rules.OFFICER not in held:
        return
    visible = PracticeRequest.objects.filter(rules.requests_visible_to(person), closed_at__isnull=True)
    unmatched = visible.filter(messages__isnull=True).select_related("organisation__country")
    for each in unmatched:
        text = Markup("{}: {}").format(
            named(each.organisation), in_language(each.problem[:160], each.language)
        )
        yield _("Match a request"), _at("request", pk=each.pk), each.filed_at, text, ""


def _messages(person: Person) -> Iterator[Found]:
    visible = Message.objects.filter(rules.messages_visible_to(person), answered_at__isnull=True)
    for each in visible.select_related("focal_point__practice", "organisation__country"):
        if (no := rules.may_answer(person, each)) is None or each.by_id == person.pk:
            title = _("Answer a question about %(code)s") % {"code": each.focal_point.practice_id}
            reason = _("It waits for the owner’s answer.") if no else ""
            yield title, _at("message", pk=each.pk), each.at, named(each.organisation), reason


def _check_ins(person: Person, at: datetime) -> Iterator[Found]:
    due = CheckIn.objects.filter(answered_at__isnull=True, due__lte=(at + AHEAD).date())
    for each in due.select_related("practice"):
        if rules.may_revise(person, each.practice) is None:
            yield (
                _("Does %(code)s still run?") % {"code": each.practice_id},
                _at("check-in", code=each.practice_id),
                datetime.combine(each.due, time(), UTC),
                _("To be answered by %(day)s") % {"day": date(each.due)},
                "",
            )


def _consents(person: Person) -> Iterator[Found]:
    for each in FocalPoint.objects.filter(until__isnull=True, consented_at__isnull=True).select_related(
        "practice"
    ):
        if rules.may_consent(person, each) is None:
            title = _("Agree to be asked about %(code)s") % {"code": each.practice_id}
            yield title, _at("focal-point", code=each.practice_id), each.since, each.office, ""


def _adoptions(person: Person, at: datetime) -> Iterator[Found]:
    undecided = Q(stages__isnull=False) & ~Q(stages__stage__in=[*WAY[DECIDED:], "not adopted"])
    ended = Q(stages__stage__in=("stopped", "reversed"))
    for each in Adoption.objects.filter(undecided).exclude(ended).distinct().prefetch_related("stages"):
        if rules.may_move(person, each) is None:
            title = _("Weigh and decide: %(name)s") % {"name": each.name}
            yield title, _at("adoption", code=each.pk), list(each.stages.all())[-1].recorded_at, "", ""
    rows = {row.code: row for row in queries.without_outcome(MONTHS, at)}
    for each in Adoption.objects.filter(code__in=rows).select_related("organisation", "country"):
        if rules.may_move(person, each) is None:
            title = _("No outcome yet: %(name)s") % {"name": each.name}
            about = _("In use since %(day)s") % {"day": date(rows[each.pk].begins or None)}
            yield title, _at("outcome", code=each.pk), each.changed_at, about, ""


def _appraisals(person: Person) -> Iterator[Found]:
    unanswered = Appraisal.objects.filter(reply="").select_related("adoption").order_by("-at")
    for each in unanswered[:MOST]:
        if rules.may_reply(person, each) is None:
            title = _("Reply to the appraisal of %(name)s") % {"name": each.adoption.name}
            address = _at("reply", code=each.adoption_id, pk=each.pk)
            yield title, address, each.at, "", ""


def _at(name: str, **given: object) -> str:
    return reverse(f"desk:{name}", kwargs=given)
