"""`from teladan import Instrument, evaluate, rank, sensitivity`."""

from __future__ import annotations

import csv
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import teladan
from teladan import Instrument, evaluate, rank, sensitivity
from teladan.core.composite import (
    Aggregate,
    CompositeError,
    Denominate,
    Document,
    Element,
    Impute,
    Pipeline,
    Tree,
)
from teladan.core.document import DocumentError
from teladan.core.index import AnswersError
from teladan.core.uncertainty import Weights, confusion
from tests.core.uncertainty import cases

SAMPLE = Path(__file__).parents[1] / "composite"
PARTS = {
    "organisation": ["KOR", "SGP", "IDN"],
    "OSI": ["1.0", "0.9831", "0.80346"],
    "HCI": [0.91198, 0.9362, 0.72934],
    "TII": np.array([0.9917, 0.9881, 0.86448]),
}
PIPELINE = Pipeline(tree=cases.tree(), steps=cases.STEPS)


def table_columns():
    table = cases.table()
    return {
        "unit": list(table.units),
        **{code: table.values[:, i] for i, code in enumerate(table.indicators)},
    }


def test_importing_teladan_brings_no_engine_along():
    code = "import sys, teladan; print([m for m in sys.modules if m.startswith(('numpy', 'teladan.'))])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout == "[]\n"
    assert {"Instrument", "evaluate", "rank", "sensitivity"} <= set(dir(teladan))
    with pytest.raises(AttributeError, match="no attribute 'ranking'"):
        _ = teladan.ranking


def test_an_edition_is_exact_whatever_its_figures_came_as():
    found = evaluate(Instrument("egdi", "2024"), PARTS)
    assert found.units == ("KOR", "SGP", "IDN")
    exact = [result.index.exact for result in found.result.rows()]
    assert exact[0] == (Fraction(1) + Fraction("0.91198") + Fraction("0.9917")) / 3
    assert found.printed == ("0.9679", "0.9691", "0.7991")
    assert found.columns()["rank"] == [2, 1, 3]


def test_wrong_cells_are_named():
    with pytest.raises(AnswersError, match="SGP: OSI: 9 is not between 0 and 1"):
        evaluate(Instrument("egdi", "2024"), PARTS | {"OSI": [1, 9, 0.5]})
    with pytest.raises(CompositeError, match="no column 'organisation' names the rows"):
        evaluate(Instrument("egdi", "2024"), {"OSI": [1]})
    with pytest.raises(CompositeError, match="different lengths"):
        evaluate(Instrument("egdi", "2024"), PARTS | {"OSI": [1]})
    with pytest.raises(CompositeError, match="there are no rows"):
        evaluate(Instrument("egdi", "2024"), [])
    with pytest.raises(KeyError, match="no edition 1999"):
        Instrument("egdi", "1999")


def test_a_pipeline_document_and_a_pipeline_made_here():
    sample = Instrument(SAMPLE / "sample.yaml")
    with (SAMPLE / "sample.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert isinstance(sample.document, Document)
    found = evaluate(sample, rows)
    assert found.columns()["rank"] == [2, 6, 7, 3, 4, 5, 1]
    report = rank(sample, rows, draws=20, seed=2)
    assert report.assumptions[0]["text"] == (
        "what if: weights ± 25 % at levels 1, 2, uniform, re-normalised within each parent"
    )
    made = evaluate(Instrument(PIPELINE), table_columns())
    assert np.array_equal(made.index, cases.study().index)


def test_a_pipeline_made_here_reads_the_columns_that_its_steps_name():
    """The same figures as divided and filled by hand: by `people`, and from the others of the coast."""
    tree = Tree(root=Element(code="index", children=(Element(code="ships", denominator="people"),)))
    steps = (Denominate(), Impute(method="mean", over="group", group="coast"), Aggregate())
    rows = [
        {"unit": unit, "coast": coast, "people": people, "ships": ships}
        for unit, coast, people, ships in (
            ("a", "n", 2, 8),
            ("b", "n", 4, 8),
            ("c", "n", 1, None),
            ("d", "s", 1, 9),
        )
    ]
    ours = Instrument(Pipeline(tree=tree, steps=steps))
    assert evaluate(ours, rows).index.tolist() == [4, 2, 3, 9]
    assert rank(ours, rows, draws=5).rank.tolist() == [2, 4, 3, 1]


def test_fewer_than_two_with_an_index_are_no_ranking():
    columns = {"unit": ["a", "b"], "x": [1.0, None]}
    ours = Instrument(
        Pipeline(tree=Tree(root=Element(code="index", children=(Element(code="x"),))), steps=(Aggregate(),))
    )
    last = rank(ours, columns, draws=5).assumptions[-1]
    assert (last["code"], last["scored"], last["listed"]) == ("too-few-scored", 1, 2)
    both = rank(ours, columns | {"x": [1.0, 2.0]}, draws=5)
    assert "too-few-scored" not in {each.get("code") for each in both.assumptions}


@pytest.mark.parametrize("number", [{"draws": 2.5}, {"draws": 0}, {"seed": 1.5}, {"seed": -1}])
def test_draws_and_seed_are_whole_numbers(number):
    with pytest.raises(CompositeError, match="a whole number from"):
        rank(Instrument(PIPELINE), table_columns(), **{"draws": 5, **number})


def test_what_varies_may_be_a_file_or_a_list(tmp_path):
    file = tmp_path / "vary.yaml"
    file.write_text('format: teladan-vary/1\nweights: {share: "0.25"}\n', "utf-8")
    one, other = (
        rank(Instrument(PIPELINE), table_columns(), draws=30, seed=5, vary=vary).as_json()
        for vary in (file, [Weights(shares={1: 0.25, 2: 0.25})])
    )
    assert one == other


def test_law_lets_raters_vary_and_nothing_else():
    spbe = Instrument("spbe", "2024")
    answers = {"organisation": ["a", "b"], "kind": ["city", "city"]} | {
        code: [3, 2] for code in spbe.indicators
    }
    with pytest.raises(CompositeError, match="spbe@2020 edition 2024 is law"):
        rank(spbe, answers, vary=[Weights(shares={1: 0.1})])
    with pytest.raises(CompositeError, match="no choice of weights or rules"):
        sensitivity(spbe, answers)
    plain = rank(spbe, answers).as_json()
    assert plain["assumptions"][-1]["text"] == "raters: not measured"
    raters = confusion([(3, 3), (3, 2), (2, 2)], levels=range(1, 6), source="three files")
    found = rank(spbe, answers, vary=[raters], draws=50)
    assert found.assumptions[0]["source"] == "three files"
    assert [result["index"] for result in found.as_json()["results"]] == ["3.00", "2.00"]


def test_printed_figures_are_taken_where_the_indicators_are_not_there(tmp_path):
    spbe = Instrument("spbe", "2024")
    rows = {"organisation": ["a", "b"], "kind": ["city", "city"], "index": ["3.50", "3.50"]}
    assert rank(spbe, rows, draws=200).as_json()["results"][0]["not_distinguishable"] == ["b"]
    file = tmp_path / "vary.yaml"
    file.write_text('format: teladan-vary/1\nweights: {share: "0.25"}\n', "utf-8")
    with pytest.raises(DocumentError, match="only the rounding is uncertain"):
        rank(spbe, rows, vary=file)


def test_sensitivity_of_research():
    effects = sensitivity(Instrument("egdi", "2024"), PARTS, points=32, seed=1)
    assert [effect.name for effect in effects.effects] == ["weights", "normalise", "aggregate"]
