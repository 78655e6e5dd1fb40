"""How long it takes to start: the engine imported, the command's help."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Measure, best_process, seconds, within

EVERYTHING = (
    "import teladan.core.agreement, teladan.core.consistency, teladan.core.index, teladan.core.library"
)
MOST_IMPORT, MOST_HELP = 0.3, 0.5


def measures() -> Iterator[Measure]:
    nothing = python("pass")
    numpy = python("import numpy")
    yield Measure(what="python -c pass", figure=seconds(nothing))
    yield within("import teladan.core", python("import teladan.core"), MOST_IMPORT)
    everything = python(EVERYTHING)
    yield Measure(
        what="  with every part of it",
        figure=seconds(everything),
        compared=f"numpy alone {seconds(numpy)}; ours adds {seconds(max(everything - numpy, 0))}",
    )
    command = str(Path(sys.executable).with_name("teladan"))
    yield within("teladan --help", best_process([command, "--help"]), MOST_HELP)
    yield Measure(what="teladan instruments", figure=seconds(best_process([command, "instruments"])))


def python(code: str) -> float:
    return best_process([sys.executable, "-c", code])
