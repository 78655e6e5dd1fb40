"""Leaving out indicators and units with too little data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from teladan.core.composite.data import Table
from teladan.core.composite.errors import CompositeError
from teladan.core.composite.trace import Mask, Trace, Vector
from teladan.core.composite.tree import Tree

STEP = "screen"


@dataclass(frozen=True, kw_only=True)
class Screen:
    """Which data must be there. Indicators are judged first, then units by the indicators kept.

    units, indicators: the least share of values a unit (an indicator) must have; 0 keeps all.
    nonzero: the least share, of the values a unit has, that are not zero.
    zeros: "data" (a zero is a value) or "missing" (a zero counts as none for the shares).
    keep and drop give units (and indicators) that stay or go whatever their data, with the reason.
    """

    units: float = 0.0
    indicators: float = 0.0
    nonzero: float = 0.0
    zeros: str = "data"
    keep: Mapping[str, str] = field(default_factory=dict)
    drop: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse shares outside 0 … 1 and forced choices without a reason."""
        for share in (self.units, self.indicators, self.nonzero):
            if not 0 <= share <= 1:
                raise CompositeError(STEP, f"{share:g} is not a share between 0 and 1")
        if self.zeros not in {"data", "missing"}:
            raise CompositeError(STEP, f"{self.zeros!r} is not data or missing")
        for code, reason in (*self.keep.items(), *self.drop.items()):
            if not reason:
                raise CompositeError(STEP, f"{code} is kept or dropped without a reason")
            if code in self.keep and code in self.drop:
                raise CompositeError(STEP, f"{code} is both kept and dropped")


@dataclass(frozen=True, kw_only=True, eq=False)
class Availability:
    """What was found: per row and per indicator, the shares and whether it stayed."""

    unit_share: Vector
    unit_nonzero: Vector
    unit_kept: Mask
    indicator_share: Vector
    indicator_kept: Mask


def screen(table: Table, tree: Tree, spec: Screen, trace: Trace) -> tuple[Table, Tree, Availability]:
    """Return the table and tree without what has too little data, and the shares found."""
    known_codes = {*table.units, *table.indicators}
    for code in (*spec.keep, *spec.drop):
        if code not in known_codes:
            raise CompositeError(STEP, f"{code} is to be kept or dropped, but is not in the table")
    values = table.values
    known = ~table.missing
    if spec.zeros == "missing":
        known = known & (values != 0)
    indicator_share: Vector = known.mean(axis=0)
    indicator_kept = _kept(indicator_share >= spec.indicators - 1e-12, table.indicators, spec)
    if not indicator_kept.any():
        raise CompositeError(STEP, f"no indicator has a value for {spec.indicators:.0%} of the units")
    inside = known[:, indicator_kept]
    unit_share: Vector = inside.mean(axis=1)
    present = ~table.missing[:, indicator_kept]
    count = present.sum(axis=1)
    zero = ((values[:, indicator_kept] == 0) & present).sum(axis=1)
    nonzero: Vector = np.divide(count - zero, count, out=np.zeros(len(count)), where=count > 0)
    passed = (unit_share >= spec.units - 1e-12) & (nonzero >= spec.nonzero - 1e-12)
    unit_kept = _kept(passed, table.units, spec)
    if not unit_kept.any():
        raise CompositeError(STEP, f"no unit has {spec.units:.0%} of the data")
    _note(table, trace, spec, indicator_kept, unit_kept)
    report = Availability(
        unit_share=unit_share,
        unit_nonzero=nonzero,
        unit_kept=unit_kept,
        indicator_share=indicator_share,
        indicator_kept=indicator_kept,
    )
    if not unit_kept.all():
        table = table.rows(np.flatnonzero(unit_kept))
    if not indicator_kept.all():
        gone = frozenset(c for c, kept in zip(table.indicators, indicator_kept, strict=True) if not kept)
        tree = tree.without(gone)
        table = table.columns([c for c in table.indicators if c not in gone])
    return table, tree, report


def _kept(passed: Mask, codes: tuple[str, ...], spec: Screen) -> Mask:
    return np.array(
        [(ok or code in spec.keep) and code not in spec.drop for ok, code in zip(passed, codes, strict=True)]
    )


def _note(table: Table, trace: Trace, spec: Screen, indicator_kept: Mask, unit_kept: Mask) -> None:
    gone = np.full(table.values.shape, np.nan)
    shape = table.values.shape
    out = np.broadcast_to(~indicator_kept, shape)
    rule = f"the indicator has less than {spec.indicators:g} of its values"
    forced = np.isin(table.indicators, list(spec.drop))
    trace.notes(STEP, table.place).where(rule, out & ~forced, table.values, gone)
    trace.notes(STEP, table.place).where(
        "the indicator is dropped by declaration", out & forced, table.values, gone
    )
    out = np.broadcast_to(~unit_kept[:, None], shape) & indicator_kept
    forced = np.isin(table.units, list(spec.drop))[:, None]
    rule = f"the unit has less than {spec.units:g} of its values"
    if spec.nonzero:
        rule += f" or less than {spec.nonzero:g} of them not zero"
    trace.notes(STEP, table.place).where(rule, out & ~forced, table.values, gone)
    trace.notes(STEP, table.place).where(
        "the unit is dropped by declaration", out & forced, table.values, gone
    )
