"""The published sets hold together: counts, identifiers, matches and the computed figures."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import chain

import pytest

from tests.published.reading import (
    LANGUAGES,
    PUBLISHED,
    document,
    elements,
    instruments,
    long,
    publications,
    table,
    value,
)

FOLDERS = publications()
INSTRUMENTS = instruments()
ORGANISATIONS = PUBLISHED / "organisations"
SURVEYS = [2003, 2004, 2005, 2008, 2010, 2012, 2014, 2016, 2018, 2020, 2022, 2024]
ROWS = {
    "spbe-2023": 616,
    "spbe-2024": 561,
    "pemdi-2026-aceh-tengah": 1,
    **{f"egdi-{year}": 193 for year in SURVEYS},
    "gtmi-2020": 198,
    "gtmi-2022": 198,
    "gtmi-2025": 197,
    "oecd-dgi-2023": 38,
}
BESIDES = ("organisation", "name", "kind", "region", "index", "band", "rank", "EPI")


def known() -> dict[str, dict[str, str]]:
    """Return every organisation of every file by its identifier."""
    files = (ORGANISATIONS / "idn.csv", ORGANISATIONS / "countries.csv")
    rows = list(chain.from_iterable(table(path) for path in files))
    by = {row["organisation"]: row for row in rows}
    assert len(by) == len(rows)
    return by


def test_every_publication_is_there() -> None:
    assert set(FOLDERS) == {*ROWS, "spbe-2021-denpasar"}


@pytest.mark.parametrize("code", ROWS)
def test_each_set_has_its_rows_once(code: str) -> None:
    rows = table(FOLDERS[code] / "results.csv")
    assert len(rows) == ROWS[code]
    assert len({row["organisation"] for row in rows}) == ROWS[code]


@pytest.mark.parametrize("code", FOLDERS)
def test_each_set_says_what_it_is(code: str) -> None:
    publication = document(FOLDERS[code] / "publication.yaml")
    assert publication["format"] == "teladan-publication/1"
    assert publication["kind"] in {"reported", "computed"}
    for texts in (publication["titles"], *publication["notes"]):
        assert set(texts) == LANGUAGES
    for key in ("title", "publisher", "date", "address", "licence"):
        assert publication["source"][key]
    if publication["kind"] == "computed":
        assert (FOLDERS[code] / "scores.csv").exists()


@pytest.mark.parametrize("code", FOLDERS)
def test_columns_are_elements_of_the_instrument(code: str) -> None:
    publication = document(FOLDERS[code] / "publication.yaml")
    results = FOLDERS[code] / "results.csv"
    if not results.exists():
        return
    columns = [column for column in table(results)[0] if column not in BESIDES]
    if publication["instrument"] == "not seen":
        codes = {element["code"] for element in publication["elements"]}
    else:
        instrument = INSTRUMENTS[publication["instrument"]]
        codes = {element["code"] for element in elements(instrument["tree"])}
        years = {edition["year"] for edition in instrument["editions"]}
        assert publication["edition"] in years
    assert set(columns) <= codes


@pytest.mark.parametrize("code", FOLDERS)
def test_every_organisation_is_known_and_every_printed_name_is_matched(code: str) -> None:
    organisations = known()
    matches = [row for row in table(ORGANISATIONS / "matches.csv") if row["publication"] == code]
    for file in ("results.csv", "scores.csv", "answers.csv"):
        path = FOLDERS[code] / file
        if not path.exists():
            continue
        assert {row["organisation"] for row in table(path)} <= set(organisations)
    if (FOLDERS[code] / "results.csv").exists():
        printed = [(r["name"], r["organisation"]) for r in table(FOLDERS[code] / "results.csv")]
        assert printed == [(row["printed"], row["organisation"]) for row in matches]
    assert matches
    assert all(row["how"] for row in matches)


def test_regions_and_kinds_are_known() -> None:
    regions = {row["region"] for row in table(ORGANISATIONS / "regions.csv")}
    assert len(regions) == 38
    kinds = {kind["code"] for kind in INSTRUMENTS["spbe@2020"]["kinds"]}
    for row in table(ORGANISATIONS / "idn.csv"):
        assert row["kind"] in kinds
        local = row["kind"] in {"province", "regency", "city"}
        assert (row["region"] in regions) is local


def test_531_names_are_equal_and_the_other_30_of_2024_are_explained() -> None:
    first = {row["name"]: row for row in table(FOLDERS["spbe-2023"] / "results.csv")}
    second = {row["name"]: row for row in table(FOLDERS["spbe-2024"] / "results.csv")}
    equal = set(first) & set(second)
    assert len(equal) == 531
    assert all(first[name]["organisation"] == second[name]["organisation"] for name in equal)
    matches = table(ORGANISATIONS / "matches.csv")
    others = [row for row in matches if row["publication"] == "spbe-2024" and row["printed"] not in equal]
    assert len(others) == 30
    assert Counter(row["how"] for row in others) == {
        "office title added": 17,
        "shortened": 3,
        "spelling": 1,
        "one list only": 9,
    }
    assert all(row["note"] for row in others)
    earlier = {row["organisation"] for row in first.values()}
    for row in others:
        assert (row["organisation"] in earlier) is (row["how"] != "one list only")


def test_two_bodies_of_one_year_never_share_an_identifier() -> None:
    matches = table(ORGANISATIONS / "matches.csv")
    pairs = Counter((row["publication"], row["organisation"]) for row in matches)
    assert max(pairs.values()) == 1


def test_the_five_spill_rows_of_the_gtmi_file_are_named() -> None:
    left_out = document(FOLDERS["gtmi-2025"] / "publication.yaml")["left_out"]
    assert [entry["row"] for entry in left_out] == ["594", "595", "596", "597", "598"]
    for entry in left_out:
        assert entry["text"]
        assert set(entry["reason"]) == LANGUAGES


def test_gtmi_is_the_mean_of_its_parts_and_every_group_follows() -> None:
    bands = INSTRUMENTS["gtmi@1"]["bands"]["list"]
    count = 0
    for year in (2020, 2022, 2025):
        for row in table(FOLDERS[f"gtmi-{year}"] / "results.csv"):
            parts = [Fraction(row[code]) for code in ("CGSI", "PSDI", "DCEI", "GTEI")]
            index = Fraction(row["index"])
            assert abs(sum(parts) / 4 - index) <= Fraction(1, 1000)
            group = [band["code"] for band in bands if Fraction(band["from"]) <= index]
            assert group[-1] == row["band"]
            count += 1
    assert count == 593


def egdi_misses(year: int) -> dict[str, str]:
    """Return the members whose printed index does not follow from the parts at four digits."""
    tree = INSTRUMENTS["egdi@1"]["tree"]
    edition = next(e for e in INSTRUMENTS["egdi@1"]["editions"] if e["year"] == str(year))
    weights = {child["code"]: child["weight"] for child in tree["children"]}
    weights |= edition["changes"].get("weights", {})
    misses = {}
    for row in table(FOLDERS[f"egdi-{year}"] / "results.csv"):
        sum_of_parts = sum(Fraction(w) * Fraction(row[code]) for code, w in weights.items())
        if Fraction(row["index"]) == 0 and "overrides" in edition["changes"]:
            continue
        if abs(sum_of_parts - Fraction(row["index"])) > Fraction(1, 10_000):
            misses[row["organisation"]] = "weights"
        if any(not 0 <= Fraction(row[code]) <= 1 for code in weights):
            misses[row["organisation"]] = "scale"
    return misses


def test_the_only_egdi_rows_that_do_not_follow_are_the_three_named_in_the_notes() -> None:
    assert {year: egdi_misses(year) for year in SURVEYS if egdi_misses(year)} == {
        2003: {"FSM": "scale"},
        2008: {"CMR": "weights", "KHM": "weights"},
    }
    notes_2008 = document(FOLDERS["egdi-2008"] / "publication.yaml")["notes"]
    assert any("Cameroon" in note["en"] and "Cambodia" in note["en"] for note in notes_2008)
    notes_2003 = document(FOLDERS["egdi-2003"] / "publication.yaml")["notes"]
    assert any("Micronesia (1.422)" in note["en"] for note in notes_2003)


def test_evaluated_counts_of_egdi_leave_out_those_not_scored() -> None:
    for year in SURVEYS:
        rows = table(FOLDERS[f"egdi-{year}"] / "results.csv")
        scored = [row for row in rows if Fraction(row["index"]) != 0]
        publication = document(FOLDERS[f"egdi-{year}"] / "publication.yaml")
        assert publication["evaluated"] == str(len(scored))


def test_denpasar_2021_to_the_last_digit() -> None:
    tree = INSTRUMENTS["spbe@2020"]["tree"]
    folder = FOLDERS["spbe-2021-denpasar"]
    scores, answers = long(folder / "scores.csv"), long(folder / "answers.csv")
    assert len(scores) == len(answers) == 47
    assert value(tree, scores) == Fraction("3.1925")
    assert value(tree, answers) == Fraction("3.7495")
    domains = [f"{float(value(domain, scores)):.2f}" for domain in tree["children"]]
    assert domains == ["3.00", "3.30", "2.18", "3.55"]
    steps = Counter((int(scores[c]) > int(a)) - (int(scores[c]) < int(a)) for c, a in answers.items())
    assert steps == {0: 18, -1: 25, 1: 4}


def test_aceh_tengah_2026_to_the_last_digit() -> None:
    tree = INSTRUMENTS["pemdi@2026"]["tree"]
    folder = FOLDERS["pemdi-2026-aceh-tengah"]
    scores = long(folder / "scores.csv")
    printed = table(folder / "results.csv")[0]
    assert value(tree, scores) == Fraction("1.2415")
    for aspect in tree["children"]:
        exact = value(aspect, scores)
        assert round(exact, 2) == Fraction(printed[aspect["code"]])  # round() is half even
    assert value(tree["children"][4], scores) == Fraction("1.085")
    assert printed["A5"] == "1.08"
    assert printed["index"] == "1.24"
