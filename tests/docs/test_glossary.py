"""One word for one thing: the glossary knows every model and every word of the API."""

import re
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).parents[2]
GLOSSARY = ROOT / "docs/reference/glossary.md"
ROWS = [
    [cell.strip() for cell in line.strip("|\n").split("|")]
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| word")
]
WORDS = {row[0] for row in ROWS}


def test_every_word_has_three_languages_and_a_meaning() -> None:
    for row in ROWS:
        assert len(row) == 4, row
        assert all(row), row
        assert re.search("[가-힣]", row[2]), f"{row[0]} has no Korean"


def test_no_word_has_two_meanings() -> None:
    words = [row[0] for row in ROWS]
    assert sorted(words) == sorted(set(words))


@pytest.mark.parametrize(
    "model", [model for model in apps.get_models() if model.__module__.startswith("teladan.")]
)
def test_every_model_is_in_the_glossary(model: type) -> None:
    name = re.sub(r"(?<!^)(?=[A-Z])", " ", model.__name__).lower()
    assert name in WORDS


def test_every_word_of_the_api_is_in_the_glossary() -> None:
    from teladan.api.api import api

    words = {
        word
        for path in api.get_openapi_schema()["paths"]
        for word in re.findall(r"[a-z]+", re.sub(r"\{[^}]*\}|^/api/v1", "", path))
    }
    singular = {
        {"countries": "country"}.get(word, word.removesuffix("s")) if word != "index" else word
        for word in words - {"openapi", "json", "csv"}
    }
    assert singular, "the API has no paths"
    assert singular <= WORDS
