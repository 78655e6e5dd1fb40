"""Sobol indices against functions whose indices are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from teladan.core.composite import CompositeError
from teladan.core.uncertainty import sobol
from teladan.core.uncertainty.sobol import Design

A, B = 7.0, 0.1


def ishigami(u):
    x = math.pi * (2 * u - 1)
    return np.sin(x[:, 0]) + A * np.sin(x[:, 1]) ** 2 + B * x[:, 2] ** 4 * np.sin(x[:, 0])


def ishigami_indices():
    one = (1 + B * math.pi**4 / 5) ** 2 / 2
    two = A**2 / 8
    both = B**2 * math.pi**8 * (1 / 18 - 1 / 50)
    variance = one + two + both
    return (
        [one / variance, two / variance, 0.0],
        [
            (one + both) / variance,
            two / variance,
            both / variance,
        ],
        variance,
    )


G = (0.0, 1.0, 4.5, 9.0, 99.0)


def g_function(u):
    return np.prod([(np.abs(4 * u[:, i] - 2) + a) / (1 + a) for i, a in enumerate(G)], axis=0)


def g_indices():
    parts = [1 / (3 * (1 + a) ** 2) for a in G]
    variance = math.prod(1 + part for part in parts) - 1
    first = [part / variance for part in parts]
    total = [part * math.prod(1 + p for p in parts) / (1 + part) / variance for part in parts]
    return first, total, variance


@pytest.mark.parametrize(
    ("function", "known"), [(ishigami, ishigami_indices()), (g_function, g_indices())], ids=["Ishigami", "g"]
)
def test_known_functions(function, known):
    first, total, variance = known
    found = sobol(function, [1] * len(first), points=2**14, seed=4, repeats=300)

    assert found.variance == pytest.approx(variance, rel=0.03)
    for effect, s, t in zip(found.effects, first, total, strict=True):
        assert effect.first == pytest.approx(s, abs=0.03)
        assert effect.total == pytest.approx(t, abs=0.03)
        for interval, value in ((effect.first_interval, effect.first), (effect.total_interval, effect.total)):
            assert interval[0] <= value <= interval[1]
            assert interval[1] - interval[0] < 0.12


def test_intervals_hold_the_true_values_about_as_often_as_they_say():
    _, total, _ = ishigami_indices()
    inside = 0
    for seed in range(40):
        effects = sobol(ishigami, [1, 1, 1], points=512, seed=seed, repeats=200).effects
        inside += sum(
            e.total_interval[0] <= t <= e.total_interval[1] for e, t in zip(effects, total, strict=True)
        )
    assert inside >= 0.88 * 120


def test_a_group_is_the_sum_of_its_parts_and_what_they_do_together():
    found = sobol(ishigami, [2, 1], points=2**13, seed=1, names=("first two", "third"))
    first, total, _ = ishigami_indices()
    assert [effect.name for effect in found.effects] == ["first two", "third"]
    assert found.effects[0].first == pytest.approx(first[0] + first[1], abs=0.04)
    assert found.effects[0].total == pytest.approx(1.0, abs=0.04)
    assert found.effects[1].total == pytest.approx(total[2], abs=0.04)


def test_samples_differ_from_a_only_in_their_own_group():
    design = Design(3, 10, 2)
    samples = {name: np.arange(i * 10, (i + 1) * 10) for i, name in enumerate(("A", "B", "AB0", "AB1"))}
    numbers = {
        name: [design.numbers(group, 2, draws).tolist() for group in (0, 1)]
        for name, draws in samples.items()
    }
    assert numbers["AB0"] == [numbers["B"][0], numbers["A"][1]]
    assert numbers["AB1"] == [numbers["A"][0], numbers["B"][1]]
    assert numbers["A"][0] != numbers["B"][0]


def test_too_few_points_and_outputs_that_are_none_are_refused():
    with pytest.raises(CompositeError, match="too few"):
        sobol(ishigami, [1, 1, 1], points=1)
    with pytest.raises(CompositeError, match="the output of draw 0 is none"):
        sobol(lambda u: np.full(len(u), np.nan), [1], points=4)
