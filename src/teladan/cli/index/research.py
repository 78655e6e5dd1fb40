"""What the verbs about rankings read: an instrument or a pipeline, and the data of a file for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from teladan.cli import output
from teladan.cli.files.answers import answers_of, read_sheet
from teladan.cli.files.columns import BAND, HARMLESS, IGNORABLE, INDICATOR, VALUE
from teladan.cli.files.decimals import mark_of, with_points
from teladan.cli.files.printed import read_printed
from teladan.cli.files.reading import read
from teladan.cli.index.lookup import LANGUAGE, heading, is_newest, resolve
from teladan.cli.problems import CannotRun, Problem, WrongData, wrong
from teladan.core.composite import CompositeError
from teladan.core.composite import Table as Units
from teladan.core.composite.trace import Trace, is_reported
from teladan.core.document import DocumentError
from teladan.core.index import AggregationError, Answers
from teladan.core.instrument import INDEX
from teladan.core.interface.calls import Instrument
from teladan.core.text import choose

if TYPE_CHECKING:
    from teladan.cli.files.table import Table
    from teladan.core.consistency import Row
    from teladan.core.instrument import Edition
    from teladan.core.uncertainty import Assumption


@dataclass(frozen=True, kw_only=True, eq=False)
class Inputs:
    """An instrument with the data of one file: answers, printed rows, or the table of a pipeline."""

    instrument: Instrument
    heading: str
    answers: Answers | None = None
    rows: list[Row] | None = None
    table: Units | None = None


def read_inputs(
    slug: str, file: str, *, edition: str | None, decimal: str | None, ignore: Sequence[str]
) -> Inputs:
    """Return what a verb works on; raises CannotRun or WrongData."""
    pipeline = _pipeline(slug)
    if pipeline is not None:
        if edition is not None:
            raise CannotRun(f"{slug}: a pipeline has no editions; leave out --edition")
        return _of_pipeline(pipeline, slug, file, decimal, ignore)
    method, chosen = resolve(slug, edition)
    try:
        instrument = Instrument(slug, chosen.year)
    except DocumentError as error:  # a function that only Python can give
        raise CannotRun(*error.lines()) from error
    title = heading(method, chosen)
    if instrument.document is not None:
        inputs = replace(_of_pipeline(instrument, slug, file, decimal, ignore), heading=title)
        if is_newest(slug, edition):
            output.note(f"{file}: read under {chosen.address}")
        return inputs
    table = read(file)
    if is_newest(slug, edition):
        output.note(f"{file}: read under {chosen.address}")
    output.note(table.note)
    leaves = set(instrument.indicators)
    names = {name.casefold() for name in table.header}
    if leaves <= set(table.header) or {INDICATOR, VALUE} <= names:
        answers = _answers(chosen, table, decimal, ignore)
        return Inputs(instrument=instrument, heading=title, answers=answers)
    present = leaves & set(table.header)
    if present:
        absent = ", ".join(code for code in instrument.indicators if code not in present)
        output.note(f"{file}: read as printed figures, since there is no column {absent}")
    _, rows = read_printed(table, chosen, decimal=decimal, ignore=ignore)
    return Inputs(instrument=instrument, heading=title, rows=rows)


def _pipeline(slug: str) -> Instrument | None:
    try:
        instrument = Instrument(slug) if Path(slug).suffix in {".yaml", ".yml"} else None
    except (DocumentError, OSError, ValueError, LookupError):
        instrument = None
        _reread(slug)
    is_one = instrument is not None and instrument.document is not None and instrument.edition is None
    return instrument if is_one else None


def _reread(slug: str) -> None:
    """Name the faults of a pipeline document; those of an instrument are for `resolve`."""
    from teladan.core.interface.calls import pipeline_text

    try:
        text = pipeline_text(Path(slug))
    except (OSError, UnicodeDecodeError):
        return
    if text is not None:
        try:
            Instrument(slug)
        except DocumentError as error:
            raise CannotRun(*error.lines()) from error


def _answers(edition: Edition, table: Table, decimal: str | None, ignore: Sequence[str]) -> Answers:
    # Published files hold printed figures of elements beside the indicators; they are computed here.
    beside = {
        code.casefold()
        for code, element in edition.elements.items()
        if not element.scale and code in table.header
    }
    kept = {INDEX} if edition.overrides else set()
    sheet = read_sheet(
        table, edition, decimal=decimal, ignore=ignore, harmless=HARMLESS | IGNORABLE | {BAND} | beside - kept
    )
    answers, problems, _ = answers_of(sheet, edition)
    if problems or answers is None:
        raise WrongData(table.file, problems)
    return answers


def _of_pipeline(
    instrument: Instrument, slug: str, file: str, decimal: str | None, ignore: Sequence[str]
) -> Inputs:
    document = instrument.document
    assert document is not None
    table = read(file)
    output.note(table.note)
    if table.problems:
        raise WrongData(file, table.problems)
    unit = (
        document.unit
        if document.unit in table.header or "organisation" not in table.header
        else "organisation"
    )
    figures = [*instrument.indicators, *document.denominators, *([document.time] if document.time else [])]
    wanted = [unit, *figures, *document.groups]
    absent = [name for name in wanted if name not in table.header]
    if absent:
        message = f"the pipeline reads this column; there are: {', '.join(table.header)}"
        raise WrongData(file, [Problem(table.header_row, name, message) for name in absent])
    twice = [name for name in wanted if table.header.count(name) > 1]
    if twice:
        message = "this column stands twice in the header"
        raise WrongData(file, [Problem(table.header_row, name, message) for name in twice])
    left = [name for name in table.header if name and name not in wanted and name not in ignore]
    if left:
        output.note(f"{file}: columns that the pipeline does not read: {', '.join(left)}")
    columns = {name: table.columns[table.header.index(name)] for name in wanted}
    mark = mark_of(table, {name: columns[name] for name in figures}, decimal)
    problems: list[Problem] = []
    for name in figures:
        columns[name], refused = with_points(columns[name], mark)
        problems += [
            Problem(table.rows[i], name, refused[cell])
            for i, cell in enumerate(columns[name])
            if cell in refused
        ]
    if problems:
        raise WrongData(file, problems)
    rows: list[dict[str, str | None]] = [
        {document.unit if name == unit else name: cells[i] for name, cells in columns.items()}
        for i in range(len(table.rows))
    ]
    with engine_errors(file):
        title = choose(document.titles, LANGUAGE)[0] or slug
        return Inputs(instrument=instrument, heading=title, table=document.table(rows))


def changes_of(trace: Trace) -> list[str]:
    """Return what the steps of a pipeline changed, step by step: nothing is done in silence."""
    return [
        f"{step}: {rule}: {output.count(count, 'value')}."
        for (step, rule), count in trace.summary().items()
        if is_reported(step, rule)
    ]


@contextmanager
def engine_errors(file: str) -> Iterator[None]:
    """Turn what the engine refuses into the command's message."""
    try:
        yield
    except (CompositeError, AggregationError) as error:
        raise wrong(file, str(error)) from error


def assumptions_of(inputs: Inputs, file: str | None) -> tuple[Assumption, ...] | None:
    """Return the assumptions of a vary file, or None for the usual ones; raises CannotRun."""
    from teladan.core.interface.calls import varied

    if file is None:
        return None
    try:
        return varied(inputs.instrument, Path(file), from_print=inputs.rows is not None)
    except DocumentError as error:
        raise CannotRun(*error.lines()) from error
    except CompositeError as error:
        raise CannotRun(f"{file}: {error}") from error
    except FileNotFoundError as error:
        raise CannotRun(f"{file}: there is no such file") from error
    except (OSError, UnicodeDecodeError) as error:
        raise CannotRun(f"{file}: cannot be read as a vary file: {error}") from error


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[int], None] | None]:
    """Yield what to call with each count of new draws; a terminal shows a bar once they take a moment."""
    import sys
    import time

    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    started = time.monotonic()
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total, visible=False)

        def advance(count: int) -> None:
            bar.update(task, advance=count, visible=time.monotonic() - started > output.PATIENCE)

        yield advance
