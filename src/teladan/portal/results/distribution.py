"""How the index is spread: a histogram inside the table of bands, or a table by tenths of the scale."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from math import gcd

from markupsafe import Markup, escape

from teladan.core.figure import Axis, axis_strip, bar, histogram, rail, strip
from teladan.core.quantity import Rounding, plain_text, round_ratio
from teladan.core.text import Texts
from teladan.portal.names import band_name
from teladan.portal.results.findings import FEW
from teladan.portal.results.rows import axis_of
from teladan.portal.words import beside_original
from teladan.publication.queries import EditionView
from teladan.web.formats import num

BARS = 40  # of a histogram over the whole scale
TENTHS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class BandColumn:
    """One band: its share of the scale in columns of the table, and who is in it."""

    name: Markup
    short: Markup  # over a narrow column: the code where that is what readers call it
    translated: Markup
    meaning: Texts
    wide: int
    rows: int
    share: str  # per cent, whole


@dataclass(frozen=True, slots=True, kw_only=True)
class BandSpread:
    """The table of bands with the histogram over it; `parts` columns share its width evenly."""

    bands: tuple[BandColumn, ...]
    parts: int
    step: str  # how wide one bar is, as text
    drawn: Markup
    scale: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenth:
    """One tenth of the scale and who stands in it."""

    start: str
    end: str
    rows: int
    share: str
    drawn: Markup


def band_spread(view: EditionView) -> BandSpread | None:
    """Return the histogram over the bands; None where there are no bands or too few rows."""
    if not view.bands or len(view.values) < FEW:
        return None
    axis = axis_of(view)
    span = axis.high - axis.low
    classes = [_class(view, axis.low + span * i / BARS) for i in range(BARS)]
    unit = _unit([band.end - band.start for band, _rows in view.bands])
    legal = view.instrument is not None and view.instrument.nature == "legal"
    total = sum(rows for _band, rows in view.bands)
    bands = tuple(
        BandColumn(
            name=band_name(view, band),
            short=escape(band.code.upper()) if len(band.code) == 1 else band_name(view, band),
            translated=beside_original(band.titles) if legal else Markup(""),
            meaning=band.meaning,
            wide=int((band.end - band.start) / unit),
            rows=rows,
            share=share(rows, total),
        )
        for band, rows in view.bands
    )
    return BandSpread(
        bands=bands,
        parts=sum(band.wide for band in bands),
        step=num(plain_text(span / BARS)),
        drawn=Markup(histogram(axis, counts(view.values, axis, BARS), classes)),  # noqa: S704  (from numbers)
        scale=Markup(axis_strip(axis, num)),  # noqa: S704
    )


def tenths(view: EditionView) -> tuple[Tenth, ...]:
    """Return the table by tenths, highest first; empty where there are bands or too few rows."""
    if view.bands or len(view.values) < FEW:
        return ()
    axis = axis_of(view)
    found = counts(view.values, axis, TENTHS)
    most = Axis(low=Fraction(0), high=Fraction(max(found)))
    width = (axis.high - axis.low) / TENTHS
    return tuple(
        Tenth(
            start=num(plain_text(axis.low + width * i)),
            end=num(plain_text(axis.low + width * (i + 1))),
            rows=count,
            share=share(count, len(view.values)),
            drawn=Markup(strip([rail(), bar(most, Fraction(0), Fraction(count))])),  # noqa: S704
        )
        for i, count in reversed(list(enumerate(found)))
    )


def counts(values: list[Fraction], axis: Axis, steps: int) -> list[int]:
    """Return how many values lie in each of `steps` equal parts of the scale; the ends take the rest."""
    span = axis.high - axis.low
    found = Counter(min(max(int((value - axis.low) * steps // span), 0), steps - 1) for value in values)
    return [found[i] for i in range(steps)]


def share(part: int, of: int) -> str:
    """Return a part in whole per cent, as text."""
    return str(round_ratio(100 * part, of, Rounding.HALF_UP)) if of else "0"


def _class(view: EditionView, value: Fraction) -> int:
    """Return the place of the band a value lies in, from 1, stretched over the five colours."""
    places = len(view.bands)
    at = max((i for i, (band, _rows) in enumerate(view.bands) if band.start <= value), default=0)
    return 1 + round(at * 4 / (places - 1)) if places > 1 else 5


def _unit(widths: list[Fraction]) -> Fraction:
    """Return the greatest width that all bands are whole multiples of."""
    unit = widths[0]
    for width in widths[1:]:
        below = unit.denominator * width.denominator
        unit = Fraction(gcd(int(unit * below), int(width * below)), below)
    return unit
