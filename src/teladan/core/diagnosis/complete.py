"""Complete cases: rows with every value, without columns that are empty or constant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from teladan.core.composite.trace import Mask, Matrix
from teladan.core.diagnosis.correlations import FEWEST, unit_columns


@dataclass(frozen=True, kw_only=True, eq=False)
class Complete:
    """Values without gaps, and which columns were left out for which reason.

    `reason` says why there is nothing to compute; it is empty where there is.
    """

    codes: tuple[str, ...]
    values: Matrix
    left_out: tuple[tuple[str, str], ...]
    reason: str = ""


def complete(values: Matrix, codes: Sequence[str], least: int = 2) -> Complete:
    """Return the rows that have all values, without columns that are empty or the same everywhere.

    A column that is the same in those rows is left out and the rows are sought again.
    """
    keep, out = list(range(len(codes))), []
    for i in range(len(codes)):
        if np.isnan(values[:, i]).all():
            out.append((codes[i], "no value"))
            keep.remove(i)
    while True:
        rows = ~np.isnan(values[:, keep]).any(axis=1)
        whole = values[rows][:, keep]
        if not len(whole):
            break
        flat: Mask = np.asarray(np.isnan(unit_columns(whole)).any(axis=0))
        if not flat.any() or len(whole) < FEWEST:
            break
        out += [(codes[keep[i]], "the same everywhere") for i in np.flatnonzero(flat)]
        keep = [column for column, is_flat in zip(keep, flat.tolist(), strict=True) if not is_flat]
    reason = ""
    if len(keep) < least:
        reason = f"{len(keep)} of {len(codes)} can be compared, and {least} are needed"
    elif len(whole) < FEWEST:
        reason = f"rows with every value: {len(whole)}, and {FEWEST} are needed"
    return Complete(codes=tuple(codes[i] for i in keep), values=whole, left_out=tuple(out), reason=reason)
