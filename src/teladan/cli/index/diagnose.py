"""`teladan diagnose`: what the data and the structure of an index say about each other."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from teladan.cli import output
from teladan.cli.examples import example
from teladan.cli.options import Decimal, Edition, File, Form, Format, Ignore, SlugOrPipeline
from teladan.cli.problems import CannotRun, reported

if TYPE_CHECKING:
    from teladan.cli.index.research import Inputs
    from teladan.core.diagnosis import Diagnosis, Finding, Subject

verbs = typer.Typer()

SHOWN = 8  # places of a finding that are named on a terminal
PAGES = {".html", ".htm"}


class Correlation(StrEnum):
    """Which correlation flags are read from."""

    PEARSON = "pearson"
    SPEARMAN = "spearman"
    KENDALL = "kendall"


@verbs.command(
    epilog=example(
        "teladan diagnose pipeline.yaml data.csv --report diagnosis.html",
        "teladan diagnose egdi parts.csv --correlation spearman --format json",
    )
)
@reported
def diagnose(
    slug: SlugOrPipeline,
    file: File,
    *,
    report: Annotated[
        str | None,
        typer.Option("--report", metavar="OUT", help="Write the whole diagnosis as one HTML file."),
    ] = None,
    correlation: Annotated[
        Correlation, typer.Option("--correlation", help="Which correlation is pointed out.")
    ] = Correlation.PEARSON,
    edition: Edition = None,
    form: Format = Form.TABLE,
    decimal: Decimal = None,
    ignore: Ignore = None,
) -> None:
    """Say what the data and the structure of an index say about each other.

    Gaps and outliers, correlations, principal components, Cronbach's alpha,
    what counts against what it weighs, and what is redundant.
    """
    from teladan.cli.files.decimals import named_mark
    from teladan.cli.index.research import engine_errors, read_inputs
    from teladan.core import diagnosis as engine

    mark = named_mark(decimal)
    page = None if report is None else _page(report)
    inputs = read_inputs(slug, file, edition=edition, decimal=mark, ignore=ignore or ())
    if inputs.rows is not None:
        raise CannotRun(f"{file}: printed figures have nothing below them to diagnose; give the indicators")
    with engine_errors(file):
        diagnosis = engine.diagnose(_subject(inputs), method=correlation.value)
    if page is not None:
        from teladan.core.diagnosis.report import report as html

        _write(page, html(diagnosis, _sources(inputs, slug, file)))
        output.note(f"{page}: written")
    if form is Form.JSON:
        output.write(output.json_line(engine.as_json(diagnosis), spaces=True))
    else:
        output.write(_text(inputs.heading, diagnosis))


def _page(name: str) -> Path:
    """Return where the report goes; refuse what is no place for one before anything is computed."""
    page = Path(name)
    if page.is_dir():
        raise CannotRun(f"--report {name}: this is a folder; name a file in it, such as diagnosis.html")
    if page.suffix.lower() not in PAGES:
        raise CannotRun(f"--report {name}: the report is an HTML file; let its name end in .html")
    if not page.parent.is_dir():
        raise CannotRun(f"--report {name}: there is no folder {page.parent}")
    return page


def _write(page: Path, html: str) -> None:
    beside = page.with_name(f".{page.name}.new")
    try:
        beside.write_text(html, encoding="utf-8")
        beside.replace(page)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise CannotRun(f"--report {page}: cannot be written: {error.strerror}") from error


def _subject(inputs: Inputs) -> Subject:
    from teladan.core.diagnosis import of_edition, of_pipeline

    instrument = inputs.instrument
    if inputs.table is not None:
        document = instrument.document
        assert document is not None
        return of_pipeline(document.pipeline, inputs.table, document.titles)
    assert instrument.edition is not None
    assert instrument.method is not None
    assert inputs.answers is not None
    method = instrument.method
    return of_edition(instrument.edition, inputs.answers, nature=method.nature, titles=method.titles)


def _sources(inputs: Inputs, slug: str, file: str) -> list[tuple[str, str]]:
    """Return lines on what went in; files by name and digest, not by where they lie here."""
    if inputs.instrument.edition is not None:
        method = ("instrument", inputs.instrument.edition.address)
    else:
        method = ("pipeline", f"{Path(slug).name}, SHA-256 {_digest(slug)}")
    return [method, ("data", f"{Path(file).name}, SHA-256 {_digest(file)}")]


def _digest(file: str) -> str:
    import hashlib

    return hashlib.sha256(Path(file).read_bytes()).hexdigest()


def _text(heading: str, diagnosis: Diagnosis) -> str:
    from teladan.core.diagnosis import findings
    from teladan.core.diagnosis.sections import TITLES

    subject = diagnosis.subject
    lines = [
        f"{heading} · {len(subject.place.units):,} rows × {len(subject.tree.indicators):,} indicators",
        *subject.notes,
        "",
    ]
    outstanding = findings(diagnosis)
    for section, title in TITLES.items():
        section_lines = [_line(finding) for finding in outstanding if finding.section == section]
        lines += [title, *section_lines, ""] if section_lines else []
    if not outstanding:
        lines += ["Nothing stands out.", ""]
    return "\n".join(lines) + "\n" + _groups(diagnosis) + "\n" + _indicators(diagnosis)


def _line(finding: Finding) -> str:
    places = [
        " and ".join(codes) + (f" ({value})" if value else "") for codes, value in finding.places[:SHOWN]
    ]
    more = len(finding.places) - SHOWN
    places += [f"and {more} more"] if more > 0 else []
    return f"  {finding.text}: {'; '.join(places)}"


def _groups(diagnosis: Diagnosis) -> str:
    from teladan.core.diagnosis.words import number, percent

    alphas = {group.of: group for group in diagnosis.reliability}
    rows = []
    for group in diagnosis.components:
        first = float(group.shares[0]) if len(group.shares) else None
        rows.append(
            [
                group.of or "all indicators",
                str(len(group.codes)),
                str(group.rows),
                number(alphas[group.of].alpha, 3),
                percent(first),
                output.NOTHING if group.reason else str(group.kaiser),
            ]
        )
    header = ("group", "parts", "rows", "alpha", "first component", "eigenvalues above 1")
    return output.table("", header, rows, right=range(1, 6)) if rows else ""


def _indicators(diagnosis: Diagnosis) -> str:
    from teladan.core.diagnosis.words import correlation, number, percent

    quality = {indicator.indicator: indicator for indicator in diagnosis.quality}
    leaves = set(diagnosis.subject.tree.indicators)
    rows = [
        [
            indicator.code,
            percent(quality[indicator.code].missing / quality[indicator.code].rows),
            number(quality[indicator.code].skew, 3),
            number(quality[indicator.code].kurtosis, 3),
            correlation(indicator.with_parent),
            correlation(indicator.with_index),
            percent(indicator.effective),
            percent(indicator.variance),
        ]
        for indicator in diagnosis.importance
        if indicator.code in leaves
    ]
    header = (
        "indicator", "missing", "skew", "kurtosis", "r parent", "r index", "weight", "of variance",
    )  # fmt: skip
    return output.table("", header, rows, right=range(1, 8))
