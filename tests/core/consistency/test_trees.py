"""Small instruments as YAML, and a second, plain way to work out what they print."""

from __future__ import annotations

import itertools
from fractions import Fraction
from textwrap import dedent, indent

import pytest

from teladan.core.instrument import Aggregation, Edition, Element, NotApplicable, parse
from teladan.core.quantity import plain_text, printed, rounded

HEAD = """
format: teladan-instrument/1
slug: small
version: "1"
titles: {{en: Small}}
tiers:
  - {{code: part, titles: {{en: Part}}}}
  - {{code: line, titles: {{en: Line}}}}
  - {{code: leaf, titles: {{en: Leaf}}}}
kinds: [{{code: city, titles: {{en: City}}}}, {{code: village, titles: {{en: Village}}}}]
scales:
  - {{code: level, type: level, lowest: "1", highest: "3"}}
  - {{code: five, type: level, lowest: "1", highest: "5"}}
  - {{code: below, type: level, lowest: "-2", highest: "1"}}
  - {{code: half, type: level, lowest: "0", highest: "1", step: "0.5"}}
  - {{code: ratio, type: ratio}}
  - {{code: index, type: imported index, lowest: "1", highest: "5"}}
  - {{code: posts, type: goalposts, lowest: "20", highest: "80"}}
{rules}
tree:
{tree}
editions:
  - year: "2024"
"""

SPBE = [  # the shape of PermenPANRB 59/2020: domain, aspect weights, indicators in each
    ("D1", [("A1", 10, "1.3")]),
    ("D2", [("A2", 4, "2.5"), ("A3", 4, "2.5"), ("A4", 2, "2.5")]),
    ("D3", [("A5", 8, "1.5"), ("A6", 3, "1.5")]),
    ("D4", [("A7", 10, "2.75"), ("A8", 6, "3")]),
]
SPBE_BANDS = """
bands:
  read: rounded
  list:
    - {code: Kurang, titles: {id: Kurang}, from: "1", to: "1.8"}
    - {code: Cukup, titles: {id: Cukup}, from: "1.8", to: "2.6"}
    - {code: Baik, titles: {id: Baik}, from: "2.6", to: "3.5"}
    - {code: Sangat Baik, titles: {id: Sangat Baik}, from: "3.5", to: "4.2"}
    - {code: Memuaskan, titles: {id: Memuaskan}, from: "4.2", to: "5"}
"""

Tree = tuple[str, str, str, "list[Tree]"]  # code, weight, further keys, children


def edition(rules: str, tree: Tree) -> Edition:
    text = HEAD.format(rules=dedent(rules).strip(), tree=indent(_yaml(tree), "  "))
    return parse(text).edition("2024")


def _yaml(tree: Tree) -> str:
    code, weight, keys, children = tree
    lines = [f"code: {code}", f'weight: "{weight}"', f"titles: {{en: {code}}}", *keys.splitlines()]
    if children:
        lines.append("children:")
        for child in children:
            body = indent(_yaml(child), "    ")
            lines.append("  - " + body[4:])
    return "\n".join(lines)


def leaf(code: str, weight: str = "1", scale: str = "level", more: str = "") -> Tree:
    return (code, weight, f"scale: {scale}\n{more}".strip(), [])


def inner(code: str, children: list[Tree], more: str = "") -> Tree:
    return (code, str(sum(Fraction(child[1]) for child in children)), more, children)


def spbe(read: str = "rounded", digits: str = "2") -> Edition:
    numbers = itertools.count(1)
    domains = [
        inner(
            domain,
            [
                inner(aspect, [leaf(f"I{next(numbers)}", weight, "five") for _ in range(count)])
                for aspect, count, weight in aspects
            ],
        )
        for domain, aspects in SPBE
    ]
    rules = f'rounding: {{printed: {{index: "{digits}", part: "{digits}", line: "{digits}"}}}}\n'
    return edition(rules + SPBE_BANDS.replace("rounded", read), inner("index", domains))


def values_of(run: Edition, answers: dict[str, Fraction], kind: str | None = None):
    """Work out every element from its definition: the plain second way."""
    found: dict[str, Fraction] = {}
    _value(run, run.root, answers, kind, found)
    return found


def _value(run, element, answers, kind, found):
    if element.scale:
        if kind is not None and element.applies_to is not None and kind not in element.applies_to:
            return None
        found[element.code] = element.scale.value_of(answers[element.code])
        return found[element.code]
    parts = []
    for child in element.children:
        value = _value(run, child, answers, kind, found)
        if value is None:
            continue
        if child.rounds_inside:
            value = rounded(value, child.digits, run.mode)
        parts.append((_in_effect(run, child, kind), value, _marks(run, child, kind)))
    if not parts:
        return None
    total = sum(weight for weight, _, _ in parts)
    if element.aggregation is Aggregation.MINIMUM:
        result = min(value for _, value, _ in parts)
    elif element.aggregation is Aggregation.SUM_TO_WEIGHT:
        top = element.weight if element is run.root else _marks(run, element, kind)
        result = sum(top * weight / total * value / marks for weight, value, marks in parts)
    else:
        result = sum(weight * value for weight, value, _ in parts) / total
    found[element.code] = result
    return result


def _in_effect(run: Edition, element: Element, kind: str | None) -> Fraction:
    if run.not_applicable is not NotApplicable.IN_WHOLE or kind is None:
        return element.weight
    return sum(
        (x.weight for x in element.leaves if x.applies_to is None or kind in x.applies_to), Fraction(0)
    )


def _marks(run: Edition, element: Element, kind: str | None) -> Fraction:
    if element.children and element.aggregation is Aggregation.SUM_TO_WEIGHT:
        return _in_effect(run, element, kind)
    return element.maximum


def as_printed(run: Edition, values: dict[str, Fraction]) -> dict[str, str]:
    texts = {}
    for code, value in values.items():
        digits = run.elements[code].digits
        texts[code] = plain_text(value) if digits is None else printed(value, digits, run.mode)
    return texts


def answers_of(run: Edition):
    """Yield every way to answer the finite scales of a small instrument."""
    codes = [element.code for element in run.leaves]
    for numbers in itertools.product(*(element.scale.values() for element in run.leaves)):
        yield dict(zip(codes, numbers, strict=True))


def test_a_tree_of_words_becomes_an_edition():
    run = edition(
        'rounding: {printed: {index: "1"}}',
        inner("index", [leaf("I1", "1/3"), leaf("I2", "2/3", "ratio", "missing: zero")]),
    )

    assert list(run.elements) == ["index", "I1", "I2"]
    assert run.root.weight == 1
    assert run.root.digits == 1
    assert run.elements["I2"].missing == "zero"


def test_spbe_in_the_tests_has_47_indicators_and_100_percent():
    run = spbe()

    assert len(run.leaves) == 47
    assert run.root.weight == 100
    assert [child.weight for child in run.root.children] == [13, 25, Fraction("16.5"), Fraction("45.5")]


def test_the_plain_second_way_gives_the_regulations_own_example():
    run = spbe()
    levels = {"I11": 3, "I12": 4, "I13": 3, "I14": 2}
    answers = {element.code: Fraction(levels.get(element.code, 1)) for element in run.leaves}

    assert values_of(run, answers)["A2"] == 3


@pytest.mark.parametrize("whole", [False, True])
def test_the_plain_second_way_moves_weights_of_lines_that_do_not_apply(whole):
    run = edition(
        f"not applicable: re-weight in {'whole' if whole else 'parent'}",
        inner(
            "index",
            [
                inner("P1", [leaf("I1"), leaf("I2", more="applies_to: [city]")]),
                inner("P2", [leaf("I3"), leaf("I4")]),
            ],
        ),
    )
    answers = {"I1": Fraction(3), "I2": Fraction(1), "I3": Fraction(1), "I4": Fraction(1)}

    assert values_of(run, answers, "village")["index"] == (Fraction(5, 3) if whole else 2)
