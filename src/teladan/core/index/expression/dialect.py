"""How DuckDB names the types of its columns, and an expression in its SQL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

TYPES = {
    "BOOLEAN": "boolean",
    "TINYINT": "int8",
    "SMALLINT": "int16",
    "INTEGER": "int32",
    "BIGINT": "int64",
    "UTINYINT": "uint8",
    "USMALLINT": "uint16",
    "UINTEGER": "uint32",
    "UBIGINT": "uint64",
    "FLOAT": "float32",
    "DOUBLE": "float64",
    "VARCHAR": "string",
}
DECIMAL = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)")


def table(name: str, types: Mapping[str, str]) -> Any:
    """Return an Ibis table without data from the names that DuckDB gives to the types of its columns.

    >>> table("answers", {"organisation": "VARCHAR", "OSI": "DECIMAL(9,4)"}).schema()["OSI"]
    Decimal(precision=9, scale=4, nullable=True)
    """
    import ibis

    known = {column: ibis.dtype(type_of(kind) or "string") for column, kind in types.items()}
    return ibis.table(known, name=name)


def type_of(kind: str) -> str | None:
    """Return Ibis's name of a type of DuckDB, None for one that no answer has (a date, a list).

    Columns of such a type may stand in a table as long as nothing is computed from them.
    """
    decimal = DECIMAL.fullmatch(kind)
    return f"decimal({decimal[1]}, {decimal[2]})" if decimal else TYPES.get(kind)


def sql(expression: Any) -> str:
    """Return an Ibis expression as a query of DuckDB.

    The steps stay steps: fused, a column that another needs three times would be computed three times.
    """
    import ibis

    fused = ibis.options.sql.fuse_selects
    ibis.options.sql.fuse_selects = False
    try:
        return str(ibis.to_sql(expression, dialect="duckdb", pretty=False))
    finally:
        ibis.options.sql.fuse_selects = fused
