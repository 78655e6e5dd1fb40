"""What `check` is asked and what it answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

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
class Finding:
    """The verdict on one row with its reason.

    `reason` is an English sentence; `reason_code` with `reason_values` lets a page say the same
    in another language. `candidates` are up to five sets of exact values that print as the row
    does, each with every code of the row and the index.
    """

    organisation: str
    verdict: Verdict
    reason: str
    reason_code: str
    reason_values: Mapping[str, str] = field(default_factory=dict)
    candidates: tuple[Mapping[str, Fraction], ...] = ()


def summary(findings: Iterable[Finding]) -> dict[str, int]:
    """Return how many rows there are, and how many of each verdict."""
    counts = Counter(finding.verdict for finding in findings)
    return {"rows": counts.total(), **{verdict.value: counts[verdict] for verdict in Verdict}}
