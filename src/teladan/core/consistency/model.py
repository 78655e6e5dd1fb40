"""The question put to a checker, one printed row, and its finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from teladan.core.consistency.values import ValueSet

CANDIDATES = 5


class Verdict(StrEnum):
    """Whether printed figures can come from the method they are said to come from."""

    CONSISTENT = "consistent"  # some allowed answers give exactly these printed values
    INCONSISTENT = "inconsistent"  # none do, though each value alone is possible
    IMPOSSIBLE = "impossible"  # one value alone is already out of reach
    UNDECIDED = "undecided"  # this check cannot tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One printed row: the text of every figure as it stands in the source, by element code.

    The top has the code "index". `band` is a band's code or title in any language, `kind` the
    kind of organisation where the method asks for it; both None or "" where nothing is printed.
    """

    organisation: str
    values: Mapping[str, str]
    band: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRange:
    """The exact indices that print as a row does: from the lowest to the highest, and some by name.

    `low_in` and `high_in` say whether an end is itself possible. `named` are up to five of them,
    rising; with `complete` they are all there are.
    """

    low: Fraction
    high: Fraction
    low_in: bool
    high_in: bool
    named: tuple[Fraction, ...]
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The verdict on one row with its reason.

    `reason` is an English sentence; `reason_code` with `reason_values` lets a page say the same
    in another language. `candidates` are up to five sets of exact values that print as the row
    does, each with every code of the row and the index; `complete` says that there are no others.
    `index` has the range of the exact index, for a consistent row whose figures were read, and
    `indices` every exact index there is.
    """

    organisation: str
    verdict: Verdict
    reason: str
    reason_code: str
    reason_values: Mapping[str, str] = field(default_factory=dict)
    candidates: tuple[Mapping[str, Fraction], ...] = ()
    complete: bool = False
    index: IndexRange | None = None
    indices: ValueSet | None = field(default=None, compare=False, repr=False)


def summary(findings: Iterable[Finding]) -> dict[str, int]:
    """Return how many rows there are, and how many of each verdict."""
    counts = Counter(finding.verdict for finding in findings)
    return {"rows": counts.total(), **{verdict.value: counts[verdict] for verdict in Verdict}}
