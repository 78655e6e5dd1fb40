"""What the desk shows and what archives hold is audited: each row of these names its place."""

import hashlib
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from teladan.publication.documents.source import read
from teladan.publication.models import Preparation, Publication
from teladan.publication.queries import archives
from teladan.publication.queries.audit_archives import archive_differences
from teladan.publication.queries.audit_desk import desk_differences
from teladan.publication.services import ask_correction, draft, prepare, take_back_correction, withdraw
from teladan.registry.models import Pseudonym
from tests.publication.conftest import Persons
from tests.publication.sample import GOOD, OFF_SCALE, SPBE, publish
from tests.publication.test_correcting import ASKED, LATER, people, publication  # noqa: F401


def places() -> list[str]:
    """Return where the audit finds a difference."""
    return [place for place, _message in desk_differences()]


@pytest.fixture
def under_way(
    node: Callable[[], None],
    people: Persons,  # noqa: F811
    publication: Publication,  # noqa: F811
    root: Path,
) -> Preparation:
    """A prepared correction, beside a withdrawn draft and a request that was taken back."""
    asked = ask_correction(by=people.publisher, publication=publication, at=LATER, **ASKED)
    take_back_correction(by=people.publisher, correction=asked, reason="No.", at=LATER)
    source = read(publish(root, SPBE + GOOD + OFF_SCALE))
    first = draft(by=people.publisher, source=source, at=LATER, reason="Read again.")
    withdraw(by=people.second, preparation=first, reason="No.", at=LATER)
    made = draft(by=people.publisher, source=source, at=LATER, reason="Read again.")
    node()
    return prepare(by=people.publisher, preparation=made, at=LATER + timedelta(hours=1))


def test_what_is_as_it_was_made_differs_in_nothing(under_way: Preparation) -> None:
    assert places() == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"state": "draft"}, "state"),
        ({"completeness": {}}, "completeness."),
        (
            {"differences": {"against": None, "same": 0, "changed": [], "added": [], "gone": []}},
            "differences.",
        ),
        ({"prepared_by_id": "second"}, "prepared_by"),
    ],
)
def test_a_changed_column_is_named(
    under_way: Preparation,
    people: Persons,  # noqa: F811
    change: dict[str, object],
    named: str,
) -> None:
    changed = {name: people.second.pk if value == "second" else value for name, value in change.items()}
    Preparation.objects.filter(pk=under_way.pk).update(**changed)

    found = places()

    assert found
    assert all(place.startswith(f"table publication_preparation, smp-2024 2, {named}") for place in found)


def test_an_unlinked_person_differs_in_nothing(under_way: Preparation) -> None:
    Pseudonym.objects.all().delete()

    assert places() == []


@pytest.fixture
def archive(settings: object, tmp_path: Path) -> Callable[..., None]:
    """Return archive(**change): write a kept archive, with some files as they should not be."""
    settings.TELADAN_HOME = tmp_path  # type: ignore[attr-defined]

    def write(**change: bytes | None) -> None:
        files = {"index.html": b"3.19", "data/results.csv": b"index\n3.19\n"}
        lines = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items())
        files |= {"manifest.sha256": lines.encode()}
        archives.folder().mkdir()
        with zipfile.ZipFile(archives.path("smp-2024", 1), "w") as packed:
            for name, data in (files | change).items():
                if data is not None:
                    packed.writestr(f"smp-2024-1/{name}", data)

    return write


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, []),
        ({"index.html": b"3.18"}, ["archives/smp-2024-1.zip, smp-2024-1/index.html"]),
        ({"index.html": None}, ["archives/smp-2024-1.zip, smp-2024-1/index.html"]),
        ({"more.html": b""}, ["archives/smp-2024-1.zip, smp-2024-1/more.html"]),
        ({"manifest.sha256": None}, ["archives/smp-2024-1.zip"]),
    ],
)
def test_a_kept_archive_is_held_against_its_list(
    archive: Callable[..., None], change: dict[str, bytes | None], found: list[str]
) -> None:
    archive(**change)

    assert [place for place, _message in archive_differences()] == found


def test_a_flipped_bit_of_a_kept_archive_is_named(archive: Callable[..., None]) -> None:
    archive()
    file = archives.path("smp-2024", 1)
    data = file.read_bytes()
    at = data.index(b"3.19")
    file.write_bytes(data[:at] + b"4" + data[at + 1 :])

    ((place, message),) = archive_differences()

    assert place == "archives/smp-2024-1.zip, smp-2024-1/index.html"
    assert message.startswith("cannot be read: Bad CRC-32")
    file.write_bytes(data[:-30])
    assert [place for place, _message in archive_differences()] == ["archives/smp-2024-1.zip"]
