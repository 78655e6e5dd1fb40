"""What is claimed of a practice, by the kind of evidence it rests on; figures that conflict side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from teladan.exchange import labels
from teladan.exchange.queries import ClaimView, EvidenceView, ObservationView, PracticeView
from teladan.portal.practices.words import told
from teladan.portal.words import named
from teladan.web.formats import date, joined, marked, num

YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
# As the page sets them out: from whoever gains by it to whoever has no part in it.
TYPES = tuple(labels.EVIDENCE)
NARROW = {"independent evaluation": N_("Evaluation"), "index": N_("Index")}  # over a narrow column


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One observation as a row."""

    statement: Markup  # blank where the row above says it
    notes: tuple[Markup, ...]
    value: Markup
    is_number: bool
    period: Markup
    types: tuple[bool, ...]
    kinds: str
    sources: Markup
    flag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """The figures by level, and how many rest on each kind of evidence."""

    title: str
    sub: str
    columns: tuple[str, ...]
    groups: tuple[tuple[str, tuple[Figure, ...]], ...]
    totals: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Figures of one measure, time and population that cannot all be right."""

    statement: Markup
    figures: tuple[Figure, ...]


def claims(view: PracticeView) -> Claims | None:
    """Return the table of what is claimed; None where nothing is."""
    if not view.claims:
        return None
    spoken = view.row.language
    groups: dict[str, list[Figure]] = {}
    for claim in view.claims:
        groups.setdefault(claim.level, []).extend(_of_claim(claim, spoken))
    by_type = view.row.standing.by_type
    count = view.row.standing.figures
    return Claims(
        title=_title(view),
        sub=ngettext(
            "%(n)s figure by the kind of evidence it rests on. An empty column is an answer too.",
            "%(n)s figures by the kind of evidence they rest on. An empty column is an answer too.",
            count,
        )
        % {"n": num(count)},
        columns=tuple(
            _(NARROW[kind]) if kind in NARROW else labels.word(labels.EVIDENCE, kind) for kind in TYPES
        ),
        groups=tuple(
            (labels.word(labels.LEVEL, level), tuple(rows)) for level, rows in groups.items() if rows
        ),
        totals=tuple(num(by_type.get(kind, 0)) for kind in TYPES),
    )


def conflicts(view: PracticeView) -> tuple[Conflict, ...]:
    """Return what sources disagree on, side by side."""
    return tuple(
        Conflict(
            statement=told(claim.statement),
            figures=tuple(_figure(one, Markup(""), view.row.language) for one in group),
        )
        for claim, group in view.conflicts
    )


def best(view: PracticeView) -> tuple[Markup, str]:
    """Return the result that rests on the strongest evidence, the newest of such, and what it rests on.

    What changed goes before what was delivered; where only that is on record, it is said. Where nothing
    was observed, what there is instead is said, and "" for its evidence.
    """
    own = [(claim, one) for claim in view.claims for one in claim.observations if not one.adoption]
    results = [(claim, one) for claim, one in own if one.nature == "result"]
    if not results:
        none = _("Nothing was observed yet: what is on record is expected or planned.")
        return escape(none if own else _("No outcome figure is on record.")), ""

    def weight(found: tuple[ClaimView, ObservationView]) -> tuple[int, int]:
        one = found[1]
        years = [int(year) for year in YEAR.findall(one.period)]
        return max((TYPES.index(each.type) for each in one.evidence), default=-1), max(years, default=0)

    changed = [(claim, one) for claim, one in results if claim.level != "output"]
    claim, one = max(changed or results, key=weight)
    figure = Markup("{}: <strong>{}</strong>").format(told(claim.statement), value_of(one, view.row.language))
    if one.period:
        figure = Markup("{} ({})").format(figure, named(one.period, view.row.language))
    if not changed:
        figure = Markup("{}. {}").format(figure, _("Only what was delivered is on record, no outcome."))
    strongest = max((each.type for each in one.evidence), key=TYPES.index, default="")
    return figure, labels.word(labels.EVIDENCE, strongest) if strongest else ""


def newest_year(view: PracticeView) -> int | None:
    """Return the newest year that the period of any result names."""
    found = [
        int(year)
        for claim in view.claims
        for one in claim.observations
        if one.nature == "result"
        for year in YEAR.findall(one.period)
    ]
    return max(found, default=None)


def _title(view: PracticeView) -> str:
    standing = view.row.standing
    independent = sum(standing.by_type.get(kind, 0) for kind in ("audit", "independent evaluation", "survey"))
    if standing.figures and standing.self_report_alone == standing.figures:
        return _("Every figure is the owner’s own word; none is from an audit, a survey or an evaluation")
    if not independent:
        return _("No figure is from an audit, a survey or an independent evaluation")
    return ngettext(
        "%(n)s figure is from an audit, a survey or an independent evaluation",
        "%(n)s figures are from an audit, a survey or an independent evaluation",
        independent,
    ) % {"n": num(independent)}


def _of_claim(claim: ClaimView, spoken: str) -> list[Figure]:
    own = [one for one in claim.observations if not one.adoption]
    statement = told(claim.statement)
    return [_figure(one, statement, spoken) for one in own]


def _figure(one: ObservationView, statement: Markup, spoken: str) -> Figure:
    kinds = [each.type for each in one.evidence]
    return Figure(
        statement=statement,
        notes=tuple(_notes(one, spoken)),
        value=value_of(one, spoken),
        is_number=bool(one.exact),
        period=named(one.period, spoken) if one.period else escape(num(None)),
        types=tuple(kind in kinds for kind in TYPES),
        kinds=", ".join(labels.word(labels.EVIDENCE, kind) for kind in dict.fromkeys(kinds)),
        sources=sources_of(one.evidence),
        flag=_("Below its target") if one.below_target else "",
    )


def value_of(one: ObservationView, spoken: str) -> Markup:
    """Return a figure with its unit: digits dressed for the reader, words in their language."""
    if not one.exact:
        return named(f"{one.value} {one.unit}" if one.unit not in one.value else one.value, spoken)
    figure = num(int(one.exact)) if one.exact.isdigit() and len(one.exact) > 4 else num(one.exact)
    if one.unit == "%":
        return escape(f"{figure}%")
    return Markup("{} {}").format(figure, named(one.unit, spoken))


def sources_of(evidence: Iterable[EvidenceView]) -> Markup:
    """Return where a figure was seen: links, or titles alone, each with the day it was seen."""
    return joined("; ", map(_source, evidence))


def _source(source: EvidenceView) -> Markup:
    title = source.title or (urlsplit(source.address).hostname or source.address).removeprefix("www.")
    label = escape(title)
    if source.address:
        label = Markup('<a href="{}" class="t-wrap">{}</a>').format(source.address, title)
    if not source.seen:
        return label
    return Markup("{} {}").format(label, _("(seen %(date)s)") % {"date": date(source.seen)})


def _notes(one: ObservationView, spoken: str) -> list[Markup]:
    notes = []
    if one.nature != "result":
        notes.append(escape(labels.word(labels.NATURE, one.nature)))
    if one.baseline:
        notes.append(marked(_("before: %(value)s"), value=named(one.baseline, spoken)))
    if one.target:
        target = marked(_("target: %(value)s"), value=named(f"{one.target} {one.unit}", spoken))
        notes.append(
            Markup("{}, {}").format(target, named(one.target_by, spoken)) if one.target_by else target
        )
    if one.population:
        notes.append(marked(_("of: %(population)s"), population=named(one.population, spoken)))
    if one.note:
        notes.append(named(one.note, spoken))
    return notes
