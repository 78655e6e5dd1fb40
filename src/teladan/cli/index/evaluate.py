"""`teladan evaluate`: a file of answers to exact results."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from teladan.cli import output
from teladan.cli.files.answers import answers_of, read_sheet
from teladan.cli.files.columns import HARMLESS, INDEX_EXACT
from teladan.cli.files.reading import read
from teladan.cli.index.explain import explain
from teladan.cli.index.instruments import heading, is_newest, resolve
from teladan.cli.problems import DONE, WRONG_DATA, CannotRun, WrongData, lines_of, say, wrong
from teladan.core.index import AggregationError, evaluate
from teladan.core.instrument import INDEX
from teladan.core.quantity import plain_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teladan.core.index import Results
    from teladan.core.instrument import Edition, Instrument

PARQUET = ".parquet"


def run(
    slug: str,
    file: str,
    *,
    edition: str | None,
    form: str,
    who: str | None,
    keep_going: bool,
    decimal: str | None,
    ignore: Sequence[str],
    out: str | None = None,
) -> int:
    """Evaluate and print; return the exit status. Raises CannotRun or WrongData."""
    if Path(file).suffix.casefold() == PARQUET:
        refused = {
            "--format": form != "table",
            "--explain": who,
            "--keep-going": keep_going,
            "--decimal": decimal,
        }
        if given := [option for option, value in refused.items() if value]:
            raise CannotRun(f"{file}: of a Parquet file there is no {given[0]}; leave it out")
        if by_pipeline(slug, edition):
            raise CannotRun(f"{file}: a pipeline looks at the whole table at once; give it as CSV or XLSX")
        from teladan.cli.index.large import run as run_large

        return run_large(slug, file, out, edition=edition, ignore=ignore)
    made = by_pipeline(slug, edition)
    if made and keep_going:
        raise CannotRun(
            "--keep-going: one wrong row changes what a pipeline makes of the others; leave it out"
        )
    if out is not None:
        raise CannotRun(
            f"--out {out}: only of a Parquet file; write {file} in that format, or use --format csv"
        )
    if who is not None and form == "csv":
        raise CannotRun("--explain is printed as a table or as json; leave out --format csv")
    if made:
        from teladan.cli.index.evaluate_pipeline import run as run_pipeline

        return run_pipeline(slug, file, edition=edition, form=form, who=who, decimal=decimal, ignore=ignore)
    instrument, chosen = resolve(slug, edition)
    size = Path(file).stat().st_size if Path(file).is_file() else 0
    with output.working(f"Evaluating {file} …", size):
        table = read(file)
        sheet = read_sheet(table, chosen, decimal=decimal, ignore=ignore, harmless=HARMLESS | {INDEX_EXACT})
        answers, problems, left = answers_of(sheet, chosen)
        if problems and (not keep_going or answers is None):
            raise WrongData(file, problems)
        assert answers is not None
        text = _printed(instrument, _evaluated(file, chosen, answers), who, form)
    output.note(table.note)
    say(*lines_of(file, problems))
    if problems:
        evaluated = output.count(len(answers), "organisation")
        left_out = output.count(left + len(table.problems), "row")
        say(f"{file}: {evaluated} evaluated, {left_out} left out")
    if form == "csv" and is_newest(slug, edition):
        output.note(f"{file}: evaluated under {chosen.address}")
    output.write(text)
    return WRONG_DATA if problems else DONE


def by_pipeline(slug: str, edition: str | None) -> bool:
    """Say whether an index is made by a pipeline: of a document, or within an instrument."""
    from teladan.core.interface.calls import pipeline_text

    try:
        if pipeline_text(Path(slug)) is not None:
            return True
    except (OSError, UnicodeDecodeError):
        return False
    return resolve(slug, edition)[1].pipeline is not None


def _evaluated(file: str, edition: Edition, answers: Any) -> Results:
    try:
        return evaluate(edition, answers)
    except AggregationError as error:
        raise wrong(file, str(error)) from error


def _printed(instrument: Instrument, results: Results, who: str | None, form: str) -> str | bytes:
    if who is not None:
        return explain(instrument, results, who, form)
    if form == "json":
        return output.json_text(results.as_json())
    if form == "csv":
        return output.csv_text(*csv_of(results))
    edition = results.edition
    return output.table(heading(instrument, edition), *_table_of(results), right=_figures(edition))


def csv_of(results: Results) -> tuple[list[str], list[list[str]]]:
    """Return header and rows: every element that is not a leaf as printed, the index exactly too."""
    edition = results.edition
    inner = [code for code, e in edition.elements.items() if not e.scale and code != INDEX]
    by_kind = results.answers.kinds is not None
    header = ["organisation", *(["kind"] if by_kind else []), *inner, INDEX, INDEX_EXACT, "band"]
    rows = []
    for result in results.as_json()["results"]:
        elements = result["elements"]
        rows.append(
            [
                result["organisation"],
                *([result["kind"]] if by_kind else []),
                *(shown(elements[code]) or "" for code in inner),
                shown(elements[INDEX]) or "",
                decimal(elements[INDEX]["exact"] or ""),
                result["band"] or "",
            ]
        )
    return header, rows


def _table_of(results: Results) -> tuple[list[str], list[list[str]]]:
    first = [child.code for child in results.edition.root.children]
    header = ["organisation", *first, INDEX, "exact", "band"]
    rows = []
    for result in results.as_json()["results"]:
        elements = result["elements"]
        top = elements[INDEX]
        exact = decimal(top["exact"] or "")
        if top.get("approximate"):
            exact = f"≈ {decimal(top['approximate'])}"
        band = result["band"] or ("not scored" if top.get("not_scored") else output.NOTHING)
        rows.append(
            [
                result["organisation"],
                *(shown(elements[code]) or output.NOTHING for code in first),
                shown(top) or output.NOTHING,
                exact or output.NOTHING,
                band,
            ]
        )
    return header, rows


def _figures(edition: Edition) -> range:
    return range(1, len(edition.root.children) + 3)


def shown(entry: dict[str, Any]) -> str:
    """Return an element as it is printed, exactly where nothing is rounded, "" for no value."""
    return str(entry["printed"] or decimal(entry["exact"] or entry.get("approximate") or ""))


@cache
def decimal(text: str) -> str:
    """Return an exact text as a decimal where it has one ("1277/400" is "3.1925")."""
    return plain_text(Fraction(text)) if text else ""
