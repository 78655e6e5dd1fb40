"""Adoptions: begun, weighed, taken from stage to stage, changed, observed; each stage is in the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext_noop as N_

from teladan.exchange import adoption_checks, rules
from teladan.exchange import content as contents
from teladan.exchange.acts import BECAME, STAGE
from teladan.exchange.adoption_checks import ParentPart
from teladan.exchange.adoption_degree import DECIDED, NOT_ADOPTED, WAY
from teladan.exchange.content import CODE, clean
from teladan.exchange.files import StagePart
from teladan.exchange.models import (
    Adoption,
    AdoptionParent,
    AdoptionStage,
    Practice,
    PracticeVersion,
    ProspectiveEvaluation,
)
from teladan.exchange.queries.context import side_by_side
from teladan.exchange.services.locking import one_at_a_time
from teladan.exchange.services.recording import adoption_act, parents_of
from teladan.record import services as recorder
from teladan.registry.models import Organisation, Person
from teladan.registry.refusals import Reason, Refused, demand

ADOPTING = (rules.ADOPTER, rules.OFFICER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What is said of an adoption when it begins. A parent is (practice, number of its version, share).

    `adopter` is who, as a source names them; "" is the organisation, by the name that the registry has.
    """

    name: str
    language: str
    parents: tuple[tuple[str, int, str], ...]
    adopter: str = ""
    degree: str = ""
    motive: str = ""
    channel: str = ""
    funder: str = ""
    note: str = ""
    source: str = ""


@transaction.atomic
def begin_adoption(
    *,
    by: Person,
    organisation: Organisation,
    beginning: Beginning,
    at: datetime,
    code: str = "",
    stage: StagePart | None = None,
) -> Adoption:
    """Begin to follow an adoption by an organisation, at the stage "noticed" unless another is told.

    Raises Refused; then nothing is written.
    """
    demand(rules.may_adopt(by, rules.scope_of_organisation(organisation), at=at))
    beginning = contents.cleaned(replace(beginning, adopter=beginning.adopter or organisation.name))
    demand(next(contents.bad_texts(beginning), None))
    demand(next(contents.of_language(beginning.language), None))
    demand(next(contents.of_address("source", beginning.source), None))
    first = stage or StagePart(stage=WAY[0], date=f"{at:%Y-%m-%d}")
    demand(adoption_checks.wrong_stage((), first))
    demand(adoption_checks.not_yet(first.date, at))
    one_at_a_time()
    parents = found_parents(beginning.parents)
    demand(adoption_checks.wrong_parents([part for part, _row in parents], None, (), first.date))
    adoption = Adoption(
        code=code or _free_code(parents[0][0].practice, organisation),
        country=organisation.country,
        organisation=organisation,
        changed_at=at,
        **{
            field: getattr(beginning, field)
            for field in (
                *("adopter", "name", "language", "degree", "motive", "channel", "funder", "note", "source"),
            )
        },
    )
    demand(adoption_checks.wrong_words(adoption))
    if not CODE.fullmatch(adoption.code) or Adoption.objects.filter(code=adoption.code).exists():
        raise Refused(
            Reason(
                "adoption-code",
                N_("‘%(code)s’ is no code for a new adoption, or is taken."),
                {"code": adoption.code[:90]},
            )
        )
    adoption.save(force_insert=True)
    AdoptionParent.objects.bulk_create(
        AdoptionParent(adoption=adoption, version=row, share=part.share) for part, row in parents
    )
    _reach(adoption, first, by=by, at=at)
    return adoption


@transaction.atomic
def move(
    *, by: Person, adoption: Adoption, stage: str, at: datetime, date: str = "", words: str = ""
) -> AdoptionStage:
    """Take an adoption to its next stage; an end needs its reason. Raises Refused.

    What is followed from before its decision is decided only after it was weighed (`weigh`).
    """
    adoption = locked(adoption)
    demand(rules.may_move(by, adoption, at=at))
    new = StagePart(stage=stage, date=date or f"{at:%Y-%m-%d}", words=clean(words))
    demand(next(contents.bad_texts(new), None))
    reached = stages_of(adoption)
    demand(adoption_checks.wrong_stage(reached, new))
    demand(adoption_checks.not_yet(new.date, at))
    followed = reached[0].stage in WAY[:DECIDED]
    if stage == WAY[DECIDED] and followed and not ProspectiveEvaluation.objects.filter(adoption=adoption):
        raise Refused(
            Reason("weigh-first", N_("Before the decision, hold its preconditions beside your own."))
        )
    return _reach(adoption, new, by=by, at=at)


@transaction.atomic
def weigh(
    *, by: Person, adoption: Adoption, rows: Sequence[dict[str, str]], conclusion: str, at: datetime
) -> ProspectiveEvaluation:
    """Keep the prospective evaluation: preconditions side by side, what is missing, what it would take.

    Each row has kind, precondition, parent, adopter, missing and takes. The figures of both countries are
    kept as they are published now. It is written once, before the decision. Raises Refused.
    """
    adoption = locked(adoption)
    demand(rules.may_move(by, adoption, at=at))
    if any(each.stage not in WAY[:DECIDED] for each in stages_of(adoption)):
        raise Refused(Reason("decided-already", N_("It was decided already: this belongs before it.")))
    kept = [_row(row) for row in rows]
    if not clean(conclusion):
        raise Refused(
            Reason("practice-empty", N_("The field ‘%(field)s’ must not be empty."), {"field": "conclusion"})
        )
    demand(next(contents.bad_texts([*kept, conclusion], "conclusion"), None))
    countries = [p.version.practice.country_id for p in adoption.parents.select_related("version__practice")]
    context = side_by_side(
        [*dict.fromkeys(countries), *([adoption.country_id] if adoption.country_id else [])]
    )
    made, _new = ProspectiveEvaluation.objects.update_or_create(
        adoption=adoption,
        defaults={
            "rows": kept,
            "context": context,
            "conclusion": clean(conclusion),
            "at": at,
            "by": by,
        },
    )
    return made


@transaction.atomic
def become(*, by: Person, adoption: Adoption, practice: Practice, at: datetime) -> Adoption:
    """Say which practice of ours came of an adoption: its newest version. Raises Refused for a cycle."""
    one_at_a_time()
    adoption = locked(adoption)
    demand(rules.may_move(by, adoption, at=at))
    demand(rules.may_revise(by, practice, at=at))
    version = practice.versions.order_by("-number")[0]
    parents = [
        ParentPart(
            practice=each.version.practice_id,
            number=each.version.number,
            since=each.version.since,
            share=each.share,
        )
        for each in adoption.parents.select_related("version")
    ]
    begins = next((each.date for each in stages_of(adoption) if each.date), "")
    demand(
        adoption_checks.wrong_parents(
            parents, (practice.code, version.number), adoption_checks.lineage(), begins
        )
    )
    adoption.becomes = version
    adoption.changed_at = at
    adoption.save(update_fields=["becomes", "changed_at"])
    recorded(adoption, BECAME, by=by, at=at)
    return adoption


def found_parents(given: Sequence[tuple[str, int, str]]) -> list[tuple[ParentPart, PracticeVersion]]:
    """Return the parents that are named, in order; raises Refused for one that there is not."""
    rows = {
        (row.practice_id, row.number): row
        for row in PracticeVersion.objects.filter(
            practice__in=[code for code, _number, _share in given if "\0" not in code]
        ).select_related("practice")
    }
    found = []
    for code, number, share in given:
        row = rows.get((code, number))
        if row is None:
            raise Refused(
                Reason(
                    "no-such-version",
                    N_("There is no version %(number)s of a practice ‘%(code)s’."),
                    {"code": code[:60], "number": number},
                )
            )
        found.append((ParentPart(practice=code, number=number, since=row.since, share=share), row))
    return found


def stages_of(adoption: Adoption) -> list[StagePart]:
    """Return the stages that an adoption reached, in order."""
    return [StagePart(stage=each.stage, date=each.date, words=each.words) for each in adoption.stages.all()]


def _reach(adoption: Adoption, new: StagePart, *, by: Person, at: datetime) -> AdoptionStage:
    number = adoption.stages.count() + 1
    row = AdoptionStage(
        adoption=adoption,
        number=number,
        stage=new.stage,
        date=new.date,
        words=new.words,
        recorded_at=at,
        by=by,
        act=uuid4(),
    )
    weighed = ProspectiveEvaluation.objects.filter(adoption=adoption).first()
    more: dict[str, Any] = {}
    if weighed and new.stage in {WAY[DECIDED], NOT_ADOPTED}:  # what either decision rests on
        more["weighed"] = {
            "rows": weighed.rows,
            "context": weighed.context,
            "conclusion": weighed.conclusion,
            "at": weighed.at.isoformat(),
        }
    row.act = recorded(adoption, STAGE, by=by, at=at, reached=[*adoption.stages.all(), row], **more)
    row.save()
    Adoption.objects.filter(pk=adoption.pk).update(changed_at=at)
    return row


def recorded(
    adoption: Adoption,
    what: str,
    *,
    by: Person,
    at: datetime,
    reached: list[AdoptionStage] | None = None,
    **more: Any,
) -> UUID:
    """Record an act about an adoption in the role of the adopter's side."""
    act = adoption_act(
        adoption,
        what,
        list(adoption.stages.all()) if reached is None else reached,
        parents_of(adoption),
        by=by,
        role=rules.acting_as(by, ADOPTING, rules.scope_of_adopter(adoption), at=at),
        at=at,
        **more,
    )
    return recorder.append_many([act], at=at)[0]


def locked(adoption: Adoption) -> Adoption:
    """Lock an adoption until the transaction ends, and return it as it is now."""
    return Adoption.objects.select_for_update().get(pk=adoption.pk)


def _free_code(practice: str, organisation: Organisation) -> str:
    base = f"{practice}-{organisation.pk.lower()}"[:80]
    taken = set(Adoption.objects.filter(code__startswith=base).values_list("code", flat=True))
    return next(code for n in range(1, 10_000) if (code := base if n == 1 else f"{base}-{n}") not in taken)


def _row(row: dict[str, str]) -> dict[str, str]:
    keys = ("kind", "precondition", "parent", "adopter", "missing", "takes")
    kept = {key: clean(str(row.get(key, ""))) for key in keys}
    if kept["kind"] not in contents.PRECONDITIONS:
        raise Refused(
            Reason(
                "choice",
                N_("‘%(value)s’ is no %(field)s; there are: %(there)s."),
                {
                    "value": kept["kind"][:60],
                    "field": "kind of precondition",
                    "there": ", ".join(contents.PRECONDITIONS),
                },
            )
        )
    return kept
