"""A second storage fault while the first one is being recovered from, at every pair of places."""

from __future__ import annotations

import errno
import os

import pytest

from teladan.record import queries
from teladan.record.sequencer import Blocked
from tests.record.acts import append, audited
from tests.record.faults.killing import drained, patient
from tests.record.faults.machine import FaultyDisk
from tests.record.faults.whole import assert_receipts, assert_whole

WRITES = 7  # vkeys are known: three tiles, two bundles, signed, checkpoint


def held(log, error):
    """Let a fresh sequencer run into the fault."""
    sequencer = log.sequencer()
    try:
        patient(sequencer.drain)
    except Blocked as stopped:
        assert os.strerror(error) in str(stopped)  # noqa: PT017
        return True
    finally:
        sequencer.close()
    return False


@pytest.mark.parametrize(
    "error",
    [pytest.param(errno.ENOSPC, id="full"), pytest.param(errno.EIO, id="broken", marks=pytest.mark.more)],
)
def test_two_faults_one_in_the_recovery_from_the_other(own_log, error):
    own_log.disk = FaultyDisk()
    own_log.disk.error = error
    acts = append(100)
    drained(own_log)
    for first in range(WRITES):
        for second in (0, 1, WRITES - 2):
            acts += append(256)  # every time a tile is filled and another begun
            size, signed = queries.latest().size, own_log.signed.read_bytes()

            own_log.disk.faults = [first, second]
            assert held(own_log, error)
            apart = own_log.signed.read_bytes()
            assert (apart == signed) == (first < WRITES - 1), "signed although the disk failed before"
            second_came = held(own_log, error)
            own_log.disk.faults = []
            assert second_came or first == WRITES - 1
            assert audited(own_log).findings == []
            assert queries.latest().size in {size, size + 256}
            assert not held(own_log, error)
            assert queries.latest().size == size + 256

    assert_whole(own_log, acts)
    assert_receipts(acts[::199])
    assert audited(own_log).findings == []
