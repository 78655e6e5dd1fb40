"""The engine against the plain way, on random editions and answers."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from teladan.core import canonical
from teladan.core.index import AggregationError, evaluate, read_answers
from teladan.core.instrument import ADDITIVE, INDEX, Aggregation, Missing
from teladan.core.quantity import printed, rounded
from tests.core.index.trees import HUGE_PRIME, Undefined, cases, is_additive, plain

RANDOM = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
EXACT = tuple(rule for rule in Aggregation if rule is not Aggregation.GEOMETRIC)


def results_of(case, order=None):
    order = list(order or range(case.count))
    answers, problems = read_answers(
        case.edition,
        [case.organisations[row] for row in order],
        {code: [column[row] for row in order] for code, column in case.cells.items()},
        None if case.kinds is None else [case.kinds[row] for row in order],
    )
    assert problems == []
    return evaluate(case.edition, answers)


def plain_of(case):
    try:
        return [plain(case.edition, case.answers(row), case.kind(row)) for row in range(case.count)]
    except Undefined:
        with pytest.raises(AggregationError, match="mean has no value for"):
            results_of(case)
        return None


@RANDOM
@given(cases(EXACT))
def test_every_value_is_that_of_the_plain_way(case):
    wanted = plain_of(case)
    assume(wanted is not None)
    results = results_of(case)

    for row, (result, expected) in enumerate(zip(results.rows(), wanted, strict=True)):
        top = expected.values.get(INDEX)
        assert result.scored == (top is not None and top != 0)
        for code, element in result.elements.items():
            value = expected.values.get(code)
            if code == INDEX and not result.scored:
                assert (element.exact, element.printed) == (None, None)
                continue
            assert element.exact == value, code
            digits = element.element.digits
            if value is None or digits is None:
                assert element.printed is None
            else:
                assert element.printed == printed(value, digits, case.edition.mode)
            assert element.is_exact
        assert result.band == band_of(case, top if result.scored else None)
        assert result.band == results.band(row)


def band_of(case, top):
    if top is None:
        return None
    edition = case.edition
    if edition.bands_read == "rounded" and edition.root.digits is not None:
        top = rounded(top, edition.root.digits, edition.mode)
    return edition.band_of(top)


@RANDOM
@given(cases(EXACT, denominators=(HUGE_PRIME,)))
def test_numbers_beyond_int64_are_as_exact(case):
    wanted = plain_of(case)
    assume(wanted is not None)
    for result, expected in zip(results_of(case).rows(), wanted, strict=True):
        for code, element in result.elements.items():
            if code != INDEX or result.scored:
                assert element.exact == expected.values.get(code)


@RANDOM
@given(cases(denominators=(1, 2, 10)))
def test_geometric_means_are_close_and_say_so(case):
    wanted = plain_of(case)
    assume(wanted is not None)
    for result, expected in zip(results_of(case).rows(), wanted, strict=True):
        for code, element in result.elements.items():
            value = expected.values.get(code)
            # A rounding of a nearly tied mean may fall on either side; the plain way has 53 bits.
            below = [e for e in element.element.walk() if not expected.exact.get(e.code, True)]
            if value is None or element.exact is None or any(e.rounds_inside for e in below):
                continue
            assert element.is_exact == expected.exact[code]
            assert element.exact == pytest.approx(value, rel=1e-9, abs=1e-12)


@RANDOM
@given(cases((Aggregation.ARITHMETIC, Aggregation.SUM_TO_WEIGHT), with_overrides=False))
def test_contributions_sum_to_the_index_exactly(case):
    for result in results_of(case).rows():
        if not result.scored:
            continue
        leaves = [result.elements[leaf.code] for leaf in case.edition.leaves]
        adds = [leaf.contribution for leaf in leaves if leaf.exact is not None]
        weights = [leaf.weight for leaf in leaves if leaf.exact is not None]
        assert result.index.weight == 1
        assert result.index.contribution == result.index.exact
        if is_additive(case.edition):
            assert sum(adds) == result.index.exact
            assert sum(weights) == 1
        for element in case.edition.root.walk():
            mine = result.elements[element.code]
            children = [result.elements[child.code] for child in element.children]
            if not children or mine.contribution is None or element.rounds_inside:
                continue
            assert mine.contribution == sum(c.contribution for c in children if c.exact is not None)
            assert mine.weight == sum(c.weight for c in children if c.exact is not None)


@RANDOM
@given(cases(EXACT))
def test_there_are_no_contributions_below_what_does_not_add(case):
    if plain_of(case) is None:
        return
    parents = case.edition.parents
    for result in results_of(case).rows():
        for code, element in result.elements.items():
            above, adds = code, True
            while above in parents:
                above = parents[above].code
                parent = case.edition.elements[above]
                adds &= parent.aggregation in ADDITIVE
                adds &= not (parent.rounds_inside and above != INDEX)
            if not (adds and result.scored and element.exact is not None):
                assert element.contribution is None


@RANDOM
@given(cases(EXACT), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_makes_no_difference(case, random):
    if plain_of(case) is None:
        return
    order = list(range(case.count))
    random.shuffle(order)
    there, here = results_of(case), results_of(case, order)
    assert here.answers.digest() == there.answers.digest()
    by_name = {result["organisation"]: result for result in there.as_json()["results"]}
    for result in here.as_json()["results"]:
        assert result == by_name[result["organisation"]]


@RANDOM
@given(cases(EXACT))
def test_one_organisation_alone_is_the_same_as_among_others(case):
    if plain_of(case) is None:
        return
    together = results_of(case).as_json()["results"]
    for row in range(case.count):
        assert results_of(case, [row]).as_json()["results"] == [together[row]]


@RANDOM
@given(cases())
def test_the_json_says_what_the_rows_say(case):
    if plain_of(case) is None:
        return
    results = results_of(case)
    value = results.as_json()
    assert canonical.encode(value) == canonical.encode(results_of(case).as_json())
    for result, entry in zip(results.rows(), value["results"], strict=True):
        assert entry["band"] == (result.band and result.band.code)
        assert list(entry["elements"]) == list(case.edition.elements)
        for code, element in result.elements.items():
            told = entry["elements"][code]
            written = told["exact"] if element.is_exact else told["approximate"]
            assert written == (None if element.exact is None else str(element.exact))
            assert told["printed"] == element.printed
            contribution = element.contribution if element.is_exact else None
            assert told["contribution"] == (None if contribution is None else str(contribution))


@RANDOM
@given(cases(EXACT, missing=(Missing.REFUSE,), with_overrides=False), st.data())
def test_rows_with_a_problem_are_left_out_and_change_nothing_else(case, data):
    if plain_of(case) is None:
        return
    wrong = data.draw(st.sets(st.integers(0, case.count - 1)))
    leaf = data.draw(st.sampled_from(case.edition.leaves))
    cells = {code: list(column) for code, column in case.cells.items()}
    for row in wrong:
        cells[leaf.code][row] = "x"
    answers, problems = read_answers(case.edition, case.organisations, cells, case.kinds)

    assert {(problem.row, problem.column) for problem in problems} == {(row, leaf.code) for row in wrong}
    rest = [row for row in range(case.count) if row not in wrong]
    assert list(answers.organisations) == [case.organisations[row] for row in rest]
    if rest:
        assert evaluate(case.edition, answers).as_json() == results_of(case, rest).as_json()


@RANDOM
@given(cases(EXACT, denominators=(1, 10, 400)))
def test_how_a_number_is_written_makes_no_difference(case):
    if plain_of(case) is None:
        return

    def other(text):
        return (
            text
            if text in {"", "yes", "no"}
            else f"{Fraction(text).numerator * 6}/{Fraction(text).denominator * 6}"
        )

    cells = {code: [other(text) for text in column] for code, column in case.cells.items()}
    answers, problems = read_answers(case.edition, case.organisations, cells, case.kinds)
    assert problems == []
    assert evaluate(case.edition, answers).as_json() == results_of(case).as_json()
