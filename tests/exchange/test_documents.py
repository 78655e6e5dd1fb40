"""Documents and files are read whole or refused: whatever is in them, nothing else happens."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from teladan.core.document import DocumentError
from teladan.exchange import documents, files
from teladan.exchange.content import cleaned, first_problem
from teladan.exchange.transfer import opened
from teladan.registry.refusals import Refused
from tests.exchange.conftest import ROOT, sample

TEXT = st.text(max_size=12)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
DOCUMENT = json.loads(documents.of_practice(sample()))
FILE = (ROOT / "published" / "practices" / "kor-koneps.yaml").read_text("utf-8")


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of everything inside a JSON value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(deeper for key, item in inside for deeper in places(item, (*path, key)))]


def changed(path: tuple[Any, ...], change: Callable[[Any, Any], None]) -> Any:
    """Return the document with something done at a path."""
    value = copy.deepcopy(DOCUMENT)
    inner = value
    for key in path[:-1]:
        inner = inner[key]
    change(inner, path[-1])
    return value


@given(st.sampled_from(places(DOCUMENT)[1:]), ANYTHING)
def test_a_document_with_anything_anywhere_is_read_whole_or_refused(path: tuple[Any, ...], put: Any) -> None:
    value = changed(path, lambda inner, key: inner.__setitem__(key, put))
    data = json.dumps(value).encode()
    try:
        content = documents.read_practice(data)
    except Refused:
        return
    assert first_problem(content) is None
    assert json.loads(documents.of_practice(cleaned(content)))["format"] == documents.PRACTICE


@given(st.sampled_from(places(DOCUMENT)[1:]))
def test_a_document_that_lacks_anything_is_refused(path: tuple[Any, ...]) -> None:
    value = changed(path, lambda inner, key: inner.pop(key))
    if isinstance(path[-1], int) or path[0] == "titles":
        return  # one item of a list fewer is another document, not a broken one
    with pytest.raises(Refused):
        documents.read_practice(json.dumps(value).encode())


def with_a_version_beyond_counting(value: Any) -> None:
    value["number"] = 2**31


def with_a_translation_twice(value: Any) -> None:
    value["translations"] = [{"place": "does", "language": "id", "text": text, "model": ""} for text in "ab"]


def with_a_long_digest(value: Any) -> None:
    value["claims"][0]["measures"][0]["observations"][0]["evidence"][0]["sha256"] = "0" * 65


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (with_a_version_beyond_counting, "not-ours"),
        (with_a_translation_twice, "code-twice"),
        (with_a_long_digest, "too-long"),
    ],
)
def test_what_the_database_has_no_room_for_is_refused_before_it(
    change: Callable[[Any], None], rule: str
) -> None:
    value = copy.deepcopy(DOCUMENT)
    change(value)
    with pytest.raises(Refused) as caught:
        documents.read_practice(json.dumps(value).encode())
    assert caught.value.rule == rule


@given(st.binary(max_size=60))
def test_bytes_of_anything_are_refused(data: bytes) -> None:
    for read in (documents.read_practice, lambda given: opened(given, [])):
        with pytest.raises(Refused):
            read(data)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, FILE.count("\n") - 1), st.text(max_size=20))
def test_a_file_with_any_line_in_it_is_read_whole_or_refused_by_name(
    tmp_path: Path, number: int, line: str
) -> None:
    lines = FILE.split("\n")
    lines[number] = line
    file = tmp_path / "x.yaml"
    file.write_text("\n".join(lines), encoding="utf-8", errors="replace")
    said = [str(file)]
    try:
        found = files.read_practice(file)
    except DocumentError as error:
        said = error.lines()
    else:
        assert first_problem(found.content) is None
    assert all(each.startswith(str(file)) for each in said)


def test_the_document_of_a_content_is_the_same_bytes_each_time_and_reads_back() -> None:
    assert documents.of_practice(sample()) == documents.of_practice(sample())
    assert documents.read_practice(documents.of_practice(sample())) == sample()
