"""Full disks, two faults in a row, a crash between any two steps: nothing half, lost or doubled."""

from __future__ import annotations

import errno
import os
import resource
from pathlib import Path

import pytest

from teladan.record import queries
from teladan.record.disk import TEMPORARY, Disk
from teladan.record.models import Entry
from teladan.record.sequencer import Blocked
from tests.record.acts import append, audited, root_of_entries, verified


class FailingDisk(Disk):
    """A disk whose writes fail when told to: the n-th from now, and as many after it as asked for."""

    def __init__(self) -> None:
        self.writes = 0
        self.fails: dict[int, int] = {}

    def _put(self, path: Path, content: bytes, mode: int) -> None:
        self.writes += 1
        if number := self.fails.pop(self.writes, None):
            raise OSError(number, os.strerror(number))
        super()._put(path, content, mode)


def half_written(folder: Path) -> list[Path]:
    """Return the temporary files that were left behind."""
    return [path for path in folder.rglob(f"{TEMPORARY}*") if path.is_file()]


def test_a_disk_that_is_full_at_any_write_is_said_and_the_next_step_goes_on(own_log):
    own_log.disk = FailingDisk()
    sequencer = own_log.sequencer()
    sequencer.step()
    own_log.disk.writes = 0
    append(254)
    sequencer.step()
    writes = own_log.disk.writes
    assert writes == 4

    for number in range(1, writes + 1):
        acts = append(255)
        before = queries.latest()
        own_log.disk.writes, own_log.disk.fails = 0, {number: errno.ENOSPC}
        with pytest.raises(
            Blocked, match=rf"{own_log.folder}.*: No space left on device. Nothing was signed"
        ):
            sequencer.step()
        assert half_written(own_log.folder) == []
        assert queries.latest() == before or number == writes

        sequencer.drain()
        assert verified(acts[-1]) == queries.latest().size
    assert queries.latest().root == root_of_entries()
    assert audited(own_log).findings == []


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EIO])
def test_two_faults_in_a_row_are_survived(own_log, fault):
    own_log.disk = FailingDisk()
    sequencer = own_log.sequencer()
    sequencer.step()
    for first in range(1, 5):
        for second in range(1, 5):
            (act,) = append()
            own_log.disk.writes, own_log.disk.fails = 0, {first: fault}
            with pytest.raises(Blocked, match="Nothing was signed"):
                sequencer.step()
            own_log.disk.writes, own_log.disk.fails = 0, {second: fault}
            try:
                sequencer.step()
            except Blocked:
                sequencer.drain()
            own_log.disk.fails = {}
            assert verified(act) == queries.latest().size
    assert audited(own_log).findings == []


def test_the_operating_systems_own_limit_leaves_nothing_half(own_log):
    sequencer = own_log.sequencer()
    sequencer.step()
    append(30)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))
    try:
        with pytest.raises(Blocked, match=r"tile/entries/000.p/31: File too large"):
            sequencer.step()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert half_written(own_log.folder) == []
    assert queries.latest().size == 1
    assert sequencer.step() == 30


def test_a_tile_that_does_not_read_back_is_not_signed(own_log):
    class LyingDisk(Disk):
        def read(self, path: Path) -> bytes:
            content = super().read(path)
            return content[:-1] + bytes([content[-1] ^ 1]) if "tile/0" in str(path) else content

    from teladan.record.sequencer import Stopped

    own_log.disk = LyingDisk()
    with pytest.raises(Stopped, match=r"tile/0/000.p/1"):
        own_log.sequencer().step()
    assert queries.latest() is None


class Crash(BaseException):
    """The process is gone between two steps."""


def steps_of(own_log) -> list[str]:
    """Return the names of the steps of a sequencer that signs something, from its start."""
    own_log.steps.clear()
    own_log.sequencer().drain()
    own_log.close()
    return list(own_log.steps)


def test_after_a_crash_at_any_step_every_act_has_one_place_and_a_receipt(own_log):
    acts = append(3)
    steps_of(own_log)
    acts += append(3)
    steps = steps_of(own_log)
    assert len(steps) > 12
    for number in range(len(steps)):
        acts += append(100)
        left = number

        def crash(_step):
            nonlocal left
            if left == 0:
                raise Crash
            left -= 1

        with pytest.raises(Crash):
            own_log.sequencer(at_step=crash).drain()
        own_log.close()
        own_log.sequencer().drain()
        own_log.close()
        assert verified(acts[-1]) == queries.latest().size

    placed = [row.act for row in Entry.objects.filter(position__gt=0)]
    assert sorted(placed) == sorted(acts)
    assert queries.latest().root == root_of_entries()
    assert audited(own_log).findings == []


def test_the_parent_of_a_new_folder_is_flushed_too(tmp_path):
    class Noting(Disk):
        def flush_folder(self, folder):
            flushed.add(folder)
            super().flush_folder(folder)

    flushed = set()

    Noting().write(tmp_path / "tile" / "0" / "x001" / "234", b"hashes")

    assert flushed == {tmp_path, tmp_path / "tile", tmp_path / "tile/0", tmp_path / "tile/0/x001"}
