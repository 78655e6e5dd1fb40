"""`teladan agree`: two raters of the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

DENPASAR = Path(__file__).parents[3] / "published/spbe/2021-denpasar"
LONG = "organisation,indicator,value\n"


def test_denpasar_2021(teladan):
    run = teladan("agree", "spbe", DENPASAR / "answers.csv", DENPASAR / "scores.csv", "--format", "json")
    value = json.loads(run.out)
    named = f"{DENPASAR / 'answers.csv'} and {DENPASAR / 'scores.csv'}: compared under spbe@2020 edition 2024"
    assert (run.status, run.err) == (0, f"{named}\n")
    assert list(value) == ["n", "dropped", "exact", "adjacent", "mean_difference", "kappa"]
    assert (value["n"], value["dropped"]) == (47, 0)
    assert value["exact"] == 18 / 47
    assert value["adjacent"] == 40 / 47
    assert value["mean_difference"] == pytest.approx(26 / 47, abs=1e-15)
    assert round(value["kappa"], 2) == 0.55


def test_the_table_says_which_sign_means_what(teladan):
    run = teladan("agree", "spbe@2020", DENPASAR / "answers.csv", DENPASAR / "scores.csv")
    assert run.status == 0
    assert "spbe@2020 edition 2024" in run.out.splitlines()[0]
    told = {line.split("  ")[0]: " ".join(line.split()) for line in run.out.splitlines()}
    assert told["equal"] == "equal 18 38.3% of the pairs"
    assert told["OTHER lower"] == "OTHER lower 25"
    assert told["OTHER higher"] == "OTHER higher 4"
    assert told["mean difference"].endswith("0.5532 ONE − OTHER: ONE is higher on average")
    assert told["kappa"].startswith("kappa 0.5467 quadratic weights")


def test_pairs_are_formed_by_organisation_and_indicator_in_any_form(teladan, write, book):
    one = write("one.csv", "organisation,OSI,HCI,TII\nA,1,0.5,\nB,0,0,0\n")
    other = book([["organisation", "TII", "HCI", "OSI"], ["C", 1, 1, 1], ["A", 0.25, 0.25, 1]])
    value = json.loads(teladan("agree", "egdi", one, other, "--format", "json").out)
    assert (value["n"], value["dropped"]) == (2, 7)
    assert (value["exact"], value["adjacent"], value["mean_difference"]) == (0.5, 1.0, 0.125)


def test_without_a_pair_there_is_nothing_to_say(teladan, write):
    one, other = write("one.csv", LONG + "A,OSI,1\n"), write("other.csv", LONG + "B,OSI,1\n")
    value = json.loads(teladan("agree", "egdi", one, other, "--format", "json").out)
    assert value == {
        "n": 0,
        "dropped": 2,
        "exact": None,
        "adjacent": None,
        "mean_difference": None,
        "kappa": None,
    }
    assert teladan("agree", "egdi", one, other).status == 0


def test_where_every_value_is_the_same_kappa_is_not_defined(teladan, write):
    one = write("one.csv", LONG + "A,OSI,1\nA,HCI,1\n")
    value = json.loads(teladan("agree", "egdi", one, one, "--format", "json").out)
    assert (value["exact"], value["kappa"]) == (1.0, None)
    assert "not defined" in teladan("agree", "egdi", one, one).out


def test_the_problems_of_both_files_are_named(teladan, write):
    one, other = write("one.csv", LONG + "A,OSI,2\n"), write("other.csv", LONG + "A,OSY,1\n")
    run = teladan("agree", "egdi", one, other)
    assert (run.status, run.out) == (1, "")
    assert run.err.splitlines() == [
        "one.csv:2:value: OSI: 2 is not between 0 and 1",
        "other.csv:2:indicator: unknown code 'OSY'; did you mean 'OSI'?",
    ]


def test_a_file_that_is_not_there(teladan, write):
    one = write("one.csv", LONG + "A,OSI,1\n")
    run = teladan("agree", "egdi", one, "two.csv")
    assert (run.status, run.out) == (2, "")
    assert run.err.startswith("two.csv: there is no such file")
