"""Seed faults into a room and count those that no test notices: `python -m tests.seeded_faults ROOM`.

mutmut passes decorated functions by (every property); cosmic-ray starts all tests anew for each fault, and
neither knows which tests run a line. With a database to load, that is minutes a fault; here it is seconds.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import coverage
import yaml

from tests.seeded_faults.faults import Fault, faults_of, sample, sources, told
from tests.seeded_faults.running import SHARED

ROOT = Path.cwd()
OUT = ROOT / "var" / "seeded"
HERE = ROOT / "tests" / "seeded_faults"
EQUIVALENT = HERE / "equivalent.yaml"  # {room: {fault: why no test can notice it}}
PATIENCE = 60  # seconds of tests at most for a fault, the fastest first; all of them with --patience 9999
TESTPATHS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"][
    "ini_options"
]
PYTEST = [sys.executable, "-m", "pytest", "-n0", "-q", "-p", "no:cacheprovider", "--no-header"]


@dataclass
class Tried:
    """A fault with what became of it. `direct` tests run its line themselves, `other` in what they share."""

    fault: Fault
    fate: str = "not covered"
    by: str = ""
    seconds: float = 0
    ran: int = 0
    tests: set[str] = field(default_factory=set)
    other: set[str] = field(default_factory=set)

    @property
    def open(self) -> bool:
        return self.fate not in {"killed", "timed out"}


class Record:
    """Which test of a folder runs which line, kept in var/seeded until the source changes."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        paths = (f"tests/{folder}", f"src/teladan/{folder}")
        self.paths = [
            p for p in paths if (ROOT / p).is_dir() and (p in TESTPATHS["testpaths"] or p[0] == "t")
        ]
        self.data, self.notes = OUT / f"{folder}.coverage", OUT / f"{folder}.tests.json"

    @cached_property
    def known(self) -> dict[str, Any]:
        return json.loads(self.notes.read_text(encoding="utf-8"))

    def ensure(self, faults: list[Fault]) -> None:
        """Run the tests under coverage where the record is not of the source as it is."""
        digests = {str(p.relative_to(ROOT)): _digest(p) for p in sources(ROOT / "src")}
        if self.notes.exists() and all(
            self.known.get("digests", {}).get(each.file) == digests[each.file] for each in faults
        ):
            return
        print(f"tests/{self.folder}: which test runs which line …", flush=True)
        for each in OUT.glob(f"{self.folder}.coverage*"):
            each.unlink()
        rc = OUT / f"{self.folder}.coveragerc"
        rc.write_text(
            f"[run]\nsource = {ROOT / 'src'}\nparallel = true\nsigterm = true\n"
            f"data_file = {self.data}.of\ncontext = ${{PYTEST_CURRENT_TEST-}}\n",
            encoding="utf-8",
        )
        _inside({"data": str(self.data), "notes": str(self.notes), "processes": str(rc)}, self.paths)
        self.__dict__.pop("known", None)
        data = coverage.CoverageData(str(self.data))
        data.read()
        for each in OUT.glob(f"{self.folder}.coverage.of.*"):
            part = coverage.CoverageData(str(each))
            part.read()
            data.update(part)
            each.unlink()
        data.write()
        self.notes.write_text(json.dumps(self.known | {"digests": digests}), encoding="utf-8")
        if self.known["failed"]:
            print(f"  fail without any fault, and are left out: {', '.join(self.known['failed'])}")

    @cached_property
    def lines(self) -> coverage.CoverageData:
        data = coverage.CoverageData(str(self.data))
        data.read()
        return data

    def find(self, tried: Tried) -> None:
        """Find the tests that run a fault's line."""
        fault = tried.fault
        contexts = self.lines.contexts_by_lineno(str(ROOT / fault.file))
        if fault.within:
            names = set(contexts.get(fault.line, ())) - {""}
            names = names or {
                n for line in range(fault.span[0], fault.span[1] + 1) for n in contexts.get(line, ())
            }
            self._sort(tried, names, at_import="" in names)
            return
        # What runs when imported is run by all: those count that run a line which uses its name.
        word = re.compile(rf"\b({'|'.join(map(re.escape, fault.names))})\b")
        using = {
            name
            for path in (sources(ROOT / "src") if fault.names else ())
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
            if word.search(line)
            for name in self._at(str(path)).get(number, ())
        }
        self._sort(tried, using or {n for names in contexts.values() for n in names}, at_import=True)

    def _at(self, path: str) -> dict[int, list[str]]:
        if path not in (kept := self.__dict__.setdefault("_kept", {})):
            kept[path] = self.lines.contexts_by_lineno(path)
        return kept[path]

    def _sort(self, tried: Tried, names: set[str], *, at_import: bool) -> None:
        sharing = {n.removeprefix(SHARED) for n in names if n.startswith(SHARED)}
        shared = self.known["shared"]
        tried.other |= {test for test, fixtures in shared.items() if sharing & set(fixtures)}
        tried.other |= {n.split(" (")[0] for n in names if n.endswith(("(call)", "(setup)"))} & shared.keys()
        (tried.other if at_import else tried.tests).update(names & shared.keys())


def seed(record: list[Record], paths: list[str], trying: list[Tried], workers: int, patience: float) -> None:
    """Try faults on the tests of some folders, in forks of one process that has loaded everything."""
    seconds = {name: each for one in record for name, each in one.known["seconds"].items()}
    failing = {name for one in record for name in one.known["failed"]}
    faults = []
    for key, each in enumerate(trying):
        here = _within(sorted(each.tests & seconds.keys() - failing, key=seconds.get), seconds, patience)
        if each.fault.within and each.open:
            faults.append({"key": key, "fault": asdict(each.fault), "tests": here})
    out = OUT / "forks.jsonl"
    out.unlink(missing_ok=True)
    if faults:
        order = {"faults": faults, "workers": workers, "out": str(out), "seconds": seconds}
        _inside(order, paths)
    for line in out.read_text(encoding="utf-8").splitlines() if out.exists() else ():
        found = json.loads(line)
        each = trying[found["key"]]
        each.seconds += found["seconds"]  # of this process
        if found["fate"] == "broken":
            print(f"  {each.fault.file}:{each.fault.line} could not be tried: {found['why']}")
        elif each.fate != "survived" or found["fate"] != "elsewhere":
            each.fate = "not covered" if found["fate"] == "survived" and not found["ran"] else found["fate"]
            each.by, each.ran = found.get("by", ""), each.ran + found.get("ran", 0)


def elsewhere(
    trying: list[Tried], seconds: dict[str, float], own: str, workers: int, patience: float
) -> None:
    """Try faults in copies of the tree: what runs at import, in what tests share or in their processes."""
    with tempfile.TemporaryDirectory(prefix="seeded-") as folder:
        trees: SimpleQueue[Path] = SimpleQueue()
        for number in range(workers):
            trees.put(_copy(Path(folder) / str(number)))

        def one(each: Tried) -> None:
            names = sorted(each.other | each.tests, key=lambda n: (f"/{own}/" not in n, seconds.get(n, 1)))
            names = _within(names, seconds, patience / 3)  # each of these loads everything anew
            if not names:
                return
            tree, started = trees.get(), time.monotonic()
            path = tree / each.fault.file
            source = path.read_bytes()
            path.write_bytes(each.fault.seeded(source))
            _touched(path)
            each.ran += len(names)
            try:
                run = _pytest_in(tree, ["-x", *names])
                each.fate = {0: "survived", 5: "not covered"}.get(run.returncode, "killed")
                hit = re.search(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", run.stdout, re.MULTILINE)
                each.by = hit[1] if hit else "the import"
            except subprocess.TimeoutExpired:
                each.fate = "timed out"
            path.write_bytes(source)
            _touched(path)
            each.seconds += time.monotonic() - started
            trees.put(tree)

        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(one, trying))
        killers = {each.by for each in trying if each.fate == "killed"} & seconds.keys()
        if killers and _pytest_in(tree := trees.get(), sorted(killers)).returncode:
            print(f"Some of these fail without any fault in {tree}: {', '.join(sorted(killers))}")


def _within(names: list[str], seconds: dict[str, float], patience: float) -> list[str]:
    until = accumulate(seconds.get(name, 1) for name in names)
    return [
        name
        for number, (name, so_far) in enumerate(zip(names, until, strict=True))
        if so_far < patience or not number
    ]


def _copy(tree: Path) -> Path:
    tree.mkdir()
    for each in ROOT.iterdir():
        if each.name in {"src", "tests"}:
            shutil.copytree(each, tree / each.name, ignore=shutil.ignore_patterns("__pycache__"))
        elif each.name != ".git":
            (tree / each.name).symlink_to(each)
    return tree


def _touched(path: Path) -> None:
    """Leave no bytecode that could be taken for that of the source as it is now."""
    for each in path.parent.glob(f"__pycache__/{path.stem}.*.pyc"):
        each.unlink()


def _pytest_in(tree: Path, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    environ = os.environ | {"PYTHONPATH": str(tree / "src")}
    return subprocess.run(
        [*PYTEST, "--tb=no", *arguments],
        cwd=tree,
        env=environ,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=900,
        check=False,
    )


def _inside(order: dict[str, Any], paths: list[str]) -> None:
    """Run pytest with the order; what it prints goes to var/seeded/log."""
    (OUT / "order.json").write_text(json.dumps(order), encoding="utf-8")
    environ = os.environ | {"SEEDED_ORDER": str(OUT / "order.json")}
    command = [*PYTEST, "-s", "-p", "tests.seeded_faults.running", *paths]
    with (OUT / "log").open("w", encoding="utf-8") as log:
        run = subprocess.run(
            command, env=environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False
        )
    if run.returncode > 1 and run.returncode != 5:
        sys.exit(f"pytest ended with {run.returncode}: see {OUT / 'log'}")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    """Seed, try, and say what no test noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.seeded_faults", description=main.__doc__)
    parser.add_argument("room", help="a room of src/teladan, such as core")
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="files whose path holds this")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--patience", type=float, default=PATIENCE, help="seconds of tests for a fault")
    parser.add_argument(
        "--own", action="store_true", help="only the room's own tests, not those of the others"
    )
    parser.add_argument("--tests", nargs="+", help="all tests of these files instead, without a record")
    told_how = {
        "metavar": ("FILE:LINE", "BEFORE", "AFTER"),
        "help": "seed this fault instead; can be repeated",
    }
    parser.add_argument("--fault", nargs=3, action="append", **told_how)
    given = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    room = next(
        p for p in (ROOT / "src/teladan" / given.room, ROOT / f"src/teladan/{given.room}.py") if p.exists()
    )
    if given.fault:
        faults = [told(*_place(place), before, after, ROOT) for place, before, after in given.fault]
    else:
        every = (each for p in sources(room) if given.only in str(p) for each in faults_of(p, ROOT))
        faults = sample(every, given.count, given.seed, ROOT)
    trying = [Tried(each) for each in faults]
    started = time.monotonic()
    folders = sorted(p.name for p in ROOT.glob("tests/*") if any(p.rglob("test_*.py")) and p != HERE)
    if given.tests:
        seed([], given.tests, trying, given.workers, given.patience)
    else:
        stages = [[given.room], [] if given.own else [each for each in folders if each != given.room]]
        try_stages(stages, trying, given)
    report(given.room, trying, time.monotonic() - started)


def try_stages(stages: list[list[str]], trying: list[Tried], given: argparse.Namespace) -> None:
    """Try faults on the room's own tests, what is left on those of the others, then in copies."""
    records: list[Record] = []
    for stage in stages:
        here = [one for one in map(Record, stage) if one.paths]
        for one in here:
            one.ensure([each.fault for each in trying])
            for each in trying:
                one.find(each)
        records += here
        if here:
            paths = [path for one in here for path in one.paths]
            seed(here, paths, trying, given.workers, given.patience)
    seconds = {name: each for one in records for name, each in one.known["seconds"].items()}
    left = [each for each in trying if each.open and (each.other or each.fate == "elsewhere")]
    elsewhere(left, seconds, given.room, given.workers, given.patience)


def _place(place: str) -> tuple[str, int]:
    file, _, line = place.rpartition(":")
    return file, int(line)


def report(room: str, trying: list[Tried], took: float) -> None:
    """Print each survivor with what was changed, then the score; write all into var/seeded."""
    known = yaml.safe_load(EQUIVALENT.read_text(encoding="utf-8")) if EQUIVALENT.exists() else {}
    same = (known or {}).get(room, {})
    for each in trying:
        if each.open and each.fault.identity in same:
            each.fate = "equivalent"
        elif each.open:
            count = len(each.tests | each.other)
            ran = (
                f"{min(each.ran, count)} of {count} tests that run it" if count else "no test runs this line"
            )
            print(f"{each.fault.file}:{each.fault.line}  {each.fault.within} ({ran})")
            print(f"  - {each.fault.before}\n  + {each.fault.after}")
    fates = Counter(each.fate for each in trying)
    noticed, counted = fates["killed"] + fates["timed out"], len(trying) - fates["equivalent"]
    print(
        f"{room}: {len(trying)} seeded, {fates['killed']} killed, {fates['timed out']} timed out,"
        f" {fates['survived']} survived, {fates['not covered']} not covered, {fates['equivalent']} equivalent"
        f": {noticed} of {counted} noticed, {took:.0f} s."
    )
    rows = [
        {**asdict(each.fault), "identity": each.fault.identity, "fate": each.fate, "by": each.by}
        | {"seconds": round(each.seconds, 1), "tests": sorted(each.tests | each.other)}
        for each in trying
    ]
    (OUT / f"{room}.json").write_text(json.dumps(rows, indent=1, ensure_ascii=False), encoding="utf-8")


main()
