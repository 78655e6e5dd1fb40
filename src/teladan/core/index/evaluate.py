"""From answers to results: exact, printed, banded, and explained down to each answer."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from teladan import __version__
from teladan.core.index.answers import Answers
from teladan.core.index.columns import FITS, ExactColumn
from teladan.core.index.tree import AggregationError, Block, ElementValues
from teladan.core.instrument import INDEX, Band, Edition, Element

ENGINE = f"teladan {__version__}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementResult:
    """One element of one organisation, explained.

    exact: the value (None where nothing below applies, or where the index was not scored);
    printed: as the instrument prints it (None where it rounds nothing); weight: its part of the
    index in effect, and contribution: what it adds to the index (both None where the tree is not
    additive above it); answers: the answers it rests on, by leaf code.
    """

    element: Element
    exact: Fraction | None
    printed: str | None
    weight: Fraction | None
    contribution: Fraction | None
    answers: dict[str, Fraction | None]
    is_exact: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationResult:
    """One organisation's result.

    `scored` is False where an override says that the index is not one, or where no line counts.
    """

    organisation: str
    kind: str | None
    band: Band | None
    scored: bool
    elements: dict[str, ElementResult]

    @property
    def index(self) -> ElementResult:
        """Return the top of the tree."""
        return self.elements[INDEX]


class Results:
    """The results of an edition for all organisations, by the column.

    `band_numbers[i]` is the position of organisation i's band in `edition.bands`, -1 for none.
    """

    def __init__(self, edition: Edition, answers: Answers) -> None:
        """Evaluate; see `evaluate`."""
        if edition.pipeline is not None:
            raise AggregationError(
                f"{edition.address} is made by its pipeline, which this engine does not run"
            )
        self.edition = edition
        self.answers = answers
        self.scored: NDArray[np.bool_] = np.ones(len(answers), dtype=bool)
        self.band_numbers: NDArray[np.int64] = np.full(len(answers), -1, dtype=np.int64)
        self._blocks: list[tuple[NDArray[np.int64] | None, Block]] = []
        self._place: NDArray[np.int64] | None = None
        for rows, in_effect in _patterns(edition, answers):
            columns = {
                code: _rows(values, rows) for code, values in answers.columns.items() if code in in_effect
            }
            self._add(rows, Block(edition, columns, in_effect))
        if len(self._blocks) > 1:
            self._index_rows()

    def __len__(self) -> int:
        """Return the number of organisations."""
        return len(self.answers)

    def _add(self, rows: NDArray[np.int64] | None, block: Block) -> None:
        self._blocks.append((rows, block))
        index = block.outcomes.get(INDEX)
        target: Any = slice(None) if rows is None else rows
        if index is None:
            self.scored[target] = False
            return
        self.scored[target] = ~_overridden(self.edition, self.answers, index.values, rows)
        numbers = _bands(self.edition, index.values)
        self.band_numbers[target] = np.where(self.scored[target], numbers, -1)

    def _index_rows(self) -> None:
        place = np.zeros((2, len(self)), dtype=np.int64)
        for number, (rows, _) in enumerate(self._blocks):
            place[0, rows] = number
            place[1, rows] = np.arange(0 if rows is None else len(rows))
        self._place = place

    def _locate(self, row: int) -> tuple[Block, int]:
        if self._place is None:
            return self._blocks[0][1], row
        return self._blocks[self._place[0, row]][1], int(self._place[1, row])

    def band(self, row: int) -> Band | None:
        """Return one organisation's band."""
        number = int(self.band_numbers[row])
        return None if number < 0 else self.edition.bands[number]

    def row(self, row: int) -> OrganisationResult:
        """Return one organisation's result with every element explained."""
        block, position = self._locate(row)
        scored = bool(self.scored[row])
        return OrganisationResult(
            organisation=self.answers.organisations[row],
            kind=None if self.answers.kinds is None else self.answers.kinds[row],
            band=self.band(row),
            scored=scored,
            elements={
                code: self._element(element, block, position, row, scored=scored)
                for code, element in self.edition.elements.items()
            },
        )

    def rows(self) -> Iterator[OrganisationResult]:
        """Yield every organisation's result in the order of the answers."""
        return (self.row(row) for row in range(len(self)))

    def _element(
        self, element: Element, block: Block, position: int, row: int, *, scored: bool
    ) -> ElementResult:
        rests_on = {
            leaf.code: self.answers.answer(leaf.code, row)
            for leaf in element.leaves
            if leaf.code in block.in_effect
        }
        outcome = block.outcomes.get(element.code)
        if outcome is None or (element.code == INDEX and not scored):
            return ElementResult(
                element=element,
                exact=None,
                printed=None,
                weight=None if outcome is None else outcome.weight,
                contribution=None,
                answers=rests_on,
            )
        value = _rows(outcome.values, np.array([position]))
        printed = None
        if element.digits is not None:
            printed = value.printed(element.digits, self.edition.mode).decimal_texts(element.digits)
        single = ElementValues(element=element, values=value, weight=outcome.weight, factor=outcome.factor)
        contribution = single.contribution(self.edition.mode) if scored else None
        return ElementResult(
            element=element,
            exact=value.at(0),
            printed=None if printed is None else printed[0],
            weight=outcome.weight,
            contribution=None if contribution is None else contribution.at(0),
            answers=rests_on,
            is_exact=value.exact,
        )

    def as_json(self) -> dict[str, Any]:
        """Return the result as the JSON value whose canonical bytes are published.

        Exact values and contributions are "p/q" or integers as text; an element that no answer
        reaches has nulls. Where a method cannot be exact, `exact` is null and `approximate` holds
        the decimal (30 significant digits, the same on every machine).
        """
        results: list[dict[str, Any]] = [
            {"organisation": name, "band": None, "elements": {}} for name in self.answers.organisations
        ]
        if self.answers.kinds is not None:
            for result, kind in zip(results, self.answers.kinds, strict=True):
                result["kind"] = kind
        for result, number in zip(results, self.band_numbers.tolist(), strict=True):
            if number >= 0:
                result["band"] = self.edition.bands[number].code
        for rows, block in self._blocks:
            positions = range(len(self)) if rows is None else rows.tolist()
            for code in self.edition.elements:
                for position, entry in zip(positions, self._entries(code, block), strict=False):
                    results[position]["elements"][code] = dict(entry)
        for row in np.flatnonzero(~self.scored).tolist():
            for code, entry in results[row]["elements"].items():
                entry["contribution"] = None
                if code == INDEX:
                    results[row]["elements"][code] = dict(NOTHING) | {"not_scored": True}
        return self.labelled(results)

    def labelled(self, results: list[dict[str, Any]]) -> dict[str, Any]:
        """Return JSON results with what they were computed under, by and from."""
        return {
            "instrument": self.edition.slug,
            "version": self.edition.version,
            "edition": self.edition.year,
            "engine": ENGINE,
            "inputs_sha256": self.answers.digest(),
            "results": results,
        }

    def _entries(self, code: str, block: Block) -> Iterator[dict[str, Any]]:
        outcome = block.outcomes.get(code)
        if outcome is None:
            while True:
                yield NOTHING
        count = len(outcome.values)
        contribution = outcome.contribution(self.edition.mode)
        digits = outcome.element.digits
        exacts = outcome.values.exact_texts()
        printed: Sequence[str | None] = [None] * count
        if digits is not None:
            printed = outcome.values.printed(digits, self.edition.mode).decimal_texts(digits)
        adds = [None] * count if contribution is None else contribution.exact_texts()
        for value, shown, added in zip(exacts, printed, adds, strict=True):
            if outcome.values.exact:
                yield {"exact": value, "printed": shown, "contribution": added}
            else:
                yield {
                    "exact": None,
                    "approximate": value,
                    "printed": shown,
                    "contribution": None,
                }


NOTHING: dict[str, Any] = {"exact": None, "printed": None, "contribution": None}


def evaluate(edition: Edition, answers: Answers) -> Results:
    """Return the results of an edition's answers.

    One integer path on a common denominator for one organisation and for a million: every
    weighted mean is exact, and rounding happens only where the instrument says, once.
    Raises AggregationError for values an aggregation is not defined for.
    """
    return Results(edition, answers)


def _patterns(
    edition: Edition, answers: Answers
) -> Iterator[tuple[NDArray[np.int64] | None, frozenset[str]]]:
    """Yield (rows, leaves in effect) for each set of organisations with the same lines."""
    every = frozenset(leaf.code for leaf in edition.leaves)
    if not answers.in_effect:
        yield None, every
        return
    codes = list(answers.in_effect)
    matrix = np.stack([answers.in_effect[code] for code in codes])
    patterns, inverse = np.unique(matrix, axis=1, return_inverse=True)
    for number in range(patterns.shape[1]):
        out = {code for code, counts in zip(codes, patterns[:, number], strict=True) if not counts}
        yield np.flatnonzero(inverse.reshape(-1) == number), every - out


def _rows(values: ExactColumn, rows: NDArray[np.int64] | None) -> ExactColumn:
    return values if rows is None else values.of(rows)


def _overridden(
    edition: Edition, answers: Answers, index: ExactColumn, rows: NDArray[np.int64] | None
) -> NDArray[np.bool_]:
    overridden = np.zeros(len(index), dtype=bool)
    for override in edition.overrides:
        wanted = override.equals * index.denominator
        if wanted.denominator == 1:
            overridden |= (index.numerators == wanted.numerator).astype(bool)
        elif index.numerators.dtype == object:
            # Numerators may be fractions here (goalposts, harmonic and geometric means).
            overridden |= (index.numerators == wanted).astype(bool)
        if answers.published_index is not None:
            positions = range(len(answers)) if rows is None else rows.tolist()
            overridden |= np.array(
                [answers.published_index[row] == override.equals for row in positions], dtype=bool
            )
    return overridden


def _bands(edition: Edition, index: ExactColumn) -> NDArray[np.int64]:
    if not edition.bands:
        return np.full(len(index), -1, dtype=np.int64)
    digits = edition.root.digits
    read = index
    if edition.bands_read == "rounded" and digits is not None:
        read = index.printed(digits, edition.mode)
    cuts = [band.start * read.denominator for band in edition.bands]
    last = edition.bands[-1].end * read.denominator
    column = read.numerators
    if column.dtype != object and all(-FITS < cut < FITS for cut in (*cuts, last)):
        # The smallest whole numerator in each band, so that no comparison is ever rounded.
        starts = np.array([math.ceil(cut) for cut in cuts], dtype=np.int64)
        beyond = column > math.floor(last)
    else:
        # Numerators may be fractions here (harmonic and geometric means), and so are the cuts.
        column, starts = column.astype(object), np.empty(len(cuts), dtype=object)
        starts[:] = cuts
        beyond = (column > last).astype(bool)
    numbers = np.searchsorted(starts, column, side="right").astype(np.int64) - 1
    return np.where(beyond, -1, numbers)
