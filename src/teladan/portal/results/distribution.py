"""How the index is spread: by bands with a histogram drawn over them, or by tenths of the scale."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from math import gcd

from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from teladan.core.figure import Axis, axis_strip, bar, histogram, rail, strip
from teladan.core.instrument import Band
from teladan.core.quantity import Rounding, plain_text, round_ratio
from teladan.core.table import Cell, Column, Group, Html, Table
from teladan.portal.names import band_name, counted, noun
from teladan.portal.results.findings import FEW, spread_title
from teladan.portal.results.rows import axis_of
from teladan.portal.words import beside_original, drawn
from teladan.publication.queries import EditionView
from teladan.web.formats import marked, num, percent, said

BARS = 40  # of a histogram over the whole scale
TENTHS = 10
BandRow = tuple[Cell, list[Markup | str]]  # what it tells, and that of each band


def distribution(view: EditionView) -> Table[BandRow] | Table[tuple[int, int]] | None:
    """Return the table of bands, or by tenths where there are none; None where there are too few rows."""
    if len(view.values) < FEW:
        return None
    return by_band(view) if view.bands else by_tenths(view)


def by_band(view: EditionView) -> Table[BandRow]:
    """Return how many are in each band, under a histogram; a column is as wide as its band."""
    axis = axis_of(view)
    step = (axis.high - axis.low) / BARS
    widths = band_widths(view)
    classes = [_class(view, axis.low + step * i) for i in range(BARS)]
    figure = drawn(histogram(axis, counts(view.values, axis, BARS), classes) + axis_strip(axis, num))
    bodies = [count for _band, count in view.bands]
    rows: tuple[BandRow, ...] = (
        (Cell(content=_nouns(view)), [Markup("<strong>{}</strong>").format(num(count)) for count in bodies]),
        (Cell(content=_("Share"), css="r"), [percent(share(count, sum(bodies))) for count in bodies]),
    )
    above = Markup('<tr aria-hidden="true"><td></td><td colspan="{}" class="t-hist">{}</td></tr>\n')

    def column(place: int, band: Band) -> Column[BandRow]:
        wide = {"colspan": widths[place]}
        heading = Cell(content=_heading(view, band), attributes=wide)
        return Column(heading, lambda row: row[1][place], attributes=wide)

    return Table(
        (
            Column("", lambda row: row[0]),
            *(column(place, band) for place, (band, _rows) in enumerate(view.bands)),
        ),
        [Group(rows=rows, drawn=above.format(sum(widths), figure))],
        title=spread_title(view),
        sub=marked(
            _("By index, in steps of %(step)s: %(over)s"), step=num(plain_text(step)), over=spread_of(view)
        ),
        css="t-table t-dist t-dist--even",
        widths=Markup('<colgroup><col class="d0"><col span="{}"></colgroup>\n').format(sum(widths)),
    )


def band_meanings(view: EditionView) -> list[tuple[Markup, Markup]]:
    """Return the name of each band and what it means."""
    return [(band_name(view, band), said(band.meaning)) for band, _rows in view.bands]


def band_widths(view: EditionView) -> list[int]:
    """Return the share of the scale that each band has, in the greatest unit that divides them all."""
    widths = [band.end - band.start for band, _rows in view.bands]
    unit = widths[0]
    for width in widths[1:]:
        below = unit.denominator * width.denominator
        unit = Fraction(gcd(int(unit * below), int(width * below)), below)
    return [int(width / unit) for width in widths]


def _heading(view: EditionView, band: Band) -> Markup:
    """Return a band's name over a narrow column: the code where that is what readers call it."""
    name = band_name(view, band)
    short = escape(band.code.upper()) if len(band.code) == 1 else name
    if short != name:
        name = Markup('<span aria-hidden="true">{}</span><span class="t-hide">{}</span>').format(short, name)
    legal = view.instrument is not None and view.instrument.nature == "legal"
    translated = beside_original(band.titles) if legal else ""
    return name + (Markup('<span class="t-sub">{}</span>').format(translated) if translated else "")


def by_tenths(view: EditionView) -> Table[tuple[int, int]]:
    """Return how many stand in each tenth of the scale, highest first."""
    axis = axis_of(view)
    tenths = counts(view.values, axis, TENTHS)
    most = Axis(low=Fraction(0), high=Fraction(max(tenths)))

    def limit(place: int) -> str:
        return num(plain_text(axis.low + (axis.high - axis.low) / TENTHS * place))

    return Table(
        (
            Column(_("Index"), lambda tenth: f"{limit(tenth[0])}–{limit(tenth[0] + 1)}", "r nw"),
            Column(
                Cell(content=Markup('<span class="t-hide">{}</span>').format(_("Drawn")), css="w-fig-l"),
                lambda tenth: Html(strip([rail(), bar(most, Fraction(0), Fraction(tenth[1]))])),
                "draw",
            ),
            Column(_nouns(view), lambda tenth: num(tenth[1]), "n"),
            Column(_("Share"), lambda tenth: percent(share(tenth[1], len(view.values))), "n"),
        ),
        list(reversed(list(enumerate(tenths)))),
        title=spread_title(view),
        sub=marked(_("By tenths of the scale: %(over)s"), over=spread_of(view)),
        css="t-table t-table--tight t-tenths",
    )


def spread_of(view: EditionView) -> Markup:
    """Return measure, unit, place and time of the distribution."""
    listed, evaluated = len(view.values), view.publication.evaluated
    over = (
        marked(_("%(listed)s of %(evaluated)s evaluated"), listed=num(listed), evaluated=num(evaluated))
        if evaluated and evaluated != listed
        else escape(counted(view, listed))
    )
    return Markup("{}, {}").format(over, view.publication.edition)


def _nouns(view: EditionView) -> str:
    nouns = {"body": _("Bodies"), "economy": _("Economies"), "country": _("Countries")}
    return nouns[noun(view.rows, view)]


def counts(values: list[Fraction], axis: Axis, steps: int) -> list[int]:
    """Return how many values lie in each of `steps` equal parts of the scale; the ends take the rest."""
    span = axis.high - axis.low
    places = Counter(min(max(int((value - axis.low) * steps // span), 0), steps - 1) for value in values)
    return [places[i] for i in range(steps)]


def share(part: int, of: int) -> str:
    """Return a part in whole per cent, as text."""
    return str(round_ratio(100 * part, of, Rounding.HALF_UP)) if of else "0"


def _class(view: EditionView, value: Fraction) -> int:
    """Return the place of the band a value lies in, from 1, stretched over the five colours."""
    last = len(view.bands) - 1
    place = max((i for i, (band, _rows) in enumerate(view.bands) if band.start <= value), default=0)
    return 1 + round(place * 4 / last) if last else 5
