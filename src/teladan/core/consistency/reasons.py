"""Why a row got its verdict: an English sentence, and the same as a code with values.

The codes are part of the interface (pages translate them); the values are printed figures,
element codes and names of bands, never sentences.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from teladan.core.consistency.intervals import Interval, print_end
from teladan.core.consistency.model import Finding, Row, Verdict
from teladan.core.text import original

if TYPE_CHECKING:
    from teladan.core.consistency.plan import Node
    from teladan.core.consistency.values import ValueSet
    from teladan.core.instrument import Band, Edition

SENTENCES = {
    "ok": "Some allowed answers give exactly these printed values.",
    "not-scored": "The index {value} means that this organisation was not scored.",
    "nothing-printed": "No figure is printed in this row.",
    "off-scale": "{element} is printed as {value}; it can only be from {low} to {high}.",
    "value-between": (
        "{element} is printed as {value}; the nearest values it can have are printed as {below} and {above}."
    ),
    "does-not-apply": "{element} is printed as {value}, but does not apply to the kind {kind}.",
    "children-do-not-give": (
        "{element} is printed as {value}; what is printed for {children} gives {nearest} at the nearest."
    ),
    "band-does-not-follow": (
        "The band is printed as {band}; the printed values give an index that reads {expected}."
    ),
    "band-unknown": "{band} is not a band of this edition ({known}).",
    "band-not-scored": (
        "The index {value} means that this organisation was not scored, but the band {band} is printed."
    ),
    "cannot-decide": "How {element} is made ({aggregation}) is beyond this check.",
    "left-out-unknown": (
        "It is not known which lines without a figure were left out under {element}: {leaves}."
    ),
    "too-many-values": "There are too many values {element} could have to list them.",
    "kind-not-given": (
        "Some lines apply to certain kinds of organisation only ({known}), and this row gives no kind."
    ),
    "kind-unknown": (
        "Some lines apply to certain kinds of organisation only ({known}), and {kind} is none of them."
    ),
    "nothing-applies": "No line of this edition applies to the kind {kind}.",
}


def finding(
    row: Row,
    verdict: Verdict,
    code: str,
    values: Mapping[str, str] | None = None,
) -> Finding:
    """Return a finding with the sentence of its reason."""
    filled = dict(values or {})
    sentence = SENTENCES[code].format(**filled)
    if filled.get("also"):
        sentence += f" Also impossible alone: {filled['also']}."
    return Finding(
        organisation=row.organisation,
        verdict=verdict,
        reason=sentence,
        reason_code=code,
        reason_values=filled,
    )


def impossible(
    edition: Edition, node: Node, *, text: str, possible: ValueSet, window: Interval, also: Iterable[str]
) -> tuple[str, dict[str, str]]:
    """Return code and values for a printed value that its element alone cannot have."""
    digits = node.element.digits
    around = possible.hull
    values = {"element": node.code, "value": text, "also": ", ".join(also)}
    below, above = _nearest(edition, node, possible, window)
    if not below or not above:
        low, high = (print_end(around, digits, edition.mode, high=high) for high in (False, True))
        return "off-scale", {**values, "low": low, "high": high}
    return "value-between", {**values, "below": below, "above": above}


def not_given(
    edition: Edition, node: Node, texts: Mapping[str, str], computed: ValueSet, window: Interval
) -> tuple[str, dict[str, str]]:
    """Return code and values for a value that what is printed below it does not give."""
    below, above = _nearest(edition, node, computed, window)
    return "children-do-not-give", {
        "element": node.code,
        "value": texts[node.code],
        "children": ", ".join(code for code in edition.elements if code in node.below & set(texts)),
        "below": below,
        "above": above,
        "nearest": ", ".join(text for text in (below, above) if text),
    }


def band_name(band: Band) -> str:
    """Return a band's title in the source's language, or its code."""
    return original(band.titles) or band.code


def band_names(bands: Iterable[Band]) -> str:
    """Return the names of bands in one line."""
    return ", ".join(band_name(band) for band in bands) or "none"


def _nearest(edition: Edition, node: Node, values: ValueSet, window: Interval) -> tuple[str, str]:
    """Return how the nearest values below and above a window are printed ("" for none)."""
    around = values.hull
    digits = node.element.digits
    printed = []
    for side, high in (
        (Interval(min(around.low, window.low), window.low, True, not window.low_closed), True),
        (Interval(window.high, max(around.high, window.high), not window.high_closed, True), False),
    ):
        beside = values.within(side)
        printed.append("" if beside.is_empty else print_end(beside.hull, digits, edition.mode, high=high))
    return printed[0], printed[1]
