"""Canonical bytes of a value: RFC 8785 JSON, the same on every machine.

Figures travel as text ("3.19", "6385/2000"). Floats and integers beyond 2**53 are refused, since
readers in other languages would change them; text must be NFC, so that what looks the same is.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, cast

import rfc8785

ALLOWED = "canonical JSON holds text, integers, true, false, null, lists and mappings"
LARGEST = 2**53 - 1
SURROGATE = re.compile("[\ud800-\udfff]")


class CanonicalError(ValueError):
    """A value without canonical bytes; the message says where it stands and why."""


def encode(value: object) -> bytes:
    """Return the canonical bytes of a JSON value.

    >>> encode({"b": "3.19", "a": [1, None]})
    b'{"a":[1,null],"b":"3.19"}'
    """
    _refuse(value, "$")
    return rfc8785.dumps(cast("Any", value))


def _refuse(value: object, place: str) -> None:
    if isinstance(value, str):
        if not value.isascii() and SURROGATE.search(value):
            msg = f"{place}: half a character ({value!r})"
            raise CanonicalError(msg)
        if not value.isascii() and not unicodedata.is_normalized("NFC", value):
            msg = f"{place}: text is not in Unicode normal form C"
            raise CanonicalError(msg)
    elif value is None or isinstance(value, bool):
        return
    elif isinstance(value, int):
        if abs(value) > LARGEST:
            msg = f"{place}: {value} is beyond 2**53; give it as text"
            raise CanonicalError(msg)
    elif isinstance(value, list | tuple):
        for position, item in enumerate(value):
            _refuse(item, f"{place}[{position}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                msg = f"{place}: the key {key!r} is not text"
                raise CanonicalError(msg)
            _refuse(key, place)
            _refuse(item, f"{place}.{key}")
    else:
        msg = f"{place}: {type(value).__name__} {value!r}; {ALLOWED}"
        raise CanonicalError(msg)
