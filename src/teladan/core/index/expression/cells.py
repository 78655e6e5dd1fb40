"""Columns of a table read as answers: what each cell stands for, and which cells are wrong.

The rules are those of `core.index.answers`. A column of whole numbers or DECIMAL is read exactly. A
column of DOUBLE is read as the decimal that it was written from, of at most `FLOAT_DIGITS` digits after
the point and 15 in all; a cell that is no such decimal is wrong, because what it stands for is not known.
NULL is an empty cell.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from teladan.core.index.expression.figures import (
    EXACT_FLOAT,
    FITS,
    WIDE,
    Column,
    ExpressionError,
    Figure,
    Number,
    between,
    typed,
    whole,
)
from teladan.core.instrument import Element, Missing, Scale, ScaleType
from teladan.core.instrument.model import NO, YES

FLOAT_DIGITS = 9  # after the point, at most: 0.123456789
FLOAT_ALL = 15  # significant digits that a float64 always gives back
INT64_DIGITS, ALL_DIGITS = 18, 38  # of a DECIMAL that is held in 64 bits, and of any
# Added to a float64 below 2**51 and taken away again, this leaves the nearest whole number. Ibis's `floor`
# is a cast to int64, which costs more and stops at the first NaN.
NEAREST = 1.5 * 2.0**52
LOOSE = 2**31  # a type that holds no more needs no clipping


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """One leaf's column: its values (NULL where wrong), where it counts, and where a cell is wrong."""

    number: Number
    present: Column | None
    wrong: list[Column]


def refusal(column: Column, leaf: Element) -> str | None:
    """Return why a column of this type cannot hold a leaf's answers, or None if it can."""
    kind = column.type()
    scale = leaf.scale
    assert scale is not None
    if kind.is_integer() or kind.is_decimal() or kind.is_null() or kind.is_float64():
        return None
    if scale.type is ScaleType.YES_NO and (kind.is_boolean() or kind.is_string()):
        return None
    if kind.is_float32() or kind.is_float16():
        return f"{kind} has too few digits to say which figure was meant: store DECIMAL or DOUBLE"
    return f"a column of {kind} holds no figures: store whole numbers, DECIMAL or DOUBLE"


def read(table: Any, leaf: Element, name: str | None, kind: Column | None) -> Cells:
    """Return a leaf's cells from the column `name` (None: nobody answered it).

    `kind` is the column of kinds, where the edition has lines that apply to some kinds only.
    """
    import ibis

    scale = leaf.scale
    assert scale is not None
    column = ibis.null("int8") if name is None else table[name]
    applies = None
    if leaf.applies_to is not None and kind is not None:
        applies = kind.isin(sorted(leaf.applies_to)).fill_null(False)
    empty = column.isnull()
    if column.type().is_string():
        column = column.strip().lower()
        empty = (column == "").fill_null(True)
    number, wrong = _yes_no(column, scale) if scale.type is ScaleType.YES_NO else _figures(column, scale)

    present = applies
    if name is None and leaf.missing is Missing.LEAVE_OUT:
        present = ibis.literal(False)
    elif leaf.missing is Missing.LEAVE_OUT:
        present = ~empty if applies is None else applies & ~empty
    elif leaf.missing is Missing.REFUSE:
        wrong.append(empty if applies is None else applies & empty)
    else:
        number = _filled(number, empty, leaf)
    if applies is not None and name is not None:
        wrong.append(~applies & ~empty)
    return Cells(number=_placed(number, scale), present=present, wrong=wrong)


def _filled(number: Number, empty: Column, leaf: Element) -> Number:
    """Return a number with the value of a missing answer where there is none."""
    scale = leaf.scale
    assert scale is not None
    at_lowest = leaf.missing is Missing.LOWEST or scale.type is ScaleType.GOALPOSTS
    value = scale.lowest if at_lowest else Fraction(0)
    shared = math.lcm(number.denominator, value.denominator)
    factor, stands = shared // number.denominator, int(value * shared)
    bound = max(number.bound * factor, abs(stands))
    column = typed(number.column, bound, number.bound)
    column = column if factor == 1 else column * whole(factor, bound)
    filled = empty.ifelse(whole(stands, bound), column)
    return Number(column=filled, denominator=shared, bound=bound, exact=True)


def _yes_no(column: Column, scale: Scale) -> tuple[Number, list[Column]]:
    kind = column.type()
    if kind.is_boolean() or kind.is_null():
        return Number(column=column.cast("int64"), denominator=1, bound=1, exact=True), []
    if kind.is_string():
        # What `true` and `false` in a spreadsheet mean, they mean here.
        yes, no = sorted({*YES, "true"}), sorted({*NO, "false"})
        wrong = ~column.isin([*yes, *no, ""])
        value = column.isin(yes).cast("int64")
        return Number(column=value, denominator=1, bound=1, exact=True), [wrong]
    return _figures(column, scale)


def _figures(column: Column, scale: Scale) -> tuple[Number, list[Column]]:
    kind = column.type()
    if kind.is_floating():
        return _floats(column, scale)
    answer = column
    digits = (kind.scale or 0) if kind.is_decimal() else 0
    most = _most(kind)
    posts = scale.type is ScaleType.GOALPOSTS
    low, high = sorted((scale.lowest, scale.highest))
    wrong = [] if posts else _outside(column, low, high, digits, most)
    power = 10**digits
    bound = most
    if posts or most >= LOOSE:
        floor, ceiling = math.floor(low), math.ceil(high)
        if max(abs(floor), abs(ceiling)) * power < most:
            column = between(column, floor, ceiling)
            bound = max(abs(floor), abs(ceiling)) * power
    widest = (ALL_DIGITS - len(str(bound // power))) // 2
    if digits > max(widest, 0):
        # Zeros behind the last digit that is read are no digits: DECIMAL(38, 18) often has them.
        narrow = column.cast(f"decimal({ALL_DIGITS}, {max(widest, 0)})")
        wrong.append(narrow != column)
        bound, digits, column = bound // 10 ** (digits - widest) + 1, widest, narrow
    if digits:
        column = _unscaled(column, digits, bound)
    number = Number(column=typed(column, bound), denominator=10**digits, bound=bound, exact=True)
    if not posts:
        wrong += _between_steps(number, scale, answer)
    return number, wrong


def _unscaled(column: Column, digits: int, bound: int) -> Column:
    """Return a DECIMAL column times 10**digits, as whole numbers up to `bound`."""
    power, width = 10**digits, max(len(str(bound)), digits)
    if width + digits <= INT64_DIGITS:
        return (column.cast(f"decimal({width}, {digits})") * power).cast("int64")
    if bound < EXACT_FLOAT:
        # Below 2**50 a float64 is less than a quarter away, however it was rounded on the way.
        return (column.cast("float64") * float(power) + 0.5).floor().cast("int64")
    wide = column.cast(f"decimal({ALL_DIGITS}, {digits})") * power
    return wide.cast("int64" if bound < FITS else "decimal(38, 0)")


def _most(kind: Any) -> int:
    """Return the largest whole number that a column of this type can hold, its decimals counted in."""
    if kind.is_decimal():
        most: int = 10 ** (kind.precision or 38) - 1
        return most
    return 2 ** (8 * kind.nbytes) if kind.is_integer() else 1


def _outside(column: Column, low: Fraction, high: Fraction, digits: int, most: int) -> list[Column]:
    """Return where a column is outside of its scale, in the column's own type."""
    power = 10**digits
    lowest, highest = math.ceil(low * power), math.floor(high * power)
    if column.type().is_null():
        return []
    outside = []
    if -most <= lowest <= most:
        outside.append(column < _at(lowest, digits, column))
    if highest <= most:
        outside.append(column > _at(highest, digits, column))
    return outside


def _at(scaled: int, digits: int, column: Column) -> Any:
    if not digits:
        return scaled
    import ibis

    return ibis.literal(Decimal(scaled).scaleb(-digits), column.type())


def _between_steps(number: Number, scale: Scale, answer: Column) -> list[Column]:
    """Return where an answer is between two steps of its scale."""
    if scale.step is None:
        return []
    shared = math.lcm(number.denominator, scale.lowest.denominator, scale.step.denominator)
    factor, step, low = shared // number.denominator, int(scale.step * shared), int(scale.lowest * shared)
    if factor % step == 0 and low % step == 0:
        return []
    bound = number.bound * factor + abs(low)
    if bound >= WIDE:
        raise ExpressionError(f"steps of {scale.step} on a column of so many digits cannot be held")
    column = typed(number.column, bound, number.bound)
    column = column if factor == 1 else column * whole(factor, bound)
    # An empty cell is no step, whatever was made of it on the way.
    off = (column - whole(low, bound)) % whole(step, bound) != whole(0, bound)
    return [answer.notnull() & off]


def _floats(column: Column, scale: Scale) -> tuple[Number, list[Column]]:
    posts = scale.type is ScaleType.GOALPOSTS
    low, high = sorted((scale.lowest, scale.highest))
    digits = min(FLOAT_DIGITS, FLOAT_ALL - len(str(math.ceil(max(abs(low), abs(high))))))
    if digits < 0:
        raise ExpressionError(f"a scale up to {high} is too wide for a column of DOUBLE: store DECIMAL")
    power = 10**digits
    lowest, highest = math.floor(low * power), math.ceil(high * power)
    # A wrong cell is compared with what it is read as: NaN is either unequal to itself or beyond `high`.
    if posts:
        wrong = [column.isnan() | column.isinf()]
        column = between(column, lowest / power, highest / power)
    else:
        wrong = [column < float(low), column > float(high)]
    nearest = (column * float(power) + NEAREST) - NEAREST
    wrong.append(nearest / float(power) != column)
    bound = max(abs(lowest), abs(highest))
    number = Number(column=nearest, denominator=power, bound=bound, exact=True)
    return number, wrong if posts else [*wrong, *_between_steps(number, scale, column)]


def _placed(number: Number, scale: Scale) -> Number:
    """Return an answer's value: itself, or its place between goalposts."""
    if scale.type is not ScaleType.GOALPOSTS:
        return number
    low, high = scale.lowest, scale.highest
    shared = math.lcm(number.denominator, low.denominator, high.denominator)
    sign = 1 if high > low else -1
    factor, start = sign * (shared // number.denominator), sign * int(low * shared)
    reach = abs(int((high - low) * shared))
    bound = number.bound * abs(factor) + abs(start) + reach
    if bound >= WIDE:
        raise ExpressionError(f"goalposts {low} and {high} on a column of so many digits cannot be held")
    column = typed(number.column, bound, number.bound)
    column = column if factor == 1 else column * whole(factor, bound)
    column = column - whole(start, bound) if start else column
    column = typed(between(column, whole(0, bound), whole(reach, bound)), reach)
    return Number(column=column, denominator=reach, bound=reach, exact=True)


def wrong_organisation(column: Column) -> list[Column]:
    """Return where a row has no name."""
    empty = column.isnull()
    return [empty | (column.strip() == "").fill_null(False)] if column.type().is_string() else [empty]


def wrong_kind(column: Column | None, known: Sequence[str]) -> list[Column]:
    """Return where a row has no kind that the edition knows."""
    import ibis

    if column is None:
        return [ibis.literal(True)]
    return [~column.isin(list(known)).fill_null(False)]


def figure_of(cells: Cells, name: str, present: str | None) -> Figure:
    """Return the figure of a leaf whose cells are columns of a table by these names."""
    return cells.number.named(name, present)
