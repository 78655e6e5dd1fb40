"""The lineage strip as a table: who took from whom, when, how, how far it came, what was observed after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from teladan.exchange.queries import AdoptionRow, LineageView, PracticeRow, PracticeView
from teladan.portal.practices import lineage_figure as figure
from teladan.portal.practices.words import (
    Status,
    adopter_name,
    adoption_address,
    both_names,
    country_name,
    degree_text,
    practice_address,
    stage_of,
    status_of,
)
from teladan.portal.words import drawn, named
from teladan.web.formats import date, num


@dataclass(frozen=True, slots=True, kw_only=True)
class StripRow:
    """One row of the strip: a practice, or an adoption of one."""

    place: Markup  # the country, or the adopter where it is of several
    name: Markup
    address: str
    draw: Markup
    how: Markup
    unverified: bool
    status: Status
    outcome: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """The rows with the scale over them."""

    title: str
    scale: Markup
    rows: tuple[StripRow, ...]


def of_practice(view: PracticeView, lineage: LineageView, known: Mapping[str, PracticeRow]) -> Strip | None:
    """Return the strip of a practice: its sources, itself, whatever came of it; None where it is alone."""
    if not view.came_from and not lineage.edges:
        return None
    return strip(view.row, view.came_from, lineage.edges, known, title=finding(view.adopted_by))


def finding(edges: Sequence[AdoptionRow]) -> str:
    """Return how many took it up, and how many of them say what changed."""
    if not edges:
        return _("No adoption of it is on record")
    told = sum(row.outcome for row in edges)
    count = ngettext("%(n)s adoption on record", "%(n)s adoptions on record", len(edges)) % {
        "n": num(len(edges))
    }
    if not told:
        return _("%(adoptions)s; none says what changed") % {"adoptions": count}
    after = ngettext("%(n)s says what changed", "%(n)s say what changed", told) % {"n": num(told)}
    return _("%(adoptions)s; %(told)s") % {"adoptions": count, "told": after}


def needed(came_from: Iterable[AdoptionRow], edges: Iterable[AdoptionRow]) -> set[str]:
    """Return the practices that stand in a strip."""
    return {parent.practice for row in (*came_from, *edges) for parent in row.parents}


def strip(
    start: PracticeRow,
    came_from: Sequence[AdoptionRow],
    edges: Sequence[AdoptionRow],
    known: Mapping[str, PracticeRow],
    *,
    title: str,
    axis: figure.Years | None = None,
    here: bool = True,
) -> Strip:
    """Return the strip of one practice; `known` are the practices of `needed`, `axis` a scale to share."""
    marks, entries = rows_of(start, came_from, edges, known)
    axis = axis or figure.years(marks)
    rows = tuple(
        _row(entry, svg, here=here and entry is start)
        for entry, svg in zip(entries, figure.strips(marks, axis), strict=True)
    )
    if came_from:  # how the practice itself came about is told in its own row
        how = Markup("; ").join(_how(row) for row in came_from)
        rows = tuple(_with_how(row, how) if entries[i] is start else row for i, row in enumerate(rows))
    return Strip(title=title, scale=drawn(figure.scale(axis)), rows=rows)


Entry = PracticeRow | AdoptionRow


def rows_of(
    start: PracticeRow,
    came_from: Sequence[AdoptionRow],
    edges: Sequence[AdoptionRow],
    known: Mapping[str, PracticeRow],
) -> tuple[list[figure.Mark], list[Entry]]:
    """Return the rows from top to bottom, each below all that it took from, with their marks."""
    inside = {start.code, *(row.becomes for row in edges if row.becomes)}
    sources = sorted(needed(came_from, edges) - inside)
    entries: list[Entry] = []
    marks: list[figure.Mark] = []
    places: dict[str, int] = {}  # by code of a practice

    def put(entry: Entry, mark: figure.Mark, practice: str) -> None:
        if practice:
            places.setdefault(practice, len(entries))
        entries.append(entry)
        marks.append(mark)

    for code in sources:
        if code in known:
            put(known[code], _mark_of(known[code]), code)
    own = tuple(
        sorted({places[p.practice] for row in came_from for p in row.parents if p.practice in places})
    )
    put(start, _mark_of(start, own), start.code)
    waiting = sorted(edges, key=lambda row: (row.date or row.begins or "9", row.code))
    while waiting:
        ready = next((row for row in waiting if _parents(row, waiting, places) is not None), waiting[0])
        waiting.remove(ready)
        parents = tuple(sorted({places[p.practice] for p in ready.parents if p.practice in places}))
        put(ready, _mark_of_adoption(ready, parents), ready.becomes)
    return marks, entries


def _parents(row: AdoptionRow, waiting: Sequence[AdoptionRow], places: Mapping[str, int]) -> bool | None:
    """Return None while a parent of it still comes further down."""
    later = {each.becomes for each in waiting if each.becomes and each is not row}
    return None if any(p.practice in later and p.practice not in places for p in row.parents) else True


def _mark_of(row: PracticeRow, parents: tuple[int, ...] = ()) -> figure.Mark:
    return figure.Mark(
        date=row.since,
        origin=True,
        ended=row.status == "stopped",
        sure="since" not in row.unverified,
        parents=parents,
    )


def _mark_of_adoption(row: AdoptionRow, parents: tuple[int, ...]) -> figure.Mark:
    return figure.Mark(
        date=row.date or row.begins,
        ended=row.ended,
        sure="date" not in row.unverified,
        parents=parents,
        earlier=(row.begins,) if row.begins else (),
    )


def _row(entry: Entry, svg: str, *, here: bool) -> StripRow:
    if isinstance(entry, PracticeRow):
        return StripRow(
            place=escape(country_name(entry.country_titles)),
            name=both_names(entry),
            address=practice_address(entry.code),
            draw=drawn(svg),
            how=escape(
                _("Since %(date)s") % {"date": date(entry.since)} if entry.since else _("Start not seen")
            ),
            unverified="since" in entry.unverified and bool(entry.since),
            status=status_of(entry),
            outcome="",
            here=here,
        )
    return StripRow(
        place=adopter_name(entry),
        name=named(entry.name, entry.language),
        address=adoption_address(entry.code),
        draw=drawn(svg),
        how=_how(entry),
        unverified="date" in entry.unverified,
        status=stage_of(entry),
        outcome=_("Observed") if entry.outcome else _("None recorded"),
        here=here,
    )


def _how(row: AdoptionRow) -> Markup:
    """Return when and how, with the source's own words."""
    when = date(row.date or row.begins) if row.date or row.begins else _("date not seen")
    said = Markup(", {}").format(named(row.words, row.language)) if row.words else Markup("")
    return Markup("{}, {}{}").format(degree_text(row), when, said)


def _with_how(row: StripRow, how: Markup) -> StripRow:
    return StripRow(
        place=row.place,
        name=row.name,
        address=row.address,
        draw=row.draw,
        how=Markup("{}. {}").format(row.how, how),
        unverified=row.unverified,
        status=row.status,
        outcome=row.outcome,
        here=row.here,
    )
