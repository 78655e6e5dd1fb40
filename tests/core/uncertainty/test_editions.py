"""What is honest for an edition: law leaves rounding and raters open, research is a what-if."""

from __future__ import annotations

import csv
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest

from teladan.core import library
from teladan.core.composite import CompositeError
from teladan.core.consistency import Checker, Row
from teladan.core.index import evaluate, read_answers
from teladan.core.uncertainty import Seeded, computed, confusion, printed, study, what_if
from teladan.core.uncertainty.what_if import cuts_of, pipeline_of
from tests.core.uncertainty import cases

SPBE = library.find("spbe@2020")


def published(name):
    with (library.shipped("published") / name / "results.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def printed_rows(name, codes):
    return [
        Row(
            organisation=row["organisation"],
            values={code: row[code] for code in codes},
            band=row["band"],
            kind=row["kind"],
        )
        for row in published(name)
    ]


def answers_of(edition, rows, codes):
    cells = {code: [row[code] for row in rows] for code in codes}
    read, problems = read_answers(edition, [row["organisation"] for row in rows], cells)
    assert not problems
    return read


def of_levels(*organisations):
    """Return SPBE answers: each organisation has one level in every indicator."""
    edition = SPBE.edition()
    cells = {leaf.code: [str(level) for level in organisations] for leaf in edition.leaves}
    names = [f"o{i}" for i in range(len(organisations))]
    read, problems = read_answers(edition, names, cells, ["city"] * len(names))
    assert not problems
    return edition, read


def test_printed_rows_are_drawn_from_the_exact_indices_that_print_so():
    edition = SPBE.edition("2024")
    rows = printed_rows("spbe/2024", ("D1", "D2", "D3", "D4", "index"))[:60]
    report = printed(edition, rows, draws=400, seed=1)
    checker = Checker(edition)
    for i, row in enumerate(rows):
        allowed = checker.check(row).index
        drawn = report.drawn.scores.rows(i, i + 1)[0]
        assert float(allowed.low) <= drawn.min()
        assert drawn.max() <= float(allowed.high)
        if allowed.complete:
            assert set(drawn.tolist()) == {float(value) for value in allowed.named}
    assert [a["text"] for a in report.assumptions][-1] == "raters: not measured"


def test_a_figure_without_parts_may_be_anything_that_prints_so():
    edition = SPBE.edition("2024")
    rows = [Row(organisation=name, values={"index": "3.50"}, kind="city") for name in "ab"]
    report = printed(edition, rows, draws=2000, seed=1).as_json()["results"]
    assert report[0]["rank"] == {"nominal": 1, "p5": 1, "median": 1, "p95": 2}
    assert report[0]["not_distinguishable"] == ["b"]
    bands = report[0]["bands"]  # 3.495 … 3.4995 is read from the exact index in 2024
    assert set(bands) == {"Baik", "Sangat Baik"}
    assert sum(bands.values()) == pytest.approx(1)
    read_rounded = printed(SPBE.edition("2023"), rows, draws=2000, seed=1).as_json()["results"]
    assert read_rounded[0]["bands"] == {"Sangat Baik": 1.0}


def test_a_row_that_cannot_be_is_taken_as_printed_and_named():
    edition = SPBE.edition("2023")
    rows = [
        row
        for row in printed_rows("spbe/2023", ("D1", "D2", "D3", "D4", "index"))
        if "banyuasin" in row.organisation or row.values["index"] == "1.06"
    ]
    report = printed(edition, rows, draws=50)
    (said,) = [a for a in report.assumptions if a["text"].startswith("impossible")]
    (name,) = said["organisations"]
    assert set(report.drawn.scores.rows(report.units.index(name), report.units.index(name) + 1)[0]) == {1.05}


def test_scores_under_law_have_one_point_where_raters_were_not_measured():
    edition, answers = of_levels(3, 2, 3)
    report = computed(edition, answers, draws=1000, seed=4)
    results = report.as_json()["results"]
    assert [r["index"] for r in results] == ["3.00", "2.00", "3.00"]
    assert [r["rank"] for r in results] == [{"nominal": n, "p5": n, "median": n, "p95": n} for n in (1, 3, 1)]
    assert [r["not_distinguishable"] for r in results] == [["o2"], [], ["o0"]]
    assert report.as_json()["draws"] == 1000
    assert [a["text"] for a in report.assumptions][-1] == "raters: not measured"


def test_measured_raters_give_indices_that_the_exact_engine_gives_too():
    edition, answers = of_levels(3, 2, 4)
    pairs = [(level, level) for level in range(1, 6)] * 6 + [(3, 2), (3, 4), (2, 3), (4, 3)]
    raters = confusion(pairs, levels=range(1, 6), source="a pilot of 34 pairs")
    report = computed(edition, answers, raters=raters, draws=30, seed=9)
    scores = cases.scores(report)

    codes = [leaf.code for leaf in edition.leaves]
    given = np.array([[float(answers.columns[code].at(row)) for code in codes] for row in range(3)])
    places = raters.places(given, answers.organisations, codes)
    numbers = Seeded(9, 30).numbers(0, places.size, np.arange(30))
    for draw in (0, 17, 29):
        levels = raters.given(places, numbers[draw].reshape(places.shape)) + 1
        cells = {code: [str(level) for level in levels[:, i]] for i, code in enumerate(codes)}
        read, problems = read_answers(edition, list(answers.organisations), cells, ["city"] * 3)
        assert not problems
        exact = [r.index.exact for r in evaluate(edition, read).rows()]
        assert scores[draw].tolist() == [float(value) for value in exact]
    assert report.assumptions[0]["text"].startswith("raters: another rater's level, by 34 pairs scored twice")


def test_a_level_that_no_pair_measured_stops_the_run():
    edition, answers = of_levels(3, 5)
    raters = confusion([(3, 3)], levels=(1, 2, 3, 4, 5), source="a pilot")
    with pytest.raises(CompositeError, match="indicator I1, unit o1: 5 was never scored twice"):
        computed(edition, answers, raters=raters)


def test_egdi_is_a_what_if_around_the_exact_figures():
    edition = library.find("egdi").edition("2024")
    rows = published("egdi/2024")
    answers = answers_of(edition, rows, ("OSI", "HCI", "TII"))
    report = what_if(edition, answers, draws=500, seed=3)

    exact = evaluate(edition, answers).as_json()["results"]
    assert list(report.index) == [r["elements"]["index"]["printed"] for r in exact]
    values = [Fraction(r["elements"]["index"]["exact"]) for r in exact]
    assert report.rank.tolist() == [1 + sum(other > value for other in values) for value in values]
    assert [a["assumption"] for a in report.assumptions] == ["weights", "normalise", "aggregate"]
    assert all(a["text"].startswith("what if: ") for a in report.assumptions)
    assert all(bands == {} for bands in report.bands)
    inside = (report.intervals[:, 0] <= report.rank) & (report.rank <= report.intervals[:, 2])
    assert inside.mean() > 0.8


def test_gtmi_has_groups_and_no_ranks():
    gtmi = library.find("gtmi")
    edition = gtmi.edition("2025")
    answers = answers_of(edition, published("gtmi/2025"), [leaf.code for leaf in edition.leaves])
    report = what_if(edition, answers, draws=200, seed=1, ranked=gtmi.ranking).as_json()
    assert {(r["rank"], r["not_distinguishable"]) for r in report["results"]} == {(None, None)}
    assert any(len(r["bands"]) > 1 for r in report["results"])
    nominal = evaluate(edition, answers)
    for i, result in enumerate(report["results"]):
        assert sum(result["bands"].values()) == pytest.approx(1)
        if len(result["bands"]) == 1:
            assert list(result["bands"]) == [nominal.band(i).code]


def test_bands_begin_where_the_edition_reads_them():
    rounded, exact = (cuts_of(SPBE.edition(year)) for year in ("2023", "2024"))
    assert rounded.codes == exact.codes
    assert dict(zip(exact.codes, exact.starts, strict=True))["Baik"] == 2.6
    assert dict(zip(rounded.codes, rounded.starts, strict=True))["Baik"] == 2.595


def test_a_tree_of_law_is_never_a_what_if_by_accident():
    with pytest.raises(CompositeError, match="cannot vary|change the weights"):
        pipeline_of(_summed())


def _summed():
    from dataclasses import replace

    from teladan.core.instrument import Aggregation

    edition = SPBE.edition()
    return replace(edition, root=replace(edition.root, aggregation=Aggregation.SUM_TO_WEIGHT))


def test_published_scores_do_not_need_the_float_path():
    """The exact engine runs, to the same bytes, where the float64 rooms cannot be imported."""
    code = """
import sys
if sys.argv[1] == "without":
    sys.modules["teladan.core.uncertainty"] = sys.modules["teladan.core.composite"] = None
from teladan.core import canonical, library
from teladan.core.index import evaluate, read_answers
edition = library.find("spbe@2020").edition("2024")
cells = {leaf.code: ["3", "4"] for leaf in edition.leaves}
answers, problems = read_answers(edition, ["a", "b"], cells, ["city", "city"])
assert not problems
sys.stdout.buffer.write(canonical.encode(evaluate(edition, answers).as_json()))
"""
    ran = [
        subprocess.run([sys.executable, "-c", code, mode], capture_output=True, check=True).stdout
        for mode in ("with", "without")
    ]
    assert ran[0] == ran[1] != b""


def test_a_matrix_product_gone_wrong_moves_no_published_figure(monkeypatch):
    edition = library.find("egdi").edition("2024")
    answers = answers_of(edition, published("egdi/2024"), ("OSI", "HCI", "TII"))
    before = what_if(edition, answers, draws=20, seed=1)
    monkeypatch.setattr(study, "LARGE", 0)
    monkeypatch.setattr(study.Product, "scores", lambda *_: np.zeros((20, 193)))
    monkeypatch.setattr(study, "by_element", lambda *_: np.zeros((20, 193)))
    monkeypatch.setattr(study._Group, "step", lambda *_, **__: 20)
    after = what_if(edition, answers, draws=20, seed=1, assumptions=[cases.Weights(shares={1: 0.1})])

    assert set(after.intervals.ravel().tolist()) == {1.0}
    assert (after.index, after.rank.tolist()) == (before.index, before.rank.tolist())
