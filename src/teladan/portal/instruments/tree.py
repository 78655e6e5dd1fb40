"""The tree and the scales of an instrument, ready to be written down as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from teladan.core.figure import Axis, axis_strip, bar, rail, strip
from teladan.core.instrument import Edition, Element, Instrument, Missing, Scale
from teladan.core.quantity import plain_text
from teladan.core.table import Cell, Column, Table
from teladan.portal.instruments import words
from teladan.portal.words import number
from teladan.web.formats import flag, joined, link, num, percent, plain, said

MOST_DECIMALS = 4  # of a share in per cent; longer ones are written as a fraction of the index


@dataclass(frozen=True, slots=True)
class Placed:
    """An element in its place: `depth` is 0 for the index, `start` where its share begins in the whole."""

    element: Element
    depth: int
    start: Fraction


def shares(edition: Edition) -> list[tuple[Element, Fraction]]:
    """Return the first tier with each element's part of the index."""
    return [(child, child.weight / edition.root.weight) for child in edition.root.children]


def share_text(share: Fraction) -> str:
    """Return a share as exact per cent ("45.5%"), or as a fraction where per cent would not end."""
    text = plain_text(share * 100)
    return str(share) if "/" in text or len(text.partition(".")[2]) > MOST_DECIMALS else percent(text)


def share_axis_strip() -> Markup:
    """Return the scale of the drawn column: per cent of the index."""
    hundred = Fraction(100)
    axis = Axis(low=Fraction(0), high=hundred, ticks=(Fraction(0), hundred / 2, hundred))
    return Markup(axis_strip(axis, percent))  # noqa: S704  our own SVG


def tree_title(edition: Edition) -> str:
    """Return what the tree shows: how much one indicator weighs, by rule."""
    leaves = edition.leaves
    one = {leaf.weight for leaf in leaves}
    if len(leaves) == len(edition.root.children):
        return ngettext("%(n)s part makes the index", "%(n)s parts make the index", len(leaves)) % {
            "n": num(len(leaves))
        }
    if len(one) == 1:
        return _("%(n)s indicators, each with the same weight") % {"n": num(len(leaves))}
    low, high = (share_text(pick(one) / edition.root.weight) for pick in (min, max))
    return _("One indicator weighs from %(low)s to %(high)s of the index") % {"low": low, "high": high}


def tree_table(instrument: Instrument, edition: Edition) -> Table[Placed]:
    """Return the tree in the order of the file, the index first, with weights and shares."""
    usual = _usual_missing(edition)
    tiers = {tier.code: plain(tier.titles) for tier in instrument.tiers}
    whole = edition.root.weight

    def name(row: Placed) -> Cell:
        element = row.element
        made = tiers.get(element.tier, "") or _("Index")
        own = words.beside_own(*words.in_own_words(instrument, element.titles), css="t-quiet r")
        flags = joined("", map(flag, _remarks(element, usual)))
        content = Markup('<span class="t-in{}"><span class="t-hide">{}: </span>{}{}</span>')
        css = "x3 r" if element.scale else "x3"
        return Cell(content=content.format(row.depth, made, own, flags), css=css)

    def drawn(row: Placed) -> Markup:
        share = row.element.weight / whole
        return _share_bar(row.start, share, row.depth, leaf=row.element.scale is not None)

    def scale(row: Placed) -> Cell:
        if row.element.scale is None:
            return Cell(css="t-none", label=_("Scale"))
        scale = row.element.scale
        return Cell(content=link(f"#scale-{scale.code}", said(scale.titles or scale.code)))

    def printed(row: Placed) -> str:
        return _("not rounded") if row.element.digits is None else num(row.element.digits)

    def attributes(row: Placed) -> dict[str, object]:
        group = " group" if row.depth == 1 and not row.element.scale else ""
        return {"id": row.element.code, "class": f"t-tier{row.depth}{group}"}

    hidden = Markup('<span class="t-hide">{}</span>').format(_("Share, drawn"))
    return Table(
        (
            Column(_("Code"), lambda row: row.element.code, "t-mono nw", label=""),
            Column(_("Element"), name, "x3", names_row=True),
            Column(_("Weight"), lambda row: number(row.element.weight), "n"),
            Column(_("Share"), lambda row: share_text(row.element.weight / whole), "n"),
            Column(Cell(content=hidden, css="w-fig-s t-wide"), drawn, "draw t-wide", axis=share_axis_strip()),
            Column(_("Scale"), scale, "x4 o4"),
            Column(_("Printed digits"), printed, "n x2"),
        ),
        list(placed(edition)),
        title=tree_title(edition),
        sub=_(
            "Weight as in the instrument, and the share of the index it comes to; edition %(year)s. The bar "
            "shows where the share lies in the whole."
        )
        % {"year": edition.year},
        name="tree-caption",
        css="t-table t-table--tight t-firm t-tree t-cards",
        attributes=attributes,
    )


def placed(edition: Edition) -> Iterator[Placed]:
    """Yield every element in the order of the file, the index first."""

    def walk(element: Element, depth: int, start: Fraction) -> Iterator[Placed]:
        yield Placed(element, depth, start)
        for child in element.children:
            yield from walk(child, depth + 1, start)
            start += child.weight / edition.root.weight

    return walk(edition.root, 0, Fraction(0))


def _share_bar(start: Fraction, share: Fraction, depth: int, *, leaf: bool) -> Markup:
    kind = "m-bar2" if leaf and depth > 1 else "m-hot" if depth == 0 else "m-bar"
    axis = Axis(low=Fraction(0), high=Fraction(1))
    return Markup(strip((rail(), bar(axis, start, start + share, kind))))  # noqa: S704  our own SVG


def _usual_missing(edition: Edition) -> Missing | None:
    rules_of = [leaf.missing for leaf in edition.leaves]
    return max(set(rules_of), key=rules_of.count) if rules_of else None


def _remarks(element: Element, usual: Missing | None) -> list[str]:
    remarks = []
    if element.scale and element.missing is not usual:
        remarks.append(words.missing_text(element.missing))
    if element.applies_to is not None:
        remarks.append(_("Only for: %(kinds)s") % {"kinds": ", ".join(sorted(element.applies_to))})
    if not element.scale and element.aggregation.value != "weighted arithmetic":
        remarks.append(words.aggregation_text(str(element.aggregation)))
    if element.rounds_inside:
        remarks.append(_("Its rounded value goes into the parent."))
    return remarks


def used_by(scale: Scale, edition: Edition) -> str:
    """Return the codes of the indicators of an edition that use a scale."""
    using = [leaf.code for leaf in edition.leaves if leaf.scale and leaf.scale.code == scale.code]
    return spans(using, [leaf.code for leaf in edition.leaves])


def spans(codes: Sequence[str], order: Sequence[str]) -> str:
    """Return codes with neighbours joined.

    >>> spans(["I1", "I2", "I3", "I7"], ["I1", "I2", "I3", "I4", "I5", "I6", "I7"])
    'I1–I3, I7'
    """
    place = {code: i for i, code in enumerate(order)}
    runs: list[list[str]] = []
    for code in codes:
        if runs and place[code] == place[runs[-1][-1]] + 1:
            runs[-1].append(code)
        else:
            runs.append([code])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
