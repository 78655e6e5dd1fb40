"""docs/reference/formats.md describes the files of the exchange: examples are read, no key is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from teladan.cooperation import files as cooperation
from teladan.exchange import files
from teladan.exchange.models import Evidence
from teladan.exchange.transfer import FORMAT
from tests.exchange.conftest import ROOT

PAGE = (ROOT / "docs" / "reference" / "formats.md").read_text("utf-8")


def example(name: str, folder: Path) -> Path:
    """Write the example of a format on the page to a file."""
    found = re.search(rf"```yaml\n(format: {name}\n.*?)```", PAGE, re.DOTALL)
    assert found
    file = folder / "example.yaml"
    file.write_text(found[1], encoding="utf-8")
    return file


def test_the_practice_on_the_page_is_accepted(tmp_path: Path) -> None:
    found = files.read_practice(example(files.PRACTICE, tmp_path)).content
    assert (found.code, found.claims[0].measures[0].observations[0].evidence[0].type) == (
        "smp-window",
        "survey",
    )


def test_the_adoption_on_the_page_is_accepted(tmp_path: Path) -> None:
    found = files.read_adoption(example(files.ADOPTION, tmp_path))
    assert (found.parents, [stage.stage for stage in found.stages]) == (
        (("smp-window", 1, "1/2"),),
        ["decided", "scaled"],
    )


@pytest.mark.parametrize(
    "key",
    [
        *(files.REQUIRED + files.OPTIONAL),
        *(files.ADOPTION_REQUIRED + files.ADOPTION_OPTIONAL),
        *(files.OBSERVATION + files.OBSERVATION_TOO + files.EVIDENCE_TOO),
        *cooperation.AGREEMENT_KEYS,
        *cooperation.MEETING_KEYS,
    ],
)
def test_every_key_is_on_the_page(key: str) -> None:
    assert f"`{key}`" in PAGE or f"\n{key}:" in PAGE


@pytest.mark.parametrize("type_", Evidence.Type.values)
def test_every_type_of_evidence_is_explained(type_: str) -> None:
    assert f"| `{type_}` |" in PAGE


@pytest.mark.parametrize("name", [cooperation.AGREEMENT, cooperation.MEETING, FORMAT])
def test_every_format_has_its_name_on_the_page(name: str) -> None:
    assert f"`{name}`" in PAGE
