"""Which rows of an edition a reader asked for, in which order, and what of the question makes no sense."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from teladan.core.text import search_text
from teladan.portal.names import band_name, sort_name
from teladan.publication.queries import EditionView, RowView
from teladan.web.formats import plain

KEPT = ("kind", "province", "band", "sort")  # choices from short lists: pages worth keeping
BLANK = ("q",)  # the form sends it along, mostly empty
LONGEST = 100  # characters of a name
VALUE, NAME, CHANGE, REGION = "value", "name", "change", "region"

Options = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What was asked for. `problems` are choices that do not exist here and were passed over."""

    kind: str = ""
    province: str = ""
    band: str = ""
    q: str = ""
    sort: str = VALUE
    problems: tuple[str, ...] = ()
    q_error: str = ""

    @property
    def narrows(self) -> bool:
        """Say whether some rows are left out."""
        return bool(self.kind or self.province or self.band or self.q)

    def rows(self, view: EditionView) -> list[RowView]:
        """Return the rows asked for, in the order asked for."""
        words = search_text(self.q).split()
        found = [row for row in view.rows if self._wants(row, words)]
        return sorted(found, key=ORDERS[self.sort])

    def _wants(self, row: RowView, words: list[str]) -> bool:
        if self.kind and row.kind != self.kind:
            return False
        if self.province and row.region != self.province:
            return False
        if self.band and row.band != self.band:
            return False
        if not words:
            return not self.q  # only signs were asked for: no name has them
        there = search_text(row.name, row.printed_name, *row.titles.values())
        return all(word in there for word in words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What can be asked for in an edition: (value, text) pairs; empty where there is no choice."""

    kinds: Options
    provinces: Options
    bands: Options
    sorts: Options


def choices(view: EditionView) -> Choices:
    """Return the choices that an edition has."""
    there = {row.kind for row in view.rows}
    kinds = [(kind.code, plain(kind.titles)) for kind in view.edition.kinds] if view.edition else []
    provinces = sorted({(row.region, row.region_name) for row in view.rows if row.region}, key=lambda p: p[1])
    bands = [(band.code, band_name(view, band).striptags()) for band, _rows in reversed(view.bands)]
    ranking = view.instrument is None or view.instrument.ranking
    by_value = _("Value") if not bands else _("Band and value") if ranking else _("Band and name")
    sorts = [(VALUE, by_value), (NAME, _("Name"))]
    if view.before:
        sorts.append((CHANGE, _("Change")))
    if len(provinces) > 1:
        sorts.append((REGION, _("Province")))
    return Choices(
        kinds=[kind for kind in kinds if kind[0] in there] if len(there) > 1 else [],
        provinces=provinces if len(provinces) > 1 else [],
        bands=bands if len(view.rows) > 1 else [],
        sorts=sorts,
    )


def read(asked: Mapping[str, str], offered: Choices) -> Filter:
    """Return the filter of a query; whatever is not offered here is passed over and named."""
    problems = []
    taken = {}
    for key, options, said in (
        ("kind", offered.kinds, _("There is no kind “%(value)s” in this edition; all kinds are shown.")),
        (
            "province",
            offered.provinces,
            _("There is no province “%(value)s” in this edition; all are shown."),
        ),
        ("band", offered.bands, _("There is no band “%(value)s” in this edition; all bands are shown.")),
        ("sort", offered.sorts, _("Rows cannot be sorted by “%(value)s”; they are sorted by value.")),
    ):
        value = asked.get(key, "")
        if value and value not in dict(options):
            problems.append(said % {"value": _short(value)})
        elif value:
            taken[key] = value
    q = asked.get("q", "").strip()
    if len(q) > LONGEST:
        error = _("Write at most %(most)s characters.") % {"most": LONGEST}
        return Filter(**taken, problems=tuple(problems), q_error=error)
    return Filter(**taken, q=q, problems=tuple(problems))


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


def _value(row: RowView) -> tuple[bool, Fraction]:
    there = row.scored and bool(row.index)
    return (not there, -Fraction(row.index) if there else Fraction(0))


def _change(row: RowView) -> tuple[bool, Fraction, str]:
    change = row.change if row.scored else None
    return (change is None, -change if change is not None else Fraction(0), sort_name(row))


ORDERS: dict[str, Callable[[RowView], Any]] = {
    VALUE: lambda row: (*_value(row), sort_name(row)),
    NAME: sort_name,
    CHANGE: _change,
    REGION: lambda row: (not row.region, row.region_name, *_value(row), sort_name(row)),
}
