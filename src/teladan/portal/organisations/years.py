"""The table of an organisation's editions: every year, the breaks between them, the changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, pairwise

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from teladan.core import figure
from teladan.core.instrument import INDEX, Band, Edition
from teladan.core.quantity import Rounding, decimals, printed
from teladan.portal import method_breaks
from teladan.portal.organisations.explanation import BASE
from teladan.portal.words import beside_original, both, drawn, number, original
from teladan.publication.queries import CANNOT_BE_RIGHT, ResultView
from teladan.web.formats import num
from teladan.web.reasons import either, reason_text


@dataclass(frozen=True, slots=True, kw_only=True)
class BandShown:
    """A band in a cell: how high it is, and its name as the source words it and for the reader."""

    number: int
    of: int
    name: Markup
    translated: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class YearRow:
    """One edition. `breaks` are the sentences that stand above it."""

    breaks: tuple[Markup, ...]
    year: str
    address: str
    measure: str
    draw: Markup
    own: str
    index: str
    exact: str
    band: BandShown | None
    kind: str
    flag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """From one edition to the next under the same rules: both drawn, and the printed difference."""

    years: str
    draw: Markup
    change: str
    bands: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Years:
    """The editions that share one scale; `own` says whether any own assessment is known."""

    name: str
    title: str
    sub: str
    axis: Markup
    rows: tuple[YearRow, ...]
    moved: tuple[Moved, ...]
    own: bool


def measure(view: ResultView) -> str:
    """Return the short name of what was measured: "SPBE"."""
    return (view.instrument.abbreviation if view.instrument else "") or view.publication.series


def band_of(view: ResultView) -> Band | None:
    """Return the band of a result."""
    return view.edition.band_named(view.result.band) if view.edition and view.result.band else None


def tables(results: Sequence[ResultView]) -> Iterable[Years]:
    """Yield one table for each run of editions on the same scale, oldest first."""
    above: dict[str, tuple[Markup, ...]] = {}
    for one, other in pairwise(results):
        years = (one.publication.edition, other.publication.edition)
        found = method_breaks.between((one.instrument, one.edition), (other.instrument, other.edition), years)
        above[other.publication.code] = tuple(found)
    runs = groupby(results, key=lambda one: one.edition.root.bounds if one.edition else None)
    for position, (bounds, run) in enumerate(runs):
        views = list(run)
        low, high = bounds or (Fraction(0), Fraction(1))
        whole = [low + i for i in range(int(high - low) + 1)] if high - low <= 10 else [low, high]
        axis = figure.Axis(low=low, high=high, ticks=tuple(whole))
        own = any(INDEX in one.result.self_assessed for one in views)
        measures = list(dict.fromkeys(measure(one) for one in views))
        yield Years(
            name=f"years-{position}",
            title=_count(len(views), len(measures)),
            sub=_sub(views, measures, (low, high), own=own),
            axis=drawn(figure.axis_strip(axis, num)),
            rows=tuple(_row(one, axis, above.get(one.publication.code, ())) for one in views),
            moved=tuple(_moved(one, other, axis) for one, other in pairwise(views) if _follows(one, other)),
            own=own,
        )


def _follows(one: ResultView, other: ResultView) -> bool:
    """Say whether the figures of two results may be set against each other."""
    sound = all(
        view.result.scored and view.result.index and view.result.verdict not in CANNOT_BE_RIGHT
        for view in (one, other)
    )
    return sound and method_breaks.same_rules(one.edition, other.edition)


def _moved(one: ResultView, other: ResultView, axis: figure.Axis) -> Moved:
    before, after = one.result.index, other.result.index
    digits = max(decimals(before), decimals(after))
    bands = [band for band in (band_of(one), band_of(other)) if band]
    names = [both(band.titles) for band in bands]
    return Moved(
        years=f"{one.publication.edition}–{other.publication.edition}",
        draw=drawn(figure.strip([BASE, *figure.dumbbell(axis, Fraction(before), Fraction(after))])),
        change=num(printed(Fraction(after) - Fraction(before), digits, Rounding.HALF_UP), sign=True),
        bands=Markup("{} → {}").format(*names)
        if len(bands) == 2 and bands[0].code != bands[1].code
        else Markup(""),
    )


def same_method(results: Sequence[ResultView]) -> Sequence[ResultView]:
    """Return the newest results that were made by the same rules: what a title may speak of at once."""
    for place in range(len(results) - 1, 0, -1):
        if not method_breaks.same_rules(results[place - 1].edition, results[place].edition):
            return results[place:]
    return results


def _count(editions: int, instruments: int) -> str:
    if instruments > 1:
        return _("%(editions)s editions under %(instruments)s instruments") % {
            "editions": editions,
            "instruments": instruments,
        }
    return ngettext("%(n)s edition", "%(n)s editions of the same instrument", editions) % {"n": editions}


def _sub(
    views: Sequence[ResultView], measures: list[str], bounds: tuple[Fraction, Fraction], *, own: bool
) -> str:
    scale = _("Index of %(measure)s, scale %(low)s to %(high)s, %(years)s.") % {
        "measure": ", ".join(measures),
        "low": number(bounds[0]),
        "high": number(bounds[1]),
        "years": ", ".join(dict.fromkeys(one.publication.edition for one in views)),
    }
    marks = (
        _("Ring: self-assessed, dot: by the assessor. Dashed lines: thresholds of the bands.")
        if own
        else _("Dashed lines: thresholds of the bands.")
    )
    return f"{scale} {marks}"


def _row(view: ResultView, axis: figure.Axis, above: tuple[Markup, ...]) -> YearRow:
    result = view.result
    own = result.self_assessed.get(INDEX)
    bands = view.edition.bands if view.edition else ()
    scale = figure.Axis(low=axis.low, high=axis.high, cuts=tuple(band.start for band in bands[1:]))
    marks = [BASE, figure.cuts(scale)]
    if result.scored and result.index:
        marks += figure.dumbbell(axis, Fraction(own["printed"]) if own else None, Fraction(result.index))
    return YearRow(
        breaks=above,
        year=view.publication.edition,
        address=reverse("portal:edition", kwargs={"code": view.publication.code}),
        measure=measure(view),
        draw=drawn(figure.strip(marks)),
        own=num(own["printed"]) if own else num(None),
        index=num(result.index),
        exact=either([number(text) for text in view.exact_indices]) if view.exact_indices else num(None),
        band=shown_band(view.edition, band_of(view)),
        kind=_("Computed") if view.publication.kind == "computed" else _("Reported"),
        flag=reason_text(result.reason_code, result.reason_values)
        if result.verdict not in {"", "consistent"}
        else "",
    )


def shown_band(edition: Edition | None, band: Band | None) -> BandShown | None:
    """Return a band as it stands in a cell."""
    if edition is None or band is None:
        return None
    return BandShown(
        number=edition.bands.index(band) + 1,
        of=len(edition.bands),
        name=original(band.titles),
        translated=beside_original(band.titles),
    )
