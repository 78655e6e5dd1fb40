"""The worked example that comes with an instrument, evaluated here and now by the engine."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from teladan.core import library
from teladan.core.figure import Axis, bar, rail, strip
from teladan.core.index import ENGINE, OrganisationResult, evaluate, read_answers
from teladan.core.instrument import Edition, Instrument
from teladan.portal.instruments import words
from teladan.portal.instruments.rules import band_name
from teladan.portal.instruments.tree import share_text
from teladan.portal.words import named, number
from teladan.publication.queries import OrganisationView
from teladan.web.formats import marked, num

FILE = "example.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One element of the first tier: its value, its share, and what it adds to the index."""

    code: str
    name: Markup
    beside: Markup
    exact: str
    printed: str
    share: str
    adds: str
    bar: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """The example's first organisation, explained; the command evaluates the whole file."""

    title: Markup
    organisation: str
    edition: str
    known: bool
    steps: tuple[Step, ...]
    index_exact: str
    index_printed: str
    index_bar: Markup
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
    index = result.index
    parts = edition.root.children
    high = edition.root.bounds[1]
    axis = Axis(low=Fraction(0), high=high)
    steps, start = [], Fraction(0)
    for part in parts:
        found = result.elements[part.code]
        adds = found.contribution
        drawn = strip((rail(), bar(axis, start, start + adds))) if adds is not None else ""
        start += adds or 0
        name, beside = words.in_own_words(instrument, part.titles)
        steps.append(
            Step(
                code=part.code,
                name=name,
                beside=beside,
                exact=_number(found.exact),
                printed=num(found.printed),
                share="" if found.weight is None else share_text(found.weight),
                adds=_number(adds),
                bar=Markup(drawn),  # noqa: S704  our own SVG
            )
        )
    return Example(
        title=_title(instrument, result, view),
        organisation=result.organisation,
        edition=edition.year,
        known=view is not None,
        steps=tuple(steps),
        index_exact=_number(index.exact),
        index_printed=num(index.printed),
        index_bar=Markup(  # noqa: S704  our own SVG
            strip((rail(), bar(axis, Fraction(0), index.exact or Fraction(0), "m-hot")))
        ),
        engine=ENGINE,
        command=(
            f"teladan evaluate {instrument.slug}@{instrument.version} {_address(instrument)} "
            f"--edition {edition.year}"
        ),
    )


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
    address = f"{instrument.slug}@{instrument.version}"
    computed = [
        result.publication.edition
        for result in (view.results if view else ())
        if result.publication.kind == "computed" and result.publication.instrument == address
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
