"""Timing, and the table that the figures are printed in."""

from __future__ import annotations

import gc
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One figure: what was measured, what it is compared with, and what it must keep to.

    `ok` is None where nothing is demanded.
    """

    what: str
    figure: str
    compared: str = ""
    target: str = ""
    ok: bool | None = None


def best(work: Callable[[], object], runs: int = 5, clock: Callable[[], float] = time.perf_counter) -> float:
    """Return the shortest time in seconds: what the work takes when nothing else is in the way."""
    times = []
    for _ in range(runs):
        gc.collect()
        started = clock()
        work()
        times.append(clock() - started)
    return min(times)


def best_process(command: Sequence[str], runs: int = 5) -> float:
    """Return the shortest wall time in seconds of a process, from its start to its end."""
    return best(lambda: subprocess.run(command, check=True, capture_output=True), runs)


def seconds(value: float) -> str:
    """Return a time in the unit people read it in."""
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.1f} ms"


def within(what: str, value: float, target: float, compared: str = "") -> Measure:
    """Return the measure of a time in seconds that must stay below a target."""
    return Measure(
        what=what,
        figure=seconds(value),
        compared=compared,
        target=f"< {seconds(target)}",
        ok=value < target,
    )


def table(measures: Iterable[Measure]) -> str:
    """Return the measures as aligned lines."""
    rows = [("", "measured", "beside", "must be", "")]
    rows += [
        (m.what, m.figure, m.compared, m.target, {True: "yes", False: "NO", None: ""}[m.ok]) for m in measures
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            cell.rjust(width) if position == 1 else cell.ljust(width)
            for position, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "  ".join("─" * width for width in widths), *lines[1:]])
