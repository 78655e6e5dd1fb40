"""Minimising a function of a few numbers without derivatives (Nelder and Mead 1965)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from teladan.core.composite.trace import Vector


def nelder_mead(
    function: Callable[[Vector], float], start: Vector, *, step: float = 0.5, rounds: int = 0
) -> Vector:
    """Return where a function is lowest near a start; `rounds` 0 means 400 for each number.

    The search is started twice, the second time from what the first found, because a simplex can
    collapse. No chance enters.

    >>> nelder_mead(lambda x: float(((x - np.array([1.0, 2.0])) ** 2).sum()), np.zeros(2)).round(4).tolist()
    [1.0, 2.0]
    """
    limit = rounds or 400 * len(start)
    return _simplex(function, _simplex(function, start, step, limit), step / 4, limit)


def _simplex(function: Callable[[Vector], float], start: Vector, step: float, limit: int) -> Vector:
    points = np.vstack([start, start + step * np.eye(len(start))])
    heights = np.array([function(point) for point in points])
    for _ in range(limit):
        order = np.argsort(heights, kind="stable")
        points, heights = points[order], heights[order]
        if heights[-1] - heights[0] <= 1e-15 and np.abs(points - points[0]).max() <= 1e-8:
            break
        centre = points[:-1].mean(axis=0)
        mirrored = 2 * centre - points[-1]
        height = function(mirrored)
        if heights[0] <= height < heights[-2]:
            points[-1], heights[-1] = mirrored, height
            continue
        if height < heights[0]:
            further = 3 * centre - 2 * points[-1]
            far = function(further)
            points[-1], heights[-1] = (further, far) if far < height else (mirrored, height)
            continue
        inner = (centre + mirrored) / 2 if height < heights[-1] else (centre + points[-1]) / 2
        near = function(inner)
        if near < min(height, heights[-1]):
            points[-1], heights[-1] = inner, near
            continue
        points[1:] = (points[1:] + points[0]) / 2
        heights[1:] = [function(point) for point in points[1:]]
    best: Vector = points[int(heights.argmin())]
    return best
