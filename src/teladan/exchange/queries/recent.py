"""What changed lately in the exchange, newest first: for a page and a feed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from teladan.exchange.models import Adoption, AdoptionStage, Appraisal, CheckIn, Observation, PracticeVersion

MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that changed. `what`: version, observation, check-in, stage, appraisal, reply.

    `code` is the practice's, or the adoption's where `what` is a stage, an appraisal or a reply; `detail`
    the number of the version, the figure with its unit, the status or the stage.
    """

    at: datetime
    what: str
    code: str
    name: str
    name_language: str
    titles: Mapping[str, str]
    detail: str
    act: UUID | None


def latest(most: int = 30) -> list[Change]:
    """Return the newest changes, at most 100: five queries. What came with a version is not told twice.

    The figures of a copy came with it: each time that it is carried in they are written anew.
    """
    most = max(1, min(most, MOST))
    versions = PracticeVersion.objects.order_by("-recorded_at", "practice", "-number")[:most]
    found = [
        _of(version, version.recorded_at, "version", str(version.number), version.act) for version in versions
    ]
    observations = (
        Observation.objects.filter(adoption__isnull=True, measure__claim__practice__origin="")
        .exclude(act__in=PracticeVersion.objects.filter(act__isnull=False).values("act"))
        .select_related("measure__claim__practice")
        .prefetch_related("measure__claim__practice__versions")
        .order_by("-recorded_at", "-id")[:most]
    )
    for row in observations:
        newest = list(row.measure.claim.practice.versions.all())[-1]
        found.append(_of(newest, row.recorded_at, "observation", f"{row.value} {row.unit}", row.act))
    checks = (
        CheckIn.objects.filter(answered_at__isnull=False)
        .select_related("practice")
        .prefetch_related("practice__versions")
        .order_by("-answered_at")[:most]
    )
    for check in checks:
        if check.answered_at:
            newest = list(check.practice.versions.all())[-1]
            found.append(_of(newest, check.answered_at, "check-in", check.status, check.act))
    stages = AdoptionStage.objects.select_related("adoption").order_by("-recorded_at", "-id")[:most]
    found += [_at_adopter(each.adoption, each.recorded_at, "stage", each.stage, each.act) for each in stages]
    for judged in Appraisal.objects.select_related("adoption").order_by("-at")[:most]:
        found.append(_at_adopter(judged.adoption, judged.at, "appraisal", judged.results, judged.act))
        if judged.replied_at:
            found.append(_at_adopter(judged.adoption, judged.replied_at, "reply", "", judged.reply_act))
    return sorted(found, key=lambda each: each.at, reverse=True)[:most]


def _of(version: PracticeVersion, at: datetime, what: str, detail: str, act: UUID | None) -> Change:
    return Change(
        at=at,
        what=what,
        code=version.practice_id,
        name=version.name,
        name_language=version.name_language,
        titles=version.titles,
        detail=detail,
        act=act,
    )


def _at_adopter(adoption: Adoption, at: datetime, what: str, detail: str, act: UUID | None) -> Change:
    return Change(
        at=at,
        what=what,
        code=adoption.code,
        name=adoption.name,
        name_language=adoption.language,
        titles={},
        detail=detail,
        act=act,
    )
