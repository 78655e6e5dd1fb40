"""docs/reference/formats.md describes the format that is read."""

from __future__ import annotations

import re

from teladan.core.instrument import parse
from teladan.core.instrument.parse import CHANGEABLE, OPTIONAL, REQUIRED
from tests.published.reading import ROOT

PAGE = (ROOT / "docs" / "reference" / "formats.md").read_text("utf-8")


def test_the_small_instrument_on_the_page_is_accepted() -> None:
    example = re.search(r"```yaml\n(format: teladan-instrument/1\n.*?)```", PAGE, re.DOTALL)
    assert example
    edition = parse(example[1], "formats.md").edition()
    assert [leaf.code for leaf in edition.leaves] == ["P1", "P2"]


def test_every_key_of_an_instrument_is_on_the_page() -> None:
    assert [key for key in (*REQUIRED, *OPTIONAL, *CHANGEABLE) if f"`{key}`" not in PAGE] == []
