"""Every text of the interface is there in Indonesian and Korean, with the same gaps to fill."""

import re

import pytest

from teladan.web import catalogues

PLACEHOLDER = re.compile(r"%\(\w+\)s|%%|\{\w*\}|</?\w+")


def key(message):
    return (message.context, message.id)


@pytest.fixture(scope="module")
def texts():
    return [message for message in catalogues.extract() if message.id]


@pytest.fixture(scope="module", params=catalogues.TRANSLATED)
def catalog(request):
    return catalogues.read(request.param)


def test_there_are_texts(texts):
    assert len(texts) > 20


def test_every_text_is_translated(texts, catalog):
    missing = []
    for text in texts:
        found = catalog.get(text.id, text.context)
        strings = found.string if found and isinstance(found.string, tuple) else (found and found.string,)
        if not all(strings):
            missing.append(key(text))
    assert missing == [], "run `make messages`, then translate"


def test_nothing_is_kept_that_no_page_says(texts, catalog):
    known = {key(text) for text in texts}
    assert [key(message) for message in catalog if message.id and key(message) not in known] == []


def test_no_translation_is_a_guess(catalog):
    assert [key(message) for message in catalog if message.id and message.fuzzy] == []


def test_placeholders_and_elements_are_the_same(catalog):
    different = []
    for message in catalog:
        if not message.id:
            continue
        plural = message.id[-1] if isinstance(message.id, tuple) else message.id
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = sorted(PLACEHOLDER.findall(plural))
        different += [string for string in strings if sorted(PLACEHOLDER.findall(string)) != wanted]
    assert different == []


def test_the_compiled_files_are_those_of_the_texts(tmp_path, catalog):
    folder = tmp_path / str(catalog.locale) / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = catalogues.po_file(str(catalog.locale))
    (folder / "django.po").write_bytes(source.read_bytes())

    (made,) = catalogues.compile_all(tmp_path)

    assert made.read_bytes() == source.with_suffix(".mo").read_bytes(), "run `make assets`"
