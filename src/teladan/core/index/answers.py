"""Answers read against an edition: every cell is on its scale or is named as wrong."""

from __future__ import annotations

import difflib
import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from teladan.core import canonical
from teladan.core.index.columns import FITS, ExactColumn, from_decimals, from_texts
from teladan.core.instrument import INDEX, Edition, Element, Missing, ScaleType
from teladan.core.instrument.model import NO, YES
from teladan.core.quantity import QuantityError, exact

ALONE = "the organisation"  # the name of one that is evaluated by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class CellProblem:
    """One wrong cell: its row (0 is the first organisation), its column and what to do."""

    row: int
    column: str
    message: str


class AnswersError(ValueError):
    """Answers that cannot be evaluated; `problems` lists every one."""

    def __init__(self, problems: Sequence[CellProblem], organisations: Sequence[str]) -> None:
        """Keep the problems; the message names organisation and column of each."""
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{organisations[p.row]}: {p.column}: {p.message}" for p in problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The answers of n organisations to the leaves of one edition.

    `columns` holds the answers as given (before goalposts); `in_effect` says for each leaf which
    organisations' answers count (absent: all of them). `given` marks cells that were not empty.
    """

    organisations: Sequence[str]
    kinds: Sequence[str] | None
    columns: Mapping[str, ExactColumn]
    in_effect: Mapping[str, NDArray[np.bool_]]
    given: Mapping[str, NDArray[np.bool_]]
    published_index: Sequence[Fraction | None] | None = None

    def __len__(self) -> int:
        """Return the number of organisations."""
        return len(self.organisations)

    def answer(self, code: str, row: int) -> Fraction | None:
        """Return one answer as given, or None where the cell was empty."""
        is_given = self.given.get(code)
        return self.columns[code].at(row) if is_given is None or is_given[row] else None

    def digest(self) -> str:
        """Return the SHA-256 (hex) of the canonical answers: what a result was computed from.

        Separators, byte order marks, row order and 3.0 for 3 make no difference.
        """
        columns = [
            (code, values.exact_texts(), self.given.get(code)) for code, values in self.columns.items()
        ]
        answers = {
            organisation: {
                code: texts[row] for code, texts, is_given in columns if is_given is None or is_given[row]
            }
            for row, organisation in enumerate(self.organisations)
        }
        inputs: dict[str, object] = {"answers": answers}
        if self.kinds is not None:
            inputs["kinds"] = dict(zip(self.organisations, self.kinds, strict=True))
        if self.published_index is not None:
            inputs["index"] = {
                organisation: str(value)
                for organisation, value in zip(self.organisations, self.published_index, strict=True)
                if value is not None
            }
        return hashlib.sha256(canonical.encode(inputs)).hexdigest()


def unknown_column(edition: Edition, name: str) -> str | None:
    """Return why a column of this name cannot hold answers, with the nearest code; None if it can."""
    if name in edition.elements:
        if edition.elements[name].scale:
            return None
        if name == INDEX and edition.overrides:
            return None
        return f"{name!r} is computed from {_below(edition.elements[name])}, not answered"
    codes = [leaf.code for leaf in edition.leaves]
    near = [code for code in codes if code.casefold() == name.casefold()]
    near = near or difflib.get_close_matches(name, codes, 1, 0.4)
    hint = f"did you mean {near[0]!r}?" if near else f"codes are {_span(edition)}"
    return f"unknown code {name!r}; {hint}"


def _below(element: Element) -> str:
    codes = [leaf.code for leaf in element.leaves]
    return codes[0] if len(codes) == 1 else f"{codes[0]} … {codes[-1]}"


def _span(edition: Edition) -> str:
    codes = [leaf.code for leaf in edition.leaves]
    return ", ".join(codes) if len(codes) <= 8 else f"{codes[0]} … {codes[-1]}"


def read_answers(
    edition: Edition,
    organisations: Sequence[str],
    cells: Mapping[str, Sequence[str]],
    kinds: Sequence[str] | None = None,
) -> tuple[Answers, list[CellProblem]]:
    """Return the answers of the rows without a problem, and the problems of the others.

    `cells` maps leaf codes to one text per organisation ("" where nothing was answered); a code
    that is absent was answered by nobody. Where the edition has an override, `cells["index"]` may
    hold published figures, read for that override only.
    """
    problems: list[CellProblem] = [
        CellProblem(row=0, column=name, message=why)
        for name in cells
        if (why := unknown_column(edition, name))
    ]
    problems += _duplicates(organisations) + _kind_problems(edition, organisations, kinds)
    empty = [""] * len(organisations)
    tables: dict[str, dict[str, Fraction]] = {}
    plain: dict[str, ExactColumn] = {}
    for leaf in edition.leaves:
        column = cells.get(leaf.code, empty)
        values = _plain(leaf, column)
        if values is not None:
            plain[leaf.code] = values
        else:
            tables[leaf.code] = _table(leaf, column, problems, refusable=_applies(leaf, kinds))
        problems += _inapplicable(edition, leaf, column, kinds)
    published = _published_index(edition, cells, problems)

    wrong = {problem.row for problem in problems}
    keep = [row for row in range(len(organisations)) if row not in wrong] if wrong else None

    def kept(column: Sequence[str]) -> Sequence[str]:
        return column if keep is None else [column[row] for row in keep]

    kept_kinds = None if kinds is None else kept(kinds)
    columns: dict[str, ExactColumn] = {}
    in_effect: dict[str, NDArray[np.bool_]] = {}
    given: dict[str, NDArray[np.bool_]] = {}
    for leaf in edition.leaves:
        effect = np.ones(len(organisations) if keep is None else len(keep), dtype=bool)
        if leaf.code in plain:
            values = plain[leaf.code]
            columns[leaf.code] = values if keep is None else values.of(np.array(keep, dtype=np.int64))
        else:
            column = kept(cells.get(leaf.code, empty))
            table = {text: tables[leaf.code].get(text, Fraction(0)) for text in set(column)}
            columns[leaf.code] = from_texts(column, table)
            if "" in table:
                given[leaf.code] = np.array([text != "" for text in column], dtype=bool)
                if leaf.missing is Missing.LEAVE_OUT:
                    effect &= given[leaf.code]
        if leaf.applies_to is not None and kept_kinds is not None:
            effect &= np.array([kind in leaf.applies_to for kind in kept_kinds], dtype=bool)
        if not effect.all():
            in_effect[leaf.code] = effect
    answers = Answers(
        organisations=kept(organisations),
        kinds=kept_kinds,
        columns=columns,
        in_effect=in_effect,
        given=given,
        published_index=(
            published if published is None or keep is None else [published[row] for row in keep]
        ),
    )
    return answers, sorted(problems, key=lambda problem: problem.row)


def one(edition: Edition, answers: Mapping[str, object], kind: str | None = None) -> Answers:
    """Return the answers of one organisation; raises AnswersError naming what is wrong."""
    cells = {code: [str(exact(value))] for code, value in answers.items()}
    read, problems = read_answers(edition, [ALONE], cells, None if kind is None else [kind])
    if problems:
        raise AnswersError(problems, [ALONE])
    return read


def _duplicates(organisations: Sequence[str]) -> list[CellProblem]:
    if len(set(organisations)) == len(organisations) and "" not in organisations:
        return []
    first: dict[str, int] = {}
    problems = []
    for row, name in enumerate(organisations):
        if not name:
            message = "the organisation has no name"
        elif name in first:
            message = f"{name!r} stands twice (also organisation {first[name] + 1} of the file)"
        else:
            first[name] = row
            continue
        problems.append(CellProblem(row=row, column="organisation", message=message))
    return problems


def _kind_problems(
    edition: Edition, organisations: Sequence[str], kinds: Sequence[str] | None
) -> list[CellProblem]:
    if not any(leaf.applies_to is not None for leaf in edition.leaves):
        return []
    known = [kind.code for kind in edition.kinds]
    needed = f"some lines apply to some kinds only; known: {', '.join(known)}"
    return [
        CellProblem(
            row=row,
            column="kind",
            message=f"unknown kind {kind!r}: {needed}" if kind else f"a kind is needed: {needed}",
        )
        for row, kind in enumerate(kinds or [""] * len(organisations))
        if kind not in known
    ]


def _applies(leaf: Element, kinds: Sequence[str] | None) -> Sequence[bool] | None:
    if leaf.applies_to is None or kinds is None:
        return None
    return [kind in leaf.applies_to for kind in kinds]


def _inapplicable(
    edition: Edition, leaf: Element, column: Sequence[str], kinds: Sequence[str] | None
) -> list[CellProblem]:
    """Name the answers to a line that does not apply; an unknown kind is a problem by itself."""
    applies = _applies(leaf, kinds)
    if applies is None or kinds is None:
        return []
    known = {kind.code for kind in edition.kinds}
    return [
        CellProblem(
            row=row,
            column=leaf.code,
            message=f"does not apply to the kind {kinds[row]!r}: leave the cell empty",
        )
        for row, text in enumerate(column)
        if text and not applies[row] and kinds[row] in known
    ]


def _plain(leaf: Element, column: Sequence[str]) -> ExactColumn | None:
    """Return a column read all at once, or None where any cell needs to be looked at by itself."""
    scale = leaf.scale
    assert scale is not None
    if scale.type is ScaleType.YES_NO:
        return None
    values = from_decimals(column)
    if values is None or scale.type is ScaleType.GOALPOSTS:
        return values
    low, high = scale.lowest * values.denominator, scale.highest * values.denominator
    numbers = values.numerators
    if len(numbers) and not math.ceil(low) <= numbers.min() <= numbers.max() <= math.floor(high):
        return None
    if scale.step is not None:
        step = scale.step * values.denominator
        scaled = math.lcm(low.denominator, step.denominator)
        if max(Fraction(values.bound), abs(low), step) * scaled >= FITS:
            return None
        if ((numbers * scaled - int(low * scaled)) % int(step * scaled)).any():
            return None
    return values


def _table(
    leaf: Element,
    column: Sequence[str],
    problems: list[CellProblem],
    *,
    refusable: Sequence[bool] | None,
) -> dict[str, Fraction]:
    """Return the number of each distinct cell; rows whose cell has none become problems."""
    table: dict[str, Fraction] = {}
    wrong: dict[str, str] = {}
    for text in dict.fromkeys(column):
        try:
            table[text] = number_of(leaf, text)
        except QuantityError as error:
            wrong[text] = str(error)
    if wrong:
        for row, text in enumerate(column):
            if text in wrong and (text or refusable is None or refusable[row]):
                problems.append(CellProblem(row=row, column=leaf.code, message=wrong[text]))
    return table


def number_of(leaf: Element, text: str) -> Fraction:
    """Return the answer a cell gives to a leaf; raises QuantityError saying what is wrong with it."""
    scale = leaf.scale
    assert scale is not None  # only leaves are asked
    if not text:
        if leaf.missing is Missing.REFUSE:
            msg = "no answer, and this instrument does not allow a missing one"
            raise QuantityError(msg)
        # Between goalposts the lowest place is where `lowest` stands, which need not be the number 0.
        at_lowest = leaf.missing is Missing.LOWEST or scale.type is ScaleType.GOALPOSTS
        return scale.lowest if at_lowest else Fraction(0)
    if scale.type is ScaleType.YES_NO:
        word = text.casefold()
        if word not in YES | NO:
            msg = f"{text!r} is not yes or no"
            raise QuantityError(msg)
        return Fraction(int(word in YES))
    value = exact(text)
    why = scale.refusal(value)
    if why:
        raise QuantityError(why)
    return value


def _published_index(
    edition: Edition, cells: Mapping[str, Sequence[str]], problems: list[CellProblem]
) -> list[Fraction | None] | None:
    if INDEX not in cells or not edition.overrides:
        return None
    published: list[Fraction | None] = []
    for row, text in enumerate(cells[INDEX]):
        try:
            published.append(exact(text) if text else None)
        except QuantityError as error:
            published.append(None)
            problems.append(CellProblem(row=row, column=INDEX, message=str(error)))
    return published
