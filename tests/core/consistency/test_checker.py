"""What `check` says of single rows, and why."""

from __future__ import annotations

from fractions import Fraction

import pytest

from teladan.core.consistency import Checker, Row, Verdict, summary
from teladan.core.consistency import values as sets
from teladan.core.consistency.reasons import SENTENCES
from teladan.core.quantity import QuantityError
from tests.core.consistency.test_trees import edition, inner, leaf, spbe

TWO = 'rounding: {printed: {index: "2"}}'


def row(band=None, kind=None, **values):
    return Row(organisation="Banyuasin", values=values, band=band, kind=kind)


def verdict(run, *args, **values):
    return Checker(run).check(row(*args, **values)).verdict


def test_a_row_of_spbe_is_consistent_with_every_exact_value_it_can_have():
    finding = Checker(spbe()).check(row("Baik", D1="3.40", D2="2.70", D3="1.18", D4="3.74", index="3.01"))

    assert finding.verdict is Verdict.CONSISTENT
    assert finding.reason_code == "ok"
    assert [candidate["index"] for candidate in finding.candidates] == [
        Fraction("3.012"),
        Fraction("3.0145"),
    ]
    assert [candidate["D4"] for candidate in finding.candidates] == [
        Fraction(340, 91),
        Fraction(681, 182),
    ]
    assert finding.candidates[0] == {
        "index": Fraction("3.012"),
        "D1": Fraction("3.4"),
        "D2": Fraction("2.7"),
        "D3": Fraction(13, 11),
        "D4": Fraction(340, 91),
    }


def test_a_value_off_its_scale_is_impossible_with_its_range():
    finding = Checker(spbe()).check(row("Kurang", D1="1.20", D2="1.00", D3="1.00", D4="0.30", index="1.05"))

    assert finding.verdict is Verdict.IMPOSSIBLE
    assert finding.reason == "D4 is printed as 0.30; it can only be from 1.00 to 5.00."
    assert finding.reason_code == "off-scale"
    assert finding.reason_values == {
        "element": "D4",
        "value": "0.30",
        "low": "1.00",
        "high": "5.00",
        "also": "",
    }
    assert finding.candidates == ()


def test_a_value_between_two_possible_ones_is_impossible_with_both():
    finding = Checker(spbe()).check(row(D1="3.43", I3="2.5"))

    assert finding.verdict is Verdict.IMPOSSIBLE
    assert finding.reason == (
        "D1 is printed as 3.43; the nearest values it can have are printed as 3.40 and 3.50. "
        "Also impossible alone: I3."
    )


def test_values_possible_alone_but_not_together_are_inconsistent_with_the_nearest():
    finding = Checker(spbe()).check(row(D1="3.40", D2="2.70", D3="1.18", D4="3.74", index="3.03"))

    assert finding.verdict is Verdict.INCONSISTENT
    assert finding.reason_code == "children-do-not-give"
    assert finding.reason == (
        "index is printed as 3.03; what is printed for D1, D2, D3, D4 gives 3.01 at the nearest."
    )


def test_what_is_inconsistent_deep_down_is_found_though_the_index_is_not_printed():
    finding = Checker(spbe()).check(row(A2="3.00", I11="3", I12="4", I13="3", I14="3"))

    assert finding.verdict is Verdict.INCONSISTENT
    assert finding.reason_values["element"] == "A2"
    assert finding.reason_values["children"] == "I11, I12, I13, I14"
    assert finding.reason_values["nearest"] == "3.25"


@pytest.mark.parametrize(
    ("read", "band", "expected"),
    [
        ("rounded", "Baik", Verdict.CONSISTENT),
        ("rounded", "Cukup", Verdict.INCONSISTENT),
        ("exact", "Baik", Verdict.INCONSISTENT),
        ("exact", "cukup", Verdict.CONSISTENT),
    ],
)
def test_a_band_is_read_as_the_edition_says(read, band, expected):
    # Luwu 2024: exactly 2.596 or 2.5985, printed 2.60, called "Cukup".
    values = {"D1": "1.20", "D2": "2.10", "D3": "1.27", "D4": "3.75", "index": "2.60"}
    candidates = Checker(spbe(read)).check(row(**values)).candidates
    assert {candidate["index"] for candidate in candidates} == {
        Fraction("2.596"),
        Fraction("2.5985"),
    }

    finding = Checker(spbe(read)).check(row(band, **values))

    assert finding.verdict is expected
    if expected is Verdict.INCONSISTENT:
        assert finding.reason_code == "band-does-not-follow"
        assert finding.reason_values["expected"] == ("Cukup" if read == "exact" else "Baik")


def test_a_band_can_follow_from_some_candidates_only():
    # 2.599 and 2.6015 both print as 2.60: under the exact rule either band is right.
    checker = Checker(spbe("exact"))

    for band in ("Cukup", "Baik"):
        finding = checker.check(row(band, index="2.60"))
        assert finding.verdict is Verdict.CONSISTENT
        assert all(
            (candidate["index"] >= Fraction("2.6")) == (band == "Baik") for candidate in finding.candidates
        )


def test_an_unknown_band_is_inconsistent():
    finding = Checker(spbe()).check(row("Istimewa", index="3.00"))

    assert finding.verdict is Verdict.INCONSISTENT
    assert finding.reason == (
        "Istimewa is not a band of this edition (Kurang, Cukup, Baik, Sangat Baik, Memuaskan)."
    )


def test_an_index_that_means_not_scored_is_consistent_but_has_no_band():
    rules = """
        overrides: [{element: index, equals: "0", means: not scored}]
        rounding: {printed: {index: "4"}}
    """
    checker = Checker(edition(rules, inner("index", [leaf("I1", scale="ratio")])))

    scored = checker.check(row(index="0.0000", I1="0.3"))
    band = checker.check(row("Group D", index="0"))

    assert (scored.verdict, scored.reason_code) == (Verdict.CONSISTENT, "not-scored")
    assert scored.candidates == ()
    assert (band.verdict, band.reason_code) == (Verdict.INCONSISTENT, "band-not-scored")


def test_a_missing_answer_that_counts_zero_widens_what_is_possible():
    lines = [leaf("I1"), leaf("I2")]

    assert verdict(edition(TWO, inner("index", lines)), index="0.50") is Verdict.IMPOSSIBLE
    assert verdict(edition(f"missing: zero\n{TWO}", inner("index", lines)), index="0.50") is (
        Verdict.CONSISTENT
    )


def test_lines_that_may_be_left_out_leave_a_row_undecided_unless_all_are_printed():
    parts = [inner("P1", [leaf("I1"), leaf("I2", "2")]), leaf("I3")]
    checker = Checker(edition(f"missing: leave out\n{TWO}", inner("index", parts)))

    some = checker.check(row(I1="3", I3="1", index="1.50"))
    every = checker.check(row(I1="3", I2="3", I3="1", index="2.50"))
    beyond = checker.check(row(I1="3", index="3.01"))

    assert (some.verdict, some.reason_code) == (Verdict.UNDECIDED, "left-out-unknown")
    assert some.reason_values == {"element": "P1", "leaves": "I2"}
    assert every.verdict is Verdict.CONSISTENT
    assert beyond.verdict is Verdict.IMPOSSIBLE


@pytest.mark.parametrize("rule", ["geometric", "harmonic", "median"])
def test_means_that_cannot_be_decided_still_show_what_is_impossible(rule):
    parts = [inner("P1", [leaf("I1"), leaf("I2")], f"aggregation: {rule}"), leaf("I3")]
    printed = 'rounding: {printed: {index: "2", P1: "2"}}'
    checker = Checker(edition(printed, inner("index", parts)))

    undecided = checker.check(row(I1="1", P1="1.73", index="1.49"))
    outside = checker.check(row(P1="3.01"))
    elsewhere = checker.check(row(P1="2.00", I3="1", index="1.80"))

    assert (undecided.verdict, undecided.reason_code) == (Verdict.UNDECIDED, "cannot-decide")
    assert undecided.reason_values == {"element": "P1", "aggregation": rule}
    assert undecided.candidates == ()
    assert outside.verdict is Verdict.IMPOSSIBLE
    assert elsewhere.verdict is Verdict.INCONSISTENT  # (2 x 2 + 1) / 3, whatever P1 is made of


def test_kinds_decide_which_lines_count():
    lines = [leaf("I1"), leaf("I2", "2", more="applies_to: [city]")]
    run = edition(f"not applicable: re-weight in parent\n{TWO}", inner("index", lines))
    checker = Checker(run)

    assert checker.check(row(kind="village", I1="2", index="2.00")).verdict is Verdict.CONSISTENT
    assert checker.check(row(kind="Village", I1="2", index="2.67")).verdict is Verdict.IMPOSSIBLE
    assert checker.check(row(kind="city", I1="2", index="2.67")).verdict is Verdict.CONSISTENT
    assert checker.check(row(kind="city", I1="1", index="3.00")).verdict is Verdict.INCONSISTENT
    assert checker.check(row(I1="2", index="2.00")).reason_code == "kind-not-given"
    assert checker.check(row(kind="ministry", I1="2", index="2.00")).reason_code == "kind-unknown"
    assert checker.check(row(I1="2", index="7.00")).verdict is Verdict.IMPOSSIBLE
    absent = checker.check(row(kind="village", I2="2"))
    assert (absent.verdict, absent.reason_code) == (Verdict.IMPOSSIBLE, "does-not-apply")


def test_where_no_line_applies_nothing_can_be_decided_and_nothing_printed():
    run = edition(
        f"not applicable: re-weight in whole\n{TWO}",
        inner("index", [leaf("I1", more="applies_to: [city]")]),
    )

    assert Checker(run).check(row("Baik", kind="village")).reason_code == "nothing-applies"
    assert verdict(run, kind="village", index="1.00") is Verdict.IMPOSSIBLE


def test_full_marks_move_with_the_weights_where_sums_are_weighed_anew_in_the_whole():
    part = inner("P1", [leaf("I1"), leaf("I2", "3", more="applies_to: [city]")])
    rules = "aggregation: sum to weight\nnot applicable: re-weight in whole"
    run = edition(rules, inner("index", [part, leaf("I3")]))

    every = {"I1": "3", "I3": "3"}
    assert verdict(run, kind="village", index="5", P1="1", **every) is Verdict.CONSISTENT
    assert verdict(run, kind="city", index="5", P1="4", I2="3", **every) is Verdict.CONSISTENT


def test_a_minimum_stops_short_of_an_open_end():
    run = edition(
        'rounding: {printed: {P1: "1"}}',
        inner(
            "index",
            [inner("P1", [leaf("I1", scale="ratio")]), leaf("I2", scale="ratio")],
            "aggregation: minimum",
        ),
    )

    # P1 prints as 0.5 just below 0.55, not there.
    assert verdict(run, P1="0.5", index="0.55") is Verdict.INCONSISTENT
    assert verdict(run, P1="0.5", index="0.5499") is Verdict.CONSISTENT


def test_sums_of_open_ends_do_not_reach_the_end():
    parts = [inner(code, [leaf(f"I{code}", scale="ratio")]) for code in ("P1", "P2")]
    run = edition('rounding: {printed: {P1: "1", P2: "1"}}', inner("index", parts))

    assert verdict(run, P1="0.5", P2="0.3", index="0.35") is Verdict.CONSISTENT
    assert verdict(run, P1="0.5", P2="0.3", index="0.45") is Verdict.INCONSISTENT


def test_too_many_values_are_undecided_not_waited_for(monkeypatch):
    monkeypatch.setattr(sets, "LIMIT", 50)
    weights = ["1", "1.4142", "1.7321", "2.2361", "2.6458", "3.3166"]
    lines = [leaf(f"I{n}", weight, "five") for n, weight in enumerate(weights)]
    checker = Checker(edition(TWO, inner("index", lines)))

    finding = checker.check(row(index="2.50"))

    assert (finding.verdict, finding.reason_code) == (Verdict.UNDECIDED, "too-many-values")
    assert checker.check(row(index="5.01")).verdict is Verdict.IMPOSSIBLE
    levels = {f"I{n}": "2" for n in range(6)}
    assert checker.check(row(index="2.00", **levels)).verdict is Verdict.CONSISTENT


def test_a_row_without_figures_is_undecided():
    finding = Checker(spbe()).check(row(D1="", index=" "))

    assert (finding.verdict, finding.reason_code) == (Verdict.UNDECIDED, "nothing-printed")


def test_what_is_no_number_or_no_element_is_the_callers_mistake():
    checker = Checker(spbe())

    with pytest.raises(QuantityError, match="not a number"):
        checker.check(row(D1="n/a"))
    with pytest.raises(KeyError, match="D9"):
        checker.check(row(D9="1.00"))


def test_the_summary_counts_rows_and_verdicts():
    checker = Checker(spbe())
    findings = [checker.check(row(index=text)) for text in ("1.00", "5.00", "0.30")]
    findings.append(checker.check(row("Baik", index="1.00")))

    assert summary(findings) == {
        "rows": 4,
        "consistent": 2,
        "inconsistent": 1,
        "impossible": 1,
        "undecided": 0,
    }


def test_every_reason_is_one_sentence():
    for sentence in SENTENCES.values():
        assert sentence.endswith(".")
        assert sentence.count(". ") == 0
