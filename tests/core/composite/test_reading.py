"""A pipeline as a document: read, refused with lines, run."""

from __future__ import annotations

import contextlib
import csv
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teladan.core.composite import CompositeError, Normalise, Override, Overrides, Screen, Treat, parse, run
from teladan.core.composite.aggregation import Custom, Geometric
from teladan.core.composite.impute import METHODS as IMPUTATIONS
from teladan.core.composite.orders import PercentileRank
from teladan.core.composite.scales import DistanceToTarget, Goalposts, MinMax
from teladan.core.composite.specs import AGGREGATIONS, METHODS, TREATMENTS
from teladan.core.composite.steps import STEPS
from teladan.core.composite.transforms import LOGS, Log, Winsorise
from teladan.core.composite.weigh import WAYS
from teladan.core.document import DocumentError

HERE = Path(__file__).parent
TEXT = (HERE / "sample.yaml").read_text(encoding="utf-8")


def rows():
    with (HERE / "sample.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def lines_of(text, **given):
    with pytest.raises(DocumentError) as caught:
        parse(text, "sample.yaml", **given)
    return caught.value.lines()


def test_a_document_becomes_the_same_dataclasses_that_python_makes():
    read = parse(TEXT)
    steps = {type(step).__name__: step for step in read.pipeline.steps}

    assert [type(step).__name__ for step in read.pipeline.steps] == [
        "Denominate", "Overrides", "Screen", "Impute", "Treat", "Normalise", "Weigh", "Aggregate",
    ]  # fmt: skip
    assert steps["Screen"] == Screen(units=0.6, drop={"Gull": "closed during the whole year (invented)"})
    assert steps["Treat"] == Treat(
        stages=(Winsorise(limit=2), Log(variant="both ways")), by_indicator={"routes": ()}
    )
    assert steps["Normalise"] == Normalise(
        method=MinMax(lower=1, upper=100),
        by_indicator={"delay": Goalposts(scale=100), "routes": DistanceToTarget(cap=True)},
        constant=50,
    )
    source = "Letter of the harbour of Dune (invented), 3 May"
    assert steps["Overrides"] == Overrides(
        values=(Override(unit="Dune", element="power", value=12.5, source=source),)
    )
    care = read.pipeline.tree["care"]
    assert (care.aggregation, care.least_data) == (Geometric(), 0.5)
    assert read.pipeline.tree["routes"].weight == 0.5


def test_the_sample_runs_and_every_change_has_its_trace():
    read = parse(TEXT)
    outcome = run(read.pipeline, read.table(rows()))

    assert outcome.table.units == ("Amber", "Birch", "Cliff", "Dune", "Ebb", "Fjord", "Haven")
    assert sorted(outcome.ranks().tolist()) == list(range(1, 8))
    assert outcome.ranks()[outcome.table.units.index("Haven")] == 1
    assert not np.isnan(outcome.scored.values).any()
    lives = {
        ("Dune", "power"): ["override", "normalise"],
        ("Gull", "ships"): ["denominate", "screen"],
        ("Birch", "routes"): ["impute", "normalise"],
        ("Cliff", "delay"): ["normalise"],
        ("Haven", "ships"): ["denominate", "treat", "normalise"],
    }
    for (unit, indicator), steps in lives.items():
        assert [change.step for change in outcome.trace.of(unit, indicator)] == steps
    cut = outcome.trace.of("Cliff", "delay")[0]
    assert (cut.rule, cut.before, cut.after) == ("cut at the worse end", 75.0, 0.0)
    given = outcome.trace.of("Dune", "power")[0]
    assert (given.before, given.after) == (None, 12.5)
    assert "Letter of the harbour of Dune" in given.rule


def test_the_trace_of_a_value_leads_from_the_raw_figure_to_the_score():
    read = parse(TEXT)
    table = read.table(rows())
    outcome = run(read.pipeline, table)

    for unit in outcome.table.units:
        for code in outcome.table.indicators:
            raw = table.values[table.units.index(unit), table.indicators.index(code)]
            value = None if np.isnan(raw) else float(raw)
            for change in outcome.trace.of(unit, code):
                assert change.before == value
                value = change.after
            assert value == outcome.scored[code][outcome.table.units.index(unit)]


def line_of(text, part):
    return 1 + next(i for i, line in enumerate(text.splitlines()) if part in line)


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("how: given", "how: guessed", "how: guessed", "'guessed' is not one of: given, equal"),
        ("method: median", "method: magic", "method: magic", "'magic' is not one of: mean, median"),
        ("min-max", "min-maxx", "min-maxx", "'min-maxx' is not one of: min-max"),
        ('limit: "2"', 'limit: "two"', "limit:", "'two' is not a whole number"),
        ("log: both ways", "log: sideways", "sideways", "'sideways' is not one of: plain"),
        ("routes: none", "roads: none", "roads", "the tree has no indicator 'roads'"),
        ("2: arithmetic", "7: arithmetic", "7:", "'7' is not a level from 2 to 3"),
        ("  - screen:", "  - sieve:", "  - sieve:", "'sieve' is not a step"),
        ("{zero: refuse}", "{zeros: refuse}", "zeros: refuse", "unknown key 'zeros'"),
        ('lower: "2", upper: "60"', 'lower: "60", upper: "2"', "code: delay", "do not rise"),
        ('weight: "1/2"', 'weight: "-1/2"', "code: routes", "-0.5 is not a weight"),
        ("code: spills", "code: power", "code: power", "this code is given twice"),
        ('units: "0.6"', 'units: "60"', "units:", "60 is not a share between 0 and 1"),
        ("group: coast", "group: shore", "shore", "the group 'shore' is not among data: groups"),
        ("unit: Dune, element: power", "unit: Dune, element: wind", "wind", "no element 'wind'"),
        ("aggregation: geometric", "aggregation: generalised mean", "aggregation:", "'power' is missing"),
        ('source: "Letter of the harbour of Dune (invented), 3 May"', 'source: ""', "Dune", "needs a source"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(old, new, place, message):
    text = TEXT.replace(old, new)
    assert text != TEXT
    found = lines_of(text)

    at = [line for line in found if message in line]
    assert at, found
    number = int(re.match(r"sample\.yaml:(\d+):", at[0])[1])
    assert abs(number - line_of(text, place)) <= 1


def test_all_problems_are_listed_at_once():
    text = TEXT.replace("how: given", "how: guessed").replace("log: both ways", "log: sideways")
    assert len(lines_of(text)) == 2


def test_a_document_holds_no_code_but_may_name_a_function_that_is_given():
    text = TEXT.replace("rule: arithmetic", "rule: {custom: best two}")
    assert "the function 'best two' is not given" in "\n".join(lines_of(text))

    read = parse(text, functions={"best two": lambda values, _: np.nanmax(values, axis=1)})
    assert isinstance(read.pipeline.steps[-1].rule, Custom)


def test_names_alone_and_names_with_parameters():
    text = TEXT.replace('method: {min-max: {lower: "1", upper: "100"}}', "method: percentile rank")
    assert parse(text).pipeline.steps[5].method == PercentileRank()


def test_aggregation_stands_at_the_end():
    text = TEXT.replace("  - denominate: {zero: refuse}", "  - aggregate:\n  - denominate: {zero: refuse}")
    assert "aggregate stands once, at the end" in lines_of(text)[0]


LINES = TEXT.splitlines()
WORDS = [
    "",
    "none",
    "yes",
    "-1",
    "1/0",
    "1e9",
    "x",
    "[]",
    "{}",
    "[a, b]",
    "{a: {b: c}}",
    "geometric",
    '"7"',
    "{custom: f}",
]


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_a_damaged_document_is_read_or_refused_with_lines(data):
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        kind = data.draw(st.sampled_from(["drop", "twice", "value", "inner", "indent"]))
        if kind == "drop":
            del lines[at]
        elif kind == "twice":
            lines.insert(at, lines[at])
        elif kind == "value":
            lines[at] = re.sub(r": .*$", ": " + data.draw(st.sampled_from(WORDS)), lines[at])
        elif kind == "inner":
            words = re.findall(r"[\w/.-]+", lines[at])
            if words:
                lines[at] = lines[at].replace(
                    data.draw(st.sampled_from(words)), data.draw(st.sampled_from(WORDS)), 1
                )
        else:
            lines[at] = "  " + lines[at]
    read, refused = None, []
    try:
        read = parse("\n".join(lines), "sample.yaml")
    except DocumentError as error:
        refused = error.lines()
    if read is None:
        assert refused
        assert all(re.match(r"sample\.yaml:\d+: .", line) for line in refused)
        return
    with contextlib.suppress(CompositeError):
        outcome = run(read.pipeline, read.table(rows()))
        assert np.isfinite(outcome.table.values[~np.isnan(outcome.table.values)]).all()


FORMATS = (HERE.parents[2] / "docs" / "reference" / "formats.md").read_text(encoding="utf-8")
SECTION = FORMATS[FORMATS.index("\n## A pipeline\n") : FORMATS.index("## Organisations")]


def test_the_example_of_the_reference_runs():
    read = parse(re.search(r"```yaml\n(.*?)```", SECTION, re.DOTALL)[1])
    cells = [
        {"country": "A", "coast": "n", "people": "10", "ships": "5", "delay": "9"},
        {"country": "B", "coast": "n", "people": "20", "ships": "", "delay": "70"},
        {"country": "C", "coast": "s", "people": "5", "ships": "8", "delay": "2"},
        {"country": "D", "coast": "s", "people": "5", "ships": "9", "delay": "30"},
        {"country": "E", "coast": "s", "people": "10", "ships": "1", "delay": "40"},
    ]
    outcome = run(read.pipeline, read.table(cells))
    assert outcome.table.units == ("A", "C", "D", "E")
    assert outcome.ranks().tolist() == [3, 1, 2, 4]
    assert {c.unit for c in outcome.trace.by("screen")} == {"B"}


def test_the_reference_names_every_step_method_stage_rule_and_key():
    for name in (*STEPS, *METHODS, *TREATMENTS, *AGGREGATIONS):
        assert re.search(rf"[`{{]{re.escape(name)}[`:]", SECTION), name
    for named in (*METHODS.values(), *TREATMENTS.values(), *AGGREGATIONS.values()):
        for key in named.keys:
            assert f"`{key}" in SECTION, key
    for word in (*WAYS, *LOGS, *IMPUTATIONS):
        assert f"`{word}`" in SECTION, word


def test_less_is_better_needs_a_step_that_turns_it_round():
    """Aggregated as it stands, the worst would come first."""
    text = """\
format: teladan-pipeline/1
tree: {code: index, children: [{code: a}, {code: b, direction: less is better}]}
pipeline: [{aggregate: }]
"""
    (line,) = lines_of(text)
    assert "sample.yaml:3: b: less is better, and no step turns it round" in line
    turned = parse(text.replace("[{aggregate", "[{normalise: {method: as it is}}, {aggregate"))
    found = run(
        turned.pipeline, turned.table([{"unit": "x", "a": "1", "b": "1"}, {"unit": "y", "a": "1", "b": "9"}])
    )
    assert found.ranks().tolist() == [1, 2]
