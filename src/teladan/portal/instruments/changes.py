"""What changed between two editions of an instrument, found by comparing them, and said in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from teladan.core.instrument import INDEX, Edition, Element, Missing, Scale
from teladan.portal.instruments.words import (
    aggregation_text,
    missing_text,
    mode_text,
    not_applicable_text,
)
from teladan.portal.words import number
from teladan.web.formats import marked

Value = Fraction | str | int | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference. `what` is one of the keys of WORDS; `codes` are the elements it is about.

    `before` and `after` hold the differing values: a weight as Fraction, digits as int or None,
    words of the instrument file else.
    """

    what: str
    codes: tuple[str, ...] = ()
    before: Value = None
    after: Value = None


def changes(before: Edition, after: Edition) -> list[Change]:
    """Return how `after` differs from `before`: what goes in, how it is weighed, rounded and read."""
    found: list[Change] = []
    gone = tuple(code for code in before.elements if code not in after.elements)
    new = tuple(code for code in after.elements if code not in before.elements)
    if gone:
        found.append(Change(what="removed", codes=gone))
    if new:
        found.append(Change(what="added", codes=new))
    shared = [
        (element, after.elements[code]) for code, element in before.elements.items() if code in after.elements
    ]
    found += [
        Change(what="weight", codes=(one.code,), before=one.weight, after=two.weight)
        for one, two in shared
        if one.weight != two.weight
    ]
    for what, read in ELEMENT_PARTS.items():
        found += _grouped(what, shared, read)
    found += _whole("mode", str(before.mode), str(after.mode))
    found += _whole("mode_source", before.mode_source, after.mode_source)
    found += _whole("not_applicable", str(before.not_applicable), str(after.not_applicable))
    found += _bands(before, after)
    found += _overrides(before, after)
    return found


def _digits(element: Element) -> Value:
    return element.digits


def _inside(element: Element) -> Value:
    return element.rounds_inside


def _missing(element: Element) -> Value:
    return str(element.missing) if element.scale else None


def _aggregation(element: Element) -> Value:
    return None if element.scale else str(element.aggregation)


def _scale(element: Element) -> Value:
    return None if element.scale is None else scale_text(element.scale)


def _kinds(element: Element) -> Value:
    return None if element.applies_to is None else ", ".join(sorted(element.applies_to))


ELEMENT_PARTS: dict[str, Callable[[Element], Value]] = {
    "digits": _digits,
    "inside": _inside,
    "missing": _missing,
    "aggregation": _aggregation,
    "scale": _scale,
    "applies_to": _kinds,
}


def scale_text(scale: Scale) -> str:
    """Return a scale's whole rule in one line, to be compared."""
    step = "" if scale.step is None else f" step {scale.step}"
    return f"{scale.code}: {scale.type} {scale.lowest} to {scale.highest}{step}"


def _grouped(
    what: str, pairs: Iterable[tuple[Element, Element]], read: Callable[[Element], Value]
) -> list[Change]:
    """Return one change for all elements that change alike."""
    groups: dict[tuple[Value, Value], list[str]] = {}
    for one, two in pairs:
        if read(one) != read(two):
            groups.setdefault((read(one), read(two)), []).append(one.code)
    return [
        Change(what=what, codes=tuple(codes), before=before, after=after)
        for (before, after), codes in groups.items()
    ]


def _whole(what: str, before: str, after: str) -> list[Change]:
    return [] if before == after else [Change(what=what, before=before, after=after)]


def _bands(before: Edition, after: Edition) -> list[Change]:
    one, two = ([(b.code, b.start, b.end) for b in edition.bands] for edition in (before, after))
    found = [] if one == two else [Change(what="bands", before=len(one), after=len(two))]
    if one and two:
        found += _whole("bands_read", before.bands_read, after.bands_read)
    return found


def _overrides(before: Edition, after: Edition) -> list[Change]:
    one, two = (
        {(each.element, each.equals, each.means) for each in edition.overrides} for edition in (before, after)
    )
    found = [
        Change(what="override_gone", codes=(element,), before=equals, after=means)
        for element, equals, means in sorted(one - two)
    ]
    return found + [
        Change(what="override_new", codes=(element,), before=equals, after=means)
        for element, equals, means in sorted(two - one)
    ]


# --- in words --------------------------------------------------------------------------------


def change_text(change: Change) -> Markup:
    """Return a change as one sentence in the reader's language."""
    return WORDS[change.what](change)


def _codes(change: Change) -> str:
    names = [_("index") if code == INDEX else code for code in change.codes]
    return ", ".join(names) if len(names) <= 4 else f"{names[0]} … {names[-1]}"


def _exact(value: Value) -> str:
    return number(value) if isinstance(value, Fraction) else str(value)


def _digits_text(value: Value) -> str:
    if not isinstance(value, int):
        return _("not rounded")
    return ngettext("%(n)s digit", "%(n)s digits", value) % {"n": value}


def _said_weight(change: Change) -> Markup:
    return marked(
        _("Weight of %(code)s: %(before)s became %(after)s."),
        code=_codes(change),
        before=_exact(change.before),
        after=_exact(change.after),
    )


def _said_digits(change: Change) -> Markup:
    return marked(
        _("Printed digits of %(code)s: %(before)s became %(after)s."),
        code=_codes(change),
        before=_digits_text(change.before),
        after=_digits_text(change.after),
    )


def _said_inside(change: Change) -> Markup:
    text = (
        _("The rounded value of %(code)s, no longer the exact one, goes into its parent.")
        if change.after
        else _("The exact value of %(code)s, no longer the rounded one, goes into its parent.")
    )
    return marked(text, code=_codes(change))


def _said_missing(change: Change) -> Markup:
    return marked(
        _("Missing answers of %(code)s: %(after)s"),
        code=_codes(change),
        after=missing_text(Missing(str(change.after))) if change.after else "–",
    )


def _said_bands_read(change: Change) -> Markup:
    return marked(
        _("The band is read off the exact index, no longer the rounded one.")
        if change.after == "exact"
        else _("The band is read off the rounded index, no longer the exact one.")
    )


def _said_override(change: Change) -> Markup:
    text = (
        _("A value of %(value)s for the %(code)s now means “not scored”.")
        if change.what == "override_new"
        else _("A value of %(value)s for the %(code)s no longer means “not scored”.")
    )
    return marked(text, code=_codes(change), value=_exact(change.before))


WORDS: dict[str, Callable[[Change], Markup]] = {
    "removed": lambda c: marked(_("No longer in the tree: %(codes)s."), codes=_codes(c)),
    "added": lambda c: marked(_("New in the tree: %(codes)s."), codes=_codes(c)),
    "weight": _said_weight,
    "digits": _said_digits,
    "inside": _said_inside,
    "missing": _said_missing,
    "aggregation": lambda c: marked(
        _("%(codes)s: made by %(after)s, before by %(before)s."),
        codes=_codes(c),
        before=aggregation_text(str(c.before)),
        after=aggregation_text(str(c.after)),
    ),
    "scale": lambda c: marked(
        _("Another scale for %(codes)s: %(after)s."), codes=_codes(c), after=str(c.after)
    ),
    "applies_to": lambda c: marked(_("%(codes)s: applies to other kinds of organisation."), codes=_codes(c)),
    "mode": lambda c: marked(_("Rounding: %(after)s"), after=mode_text(str(c.after))),
    "mode_source": lambda c: marked(
        _("Where the rounding was taken from: %(after)s, before %(before)s."),
        before=_source_text(str(c.before)),
        after=_source_text(str(c.after)),
    ),
    "not_applicable": lambda c: marked(
        _("Lines that do not apply: %(after)s"), after=not_applicable_text(str(c.after))
    ),
    "bands": lambda _change: marked(_("The bands have other thresholds.")),
    "bands_read": _said_bands_read,
    "override_new": _said_override,
    "override_gone": _said_override,
}


def _source_text(source: str) -> str:
    return _("regulation") if source == "regulation" else _("assumed")
