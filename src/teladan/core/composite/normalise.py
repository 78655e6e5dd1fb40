"""The normalisation step: every indicator by its method, in its direction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from teladan.core.composite.data import Table
from teladan.core.composite.errors import CompositeError
from teladan.core.composite.method import STEP, Method, SignedColumns
from teladan.core.composite.scales import DistanceToTarget, Goalposts, MinMax, fit_goalposts
from teladan.core.composite.trace import Indices, Labels, Mask, Matrix, Trace, Vector
from teladan.core.composite.transforms import Function
from teladan.core.composite.tree import Tree


@dataclass(frozen=True, kw_only=True)
class Normalise:
    """How indicators come onto a common scale.

    by_indicator goes before `method`. constant: what an indicator counts as that is the same
    everywhere, for methods that divide by a range (None: refused by name). parameters: "common"
    to all rows, "each time" by itself, or the time (a number) whose rows everything is fitted to.
    """

    method: Method = field(default_factory=MinMax)
    by_indicator: Mapping[str, Method] = field(default_factory=dict)
    constant: float | None = None
    parameters: str | float = "common"

    def __post_init__(self) -> None:
        """Refuse unknown parameters."""
        if isinstance(self.parameters, str) and self.parameters not in {"common", "each time"}:
            raise CompositeError(STEP, f"{self.parameters!r} is not common, each time or a time")


@dataclass(frozen=True, kw_only=True, eq=False)
class Normalised:
    """What the scales were fitted to: indicator → parameter → value (raw unit), by time if each."""

    method: Mapping[str, str]
    parameters: Mapping[str, Mapping[str, float]]
    time: float | None = None


def normalise(
    table: Table, tree: Tree, spec: Normalise, trace: Trace, bent: Mapping[str, Function] | None = None
) -> tuple[Table, tuple[Normalised, ...]]:
    """Return the table on the common scale, and what the scales were fitted to.

    `bent` are the functions that treatment bent indicators by: their targets and goalposts go
    through the same function. Raises CompositeError for a column without values, without spread,
    or with values that a method is not defined for.
    """
    for code in spec.by_indicator:
        table.column(code)
    missing = table.missing.all(axis=0)
    if missing.any():
        code = table.indicators[int(np.flatnonzero(missing)[0])]
        raise CompositeError(STEP, "every value is missing (screen indicators, or drop it)", indicator=code)
    by_method: dict[int, tuple[Method, list[int]]] = {}
    for i, code in enumerate(table.indicators):
        method = spec.by_indicator.get(code, spec.method)
        by_method.setdefault(id(method), (method, []))[1].append(i)
    source = _Source(table=table, tree=tree, bent=bent or {})
    out = np.empty(table.values.shape, order="F")
    open_cells = ~table.missing  # those whose change is not in the trace yet
    reports: list[Normalised] = []
    for rows, fit_rows, time in _blocks(table, spec):
        fitted: dict[str, Mapping[str, float]] = {}
        for method, columns in by_method.values():
            signed_columns = source.columns(rows, columns, method)
            fitted_to = signed_columns if fit_rows is rows else source.columns(fit_rows, columns, method)
            with np.errstate(over="ignore", invalid="ignore"):  # what overflows is refused by name
                made, parameters, noted = _scaled(method, signed_columns, fitted_to, spec, trace)
            out[rows[:, None], columns] = made
            open_cells[rows[:, None], columns] &= ~noted
            for position, column in enumerate(columns):
                fitted[table.indicators[column]] = {k: float(v[position]) for k, v in parameters.items()}
        names = {c: spec.by_indicator.get(c, spec.method).rule for c in table.indicators}
        reports.append(Normalised(method=names, parameters=fitted, time=time))
    for method, columns in by_method.values():
        where = np.zeros(out.shape, dtype=bool)
        where[:, columns] = open_cells[:, columns]
        trace.notes(STEP, table.place).where(method.rule, where, table.values, out)
    return table.with_values(out), tuple(reports)


def _blocks(table: Table, spec: Normalise) -> list[tuple[Indices, Indices, float | None]]:
    all_rows = np.arange(len(table.units))
    if spec.parameters == "common":
        return [(all_rows, all_rows, None)]
    if table.times is None:
        raise CompositeError(STEP, "parameters by time need data of several times")
    if spec.parameters == "each time":
        return [(rows, rows, float(table.times[rows[0]])) for rows in table.blocks(each_time=True)]
    base = np.flatnonzero(table.times == float(spec.parameters))
    if not len(base):
        raise CompositeError(STEP, f"there are no data of the time {spec.parameters}")
    return [(all_rows, base, None)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """What columns are cut from."""

    table: Table
    tree: Tree
    bent: Mapping[str, Function]

    def columns(self, rows: Indices, columns: list[int], method: Method) -> SignedColumns:
        """Return some rows and columns signed, with the targets and goalposts that hold for them."""
        table = self.table
        elements = [self.tree[table.indicators[i]] for i in columns]
        codes = tuple(element.code for element in elements)
        direction = np.array([element.direction for element in elements], dtype=np.float64)
        whole_table = len(rows) == len(table.units)
        values = table.values if whole_table else table.values[rows]
        own_posts = method.posts if isinstance(method, Goalposts) else {}
        targets = method.targets if isinstance(method, DistanceToTarget) else {}
        aimed = [targets.get(e.code, e.target) for e in elements]
        target = np.array([np.nan if aim is None else aim for aim in aimed], dtype=np.float64)
        nowhere = (np.nan, np.nan)
        posts = np.array([own_posts.get(e.code, e.goalposts or nowhere) for e in elements]).T.copy()
        for i, code in enumerate(codes):
            if code in self.bent:
                target[i] = _through(self.bent[code], target[i], code, "target")
                posts[:, i] = [_through(self.bent[code], post, code, "goalpost") for post in posts[:, i]]
        falls = direction < 0
        posts[:, falls] = posts[::-1, falls]
        times = None if table.times is None else table.times[rows]
        units = table.units if whole_table else tuple(table.units[row] for row in rows)
        return SignedColumns(
            signed=values[:, columns] * direction,
            place=Labels(units, times, codes),
            direction=direction,
            target=target * direction,
            posts=posts * direction,
        )


def _through(function: Function, value: float, code: str, what: str) -> float:
    if np.isnan(value):
        return value
    with np.errstate(divide="ignore", invalid="ignore"):
        moved = float(function(np.array([value]))[0])
    if not np.isfinite(moved):
        reason = f"the {what} {value:g} has no value under the treatment of this indicator"
        raise CompositeError(STEP, reason, indicator=code)
    return moved


def _scaled(
    method: Method, columns: SignedColumns, fitted_to: SignedColumns, spec: Normalise, trace: Trace
) -> tuple[Matrix, Mapping[str, Vector], Mask]:
    noted = np.zeros(columns.signed.shape, dtype=bool)
    parameters: Mapping[str, Vector] = {}
    unknown = np.isnan(fitted_to.signed).all(axis=0)
    for i in np.flatnonzero(unknown):
        raise fitted_to.refuse(int(i), "every value that the scale is fitted to is missing")
    if isinstance(method, Goalposts):
        made, below, above, parameters = fit_goalposts(method, columns)
        noted |= _note_cuts(columns, made, below, above, trace)
    elif method.straight:
        fitted = method.fit(fitted_to)
        parameters = fitted.parameters
        made, below, above = fitted.apply(columns)
        noted |= _note_cuts(columns, made, below, above, trace)
        same = fitted.length == 0
        if same.any():
            constant = _constant(method, fitted_to, same, spec)
            where = same & ~np.isnan(columns.signed)
            made = np.where(where, constant, made)
            rule = f"the same value everywhere counts as {constant:g}"
            trace.notes(STEP, columns.place).where(rule, where, columns.signed * columns.direction, made)
            noted |= where
    elif columns is not fitted_to:
        raise CompositeError(STEP, f"{method.name} cannot be fitted to another time")
    else:
        made = method.values(columns)
    wrong = ~np.isfinite(made) & ~np.isnan(columns.signed)
    if wrong.any():
        row, column = map(int, np.argwhere(wrong)[0])
        raise columns.refuse(column, f"{method.name} of {columns.signed[row, column]:g} is not finite", row)
    return np.where(np.isnan(columns.signed), np.nan, made), parameters, noted


def _note_cuts(columns: SignedColumns, made: Matrix, below: Mask, above: Mask, trace: Trace) -> Mask:
    raw = columns.signed * columns.direction
    trace.notes(STEP, columns.place).where("cut at the worse end", below, raw, made)
    trace.notes(STEP, columns.place).where("cut at the better end", above, raw, made)
    return below | above


def _constant(method: Method, fitted_to: SignedColumns, same: Mask, spec: Normalise) -> float:
    """Return what a column without range counts as, or refuse the first one."""
    if spec.constant is not None:
        return spec.constant
    column = int(np.flatnonzero(same)[0])
    known = fitted_to.signed[~np.isnan(fitted_to.signed[:, column]), column]
    value = known[0] * fitted_to.direction[column]
    cause = "only one unit has a value" if len(known) == 1 else f"every value is {value:g}"
    raise fitted_to.refuse(column, f"{cause}, so {method.name} has no range (declare constant)")
