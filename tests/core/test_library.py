"""The instruments at hand: found by slug, version and path."""

from __future__ import annotations

import pytest

from teladan.core import library
from teladan.core.document import DocumentError
from teladan.core.library import LibraryError, version_order
from tests.core.instrument.test_parse import SMALL


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """Two versions of a small instrument, in a folder named by the environment."""
    for version in ("2", "10"):
        folder = tmp_path / "small" / version
        folder.mkdir(parents=True)
        (folder / "instrument.yaml").write_text(
            SMALL.replace('version: "1"', f'version: "{version}"'), "utf-8"
        )
    monkeypatch.setenv("TELADAN_INSTRUMENTS", str(tmp_path))
    return tmp_path


def test_what_teladan_ships_is_there():
    assert set(library.files()) >= {"egdi", "gtmi", "pemdi", "spbe"}
    assert {f"{i.slug}@{i.version}" for i in library.everything()} >= {"spbe@2020", "pemdi@2026"}


def test_without_a_version_the_newest(shelf):
    assert library.find("small").version == "10"
    assert library.find("small@2").version == "2"
    assert list(library.files()["small"]) == ["2", "10"]


def test_a_folder_of_the_environment_comes_before_what_is_shipped(shelf, monkeypatch):
    folder = shelf / "spbe" / "2020"
    folder.mkdir(parents=True)
    (folder / "instrument.yaml").write_text(SMALL.replace("slug: small", "slug: spbe"), "utf-8")
    assert library.find("spbe@2020").titles["en"] == "Small"
    assert library.find("egdi").slug == "egdi"


def test_a_path_of_a_file_or_its_folder(shelf):
    assert library.find(str(shelf / "small" / "2" / "instrument.yaml")).version == "2"
    assert library.find(str(shelf / "small" / "2")).version == "2"


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("spb", "no instrument 'spb'; did you mean spbe?"),
        ("SPBE", "no instrument 'SPBE'; did you mean spbe?"),
        ("zzz", "no instrument 'zzz'; there are: egdi, gtmi, pemdi, spbe"),
        ("spbe@1999", "spbe has no version '1999'; there are: 2020"),
    ],
)
def test_what_is_not_there_is_named_with_what_is(address, message):
    with pytest.raises(LibraryError) as refused:
        library.find(address)
    assert str(refused.value) == message


def test_a_path_that_does_not_exist(tmp_path):
    with pytest.raises(FileNotFoundError):
        library.find(str(tmp_path / "nothing.yaml"))


def test_a_changed_file_is_read_again(tmp_path):
    file = tmp_path / "instrument.yaml"
    file.write_text(SMALL, "utf-8")
    assert library.find(str(file)).titles["en"] == "Small"
    file.write_text(SMALL.replace("en: Small", "en: Smaller"), "utf-8")
    assert library.find(str(file)).titles["en"] == "Smaller"


def test_a_broken_file_is_named(shelf):
    file = shelf / "small" / "10" / "instrument.yaml"
    file.write_text("format: x\n", "utf-8")
    with pytest.raises(DocumentError, match=r"instrument.yaml:1: the key 'slug' is missing"):
        library.find("small")


def test_versions_are_ordered_as_people_do():
    assert sorted(["10", "2", "2.10", "2.9", "2026", "2020"], key=version_order) == (
        ["2", "2.9", "2.10", "10", "2020", "2026"]
    )
