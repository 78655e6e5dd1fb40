"""YAML read as positioned text: nothing is guessed, everything has its line."""

from __future__ import annotations

import pytest

from teladan.core.document import DocumentError, Problem, parse


def test_scalars_stay_the_text_that_was_written():
    top = parse("a: 1.30\nb: no\nc: 2024-05-01\nd: ~\ne: 1e3\nf: 0x10\ng: 012\nh: '1.30'\ni: yes\n", "f.yaml")
    assert {key: item.value for key, item in top.value.items()} == {
        "a": "1.30",
        "b": "no",
        "c": "2024-05-01",
        "d": "~",
        "e": "1e3",
        "f": "0x10",
        "g": "012",
        "h": "1.30",
        "i": "yes",
    }


def test_every_item_knows_its_line():
    top = parse("a: 1\nb:\n  - x\n  - {c: y}\n", "f.yaml")
    assert top.value["a"].line == 1
    assert [item.line for item in top.value["b"].value] == [3, 4]
    assert top.value["b"].value[1].value["c"].line == 4


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "f.yaml:1: the file is empty"),
        ("# only a remark\n", "f.yaml:1: the file is empty"),
        ("a: 1\na: 2\n", "f.yaml:2: the key 'a' is given twice"),
        (
            "a: &x {b: c}\nd: *x\n",
            "f.yaml:2: anchors and aliases (&, *) are not read: write it out",
        ),
        ("? [a, b]\n: c\n", "f.yaml:1: a key must be plain text"),
        ("[" * 50 + "]" * 50, "f.yaml:1: nested more than 40 deep"),
        ("a: [1\n", "f.yaml:2: not YAML: did not find expected ',' or ']'"),
        ("a: b: c\n", "f.yaml:1: not YAML: mapping values are not allowed in this context"),
        ("\ta: 1\n", "f.yaml:1: not YAML: found character that cannot start any token"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(text, line):
    with pytest.raises(DocumentError) as refused:
        parse(text, "f.yaml")
    assert refused.value.lines() == [line]


@pytest.mark.parametrize("text", ["a: \x00", "a: 1\n---\nb: 2\n", "[" * 100_000, "a: \ud800"])
def test_damaged_text_is_refused_too(text):
    with pytest.raises(DocumentError):
        parse(text, "f.yaml")


def test_a_bomb_of_aliases_costs_nothing():
    levels = ["a0: &a0 [x, x]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]
    with pytest.raises(DocumentError, match="anchors and aliases"):
        parse("\n".join(levels), "f.yaml")


def test_problems_are_listed_in_the_order_of_the_file():
    error = DocumentError("f.yaml", [Problem(9, "x", "second"), Problem(2, "", "first")])
    assert error.lines() == ["f.yaml:2: first", "f.yaml:9: x: second"]
    assert str(error) == "f.yaml:2: first\nf.yaml:9: x: second"
