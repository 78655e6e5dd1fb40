"""An edition written as one expression: from a table of answers to a table of results."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from teladan.core.index.expression import cells
from teladan.core.index.expression.averages import EffectiveWeights, average, total_weight, weight_name
from teladan.core.index.expression.figures import (
    EXACT_FLOAT,
    FITS,
    NEAR,
    Column,
    ExpressionError,
    Figure,
    Number,
    any_of,
    approximate,
    cased,
    printed,
    whole,
)
from teladan.core.instrument import INDEX, Edition, Element

ORGANISATION, KIND, BAND, SCORED = "organisation", "kind", "band", "scored"
WRONG = "wrong!"  # columns inside the expression have a mark that no code can have


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """The results of an edition as an expression over a table.

    results: one row per organisation: `organisation`, `kind` where there is one, each inner element as
    printed (DECIMAL) or, where the edition rounds nothing, as CODE_numerator and CODE_denominator;
    `index`, `index_numerator` and `index_denominator` (or `index_approximate`), `band`, `scored`.
    `scored` is NULL where a cell of the row is wrong, and then nothing in the row counts.
    wrong: the table's own rows that have a wrong cell. exact: every figure is exact.
    """

    results: Any
    wrong: Any
    exact: bool


def express(
    edition: Edition,
    table: Any,
    columns: Mapping[str, str],
    *,
    organisation: str,
    kind: str | None = None,
) -> Expression:
    """Return the results of an edition over an Ibis table.

    `columns` maps the codes of leaves to columns of the table; where the edition has an override,
    `index` may be the column of published figures. Raises ExpressionError for a column that cannot hold
    what it should, and for an edition whose figures no engine's numbers can hold.
    """
    if edition.pipeline is not None:
        raise ExpressionError(f"{edition.address} is made by its pipeline, which is no expression")
    return _Building(edition, table, columns, organisation, kind).expression()


class _Building:
    """The table as it grows: the cells first, then each height of the tree above those below it."""

    def __init__(
        self, edition: Edition, table: Any, columns: Mapping[str, str], organisation: str, kind: str | None
    ) -> None:
        self.edition = edition
        self.table = table
        self.columns = columns
        self.organisation = organisation
        self.kind = kind
        self.figures: dict[str, Figure] = {}
        self.printed: dict[str, Figure] = {}
        self.weights = EffectiveWeights(edition)

    def expression(self) -> Expression:
        """Build; see `Expression`."""
        source = list(self.table.columns)
        self._cells()
        inner = [element for element in self.edition.root.walk() if element.children]
        by_height = sorted(inner, key=_height)
        for _, elements in itertools.groupby(by_height, key=_height):
            self._elements(list(elements))
        wrong = self.table.filter(self.table[WRONG]).select(*source)
        exact = all(figure.exact for figure in self.figures.values())
        return Expression(results=self._results(), wrong=wrong, exact=exact)

    def _cells(self) -> None:
        kinds = [kind.code for kind in self.edition.kinds]
        by_kind = any(leaf.applies_to is not None for leaf in self.edition.leaves)
        kind = None if self.kind is None else self.table[self.kind]
        wrong = cells.wrong_organisation(self.table[self.organisation])
        if by_kind:
            wrong += cells.wrong_kind(kind, kinds)
        added: dict[str, Column] = {}
        for leaf in self.edition.leaves:
            name = self.columns.get(leaf.code)
            why = None if name is None else cells.refusal(self.table[name], leaf)
            if why:
                raise ExpressionError(f"{leaf.code}: {why}")
            read = cells.read(self.table, leaf, name, kind)
            present = None if read.present is None else f"{leaf.code} present!"
            if present:
                added[present] = read.present
            self.figures[leaf.code] = read.number.named(f"{leaf.code} value!", present)
            added[f"{leaf.code} value!"] = read.number.column
            wrong += read.wrong
        self.table = self.table.mutate(**{WRONG: any_of(wrong).fill_null(False)}, **added)
        self._round([leaf for leaf in self.edition.leaves if leaf.rounds_inside])

    def _elements(self, elements: list[Element]) -> None:
        added: dict[str, Column] = {}
        undefined: list[Column] = []
        for element in elements:
            parts = {child.code: self._passed_on(child) for child in element.children}
            averaged = average(self.table, element, parts, self.weights)
            undefined += averaged.undefined
            present = None
            if all(part.present for part in parts.values()):
                present = f"{element.code} present!"
                added[present] = any_of([self.table[part.present] for part in parts.values()])
            self.figures[element.code] = averaged.number.named(f"{element.code} value!", present)
            added[f"{element.code} value!"] = averaged.number.column
            if self.weights.fixed(element) is None:
                added[weight_name(element)] = total_weight(self.table, element, parts, self.weights)
        if undefined:
            added[WRONG] = self.table[WRONG] | any_of(undefined).fill_null(False)
        self.table = self.table.mutate(**added)
        self._round(elements)

    def _round(self, elements: list[Element]) -> None:
        added: dict[str, Column] = {}
        for element in elements:
            if element.digits is None:
                continue
            figure = self.figures[element.code]
            number = printed(self.table, figure, element.digits, self.edition.mode)
            name = f"{element.code} printed!"
            added[name] = number.column
            self.printed[element.code] = number.named(name, figure.present)
        if added:
            self.table = self.table.mutate(**added)

    def _passed_on(self, element: Element) -> Figure:
        if element.rounds_inside and element.digits is not None:
            return self.printed[element.code]
        return self.figures[element.code]

    # --- what is given back ---------------------------------------------------------------------

    def _results(self) -> Any:
        import ibis

        table = self.table
        figure = self.figures[INDEX]
        scored = ibis.literal(True) if figure.present is None else table[figure.present]
        scored = scored & ~self._overridden(figure).fill_null(False)
        scored = table[WRONG].ifelse(ibis.null("boolean"), scored)
        table = self.table = table.mutate(**{"scored!": scored})
        result: dict[str, Column] = {ORGANISATION: table[self.organisation]}
        if self.kind is not None:
            result[KIND] = table[self.kind]
        for element in self.edition.root.walk():
            if element.children and element.code != INDEX:
                result |= self._shown(element, where=None)
        result |= self._shown(self.edition.root, where=table["scored!"])
        if self.edition.root.digits is not None:
            result |= self._exactly(self.edition.root, where=table["scored!"])
        result[BAND] = self._band()
        result[SCORED] = table["scored!"]
        return table.select(**result)

    def _shown(self, element: Element, where: Column | None) -> dict[str, Column]:
        figure = self.printed.get(element.code)
        if figure is None:
            return self._exactly(element, where)
        digits = element.digits or 0
        if figure.bound > EXACT_FLOAT or digits > 15:
            raise ExpressionError(f"{element.code}: {digits} printed digits are too many")
        column = _decimal(self.table[figure.name], figure.bound, digits)
        return {element.code: self._where(column, figure, where)}

    def _exactly(self, element: Element, where: Column | None) -> dict[str, Column]:
        figure = self.figures[element.code]
        column = self._where(self.table[figure.name], figure, where)
        if not figure.exact:
            return {f"{element.code}_approximate": column}
        denominator = self._where(whole(figure.denominator, figure.denominator), figure, where)
        return {f"{element.code}_numerator": column, f"{element.code}_denominator": denominator}

    def _where(self, column: Column, figure: Figure, where: Column | None) -> Column:
        import ibis

        where = where if where is not None or figure.present is None else self.table[figure.present]
        return column if where is None else where.ifelse(column, ibis.null(column.type()))

    def _overridden(self, figure: Figure) -> Column:
        import ibis

        conditions = [ibis.literal(False)]
        for override in self.edition.overrides:
            wanted = override.equals * figure.denominator
            if not figure.exact:
                conditions.append((self.table[figure.name] - float(override.equals)).abs() <= NEAR)
            elif wanted.denominator == 1 and abs(wanted) < FITS:
                conditions.append(self.table[figure.name] == whole(int(wanted), figure.bound))
            if INDEX in self.columns:
                conditions.append(self.table[self.columns[INDEX]] == _published(override.equals))
        return any_of(conditions)

    def _band(self) -> Column:
        import ibis

        bands, root = self.edition.bands, self.edition.root
        nothing = ibis.null("string")
        if not bands:
            return nothing
        rounded = self.edition.bands_read == "rounded" and root.digits is not None
        figure = self.printed[INDEX] if rounded else self.figures[INDEX]
        column = self.table[figure.name]
        if figure.exact:
            beyond = column > _cut(math.floor(bands[-1].end * figure.denominator), figure)
            starts = [column >= _cut(math.ceil(band.start * figure.denominator), figure) for band in bands]
        else:
            value = approximate(self.table, figure)
            beyond = value > float(bands[-1].end) + _near(bands[-1].end)
            starts = [value >= float(band.start) - _near(band.start) for band in bands]
        cases = [(~self.table["scored!"].fill_null(False), nothing), (beyond, nothing)]
        cases += [
            (start, ibis.literal(band.code, "string"))
            for start, band in reversed(list(zip(starts, bands, strict=True)))
        ]
        return cased(cases, nothing)


def _decimal(column: Column, bound: int, digits: int) -> Column:
    """Return whole numbers over 10**digits as DECIMAL: of 9 places where they are enough, else of 18."""
    import ibis

    width = len(str(bound))
    places = 9 if width + digits <= 9 else 18
    if width + max(width, digits) > 18:
        return (column.cast("float64") / float(10**digits)).cast(f"decimal({places}, {digits})")
    if digits:
        # A product of DECIMALs is one of whole numbers; nothing is divided.
        step = ibis.literal(Decimal(1).scaleb(-digits), f"decimal({max(width, digits)}, {digits})")
        return (column.cast(f"decimal({width}, 0)") * step).cast(f"decimal({places}, {digits})")
    return column.cast(f"decimal({places}, 0)")


def _near(value: Fraction) -> float:
    return NEAR * (1.0 + abs(float(value)))


def _cut(number: int, figure: Figure) -> Column:
    return whole(number, max(abs(number), figure.bound))


def _published(value: Fraction) -> Any:
    return int(value) if value.denominator == 1 else float(value)


def _height(element: Element) -> int:
    return 1 + max((_height(child) for child in element.children), default=-1)


__all__ = ["BAND", "KIND", "ORGANISATION", "SCORED", "Expression", "Number", "express"]
