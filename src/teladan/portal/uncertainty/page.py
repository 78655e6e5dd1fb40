"""The full report of a ranking: the finding, what varied, how to run it again, every unit."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from teladan.portal import names
from teladan.portal.names import short_name
from teladan.portal.uncertainty import assumptions as resting
from teladan.portal.uncertainty import words
from teladan.portal.uncertainty.column import rank_ground
from teladan.portal.uncertainty.rows import unit_table
from teladan.publication.queries import EditionView, RowView
from teladan.publication.queries.uncertainty import Ranking, Standing
from teladan.web.formats import marked, num


def report(view: EditionView, ranking: Ranking, whose: RowView | None) -> dict[str, Any]:
    """Return what the template names; `whose` is the row that is shown with those like it."""
    drawn = ranking.reason is None
    return {
        "view": view,
        "ranking": ranking,
        "whose": whose,
        "what_if": ranking.kind == resting.WHAT_IF,
        "subject": resting.subject(ranking),
        "title": title(view, ranking, whose),
        "lede": lede(ranking),
        "facts": facts(view, ranking),
        "assumptions": resting.assumption_table(ranking),
        "shared": "" if ranking.kind == resting.WHAT_IF else resting.shared(),
        "heading": heading(view, ranking, whose),
        "ground": rank_ground(),
        "units": unit_table(view, ranking, rows(view, ranking, whose), whose) if drawn else None,
        "command": command(view, ranking),
    }


def rows(view: EditionView, ranking: Ranking, whose: RowView | None) -> list[RowView]:
    """Return the rows that have a standing: all, or one with those it cannot be told apart from.

    In the order of their ranks, of those who share one as the draws put them; where no ranks are stated,
    in the order of names.
    """
    shown = [row for row in view.rows if row.organisation in ranking.standings]
    if whose is not None:
        own = ranking.standings[whose.organisation]
        together = {whose.organisation, *(own.alike or ())}
        shown = [row for row in shown if row.organisation in together]
    if not ranking.ranked:
        return sorted(shown, key=names.sort_name)
    last = len(ranking.standings) + 1

    def place(row: RowView) -> tuple[object, ...]:
        own = ranking.standings[row.organisation]
        return own.nominal or last, own.median or 0, names.sort_name(row)

    return sorted(shown, key=place)


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
        sure = sum(len(words.ordered(standing.bands)) == 1 for standing in ranking.standings.values())
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
        (standing for standing in standings if standing.nominal is not None),
        key=lambda standing: (standing.nominal, standing.median or 0, standing.organisation),
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
    counted = names.counted(view, len(standings))
    draws = (num(ranking.draws), _("draws; seed %(seed)s") % {"seed": ranking.seed})
    if not ranking.ranked:
        several = sum(len(words.ordered(standing.bands)) > 1 for standing in standings)
        return [(num(several), _("of %(all)s are in more than one group") % {"all": counted}), draws]
    spans = [span for span in map(words.span, standings) if span]
    wide = [span.high - span.low + 1 for span in spans]
    alone = sum(standing.alike == () for standing in standings)
    return [
        (num(alone), _("of %(all)s can be told apart from every other") % {"all": counted}),
        (num(int(median(wide))), _("width of the median interval, in ranks")),
        (num(max(wide)), _("width of the widest interval, in ranks")),
        draws,
    ]


def heading(view: EditionView, ranking: Ranking, whose: RowView | None) -> Markup:
    """Return what the table lists."""
    count = len(ranking.standings)
    if whose is None:
        return marked(_("%(all)s, row by row"), all=names.counted(view, count))
    alike = len(ranking.standings[whose.organisation].alike or ())
    if not alike:
        return escape(_("It can be told apart from every other.").removesuffix("."))
    text = ngettext(
        "%(name)s and the %(n)s it cannot be told apart from",
        "%(name)s and the %(n)s it cannot be told apart from",
        alike,
    )
    return marked(text, name=names.body_name(whose), n=num(alike))


def command(view: EditionView, ranking: Ranking) -> str:
    """Return the command that draws the same again from the CSV of the edition's page."""
    if view.instrument is None or view.edition is None or ranking.reason is not None:
        return ""
    address = f"{view.instrument.slug}@{view.instrument.version}"
    year, code = view.edition.year, view.publication.code
    return f"teladan rank {address} {code}.csv --edition {year} --draws {ranking.draws} --seed {ranking.seed}"
