"""The full report of a ranking: the finding, what varied, how to run it again, every unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from teladan.portal import names
from teladan.portal.names import short_name, source_text
from teladan.portal.uncertainty import assumptions as resting
from teladan.portal.uncertainty import words
from teladan.portal.uncertainty.rows import UnitTable, unit_table
from teladan.publication.queries import EditionView, RowView
from teladan.publication.queries.uncertainty import Ranking, Standing
from teladan.web.formats import marked, num


@dataclass(frozen=True, kw_only=True)
class Report:
    """All that the template writes down."""

    name: str  # SPBE 2024
    code: str
    subject: str  # what the page is about, also its crumb
    title: Markup
    lede: tuple[Markup, ...]
    facts: tuple[tuple[str, str], ...]
    assumptions: tuple[resting.AssumptionRow, ...]
    what_if: bool
    shared: str  # why an interval can lie beside its rank
    ranked: bool
    command: str
    whose: Markup | None  # whose row and those like it are shown alone; None for all
    table: UnitTable | None
    heading: Markup
    all: str  # the address of the whole report
    source: Markup
    proof: str


def report(view: EditionView, ranking: Ranking, whose: RowView | None) -> Report:
    """Return the page; `whose` is the row that is shown with those it cannot be told apart from."""
    shown = rows(view, ranking, whose)
    one = names.body_name(whose) if whose else None
    code = view.publication.code
    return Report(
        name=short_name(view),
        code=code,
        subject=resting.subject(ranking),
        title=title(view, ranking, whose),
        lede=tuple(lede(ranking)),
        facts=tuple(facts(view, ranking)),
        assumptions=tuple(resting.assumption_rows(ranking)),
        what_if=ranking.kind == resting.WHAT_IF,
        shared="" if ranking.kind == resting.WHAT_IF else resting.shared(),
        ranked=ranking.ranked,
        command=command(view, ranking),
        whose=one,
        table=unit_table(view, ranking, shown, whose) if ranking.reason is None else None,
        heading=heading(view, ranking, whose),
        all=reverse("portal:uncertainty", kwargs={"code": code}),
        source=source_text(view.publication),
        proof=reverse("portal:proof", kwargs={"code": code}),
    )


def rows(view: EditionView, ranking: Ranking, whose: RowView | None) -> list[RowView]:
    """Return the rows that have a standing: all, or one with those it cannot be told apart from.

    In the order of their ranks, of those who share one as the draws put them; where no ranks are stated,
    in the order of names.
    """
    found = [row for row in view.rows if row.organisation in ranking.standings]
    if whose is not None:
        own = ranking.standings[whose.organisation]
        together = {whose.organisation, *(own.alike or ())}
        found = [row for row in found if row.organisation in together]
    if not ranking.ranked:
        return sorted(found, key=names.sort_name)
    last = len(ranking.standings) + 1

    def place(row: RowView) -> tuple[object, ...]:
        own = ranking.standings[row.organisation]
        return own.nominal or last, own.median or 0, names.sort_name(row)

    return sorted(found, key=place)


def title(view: EditionView, ranking: Ranking, whose: RowView | None = None) -> Markup:
    """Return the finding: of one row its interval, else how many neighbours can be told apart."""
    name = short_name(view)
    if ranking.reason is not None:
        return marked(_("%(name)s: %(finding)s"), name=name, finding=resting.why_not(ranking.reason))
    if whose is not None and ranking.ranked:
        own = ranking.standings[whose.organisation]
        sentence = words.rank_sentence(own, len(ranking.standings)).removesuffix(".")
        return marked(_("%(name)s: %(finding)s"), name=names.body_name(whose), finding=sentence)
    if not ranking.ranked:
        sure = sum(len(words.ordered(each.bands)) == 1 for each in ranking.standings.values())
        return marked(
            _("%(some)s of %(all)s are in the same group in every draw"),
            some=num(sure),
            all=names.counted(view, len(ranking.standings)),
        )
    apart, pairs = neighbours(list(ranking.standings.values()))
    return marked(
        _("%(edition)s: of %(all)s pairs that follow each other in rank, %(some)s can be told apart"),
        edition=name,
        some=num(apart),
        all=num(pairs),
    )


def neighbours(standings: Sequence[Standing]) -> tuple[int, int]:
    """Return how many of the pairs that follow each other in rank can be told apart, and the pairs.

    Those who share a rank follow each other as the draws put them: a count by their names would be chance.
    """
    ranked = sorted(
        (each for each in standings if each.nominal is not None),
        key=lambda each: (each.nominal, each.median or 0, each.organisation),
    )
    pairs = list(pairwise(ranked))
    return sum(other.organisation not in (one.alike or ()) for one, other in pairs), len(pairs)


def lede(ranking: Ranking) -> list[Markup]:
    """Return what is uncertain here in one sentence, and what was done."""
    sentences = [resting.sentence(ranking)]
    if ranking.reason is not None:
        return sentences
    drawn = (
        _("The ranking was drawn %(draws)s times anew under what is uncertain.")
        if ranking.ranked
        else _("The index was drawn %(draws)s times anew. Its publisher ranks nobody, so no ranks are shown.")
    )
    return [*sentences, marked(drawn, draws=num(ranking.draws))]


def facts(view: EditionView, ranking: Ranking) -> list[tuple[str, str]]:
    """Return at most four figures of the whole ranking, each with what it is over."""
    standings = list(ranking.standings.values())
    if ranking.reason is not None:
        return []
    if not ranking.ranked:
        several = sum(len(words.ordered(each.bands)) > 1 for each in standings)
        of = _("of %(all)s are in more than one group") % {"all": names.counted(view, len(standings))}
        found = [(num(several), of)]
    else:
        spans = [span for span in map(words.span, standings) if span]
        wide = [span.high - span.low + 1 for span in spans]
        alone = sum(each.alike == () for each in standings)
        found = [
            (
                num(alone),
                _("of %(all)s can be told apart from every other")
                % {"all": names.counted(view, len(standings))},
            ),
            (num(int(median(wide))), _("width of the median interval, in ranks")),
            (num(max(wide)), _("width of the widest interval, in ranks")),
        ]
    return [*found, (num(ranking.draws), _("draws; seed %(seed)s") % {"seed": ranking.seed})]


def heading(view: EditionView, ranking: Ranking, whose: RowView | None) -> Markup:
    """Return what the table lists."""
    count = len(ranking.standings)
    if whose is None:
        return marked(_("%(all)s, row by row"), all=names.counted(view, count))
    alike = len(ranking.standings[whose.organisation].alike or ())
    if not alike:
        return escape(_("It can be told apart from every other.").removesuffix("."))
    words_ = ngettext(
        "%(name)s and the %(n)s it cannot be told apart from",
        "%(name)s and the %(n)s it cannot be told apart from",
        alike,
    )
    return marked(words_, name=names.body_name(whose), n=num(alike))


def command(view: EditionView, ranking: Ranking) -> str:
    """Return the command that draws the same again from the CSV of the edition's page."""
    if view.instrument is None or view.edition is None or ranking.reason is not None:
        return ""
    address = f"{view.instrument.slug}@{view.instrument.version}"
    year, code = view.edition.year, view.publication.code
    return f"teladan rank {address} {code}.csv --edition {year} --draws {ranking.draws} --seed {ranking.seed}"
