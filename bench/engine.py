"""`evaluate` of 75,000 organisations × 3 parts, exactly and with bands, beside a loop on fractions."""

from __future__ import annotations

import csv
import random
import tempfile
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from bench.measure import Measure, best, seconds
from teladan.core import library
from teladan.core.index import Results, evaluate, read_answers
from teladan.core.instrument import Edition

COUNT = 75_000
FASTER = 30
VILLAGES = Path(__file__).with_name("villages.yaml")
IDM = Path(__file__).parents[2] / "shared" / "facts" / "idm_2024_villages.csv"
CODES = ("IKS", "IKE", "IKL")


def measures() -> Iterator[Measure]:
    edition = library.load(VILLAGES).edition()
    for name, rows in sources():
        yield from of(name, edition, rows)


def sources() -> Iterator[tuple[str, list[list[str]]]]:
    """Yield (name, rows of organisation and three parts): seeded, and the real villages where at hand."""
    chance = random.Random(2024)
    yield (
        "seeded",
        [[f"V{n:06d}", *(str(chance.randrange(10_001) / 10_000) for _ in CODES)] for n in range(COUNT)],
    )
    if IDM.exists():
        with IDM.open(encoding="utf-8-sig", newline="") as lines:
            table = list(csv.DictReader(lines))
        yield "IDM 2024", [[r["code"], r["iks"], r["ike"], r["ikl"]] for r in table if r["iks"]][:COUNT]


def of(name: str, edition: Edition, rows: list[list[str]]) -> Iterator[Measure]:
    """Measure on the same text cells: ours, the loop, and reading the file alone."""
    organisations = [row[0] for row in rows]
    cells = {code: [row[n] for row in rows] for n, code in enumerate(CODES, 1)}
    size = f"{len(rows):,} × 3 ({name})"

    results = ours(edition, organisations, cells)
    looped = loop(edition, cells)
    agree(results, looped)
    answers = results.answers

    whole = best(lambda: ours(edition, organisations, cells))
    alone = best(lambda: evaluate(edition, answers))
    slow = best(lambda: loop(edition, cells), runs=3)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "villages.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([["organisation", *CODES], *rows])
        reading = best(lambda: read_alone(file))
        command = best(lambda: from_file(edition, file))

    yield Measure(what=f"evaluate {size}, from text cells", figure=seconds(whole))
    yield Measure(
        what="  a per-row fractions loop on the same cells",
        figure=seconds(slow),
        compared=f"{slow / whole:.0f} × ours",
        target=f"> {FASTER} ×",
        ok=slow / whole > FASTER,
    )
    yield Measure(
        what="  the arithmetic and bands alone",
        figure=seconds(alone),
        compared=f"{slow / alone:,.0f} × faster",
    )
    yield Measure(
        what="  reading the CSV alone (csv.reader)",
        figure=seconds(reading),
        compared=f"evaluate takes {whole / reading:.2f} × that",
    )
    yield Measure(
        what="  the command's way: file, checks, results",
        figure=seconds(command),
        compared=f"{command / reading:.1f} × reading alone",
    )


def ours(edition: Edition, organisations: Sequence[str], cells: dict[str, list[str]]) -> Results:
    answers, problems = read_answers(edition, organisations, cells)
    assert not problems
    return evaluate(edition, answers)


def loop(edition: Edition, cells: dict[str, list[str]]) -> list[tuple[Fraction, str]]:
    """Do the same by hand: read, look whether it is on the scale, mean, round, find the band."""
    weights = [leaf.weight for leaf in edition.leaves]
    starts = [(band.start, band.code) for band in edition.bands]
    half, places = Fraction(1, 2), 10**4
    found = []
    for texts in zip(*cells.values(), strict=True):
        index = Fraction(0)
        for weight, text in zip(weights, texts, strict=True):
            value = Fraction(text)
            if not 0 <= value <= 1:
                raise ValueError(text)
            index += weight * value
        printed = Fraction((index * places + half).__floor__(), places)
        band = ""
        for start, code in starts:
            if printed >= start:
                band = code
        found.append((index, band))
    return found


def agree(results: Results, looped: list[tuple[Fraction, str]]) -> None:
    """Both ways must say the same, or the times mean nothing."""
    bands = [results.edition.bands[number].code for number in results.band_numbers.tolist()]
    exact = [r["elements"]["index"]["exact"] for r in results.as_json()["results"]]
    assert [(str(index), band) for index, band in looped] == list(zip(exact, bands, strict=True))


def read_alone(file: Path) -> int:
    with file.open(encoding="utf-8", newline="") as lines:
        return sum(1 for _ in csv.reader(lines))


def from_file(edition: Edition, file: Path) -> Results:
    from teladan.cli.files.answers import answers_of, read_sheet
    from teladan.cli.files.reading import read

    answers, problems, _ = answers_of(read_sheet(read(str(file)), edition), edition)
    assert answers is not None
    assert not problems
    return evaluate(edition, answers)
