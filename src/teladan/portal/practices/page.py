"""What a practice's page says: what it is, did it work, says who, and would it work here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from teladan.cooperation.queries.of_practice import NamedIn
from teladan.exchange import labels
from teladan.exchange.queries import LineageView, PracticeRow, PracticeView
from teladan.portal.practices import claims as practice_claims
from teladan.portal.practices import lineage as practice_lineage
from teladan.portal.practices.claims import Claims, Conflict
from teladan.portal.practices.fit import Together
from teladan.portal.practices.lineage import Strip
from teladan.portal.practices.words import (
    Status,
    confirmed,
    country_address,
    country_name,
    flags,
    names,
    not_verified,
    on_self_report,
    or_not_seen,
    practice_address,
    share_sentence,
    slug,
    status_of,
    told,
    translated,
)
from teladan.portal.record.words import entry_text
from teladan.portal.words import named
from teladan.web.formats import date, num, said


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """A core element, whether it must stay and why, and what adopters did with it."""

    text: Markup
    reason: Markup
    weight: Status
    treatments: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version there is, and where its entry stands in the record."""

    number: str
    address: str
    at: str
    status: str
    entry: str
    receipt: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticePage:
    """All that the template writes down."""

    code: str
    name: str  # plain, for <title>
    name_language: str
    title: Markup
    own_name: Markup
    translation: str
    country: tuple[str, str]
    theme: tuple[str, str]
    track: tuple[str, str]
    does: Markup
    worked: Markup  # the figure that rests on the strongest evidence
    adopted: str
    says: str  # what that figure rests on, and how much on self-report; "" where there is none
    flags: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    status: Status
    confirmed: str
    due: str
    overdue: bool
    status_note: Markup
    sample: bool
    origin: str
    problem: Markup
    causal_model: Markup
    caveats: Markup | None
    agency: Markup
    since: str
    unverified: tuple[tuple[str, Markup], ...]
    source: str
    claims: Claims | None
    conflicts: tuple[Conflict, ...]
    strip: Strip | None
    core: tuple[Core, ...]
    preconditions: tuple[tuple[str, Markup], ...]
    costs: tuple[Markup, ...]
    actors: tuple[Markup, ...]
    versions: tuple[Version, ...]
    number: int
    newest: int
    entry: str
    receipt: str
    document: str
    office: str
    office_languages: str
    cooperation: tuple[tuple[str, Markup, str], ...]
    fit: Together | None


def prepare(
    view: PracticeView,
    lineage: LineageView,
    known: Mapping[str, PracticeRow],
    cooperation: Iterable[NamedIn] = (),
    *,
    number: int,
    at: datetime,
    fit: Together | None = None,
) -> PracticePage:
    """Return the page of a version; `known` are the practices in its lineage, `cooperation` what names it."""
    row, spoken = view.row, view.row.language
    title, other = names(row)
    worked, says = practice_claims.best(view)
    return PracticePage(
        code=row.code,
        name=title.text,
        name_language=title.language,
        title=named(title.text, title.language),
        own_name=named(other.text, other.language) if other else Markup(""),
        translation=translated(title),
        country=(country_name(row.country_titles), country_address(row.country)),
        theme=(
            labels.word(labels.THEME, row.theme),
            reverse("portal:theme", kwargs={"slug": slug(row.theme)}),
        ),
        track=(
            labels.word(labels.TRACK, row.track),
            reverse("portal:track", kwargs={"slug": slug(row.track)}),
        ),
        does=told(row.does),
        worked=worked,
        adopted=practice_lineage.finding(view.adopted_by) + ".",
        says=f"{says}. {share_sentence(row.standing)}" if says else "",
        flags=tuple(flags(row)),
        facts=facts(view, at),
        status=status_of(row),
        confirmed=confirmed(row),
        due=date(row.check.due) if row.check.due else "",
        overdue=row.check.overdue,
        status_note=told(view.status_note) if view.status_note.text else Markup(""),
        sample=row.is_sample,
        origin=row.origin,
        problem=told(row.problem),
        causal_model=told(view.causal_model),
        caveats=told(view.caveats) if view.caveats.text else None,
        agency=or_not_seen(row.agency, spoken),
        since=date(row.since) if row.since else "",
        unverified=not_verified(view.unverified, spoken),
        source=view.source,
        claims=practice_claims.claims(view),
        conflicts=practice_claims.conflicts(view),
        strip=practice_lineage.of_practice(view, lineage, known),
        core=tuple(
            Core(
                text=told(each.text),
                reason=named(each.reason, spoken),
                weight=(
                    {"must keep": "yes", "adaptable": "part"}.get(each.weight, "no"),
                    labels.word(labels.WEIGHT, each.weight),
                ),
                treatments=_treatments(each.treatments),
            )
            for each in view.core
        ),
        preconditions=tuple(
            (labels.word(labels.PRECONDITION, kind), named(text, spoken)) for kind, text in view.preconditions
        ),
        costs=tuple(named(text, spoken) for text in view.costs),
        actors=tuple(named(text, spoken) for text in view.actors),
        versions=versions(view, number),
        number=number,
        newest=view.versions[-1].number,
        entry=entry_text(view.entry),
        receipt=receipt(view.entry),
        document=view.document,
        office=view.focal_point.office if view.focal_point else "",
        office_languages=", ".join(labels.language_name(code) for code in view.focal_point.languages)
        if view.focal_point
        else "",
        cooperation=tuple(_named_in(each) for each in cooperation),
        fit=fit,
    )


def _named_in(each: NamedIn) -> tuple[str, Markup, str]:
    """Return how, where and at which address cooperation names it."""
    how = {
        "centre": _("The centre of the agreement"),
        "output": _("Credited to the agreement"),
        "contribution": _("Told of at the meeting"),
    }[each.how]
    address = f"{reverse('portal:cooperation')}#{each.code}"
    if each.how == "contribution":
        address = reverse("portal:meeting", kwargs={"code": each.code})
    return how, said(each.titles), address


def facts(view: PracticeView, at: datetime) -> tuple[tuple[str, str], ...]:
    """Return the four facts at the head: (value, what it is)."""
    edges = view.adopted_by
    told_of = sum(row.outcome for row in edges)
    last = max((row.date or row.begins for row in edges), default="")[:4]
    year = practice_claims.newest_year(view)
    adopted = (
        _("adoptions on record, the last dated %(year)s") % {"year": last}
        if last
        else _("adoptions on record")
    )
    age = at.year - year if year else 0
    newest = _("newest figure: no year is given")
    if year:
        newest = (
            ngettext("newest figure; %(n)s year old", "newest figure; %(n)s years old", age) % {"n": num(age)}
            if age > 0
            else _("newest figure; of this year")
        )
    return (
        (on_self_report(view.row.standing), _("figures on self-report alone")),
        (num(len(edges)), adopted),
        (
            _("%(own)s of %(all)s") % {"own": num(told_of), "all": num(len(edges))} if edges else num(None),
            _("adoptions that say what changed"),
        ),
        (str(year) if year else num(None), newest),
    )


def versions(view: PracticeView, number: int) -> tuple[Version, ...]:
    """Return the versions, newest first."""
    code = view.row.code
    return tuple(
        Version(
            number=num(each.number),
            address=practice_address(code)
            if each is view.versions[-1]
            else reverse("portal:practice-version", kwargs={"code": code, "number": each.number}),
            at=date(each.recorded_at.date()),
            status=labels.word(labels.STATUS, each.status),
            entry=entry_text(each.entry) if each.act else "",
            receipt=receipt(each.entry),
            here=each.number == number,
        )
        for each in reversed(view.versions)
    )


def receipt(entry: int | None) -> str:
    """Return the address of a receipt; "" while the proof is pending."""
    return "" if entry is None else f"/record/proof/{entry}"


def _treatments(counts: Mapping[str, int]) -> str:
    done = [
        f"{labels.word(labels.TREATMENT, each)}: {num(counts[each])}"
        for each in labels.TREATMENT
        if each in counts
    ]
    return ", ".join(done) or _("not stated")
