"""Questions about practices: which there are, and one of them in the one shape of its page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Prefetch, QuerySet

from teladan.core.text import Shown, shown
from teladan.exchange.models import (
    CheckIn,
    FocalPoint,
    Observation,
    Practice,
    PracticeVersion,
    Translation,
)
from teladan.exchange.queries.adoption_shapes import AdoptionRow
from teladan.exchange.queries.adoptions import adoption_rows, entries_of
from teladan.exchange.queries.claims import (
    BELOW_TARGET,
    ClaimView,
    ObservationView,
    Standing,
    claim_views,
    observation_view,
    standing,
)
from teladan.exchange.queries.context import Figures, figures
from teladan.record import queries as record

REGRESSED, STOPPED = PracticeVersion.Status.REGRESSED.value, PracticeVersion.Status.STOPPED.value
TEXTS = ("problem", "does", "causal_model", "caveats", "status_note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Whether a practice still runs: when that was last confirmed, by what day it is asked, and if overdue.

    `confirmed_at` None: never confirmed here. `overdue`: the page says "not confirmed since".
    """

    confirmed_at: datetime | None
    due: date | None
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeRow:
    """A practice in a list. `flags` are the most useful to know: stopped, regressed, below target.

    `unverified` are names of fields that stand here without having been seen in a source.
    """

    code: str
    name: str
    name_language: str
    title: Shown
    problem: Shown
    does: Shown
    country: str
    country_titles: Mapping[str, str]
    agency: str
    theme: str
    track: str
    language: str
    status: str
    since: str
    standing: Standing
    adoptions: int
    flags: tuple[str, ...]
    check: Check
    unverified: frozenset[str]
    preconditions: frozenset[str]  # the kinds that are on record
    origin: str
    is_sample: bool  # entered by a sample person
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreView:
    """A core element: must keep, adaptable or optional, and why; and what adopters did with it."""

    code: str
    text: Shown
    weight: str
    reason: str
    treatments: Mapping[str, int]  # {kept, changed, dropped: adoptions}


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionView:
    """A version that there is or was."""

    number: int
    recorded_at: datetime
    status: str
    act: UUID | None
    entry: int | None  # its position in the record; None while its proof is pending


@dataclass(frozen=True, slots=True, kw_only=True)
class FocalView:
    """The office that answers for a practice; `asked` whether it consented to be asked."""

    pk: int
    office: str
    languages: tuple[str, ...]
    asked: bool
    last_contact: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeView:
    """Everything a practice's page says: what it is, did it work, says who, would it work here.

    Texts are `Shown`: in the reader's language where there is a translation, which is marked. An empty
    text or list was not seen. `unverified` is {field: note}.
    """

    row: PracticeRow
    titles: Mapping[str, str]
    causal_model: Shown
    caveats: Shown
    status_note: Shown
    source: str
    core: tuple[CoreView, ...]
    preconditions: tuple[tuple[str, str], ...]  # (kind, text)
    costs: tuple[str, ...]
    actors: tuple[str, ...]
    unverified: Mapping[str, str]
    claims: tuple[ClaimView, ...]
    came_from: tuple[AdoptionRow, ...]  # adoptions that it came of
    adopted_by: tuple[AdoptionRow, ...]
    versions: tuple[VersionView, ...]
    focal_point: FocalView | None
    figures: Mapping[str, Figures]  # of its country, by series
    translated: frozenset[str]  # languages in which there is any translation
    document: str  # SHA-256 of what the record names
    act: UUID | None
    entry: int | None

    @property
    def conflicts(self) -> tuple[tuple[ClaimView, tuple[ObservationView, ...]], ...]:
        """Return the observations that cannot all be right, with their claim."""
        return tuple(
            (claim, group)
            for claim in self.claims
            for measure in claim.measures
            for group in measure.conflicts
        )


def practices(
    language: str,
    *,
    country: str = "",
    theme: str = "",
    track: str = "",
    status: str = "",
    evidence: str = "",
    precondition: str = "",
    at: datetime | None = None,
    codes: Iterable[str] | None = None,
) -> list[PracticeRow]:
    """Return practices by code, of those that fit every filter given: nine queries, however many.

    `evidence` is a type of evidence that one figure at least rests on, `precondition` a kind that is on
    record, `at` the time at which a check-in is overdue or not.
    """
    found = Practice.objects.all()
    for field, value in (("country_id", country.upper()), ("theme", theme), ("track", track)):
        if value:
            found = found.filter(**{field: value}) if "\0" not in value else found.none()
    if codes is not None:
        found = found.filter(code__in=list(codes))
    rows = [_row(practice, language, at) for practice in _fetched(found)]
    return [
        row
        for row in rows
        if (not status or row.status == status)
        and (not evidence or evidence in row.standing.by_type)
        and (not precondition or precondition in row.preconditions)
    ]


def practice(
    code: str, language: str, *, at: datetime | None = None, number: int | None = None
) -> PracticeView | None:
    """Return a practice's page, of its newest version unless another is asked for; None where there is none.

    A constant number of queries, whatever hangs on it.
    """
    if not code or "\0" in code:
        return None
    found = next(iter(_fetched(Practice.objects.filter(code=code))), None)
    if found is None:
        return None
    versions = list(found.versions.all())
    version = versions[-1] if number is None else next((v for v in versions if v.number == number), None)
    if version is None:
        return None
    said = _said(version)
    edges = adoption_rows(practice=code)
    treated = _treatments(version)
    return PracticeView(
        row=_row(found, language, at, version),
        titles=version.titles,
        causal_model=_shown(version, "causal_model", language, said),
        caveats=_shown(version, "caveats", language, said),
        status_note=_shown(version, "status_note", language, said),
        source=version.source,
        core=tuple(
            CoreView(
                code=each.code,
                text=shown(each.text, version.language, said.get(f"core/{each.code}", ()), language),
                weight=each.weight,
                reason=each.reason,
                treatments=treated.get(each.pk, {}),
            )
            for each in version.core.all()
        ),
        preconditions=tuple((each["kind"], each["text"]) for each in version.preconditions),
        costs=tuple(version.costs),
        actors=tuple(version.actors),
        unverified={each["field"]: each["note"] for each in version.unverified},
        claims=claim_views(
            found.claims.all(), language, [(place, text) for place, texts in said.items() for text in texts]
        ),
        came_from=tuple(each for each in edges if each.becomes == code),
        adopted_by=tuple(each for each in edges if code in {parent.practice for parent in each.parents}),
        versions=_versions(versions),
        focal_point=_focal(found),
        figures=figures([found.country_id]).get(found.country_id, {}),
        translated=frozenset(each.language for each in version.translations.all()),
        document=found.document,
        act=found.act,
        entry=record.position(found.act) if found.act else None,
    )


def _fetched(found: QuerySet[Practice]) -> QuerySet[Practice]:
    return (
        found.select_related("country")
        .annotate(adopted=Count("versions__adoptions__adoption", distinct=True))
        .prefetch_related(
            Prefetch(
                "versions",
                PracticeVersion.objects.select_related("by").prefetch_related("translations", "core"),
            ),
            Prefetch("claims__measures__observations", Observation.objects.prefetch_related("evidence")),
            "check_ins",
            Prefetch("focal_points", FocalPoint.objects.filter(until__isnull=True)),
        )
    )


def _row(
    practice: Practice, language: str, at: datetime | None, version: PracticeVersion | None = None
) -> PracticeRow:
    version = version or list(practice.versions.all())[-1]
    said = _said(version)
    seen = [
        observation_view(each)
        for claim in practice.claims.all()
        for measure in claim.measures.all()
        for each in measure.observations.all()
    ]
    own = next(((text, lang) for lang, text in version.titles.items()), ("", version.language))
    if version.language in version.titles:
        own = (version.titles[version.language], version.language)
    title = (
        Shown(text=version.titles[language], language=language)
        if language in version.titles
        else shown(own[0], own[1], said.get("title", ()), language)
    )
    return PracticeRow(
        code=practice.code,
        name=version.name,
        name_language=version.name_language,
        title=title,
        problem=_shown(version, "problem", language, said),
        does=_shown(version, "does", language, said),
        country=practice.country_id,
        country_titles=practice.country.titles,
        agency=practice.agency,
        theme=practice.theme,
        track=practice.track,
        language=version.language,
        status=version.status,
        since=version.since,
        standing=standing(seen),
        adoptions=practice.adopted,  # type: ignore[attr-defined]  # annotated
        flags=_flags(version, seen),
        check=_check(practice.check_ins.all(), at),
        unverified=frozenset(each["field"] for each in version.unverified),
        preconditions=frozenset(each["kind"] for each in version.preconditions),
        origin=practice.origin,
        is_sample=bool(version.by and version.by.is_sample),
        changed_at=practice.changed_at,
    )


def _flags(version: PracticeVersion, seen: Iterable[ObservationView]) -> tuple[str, ...]:
    flags = [version.status] if version.status in {REGRESSED, STOPPED} else []
    if any(each.below_target for each in seen if not each.adoption):
        flags.append(BELOW_TARGET)
    return tuple(flags)


def _check(check_ins: Iterable[CheckIn], at: datetime | None) -> Check:
    confirmed = [each.answered_at for each in check_ins if each.answered_at]
    due = next((each.due for each in check_ins if each.answered_at is None), None)
    return Check(
        confirmed_at=max(confirmed, default=None),
        due=due,
        overdue=bool(due and at and due < at.date()),
    )


def _said(version: PracticeVersion) -> dict[str, list[Shown]]:
    """Return the translations of a version by place."""
    found: dict[str, list[Shown]] = {}
    for each in version.translations.all():
        found.setdefault(each.place, []).append(_translated(each))
    return found


def _translated(row: Translation) -> Shown:
    return Shown(
        text=row.text, language=row.language, by="machine" if row.model else "person", model=row.model
    )


def _shown(version: PracticeVersion, place: str, language: str, said: Mapping[str, list[Shown]]) -> Shown:
    return shown(getattr(version, place), version.language, said.get(place, ()), language)


def _treatments(version: PracticeVersion) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    rows = version.core.filter(modifications__isnull=False).values_list("pk", "modifications__treatment")
    for pk, treatment in rows:
        counts = found.setdefault(pk, {})
        counts[treatment] = counts.get(treatment, 0) + 1
    return found


def _versions(versions: list[PracticeVersion]) -> tuple[VersionView, ...]:
    places = entries_of([each.act for each in versions if each.act])
    return tuple(
        VersionView(
            number=each.number,
            recorded_at=each.recorded_at,
            status=each.status,
            act=each.act,
            entry=places.get(each.act) if each.act else None,
        )
        for each in versions
    )


def _focal(practice: Practice) -> FocalView | None:
    found = next(iter(practice.focal_points.all()), None)
    if found is None:
        return None
    return FocalView(
        pk=found.pk,
        office=found.office,
        languages=tuple(found.languages),
        asked=found.consented_at is not None,
        last_contact=found.last_contact,
    )
