"""`teladan evaluate` of a Parquet file: tables of any size, by DuckDB, in one pass.

The answers are read once, the results are written beside `--out` under another name, and take that name
only where no cell of the whole file is wrong.
"""

# ruff: noqa: S608  (names of files and columns are quoted here; DuckDB takes no parameters in these places)
from __future__ import annotations

import os
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from teladan.cli import output
from teladan.cli.files.answers import listed, refuse_missing_columns
from teladan.cli.files.columns import HARMLESS, KIND, ORGANISATION, assign
from teladan.cli.files.table import Table
from teladan.cli.index.large_source import ROW, Source
from teladan.cli.index.lookup import heading, resolve
from teladan.cli.problems import CannotRun, wrong
from teladan.core.index import ENGINE, unknown_column
from teladan.core.instrument import INDEX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from teladan.core.index.expression import Expression
    from teladan.core.instrument import Edition, Instrument

PARQUET = ".parquet"
MEMORY = "4GB"  # what DuckDB may hold; beyond it, it uses a folder beside the results
INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
TICK = 0.2  # seconds between two looks at the progress


def evaluate_parquet(
    slug: str, file: str, out: str | None, *, edition: str | None, ignore: Sequence[str]
) -> None:
    """Evaluate a Parquet file into another and print a summary. Raises CannotRun or WrongData."""
    target = _target(file, out)
    instrument, chosen = resolve(slug, edition)
    with _connected(target) as connection:
        source = _source(connection, file, chosen, ignore)
        expression = _expression(source, chosen)
        part = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            _write(source, chosen, expression, part)
            _refuse_wrong(source, chosen, expression, part)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        output.write(_summary(connection, instrument, chosen, expression, target))


def _target(file: str, out: str | None) -> Path:
    if out is None:
        raise CannotRun(f"{file}: say where the results go: --out results.parquet")
    target = Path(out)
    if target.suffix.casefold() != PARQUET:
        raise CannotRun(f"--out {out}: results of a Parquet file are Parquet; name it {target.stem}{PARQUET}")
    if not target.parent.is_dir() or target.is_dir():
        raise CannotRun(
            f"--out {out}: {target.parent} is no folder" if not target.is_dir() else f"--out {out}"
        )
    if not Path(file).is_file():
        raise CannotRun(f"{file}: no such file")
    if target.exists() and target.samefile(file):
        raise CannotRun(f"--out {out}: that is the file of answers; give another name")
    if set(file) & set("*?[]{}"):
        raise CannotRun(f"{file}: * ? [ ] and {{ }} in the name of a Parquet file are not read; rename it")
    return target


@contextmanager
def _connected(target: Path) -> Iterator[Any]:
    try:
        import duckdb
        import ibis  # noqa: F401  (asked for here, so that its absence is said before anything runs)
    except ImportError as error:
        raise CannotRun(
            f"Parquet files need the packages of the extra `large`: pip install 'teladan[large]' ({error})"
        ) from error
    spill = target.with_name(f".{target.name}.{os.getpid()}.spill")
    with duckdb.connect() as connection:
        connection.execute(f"set memory_limit = '{MEMORY}'")
        connection.execute(f"set temp_directory = {_quoted(spill)}")
        yield connection


def _quoted(text: object) -> str:
    return "'" + str(text).replace("'", "''") + "'"


def _source(connection: Any, file: str, edition: Edition, ignore: Sequence[str]) -> Source:
    import duckdb

    try:
        connection.execute(
            f"create view answers as select * from read_parquet({_quoted(file)}, {ROW} = true)"
        )
        described = connection.execute("describe answers").fetchall()
        count = connection.execute("select count(*) from answers").fetchone()[0]
    except duckdb.Error as error:
        raise wrong(file, f"cannot be read as Parquet: {_first_line(error)}") from error
    types = {row[0]: row[1] for row in described}
    names = [name for name in types if name != ROW]
    table = Table(
        file=file,
        header=names,
        header_row=0,
        columns=[[name] for name in names],
        rows=[],
        separator="",
    )
    assigned = assign(
        table,
        roles={ORGANISATION, KIND},
        ignorable=HARMLESS,
        ignored=ignore,
        refusal=lambda name: unknown_column(edition, name),
    )
    columns = {code: cells[0] for code, cells in assigned.codes.items()}
    if not columns:
        raise wrong(
            file, f"no column holds figures; codes are {listed([leaf.code for leaf in edition.leaves])}"
        )
    if not count:
        raise wrong(file, "no organisations: there are no rows")
    refuse_missing_columns(file, 0, columns, edition)
    kind = assigned.roles.get(KIND)
    source = Source(
        file=file,
        connection=connection,
        types=types,
        columns=columns,
        organisation=assigned.roles[ORGANISATION][0],
        kind=None if kind is None else kind[0],
        count=count,
    )
    _refuse_types(source)
    return source


def _refuse_types(source: Source) -> None:
    from teladan.core.index.expression.dialect import type_of

    for code, column in source.columns.items():
        if type_of(source.types[column]) is None:
            message = f"a column of {source.types[column]} holds no figures: store whole numbers or DECIMAL"
            raise wrong(source.file, message, 0, code)
    held = source.types[source.organisation]
    if held not in {"VARCHAR", *INTEGERS}:
        raise wrong(source.file, f"a column of {held} holds no names: store text", 0, source.organisation)
    if source.kind is not None and source.types[source.kind] != "VARCHAR":
        message = f"a column of {source.types[source.kind]} holds no kinds: store text"
        raise wrong(source.file, message, 0, source.kind)
    published = source.columns.get(INDEX)
    if published is not None:
        held = source.types[published]
        if held not in {*INTEGERS, "DOUBLE"} and not held.startswith("DECIMAL"):
            raise wrong(source.file, f"a column of {held} holds no figures", 0, published)


def _expression(source: Source, edition: Edition) -> Expression:
    from teladan.core.index.expression import ExpressionError, express
    from teladan.core.index.expression.dialect import table

    try:
        return express(
            edition,
            table("answers", source.types),
            source.columns,
            organisation=source.organisation,
            kind=source.kind,
        )
    except ExpressionError as error:
        raise wrong(source.file, str(error)) from error


def _write(source: Source, edition: Edition, expression: Expression, part: Path) -> None:
    """Write the results of every row, those of wrong rows too."""
    import duckdb

    from teladan.core.index.expression.dialect import sql

    metadata = {
        "instrument": edition.slug,
        "version": edition.version,
        "edition": edition.year,
        "engine": ENGINE,
        "exact": str(expression.exact).lower(),
    }
    pairs = ", ".join(f"{key}: {_quoted(value)}" for key, value in metadata.items())
    query = f"copy ({sql(expression.results)}) to {_quoted(part)} (format parquet, kv_metadata {{{pairs}}})"
    try:
        _watched(source.connection, query, f"Evaluating {source.file} …")
    except duckdb.IOException as error:
        raise CannotRun(f"{source.file}: {_first_line(error)}") from error


def _refuse_wrong(source: Source, edition: Edition, expression: Expression, part: Path) -> None:
    """Refuse the whole file where a cell is wrong or two rows have one name."""
    from teladan.cli.index.large_rows import refuse, repeated

    query = f"select count(*) from read_parquet({_quoted(part)}) where scored is null"
    bad = source.connection.execute(query).fetchone()[0]
    doubles = repeated(source)
    if bad or doubles:
        refuse(source, edition, expression, bad, doubles)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _watched(connection: Any, query: str, what: str) -> None:
    """Run a query in a thread beside, show its progress on a terminal, and end it when interrupted."""
    failed: list[BaseException] = []
    # Not Thread.join: interrupted, it takes the thread for ended while DuckDB still works (Python 3.11).
    ended = threading.Event()

    def execute() -> None:
        try:
            connection.execute(query)
        except BaseException as error:  # noqa: BLE001  (raised again where it was asked for)
            failed.append(error)
        finally:
            ended.set()

    threading.Thread(target=execute, daemon=True).start()
    try:
        with _bar(what) as show:
            while not ended.wait(TICK):
                show(connection.query_progress())
    except BaseException:
        connection.interrupt()
        ended.wait()
        raise
    if failed:
        raise failed[0]


@contextmanager
def _bar(what: str) -> Iterator[Callable[[float], None]]:
    """Yield a function that shows a percentage on a terminal, and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda share: None  # noqa: ARG005
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=100)
        yield lambda share: progress.update(task, completed=max(share, 0))


def _summary(
    connection: Any, instrument: Instrument, edition: Edition, expression: Expression, target: Path
) -> str:
    """Return what the results come to: organisations by band, and where the figures are."""
    query = f"select band, scored, count(*) from read_parquet({_quoted(target)}) group by all"
    counts: dict[str, int] = {}
    for band, scored, count in connection.execute(query).fetchall():
        name = "not scored" if not scored else band or output.NOTHING
        counts[name] = counts.get(name, 0) + count
    order = [band.code for band in edition.bands]
    names = sorted(counts, key=lambda name: order.index(name) if name in order else len(order))
    rows = [[name, f"{counts[name]:,}"] for name in names] + [["all", f"{sum(counts.values()):,}"]]
    accuracy = (
        "Every figure is exact."
        if expression.exact
        else "Some figures have no exact value here: they are within a billionth of it."
    )
    title = heading(instrument, edition)
    return output.table(title, ["band", "organisations"], rows, right=(1,), notes=[f"{target}: {accuracy}"])
