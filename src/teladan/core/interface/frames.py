"""Data of whatever kind as columns of plain Python values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from teladan.core.composite.errors import CompositeError
from teladan.core.interface.arrow import read_stream

STEP = "data"
Columns = dict[str, list[Any]]


def columns_of(data: Any) -> Columns:
    """Return the columns of data as lists, None where a value is missing.

    >>> columns_of([{"unit": "A", "x": 1.5}, {"unit": "B", "x": float("nan")}])
    {'unit': ['A', 'B'], 'x': [1.5, None]}
    """
    if hasattr(data, "__arrow_c_stream__"):
        columns = read_stream(data)
    elif isinstance(data, Mapping):
        columns = {
            str(name): column.tolist() if isinstance(column, np.ndarray) else list(column)
            for name, column in data.items()
        }
    else:
        rows = [dict(row) for row in data]
        names = dict.fromkeys(name for row in rows for name in row)
        columns = {str(name): [row.get(name) for row in rows] for name in names}
    lengths = {len(column) for column in columns.values()}
    if len(lengths) > 1:
        raise CompositeError(STEP, "the columns have different lengths")
    if not lengths or lengths == {0}:
        raise CompositeError(STEP, "there are no rows")
    return {
        name: [None if isinstance(v, float) and math.isnan(v) else v for v in column]
        for name, column in columns.items()
    }


def text_of(value: Any) -> str:
    """Return a value as the text that says it exactly: the shortest that a float is read from."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return np.format_float_positional(value, trim="-")
    return str(value).strip()


def names_of(columns: Columns, unit: str) -> list[str]:
    """Return the names of the rows; raises CompositeError where no column has them."""
    if unit not in columns:
        raise CompositeError(STEP, f"no column {unit!r} names the rows; there are: {', '.join(columns)}")
    return [text_of(value) for value in columns[unit]]
