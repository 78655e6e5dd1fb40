"""The results of a country in one international series, as exact values; and what moved the index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from teladan.core.instrument import Edition
from teladan.core.quantity import rounded
from teladan.portal.method_breaks import same_rules, weights
from teladan.publication.queries import CANNOT_BE_RIGHT, ResultView

EGDI, GTMI, DGI = "egdi", "gtmi", "oecd-dgi"  # the series that hold countries


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """One survey of a country. `index` is None where it was not scored; values as in the source."""

    year: str
    edition: Edition | None
    index: Fraction | None
    parts: dict[str, Fraction]
    beside: dict[str, Fraction]
    verdict: str = ""

    @property
    def printed(self) -> Fraction | None:
        """Return the index with the digits its method declares, as the publisher prints it."""
        if self.index is None or self.edition is None or self.edition.root.digits is None:
            return self.index
        return rounded(self.index, self.edition.root.digits, self.edition.mode)

    @property
    def sound(self) -> bool:
        """Say whether the printed figures can be compared with others."""
        return self.index is not None and self.verdict not in CANNOT_BE_RIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What each part gave to the change of the index between two surveys of the same weights.

    `adds[code]` is (new - old) × weight; `total` is their sum; `printed` is the difference of the
    printed indices, which rounding can set apart from the sum.
    """

    first: Survey
    last: Survey
    adds: dict[str, Fraction]
    total: Fraction
    printed: Fraction


def of_series(results: Iterable[ResultView], series: str) -> list[ResultView]:
    """Return the results of one series, oldest first."""
    found = [one for one in results if one.publication.series == series]
    return sorted(found, key=lambda one: one.publication.edition)


def surveys(results: Iterable[ResultView]) -> list[Survey]:
    """Return results as exact values, in the order given."""
    return [
        Survey(
            year=one.publication.edition,
            edition=one.edition,
            index=Fraction(one.result.index) if one.result.scored and one.result.index else None,
            parts={
                code: Fraction(text)
                for code, entry in one.result.elements.items()
                if (text := entry.get("printed"))
            },
            beside={code: Fraction(text) for code, text in one.result.beside.items() if text},
            verdict=one.result.verdict,
        )
        for one in results
    ]


def newest_run(all_surveys: Sequence[Survey]) -> list[Survey]:
    """Return the sound surveys made under the same rules as the newest one, oldest first."""
    run: list[Survey] = []
    for survey in reversed(all_surveys):
        if run and not same_rules(survey.edition, run[-1].edition):
            break
        if survey.sound:
            run.append(survey)
    return run[::-1]


def change(first: Survey, last: Survey) -> Change | None:
    """Return what moved the index between two surveys; None where their parts weigh differently."""
    before, after = first.printed, last.printed
    if first.edition is None or last.edition is None or before is None or after is None:
        return None
    shares = weights(first.edition)
    if shares != weights(last.edition):
        return None
    codes = [child.code for child in last.edition.root.children]
    if any(code not in first.parts or code not in last.parts for code in codes):
        return None
    adds = {code: (last.parts[code] - first.parts[code]) * shares[code] for code in codes}
    return Change(
        first=first,
        last=last,
        adds=adds,
        total=sum(adds.values(), Fraction(0)),
        printed=after - before,
    )
