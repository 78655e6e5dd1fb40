"""What was agreed, done and met for between countries, as far as sources tell; and what is not on record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from teladan.cooperation.queries import AgreementView, MeetingRow, MeetingView, OutputView
from teladan.core import library
from teladan.exchange import labels
from teladan.exchange.queries import PracticeRow
from teladan.portal.practices.words import (
    adoption_address,
    both_names,
    not_seen,
    or_not_seen,
    practice_address,
    slug,
)
from teladan.portal.words import named
from teladan.web.formats import date, marked, num, plain, said

Links = tuple[tuple[str, str], ...]  # (label, address)
KIND = {
    "project": N_("Joint project"),
    "training": N_("Training"),
    "memorandum": N_("Memorandum"),
    "opening": N_("Opening"),
    "forum": N_("Forum"),
    "report": N_("Report"),
    "talks": N_("Talks"),
}
STEP = {
    "proposed": N_("Proposed"),
    "selected": N_("Selected"),
    "opened": N_("Opened"),
    "operating": N_("Operating"),
    "closed": N_("Closed"),
    "after closure": N_("After closure"),
}
PROJECT_HEADER = ("agreement", "code", "date", "kind", "step", "text", "sources")


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """One thing done in a year."""

    when: str
    kind: str
    text: Markup
    step: Markup
    sources: Links


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What is credited to an agreement, by whom, and what it is here."""

    text: Markup
    credited_by: Markup
    when: str
    links: tuple[tuple[Markup, str], ...]
    sources: Links


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One agreement."""

    code: str
    title: Markup
    time: str
    facts: tuple[tuple[str, Markup], ...]
    notes: tuple[Markup, ...]
    projects: tuple[Project, ...]
    projects_title: Markup
    outputs: tuple[Output, ...]
    outputs_title: Markup
    meetings: tuple[tuple[Markup, str], ...]
    sources: Links


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A meeting in a list."""

    title: Markup
    address: str
    time: str
    place: str
    follow_ups: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """Who spoke, by office; never a name."""

    office: Markup
    organisation: Markup
    country: str
    topic: Markup
    practice: tuple[Markup, str] | None
    sources: Links


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingPage:
    """One meeting."""

    title: Markup
    name: str
    lede: str
    theme: Markup
    facts: tuple[tuple[str, Markup], ...]
    tracks: tuple[tuple[str, str, bool], ...]  # (title, address of the track here or "", sourced)
    contributions: tuple[Contribution, ...]
    follow_ups: tuple[tuple[Markup, Markup, str, str], ...]  # (promise, owner, due or done, adoption)
    searched: Markup
    notes: tuple[Markup, ...]
    sources: Links


def links(addresses: Iterable[str]) -> Links:
    """Return addresses with the host as their label, numbered where a host stands twice."""
    found: list[tuple[str, str]] = []
    for address in addresses:
        host = (urlsplit(address).hostname or address).removeprefix("www.")
        again = sum(label.split(" ")[0] == host for label, _address in found)
        found.append((f"{host} ({again + 1})" if again else host, address))
    return tuple(found)


def agreement(
    view: AgreementView, known: Mapping[str, PracticeRow], countries: Mapping[str, str]
) -> Agreement:
    """Return an agreement as it is shown; `countries` are names by code."""
    spoken = view.language
    done = ngettext(
        "%(n)s thing done or planned under it", "%(n)s things done or planned under it", len(view.projects)
    )
    out = ngettext("%(n)s output is credited to it", "%(n)s outputs are credited to it", len(view.outputs))
    return Agreement(
        code=view.code,
        title=said(view.titles),
        time=_between(view.begins, view.ends),
        facts=_facts(view, known, countries),
        notes=tuple(named(text, spoken) for text in view.notes),
        projects=tuple(
            Project(
                when=date(each.date) if each.date else _("date not seen"),
                kind=labels.word(KIND, each.kind),
                text=named(each.text, spoken),
                step=escape(labels.word(STEP, each.step)) if each.step else not_seen(),
                sources=links(each.sources),
            )
            for each in view.projects
        ),
        projects_title=marked(
            "%(name)s: %(count)s", name=said(view.titles), count=done % {"n": num(len(view.projects))}
        ),
        outputs=tuple(_output(each, known, spoken) for each in view.outputs),
        outputs_title=marked(
            "%(name)s: %(count)s", name=said(view.titles), count=out % {"n": num(len(view.outputs))}
        ),
        meetings=tuple((said(titles), _meeting(code)) for code, titles in view.meetings),
        sources=links(view.sources),
    )


def listed(rows: Sequence[MeetingRow]) -> tuple[Listed, ...]:
    """Return the meetings as they are listed."""
    return tuple(
        Listed(
            title=said(row.titles),
            address=_meeting(row.code),
            time=_between(row.begins, row.ends),
            place=row.place,
            follow_ups=follow_ups(row.follow_ups),
        )
        for row in rows
    )


def follow_ups(count: int) -> str:
    """Return how many follow-ups are on record; that there is none is said too."""
    if not count:
        return _("No follow-up is on record.")
    return ngettext("%(n)s follow-up is on record.", "%(n)s follow-ups are on record.", count) % {
        "n": num(count)
    }


def meeting(
    view: MeetingView,
    rows: Sequence[MeetingRow],
    known: Mapping[str, PracticeRow],
    countries: Mapping[str, str],
    agreements: Mapping[str, Mapping[str, str]],
) -> MeetingPage:
    """Return a meeting as it is shown; `rows` are all meetings, `agreements` titles by code."""
    titles = {row.code: row.titles for row in rows}
    spoken = view.language

    def bodies(found: Iterable[Mapping[str, object]]) -> Markup:
        said_of = [named(str(each.get("body", "")), spoken) for each in found]
        return Markup("; ").join(said_of) if said_of else not_seen()

    def others(codes: Iterable[str]) -> Markup:
        return (
            Markup("; ").join(
                Markup('<a href="{}">{}</a>').format(_meeting(code), said(titles[code]))
                for code in codes
                if code in titles
            )
            or not_seen()
        )

    expected = ", ".join(f"{num(count)} {of}" for count, of in view.expected)
    place = Markup(", ").join(part for part in (view.row.place, countries.get(view.row.country, "")) if part)
    return MeetingPage(
        title=said(view.row.titles),
        name=plain(view.row.titles),
        lede=follow_ups(len(view.follow_ups)),
        theme=named(view.theme, spoken) if view.theme else Markup(""),
        facts=(
            (_("When"), escape(_between(view.row.begins, view.row.ends))),
            (_("Where"), place or not_seen()),
            (_("Hosts"), bodies(view.hosts)),
            (_("Supporters"), bodies(view.supporters)),
            (_("Expected, as announced"), named(expected, spoken) if expected else not_seen()),
            *_under(view.agreement, agreements),
            (_("The meeting before it"), others([view.follows])),
            (_("The meeting after it"), others(view.followed_by)),
        ),
        tracks=tuple(_track(each.title, sourced=bool(each.sources)) for each in view.tracks),
        contributions=tuple(
            Contribution(
                office=or_not_seen(each.office, spoken),
                organisation=named(each.organisation, each.language),
                country=countries.get(each.country, ""),
                topic=or_not_seen(each.topic, each.language),
                practice=(both_names(known[each.practice]), practice_address(each.practice))
                if each.practice in known
                else None,
                sources=links(each.sources),
            )
            for each in view.contributions
        ),
        follow_ups=tuple(
            (
                named(each.promise, spoken),
                named(each.owner, spoken),
                _state(
                    each.due.isoformat() if each.due else "",
                    each.done_at.date().isoformat() if each.done_at else "",
                ),
                adoption_address(each.adoption) if each.adoption else "",
            )
            for each in view.follow_ups
        ),
        searched=named(view.searched, spoken) if view.searched else Markup(""),
        notes=tuple(named(text, spoken) for text in view.notes),
        sources=links(view.sources),
    )


def _under(code: str, agreements: Mapping[str, Mapping[str, str]]) -> tuple[tuple[str, Markup], ...]:
    """Return the agreement that a meeting belongs to, where it does."""
    if code not in agreements:
        return ()
    address = f"{reverse('portal:cooperation')}#{code}"
    return (
        (_("Under the agreement"), Markup('<a href="{}">{}</a>').format(address, said(agreements[code]))),
    )


def _state(due: str, done: str) -> str:
    if done:
        return _("Done on %(date)s") % {"date": date(done)}
    return _("Due %(date)s") % {"date": date(due)} if due else _("no date")


def _track(title: str, *, sourced: bool) -> tuple[str, str, bool]:
    known = title in labels.TRACK
    address = reverse("portal:track", kwargs={"slug": slug(title)}) if known else ""
    return labels.word(labels.TRACK, title), address, sourced


def _between(begins: str, ends: str) -> str:
    if not begins:
        return _("date not seen")
    if not ends or ends == begins:
        return date(begins)
    return f"{date(begins)} – {date(ends)}"


def _facts(
    view: AgreementView, known: Mapping[str, PracticeRow], countries: Mapping[str, str]
) -> tuple[tuple[str, Markup], ...]:
    spoken = view.language
    parties = Markup("; ").join(
        Markup("{}: {}").format(countries.get(country, country), named(body, spoken))
        for country, body in view.parties
    )
    money = Markup("; ").join(
        Markup("{}: {} {}").format(
            countries.get(each.get("country", ""), ""),
            num(int(each["amount"])) if each["amount"].isdigit() else each["amount"],
            each.get("currency", ""),
        )
        for each in view.money
        if each.get("amount")
    )
    languages = ", ".join(labels.language_name(code) for code in view.languages)
    practice = known.get(view.practice)
    return (
        (_("Parties"), parties or not_seen()),
        (_("Signed"), escape(date(view.signed)) if view.signed else not_seen()),
        (_("Languages"), or_not_seen(languages)),
        (
            _("Language that decides"),
            or_not_seen(labels.language_name(view.authentic) if view.authentic else ""),
        ),
        (_("Money"), money or not_seen()),
        (_("Committee"), or_not_seen(view.committee, spoken)),
        (
            _("The centre as a practice"),
            Markup('<a href="{}">{}</a>').format(practice_address(practice.code), both_names(practice))
            if practice
            else not_seen(),
        ),
    )


def _output(each: OutputView, known: Mapping[str, PracticeRow], spoken: str) -> Output:
    found: list[tuple[Markup, str]] = []
    if each.practice in known:
        found.append((both_names(known[each.practice]), practice_address(each.practice)))
    if each.instrument:
        found += _instrument(each.instrument)
    return Output(
        text=named(each.text, spoken),
        credited_by=or_not_seen(each.credited_by, spoken),
        when=date(each.date) if each.date else "",
        links=tuple(found),
        sources=links(each.sources),
    )


def _instrument(wanted: str) -> list[tuple[Markup, str]]:
    """Return the newest version of an instrument, where its file is here."""
    there = [each for each in library.everything() if each.slug == wanted]
    if not there:
        return []
    newest = max(there, key=lambda each: each.version)
    address = reverse("portal:instrument", kwargs={"slug": newest.slug, "version": newest.version})
    return [(escape(f"{newest.abbreviation} {newest.version}"), address)]


def _meeting(code: str) -> str:
    return reverse("portal:meeting", kwargs={"code": code})


def project_rows(found: Iterable[AgreementView]) -> list[tuple[object, ...]]:
    """Return the CSV face: one row for each thing done under an agreement."""
    return [
        (view.code, each.code, each.date, each.kind, each.step, each.text, " ".join(each.sources))
        for view in found
        for each in view.projects
    ]
