"""Instruments as plain values, for the pages' JSON face and the API: nothing left out.

Weights, thresholds and bounds are exact text ("p/q" or an integer); `None` means "none" or, for a
field of the instrument file, what the file itself says ("not seen") stands as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from teladan.core.instrument import Band, Edition, Element, Instrument, Named, Scale, Source

Value = dict[str, Any]


def instruments_value(instruments: Iterable[Instrument]) -> Value:
    """Return {instruments: [instrument_facts, …]}."""
    return {"instruments": [instrument_facts(override) for override in instruments]}


def instrument_facts(instrument: Instrument) -> Value:
    """Return what an instrument is, without its tree."""
    newest = instrument.edition()
    return {
        "instrument": f"{instrument.slug}@{instrument.version}",
        "slug": instrument.slug,
        "version": instrument.version,
        "titles": dict(instrument.titles),
        "abbreviation": instrument.abbreviation,
        "nature": instrument.nature,
        "ranking": instrument.ranking,
        "issuer": dict(instrument.issuer),
        "country": instrument.country,
        "citation": instrument.citation,
        "regulation": dict(instrument.regulation),
        "valid_from": instrument.valid_from,
        "valid_until": instrument.valid_until,
        "supersedes": instrument.supersedes,
        "indicators": len(newest.leaves),
        "editions": [edition.year for edition in instrument.editions],
    }


def instrument_value(instrument: Instrument) -> Value:
    """Return a whole instrument; the tree of each edition is in `editions`."""
    return {
        **instrument_facts(instrument),
        "translations": dict(instrument.translations),
        "sources": [_source(source) for source in instrument.sources],
        "tiers": [_named(tier) for tier in instrument.tiers],
        "scales": [scale_value(scale) for scale in instrument.scales],
        "notes": [dict(note) for note in instrument.notes],
        "edition_details": [method_value(edition) for edition in instrument.editions],
    }


def method_value(edition: Edition) -> Value:
    """Return the method as run for one year: the elements in the order of the file, the index first."""
    return {
        "edition": edition.year,
        "address": edition.address,
        "changed": list(edition.changed),
        "mode": str(edition.mode),
        "mode_source": edition.mode_source,
        "not_applicable": str(edition.not_applicable),
        "bands_read": edition.bands_read if edition.bands else None,
        "bands": [_band(band) for band in edition.bands],
        "overrides": [
            {
                "element": override.element,
                "equals": str(override.equals),
                "means": override.means,
                "source": override.source,
            }
            for override in edition.overrides
        ],
        "kinds": [_named(kind) for kind in edition.kinds],
        "elements": [element_value(edition, element) for element in edition.root.walk()],
        "sources": list(edition.sources),
        "notes": [dict(note) for note in edition.notes],
    }


def element_value(edition: Edition, element: Element) -> Value:
    """Return one element; `share` is its part of the index when every line applies."""
    parent = edition.parents.get(element.code)
    return {
        "code": element.code,
        "parent": parent.code if parent else None,
        "tier": element.tier,
        "titles": dict(element.titles),
        "weight": str(element.weight),
        "share": str(element.weight / edition.root.weight),
        "scale": element.scale.code if element.scale else None,
        "aggregation": None if element.scale else str(element.aggregation),
        "applies_to": sorted(element.applies_to) if element.applies_to is not None else None,
        "missing": str(element.missing) if element.scale else None,
        "digits": element.digits,
        "rounds_inside": element.rounds_inside,
    }


def _named(named: Named) -> Value:
    return {"code": named.code, "titles": dict(named.titles)}


def _source(source: Source) -> Value:
    return {
        "code": source.code,
        "title": source.title,
        "publisher": source.publisher,
        "date": source.date,
        "address": source.address,
        "seen": source.seen,
    }


def scale_value(scale: Scale) -> Value:
    """Return a scale: its bounds, its step where it has one, and its named levels."""
    return {
        "code": scale.code,
        "titles": dict(scale.titles),
        "type": str(scale.type),
        "lowest": str(scale.lowest),
        "highest": str(scale.highest),
        "step": None if scale.step is None else str(scale.step),
        "criteria": scale.criteria or None,
        "owner": scale.owner or None,
        "levels": [{"value": str(level.value), "titles": dict(level.titles)} for level in scale.levels],
    }


def _band(band: Band) -> Value:
    return {
        "code": band.code,
        "titles": dict(band.titles),
        "from": str(band.start),
        "to": str(band.end),
        "meaning": dict(band.meaning),
    }
