"""Instruments: published methods as data, parsed and validated."""

from teladan.core.document import DocumentError, Problem
from teladan.core.instrument.model import (
    ADDITIVE,
    INDEX,
    Aggregation,
    Band,
    Edition,
    Element,
    Instrument,
    Level,
    Missing,
    Named,
    NotApplicable,
    Override,
    Scale,
    ScaleType,
    Source,
)
from teladan.core.instrument.parse import parse

__all__ = [
    "ADDITIVE",
    "INDEX",
    "Aggregation",
    "Band",
    "DocumentError",
    "Edition",
    "Element",
    "Instrument",
    "Level",
    "Missing",
    "Named",
    "NotApplicable",
    "Override",
    "Problem",
    "Scale",
    "ScaleType",
    "Source",
    "parse",
]
