"""Writing the registry: countries, regions, organisations and name matches, from their files."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.db import transaction

from teladan.core.document import DocumentError, Problem
from teladan.core.text import search_text
from teladan.registry import tables
from teladan.registry.models import Country, NameMatch, Organisation, Region

EXPANSIONS = {"Kab.": "Kabupaten", "Prov.": "Provinsi"}  # what people type for what is printed
# file -> (its columns, those that no two rows have alike)
FILES = {
    "groups": (("group", "organisation"), ()),
    "countries": (("organisation", "alpha2", "name_en", "name_id", "name_ko"), ("organisation",)),
    "regions": (("region", "name"), ("region",)),
    "idn": (("organisation", "name", "kind", "region", "from", "until", "note"), ("organisation",)),
    "matches": (
        ("publication", "printed", "organisation", "how", "note"),
        ("publication", "printed", "organisation"),
    ),
}


@transaction.atomic
def load_registry(folder: Path) -> str:
    """Write countries, regions, organisations and matches of a `published/organisations` folder.

    Loading the same files again changes nothing; an organisation that left the files stays, since
    results may rest on it. Return the SHA-256 of the files (hex). Raises DocumentError and OSError,
    and then writes nothing.
    """
    read = {
        name: tables.read(folder / f"{name}.csv", required, keys) for name, (required, keys) in FILES.items()
    }
    _refuse_unknown(folder, read)
    rows = {name: [line.cells for line in lines] for name, lines in read.items()}
    members = {row["organisation"] for row in rows["groups"]}
    countries = [
        Country(
            code=row["organisation"],
            alpha2=row["alpha2"],
            titles={lang: row[f"name_{lang}"] for lang in ("en", "id", "ko")},
            in_exchange=row["organisation"] in members,
        )
        for row in rows["countries"]
    ]
    Country.objects.bulk_create(
        countries,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["alpha2", "titles", "in_exchange"],
    )
    regions = [Region(code=row["region"], country_id="IDN", name=row["name"]) for row in rows["regions"]]
    Region.objects.bulk_create(
        regions, update_conflicts=True, unique_fields=["code"], update_fields=["country", "name"]
    )
    names = {region.code: region.name for region in regions}
    aliases = {row["organisation"]: row.get("aliases", "") for row in rows["countries"]}
    organisations = [_of_country(country, aliases[country.code]) for country in countries]
    organisations += [_of_indonesia(row, names) for row in rows["idn"]]
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
    matches = rows["matches"]
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
    digest = hashlib.sha256()
    for name in FILES:
        digest.update((folder / f"{name}.csv").read_bytes())
    return digest.hexdigest()


def _refuse_unknown(folder: Path, read: dict[str, list[tables.Line]]) -> None:
    """Refuse names of regions and organisations that no file of the registry has."""
    regions = {line.cells["region"] for line in read["regions"]} | {""}
    codes = {line.cells["organisation"] for name in ("countries", "idn") for line in read[name]}
    codes |= set(Organisation.objects.values_list("code", flat=True))
    for name, column, known in (
        ("idn", "region", regions),
        ("groups", "organisation", codes),
        ("matches", "organisation", codes),
    ):
        problems = [
            Problem(line.number, column, f"there is no {column} {line.cells[column]!r}")
            for line in read[name]
            if line.cells[column] not in known
        ]
        if problems:
            raise DocumentError(str(folder / f"{name}.csv"), problems)


def _of_country(country: Country, aliases: str) -> Organisation:
    return Organisation(
        code=country.code,
        name=country.titles["en"],
        language="en",
        kind="country",
        country=country,
        search_text=search_text(country.code, country.alpha2, *country.titles.values(), aliases),
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
