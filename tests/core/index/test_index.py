"""The index on real instruments: published figures that anyone can redo by hand."""

from __future__ import annotations

import csv
import hashlib
import json
from fractions import Fraction
from pathlib import Path

import pytest

from teladan.core import canonical, library
from teladan.core.index import AnswersError, combine, evaluate, one, read_answers, unknown_column
from teladan.core.index.columns import ExactColumn, from_decimals, from_texts
from teladan.core.instrument import Missing, parse
from teladan.core.quantity import Rounding, exact, printed
from tests.core.instrument.test_parse import SMALL

PUBLISHED = Path(__file__).parents[3] / "published"


@pytest.fixture(scope="module")
def spbe():
    return library.find("spbe@2020").edition("2021")


def long_file(path):
    with (PUBLISHED / path).open(encoding="utf-8", newline="") as lines:
        return {line["indicator"]: line["value"] for line in csv.DictReader(lines)}


# --- figures of the sources ------------------------------------------------------------------------


def test_denpasar_2021_as_assessed(spbe):
    result = evaluate(spbe, one(spbe, long_file("spbe/2021-denpasar/scores.csv"))).row(0)

    assert [result.elements[d].printed for d in ("D1", "D2", "D3", "D4")] == ["3.00", "3.30", "2.18", "3.55"]
    assert result.elements["D3"].exact == Fraction(24, 11)
    assert result.index.exact == Fraction(1277, 400) == Fraction("3.1925")
    assert result.index.printed == "3.19"
    assert result.band.code == "Baik"


def test_denpasar_2021_as_self_assessed(spbe):
    result = evaluate(spbe, one(spbe, long_file("spbe/2021-denpasar/answers.csv"))).row(0)
    assert result.index.exact == Fraction("3.7495")


def test_the_three_worked_examples_of_permenpanrb_59_2020(spbe):
    aspect = combine(
        spbe, "A2", dict(zip(("I11", "I12", "I13", "I14"), map(Fraction, (3, 4, 3, 2)), strict=True))
    )
    assert printed(aspect, 2, Rounding.HALF_UP) == "3.00"

    domain = combine(spbe, "D2", {"A2": exact("3.00"), "A3": exact("4.00"), "A4": exact("3.00")})
    assert printed(domain, 2, Rounding.HALF_UP) == "3.40"

    domains = {"D1": exact("3.70"), "D2": exact("3.40"), "D3": exact("3.00"), "D4": exact("3.20")}
    index = combine(spbe, "index", domains)
    assert index == Fraction("3.282")
    assert printed(index, 2, Rounding.HALF_UP) == "3.28"


def test_a_combination_needs_every_child(spbe):
    with pytest.raises(ValueError, match="D2 is made of A2, A3, A4"):
        combine(spbe, "D2", {"A2": Fraction(3)})


def test_aceh_tengah_2026():
    edition = library.find("pemdi@2026").edition("2026")
    result = evaluate(edition, one(edition, long_file("pemdi/2026-aceh-tengah/scores.csv"))).row(0)

    assert result.index.exact == Fraction("1.2415")
    assert result.index.printed == "1.24"
    assert result.elements["A5"].exact == Fraction("1.085")
    assert result.elements["A5"].printed == "1.08"
    assert edition.mode_source == "assumed"
    assert [result.elements[f"A{n}"].printed for n in range(1, 8)] == (
        ["1.75", "1.28", "1.00", "1.17", "1.08", "1.40", "1.18"]
    )


@pytest.mark.parametrize(
    ("exactly", "in_2023", "in_2024"),
    [
        ("1.795", "Cukup", "Kurang"),
        ("1.7975", "Cukup", "Kurang"),
        ("3.4985", "Sangat Baik", "Baik"),
        ("2.596", "Baik", "Cukup"),
        ("2.5985", "Baik", "Cukup"),
        ("4.2", "Memuaskan", "Memuaskan"),
    ],
)
def test_the_band_of_the_named_cases_under_both_rules(exactly, in_2023, in_2024):
    instrument = library.find("spbe@2020")
    for year, band in (("2023", in_2023), ("2024", in_2024)):
        edition = instrument.edition(year)
        value = Fraction(exactly)
        if edition.bands_read == "rounded":
            value = Fraction(printed(value, 2, edition.mode))
        assert edition.band_of(value).code == band


@pytest.mark.parametrize("year", ["2008", "2010", "2012", "2014", "2024"])
def test_a_third_is_a_third_and_034_is_034(year):
    edition = library.find("egdi").edition(year)
    result = evaluate(edition, one(edition, {"OSI": "0.3", "HCI": "0.6", "TII": "0.9"})).row(0)
    assert result.index.exact == (Fraction("0.597") if year in {"2008", "2010"} else Fraction(3, 5))
    assert result.index.printed == ("0.5970" if year in {"2008", "2010"} else "0.6000")


# --- not scored ------------------------------------------------------------------------------------


def scored(year, cells):
    edition = library.find("egdi").edition(year)
    answers, problems = read_answers(edition, ["A", "B"], cells)
    assert problems == []
    return edition, evaluate(edition, answers)


def test_an_index_of_0_means_not_scored_before_2014():
    cells = {"OSI": ["0", "0"], "HCI": ["0", "0.5"], "TII": ["0", "0.5"]}
    _, results = scored("2012", cells)
    assert results.scored.tolist() == [False, True]
    assert results.row(0).index.exact is None
    assert results.row(0).elements["HCI"].exact == 0
    entry = results.as_json()["results"][0]["elements"]["index"]
    assert entry == {"exact": None, "printed": None, "contribution": None, "not_scored": True}
    assert results.row(1).index.exact == Fraction(1, 3)


def test_the_published_index_may_say_that_it_was_not_scored():
    cells = {"OSI": ["0", "0"], "HCI": ["0.4", "0.4"], "TII": ["0.2", "0.2"], "index": ["0", "0.2"]}
    _, results = scored("2012", cells)
    assert results.scored.tolist() == [False, True]


def test_an_index_made_of_goalposts_may_mean_not_scored_at_any_value():
    posts = 'type: goalposts, lowest: "0", highest: "100"'
    edition = parse(
        SMALL.replace('type: level, lowest: "1", highest: "5"', posts).replace('equals: "0"', 'equals: "0.5"')
    ).edition("2024")
    cells = {code: ["50", "49", "100"] for code in ("A1", "A2", "B")}
    answers, problems = read_answers(edition, ["x", "y", "z"], cells, ["city"] * 3)
    assert problems == []
    assert evaluate(edition, answers).scored.tolist() == [False, True, True]


def test_since_2014_an_index_of_0_is_a_value():
    cells = {"OSI": ["0", "1"], "HCI": ["0", "1"], "TII": ["0", "1"]}
    _, results = scored("2014", cells)
    assert results.scored.tolist() == [True, True]
    assert results.row(0).index.printed == "0.0000"


def test_a_published_index_is_no_answer_where_nothing_is_overridden():
    edition = library.find("egdi").edition("2024")
    assert unknown_column(edition, "index") == "'index' is computed from OSI … TII, not answered"
    assert unknown_column(library.find("egdi").edition("2012"), "index") is None


# --- answers that cannot be used -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0", "0 is not between 1 and 5"),
        ("6", "6 is not between 1 and 5"),
        ("2.5", "2.5 is not a step of this scale (1, 2, … 5)"),
        ("5/2", "2.5 is not a step of this scale (1, 2, … 5)"),
        ("three", "'three' is not a number (write 3.5 or 7/2)"),
        ("", "no answer, and this instrument does not allow a missing one"),
    ],
)
def test_a_level_that_is_none_is_refused(spbe, text, message):
    cells = {leaf.code: ["3", "3"] for leaf in spbe.leaves} | {"I7": ["3", text]}
    answers, problems = read_answers(spbe, ["A", "B"], cells)
    assert [(p.row, p.column, p.message) for p in problems] == [(1, "I7", message)]
    assert list(answers.organisations) == ["A"]


@pytest.mark.parametrize("text", ["3", "3.0", "3.", "+3", "6/2", " 3 ", "003"])
def test_a_level_may_be_written_in_other_ways(spbe, text):
    cells = {leaf.code: ["3"] for leaf in spbe.leaves}
    plain, _ = read_answers(spbe, ["A"], cells)
    other, problems = read_answers(spbe, ["A"], cells | {"I7": [text]})
    assert problems == []
    assert other.digest() == plain.digest()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("I48", "unknown code 'I48'; did you mean 'I8'?"),
        ("i7", "unknown code 'i7'; did you mean 'I7'?"),
        ("D1", "'D1' is computed from I1 … I10, not answered"),
        ("rank", "unknown code 'rank'; codes are I1 … I47"),
    ],
)
def test_an_unknown_column_is_named_with_the_nearest_code(spbe, name, message):
    assert unknown_column(spbe, name) == message
    _, problems = read_answers(spbe, ["A"], {name: ["1"]})
    assert problems[0].column == name


def test_organisations_that_stand_twice_or_have_no_name_are_refused(spbe):
    cells = {leaf.code: ["3"] * 4 for leaf in spbe.leaves}
    answers, problems = read_answers(spbe, ["A", "", "A", "B"], cells)
    assert [(p.row, p.message) for p in problems] == [
        (1, "the organisation has no name"),
        (2, "'A' stands twice (also organisation 1 of the file)"),
    ]
    assert list(answers.organisations) == ["A", "B"]


def test_one_organisation_is_refused_with_everything_wrong(spbe):
    with pytest.raises(AnswersError) as refused:
        one(spbe, {leaf.code: "3" for leaf in spbe.leaves} | {"I1": "9", "I2": "0"})
    assert [p.column for p in refused.value.problems] == ["I1", "I2"]


def test_a_kind_is_asked_for_where_lines_apply_to_some_only():
    edition = parse(SMALL).edition("2023")
    cells = {"A1": ["1", "1", "1"], "A2": ["2", "", "2"], "B": ["3", "3", "3"]}
    _, problems = read_answers(edition, ["X", "Y", "Z"], cells, ["city", "village", "town"])
    assert [(p.row, p.column, p.message) for p in problems] == [
        (
            2,
            "kind",
            "unknown kind 'town': some lines apply to some kinds only; known: city, village",
        ),
    ]
    _, problems = read_answers(edition, ["X"], {"A1": ["1"], "A2": ["2"], "B": ["3"]})
    assert problems[0].message.startswith("a kind is needed: some lines apply")


def test_an_answer_to_a_line_that_does_not_apply_is_refused():
    edition = parse(SMALL).edition("2023")
    cells = {"A1": ["1"], "A2": ["2"], "B": ["3"]}
    _, problems = read_answers(edition, ["Y"], cells, ["village"])
    assert [(p.column, p.message) for p in problems] == [
        ("A2", "does not apply to the kind 'village': leave the cell empty")
    ]


# --- applicability, by hand -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "index", "weights"),
    [
        # A's 0.3 goes to A1 alone.
        ("re-weight in parent", Fraction(3, 10) * 1 + Fraction(7, 10) * 3, ("3/10", "7/10")),
        # A2's 0.2 is shared by all that apply: 0.1 and 0.7 of 0.8.
        ("re-weight in whole", (Fraction(1, 10) * 1 + Fraction(7, 10) * 3) / Fraction(8, 10), ("1/8", "7/8")),
    ],
)
def test_where_the_weight_goes_of_a_line_that_does_not_apply(rule, index, weights):
    edition = parse(SMALL.replace("re-weight in parent", rule)).edition("2023")
    result = evaluate(edition, one(edition, {"A1": "1", "B": "3"}, kind="village")).row(0)

    assert result.index.exact == index
    assert result.elements["A2"].exact is None
    assert (str(result.elements["A1"].weight), str(result.elements["B"].weight)) == weights
    assert result.elements["A1"].contribution + result.elements["B"].contribution == index


@pytest.mark.parametrize(
    ("rule", "expected"),
    [("lowest level", Fraction(1)), ("zero", Fraction(0)), ("leave out", None)],
)
def test_what_a_missing_answer_counts_as(rule, expected):
    edition = parse(SMALL.replace("missing: zero", f"missing: {rule}")).edition("2023")
    answers = one(edition, {"A1": "4", "B": "3"}, kind="city")
    result = evaluate(edition, answers).row(0)
    assert result.elements["A2"].exact == expected
    assert result.elements["A"].exact == (
        Fraction(4)
        if expected is None
        else (Fraction(1, 10) * 4 + Fraction(2, 10) * expected) / Fraction(3, 10)
    )
    assert answers.answer("A2", 0) is None


def test_missing_between_falling_goalposts_is_the_lowest_place_not_the_number_0():
    text = SMALL.replace(
        'type: level, lowest: "1", highest: "5"', "type: goalposts, lowest: '100', highest: '0'"
    )
    edition = parse(text).edition("2023")
    assert edition.elements["A2"].missing is Missing.ZERO
    result = evaluate(edition, one(edition, {"A1": "0", "B": "50"}, kind="city")).row(0)
    assert [result.elements[code].exact for code in ("A1", "A2", "B")] == [1, 0, Fraction(1, 2)]


def test_a_value_rounded_inside_goes_rounded_into_its_parent():
    text = SMALL.replace('B: "1"}', 'B: "1"}\n  inside: [A]').replace("mode: half even", "mode: half up")
    edition = parse(text.replace("applies_to: [city], ", "")).edition("2023")
    result = evaluate(edition, one(edition, {"A1": "1", "A2": "2", "B": "3"})).row(0)
    assert result.elements["A"].exact == Fraction(5, 3)
    assert result.elements["A"].printed == "1.67"
    assert result.index.exact == Fraction("0.3") * Fraction("1.67") + Fraction("0.7") * 3
    assert result.elements["A"].contribution == Fraction("0.3") * Fraction("1.67")
    assert result.elements["A1"].contribution is None


# --- columns -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "texts",
    [["3", "0.25", "1.5"], ["5.", ".5"], ["0"], ["00012.30", "7"], ["9" * 18], ["0." + "1" * 17, "1"]],
)
def test_plain_decimals_are_read_as_they_are_one_by_one(texts):
    column = from_decimals(texts)
    assert [column.at(row) for row in range(len(texts))] == [exact(text) for text in texts]
    slow = from_texts(texts, {text: exact(text) for text in texts})
    assert column.exact_texts() == slow.exact_texts()


def test_answers_that_share_no_denominator_stay_exact():
    edition = library.find("egdi").edition("2010")
    answers = [Fraction(n, 2**61 - n) for n in range(1, 101)]
    names = [str(answer) for answer in answers]
    read, problems = read_answers(edition, names, dict.fromkeys(("OSI", "HCI", "TII"), names))
    results = evaluate(edition, read)
    assert problems == []
    assert [row.index.exact for row in results.rows()] == answers
    assert [row.index.printed for row in results.rows()] == ["0.0000"] * 100
    given = {"answers": {name: dict.fromkeys(("HCI", "OSI", "TII"), name) for name in names}}
    assert read.digest() == hashlib.sha256(canonical.encode(given)).hexdigest()


@pytest.mark.parametrize(
    "text", ["", ".", "1.2.3", "-1", "1/2", "x", "1\n2", " 1", "1\x00", "\x001", "٣", "9" * 19, "1" * 40]
)
def test_other_cells_are_left_to_be_read_one_by_one(text):
    assert from_decimals([text]) is None
    assert from_decimals(["1", text]) is None


def test_a_column_without_rows():
    column = from_decimals([])
    assert isinstance(column, ExactColumn)
    assert len(column) == 0


def test_an_edition_without_organisations_has_no_results(spbe):
    answers, problems = read_answers(spbe, [], {leaf.code: [] for leaf in spbe.leaves})
    assert problems == []
    assert evaluate(spbe, answers).as_json()["results"] == []


# --- what a result was made from ----------------------------------------------------------------------


def test_the_digest_is_over_the_canonical_answers():
    edition = library.find("egdi").edition("2024")
    answers, _ = read_answers(
        edition, ["B", "A"], {"OSI": ["1.0", "0.5"], "HCI": ["1", "1"], "TII": ["0", "0"]}
    )
    wanted = b'{"answers":{"A":{"HCI":"1","OSI":"1/2","TII":"0"},"B":{"HCI":"1","OSI":"1","TII":"0"}}}'
    assert answers.digest() == hashlib.sha256(wanted).hexdigest()


@pytest.mark.parametrize("folder", sorted((PUBLISHED.parent / "instruments").glob("*/*")), ids=str)
def test_the_example_gives_the_expected_result_byte_for_byte(folder):
    expected = (folder / "expected.json").read_bytes()
    named = json.loads(expected)
    edition = library.find(f"{named['instrument']}@{named['version']}").edition(named["edition"])
    with (folder / "example.csv").open(encoding="utf-8", newline="") as lines:
        table = list(csv.DictReader(lines))
    names = [line.pop("organisation") for line in table]
    kinds = [line.pop("kind") for line in table] if "kind" in table[0] else None
    cells = {code: [line[code] for line in table] for code in table[0]}

    answers, problems = read_answers(edition, names, cells, kinds)

    assert problems == []
    assert canonical.encode(evaluate(edition, answers).as_json()) + b"\n" == expected
