"""What the page of one adoption says: from whom, how much, how far it came, what changed, who judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from teladan.core.table import Table
from teladan.exchange import labels
from teladan.exchange.queries import (
    AdoptionRow,
    AdoptionView,
    AppraisalView,
    ComparedView,
    ElementView,
    ParentView,
)
from teladan.portal.adoptions import tables
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
from teladan.portal.words import named
from teladan.web.formats import date, marked, num


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
    parents: Table[ParentView]
    becomes: str
    declared: Markup
    computed: str
    computed_why: str
    facts: tuple[tuple[str, Markup], ...]
    notes: tuple[Markup, ...]
    unverified: tuple[tuple[str, Markup], ...]
    stages: tuple[Stage, ...]
    elements: Table[ElementView] | None
    others: Table[ElementView] | None
    outcomes: Table[ComparedView] | None
    prospect: Table[Mapping[str, str]] | None
    conclusion: Markup
    figures: Table[tables.Weighed] | None
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
        parents=tables.parents(view),
        becomes=practice_address(row.becomes) if row.becomes else "",
        declared=declared,
        computed=labels.word(labels.DEGREE, view.computed.degree) if view.computed.degree else "",
        computed_why=_why(view),
        facts=_facts(row),
        notes=tuple(named(text, row.language) for text in (row.note, row.derivation_note) if text),
        unverified=not_verified(row.unverified, row.language),
        stages=tuple(_stages(view)),
        elements=tables.elements(
            view.elements,
            row.language,
            title=_("Core elements, and what became of each"),
            name="elements-caption",
        ),
        others=tables.elements(view.others, row.language, title=_("Other changes"), name="others-caption"),
        outcomes=tables.outcomes(view),
        prospect=tables.preconditions(view),
        conclusion=named(view.prospect.conclusion, row.language) if view.prospect else Markup(""),
        figures=tables.weighed(view),
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
