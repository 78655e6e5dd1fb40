"""`teladan evaluate`: a file of answers to exact results."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from teladan.cli import output
from teladan.cli.examples import example
from teladan.cli.options import Decimal, Edition, File, Ignore, Slug
from teladan.cli.problems import DONE, WRONG_DATA, CannotRun, WrongData, lines_of, reported, say, wrong

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teladan.core.index import Answers, Results
    from teladan.core.instrument import Edition as InstrumentEdition
    from teladan.core.instrument import Instrument

verbs = typer.Typer()

PARQUET = ".parquet"


class Form(StrEnum):
    """How an evaluation is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


@verbs.command(
    epilog=example(
        "teladan evaluate spbe@2020 answers.csv --edition 2024",
        "teladan evaluate egdi parts.xlsx --format csv > results.csv",
        "teladan evaluate spbe answers.csv --explain 'Kota Denpasar'",
        "teladan evaluate egdi parts.parquet --out results.parquet",
    )
)
@reported
def evaluate(
    slug: Slug,
    file: File,
    *,
    edition: Edition = None,
    form: Annotated[Form, typer.Option("--format", help="How to print.")] = Form.TABLE,
    organisation: Annotated[
        str | None,
        typer.Option("--explain", metavar="ORGANISATION", help="Show one organisation down to each answer."),
    ] = None,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Evaluate the rows without a problem too.")
    ] = False,
    decimal: Decimal = None,
    ignore: Ignore = None,
    out: Annotated[
        str | None, typer.Option(metavar="FILE", help="Parquet file for the results of a Parquet file.")
    ] = None,
) -> int:
    """Compute exact results from answers.

    FILE has a column organisation and one per indicator, or the columns
    organisation, indicator and value; a column kind where the instrument asks
    for it. Nothing is printed from a file with problems unless --keep-going.
    A Parquet file may be larger than memory; its results go to --out.
    """
    from teladan.cli.files.decimals import named_mark

    mark = named_mark(decimal)
    ignored = ignore or ()
    if Path(file).suffix.casefold() == PARQUET:
        _refuse_for_parquet(
            file,
            {
                "--format": form is not Form.TABLE,
                "--explain": organisation,
                "--keep-going": keep_going,
                "--decimal": mark,
            },
        )
        if _has_pipeline(slug, edition):
            raise CannotRun(f"{file}: a pipeline looks at the whole table at once; give it as CSV or XLSX")
        from teladan.cli.index.large import evaluate_parquet

        evaluate_parquet(slug, file, out, edition=edition, ignore=ignored)
        return DONE
    has_pipeline = _has_pipeline(slug, edition)
    if has_pipeline and keep_going:
        raise CannotRun(
            "--keep-going: one wrong row changes what a pipeline makes of the others; leave it out"
        )
    if out is not None:
        raise CannotRun(
            f"--out {out}: only of a Parquet file; write {file} in that format, or use --format csv"
        )
    if organisation is not None and form is Form.CSV:
        raise CannotRun("--explain is printed as a table or as json; leave out --format csv")
    if has_pipeline:
        from teladan.cli.index.evaluate_pipeline import evaluate_pipeline

        text = evaluate_pipeline(
            slug, file, edition=edition, form=form, organisation=organisation, decimal=mark, ignore=ignored
        )
        output.write(text)
        return DONE
    return _evaluate(
        slug,
        file,
        edition=edition,
        form=form,
        organisation=organisation,
        keep_going=keep_going,
        decimal=mark,
        ignore=ignored,
    )


def _refuse_for_parquet(file: str, options: dict[str, object]) -> None:
    given = [option for option, value in options.items() if value]
    if given:
        raise CannotRun(f"{file}: of a Parquet file there is no {given[0]}; leave it out")


def _has_pipeline(slug: str, edition: str | None) -> bool:
    """Say whether an index is made by a pipeline: of a document, or within an instrument."""
    from teladan.cli.index.lookup import resolve
    from teladan.core.interface.calls import pipeline_text

    try:
        if pipeline_text(Path(slug)) is not None:
            return True
    except (OSError, UnicodeDecodeError):
        return False
    return resolve(slug, edition)[1].pipeline is not None


def _evaluate(
    slug: str,
    file: str,
    *,
    edition: str | None,
    form: Form,
    organisation: str | None,
    keep_going: bool,
    decimal: str | None,
    ignore: Sequence[str],
) -> int:
    """Evaluate the answers of an instrument and print; return the exit status."""
    from teladan.cli.files.answers import answers_of, read_sheet
    from teladan.cli.files.columns import HARMLESS, INDEX_EXACT
    from teladan.cli.files.reading import read
    from teladan.cli.index.lookup import is_newest, resolve

    instrument, chosen = resolve(slug, edition)
    size = Path(file).stat().st_size if Path(file).is_file() else 0
    with output.working(f"Evaluating {file} …", size):
        table = read(file)
        sheet = read_sheet(table, chosen, decimal=decimal, ignore=ignore, harmless=HARMLESS | {INDEX_EXACT})
        answers, problems, left_out = answers_of(sheet, chosen)
        if problems and (not keep_going or answers is None):
            raise WrongData(file, problems)
        assert answers is not None
        text = _printed(instrument, _results(file, chosen, answers), organisation, form)
    output.note(table.note)
    say(*lines_of(file, problems))
    if problems:
        organisations = output.count(len(answers), "organisation")
        rows = output.count(left_out + len(table.problems), "row")
        say(f"{file}: {organisations} evaluated, {rows} left out")
    if form is Form.CSV and is_newest(slug, edition):
        output.note(f"{file}: evaluated under {chosen.address}")
    output.write(text)
    return WRONG_DATA if problems else DONE


def _results(file: str, edition: InstrumentEdition, answers: Answers) -> Results:
    from teladan.core import index

    try:
        return index.evaluate(edition, answers)
    except index.AggregationError as error:
        raise wrong(file, str(error)) from error


def _printed(instrument: Instrument, results: Results, organisation: str | None, form: Form) -> str | bytes:
    from teladan.cli.index.explain import explain
    from teladan.cli.index.lookup import heading

    if organisation is not None:
        return explain(instrument, results, organisation, form)
    if form is Form.JSON:
        return output.json_text(results.as_json())
    if form is Form.CSV:
        return output.csv_text(*_csv_of(results))
    edition = results.edition
    figures = range(1, len(edition.root.children) + 3)
    return output.table(heading(instrument, edition), *_table_of(results), right=figures)


def _csv_of(results: Results) -> tuple[list[str], list[list[str]]]:
    """Return header and rows: every element that is not a leaf as printed, the index exactly too."""
    from teladan.cli.files.columns import INDEX_EXACT
    from teladan.core.instrument import INDEX

    edition = results.edition
    inner = [code for code, element in edition.elements.items() if not element.scale and code != INDEX]
    by_kind = results.answers.kinds is not None
    header = ["organisation", *(["kind"] if by_kind else []), *inner, INDEX, INDEX_EXACT, "band"]
    rows = []
    for result in results.as_json()["results"]:
        elements = result["elements"]
        rows.append(
            [
                result["organisation"],
                *([result["kind"]] if by_kind else []),
                *(_shown(elements[code]) or "" for code in inner),
                _shown(elements[INDEX]) or "",
                _decimal(elements[INDEX]["exact"] or ""),
                result["band"] or "",
            ]
        )
    return header, rows


def _table_of(results: Results) -> tuple[list[str], list[list[str]]]:
    from teladan.core.instrument import INDEX

    first = [child.code for child in results.edition.root.children]
    header = ["organisation", *first, INDEX, "exact", "band"]
    rows = []
    for result in results.as_json()["results"]:
        elements = result["elements"]
        top = elements[INDEX]
        exact = _decimal(top["exact"] or "")
        if top.get("approximate"):
            exact = f"≈ {_decimal(top['approximate'])}"
        band = result["band"] or ("not scored" if top.get("not_scored") else output.NOTHING)
        rows.append(
            [
                result["organisation"],
                *(_shown(elements[code]) or output.NOTHING for code in first),
                _shown(top) or output.NOTHING,
                exact or output.NOTHING,
                band,
            ]
        )
    return header, rows


def _shown(entry: dict[str, Any]) -> str:
    """Return an element as it is printed, exactly where nothing is rounded, "" for no value."""
    return str(entry["printed"] or _decimal(entry["exact"] or entry.get("approximate") or ""))


@cache
def _decimal(text: str) -> str:
    """Return an exact text as a decimal where it has one ("1277/400" is "3.1925")."""
    from fractions import Fraction

    from teladan.core.quantity import plain_text

    return plain_text(Fraction(text)) if text else ""
