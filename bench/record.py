"""The record: acts to signed entries, proofs, the audit, the verifier; in a database and a home of its own.

`python -m bench record` takes 100,000 entries, `python -m bench record:1000000` as many as one says. Times
that must hold at a million are held against their share, where they grow with the log.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Measure, best, best_process, seconds, within

SIZE = 100_000
MILLION = 1_000_000
IMPORT = 10_000  # entries a second, at least
PROOF = 0.05  # seconds, p99
AUDIT = 60.0  # seconds for a million on two cores
VERIFY = 0.2  # seconds, with the start of Python
CHUNK = 20_000  # acts of one transaction
PROOFS = 1_000
NODE = "bench.example/record"
VERIFIER = Path(__file__).parents[1] / "src/teladan/verify.py"
COMMAND = (sys.executable, "-c", "from teladan.cli import main; main()")


def measures(size: int = SIZE) -> Iterator[Measure]:
    """Yield the measures of the record, at a number of entries."""
    home = Path(tempfile.mkdtemp(prefix="teladan-bench-record-"))
    # The embedded PostgreSQL may belong to another user, who has to come through.
    home.chmod(0o755)
    before = dict(os.environ)
    os.environ.pop("DATABASE_URL", None)
    os.environ |= {"TELADAN_HOME": str(home), "TELADAN_NODE": NODE}
    try:
        subprocess.run([*COMMAND, "migrate"], check=True, stdout=subprocess.DEVNULL)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from teladan.config.server import setup

            setup()
        yield from _of_record(home, size)
    finally:
        os.environ.clear()
        os.environ |= before
        shutil.rmtree(home, ignore_errors=True)


def _of_record(home: Path, size: int) -> Iterator[Measure]:
    from teladan.config.sequencer import sequencer as made

    sequencer = made()
    started = time.perf_counter()
    for count in _chunks(size):
        _append(count)
        sequencer.drain()
    took = time.perf_counter() - started
    sequencer.close()
    plain = _plain_copy(size)
    rate = size / took
    yield Measure(
        what=f"{size:,} acts appended, placed, written, read back, signed",
        figure=f"{rate:,.0f} /s",
        compared=f"one plain COPY of them {size / plain:,.0f} /s: {took / plain:.1f}×",
        target=f"> {IMPORT:,} /s",
        ok=rate > IMPORT,
    )
    yield from _of_proofs(home, size)
    yield _of_audit(size)


def _chunks(size: int) -> Iterator[int]:
    for start in range(0, size, CHUNK):
        yield min(CHUNK, size - start)


def _append(count: int) -> None:
    from django.db import transaction

    from teladan.config import clock
    from teladan.record import services

    acts = [
        services.Act(
            kind="practice",
            subject=f"practice/{number % 500}",
            role="publisher",
            body={"title": f"Practice {number}", "digest": hashlib.sha256(b"%d" % number).hexdigest()},
            actor="p1",
        )
        for number in range(count)
    ]
    with transaction.atomic():
        services.append_many(acts, at=clock.now())


def _plain_copy(size: int) -> float:
    """Return the seconds of one COPY of the same entries into a table with the same columns and no log."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_plain (LIKE record_entry INCLUDING INDEXES)")
        cursor.execute(
            "SELECT position, act, kind, subject, data, leaf, time FROM record_entry LIMIT %s", [size]
        )
        rows = cursor.fetchall()
        started = time.perf_counter()
        with cursor.copy("COPY bench_plain FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        took = time.perf_counter() - started
        cursor.execute("DROP TABLE bench_plain")
    return took


def _of_proofs(home: Path, size: int) -> Iterator[Measure]:
    from teladan.core.log.tiles import tile_path
    from teladan.record import queries

    chance = random.Random(3)
    times = []
    for _ in range(PROOFS):
        position = chance.randrange(size)
        started = time.perf_counter()
        receipt = queries.receipt_at(position)
        times.append(time.perf_counter() - started)
        assert receipt is not None
    tile = home / "record" / tile_path(0, 0)
    plain = best(tile.read_bytes, 50)
    yield within(
        f"proof at {size:,} entries, p99",
        statistics.quantiles(times, n=100)[98],
        PROOF,
        f"p50 {seconds(statistics.median(times))}; reading one tile {seconds(plain)}",
    )
    if VERIFIER.is_file():
        proof, keys = home / "bench.tlog-proof", home / "bench.vkeys"
        proof.write_bytes(receipt)
        keys.write_text("".join(f"{vkey}\n" for vkey in queries.vkeys()))
        command = [sys.executable, "-I", str(VERIFIER), "proof", str(proof), "--key", f"@{keys}"]
        empty = best_process([sys.executable, "-I", "-c", ""])
        yield within(
            "verify.py proof, with the start of Python",
            best_process(command),
            VERIFY,
            f"Python alone {seconds(empty)}",
        )


def _of_audit(size: int) -> Measure:
    from django.db import connection

    from teladan.config.audit import run

    connection.close()
    started = time.perf_counter()
    found = run()
    took = time.perf_counter() - started
    assert found.findings == [], found.findings[:3]
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM record_entry")
        data = [bytes(row[0]) for row in cursor.fetchall()]
    plain = best(lambda: [hashlib.sha256(entry).digest() for entry in data], 3)
    target = AUDIT * max(size, SIZE) / MILLION
    return within(
        f"audit of {size:,} entries",
        took,
        target,
        f"hashing them once {seconds(plain)}: {took / plain:.0f}×",
    )
