"""Figures as columns of an expression: whole numbers over a denominator that is known beforehand.

A figure is written in int64 while a bound proves that no step can overflow, in DECIMAL(38, 0) beyond
that, and in float64 where even that is too narrow or the method has no exact value. Division is only
by the denominator, and only where a figure is printed. `%` on whole numbers is exact on every engine;
`/` is not, so a quotient is taken of an exact multiple and is small.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from teladan.core.quantity import Rounding

FITS = 2**62  # half of int64, as in `core.index.columns`
WIDE = 10**37  # below it a figure fits DECIMAL(38, 0), and may be doubled
EXACT_FLOAT = 2**50  # whole numbers that a float64 holds with room for halves
NEAR = 1e-9  # a float this near to a tie or to a band's start, relative to its size, counts as there

Column = Any  # an Ibis column; Ibis is imported only where an expression is built


class ExpressionError(ValueError):
    """An edition or a table that cannot be written as an expression; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One element's values in a table.

    name: the column; exact: whole numbers whose quotient by `denominator` is the value, else float64
    values (denominator 1). bound: at least every |number| of a row without a wrong cell. present: the
    boolean column that says where the element applies, None where it does everywhere.
    """

    name: str
    denominator: int
    bound: int
    exact: bool
    present: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A column in the making: as `Figure`, with the expression in place of a name."""

    column: Column
    denominator: int
    bound: int
    exact: bool

    def named(self, name: str, present: str | None = None) -> Figure:
        """Return the figure that this becomes as a column of a table."""
        return Figure(
            name=name, denominator=self.denominator, bound=self.bound, exact=self.exact, present=present
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A summand: coefficient × weight × figure; the weight is a column of whole numbers up to `most`."""

    coefficient: Fraction
    figure: Figure
    weight: Column | None = None
    most: int = 1


def whole(number: int, bound: int) -> Column:
    """Return a whole number as a literal of the type that a figure of this bound has."""
    import ibis

    return ibis.literal(number, "int64") if bound < FITS else ibis.literal(Decimal(number), "decimal(38, 0)")


def typed(column: Column, reach: int, bound: int | None = None) -> Column:
    """Return a whole-number column in the type that numbers up to `reach` need.

    Whole numbers may be held in float64; those of a wrong cell may be anything, and are held to `bound`,
    so that nothing overflows before the cell is named.
    """
    wanted = "int64" if reach < FITS else "decimal(38, 0)"
    if column.type().is_floating():
        limit = float(reach if bound is None else bound)
        column = between(column, -limit, limit).cast("int64")
    return column if str(column.type()) == wanted else column.cast(wanted)


def between(column: Column, low: Column, high: Column) -> Column:
    """Return a column held between two limits; what comes of NULL differs between engines.

    (Ibis's own `clip` keeps NULL by naming the column four times, and it is computed each time.)
    """
    import ibis

    return ibis.greatest(low, ibis.least(high, column))


def size_of(figure: Figure | Number) -> Fraction:
    """Return what no |value| of a figure is above."""
    return Fraction(figure.bound, figure.denominator)


def approximate(table: Any, figure: Figure) -> Column:
    """Return a figure's values as float64."""
    column = table[figure.name].cast("float64")
    return column / float(figure.denominator) if figure.exact and figure.denominator != 1 else column


def where_present(table: Any, figure: Figure, column: Column, otherwise: Column) -> Column:
    """Return a column where its element applies, and something else where it does not."""
    return column if figure.present is None else table[figure.present].ifelse(column, otherwise)


def linear(table: Any, parts: Sequence[Term]) -> Number:
    """Return the sum of the parts that are present, exactly where 38 digits are enough."""
    if all(part.figure.exact for part in parts):
        shares = [part.coefficient / part.figure.denominator for part in parts]
        denominator = math.lcm(*(share.denominator for share in shares))
        factors = [share.numerator * (denominator // share.denominator) for share in shares]
        bound = sum(abs(k) * p.most * p.figure.bound for k, p in zip(factors, parts, strict=True))
        if bound < EXACT_FLOAT and any(table[part.figure.name].type().is_floating() for part in parts):
            return _in_floats(table, parts, factors, denominator, bound)
        if max(bound, denominator, *map(abs, factors)) < WIDE:
            reach = max(bound, *map(abs, factors))
            total = None
            for factor, part in zip(factors, parts, strict=True):
                column = typed(table[part.figure.name], reach, part.figure.bound)
                column = column if factor == 1 else column * whole(factor, reach)
                column = column if part.weight is None else column * typed(part.weight, reach)
                column = where_present(table, part.figure, column, whole(0, reach))
                total = column if total is None else total + column
            return Number(column=typed(total, bound), denominator=denominator, bound=bound, exact=True)
    total = None
    for part in parts:
        column = approximate(table, part.figure) * float(part.coefficient)
        column = column if part.weight is None else column * part.weight.cast("float64")
        column = where_present(table, part.figure, column, 0.0)
        total = column if total is None else total + column
    size = sum((abs(p.coefficient) * p.most * size_of(p.figure) for p in parts), Fraction(0))
    return Number(column=total, denominator=1, bound=math.ceil(size), exact=False)


def _in_floats(
    table: Any, parts: Sequence[Term], factors: Sequence[int], denominator: int, bound: int
) -> Number:
    """Return a sum of whole numbers below 2**50, which float64 adds exactly, and casts once."""
    total = None
    for factor, part in zip(factors, parts, strict=True):
        column = table[part.figure.name].cast("float64")
        column = column if factor == 1 else column * float(factor)
        column = column if part.weight is None else column * part.weight.cast("float64")
        column = where_present(table, part.figure, column, 0.0)
        total = column if total is None else total + column
    return Number(column=typed(total, bound), denominator=denominator, bound=bound, exact=True)


def over(number: Number, total: Column, possible: frozenset[int]) -> Number:
    """Return a number divided by a column of whole numbers, of which every possible value is known.

    The values share a least common multiple L, so that number / total = number × (L / total) / L with
    whole numbers all the way. Where the total is 0, nothing applies, and the result is NULL.
    """
    divisor = total.nullif(0)
    totals = [value for value in possible if value]
    common = math.lcm(*totals) if totals else 1
    factor = common // min(totals, default=1)
    bound = number.bound * factor
    if number.exact and common < EXACT_FLOAT and max(bound, number.denominator * common) < WIDE:
        # L / total is a whole number below 2**50, so float64 holds it.
        multiplier = (whole(common, 0).cast("float64") / divisor.cast("float64") + 0.5).floor().cast("int64")
        return Number(
            column=typed(number.column, bound) * typed(multiplier, bound),
            denominator=number.denominator * common,
            bound=bound,
            exact=True,
        )
    return Number(
        column=_float(number) / divisor.cast("float64"),
        denominator=1,
        bound=math.ceil(size_of(number) / min(totals, default=1)),
        exact=False,
    )


def _float(number: Number) -> Column:
    column = number.column.cast("float64")
    return column / float(number.denominator) if number.exact else column


def scaled(number: Number, factor: Fraction) -> Number:
    """Return a number multiplied by an exact factor."""
    denominator, bound = number.denominator * factor.denominator, number.bound * abs(factor.numerator)
    if not number.exact or max(denominator, bound, abs(factor.numerator)) >= WIDE:
        most = math.ceil(size_of(number) * abs(factor))
        return Number(column=_float(number) * float(factor), denominator=1, bound=most, exact=False)
    reach = max(bound, abs(factor.numerator))
    column = number.column
    if factor.numerator != 1:
        column = typed(typed(column, reach) * whole(factor.numerator, reach), bound)
    return Number(column=column, denominator=denominator, bound=bound, exact=True)


def alike(table: Any, figures: Sequence[Figure]) -> tuple[list[Column], int, int, bool]:
    """Return (columns, denominator, bound, exact) of figures to be compared."""
    if all(figure.exact for figure in figures):
        denominator = math.lcm(*(figure.denominator for figure in figures))
        factors = [denominator // figure.denominator for figure in figures]
        bound = max(k * figure.bound for k, figure in zip(factors, figures, strict=True)) + 1
        if max(bound, denominator) < WIDE:
            columns = [
                typed(table[f.name], bound, f.bound) * whole(k, bound)
                for k, f in zip(factors, figures, strict=True)
            ]
            return columns, denominator, bound, True
    most = math.ceil(max(size_of(figure) for figure in figures))
    return [approximate(table, figure) for figure in figures], 1, most, False


def printed(table: Any, figure: Figure, digits: int, mode: Rounding) -> Number:
    """Return a figure rounded to `digits`: int64 over 10**digits.

    A float is taken for a whole number or a tie where it is nearer to one than NEAR.
    """
    power = 10**digits
    column = table[figure.name]
    most = figure.bound * power // figure.denominator + 1
    if most >= EXACT_FLOAT:
        raise ExpressionError(f"a figure of up to {most} in the last printed place is too large to print")
    if not figure.exact:
        near = _near(column, power, most, mode)
        return Number(column=near, denominator=power, bound=most, exact=True)
    if power % figure.denominator == 0:
        factor = power // figure.denominator
        exact = typed(column, figure.bound * factor, figure.bound)
        exact = exact if factor == 1 else exact * whole(factor, figure.bound * factor)
        return Number(column=typed(exact, most), denominator=power, bound=most, exact=True)
    bound = 2 * figure.bound * power + figure.denominator
    if bound >= WIDE:
        near = _near(approximate(table, figure), power, most, mode)
        return Number(column=near, denominator=power, bound=most, exact=True)
    size = typed(column, bound, figure.bound).abs() * whole(power, bound)
    divisor = whole(figure.denominator, bound)
    if bound < EXACT_FLOAT:
        result = _divided(size, figure.denominator, mode)
    else:
        rest = size % divisor
        # The difference is a multiple of the denominator and the quotient below 2**50: a float64 holds it.
        lower = ((size - rest).cast("float64") / float(figure.denominator) + 0.5).floor().cast("int64")
        result = lower + _up(rest, lower, mode, divisor).cast("int64")
    signed = (column < 0).ifelse(-result, result)
    return Number(column=signed, denominator=power, bound=most, exact=True)


def _divided(size: Column, denominator: int, mode: Rounding) -> Column:
    """Return size / denominator rounded, for whole numbers of which 2 × size + denominator is below 2**50.

    A quotient of such numbers is at least 1 / (2 × denominator) away from every whole number that it is
    not, which is more than float64 rounds away: its floor is the exact quotient's.
    """
    quotient: Column
    if mode is Rounding.HALF_UP:
        quotient = ((size * 2 + denominator) / float(2 * denominator)).floor()
    elif mode is Rounding.HALF_DOWN:
        quotient = ((size * 2 - denominator) / float(2 * denominator)).ceil()
    elif mode is Rounding.UP:
        quotient = (size / float(denominator)).ceil()
    else:
        quotient = (size / float(denominator)).floor()
    lower = quotient.cast("int64")
    if mode is not Rounding.HALF_EVEN:
        return lower
    return lower + _up(size - lower * denominator, lower, mode, whole(denominator, 0)).cast("int64")


def _up(rest: Column, lower: Column, mode: Rounding, divisor: Column) -> Column:
    import ibis

    if mode is Rounding.DOWN:
        return ibis.literal(False)
    if mode is Rounding.UP:
        return rest > 0
    if mode is Rounding.HALF_UP:
        return rest * 2 >= divisor
    if mode is Rounding.HALF_DOWN:
        return rest * 2 > divisor
    return (rest * 2 > divisor) | ((rest * 2 == divisor) & (lower % 2 == 1))


def _near(column: Column, power: int, most: int, mode: Rounding) -> Column:
    # What a wrong cell makes of it is held to what can follow from right ones.
    size = between(column.abs() * float(power), 0.0, float(most))
    margin = NEAR * (1.0 + size)
    lower = (size + margin).floor()
    rest = size - lower
    whole_number = lower.cast("int64")
    if mode is Rounding.DOWN:
        result = whole_number
    elif mode is Rounding.UP:
        result = whole_number + (rest > margin).cast("int64")
    else:
        over_half, tie = rest > margin + 0.5, (rest - 0.5).abs() <= margin
        if mode is Rounding.HALF_UP:
            over_half |= tie
        elif mode is Rounding.HALF_EVEN:
            over_half |= tie & (whole_number % 2 == 1)
        result = whole_number + over_half.cast("int64")
    return (column < 0.0).ifelse(-result, result)


def any_of(conditions: Sequence[Column]) -> Column:
    """Return whether any condition holds; False for none."""
    import ibis

    any_condition = ibis.literal(False)
    for number, condition in enumerate(conditions):
        any_condition = condition if number == 0 else any_condition | condition
    return any_condition


def cased(cases: Sequence[tuple[Column, Column]], otherwise: Column) -> Column:
    """Return the first case whose condition holds."""
    import ibis

    return ibis.cases(*cases, else_=otherwise) if cases else otherwise
