"""Signed notes: Go's and C2SP's examples, what is malformed, and who has signed."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from teladan.core.log.note import (
    NoteError,
    Signature,
    Signer,
    Verifier,
    open_note,
    parse,
    parse_vkeys,
    sign,
)
from tests.core.log.files import NAME, SEED, SIGNER

SHARED = Path(__file__).parents[4] / "shared" / "vectors" / "tlog"
SKEY = "PRIVATE+KEY+example.org/record+8dcc45de+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
VKEY = "example.org/record+8dcc45de+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
TEXT = "Angka ini benar.\n\n수치는 정확하다.\n"
LINE = SIGNER.sign(TEXT)
NOTE = f"{TEXT}\n{LINE}"
OTHER = Signer("witness.example", bytes(32))
names = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"], exclude_characters="+"), min_size=1
)
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n")).map(
    lambda text: text + "\n"
)


def shared(name):
    path = SHARED / name
    if not path.exists():
        pytest.skip("the vectors are not beside this project")
    return path.read_text("utf-8")


def packed(key_id, signature):
    return base64.b64encode(key_id.to_bytes(4, "big") + signature).decode()


def refused(text, verifiers=(SIGNER.verifier,)):
    with pytest.raises(NoteError) as found:
        open_note(text, verifiers)
    return str(found.value)


# --- the examples of others -------------------------------------------------------------------------


def test_the_note_of_go():
    given_ = json.loads(shared("note_go/note.json"))
    verifier = Verifier.parse(given_["vkey"])
    text, signed = open_note(given_["note"].encode(), [verifier])
    assert text.endswith("you don't know what your problem is.\n")
    assert (signed, verifier.vkey, verifier.name, verifier.id) == (
        [verifier],
        given_["vkey"],
        "PeterNeumann",
        0xC74F20A3,
    )


@pytest.mark.parametrize("number", [0, 1])
def test_the_bad_keys_of_go(number):
    with pytest.raises(NoteError):
        Verifier.parse(json.loads(shared("note_go/note.json"))["bad_vkeys"][number])


def test_the_example_of_c2sp_is_read_and_stays_unverified():
    text = shared("c2sp_examples/signed_note_example.txt")
    note = parse(text)
    assert note.text == "This is an example message.\n"
    assert [signature.name for signature in note.signatures] == ["example.com/foo"]
    assert f"{note.text}\n{note.signatures[0].line}" == text
    assert refused(text) == "no known key has signed this note"


# --- our own bytes, for ever ------------------------------------------------------------------------


def test_the_key_lines_of_a_known_seed():
    assert (SIGNER.skey, SIGNER.verifier.vkey) == (SKEY, VKEY)
    assert Signer.parse(SKEY) == SIGNER
    assert Verifier.parse(VKEY) == SIGNER.verifier
    assert Verifier.parse(VKEY.replace("8dcc45de", "8DCC45DE")) == SIGNER.verifier


def test_the_note_of_a_known_seed():
    assert sign("Teladan\n", [SIGNER]) == (
        "Teladan\n\n— example.org/record "
        "jcxF3mp70qRnH6HHItaxkzRb3QdeXOyifQazjdYzbiQhxoddCwvCdzF8XAR0TbW89TJsIg5SbI8eISSAyQYYA81J+wI=\n"
    )


def test_a_secret_key_does_not_show_itself():
    assert "seed" not in repr(SIGNER)
    with pytest.raises(NoteError) as found:
        Signer.parse(SKEY + "=")
    assert SKEY[-20:] not in str(found.value)
    assert found.value.__context__ is None


def test_a_new_key_is_another_each_time():
    first, second = Signer.generate(NAME), Signer.generate(NAME)
    assert first.seed != second.seed
    assert Signer.parse(first.skey) == first
    assert open_note(sign(TEXT, [first]), [first.verifier]) == (TEXT, [first.verifier])


@given(names, texts, st.binary(min_size=32, max_size=32))
def test_what_is_signed_opens(name, text, seed):
    signer = Signer(name, seed)
    assert Signer.parse(signer.skey).verifier == Verifier.parse(signer.verifier.vkey) == signer.verifier
    for note in (sign(text, [signer]), sign(text, [signer]).encode()):
        assert open_note(note, [signer.verifier]) == (text, [signer.verifier])


@given(st.integers(0, len(NOTE.encode()) * 8 - 1))
def test_no_bit_of_a_note_can_change(bit):
    data = bytearray(NOTE.encode())
    data[bit // 8] ^= 1 << bit % 8
    refused(bytes(data))


# --- who has signed ---------------------------------------------------------------------------------


def test_signatures_of_unknown_keys_are_passed_over():
    note = sign(TEXT, [OTHER, SIGNER])
    assert open_note(note, [SIGNER.verifier]) == (TEXT, [SIGNER.verifier])
    assert open_note(note, [SIGNER.verifier, OTHER.verifier]) == (TEXT, [OTHER.verifier, SIGNER.verifier])
    assert refused(note, []) == "no known key has signed this note"


def test_a_key_is_known_by_name_and_id_together():
    renamed = f"— other.example {LINE.split()[-1]}\n"
    other_id = f"— {NAME} {packed(1, bytes(64))}\n"
    assert open_note(f"{TEXT}\n{renamed}{other_id}{LINE}", [SIGNER.verifier]) == (TEXT, [SIGNER.verifier])
    assert refused(f"{TEXT}\n{renamed}{other_id}") == "no known key has signed this note"


@pytest.mark.parametrize("signature", [b"\0", bytes(63), bytes(64), bytes(65), bytes(2420)])
def test_a_signature_of_a_known_key_that_does_not_hold_spoils_the_note(signature):
    bad = f"— {NAME} {packed(SIGNER.verifier.id, signature)}\n"
    message = "the signature of example.org/record+8dcc45de does not hold for this text"
    for lines in (bad, bad + LINE, LINE + bad, bad + OTHER.sign(TEXT)):
        assert refused(f"{TEXT}\n{lines}", [SIGNER.verifier, OTHER.verifier]) == message


def test_a_signature_that_comes_twice_counts_once():
    assert open_note(NOTE + LINE, [SIGNER.verifier, SIGNER.verifier]) == (TEXT, [SIGNER.verifier])


def test_two_keys_of_one_name_and_id_are_refused():
    twin = Verifier(NAME, bytes(32))
    object.__setattr__(twin, "id", SIGNER.verifier.id)
    assert refused(NOTE, [SIGNER.verifier, twin]).startswith("two known keys share the name and id")


def test_the_text_goes_up_to_the_last_blank_line():
    text = "a\n\n\nb\n\n"
    note = sign(text, [SIGNER])
    assert open_note(note, [SIGNER.verifier])[0] == text


def test_a_hundred_signatures_are_read_and_one_more_is_not():
    unknown = "".join(f"— w{number} {packed(number, b'x')}\n" for number in range(99))
    assert open_note(f"{TEXT}\n{unknown}{LINE}", [SIGNER.verifier]) == (TEXT, [SIGNER.verifier])
    message = refused(f"{TEXT}\n{unknown}{LINE}{LINE}")
    assert message == "the note has 101 signatures; at most 100 are read"


# --- what is malformed ------------------------------------------------------------------------------

B64 = LINE.split()[-1]
LOOSE = B64[:-2] + chr(ord(B64[-2]) + 1) + "="  # the same bytes by a lax reader: the unused bits are set


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        TEXT,
        TEXT + "\n",
        f"{TEXT}{LINE}",
        NOTE[:-1],
        NOTE + "\n",
        NOTE + "more\n",
        f"more\n{LINE}",
        f"{TEXT}\n{LINE}\n{LINE}"[:-1],
        f"{TEXT}\n{LINE}".replace("— ", "- "),
        f"{TEXT}\n{LINE}".replace("— ", "—"),
        f"{TEXT}\n{LINE}".replace("— ", "—\u00a0"),
        f"{TEXT}\n{LINE}".replace("— ", "—  "),
        f"{TEXT}\n {LINE}",
        "\x01" + NOTE,
        "\t" + NOTE,
        NOTE.replace("\n", "\r\n"),
        f"{TEXT}\n— {NAME}\n{LINE}",
        f"{TEXT}\n— {NAME} \n{LINE}",
        f"{TEXT}\n—  {B64}\n{LINE}",
        f"{TEXT}\n— {B64}\n{LINE}",
        f"{TEXT}\n— Bad Name {B64}\n{LINE}",
        f"{TEXT}\n— Bad+Name {B64}\n{LINE}",
        f"{TEXT}\n— {NAME} {B64} \n",
        f"{TEXT}\n— {NAME}  {B64}\n",
        f"{TEXT}\n— {NAME} {B64}=\n",
        f"{TEXT}\n— {NAME} {B64}====\n",
        f"{TEXT}\n— {NAME} {B64.rstrip('=')}\n",
        f"{TEXT}\n— {NAME} {LOOSE}\n",
        f"{TEXT}\n— {NAME} {B64[:8]}={B64[8:]}\n",
        f"{TEXT}\n— {NAME} {B64.replace('+', '-').replace('/', '_').replace('jcxF', 'jc-F')}\n",
        f"{TEXT}\n— {NAME} ====\n{LINE}",
        f"{TEXT}\n— {NAME} é{B64}\n{LINE}",
        *(f"{TEXT}\n— x {base64.b64encode(bytes(count)).decode()}\n{LINE}" for count in range(5)),
    ],
)
def test_a_malformed_note_is_refused_even_beside_a_good_signature(note):
    refused(note)
    with pytest.raises(NoteError):
        parse(note.encode())


@pytest.mark.parametrize(
    "space",
    "\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000",
)
def test_no_space_of_unicode_stands_in_a_name(space):
    refused(f"{TEXT}\n— a{space}b {packed(1, b'x')}\n{LINE}")
    for name in (f"a{space}b", space, f"a{space}"):
        with pytest.raises(NoteError, match="is no key name"):
            Verifier(name, bytes(32))


@pytest.mark.parametrize("mark", "\u200b\ufeff\u2060\u180e")
def test_what_is_no_space_of_unicode_may(mark):
    signer = Signer(f"a{mark}b", SEED)
    assert open_note(sign(TEXT, [signer]), [signer.verifier]) == (TEXT, [signer.verifier])


@pytest.mark.parametrize("wrong", [b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x80"])
def test_a_note_is_utf_8(wrong):
    assert refused(wrong + NOTE.encode()) == "the note is not UTF-8"


def test_a_short_signature_of_one_byte_is_one():
    assert parse(f"{TEXT}\n— x {packed(7, b'y')}\n").signatures == (Signature("x", 7, b"y"),)


@pytest.mark.parametrize("text", ["no end", "", "a\x00\n", "a\tb\n", "\ud800\n"])
def test_what_cannot_be_signed(text):
    with pytest.raises(NoteError):
        sign(text, [SIGNER])


def test_a_note_without_a_signer_is_none():
    with pytest.raises(NoteError, match="at least one signature"):
        sign(TEXT, [])


# --- malformed keys ---------------------------------------------------------------------------------

KEY = VKEY.split("+", 2)[2]


@pytest.mark.parametrize(
    ("vkey", "message"),
    [
        ("", "no id of eight"),
        (NAME, "no id of eight"),
        (f"{NAME}+8dcc45de", "is no Ed25519 key"),
        (f"{NAME}+8dcc45d+{KEY}", "no id of eight"),
        (f"{NAME}+08dcc45de+{KEY}", "no id of eight"),
        (f"{NAME}+0x8dcc45+{KEY}", "no id of eight"),
        (f"{NAME}+8dcc45_e+{KEY}", "no id of eight"),
        (f"{NAME}+8dcc45df+{KEY}", "the id 8dcc45df does not belong"),
        (f"example.org/other+8dcc45de+{KEY}", "the id 8dcc45de does not belong"),
        (f"{NAME}+8dcc45de+{KEY}=", "is not base64"),
        (f"{NAME}+8dcc45de+{KEY}====", "is not base64"),
        (f"{NAME}+8dcc45de+{KEY}\n", "is not base64"),
        (f"{NAME}+8dcc45de+{KEY[:-4]}", "is no Ed25519 key"),
        (f"{NAME}+8dcc45de+{KEY}AAAA", "is no Ed25519 key"),
        (f"{NAME}+8dcc45de+B{KEY[1:]}", "is no Ed25519 key"),
        (f"+8dcc45de+{KEY}", "is no key name"),
        (f"a b+8dcc45de+{KEY}", "is no key name"),
        (f"a\u2003b+8dcc45de+{KEY}", "is no key name"),
    ],
)
def test_a_malformed_public_key(vkey, message):
    with pytest.raises(NoteError, match=message):
        Verifier.parse(vkey)


@pytest.mark.parametrize(
    "skey",
    [
        "",
        VKEY,
        SKEY.removeprefix("PRIVATE+"),
        SKEY.replace("PRIVATE", "private"),
        SKEY.replace("8dcc45de", "8dcc45df"),
        SKEY.replace("example", "examples"),
        SKEY[:-4],
        SKEY + "\n",
    ],
)
def test_a_malformed_secret_key(skey):
    with pytest.raises(NoteError):
        Signer.parse(skey)


def test_a_public_key_that_no_one_can_have_signs_nothing():
    verifier = Verifier(NAME, b"\xff" * 32)
    signature = Ed25519PrivateKey.from_private_bytes(SEED).sign(TEXT.encode())
    note = f"{TEXT}\n— {NAME} {packed(verifier.id, signature)}\n"
    assert "does not hold" in refused(note, [verifier])


def test_a_list_of_keys_keeps_its_order():
    assert parse_vkeys(f"{OTHER.verifier.vkey}\n\n{VKEY}\n") == [OTHER.verifier, SIGNER.verifier]
