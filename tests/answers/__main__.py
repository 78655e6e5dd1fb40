"""Everything that a user of Teladan is answered, stored; and two stores compared.

    python -m tests.answers store FOLDER [--checkout DIR] [--quick]
    python -m tests.answers compare BEFORE AFTER [--ignore REGEX …] [--most N]

For a change that must change nothing for a user: store before and after it, and compare. Teladan is asked
from outside only, by its command, its addresses and its files; no name of the code is known here.
"""

from __future__ import annotations

import argparse
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from tests.answers import commands, pages, recorded
from tests.answers.compare import report
from tests.answers.node import node
from tests.answers.shelf import Shelf


def store(folder: Path, checkout: Path, *, quick: bool) -> None:
    """Bring a node up and store what it answers."""
    began, shelf = time.monotonic(), Shelf(folder, new=True)
    first = datetime.now(UTC).date()
    with tempfile.TemporaryDirectory(prefix="teladan-answers-") as home, node(checkout, Path(home)) as site:
        last = datetime.now(UTC).date()
        about = {"first": f"{first}", "last": f"{last}", "port": site.port, "folder": home}
        about["checkout"] = f"{checkout}"
        _said(began, "the site is up")
        commands.helps(site, shelf.put)
        commands.outputs(site, shelf.put, quick=quick)
        _said(began, "commands")
        recorded.record(site, shelf, about, quick=quick)
        pages.public(site, shelf.put, quick=quick)
        _said(began, "record and public pages")
        addresses = sorted(address for kind, address in shelf.names() if kind == "public")
        recorded.api(site, shelf.put, quick=quick, addresses=addresses)
        pages.desk(site, shelf.put, quick=quick)
        shelf.tell(about | {"last": f"{datetime.now(UTC).date()}"})
    count = Counter(kind for kind, _ in shelf.names())
    _said(began, ", ".join(f"{kind} {number:,}" for kind, number in sorted(count.items())))


def _said(began: float, what: str) -> None:
    print(f"{time.monotonic() - began:5.0f} s  {what}", flush=True)


def main() -> int:
    """Read the arguments and do what they say."""
    parser = argparse.ArgumentParser(prog="python -m tests.answers", description=__doc__.split("\n")[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    storing = verbs.add_parser("store", help="store what a checkout answers")
    storing.add_argument("folder", type=Path)
    storing.add_argument("--checkout", type=Path, default=Path(), help="whose .venv/bin/teladan is run")
    storing.add_argument("--quick", action="store_true", help="four addresses of each pattern")
    comparing = verbs.add_parser("compare", help="compare two stores; 1 where something differs")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    comparing.add_argument("--ignore", action="append", default=[], metavar="REGEX", help="what may differ")
    comparing.add_argument("--most", type=int, default=50, metavar="N", help="differences that are shown")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the site that was brought up is stopped too
    if asked.verb == "store":
        store(asked.folder, asked.checkout.resolve(), quick=asked.quick)
        return 0
    ignored = [re.compile(one) for one in asked.ignore]
    return int(report(Shelf(asked.before), Shelf(asked.after), ignored, most=asked.most) > 0)


if __name__ == "__main__":
    sys.exit(main())
