"""The lineage strip: who learned from whom, one row for each, years across, a line to its source.

Drawn like `core.figure`: pure functions from exact values to text, positions in per cent of the cell,
no size, colour or style. A row's picture is one cell; the lines run on through the cells between a
source and whoever took from it. The same rows are the table's words, so the picture is hidden from
assistive technology.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from xml.sax.saxutils import escape

from teladan.core.dates import first_day
from teladan.core.figure import percent, strip

UNSEEN = "?"  # the tick over the place of what has no date
ROOM = Fraction(88, 100)  # share of the width that the years have where something is without a date


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One row: a date as the source gives it ("" not seen), whether it is an origin, whether it ended.

    `parents` are the places of the rows that it took from, all above it. `sure` is False where the date
    stands there without having been seen in a source. `earlier` are dates of stages before the mark's own.
    """

    date: str
    origin: bool = False
    ended: bool = False
    sure: bool = True
    parents: tuple[int, ...] = ()
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Years:
    """The scale: first and last year, and whether a place for what has no date stands behind them."""

    low: int
    high: int
    unseen: bool

    def place(self, date: str) -> Fraction:
        """Return where a date stands, 0 to 1: its first day; behind the years where it was not seen."""
        if not date:
            return Fraction(1)
        day = first_day(date)
        year = day.year + Fraction(day.month - 1, 12)
        share = min(max((year - self.low) / max(self.high - self.low, 1), Fraction(0)), Fraction(1))
        return share * ROOM if self.unseen else share


def years(marks: Sequence[Mark]) -> Years:
    """Return the scale that holds all dates of some rows; ValueError where a date is none."""
    seen = [date for mark in marks for date in (mark.date, *mark.earlier) if date]
    found = [first_day(date).year for date in seen]
    low, high = min(found, default=0), max(found, default=0)
    # A date within the last year lies behind its first of January.
    later = any(len(date) > 4 and first_day(date).year == high and first_day(date).month > 1 for date in seen)
    return Years(
        low=low,
        high=max(high + later, low + 1),
        unseen=any(not mark.date for mark in marks),
    )


def scale(axis: Years) -> str:
    """Return the head of the drawn column: first, middle and last year, and the place of what has none.

    >>> scale(Years(low=2002, high=2013, unseen=False)).count("<text")
    3
    """
    ticks = {axis.low, axis.high}
    if axis.high - axis.low > 3:
        ticks.add((axis.low + axis.high) // 2)
    texts = [(axis.place(f"{year:04}"), str(year)) for year in sorted(ticks) if axis.low]
    if axis.unseen:
        texts.append((Fraction(1), UNSEEN))
    return strip(
        (f'<text x="{percent(x)}" y="12">{escape(text)}</text>' for x, text in texts), "t-strip--axis"
    )


def strips(marks: Sequence[Mark], axis: Years) -> list[str]:
    """Return the picture of each row; ValueError where a row takes from one that is not above it."""
    edges = [(parent, child) for child, mark in enumerate(marks) for parent in mark.parents]
    for parent, child in edges:
        if not 0 <= parent < child:
            raise ValueError(f"row {child} takes from row {parent}, which is not above it")
    return [_row(place, marks, edges, axis) for place in range(len(marks))]


def _row(place: int, marks: Sequence[Mark], edges: Sequence[tuple[int, int]], axis: Years) -> str:
    mark = marks[place]
    x = percent(axis.place(mark.date))
    drawn = ['<line class="m-base" x1="0" x2="100%" y1="50%" y2="50%"/>']
    lines: dict[str, bool] = {}  # each once; where one is sure and one is not, the sure one
    falling: set[str] = set()
    for parent, child in edges:
        if not parent <= place <= child:
            continue
        at = percent(axis.place(marks[parent].date))
        sure = bool(marks[child].date and marks[child].sure)
        top, bottom = ("50%" if place == parent else "-1%"), ("50%" if place == child else "101%")
        fall = f'x1="{at}" x2="{at}" y1="{top}" y2="{bottom}"'
        falling.add(fall)
        _keep(lines, fall, sure=sure)
        if place == child and at != x:
            _keep(lines, f'x1="{at}" x2="{x}" y1="50%" y2="50%"', sure=sure)
    drawn += [
        f'<line class="m-link{" m-fall" if where in falling else ""}{"" if sure else " m-gap"}" {where}/>'
        for where, sure in lines.items()
    ]
    drawn += [
        f'<circle class="m-early" cx="{percent(axis.place(date))}" cy="50%" r="5"/>'
        for date in dict.fromkeys(mark.earlier)
        if date and date != mark.date
    ]
    drawn.append(_mark(mark, x))
    return strip(drawn)


def _keep(lines: dict[str, bool], where: str, *, sure: bool) -> None:
    lines[where] = lines.get(where, False) or sure


def _mark(mark: Mark, x: str) -> str:
    """Return ring (origin), dot (adoption), either dashed where its date is unsure, cross where it ended."""
    kind = "m-open" if not mark.date or not mark.sure else "m-ring" if mark.origin else "m-dot"
    circle = f'<circle class="{kind}" cx="{x}" cy="50%" r="6"/>'
    if not mark.ended:
        return circle
    return circle + f'<svg x="{x}" y="50%" class="t-at"><path class="m-end" d="M-9-9 9 9M-9 9 9-9"/></svg>'
