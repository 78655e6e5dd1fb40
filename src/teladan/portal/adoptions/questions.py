"""The questions that the exchange answers, each on a page with an address of its own, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from teladan.core.table import Column, Table
from teladan.exchange import labels
from teladan.exchange.queries import AdoptionRow, Dropped, Fit, ObservationView, OnSelfReport, Orphan
from teladan.portal.practices.claims import value_of
from teladan.portal.practices.fit import part_name
from teladan.portal.practices.words import (
    adopter_name,
    adoption_address,
    both_names,
    country_name,
    parent_name,
    practice_address,
    practice_link,
    stage_of,
    status_of,
    told,
)
from teladan.web.formats import date, joined, link, named, num, span, status

MONTHS = ("12", "24", "36", "60")
NAMED = 3  # parts that are named; of more the number is said
KINDS = tuple(labels.PRECONDITION)


class Question(NamedTuple):
    """A question: its name in addresses, its words, what it is good for."""

    name: str
    text: str
    why: str

    @property
    def address(self) -> str:
        """The page of its answer."""
        return reverse(f"portal:question-{self.name}")


def questions() -> tuple[Question, ...]:
    """Return every question."""
    return (
        Question(
            "descendants",
            _("What came of a practice?"),
            _("All adoptions of a version, and those of its descendants."),
        ),
        Question(
            "dropped",
            _("Which core elements are dropped most often, and what followed?"),
            _("A part that everybody drops is none that makes it work, or the reason why it fails."),
        ),
        Question(
            "no-outcome",
            _("Which adoptions say nothing of their outcome?"),
            _("In use for months, and nobody says what changed."),
        ),
        Question(
            "self-report",
            _("Which claims rest on self-report alone?"),
            _("Figures of which nobody but their owner says that they are right."),
        ),
        Question(
            "orphans",
            _("Where did the source stop, and the adoptions go on?"),
            _("Whoever adopted it should know that the source gave it up."),
        ),
        Question(
            "fit",
            _("Which practices would fit my country?"),
            _("By how little your country lacks of the published conditions of the other."),
        ),
    )


def question(name: str) -> Question:
    """Return one question."""
    return next(question for question in questions() if question.name == name)


def descendants(edges: Sequence[AdoptionRow]) -> Table[AdoptionRow]:
    """Answer what came of a version."""
    count = len(edges)
    return Table(
        (
            *_adoption_columns(),
            Column(
                _("Outcome after"),
                lambda row: span(_("Observed") if row.outcome else _("None recorded")),
                "x2",
            ),
        ),
        sorted(edges, key=lambda row: (row.begins or "9", row.code)),
        title=ngettext("%(n)s adoption comes down from it", "%(n)s adoptions come down from it", count)
        % {"n": num(count)},
        sub=_("Adoptions of it and of whatever came of it, by date."),
        name="answer-caption",
        css="t-table t-firm t-cards",
    )


def dropped(elements: Sequence[Dropped]) -> Table[Dropped]:
    """Answer which core elements are dropped, and what followed."""
    count = len(elements)
    return Table(
        (
            Column(None, lambda row: row.practice, key="practice"),
            Column(None, lambda row: row.element, key="element"),
            Column(_("Core element"), _element, "r x4", key="text", value=lambda row: row.text),
            Column(None, lambda row: row.weight, key="weight"),
            Column(_("Practice"), lambda row: span(link(practice_address(row.practice), row.practice)), "x2"),
            Column(_("Dropped"), _share, "x2", key="dropped", value=lambda row: row.dropped),
            Column(None, lambda row: row.said, key="said"),
            Column(
                _("What followed"),
                lambda row: span(joined("; ", map(_followed, row.followed))),
                "x2",
                key="adoptions",
                value=lambda row: "; ".join(adoption.code for adoption in row.followed),
            ),
        ),
        elements,
        title=ngettext("%(n)s core element was dropped", "%(n)s core elements were dropped", count)
        % {"n": num(count)},
        sub=_("Of the adoptions that say what became of the element."),
        name="answer-caption",
        css="t-table t-firm t-cards",
    )


def without_outcome(adoptions: Sequence[AdoptionRow], months: int) -> Table[AdoptionRow]:
    """Answer which adoptions in use say nothing of their outcome."""
    count = len(adoptions)
    return Table(
        _adoption_columns(),
        adoptions,
        title=ngettext(
            "%(n)s adoption in use for %(months)s months or more says nothing of its outcome",
            "%(n)s adoptions in use for %(months)s months or more say nothing of their outcome",
            count,
        )
        % {"n": num(count), "months": num(months)},
        sub=_(
            "The oldest first; those whose date was not seen come last, for nobody can say that they are new."
        ),
        name="answer-caption",
        css="t-table t-firm t-cards",
    )


def on_self_report(claims: Sequence[OnSelfReport], total: int) -> Table[OnSelfReport]:
    """Answer which claims rest on self-report alone, of so many claims."""
    return Table(
        (
            Column(
                _("Practice"),
                lambda row: link(practice_address(row.practice.code) + "#claims", both_names(row.practice)),
                "r x4",
                key="practice",
                value=lambda row: row.practice.code,
            ),
            Column(
                _("Country"),
                lambda row: span(country_name(row.practice.country_titles)),
                "x2",
                key="country",
                value=lambda row: row.practice.country,
            ),
            Column(None, lambda row: row.claim.code, key="claim"),
            Column(
                _("Claim"),
                lambda row: span(told(row.claim.statement)),
                "x2",
                key="statement",
                value=lambda row: row.claim.statement.text,
            ),
            Column(
                _("Figure"),
                lambda row: span(
                    joined("; ", (value_of(figure, row.practice.language) for figure in _figures(row)))
                ),
                "x2",
                key="figures",
                value=lambda row: "; ".join(f"{figure.value} {figure.unit}" for figure in _figures(row)),
            ),
        ),
        claims,
        title=_("%(own)s of %(all)s claims rest on self-report alone")
        % {"own": num(len(claims)), "all": num(total)},
        sub=_("Every figure behind the claim is the owner’s own word."),
        name="answer-caption",
        css="t-table t-firm t-cards",
    )


def orphans(sources: Sequence[Orphan]) -> Table[Orphan]:
    """Answer where the source stopped and its adoptions go on."""
    count = len(sources)
    return Table(
        (
            Column(_("Source"), lambda row: practice_link(row.parent), "r x4"),
            Column(_("Status"), lambda row: span(status(status_of(row.parent))), "x2"),
            Column(
                _("Adoptions that go on"),
                lambda row: span(joined("; ", map(_adopter_link, row.children))),
                "x2",
            ),
        ),
        sources,
        title=ngettext(
            "%(n)s source stopped or regressed while adoptions of it go on",
            "%(n)s sources stopped or regressed while adoptions of them go on",
            count,
        )
        % {"n": num(count)},
        sub=_("As far as the record knows the status of both."),
        name="answer-caption",
        css="t-table t-firm t-cards",
    )


def fitting(fits: Sequence[Fit], mine: str, *, said: bool) -> Table[Fit]:
    """Answer which practices would fit a country; `said` whether the reader named preconditions."""
    near = sum(not fit.far and not fit.unknown for fit in fits)
    title = _("For %(near)s of %(all)s practices no published condition is much lower in %(country)s")
    return Table(
        (
            Column(
                _("Practice"),
                lambda row: practice_link(row.practice),
                "r x4",
                key="practice",
                value=lambda row: row.practice.code,
            ),
            Column(
                _("Country"),
                lambda row: span(country_name(row.practice.country_titles)),
                "x2",
                key="country",
                value=lambda row: row.practice.country,
            ),
            Column(
                _("Much lower here"),
                _much_lower,
                "x2",
                key="much_lower",
                value=lambda row: "; ".join(f"{part.series} {part.element}" for part in row.far),
            ),
            Column(
                _("Preconditions it states that you lack") if said else None,
                _lacking,
                "x2",
                key="lacking_preconditions",
                value=lambda row: "; ".join(row.unmet),
            ),
            Column(None, lambda row: "no" if row.unknown else "yes", key="figures_of_both"),
            Column(_("Status"), lambda row: span(status(status_of(row.practice))), "x2"),
            Column(_("On self-report alone"), _alone, "x2"),
        ),
        fits,
        title=title % {"near": num(near), "all": num(len(fits)), "country": mine},
        sub=_(
            "Parts of EGDI and GTMI, newest edition; much lower: by more than a tenth of the scale. "
            "Least lacking first; being ahead counts for nothing. A first look, not a judgement."
        ),
        name="answer-caption",
        css="t-table t-firm t-cards",
    )


def _adoption_columns() -> tuple[Column[AdoptionRow], ...]:
    return (
        Column(_("Adopter"), _adoption, "r x4"),
        Column(_("Took from"), _parents, "x2"),
        Column(_("Since"), lambda row: span(date(row.begins) if row.begins else _("date not seen")), "x2"),
        Column(_("Stage"), lambda row: span(status(stage_of(row))), "x2"),
    )


def _adoption(row: AdoptionRow) -> Markup:
    name = link(adoption_address(row.code), named(row.name, row.language))
    return Markup('{} <span class="t-sub r">{}</span>').format(adopter_name(row), name)


def _parents(row: AdoptionRow) -> Markup:
    links = (link(practice_address(parent.practice), parent_name(parent)) for parent in row.parents)
    return span(joined(", ", links))


def _adopter_link(row: AdoptionRow) -> Markup:
    return link(adoption_address(row.code), adopter_name(row))


def _element(row: Dropped) -> Markup:
    weight = labels.word(labels.WEIGHT, row.weight)
    return Markup('{} <span class="t-sub">{}</span>').format(named(row.text, row.language), weight)


def _share(row: Dropped) -> Markup:
    return span(_("%(own)s of %(all)s") % {"own": num(row.dropped), "all": num(row.said)})


def _followed(row: AdoptionRow) -> Markup:
    after = _("outcome observed") if row.outcome else _("no outcome recorded")
    return Markup("{}: {}, {}").format(_adopter_link(row), stage_of(row)[1], after)


def _figures(row: OnSelfReport) -> list[ObservationView]:
    """Return the figures of a claim that are not those of an adopter."""
    return [figure for figure in row.claim.observations if not figure.adoption]


def _much_lower(row: Fit) -> Markup:
    if row.unknown:
        return span(_("no figures of both"))
    if len(row.far) > NAMED:
        return span(_("%(n)s of %(all)s parts") % {"n": num(len(row.far)), "all": num(len(row.compared))})
    parts = (f"{part_name(part.element)} ({part.series.upper()})" for part in row.far)
    return span(", ".join(parts) or _("nothing"))


def _lacking(row: Fit) -> Markup:
    unmet = ", ".join(labels.word(labels.PRECONDITION, kind) for kind in row.unmet)
    return span(unmet or (_("none") if row.practice.preconditions else _("it states none")))


def _alone(row: Fit) -> Markup:
    standing = row.practice.standing
    return span(f"{num(standing.self_report_alone)}/{num(standing.figures)}")
