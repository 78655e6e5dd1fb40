"""The faults that are seeded: what is changed, what is left alone, and the same ones for the same seed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.seeded_faults.faults import Fault, faults_of, sample, told

SOURCE = '''"""Words 3 < 4."""
LIMIT = 20

class Row:
    @property
    def below(self) -> bool | None:
        """Words 1 < 2."""
        return self.known and self.value < self.target

    def __repr__(self):
        return f"{1 + 1}"

def state(due, done: int | None = None):
    if not done:
        raise ValueError("3 < 4")
    age = (
        due.year -
        done.year
    )
    log.info("age", 5)
    return max(age, 0)
'''


@pytest.fixture
def faults(tmp_path: Path) -> list[Fault]:
    (tmp_path / "rules.py").write_text(SOURCE, encoding="utf-8")
    return faults_of(tmp_path / "rules.py", tmp_path)


def test_what_is_decided_and_computed_is_changed(faults: list[Fault]):
    assert {(each.line, each.kind, each.after) for each in faults} == {
        (2, "+1", "LIMIT = 21"),
        (2, "-1", "LIMIT = 19"),
        (8, "return turned", "return not self.known and self.value < self.target"),
        (8, "and/or", "return self.known or self.value < self.target"),
        (8, "comparison", "return self.known and self.value <= self.target"),
        (14, "condition forced", "if True:"),
        (14, "condition forced", "if False:"),
        (14, "not dropped", "if  done:"),
        (15, "raise dropped", "None"),
        (17, "arithmetic", "due.year +"),
        (21, "return replaced", "return None"),
        (21, "call", "return min(age, 0)"),
        (21, "+1", "return max(age, 1)"),
        (21, "-1", "return max(age, -1)"),
    }
    assert {each.within for each in faults} == {"", "Row.below", "state"}


def test_every_line_stays_where_it_is(faults: list[Fault]):
    source = SOURCE.encode()
    assert {each.seeded(source).count(b"\n") for each in faults} == {source.count(b"\n")}


def test_the_same_seed_gives_the_same_faults_one_a_statement(faults: list[Fault], tmp_path: Path):
    chosen = sample(faults, 4, 1, tmp_path)
    assert len({each.span for each in chosen}) == 4
    assert sample(reversed(faults), 4, 1, tmp_path) == chosen
    # Lines that move away change none of it.
    (tmp_path / "rules.py").write_text("\n\n" + SOURCE, encoding="utf-8")
    moved = sample(faults_of(tmp_path / "rules.py", tmp_path), 4, 1, tmp_path)
    assert [each.identity for each in moved] == [each.identity for each in chosen]


def test_a_fault_is_named_by_a_person(faults: list[Fault], tmp_path: Path):
    given = told("rules.py", 8, "<", "<=", tmp_path)
    assert (given.within, given.after) == ("Row.below", "return self.known and self.value <= self.target")
    assert given.seeded(SOURCE.encode()) in {each.seeded(SOURCE.encode()) for each in faults}
