"""Entries: their bytes for ever, what is refused, and that one hash has one reading."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import unicodedata
import uuid
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teladan.core.canonical import LARGEST, encode
from teladan.core.log.entry import KINDS, Entry, EntryError, commitment, make, parse, time_text

SHARED = Path(__file__).parents[4] / "shared" / "vectors" / "tlog" / "jcs" / "testdata"
ACT = "0b9d0f1c-5f3e-4c1a-9d7e-2f6a8b3c4d5e"
AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
VALUES = {
    "act": ACT,
    "kind": "publication",
    "node": "example.org/record",
    "sequence": 7,
    "subject": "publication/spbe-2024",
    "time": AT,
    "role": "second publisher",
    "actor": "p7",
    "body": b'{"number":1}',
    "replaces": "",
}
GOLDEN = (
    b'{"act":"0b9d0f1c-5f3e-4c1a-9d7e-2f6a8b3c4d5e","actor":{"id":"p7","role":"second publisher"},'
    b'"body":{"number":1},"kind":"publication","node":"example.org/record","replaces":null,"sequence":7,'
    b'"subject":"publication/spbe-2024","time":"2026-11-24T08:00:00.000000Z","version":1}'
)
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).map(
    lambda text: unicodedata.normalize("NFC", text)
)
bodies = st.dictionaries(
    texts,
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(-LARGEST, LARGEST), texts),
        lambda inner: st.one_of(st.lists(inner), st.dictionaries(texts, inner)),
        max_leaves=8,
    ),
)
public = st.sampled_from([name for name, kind in KINDS.items() if not kind.committed])


def made(**changed):
    return make(**{**VALUES, **changed})


def read(**changed):
    """Read the golden entry with other values, whatever they are, as Python's own JSON writes them."""
    value = json.loads(GOLDEN) | changed
    for name in [name for name, given_ in value.items() if given_ is ...]:
        del value[name]
    data = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return parse(data)


# --- the bytes --------------------------------------------------------------------------------------


def test_the_bytes_of_an_entry_for_ever():
    assert made() == GOLDEN
    assert (
        hashlib.sha256(GOLDEN).hexdigest()
        == "033d319dd6a38e44875f596d24f789042d0a1db0fd72e23b3f1bc59acae028c3"
    )
    assert parse(GOLDEN) == Entry(
        act=uuid.UUID(ACT),
        actor="p7",
        role="second publisher",
        body={"number": 1},
        kind="publication",
        node="example.org/record",
        replaces="",
        sequence=7,
        subject="publication/spbe-2024",
        time=AT,
    )


def test_a_commitment_for_ever():
    held = commitment(bytes(range(32)), b'{"level":"4"}')
    assert held == "c6127c9329cd57e9266dc36a3d942861c2ad72df9615018ae888c884d994abfd"
    assert held == hmac.new(bytes(range(32)), b'{"level":"4"}', hashlib.sha256).hexdigest()
    assert parse(made(kind="score", body=encode({"commitment": held}))).body == {"commitment": held}


@pytest.mark.parametrize("count", [0, 16, 31, 33])
def test_a_salt_has_32_bytes(count):
    with pytest.raises(EntryError, match=f"a salt has 32 bytes, not {count}"):
        commitment(bytes(count), b"{}")


@given(
    public,
    bodies,
    texts,
    texts,
    texts,
    st.one_of(st.just(""), texts),
    st.integers(0, LARGEST),
    st.datetimes(timezones=st.just(UTC)),
    st.uuids(version=4),
    st.one_of(st.just(""), st.binary(min_size=32, max_size=32).map(bytes.hex)),
)
def test_what_is_made_is_canonical_and_reads_back(
    kind, body, node, subject, role, actor, sequence, time, act, replaces
):
    data = make(
        act=act,
        kind=kind,
        node=node,
        sequence=sequence,
        subject=subject,
        time=time,
        role=role,
        actor=actor,
        replaces=replaces,
        body=encode(body),
    )
    assert encode(json.loads(data)) == data
    assert parse(data) == Entry(act, actor, role, body, kind, node, replaces, sequence, subject, time)


@given(st.integers(0, len(GOLDEN) * 8 - 1))
def test_a_changed_bit_is_refused_or_read_as_something_else(bit):
    data = bytearray(GOLDEN)
    data[bit // 8] ^= 1 << bit % 8
    with contextlib.suppress(EntryError):
        assert parse(bytes(data)) != parse(GOLDEN)


def test_a_time_in_another_zone_is_written_in_utc():
    jakarta = timezone(timedelta(hours=7))
    assert time_text(datetime(2026, 11, 24, 15, 0, 0, 5, tzinfo=jakarta)) == "2026-11-24T08:00:00.000005Z"
    with pytest.raises(EntryError, match="no time zone"):
        time_text(datetime(2026, 11, 24))  # noqa: DTZ001


# --- what is not made -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"kind": "Publication"}, "'Publication' is no kind of entry"),
        ({"act": ACT.upper()}, "is no random UUID"),
        ({"act": "0b9d0f1c-5f3e-1c1a-9d7e-2f6a8b3c4d5e"}, "is no random UUID"),
        ({"act": uuid.uuid5(uuid.NAMESPACE_URL, "x")}, "is no random UUID"),
        ({"replaces": "AB" * 32}, "is no SHA-256"),
        ({"replaces": "ab" * 31}, "is no SHA-256"),
        ({"sequence": -1}, "-1 is no position"),
        ({"sequence": LARGEST + 1}, "is no position"),
        ({"time": "2026-11-24T08:00:00Z"}, "is no time in UTC with six digits"),
        ({"time": "2026-11-24T08:00:00.000000+00:00"}, "is no time in UTC with six digits"),
        ({"node": ""}, "names its node"),
        ({"subject": ""}, "names its node"),
        ({"role": ""}, "names its node"),
        ({"subject": "A\u030a"}, "normal form C"),
        ({"actor": "\ud800"}, "half a character"),
        ({"body": b"[]"}, "the body of an entry is an object"),
        ({"body": b""}, "the body of an entry is an object"),
        ({"kind": "score"}, "holds a commitment and nothing else"),
        ({"kind": "score", "body": b'{"commitment":"%b"}' % (b"AB" * 32)}, "holds a commitment"),
        ({"kind": "score", "body": b'{"commitment":"%b","level":4}' % (b"ab" * 32)}, "holds a commitment"),
        ({"kind": "score", "body": b'{"commitment":"%b"}\n' % (b"ab" * 32)}, "holds a commitment"),
    ],
)
def test_what_is_no_entry_is_not_made(changed, message):
    with pytest.raises(EntryError, match=message):
        made(**changed)


def test_an_entry_has_at_most_65535_bytes():
    room = 65_535 - len(made(body=b'{"a":""}'))
    longest = made(body=b'{"a":"%b"}' % (b"x" * room))
    assert len(longest) == 65_535
    assert parse(longest).body == {"a": "x" * room}
    with pytest.raises(EntryError, match="the entry has 65536 bytes; at most 65535 fit"):
        made(body=b'{"a":"%b"}' % (b"x" * (room + 1)))
    with pytest.raises(EntryError, match="at most 65535"):
        parse(longest + b" ")


# --- what is not read -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"more": 1}, "an entry has exactly the keys act, actor, body"),
        ({"node": ...}, "an entry has exactly the keys"),
        ({"version": 2}, "an entry of version 2; this reads version 1"),
        ({"version": "1"}, "an entry of version '1'"),
        ({"version": True}, "an entry of version True"),
        ({"actor": "p7"}, "exactly an id and a role"),
        ({"actor": {"id": "p7"}}, "exactly an id and a role"),
        ({"actor": {"id": None, "role": "x"}}, "exactly an id and a role"),
        ({"actor": {"id": "p7", "role": "x", "name": "y"}}, "exactly an id and a role"),
        ({"actor": {"id": "p7", "role": ""}}, "the role of an entry"),
        ({"node": ""}, "the node of an entry"),
        ({"node": None}, "the node of an entry"),
        ({"subject": 7}, "the subject of an entry"),
        ({"kind": "note"}, "'note' is no kind"),
        ({"kind": ["key"]}, "is no kind"),
        ({"body": []}, "the body of an entry is an object"),
        ({"body": None}, "the body of an entry is an object"),
        ({"kind": "score"}, "holds a commitment and nothing else"),
        ({"kind": "score", "body": {"commitment": "AB" * 32}}, "holds a commitment and nothing else"),
        ({"kind": "score", "body": {"commitment": 7}}, "holds a commitment and nothing else"),
        (
            {"kind": "score", "body": {"commitment": "ab" * 32, "level": 4}},
            "holds a commitment and nothing else",
        ),
        ({"act": ACT.upper()}, "is no random UUID"),
        ({"act": "0b9d0f1c-5f3e-4c1a-cd7e-2f6a8b3c4d5e"}, "is no random UUID"),
        ({"act": None}, "is no random UUID"),
        ({"replaces": ""}, "is no SHA-256"),
        ({"replaces": False}, "is no SHA-256"),
        ({"replaces": "ab" * 33}, "is no SHA-256"),
        ({"sequence": -1}, "-1 is no position"),
        ({"sequence": "7"}, "'7' is no position"),
        ({"sequence": True}, "True is no position"),
        ({"sequence": None}, "None is no position"),
        ({"sequence": LARGEST + 1}, "is beyond 2"),
        ({"sequence": 10**400}, "is beyond 2"),
        ({"body": {"a": [-LARGEST - 1]}}, "is beyond 2"),
        ({"body": {"a": 3.19}}, "the number 3.19 in an entry is not whole"),
        ({"body": {"a": float("nan")}}, "the number NaN in an entry is not whole"),
        ({"body": {"a": float("-inf")}}, "the number -Infinity in an entry is not whole"),
        ({"body": {"a": "A\u030a"}}, "not in Unicode normal form C"),
        ({"body": {"A\u030a": 1}}, "not in Unicode normal form C"),
        ({"body": {"Ａ": 1, "😂": 2}}, "not in its canonical bytes"),
        ({"time": "2026-11-24T08:00:00Z"}, "is no time"),
        ({"time": "2026-11-24T08:00:00.000Z"}, "is no time"),
        ({"time": "2026-11-24T08:00:00.0000000Z"}, "is no time"),
        ({"time": "2026-11-24T08:00:00.000000+00:00"}, "is no time"),
        ({"time": "2026-11-24t08:00:00.000000z"}, "is no time"),
        ({"time": "2026-11-24 08:00:00.000000Z"}, "is no time"),
        ({"time": "2026-02-30T08:00:00.000000Z"}, "is no time"),
        ({"time": "2026-11-24T24:00:00.000000Z"}, "is no time"),
        ({"time": "2026-11-24T23:59:60.000000Z"}, "is no time"),
        ({"time": "0000-01-01T00:00:00.000000Z"}, "is no time"),
        ({"time": 7}, "is no time"),
    ],
)
def test_what_is_no_entry_is_not_read(changed, message):
    with pytest.raises(EntryError, match=message):
        read(**changed)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"[]", "exactly the keys"),
        (b"null", "exactly the keys"),
        (GOLDEN + b"\n", "not in its canonical bytes"),
        (b" " + GOLDEN, "not in its canonical bytes"),
        (GOLDEN + GOLDEN, "not JSON"),
        (GOLDEN.replace(b":7,", b": 7,"), "not in its canonical bytes"),
        (GOLDEN.replace(b":7,", b":-0,"), "not in its canonical bytes"),
        (GOLDEN.replace(b":7,", b":7.0,"), "the number 7.0"),
        (GOLDEN.replace(b":7,", b":7e0,"), "the number 7e0"),
        (GOLDEN.replace(b":7,", b":07,"), "not JSON"),
        (GOLDEN.replace(b":7,", b':7,"sequence":7,'), "gives a key twice"),
        (GOLDEN.replace(b'"number":1', b'"number":1,"number":2'), "gives a key twice"),
        (GOLDEN.replace(b'"number"', b'"n\\u0075mber"'), "not in its canonical bytes"),
        (GOLDEN.replace(b'"number":1', b'"number":"\\/"'), "not in its canonical bytes"),
        (GOLDEN.replace(b'"number":1', b'"number":"\\u000A"'), "not in its canonical bytes"),
        (GOLDEN.replace(b'"number":1', b'"number":"\\u001F"'), "not in its canonical bytes"),
        (GOLDEN.replace(b'"number":1', b'"number":"\n"'), "not JSON"),
        (GOLDEN.replace(b'"number":1', b'"number":"\\ud800"'), "not UTF-8"),
        (GOLDEN.replace(b'"number":1', b'"number":"\\ud83d\\ude02"'), "not in its canonical bytes"),
        (GOLDEN.replace(b'"number":1', b'"number":1,"a":2'), "not in its canonical bytes"),
        (GOLDEN.replace(b"p7", b"\xff"), "not UTF-8"),
        (GOLDEN.replace(b"p7", b"\xed\xa0\x80"), "not UTF-8"),
        (b"\xef\xbb\xbf" + GOLDEN, "not JSON"),
        (GOLDEN.decode().encode("utf-16"), "not UTF-8"),
        (GOLDEN.replace(b'"number":1', b'"number":' + b"[" * 30_000 + b"]" * 30_000), "nested too deeply"),
    ],
)
def test_bytes_with_a_second_reading_are_refused(data, message):
    with pytest.raises(EntryError, match=message):
        parse(data)


@pytest.mark.parametrize("text", ["\u007f", "\u2028", '\x00\x1f\b\t\n\f\r"\\', "\n\u0301", "Ａ한글", "😂"])
def test_every_character_has_one_way_to_be_written(text):
    data = made(body=encode({"a": text, text: 1}), subject=text, actor=text)
    found = parse(data)
    assert (found.body, found.subject, found.actor) == ({"a": text, text: 1}, text, text)


def test_keys_beyond_the_first_plane_stand_in_the_order_of_utf_16():
    data = made(body=encode({"Ａ": 1, "😂": 2}))
    assert '{"😂":2,"Ａ":1}'.encode() in data
    assert list(parse(data).body) == ["😂", "Ａ"]


@pytest.mark.parametrize("name", ["arrays", "french", "structures", "values", "unicode", "weird"])
def test_the_published_vectors_as_bodies(name):
    path = SHARED / "output" / f"{name}.json"
    if not path.exists():
        pytest.skip("the vectors of RFC 8785 are not beside this project")
    canonical = path.read_bytes().rstrip(b"\n")
    body = b'{"value":' + canonical + b"}"
    if name in {"values", "unicode", "weird"}:  # a float, text that is not NFC, both on purpose refused
        with pytest.raises(EntryError):
            parse(made(body=body))
    else:
        assert parse(made(body=body)).body == {"value": json.loads(canonical)}
    loose = (SHARED / "input" / f"{name}.json").read_bytes().strip()
    with pytest.raises(EntryError):
        parse(made(body=b'{"value":' + loose + b"}"))


# --- kinds ------------------------------------------------------------------------------------------


def test_nothing_about_a_person_or_a_score_is_public_before_its_time():
    assert sorted(name for name, kind in KINDS.items() if not kind.committed) == [
        "adoption",
        "correction",
        "key",
        "practice",
        "publication",
        "withdrawal",
    ]
    assert all(name == kind.name for name, kind in KINDS.items())
