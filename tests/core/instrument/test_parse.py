"""Instrument files: what is read, what an edition changes, and every refusal with its line."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from teladan.core import library
from teladan.core.instrument import (
    Aggregation,
    DocumentError,
    Missing,
    NotApplicable,
    ScaleType,
    parse,
)
from teladan.core.quantity import Rounding

SMALL = """\
format: teladan-instrument/1
slug: small
version: "1"
titles: {id: Kecil, en: Small}
tiers: [{code: part, titles: {en: Part}}, {code: line, titles: {en: Line}}]
kinds: [{code: city, titles: {en: City}}, {code: village, titles: {en: Village}}]
scales:
  - {code: five, type: level, lowest: "1", highest: "5"}
missing: refuse
not applicable: re-weight in parent
rounding:
  mode: half even
  printed: {index: "2", part: "2", B: "1"}
bands:
  read: exact
  list:
    - {code: low, titles: {en: Low}, from: "0", to: "3"}
    - {code: high, titles: {en: High}, from: "3", to: "5"}
tree:
  code: index
  weight: "1.00"
  titles: {en: Index}
  children:
    - code: A
      weight: "0.3"
      titles: {en: A}
      children:
        - {code: A1, weight: "0.10", titles: {en: One}, scale: five}
        - {code: A2, weight: "0.20", titles: {en: Two}, scale: five, applies_to: [city], missing: zero}
    - {code: B, weight: "7/10", titles: {en: B}, scale: five}
editions:
  - year: "2023"
  - year: "2024"
    notes: [{en: Changed.}]
    changes:
      weights: {A: "0.4", A2: "0.30", B: "0.6"}
      rounding: {mode: down, printed: {index: "3"}}
      bands: {read: rounded}
      missing: lowest level
      overrides: [{element: index, equals: "0", means: not scored}]
"""


def refusals(text):
    with pytest.raises(DocumentError) as refused:
        parse(text, "small.yaml")
    return refused.value.lines()


def changed(old, new):
    assert SMALL.count(old) == 1, old
    return SMALL.replace(old, new)


# --- what is read -------------------------------------------------------------------------------


def test_an_instrument_is_read_exactly():
    instrument = parse(SMALL)
    edition = instrument.edition("2023")

    assert (instrument.slug, instrument.version, instrument.titles["id"]) == ("small", "1", "Kecil")
    assert [e.code for e in edition.root.walk()] == ["index", "A", "A1", "A2", "B"]
    assert [e.weight for e in edition.root.walk()] == [
        1,
        Fraction(3, 10),
        Fraction(1, 10),
        Fraction(1, 5),
        Fraction(7, 10),
    ]
    assert [e.tier for e in edition.root.walk()] == ["index", "part", "line", "line", "part"]
    assert [e.digits for e in edition.root.walk()] == [2, 2, None, None, 1]
    assert [leaf.code for leaf in edition.leaves] == ["A1", "A2", "B"]
    assert edition.elements["A2"].applies_to == {"city"}
    assert edition.elements["A2"].missing is Missing.ZERO
    assert edition.elements["A1"].missing is Missing.REFUSE
    assert edition.elements["A1"].scale.step == 1
    assert edition.elements["A1"].line == 28
    assert edition.mode is Rounding.HALF_EVEN
    assert edition.not_applicable is NotApplicable.IN_PARENT
    assert (edition.bands_read, [b.code for b in edition.bands]) == ("exact", ["low", "high"])
    assert edition.root.aggregation is Aggregation.ARITHMETIC
    assert edition.root.bounds == (Fraction(4, 5), 5)  # A2 counts as 0 where it is missing
    assert edition.parents["A1"].code == "A"


def test_an_edition_changes_only_what_it_says():
    instrument = parse(SMALL)
    before, after = instrument.edition("2023"), instrument.edition()

    assert after.year == "2024"
    assert [e.weight for e in after.root.walk()] == [
        1,
        Fraction(2, 5),
        Fraction(1, 10),
        Fraction(3, 10),
        Fraction(3, 5),
    ]
    assert [e.digits for e in after.root.walk()] == [3, 2, None, None, 1]
    assert (before.mode, after.mode) == (Rounding.HALF_EVEN, Rounding.DOWN)
    assert (before.bands_read, after.bands_read) == ("exact", "rounded")
    assert after.bands == before.bands
    assert after.elements["A1"].missing is Missing.LOWEST
    assert after.elements["A2"].missing is Missing.ZERO
    assert (before.overrides, [o.equals for o in after.overrides]) == ((), [0])
    assert after.changed == ("weights", "rounding", "bands", "missing", "overrides")
    assert after.address == "small@1 edition 2024"


def test_an_edition_may_change_the_scales():
    text = SMALL + '      scales: [{code: five, type: level, lowest: "0", highest: "5"}]\n'
    instrument = parse(text)
    assert instrument.edition("2023").elements["A1"].bounds == (1, 5)
    assert instrument.edition("2024").elements["A1"].bounds == (0, 5)


def test_an_edition_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(KeyError) as refused:
        parse(SMALL).edition("1999")
    assert refused.value.args[0] == "small@1 has no edition 1999; there are 2023, 2024"


def test_texts_that_look_like_numbers_or_flags_stay_text():
    text = changed('version: "1"', "version: 1.30").replace("{en: Low}", "{en: no, id: 2024-05-01}")
    instrument = parse(text)
    assert instrument.version == "1.30"
    assert dict(instrument.edition().bands[0].titles) == {"en": "no", "id": "2024-05-01"}


def test_what_was_not_seen_passes():
    instrument = parse(changed("titles: {en: One}", "titles: not seen"))
    assert instrument.edition().elements["A1"].titles == {}
    assert (instrument.valid_from, instrument.supersedes, instrument.citation) == ("not seen",) * 3


@pytest.mark.parametrize(
    ("scale", "bounds", "step"),
    [
        ("type: level, lowest: '1', highest: '5'", (1, 5), 1),
        ("type: level, lowest: '0', highest: '1', step: '0.25'", (0, 1), Fraction(1, 4)),
        ("type: fractional level, lowest: '1', highest: '5'", (1, 5), None),
        ("type: percentage", (0, 100), None),
        ("type: ratio", (0, 1), None),
        ("type: yes/no", (0, 1), 1),
        ("type: imported index, lowest: '1', highest: '5', owner: not seen", (1, 5), None),
        ("type: goalposts, lowest: '100', highest: '20'", (0, 1), None),
    ],
)
def test_every_type_of_scale(scale, bounds, step):
    edition = parse(
        changed('type: level, lowest: "1", highest: "5"', scale)
        .replace('{code: low, titles: {en: Low}, from: "0"', '{code: low, titles: {en: Low}, from: "-1"')
        .replace('from: "3", to: "5"', 'from: "3", to: "100"')
    ).edition()
    read = edition.elements["A1"].scale
    assert read.type in ScaleType
    assert (read.value_bounds, read.step) == (bounds, step)


def test_goalposts_place_a_value_between_them_whichever_way_they_run():
    edition = parse(
        changed('type: level, lowest: "1", highest: "5"', "type: goalposts, lowest: '100', highest: '20'")
    ).edition()
    scale = edition.elements["A1"].scale
    assert [scale.value_of(Fraction(v)) for v in (100, 60, 20, 0, 200)] == [0, Fraction(1, 2), 1, 1, 0]


def test_bands_are_closed_below_and_open_above_but_for_the_last():
    edition = parse(SMALL).edition()
    found = {v: edition.band_of(Fraction(v)) for v in ("-0.01", "0", "2.999", "3", "5", "5.01")}
    assert {v: band and band.code for v, band in found.items()} == {
        "-0.01": None,
        "0": "low",
        "2.999": "low",
        "3": "high",
        "5": "high",
        "5.01": None,
    }
    assert edition.band_named(" HIGH ").code == "high"
    assert edition.band_named("other") is None


@pytest.mark.parametrize("instrument", library.everything(), ids=lambda i: f"{i.slug}@{i.version}")
def test_the_instruments_at_hand_are_sound(instrument):
    for edition in instrument.editions:
        assert sum(leaf.weight for leaf in edition.leaves) == edition.root.weight
        assert len({leaf.code for leaf in edition.leaves}) == len(edition.leaves)
        for before, after in zip(edition.bands, edition.bands[1:], strict=False):
            assert before.end == after.start


# --- what is refused, each with its line ---------------------------------------------------------


def test_weights_that_do_not_sum_are_refused_with_both_numbers():
    assert refusals(changed('{code: A1, weight: "0.10"', '{code: A1, weight: "0.15"')) == [
        "small.yaml:24: A: the weights of A1, A2 sum to 0.35, the weight of A is 0.3",
        "small.yaml:24: A: the weights of A1, A2 sum to 0.45, the weight of A is 0.4",
    ]


def test_weights_of_thirds_sum_exactly():
    text = changed('weight: "7/10"', 'weight: "0.699999999999999999"')
    assert refusals(text)[0] == (
        "small.yaml:20: index: the weights of A, B sum to 0.999999999999999999, the weight of index is 1"
    )


def test_a_gap_between_bands_is_refused_with_both_numbers():
    assert refusals(changed('from: "3", to: "5"', 'from: "3.01", to: "5"')) == [
        "small.yaml:18: band high: a gap: band low ends at 3, this one starts at 3.01"
    ]


def test_an_overlap_of_bands_is_refused_with_both_numbers():
    assert refusals(changed('from: "0", to: "3"', 'from: "0", to: "3.5"')) == [
        "small.yaml:18: band high: an overlap: band low ends at 3.5, this one starts at 3"
    ]


def test_bands_that_leave_out_what_the_index_can_be_are_refused():
    assert refusals(changed('from: "0", to: "3"', 'from: "1.5", to: "3"')) == [
        "small.yaml:17: band low: a gap: the index can be 0.8, the lowest band starts at 1.5"
    ]
    assert refusals(changed('from: "3", to: "5"', 'from: "3", to: "4.5"')) == [
        "small.yaml:18: band high: a gap: the index can be 5, the highest band ends at 4.5"
    ]


REFUSED = [
    ("format: teladan-instrument/1", "format: other/9", "1: format: is 'other/9'"),
    ("slug: small\n", "", "1: the key 'slug' is missing"),
    ("missing: refuse", "mising: refuse", "9: unknown key 'mising'; known: abbreviation,"),
    ("missing: refuse", "missing: guess", "9: missing: 'guess' is not one of: refuse, lowest level, zero"),
    ("mode: half even", "mode: half odd", "12: rounding: 'half odd' is not one of: half up, half even"),
    ('B: "1"}', 'Z: "1"}', "32: edition 2023: rounds the unknown element or tier 'Z'"),
    ('B: "1"}', 'B: "1.5"}', "13: rounding.printed: '1.5' is not a number of digits (0 to 30, or none)"),
    ("read: exact", "read: guess", "15: bands: 'guess' is not one of: rounded, exact"),
    ("  read: exact", "  element: A", "15: bands: bands are read from 'index' only"),
    ("code: index\n", "code: top\n", "20: top: the top of the tree has the code 'index'"),
    ("{code: A2, weight", "{code: A1, weight", "29: A1: this code stands at line 28 already"),
    ('weight: "0.10"', 'weight: "-0.10"', "28: A1: the weight -0.1 is not above 0"),
    ('weight: "0.10"', 'weight: "0,10"', "28: A1: '0,10' is not a number (write 3.5 or 7/2)"),
    ('weight: "0.10", ', "", "28: A1: the key 'weight' is missing"),
    ("scale: five, applies", "scale: six, applies", "29: A2: needs the scale it is answered on; known: five"),
    ("applies_to: [city]", "applies_to: [town]", "29: A2: applies to the unknown kind 'town'; known: city,"),
    ("missing: zero", "missing: perhaps", "29: A2: 'perhaps' is not one of: refuse, lowest level, zero"),
    ("not applicable: re-weight in parent", "not applicable: not used", "20: A2: applies to some kinds only"),
    ('lowest: "1", highest', 'lowest: "6", highest', "8: scale five: lowest 6 is not below highest 5"),
    ('lowest: "1", highest', 'step: "0.3", lowest: "1", highest', "8: scale five: the step does not divide"),
    ('lowest: "1", highest', 'step: "0", lowest: "1", highest', "8: scale five: the step must be above 0"),
    ('lowest: "1", ', "", "8: scale five: a scale of type 'level' needs the key 'lowest'"),
    ("type: level", "type: stars", "8: scale five: 'stars' is not one of: level, fractional level"),
    ('highest: "5"}', 'highest: "5", levels: [{value: "6", titles: {en: x}}]}', "8: scale five: a level is"),
    ('{A: "0.4", A2', '{Q: "0.4", A2', "33: edition 2024: changes the weight of the unknown element 'Q'"),
    ("      missing: lowest level", "      tree: x", "39: edition 2024: unknown key 'tree'; known: bands,"),
    ("element: index, equals", "element: A, equals", "40: overrides: an override gives a value of 'index'"),
    ('year: "2023"', 'year: "2025"', "32: editions: must rise by year: 2025, 2024"),
    ('from: "0", to: "3"', 'from: "4", to: "3"', "17: band low: from 4 is not below to 3"),
    ("code: high,", "code: low,", "18: band low: this band is given twice"),
    ("titles: {en: One}", "titles: One", "28: A1: must map languages to text, as {en: …, id: …}"),
]


@pytest.mark.parametrize(("old", "new", "expected"), REFUSED, ids=[new[:40] for _, new, _ in REFUSED])
def test_a_fault_is_named_with_its_line(old, new, expected):
    lines = refusals(changed(old, new))
    assert any(line.startswith(f"small.yaml:{expected}") for line in lines), lines


@pytest.mark.parametrize("weight", ["x", "1/0", "0", "-0.10"])
def test_a_weight_that_is_none_is_named_once_and_no_sum_is_made_of_it(weight):
    [line] = refusals(changed('weight: "0.10"', f'weight: "{weight}"'))
    assert line.startswith("small.yaml:28: A1: ")


def test_every_problem_is_found_in_one_go():
    text = changed("missing: refuse", "missing: guess").replace("mode: half even", "mode: half odd")
    lines = refusals(text.replace('weight: "0.10"', 'weight: "x"'))
    assert [line.split(":")[1] for line in lines] == sorted((line.split(":")[1] for line in lines), key=int)
    assert {line.split(":")[1] for line in lines} >= {"9", "12", "28"}
    assert len(lines) == len(set(lines))


@pytest.mark.parametrize("key", ["scale: five", "missing: zero", "applies_to: [city]"])
def test_a_branch_with_what_is_for_leaves_is_refused(key):
    text = changed("    - code: A\n", f"    - code: A\n      {key}\n")
    assert refusals(text)[0].startswith("small.yaml:25: A: has children, so ")


def test_a_tree_deeper_than_its_tiers_is_refused():
    text = changed(", {code: line, titles: {en: Line}}", "")
    assert "small.yaml:28: A1: stands 2 deep, but there are 1 tiers" in refusals(text)


def test_the_index_cannot_be_rounded_into_a_parent():
    lines = refusals(changed('B: "1"}', 'B: "1"}\n  inside: [index]'))
    assert lines[0] == "small.yaml:21: index: goes into no parent, so it cannot be rounded inside"


def test_what_is_rounded_inside_needs_digits():
    lines = refusals(changed('B: "1"}', 'B: "1"}\n  inside: [A1]'))
    assert lines[0] == "small.yaml:29: A1: is rounded inside but has no printed digits"


def test_a_sum_to_weight_needs_something_to_earn():
    text = changed('lowest: "1", highest: "5"', 'lowest: "-5", highest: "0"')
    lines = refusals(
        text.replace("      titles: {en: A}\n", "      titles: {en: A}\n      aggregation: sum to weight\n")
    )
    assert "small.yaml:24: A: is summed to weight, but the highest value of A1 is 0, not above 0" in lines


def test_a_sum_of_sums_with_nothing_to_earn_is_refused_too():
    text = changed('lowest: "1", highest: "5"', 'lowest: "-5", highest: "0"') + "aggregation: sum to weight\n"
    assert any("A: is summed to weight, but" in line for line in refusals(text))


def test_a_file_that_is_a_list_is_refused():
    assert refusals("- a\n- b\n") == ["small.yaml:1: must be a mapping of keys to values"]


def test_the_problem_file_of_a_person_is_named_by_its_path(tmp_path: Path):
    file = tmp_path / "instrument.yaml"
    file.write_text(changed('weight: "7/10"', 'weight: "0.6"'), encoding="utf-8")
    with pytest.raises(DocumentError) as refused:
        library.find(str(tmp_path))
    assert str(refused.value).startswith(f"{file}:20: index: the weights of A, B sum to 0.9,")
