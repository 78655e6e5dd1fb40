"""Measure and print; `python -m bench engine start` measures only those, `record:1000000` one at a size.

Status 1 where one is too slow, or not what it must be. Of `large` (10 million rows) only what has a target
is measured where it is not named.

A module of this folder with `measures()` that yields `Measure`s is a part, and with `usual()` one that does
less when everything is measured; `bench/site.py` is one where it is there.
"""

from __future__ import annotations

import importlib
import importlib.util
import platform
import sys

from bench.measure import Measure, table

PARTS = ("start", "engine", "consistency", "conformance", "uncertainty", "large", "record", "search", "site")


def main(asked: list[str]) -> int:
    there = [part for part in PARTS if importlib.util.find_spec(f"bench.{part}")]
    unknown = sorted({part.partition(":")[0] for part in asked} - set(there))
    if unknown:
        print(f"no part {', '.join(unknown)}; there are: {', '.join(there)}", file=sys.stderr)
        return 2
    print(f"Python {platform.python_version()} on {platform.machine()}, best of several runs each\n")
    found: list[Measure] = []
    for part in asked or there:
        name, _, size = part.partition(":")
        module = importlib.import_module(f"bench.{name}")
        measure = module.measures if asked else getattr(module, "usual", module.measures)
        measured = list(measure(*([int(size)] if size else [])))
        print(table(measured), end="\n\n", flush=True)
        found += measured
    slow = [m.what.strip() for m in found if m.ok is False]
    print(f"Not kept: {'; '.join(slow)}" if slow else "Everything is kept to.")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
