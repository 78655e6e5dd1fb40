"""The vary file: every key, and every fault by its line."""

from __future__ import annotations

import pytest

from teladan.core.composite import Impute, Pipeline, Screen
from teladan.core.composite.aggregation import Geometric
from teladan.core.document import DocumentError
from teladan.core.uncertainty import Choice, LeaveOut, Raters, Rounding, Weights, read_vary
from tests.core.uncertainty import cases

PIPELINE = Pipeline(tree=cases.tree(), steps=(Screen(), Impute(), *cases.STEPS))
FULL = """\
format: teladan-vary/1
weights: {levels: {1: "0.25", 2: "1/10"}, how: normal}
normalise: [as given, {z-score: {mean: "10", sd: "2"}}]
aggregate: [arithmetic, {geometric: {zero: missing}}]
treat:
  - as given
  - none
  - {stages: [{winsorise: {limit: "2"}}]}
impute: [{method: median}, as given]
leave out: {codes: [x0, d1], or nothing: "no"}
rounding: {digits: {x1: "2", x2: "-1"}, lowest: "0"}
raters:
  counts: {"1": {"1": "8", "2": "1"}, "2": {"1": "2", "2": "9"}}
  source: forty files scored twice
  codes: [x3]
"""


def read(text, **more):
    return read_vary(text, "vary.yaml", PIPELINE, **more)


def test_a_whole_file():
    weights, normalise, aggregate, treat, impute, left, rounding, raters = read(FULL)
    assert weights == Weights(shares={1: 0.25, 2: 0.1}, how="normal")
    assert isinstance(normalise, Choice)
    assert normalise.text == "normalise: as given or z-score to mean 10, standard deviation 2, equally likely"
    assert aggregate.options[1].rule == Geometric(zero="missing")
    assert treat.labels == ("as given", "none", "stages winsorise limit 2")
    assert treat.options[0] is PIPELINE.steps[2]
    assert treat.options[1] is None
    assert impute.options == (Impute(method="median"), Impute())
    assert left == LeaveOut(codes=("x0", "d1"), none=False)
    assert rounding == Rounding(digits={"x1": 2, "x2": -1}, lowest=0.0)
    assert raters == Raters(
        levels=(1, 2), counts=((8, 1), (2, 9)), source="forty files scored twice", codes=("x3",)
    )


def test_one_share_is_of_every_level_and_one_number_of_digits_of_every_indicator():
    weights, rounding = read('format: teladan-vary/1\nweights: {share: "0.2"}\nrounding: {digits: "3"}\n')
    assert weights == Weights(shares={1: 0.2, 2: 0.2})
    assert rounding.digits == dict.fromkeys(cases.codes(), 3)


def test_a_level_left_out_names_its_elements():
    (left,) = read('format: teladan-vary/1\nleave out: {level: "2"}\n')
    assert left == LeaveOut(codes=("d0", "d1"))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("weight: {}", "unknown key 'weight'"),
        ("weights: {}", "say either share (of every level) or levels"),
        ('weights: {share: "2"}', "not a share in 0 … 1"),
        ('weights: {levels: {4: "0.1"}}', "'4' is not a level from 1 to 3"),
        ("normalise: [z score]", "'z score' is not one of"),
        ("denominate: [none]", "the pipeline has no step denominate that could vary"),
        ("treat: [sometimes]", "an option is the keys of the step, none, or as given"),
        ("impute: [{method: guess}]", "'guess' is not one of"),
        ("leave out: {codes: [x9]}", "the tree has no such element"),
        ('leave out: {level: "3"}', "there is no level 3 below the index"),
        ('rounding: {digits: "many"}', "'many' is not a number of digits"),
        ('rounding: {lowest: "0"}', "the key 'digits' is missing"),
        ("raters: {counts: {}, source: x}", "counts map a level"),
        ('raters: {counts: {"1": {"1": "3"}}}', "the key 'source' is missing"),
        ('raters: {counts: {"1": {"1": "-3"}}, source: x}', "'-3' is not a whole number"),
    ],
)
def test_faults_are_named_with_their_line(line, message):
    with pytest.raises(DocumentError) as stopped:
        read(f"format: teladan-vary/1\n{line}\n")
    (first, *_) = stopped.value.lines()
    assert first.startswith("vary.yaml:2")
    assert message in first


def test_what_may_not_vary_is_refused_with_the_reason():
    with pytest.raises(DocumentError, match="its weights are law"):
        read('format: teladan-vary/1\nweights: {share: "0.1"}\n', refuse={"weights": "its weights are law"})


def test_a_file_of_another_format_or_of_nothing_is_refused():
    with pytest.raises(DocumentError, match="this reads 'teladan-vary/1'"):
        read('format: teladan-vary/9\nweights: {share: "0.1"}\n')
    with pytest.raises(DocumentError, match="nothing varies: name at least one of weights"):
        read("format: teladan-vary/1\n")
