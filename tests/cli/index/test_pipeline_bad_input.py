"""What an index cannot be made of is refused by name by every verb, with a way out where there is one."""

# ruff: noqa: E501  (one case, one line)

from __future__ import annotations

import pytest

METHOD = """\
format: teladan-pipeline/1
tree: {{code: index, children: [{{code: a}}, {{code: b}}]}}
pipeline:
  - {step}
  - aggregate: {{rule: {rule}}}
"""
MIN_MAX, PLAIN = "normalise: {method: min-max}", "normalise: {method: as it is}"
CASES = {
    "a constant column": (MIN_MAX, "arithmetic", "x,1,5 y,2,5 z,3,5", "indicator b: every value is 5", "constant"),
    "all missing": (MIN_MAX, "arithmetic", "x,1, y,2, z,3,", "indicator b: every value is missing", "screen"),
    "one unit": (MIN_MAX, "arithmetic", "x,1,5", "indicator a: only one unit has a value", "constant"),
    "infinite": (MIN_MAX, "arithmetic", "x,1,2 y,2,inf", "indicator b, unit y: 'inf' is not a finite", ""),
    "beyond float64": (MIN_MAX, "arithmetic", "x,1,2 y,2,1e999", "unit y: '1e999' is not a finite number", ""),
    "a negative value to a logarithm": (
        "treat: {test: none, stages: [{log: plain}]}",
        "arithmetic",
        "x,1,2 y,2,-3 z,3,4",
        "indicator b, unit y: log has no value for -3",
        "shifted takes any",
    ),
    "a zero to a geometric mean": (PLAIN, "geometric", "x,1,2 y,2,0 z,3,4", "indicator b, unit y: 0", "zero: zero"),
    "a negative value to a geometric mean": (
        PLAIN, "{geometric: {zero: zero}}", "x,1,2 y,2,-1 z,3,4", "indicator b, unit y: -1 has no place", ""
    ),
    "a zero to a harmonic mean": (PLAIN, "harmonic", "x,0,2 y,2,1", "indicator a, unit x: 0", "zero: zero"),
    "a sum beyond float64": (PLAIN, "arithmetic", "x,1.7e308,1.7e308 y,1,2", "no finite value", ""),
}  # fmt: skip


def files(write, step, rule, rows):
    method = write("method.yaml", METHOD.format(step=step, rule=rule))
    return method, write("data.csv", "\n".join(["unit,a,b", *rows.split(" ")]) + "\n")


@pytest.mark.parametrize("verb", ["evaluate", "rank", "sensitivity", "diagnose"])
@pytest.mark.parametrize("case", CASES)
def test_it_is_named(teladan, write, verb, case):
    step, rule, rows, place, way_out = CASES[case]
    ran = teladan(verb, *files(write, step, rule, rows))
    assert (ran.status, ran.out) == (1, "")
    assert place in ran.err
    assert way_out in ran.err
    assert "nan" not in ran.err.casefold().replace("finance", "")


@pytest.mark.parametrize("form", ["table", "json", "csv"])
@pytest.mark.parametrize(
    ("step", "rule", "rows"),
    [
        ("normalise: {method: min-max, constant: '50'}", "arithmetic", "x,1,5 y,2,5 z,3,5"),
        ("normalise: {method: min-max, constant: '50'}", "arithmetic", "x,1,5"),
        ("screen: {indicators: '1/2'}", "arithmetic", "x,1, y,2, z,3,"),
        (PLAIN, "{geometric: {zero: zero}}", "x,1,2 y,2,0 z,3,4"),
        (PLAIN, "{geometric: {zero: missing}}", "x,1,2 y,0,0 z,3,4"),
        ("treat: {test: none, stages: [{log: symmetric}]}", "arithmetic", "x,1,2 y,2,-3 z,3,4"),
    ],
)
def test_a_declared_rule_is_followed_and_said(teladan, write, form, step, rule, rows):
    ran = teladan("evaluate", *files(write, step, rule, rows), "--format", form)
    assert ran.status == 0
    assert "nan" not in ran.out.casefold()
    if form == "table":
        said = {"constant": "counts as 50", "screen": "less than 0.5", "zero": "a zero", "symmetric": "log"}
        assert any(text in ran.out for word, text in said.items() if word in step + rule)


@pytest.mark.parametrize("verb", ["evaluate", "rank", "sensitivity", "diagnose"])
def test_a_column_that_stands_twice_is_refused(teladan, write, verb):
    method, _ = files(write, MIN_MAX, "arithmetic", "x,1,2")
    ran = teladan(verb, method, write("twice.csv", "unit,a,b,a\nx,1,2,9\ny,2,1,8\nz,3,3,7\n"))
    assert (ran.status, ran.out) == (1, "")
    assert "twice.csv:1:a: this column stands twice" in ran.err


def test_a_ranking_says_what_its_steps_changed(teladan, write):
    """A gap moves the rank of its unit: the table says so, as that of evaluate does."""
    ran = teladan("rank", *files(write, MIN_MAX, "arithmetic", "x,1,2 y,,1 z,3,5"))
    assert ran.status == 0
    assert "aggregate: no value: left out of index, its weight goes to the others: 1 value." in ran.out
