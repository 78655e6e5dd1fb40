"""Figures drawn as inline SVG for one cell of a table, or for a small multiple.

Pure functions from exact values to text: the same values give the same bytes. No size, colour or
style is written here; the page's stylesheet gives them by class, so dark, print and forced colours
work. Positions are in per cent of the cell, so a strip is as wide as its column. What is drawn
repeats the numbers beside it and is hidden from assistive technology.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from xml.sax.saxutils import escape

from teladan.core.quantity import Rounding, plain_text, round_ratio

HIDDEN = 'aria-hidden="true" focusable="false"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """A scale from low to high with thresholds (`cuts`) and labelled ticks."""

    low: Fraction
    high: Fraction
    cuts: tuple[Fraction, ...] = ()
    ticks: tuple[Fraction, ...] = ()

    def share(self, value: Fraction) -> Fraction:
        """Return where a value stands, 0 to 1; values beyond the ends stand at the ends."""
        return min(max((value - self.low) / (self.high - self.low), Fraction(0)), Fraction(1))


def percent(share: Fraction) -> str:
    """Return a share of one as per cent with at most two decimals.

    >>> percent(Fraction(1, 3)), percent(Fraction(1, 2)), percent(Fraction(0))
    ('33.33%', '50%', '0%')
    """
    hundredths = round_ratio(share.numerator * 10_000, share.denominator, Rounding.HALF_UP)
    return f"{plain_text(Fraction(hundredths, 100))}%"


def strip(marks: Iterable[str], extra: str = "") -> str:
    """Return the SVG of one drawn cell."""
    name = f"t-strip {extra}".rstrip()
    return f'<svg class="{name}" {HIDDEN}>{"".join(marks)}</svg>'


def axis_strip(axis: Axis, write: Callable[[str], str] = str) -> str:
    """Return the scale for the head of a drawn column: its ticks, labelled in the reader's way."""
    return strip(
        (f'<text x="{percent(axis.share(tick))}" y="12">{_label(tick, write)}</text>' for tick in axis.ticks),
        "t-strip--axis",
    )


def _label(value: Fraction, write: Callable[[str], str]) -> str:
    return escape(write(plain_text(value)))


def ground(axis: Axis, name: str) -> str:
    """Return base line and thresholds once, to be used by every row: `use(name)`.

    616 rows share one drawing, which keeps a long page small.
    """
    lines = '<line class="m-base" x1="0" x2="100%" y1="50%" y2="50%"/>' + cuts(axis)
    return f'<svg class="t-defs" {HIDDEN}><defs><g id="{name}">{lines}</g></defs></svg>'


def use(name: str) -> str:
    """Return a mark that draws the ground of that name."""
    return f'<use href="#{name}"/>'


def cuts(axis: Axis) -> str:
    """Return the thresholds as lines over the whole height."""
    places = (percent(axis.share(cut)) for cut in axis.cuts)
    return "".join(f'<line class="m-cut" x1="{x}" x2="{x}" y1="0" y2="100%"/>' for x in places)


def dot(axis: Axis, value: Fraction) -> str:
    """Return the mark of a value: now, central, adopted."""
    return f'<circle class="m-dot" cx="{percent(axis.share(value))}" cy="50%" r="5"/>'


def ring(axis: Axis, value: Fraction) -> str:
    """Return the mark of a value before, or of the own one."""
    return f'<circle class="m-ring" cx="{percent(axis.share(value))}" cy="50%" r="4"/>'


def dumbbell(axis: Axis, before: Fraction | None, after: Fraction) -> list[str]:
    """Return ring, line and dot from before to after; a line that fell has its own class."""
    if before is None:
        return [dot(axis, after)]
    if before == after:
        return [ring(axis, before), dot(axis, after)]
    kind = "m-link m-down" if after < before else "m-link"
    x1, x2 = percent(axis.share(before)), percent(axis.share(after))
    line = f'<line class="{kind}" x1="{x1}" x2="{x2}" y1="50%" y2="50%"/>'
    return [line, ring(axis, before), dot(axis, after)]


def bar(axis: Axis, start: Fraction, end: Fraction, kind: str = "m-bar") -> str:
    """Return a bar from start to end; `m-hot` marks the total."""
    low, high = sorted((axis.share(start), axis.share(end)))
    return f'<rect class="{kind}" x="{percent(low)}" width="{percent(high - low)}" y="15%" height="70%"/>'


def rail() -> str:
    """Return the empty length behind bars."""
    return '<rect class="m-rail" width="100%" y="15%" height="70%"/>'


def rank_axis(count: int) -> Axis:
    """Return the scale of ranks, 1 to `count`: the same for every row of a ranking."""
    ends = (Fraction(1), Fraction(max(count, 2)))
    return Axis(low=ends[0], high=ends[1], ticks=ends)


def rank_span(axis: Axis, low: Fraction, middle: Fraction, high: Fraction) -> str:
    """Return the bar of an interval of ranks and the dot at its middle; no bar where it is one rank.

    >>> rank_span(rank_axis(101), Fraction(1), Fraction(2), Fraction(6)).count("m-span")
    1
    """
    median = f'<circle class="m-dot" cx="{percent(axis.share(middle))}" cy="50%" r="3"/>'
    if low == high:
        return median
    x1, x2 = percent(axis.share(low)), percent(axis.share(high))
    return f'<line class="m-span" x1="{x1}" x2="{x2}" y1="50%" y2="50%"/>{median}'


def rank_strip(axis: Axis, low: Fraction, middle: Fraction, high: Fraction) -> str:
    """Return the rank-interval strip of one row: its line from first to last, the bar, the dot."""
    line = '<line class="m-base" x1="0" x2="100%" y1="50%" y2="50%"/>'
    return strip([line, rank_span(axis, low, middle, high)], "t-strip--rank")


def mini(axis: Axis, value: Fraction, *, strong: bool = False) -> str:
    """Return a thin bar to stand under a printed number."""
    kind = "m-bar" if strong else "m-bar2"
    width = percent(axis.share(value))
    return strip([f'<rect class="{kind}" width="{width}" height="100%"/>'], "t-strip--mini")


def histogram(axis: Axis, counts: Sequence[int], classes: Sequence[int], height: int = 150) -> str:
    """Return bars for equal steps of the axis; classes[i] is the band (1 …) that step i lies in."""
    top = max(counts, default=0) or 1
    width = Fraction(1, len(counts) or 1)
    marks = []
    for i, (count, number) in enumerate(zip(counts, classes, strict=True)):
        if count:
            tall = plain_text(Fraction(round_ratio(count * (height - 10) * 10, top, Rounding.HALF_UP), 10))
            y = plain_text(Fraction(height) - Fraction(tall))
            marks.append(
                f'<rect class="b{number}" x="{percent(i * width)}" '
                f'width="{percent(width * Fraction(92, 100))}" y="{y}" height="{tall}"/>'
            )
    marks += [
        f'<line class="m-cut" x1="{x}" x2="{x}" y1="0" y2="{height}"/>'
        for x in (percent(axis.share(cut)) for cut in axis.cuts)
    ]
    return strip(marks, "t-strip--hist")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One series of a trend: (place on the time axis, value) pairs, its class and end label.

    `shift` moves the label down by so many pixels (up where negative), away from another's.
    """

    kind: str
    label: str
    points: tuple[tuple[Fraction, Fraction], ...]
    shift: int = 0


def trend(
    time: Axis,
    values: Axis,
    lines: Sequence[Line],
    shaded: Sequence[tuple[Fraction, Fraction]] = (),
    write: Callable[[str], str] = str,
) -> str:
    """Return lines over time on one scale; `time.cuts` are breaks of method, `shaded` other rules.

    `write` dresses the values of the vertical axis for the reader; years stay as they are.

    Lines are drawn piece by piece because SVG polylines take no per cent.
    """

    def y(value: Fraction) -> str:
        return percent(1 - values.share(value))

    parts = [
        f'<rect class="m-break" x="{percent(time.share(a))}" y="0" '
        f'width="{percent(time.share(b) - time.share(a))}" height="100%"/>'
        for a, b in shaded
    ]
    for tick in values.ticks:
        parts.append(f'<line class="m-base" x1="0" x2="100%" y1="{y(tick)}" y2="{y(tick)}"/>')
        parts.append(f'<text class="ax" x="0" y="{y(tick)}" dx="-6" dy="4">{_label(tick, write)}</text>')
    parts.append(cuts(time))
    parts += [
        f'<text x="{percent(time.share(tick))}" y="100%" dy="18">{plain_text(tick)}</text>'
        for tick in time.ticks
    ]
    for line in lines:
        places = [(percent(time.share(t)), y(v)) for t, v in line.points]
        parts += [
            f'<line class="l-{line.kind}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>'
            for (x1, y1), (x2, y2) in pairwise(places)
        ]
        parts += [f'<circle class="p-{line.kind}" cx="{x}" cy="{v}" r="3.5"/>' for x, v in places]
        if places and line.label:
            x, v = places[-1]
            place = f'x="{x}" y="{v}" dx="10" dy="{4 + line.shift}"'
            parts.append(f'<text class="lab p-{line.kind}" {place}>{escape(line.label)}</text>')
    return f"<svg {HIDDEN}>{''.join(parts)}</svg>"
