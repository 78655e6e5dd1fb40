"""Writing the registry: countries, regions, organisations and name matches, from their files."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from django.db import transaction

from teladan.core.text import search_text
from teladan.registry.models import Country, NameMatch, Organisation, Region

EXPANSIONS = {"Kab.": "Kabupaten", "Prov.": "Provinsi"}  # what people type for what is printed


def rows(file: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of one of our CSV files."""
    with file.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


@transaction.atomic
def load_registry(folder: Path) -> None:
    """Write countries, regions, organisations and matches of a `published/organisations` folder.

    Loading the same files again changes nothing; an organisation that left the files stays, since
    results may rest on it.
    """
    members = {row["organisation"] for row in rows(folder / "groups.csv")}
    countries = [
        Country(
            code=row["organisation"],
            alpha2=row["alpha2"],
            titles={lang: row[f"name_{lang}"] for lang in ("en", "id", "ko")},
            in_exchange=row["organisation"] in members,
        )
        for row in rows(folder / "countries.csv")
    ]
    Country.objects.bulk_create(
        countries,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["alpha2", "titles", "in_exchange"],
    )
    regions = [
        Region(code=row["region"], country_id="IDN", name=row["name"]) for row in rows(folder / "regions.csv")
    ]
    Region.objects.bulk_create(
        regions, update_conflicts=True, unique_fields=["code"], update_fields=["country", "name"]
    )
    names = {region.code: region.name for region in regions}
    organisations = [_of_country(country) for country in countries]
    organisations += [_of_indonesia(row, names) for row in rows(folder / "idn.csv")]
    Organisation.objects.bulk_create(
        organisations,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[
            "name",
            "language",
            "kind",
            "country",
            "region",
            "valid_from",
            "valid_until",
            "note",
            "search_text",
        ],
    )
    matches = list(rows(folder / "matches.csv"))
    NameMatch.objects.filter(publication__in={row["publication"] for row in matches}).delete()
    NameMatch.objects.bulk_create(
        NameMatch(
            publication=row["publication"],
            printed=row["printed"],
            organisation_id=row["organisation"],
            how=row["how"],
            note=row["note"],
        )
        for row in matches
    )


def _of_country(country: Country) -> Organisation:
    return Organisation(
        code=country.code,
        name=country.titles["en"],
        language="en",
        kind="country",
        country=country,
        search_text=search_text(country.code, country.alpha2, *country.titles.values()),
    )


def _of_indonesia(row: dict[str, str], regions: dict[str, str]) -> Organisation:
    name = row["name"]
    spelled = name
    for short, full in EXPANSIONS.items():
        spelled = spelled.replace(short, full)
    return Organisation(
        code=row["organisation"],
        name=name,
        language="id",
        kind=row["kind"],
        country_id="IDN",
        region_id=row["region"] or None,
        valid_from=row["from"],
        valid_until=row["until"],
        note=row["note"],
        search_text=search_text(name, spelled, regions.get(row["region"], "")),
    )
