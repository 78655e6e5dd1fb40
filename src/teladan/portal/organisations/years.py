"""The table of an organisation's editions: every year, the breaks between them, the changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
from teladan.core.table import Cell, Column, Group, Remark, Table
from teladan.portal import method_breaks
from teladan.portal.organisations.explanation import BASE
from teladan.portal.words import beside_original, both, drawn, number, original, stay
from teladan.publication.queries import CANNOT_BE_RIGHT, ResultView
from teladan.web.formats import link, num, pips
from teladan.web.reasons import either, reason_text


@dataclass(frozen=True, slots=True)
class Move:
    """From one edition to the next under the same rules."""

    before: ResultView
    after: ResultView


Row = ResultView | Move


def measure(view: ResultView) -> str:
    """Return the short name of what was measured: "SPBE"."""
    return (view.instrument.abbreviation if view.instrument else "") or view.publication.series


def band_of(view: ResultView) -> Band | None:
    """Return the band of a result."""
    return view.edition.band_named(view.result.band) if view.edition and view.result.band else None


def years_tables(results: Sequence[ResultView]) -> Iterable[Table[Row]]:
    """Yield one table for each run of editions on the same scale, oldest first."""
    breaks: dict[str, list[Markup]] = {}
    for one, other in pairwise(results):
        years = (one.publication.edition, other.publication.edition)
        breaks[other.publication.code] = method_breaks.between(
            (one.instrument, one.edition), (other.instrument, other.edition), years
        )
    runs = groupby(results, key=lambda one: one.edition.root.bounds if one.edition else None)
    for position, (bounds, run) in enumerate(runs):
        yield _years_table(list(run), breaks, bounds or (Fraction(0), Fraction(1)), f"years-{position}")


def _years_table(
    views: list[ResultView],
    breaks: Mapping[str, Sequence[Markup]],
    bounds: tuple[Fraction, Fraction],
    name: str,
) -> Table[Row]:
    """Return the editions of one scale, then the moves between those that may be set against each other."""
    low, high = bounds
    whole = [low + i for i in range(int(high - low) + 1)] if high - low <= 10 else [low, high]
    axis = figure.Axis(low=low, high=high, ticks=tuple(whole))
    own = any(INDEX in view.result.self_assessed for view in views)
    measures = list(dict.fromkeys(measure(view) for view in views))
    moves = [Move(one, other) for one, other in pairwise(views) if _follows(one, other)]

    def edition(row: Row) -> Markup | Cell:
        if isinstance(row, Move):
            years = f"{row.before.publication.edition}–{row.after.publication.edition}"
            return Cell(content=years, css="r nw x3")
        address = reverse("portal:edition", kwargs={"code": row.publication.code})
        return link(address, f"{measure(row)} {row.publication.edition}")

    def printed_index(row: Row) -> Markup:
        return Markup("<strong>{}</strong>").format(
            _change(row) if isinstance(row, Move) else num(row.result.index)
        )

    def drawn_index(row: Row) -> Markup:
        return drawn(figure.strip(_moved(row, axis) if isinstance(row, Move) else _marks(row, axis)))

    def own_index(row: Row) -> str | Cell:
        if isinstance(row, Move):
            return EMPTY
        assessed = row.result.self_assessed.get(INDEX)
        return num(assessed["printed"] if assessed else None)

    def exact(row: Row) -> str | Cell | None:
        if isinstance(row, Move):
            return EMPTY
        return either([number(text) for text in row.exact_indices]) if row.exact_indices else None

    def band(row: Row) -> Markup | Cell | None:
        if isinstance(row, Move):
            return Cell(content=_bands_moved(row), css="x4", label="")
        shown = band_of(row)
        return band_shown(row.edition, shown) if row.edition and shown else None

    def kind(row: Row) -> str | Cell:
        if isinstance(row, Move):
            return EMPTY
        return _("Computed") if row.publication.kind == "computed" else _("Reported")

    def above(row: Row) -> list[Remark]:
        sentences = () if isinstance(row, Move) else breaks.get(row.publication.code, ())
        return [Remark(stay(sentence), "t-break") for sentence in sentences]

    def below(row: Row) -> list[Remark]:
        if isinstance(row, Move) or row.result.verdict in {"", "consistent"}:
            return []
        reason = reason_text(row.result.reason_code, row.result.reason_values)
        return [Remark(stay(f"{row.publication.edition}: {reason}", "t-stay t-flag"))] if reason else []

    heading = Markup('{} <span class="t-quiet r">{}</span>').format(
        _("Change of the printed index"), _("Ring: earlier edition, dot: later.")
    )
    drawing = Cell(content=_("Index"), css="w-fig")
    exact_css = "n t-exacts" if own else "n t-exacts x2"
    return Table(
        (
            Column(_("Edition"), edition, "nw x3"),
            Column(_("Printed"), printed_index, "n", label=""),
            Column(drawing, drawn_index, "draw x4", axis=drawn(figure.axis_strip(axis, num))),
            *((Column(_("Self"), own_index, "n"),) if own else ()),
            Column(_("Exact"), exact, exact_css),
            Column(_("Band"), band, "x2"),
            Column(Cell(content=_("Figures"), css="nw"), kind, "nw x4", label=""),
        ),
        [Group[Row](rows=views), *([Group[Row](rows=moves, title=heading)] if moves else [])],
        title=_count(len(views), len(measures)),
        sub=_sub(views, measures, bounds, own=own),
        name=name,
        css="t-table t-cards",
        before=above,
        after=below,
    )


EMPTY = Cell(content="", css="t-none")


def _follows(one: ResultView, other: ResultView) -> bool:
    """Say whether the figures of two results may be set against each other."""
    sound = all(
        view.result.scored and view.result.index and view.result.verdict not in CANNOT_BE_RIGHT
        for view in (one, other)
    )
    return sound and method_breaks.same_rules(one.edition, other.edition)


def _moved(move: Move, axis: figure.Axis) -> list[str]:
    before, after = Fraction(move.before.result.index), Fraction(move.after.result.index)
    return [BASE, *figure.dumbbell(axis, before, after)]


def _change(move: Move) -> str:
    before, after = move.before.result.index, move.after.result.index
    digits = max(decimals(before), decimals(after))
    return num(printed(Fraction(after) - Fraction(before), digits, Rounding.HALF_UP), sign=True)


def _bands_moved(move: Move) -> Markup | str:
    """Return the two bands where the organisation changed from one to another."""
    before, after = band_of(move.before), band_of(move.after)
    if before is None or after is None or before.code == after.code:
        return ""
    return Markup("{} → {}").format(both(before.titles), both(after.titles))


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


def _marks(view: ResultView, axis: figure.Axis) -> list[str]:
    """Return an edition drawn: the thresholds of its bands, the own index and the assessor's."""
    result = view.result
    own = result.self_assessed.get(INDEX)
    bands = view.edition.bands if view.edition else ()
    scale = figure.Axis(low=axis.low, high=axis.high, cuts=tuple(band.start for band in bands[1:]))
    marks = [BASE, figure.cuts(scale)]
    if result.scored and result.index:
        marks += figure.dumbbell(axis, Fraction(own["printed"]) if own else None, Fraction(result.index))
    return marks


def band_shown(edition: Edition, band: Band) -> Markup:
    """Return a band as it stands in a cell: how high it is, its own name, the reader's below it."""
    bars = pips(edition.bands.index(band) + 1, len(edition.bands))
    shown = Markup('<span class="nw">{}{}</span>').format(bars, original(band.titles))
    translated = beside_original(band.titles)
    return (
        Markup('{}<br><span class="t-quiet t-small">{}</span>').format(shown, translated)
        if translated
        else shown
    )
