"""What was agreed, done and met for between countries, as far as sources tell; and what is not on record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.utils.translation import ngettext
from markupsafe import Markup

from teladan.cooperation.queries import AgreementView, ContributionView, MeetingView, OutputView, ProjectView
from teladan.core import library
from teladan.core.table import Column, Table
from teladan.exchange import labels
from teladan.exchange.queries import PracticeRow
from teladan.portal.practices.words import not_seen, or_not_seen, practice_link, slug
from teladan.portal.words import named
from teladan.web.formats import date, joined, link, marked, num, said, span

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
Facts = tuple[tuple[str, object], ...]  # (what, its value)
Practices = Mapping[str, PracticeRow]  # by code
Names = Mapping[str, str]  # of countries in the reader's language, by code


def cited(addresses: Iterable[str]) -> Markup:
    """Return links to sources with the host as their label, numbered where a host stands twice."""
    hosts: list[str] = []
    links: list[Markup] = []
    for address in addresses:
        host = (urlsplit(address).hostname or address).removeprefix("www.")
        hosts.append(host)
        count = hosts.count(host)
        links.append(link(address, f"{host} ({count})" if count > 1 else host))
    return joined("; ", links)


def period(begins: str, ends: str) -> str:
    """Return the days or years from the first to the last."""
    if not begins:
        return _("date not seen")
    return date(begins) if not ends or ends == begins else f"{date(begins)} – {date(ends)}"


def follow_ups(count: int) -> str:
    """Return how many follow-ups are on record; that there is none is said too."""
    if not count:
        return _("No follow-up is on record.")
    return ngettext("%(n)s follow-up is on record.", "%(n)s follow-ups are on record.", count) % {
        "n": num(count)
    }


def projects(agreement: AgreementView) -> Table[ProjectView]:
    """Return what was done under an agreement."""
    count = len(agreement.projects)
    done = ngettext("%(n)s thing done or planned under it", "%(n)s things done or planned under it", count)
    return Table(
        (
            Column(_("What"), lambda project: named(project.text, agreement.language), "r x4"),
            Column(_("When"), lambda project: period(project.date, ""), "x2"),
            Column(_("Kind"), lambda project: labels.word(KIND, project.kind), "x2"),
            Column(
                _("How far it came"),
                lambda project: labels.word(STEP, project.step) if project.step else not_seen(),
                "x2",
            ),
            Column(_("Source"), lambda project: span(cited(project.sources)), "t-small t-wrap x2"),
        ),
        agreement.projects,
        title=marked("%(name)s: %(count)s", name=said(agreement.titles), count=done % {"n": num(count)}),
        sub=_("Year by year, as its sources tell. How far each came is mostly not seen."),
        name=f"projects-{agreement.code}",
        css="t-table t-firm t-table--tight t-cards",
    )


def outputs(agreement: AgreementView, practices: Practices) -> Table[OutputView]:
    """Return what is credited to an agreement."""
    count = len(agreement.outputs)
    credited = ngettext("%(n)s output is credited to it", "%(n)s outputs are credited to it", count)

    def credited_by(output: OutputView) -> Markup:
        by = or_not_seen(output.credited_by, agreement.language)
        return span(Markup("{}, {}").format(by, date(output.date)) if output.date else by)

    def here(output: OutputView) -> Markup:
        links = [practice_link(practices[output.practice])] if output.practice in practices else []
        return span(joined("; ", links + _instrument(output.instrument)) or "–")

    return Table(
        (
            Column(_("Output"), lambda output: named(output.text, agreement.language), "r x4"),
            Column(_("Credited by"), credited_by, "x4"),
            Column(_("Here it is"), here, "x4"),
            Column(_("Source"), lambda output: span(cited(output.sources)), "t-small t-wrap x4"),
        ),
        agreement.outputs,
        title=marked("%(name)s: %(count)s", name=said(agreement.titles), count=credited % {"n": num(count)}),
        sub=_(
            "Credited means that someone says so. It is a contribution, not a proof that it would not have "
            "come about otherwise."
        ),
        name=f"outputs-{agreement.code}",
        css="t-table t-firm t-cards",
    )


def agreement_facts(agreement: AgreementView, practices: Practices, countries: Names) -> Facts:
    """Return the terms of an agreement."""
    spoken = agreement.language
    parties = joined(
        "; ",
        (
            Markup("{}: {}").format(countries.get(country, country), named(body, spoken))
            for country, body in agreement.parties
        ),
    )
    money = joined(
        "; ",
        (
            Markup("{}: {} {}").format(
                countries.get(sum_.get("country", ""), ""),
                num(int(sum_["amount"])) if sum_["amount"].isdigit() else sum_["amount"],
                sum_.get("currency", ""),
            )
            for sum_ in agreement.money
            if sum_.get("amount")
        ),
    )
    languages = ", ".join(labels.language_name(code) for code in agreement.languages)
    authentic = labels.language_name(agreement.authentic) if agreement.authentic else ""
    practice = practices.get(agreement.practice)
    return (
        (_("Parties"), parties or not_seen()),
        (_("Signed"), date(agreement.signed) if agreement.signed else not_seen()),
        (_("Languages"), or_not_seen(languages)),
        (_("Language that decides"), or_not_seen(authentic)),
        (_("Money"), money or not_seen()),
        (_("Committee"), or_not_seen(agreement.committee, spoken)),
        (_("The centre as a practice"), practice_link(practice) if practice else not_seen()),
    )


def meeting_facts(
    meeting: MeetingView,
    countries: Names,
    meetings: Mapping[str, Mapping[str, str]],
    agreements: Mapping[str, Mapping[str, str]],
) -> Facts:
    """Return when, where and by whom a meeting was held; `meetings` and `agreements` are titles by code."""

    def bodies(entries: Iterable[Mapping[str, object]]) -> Markup:
        return joined("; ", (named(str(entry.get("body", "")), meeting.language) for entry in entries))

    def neighbours(codes: Iterable[str]) -> Markup:
        return joined("; ", (meeting_link(code, meetings[code]) for code in codes if code in meetings))

    row = meeting.row
    place = ", ".join(part for part in (row.place, countries.get(row.country, "")) if part)
    expected = ", ".join(f"{num(count)} {of}" for count, of in meeting.expected)
    under = agreements.get(meeting.agreement)
    address = f"{reverse('portal:cooperation')}#{meeting.agreement}"
    return (
        (_("When"), period(row.begins, row.ends)),
        (_("Where"), place or not_seen()),
        (_("Hosts"), bodies(meeting.hosts) or not_seen()),
        (_("Supporters"), bodies(meeting.supporters) or not_seen()),
        (_("Expected, as announced"), or_not_seen(expected, meeting.language)),
        *(((_("Under the agreement"), link(address, said(under))),) if under else ()),
        (_("The meeting before it"), neighbours([meeting.follows]) or not_seen()),
        (_("The meeting after it"), neighbours(meeting.followed_by) or not_seen()),
    )


def contributions(meeting: MeetingView, practices: Practices, countries: Names) -> Table[ContributionView]:
    """Return who spoke, by office; never a name."""
    return Table(
        (
            Column(_("Organisation"), lambda given: named(given.organisation, given.language), "r x4"),
            Column(_("Office"), lambda given: or_not_seen(given.office, meeting.language), "x2"),
            Column(_("Country"), lambda given: countries.get(given.country), "x2"),
            Column(_("Topic"), lambda given: or_not_seen(given.topic, given.language), "x4"),
            Column(
                _("Practice"),
                lambda given: (
                    practice_link(practices[given.practice]) if given.practice in practices else None
                ),
                "x2",
            ),
            Column(_("Source"), lambda given: span(cited(given.sources)), "t-small t-wrap x2"),
        ),
        meeting.contributions,
        title=_("Who spoke, by office and organisation"),
        sub=_("Persons are not named in this record. What a source does not tell is not seen."),
        name="contributions-caption",
        css="t-table t-firm t-cards",
    )


def track_heading(title: str) -> Markup | str:
    """Return the title of a track, leading to its practices where it is one of the exchange."""
    text = labels.word(labels.TRACK, title)
    if title not in labels.TRACK:
        return text
    return link(reverse("portal:track", kwargs={"slug": slug(title)}), text)


def meeting_link(code: str, titles: Mapping[str, str]) -> Markup:
    """Return a link to a meeting by its title."""
    return link(reverse("portal:meeting", kwargs={"code": code}), said(titles))


def _instrument(slug: str) -> list[Markup]:
    """Return a link to the newest version of an instrument, where its file is here."""
    versions = [entry for entry in library.everything() if slug and entry.slug == slug]
    if not versions:
        return []
    newest = max(versions, key=lambda entry: entry.version)
    address = reverse("portal:instrument", kwargs={"slug": newest.slug, "version": newest.version})
    return [link(address, f"{newest.abbreviation} {newest.version}")]
