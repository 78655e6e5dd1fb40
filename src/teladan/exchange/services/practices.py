"""Writing practices: recorded, revised, observed, checked in on, translated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_noop as N_

from teladan.exchange import content as contents
from teladan.exchange import rules
from teladan.exchange.acts import CHECKED, OBSERVED, TRANSLATED, VERSION
from teladan.exchange.content import Content, ObservationPart, TranslationPart, first_problem
from teladan.exchange.models import (
    Adoption,
    CheckIn,
    Claim,
    Evidence,
    Measure,
    Observation,
    Practice,
    PracticeVersion,
    Translation,
)
from teladan.exchange.rows import (
    content_of,
    evidence_of,
    observation_of,
    version_of,
    write_claims,
    write_parts,
)
from teladan.exchange.services.locking import one_at_a_time
from teladan.exchange.services.recording import record_practice_act
from teladan.registry.models import Organisation, Person
from teladan.registry.refusals import Reason, Refused, demand

REVISING = (rules.OFFICER, rules.OWNER)


@transaction.atomic
def record_practice(*, by: Person, content: Content, at: datetime) -> Practice:
    """Add a practice with its first version. Raises Refused."""
    owner = _owner(content)
    demand(rules.may_record(by, owner, at=at))
    content = contents.cleaned(replace(content, number=1))
    demand(first_problem(content))
    one_at_a_time()
    if Practice.objects.filter(code=content.code).exists():
        raise Refused(
            Reason("practice-there", N_("There is a practice ‘%(code)s’ already."), {"code": content.code})
        )
    practice = Practice.objects.create(
        code=content.code,
        country=owner.country,
        owner=owner,
        agency=content.agency,
        theme=content.theme,
        track=content.track,
        changed_at=at,
    )
    version = version_of(practice, content, by=by, at=at, act=None)
    version.save()
    write_parts(version, content, by=by, at=at)
    write_claims([(practice, content)], by=by, at=at, acts={practice.pk: None})
    _recorded(practice, version, by=by, role=_role(by, practice, at), at=at)
    Observation.objects.filter(measure__claim__practice=practice).update(act=practice.act)
    return practice


@transaction.atomic
def revise(
    *, by: Person, practice: Practice, content: Content, at: datetime, seen: int | None = None
) -> PracticeVersion:
    """Write a new version; its claims stay as they are, code, country and owner too. Raises Refused.

    seen: the number of the version that the change was made from; None where whoever writes read the
    newest in the same transaction.
    """
    practice = _locked(practice)
    demand(rules.may_revise(by, practice, at=at))
    now = content_of(practice)
    if seen is not None and seen != now.number:
        raise Refused(
            Reason(
                "changed-meanwhile",
                N_("Version %(number)s was kept meanwhile: look at what it says, then change that."),
                {"number": now.number},
            )
        )
    content = replace(
        contents.cleaned(content),
        code=now.code,
        country=now.country,
        owner=now.owner,
        number=now.number + 1,
        claims=now.claims,
        translations=(),
    )
    demand(first_problem(content))
    if replace(content, number=now.number, translations=now.translations) == now:
        raise Refused(Reason("no-change", N_("Nothing differs from the version that there is.")))
    practice.agency, practice.theme, practice.track = content.agency, content.theme, content.track
    practice.save(update_fields=["agency", "theme", "track"])
    version = version_of(practice, content, by=by, at=at, act=None)
    version.save()
    write_parts(version, content, by=by, at=at)
    _keep_translations(version, now, content)
    _recorded(practice, version, by=by, role=_role(by, practice, at), at=at)
    return version


@transaction.atomic
def observe(
    *,
    by: Person,
    practice: Practice,
    claim: str,
    measure: str,
    observation: ObservationPart,
    at: datetime,
    statement: str = "",
    level: str = "",
    name: str = "",
) -> Observation:
    """Add an observation with its evidence. Nothing that was observed before is changed.

    `claim` and `measure` are codes; one that is new needs `statement` and `level`, or `name`. A claim "" is
    new under the next free code, which nobody else takes meanwhile. Raises Refused.
    """
    practice = _locked(practice)
    demand(rules.may_revise(by, practice, at=at))
    row = add_observation(
        practice,
        claim or _free_code(practice),
        measure,
        observation,
        by=by,
        at=at,
        statement=statement,
        level=level,
        name=name,
    )
    row.act = record_practice_act(practice, OBSERVED, by=by, role=_role(by, practice, at), at=at)
    row.save(update_fields=["act"])
    return row


def add_observation(
    practice: Practice,
    claim: str,
    measure: str,
    observation: ObservationPart,
    *,
    by: Person,
    at: datetime,
    statement: str = "",
    level: str = "",
    name: str = "",
    adoption: Adoption | None = None,
    moment: str = "",
) -> Observation:
    """Write the rows of an observation within the caller's transaction; refuse what is none."""
    observation = contents.cleaned(observation)
    demand(next(contents.of_observation(observation), None))
    demand(next(contents.not_seen_yet(observation, at), None))
    found = Claim.objects.filter(practice=practice, code=claim).first()
    language = practice.versions.order_by("-number").values_list("language", flat=True)[0]
    if found is None:
        part = contents.ClaimPart(code=claim, statement=contents.clean(statement), level=level)
        demand(next(contents.of_claim(part), None))
        found = Claim.objects.create(
            practice=practice, code=claim, statement=part.statement, level=level, language=language
        )
    measured = Measure.objects.filter(claim=found, code=measure).first()
    if measured is None:
        new = contents.MeasurePart(code=measure, name=contents.clean(name or found.statement))
        demand(next(contents.of_measure(new), None))
        measured = Measure.objects.create(claim=found, code=measure, name=new.name)
    row = observation_of(measured, observation, by=by, at=at, act=None)
    row.adoption, row.moment = adoption, moment
    row.save()
    Evidence.objects.bulk_create(evidence_of(row, observation))
    return row


@transaction.atomic
def ask_check_in(*, by: Person, practice: Practice, due: date, at: datetime) -> CheckIn:
    """Ask by what day it has to be said whether a practice still runs. Raises Refused."""
    practice = _locked(practice)
    demand(rules.may_revise(by, practice, at=at))
    if due < at.date():
        raise Refused(Reason("due-past", N_("The day by which to answer lies in the past.")))
    if practice.check_ins.filter(answered_at__isnull=True).exists():
        raise Refused(Reason("check-in-open", N_("A check-in of this practice is open already.")))
    return CheckIn.objects.create(practice=practice, due=due)


@transaction.atomic
def answer_check_in(*, by: Person, check_in: CheckIn, status: str, at: datetime, note: str = "") -> CheckIn:
    """Say whether a practice still runs; another status is a new version of it. Raises Refused."""
    practice = _locked(check_in.practice)
    check_in = CheckIn.objects.select_for_update().get(pk=check_in.pk)
    demand(rules.may_revise(by, practice, at=at))
    if check_in.answered_at is not None:
        raise Refused(Reason("checked-in", N_("This check-in was answered already.")))
    now = content_of(practice)
    kept = now.status_note if status == now.status else ""
    content = replace(now, status=status, status_note=contents.clean(note) or kept)
    demand(first_problem(content))
    if content != now:
        revise(by=by, practice=practice, content=content, at=at)
        practice.refresh_from_db()
    check_in.act = record_practice_act(
        practice, CHECKED, by=by, role=_role(by, practice, at), at=at, status=status
    )
    check_in.status, check_in.answered_at, check_in.by = status, at, by
    check_in.save()
    return check_in


@transaction.atomic
def translate(*, by: Person, practice: Practice, translation: TranslationPart, at: datetime) -> Translation:
    """Keep a translation of a text of the newest version: a person's, or a machine's under its model.

    One that was there from the same hand is replaced; a machine's never replaces a person's. Raises Refused.
    """
    practice = _locked(practice)
    demand(rules.may_translate(by, practice, at=at))
    translation = contents.cleaned(translation)
    demand(next(contents.bad_texts(translation), None))
    now = content_of(practice)
    demand(next(contents.of_translation(translation, now, contents.places(now)), None))
    version = practice.versions.order_by("-number")[0]
    demand(_of_another(by, practice, version, translation, at))
    row, _made = Translation.objects.update_or_create(
        version=version,
        place=translation.place,
        language=translation.language,
        model=translation.model,
        defaults={"text": translation.text, "by": by, "at": at},
    )
    record_practice_act(practice, TRANSLATED, by=by, role=rules.translating_as(by, practice, at=at), at=at)
    return row


def _of_another(
    by: Person, practice: Practice, version: PracticeVersion, translation: TranslationPart, at: datetime
) -> Reason | None:
    """Keep a person's translation from whoever did not write it and does not revise the practice."""
    there = version.translations.filter(place=translation.place, language=translation.language, model="")
    if (
        translation.model
        or rules.may_revise(by, practice, at=at) is None
        or not there.exclude(by=by).exists()
    ):
        return None
    return Reason(
        "translation-of-another",
        N_("Another person translated this: they, or who revises the practice, may change it."),
    )


def _owner(content: Content) -> Organisation:
    found = (
        Organisation.objects.select_related("country")
        .filter(code=content.owner, country=content.country)
        .first()
        if "\0" not in content.owner + content.country
        else None
    )
    if found is None:
        raise Refused(
            Reason(
                "owner",
                N_("There is no organisation ‘%(organisation)s’ in the country ‘%(country)s’."),
                {"organisation": content.owner[:60], "country": content.country[:10]},
            )
        )
    return found


def _free_code(practice: Practice) -> str:
    taken = set(practice.claims.values_list("code", flat=True))
    return next(code for n in range(1, len(taken) + 2) if (code := f"c{n}") not in taken)


def _locked(practice: Practice) -> Practice:
    return Practice.objects.select_for_update().get(pk=practice.pk)


def _role(by: Person, practice: Practice, at: datetime) -> str:
    return rules.acting_as(by, REVISING, rules.scope_of(practice), at=at)


def _recorded(practice: Practice, version: PracticeVersion, *, by: Person, role: str, at: datetime) -> None:
    version.act = record_practice_act(practice, VERSION, by=by, role=role, at=at)
    version.save(update_fields=["act"])


def _keep_translations(version: PracticeVersion, before: Content, content: Content) -> None:
    """Carry over the translations of those texts that stayed word for word."""
    was, now = contents.places(before), contents.places(content)
    kept = [
        each
        for each in Translation.objects.filter(
            version__practice=version.practice, version__number=before.number
        )
        if now.get(each.place) == was.get(each.place) and before.language == content.language
    ]
    for each in kept:
        each.pk, each.version = None, version
    Translation.objects.bulk_create(kept)
