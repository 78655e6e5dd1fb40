"""Would it work here: the published conditions of both countries side by side, and what is not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from markupsafe import Markup

from teladan.core import figure
from teladan.exchange import labels
from teladan.exchange.content import FIGURE
from teladan.exchange.queries import Compared, Figures, Fit, PracticeView
from teladan.portal.practices.words import adoption_address, country_name
from teladan.portal.words import drawn, dressed
from teladan.web.formats import num, plain

PARTS = {
    "OSI": N_("Online services"),
    "TII": N_("Telecommunication infrastructure"),
    "HCI": N_("Human capital"),
    "EPI": N_("E-participation"),
    "CGSI": N_("Core government systems"),
    "PSDI": N_("Public service delivery"),
    "DCEI": N_("Digital citizen engagement"),
    "GTEI": N_("GovTech enablers"),
}
UNIT = figure.Axis(low=Fraction(0), high=Fraction(1), ticks=(Fraction(0), Fraction(1, 2), Fraction(1)))
BASE = '<line class="m-base" x1="0" x2="100%" y1="50%" y2="50%"/>'


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One published part: what it is called, both figures, the drawing."""

    name: str
    code: str
    draw: Markup
    theirs: str
    mine: str
    far: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """A practice held against a reader's country."""

    code: str
    theirs: str
    mine: str
    title: str
    scale: Markup
    rows: tuple[Condition, ...]
    groups: tuple[str, str, str]  # edition of the GTMI, group of theirs and mine; blank where not published
    preconditions: tuple[tuple[str, str], ...]  # (kind, text) of the practice
    adopted: tuple[tuple[str, str], ...]  # (name, address) of adoptions there already
    source: str


def together(
    view: PracticeView,
    fit: Fit,
    titles: Mapping[str, str],
    code: str,
    known: Mapping[str, Mapping[str, Figures]],
) -> Together:
    """Return the comparison; `known` are the figures of both countries by country and series."""
    mine, theirs = plain(titles), country_name(view.row.country_titles)
    here, there = known.get(code, {}), known.get(view.row.country, {})
    return Together(
        code=code,
        theirs=theirs,
        mine=mine,
        title=title(fit, mine, theirs),
        scale=drawn(figure.axis_strip(UNIT, num)),
        rows=tuple(_condition(each, fit, there, here) for each in fit.compared),
        groups=_groups(there, here),
        preconditions=tuple(
            (labels.word(labels.PRECONDITION, kind), text) for kind, text in view.preconditions
        ),
        adopted=tuple(
            (row.name, adoption_address(row.code)) for row in view.adopted_by if row.country == code
        ),
        source=_source(there, here),
    )


def title(fit: Fit, mine: str, theirs: str) -> str:
    """Return the finding: the part that is furthest below, or that none is."""
    if fit.unknown:
        return _("No index has figures of both %(mine)s and %(theirs)s") % {"mine": mine, "theirs": theirs}
    far = sorted(fit.far, key=lambda each: each.lacks or 0, reverse=True)
    if not far:
        return _("%(mine)s: no published condition is much below %(theirs)s") % {
            "mine": mine,
            "theirs": theirs,
        }
    return _("%(mine)s: furthest below %(theirs)s in “%(part)s”") % {
        "mine": mine,
        "theirs": theirs,
        "part": part_name(far[0].element),
    }


def part_name(code: str) -> str:
    """Return what a part of an index is about; the code where it is none of those known."""
    return _(PARTS[code]) if code in PARTS else code


def _condition(
    each: Compared, fit: Fit, there: Mapping[str, Figures], here: Mapping[str, Figures]
) -> Condition:
    seen = there.get(each.series) or here.get(each.series)
    edition = seen.edition if seen else ""
    return Condition(
        name=part_name(each.element),
        code=f"{each.element}, {each.series.upper()} {edition}",
        draw=drawn(_draw(each)),
        theirs=_two(each.theirs),
        mine=_two(each.mine),
        far=each in fit.far,
    )


def _two(text: str) -> str:
    """Return a figure with two decimals; what is no figure as it stands."""
    return dressed(text, 2) if FIGURE.fullmatch(text) else num(text or None)


def _draw(each: Compared) -> str:
    if each.lacks is None:
        return figure.strip([BASE])
    return figure.strip([BASE, *figure.dumbbell(UNIT, Fraction(each.mine), Fraction(each.theirs))])


def _groups(there: Mapping[str, Figures], here: Mapping[str, Figures]) -> tuple[str, str, str]:
    theirs, mine = there.get("gtmi"), here.get("gtmi")
    known = theirs or mine
    if known is None:
        return "", "", ""
    return (
        known.edition,
        (theirs.band if theirs else "") or num(None),
        (mine.band if mine else "") or num(None),
    )


def _source(*sides: Mapping[str, Figures]) -> str:
    names: Sequence[str] = sorted(
        {f"{f.series.upper()} {f.edition}" for side in sides for f in side.values()}
    )
    return ", ".join(names) or num(None)
