"""What the home page, the list of results and the search say, prepared as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from teladan.core import library
from teladan.core.instrument import Edition, Instrument
from teladan.core.quantity import Rounding
from teladan.core.text import search_text
from teladan.evaluation import queries
from teladan.evaluation.models import Publication
from teladan.evaluation.queries import EditionView, ResultView
from teladan.portal import edition_findings as findings
from teladan.portal.words import both, dressed, figure_of, number
from teladan.registry.models import Organisation
from teladan.web.formats import marked, num, plain, said

TILES = 5  # classes of the tile grid
NEWEST = 3  # results shown of one organisation that was found


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One of the latest editions."""

    address: str
    about: str  # Indonesia · 561 public bodies
    name: str
    finding: Markup
    status: tuple[str, str]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """One station on the way from a printed number to the ground."""

    what: str
    value: Markup
    text: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A number followed to the ground, and where to follow it oneself."""

    printed: str
    address: str
    stations: tuple[Station, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One publication in the list of results."""

    publication: Publication
    name: str
    status: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The publications of one series in one country, newest first."""

    id: str
    place: str
    title: Markup
    publications: tuple[Listed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An organisation that a search found, with its newest result in each series."""

    address: str
    name: Markup
    about: str
    results: tuple[Markup, ...]


def country_name(code: str) -> str:
    """Return a country's name for the reader; empty for no country or one not known."""
    found = queries.country(code) if code else None
    return plain(found.titles) if found else ""


def newest_of_each(publications: Sequence[Publication]) -> list[Publication]:
    """Return the newest publication of each series, those of a country first, larger ones first."""
    newest: dict[str, Publication] = {}
    for publication in publications:  # newest edition first within a series
        newest.setdefault(publication.series, publication)
    return sorted(newest.values(), key=lambda p: (not p.country, -p.listed, p.code))


def cards(publications: Sequence[Publication]) -> list[Card]:
    """Return a card for the newest publication of each series."""
    views = [queries.edition(publication.code) for publication in newest_of_each(publications)]
    places = {code: country_name(code) for code in {p.country for p in publications if p.country}}
    return [card(view, places.get(view.publication.country, "")) for view in views if view]


def card(view: EditionView, place: str) -> Card:
    """Return the card of an edition."""
    count = findings.counted(view, len(view.rows))
    return Card(
        address=reverse("portal:edition", kwargs={"code": view.publication.code}),
        about=" · ".join(part for part in (place, count) if part),
        name=findings.edition_name(view.publication, view.instrument.abbreviation if view.instrument else ""),
        finding=findings.title(view),
        status=findings.status(view.publication),
    )


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


def chain() -> Chain | None:
    """Follow the newest number that is known down to the answers; None where there is none."""
    view = queries.most_traceable()
    if view is None or view.instrument is None or view.edition is None:
        return None
    result, edition, instrument = view.result, view.edition, view.instrument
    lowered, kept, raised = moves(result.answers, result.scores)
    own = result.self_assessed.get("index", {}).get("exact")
    stations = [
        Station(
            what=_("Printed"),
            value=escape(num(result.index)),
            text=marked(
                _("%(body)s, %(edition)s"),
                body=findings.organisation_name(result.organisation),
                edition=findings.edition_name(view.publication, instrument.abbreviation),
            ),
        ),
        Station(
            what=_("Exact"), value=escape(number(result.index_exact)), text=escape(rounding_text(edition))
        ),
        Station(
            what=_("Rule"),
            value=escape(
                ngettext("%(count)s indicator", "%(count)s indicators", len(edition.leaves))
                % {"count": num(len(edition.leaves))}
            ),
            text=marked(_("Weights of %(rule)s"), rule=_rule(instrument)),
        ),
        Station(
            what=_("Assessor"),
            value=marked(_("%(count)s lowered"), count=num(lowered)),
            text=marked(
                _("Of %(all)s self-assessed levels; %(kept)s kept, %(raised)s raised"),
                all=num(lowered + kept + raised),
                kept=num(kept),
                raised=num(raised),
            ),
        ),
    ]
    if own:
        stations.append(
            Station(
                what=_("Own answers"),
                value=escape(number(own)),
                text=escape(_("What the body’s own levels give by the same rule")),
            )
        )
    address = reverse("portal:publication", kwargs={"code": view.publication.code})
    stations.append(
        Station(
            what=_("Frozen"),
            value=Markup('<a href="{}" class="t-mono">{}</a>').format(address, view.publication.sha256[:8]),
            text=escape(
                _("The published bytes carry the name of their SHA-256: a changed digit is another name")
            ),
        )
    )
    return Chain(
        printed=num(result.index),
        address=reverse("portal:organisation", kwargs={"code": result.organisation_id}),
        stations=tuple(stations),
    )


def moves(answers: dict[str, str], scores: dict[str, str]) -> tuple[int, int, int]:
    """Return how many answers the assessor lowered, kept and raised, of those in both."""
    both = [(Fraction(answers[code]), Fraction(scores[code])) for code in answers if code in scores]
    lowered = sum(score < answer for answer, score in both)
    raised = sum(score > answer for answer, score in both)
    return lowered, len(both) - lowered - raised, raised


def rounding_text(edition: Edition) -> str:
    """Return how the index is rounded for print, and whether the regulation says so."""
    how = {
        Rounding.HALF_UP: _("Rounded once, half up"),
        Rounding.HALF_EVEN: _("Rounded once, half to even"),
        Rounding.HALF_DOWN: _("Rounded once, half down"),
        Rounding.DOWN: _("Rounded once, down"),
        Rounding.UP: _("Rounded once, up"),
    }[edition.mode]
    source = _("as the regulation says") if edition.mode_source == "regulation" else _("which is assumed")
    return f"{how}, {source}"


def _rule(instrument: Instrument) -> Markup:
    known = instrument.citation and instrument.citation not in {"none", "not seen"}
    return escape(instrument.citation) if known else said(instrument.titles)


def publication_groups(publications: Sequence[Publication]) -> list[Group]:
    """Return all publications by country and series, newest first."""
    places = {code: country_name(code) for code in {p.country for p in publications if p.country}}
    ordered = sorted(publications, key=lambda p: (not p.country, p.country, p.series))  # stable: newest first
    found = []
    for (country, series), members in groupby(ordered, key=lambda p: (p.country, p.series)):
        group = list(members)
        instrument, _edition = queries.method_of(group[0])
        abbreviation = instrument.abbreviation if instrument else ""
        found.append(
            Group(
                id=series,
                place=places.get(country, "") or _("International"),
                title=marked("%(short)s: %(title)s", short=abbreviation, title=said(instrument.titles))
                if instrument
                else said(group[0].titles),
                publications=tuple(
                    Listed(
                        publication=each,
                        name=findings.edition_name(each, abbreviation),
                        status=findings.status(each),
                    )
                    for each in group
                ),
            )
        )
    return found


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
        name=findings.organisation_name(organisation),
        about=" · ".join(part for part in about if part),
        results=tuple(_newest(view) for view in latest),
    )


def _newest(view: ResultView) -> Markup:
    """Return one result in a line: SPBE 2024: 3.50, Baik."""
    name = findings.edition_name(view.publication, view.instrument.abbreviation if view.instrument else "")
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
