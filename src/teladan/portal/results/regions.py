"""The table of provinces: how many bodies each lists, their median, and how many are in each band."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.portal.names import band_name
from teladan.portal.results.findings import rounded
from teladan.portal.words import named
from teladan.publication.queries import EditionView
from teladan.web.formats import NOTHING, marked, num

FEWEST = 2  # provinces; one alone is no table


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionRow:
    """One province, with the query that shows its rows alone."""

    code: str
    name: Markup
    rows: str
    median: str
    bands: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionTable:
    """All provinces by name; the names of the bands, lowest first; how many governments are listed."""

    rows: tuple[RegionRow, ...]
    bands: tuple[Markup, ...]
    note: Markup


def region_table(view: EditionView) -> RegionTable | None:
    """Return the table; None where rows have no province or all have the same."""
    if len(view.regions) < FEWEST:
        return None
    spoken = {row.region: row.language for row in view.rows}
    own = sum(row.kind == "province" for row in view.rows)
    note = Markup("")
    if own and view.regions_known:
        note = marked(
            _("%(own)s of %(all)s provincial governments are listed."),
            own=num(own),
            all=num(view.regions_known),
        )
    return RegionTable(
        rows=tuple(
            RegionRow(
                code=region.code,
                name=named(region.name, spoken[region.code]),
                rows=num(region.rows),
                median=NOTHING if region.median is None else num(rounded(view, region.median)),
                bands=tuple(num(count) for count in region.bands.values()),
            )
            for region in view.regions
        ),
        bands=tuple(band_name(view, band) for band, _rows in view.bands),
        note=note,
    )
