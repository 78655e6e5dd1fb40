"""What a ranking rests on, in the reader's words: what varies, what was not measured, why nothing was drawn.

Every assumption and every reason of a publication has a code, which names the sentence here. One that
has no sentence yet is shown as it is published, in English.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from teladan.core.quantity import Rounding, printed
from teladan.core.table import Column, Table
from teladan.portal.uncertainty.words import is_beside
from teladan.portal.words import named
from teladan.publication.queries.uncertainty import Ranking, Standing, Untold
from teladan.web.formats import joined, marked, num, percent

COMPUTED, WHAT_IF = "computed", "what if"
PREFIX = "what if: "
AS_IT_IS = ["as it is", "min-max to 1 … 100"]
MEANS = ["arithmetic", "geometric (0 where a part is 0)"]
Assumption = Mapping[str, Any]


def subject(ranking: Ranking | None) -> str:
    """Return what is told: of ranks, of groups, or of nothing that could be drawn."""
    if ranking is None or ranking.reason is not None:
        return _("How sure this is")
    return _("How sure the ranks are") if ranking.ranked else _("How sure the groups are")


def sentence(ranking: Ranking) -> Markup:
    """Return in one sentence what is uncertain here, and what was not measured."""
    if ranking.reason is not None:
        return untold(ranking.reason, ranking.kind)
    if ranking.kind == WHAT_IF:
        clauses = joined("; ", _clauses(ranking.assumptions))
        return marked(_("What if: %(clauses)s. This is not an error of the index."), clauses=clauses)
    if ranking.kind == COMPUTED:
        codes = {assumption["code"] for assumption in ranking.assumptions}
        if "raters-measured" in codes:
            return escape(_("Only the raters are uncertain here, as far as two of them scored the same."))
        return joined(" ", _computed())
    return escape(_("Only the rounding of the printed figures is uncertain here; raters: not measured."))


def beside(ranking: Ranking, standing: Standing) -> Markup:
    """Return why a rank lies outside its own interval; "" where it does not."""
    if not is_beside(standing):
        return Markup("")
    if ranking.kind == WHAT_IF:
        return escape(
            _(
                "The rank lies outside its interval: most other choices put it elsewhere than the "
                "published one."
            )
        )
    return escape(shared())


def shared() -> str:
    """Return why intervals of printed figures can lie beside the rank."""
    return _(
        "Equal printed figures share the best rank. The exact figures behind them may lie apart, "
        "so an interval can lie beside its rank."
    )


def untold(reason: Untold, kind: str) -> Markup:
    """Return why nothing was drawn, and what can be said all the same."""
    why = why_not(reason) + "."
    return joined(" ", [why, *_computed()]) if kind == COMPUTED else why


def why_not(reason: Untold) -> Markup:
    """Return why nothing was drawn, without a full stop."""
    known = {
        "one-organisation": _("One body alone has no ranking"),
        "no-method": _("The method was not seen, so how sure this order is cannot be said"),
        "too-few-scored": _("Fewer than two have an index, so there is no ranking"),
        "parts-not-printed": _("The parts of the index were not printed, so nothing can be drawn from them"),
    }
    if reason.code == "cannot-be-drawn":
        return marked(_("Nothing can be drawn: %(problem)s"), problem=named(reason.values["problem"], "en"))
    text = known.get(reason.code)
    return named(reason.text.removesuffix("."), "en") if text is None else escape(text)


def _computed() -> list[str]:
    return [
        _("Computed from scores: exact, nothing is rounded away."),
        _("What other raters would have given was not measured, so no interval is invented."),
    ]


# --- what varies ------------------------------------------------------------------------------


def _clauses(assumptions: Iterable[Assumption]) -> list[Markup]:
    """Return what varies, each in a clause of one sentence."""
    return [
        _clause(assumption) or _published(assumption)
        for assumption in assumptions
        if assumption["code"] in VARIES
    ]


def _published(assumption: Assumption) -> Markup:
    return named(str(assumption["text"]).removeprefix(PREFIX), "en")


def _clause(assumption: Assumption) -> Markup | None:
    clause = VARIES[assumption["code"]](assumption)
    return None if clause is None else escape(clause)


def _weights(assumption: Assumption) -> str | None:
    shares = set(assumption["shares"].values())
    if len(shares) != 1 or assumption["how"] != "uniform":
        return None
    share = printed(Fraction(shares.pop()) * 100, 0, Rounding.HALF_UP)
    return _("every weight up to %(share)s higher or lower") % {"share": percent(share)}


def _scale(assumption: Assumption) -> str | None:
    if assumption["options"] != AS_IT_IS:
        return None
    return _("the scale of each part as it is, or stretched from its lowest to its highest value")


def _mean(assumption: Assumption) -> str | None:
    return (
        _("the mean arithmetic or geometric (0 where a part is 0)")
        if assumption["options"] == MEANS
        else None
    )


def _as_published(_each: Assumption) -> None:
    return None


VARIES: Mapping[str, Callable[[Assumption], str | None]] = {
    "weights": _weights,
    "normalise": _scale,
    "aggregate": _mean,
    **dict.fromkeys(("screen", "denominate", "impute", "treat", "left-out"), _as_published),
}


# --- the table of assumptions -----------------------------------------------------------------


def assumption_table(ranking: Ranking) -> Table[Assumption]:
    """Return every assumption of a ranking; what was not measured or is not stated among them."""
    return Table(
        (
            Column(_("What"), _what, "x4 nw"),
            Column(_("How"), _how_and_alone, "x4", label=""),
            Column(_("Rests on"), _source, "x4"),
        ),
        ranking.assumptions,
        title=_("Every assumption of this report"),
        sub=_("What nobody measured is named and not assumed."),
        name="assumptions-caption",
        css="t-table t-cards",
        box="",
    )


def _how_and_alone(assumption: Assumption) -> Markup:
    how, alone = _how(assumption) or _published(assumption), _alone(assumption)
    return Markup("{}<br>{}").format(how, alone) if alone else how


def _alone(assumption: Assumption) -> str:
    """Say how much an assumption moves when it alone varies; "" where that was not tried."""
    if assumption.get("moved") is None:
        return ""
    share = Fraction(assumption["moved"]) * 100
    if not share:
        return _("Alone it changes no rank.")
    digits = 0 if share >= 1 else 2
    text = percent(printed(share, digits, Rounding.HALF_UP))
    return _("Alone it gives %(share)s of those ranked another rank, on average over the draws.") % {
        "share": text
    }


def _what(assumption: Assumption) -> str:
    words = {
        "weights": _("Weights"),
        "normalise": _("Scale"),
        "aggregate": _("Mean"),
        "rounding": _("Rounding of print"),
        "raters": _("Raters"),
        "nothing varies": _("Scores"),
        "ranking": _("Ranks"),
        "bands": _("Bands"),
        "not scored": _("Not scored"),
        "parts": _("Parts"),
        "parts not printed": _("Parts not printed"),
        "parts off scale": _("Parts off their scale"),
    }
    name = str(assumption["assumption"])
    return words.get(name) or name


def _how(assumption: Assumption) -> Markup | None:
    """Return an assumption in the reader's words; None where it has none yet."""
    code = assumption["code"]
    if code in VARIES:
        clause = _clause(assumption)
        return None if clause is None else marked(_("%(clause)s, each draw anew"), clause=clause)
    if "count" in assumption:
        return _counted(code, int(assumption["count"]))
    fixed = {
        "rounding-of-print": _("every exact index that prints as the row does is as likely as the others"),
        "raters-not-measured": _(
            "not measured: nobody scored the same twice here, so nothing is assumed of it"
        ),
        "nothing-varies": _("exact: nothing is rounded away"),
        "no-ranking": _("not stated: the publisher says that this index is not a ranking"),
        "bands-not-stated": _("not stated: the scale varies"),
        "from-printed-parts": _("every draw is made of the parts as they are printed"),
        "nominal-of-print": _("the rank itself is that of the printed index; equal figures share the best"),
    }
    return escape(fixed[code]) if code in fixed else None


def _counted(code: str, count: int) -> Markup | None:
    """Return how many rows are left out, or count in another way than the rest."""
    wrong = ngettext(
        "%(n)s row cannot come from the method and counts as it is printed",
        "%(n)s rows cannot come from the method and count as they are printed",
        count,
    )
    words = {
        "rows-impossible": wrong,
        "rows-inconsistent": wrong,
        "rows-undecided": ngettext(
            "%(n)s row could not be checked: anywhere in what prints so",
            "%(n)s rows could not be checked: each anywhere in what prints so",
            count,
        ),
        "not-scored": ngettext(
            "%(n)s without an index is left out", "%(n)s without an index are left out", count
        ),
        "parts-not-printed": ngettext(
            "%(n)s with an index but not every part printed is left out",
            "%(n)s with an index but not every part printed are left out",
            count,
        ),
        "parts-off-scale": ngettext(
            "%(n)s with a part that is not on its scale is left out",
            "%(n)s with a part that is not on its scale are left out",
            count,
        ),
    }
    return marked(words[code], n=num(count)) if code in words else None


def _source(assumption: Assumption) -> str:
    """Return what an assumption rests on."""
    code = assumption["code"]
    if assumption.get("source"):
        return str(assumption["source"])
    if code == "raters-not-measured":
        return _("not measured")
    if code in VARIES:
        return _("a question asked of the index, not a measurement")
    if code == "no-ranking":
        return _("the publisher")
    return _("the method") if code == "bands-not-stated" else _("the published figures and the method")
