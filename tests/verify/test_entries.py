"""Canonical JSON and entries: refused and taken as `core` refuses and takes them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teladan import verify
from teladan.core import canonical
from teladan.core.log import entry

RANDOM = settings(deadline=None, max_examples=200)
VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**53) + 1, 2**53 - 1),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=4), inner, max_size=4),
    ),
    max_leaves=8,
)
ACT = "1f0e1a4c-0000-4000-8000-000000000000"


def entry_value():
    return {
        "act": ACT,
        "actor": {"id": "", "role": "publisher"},
        "body": {"reason": "first key", "vkey": "é"},
        "kind": "key",
        "node": "localhost/record",
        "replaces": None,
        "sequence": 7,
        "subject": "record",
        "time": "2026-11-24T08:00:00.000000Z",
        "version": 1,
    }


def taken_by_both(data, position=7):
    """Return whether the bytes are an entry, after making sure that both say so."""
    try:
        found = entry.parse(data)
        core = found.sequence == position
    except entry.EntryError:
        core = False
    try:
        verify.parse_entry(data, position)
    except verify.Wrong:
        ours = False
    else:
        ours = True
    assert ours == core, data
    return ours


@RANDOM
@given(VALUES)
def test_the_canonical_bytes_are_those_of_core(value):
    try:
        data = canonical.encode(value)
    except canonical.CanonicalError:
        return
    assert verify.canonical(value) == data
    assert verify.canonical_value(data, "it") == value


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}',
        b'{"b":1,"a":1}',
        b'{"a": 1}',
        b'{"a":1.0}',
        b'{"a":1e3}',
        b'{"a":NaN}',
        b'{"a":9007199254740992}',
        b'{"a":-0}',
        b'{"a":"\\u0061"}',
        b'{"a":"\\ud800"}',
        b'{"a":"\\/"}',
        b'{"a":"e\xcc\x81"}',
        b'{"a":"\xff"}',
        b"\xef\xbb\xbf{}",
        b"{}\n",
        b"",
        b"<html>",
        b"[" * 100_000,
        b"9" * 10_000,
    ],
)
def test_another_way_to_write_a_value_is_refused(data):
    with pytest.raises(verify.Wrong, match="it is not canonical JSON"):
        verify.canonical_value(data, "it")


def test_an_entry_is_taken():
    assert taken_by_both(canonical.encode(entry_value()))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("act", ACT.upper()),
        ("act", ACT.replace("-4", "-1")),
        ("act", None),
        ("actor", {"id": "", "role": ""}),
        ("actor", {"id": 1, "role": "a"}),
        ("actor", {"id": "", "role": "a", "name": "b"}),
        ("body", []),
        ("kind", ""),
        ("node", ""),
        ("replaces", ""),
        ("replaces", "0" * 63),
        ("replaces", "A" * 64),
        ("sequence", 8),
        ("sequence", True),
        ("sequence", "7"),
        ("sequence", -1),
        ("subject", ""),
        ("time", "2026-11-24T08:00:00Z"),
        ("time", "2026-02-30T08:00:00.000000Z"),
        ("time", "2026-11-24T24:00:00.000000Z"),
        ("time", "2026-11-24T08:00:60.000000Z"),
        ("version", 2),
        ("version", True),
        ("version", "1"),
        ("more", 1),
    ],
)
def test_a_field_that_cannot_be_is_refused_by_both(name, value):
    found = entry_value() | {name: value}
    assert not taken_by_both(canonical.encode(found))


def test_a_kind_that_is_not_known_is_read_so_that_an_old_verifier_can_read_a_newer_record():
    data = canonical.encode(entry_value() | {"kind": "treaty"})
    assert verify.parse_entry(data, 7)["kind"] == "treaty"


@pytest.mark.parametrize("body", [{"commitment": "0" * 64}, {"commitment": "0" * 63}, {}, {"a": 1}])
@pytest.mark.parametrize("kind", sorted(entry.KINDS))
def test_committed_kinds_hold_a_commitment_and_nothing_else(kind, body):
    taken_by_both(canonical.encode(entry_value() | {"kind": kind, "body": body}))


def test_the_kinds_are_those_of_core():
    assert {name for name, kind in entry.KINDS.items() if kind.committed} == verify.COMMITTED
    assert {name for name, kind in entry.KINDS.items() if not kind.committed} == verify.OPEN


@RANDOM
@given(st.data())
def test_damaged_bytes_are_refused_by_both(data):
    text = bytearray(canonical.encode(entry_value()))
    for _ in range(data.draw(st.integers(1, 2))):
        place = data.draw(st.integers(0, len(text) - 1))
        if data.draw(st.booleans()):
            text[place] ^= 1 << data.draw(st.integers(0, 7))
        else:
            text[place:place] = data.draw(st.sampled_from([b" ", b"0", b'"', b"\\", b",", b"\xcc\x81"]))
    try:
        kind = json.loads(bytes(text))["kind"]
    except (ValueError, KeyError, TypeError):
        kind = "key"
    if kind in entry.KINDS:
        taken_by_both(bytes(text))


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=60))
def test_a_commitment_is_that_of_core(salt, content):
    assert verify.commitment(salt, content) == entry.commitment(salt, content)


def test_an_entry_longer_than_its_length_can_say_is_refused():
    assert not taken_by_both(canonical.encode(entry_value() | {"subject": "a" * 65_535}))
