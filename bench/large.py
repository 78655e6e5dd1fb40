"""The plain index of 10 million × 52 from Parquet to Parquet on DuckDB, as the command does it.

It writes up to 900 MB to a temporary folder and takes about a minute: `python -m bench large`, or
`large:1000000` at another size. Only the case that has a target runs with all the rest. The work is done
in a process of its own, whose CPU time after import and whose peak of memory are measured.
"""

from __future__ import annotations

import importlib.util
import itertools
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from bench.measure import Measure, seconds

ROWS = 10_000_000
PARTS = (18, 22, 12)  # indicators of each of three parts, as many as the Indonesian village index has
PER_SECOND = 3_000_000  # rows per CPU second, at least
MEMORY = 6.0  # GB, at most
SAMPLE = 1_000  # rows that are held against the exact engine
CODES = [f"I{n}" for n in range(1, sum(PARTS) + 1)]
LEVELS = [{"value": str(n), "titles": {"en": str(n)}} for n in range(6)]
LEVEL, RATIO = (
    {"type": "level", "lowest": "0", "highest": "5", "step": "1", "levels": LEVELS},
    {"type": "ratio"},
)
CASES = (
    ("levels 0 … 5 (TINYINT)", LEVEL, "5", "(hash(i * 64 + {n}) % 6)::TINYINT", True),
    ("ratios (DECIMAL(5, 4))", RATIO, "1", "((hash(i * 64 + {n}) % 10001) / 10000)::DECIMAL(5, 4)", False),
    ("ratios (DOUBLE)", RATIO, "1", "((hash(i * 64 + {n}) % 10001) / 10000)::DOUBLE", False),
)


def usual() -> Iterator[Measure]:
    if not (importlib.util.find_spec("duckdb") and importlib.util.find_spec("ibis")):
        yield Measure(
            what=f"plain index {ROWS:,} × {len(CODES)}", figure="not run", compared="needs .[large]"
        )
        return
    yield from measures(cases=[case for case in CASES if case[-1]])


def measures(rows: int = ROWS, cases: Sequence[tuple[Any, ...]] = CASES) -> Iterator[Measure]:
    for name, scale, highest, cell, held in cases:
        with tempfile.TemporaryDirectory() as folder:
            method = Path(folder) / "method.yaml"
            method.write_text(json.dumps(method_of(scale, highest)), "utf-8")
            yield from of(method, rows, name, cell, held=held)


def of(method: Path, rows: int, name: str, cell: str, *, held: bool) -> Iterator[Measure]:
    """Measure one kind of cells; `held`: the speed has a target."""
    import duckdb

    answers, results = (method.with_name(f"{part}.parquet") for part in ("answers", "results"))
    cells = ", ".join(f"{cell.format(n=n)} as {code}" for n, code in enumerate(CODES, 1))
    with duckdb.connect() as connection:
        connection.execute("set memory_limit = '4GB'")
        connection.execute("set enable_progress_bar = false")
        query = f"select i as organisation, {cells} from range({rows}) made(i)"
        connection.execute(f"copy ({query}) to '{answers}' (format parquet)")
        started = time.process_time()
        connection.execute(
            f"select {', '.join(f'sum({code})' for code in CODES)} from '{answers}'"
        ).fetchall()
        reading = time.process_time() - started
    done = subprocess.run(
        [sys.executable, "-m", "bench.large", str(method), str(answers), str(results)],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    told = json.loads(done.stderr.splitlines()[-1])
    agree(method, answers, results)

    speed = rows / told["cpu"]
    yield Measure(
        what=f"plain index {rows:,} × {len(CODES)}, Parquet to Parquet: {name}",
        figure=f"{speed / 1e6:.2f} million rows / CPU s",
        compared=f"{seconds(told['cpu'])} of CPU, {seconds(told['wall'])} on the clock",
        target=f"> {PER_SECOND / 1e6:.0f} million" if held else "",
        ok=speed > PER_SECOND if held and rows == ROWS else None,
    )
    yield Measure(
        what="  summing every column alone",
        figure=seconds(reading),
        compared=f"the index takes {told['cpu'] / reading:.1f} × that, of CPU",
    )
    yield Measure(
        what="  peak of memory of the whole process",
        figure=f"{told['peak']:.2f} GB",
        compared=f"answers {size(answers)}, results {size(results)}",
        target=f"< {MEMORY:.0f} GB",
        ok=told["peak"] < MEMORY,
    )


def size(file: Path) -> str:
    return f"{file.stat().st_size / 1e6:.0f} MB"


def method_of(scale: dict[str, object], highest: str) -> dict[str, object]:
    """Return an instrument (JSON is YAML) in which every indicator weighs the same."""
    left, half = iter(CODES), str(float(highest) / 2)
    parts = [
        {
            "code": f"P{number}",
            "weight": f"{count}/{len(CODES)}",
            "titles": {"en": f"Part {number}"},
            "children": [
                {"code": code, "weight": f"1/{len(CODES)}", "scale": "answer", "titles": {"en": code}}
                for code in itertools.islice(left, count)
            ],
        }
        for number, count in enumerate(PARTS, 1)
    ]
    return {
        "format": "teladan-instrument/1",
        "slug": "large",
        "version": "bench",
        "titles": {"en": "Three parts of 52 indicators"},
        "tiers": [{"code": tier, "titles": {"en": tier}} for tier in ("part", "indicator")],
        "scales": [{"code": "answer", **scale}],
        "missing": "refuse",
        "rounding": {"mode": "half up", "mode_source": "assumed", "printed": {"index": "4", "part": "4"}},
        "bands": {
            "read": "rounded",
            "list": [
                {"code": code, "titles": {"en": code}, "from": start, "to": end}
                for code, start, end in (("low", "0", half), ("high", half, highest))
            ],
        },
        "tree": {"code": "index", "weight": "1", "titles": {"en": "Index"}, "children": parts},
        "editions": [{"year": "2024"}],
    }


def agree(method: Path, answers: Path, results: Path) -> None:
    """Hold the first rows against the exact engine, or the times mean nothing."""
    import duckdb

    from teladan.core import library
    from teladan.core.index import evaluate, read_answers

    edition = library.load(method).edition()
    with duckdb.connect() as connection:
        query = f"select * from '{answers}' where organisation < {SAMPLE} order by organisation"
        rows = connection.execute(query).fetchall()
        query = (
            "select index::varchar, index_numerator::varchar || '/' || index_denominator::varchar, band "
            f"from '{results}' where organisation < {SAMPLE} order by organisation"
        )
        found = connection.execute(query).fetchall()
    cells = {code: [str(row[n]) for row in rows] for n, code in enumerate(CODES, 1)}
    read, problems = read_answers(edition, [str(row[0]) for row in rows], cells)
    assert not problems
    assert [(shown, Fraction(exact), band) for shown, exact, band in found] == [
        (result.index.printed, result.index.exact, result.band and result.band.code)
        for result in evaluate(edition, read).rows()
    ]


def child(method: str, answers: str, results: str) -> None:
    """Run the command's way in this process; the last line of stderr says what it took."""
    import duckdb  # noqa: F401  (imports are not measured)
    import ibis

    import teladan.cli.index.large_rows  # noqa: F401
    from teladan.cli.index.large import evaluate_parquet

    ibis.to_sql(ibis.table({"a": "int64"}, name="t"), dialect="duckdb")  # loads the dialect
    cpu, wall = time.process_time(), time.perf_counter()
    evaluate_parquet(method, answers, results, edition=None, ignore=())
    told = {
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - wall,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
    }
    print(json.dumps(told), file=sys.stderr)


if __name__ == "__main__":
    child(*sys.argv[1:])
