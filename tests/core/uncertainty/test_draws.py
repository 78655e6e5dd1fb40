"""Chance by counting, ranks, quantiles and where draws lie."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teladan.core.composite import CompositeError, ranks
from teladan.core.uncertainty.draw_store import DrawStore
from teladan.core.uncertainty.draws import Seeded, normal
from teladan.core.uncertainty.quantiles import quantiles
from teladan.core.uncertainty.ranks import block_ranks

GOLDEN = [
    [0.6131806184550781, 0.6547307328557743],
    [0.0010082827736135336, 0.18469943734678151],
    [0.08157877392388502, 0.27149870817537847],
]
SCORES = st.lists(st.sampled_from([0.0, -0.0, 1.0, 1.5, 2.0, float("nan")]), min_size=1, max_size=9)


@given(
    st.integers(0, 2**40),
    st.integers(0, 5),
    st.integers(1, 7),
    st.lists(st.integers(0, 99), min_size=1, max_size=8),
)
def test_a_draw_has_the_same_numbers_whichever_others_are_made(seed, stream, size, some):
    every = Seeded(seed, 100).numbers(stream, size, np.arange(100))
    assert Seeded(seed, 1000).numbers(stream, size, np.array(some)).tolist() == every[some].tolist()
    assert ((every >= 0) & (every < 1)).all()


def test_numbers_are_those_of_this_page_for_ever():
    assert Seeded(17, 3).numbers(2, 2, np.arange(3)).tolist() == GOLDEN


def test_streams_and_seeds_differ():
    numbers = [Seeded(seed, 9).numbers(stream, 3, np.arange(9)) for seed in (0, 1) for stream in (0, 1)]
    assert len({array.tobytes() for array in numbers}) == 4


@pytest.mark.parametrize(("seed", "count"), [(-1, 5), (1, 0)])
def test_what_is_no_seed_or_count_is_refused(seed, count):
    with pytest.raises(CompositeError):
        Seeded(seed, count)


def test_normal_quantiles_are_those_of_the_standard_library():
    shares = np.linspace(0.00135, 0.99865, 501)
    wanted = [NormalDist().inv_cdf(share) for share in shares]
    assert np.abs(normal(shares) - wanted).max() < 1e-14


@given(st.lists(SCORES, min_size=1, max_size=4).filter(lambda rows: len({len(row) for row in rows}) == 1))
def test_ranks_are_those_of_the_engine(rows):
    scores = np.array(rows)
    assert block_ranks(scores).tolist() == [ranks(row).tolist() for row in scores]


def test_ranks_of_many_units_are_those_of_the_engine():
    scores = np.round(np.random.Generator(np.random.PCG64(3)).random((6, 3000)), 3)
    scores[1, ::7] = np.nan
    scores[2] = np.nan
    scores[3] = np.arange(3000)
    assert block_ranks(scores).tolist() == [ranks(row).tolist() for row in scores]


@given(
    st.lists(
        st.lists(st.integers(0, 9), min_size=5, max_size=5),
        min_size=1,
        max_size=4,
    )
)
def test_quantiles_are_numpy_s_of_what_is_there(rows):
    block = np.array(rows)
    found = quantiles(block, (0.05, 0.5, 0.95), block == 0)
    for row, three in zip(block, found, strict=True):
        known = row[row > 0]
        wanted = np.quantile(known, (0.05, 0.5, 0.95)) if len(known) else np.full(3, np.nan)
        assert np.allclose(three, wanted, rtol=1e-14, equal_nan=True)


def test_a_file_gives_back_what_memory_does():
    random = np.random.Generator(np.random.PCG64(1))
    order = random.permutation(40)
    matrix = random.random((40, 9))
    kept = [DrawStore(9, 40, np.float64, in_memory=in_memory) for in_memory in (True, False)]
    for which in np.array_split(order, 7):
        for each in kept:
            each.put(which, matrix[which])
    for each in kept:
        assert each.rows(0, 9).tolist() == matrix.T.tolist()
        assert [(start, len(block)) for start, block in each.by_unit(80)] == [
            (0, 2),
            (2, 2),
            (4, 2),
            (6, 2),
            (8, 1),
        ]
