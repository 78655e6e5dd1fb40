"""The drawn cells of a report, by the conventions of core.figure: one scale per column, no style."""

from __future__ import annotations

from fractions import Fraction

from teladan.core.diagnosis.markup import Cell
from teladan.core.diagnosis.quality import Quality
from teladan.core.diagnosis.thresholds import Thresholds
from teladan.core.diagnosis.words import correlation
from teladan.core.figure import Axis, bar, dot, dumbbell, ground, percent, ring, strip, use

SIGNED = "signed"  # the ground of correlations
SHARED = "shared"  # the ground of 0 … 1
MARKS = {"negative": "▼", "high": "▲", "low": "○"}
STEPS = (0.2, 0.4, 0.6, 0.8)


def place(value: float) -> Fraction:
    """Return a number for a drawing, to the ninth decimal.

    >>> place(0.1)
    Fraction(1, 10)
    """
    return Fraction(value).limit_denominator(10**9)


def signed_axis(at: Thresholds) -> Axis:
    """Return the scale of correlations with their thresholds."""
    cuts = tuple(place(cut) for cut in (at.negative, 0.0, at.low, at.high))
    return Axis(low=Fraction(-1), high=Fraction(1), cuts=cuts)


def grounds(at: Thresholds) -> str:
    """Return the scales that rows use again."""
    shared = Axis(low=Fraction(0), high=Fraction(1), cuts=(place(at.alpha),))
    return ground(signed_axis(at), SIGNED) + ground(shared, SHARED)


def of_correlations(at: Thresholds, dots: list[float | None], rings: list[float | None]) -> str:
    """Return correlations on -1 … 1: dots for the main ones, rings for the others."""
    axis = signed_axis(at)
    marks = [ring(axis, place(r)) for r in rings if r is not None]
    marks += [dot(axis, place(r)) for r in dots if r is not None]
    return strip([use(SIGNED), *marks])


def of_share(value: float | None) -> str:
    """Return a bar on 0 … 1; a value below 0 has no length."""
    axis = Axis(low=Fraction(0), high=Fraction(1))
    marks = [] if value is None else [bar(axis, Fraction(0), place(value))]
    return strip([*marks, use(SHARED)])


def of_eigenvalue(value: float, largest: float) -> str:
    """Return a bar from 0 to the largest eigenvalue, with Kaiser's line at 1."""
    axis = Axis(low=Fraction(0), high=max(place(largest), Fraction(1)))
    x = percent(axis.share(Fraction(1)))
    line = f'<line class="m-cut" x1="{x}" x2="{x}" y1="0" y2="100%"/>'
    return strip([bar(axis, Fraction(0), place(value)), line])


def of_weight(axis: Axis, weight: float, counted: float | None) -> str:
    """Return a ring for what is meant and a dot for what is."""
    if counted is None:
        return strip([ring(axis, place(weight))])
    zero = percent(axis.share(Fraction(0)))
    base = f'<line class="m-cut" x1="{zero}" x2="{zero}" y1="0" y2="100%"/>'
    return strip([base, *dumbbell(axis, place(weight), place(counted))])


def of_values(quality: Quality) -> str:
    """Return where the values of an indicator lie: quartiles, median, whiskers, outliers."""
    summary = quality.summary
    if summary is None or quality.distinct < 2:
        return ""
    # Places between the ends; halves, so that no difference overflows.
    length = summary.highest / 2 - summary.lowest / 2

    def share(value: float) -> Fraction:
        return place((value / 2 - summary.lowest / 2) / length)

    axis = Axis(low=Fraction(0), high=Fraction(1))
    lower, median, upper = (share(v) for v in (summary.lower, summary.median, summary.upper))
    x1, x2 = (percent(share(v)) for v in quality.inside or (summary.lower, summary.upper))
    out = [share(outlier.value) for outlier in quality.outliers]
    middle = percent(median)
    return strip(
        [
            f'<line class="m-base" x1="{x1}" x2="{x2}" y1="50%" y2="50%"/>',
            bar(axis, lower, upper, "m-box"),
            f'<line class="m-mid" x1="{middle}" x2="{middle}" y1="15%" y2="85%"/>',
            *(ring(axis, x) for x in dict.fromkeys(out)),
        ]
    )


def heat(r: float | None, flag: str, *, marked: bool = True) -> Cell:
    """Return a cell of a matrix: the number, a shade by size and sign, and a mark where it is flagged."""
    if r is None:
        return Cell('<span aria-hidden="true">–</span><span class="hide">not defined</span>', "h")
    step = sum(abs(r) >= edge for edge in STEPS)
    shade = f"h {'n' if r < 0 else 'p'}{step}" if step else "h"
    mark = ""
    if flag and marked:
        mark = f' <span aria-hidden="true">{MARKS[flag]}</span><span class="hide">{flag}</span>'
    return Cell(correlation(r) + mark, shade)
