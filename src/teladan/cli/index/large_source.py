"""The Parquet file that `evaluate` reads, as one lazy table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

ROW = "file_row_number"  # as DuckDB names it; the first row is 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A Parquet file as a view `answers` of a connection; `columns` map codes to its columns."""

    file: str
    connection: Any
    types: dict[str, str]
    columns: dict[str, str]
    organisation: str
    kind: str | None
    count: int
