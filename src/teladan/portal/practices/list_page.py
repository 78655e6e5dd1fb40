"""What the list of practices shows: which were asked for, and first of all those that did not go well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from teladan.exchange import labels as words
from teladan.exchange.queries import PracticeRow
from teladan.portal import options as exchange_options
from teladan.portal.options import Options
from teladan.portal.practices.words import (
    Status,
    both_names,
    confirmed,
    country_address,
    country_name,
    flags,
    on_self_report,
    practice_address,
    slug,
    status_of,
)
from teladan.web.formats import date, num

HEADER = (
    "practice",
    "name",
    "name_language",
    "title",
    "country",
    "agency",
    "theme",
    "track",
    "status",
    "since",
    "confirmed_at",
    "check_in_due",
    "figures",
    "figures_on_self_report_alone",
    "strongest_evidence",
    "adoptions",
    "flags",
    "not_seen_in_a_source",
    "carried_from",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a reader asked for, "" for everything; `problems` are choices that there are not."""

    country: str = ""
    theme: str = ""
    track: str = ""
    status: str = ""
    evidence: str = ""
    problems: tuple[str, ...] = ()

    @property
    def choices(self) -> dict[str, str]:
        """Return the choices by their name in the address."""
        return {each.name: getattr(self, each.name) for each in fields(self) if each.name != "problems"}


NAMES = tuple(Asked().choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One practice."""

    address: str
    name: Markup
    country: str
    country_address: str
    theme: str
    theme_address: str
    since: str
    status: Status
    overdue: str  # since when it is not confirmed, where an answer is overdue
    flags: tuple[str, ...]
    on_self_report: str
    strongest: str
    adoptions: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeList:
    """The list with its finding, and those among it that stopped, regressed or stay below their target."""

    finding: str
    sub: str
    lede: str
    lines: tuple[Line, ...]
    flagged: tuple[Line, ...]
    options: Mapping[str, Options]
    labels: Mapping[str, str]
    asked: Asked


def asked_for(given: Mapping[str, str], rows: Sequence[PracticeRow]) -> Asked:
    """Return which choices a query makes; `rows` are all practices."""
    made, problems = exchange_options.chosen(given, NAMES, options(rows), label_texts())
    return Asked(**made, problems=problems)


def options(rows: Sequence[PracticeRow]) -> dict[str, Options]:
    """Return what can be chosen: countries that have a practice, and every word that there is."""
    countries = {row.country: country_name(row.country_titles) for row in rows}
    return {
        "country": sorted(countries.items(), key=lambda pair: pair[1]),
        "track": words.words(words.TRACK),
        **exchange_options.coded(),
    }


def label_texts() -> dict[str, str]:
    """Return what each choice is called."""
    found = exchange_options.labels()
    return {name: found.get(name) or _("Track") for name in NAMES}


def wanted(rows: Sequence[PracticeRow], asked: Asked) -> list[PracticeRow]:
    """Return the practices that fit every choice."""
    return [
        row
        for row in rows
        if all(
            not value or value == getattr(row, name)
            for name, value in asked.choices.items()
            if name != "evidence"
        )
        and (not asked.evidence or asked.evidence in row.standing.by_type)
    ]


def prepare(rows: Sequence[PracticeRow], asked: Asked) -> PracticeList:
    """Return the list; `rows` are all practices, of which those asked for are shown."""
    found = wanted(rows, asked)
    lines = sorted((line(row) for row in found), key=lambda each: (each.country, each.name.striptags()))
    return PracticeList(
        finding=finding(found),
        sub=_("Status as sources say. A half-filled mark: its owner has not confirmed it here."),
        lede=_lede(found),
        lines=tuple(lines),
        flagged=tuple(each for each in lines if each.flags),
        options=options(rows),
        labels=label_texts(),
        asked=asked,
    )


def finding(rows: Sequence[PracticeRow]) -> str:
    """Return how many practices of how many countries there are."""
    countries = len({row.country for row in rows})
    practices = ngettext("%(n)s practice", "%(n)s practices", len(rows)) % {"n": num(len(rows))}
    places = ngettext("%(n)s country", "%(n)s countries", countries) % {"n": num(countries)}
    return _("%(practices)s from %(countries)s") % {"practices": practices, "countries": places}


def _lede(rows: Sequence[PracticeRow]) -> str:
    figures = sum(row.standing.figures for row in rows)
    own = sum(row.standing.self_report_alone for row in rows)
    known = sum(row.check.confirmed_at is not None for row in rows)
    return _(
        "%(own)s of %(all)s figures rest on self-report alone; %(confirmed)s of %(practices)s practices were "
        "confirmed by their owner here."
    ) % {"own": num(own), "all": num(figures), "confirmed": num(known), "practices": num(len(rows))}


def line(row: PracticeRow) -> Line:
    """Return a practice as it is listed."""
    return Line(
        address=practice_address(row.code),
        name=both_names(row),
        country=country_name(row.country_titles),
        country_address=country_address(row.country),
        theme=words.word(words.THEME, row.theme),
        theme_address=reverse("portal:theme", kwargs={"slug": slug(row.theme)}),
        since=date(row.since),
        status=status_of(row),
        overdue=confirmed(row) if row.check.overdue else "",
        flags=tuple(flags(row)),
        on_self_report=on_self_report(row.standing),
        strongest=words.word(words.EVIDENCE, row.standing.strongest) if row.standing.strongest else num(None),
        adoptions=num(row.adoptions),
        origin=row.origin,
    )


def csv_rows(rows: Sequence[PracticeRow]) -> list[tuple[object, ...]]:
    """Return the CSV face."""
    return [
        (
            row.code,
            row.name,
            row.name_language,
            row.title.text,
            row.country,
            row.agency,
            row.theme,
            row.track,
            row.status,
            row.since,
            row.check.confirmed_at.date().isoformat() if row.check.confirmed_at else "",
            row.check.due.isoformat() if row.check.due else "",
            row.standing.figures,
            row.standing.self_report_alone,
            row.standing.strongest,
            row.adoptions,
            "; ".join(row.flags),
            "; ".join(sorted(row.unverified)),
            row.origin,
        )
        for row in rows
    ]
