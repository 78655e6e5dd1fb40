"""Agreements with what was done under them and credited to them; meetings, and what is on record after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from teladan.cooperation.models import CooperationAgreement, Meeting, MeetingContribution


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectView:
    """One thing done under an agreement. `step` "" not seen."""

    code: str
    date: str
    kind: str
    step: str
    text: str
    sources: tuple[str, ...]

    @property
    def year(self) -> str:
        """Return its year; "" where no date was seen."""
        return self.date[:4]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputView:
    """What is said to have come of an agreement, by whom; the practice or instrument that it is, by code."""

    code: str
    text: str
    credited_by: str
    date: str
    practice: str
    instrument: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementView:
    """An agreement whole: projects oldest first, those without a date last. Empty is what was not seen."""

    code: str
    titles: Mapping[str, str]
    language: str
    parties: tuple[tuple[str, str], ...]  # (country, body)
    languages: tuple[str, ...]
    authentic: str
    signed: str
    begins: str
    ends: str
    money: tuple[Mapping[str, str], ...]  # country, amount, currency, note
    committee: str
    follows: str
    followed_by: tuple[str, ...]
    practice: str  # the centre itself, as a practice
    notes: tuple[str, ...]
    sources: tuple[str, ...]
    projects: tuple[ProjectView, ...]
    outputs: tuple[OutputView, ...]
    meetings: tuple[tuple[str, Mapping[str, str]], ...]  # (code, titles)

    @property
    def years(self) -> dict[str, tuple[ProjectView, ...]]:
        """Return the projects year by year; "" for those without a date."""
        found: dict[str, list[ProjectView]] = {}
        for each in self.projects:
            found.setdefault(each.year, []).append(each)
        return {year: tuple(group) for year, group in found.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionView:
    """A contribution: office ("" not seen) and organisation of the speaker, never a name."""

    office: str
    organisation: str
    country: str
    topic: str
    language: str
    track: str
    practice: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackView:
    """A track of a meeting; `sources` empty: it was named to us without one."""

    code: str
    title: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpView:
    """A promise that its owner confirmed, and the adoption that came of it ("" none)."""

    promise: str
    owner: str
    due: date | None
    adoption: str
    done_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRow:
    """A meeting in a list; `follow_ups` counts those confirmed: 0 is "no follow-up is on record"."""

    code: str
    titles: Mapping[str, str]
    begins: str
    ends: str
    place: str
    country: str
    follow_ups: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingView:
    """A meeting whole. `searched` says what was looked for and not found; empty is what was not seen."""

    row: MeetingRow
    language: str
    theme: str
    hosts: tuple[Mapping[str, object], ...]  # body, country, sources
    supporters: tuple[Mapping[str, object], ...]
    expected: tuple[tuple[str, str], ...]  # (count, of what), as announced
    follows: str
    followed_by: tuple[str, ...]
    agreement: str
    searched: str
    notes: tuple[str, ...]
    sources: tuple[str, ...]
    tracks: tuple[TrackView, ...]
    contributions: tuple[ContributionView, ...]
    follow_ups: tuple[FollowUpView, ...]


def agreements() -> list[AgreementView]:
    """Return every agreement, oldest first: five queries, however many."""
    found = CooperationAgreement.objects.prefetch_related("projects", "outputs", "meetings", "followed_by")
    return [_agreement(each) for each in found]


def agreement(code: str) -> AgreementView | None:
    """Return an agreement, or None."""
    return next((each for each in agreements() if each.code == code), None)


def meetings() -> list[MeetingRow]:
    """Return every meeting, newest first: one query."""
    return [_row(each) for each in _counted()]


def meeting(code: str) -> MeetingView | None:
    """Return a meeting, or None: five queries."""
    if not code or "\0" in code:
        return None
    found = (
        _counted()
        .prefetch_related("tracks", "contributions__track", "follow_ups", "followed_by")
        .filter(code=code)
        .first()
    )
    if found is None:
        return None
    return MeetingView(
        row=_row(found),
        language=found.language,
        theme=found.theme,
        hosts=tuple(found.hosts),
        supporters=tuple(found.supporters),
        expected=tuple((each["count"], each["of"]) for each in found.expected),
        follows=found.follows_id or "",
        followed_by=tuple(each.code for each in found.followed_by.all()),
        agreement=found.agreement_id or "",
        searched=found.searched,
        notes=tuple(found.notes),
        sources=tuple(found.sources),
        tracks=tuple(
            TrackView(code=each.code, title=each.title, sources=tuple(each.sources))
            for each in found.tracks.all()
        ),
        contributions=tuple(_contribution(each) for each in found.contributions.all()),
        follow_ups=tuple(
            FollowUpView(
                promise=each.promise,
                owner=each.owner,
                due=each.due,
                adoption=each.adoption_id or "",
                done_at=each.done_at,
            )
            for each in found.follow_ups.all()
            if each.confirmed_at is not None
        ),
    )


def _counted() -> QuerySet[Meeting]:
    confirmed = Count("follow_ups", filter=Q(follow_ups__confirmed_at__isnull=False), distinct=True)
    return Meeting.objects.annotate(confirmed=confirmed)


def _row(found: Meeting) -> MeetingRow:
    return MeetingRow(
        code=found.code,
        titles=found.titles,
        begins=found.begins,
        ends=found.ends,
        place=found.place,
        country=found.country_id or "",
        follow_ups=found.confirmed,  # type: ignore[attr-defined]  # annotated
    )


def _contribution(row: MeetingContribution) -> ContributionView:
    return ContributionView(
        office=row.office,
        organisation=row.organisation,
        country=row.country_id or "",
        topic=row.topic,
        language=row.language,
        track=row.track.code if row.track else "",
        practice=row.practice_id or "",
        sources=tuple(row.sources),
    )


def _agreement(found: CooperationAgreement) -> AgreementView:
    return AgreementView(
        code=found.code,
        titles=found.titles,
        language=found.language,
        parties=tuple((each["country"], each["body"]) for each in found.parties),
        languages=tuple(found.languages),
        authentic=found.authentic,
        signed=found.signed,
        begins=found.begins,
        ends=found.ends,
        money=tuple(found.money),
        committee=found.committee,
        follows=found.follows_id or "",
        followed_by=tuple(each.code for each in found.followed_by.all()),
        practice=found.practice_id or "",
        notes=tuple(found.notes),
        sources=tuple(found.sources),
        projects=tuple(
            ProjectView(
                code=each.code,
                date=each.date,
                kind=each.kind,
                step=each.step,
                text=each.text,
                sources=tuple(each.sources),
            )
            for each in sorted(found.projects.all(), key=lambda one: (not one.date, one.date, one.pk))
        ),
        outputs=tuple(
            OutputView(
                code=each.code,
                text=each.text,
                credited_by=each.credited_by,
                date=each.date,
                practice=each.practice_id or "",
                instrument=each.instrument,
                sources=tuple(each.sources),
            )
            for each in found.outputs.all()
        ),
        meetings=tuple((each.code, each.titles) for each in found.meetings.all()),
    )
