"""The worked example that comes with an instrument, evaluated here and now by the engine."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from teladan.core import library
from teladan.core.figure import Axis, bar, rail, strip
from teladan.core.index import ENGINE, OrganisationResult, evaluate, read_answers
from teladan.core.instrument import Edition, Element, Instrument
from teladan.core.table import Cell, Column, Table
from teladan.portal.instruments import words
from teladan.portal.instruments.rules import band_name
from teladan.portal.instruments.tree import share_text
from teladan.portal.words import named, number
from teladan.publication.queries import OrganisationView
from teladan.web.formats import link, marked, num

FILE = "example.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """The example's first organisation, explained; the command evaluates the whole file."""

    table: Table[Element]
    organisation: str  # its code, "" where nothing is published of it
    engine: str
    command: str


def organisations(instrument: Instrument) -> list[str]:
    """Return the organisations of the example, in the order of the file; none where there is no file."""
    return [row.get("organisation", "") for row in _rows(instrument)]


def example(instrument: Instrument, view: OrganisationView | None) -> Example | None:
    """Evaluate the first organisation of the example; `view` is what the registry knows of it.

    The edition is that of its computed publication, where there is one, else the newest.
    """
    rows = _rows(instrument)
    if not rows:
        return None
    edition = _edition(instrument, view)
    result = _evaluated(edition, rows[0])
    if result is None:
        return None
    return Example(
        table=steps_table(instrument, edition, result, title=_title(instrument, result, view)),
        organisation=result.organisation if view else "",
        engine=ENGINE,
        command=(
            f"teladan evaluate {words.address(instrument)} {_address(instrument)} --edition {edition.year}"
        ),
    )


def steps_table(
    instrument: Instrument, edition: Edition, result: OrganisationResult, *, title: Markup
) -> Table[Element]:
    """Return the first tier: each part's value, its share, and what it adds to the index."""
    axis = Axis(low=Fraction(0), high=edition.root.bounds[1])
    parts = edition.root.children
    added = [result.elements[part.code].contribution or Fraction(0) for part in parts]
    starts = dict(zip((part.code for part in parts), accumulate(added, initial=Fraction(0)), strict=False))

    def drawn(start: Fraction, adds: Fraction | None, kind: str = "m-bar") -> Markup:
        return Markup("" if adds is None else strip((rail(), bar(axis, start, start + adds, kind))))  # noqa: S704

    def name(part: Element) -> Markup:
        own, beside = words.in_own_words(instrument, part.titles)
        return words.beside_own(link(f"#{part.code}", own), beside)

    def share(part: Element) -> str:
        weight = result.elements[part.code].weight
        return "" if weight is None else share_text(weight)

    def contribution(part: Element) -> Markup:
        return drawn(starts[part.code], result.elements[part.code].contribution)

    index = result.index
    foot = (
        Cell(content=_("Index"), css=""),
        _plain(_number(index.exact)),
        _plain(num(index.printed)),
        _plain(""),
        drawn(Fraction(0), index.exact or Fraction(0), "m-hot"),
        _plain(_number(index.exact)),
    )
    hidden = Markup('<span class="t-hide">{}</span>').format(_("What it adds, drawn"))
    return Table(
        (
            Column(_("Part"), name, "r x4"),
            Column(_("Exact value"), lambda part: _number(result.elements[part.code].exact), "n"),
            Column(_("Printed"), lambda part: num(result.elements[part.code].printed), "n"),
            Column(_("Share"), share, "n"),
            Column(Cell(content=hidden, css="w-fig-s t-wide"), contribution, "draw t-wide"),
            Column(_("Adds"), lambda part: _number(result.elements[part.code].contribution), "n"),
        ),
        parts,
        title=title,
        sub=_("Each part’s value, its share of the index, and what it adds; edition %(year)s.")
        % {"year": edition.year},
        name="example-caption",
        css="t-table t-firm t-cards",
        foot=[foot],
    )


def _plain(figure: str) -> Cell:
    """Return a figure of the last row, which needs no heading beside it."""
    return Cell(content=figure, label="")


def _number(value: Fraction | None) -> str:
    return num(None) if value is None else number(value)


def _title(instrument: Instrument, result: OrganisationResult, view: OrganisationView | None) -> Markup:
    name = named(view.organisation.name, view.organisation.language) if view else escape(result.organisation)
    values = {"name": name, "exact": _number(result.index.exact), "printed": num(result.index.printed)}
    if result.band is None:
        return marked(_("%(name)s: exactly %(exact)s, printed %(printed)s"), **values)
    return marked(
        _("%(name)s: exactly %(exact)s, printed %(printed)s, band %(band)s"),
        band=band_name(instrument, result.band),
        **values,
    )


def _edition(instrument: Instrument, view: OrganisationView | None) -> Edition:
    computed = [
        result.publication.edition
        for result in (view.results if view else ())
        if result.publication.kind == "computed"
        and result.publication.instrument == words.address(instrument)
    ]
    return instrument.edition(computed[0] if computed else None)


def _evaluated(edition: Edition, row: dict[str, str]) -> OrganisationResult | None:
    known = {leaf.code for leaf in edition.leaves}
    cells: dict[str, Sequence[str]] = {code: [text] for code, text in row.items() if code in known}
    kinds = [row["kind"]] if row.get("kind") else None
    answers, problems = read_answers(edition, [row["organisation"]], cells, kinds)
    return None if problems else evaluate(edition, answers).row(0)


def _rows(instrument: Instrument) -> list[dict[str, str]]:
    file = Path(instrument.file).with_name(FILE)
    if not instrument.file or not file.is_file():
        return []
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = [dict(row) for row in csv.DictReader(stream)]
    return [row for row in rows if row.get("organisation")]


def _address(instrument: Instrument) -> str:
    """Return the example's path in a checkout; of an instrument from elsewhere only the name."""
    file = Path(instrument.file).with_name(FILE)
    shipped = library.shipped("instruments")
    return f"instruments/{file.relative_to(shipped)}" if file.is_relative_to(shipped) else FILE
