"""What the results of one organisation say, as sentences made by rules.

Each function takes plain values and returns a sentence, or a plain name where no rule fires.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from teladan.core.agreement import Agreement
from teladan.core.text import Texts
from teladan.portal.words import both
from teladan.publication.queries import CANNOT_BE_RIGHT
from teladan.web.formats import marked, num, said


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One edition of a series: the printed index, the titles of its band, what the check found.

    `wrong` is the name of the element whose figure cannot be, `value` that figure as printed.
    """

    year: str
    index: str
    band: Texts | None = None
    verdict: str = "consistent"
    reason_code: str = ""
    wrong: Markup | str = ""
    value: str = ""

    @property
    def sound(self) -> bool:
        """Say whether the printed figures can be true."""
        return self.verdict not in CANNOT_BE_RIGHT


def title(name: Markup, measure: str, points: Sequence[Point]) -> Markup:
    """Return what one series says about an organisation; points are the oldest first."""
    faulty = [point for point in points if not point.sound]
    if faulty:
        return _faulty(name, faulty[-1])
    if not points:
        return name
    first, last = points[0], points[-1]
    values = {
        "name": name,
        "measure": measure,
        "year": last.year,
        "index": num(last.index),
        "band": both(last.band or {}),
    }
    if len(points) == 1:
        return marked(
            _("%(name)s: %(measure)s index %(index)s in %(year)s, band ‘%(band)s’")
            if last.band
            else _("%(name)s: %(measure)s index %(index)s in %(year)s"),
            **values,
        )
    return _moved(first, last, values)


def _moved(first: Point, last: Point, values: Mapping[str, object]) -> Markup:
    """Return from where to where the index went, and the band with it."""
    years = int(last.year) - int(first.year)
    filled = {
        **values,
        "from": num(first.index),
        "to": num(last.index),
        "years": years,
        "old": both(first.band or {}),
    }
    up = (Fraction(last.index) > Fraction(first.index)) - (Fraction(last.index) < Fraction(first.index))
    banded = first.band is not None and last.band is not None
    same = banded and first.band == last.band
    if up == 0:
        return marked(
            ngettext(
                "%(name)s stands at %(to)s, as %(years)s year before",
                "%(name)s stands at %(to)s, as %(years)s years before",
                years,
            ),
            **filled,
        )
    if up > 0 and not banded:
        text = ngettext(
            "%(name)s rose from %(from)s to %(to)s in %(years)s year",
            "%(name)s rose from %(from)s to %(to)s in %(years)s years",
            years,
        )
    elif up > 0 and same:
        text = ngettext(
            "%(name)s rose from %(from)s to %(to)s in %(years)s year and stayed in the band ‘%(band)s’",
            "%(name)s rose from %(from)s to %(to)s in %(years)s years and stayed in the band ‘%(band)s’",
            years,
        )
    elif up > 0:
        text = ngettext(
            "%(name)s rose from %(from)s to %(to)s in %(years)s year, from ‘%(old)s’ to ‘%(band)s’",
            "%(name)s rose from %(from)s to %(to)s in %(years)s years, from ‘%(old)s’ to ‘%(band)s’",
            years,
        )
    elif not banded:
        text = ngettext(
            "%(name)s fell from %(from)s to %(to)s in %(years)s year",
            "%(name)s fell from %(from)s to %(to)s in %(years)s years",
            years,
        )
    elif same:
        text = ngettext(
            "%(name)s fell from %(from)s to %(to)s in %(years)s year and stayed in the band ‘%(band)s’",
            "%(name)s fell from %(from)s to %(to)s in %(years)s years and stayed in the band ‘%(band)s’",
            years,
        )
    else:
        text = ngettext(
            "%(name)s fell from %(from)s to %(to)s in %(years)s year, from ‘%(old)s’ to ‘%(band)s’",
            "%(name)s fell from %(from)s to %(to)s in %(years)s years, from ‘%(old)s’ to ‘%(band)s’",
            years,
        )
    return marked(text, **filled)


def _faulty(name: Markup, point: Point) -> Markup:
    """Return which printed figure cannot be."""
    values = {"name": name, "year": point.year, "element": point.wrong, "value": num(point.value)}
    if point.verdict == "impossible" and point.reason_code == "off-scale":
        return marked(
            _("%(name)s: for %(year)s, ‘%(element)s’ is printed %(value)s, which the scale cannot produce"),
            **values,
        )
    if point.verdict == "impossible":
        return marked(
            _("%(name)s: for %(year)s, ‘%(element)s’ is printed %(value)s, which no answers can give"),
            **values,
        )
    return marked(_("%(name)s: the figures printed for %(year)s do not fit each other"), **values)


def other_series(measure: str, points: Sequence[Point]) -> Markup | None:
    """Return one sentence about a series that the title does not speak of."""
    sound = [point for point in points if point.sound]
    if not sound:
        return None
    first, last = sound[0], sound[-1]
    values = {
        "measure": measure,
        "from": num(first.index),
        "to": num(last.index),
        "first": first.year,
        "last": last.year,
    }
    if len(sound) == 1:
        return marked(
            _("Under %(measure)s it stood at %(to)s in %(last)s; the two instruments cannot be compared."),
            **values,
        )
    return marked(
        _(
            "Under %(measure)s it went from %(from)s in %(first)s to %(to)s in %(last)s; "
            "the two instruments cannot be compared."
        ),
        **values,
    )


def self_against_assessor(year: str, own: str, own_band: Texts | None, given: Point) -> Markup:
    """Return how the organisation's own levels compare with the assessor's, each as an index."""
    values = {
        "year": year,
        "own": num(own),
        "index": num(given.index),
        "own_band": both(own_band or {}),
        "band": both(given.band or {}),
    }
    if own_band and given.band and own_band != given.band:
        return marked(
            _(
                "In %(year)s its own levels gave %(own)s, ‘%(own_band)s’; "
                "the assessor’s gave %(index)s, ‘%(band)s’."
            ),
            **values,
        )
    return marked(_("In %(year)s its own levels gave %(own)s; the assessor’s gave %(index)s."), **values)


def assessed(agreement: Agreement | None, levels: Sequence[Fraction], lowest: Fraction) -> str:
    """Return what the assessor did to the levels, or how many stand at the lowest; else a plain title."""
    if agreement is not None:
        return _("The assessor lowered %(lower)s of %(n)s levels, kept %(equal)s and raised %(higher)s") % {
            "lower": agreement.lower,
            "n": agreement.n,
            "equal": agreement.equal,
            "higher": agreement.higher,
        }
    at_lowest = sum(level == lowest for level in levels)
    if at_lowest:
        return _("%(count)s of %(n)s indicators stand at %(lowest)s, the lowest level") % {
            "count": at_lowest,
            "n": len(levels),
            "lowest": num(str(lowest)),
        }
    return _("The level of each indicator")


def gives_most(
    titles: Mapping[str, Texts], adds: Mapping[str, Sequence[Fraction]], total: Sequence[Fraction]
) -> Markup:
    """Return which part gives the most to the index.

    `adds[code]` and `total` are the contribution and the index in each possible set of values; the
    rule fires where one part is ahead in all of them.
    """
    plain = marked(_("What each part adds to the index"))
    if not adds or not total:
        return plain
    heads = {max(adds, key=lambda code: adds[code][i]) for i in range(len(total))}
    code = next(iter(heads))
    ties = any(sum(values[i] == adds[code][i] for values in adds.values()) > 1 for i in range(len(total)))
    if len(heads) > 1 or ties:
        return plain
    share = min(adds[code][i] / total[i] for i in range(len(total)))
    values = {"part": said(titles[code])}
    if share > Fraction(1, 2):
        return marked(_("‘%(part)s’ alone gives more than half of the index"), **values)
    if share > Fraction(1, 3):
        return marked(_("‘%(part)s’ alone gives more than a third of the index"), **values)
    if share > Fraction(1, 4):
        return marked(_("‘%(part)s’ alone gives more than a quarter of the index"), **values)
    return marked(_("‘%(part)s’ gives the most to the index"), **values)
