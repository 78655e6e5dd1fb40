"""What a published figure cannot be corrected to: no figure, off the scale, other digits, no band."""

from __future__ import annotations

from fractions import Fraction

from django.utils.translation import gettext_noop as N_

from teladan.core.instrument import Aggregation, Edition, Element
from teladan.core.quantity import decimals, plain_text
from teladan.publication.documents.rows import BAND
from teladan.publication.documents.source import FIGURE
from teladan.publication.models import Publication
from teladan.publication.queries.publications import method_of
from teladan.registry.refusals import Figure, Reason

# What is to be typed is said as it is typed, with a point in every language.
NO_DIGITS = N_("‘%(text)s’ has other digits than are printed for %(element)s: write %(written)s.")


def refusal(publication: Publication, element: str, was: str, becomes: str) -> Reason | None:
    """Return why a published figure cannot become what is asked; both as printed, "" where none is."""
    if becomes == was:
        return Reason("same-figure", N_("It is %(was)s already."), {"was": Figure(was)})
    _instrument, edition = method_of(publication)
    if element == BAND:
        return _no_band(edition, becomes)
    if not FIGURE.fullmatch(becomes):
        return Reason(
            "figure", N_("‘%(text)s’ is not a figure: digits and a decimal point."), {"text": becomes}
        )
    found = edition.elements.get(element) if edition else None
    if publication.kind == Publication.Kind.COMPUTED:
        return None if found is None else (_off_its_scale(found, becomes) or _not_plain(element, becomes))
    return (edition and found and _out_of_reach(edition, found, becomes)) or _other_digits(
        element, found, was, becomes
    )


def _no_band(edition: Edition | None, becomes: str) -> Reason | None:
    bands = [band.code for band in edition.bands] if edition else []
    if becomes in bands:
        return None
    return Reason(
        "band",
        N_("‘%(text)s’ is no band of this edition; there are: %(there)s."),
        {"text": becomes, "there": ", ".join(bands) or "–"},
    )


def _off_scale(element: str, becomes: str, low: Fraction, high: Fraction) -> Reason:
    return Reason(
        "off-scale",
        N_("%(text)s is off the scale: %(element)s goes from %(low)s to %(high)s."),
        {
            "text": Figure(becomes),
            "element": element,
            "low": Figure(plain_text(low)),
            "high": Figure(plain_text(high)),
        },
    )


def _off_its_scale(element: Element, becomes: str) -> Reason | None:
    """Refuse a score that its scale does not have: beyond its ends, or between two steps."""
    scale, value = element.scale, Fraction(becomes)
    if scale is None or scale.refusal(value) is None:
        return None
    if scale.step is None or not scale.lowest <= value <= scale.highest:
        return _off_scale(element.code, becomes, scale.lowest, scale.highest)
    return Reason(
        "off-scale",
        N_("%(text)s is no step of the scale: %(element)s goes from %(low)s to %(high)s by %(step)s."),
        {
            "text": Figure(becomes),
            "element": element.code,
            "low": Figure(plain_text(scale.lowest)),
            "high": Figure(plain_text(scale.highest)),
            "step": Figure(plain_text(scale.step)),
        },
    )


def _out_of_reach(edition: Edition, element: Element, becomes: str) -> Reason | None:
    """Refuse a printed figure that no answers give, whichever lines apply; less than a digit is let be."""
    value, unit = Fraction(becomes), Fraction(1, 10 ** decimals(becomes))
    if any(each.element == element.code and each.equals == value for each in edition.overrides):
        return None
    low, high = _ends(element)
    if low - unit < value < high + unit:
        return None
    return _off_scale(element.code, becomes, low, high)


def _ends(element: Element) -> tuple[Fraction, Fraction]:
    """Return the ends that an element cannot pass, whichever of its lines apply or are left out."""
    if element.scale:
        return element.bounds
    if element.aggregation is Aggregation.SUM_TO_WEIGHT:
        return min(Fraction(0), element.bounds[0]), element.bounds[1]
    ends = [_ends(child) for child in element.children]
    return min(low for low, _high in ends), max(high for _low, high in ends)


def _not_plain(element: str, becomes: str) -> Reason | None:
    """Refuse a score that is not written plainly: 4.0, 04."""
    written = plain_text(Fraction(becomes))
    if becomes == written:
        return None
    return Reason("digits", NO_DIGITS, {"text": becomes, "element": element, "written": written})


def _other_digits(element: str, found: Element | None, was: str, becomes: str) -> Reason | None:
    """Refuse a figure of other digits than the method declares, or the source prints."""
    declared = found.digits if found else None
    printed = decimals(was) if FIGURE.fullmatch(was) else None
    wanted = printed if declared is None else declared
    given = decimals(becomes)
    if wanted is None or given in {wanted, printed}:
        return None
    if given < wanted:
        point = "" if "." in becomes else "."
        written = becomes + point + "0" * (wanted - given)
        return Reason("digits", NO_DIGITS, {"text": becomes, "element": element, "written": written})
    return Reason(
        "digits",
        N_("‘%(text)s’ has %(given)s digits after the point; %(element)s is printed with %(wanted)s."),
        {"text": becomes, "element": element, "given": given, "wanted": wanted},
    )
