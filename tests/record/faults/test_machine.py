"""Anything, in any order: see machine.py."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.record.faults.machine import LogMachine

SLOW = list(HealthCheck)


def drive(log, examples, steps):
    class Machine(LogMachine):
        pass

    Machine.log = log
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=SLOW,
            print_blob=True,
        ),
    )


def test_a_log_stays_whole_whatever_happens_to_it(own_log):
    drive(own_log, 40, 20)


@pytest.mark.more
def test_a_log_stays_whole_whatever_happens_to_it_for_long(own_log):
    drive(own_log, 150, 40)
