"""Countries as tiles on a map."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from django.urls import reverse

from teladan.portal.words import dressed
from teladan.publication import queries
from teladan.publication.queries import ResultView
from teladan.web.formats import plain

TILES = 5  # classes of the tile grid


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One country of the grid: its place and class as names of classes."""

    address: str
    short: str
    name: str
    value: str
    classes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiles:
    """The twelve countries in the newest survey."""

    edition: str
    code: str
    title: str
    tiles: tuple[Tile, ...]


def tiles() -> Tiles | None:
    """Return the twelve countries by the newest survey of the EGDI; None where there is none."""
    countries = {country.code: country for country in queries.exchange_countries()}
    newest: dict[str, ResultView] = {}
    for view in queries.results_of(countries):
        if view.publication.series == "egdi" and view.result.scored:
            newest.setdefault(view.result.organisation_id, view)
    if not newest:
        return None
    year = max(view.publication.edition for view in newest.values())
    there = {code: view for code, view in newest.items() if view.publication.edition == year}
    values = {code: Fraction(view.result.index) for code, view in there.items()}
    low, high = min(values.values()), max(values.values())
    any_view = next(iter(there.values()))
    return Tiles(
        edition=year,
        code=any_view.publication.code,
        title=plain(any_view.instrument.titles if any_view.instrument else any_view.publication.titles),
        tiles=tuple(
            Tile(
                address=reverse("portal:country", kwargs={"code": code}),
                short=countries[code].alpha2,
                name=plain(countries[code].titles),
                value=dressed(value, 2),
                classes=f"at-{countries[code].alpha2.lower()} q{tile_class(value, low, high)}",
            )
            for code, value in sorted(values.items())
        ),
    )


def tile_class(value: Fraction, low: Fraction, high: Fraction) -> int:
    """Return which of five equal steps from the lowest to the highest a value lies in, 1 to 5."""
    if low == high:
        return TILES
    return min(int((value - low) * TILES / (high - low)), TILES - 1) + 1
