"""The second factor (TOTP, RFC 6238): secrets sealed for the database, codes, and the address apps read.

A secret in the database is sealed with a key made from Django's SECRET_KEY, so that a copy of the
database alone lets nobody in. Where that key is lost or changed, sealed secrets cannot be read again:
`teladan person reset` gives a new one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import secrets
import struct
from urllib.parse import quote, urlencode

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils.encoding import force_bytes

LOG = logging.getLogger(__name__)

PERIOD = 30  # seconds that one code stands
DIGITS = 6
ISSUER = "Teladan"


def new_secret() -> str:
    """Return a new secret of 160 random bits, in base32 as apps take it."""
    return base64.b32encode(secrets.token_bytes(20)).decode("ascii")


def seal(text: str) -> str:
    """Return a text as it is kept in the database."""
    return _box(settings.SECRET_KEY).encrypt(text.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    """Return what `seal` was given; where the key is another one, a new secret that no code fits."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return _box(key).decrypt(sealed.encode()).decode()
        except InvalidToken:
            continue
    LOG.error(
        "A second factor was sealed with another secret key: teladan person reset gives the person a new one"
    )
    return new_secret()


def code_at(secret: str, seconds: float) -> str:
    """Return the code of a secret at a time in seconds since 1970.

    >>> code_at(base64.b32encode(b"12345678901234567890").decode(), 59)
    '287082'
    """
    counter = struct.pack(">Q", int(seconds) // PERIOD)
    digest = hmac.digest(base64.b32decode(secret), counter, hashlib.sha1)
    start = digest[-1] & 0x0F
    (number,) = struct.unpack(">I", digest[start : start + 4])
    return f"{(number & 0x7FFFFFFF) % 10**DIGITS:0{DIGITS}}"


def app_address(address: str, secret: str) -> str:
    """Return the otpauth:// address that an authenticator app reads."""
    query = urlencode({"secret": secret, "issuer": ISSUER}, quote_via=quote)
    return f"otpauth://totp/{quote(ISSUER)}:{quote(address)}?{query}"


def _box(key: str | bytes) -> Fernet:
    derived = hmac.digest(force_bytes(key), b"teladan second factor", hashlib.sha256)
    return Fernet(base64.urlsafe_b64encode(derived))
