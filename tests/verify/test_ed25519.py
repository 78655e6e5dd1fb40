"""Ed25519: the values of RFC 8032, the library `cryptography`, and what a strict check refuses."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from teladan.verify import ORDER, PRIME, ed25519_holds

# RFC 8032, 7.1: secret key, public key, message, signature.
VALUES = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
            "d25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
            "387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
            "4a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
]
# Encodings of the eight points of small order: y, with and without the sign of x.
SMALL = [
    (1).to_bytes(32, "little"),
    (PRIME - 1).to_bytes(32, "little"),
    bytes(32),
    bytes(31) + b"\x80",
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"),
]


def holds_for_the_library(public, message, signature):
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@pytest.mark.parametrize(("secret", "public", "message", "signature"), VALUES)
def test_the_values_of_the_specification(secret, public, message, signature):
    public, message, signature = map(bytes.fromhex, (public, message, signature))
    own = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
    assert own.public_key().public_bytes_raw() == public
    assert ed25519_holds(public, message, signature)
    assert not ed25519_holds(public, message + b"x", signature)


@settings(deadline=None, max_examples=100)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80), st.data())
def test_signatures_and_damaged_ones_have_the_verdict_of_the_library(seed, message, data):
    secret = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = secret.public_key().public_bytes_raw(), secret.sign(message)
    assert ed25519_holds(public, message, signature)
    parts = [bytearray(public), bytearray(message + b"."), bytearray(signature)]
    part = data.draw(st.sampled_from(parts))
    part[data.draw(st.integers(0, len(part) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    changed = bytes(parts[0]), bytes(parts[1][:-1]), bytes(parts[2])
    assert ed25519_holds(*changed) == holds_for_the_library(*changed)


def test_a_scalar_with_the_order_added_is_refused():
    public, message, signature = (bytes.fromhex(text) for text in VALUES[1][1:])
    scalar = int.from_bytes(signature[32:], "little")
    for other in (scalar + ORDER, scalar + 2 * ORDER):
        if other < 2**256:
            malleable = signature[:32] + other.to_bytes(32, "little")
            assert not ed25519_holds(public, message, malleable)


@pytest.mark.parametrize("point", SMALL, ids=lambda point: point.hex()[-8:])
def test_keys_and_commitments_of_small_order_are_refused(point):
    secret = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public, signature = secret.public_key().public_bytes_raw(), secret.sign(b"message")
    # With the neutral point as key, R = B·s holds for any message: that is what must not count.
    base = bytes([0x58]) + bytes([0x66]) * 31
    assert not ed25519_holds(point, b"message", base + (1).to_bytes(32, "little"))
    assert not ed25519_holds(point, b"message", point + bytes(32))
    assert not ed25519_holds(public, b"message", point + signature[32:])


def test_a_key_of_small_order_would_sign_anything_for_a_check_that_is_not_strict():
    base = bytes([0x58]) + bytes([0x66]) * 31
    signature = base + (1).to_bytes(32, "little")
    assert holds_for_the_library(SMALL[0], b"any message", signature)
    assert not ed25519_holds(SMALL[0], b"any message", signature)


@pytest.mark.parametrize("value", [PRIME, PRIME + 1, 2**255 - 1, PRIME + 2**255, 2**256 - 1])
def test_points_that_are_not_written_in_their_one_way_are_refused(value):
    point = value.to_bytes(32, "little")
    secret = Ed25519PrivateKey.from_private_bytes(bytes(32))
    signature = secret.sign(b"message")
    assert not ed25519_holds(point, b"message", signature)
    assert not ed25519_holds(secret.public_key().public_bytes_raw(), b"message", point + signature[32:])


def test_zero_with_a_sign_is_no_point():
    point = (1 | 1 << 255).to_bytes(32, "little")
    assert not ed25519_holds(point, b"message", bytes(64))


def test_other_lengths_are_refused():
    public, message, signature = (bytes.fromhex(text) for text in VALUES[0][1:])
    assert not ed25519_holds(public[:-1], message, signature)
    assert not ed25519_holds(public, message, signature + b"\0")
