"""`check` of the 1,177 printed rows of SPBE 2023 and 2024."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Measure, best, seconds, within
from teladan.core import library
from teladan.core.consistency import Checker, Row, Verdict
from teladan.core.instrument import Edition

PUBLISHED = Path(__file__).parents[1] / "published" / "spbe"
CODES = ("D1", "D2", "D3", "D4", "index")
MOST_CPU, MOST_ROW = 5.0, 0.020


def measures() -> Iterator[Measure]:
    instrument = library.find("spbe@2020")
    tables = [(instrument.edition(year), rows(year)) for year in ("2023", "2024")]
    count = sum(len(table) for _, table in tables)
    found = [finding.verdict for edition, table in tables for finding in check(edition, table)]
    consistent = found.count(Verdict.CONSISTENT)

    cpu = best(lambda: [check(*table) for table in tables], runs=3, clock=time.process_time)
    yield within(
        f"check {count:,} rows of SPBE 2023 and 2024, CPU", cpu, MOST_CPU, f"{consistent:,} consistent"
    )
    edition, table = tables[1]
    cold = best(lambda: Checker(edition).check(table[0]))
    yield within("  one row, nothing known yet", cold, MOST_ROW)
    checker = Checker(edition)
    warm = best(lambda: [checker.check(row) for row in table]) / len(table)
    yield Measure(what="  one row among many", figure=seconds(warm))


def rows(year: str) -> list[Row]:
    with (PUBLISHED / year / "results.csv").open(encoding="utf-8", newline="") as lines:
        return [
            Row(
                organisation=line["organisation"],
                values={code: line[code] for code in CODES},
                band=line["band"],
            )
            for line in csv.DictReader(lines)
        ]


def check(edition: Edition, table: list[Row]) -> list:
    checker = Checker(edition)
    return [checker.check(row) for row in table]
