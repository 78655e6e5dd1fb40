"""The instrument files say what the methods say, read without the engine."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import pytest

from tests.published.reading import INSTRUMENTS, LANGUAGES, elements, instruments, table, value

ALL = instruments()


def named(item: object) -> list[dict[str, Any]]:
    """Return every mapping called titles or meaning anywhere in a document."""
    if isinstance(item, list):
        return [found for entry in item for found in named(entry)]
    if not isinstance(item, dict):
        return []
    here = [item[key] for key in ("titles", "meaning") if isinstance(item.get(key), dict)]
    return here + [found for entry in item.values() for found in named(entry)]


def test_four_instruments_are_there() -> None:
    assert set(ALL) == {"spbe@2020", "pemdi@2026", "egdi@1", "gtmi@1"}


@pytest.mark.parametrize("address", ALL)
def test_codes_are_unique(address: str) -> None:
    codes = [element["code"] for element in elements(ALL[address]["tree"])]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("address", ALL)
def test_weights_sum_exactly_in_every_edition(address: str) -> None:
    for edition in ALL[address]["editions"]:
        changed = edition.get("changes", {}).get("weights", {})
        for element in elements(ALL[address]["tree"]):
            if "children" in element:
                weights = [
                    Fraction(changed.get(child["code"], child["weight"])) for child in element["children"]
                ]
                assert sum(weights) == Fraction(element["weight"]), element["code"]


@pytest.mark.parametrize("address", ALL)
def test_every_title_and_meaning_is_in_three_languages(address: str) -> None:
    for titles in named(ALL[address]):
        assert set(titles) == LANGUAGES
        assert all(text.strip() for text in titles.values())


@pytest.mark.parametrize("address", ALL)
def test_every_note_is_in_three_languages(address: str) -> None:
    instrument = ALL[address]
    notes = [*instrument["notes"]]
    for edition in instrument["editions"]:
        notes += edition.get("notes", [])
    for note in notes:
        assert set(note) == LANGUAGES


@pytest.mark.parametrize("address", ALL)
def test_bands_leave_no_gap_and_no_overlap(address: str) -> None:
    bands = ALL[address].get("bands", {}).get("list", [])
    for lower, upper in itertools.pairwise(bands):
        assert lower["to"] == upper["from"]


@pytest.mark.parametrize("address", ALL)
def test_every_cited_source_is_listed(address: str) -> None:
    instrument = ALL[address]
    listed = {source["code"] for source in instrument["sources"]}
    for edition in instrument["editions"]:
        assert set(edition["sources"]) <= listed


def test_spbe_has_its_tree_and_its_band_rules() -> None:
    spbe = ALL["spbe@2020"]
    codes = [element["code"] for element in elements(spbe["tree"])]
    assert set(codes) == {
        "index",
        *(f"D{n}" for n in range(1, 5)),
        *(f"A{n}" for n in range(1, 9)),
        *(f"I{n}" for n in range(1, 48)),
    }
    read = {edition["year"]: edition["changes"]["bands"]["read"] for edition in spbe["editions"]}
    assert read == {"2021": "rounded", "2022": "rounded", "2023": "rounded", "2024": "exact"}


def test_pemdi_counts_a_missing_imported_index_as_the_lowest_level() -> None:
    leaves = {
        element["code"]: element for element in elements(ALL["pemdi@2026"]["tree"]) if "scale" in element
    }
    imported = {code for code, leaf in leaves.items() if leaf["scale"] == "imported"}
    assert imported == {"I5", "I6", "I7", "I18"}
    assert {code for code, leaf in leaves.items() if "missing" in leaf} == imported
    assert len(leaves) == 20


def test_egdi_has_an_edition_per_survey_and_two_with_other_weights() -> None:
    editions = {edition["year"]: edition["changes"] for edition in ALL["egdi@1"]["editions"]}
    assert len(editions) == 12
    other = {"OSI": "0.34", "HCI": "0.33", "TII": "0.33"}
    assert {year for year, changes in editions.items() if "weights" in changes} == {"2008", "2010"}
    assert editions["2008"]["weights"] == editions["2010"]["weights"] == other
    zero_means_not_scored = {year for year, changes in editions.items() if "overrides" in changes}
    assert zero_means_not_scored == {"2003", "2004", "2005", "2008", "2010", "2012"}


def regulation_aspect(levels: list[str]) -> Fraction:
    """Return aspect 2 of SPBE for the levels of its four indicators."""
    tree = ALL["spbe@2020"]["tree"]
    aspect = next(element for element in elements(tree) if element["code"] == "A2")
    codes = [child["code"] for child in aspect["children"]]
    return value(aspect, dict(zip(codes, levels, strict=True)))


def test_the_worked_examples_of_the_spbe_regulation() -> None:
    tree = ALL["spbe@2020"]["tree"]
    of = {element["code"]: element for element in elements(tree)}

    def mean(code: str, values: list[str]) -> Fraction:
        weights = [Fraction(child["weight"]) for child in of[code]["children"]]
        pairs = zip(weights, map(Fraction, values), strict=True)
        return sum((w * v for w, v in pairs), Fraction(0)) / Fraction(of[code]["weight"])

    assert regulation_aspect(["3", "4", "4", "3"]) == Fraction("3.5")
    assert regulation_aspect(["3", "4", "3", "2"]) == 3
    assert mean("D2", ["3.00", "4.00", "3.00"]) == Fraction("3.40")
    printed_index = round(mean("index", ["3.70", "3.40", "3.00", "3.20"]), 2)
    assert printed_index == Fraction("3.28")


@pytest.mark.parametrize("address", ALL)
def test_each_example_answers_every_leaf(address: str) -> None:
    slug, version = address.split("@")
    leaves = [e["code"] for e in elements(ALL[address]["tree"]) if "scale" in e]
    rows = table(INSTRUMENTS / slug / version / "example.csv")
    assert rows
    for row in rows:
        assert all(row[code] for code in leaves)
        assert set(row) - {"organisation", "kind"} == set(leaves)
