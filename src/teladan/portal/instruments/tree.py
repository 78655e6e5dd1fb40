"""The tree and the scales of an instrument, ready to be written down as tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from teladan.core.figure import Axis, axis_strip, bar, rail, strip
from teladan.core.instrument import Edition, Element, Instrument, Missing
from teladan.core.quantity import plain_text
from teladan.portal.instruments import words
from teladan.portal.words import number
from teladan.web.formats import num, percent, plain, said

MOST_DECIMALS = 4  # of a share in per cent; longer ones are written as a fraction of the index


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementRow:
    """One row of the tree. `depth` is 0 for the index; `bar` shows where its share lies in the whole."""

    code: str
    depth: int
    name: Markup
    beside: Markup
    weight: str
    share: str
    bar: Markup
    scale: str
    scale_code: str
    scale_title: Markup
    made: str
    printed: str
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleRow:
    """One scale with its levels [(value, name, name for the reader)]."""

    code: str
    title: Markup
    rule: str
    criteria: str
    used_by: str
    levels: tuple[tuple[str, Markup, Markup], ...]


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


def element_rows(instrument: Instrument, edition: Edition) -> list[ElementRow]:
    """Return the tree in the order of the file, the index first."""
    usual = _usual_missing(edition)
    names = {tier.code: plain(tier.titles) for tier in instrument.tiers}
    found: list[ElementRow] = []

    def walk(element: Element, depth: int, start: Fraction) -> None:
        share = element.weight / edition.root.weight
        name, beside = words.in_own_words(instrument, element.titles)
        found.append(
            ElementRow(
                code=element.code,
                depth=depth,
                name=name,
                beside=beside,
                weight=number(element.weight),
                share=share_text(share),
                bar=_share_bar(start, share, depth, leaf=element.scale is not None),
                scale=words.scale_name(element.scale) if element.scale else "",
                scale_code=element.scale.code if element.scale else "",
                scale_title=said(element.scale.titles or element.scale.code) if element.scale else Markup(""),
                made=names.get(element.tier, "") or _("Index"),
                printed=_("not rounded") if element.digits is None else num(element.digits),
                remarks=tuple(_remarks(element, usual)),
            )
        )
        for child in element.children:
            walk(child, depth + 1, start)
            start += child.weight / edition.root.weight

    walk(edition.root, 0, Fraction(0))
    return found


def _share_bar(start: Fraction, share: Fraction, depth: int, *, leaf: bool) -> Markup:
    kind = "m-bar2" if leaf and depth > 1 else "m-hot" if depth == 0 else "m-bar"
    axis = Axis(low=Fraction(0), high=Fraction(1))
    return Markup(strip((rail(), bar(axis, start, start + share, kind))))  # noqa: S704  our own SVG


def _usual_missing(edition: Edition) -> Missing | None:
    rules_of = [leaf.missing for leaf in edition.leaves]
    return max(set(rules_of), key=rules_of.count) if rules_of else None


def _remarks(element: Element, usual: Missing | None) -> list[str]:
    found = []
    if element.scale and element.missing is not usual:
        found.append(words.missing_text(element.missing))
    if element.applies_to is not None:
        found.append(_("Only for: %(kinds)s") % {"kinds": ", ".join(sorted(element.applies_to))})
    if not element.scale and element.aggregation.value != "weighted arithmetic":
        found.append(words.aggregation_text(str(element.aggregation)))
    if element.rounds_inside:
        found.append(_("Its rounded value goes into the parent."))
    return found


def scale_rows(instrument: Instrument, edition: Edition) -> list[ScaleRow]:
    """Return the scales with the indicators of this edition that use them."""
    found = []
    for scale in instrument.scales:
        using = [leaf.code for leaf in edition.leaves if leaf.scale and leaf.scale.code == scale.code]
        found.append(
            ScaleRow(
                code=scale.code,
                title=said(scale.titles or scale.code),
                rule=words.scale_text(scale),
                criteria=words.criteria_text(scale.criteria),
                used_by=spans(using, [leaf.code for leaf in edition.leaves]),
                levels=tuple(
                    (number(level.value), *words.in_own_words(instrument, level.titles))
                    for level in scale.levels
                ),
            )
        )
    return found


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
