"""The check against every way to answer small instruments: complete, sound, no false alarm."""

from __future__ import annotations

import itertools
from collections import defaultdict
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teladan.core.consistency import CANDIDATES, Checker, Row, Verdict
from teladan.core.instrument import Edition
from teladan.core.quantity import Rounding, decimal_text
from tests.core.consistency.test_trees import (
    answers_of,
    as_printed,
    edition,
    inner,
    leaf,
    values_of,
)

FINITE = ["level", "below", "half"]
RULES = ["weighted arithmetic", "minimum", "sum to weight"]
KINDS = ["city", "village"]


@st.composite
def editions(draw, scales=FINITE, rules=RULES, weights=("1", "2", "1/3", "0.7")):
    """Two parts of one to three lines each, with rounding, minima, kinds and odd weights."""
    codes = itertools.count(1)
    parts = []
    inside = []
    for part in ("P1", "P2"):
        lines = []
        for _ in range(draw(st.integers(1, 3))):
            only = draw(st.sampled_from(["", "", "applies_to: [city]"]))
            weight, scale = draw(st.sampled_from(weights)), draw(st.sampled_from(scales))
            lines.append(leaf(f"I{next(codes)}", weight, scale, only))
        parts.append(inner(part, lines, f"aggregation: {draw(st.sampled_from(rules))}"))
        if draw(st.booleans()):
            inside.append(part)
    digits = {code: draw(st.integers(0, 2)) for code in ("index", "P1", "P2")}
    mode = draw(st.sampled_from(list(Rounding)))
    whole = draw(st.sampled_from(["parent", "whole"]))
    text = f"""
        not applicable: re-weight in {whole}
        rounding:
          mode: {mode}
          printed: {{{", ".join(f'{code}: "{n}"' for code, n in digits.items())}}}
          inside: [{", ".join(inside)}]
    """
    return edition(text, inner("index", parts, f"aggregation: {draw(st.sampled_from(rules))}"))


def printed_rows(run: Edition, kind: str) -> list[tuple[dict[str, str], dict[str, Fraction]]]:
    rows = []
    for answers in answers_of(run):
        values = values_of(run, answers, kind)
        rows.append((as_printed(run, values), values))
    return rows


def one_of(draw, rows, codes):
    """Draw the figures of one row, or each from a row of its own, perhaps one of them shifted."""
    row = draw(st.sampled_from(rows))[0]
    if draw(st.booleans()):
        texts = {code: row[code] for code in codes if code in row}
    else:
        several = {code: [other[code] for other, _ in rows if code in other] for code in codes}
        texts = {code: draw(st.sampled_from(every)) for code, every in several.items() if every}
    if texts and draw(st.booleans()):
        code = draw(st.sampled_from(sorted(texts)))
        digits = len(texts[code].partition(".")[2])
        moved = Fraction(texts[code]) * 10**digits + draw(st.sampled_from([1, -1, 7]))
        if moved.denominator == 1:
            texts[code] = decimal_text(int(moved), digits)
    return texts


@pytest.mark.usefixtures("sample")
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_verdicts_are_those_of_trying_all_answers(data):
    run = data.draw(editions())
    kind = data.draw(st.sampled_from(KINDS))
    rows = printed_rows(run, kind)
    if "index" not in rows[0][0]:
        return  # nothing applies to this kind
    printable = sorted(rows[0][0])
    codes = data.draw(st.sets(st.sampled_from(printable), min_size=1))
    exact_by_print = defaultdict(set)
    alone = defaultdict(set)
    shown = sorted({*codes, "index"})
    for texts, values in rows:
        exact_by_print[tuple(texts[c] for c in sorted(codes))].add(tuple(values[c] for c in shown))
        for code in codes:
            alone[code].add(texts[code])
    checker = Checker(run)

    for _ in range(5):
        texts = one_of(data.draw, rows, codes)
        finding = checker.check(Row(organisation="x", values=texts, kind=kind))
        possible = exact_by_print.get(tuple(texts[c] for c in sorted(codes)), set())
        if not all(texts[code] in alone[code] for code in codes):
            assert finding.verdict is Verdict.IMPOSSIBLE
        elif not possible:
            assert finding.verdict is Verdict.INCONSISTENT
        else:
            assert finding.verdict is Verdict.CONSISTENT
        found = [tuple(candidate[c] for c in shown) for candidate in finding.candidates]
        assert all(set(candidate) == set(shown) for candidate in finding.candidates)
        assert len(set(found)) == len(found) <= CANDIDATES
        assert set(found) <= possible
        assert bool(found) == bool(possible)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_no_false_alarm_with_continuous_and_mixed_scales_and_each_candidate_prints_the_row(data):
    scales = [*FINITE, "ratio", "index", "posts", "ratio"]
    run = data.draw(editions(scales=scales))
    answers = {}
    for element in run.leaves:
        finite = element.scale.values()
        low, high = element.scale.lowest, element.scale.highest
        answers[element.code] = data.draw(
            st.sampled_from(finite)
            if finite
            else st.fractions(min_value=low, max_value=high, max_denominator=60)
        )
    kind = data.draw(st.sampled_from(KINDS))
    texts = as_printed(run, values_of(run, answers, kind))
    if not texts:
        return
    kept = data.draw(st.just(set(texts)) | st.sets(st.sampled_from(sorted(texts)), min_size=1))
    row = Row(organisation="x", values={code: texts[code] for code in kept}, kind=kind)

    finding = Checker(run).check(row)

    assert finding.verdict is Verdict.CONSISTENT, finding.reason
    assert finding.candidates
    for candidate in finding.candidates:
        prints = as_printed(run, dict(candidate))
        assert {code: prints[code] for code in kept} == row.values
        if kept == set(texts):
            raw = {
                element.code: candidate.get(element.code, Fraction(0)) * 60 + 20
                if element.scale.type == "goalposts"
                else candidate.get(element.code, Fraction(0))
                for element in run.leaves
            }
            assert values_of(run, raw, kind) == candidate


@pytest.mark.usefixtures("sample")
@settings(max_examples=30, deadline=None)
@given(st.data())
def test_an_unknown_kind_is_wrong_only_if_every_kind_is(data):
    run = data.draw(editions())
    rows = [row for kind in KINDS for row in printed_rows(run, kind) if "index" in row[0]]
    codes = data.draw(st.sets(st.sampled_from(["index", "P1", "P2"]), min_size=1))
    texts = one_of(data.draw, rows, codes)
    checker = Checker(run)
    each = [checker.check(Row(organisation="x", values=texts, kind=k)).verdict for k in KINDS]

    verdict = checker.check(Row(organisation="x", values=texts)).verdict

    if all(element.applies_to is None for element in run.leaves):
        assert [verdict] == list(set(each))
    elif set(each) <= {Verdict.IMPOSSIBLE, Verdict.INCONSISTENT}:
        assert verdict in each
    else:
        assert verdict is Verdict.UNDECIDED
