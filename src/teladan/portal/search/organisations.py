"""Organisations and instruments found by their name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.core import library
from teladan.core.instrument import Instrument
from teladan.core.text import search_text
from teladan.portal import names
from teladan.portal.words import both, figure_of
from teladan.publication import queries
from teladan.publication.queries import ResultView
from teladan.registry.models import Organisation
from teladan.web.formats import marked, plain, said

NEWEST = 3  # results shown of one organisation that was found


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An organisation that a search found, with its newest result in each series."""

    address: str
    name: Markup
    about: str
    results: tuple[Markup, ...]


def hits(text: str, country: str = "") -> list[Hit]:
    """Return the organisations a search found, of one country or all, each with its newest results.

    Two queries.
    """
    found = queries.search(text)
    return _with_results([each for each in found if not country or each.country_id == country])


def near(text: str) -> list[Hit]:
    """Return the organisations whose names are most like a text that found nothing."""
    return _with_results(queries.nearest(text))


def _with_results(found: Sequence[Organisation]) -> list[Hit]:
    results: dict[str, list[ResultView]] = {}
    for view in queries.results_of([organisation.code for organisation in found]):
        results.setdefault(view.result.organisation_id, []).append(view)
    return [_hit(organisation, results.get(organisation.code, [])) for organisation in found]


def _hit(organisation: Organisation, results: Iterable[ResultView]) -> Hit:
    newest: dict[str, ResultView] = {}
    for view in results:  # newest edition first within a series
        newest.setdefault(view.publication.series, view)
    latest = sorted(newest.values(), key=lambda v: v.publication.edition, reverse=True)[:NEWEST]
    is_country = organisation.kind == "country"
    page = "portal:country" if is_country else "portal:organisation"
    kinds = {kind.code: kind.titles for view in latest if view.edition for kind in view.edition.kinds}
    about = [
        plain(kinds[organisation.kind]) if organisation.kind in kinds else "",
        organisation.region.name if organisation.region else "",
        "" if is_country else plain(organisation.country.titles),
    ]
    return Hit(
        address=reverse(page, kwargs={"code": organisation.code}),
        name=names.organisation_name(organisation),
        about=" · ".join(part for part in about if part),
        results=tuple(_newest(view) for view in latest),
    )


def _newest(view: ResultView) -> Markup:
    """Return one result in a line: SPBE 2024: 3.50, Baik."""
    name = names.edition_name(view.publication, view.instrument.abbreviation if view.instrument else "")
    if not view.result.scored or not view.result.index:
        return marked(_("%(edition)s: not scored"), edition=name)
    index = figure_of(view.edition, "index", view.result.index)
    band = view.edition.band_named(view.result.band) if view.edition and view.result.band else None
    if band is None:
        return marked("%(edition)s: %(index)s", edition=name, index=index)
    legal = view.instrument is not None and view.instrument.nature == "legal"
    title = both(band.titles) if legal else said(band.titles)
    return marked("%(edition)s: %(index)s, %(band)s", edition=name, index=index, band=title)


def instruments_found(text: str) -> list[Instrument]:
    """Return the instruments whose abbreviation or title in any language holds every word."""
    words = search_text(text).split()
    return [
        instrument
        for instrument in library.everything()
        if words
        and all(
            word in search_text(instrument.slug, instrument.abbreviation, *instrument.titles.values())
            for word in words
        )
    ]
