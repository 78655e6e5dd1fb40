"""A pipeline inside an instrument file: read with places, run by the same verbs, refused elsewhere."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from teladan import Instrument, evaluate, rank, sensitivity
from teladan.core.composite import CompositeError
from teladan.core.composite import parse as parse_pipeline
from teladan.core.composite import run as run_pipeline
from teladan.core.consistency import Checker, Row, Verdict
from teladan.core.document import DocumentError
from teladan.core.index import AggregationError, read_answers
from teladan.core.index import evaluate as evaluate_exactly
from teladan.core.instrument import parse

HERE = Path(__file__).parent
TEXT = (HERE / "within.yaml").read_text(encoding="utf-8")
SAME = """
format: teladan-pipeline/1
data: {unit: harbour, groups: [coast], denominators: [people]}
tree:
  code: index
  children:
    - code: links
      weight: "WL"
      children:
        - {code: ships, denominator: people, factor: "1000"}
        - {code: delay, direction: less is better, goalposts: {lower: "2", upper: "60"}}
    - {code: care, weight: "WC", aggregation: geometric, least data: "1/2", children: [{code: power}]}
pipeline:
  - denominate:
  - impute: {method: median, over: group, group: coast, otherwise: column}
  - normalise: {method: {min-max: {lower: "1", upper: "100"}}, by indicator: {delay: goalposts}}
  - aggregate:
"""


def rows():
    with (HERE / "sample.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture
def file(tmp_path):
    def write(text=TEXT):
        path = tmp_path / "instrument.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def lines_of(*changes):
    text = TEXT
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    with pytest.raises(DocumentError) as caught:
        parse(text, "harbours.yaml")
    return caught.value.lines()


@pytest.mark.parametrize(("year", "weights"), [("2025", ("2", "1")), ("2026", ("1", "2"))])
def test_it_makes_what_the_same_pipeline_makes_as_a_document_with_the_weights_of_the_edition(
    file, year, weights
):
    text = SAME.replace("WL", weights[0]).replace("WC", weights[1])
    document = parse_pipeline(text)
    wanted = run_pipeline(document.pipeline, document.table(rows()))

    found = evaluate(Instrument(file(), edition=year), rows())
    assert found.units == wanted.table.units
    assert found.index == pytest.approx(wanted.scored.index, abs=1e-12)
    assert found.rank.tolist() == wanted.ranks().tolist()
    assert list(found.printed) == [f"{value:.2f}" for value in wanted.scored.index]
    assert set(found.bands) == {"Open", "Closed"}
    assert [band == "Open" for band in found.bands] == [value >= 40 for value in wanted.scored.index]


def test_the_other_verbs_use_it_too(file):
    harbours = Instrument(file())
    found = evaluate(harbours, rows())
    report = rank(harbours, rows(), draws=300, seed=1)
    assert report.rank.tolist() == found.rank.tolist()
    assert report.index == found.printed
    assert [max(shares, key=shares.get) for shares in report.bands] == list(found.bands)
    assert all(sum(shares.values()) == pytest.approx(1) for shares in report.bands)
    assert [effect.name for effect in sensitivity(harbours, rows(), points=16).effects] in (["weights"], [])


@pytest.mark.parametrize(
    ("vary", "stated"),
    [
        ("weights: {share: '0.1'}", True),
        ("aggregate: [as given, geometric]", True),
        ("normalise: [as given, {min-max: {lower: '1', upper: '10'}}]", False),
        ("aggregate: [as given, copeland]", False),
    ],
)
def test_bands_are_stated_only_where_the_scale_stays(file, tmp_path, vary, stated):
    varied = tmp_path / "vary.yaml"
    varied.write_text(f"format: teladan-vary/1\n{vary}\n", encoding="utf-8")
    units = [row for row in rows() if row["harbour"] not in {"Cliff", "Gull"}]  # their zeros
    report = rank(Instrument(file()), units, draws=20, vary=varied)
    assert all(bool(shares) == stated for shares in report.bands)
    assert any(each["assumption"] == "bands" for each in report.assumptions) != stated


def test_where_the_publisher_says_no_ranking_there_is_none(file):
    harbours = Instrument(file(TEXT.replace("nature: research", "nature: research\nranking: no")))
    assert not evaluate(harbours, rows()).rank.any()
    report = rank(harbours, rows(), draws=20).as_json()
    assert {each["rank"] for each in report["results"]} == {None}
    assert any(each["assumption"] == "ranking" for each in report["assumptions"])


def test_the_exact_engine_and_the_check_do_not_pretend(file):
    edition = Instrument(file()).edition
    answers, _ = read_answers(edition, ["a"], {"ships": ["1"], "delay": ["3"], "power": ["4"]})
    with pytest.raises(AggregationError, match="its pipeline"):
        evaluate_exactly(edition, answers)
    finding = Checker(edition).check(Row(organisation="a", values={"index": "3"}))
    assert finding.verdict is Verdict.UNDECIDED
    assert "pipeline" in finding.reason


def test_every_fault_is_named_with_its_place():
    told = lines_of(
        ("otherwise: column", "otherwise: colum"),
        ("ships: {denominator: people", "ships: {denominator: crew"),
        ("group: coast,", "group: shore,"),
    )
    assert len(told) == 3
    assert all(line.startswith("harbours.yaml:4") for line in told)
    assert any("denominator 'crew'" in line for line in told)
    assert any("group 'shore'" in line for line in told)
    assert any("'colum' is not refuse, missing or column" in line for line in told)


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("nature: research", "nature: legal", "harbours.yaml:42: pipeline: what is law is computed exactly"),
        (
            "    ships: {denominator",
            "    shipz: {denominator",
            ":44: pipeline: the tree has no element 'shipz'",
        ),
        ('care: {least data: "1/2"}', 'care: {target: "1"}', ":45: care: target is for indicators"),
        ('least data: "1/2"', "aggregation: copland", ":45: care: 'copland' is not one of"),
        ("  steps:", "  step:", ":47: pipeline: unknown key 'step'"),
        ("- aggregate:", "- aggregat:", "'aggregat' is not a step"),
        ("aggregation: geometric", "aggregation: sum to weight", "does not aggregate by sum to weight"),
        (
            "regulation: none",
            "overrides: [{element: index, equals: '0', means: not scored}]",
            "overrides are a",
        ),
        ("printed: {index", "inside: [pillar]\n  printed: {index", "rounds nothing inside"),
    ],
)
def test_one_fault_is_one_line(before, after, wanted):
    told = lines_of((before, after), ("pillar: none", "pillar: '1'"))
    assert any(wanted in line for line in told), told


def test_a_value_off_its_scale_and_an_index_in_no_band_are_refused_by_name(file):
    data = rows()
    data[2]["power"] = "101"
    with pytest.raises(CompositeError, match="indicator power, unit Cliff: 101 is not between 0 and 100"):
        evaluate(Instrument(file()), data)
    narrow = TEXT.replace('from: "40", to: "100"', 'from: "40", to: "60"')
    for verb in (evaluate, rank):
        with pytest.raises(CompositeError, match="no band holds 100; the bands go from 0 to 60"):
            verb(Instrument(file(narrow)), rows())


def test_yes_and_no_are_figures(file):
    text = TEXT.replace("{code: share, type: percentage}", "{code: share, type: yes/no}")
    data = [dict(row, power="ya" if row["harbour"] == "Haven" else "no") for row in rows()]
    text = text.replace("aggregation: geometric", "aggregation: minimum")
    found = evaluate(Instrument(file(text)), data)
    assert found.units[found.rank.tolist().index(1)] == "Haven"
    data[0]["power"] = "perhaps"
    with pytest.raises(CompositeError, match="indicator power, unit Amber: 'perhaps' is not a finite number"):
        evaluate(Instrument(file(text)), data)


def test_a_function_of_ones_own_is_given_in_python(file):
    text = TEXT.replace("    - aggregate:", "    - aggregate: {rule: {custom: best}}")
    parse(text)  # the file is right; only who runs it can give the function
    with pytest.raises(DocumentError, match="the function 'best' is not given"):
        Instrument(file(text))
    best = Instrument(file(text), functions={"best": lambda values, _: np.nanmax(values, axis=1)})
    assert evaluate(best, rows()).index.max() == pytest.approx(100)


def test_two_editions_with_different_pipelines_are_not_the_same_method(file):
    other = TEXT.replace("method: median", "method: mean")
    assert parse(TEXT).edition() == parse(TEXT).edition()
    assert parse(TEXT).edition() != parse(other).edition()


def test_the_example_of_the_reference_is_one():
    text = (HERE.parents[2] / "docs" / "reference" / "formats.md").read_text(encoding="utf-8")
    section = text[text.index("### A pipeline inside") :]
    shown = section[section.index("```yaml\n") + 8 :].partition("```")[0].removeprefix("nature: research\n")
    whole = TEXT[: TEXT.index("pipeline:\n")] + shown + TEXT[TEXT.index("editions:") :]
    assert parse(whole).edition().pipeline is not None
