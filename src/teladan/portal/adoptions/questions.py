"""The questions that the exchange answers, each on a page with an address of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from teladan.exchange import labels
from teladan.exchange.queries import AdoptionRow, Dropped, Fit, OnSelfReport, Orphan, PracticeRow
from teladan.portal.practices.claims import value_of
from teladan.portal.practices.fit import part_name
from teladan.portal.practices.words import (
    Status,
    adopter_name,
    adoption_address,
    both_names,
    country_name,
    parent_name,
    practice_address,
    stage_of,
    status_of,
    told,
)
from teladan.portal.words import named
from teladan.web.formats import date, num

MONTHS = ("12", "24", "36", "60")
NAMED = 3  # parts that are named; of more the number is said
KINDS = tuple(labels.PRECONDITION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question: its name in addresses, its words, what it is good for."""

    name: str
    address: str
    text: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of an answer: text or a mark, aligned as a number or not."""

    text: Markup | str = ""
    status: Status | None = None
    number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer as a table: the finding, the heads, rows of which the first cell names the row."""

    finding: str
    sub: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str


def questions() -> tuple[Question, ...]:
    """Return every question."""
    asked = (
        (
            "descendants",
            _("What came of a practice?"),
            _("All adoptions of a version, and those of its descendants."),
        ),
        (
            "dropped",
            _("Which core elements are dropped most often, and what followed?"),
            _("A part that everybody drops is none that makes it work, or the reason why it fails."),
        ),
        (
            "no-outcome",
            _("Which adoptions say nothing of their outcome?"),
            _("In use for months, and nobody says what changed."),
        ),
        (
            "self-report",
            _("Which claims rest on self-report alone?"),
            _("Figures of which nobody but their owner says that they are right."),
        ),
        (
            "orphans",
            _("Where did the source stop, and the adoptions go on?"),
            _("Whoever adopted it should know that the source gave it up."),
        ),
        (
            "fit",
            _("Which practices would fit my country?"),
            _("By how little your country lacks of the published conditions of the other."),
        ),
    )
    return tuple(
        Question(name=name, address=reverse(f"portal:question-{name}"), text=text, why=why)
        for name, text, why in asked
    )


def question(name: str) -> Question:
    """Return one question."""
    return next(each for each in questions() if each.name == name)


def _link(address: str, text: Markup | str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(address, text)


def _adoption(row: AdoptionRow) -> Markup:
    place = adopter_name(row)
    name = _link(adoption_address(row.code), named(row.name, row.language))
    return Markup('{} <span class="t-sub r">{}</span>').format(place, name)


def _parents(row: AdoptionRow) -> Markup:
    return Markup(", ").join(
        _link(practice_address(each.practice), parent_name(each)) for each in row.parents
    )


def _when(row: AdoptionRow) -> str:
    return date(row.begins) if row.begins else _("date not seen")


def descendants(edges: Sequence[AdoptionRow], start: PracticeRow | None) -> Answer:
    """Answer what came of a version."""
    count = len(edges)
    return Answer(
        finding=ngettext("%(n)s adoption comes down from it", "%(n)s adoptions come down from it", count)
        % {"n": num(count)},
        sub=_("Adoptions of it and of whatever came of it, by date."),
        heads=(_("Adopter"), _("Took from"), _("Since"), _("Stage"), _("Outcome after")),
        rows=tuple(
            (
                Cell(text=_adoption(row)),
                Cell(text=_parents(row)),
                Cell(text=_when(row)),
                Cell(status=stage_of(row)),
                Cell(text=_("Observed") if row.outcome else _("None recorded")),
            )
            for row in sorted(edges, key=lambda row: (row.begins or "9", row.code))
        ),
        empty=_("Nothing is on record that came of it.") if start else _("Choose a practice."),
    )


def dropped(found: Sequence[Dropped]) -> Answer:
    """Answer which core elements are dropped, and what followed."""
    count = len(found)
    return Answer(
        finding=ngettext("%(n)s core element was dropped", "%(n)s core elements were dropped", count)
        % {"n": num(count)},
        sub=_("Of the adoptions that say what became of the element."),
        heads=(_("Core element"), _("Practice"), _("Dropped"), _("What followed")),
        rows=tuple(
            (
                Cell(
                    text=Markup('{} <span class="t-sub">{}</span>').format(
                        named(each.text, each.language), labels.word(labels.WEIGHT, each.weight)
                    )
                ),
                Cell(text=_link(practice_address(each.practice), each.practice)),
                Cell(
                    text=_("%(own)s of %(all)s") % {"own": num(each.dropped), "all": num(each.said)},
                    number=True,
                ),
                Cell(text=Markup("; ").join(_followed(row) for row in each.followed)),
            )
            for each in found
        ),
        empty=_(
            "No adoption says that it dropped a core element. Most sources state no core elements at all, "
            "so nothing can be concluded from this."
        ),
    )


def _followed(row: AdoptionRow) -> Markup:
    place = adopter_name(row)
    after = _("outcome observed") if row.outcome else _("no outcome recorded")
    return Markup("{}: {}, {}").format(_link(adoption_address(row.code), place), stage_of(row)[1], after)


def without_outcome(found: Sequence[AdoptionRow], months: int) -> Answer:
    """Answer which adoptions in use say nothing of their outcome."""
    count = len(found)
    return Answer(
        finding=ngettext(
            "%(n)s adoption in use for %(months)s months or more says nothing of its outcome",
            "%(n)s adoptions in use for %(months)s months or more say nothing of their outcome",
            count,
        )
        % {"n": num(count), "months": num(months)},
        sub=_(
            "The oldest first; those whose date was not seen come last, for nobody can say that they are new."
        ),
        heads=(_("Adopter"), _("Took from"), _("Since"), _("Stage")),
        rows=tuple(
            (
                Cell(text=_adoption(row)),
                Cell(text=_parents(row)),
                Cell(text=_when(row)),
                Cell(status=stage_of(row)),
            )
            for row in found
        ),
        empty=_("There is none."),
    )


def on_self_report(found: Sequence[OnSelfReport], total: int) -> Answer:
    """Answer which claims rest on self-report alone, of so many claims."""
    return Answer(
        finding=_("%(own)s of %(all)s claims rest on self-report alone")
        % {"own": num(len(found)), "all": num(total)},
        sub=_("Every figure behind the claim is the owner’s own word."),
        heads=(_("Practice"), _("Country"), _("Claim"), _("Figure")),
        rows=tuple(
            (
                Cell(text=_link(practice_address(each.practice.code) + "#claims", both_names(each.practice))),
                Cell(text=country_name(each.practice.country_titles)),
                Cell(text=told(each.claim.statement)),
                Cell(
                    text=Markup("; ").join(
                        value_of(one, each.practice.language)
                        for one in each.claim.observations
                        if not one.adoption
                    )
                ),
            )
            for each in found
        ),
        empty=_("There is none."),
    )


def orphans(found: Sequence[Orphan]) -> Answer:
    """Answer where the source stopped and its adoptions go on."""
    count = len(found)
    return Answer(
        finding=ngettext(
            "%(n)s source stopped or regressed while adoptions of it go on",
            "%(n)s sources stopped or regressed while adoptions of them go on",
            count,
        )
        % {"n": num(count)},
        sub=_("As far as the record knows the status of both."),
        heads=(_("Source"), _("Status"), _("Adoptions that go on")),
        rows=tuple(
            (
                Cell(text=_link(practice_address(each.parent.code), both_names(each.parent))),
                Cell(status=status_of(each.parent)),
                Cell(
                    text=Markup("; ").join(
                        _link(adoption_address(row.code), adopter_name(row)) for row in each.children
                    )
                ),
            )
            for each in found
        ),
        empty=_(
            "There is none: no practice that stopped or regressed here has an adoption on record "
            "that goes on."
        ),
    )


def fitting(found: Sequence[Fit], mine: str, *, said: bool) -> Answer:
    """Answer which practices would fit a country; `said` whether the reader named preconditions."""
    near = sum(not each.far and not each.unknown for each in found)
    heads = (_("Practice"), _("Country"), _("Much lower here"), _("Status"), _("On self-report alone"))
    return Answer(
        finding=_("For %(near)s of %(all)s practices no published condition is much lower in %(country)s")
        % {"near": num(near), "all": num(len(found)), "country": mine}
        if mine
        else _("Choose your country"),
        sub=_(
            "Parts of EGDI and GTMI, newest edition; much lower: by more than a tenth of the scale. "
            "Least lacking first; being ahead counts for nothing. A first look, not a judgement."
        ),
        heads=(*heads[:3], _("Preconditions it states that you lack"), *heads[3:]) if said else heads,
        rows=tuple(_fit(each, said=said) for each in found),
        empty=_("No practice of another country is on record for this choice.")
        if mine
        else _("Choose your country above."),
    )


def _fit(each: Fit, *, said: bool) -> tuple[Cell, ...]:
    row = each.practice
    far = ", ".join(f"{part_name(one.element)} ({one.series.upper()})" for one in each.far)
    if len(each.far) > NAMED:
        far = _("%(n)s of %(all)s parts") % {"n": num(len(each.far)), "all": num(len(each.compared))}
    cells = (
        Cell(text=_link(practice_address(row.code), both_names(row))),
        Cell(text=country_name(row.country_titles)),
        Cell(text=_("no figures of both") if each.unknown else far or _("nothing")),
        Cell(status=status_of(row)),
        Cell(text=f"{num(row.standing.self_report_alone)}/{num(row.standing.figures)}", number=True),
    )
    if not said:
        return cells
    unmet = ", ".join(labels.word(labels.PRECONDITION, kind) for kind in each.unmet)
    stated = unmet or (_("none") if row.preconditions else _("it states none"))
    return (*cells[:3], Cell(text=escape(stated)), *cells[3:])
