"""Every kind of entry is described, and none that is not."""

from __future__ import annotations

import json
import re

from teladan.core.log.entry import KEYS, KINDS, parse
from tests.docs.record_kinds import PAGE, written

TEXT = PAGE.read_text("utf-8")


def test_the_table_of_kinds_is_that_of_the_code():
    assert written(TEXT) == TEXT, "python -m tests.docs.record_kinds writes it anew"


def test_every_field_of_the_envelope_is_described():
    fields = re.search(r"\n\| field .*?\n\n", TEXT, re.DOTALL)[0]
    assert set(re.findall(r"^\| `(\w+)`", fields, re.MULTILINE)) == KEYS


def test_the_example_is_an_entry():
    example = json.loads(re.search(r"```json\n(.*?)```", TEXT, re.DOTALL)[1])
    data = json.dumps(example, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert parse(data).sequence == 41


def test_bodies_are_described_of_kinds_that_exist():
    described = re.findall(
        r"^\| `(\w+)` \|", TEXT.split("## Bodies")[1].split("## Log files")[0], re.MULTILINE
    )
    assert described
    assert set(described) <= set(KINDS)
