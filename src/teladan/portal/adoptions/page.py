"""What the page of one adoption says: from whom, how much, how far it came, what changed, who judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from teladan.exchange import labels
from teladan.exchange.content import FIGURE
from teladan.exchange.queries import (
    AdoptionRow,
    AdoptionView,
    AppraisalView,
    ComparedView,
    ElementView,
    ObservationView,
)
from teladan.portal.practices.claims import Source, sources_of, value_of
from teladan.portal.practices.fit import part_name
from teladan.portal.practices.lineage import Strip
from teladan.portal.practices.page import receipt
from teladan.portal.practices.words import (
    Status,
    adopter_name,
    country_address,
    country_name,
    degree_text,
    not_seen,
    not_verified,
    or_not_seen,
    parent_name,
    practice_address,
    stage_of,
)
from teladan.portal.record.words import entry_text
from teladan.portal.words import dressed, named
from teladan.web.formats import date, marked, num


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """What was taken from: name, address, version, country, share."""

    name: Markup
    address: str
    version: str
    country: str
    share: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage that was reached."""

    word: str
    when: Markup
    words: Markup
    entry: str
    receipt: str
    key: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of a core element, or of something beside them."""

    text: Markup
    weight: str
    treatment: str
    what: Markup
    why: Markup
    decided: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One figure of an adopter."""

    value: Markup
    period: Markup
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A measure before and after."""

    level: str
    name: Markup
    practice: str
    before: tuple[Seen, ...]
    after: tuple[Seen, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An appraisal with its reply."""

    codes: tuple[tuple[str, str], ...]
    text: Markup
    at: str
    entry: str
    receipt: str
    reply: Markup
    replied: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptionPage:
    """All that the template writes down."""

    name: Markup
    plain_name: str
    language: str
    adopter: Markup
    country: tuple[str, str] | None
    lede: Markup
    status: Status
    within: bool
    sample: bool
    parents: tuple[Parent, ...]
    becomes: str
    declared: Markup
    computed: str
    computed_why: str
    facts: tuple[tuple[str, Markup], ...]
    notes: tuple[Markup, ...]
    unverified: tuple[tuple[str, Markup], ...]
    stages: tuple[Stage, ...]
    elements: tuple[Change, ...]
    others: tuple[Change, ...]
    outcomes: tuple[Outcome, ...]
    prospect: tuple[tuple[str, ...], ...]
    conclusion: Markup
    weighed: str
    figures: Kept | None
    appraisals: tuple[Judged, ...]
    source: str
    strip: Strip | None


def prepare(view: AdoptionView, strip: Strip | None = None) -> AdoptionPage:
    """Return the page of an adoption."""
    row = view.row
    declared = degree_text(row)
    return AdoptionPage(
        name=named(row.name, row.language),
        plain_name=row.name,
        language=row.language,
        adopter=named(row.adopter, row.language),
        country=(country_name(row.country_titles), country_address(row.country)) if row.country else None,
        lede=_lede(row),
        status=stage_of(row),
        within=row.within,
        sample=row.is_sample,
        parents=tuple(
            Parent(
                name=parent_name(each),
                address=practice_address(each.practice),
                version=num(each.number),
                country=country_name(each.country_titles),
                share=escape(each.share) if each.share else not_seen(),
            )
            for each in row.parents
        ),
        becomes=practice_address(row.becomes) if row.becomes else "",
        declared=declared,
        computed=labels.word(labels.DEGREE, view.computed.degree) if view.computed.degree else "",
        computed_why=_why(view),
        facts=_facts(row),
        notes=tuple(named(text, row.language) for text in (row.note, row.derivation_note) if text),
        unverified=not_verified(row.unverified, row.language),
        stages=tuple(_stages(view)),
        elements=tuple(_change(each, row.language) for each in view.elements),
        others=tuple(_change(each, row.language) for each in view.others),
        outcomes=tuple(_outcome(each, row.language) for each in view.outcomes),
        prospect=_prospect(view),
        conclusion=named(view.prospect.conclusion, row.language) if view.prospect else Markup(""),
        weighed=date(view.prospect.at.date()) if view.prospect else "",
        figures=kept(view),
        appraisals=tuple(_judged(each) for each in view.appraisals),
        source=row.source,
        strip=strip,
    )


def _lede(row: AdoptionRow) -> Markup:
    parents = Markup(", ").join(
        Markup("{} ({})").format(parent_name(each), country_name(each.country_titles)) for each in row.parents
    )
    values = {"adopter": adopter_name(row), "parents": parents}
    if row.stage == "not adopted":
        return marked(_("%(adopter)s decided not to take up: %(parents)s."), **values)
    if row.stage in {"noticed", "assessed"}:
        return marked(_("%(adopter)s looked at: %(parents)s. No decision is on record."), **values)
    return marked(_("%(adopter)s took from: %(parents)s."), **values)


def _why(view: AdoptionView) -> str:
    counts = view.computed
    if not view.elements:
        return _("Not computed: no core element of the parents is on record.")
    if counts.degree is None:
        return _("Not computed: for %(n)s core elements nobody said what became of them.") % {
            "n": num(counts.unsaid)
        }
    return _("Computed from the core elements: %(kept)s kept, %(changed)s changed, %(dropped)s dropped.") % {
        "kept": num(counts.kept),
        "changed": num(counts.changed),
        "dropped": num(counts.dropped),
    }


def _facts(row: AdoptionRow) -> tuple[tuple[str, Markup], ...]:
    def word(of: dict[str, str], code: str) -> Markup:
        return escape(labels.word(of, code)) if code else not_seen()

    return (
        (_("How it was learned"), word(dict(labels.CHANNEL), row.channel)),
        (_("Why"), word(dict(labels.MOTIVE), row.motive)),
        (_("Who paid"), or_not_seen(row.funder, row.language)),
    )


def _stages(view: AdoptionView) -> list[Stage]:
    last = len(view.stages) - 1
    return [
        Stage(
            word=labels.word(labels.STAGE, each.stage),
            when=escape(date(each.date)) if each.date else not_seen(),
            words=named(each.words, view.row.language) if each.words else Markup(""),
            entry=entry_text(each.entry),
            receipt=receipt(each.entry),
            key=place == last,
        )
        for place, each in enumerate(view.stages)
    ]


def _change(each: ElementView, spoken: str) -> Change:
    decided = [each.decided_by] if each.decided_by else []
    if each.planned is not None:
        decided.append(_("planned") if each.planned else _("a reaction"))
    if each.faithful is not None:
        decided.append(
            _("faithful to what makes it work") if each.faithful else _("not faithful to what makes it work")
        )
    return Change(
        text=named(each.text, each.language) if each.text else Markup(""),
        weight=labels.word(labels.WEIGHT, each.weight) if each.weight else "",
        treatment=labels.word(labels.TREATMENT, each.treatment) if each.treatment else _("not stated"),
        what=named(each.what, spoken) if each.what else Markup(""),
        why=named(each.reason, spoken) if each.reason else Markup(""),
        decided=", ".join(decided),
    )


def _outcome(each: ComparedView, spoken: str) -> Outcome:
    def seen(found: Sequence[ObservationView]) -> tuple[Seen, ...]:
        return tuple(
            Seen(
                value=value_of(one, spoken),
                period=named(one.period, spoken) if one.period else not_seen(),
                sources=tuple(sources_of(one.evidence)),
            )
            for one in found
        )

    return Outcome(
        level=labels.word(labels.LEVEL, each.level),
        name=named(each.name, spoken),
        practice=practice_address(each.practice),
        before=seen(each.before),
        after=seen(each.after),
    )


def _prospect(view: AdoptionView) -> tuple[tuple[str, ...], ...]:
    if view.prospect is None:
        return ()
    return tuple(
        (
            labels.word(labels.PRECONDITION, each.get("kind", "")),
            *(each.get(key, "") for key in ("precondition", "parent", "adopter", "missing", "takes")),
        )
        for each in view.prospect.rows
    )


def _judged(each: AppraisalView) -> Judged:
    return Judged(
        codes=(
            (_("Done of what was planned"), labels.word(labels.COMPLETION, each.completion)),
            (_("Kept of what makes it work"), labels.word(labels.FIDELITY, each.fidelity)),
            (_("Results so far"), labels.word(labels.RESULTS, each.results)),
        ),
        text=named(each.text, each.language),
        at=date(each.at.date()),
        entry=entry_text(each.entry),
        receipt=receipt(each.entry),
        reply=named(each.reply, each.language) if each.reply else Markup(""),
        replied=date(each.replied_at.date()) if each.replied_at else "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Figures as they were published then: the countries, and (condition, where it stands, a figure each)."""

    countries: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[str, ...]], ...]


def kept(view: AdoptionView) -> Kept | None:
    """Return the figures that were weighed; None where none were published."""
    context = view.prospect.context if view.prospect else ()
    if not context:
        return None
    titles = {each.country: each.country_titles for each in view.row.parents}
    titles |= {view.row.country: view.row.country_titles}
    codes = tuple(dict.fromkeys(each["country"] for each in context))
    series = dict.fromkeys((each["series"], each["edition"]) for each in context)
    return Kept(
        countries=tuple(country_name(titles.get(code, {})) or code for code in codes),
        rows=tuple(row for one in series for row in _rows(one, codes, context)),
    )


def _rows(
    one: tuple[str, str], codes: tuple[str, ...], context: tuple[Mapping[str, Any], ...]
) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return the index, its parts and its group, in one edition."""
    series, edition = one
    of = {each["country"]: each for each in context if (each["series"], each["edition"]) == one}
    there = [of.get(code, {}) for code in codes]
    parts = dict.fromkeys(part for each in there for part in each.get("elements", {}))
    where = f"{series.upper()} {edition}"
    rows = [(where, _("Index"), tuple(_two(each.get("index", "")) for each in there))]
    rows += [
        (
            part_name(part),
            f"{part}, {where}",
            tuple(_two(each.get("elements", {}).get(part, "")) for each in there),
        )
        for part in parts
    ]
    if any(each.get("band") for each in there):
        group = _("Group of the GTMI %(year)s, A the highest to D") % {"year": edition}
        rows.append((group, "", tuple(each.get("band") or num(None) for each in there)))
    return rows


def _two(text: str) -> str:
    """Return a figure with two decimals; what is no figure as it stands."""
    return dressed(text, 2) if FIGURE.fullmatch(text) else num(text or None)
