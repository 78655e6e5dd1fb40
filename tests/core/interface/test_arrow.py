"""Data frames of other libraries, read through the Arrow C stream; each where it is installed."""

from __future__ import annotations

import gc

import pytest

from teladan import Instrument, evaluate
from teladan.core.interface.arrow import ArrowError, read_stream
from teladan.core.interface.frames import columns_of

DATA = {
    "organisation": ["KOR", "a name longer than twelve bytes", "한국", None],
    "whole": [1, None, -3, 4],
    "part": [0.5, None, 1.5, 2.0],
    "yes": [True, False, None, True],
}
EGDI = {
    "organisation": ["KOR", "SGP"],
    "OSI": [1.0, 0.9831],
    "HCI": [0.91198, 0.9362],
    "TII": [0.9917, 0.9881],
}


def polars(data):
    return pytest.importorskip("polars", reason="polars is not installed").DataFrame(data)


def pandas(data):
    pytest.importorskip("pyarrow", reason="pandas offers its stream through pyarrow")
    return pytest.importorskip("pandas", reason="pandas is not installed").DataFrame(data)


def pyarrow(data):
    return pytest.importorskip("pyarrow", reason="pyarrow is not installed").table(data)


def duckdb(data):
    table = pyarrow(data)
    return pytest.importorskip("duckdb", reason="duckdb is not installed").connect().from_arrow(table)


every = pytest.mark.parametrize("make", [polars, pandas, pyarrow, duckdb])


@every
def test_columns_come_back_as_they_were(make):
    assert read_stream(make(DATA)) == DATA


@every
def test_a_frame_gives_the_figures_that_lists_give(make):
    egdi = Instrument("egdi", "2024")
    assert evaluate(egdi, make(EGDI)).columns() == evaluate(egdi, EGDI).columns()


def test_slices_batches_categories_and_views():
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    table = pa.table(DATA)
    assert read_stream(table.slice(1, 2)) == {name: column[1:3] for name, column in DATA.items()}
    twice = pa.concat_tables([table, table.slice(2)])
    assert read_stream(twice) == {name: column + column[2:] for name, column in DATA.items()}
    category = pa.array(["u", None, "v", "u"]).dictionary_encode()
    assert read_stream(pa.table({"c": category})) == {"c": ["u", None, "v", "u"]}
    views = ["short", "a text of more than twelve bytes", None, "한국의 전자정부"]
    assert read_stream(pa.table({"v": pa.array(views, pa.string_view())})) == {"v": views}
    assert read_stream(pa.table({"n": pa.nulls(2)})) == {"n": [None, None]}
    assert read_stream(table.slice(0, 0)) == {name: [] for name in DATA}


def test_every_kind_of_number():
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    for kind in (
        "int8",
        "uint8",
        "int16",
        "uint16",
        "int32",
        "uint32",
        "int64",
        "uint64",
        "float32",
        "float64",
    ):
        assert read_stream(pa.table({"x": pa.array([1, 2, None, 100], kind)})) == {"x": [1, 2, None, 100]}


def test_what_is_no_column_of_a_table_is_refused_by_name():
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    with pytest.raises(ArrowError, match="column pair: columns of numbers"):
        read_stream(pa.table({"pair": [[1, 2]]}))
    with pytest.raises(ArrowError, match="the stream holds one column"):
        read_stream(pa.chunked_array([[1, 2]]))


def test_nothing_is_left_behind_in_memory():
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    table = pa.table({"x": pa.array(range(100_000), "int64")})
    before = pa.total_allocated_bytes()
    for _ in range(50):
        read_stream(table.slice(1))
    gc.collect()
    assert pa.total_allocated_bytes() <= before + 1_000_000


def test_columns_of_plain_python_need_no_library():
    import numpy as np

    assert columns_of({"unit": ["A", "B"], "x": np.array([1.5, np.nan])}) == {
        "unit": ["A", "B"],
        "x": [1.5, None],
    }
