"""The network of who learned from whom: every origin with its line, countries as teachers and learners."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from teladan.core.table import Column, Table
from teladan.exchange.queries import AdoptionRow, PracticeRow
from teladan.portal.practices import lineage_figure as figure
from teladan.portal.practices.lineage import Strip, finding, rows_of, strip
from teladan.portal.practices.words import both_names, country_address, country_name, practice_address
from teladan.portal.words import drawn
from teladan.web.formats import link, num


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One origin with everything that came of it."""

    name: Markup
    address: str
    strip: Strip


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """All lines on one scale, and the countries."""

    title: str
    lede: str
    scale: Markup
    lines: tuple[Line, ...]
    countries: Table[str] | None


def prepare(rows: Sequence[PracticeRow], edges: Sequence[AdoptionRow]) -> Network:
    """Return the network; each adoption stands in the line of every origin that it comes from."""
    known = {row.code: row for row in rows}
    groups = lines(known, edges)
    marks = [mark for start, own in groups for mark in rows_of(start, (), own, known)[0]]
    axis = figure.years(marks)
    countries = {p.country for row in edges for p in row.parents} | {
        row.country for row in edges if row.country
    }
    told = sum(row.outcome for row in edges)
    return Network(
        title=ngettext("%(n)s adoption on record", "%(n)s adoptions on record", len(edges))
        % {"n": num(len(edges))},
        lede=_("They link %(countries)s countries. %(told)s of %(all)s say what changed afterwards.")
        % {"countries": num(len(countries)), "told": num(told), "all": num(len(edges))},
        scale=drawn(figure.scale(axis)),
        lines=tuple(
            Line(
                name=both_names(start),
                address=practice_address(start.code),
                strip=strip(start, (), own, known, title=finding(own), axis=axis, here=False),
            )
            for start, own in groups
        ),
        countries=_countries(edges, known),
    )


def lines(
    known: Mapping[str, PracticeRow], edges: Sequence[AdoptionRow]
) -> list[tuple[PracticeRow, list[AdoptionRow]]]:
    """Return each origin (it comes from nothing here) with all adoptions below it, the most adopted first."""
    by_parent: dict[str, list[AdoptionRow]] = {}
    for row in edges:
        for parent in row.parents:
            by_parent.setdefault(parent.practice, []).append(row)
    came = {row.becomes for row in edges if row.becomes}
    found = []
    for code in by_parent:
        if code in came or code not in known:
            continue
        own: dict[str, AdoptionRow] = {}
        waiting = [code]
        while waiting:
            for row in by_parent.get(waiting.pop(), ()):
                if row.code not in own:
                    own[row.code] = row
                    waiting += [row.becomes] if row.becomes else []
        found.append((known[code], list(own.values())))
    return sorted(found, key=lambda pair: (-len(pair[1]), pair[0].code))


def _countries(edges: Sequence[AdoptionRow], known: Mapping[str, PracticeRow]) -> Table[str] | None:
    """Return how often each country taught and learned across borders, and what spread inside it."""
    titles: dict[str, Mapping[str, str]] = {row.country: row.country_titles for row in known.values()}
    taught: Counter[str] = Counter()
    learned: Counter[str] = Counter()
    within: Counter[str] = Counter()
    for row in edges:
        titles.setdefault(row.country, row.country_titles)
        if row.within:
            within[row.country] += 1
            continue
        learned[row.country] += bool(row.country)
        for country in {parent.country for parent in row.parents}:
            taught[country] += 1
    codes = {code for counts in (taught, learned, within) for code, n in counts.items() if code and n}
    names = {code: country_name(titles[code]) for code in codes}
    if not codes:
        return None
    return Table(
        (
            Column(_("Country"), lambda code: link(country_address(code), names[code]), "r"),
            Column(_("Taught"), lambda code: num(taught[code]), "n"),
            Column(_("Learned"), lambda code: num(learned[code]), "n"),
            Column(_("Spread inside"), lambda code: num(within[code]), "n"),
        ),
        sorted(codes, key=lambda code: (-taught[code], -learned[code], names[code])),
        title=_("Who taught and who learned"),
        sub=_(
            "Adoptions on record. What one country took from two counts once for it, and once for each of "
            "the two."
        ),
        name="countries-caption",
        css="t-table t-table--tight t-close",
    )
