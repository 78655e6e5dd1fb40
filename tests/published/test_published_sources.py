"""Every published figure against the file it came from, where that file is at hand."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from tests.published.reading import FACTS, PUBLISHED, elements, instruments, long, publications, table

pytestmark = pytest.mark.skipif(
    not FACTS.is_dir(), reason="the source files (../shared/facts) are not on this machine"
)
FOLDERS = publications()
EGDI = ("osi", "hci", "tii", "egdi", "egdi_rank", "epi")
SPBE = ("d1_kebijakan", "d2_tata_kelola", "d3_manajemen", "d4_layanan", "index_published")
# The World Bank's own codes in its file, and ISO 3166-1 (XKX: user-assigned).
WORLD_BANK = {
    "ADO": "AND",
    "KSV": "XKX",
    "ROM": "ROU",
    "TMP": "TLS",
    "WBG": "PSE",
    "ZAR": "COD",
}


@pytest.mark.parametrize("year", ["2023", "2024"])
def test_spbe_is_printed_as_in_the_report(year: str) -> None:
    source = table(FACTS / f"spbe_{year}_agency_domain.csv")
    ours = table(FOLDERS[f"spbe-{year}"] / "results.csv")
    expected = [(r["agency"], *(r[key] for key in SPBE), r["predicate_published"]) for r in source]
    columns = ("name", "D1", "D2", "D3", "D4", "index", "band")
    assert [tuple(row[key] for key in columns) for row in ours] == expected


def test_spbe_regions_follow_the_printed_sections() -> None:
    for year in ("2023", "2024"):
        source = table(FACTS / f"spbe_{year}_agency_domain.csv")
        ours = table(FOLDERS[f"spbe-{year}"] / "results.csv")
        pairs = {(theirs["section"], row["region"]) for theirs, row in zip(source, ours, strict=True)}
        assert len(pairs) == len({section for section, _ in pairs})
        local = {region for section, region in pairs if "Pemerintah Daerah" in section}
        assert len(local) == 38
        assert "" not in local


def test_spbe_weights_and_names_are_the_regulations() -> None:
    source = table(FACTS / "spbe_59_2020_weights.csv")
    by = {e["code"]: e for e in elements(instruments()["spbe@2020"]["tree"])}
    for row in source:
        indicator, aspect = by[f"I{row['indicator']}"], by[f"A{row['aspect']}"]
        assert Fraction(indicator["weight"]) == Fraction(row["indicator_weight"])
        assert indicator["titles"]["id"] == row["indicator_name"]
        assert indicator["scale"] == ("capability" if int(row["indicator"]) < 32 else "service")
        assert Fraction(aspect["weight"]) == Fraction(row["aspect_weight"])
        assert aspect["titles"]["id"] == row["aspect_name"]
        assert indicator in aspect["children"]
        assert aspect in by[f"D{row['domain']}"]["children"]
    assert len(source) == 47


def test_denpasar_levels() -> None:
    source = table(FACTS / "spbe_2021_denpasar_indicator.csv")
    folder = FOLDERS["spbe-2021-denpasar"]
    assert long(folder / "scores.csv") == {f"I{r['indicator']}": r["central"] for r in source}
    self_assessed = {f"I{row['indicator']}": row["self_assessed"] for row in source}
    assert long(folder / "answers.csv") == self_assessed


def test_aceh_tengah_values_and_weights() -> None:
    source = table(FACTS / "pemdi_2026_aceh_tengah.csv")
    scores = long(FOLDERS["pemdi-2026-aceh-tengah"] / "scores.csv")
    assert scores == {row["indicator"]: row["assessor_value"] for row in source}
    by = {e["code"]: e for e in elements(instruments()["pemdi@2026"]["tree"])}
    for row in source:
        assert by[row["indicator"]]["weight"] == row["weight"]
        assert by[row["indicator"]] in by[f"A{row['aspect']}"]["children"]


def test_egdi_is_the_file() -> None:
    source = table(FACTS / "egdi_2003_2024.csv")
    columns = ("OSI", "HCI", "TII", "index", "rank", "EPI")
    for year in sorted({row["survey_year"] for row in source}):
        expected = [
            (r["iso3"], r["country"], *(r[key] for key in EGDI)) for r in source if r["survey_year"] == year
        ]
        ours = table(FOLDERS[f"egdi-{year}"] / "results.csv")
        assert [tuple(r[k] for k in ("organisation", "name", *columns)) for r in ours] == expected


def test_gtmi_is_the_file_without_its_five_spill_rows() -> None:
    source = table(FACTS / "gtmi_2020_2022_2025_all.csv")
    economies = [row for row in source if re.fullmatch("[A-Z]{3}", row["country_code"])]
    assert len(source) - len(economies) == 5
    for year in ("2020", "2022", "2025"):
        expected = [
            (
                WORLD_BANK.get(r["country_code"], r["country_code"]),
                r["country_name"],
                *(r[key] for key in ("cgsi", "psdi", "dcei", "gtei", "gtmi", "grp")),
            )
            for r in economies
            if r["year"] == year
        ]
        columns = ("organisation", "name", "CGSI", "PSDI", "DCEI", "GTEI", "index", "band")
        ours = table(FOLDERS[f"gtmi-{year}"] / "results.csv")
        assert [tuple(row[key] for key in columns) for row in ours] == expected


def test_the_text_of_each_row_left_out_stands_in_the_file_at_that_row() -> None:
    lines = (FACTS / "gtmi_2020_2022_2025_all.csv").read_text("utf-8").splitlines()
    text = (PUBLISHED / "gtmi" / "2025" / "publication.yaml").read_text("utf-8")
    for row in range(594, 599):
        assert f"row: \"{row}\"\n    text: '{lines[row]}'" in text


def test_oecd_is_the_file() -> None:
    columns = {
        "DESIGN": "digital_design",
        "DATA": "data_driven",
        "PLATFORM": "govt_as_platform",
        "OPEN": "open_default",
        "USER": "user_driven",
        "PROACTIVE": "proactiveness",
        "index": "composite_index",
        "rank": "composite_rank",
    }
    source = {(row["cc_iso3c"], row["variable"]): row["value"] for row in table(FACTS / "oecd_dgi_2023.csv")}
    ours = table(FOLDERS["oecd-dgi-2023"] / "results.csv")
    for row in ours:
        for column, variable in columns.items():
            assert row[column] == source.get((row["organisation"], variable), "")
    assert len(ours) * 7 + sum(bool(row["rank"]) for row in ours) == len(source)
