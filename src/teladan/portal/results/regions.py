"""The table of provinces: how many bodies each lists, their median, and how many are in each band."""

from __future__ import annotations

from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.core.instrument import Band
from teladan.core.table import Column, Table
from teladan.portal.names import band_name
from teladan.portal.results.findings import rounded
from teladan.portal.words import named
from teladan.publication.queries import EditionView
from teladan.publication.queries.publications import RegionView
from teladan.web.formats import joined, link, marked, num

FEWEST = 2  # provinces; one alone is no table


def region_table(view: EditionView) -> Table[RegionView] | None:
    """Return the table; None where rows have no province or all have the same. Each leads to its rows."""
    if len(view.regions) < FEWEST:
        return None
    languages = {row.region: row.language for row in view.rows}

    def name(region: RegionView) -> Markup:
        return link(f"?province={region.code}#rows", named(region.name, languages[region.code]))

    def median(region: RegionView) -> Markup:
        text = num(None if region.median is None else rounded(view, region.median))
        return Markup("<strong>{}</strong>").format(text)

    def column(band: Band) -> Column[RegionView]:
        return Column(band_name(view, band), lambda region: num(region.bands[band.code]), "n")

    return Table(
        (
            Column(_("Province"), name, "r x4"),
            Column(_("Listed"), lambda region: num(region.rows), "n x2"),
            Column(_("Median"), median, "n x2"),
            *(column(band) for band, _rows in view.bands),
        ),
        view.regions,
        title=_("Bodies listed in each province, their median and their bands"),
        sub=joined(" ", [_("Central bodies are in no province. In the order of names."), *_listed(view)]),
        name="provinces-caption",
        css="t-table t-table--tight t-cards",
    )


def _listed(view: EditionView) -> list[Markup]:
    """Return how many of the provinces' own governments are listed, where it is known how many there are."""
    own = sum(row.kind == "province" for row in view.rows)
    if not own or not view.regions_known:
        return []
    text = _("%(own)s of %(all)s provincial governments are listed.")
    return [marked(text, own=num(own), all=num(view.regions_known))]
