"""Data frames of any library, through the Arrow C stream that they all offer.

Polars, pandas, pyarrow, DuckDB … give `__arrow_c_stream__`: a pointer to plain structures that are
laid out for ever (the Arrow C data interface). Reading them needs no library, only ctypes. Columns
come back as Python lists, None where a value is missing.
"""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Callable
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p, cast, pointer, pythonapi
from typing import Any

import numpy as np
from numpy.typing import NDArray

NUMBERS = {
    b"c": "i1",
    b"C": "u1",
    b"s": "i2",
    b"S": "u2",
    b"i": "i4",
    b"I": "u4",
    b"l": "i8",
    b"L": "u8",
    b"e": "f2",
    b"f": "f4",
    b"g": "f8",
}
TEXTS = {b"u": "i4", b"U": "i8"}
INLINE = 12  # bytes of a text that stand in its view itself
DEEPEST = "columns of numbers, texts, yes/no and categories are read"


class ArrowError(ValueError):
    """A column that is no number, text, yes/no or category, or a stream that broke off."""


class _Schema(Structure):
    pass


_Schema._fields_ = [
    ("format", c_char_p),
    ("name", c_char_p),
    ("metadata", c_void_p),
    ("flags", c_int64),
    ("n_children", c_int64),
    ("children", POINTER(POINTER(_Schema))),
    ("dictionary", POINTER(_Schema)),
    ("release", CFUNCTYPE(None, POINTER(_Schema))),
    ("private_data", c_void_p),
]


class _Array(Structure):
    pass


_Array._fields_ = [
    ("length", c_int64),
    ("null_count", c_int64),
    ("offset", c_int64),
    ("n_buffers", c_int64),
    ("n_children", c_int64),
    ("buffers", POINTER(c_void_p)),
    ("children", POINTER(POINTER(_Array))),
    ("dictionary", POINTER(_Array)),
    ("release", CFUNCTYPE(None, POINTER(_Array))),
    ("private_data", c_void_p),
]


class _Stream(Structure):
    pass


_Stream._fields_ = [
    ("get_schema", CFUNCTYPE(c_int, POINTER(_Stream), POINTER(_Schema))),
    ("get_next", CFUNCTYPE(c_int, POINTER(_Stream), POINTER(_Array))),
    ("get_last_error", CFUNCTYPE(c_char_p, POINTER(_Stream))),
    ("release", CFUNCTYPE(None, POINTER(_Stream))),
    ("private_data", c_void_p),
]


def read_stream(frame: Any) -> dict[str, list[Any]]:
    """Return the columns of anything that has `__arrow_c_stream__`. Raises ArrowError by column."""
    capsule = frame.__arrow_c_stream__()
    get = pythonapi.PyCapsule_GetPointer
    get.restype, get.argtypes = c_void_p, [ctypes.py_object, c_char_p]
    stream = cast(get(capsule, b"arrow_array_stream"), POINTER(_Stream))
    schema = _Schema()
    _asked(stream, stream.contents.get_schema(stream, pointer(schema)))
    try:
        if schema.format != b"+s":
            raise ArrowError("the stream holds one column and not a table")
        fields = [schema.children[i].contents for i in range(schema.n_children)]
        columns: dict[str, list[Any]] = {field.name.decode(): [] for field in fields}
        if len(columns) != len(fields):
            raise ArrowError("two columns have the same name")
        while True:
            batch = _Array()
            _asked(stream, stream.contents.get_next(stream, pointer(batch)))
            if not batch.release:
                return columns
            try:
                for i, field in enumerate(fields):
                    part = (batch.offset, batch.length)
                    columns[field.name.decode()] += _column(field, batch.children[i].contents, *part)
            finally:
                batch.release(pointer(batch))
    finally:
        schema.release(pointer(schema))


def _asked(stream: Any, status: int) -> None:
    if status:
        message = stream.contents.get_last_error(stream)
        raise ArrowError(f"the stream broke off: {message.decode() if message else status}")


def _column(field: _Schema, array: _Array, start: int, length: int) -> list[Any]:
    values = _values(field, array, array.offset + start, length)
    buffers = array.n_buffers
    if array.null_count and buffers and array.buffers[0]:
        known = _bits(array.buffers[0], array.offset + start, length)
        return [value if there else None for value, there in zip(values, known.tolist(), strict=True)]
    return values


def _values(field: _Schema, array: _Array, start: int, length: int) -> list[Any]:
    form = field.format
    if field.dictionary:
        category = _column(
            field.dictionary.contents, array.dictionary.contents, 0, array.dictionary.contents.length
        )
        places = _numbers(array.buffers[1], NUMBERS[form], start, length).tolist()
        return [category[place] if 0 <= place < len(category) else None for place in places]
    if form in NUMBERS:
        numbers: list[Any] = _numbers(array.buffers[1], NUMBERS[form], start, length).tolist()
        return numbers
    if form in TEXTS:
        ends = _numbers(array.buffers[1], TEXTS[form], start, length + 1).tolist()
        data = ctypes.string_at(array.buffers[2], ends[-1]) if ends[-1] else b""
        return [data[a:b].decode() for a, b in itertools.pairwise(ends)]
    special: dict[bytes, Callable[..., list[Any]]] = {b"b": _yes_no, b"vu": _views, b"n": _nothing}
    if form in special:
        return special[form](array, start, length)
    raise ArrowError(f"column {field.name.decode()}: {DEEPEST}, not Arrow's {form.decode()!r}")


def _numbers(buffer: int | None, kind: str, start: int, length: int) -> NDArray[Any]:
    if not length or not buffer:
        return np.zeros(length, dtype=kind)
    size = np.dtype(kind).itemsize
    return np.frombuffer(ctypes.string_at(buffer + start * size, length * size), dtype=kind)


def _bits(buffer: int, start: int, length: int) -> NDArray[np.bool_]:
    raw = np.frombuffer(ctypes.string_at(buffer, (start + length + 7) // 8), dtype=np.uint8)
    return np.unpackbits(raw, bitorder="little")[start : start + length].astype(bool)


def _yes_no(array: _Array, start: int, length: int) -> list[Any]:
    return _bits(array.buffers[1], start, length).tolist() if length else []


def _nothing(_array: _Array, _start: int, length: int) -> list[Any]:
    return [None] * length


def _views(array: _Array, start: int, length: int) -> list[Any]:
    """Return texts that are views: a length and 12 bytes, or a length, a prefix, a buffer and a place."""
    raw = ctypes.string_at(array.buffers[1] + 16 * start, 16 * length) if length else b""
    columns: list[Any] = []
    for i in range(0, 16 * length, 16):
        size = int.from_bytes(raw[i : i + 4], "little")
        if size <= INLINE:
            columns.append(raw[i + 4 : i + 4 + size].decode())
            continue
        buffer, place = (int.from_bytes(raw[i + at : i + at + 4], "little") for at in (8, 12))
        columns.append(ctypes.string_at(array.buffers[2 + buffer] + place, size).decode())
    return columns
