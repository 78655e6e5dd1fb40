"""What the engine makes of valid answers never raises an alarm, printed whole or in part."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teladan.core.consistency import Checker, Row, Verdict
from teladan.core.index import evaluate, read_answers
from teladan.core.instrument import parse
from teladan.core.quantity import plain_text
from tests.core.consistency.test_small import FINITE, editions
from tests.core.consistency.test_trees import edition, inner, leaf, spbe

INSTRUMENTS = Path(__file__).parents[3] / "instruments"
SPBE = Checker(spbe())


def published(run, answers, kind=None):
    """Return the texts and the band that the engine prints for one organisation."""
    cells = {code: [str(value)] for code, value in answers.items()}
    read, problems = read_answers(run, ["x"], cells, None if kind is None else [kind])
    assert problems == []
    result = evaluate(run, read).row(0)
    texts = {
        code: element.printed if element.printed is not None else plain_text(element.exact)
        for code, element in result.elements.items()
        if element.exact is not None
    }
    return texts, None if result.band is None else result.band.code


levels = st.integers(1, 5) | st.sampled_from([1, 3])


@settings(max_examples=150, deadline=None)
@given(st.lists(levels, min_size=47, max_size=47), st.data())
def test_spbe_from_random_levels_is_consistent(answers, data):
    run = SPBE.edition
    texts, band = published(run, {f"I{n}": level for n, level in enumerate(answers, 1)})
    some = data.draw(
        st.sampled_from([("D1", "D2", "D3", "D4", "index"), tuple(texts)])
        | st.sets(st.sampled_from(sorted(texts)), min_size=1).map(tuple)
    )
    kept = {code: texts[code] for code in texts if code in some}

    finding = SPBE.check(Row(organisation="x", values=kept, band=band))

    assert finding.verdict is Verdict.CONSISTENT, finding.reason
    assert 1 <= len(finding.candidates) <= 5


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_trees_that_cannot_be_decided_raise_no_alarm_either(data):
    rules = ["weighted arithmetic", "sum to weight", "median", "minimum", "geometric", "harmonic"]
    run = data.draw(editions(scales=["level", "half", "ratio"], rules=rules))
    kind = data.draw(st.sampled_from(["city", "village"]))
    answers = {
        element.code: data.draw(st.sampled_from(element.scale.values() or [Fraction(n, 7) for n in range(8)]))
        for element in run.leaves
        if element.applies_to is None or kind in element.applies_to
    }
    texts, _ = published(run, answers, kind)
    if not texts:
        return
    kept = data.draw(st.sets(st.sampled_from(sorted(texts)), min_size=1))

    finding = Checker(run).check(
        Row(organisation="x", values={code: texts[code] for code in kept}, kind=kind)
    )

    assert finding.verdict in {Verdict.CONSISTENT, Verdict.UNDECIDED}, finding.reason
    if all(e.aggregation in {"weighted arithmetic", "sum to weight", "minimum"} for e in run.root.walk()):
        assert finding.verdict is Verdict.CONSISTENT


def test_full_marks_in_a_part_with_fewer_lines_are_full_marks():
    part = inner("P1", [leaf("I1"), leaf("I2", "3", more="applies_to: [city]")])
    rules = "aggregation: sum to weight\nnot applicable: re-weight in whole"
    run = edition(rules, inner("index", [part, leaf("I3")]))

    texts, _ = published(run, {"I1": Fraction(3), "I3": Fraction(3)}, "village")

    assert texts["index"] == "5"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_missing_answers_raise_no_alarm(data):
    where = data.draw(st.sampled_from(["parent", "whole"]))
    rules = f"""
        missing: {data.draw(st.sampled_from(["zero", "leave out", "lowest level"]))}
        not applicable: re-weight in {where}
        aggregation: {data.draw(st.sampled_from(["weighted arithmetic", "sum to weight", "minimum"]))}
        rounding:
          printed: {{index: "2", P1: "1", P2: "1"}}
          inside: [{data.draw(st.sampled_from(["", "P1", "P1, P2"]))}]
    """
    scale = st.sampled_from(FINITE)
    parts = [
        inner(part, [leaf(f"I{n}", weight, data.draw(scale)) for n, weight in lines])
        for part, lines in (("P1", [(1, "1"), (2, "2")]), ("P2", [(3, "1"), (4, "0.5")]))
    ]
    run = edition(rules, inner("index", parts))
    answers = {
        element.code: data.draw(st.sampled_from(element.scale.values()))
        for element in run.leaves
        if data.draw(st.booleans())
    }
    texts, _ = published(run, answers)
    if not texts:
        return
    kept = data.draw(st.sets(st.sampled_from(sorted(texts)), min_size=1))

    finding = Checker(run).check(Row(organisation="x", values={code: texts[code] for code in kept}))

    assert finding.verdict in {Verdict.CONSISTENT, Verdict.UNDECIDED}, finding.reason


FILES = sorted(INSTRUMENTS.glob("*/*/instrument.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parts[-3])
def test_the_instruments_of_the_project_print_what_they_can_print(file):
    instrument = parse(file.read_text(encoding="utf-8"), str(file))
    for run in instrument.editions:
        checker = Checker(run)
        for share in (Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(1)):
            answers = {}
            for element in run.leaves:
                scale = element.scale
                finite = scale.values()
                answers[element.code] = (
                    finite[int(share * (len(finite) - 1))]
                    if finite
                    else scale.lowest + share * (scale.highest - scale.lowest)
                )
            texts, band = published(run, answers)
            for codes in (tuple(texts), ("index", *(child.code for child in run.root.children))):
                kept = {code: texts[code] for code in codes if code in texts}
                finding = checker.check(Row(organisation="x", values=kept, band=band))
                assert finding.verdict is Verdict.CONSISTENT, finding.reason
