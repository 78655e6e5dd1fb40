"""A folder to publish from, and the persons who publish."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from teladan.registry.models import Person, Role, scope_named

AT = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A published folder with two sample bodies and no publication."""
    folder = tmp_path / "published" / "organisations"
    folder.mkdir(parents=True)
    files = {
        "countries.csv": "organisation,alpha2,name_en,name_id,name_ko\n"
        "IDN,ID,Indonesia,Indonesia,인도네시아\n",
        "groups.csv": "group,organisation\nkorea-asean,IDN\n",
        "regions.csv": "region,name\nsmp,Sample Province\n",
        "idn.csv": "organisation,name,kind,region,from,until,note\n"
        "smp-a,Kab. Sample A,regency,smp,,,\nsmp-b,Kota Sample B,city,smp,,,\n",
        "matches.csv": "publication,printed,organisation,how,note\n"
        "smp-2024,Sample A,smp-a,exact,\nsmp-2024,Sample B,smp-b,spelling,a note\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder.parent


def person(name: str, *roles: str, series: str = "") -> Person:
    """Make a sample person with roles."""
    made = Person.objects.create_user(
        f"{name}@persons.invalid".replace(" ", "-"), name=name, is_sample=True, joined_at=AT
    )
    for kind in roles:
        scope = scope_named(kind, series)
        Role.objects.create(person=made, kind=kind, scope_kind=scope.kind, scope_code=scope.code, since=AT)
    return made


@dataclass
class Persons:
    """One person for each role, one who holds both publishing roles, and those of another series."""

    publisher: Person
    second: Person
    coordinator: Person
    observer: Person
    both: Person
    elsewhere: Person
    nobody: Person


@pytest.fixture
def persons(db: None) -> Persons:
    """Make the persons who publish, and those who may not."""
    return make_persons()


def make_persons() -> Persons:
    """Make the persons of the fixture."""
    everything = ("publisher", "second publisher", "coordinator", "observer")
    return Persons(
        publisher=person("publisher", "publisher"),
        second=person("second", "second publisher"),
        coordinator=person("coordinator", "coordinator"),
        observer=person("observer", "observer"),
        both=person("both", "publisher", "second publisher"),
        elsewhere=person("elsewhere", *everything, series="egdi"),
        nobody=person("nobody"),
    )
