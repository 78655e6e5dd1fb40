"""`teladan agree`: how far two sets of answers to the same indicators agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from teladan.cli import output
from teladan.cli.examples import example
from teladan.cli.options import Decimal, Form, Format, Ignore, Slug
from teladan.cli.problems import WrongData, reported

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from teladan.core.agreement import Agreement
    from teladan.core.instrument import Edition

verbs = typer.Typer()


@verbs.command(epilog=example("teladan agree spbe self-assessed.csv assessed.csv"))
@reported
def agree(
    slug: Slug,
    one: Annotated[str, typer.Argument(metavar="ONE", help="Answers, as for evaluate.")],
    other: Annotated[str, typer.Argument(metavar="OTHER", help="Other answers to the same.")],
    *,
    form: Format = Form.TABLE,
    decimal: Decimal = None,
    ignore: Ignore = None,
) -> None:
    """Measure how far two sets of answers agree.

    Pairs are formed by organisation and indicator; differences are ONE − OTHER.
    """
    from teladan.cli.files.decimals import named_mark
    from teladan.cli.index.lookup import heading, resolve
    from teladan.core import agreement

    mark = named_mark(decimal)
    instrument, edition = resolve(slug, None)
    answers = []
    problems: list[str] = []  # of both files
    for file in (one, other):
        try:
            answers.append(_answers(file, edition, mark, ignore or ()))
        except WrongData as stop:
            problems += stop.lines
    if problems:
        raise WrongData.of_lines(problems)
    result = agreement.agree(*answers)
    if form is Form.JSON:
        output.note(f"{one} and {other}: compared under {edition.address}")
        output.write(output.json_line(_as_json(result), spaces=True))
    else:
        output.write(_table(f"{one} and {other} · {heading(instrument, edition)}", result))


def _answers(
    file: str, edition: Edition, mark: str | None, ignore: Sequence[str]
) -> dict[tuple[str, str], Fraction | None]:
    """Return the answers by (organisation, indicator), None where one is missing."""
    from teladan.cli.files.answers import read_sheet
    from teladan.cli.files.reading import read
    from teladan.core.index import number_of
    from teladan.core.instrument import INDEX
    from teladan.core.quantity import QuantityError

    table = read(file)
    sheet = read_sheet(table, edition, decimal=mark, ignore=ignore)
    output.note(table.note)
    answers: dict[tuple[str, str], Fraction | None] = {}
    for code, cells in sheet.cells.items():
        if code == INDEX:
            continue
        leaf = edition.elements[code]
        for position, text in enumerate(cells):
            value = None
            if text:
                try:
                    value = number_of(leaf, text)
                except QuantityError as error:
                    sheet.report(position, code, str(error))
            answers[sheet.organisations[position], code] = value
    if sheet.problems:
        raise WrongData(file, sheet.problems)
    return answers


def _as_json(result: Agreement) -> dict[str, Any]:
    """Return the JSON value: counts, and shares made of exact fractions at the very end."""
    return {
        "n": result.n,
        "dropped": result.dropped,
        "exact": _float(result.exact),
        "adjacent": _float(result.adjacent),
        "mean_difference": _float(result.mean_difference),
        "kappa": _float(result.kappa),
    }


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _table(title: str, result: Agreement) -> str:
    rows = [
        ["pairs", f"{result.n:,}", "same organisation and indicator in both files"],
        ["dropped", f"{result.dropped:,}", "in one file only, or empty in one"],
        ["equal", f"{result.equal:,}", _share(result.exact)],
        ["at most one apart", _count(result.adjacent, result.n), _share(result.adjacent)],
        ["OTHER lower", f"{result.lower:,}", ""],
        ["OTHER higher", f"{result.higher:,}", ""],
        ["mean difference", _number(result.mean_difference), _sign(result.mean_difference)],
        ["kappa", _number(result.kappa), _kappa(result.kappa)],
    ]
    return output.table(title, ("agreement", "", ""), rows, right=(1,))


def _share(share: Fraction | None) -> str:
    return "" if share is None else f"{float(share):.1%} of the pairs"


def _count(share: Fraction | None, n: int) -> str:
    return output.NOTHING if share is None else f"{int(share * n):,}"


def _number(value: Fraction | None) -> str:
    return output.NOTHING if value is None else f"{float(value):+.4f}".removeprefix("+")


def _sign(difference: Fraction | None) -> str:
    meaning = "ONE − OTHER"
    if not difference:
        return meaning
    return f"{meaning}: ONE is {'higher' if difference > 0 else 'lower'} on average"


def _kappa(kappa: Fraction | None) -> str:
    if kappa is None:
        return "not defined: every value is the same"
    return "quadratic weights: 1 is full agreement, 0 what chance gives"
